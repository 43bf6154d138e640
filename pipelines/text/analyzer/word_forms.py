"""All forms of a word, for an index whose queries are not stemmed (pure).

    word_forms(["tariffs"], "en")     ¦tariff ¦tariffs …: whichever a person types finds the text

Our own search asks for stems. A search server that knows none of our rules asks for the word as it was typed,
so the text has to be found by each form. A form is one whose stem is that of the word, by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pipelines.text.analyzer.spelling_variants import word_variants
from pipelines.text.analyzer.stemmer import MARK, irregular_words, stems_in
from pipelines.text.languages import base_of
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Stands before each form. A server puts it before bare words, and before words in quotes it does not, so
#: that these find no form.
FORM_MARK = "¦"
#: One vowel and one consonant at the end, as in plan and ban, but not in load or end.
_DOUBLING = re.compile(r"(^|[^aeiou])[aeiouy][bdfgklmnprtz]$")
#: Forms are forgotten all at once when those of more words are known.
_WORDS_KEPT = 1 << 16


class Endings(Vocabulary):
    """What stands behind the stems of one language."""

    endings: tuple[str, ...]
    instead: Mapping[str, tuple[str, ...]] = {}
    beside: Mapping[str, tuple[str, ...]] = {}
    doubled: tuple[str, ...] = ()


class FormFile(Vocabulary):
    """The endings of each language."""

    languages: Mapping[str, Endings]


class _Forms(dict[str, str]):
    """Forms of the words of one language, each worked out when it is first met."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._endings = _languages().get(language)
        self._stem = stems_in(language)
        self._irregular = irregular_words(language) if self._endings else {}

    def __missing__(self, word: str) -> str:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        found = dict.fromkeys(word_variants(word))
        if self._endings and word.isalpha():
            # Words of one stem get the same forms, in the same order.
            found = {}
            for variant in word_variants(word):
                found |= dict.fromkeys(self._forms_of(self._stem(variant), self._endings))
        self[word] = " ".join([FORM_MARK + form for form in found])
        return self[word]

    def _forms_of(self, marked_stem: str, endings: Endings) -> Iterator[str]:
        stem = marked_stem.rpartition(MARK)[2]
        yield from self._irregular.get(stem, ())
        for form in _candidates(stem, endings):
            if self._stem(form) == marked_stem:
                yield form


def _candidates(stem: str, endings: Endings) -> Iterator[str]:
    for end, others in endings.instead.items():
        if stem.endswith(end):
            for other in others:
                yield stem.removesuffix(end) + other
            return
    for ending in endings.endings:
        yield stem + ending
    for end, others in endings.beside.items():
        if stem.endswith(end):
            for other in others:
                yield stem.removesuffix(end) + other
    if _DOUBLING.search(stem):
        for ending in endings.doubled:
            yield stem + stem[-1] + ending


_forms_of_language = cache(_Forms)


@cache
def _languages() -> Mapping[str, Endings]:
    return read_vocabulary("pipelines.text.analyzer", "forms.yaml", FormFile).languages


def word_forms(words: Iterable[str], language: str | None) -> str:
    """Return the forms of the folded words of a text, with a mark before each.

    They have spaces between them. Of a language without endings in `forms.yaml` these are the words and their
    other spellings. Words with digits (F-35, 1,000) stay as they are, words in other letters are left out.
    """
    forms = _forms_of_language(base_of(language or ""))
    found: dict[str, None] = {}
    for word in words:
        if word.isascii():
            found[forms[word]] = None
    return " ".join(found)
