"""The paragraphs of a body, their places and lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.scripts import BASIC_HAN

#: Words. Credit lines and boilerplate are shorter than this, and anything longer is prose.
SHORT_WORDS = 60
#: A dateline stands in the first paragraphs. It is not always the first one: releases put a summary above.
HEAD_PARAGRAPHS = 7

#: Characters. A line without spaces is one word for each so many, so that a long one is not short.
_LONGEST_WORD = 20
_CHINESE = re.compile(f"[{BASIC_HAN}]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of a body, stripped.

    `start` and `end` are offsets in the body, `index` counts from 0.
    """

    start: int
    end: int
    text: str
    index: int
    words: int

    @property
    def is_short(self) -> bool:
        """A line that may be a credit or boilerplate."""
        return self.words <= SHORT_WORDS

    @property
    def is_in_head(self) -> bool:
        """One of the first paragraphs of the body."""
        return self.index < HEAD_PARAGRAPHS

    @property
    def place(self) -> str:
        """Where it stands, for a person who reads the evidence."""
        return f"paragraph {self.index + 1}"


def split_paragraphs(body: str) -> Iterator[Paragraph]:
    """Yield the lines of a body that have a text, in order."""
    index = 0
    for match in re.finditer(r"[^\n]+", body):
        line = match.group()
        text = line.strip()
        if not text:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        yield Paragraph(start, start + len(text), text, index, _count_words(text))
        index += 1


def _count_words(text: str) -> int:
    """Return the length in words.

    Two Chinese characters are one word, and so are twenty characters without a space.
    """
    chinese = 0
    # Most texts have no Chinese, and `isascii` is the fastest way to see it.
    if not text.isascii():
        for run in _CHINESE.findall(text):
            chinese += len(run)
    return max(len(text.split()) + chinese // 2, len(text) // _LONGEST_WORD)
