"""Paragraphs cut into sentences (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.tokens import tokens

#: Sentences that are compared; the longest reports have a third of that.
MOST_SENTENCES = 1_500
#: Characters after which a sentence is cut.
LONGEST_SENTENCE = 2_000
#: Characters before a full stop among which an abbreviation is looked for.
_LONGEST_ABBREVIATION = 8

_SENTENCE_END = re.compile(r"[。！？；]+[”」』’\"]*|(?<![.!?…])[.!?…]++[”\"’)»]*+(?=\s|$)")
#: An abbreviation, or an initial ("J. Trudeau").
_ABBREVIATION = re.compile(rf"(?:\b(?:{'|'.join(VOCABULARY.abbreviations)})|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as printed.

    `key` holds the tokens by which it is compared, `paragraph` counts from 0.
    """

    text: str
    key: tuple[str, ...]
    paragraph: int


def cut_sentences(lines: Sequence[str]) -> list[Sentence]:
    """Return the sentences of some paragraphs, at most `MOST_SENTENCES`.

    Marks without a word are no sentence.
    """
    found: list[Sentence] = []
    for paragraph, line in enumerate(lines):
        for text in _cut_line(line):
            key = tuple(tokens(text))
            if key:
                found.append(Sentence(text, key, paragraph))
            if len(found) == MOST_SENTENCES:
                return found
    return found


def _cut_line(line: str) -> Iterator[str]:
    start = 0
    for mark in _SENTENCE_END.finditer(line):
        end = mark.end()
        if end - start > LONGEST_SENTENCE:
            yield from _cut_by_length(line[start:end])
        elif end < len(line) and _is_abbreviated(line, start, mark.start() + 1):
            continue
        else:
            yield line[start:end].strip()
        start = end
    yield from _cut_by_length(line[start:])


def _is_abbreviated(line: str, start: int, end: int) -> bool:
    """Return whether the full stop that ends at `end` belongs to an abbreviation."""
    begin = max(start, end - 1 - _LONGEST_ABBREVIATION)
    return _ABBREVIATION.search(line, begin, end) is not None


def _cut_by_length(text: str) -> Iterator[str]:
    for start in range(0, len(text), LONGEST_SENTENCE):
        piece = text[start : start + LONGEST_SENTENCE].strip()
        if piece:
            yield piece
