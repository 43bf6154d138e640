"""The stages of a run, in order. Every page ends in exactly one outcome.

    collect ─► batch ─► process ─► ledger ─► index
                │          │          └────► alert ─► outbox ─► mail
             (WARC)    extract ─► route ─► relevance ─► dedup

Each stage can be run alone and again: it starts from what the ledger says is still to do, so a run
that was killed anywhere is simply continued by the next. Trouble has three ends: temporary (left as it is, tried again), permanent
(quarantine, with its reason) and bug: the page is kept aside, the others go on, and the bug travels up when all of them are served.
"""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from crawlers.batch import (
    SUFFIX,
    BatchFolder,
    discard_leftovers,
    read_page,
    read_pages,
    read_result,
)
from crawlers.crawl import CrawlSettings, crawl, due, fetch_again
from crawlers.errors import CatalogueError, CrawlInterrupted, PermanentError, TemporaryError
from crawlers.model import CrawlResult, Entry, FetchFailure, Page, PageRequest
from crawlers.urls import site_of
from pipelines.alerts.notify import decide_alerts, send_digests, watch_searches
from pipelines.alerts.outbox import send_due, sender_name
from pipelines.beat.beat import Beat
from pipelines.ingest.batch import Processing
from pipelines.ingest.page_decision import Seen, not_found
from pipelines.model import (
    Change,
    Look,
    OpenBatch,
    Outcome,
    Quarantined,
    Rejected,
    RunReport,
    StoryDocument,
    article_id,
)
from pipelines.ports import Batches, Clock, Ledger, Mailer, SearchIndex
from pipelines.revisions import USUAL_LOOKS, LookPolicy
from pipelines.revisions.recheck import chosen, failed, looked
from pipelines.stages.partitions import Shard, shards_of
from pipelines.stories.events import event_print

log = structlog.get_logger()

INDEX_WATERMARK = "index"
INDEX_STAGE = "index"
REBUILT_WATERMARK = "index rebuilt"
"""Where a rebuild began to switch: others may have written later changes into the old index alone. 0 once they are in."""
ACCOUNTS_WATERMARK = "index accounts"
ACCOUNTS_AT_ONCE = 500
"""Accounts of runs that go to the index after one run; where more are owed, the next run goes on."""
RUN_LASTS = timedelta(hours=2)
"""The longest a run takes; one that has not ended after this was killed, and nothing waits for it."""
EVENT_WATERMARK = "events"
CHUNK = 500
LOOKS_READ = 10
"""Due looks read for each that a round takes, so that one site's backlog does not hide the others."""
SORTED_PAGES = 2000
"""At about 100 KB a page, what a small machine holds easily."""

Progress = Callable[[Mapping[str, Any]], None]


def _silent(_: Mapping[str, Any]) -> None:
    """The default progress: tell nobody."""


@dataclass(frozen=True)
class Parts:
    """What a run works with, wired by `bootstrap`."""

    beat: Beat
    ledger: Ledger
    index: SearchIndex
    mailer: Mailer
    clock: Clock
    crawl: CrawlSettings
    home: Path
    mail_from: str
    kibana_url: str | None = None
    progress: Progress = _silent
    looks: LookPolicy = USUAL_LOOKS
    """Whether and when pages are looked at again."""
    store: Batches | None = None
    """Where batches go when they are complete, None for the folder they are written to."""

    @property
    def batches(self) -> Batches:
        return self.store or BatchFolder(self.crawl.batch_dir)


@dataclass
class Findings:
    """What went wrong in a run without stopping it: one sentence each, and the bugs themselves."""

    troubles: list[str] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)
    mails_sent: int = 0
    indexed: int = 0


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Hold the lock of this data folder; TemporaryError when another run holds it."""
    with alone(home, "run", f"another run is at work in {home}; wait for it to end"):
        yield


@contextmanager
def alone(home: Path, name: str, taken: str) -> Iterator[None]:
    """Hold a lock by its name in a data folder; TemporaryError(`taken`) when another process holds it.

    The lock is the kernel's (flock): a killed process cannot leave it behind.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / f"{name}.lock").open("w")
    except OSError as e:
        raise PermanentError(
            f"{home}: cannot be written ({e.strerror}); set MAPLEWIRE_HOME to another folder"
        ) from e
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise TemporaryError(taken) from e
        yield


def only_sender(home: Path) -> AbstractContextManager[None]:
    """Hold the right to send what the outbox of this data folder owes: two senders would send each mail twice."""
    return alone(home, "mail", f"another process sends mail from {home}; wait for it to end")


def run_once(parts: Parts) -> tuple[RunReport, Findings]:
    """Collect, process, index and alert once; return the accounts and what went wrong.

    Work that an earlier, interrupted run left is done first, so that what was fetched is known
    before anything is fetched again.
    """
    run_id = parts.ledger.start_run(parts.clock.now())
    findings = Findings()
    process(parts, run_id, findings)
    collect(parts, run_id, findings)
    recheck(parts, run_id, findings)
    process(parts, run_id, findings)
    index(parts, findings)
    alert(parts, findings)
    digest(parts, findings)
    report = parts.ledger.finish_run(run_id, parts.clock.now(), findings.mails_sent, _note(findings))
    index_accounts(parts, findings)
    return report, findings


def _note(findings: Findings) -> str | None:
    return "; ".join([*findings.troubles, *(f"bug: {b!r}" for b in findings.bugs)])[:2000] or None


# -- collect ------------------------------------------------------------------------------------------


def collect(
    parts: Parts, run_id: int, findings: Findings, source_ids: Sequence[str] = (), *, due_only: bool = True
) -> int:
    """Crawl what is due (or the sources named) into a batch and hand it to the ledger; return its pages."""
    try:
        result = collect_batch(parts, run_id, source_ids, due_only=due_only)
    except CrawlInterrupted as e:
        findings.troubles.append(str(e))
        log.warning("crawl interrupted", reason=e.reason)
        return 0
    if result is None:
        return 0
    if result.reports and all(report.result == "failed" for report in result.reports):
        findings.troubles.append(
            f"none of {len(result.reports)} sources could be read: {result.reports[0].error}"
        )
    return result.pages


def due_shards(
    parts: Parts, count: int, source_ids: Collection[str] = (), *, due_only: bool = True
) -> list[Shard]:
    """Divide what is due now (or the sources named) into at most `count` shards, a crawl for each.

    Shards share no site, so that each crawl keeps the limits per host by itself.
    """
    sources = [s for s in parts.beat.sources if s.enabled and (not source_ids or s.id in source_ids)]
    if due_only:
        sources = due(sources, parts.ledger.feed_states(), parts.clock.now())
    return shards_of(sources, count)


def collect_batch(
    parts: Parts, run_id: int, source_ids: Collection[str] = (), *, due_only: bool = True
) -> CrawlResult | None:
    """Crawl into one batch and hand it to the ledger; None when nothing was due.

    Several may work at the same time, on sources that share no site. Raises CrawlInterrupted when the crawl
    did not finish: there is no batch then, and the sources stay due.
    """
    sources = [s for s in parts.beat.sources if s.enabled and (not source_ids or s.id in source_ids)]
    ids = [s.id for s in sources]
    if sources:
        handed_over = crawl(
            sources,
            parts.ledger.feed_states(),
            parts.ledger.known_urls(ids),
            words=parts.beat.broad_words(),
            now=parts.clock.now(),
            settings=parts.crawl,
            due_only=due_only,
            on_event=parts.progress,
        )
        if handed_over:
            path, result = handed_over
            parts.batches.publish(path)
            parts.ledger.adopt(result, path.name, run_id)
            return result
    return None


def recheck(parts: Parts, run_id: int, findings: Findings) -> int:
    """Look again at the pages that are due for it, into a batch that `process` drains; return how many were asked for.

    Bounded per round and per site; what is left over is due in the next. A page that is gone is a turn of its
    story's history; what it said is kept. A crawl that does not finish leaves its pages due, a little later each time.
    """
    now = parts.clock.now()
    due_now = parts.ledger.due_looks(now, limit=LOOKS_READ * parts.looks.limit)
    round_ = {look.url: look for look in chosen(due_now, parts.looks, site_of)}
    sources = {source.id: source for source in parts.beat.sources if source.enabled}
    parts.ledger.note_looks(
        [
            failed(look, now, parts.looks) if look.source_id in sources else replace(look, due=None)
            for look in round_.values()
        ]
    )
    requests = [_request(parts, look) for look in round_.values() if look.source_id in sources]
    try:
        handed_over = fetch_again(
            requests, list(sources.values()), now=now, settings=parts.crawl, on_event=parts.progress
        )
    except CrawlInterrupted as e:
        findings.troubles.append(f"looking again: {e}")
        return 0
    if handed_over is None:
        return 0
    path, result = handed_over
    parts.batches.publish(path)
    if parts.ledger.adopt(result, path.name, run_id):
        _note_looks(parts, result, round_, run_id)
    return len(requests)


def _request(parts: Parts, look: Look) -> PageRequest:
    """Ask for a page again, with what only its listing had said of it."""
    stored = parts.ledger.article(look.article_id)
    article = stored.article if stored else None
    stamp = article.published if article else None
    from_listing = stamp if stamp and stamp.provenance == "feed" else None
    entry = Entry(
        look.url,
        title=article.title if article and article.provenance.get("title") == "feed" else "",
        published=from_listing.at if from_listing else None,
        published_precision=from_listing.precision if from_listing else None,
        published_zone=from_listing.zone if from_listing else None,
        zone_assumed=bool(from_listing and "zone_assumed" in from_listing.flags),
    )
    return PageRequest(look.url, look.source_id, look.etag, look.last_modified, entry)


def _note_looks(parts: Parts, result: CrawlResult, asked: Mapping[str, Look], run_id: int) -> None:
    """Keep what the looks found that brought no page; the pages themselves are processed like any other."""
    at = result.finished
    same = [looked(asked[url], at, parts.looks) for url in result.unmodified]
    parts.ledger.note_looks(same)
    for failure in result.failures:
        if failure.kind == "permanent" and (look := asked.get(failure.url)):
            _note_failure(parts, failure, look, at, run_id)


def _note_failure(parts: Parts, failure: FetchFailure, look: Look, at: datetime, run_id: int) -> None:
    if failure.status not in (404, 410):
        parts.ledger.note_looks(
            [looked(look, at, parts.looks)]
        )  # forbidden by now, or no page: nothing to say
        return
    with parts.ledger.deciding() as deciding:
        stored = deciding.article(look.article_id)
        if stored and stored.story_id:
            certain = failure.status == 410
            seen = Seen(at, policy=parts.looks)
            taking = not_found(stored, None, f"it {failure.reason}", look, seen, is_certain=certain)
            deciding.take(taking, run_id)


def has_waiting(parts: Parts) -> bool:
    """Tell whether there is anything to process: an open batch, or a complete one that nobody handed over."""
    return bool(_not_handed_over(parts) or parts.ledger.open_batches())


def _not_handed_over(parts: Parts) -> list[str]:
    """Go by the names of batches: reading every old batch again would cost more with every run."""
    return [
        name for name in parts.batches.names() if parts.ledger.batch_path(name.removesuffix(SUFFIX)) is None
    ]


def adopt_waiting(parts: Parts, run_id: int) -> None:
    """Take over complete batches that a killed run wrote and never handed over."""
    parts.crawl.batch_dir.mkdir(parents=True, exist_ok=True)
    discard_leftovers(parts.crawl.batch_dir)
    for name in _not_handed_over(parts):
        with parts.batches.reading(name) as path:
            try:
                result = read_result(path) if path else None
            except PermanentError as e:  # one damaged file must not keep the others waiting
                log.error("batch cannot be read", batch=name, reason=str(e))
                continue
        if result is not None and parts.ledger.adopt(result, name, run_id):
            log.info("batch adopted", batch=name, pages=result.pages)


def add_batch(parts: Parts, path: Path, run_id: int) -> bool:
    """Enter any WARC file, ours or another's, as a batch to process; False where it is known already.

    The file stays where it is. Its id is its name with a hash of its place, so that two crawls' files
    of one name are two batches.
    """
    place = path.resolve()
    result = read_result(place)
    if result is None:
        now = parts.clock.now()
        name = f"{place.name.removesuffix('.gz').removesuffix('.warc')}-{article_id(str(place))[:8]}"
        result = CrawlResult(name, now, now, (), (), pages=sum(1 for _ in read_pages(place)))
    inside = place.parent == parts.crawl.batch_dir.resolve()
    return parts.ledger.adopt(result, place.name if inside else str(place), run_id)


# -- process ------------------------------------------------------------------------------------------


def process(
    parts: Parts, run_id: int, findings: Findings, batch_ids: Collection[str] | None = None
) -> Counter[Outcome]:
    """Drain every open batch (or those named), oldest first; return how many pages met which outcome.

    Two workers may drain the same batch: each page is taken and counted by the one that comes first.
    """
    if batch_ids is None:
        adopt_waiting(parts, run_id)
    outcomes: Counter[Outcome] = Counter()
    for batch in parts.ledger.open_batches():
        if batch_ids is not None and batch.batch_id not in batch_ids:
            continue
        with parts.batches.reading(batch.path) as path:
            if path is None:
                missing = parts.crawl.batch_dir / batch.path if parts.store is None else batch.path
                findings.troubles.append(f"batch {missing} is missing; put it back, or it stays open")
                continue
            parts.progress(
                {"event": "batch", "batch": batch.batch_id, "pages": batch.pages - len(batch.done)}
            )
            outcomes += _one_batch(parts, batch, path, run_id, findings)
        parts.ledger.close_batch(batch.batch_id)
    relate(parts)
    return outcomes


def relate(parts: Parts) -> int:
    """Link stories that changed since the last time to others about the same event; return how many were looked at.

    Several workers may do this at once: what a link is depends on the two stories alone.
    """
    looked_at = 0
    while changes := parts.ledger.changes_since(parts.ledger.watermark(EVENT_WATERMARK), CHUNK):
        ids = dict.fromkeys(change.document.story_id for change in changes if change.document)
        for story in parts.ledger.stories(ids).values():
            looked_at += 1
            lead = parts.ledger.article(story.lead_id)
            if lead is not None:
                article, terms = lead.article, parts.beat.terms
                parts.ledger.relate(
                    event_print(
                        story.id,
                        article.title,
                        article.body,
                        article.lang,
                        story.first_seen,
                        terms,
                        story.origin,
                    )
                )
        parts.ledger.set_watermark(EVENT_WATERMARK, changes[-1].seq)
    return looked_at


def _one_batch(
    parts: Parts, batch: OpenBatch, path: Path, run_id: int, findings: Findings
) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    pages = _InOrder(path, batch)
    processing = _processing(parts, run_id, findings)
    for page, outcome in processing.take(batch.batch_id, pages):
        outcomes.update(filter(None, [outcome]))
        parts.progress({"event": "page", "url": page.url})
    if pages.damage is not None:
        findings.troubles.append(f"batch {batch.batch_id}: {pages.damage}")
        missing = (record for record in range(batch.pages) if record not in pages.read)
        outcomes[Outcome.FAILED] += processing.write_off(batch.batch_id, missing, str(pages.damage))
    return outcomes


def _processing(parts: Parts, run_id: int, findings: Findings, *, again: bool = False) -> Processing:
    return Processing(parts.beat, parts.ledger, parts.clock, parts.looks, run_id, again, findings.bugs)


class _InOrder:
    """A batch's pages that are still to do, in order of publication, so that stories do not depend on who answered first.

    A crawl's own batch is sorted in memory; a file of more than `SORTED_PAGES` comes as it lies. `read` are the
    records that were met so far, those that were done before among them; `damage` is why the file could not be read to its end.
    """

    def __init__(self, path: Path, batch: OpenBatch) -> None:
        self._path = path
        self._batch = batch
        self.read = set(batch.done)
        self.damage: PermanentError | None = None

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        todo = self._todo()
        return todo if self._batch.pages > SORTED_PAGES else iter(sorted(todo, key=_appearance))

    def _todo(self) -> Iterator[tuple[int, Page]]:
        try:
            for record, page in read_pages(self._path):
                self.read.add(record)
                if record not in self._batch.done:
                    yield record, page
        except PermanentError as e:
            self.damage = e


def _appearance(numbered: tuple[int, Page]) -> tuple[datetime, str]:
    page = numbered[1]
    return (page.entry.published if page.entry and page.entry.published else page.fetched_at, page.url)


def replay(parts: Parts, findings: Findings) -> list[tuple[Quarantined, Outcome]]:
    """Process every quarantined page again from its batch; return what became of each.

    A page that fails again stays in quarantine with its newest reason; one whose batch is gone
    is left as it is and reported.
    """
    run_id = parts.ledger.start_run(parts.clock.now())
    results = []
    for kept in [kept for kept in parts.ledger.quarantined() if kept.stage != INDEX_STAGE]:
        page = _page_of(parts, kept, findings)
        if page is None or kept.batch_id is None or kept.record is None:
            continue
        processing = _processing(parts, run_id, findings, again=True)
        ((_, outcome),) = processing.take(kept.batch_id, [(kept.record, page)])
        assert outcome is not None, "what is taken again has an outcome"
        parts.ledger.mark_replayed([kept.id], parts.clock.now())
        results.append((kept, outcome))
    index(parts, findings)
    alert(parts, findings)
    parts.ledger.finish_run(run_id, parts.clock.now(), findings.mails_sent, "replay of the quarantine")
    return results


def _page_of(parts: Parts, kept: Quarantined, findings: Findings) -> Page | None:
    name = parts.ledger.batch_path(kept.batch_id) if kept.batch_id else None
    if name is not None and kept.record is not None:
        with parts.batches.reading(name) as path:
            if path is not None:
                return read_page(path, kept.record)
    findings.troubles.append(f"{kept.url}: its batch is gone, so it cannot be replayed")
    return None


# -- index --------------------------------------------------------------------------------------------


def index(parts: Parts, findings: Findings) -> int:
    """Bring the search index up to the ledger; return how many documents were written.

    An index that is away makes this wait for the next run, nothing else; one that was emptied
    behind our back is filled again from the start.
    """
    with _waiting(findings):
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
def _waiting(findings: Findings) -> Iterator[None]:
    """Let the other stages go on where the index is away or refuses us; what it misses stays owed."""
    try:
        yield
    except (TemporaryError, PermanentError) as e:
        findings.troubles.append(f"indexing waits: {e}")


def _index_from(parts: Parts, seq: int, findings: Findings) -> None:
    for changes in _changes(parts.ledger, seq):
        stories = parts.ledger.story_documents(parts.index.stories_touched(changes))
        _keep_rejected(parts, parts.index.write(changes, stories), findings)
        parts.ledger.set_watermark(INDEX_WATERMARK, changes[-1].seq)
        findings.indexed += len(changes)
        parts.progress({"event": "indexed", "documents": findings.indexed})


def _keep_rejected(parts: Parts, rejected: Sequence[Rejected], findings: Findings) -> None:
    """Keep aside what the index will never take as it is; a rebuild offers it again."""
    now = parts.clock.now()
    for one in rejected:
        stored = parts.ledger.article(one.id) if one.kind == "article" else None
        source, url = (stored.publisher.id, stored.article.url) if stored else ("", f"{one.kind} {one.id}")
        parts.ledger.keep_aside([Quarantined(0, source, url, INDEX_STAGE, one.reason, now)])
        findings.troubles.append(f"the index refused {one}")


def index_accounts(parts: Parts, findings: Findings) -> None:
    """Give the index the accounts of runs that it has not; a run that is still going waits for its end.

    Those that ended meanwhile are given at once, and once more with it: the same account again changes nothing.
    """
    names = {source.id: source.name for source in parts.beat.sources}
    is_one_going = False
    with _waiting(findings):
        since = parts.ledger.watermark(ACCOUNTS_WATERMARK)
        for report in parts.ledger.runs(ACCOUNTS_AT_ONCE, after=since):
            if report.finished:
                parts.index.write_run(report, names)
            elif parts.clock.now() - report.started < RUN_LASTS:
                is_one_going = True
            if not is_one_going:
                parts.ledger.set_watermark(ACCOUNTS_WATERMARK, report.run_id)


def reindex(parts: Parts, findings: Findings | None = None) -> int:
    """Build the search index again from the ledger; return the number of documents.

    What others wrote into the old index meanwhile is written into the new one once it is switched to.
    """
    findings = findings or Findings()
    last = 0
    touched: set[str] = set()
    rejected: list[Rejected] = []

    def counted() -> Iterator[Sequence[Change]]:
        nonlocal last
        for changes in _changes(parts.ledger, 0):
            last = changes[-1].seq
            touched.update(change.document.story_id for change in changes if change.document)
            parts.progress({"event": "indexed", "documents": len(changes)})
            yield changes
        parts.ledger.set_watermark(INDEX_WATERMARK, last)
        parts.ledger.set_watermark(REBUILT_WATERMARK, last)

    def stories() -> Iterator[Sequence[StoryDocument]]:
        for ids in _some(sorted(touched)):
            yield parts.ledger.story_documents(ids)
        parts.ledger.set_watermark(REBUILT_WATERMARK, last)

    if _is_empty(parts.index):
        parts.ledger.set_watermark(ACCOUNTS_WATERMARK, 0)  # there are no accounts to carry over
    documents = parts.index.rebuild(counted(), stories(), rejected)
    offered = [kept.id for kept in parts.ledger.quarantined() if kept.stage == INDEX_STAGE]
    parts.ledger.mark_replayed(offered, parts.clock.now())
    _keep_rejected(parts, rejected, findings)
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


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


def _changes(ledger: Ledger, seq: int) -> Iterator[Sequence[Change]]:
    """Yield what changed after `seq` until it is caught up with; whatever arrives while that is written comes next time.

    Waiting for silence would never end while others decide without a pause.
    """
    is_behind = True
    while is_behind and (changes := ledger.changes_since(seq, CHUNK)):
        yield changes
        seq, is_behind = changes[-1].seq, len(changes) == CHUNK


# -- alert --------------------------------------------------------------------------------------------


def alert(parts: Parts, findings: Findings) -> int:
    """Decide what to tell of what changed since the last time, then send what we owe; return mails sent."""
    decide_alerts(parts)
    deliver(parts, findings)
    return findings.mails_sent


def digest(parts: Parts, findings: Findings) -> int:
    """Write what is due by each search's cadence and clock, and what is unusual, then send it; return mails sent.

    Ask as often as you like, at least every quarter of an hour: nothing is told twice.
    """
    watch_searches(parts)
    send_digests(parts)
    deliver(parts, findings)
    return findings.mails_sent


def deliver(parts: Parts, findings: Findings) -> None:
    """Send every mail that is due. A refusal for now is tried again later, a final one stays visible.

    Where another process is sending, this one leaves it all to that.
    """
    with ExitStack() as sending:
        try:
            sending.enter_context(only_sender(parts.home))
        except TemporaryError as e:
            findings.troubles.append(f"mail waits: {e}")
        else:
            findings.mails_sent += send_due(
                parts.ledger, parts.mailer, parts.clock, sender_name(parts.home), findings.troubles
            )


def since_of(text: str, now: datetime) -> datetime:
    """Read "36h", "7d", "2w" or an ISO date as a time in the past. Raises CatalogueError with an example."""
    units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    number, unit = text[:-1], text[-1:]
    if number.isascii() and number.isdigit() and unit in units and len(number) <= 5:
        return now - int(number) * units[unit]
    try:
        at = datetime.fromisoformat(text)
    except ValueError as e:
        raise CatalogueError([f"“{text}” is no time; write 36h, 7d, 2w or 2026-01-17"]) from e
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
