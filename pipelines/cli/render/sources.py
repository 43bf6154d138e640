"""How sources and their health are printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawlers.model import Source
from pipelines.alerts.source_record import read_source_health
from pipelines.beat.source_health import STATES
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.text.counts import counted
from pipelines.text.iso_time import iso

if TYPE_CHECKING:
    from pipelines.bootstrap import App

_YES_OR_NO = {True: "yes", False: "no"}


def catalogue_json(source: Source) -> dict[str, Any]:
    """Return one source as JSON (docs/json.md)."""
    row = asdict(source)
    row["answered"] = None
    if source.answered is not None:
        row["answered"] = source.answered.isoformat()
    # Its name before `listed`: programs may still ask for it.
    row["verified"] = source.listed
    return row


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
            _YES_OR_NO[source.listed],
            source.answered or "",
        ))  # fmt: skip
    columns = [
        "id",
        "name",
        "kind",
        "country",
        "language",
        "owner",
        "tier",
        "scope",
        "on",
        "listed",
        "answered",
    ]
    print_table(counted(len(rows), "source"), columns, rows)


def read_health(app: App) -> list[dict[str, Any]]:
    """Return how each source does, as JSON.

    Its feed state, and its usual and present pages a day.
    """
    states = app.ledger.feed_states()
    rows = []
    for health in read_source_health(app.ledger, app.beat.sources, app.clock.now()):
        row: dict[str, Any] = {
            "source": health.source.id,
            "name": health.source.name,
            "enabled": health.source.enabled,
            "state": health.state,
            "why": health.why or None,
            "since": iso(health.since),
            "advice": health.advice or None,
            "problems": list(health.problems),
            "moved_to": None,
            "last_success": None,
            "failing_since": None,
            "failure_weight": 0.0,
            "last_error": None,
            "next_due": None,
            "asked_at": None,
            "asked_by": None,
            "newest_entry": None,
            "usual_a_day": round(health.usual, 1),
            "today": health.today,
            "verify": health.source.verify,
            "verify_reason": health.source.verify_reason,
        }
        state = states.get(health.source.id)
        # A source that was never crawled has no state.
        if state is not None:
            row["last_success"] = iso(state.last_success)
            row["failing_since"] = iso(state.failing_since)
            row["failure_weight"] = state.failure_weight
            row["last_error"] = state.last_error
            row["next_due"] = iso(state.next_due)
            row["asked_at"] = iso(state.asked_at)
            row["asked_by"] = state.asked_by or None
            row["newest_entry"] = iso(state.newest_entry)
            if state.moved is not None:
                row["moved_to"] = state.moved.what
        rows.append(row)
    return rows


def print_health(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how the sources do, those in trouble first."""
    table = []
    for row in sorted(rows, key=lambda row: STATES.index(row["state"])):
        last_success = "never"
        if row["last_success"]:
            last_success = minute_words(datetime.fromisoformat(row["last_success"]))
        why = "; ".join(_reasons(row))
        if row.get("advice"):
            why += f"\n→ {row['advice']}"
        table.append((row["source"], row["state"], last_success, row["usual_a_day"], row["today"], why))
    columns = ["source", "state", "last success (UTC)", "usual a day", "today", "why, and what to do"]
    print_table("", columns, table)


def _reasons(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a person should know of a source."""
    if row["why"]:
        yield row["why"]
    yield from row.get("problems", ())
    if not row["verify"]:
        yield f"its certificate is not checked ({row['verify_reason']})"
