"""The JSON of runs, quarantine and times (docs/json.md).

Times are ISO 8601 in UTC. What is not known is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipelines.model import Outcome, Quarantined, RunReport, SourceAccount


def iso(at: datetime | None) -> str | None:
    """Return a time as `2026-01-17T14:05:00Z`.

    With microseconds only where there are some.
    """
    if at is None:
        return None
    # "Z" and not "+00:00": it is shorter, and every parser of ISO 8601 takes it.
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def run_json(run: RunReport) -> dict[str, Any]:
    """Return the account of one run."""
    return {
        "run": run.run_id,
        "started": iso(run.started),
        "finished": iso(run.finished),
        "fetched": run.fetched,
        "outcomes": _outcome_counts(run.outcomes),
        "mails": run.mails,
        "note": run.note,
        "sources": [_account_json(account) for account in run.sources],
    }


def _account_json(account: SourceAccount) -> dict[str, Any]:
    return {
        "source": account.source_id,
        "result": account.result,
        "entries": account.entries,
        "known": account.known,
        "skipped": account.skipped,
        "fetched": account.fetched,
        "outcomes": _outcome_counts(account.outcomes),
        "error": account.error,
    }


def quarantined_json(page: Quarantined) -> dict[str, Any]:
    """Return a page that was kept aside."""
    return {
        "id": page.id,
        "source": page.source_id,
        "url": page.url,
        "stage": page.stage,
        "reason": page.reason,
        "at": iso(page.at),
        "batch": page.batch_id,
        "record": page.record,
        "replayed": iso(page.replayed),
    }


def _outcome_counts(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    """Return a count for every outcome, zeros included."""
    # A program can add them up without knowing which outcomes there are.
    found: dict[str, int] = {}
    for outcome in Outcome:
        found[outcome.value] = outcomes.get(outcome, 0)
    return found
