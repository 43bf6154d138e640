"""A paragraph cut into sentences, in every language that is read (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.text.vocabulary import Vocabulary, any_word, read_vocabulary

#: Characters before a full stop among which an abbreviation is looked for.
_LONGEST_ABBREVIATION = 8


class SentenceWords(Vocabulary):
    """The words of `sentences.yaml`."""

    abbreviations: tuple[str, ...]


WORDS = read_vocabulary("pipelines.text", "sentences.yaml", SentenceWords)
_SENTENCE_END = re.compile(r"[。！？；]+[”」』’\"]*|(?<![.!?…])[.!?…]++[”\"’)»]*+(?=\s|$)")
#: An abbreviation, or an initial ("J. Trudeau").
_ABBREVIATION = re.compile(rf"(?:\b(?:{any_word(WORDS.abbreviations)})|\b[A-Z])\.$")


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
        elif end < len(line) and _is_abbreviated(line, start, mark.start() + 1):
            continue
        else:
            yield line[start:end].strip()
        start = end
    yield from _cut_by_length(line[start:], longest)


def _is_abbreviated(line: str, start: int, end: int) -> bool:
    """Return whether the full stop that ends at `end` belongs to an abbreviation."""
    begin = max(start, end - 1 - _LONGEST_ABBREVIATION)
    return _ABBREVIATION.search(line, begin, end) is not None


def _cut_by_length(text: str, longest: int) -> Iterator[str]:
    for start in range(0, len(text), longest):
        piece = text[start : start + longest].strip()
        if piece:
            yield piece
