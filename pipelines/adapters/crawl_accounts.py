"""What remains of crawls, run by run: the same for every ledger (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawlers.batch import BACKFILL
from crawlers.errors import PermanentError
from crawlers.model import FeedState, FetchFailure, ListedEntry, SkippedEntry, SourceReport
from crawlers.urls import canonical_url
from pipelines.adapters.stored_text import clean_text
from pipelines.model import (
    Outcome,
    PageAccount,
    PageAppended,
    PageDecision,
    PageOffBeat,
    PagePlaced,
    SourceAccount,
    article_id,
)

#: A batch that comes in later than this brings back an older state of its feeds. They are then polled once
#: more than needed.
LATEST_BATCH = timedelta(days=1)
#: Entries of a source that are kept of what `scope: broad` left out, the newest: about a week of a large
#: paper. All sources of a beat together take some ten megabytes.
SKIPPED_KEPT = 500
#: What becomes of pages that were not known before.
_FIRST_SEEN = (Outcome.NEW, Outcome.COPY, Outcome.BORDERLINE)


def known_address(url: str) -> str:
    """Return the address by which a page is known.

    One that is no web address stands as it is: even a page of such an address has an account.
    """
    try:
        return canonical_url(url)
    except PermanentError:
        return url


def failed_account(batch_id: str, number: int, failure: FetchFailure) -> PageAccount:
    """Return the account of a page that did not come; records count from -1 down."""
    outcome = Outcome.LOST if failure.is_lost else Outcome.FAILED
    return PageAccount(batch_id, -number, failure.source_id, failure.url, outcome, failure.reason)


def new_text_length(decision: PageDecision) -> int | None:
    """Return how long the text is of a page that was not known.

    None for every other page, and for those of a backfill: they say nothing of what a source brings today.
    """
    account = decision.account
    if account.outcome not in _FIRST_SEEN or account.batch_id.startswith(BACKFILL):
        return None
    if not isinstance(decision, PagePlaced | PageAppended | PageOffBeat):
        return None
    return len(decision.stored.article.body) or None


def add_latest(known: dict[str, datetime], found: Mapping[str, datetime]) -> None:
    """Add addresses with the times of their looks; of two times the later one stays."""
    for address, at in found.items():
        known[address] = max(at, known.get(address, at))


def entry_key(listed: ListedEntry) -> str:
    """Return what stands for the address, guid and title of an entry."""
    return _short_hash(listed.address, listed.guid or "", listed.title)


def guid_key(source_id: str, guid: str) -> str:
    """Return what stands for a guid of a source."""
    return _short_hash(source_id, guid)


def _short_hash(*parts: str) -> str:
    text = "\0".join(clean_text(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def newer_state(known: FeedState | None, offered: FeedState) -> FeedState:
    """Return the feed state to keep.

    An older batch that comes in late never turns a feed's clock back. It is no late batch where its poll
    began with what is known, or beyond `LATEST_BATCH`: a clock that was ahead wrote what is known, and would
    keep it for as long.
    """
    if known is None or known.last_polled is None:
        return offered
    if offered.last_polled is None:
        return known
    ahead = known.last_polled - offered.last_polled
    if offered.polls <= known.polls and timedelta(0) < ahead <= LATEST_BATCH:
        return known
    return offered


def addresses_listed_now(state: FeedState) -> frozenset[str]:
    """Return the addresses that a source's listing had last."""
    return frozenset(clean_text(listed.address) for listed in state.listed)


def entry_id(entry: SkippedEntry) -> str:
    """Return what an entry is known by, however long its address is."""
    return article_id(known_address(entry.url))


def source_accounts(
    reports: Iterable[SourceReport], counts: Mapping[str, Mapping[Outcome, int]]
) -> tuple[SourceAccount, ...]:
    """Return what listings gave and what became of the pages, by source id.

    `reports` come oldest first. A source that was polled twice in the run has its numbers added, the
    problems of both, and the result of the last poll. One whose pages were only processed in this run, and
    fetched by an earlier one, has the result "processed".
    """
    accounts = {source_id: SourceAccount(source_id, "processed") for source_id in counts}
    for report in reports:
        source_id = report.source_id
        known = accounts.get(source_id, SourceAccount(source_id, report.result))
        accounts[source_id] = SourceAccount(
            source_id,
            report.result,
            known.entries + report.entries,
            known.known + report.known,
            known.skipped + report.skipped,
            report.error,
            # Two polls may complain of the same.
            problems=tuple(dict.fromkeys([*known.problems, *report.problems])),
            crawled=known.crawled + report.fetched,
            missed=known.missed + report.failed,
        )
    counted = []
    for source_id in sorted(accounts):
        outcomes = dict(counts.get(source_id, {}))
        counted.append(replace(accounts[source_id], outcomes=outcomes))
    return tuple(counted)
