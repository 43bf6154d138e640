"""Compiled values as plain values of JSON, and back (pure).

    tuple       ──► [items]
    other value ──► {"is": its kind, "of": [what it is made of]}

Only the kinds that a form lists are made again, of plain values: whatever a file holds, nothing else is
called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any

_PLAIN = (str, int, float, type(None))
#: Takes a value apart, and makes it again of its parts.
Kind = tuple[Callable[[Any], Sequence[Any]], Callable[..., Any]]


class PlainForm:
    """How values of some kinds are written in JSON.

    These are the dataclasses given, `others`, and mappings, sets of texts and days.
    """

    def __init__(
        self, dataclasses: Iterable[type[Any]], others: Mapping[type[Any], Kind] | None = None
    ) -> None:
        self._parts_of: dict[type[Any], Callable[[Any], Sequence[Any]]] = {date: _parts_of_date}
        self._makers: dict[str, Callable[..., Any]] = {
            "Mapping": _mapping,
            "characters": frozenset,
            "frozenset": _set_of,
            "date": date.fromisoformat,
        }
        for kind in dataclasses:
            self._parts_of[kind] = _reader_of(kind)
            self._makers[kind.__name__] = kind
        for kind, (parts_of, make) in (others or {}).items():
            self._parts_of[kind] = parts_of
            self._makers[kind.__name__] = make

    def to_plain(self, value: Any) -> Any:
        """Return a value as JSON can write it.

        Raises TypeError for a kind that is not listed.
        """
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, tuple):
            return self._plain_items(value)
        if isinstance(value, Mapping):
            return {"is": "Mapping", "of": [self._plain_items(value), self._plain_items(value.values())]}
        if isinstance(value, frozenset):
            return _plain_set(value)
        kind = type(value)
        if kind not in self._parts_of:
            raise TypeError(f"{kind.__name__} cannot be written in this form")
        return {"is": kind.__name__, "of": self._plain_items(self._parts_of[kind](value))}

    def of_plain(self, plain: Any) -> Any:
        """Return the value that `to_plain` wrote.

        Raises TypeError, ValueError or LookupError for anything else.
        """
        if isinstance(plain, list):
            return tuple([self.of_plain(item) for item in plain])
        if isinstance(plain, dict):
            parts = [self.of_plain(part) for part in plain["of"]]
            return self._makers[plain["is"]](*parts)
        return plain

    def _plain_items(self, values: Iterable[Any]) -> list[Any]:
        return [self.to_plain(value) for value in values]


def _reader_of(kind: type[Any]) -> Callable[[Any], Sequence[Any]]:
    """Return what takes a dataclass apart, in the order in which it is made."""
    names = [field.name for field in fields(kind)]

    def parts_of(value: Any) -> Sequence[Any]:
        return [getattr(value, name) for name in names]

    return parts_of


def _parts_of_date(day: date) -> Sequence[Any]:
    return (day.isoformat(),)


def _plain_set(values: frozenset[str]) -> dict[str, Any]:
    ordered = sorted(values)
    # Each name has its set of signs; as one text it is read in half the time.
    if all(len(text) == 1 for text in ordered):
        return {"is": "characters", "of": ["".join(ordered)]}
    return {"is": "frozenset", "of": ordered}


def _mapping(keys: Sequence[Any], values: Sequence[Any]) -> Mapping[Any, Any]:
    return MappingProxyType(dict(zip(keys, values, strict=True)))


def _set_of(*items: Any) -> frozenset[Any]:
    return frozenset(items)
