"""What a reader may choose in an address: times, orders, values of a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from starlette.requests import Request

_Choice = TypeVar("_Choice", bound=str)

#: How far back a page looks.
PERIODS: Mapping[str, timedelta] = {
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
#: Characters of one parameter that are read.
_MOST = 2000
#: The last page of a list: beyond it nobody reads, and an index works for nothing.
_LAST_PAGE = 500


def text_of(request: Request, name: str) -> str:
    """Return a parameter as text, "" where it is not there."""
    return request.query_params.get(name, "").strip()[:_MOST]


def choice_of(request: Request, name: str, known: Iterable[_Choice]) -> _Choice:
    """Return a parameter that is one of some values, else the first of them."""
    value = request.query_params.get(name, "")
    choices = list(known)
    for choice in choices:
        if choice == value:
            return choice
    return choices[0]


def number_of(request: Request, name: str, usual: int, most: int = _LAST_PAGE) -> int:
    """Return a parameter that is a whole number from 1 to `most`."""
    value = request.query_params.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return usual
    return max(1, min(int(value), most))
