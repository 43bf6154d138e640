"""A paragraph cut into sentences, in every language that is read (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from crawlers.dates.vocabulary import VOCABULARY as DATE_WORDS
from crawlers.scripts import CAPITALS
from pipelines.text.vocabulary import Vocabulary, any_word, read_vocabulary

#: Characters before a full stop among which an abbreviation is looked for.
_LONGEST_ABBREVIATION = 8


class SentenceWords(Vocabulary):
    """The words of `sentences.yaml`."""

    #: By language, which is for the reader of the file.
    abbreviations: Mapping[str, tuple[str, ...]]


WORDS = read_vocabulary("pipelines.text", "sentences.yaml", SentenceWords)
_SENTENCE_END = re.compile(r"[。！？；｡]+[”」』’\"]*|(?<![.!?؟…])[.!?؟…]++[”\"’)»“]*+(?=\s|$)")
#: An abbreviation, or an initial ("J. Trudeau").
_ABBREVIATION = re.compile(
    rf"(?:\b(?:{any_word(chain.from_iterable(WORDS.abbreviations.values()))})|\b[{CAPITALS}])\.$"
)
#: The number of a day, as German and its neighbours write it: “17. Januar”, “am 17. und 18.”.
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}\.$")
_AFTER_DAY_NUMBER = re.compile(rf"\s(?:[a-zß-öø-ÿ]|(?i:{any_word(DATE_WORDS.month_names)})\b)")


def sentences_of(line: str, longest: int) -> Iterator[str]:
    """Yield the sentences of one paragraph, stripped.

    One of more than `longest` characters is cut, so that no page can make reading it slow. A piece may be
    empty, or hold marks without a word.
    """
    start = 0
    for mark in _SENTENCE_END.finditer(line):
        end = mark.end()
        if end - start > longest:
            yield from _cut_by_length(line[start:end], longest)
        elif end < len(line) and _goes_on(line, start, mark):
            continue
        else:
            yield line[start:end].strip()
        start = end
    yield from _cut_by_length(line[start:], longest)


def _goes_on(line: str, start: int, mark: re.Match[str]) -> bool:
    """Tell whether the full stop of a mark ends a word and no sentence."""
    end = mark.start() + 1
    begin = max(start, end - 1 - _LONGEST_ABBREVIATION)
    if _ABBREVIATION.search(line, begin, end):
        return True
    if not _DAY_NUMBER.search(line, begin, end):
        return False
    return _AFTER_DAY_NUMBER.match(line, mark.end()) is not None


def _cut_by_length(text: str, longest: int) -> Iterator[str]:
    for start in range(0, len(text), longest):
        piece = text[start : start + longest].strip()
        if piece:
            yield piece
