"""The endings that a name takes in a sentence, by language (pure).

    Samsung      de    Samsungs
    Норвегия     ru    Норвегии, Норвегию, Норвегией
    Warszawa     pl    Warszawy, Warszawie, Warszawę, Warszawą

The endings are data: `languages.yaml`. They are a little too many: a form that no sentence has is never
found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from pipelines.text.languages import language_named

#: Letters of the shortest word that takes endings. An abbreviation (НАТО, BMW) takes none.
_SHORTEST_WORD = 3
_LONGEST_ABBREVIATION = 5
#: Forms of one name; of one with more, only the last word changes.
_MOST_FORMS = 300

_WORD = re.compile(r"[^\W\d_]+")


def inflected(name: str, languages: Iterable[str]) -> list[str]:
    """Return a name and its forms in these languages, the name first."""
    forms = [name]
    for language in languages:
        endings = language_named(language).endings
        if endings:
            forms += _forms_of_name(name, endings)
    return list(dict.fromkeys(forms))


def _forms_of_name(name: str, endings: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    words = list(_WORD.finditer(name))
    choices = []
    total = 1
    for word in words:
        forms = _forms_of_word(word[0], endings)
        choices.append(forms)
        total *= len(forms)
    if total > _MOST_FORMS:
        choices = [[word[0]] for word in words[:-1]] + choices[-1:]
    for chosen in product(*choices):
        yield _with_words(name, words, chosen)


def _forms_of_word(word: str, endings: Mapping[str, tuple[str, ...]]) -> list[str]:
    is_abbreviation = word.isupper() and len(word) <= _LONGEST_ABBREVIATION
    if len(word) < _SHORTEST_WORD or is_abbreviation:
        return [word]
    # The rule of the longest ending that fits; the empty one fits every word.
    for length in range(len(word) - 1, -1, -1):
        ending = word[len(word) - length :].lower()
        if ending in endings:
            stem = word[: len(word) - length]
            return [word, *(stem + other for other in endings[ending])]
    return [word]


def _with_words(name: str, places: list[re.Match[str]], words: Iterable[str]) -> str:
    """Return a name with other words in the places of its own."""
    parts = []
    end = 0
    for place, word in zip(places, words, strict=True):
        parts += [name[end : place.start()], word]
        end = place.end()
    return "".join([*parts, name[end:]])
