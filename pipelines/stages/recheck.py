"""Recheck: fetch known pages again to see what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from crawlers.crawl import fetch_again
from crawlers.errors import CrawlInterrupted
from crawlers.model import CrawlResult, Entry, FeedState, FetchFailure, ListedAddress, PageRequest
from crawlers.urls import site_of
from pipelines.ingest.held_back import Fetch, is_as_it_was, not_found
from pipelines.model import Article, RecheckState
from pipelines.revisions.listing_changes import is_listed_elsewhere
from pipelines.revisions.recheck import choose_rechecks, state_after_failure, state_after_fetch
from pipelines.stages.batches import hand_over
from pipelines.stages.context import RunContext, RunProblems

#: Due rechecks that are read for each one that a round takes: one site's backlog hides no other.
READ_FOR_EACH = 10
#: HTTP status: the page was here and is gone for good.
_GONE = 410
_NOT_FOUND = 404


def recheck_due_pages(context: RunContext, run_id: int, problems: RunProblems) -> int:
    """Fetch the pages that are due for it again; return how many were asked for.

    They come into a batch that `process` drains. A round is bounded, in all and per site; what is left over
    is due in the next. A page that is gone is an event of its story's history; what it said is kept. A crawl
    that does not finish leaves its pages due, a little later each time.
    """
    now = context.clock.now()
    policy = context.rechecks
    due = context.ledger.due_rechecks(
        now, limit=READ_FOR_EACH * policy.limit, doubted_after=now + policy.longest
    )
    chosen = {}
    for state in choose_rechecks(due, policy, site_of):
        chosen[state.url] = state
    requests = _prepare_requests(context, chosen, now)
    try:
        batch = fetch_again(
            requests, context.enabled_sources(), now=now, settings=context.crawl, on_event=context.progress
        )
    except CrawlInterrupted as e:
        problems.add_temporary(f"looking again: {e}")
        return 0
    if batch is None:
        return 0
    path, result = batch
    if hand_over(context, path, result, run_id):
        _note_pages_without_text(context, result, chosen, run_id)
    return len(requests)


def _prepare_requests(
    context: RunContext, chosen: Mapping[str, RecheckState], now: datetime
) -> list[PageRequest]:
    """Return the requests, after noting that each page was tried.

    So a crawl that is killed does not ask for the same pages at once again. The pages of a source that was
    turned off are not due any more.
    """
    enabled = set()
    for source in context.enabled_sources():
        enabled.add(source.id)
    states: list[RecheckState] = []
    requests: list[PageRequest] = []
    for state in chosen.values():
        if state.source_id in enabled:
            states.append(state_after_failure(state, now, context.rechecks))
            requests.append(_page_request(context, state))
        else:
            states.append(replace(state, due=None))
    context.ledger.save_recheck_states(states)
    return requests


def _page_request(context: RunContext, state: RecheckState) -> PageRequest:
    """Return a request for a page, with what only its listing had said of it."""
    stored = context.ledger.article(state.article_id)
    entry = Entry(state.url)
    if stored is not None:
        entry = _listing_entry(state.url, stored.article)
    return PageRequest(state.url, state.source_id, state.etag, state.last_modified, entry)


def _listing_entry(url: str, article: Article) -> Entry:
    """Return an article's entry as its listing had it.

    A title and a time, where they came from there.
    """
    entry = Entry(url)
    if article.provenance.get("title") == "feed":
        entry = replace(entry, title=article.title)
    published = article.published
    if published is not None and published.provenance == "feed":
        entry = replace(
            entry,
            published=published.at,
            published_precision=published.precision,
            published_zone=published.zone,
            zone_assumed="zone_assumed" in published.flags,
        )
    return entry


def _note_pages_without_text(
    context: RunContext, result: CrawlResult, asked: Mapping[str, RecheckState], run_id: int
) -> None:
    """Keep what the fetches found that brought no page.

    The pages themselves are processed like any other.
    """
    at = result.finished
    feeds = context.ledger.feed_states()
    _note_unmodified(context, _unmodified_states(result, asked), at, run_id)
    for failure in result.failures:
        state = asked.get(failure.url)
        # Trouble of the moment was noted as a try, before the page was asked for.
        if failure.kind != "temporary" and state is not None:
            feed = feeds.get(state.source_id) or FeedState(state.source_id)
            _note_failure(context, failure, state, at, run_id, feed.listed)


def _unmodified_states(result: CrawlResult, asked: Mapping[str, RecheckState]) -> list[RecheckState]:
    """Return the states of the pages that are as they were, with their new validators."""
    renewed = {page.url: page for page in result.validators}
    states: list[RecheckState] = []
    for url in result.unmodified:
        state = asked[url]
        page = renewed.get(url)
        if page is not None:
            state = replace(state, etag=page.etag, last_modified=page.last_modified)
        states.append(state)
    return states


def _note_unmodified(context: RunContext, states: Sequence[RecheckState], at: datetime, run_id: int) -> None:
    """Note pages that are as they were; one that was gone is back."""
    unmodified: list[RecheckState] = []
    for state in states:
        if state.gone is None:
            unmodified.append(state_after_fetch(state, at, context.rechecks))
            continue
        with context.ledger.deciding() as decisions:
            stored = decisions.article(state.article_id)
            if stored is not None:
                fetch = Fetch(at, policy=context.rechecks)
                decisions.take(is_as_it_was(stored, state, fetch), run_id)
    context.ledger.save_recheck_states(unmodified)


def _note_failure(
    context: RunContext,
    failure: FetchFailure,
    state: RecheckState,
    at: datetime,
    run_id: int,
    listed: Sequence[ListedAddress],
) -> None:
    """Note what a failure tells of a page.

    `listed` are the pages that its source lists now.
    """
    if failure.status not in (_NOT_FOUND, _GONE) or _is_elsewhere(context, state, listed):
        # Forbidden by now, or not a page, or there with a new token: that says nothing about the article.
        context.ledger.save_recheck_states([state_after_fetch(state, at, context.rechecks)])
        return
    with context.ledger.deciding() as decisions:
        stored = decisions.article(state.article_id)
        if stored is not None and stored.story_id:
            fetch = Fetch(at, policy=context.rechecks)
            is_certain = failure.status == _GONE
            reason = f"it {failure.reason}"
            decision = not_found(stored, reason, state, fetch, is_certain=is_certain)
            decisions.take(decision, run_id)


def _is_elsewhere(context: RunContext, state: RecheckState, listed: Sequence[ListedAddress]) -> bool:
    stored = context.ledger.article(state.article_id)
    if stored is None or stored.article.published is None:
        return False
    return is_listed_elsewhere(state.url, stored.article.published.at, listed)
