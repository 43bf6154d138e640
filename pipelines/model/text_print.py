"""The print of a text, by which copies are found, and a site's boilerplate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

#: Stands in `TextPrint.facts` for names and numbers beyond the first 254 of a text, which only the
#: longest texts have: one byte a token cannot count further.
MANY = 255


@dataclass(frozen=True)
class TextPrint:
    """What dedup remembers of a text: enough to find candidates and to verify them.

    All hashes have 32 bits.
    """

    #: The hash of the normalized text, "" for an empty one.
    exact: str
    #: The hashes of all shingles, in order of the text.
    shingles: tuple[int, ...]
    #: The length of the text in words; two Chinese characters are one.
    words: int
    #: (start, end, start, end, ...) of the shingles that the text gives as somebody's words.
    quoted: tuple[int, ...] = ()
    numbers: frozenset[int] = frozenset()
    #: Words that are only ever written with a capital.
    names: frozenset[int] = frozenset()
    #: Where words of somebody begin whose end nothing marks ("The letter reads:").
    announced: tuple[int, ...] = ()
    #: One byte a token: which of the `marks` it is, or belongs to. 0 is none of them, 1 the first,
    #: `MANY` one without a number of its own. Empty in prints of the first form.
    facts: bytes = b""

    @property
    def marks(self) -> list[int]:
        """The names and numbers that `facts` speaks of, in its order."""
        return sorted(self.names | self.numbers)[: MANY - 1]

    @cached_property
    def distinct(self) -> frozenset[int]:
        """The shingles as a set, made once: a decision compares a print several times."""
        return frozenset(self.shingles)

    @cached_property
    def said(self) -> frozenset[int]:
        """The shingles that the text gives as somebody's words."""
        said: set[int] = set()
        for start, end in zip(self.quoted[::2], self.quoted[1::2], strict=True):
            said.update(self.shingles[start:end])
        return frozenset(said)


@dataclass(frozen=True, slots=True)
class PageParagraphs:
    """One article of a site, as hashes: from such ones its boilerplate is learnt."""

    #: Of the article's id.
    article: int
    #: Of its longest paragraph.
    longest: int
    #: Of all other paragraphs.
    others: frozenset[int]


@dataclass(frozen=True, slots=True)
class SiteBoilerplate:
    """What a site prints around everything."""

    #: The newest articles, to learn more from.
    recent: tuple[PageParagraphs, ...] = ()
    #: Hashes of the paragraphs that repeat.
    repeated: tuple[int, ...] = ()


class Sketch(NamedTuple):
    """What of a print shows whether it is worth reading.

    All its shingles, doubles too, and (start, end, start, end, ...) of those that are quoted.
    """

    shingles: Sequence[int]
    quoted: Sequence[int]
