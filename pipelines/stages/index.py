"""Index: bring the search index up to the ledger, or build it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from crawlers.errors import PermanentError, TemporaryError
from pipelines.model import (
    Change,
    Quarantined,
    RejectedDocument,
    StoryDocument,
)
from pipelines.ports import Ledger, SearchIndex
from pipelines.stages.context import RunContext, RunProblems

INDEX_WATERMARK = "index"
INDEX_STAGE = "index"
REBUILT_WATERMARK = "index rebuilt"
"""Where a rebuild began to switch: others may have written later changes into the old index lock_folder. 0 once they are in."""
ACCOUNTS_WATERMARK = "index accounts"
ACCOUNTS_AT_ONCE = 500
"""Accounts of runs that go to the index after one run; where more are owed, the next run goes on."""
RUN_LASTS = timedelta(hours=2)
"""The longest a run takes; one that has not ended after this was killed, and nothing waits for it."""
CHUNK = 500


def index_changes(parts: RunContext, findings: RunProblems) -> int:
    """Bring the search index up to the ledger; return how many documents were written.

    An index that is away makes this wait for the next run, nothing else; one that was emptied
    behind our back is filled again from the start.
    """
    with _index_may_wait(findings):
        parts.index.setup()
        if parts.index.count() == 0 and parts.ledger.count_articles():
            parts.ledger.set_watermark(INDEX_WATERMARK, 0)
            parts.ledger.set_watermark(ACCOUNTS_WATERMARK, 0)
        seq, rebuilt = (parts.ledger.watermark(name) for name in (INDEX_WATERMARK, REBUILT_WATERMARK))
        _index_from(parts, min(seq, rebuilt or seq), findings)
        if rebuilt:
            parts.ledger.set_watermark(REBUILT_WATERMARK, 0)
    return findings.indexed


@contextmanager
def _index_may_wait(findings: RunProblems) -> Iterator[None]:
    """Let the other stages go on where the index is away or refuses us; what it misses stays owed."""
    try:
        yield
    except (TemporaryError, PermanentError) as e:
        findings.add_error(e, f"indexing waits: {e}")


def _index_from(parts: RunContext, seq: int, findings: RunProblems) -> None:
    for changes in _changed_documents(parts.ledger, seq):
        stories = parts.ledger.story_documents(parts.index.stories_touched(changes))
        _quarantine_rejected(parts, parts.index.write(changes, stories), findings)
        parts.ledger.set_watermark(INDEX_WATERMARK, changes[-1].seq)
        findings.indexed += len(changes)
        parts.progress({"event": "indexed", "documents": findings.indexed})


def _quarantine_rejected(
    parts: RunContext, rejected: Sequence[RejectedDocument], findings: RunProblems
) -> None:
    """Keep aside what the index will never take as it is; a rebuild offers it again."""
    now = parts.clock.now()
    for one in rejected:
        stored = parts.ledger.article(one.id) if one.kind == "article" else None
        source, url = (stored.publisher.id, stored.article.url) if stored else ("", f"{one.kind} {one.id}")
        parts.ledger.keep_aside([Quarantined(0, source, url, INDEX_STAGE, one.reason, now)])
        findings.add_permanent(f"the index refused {one}")


def index_run_accounts(parts: RunContext, findings: RunProblems) -> None:
    """Give the index the accounts of runs that it has not; a run that is still going waits for its end.

    Those that ended meanwhile are given at once, and once more with it: the same account again changes nothing.
    """
    names = {source.id: source.name for source in parts.beat.sources}
    is_one_going = False
    with _index_may_wait(findings):
        since = parts.ledger.watermark(ACCOUNTS_WATERMARK)
        for report in parts.ledger.runs(ACCOUNTS_AT_ONCE, after=since):
            if report.finished:
                parts.index.write_run(report, names)
            elif parts.clock.now() - report.started < RUN_LASTS:
                is_one_going = True
            if not is_one_going:
                parts.ledger.set_watermark(ACCOUNTS_WATERMARK, report.run_id)


def rebuild_search_index(parts: RunContext, findings: RunProblems | None = None) -> int:
    """Build the search index again from the ledger; return the number of documents.

    What others wrote into the old index meanwhile is written into the new one once it is switched to.
    """
    findings = findings or RunProblems()
    last = 0
    touched: set[str] = set()
    rejected: list[RejectedDocument] = []

    def counted() -> Iterator[Sequence[Change]]:
        nonlocal last
        for changes in _changed_documents(parts.ledger, 0):
            last = changes[-1].seq
            touched.update(change.document.story_id for change in changes if change.document)
            parts.progress({"event": "indexed", "documents": len(changes)})
            yield changes
        parts.ledger.set_watermark(INDEX_WATERMARK, last)
        parts.ledger.set_watermark(REBUILT_WATERMARK, last)

    def stories() -> Iterator[Sequence[StoryDocument]]:
        for ids in _chunks(sorted(touched)):
            yield parts.ledger.story_documents(ids)
        parts.ledger.set_watermark(REBUILT_WATERMARK, last)

    if _is_empty(parts.index):
        parts.ledger.set_watermark(ACCOUNTS_WATERMARK, 0)  # there are no accounts to carry over
    documents = parts.index.rebuild(counted(), stories(), rejected)
    offered = [kept.id for kept in parts.ledger.quarantined() if kept.stage == INDEX_STAGE]
    parts.ledger.mark_replayed(offered, parts.clock.now())
    _quarantine_rejected(parts, rejected, findings)
    _index_from(parts, last, findings)
    parts.ledger.set_watermark(REBUILT_WATERMARK, 0)
    return documents


def _is_empty(index: SearchIndex) -> bool:
    try:
        return index.count() == 0
    except PermanentError:  # never set up, or damaged
        return True
    except TemporaryError:  # a part of it is not there
        return False


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


def _changed_documents(ledger: Ledger, seq: int) -> Iterator[Sequence[Change]]:
    """Yield what changed after `seq` until it is caught up with; whatever arrives while that is written comes next time.

    Waiting for silence would never end while others decide without a pause.
    """
    is_behind = True
    while is_behind and (changes := ledger.changes_since(seq, CHUNK)):
        yield changes
        seq, is_behind = changes[-1].seq, len(changes) == CHUNK
