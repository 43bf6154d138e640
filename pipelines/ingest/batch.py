"""From the pages of a batch to stored decisions: one outcome a page.

    page ──► extracted, judged ──┐
    page ──► extracted, judged ──┼──► one transaction: each decided and taken in turn
    page ──► no article          │    (what cannot be read is set aside, after all that came before it)
    page ──► …                 ──┘

Extracting a page takes ten times as long as deciding on it and asks nobody. So several pages are read at once
(`pages_under_way`), and the ledger's lock is held for the decisions alone. Several decisions share a
transaction because beginning and ending one costs a third of a decision, but none waits long for the others.
Where one of them meets a bug, nothing of that transaction stands and each of its pages is taken alone: the
others never suffer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from crawlers.batch import BACKFILL
from crawlers.date_bounds import LONGEST_AHEAD
from crawlers.errors import PageWalled, PermanentError, TemporaryError
from crawlers.model import Page
from crawlers.urls import canonical_url
from pipelines.ingest.held_back import Fetch, redirected, shows_no_article, shows_wall
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_decision import decide_page
from pipelines.ingest.page_history import compare_ahead
from pipelines.ingest.page_reader import PageReader, PageTooCostly, article_of, read_alone
from pipelines.ingest.pages_under_way import PageOrder, PagesUnderWay, PageUnderWay
from pipelines.ingest.same_article import PageListing
from pipelines.ingest.screened_page import PageToBeRead
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import (
    Outcome,
    PageAccount,
    PageDecision,
    PageFailed,
    PageQuarantined,
    Quarantined,
    RecheckPolicy,
    RecheckState,
    Screened,
    StoredArticle,
    article_id,
)
from pipelines.ports import Clock, Decisions, Ledger
from pipelines.revisions.recheck import state_after_fetch

log = structlog.get_logger()

#: Pages in a transaction. Beginning and ending one then costs two hundredths of a decision, other runs wait
#: for less than a tenth of a second, and the processes that read pages do not run out of them meanwhile.
AT_ONCE = 16
#: Words in a transaction: whoever puts books on his pages does not keep others waiting for minutes.
WORDS_AT_ONCE = 200_000
#: Seconds that a page waits for others. One that is slow to read adds a second: see `PagesUnderWay`.
LONGEST_WAIT_S = 1.0

#: A page and what became of it; None where another worker had taken it.
PageOutcome = tuple[Page, Outcome | None]


@dataclass(frozen=True, slots=True)
class _ReadyPage:
    """A page with all that can be said of it before the ledger is asked."""

    page: Page
    account: PageAccount
    judged: JudgedArticle


class _WaitingPages:
    """Pages that are ready and wait for others to share a transaction with."""

    def __init__(self) -> None:
        self._pages: list[_ReadyPage] = []
        self._words = 0
        self._since = 0.0

    def add(self, ready: _ReadyPage) -> None:
        """Add a page."""
        if not self._pages:
            self._since = time.monotonic()
        self._pages.append(ready)
        self._words += ready.judged.text.words

    @property
    def is_due(self) -> bool:
        """Whether they are many, long, or have waited long enough."""
        if len(self._pages) >= AT_ONCE or self._words > WORDS_AT_ONCE:
            return True
        return bool(self._pages) and time.monotonic() - self._since >= LONGEST_WAIT_S

    def take_all(self) -> list[_ReadyPage]:
        """Return them all, in their order; none waits any more."""
        taken = self._pages
        self._pages = []
        self._words = 0
        return taken


@dataclass
class BatchProcessor:
    """Takes the pages of a run.

    With `again`, pages that have an account are taken anew, as a replay does.
    """

    reader: PageReader
    ledger: Ledger
    clock: Clock
    rechecks: RecheckPolicy
    run_id: int
    again: bool = False
    #: Whether pages that can be on no beat are left unread.
    screens: bool = True
    #: The bugs that were met: their pages are kept aside, the others go on.
    bugs: list[Exception] = field(default_factory=list)
    _waiting: _WaitingPages = field(default_factory=_WaitingPages, init=False)
    #: Ids of sources of which a page took longer to read than any may.
    _costly_sources: set[str] = field(default_factory=set, init=False)
    #: Pages whose outcome is stored, and that were not told to the caller yet.
    _decided: list[PageOutcome] = field(default_factory=list, init=False)
    _boilerplate: BoilerplateLearner = field(init=False)

    def __post_init__(self) -> None:
        self._boilerplate = BoilerplateLearner(self.ledger)

    def take(self, batch_id: str, pages: Iterable[tuple[int, Page]]) -> Iterator[PageOutcome]:
        """Take pages, given with their record; yield each when its outcome is stored.

        Raises TemporaryError where the ledger cannot be reached: pages that were not yielded are as if never
        read.
        """
        order = PageOrder(pages, self._costly_sources)

        def begin() -> PageUnderWay | None:
            return self._begin_page(batch_id, order)

        under_way = PagesUnderWay(self.reader, begin, self._boilerplate.repeated_on, self._decide_waiting)
        try:
            while (read := under_way.take_first()) is not None:
                try:
                    judged = article_of(read.reading)
                    self._waiting.add(self._ready_page(read.account, read.page, judged))
                except Exception as e:  # noqa: BLE001  (sorted out where it is set aside)
                    if isinstance(e, PageTooCostly):
                        self._costly_sources.add(read.page.source_id)
                        under_way.put_back(order)
                    self._decide_waiting()
                    yield from self._take_decided()
                    yield read.page, self._set_aside(read.account, read.page, e)
                    continue
                if self._waiting.is_due:
                    self._decide_waiting()
                    self._boilerplate.keep_learnt_of_many()
                yield from self._take_decided()
        finally:
            under_way.give_up()
        self._decide_waiting()
        yield from self._take_decided()
        self._boilerplate.keep_learnt()

    def _begin_page(self, batch_id: str, order: PageOrder) -> PageUnderWay | None:
        """Begin to read the next page; return None where there is none."""
        taken = order.take()
        if taken is None:
            return None
        (record, stored_page), may_be_put_back = taken
        page = _fetched_by_now(stored_page, self.clock.now())
        account = _open_account(batch_id, record, page)
        is_backfill = batch_id.startswith(BACKFILL)
        # What its listing loses is told by its text.
        screens = self.screens and not page.is_scope_sample
        reading = self.reader.begin(page, is_backfill=is_backfill, screens=screens)
        return PageUnderWay(record, account, reading, may_be_put_back)

    def write_off(self, batch_id: str, records: Iterable[int], reason: str) -> int:
        """Account for records that a damaged file no longer holds; return how many."""
        written_off = 0
        with self.ledger.deciding() as decisions:
            for record in records:
                if decisions.outcome(batch_id, record) is None:
                    account = PageAccount(batch_id, record, "", "", Outcome.FAILED, reason)
                    decisions.take(PageFailed(account), self.run_id)
                    written_off += 1
        return written_off

    # -- before the ledger is asked -------------------------------------------------------------------

    def _ready_page(self, account: PageAccount, page: Page, judged: JudgedArticle) -> _ReadyPage:
        """Return a page with its article, compared with what it said before."""
        if judged.screened is not Screened.OUT:
            compare_ahead(self.ledger.article(judged.article.id), judged)
        screened = account.screened or judged.screened
        return _ReadyPage(page, replace(account, screened=screened), judged)

    # -- deciding -------------------------------------------------------------------------------------

    def _decide_waiting(self) -> None:
        """Decide on the pages that are ready."""
        self._decided += self._decide_all(self._waiting.take_all())

    def _take_decided(self) -> list[PageOutcome]:
        """Return the pages whose outcome was stored since it was last asked."""
        decided = self._decided
        self._decided = []
        return decided

    def _decide_all(self, waiting: Sequence[_ReadyPage]) -> list[PageOutcome]:
        """Decide on pages in turn, all in one transaction.

        Where one of them fails, each is decided alone.
        """
        if not waiting:
            return []
        outcomes: list[PageOutcome] = []
        unread: list[_ReadyPage] = []
        try:
            with self.ledger.deciding() as decisions:
                for ready in waiting:
                    try:
                        outcomes.append((ready.page, self._decide_and_write(ready, decisions)))
                    except PageToBeRead:
                        # Not here: reading takes long, and the ledger is held.
                        unread.append(ready)
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (sorted out where it is set aside)
            if len(waiting) == 1:
                ready = waiting[0]
                return [(ready.page, self._set_aside(ready.account, ready.page, e))]
            outcomes = []
            for ready in waiting:
                outcomes += self._decide_all([ready])
            return outcomes
        for ready in unread:
            outcomes += self._read_and_decide(ready)
        return outcomes

    def _read_and_decide(self, screened: _ReadyPage) -> list[PageOutcome]:
        """Decide on a page that was screened out, by its text."""
        page = screened.page
        try:
            is_backfill = screened.account.batch_id.startswith(BACKFILL)
            judged = read_alone(self.reader, page, self._boilerplate.repeated_on, is_backfill=is_backfill)
            ready = self._ready_page(replace(screened.account, screened=None), page, judged)
        except Exception as e:  # noqa: BLE001  (sorted out where it is set aside)
            return [(page, self._set_aside(screened.account, page, e))]
        return self._decide_all([ready])

    def _decide_and_write(self, ready: _ReadyPage, decisions: Decisions) -> Outcome | None:
        """Decide one page and write the decision.

        Returns None, and writes nothing, where another worker had the page.
        """
        account = ready.account
        if self._is_done(account, decisions):
            return None
        fetch = self._fetch_of(ready.page)
        decision = decide_page(ready.judged, account, decisions, fetch)
        if account.screened is Screened.SCOPE_SAMPLE:
            decision = _told_as_sample(decision)
        decisions.take(decision, self.run_id)
        if account.listed_url:
            reached_id = decision.account.article_id or ready.judged.article.id
            self._note_redirect(account.listed_url, reached_id, fetch, decisions)
        return decision.account.outcome

    def _is_done(self, account: PageAccount, decisions: Decisions) -> bool:
        """Return whether a page has an outcome that stands."""
        return not self.again and decisions.outcome(account.batch_id, account.record) is not None

    def _note_redirect(self, listed_url: str, reached_id: str, fetch: Fetch, decisions: Decisions) -> None:
        """Note it where the page of a known article leads to another one now."""
        asked_id = _article_id_of(listed_url)
        if asked_id is None or asked_id == reached_id:
            return
        state = decisions.recheck_state(asked_id)
        stored = decisions.article(asked_id)
        if state is None or stored is None or not stored.story_id:
            return
        reached = decisions.article(reached_id)
        story_id = None
        if reached is not None:
            story_id = reached.story_id
        decisions.take(redirected(stored, state, story_id, listed_url, fetch), self.run_id)

    def _fetch_of(self, page: Page) -> Fetch:
        headers = page.headers
        return Fetch(
            page.fetched_at,
            headers.get("etag"),
            headers.get("last-modified"),
            self.rechecks,
            PageListing.of(page),
        )

    # -- pages without an article ---------------------------------------------------------------------

    def _set_aside(self, account: PageAccount, page: Page, error: Exception) -> Outcome | None:
        """Store what became of a page that gave no decision.

        Temporary trouble travels, a bug is kept for the end.
        """
        if isinstance(error, TemporaryError):
            raise error
        if not isinstance(error, PermanentError):
            log.critical("bug while processing a page", url=page.url, exc_info=error)
            self.bugs.append(error)
            return self._quarantine(account, "bug", f"{type(error).__name__}: {error}")
        if isinstance(error, PageTooCostly):
            log.warning("page set aside unread", url=page.url, reason=str(error))
            return self._quarantine(account, "extract", str(error), page)
        if not self.again:
            outcome = self._keep_known_article(account, page, error)
            if outcome is not None:
                return outcome
        return self._quarantine(account, "extract", str(error))

    def _keep_known_article(self, account: PageAccount, page: Page, error: PermanentError) -> Outcome | None:
        """Keep a known article whose page shows none any more.

        Returns None where the page is not known.
        """
        with self.ledger.deciding() as decisions:
            if decisions.outcome(account.batch_id, account.record) is not None:
                return None
            stored = _known_article_of(page, decisions)
            if stored is None:
                return None
            state = decisions.recheck_state(stored.article.id)
            fetch = self._fetch_of(page)
            if isinstance(error, PageWalled):
                decision = shows_wall(stored, account, str(error), state, fetch)
            else:
                reason = f"the page shows no article any more ({error})"
                decision = shows_no_article(stored, account, reason, state, fetch)
            decisions.take(decision, self.run_id)
        return Outcome.UNCHANGED

    def _quarantine(
        self, account: PageAccount, stage: str, reason: str, unread: Page | None = None
    ) -> Outcome | None:
        """Keep a page aside; return None where another worker had it.

        `unread` is a page of which nobody knows what it shows: a known article counts as looked at, so that
        it is not fetched at every run.
        """
        now = self.clock.now()
        entry = Quarantined(
            0, account.source_id, account.url, stage, reason, now, account.batch_id, account.record
        )
        with self.ledger.deciding() as decisions:
            if self._is_done(account, decisions):
                return None
            kept = replace(account, outcome=Outcome.QUARANTINED, reason=reason)
            state = self._state_of_unread(unread, decisions)
            decisions.take(PageQuarantined(kept, entry, recheck_state=state), self.run_id)
        return Outcome.QUARANTINED

    def _state_of_unread(self, page: Page | None, decisions: Decisions) -> RecheckState | None:
        if page is None or self.again:
            return None
        stored = _known_article_of(page, decisions)
        if stored is None:
            return None
        state = decisions.recheck_state(stored.article.id)
        if state is None:
            return None
        return state_after_fetch(state, page.fetched_at, self.rechecks)


def _fetched_by_now(page: Page, now: datetime) -> Page:
    """Return a page as fetched now where it says that it was fetched far ahead of now.

    A clock that was ahead wrote that, or a foreign file. Believed, it would be the newest page for years.
    """
    if page.fetched_at - now > LONGEST_AHEAD:
        return replace(page, fetched_at=now)
    return page


def _open_account(batch_id: str, record: int, page: Page) -> PageAccount:
    """Return a page's account before its outcome is known.

    It counts as failed until then.
    """
    listed_url = None
    if page.requested_url != page.url:
        listed_url = page.requested_url
    screened = Screened.SCOPE_SAMPLE if page.is_scope_sample else None
    return PageAccount(
        batch_id,
        record,
        page.source_id,
        page.url,
        Outcome.FAILED,
        "",
        listed_url=listed_url,
        screened=screened,
    )


def _told_as_sample(decision: PageDecision) -> PageDecision:
    """Return a decision whose account says why the page was fetched."""
    account = decision.account
    reason = f"{account.reason}; fetched as a sample of what scope: broad leaves out"
    return replace(decision, account=replace(account, reason=reason.removeprefix("; ")))


def _known_article_of(page: Page, decisions: Decisions) -> StoredArticle | None:
    """Return the article that we have of a page.

    It may be known under the address asked for, or the one reached.
    """
    ids: set[str] = set()
    for url in (page.requested_url, page.url):
        id_of_url = _article_id_of(url) if url else None
        if id_of_url is not None:
            ids.add(id_of_url)
    for id_of_url in sorted(ids):
        stored = decisions.article(id_of_url)
        if stored is not None and stored.story_id:
            return stored
    return None


def _article_id_of(url: str) -> str | None:
    try:
        return article_id(canonical_url(url))
    except PermanentError:
        return None
