"""What the ledger knows of the sources, and how healthy they are by it.

feed states ──────────────────────────────┐
pages by day: the last weeks, and before  ├──► health of each source
the last page of those that are silent ───┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crawlers.model import FeedState, Source
from pipelines.alerts.bug_log import log_bug
from pipelines.alerts.clock_marks import last_pause
from pipelines.beat.source_health import USUAL_DAYS, Health, Volumes, health_of
from pipelines.beat.text_lengths import COMPARED_TEXTS, TextLengths
from pipelines.model import ARRIVED, Outcome
from pipelines.ports import Ledger


def read_source_health(ledger: Ledger, sources: Sequence[Source], now: datetime) -> list[Health]:
    """Return the health of each source, in order."""
    # Whole days: half of a first day would look like a source that had begun to write less.
    first_day = _start_of_day(now - timedelta(days=USUAL_DAYS))
    volumes = dict(ledger.volumes(first_day))
    quiet = []
    for source in sources:
        if source.enabled and not _has_arrivals(volumes.get(source.id, {})):
            quiet.append(source.id)
    _add_earlier_volumes(ledger, volumes, quiet, first_day)
    states = ledger.feed_states()
    pause = last_pause(ledger, now)
    lengths = ledger.text_lengths([source.id for source in sources], first_day, COMPARED_TEXTS)
    return [_judge_guarded(source, states, volumes, now, pause, lengths) for source in sources]


def _judge_guarded(
    source: Source,
    states: Mapping[str, FeedState],
    volumes: Volumes,
    now: datetime,
    pause: tuple[datetime, datetime] | None,
    lengths: Mapping[str, TextLengths],
) -> Health:
    """Return the health of a source.

    One that cannot be judged counts as failing, beside the others.
    """
    try:
        return health_of([source], states, volumes, now, pause, lengths)[0]
    except Exception as e:  # noqa: BLE001  (noted in the log; the others go on)
        log_bug("bug while judging a source", e, source=source.id)
        return Health(source, "failing", f"its state cannot be read ({type(e).__name__})")


def _start_of_day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _has_arrivals(by_day: Mapping[str, Mapping[Outcome, int]]) -> bool:
    return any(ARRIVED.intersection(outcomes) for outcomes in by_day.values())


def _add_earlier_volumes(
    ledger: Ledger,
    volumes: dict[str, Mapping[str, Mapping[Outcome, int]]],
    quiet: Sequence[str],
    first_day: datetime,
) -> None:
    """Add what sources brought that have brought nothing for weeks.

    Without it, a silence would be forgotten as soon as it is longer than the usual weeks.
    """
    for source_id, last in ledger.last_arrivals(quiet).items():
        since = _start_of_day(last - timedelta(days=USUAL_DAYS))
        earlier: Volumes = ledger.volumes(since, min(first_day, last + timedelta(days=1)), [source_id])
        volumes[source_id] = {**earlier.get(source_id, {}), **volumes.get(source_id, {})}
