"""What came in lately, kept in memory for the pages that count it."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from sys import intern
from typing import TypeVar

from pipelines.model import Arrival
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
    """What is counted of each article, a column a field.

    To count one field of tens of thousands of articles is then one step of the interpreter, and they take a
    few megabytes. Rows are only ever added.
    """

    def __init__(self) -> None:
        self.story_id: list[str] = []
        self.source: list[str] = []
        self.collected = array("d")
        self.first_seen = array("d")
        self.collected_hour = array("l")
        self.published_hour = array("l")
        self.fields: Mapping[str, list[str]] = {"lang": [], "country": [], "kind": [], "outlet": []}
        self.topics: list[tuple[str, ...]] = []

    def __len__(self) -> int:
        return len(self.topics)

    def add(self, arrivals: Iterable[Arrival]) -> None:
        for arrival in arrivals:
            # Few values that many articles have: each is kept once.
            self.story_id.append(intern(arrival.story_id))
            self.source.append(intern(arrival.source))
            self.collected.append(arrival.collected.timestamp())
            self.first_seen.append(arrival.first_seen.timestamp())
            self.collected_hour.append(_hour_of(arrival.collected))
            self.published_hour.append(_hour_of(arrival.published))
            self.fields["lang"].append(intern((arrival.lang or "").partition("-")[0]))
            self.fields["country"].append(intern(arrival.country or ""))
            self.fields["kind"].append(intern(arrival.kind))
            self.fields["outlet"].append(intern(arrival.source_name))
            # Last: its length is that of all.
            self.topics.append(arrival.topics)

    def newest(self, number: int) -> _Columns:
        """Return a copy with so many rows, the last ones."""
        kept = _Columns()
        kept.story_id = self.story_id[-number:]
        kept.source = self.source[-number:]
        kept.collected = self.collected[-number:]
        kept.first_seen = self.first_seen[-number:]
        kept.collected_hour = self.collected_hour[-number:]
        kept.published_hour = self.published_hour[-number:]
        kept.fields = {name: values[-number:] for name, values in self.fields.items()}
        kept.topics = self.topics[-number:]
        return kept


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

    What came in is read once; later calls read only what is new.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._begin: datetime | None = None
        self._last = 0
        self._columns = _Columns()

    def since(self, moment: datetime) -> Arrived:
        """Return what was collected since a moment, in order of arrival."""
        with self._lock:
            if self._begin is None or moment < self._begin:
                self._begin = moment
                self._columns = _Columns()
                self._last = self._ledger.arrival_before(moment)
            self._read_new()
            columns = self._columns
            begin = moment.timestamp()
            return Arrived(columns, [place for place, at in enumerate(columns.collected) if at >= begin])

    def forget(self) -> None:
        """Read all anew when it is next asked for.

        A person may have moved articles to other stories.
        """
        with self._lock:
            self._begin = None

    def _read_new(self) -> None:
        while arrivals := self._ledger.counted_arrivals(self._last, _CHUNK):
            self._last = arrivals[-1].number
            self._columns.add(arrivals)
        # A page may still count the rows that are there, so they are not removed from under it.
        if len(self._columns) > MOST + _CHUNK:
            self._columns = self._columns.newest(MOST)
