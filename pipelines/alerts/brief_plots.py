"""The plots of a brief: bars over time, shares, and the routes of texts (pure).

They are returned as numbers that a template draws as inline SVG: no script, no font and no picture
has to be fetched. Each plot has its numbers as rows too, for those who do not see it and for paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipelines.alerts.mail_words import Say, words_in
from pipelines.alerts.wording import day_of_month, is_wide, local_day, one_line, weekday
from pipelines.model import Document

# -- time ---------------------------------------------------------------------------------------------------

#: Times under the plot: as many as a phone has room for.
TICKS = 4
#: The drawing's size in its own units; the page scales it.
PLOT_WIDTH = 720
PLOT_BASE = 150
BAR_HEIGHT = 140
#: More bars than this are thinner than a line. What is later stays out of the plot.
MAX_BARS = 400
#: A longer time is shown by day.
HOURLY_UP_TO = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    """The bars of a plot over time: where they begin, and how far apart they are."""

    start: datetime
    step: timedelta
    number: int
    unit: str
    language: str

    @classmethod
    def between(cls, since: datetime, now: datetime, language: str) -> _TimeAxis:
        hour = since.replace(minute=0, second=0, microsecond=0)
        if now - since <= HOURLY_UP_TO:
            step = timedelta(hours=1)
            return cls(hour, step, _number_of_bars(hour, step, now), "hour", language)
        day = hour.replace(hour=0)
        step = timedelta(days=1)
        return cls(day, step, _number_of_bars(day, step, now), "day", language)

    def begin_of(self, bar: int) -> datetime:
        return self.start + bar * self.step

    def bar_of(self, at: datetime) -> int:
        return (at - self.start) // self.step

    def short_name(self, bar: int) -> str:
        """Return when a bar begins, for the plot: "Sat 13:00" or "17 Jan"."""
        begin = self.begin_of(bar)
        if self.unit == "hour":
            return f"{weekday(begin, self.language)} {begin:%H:%M}"
        return day_of_month(begin, self.language)

    def whole_name(self, bar: int) -> str:
        """Return when a bar begins, for a table: "Sat 17 Jan 13:00"."""
        begin = self.begin_of(bar)
        day = local_day(begin, begin, self.language)
        return f"{day} {begin:%H:%M}" if self.unit == "hour" else day


def _number_of_bars(start: datetime, step: timedelta, now: datetime) -> int:
    return min(MAX_BARS, int((now - start) / step) + 1)


def plot_over_time(
    documents: Sequence[Document], since: datetime, now: datetime, language: str = "en"
) -> dict[str, Any]:
    """Return bars of articles by the time of their arrival, in UTC.

    A bar is an hour, or a day where the whole is longer than three days.
    """
    return plot_hours(Counter(document.collected for document in documents), since, now, language)


def plot_hours(
    hours: Mapping[datetime, int], since: datetime, now: datetime, language: str = "en"
) -> dict[str, Any]:
    """Return such bars of how many articles each hour has, by any moment of it."""
    axis = _TimeAxis.between(since, now, language)
    counts = [0] * axis.number
    for hour, number in hours.items():
        bar = axis.bar_of(hour)
        if 0 <= bar < axis.number:
            counts[bar] += number
    most = max(counts, default=0) or 1
    bars: list[dict[str, Any]] = []
    rows: list[tuple[str, int]] = []
    for bar, count in enumerate(counts):
        bars.append(_bar(bar, count, axis.number, most, f"{axis.short_name(bar)} UTC: {count}"))
        if count:
            rows.append((axis.whole_name(bar), count))
    return {"bars": bars, "ticks": _ticks(axis), "most": most, "unit": axis.unit, "rows": rows}


def _bar(bar: int, count: int, number: int, most: int, title: str) -> dict[str, Any]:
    width = PLOT_WIDTH / number
    height = BAR_HEIGHT * count / most
    return {
        "x": round(bar * width, 1),
        "y": round(PLOT_BASE - height, 1),
        "w": round(max(1.0, width - 1.5), 1),
        "h": round(height, 1),
        "title": title,
    }


def _ticks(axis: _TimeAxis) -> list[str]:
    """Return the times under the plot, evenly spread from the first bar to the last."""
    bars: set[int] = set()
    for tick in range(TICKS):
        bars.add(round(tick * (axis.number - 1) / (TICKS - 1)))
    ticks: list[str] = []
    # A set first: with few bars several ticks fall on the same one.
    for bar in sorted(bars):
        ticks.append(axis.short_name(bar))
    return ticks


# -- shares -------------------------------------------------------------------------------------------------

#: Names of a plot of shares; what is rarer is added up in one more bar.
SHARES = 9


def plot_shares(counts: Counter[str], language: str = "en") -> list[dict[str, Any]]:
    """Return the most frequent names, and the rest together.

    Each has the length of its bar in percent.
    """
    shown = counts.most_common(SHARES)
    rest = counts.total()
    most = 1
    for _, count in shown:
        rest -= count
        most = max(most, count)
    if rest:
        shown.append((words_in(language)("all others"), rest))
        most = max(most, rest)
    bars: list[dict[str, Any]] = []
    for name, count in shown:
        percent = max(1, round(100 * count / most))
        bars.append({"name": one_line(name), "number": count, "percent": percent})
    return bars


# -- routes -------------------------------------------------------------------------------------------------

#: Routes that are drawn, the most frequent ones.
ROUTES = 14
#: Height of a row of boxes, and the size of a box.
ROW = 30
BOX_WIDTH = 180
BOX_MIDDLE = 12
#: Where the columns of origins, carriers and outlets begin.
COLUMNS = (0, 270, 540)
#: Letters of a name that fit into its box beside the number.
NAME_WIDTH = 20

#: Origin, carrier and outlet of a text.
Way = tuple[str, str, str]


def plot_routes(documents: Sequence[Document], language: str = "en") -> dict[str, Any]:
    """Return how texts travelled, as boxes and curves in three columns.

    The columns are origin → carrier → outlet.
    """
    ways = _count_ways(documents, words_in(language)).most_common(ROUTES)
    columns: list[dict[str, int]] = [{}, {}, {}]
    for way, count in ways:
        for column, name in zip(columns, way, strict=True):
            column[name] = column.get(name, 0) + count
    height = max(map(len, columns)) * ROW + 10
    tops: list[dict[str, int]] = []
    boxes: list[dict[str, Any]] = []
    for x, column in zip(COLUMNS, columns, strict=True):
        tops.append(_tops_of(column, height))
        for name, y in tops[-1].items():
            boxes.append({"x": x, "y": y, "name": fitted_name(name), "number": column[name]})
    return {"height": height, "boxes": boxes, "lines": _curves(ways, tops), "rows": ways}


def _count_ways(documents: Sequence[Document], say: Say) -> Counter[Way]:
    """Count the ways of the texts that came from somewhere else."""
    ways: Counter[Way] = Counter()
    for document in documents:
        if document.origin or document.carrier:
            origin = one_line(document.origin or say("not named"))
            carrier = one_line(document.carrier or say("directly"))
            ways[origin, carrier, one_line(document.source_name)] += 1
    return ways


def _tops_of(column: Mapping[str, int], height: int) -> dict[str, int]:
    """Return the upper edge of each box of a column.

    The boxes stand in the middle, the most frequent name first.
    """
    top = (height - len(column) * ROW) // 2
    tops: dict[str, int] = {}
    for name in sorted(column, key=lambda name: (-column[name], name)):
        tops[name] = top
        top += ROW
    return tops


def _curves(ways: Sequence[tuple[Way, int]], tops: Sequence[Mapping[str, int]]) -> list[dict[str, Any]]:
    """Return a curve for each pair of neighbours, as thick as it is frequent."""
    counts: Counter[tuple[int, str, str]] = Counter()
    for (origin, carrier, outlet), count in ways:
        counts[0, origin, carrier] += count
        counts[1, carrier, outlet] += count
    most = max(counts.values(), default=1)
    curves: list[dict[str, Any]] = []
    for (column, left, right), count in counts.items():
        begin = COLUMNS[column] + BOX_WIDTH, tops[column][left] + BOX_MIDDLE
        end = COLUMNS[column + 1], tops[column + 1][right] + BOX_MIDDLE
        curves.append({"d": _curve_path(begin, end), "w": round(1 + 7 * count / most, 1)})
    return curves


def _curve_path(begin: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the SVG path of a curve that leaves and arrives level."""
    (x1, y1), (x2, y2) = begin, end
    middle = (x1 + x2) // 2
    return f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"


def fitted_name(name: str) -> str:
    """Return a name cut so that it fits into its box."""
    width = 0
    for place, char in enumerate(name):
        # A Chinese character is as wide as two letters.
        width += 2 if is_wide(char) else 1
        if width > NAME_WIDTH:
            return f"{name[:place].rstrip()}…"
    return name
