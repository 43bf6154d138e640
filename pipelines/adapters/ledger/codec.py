"""Values of the model to what a row holds, and back. Pydantic does the JSON; prints are packed.

A field that the model gains later, with a default, needs nothing here: old rows read as that default.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, TypeVar, get_origin, get_type_hints

from pydantic import TypeAdapter

from crawlers.model import FeedState, SourceReport
from pipelines.adapters.projection import with_leaves
from pipelines.model import (
    Answer,
    Article,
    EventLink,
    EventPrint,
    Link,
    Look,
    Publisher,
    Relevance,
    Route,
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
LOOK = TypeAdapter(Look)
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
    return with_leaves(adapter.validate_json(text), _in_utc)


def _in_utc(leaf: Any) -> Any:
    return leaf.astimezone(UTC) if isinstance(leaf, datetime) else leaf


# -- prints -------------------------------------------------------------------------------------------

_HINTS = get_type_hints(TextPrint)
_FIELDS = {name: TypeAdapter(hint) for name, hint in _HINTS.items()}
_WIDTHS = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32), ("Q", 1 << 64))


def pack_print(text: TextPrint) -> tuple[str, bytes]:
    """Return a print as (form, packed): small fields as JSON, collections of numbers as packed integers.

    Each collection takes the narrowest width that holds its greatest number: 4 bytes for a 32-bit
    hash. Hashes are random bits: zlib made prints 1 % larger and was dropped.
    """
    values: dict[str, Any] = {}
    packed: dict[str, str] = {}
    blob = bytearray()
    for field in fields(text):
        value = getattr(text, field.name)
        numbers = _numbers(value)
        width = _width(numbers) if numbers is not None else None
        if numbers is None or width is None:
            values[field.name] = _FIELDS[field.name].dump_python(value, mode="json")
        else:
            packed[field.name] = f"{width}{len(numbers)}"
            blob += struct.pack(f"<{len(numbers)}{width}", *numbers)
    return json.dumps({"values": values, "packed": packed}, ensure_ascii=False, separators=(",", ":")), bytes(
        blob
    )


def _numbers(value: object) -> list[int] | None:
    if not isinstance(value, tuple | frozenset) or not all(isinstance(item, int) for item in value):
        return None
    return sorted(value) if isinstance(value, frozenset) else list(value)


def _width(numbers: list[int]) -> str | None:
    """Return the struct code that holds all numbers; None where one is negative or too great."""
    low, high = (min(numbers), max(numbers)) if numbers else (0, 0)
    return next((code for code, end in _WIDTHS if low >= 0 and high < end), None)


def unpack_print(form: str, packed: bytes) -> TextPrint:
    """Return the print that `pack_print` packed. Fields that the print no longer has are left out."""
    written = json.loads(form)
    values = {
        name: _FIELDS[name].validate_python(v) for name, v in written["values"].items() if name in _FIELDS
    }
    start = 0
    for name, spec in written["packed"].items():
        layout = f"<{spec[1:]}{spec[0]}"
        numbers = struct.unpack_from(layout, packed, start)
        start += struct.calcsize(layout)
        if name in _HINTS:
            values[name] = frozenset(numbers) if get_origin(_HINTS[name]) is frozenset else numbers
    return TextPrint(**values)


def signed(keys: Iterable[int]) -> list[int]:
    """Return unsigned 64-bit hashes as the signed integers that databases have, in order and without doubles."""
    return sorted({key - (1 << 64) if key >= 1 << 63 else key for key in keys})
