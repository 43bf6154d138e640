"""Whether all is in order: ledger, batches, index, clock and outbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from crawlers.batch import read_pages
from crawlers.errors import CrawlError, PermanentError
from pipelines.alerts.clock_marks import marks_ahead
from pipelines.alerts.delayed_mail import LONG_DELAY, find_delayed_mail
from pipelines.alerts.outbox import LONGEST_WAIT
from pipelines.alerts.restore_hold import hold_sentence
from pipelines.stages.context import RunContext
from pipelines.stages.index import INDEX_STAGE, INDEX_WATERMARK
from pipelines.text.counts import counted

#: Nothing of ours is older, so with this as "now" only what lies too far ahead is due.
_BEFORE_EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_TOLD = 1000
_CLOCK = "nothing but to check the clock of every machine; what it holds back is taken as due, and put right"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what a person can do."""

    what: str
    todo: str


def check_all(context: RunContext, *, with_batches: bool = False) -> list[Finding]:
    """Look at everything that can be wrong without a word; return what is.

    With `with_batches`, every page of every batch is read. What is away is a finding too, and does not keep
    the rest from being looked at.
    """
    checks: list[Callable[[RunContext], Iterator[Finding]]] = [
        _check_ledger,
        _check_missing_batches,
        _check_index,
        _check_clock,
        _check_outbox,
    ]
    if with_batches:
        checks.append(_check_pages_of_batches)
    found: list[Finding] = []
    for check in checks:
        try:
            found.extend(check(context))
        except CrawlError as e:
            found.append(Finding(str(e), "mend that, then check again"))
    return found


def _check_ledger(context: RunContext) -> Iterator[Finding]:
    for line in context.ledger.damage():
        todo = "stop everything, keep a copy of the ledger, and restore a backup: maplewire restore FILE"
        yield Finding(f"the ledger is damaged: {line}", todo)


def _check_missing_batches(context: RunContext) -> Iterator[Finding]:
    for batch in context.ledger.open_batches():
        if not _is_there(context, batch.path):
            left = batch.pages - len(batch.done)
            yield Finding(
                f"batch {batch.path} is missing, with {counted(left, 'page')} not processed yet",
                f"put it back, or give them up: maplewire check --give-up {batch.batch_id}",
            )
    wanted = {}
    for kept in context.ledger.quarantined():
        if kept.batch_id is not None and kept.stage != INDEX_STAGE:
            wanted[kept.batch_id] = context.ledger.batch_path(kept.batch_id)
    for batch_id, path in sorted(wanted.items()):
        if path is None or not _is_there(context, path):
            yield Finding(
                f"batch {batch_id} is missing, so its pages in quarantine cannot be replayed",
                "put its file back, from a copy of the batches; without it they stay in quarantine",
            )


def _is_there(context: RunContext, name: str) -> bool:
    with context.batches.reading(name) as path:
        return path is not None


def _check_index(context: RunContext) -> Iterator[Finding]:
    ledger = context.ledger
    seq = ledger.watermark(INDEX_WATERMARK)
    behind = len(ledger.changes_since(seq, _MOST_TOLD))
    if behind:
        changes = _at_most(behind, "change")
        yield Finding(f"the search index is {changes} behind the ledger", "maplewire index")
        return
    in_ledger = ledger.count_articles()
    # A data folder without a run has no index to ask.
    in_index = context.index.count() if in_ledger else 0
    refused = sum(1 for kept in ledger.quarantined() if kept.stage == INDEX_STAGE)
    if in_index + refused != in_ledger:
        held = counted(in_index, "article")
        yield Finding(f"the search index holds {held}, and the ledger {in_ledger}", "maplewire reindex")


def _check_clock(context: RunContext) -> Iterator[Finding]:
    now = context.clock.now()
    ledger = context.ledger
    states = ledger.feed_states()
    # Those that are not followed any more are asked by nobody, so that nothing would put them right.
    for source in context.enabled_sources():
        state = states.get(source.id)
        if state is not None and state.is_ahead_of(now):
            yield Finding(
                f"source {state.source_id} was last asked at {state.last_polled}, which is to come", _CLOCK
            )
    late = ledger.due_rechecks(
        _BEFORE_EVERYTHING, limit=_MOST_TOLD, doubted_after=now + context.rechecks.longest
    )
    if late:
        pages = _at_most(len(late), "page")
        yield Finding(f"the next look at {pages} lies too far ahead", _CLOCK)
    for mail in ledger.owed_mails():
        if mail.not_before is not None and mail.not_before - now > LONGEST_WAIT:
            yield Finding(f"mail “{mail.subject}” waits until {mail.not_before}", _CLOCK)
    searches = []
    for parsed in context.beat.searches:
        searches.append(parsed.search.id)
    for name, moment in marks_ahead(ledger, searches, now).items():
        yield Finding(f"the mark “{name}” is {moment}, which is to come", _CLOCK)


def _check_outbox(context: RunContext) -> Iterator[Finding]:
    held = hold_sentence(context.ledger)
    if held is not None:
        yield Finding(held, "decide on what waits; see docs/production.md, Backup and restore")
        return
    delayed = find_delayed_mail(context.ledger)
    if delayed is not None and context.clock.now() - delayed.since > LONG_DELAY:
        todo = "mend that, as in MAPLEWIRE_SMTP_URL; every run tries again: maplewire outbox --open"
        yield Finding(str(delayed), todo)


def _check_pages_of_batches(context: RunContext) -> Iterator[Finding]:
    for name in context.batches.names():
        with context.batches.reading(name) as path:
            if path is None:
                continue
            try:
                # Read to the end; nothing of it is kept.
                deque(read_pages(path), maxlen=0)
            except PermanentError as e:
                yield Finding(
                    str(e), "put a good copy in its place; what can be read of it is processed as ever"
                )


def _at_most(number: int, noun: str) -> str:
    if number < _MOST_TOLD:
        return counted(number, noun)
    return f"{number:,} or more {noun}s"
