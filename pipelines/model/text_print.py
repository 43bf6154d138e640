"""The print of a text, by which copies are found, and what a site prints around texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MANY = 255
"""Stands in `TextPrint.facts` for names and numbers beyond the first 254 of a text, which only the longest have."""


@dataclass(frozen=True)
class TextPrint:
    """What dedup remembers of a text: enough to find candidates and to verify them exactly.

    `exact` is the hash of the normalized text ("" for an empty one). `shingles` holds the 32-bit hashes
    of all its shingles, in order of the text. `words` is the length of the text in words (two Chinese characters are one).
    `quoted` holds (start, end, start, end, ...) of the shingles that the text gives as somebody's words,
    `announced` where such words begin whose end nothing marks ("The letter reads:"); `numbers` and
    `names` are 32-bit hashes of the numbers and of the words that are only ever written with a capital. `facts` says for each token
    which of the `marks` it is, or belongs to: one byte, 0 for none, 1 for the first of them, `MANY` for one that has no number of
    its own. It is empty in prints that were made before there were any.
    """

    exact: str
    shingles: tuple[int, ...]
    words: int
    quoted: tuple[int, ...] = ()
    numbers: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()
    announced: tuple[int, ...] = ()
    facts: bytes = b""

    @property
    def marks(self) -> list[int]:
        """The names and numbers that `facts` speaks of, in its order."""
        return sorted(self.names | self.numbers)[: MANY - 1]

    @cached_property
    def distinct(self) -> frozenset[int]:
        """The shingles as a set, made once: a print is compared several times within a decision."""
        return frozenset(self.shingles)

    @cached_property
    def said(self) -> frozenset[int]:
        """The shingles that the text gives as somebody's words."""
        ranges = zip(self.quoted[::2], self.quoted[1::2], strict=True)
        return frozenset(shingle for start, end in ranges for shingle in self.shingles[start:end])


@dataclass(frozen=True, slots=True)
class PageParagraphs:
    """One article of a site as its furniture is learnt from: 32-bit hashes of its id, its longest paragraph and the others."""

    article: int
    longest: int
    others: frozenset[int]


@dataclass(frozen=True, slots=True)
class SiteBoilerplate:
    """What a site prints around everything: hashes of the paragraphs, and the newest articles to learn more from."""

    recent: tuple[PageParagraphs, ...] = ()
    repeated: tuple[int, ...] = ()
