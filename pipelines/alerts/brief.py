"""The brief: what came in since a moment, as one page that needs nothing else (pure).

Plots are inline SVG and plain tables, drawn here; there is no script, no font and no picture to fetch. Each plot has its numbers as
text too, for those who do not see it and for paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipelines.alerts.mail_content import AlertItem, MailContext, environment, item_facts, receipt_facts
from pipelines.alerts.wording import local_times, one_line
from pipelines.model import Alert, Document, StoredArticle, Story

STORIES = 40
ROUTES = 14
ROW = 30
TICKS = 4
"""Times under the plot: as many as a phone has room for."""
NAME_WIDTH = 20
"""Letters of a name that fit into its box beside the number; a Chinese character is as wide as two."""
COUNTRIES = {
    "CA": "Canada", "CN": "China", "HK": "Hong Kong", "MO": "Macau", "TW": "Taiwan", "US": "United States", "GB": "United Kingdom",
    "FR": "France", "AU": "Australia", "SG": "Singapore", "JP": "Japan", "DE": "Germany", "QA": "Qatar", "IN": "India",
}  # fmt: skip
KINDS = {"paid_release": "Paid releases", "state_media": "State media", "agency": "Agencies", "government": "Governments", "report": "Reports"}  # fmt: skip


def brief(
    documents: Sequence[Document],
    stories: Mapping[str, Story],
    articles: Mapping[str, Sequence[StoredArticle]],
    desk: MailContext,
    since: datetime,
) -> str:
    """Return the page. `documents` came in since then, in order of arrival; `articles` has those of the stories shown."""
    shown = ranked(documents, stories)[:STORIES]
    groups: dict[str, list[dict[str, Any]]] = {}
    for story in shown:
        topic = story.topics[0] if story.topics else ""
        alert = Alert("brief", story.id, "new")
        item = item_facts(AlertItem((alert,), story, tuple(articles[story.id])), desk)
        groups.setdefault(desk.topics.get(topic, topic.capitalize() or "Other"), []).append(item)
    ids = {d.story_id for d in documents}
    facts = {
        "beat": desk.beat,
        "since": local_times(since, desk.now),
        "until": local_times(desk.now),
        "articles": len(documents),
        "stories": len(ids),
        "sources": len({d.source for d in documents}),
        "languages": len({(d.lang or "").split("-")[0] for d in documents if d.lang}),
        "time": _over_time(documents, since, desk.now),
        "countries": _shares(
            Counter(COUNTRIES.get(d.country or "", d.country or "elsewhere") for d in documents)
        ),
        "topics": _shares(Counter(desk.topics.get(t, t.capitalize()) for d in documents for t in d.topics)),
        "kinds": _shares(Counter(KINDS[stories[i].kind] for i in ids if i in stories)),
        "routes": _routes(documents),
        "groups": sorted(groups.items(), key=lambda g: (g[0] == "Other", -len(g[1]), g[0])),
        "left_out": max(0, len(ids) - len(shown)),
        "receipt": receipt_facts(desk.receipt, desk.now, since),
    }
    return environment(escape=True).get_template("brief.html.j2").render(facts)


def ranked(documents: Sequence[Document], stories: Mapping[str, Story]) -> list[Story]:
    """Return the stories of these documents: most independent reports first, then most copies, then newest."""
    known = [stories[i] for i in dict.fromkeys(d.story_id for d in documents) if i in stories]
    return sorted(known, key=lambda s: (-s.independent, -s.copies, -s.last_seen.timestamp(), s.id))


def _shares(counts: Counter[str]) -> list[dict[str, Any]]:
    """Return the nine most frequent and the rest together, each with the length of its bar in percent."""
    first = counts.most_common(9)
    if rest := sum(counts.values()) - sum(n for _, n in first):
        first.append(("all others", rest))
    most = max((n for _, n in first), default=1)
    return [
        {"name": one_line(name), "number": n, "percent": max(1, round(100 * n / most))} for name, n in first
    ]


def _over_time(documents: Sequence[Document], since: datetime, now: datetime) -> dict[str, Any]:
    """Return bars of articles by hour, or by day where it is more than three days, as places in a drawing."""
    hourly = now - since <= timedelta(days=3)
    step = timedelta(hours=1) if hourly else timedelta(days=1)
    start = (
        since.replace(minute=0, second=0, microsecond=0)
        if hourly
        else since.replace(hour=0, minute=0, second=0, microsecond=0)
    )
    number = min(400, int((now - start) / step) + 1)
    counts = [0] * number
    for document in documents:
        place = int((document.collected - start) / step)
        if 0 <= place < number:
            counts[place] += 1
    most = max(counts, default=0) or 1
    width = 720 / number
    form = "%a %H:%M" if hourly else "%d %b"
    bars = [
        {"x": round(n * width, 1), "y": round(150 - 140 * c / most, 1), "w": round(max(1.0, width - 1.5), 1), "h": round(140 * c / most, 1),
         "title": f"{start + n * step:{'%a %H:00' if hourly else '%d %b'}} UTC: {c}"}
        for n, c in enumerate(counts)
    ]  # fmt: skip
    places = sorted({round(n * (number - 1) / (TICKS - 1)) for n in range(TICKS)})
    ticks = [f"{start + n * step:{form}}" for n in places]
    rows = [
        (f"{start + n * step:{'%a %d %b %H:00' if hourly else '%a %d %b'}}", c)
        for n, c in enumerate(counts)
        if c
    ]
    return {"bars": bars, "ticks": ticks, "most": most, "unit": "hour" if hourly else "day", "rows": rows}


def _routes(documents: Sequence[Document]) -> dict[str, Any]:
    """Return how texts travelled, origin → carrier → outlets, as boxes and curves in a drawing of three columns."""
    ways: Counter[tuple[str, str, str]] = Counter()
    for d in documents:
        if d.origin or d.carrier:
            ways[
                one_line(d.origin or "not named"), one_line(d.carrier or "directly"), one_line(d.source_name)
            ] += 1
    top = ways.most_common(ROUTES)
    columns: list[dict[str, int]] = [{}, {}, {}]
    for way, count in top:
        for column, name in zip(columns, way, strict=True):
            column[name] = column.get(name, 0) + count
    tallest = max(map(len, columns), default=0)
    height = tallest * ROW + 10
    places = [_places(column, height) for column in columns]
    xs = (0, 270, 540)
    boxes = [
        {"x": x, "y": y, "name": _fitting(name), "number": column[name]}
        for x, column, place in zip(xs, columns, places, strict=True)
        for name, y in place.items()
    ]
    curves: Counter[tuple[int, str, str]] = Counter()
    for (origin, carrier, outlet), count in top:
        curves[0, origin, carrier] += count
        curves[1, carrier, outlet] += count
    most = max(curves.values(), default=1)
    lines = [
        {
            "d": _curve(xs[side] + 180, places[side][a] + 12, xs[side + 1], places[side + 1][b] + 12),
            "w": round(1 + 7 * n / most, 1),
        }
        for (side, a, b), n in curves.items()
    ]
    return {"height": height, "boxes": boxes, "lines": lines, "rows": top}


def _fitting(name: str) -> str:
    """Return a name cut so that it fits into its box."""
    width = 0
    for place, char in enumerate(name):
        width += 2 if char > "\u2e80" else 1
        if width > NAME_WIDTH:
            return f"{name[:place].rstrip()}…"
    return name


def _places(column: Mapping[str, int], height: int) -> dict[str, int]:
    order = sorted(column, key=lambda name: (-column[name], name))
    free = (height - len(order) * ROW) // 2
    return {name: free + n * ROW for n, name in enumerate(order)}


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    middle = (x1 + x2) // 2
    return f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"
