"""Index: bring the search index up to the ledger, or build it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from crawlers.errors import PermanentError, TemporaryError
from pipelines.alerts.source_record import read_source_health
from pipelines.beat.source_health import Health
from pipelines.model import Change, Quarantined, RejectedDocument, RunReport, SourceAccount, StoryDocument
from pipelines.ports import Ledger
from pipelines.stages.context import RunContext, RunProblems

#: All changes up to this sequence number are in the index.
INDEX_WATERMARK = "index"
#: The stage that quarantine names for a document which the index refused.
INDEX_STAGE = "index"
#: Where a rebuild began to switch: other workers may have written later changes into the old index alone.
#: 0 once those are in the new one.
REBUILT_WATERMARK = "index rebuilt"
#: The accounts of all runs up to this one are in the index.
ACCOUNTS_WATERMARK = "index accounts"
#: Accounts of runs that go to the index after one run; where more are owed, the next run goes on.
ACCOUNTS_AT_ONCE = 500
#: The longest a run takes; one that has not ended after this was killed, and nothing waits for it.
LONGEST_RUN = timedelta(hours=2)
#: A run that ended longer ago is given without the health of its sources, which is that of now.
FRESH_ACCOUNT = timedelta(hours=1)
#: Changes that are written at once.
CHUNK = 500


def index_changes(context: RunContext, problems: RunProblems) -> int:
    """Bring the search index up to the ledger; return how many documents were written.

    An index that is away makes this wait for the next run, nothing else; one that was emptied
    behind our back is filled again from the start.
    """
    ledger = context.ledger
    with _index_may_wait(problems):
        context.index.setup()
        if context.index.count() == 0 and ledger.count_articles():
            ledger.set_watermark(INDEX_WATERMARK, 0)
            ledger.set_watermark(ACCOUNTS_WATERMARK, 0)
        seq = ledger.watermark(INDEX_WATERMARK)
        rebuilt_to = ledger.watermark(REBUILT_WATERMARK)
        if rebuilt_to:
            seq = min(seq, rebuilt_to)
        _index_from(context, seq, problems)
        if rebuilt_to:
            ledger.set_watermark(REBUILT_WATERMARK, 0)
    return problems.indexed


@contextmanager
def _index_may_wait(problems: RunProblems) -> Iterator[None]:
    """Let the other stages go on where the index is away or refuses us.

    What it misses stays owed.
    """
    try:
        yield
    except (TemporaryError, PermanentError) as e:
        problems.add_error(e, f"indexing waits: {e}")


def _index_from(context: RunContext, seq: int, problems: RunProblems) -> None:
    for changes in _changes_after(context.ledger, seq):
        stories = context.ledger.story_documents(context.index.stories_touched(changes))
        rejected = context.index.write(changes, stories)
        _quarantine_rejected(context, rejected, problems)
        context.ledger.set_watermark(INDEX_WATERMARK, changes[-1].seq)
        problems.indexed += len(changes)
        context.progress({"event": "indexed", "documents": problems.indexed})


def _quarantine_rejected(
    context: RunContext, rejected: Sequence[RejectedDocument], problems: RunProblems
) -> None:
    """Keep aside what the index will never take as it is; a rebuild offers it again."""
    now = context.clock.now()
    for document in rejected:
        source_id = ""
        url = f"{document.kind} {document.id}"
        stored = context.ledger.article(document.id) if document.kind == "article" else None
        if stored is not None:
            source_id = stored.publisher.id
            url = stored.article.url
        entry = Quarantined(0, source_id, url, INDEX_STAGE, document.reason, now)
        context.ledger.keep_aside([entry])
        problems.add_permanent(f"the index refused {document}")


def index_run_accounts(context: RunContext, problems: RunProblems) -> None:
    """Give the index the accounts of the runs that have ended.

    With them goes how the sources do by now.
    """
    if context.index.keeps_accounts:
        with _index_may_wait(problems):
            accounts = _Accounts(context)
            accounts.give_some()
            accounts.give_catalogue()


class _Accounts:
    """Accounts of runs and sources, on their way into the index."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._now = context.clock.now()
        self._names = context.beat.source_names
        self._health: dict[str, Health] = {}
        for health in read_source_health(context.ledger, context.beat.sources, self._now):
            self._health[health.source.id] = health

    def give_some(self) -> bool:
        """Give the next accounts; return whether more are owed.

        The watermark stays before a run that is still going. Runs behind it that ended meanwhile are given at
        once, and once more with it: the same account again changes nothing.
        """
        ledger = self._context.ledger
        last_given = ledger.watermark(ACCOUNTS_WATERMARK)
        reports = ledger.runs(ACCOUNTS_AT_ONCE, after=last_given)
        finished = [self._with_health(report) for report in reports if report.finished]
        self._context.index.write_runs(finished, self._names)
        given = last_given
        for report in reports:
            if not report.finished and abs(self._now - report.started) < LONGEST_RUN:
                break
            given = report.run_id
        ledger.set_watermark(ACCOUNTS_WATERMARK, given)
        return len(reports) == ACCOUNTS_AT_ONCE and given > last_given

    def give_catalogue(self) -> None:
        """Give how each source does that is asked, or should be."""
        sources = []
        for health in self._health.values():
            if health.source.enabled:
                account = SourceAccount(health.source.id, "", state=health.state, why=health.why or None)
                sources.append(account)
        self._context.index.write_catalogue(sources, self._names, self._now)

    def _with_health(self, report: RunReport) -> RunReport:
        """Return the account of a run with how its sources did, if that is known.

        Health is that of now, so it says nothing of a run that ended long before.
        """
        if report.finished is None or self._now - report.finished > FRESH_ACCOUNT:
            return report
        accounts = []
        for account in report.sources:
            health = self._health.get(account.source_id)
            if health is not None:
                account = replace(account, state=health.state, why=health.why or None)
            accounts.append(account)
        return replace(report, sources=tuple(accounts))


# -- building it again ----------------------------------------------------------------------------------


def rebuild_search_index(context: RunContext, problems: RunProblems | None = None) -> int:
    """Build the search index again from the ledger; return the number of documents.

    What others wrote into the old index meanwhile is written into the new one once it is switched to.
    """
    problems = problems or RunProblems()
    ledger = context.ledger
    # Before all else: what a rebuild that is killed has not given, the next runs give.
    ledger.set_watermark(ACCOUNTS_WATERMARK, 0)
    rejected: list[RejectedDocument] = []
    contents = _LedgerContents(context)
    documents = context.index.rebuild(contents.all_changes(), contents.all_stories(), rejected)
    offered_again = []
    for entry in ledger.quarantined():
        if entry.stage == INDEX_STAGE:
            offered_again.append(entry.id)
    ledger.mark_replayed(offered_again, context.clock.now())
    _quarantine_rejected(context, rejected, problems)
    _index_from(context, contents.last_seq, problems)
    ledger.set_watermark(REBUILT_WATERMARK, 0)
    _give_all_accounts(context)
    return documents


def _give_all_accounts(context: RunContext) -> None:
    if context.index.keeps_accounts:
        accounts = _Accounts(context)
        while accounts.give_some():
            pass
        accounts.give_catalogue()


class _LedgerContents:
    """All that a new index is filled with.

    First the changes, then the stories that they touch. The watermarks follow while it is read, so that a
    rebuild which is killed loses nothing.
    """

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._story_ids: set[str] = set()
        self.last_seq = 0

    def all_changes(self) -> Iterator[Sequence[Change]]:
        ledger = self._context.ledger
        for changes in _changes_after(ledger, 0):
            self.last_seq = changes[-1].seq
            for change in changes:
                if change.document:
                    self._story_ids.add(change.document.story_id)
            self._context.progress({"event": "indexed", "documents": len(changes)})
            yield changes
        ledger.set_watermark(INDEX_WATERMARK, self.last_seq)
        ledger.set_watermark(REBUILT_WATERMARK, self.last_seq)

    def all_stories(self) -> Iterator[Sequence[StoryDocument]]:
        ids = sorted(self._story_ids)
        for start in range(0, len(ids), CHUNK):
            yield self._context.ledger.story_documents(ids[start : start + CHUNK])
        self._context.ledger.set_watermark(REBUILT_WATERMARK, self.last_seq)


def _changes_after(ledger: Ledger, seq: int) -> Iterator[Sequence[Change]]:
    """Yield what changed after `seq`, until it is caught up with.

    Whatever arrives while the last chunk is written comes next time: waiting for silence would never end
    while other workers decide without a pause.
    """
    while changes := ledger.changes_since(seq, CHUNK):
        yield changes
        seq = changes[-1].seq
        if len(changes) < CHUNK:
            return
