"""In which order the undated sitemaps of an index are read.

Generators number the parts of a sitemap, and write the newest entries into the first part or into the last
one (WordPress does). Nothing tells which, so the ends are read before the middle:

    post-1, post-2, … post-15, page-1   ──►   post-15, page-1, post-1, post-14, post-2, …
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

_NUMBER = re.compile(r"\d+")


def newest_at_an_end(addresses: Sequence[str]) -> list[str]:
    """Return the addresses, the ends of each numbered series before its middle.

    Series are taken in turn, in the order of the index. The length stays the same.
    """
    turns = zip_longest(*(_ends_first(series) for series in _list_series(addresses)))
    ordered = []
    for address in chain.from_iterable(turns):
        if address is not None:
            ordered.append(address)
    return ordered


def _list_series(addresses: Sequence[str]) -> list[list[str]]:
    """Return the series: addresses that differ in their numbers alone, by these.

    An index may be in the order of letters: 1, 10, 11, 2.
    """
    series_by_form: dict[str, list[str]] = {}
    for address in addresses:
        series_by_form.setdefault(_NUMBER.sub("", address), []).append(address)
    for series in series_by_form.values():
        series.sort(key=_numbers_of)
    return list(series_by_form.values())


def _numbers_of(address: str) -> tuple[int, ...]:
    # An address has at most 2,048 characters, so no number is too long for Python.
    return tuple(int(digits) for digits in _NUMBER.findall(address))


def _ends_first(series: Sequence[str]) -> Iterator[str]:
    first = 0
    last = len(series) - 1
    while first < last:
        yield series[last]
        yield series[first]
        first += 1
        last -= 1
    if first == last:
        yield series[first]
