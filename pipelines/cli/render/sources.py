"""How sources, their health and checks are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crawlers.errors import CatalogueError
from crawlers.model import Source
from pipelines.beat.source_health import USUAL_DAYS, health_of
from pipelines.cli.render.json_values import iso
from pipelines.cli.render.tables import print_table

if TYPE_CHECKING:
    from pipelines.bootstrap import App

_YES_OR_NO = {True: "yes", False: "no"}

# Those that somebody should look at come first.
_HEALTH_ORDER = ("failing", "silent", "not tried", "ok", "off")


def print_catalogue(sources: Sequence[Source]) -> None:
    """Print a source a line, in the order of the catalogue."""
    rows = []
    for source in sources:
        rows.append((
            source.id,
            source.name,
            source.kind,
            source.country or "",
            source.language or "",
            source.owner,
            source.tier,
            source.scope,
            _YES_OR_NO[source.enabled],
        ))  # fmt: skip
    columns = ["id", "name", "kind", "country", "language", "owner", "tier", "scope", "on"]
    print_table(f"{len(rows)} sources", columns, rows)


def read_health(app: App) -> list[dict[str, Any]]:
    """Return how each source does, as JSON.

    Its feed state, and its usual and present pages a day.
    """
    now = app.clock.now()
    states = app.ledger.feed_states()
    # One day more than the usual ones: today is compared with them.
    volumes = app.ledger.volumes(now - timedelta(days=USUAL_DAYS + 1))
    rows = []
    for health in health_of(app.beat.sources, states, volumes, now):
        row: dict[str, Any] = {
            "source": health.source.id,
            "name": health.source.name,
            "enabled": health.source.enabled,
            "state": health.state,
            "why": health.why or None,
            "last_success": None,
            "failing_since": None,
            "failure_weight": 0.0,
            "last_error": None,
            "next_due": None,
            "newest_entry": None,
            "usual_a_day": round(health.usual, 1),
            "today": health.today,
        }
        state = states.get(health.source.id)
        # A source that was never crawled has no state.
        if state is not None:
            row["last_success"] = iso(state.last_success)
            row["failing_since"] = iso(state.failing_since)
            row["failure_weight"] = state.failure_weight
            row["last_error"] = state.last_error
            row["next_due"] = iso(state.next_due)
            row["newest_entry"] = iso(state.newest_entry)
        rows.append(row)
    return rows


def print_health(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how the sources do, those in trouble first."""
    table = []
    for row in sorted(rows, key=lambda row: _HEALTH_ORDER.index(row["state"])):
        last_success = row["last_success"] or "never"
        why = row["why"] or ""
        table.append((row["source"], row["state"], last_success, row["usual_a_day"], row["today"], why))
    print_table("", ["source", "state", "last success", "usual a day", "today", "why"], table)


def print_checks(app: App, wanted: Sequence[str]) -> bool:
    """Try sources live; return whether all answered.

    Without `wanted` all enabled sources are tried. Raises CatalogueError for an unknown one.
    """
    from crawlers.crawl import check

    sources = _sources_to_check(app.beat.sources, wanted)
    rows = []
    all_answered = True
    for source in sources:
        report, feed = check(source, app.parts.crawl, app.clock.now())
        if report.result == "failed":
            all_answered = False
        newest = ""
        if feed and feed.entries:
            newest = feed.entries[0].title
        error = report.error or ""
        rows.append((source.id, report.result, report.entries, report.fetched, newest, error))
    print_table("", ["source", "result", "entries", "fetched", "newest", "error"], rows)
    return all_answered


def _sources_to_check(sources: Sequence[Source], wanted: Sequence[str]) -> list[Source]:
    if not wanted:
        # One that was turned off can still be checked by its name.
        return [source for source in sources if source.enabled]
    chosen = []
    missing = set(wanted)
    for source in sources:
        if source.id in wanted:
            chosen.append(source)
            missing.discard(source.id)
    if missing:
        raise CatalogueError([f"no source “{min(missing)}”; `maplewire sources list` shows them"])
    return chosen
