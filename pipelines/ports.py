"""The doors to the outside, as Protocols that state their guarantees.

Each port has one contract suite in `tests/contracts/`, run against the memory adapter and every
real one. A new method goes where its guarantee is kept (what must be one transaction is one method), and
gets its test there. Adapters translate their library's exceptions into
`TemporaryError` (locked, away, full: nothing was changed, try again) and
`PermanentError`; what else they raise is a bug.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from crawlers.batch import BatchFacts
from crawlers.model import CrawlResult, FeedState
from pipelines.model import (
    Alert,
    AlertState,
    Answer,
    ArticleVersion,
    Change,
    Delivery,
    Document,
    EventPrint,
    Furniture,
    HistoryLine,
    Look,
    Member,
    OpenBatch,
    OutboxMail,
    Outcome,
    Quarantined,
    ReadPage,
    Rejected,
    Related,
    RunReport,
    Said,
    StoredArticle,
    Story,
    StoryDocument,
    StoryHits,
    Taking,
    TextPrint,
    Word,
)
from pipelines.query import Query


class Clock(Protocol):
    """The only source of "now", so that a rerun with the same clock gives the same answer."""

    def now(self) -> datetime:
        """Return the present, aware and in UTC."""
        ...


class Deciding(Protocol):
    """Decisions, one after the other. While they are open nobody else decides, in this process or another.

    That is what keeps two workers from making two stories of one text. Reads see all that was
    taken before, here too. What is taken stands when the block ends, all of it; an exception that leaves the block undoes all of it.
    """

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        """Return what became of a page, None while it has no account. Only here is the answer
        certain: another worker may have taken the page since `open_batches` was asked."""
        ...

    def article(self, article_id: str) -> StoredArticle | None: ...

    def candidates(self, text: TextPrint, limit: int = 50) -> Sequence[Member]:
        """Return on-beat articles with the same exact hash, then those with enough lookup keys in common
        (`dedup.lookup`), most in common first, of as many those known longest. Never verified here: dedup does that."""
        ...

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        """Return all articles of these stories, in order of arrival."""
        ...

    def story(self, story_id: str) -> Story | None: ...

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        """Return the states of a page that its article does not show, by number."""
        ...

    def look(self, article_id: str) -> Look | None: ...

    def word(self, article_ids: Collection[str]) -> Word:
        """Return what a person said of pairs that hold at least one of these articles and was not undone."""
        ...

    def said(self, article_ids: Collection[str]) -> Sequence[Said]:
        """Return the same words one by one, with their numbers, oldest first."""
        ...

    def take(self, taking: Taking, run_id: int) -> None:
        """Write one whole decision.

        A page account that exists already for (batch_id, record) is replaced: that is how a
        replay corrects the accounts. Every article whose document changes by this decision (itself,
        and members of its story whose place or label changed) gets a new `seq`; the
        article itself gets an arrival number when it first comes on beat, and keeps it. A state of a page that is
        replaced becomes one of its versions. Without an account nothing is counted: that is a person's decision.
        """
        ...


class Batches(Protocol):
    """Complete batches, by the names of their files (ID.warc.gz), where every worker finds them.

    Raises TemporaryError while their place is away.
    """

    def publish(self, path: Path) -> None:
        """Make a batch that a crawl has completed on this machine visible to every worker. Harmless a second time."""
        ...

    def names(self) -> list[str]:
        """Return all batches, oldest first."""
        ...

    def reading(self, name: str) -> AbstractContextManager[Path | None]:
        """Give a batch as a local file for the length of the block; None where there is no such batch.

        An absolute path is a file of this machine that somebody named.
        """
        ...

    def facts(self, name: str) -> BatchFacts | None:
        """Return when a batch was completed and its size, None where there is no such batch."""
        ...

    def remove(self, name: str) -> None:
        """Remove a batch for good. Harmless where there is none."""
        ...


class Ledger(Protocol):
    """The truth: what we know and what we owe. All writes are durable when the call returns."""

    # -- feeds and batches ------------------------------------------------------------------------
    def feed_states(self) -> Mapping[str, FeedState]: ...

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        """Return the canonical addresses these sources need not ask for again, each with the time
        we last looked (the start of that batch): every page that has an account other than a
        temporary failure (newest `limit_each` of each source)."""
        ...

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        """Take over a complete batch: its feed states, source reports and fetch failures (as
        outcome FAILED; record numbers below zero: -1, -2, ...), in one transaction.

        Return False and change nothing where the batch is known already.
        """
        ...

    def open_batches(self) -> Sequence[OpenBatch]:
        """Return batches that have records without an account, oldest first."""
        ...

    def close_batch(self, batch_id: str) -> None:
        """Mark a batch as processed. Raises AssertionError when its accounts do not add up."""
        ...

    def batch_path(self, batch_id: str) -> str | None: ...

    # -- decisions --------------------------------------------------------------------------------
    def deciding(self) -> AbstractContextManager[Deciding]: ...

    def furniture(self, site: str) -> Furniture:
        """Return what a site prints around everything, as far as it is known."""
        ...

    def learn_furniture(self, site: str, pages: Collection[ReadPage]) -> None:
        """Add articles to what is known of a site's furniture, in this order; several workers add to each other's."""
        ...

    def story(self, story_id: str) -> Story | None:
        """Return a story by its id, or by the id of one that was joined into it."""
        ...

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]: ...

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        """Return a story's articles, the original first, then in order of appearance."""
        ...

    def article(self, article_id: str) -> StoredArticle | None: ...

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        """Return the states of a page that its article does not show, by number; empty where it never changed."""
        ...

    def history(self, story_id: str) -> Sequence[HistoryLine]:
        """Return what happened to a story and to those that were joined into it, in order of writing."""
        ...

    def history_since(self, number: int, limit: int = 500) -> Sequence[HistoryLine]:
        """Return what happened to any story after `number`, in that order. Story ids are as they were then."""
        ...

    def said(self, *, include_undone: bool = False) -> Sequence[Said]:
        """Return every word of a person on a pair of articles, oldest first."""
        ...

    # -- events -----------------------------------------------------------------------------------
    def relate(self, print_: EventPrint) -> bool:
        """Keep what a story tells of, link it to stories of the same event among those that share marks, and
        bring `independent` of all stories concerned up to date, in one transaction; False where nothing changed.

        A story whose `independent` changes has its original's `seq` raised, so that the index follows. What was
        kept of stories that were joined into it is dropped. A story that is none any more is left out.
        """
        ...

    def related(self, story_id: str) -> Sequence[Related]:
        """Return the other stories about a story's event, linked ones first, the best first."""
        ...

    # -- looking again ----------------------------------------------------------------------------
    def due_looks(self, now: datetime, limit: int = 1000) -> Sequence[Look]:
        """Return the looks that are due, longest due first, ties by article id."""
        ...

    def looks(self, article_ids: Collection[str]) -> Mapping[str, Look]: ...

    def note_looks(self, looks: Collection[Look]) -> None:
        """Keep these states of looks. An article that has none yet is left without."""
        ...

    def count_articles(self) -> int:
        """Return the number of on-beat articles, which is the number of documents."""
        ...

    # -- projections ------------------------------------------------------------------------------
    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        """Return what changed after `seq`, in order of `seq`; no committed change is ever skipped,
        whichever worker wrote it. An article that changed twice appears once, at its last `seq`."""
        ...

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        """Return these stories as a search server keeps them, in a few queries however many there are.

        An id that is no story any more comes without one, and so does every former id that was joined
        into one of these: what is to be removed. All are read at one moment.
        """
        ...

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        """Return (arrival number, document) of articles that came on beat after `arrival`.

        They come in that order. With `story_id`, only articles that are in this story now are read.
        """
        ...

    def watermark(self, name: str) -> int:
        """Return how far a projection has come; 0 for one that never ran."""
        ...

    def set_watermark(self, name: str, seq: int) -> None: ...

    # -- alerts and outbox ------------------------------------------------------------------------
    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        """Return the alerts that answer to all of this, in order of decision.

        An alert of a story that was joined into one of `stories` belongs to it and comes with its new id.
        """
        ...

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """Return search id -> day (ISO, UTC) -> stories new to it, those that wait included, from that day on."""
        ...

    def settle(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], watermark: str, seen: int, up_to: int
    ) -> bool:
        """Write these alerts, owe these mails and move the watermark from `seen` to `up_to`, in one transaction.

        False, and nothing written, where the watermark is not (or no longer) at `seen`: another worker was
        quicker. An alert's key that exists keeps its row, whose state only goes forward (waiting, held,
        told); what was told stays as it was told. A mail's key that exists is left as it is.
        """
        ...

    def known_keys(self, keys: Collection[str]) -> frozenset[str]: ...

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        """Owe these mails and move the watermark, in one transaction; a key that exists is left
        as it is. Return the number of mails added."""
        ...

    def lease_mails(
        self, now: datetime, owner: str, until: datetime, limit: int = 100
    ) -> Sequence[OutboxMail]:
        """Take the right to send up to `limit` mails in state "due" whose `not_before` has come, oldest first.

        Nobody else gets them before `until`, or before they are marked. What `owner` leased before, it gets
        again: whoever takes a name must be sure that its former bearer is dead.
        """
        ...

    def due_mails(self, now: datetime, limit: int = 100) -> Sequence[OutboxMail]:
        """Return mails in state "due" whose `not_before` has come, oldest first, leased or not."""
        ...

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        """Return the newest mails of any state, newest first."""
        ...

    def mark_sent(self, key: str, at: datetime) -> None: ...

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        """Note what became of an attempt for each recipient tried. The mail stays due, from `retry_at` on, while
        anybody's answer is "due"; else it is "sent", or "failed" where nobody took it."""
        ...

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        """Note a failed attempt. Without `retry_at` the mail is given up and stays visible."""
        ...

    # -- accounts ---------------------------------------------------------------------------------
    def start_run(self, now: datetime) -> int: ...

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport: ...

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        """Return the last runs, newest first; with `after` the first ones after that run, oldest first."""
        ...

    def volumes(self, since: datetime) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        """Return counts as source id -> day (ISO, UTC) -> outcome -> pages, from `since` on."""
        ...

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        """Return what is kept aside, oldest first."""
        ...

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        """Add to the quarantine what belongs to no page of a batch; one that waits there already, by stage
        and address, is replaced."""
        ...

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None: ...

    def tidy(self) -> str:
        """Bring the database's statistics up to date and give room back that deleted rows held; say what was done.

        Others may read meanwhile; on SQLite whoever writes waits.
        """
        ...

    def close(self) -> None: ...


class SearchIndex(Protocol):
    """A projection of the ledger for searching. Losing it loses nothing."""

    def setup(self) -> Sequence[str]:
        """Create what is missing (tables, templates, aliases); return what was changed, one line each."""
        ...

    def write(self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()) -> Sequence[Rejected]:
        """Write documents and removals; writing again is harmless, an older `seq` never replaces a
        newer one. Raises TemporaryError with nothing promised: the watermark then stays.

        Returns what the index refuses for good, with the reason: the rest is written. An index that reads
        stories from the ledger ignores `stories`.
        """
        ...

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:
        """Return ids of stories whose documents have to be written with these changes: those that an article
        comes into, and those that it leaves as far as the index knows. Empty for an index that keeps none."""
        ...

    def write_run(self, report: RunReport, source_names: Mapping[str, str]) -> None:
        """Keep the account of a run, for dashboards; an index whose readers look into the ledger ignores it."""
        ...

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
    ) -> StoryHits:
        """Return the stories of which at least one article matches, newest first.

        A story's time is the newest `published` (else `collected`) of its matching articles; ties
        go by story id, ascending. `since` compares the same time. `lang="zh"` includes zh-Hans and zh-Hant.
        """
        ...

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),
        rejected: list[Rejected] | None = None,
    ) -> int:
        """Replace everything by these batches of changes, then of stories, searches being answered all the
        while; return the number of documents. Accounts of runs are carried over.

        What the index refuses for good is added to `rejected`; the rest is written.
        """
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...


class Mailer(Protocol):
    """Carries a finished message to its recipients."""

    def send(self, mail: OutboxMail) -> Delivery:
        """Hand one message over to those it is owed to; return where it went (a path, a server's answer).

        Raises TemporaryError (try again) or PermanentError (never will) where it reached nobody. Sending the
        same mail twice may deliver it twice; a file adapter overwrites.
        """
        ...
