"""What came in lately, kept in memory for the pages that count it."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from sys import intern
from typing import Any, TypeVar

from pipelines.model import Arrival, CountedChange
from pipelines.ports import Ledger

T = TypeVar("T")

#: Articles read from the ledger at once.
_CHUNK = 2_000
#: The most that is kept: a month of a large beat. Of more, the newest.
MOST = 60_000
_HOUR_S = 3600
#: Stands for the hour of a publication that no page names.
_UNKNOWN_HOUR = -1


class _Columns:
    """What is counted of each article, a column a field, in order of arrival.

    To count one field of tens of thousands of articles is then one step of the interpreter, and they take a
    few megabytes. Rows that a page may be counting never change: what changes them makes a copy.
    """

    def __init__(self) -> None:
        self.number = array("q")
        self.story_id: list[str] = []
        self.source: list[str] = []
        self.collected = array("d")
        self.first_seen = array("d")
        self.collected_hour = array("l")
        self.published_hour = array("l")
        self.fields: Mapping[str, list[str]] = {"lang": [], "country": [], "kind": [], "outlet": []}
        self.topics: list[tuple[str, ...]] = []

    def __len__(self) -> int:
        return len(self.number)

    def _all(self) -> tuple[Any, ...]:
        """Return the columns, in the order of the values of a row."""
        return (
            self.number,
            self.story_id,
            self.source,
            self.collected,
            self.first_seen,
            self.collected_hour,
            self.published_hour,
            *self.fields.values(),
            self.topics,
        )

    def add(self, arrivals: Sequence[Arrival]) -> None:
        """Add rows behind all others."""
        values_by_column = zip(*map(_row_of, arrivals), strict=True)
        for column, values in zip(self._all(), values_by_column, strict=True):
            column.extend(values)

    def newest(self, number: int) -> _Columns:
        """Return a copy with so many rows, the last ones."""
        kept = _Columns()
        first = max(0, len(self) - number)
        for column, own in zip(kept._all(), self._all(), strict=True):
            column.extend(own[first:])
        return kept

    def changed_by(self, changes: Iterable[CountedChange]) -> _Columns:
        """Return a copy in which each of these articles stands as it is now, or no more."""
        changed = self.newest(len(self))
        for change in changes:
            changed._take(change)
        return changed

    def story_ids_of(self, numbers: Iterable[int]) -> set[str]:
        """Return the stories in which these articles stand here."""
        story_ids = set()
        for number in numbers:
            place = bisect_left(self.number, number)
            if self._has(number, place):
                story_ids.add(self.story_id[place])
        return story_ids

    def _take(self, change: CountedChange) -> None:
        place = bisect_left(self.number, change.number)
        if change.arrival is None:
            if self._has(change.number, place):
                for column in self._all():
                    del column[place]
            return
        row = _row_of(change.arrival)
        is_known = self._has(change.number, place)
        for column, value in zip(self._all(), row, strict=True):
            if is_known:
                column[place] = value
            else:
                column.insert(place, value)

    def _has(self, number: int, place: int) -> bool:
        return place < len(self.number) and self.number[place] == number


def _row_of(arrival: Arrival) -> tuple[Any, ...]:
    # Few values that many articles have: each is kept once.
    return (
        arrival.number,
        intern(arrival.story_id),
        intern(arrival.source),
        arrival.collected.timestamp(),
        arrival.first_seen.timestamp(),
        _hour_of(arrival.collected),
        _hour_of(arrival.published),
        intern((arrival.lang or "").partition("-")[0]),
        intern(arrival.country or ""),
        intern(arrival.kind),
        intern(arrival.source_name),
        arrival.topics,
    )


def _hour_of(at: datetime | None) -> int:
    """Return an instant in whole hours since 1970."""
    if at is None:
        return _UNKNOWN_HOUR
    return int(at.timestamp() // _HOUR_S)


class Arrived:
    """Some of the articles that came in, in order of arrival, to be counted."""

    def __init__(self, columns: _Columns, places: Sequence[int]) -> None:
        self._columns = columns
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def with_value(self, field: str, value: str) -> Arrived:
        """Return those that have a value of a field."""
        kept = []
        if field == "topic":
            for place in self._places:
                if value in self._columns.topics[place]:
                    kept.append(place)
        else:
            column = self._columns.fields[field]
            for place in self._places:
                if column[place] == value:
                    kept.append(place)
        return Arrived(self._columns, kept)

    def values(self, field: str) -> Iterable[str]:
        """Return the values of a field, one for each article; "" where it is not known.

        An article has as many topics as it has.
        """
        if field == "topic":
            return chain.from_iterable(self._values_of(self._columns.topics))
        return self._values_of(self._columns.fields[field])

    def outlets(self) -> int:
        """Return how many sources they come from."""
        return len(set(self._values_of(self._columns.source)))

    def story_ids(self) -> list[str]:
        """Return the ids of their stories, each once, in order."""
        return list(dict.fromkeys(self._values_of(self._columns.story_id)))

    def first_seen(self) -> Mapping[str, float]:
        """Return when each story was first seen, by id, in seconds since 1970."""
        # Of several articles of a story the last one knows best.
        columns = self._columns
        pairs = zip(self._values_of(columns.story_id), self._values_of(columns.first_seen), strict=True)
        return dict(pairs)

    def hours(self, moment: str) -> Mapping[datetime, int]:
        """Return how many articles each hour has, by "arrival" or by "publication".

        Those whose publication is not known are in none.
        """
        columns = {"arrival": self._columns.collected_hour, "publication": self._columns.published_hour}
        numbers = Counter(self._values_of(columns[moment]))
        del numbers[_UNKNOWN_HOUR]
        hours = {}
        for hour, number in numbers.items():
            hours[datetime.fromtimestamp(hour * _HOUR_S, UTC)] = number
        return hours

    def _values_of(self, column: Sequence[T]) -> Iterator[T]:
        return map(column.__getitem__, self._places)


class Arrivals:
    """The articles that came in since a moment.

    What came in is read once; later calls read only what came or changed since, whoever wrote it: a run, a
    command, or a page.
    """

    def __init__(self, ledger: Ledger, tell_changed: Callable[[set[str]], None]) -> None:
        """Tell with `tell_changed` which stories changed, as soon as it is known."""
        self._ledger = ledger
        self._tell_changed = tell_changed
        self._lock = threading.Lock()
        self._begin: datetime | None = None
        #: Arrivals up to this number are not kept.
        self._before = 0
        #: The number of the last change that is kept.
        self._seq = 0
        self._columns = _Columns()

    def since(self, moment: datetime) -> Arrived:
        """Return what was collected since a moment, in order of arrival."""
        with self._lock:
            if self._begin is None or moment < self._begin:
                self._read_all(moment)
                self._begin = moment
            self._read_changes()
            columns = self._columns
            begin = moment.timestamp()
            return Arrived(columns, [place for place, at in enumerate(columns.collected) if at >= begin])

    def _read_all(self, moment: datetime) -> None:
        # Read first: what changes meanwhile is read once more.
        self._seq = self._ledger.last_change()
        self._before = self._ledger.arrival_before(moment)
        self._columns = _Columns()
        last = self._before
        while arrivals := self._ledger.counted_arrivals(last, _CHUNK):
            last = arrivals[-1].number
            self._columns.add(arrivals)
            self._keep_newest()

    def _read_changes(self) -> None:
        while changes := self._ledger.counted_changes(self._seq, _CHUNK):
            self._seq = changes[-1].seq
            changed = self._columns.story_ids_of(change.number for change in changes)
            kept = []
            for change in changes:
                if change.arrival is not None:
                    changed.add(change.arrival.story_id)
                if change.number > self._before:
                    kept.append(change)
            self._columns = self._columns.changed_by(kept)
            self._keep_newest()
            self._tell_changed(changed)

    def _keep_newest(self) -> None:
        if len(self._columns) > MOST + _CHUNK:
            self._columns = self._columns.newest(MOST)
            self._before = self._columns.number[0] - 1
