"""Names, quotations and headline words that the beat does not list (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from crawlers.scripts import CAPITALS, HAN, HANGUL
from pipelines.beat.event_rules import EventRules
from pipelines.beat.terms import Entity
from pipelines.revisions import facts
from pipelines.stories.event_weights import WEIGHTS, weight_of
from pipelines.stories.event_words import WORDS
from pipelines.text.folding import fold_for_search
from pipelines.text.languages import base_of

#: Shorter words (May, Inc) are names of too many things.
_MIN_NAME_LETTERS = 4
#: A headline with more capitals than this share of its words has one in every word.
_TITLE_CASE_SHARE = 0.7
#: Of fewer words nothing can be said.
_TITLE_CASE_WORDS = 3
#: The last word of a name stands alone later (“Terrence Oake”, “Oake”); the others say less.
_FIRST_WORDS_SHARE = 0.3
#: A Chinese name is known by what stands beside it, and may begin or end too late.
_CHINESE_NAME_SHARE = 0.75
#: Letters by which two forms of a word are one: probe, probes, probing.
_STEM_LETTERS = 5
#: In Korean a letter is a syllable, and a word has two or more.
_LEAST_SYLLABLES = 2
#: Two Chinese characters say less than a word.
_CHINESE_PAIR_SHARE = 0.67

_COMMON_WORDS = frozenset(WORDS.common_words)
_NOT_TELLING = {language: frozenset(words) for language, words in WORDS.headline_words.items()}
_QUOTED = re.compile(r'"([^"\n]{4,60})"')
_LATIN_WORD = re.compile(r"[^\W\d_]+")
#: Sept-Rives is one name.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_REST_OF_NAME = re.compile(rf" [{CAPITALS}][\w-]+")
_HANGUL_WORD = re.compile(f"[{HANGUL}]+")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_HAN_RUN = re.compile(f"[{HAN}]{{2,}}")

#: A mark and its weight.
_Weighted = tuple[str, float]


def without_entries(
    text: str, entities: Sequence[tuple[Entity, int, int]], keep: Collection[str] = ()
) -> str:
    """Return a text with a comma in place of each entry of terms.yaml.

    Entries of the kinds to `keep` stay.
    """
    pieces = []
    position = 0
    for entity, start, end in entities:
        if entity.kind not in keep and start >= position:
            # “President Xi Jinping”, where the list has “President Xi”.
            rest = _REST_OF_NAME.match(text, end) if entity.kind == "person" else None
            pieces += [text[position:start], ","]
            position = rest.end() if rest else end
    pieces.append(text[position:])
    return "".join(pieces)


# -- names -----------------------------------------------------------------------------------------------


def is_title_case(title: str) -> bool:
    """Tell whether a headline has a capital in every word."""
    # Any headline begins with one.
    words = re.findall(r"[^\W\d_]{4,}", title)[1:]
    with_capital = []
    for word in words:
        if word[0].isupper():
            with_capital.append(word)
    return len(words) >= _TITLE_CASE_WORDS and len(with_capital) > _TITLE_CASE_SHARE * len(words)


def find_names(
    text: str, lang: str | None, capitalised: Collection[str], rules: EventRules, *, is_headline: bool
) -> Iterator[_Weighted]:
    """Yield (mark, weight) of the names in a text without listed names.

    `capitalised` are the words, in small letters, that the report writes with a capital inside its sentences.
    A single word of others is no name, and in a headline none is.
    """
    full = weight_of("name", is_headline=is_headline)
    for line in text.split("\n"):
        for name in facts.find_names(line, capitalised):
            if _HAN_CHARACTER.search(name.printed):
                yield f"name:{name.printed}", full * _CHINESE_NAME_SHARE
                continue
            words = _NAME_WORD.findall(name.printed)
            if len(words) == 1 and base_of(lang or "") in WORDS.capital_nouns:
                continue
            if is_headline or len(words) == 1:
                words = [word for word in words if word.lower() in capitalised]
            yield from _mark_words(_keep_telling(words, rules), full)


def _mark_words(words: Sequence[str], full: float) -> Iterator[_Weighted]:
    for word in words[:-1]:
        yield f"name:{word}", full * _FIRST_WORDS_SHARE
    for word in words[-1:]:
        yield f"name:{word}", full


def _keep_telling(words: Sequence[str], rules: EventRules) -> list[str]:
    """Return the folded words of a name that an event may have."""
    telling = []
    for word in words:
        folded = fold_for_search(word)
        if word[0].isupper() and _is_telling(folded, rules):
            telling.append(folded)
    return telling


def _is_telling(word: str, rules: EventRules) -> bool:
    if len(word) < _MIN_NAME_LETTERS:
        return False
    return word not in _COMMON_WORDS and word not in rules.common_words


# -- quotations and headline words -------------------------------------------------------------------------


def find_quotations(text: str, *, is_headline: bool) -> Iterator[_Weighted]:
    """Yield (mark, weight) of quoted words; only texts of one language share them."""
    for found in _QUOTED.finditer(text):
        folded = fold_for_search(found[1]).strip(" .,;!?。，")
        if folded:
            yield f"quote:{folded}", weight_of("quote", is_headline=is_headline)


def find_headline_words(title: str, lang: str | None, names: Collection[str]) -> Iterator[_Weighted]:
    """Yield (mark, weight) of the words of a headline without listed names.

    Only headlines in one language share them. Of Chinese, each pair of characters is a word. The words of
    `names` have marks already.
    """
    text = fold_for_search(title)
    language = base_of(lang or "")
    common = _NOT_TELLING.get(language, frozenset())
    for word in _LATIN_WORD.findall(text):
        is_hangul = _HANGUL_WORD.match(word) is not None
        least = _LEAST_SYLLABLES if is_hangul else _MIN_NAME_LETTERS
        is_telling = word not in common and word not in names
        if len(word) >= least and is_telling and not _HAN_CHARACTER.search(word):
            # Particles stand behind a Korean word: 법원이, 법원은.
            stem = word[:_LEAST_SYLLABLES] if is_hangul else word[:_STEM_LETTERS]
            yield f"word:{language} {stem}", WEIGHTS["word"]
    for run in _HAN_RUN.findall(text):
        for start in range(len(run) - 1):
            yield f"word:{language} {run[start : start + 2]}", WEIGHTS["word"] * _CHINESE_PAIR_SHARE
