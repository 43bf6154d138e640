"""From the pages of a batch to decisions that are stored: each page ends in exactly one outcome.

    page ──► extracted, judged ──┐
    page ──► extracted, judged ──┼──► one transaction: each decided and taken in turn
    page ──► no article          │    (what cannot be read is set aside, after all that came before it)
    page ──► …                 ──┘

Extracting a page takes ten times as long as deciding on it and asks nobody, so the ledger's lock is held for the decisions alone. Several of them
share a transaction because beginning and ending one costs a third of a decision. Where one of them meets a bug, nothing of that
transaction stands and each of its pages is taken alone: the others never suffer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import structlog

from crawlers.batch import BACKFILL
from crawlers.errors import PermanentError, TemporaryError
from crawlers.model import Page
from crawlers.urls import canonical_url, site_of
from pipelines.beat.beat import Beat, publisher_of
from pipelines.ingest.page_decision import Fetch, JudgedArticle, decide_page, not_found, seen_elsewhere
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import Outcome, PageAccount, PageDecision, Quarantined, article_id
from pipelines.ports import Clock, Decisions, Ledger
from pipelines.revisions import RecheckPolicy

log = structlog.get_logger()

AT_ONCE = 128
"""Pages in a transaction. What beginning and ending costs is then a few hundredths of a decision, and others wait for a quarter of a second."""
WORDS_AT_ONCE = 200_000
"""Words in a transaction: whoever puts books on his pages does not keep others waiting for minutes."""

Done = tuple[Page, Outcome | None]
"""A page and what became of it; None where another worker had taken it."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A page with all that can be said of it before the ledger is asked."""

    page: Page
    account: PageAccount
    judged: JudgedArticle


@dataclass
class BatchProcessor:
    """What the pages of a run are taken with. `bugs` are those that it met: the pages are kept aside, the others go on.

    With `again`, pages that have an account are taken anew, as a replay does.
    """

    beat: Beat
    ledger: Ledger
    clock: Clock
    looks: RecheckPolicy
    run_id: int
    again: bool = False
    bugs: list[Exception] = field(default_factory=list)

    def take(self, batch_id: str, pages: Iterable[tuple[int, Page]]) -> Iterator[Done]:
        """Take pages, given with their record in the batch; yield each when what became of it is stored.

        Raises TemporaryError where the ledger cannot be reached: pages that were not yielded are as if never read.
        """
        furnishing = BoilerplateLearner(self.ledger)
        waiting: list[_Ready] = []
        for record, page in pages:
            account = _account(batch_id, record, page)
            try:
                waiting.append(self._ready(account, page, furnishing))
            except Exception as e:  # noqa: BLE001  (sorted out where it is set aside)
                yield from self._taken(waiting)
                waiting = []
                yield page, self._set_aside(account, page, e)
            if len(waiting) == AT_ONCE or sum(one.judged.text.words for one in waiting) > WORDS_AT_ONCE:
                yield from self._taken(waiting)
                waiting = []
        yield from self._taken(waiting)
        furnishing.keep()

    def write_off(self, batch_id: str, records: Iterable[int], reason: str) -> int:
        """Account for records that a damaged file no longer holds; return how many."""
        written_off = 0
        with self.ledger.deciding() as deciding:
            for record in records:
                if deciding.outcome(batch_id, record) is None:
                    account = PageAccount(batch_id, record, "", "", Outcome.FAILED, reason)
                    deciding.take(PageDecision(account), self.run_id)
                    written_off += 1
        return written_off

    # -- before the ledger is asked -------------------------------------------------------------------

    def _ready(self, account: PageAccount, page: Page, furnishing: BoilerplateLearner) -> _Ready:
        """Extract and judge a page. Raises PermanentError where it holds no article."""
        from pipelines.extract import (
            extract,
        )  # trafilatura costs half a second, `maplewire status` needs none of it

        source = self.beat.source(page.source_id)
        article = extract(page, source, page.fetched_at)
        if account.batch_id.startswith(BACKFILL):
            article = replace(article, flags=(*article.flags, "backfill"))
        publisher = publisher_of(source, page.source_id, site_of(article.canonical_url))
        return _Ready(
            page, account, JudgedArticle.of(article, publisher, self.beat, furnishing.around(article))
        )

    # -- deciding -------------------------------------------------------------------------------------

    def _taken(self, waiting: Sequence[_Ready]) -> list[Done]:
        """Decide on pages in turn, all in one transaction; where one of them fails, each alone."""
        if not waiting:
            return []
        try:
            with self.ledger.deciding() as deciding:
                return [(one.page, self._decided(one, deciding)) for one in waiting]
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (sorted out where it is set aside)
            if len(waiting) > 1:
                return [done for one in waiting for done in self._taken([one])]
            (one,) = waiting
            return [(one.page, self._set_aside(one.account, one.page, e))]

    def _decided(self, one: _Ready, deciding: Decisions) -> Outcome | None:
        """Decide one page and write the decision; None, and nothing written, where the page has an account already."""
        account = one.account
        if not self.again and deciding.outcome(account.batch_id, account.record) is not None:
            return None
        seen = self._seen(one.page)
        taking = decide_page(one.judged, account, deciding, seen)
        deciding.take(taking, self.run_id)
        if account.listed_url:
            self._note_redirect(account.listed_url, one.judged.article.id, seen, deciding)
        assert taking.account is not None
        return taking.account.outcome

    def _note_redirect(self, listed_url: str, article_id_: str, seen: Fetch, deciding: Decisions) -> None:
        """Note a look at an article whose page leads to another one now."""
        asked = _id_of(listed_url)
        if asked is None or asked == article_id_:
            return
        look, stored = deciding.recheck_state(asked), deciding.article(asked)
        if look and stored and stored.story_id:
            there = deciding.article(article_id_)
            story_id = there.story_id if there else None
            deciding.take(seen_elsewhere(stored, look, story_id, listed_url, seen), self.run_id)

    def _seen(self, page: Page) -> Fetch:
        headers = page.headers
        return Fetch(page.fetched_at, headers.get("etag"), headers.get("last-modified"), self.looks)

    # -- pages without an article ---------------------------------------------------------------------

    def _set_aside(self, account: PageAccount, page: Page, error: Exception) -> Outcome | None:
        """Store what became of a page that gave no decision: temporary trouble travels, a bug is kept for the end."""
        if isinstance(error, TemporaryError):
            raise error
        if isinstance(error, PermanentError):
            lost = None if self.again else self._lost(account, page, str(error))
            return lost or self._keep_aside(account, "extract", str(error))
        log.critical("bug while processing a page", url=page.url, exc_info=error)
        self.bugs.append(error)
        return self._keep_aside(account, "bug", f"{type(error).__name__}: {error}")

    def _lost(self, account: PageAccount, page: Page, why: str) -> Outcome | None:
        """Keep the article whose page shows none any more; None where the page is none that we have."""
        ids = {_id_of(url) for url in (page.requested_url, page.url) if url} - {None}
        with self.ledger.deciding() as deciding:
            if deciding.outcome(account.batch_id, account.record) is not None:
                return None
            stored = next(
                (s for id_ in sorted(filter(None, ids)) if (s := deciding.article(id_)) and s.story_id), None
            )
            if stored is None:
                return None
            look = deciding.recheck_state(stored.article.id)
            reason = f"the page shows no article any more ({why})"
            deciding.take(not_found(stored, account, reason, look, self._seen(page)), self.run_id)
        return Outcome.UNCHANGED

    def _keep_aside(self, account: PageAccount, stage: str, reason: str) -> Outcome | None:
        now = self.clock.now()
        entry = Quarantined(
            0, account.source_id, account.url, stage, reason, now, account.batch_id, account.record
        )
        with self.ledger.deciding() as deciding:
            if not self.again and deciding.outcome(account.batch_id, account.record) is not None:
                return None
            kept = replace(account, outcome=Outcome.QUARANTINED, reason=reason)
            deciding.take(PageDecision(kept, quarantine=entry), self.run_id)
        return Outcome.QUARANTINED


def _account(batch_id: str, record: int, page: Page) -> PageAccount:
    listed = page.requested_url if page.requested_url != page.url else None
    return PageAccount(batch_id, record, page.source_id, page.url, Outcome.FAILED, "", listed_url=listed)


def _id_of(url: str) -> str | None:
    try:
        return article_id(canonical_url(url))
    except PermanentError:
        return None
