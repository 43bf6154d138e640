"""Values of the model to what a row holds, and back. Pydantic does the JSON; prints are packed.

A field that the model gains later, with a default, needs nothing here: old rows read as that default.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, chain
from typing import Any, TypeVar

from pydantic import TypeAdapter

from crawlers.model import FeedState, SourceReport
from pipelines.adapters.projection import with_leaves
from pipelines.dedup.lookup import Sketch
from pipelines.model import (
    Answer,
    Article,
    EventLink,
    EventPrint,
    Link,
    Publisher,
    RecheckState,
    Relevance,
    Route,
    SiteBoilerplate,
    Story,
    TextPrint,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """An alert but for what has a column of its own."""

    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A stored article but for what has a column of its own; `article.body` is empty."""

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance


FACTS = TypeAdapter(Facts)
ROUTE = TypeAdapter(Route)
STORY = TypeAdapter(Story)
LINK = TypeAdapter(Link)
LOOK = TypeAdapter(RecheckState)
FURNITURE = TypeAdapter(SiteBoilerplate)
EVENT_PRINT = TypeAdapter(EventPrint)
EVENT_LINK = TypeAdapter(EventLink)
FEED_STATE = TypeAdapter(FeedState)
REPORT = TypeAdapter(SourceReport)
ADDRESSES = TypeAdapter(tuple[str, ...])
ANSWERS = TypeAdapter(dict[str, Answer])
ALERT = TypeAdapter(AlertFacts)


def to_json(adapter: TypeAdapter[Any], value: object) -> str:
    return adapter.dump_json(value).decode()


def from_json(adapter: TypeAdapter[T], text: str) -> T:
    """Return the value that `to_json` wrote, its times in `datetime.UTC` itself.

    Pydantic gives a zone of its own that equals it and is not it; `email.utils` insists on the real one.
    """
    return with_leaves(adapter.validate_json(text), datetime, _in_utc)


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


# -- prints -------------------------------------------------------------------------------------------

_HEAD = struct.Struct("<BI5I")
_WITHOUT_FACTS, _FORM = 1, 2
"""Forms of packed prints: those of earlier versions say nothing of where names and numbers stand."""


def pack_print(text: TextPrint) -> bytes:
    """Return a print in bytes, all but `exact`, which has a column: four bytes a hash, then its facts.

    Facts are zeros for the most part and are compressed; hashes are random bits, which zlib makes 1 % larger.
    """
    parts = (text.shingles, text.quoted, sorted(text.numbers), sorted(text.names), text.announced)
    sizes = [len(part) for part in parts]
    hashes = struct.pack(f"<{sum(sizes)}I", *chain(*parts))
    return _HEAD.pack(_FORM, text.words, *sizes) + hashes + zlib.compress(text.facts)


def unpack_print(exact: str, packed: bytes) -> TextPrint:
    """Return the print that `pack_print` packed."""
    form, words, *sizes = _HEAD.unpack_from(packed)
    assert form in (_FORM, _WITHOUT_FACTS), f"a print of form {form} was written by another version"
    numbers = struct.unpack_from(f"<{sum(sizes)}I", packed, _HEAD.size)
    ends = list(accumulate(sizes))
    shingles, quoted, figures, names, announced = (
        numbers[end - n : end] for end, n in zip(ends, sizes, strict=True)
    )
    facts = zlib.decompress(packed[_HEAD.size + 4 * sum(sizes) :]) if form == _FORM else b""
    return TextPrint(exact, shingles, words, quoted, frozenset(figures), frozenset(names), announced, facts)


def packed_sketch(packed: bytes) -> Sketch:
    """Return the sketch of a packed print, which is what most prints are read for."""
    _, _, shingles, quoted, *_ = _HEAD.unpack_from(packed)
    end = _HEAD.size + 4 * shingles
    hashes = array("I", packed[_HEAD.size : end])
    if sys.byteorder == "big":
        hashes.byteswap()
    return Sketch(hashes, struct.unpack_from(f"<{quoted}I", packed, end))


def signed(keys: Iterable[int]) -> list[int]:
    """Return unsigned 32-bit hashes as the signed integers that databases have, in order and without doubles."""
    return sorted({key - (1 << 32) if key >= 1 << 31 else key for key in keys})
