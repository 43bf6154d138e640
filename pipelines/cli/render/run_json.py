"""The JSON of runs and of the quarantine (docs/json.md).

Times are ISO 8601 in UTC. What is not known is null.
"""

from __future__ import annotations

from typing import Any

from pipelines.beat.source_health import Health
from pipelines.model import Quarantined, RunReport, ScreenCounts, SourceAccount, count_by_outcome
from pipelines.text.iso_time import iso


def run_json(run: RunReport) -> dict[str, Any]:
    """Return the account of one run."""
    return {
        "run": run.run_id,
        "started": iso(run.started),
        "finished": iso(run.finished),
        "fetched": run.fetched,
        "outcomes": count_by_outcome(run.outcomes),
        "screen": _screen_json(run.screen),
        "mails": run.mails,
        "note": run.note,
        "sources": [_account_json(account) for account in run.sources],
    }


def _screen_json(screen: ScreenCounts) -> dict[str, int]:
    """Return what the screen did in a run, and what its sample says of that."""
    return {
        "out": screen.out,
        "sampled": screen.sampled,
        "lost": screen.lost,
        "scope_sampled": screen.scope_sampled,
        "scope_lost": screen.scope_lost,
    }


def _account_json(account: SourceAccount) -> dict[str, Any]:
    return {
        "source": account.source_id,
        "result": account.result,
        "entries": account.entries,
        "known": account.known,
        "skipped": account.skipped,
        "fetched": account.fetched,
        "outcomes": count_by_outcome(account.outcomes),
        "error": account.error,
        "problems": list(account.problems),
    }


def health_json(health: Health) -> dict[str, Any]:
    """Return the state that a source is in, and what to do."""
    return {
        "source": health.source.id,
        "name": health.source.name,
        "state": health.state,
        "since": iso(health.since),
        "why": health.why or None,
        "advice": health.advice or None,
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
