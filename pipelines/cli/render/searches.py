"""How saved searches and their trials are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import time
from typing import Any

from pipelines.alerts.backtest import LEAST_STORED_DAYS, BackTest
from pipelines.beat.searches import DAYS
from pipelines.cli.console import print_text
from pipelines.cli.render.tables import print_table
from pipelines.model import SavedSearch, Story
from pipelines.text.counts import counted

_STATES = {True: "yes", False: "paused"}

# What a trial shows of what is many.
_OVERLAPS = 5
_STORIES = 10


def print_searches(searches: Sequence[SavedSearch], troubles: Mapping[str, Sequence[str]]) -> None:
    """Print a search a line.

    `troubles` are what keeps mails of a search from leaving, by its id.
    """
    rows = []
    for search in searches:
        rows.append((
            search.id,
            search.name,
            search.query,
            ", ".join((*search.to, *search.channels)),
            _cadence_words(search),
            _STATES[search.enabled],
            search.where,
            "; ".join(troubles.get(search.id, ())),
        ))  # fmt: skip
    columns = ["id", "name", "query", "to", "when", "on", "written in", "trouble"]
    print_table(counted(len(rows), "saved search", "saved searches"), columns, rows)


def _cadence_words(search: SavedSearch) -> str:
    """Return "immediate" or "daily at 07:30 America/Toronto"."""
    at = f"at {search.at:%H:%M} {search.zone}"
    if search.cadence == "daily":
        return f"daily {at}"
    if search.cadence == "weekly":
        return f"{DAYS[search.weekday]}s {at}"
    return search.cadence


def search_json(search: SavedSearch, troubles: Sequence[str]) -> dict[str, Any]:
    """Return the fields of searches.yaml, times of day as HH:MM."""
    fields = {}
    for name, value in asdict(search).items():
        fields[name] = _json_value(value)
    # A number inside; searches.yaml has the word.
    fields["day"] = DAYS[fields.pop("weekday")]
    if fields["quiet"]:
        fields["quiet"] = "-".join(fields["quiet"])
    else:
        fields["quiet"] = None
    fields["trouble"] = list(troubles)
    return fields


def _json_value(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        found = []
        for item in value:
            found.append(_json_value(item))
        return found
    return value


def back_test_json(result: BackTest) -> dict[str, Any]:
    """Return what a trial found."""
    rate = result.mails_a_week
    return asdict(result) | {"mails_a_week": None if rate is None else round(rate, 2)}


def _rate_of(result: BackTest) -> str:
    """Return the mails a week, or that too little is stored to tell."""
    rate = result.mails_a_week
    if rate is None:
        return f"not known before {LEAST_STORED_DAYS} days are stored"
    return f"{rate:.1f}, going by {result.stored_days:g} stored days"


def _stored_of(result: BackTest) -> str:
    if result.stored_days < 1:
        return "less than one is stored"
    return f"{result.stored_days:g} are stored"


def print_back_test(search: SavedSearch, result: BackTest, stories: Mapping[str, Story]) -> None:
    """Print what a trial found and missed."""
    numbers: list[tuple[str, object]] = [
        ("stories", len(result.stories)),
        ("events", result.events),
        ("mails (the reports of one event are one)", result.mails),
        ("mails a week", _rate_of(result)),
    ]
    for why, number in result.refused.items():
        numbers.append((f"kept out: {why}", number))
    # The largest overlaps come first; a search that finds the same is worth knowing.
    for id_, number in list(result.overlap.items())[:_OVERLAPS]:
        numbers.append((f"also found by {id_}", number))
    numbers.append((f"only a looser form finds ({result.looser})", len(result.missed)))
    span = counted(result.days, "day")
    if result.stored_days < result.days:
        span += f", of which {_stored_of(result)}"
    print_table(f"{search.query}, {span}", ["what", "number"], numbers)

    rows = []
    for story_id in result.stories[:_STORIES]:
        rows.append(("found", story_id, stories[story_id].headline))
    # A near miss shows whether the query is too narrow.
    for story_id in result.missed[:_STORIES]:
        if story_id in stories:
            rows.append(("missed", story_id, stories[story_id].headline))
    print_text("\n")
    print_table("", ["", "story", "headline"], rows)
