"""Recheck: fetch known pages again to see what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from crawlers.crawl import fetch_again
from crawlers.errors import CrawlInterrupted
from crawlers.model import CrawlResult, Entry, FetchFailure, PageRequest
from crawlers.urls import site_of
from pipelines.ingest.page_decision import Fetch, not_found
from pipelines.model import (
    RecheckState,
)
from pipelines.revisions.recheck import choose_rechecks, state_after_failure, state_after_fetch
from pipelines.stages.context import RunContext, RunProblems

LOOKS_READ = 10
"""Due looks read for each that a round takes, so that one site's backlog does not hide the others."""


def recheck_due_pages(parts: RunContext, run_id: int, findings: RunProblems) -> int:
    """Look again at the pages that are due for it, into a batch that `process` drains; return how many were asked for.

    Bounded per round and per site; what is left over is due in the next. A page that is gone is a turn of its
    story's history; what it said is kept. A crawl that does not finish leaves its pages due, a little later each time.
    """
    now = parts.clock.now()
    due_now = parts.ledger.due_rechecks(now, limit=LOOKS_READ * parts.looks.limit)
    round_ = {look.url: look for look in choose_rechecks(due_now, parts.looks, site_of)}
    sources = {source.id: source for source in parts.beat.sources if source.enabled}
    parts.ledger.save_recheck_states(
        [
            state_after_failure(look, now, parts.looks)
            if look.source_id in sources
            else replace(look, due=None)
            for look in round_.values()
        ]
    )
    requests = [_request(parts, look) for look in round_.values() if look.source_id in sources]
    try:
        handed_over = fetch_again(
            requests, list(sources.values()), now=now, settings=parts.crawl, on_event=parts.progress
        )
    except CrawlInterrupted as e:
        findings.add_temporary(f"looking again: {e}")
        return 0
    if handed_over is None:
        return 0
    path, result = handed_over
    parts.batches.publish(path)
    if parts.ledger.adopt(result, path.name, run_id):
        _note_looks(parts, result, round_, run_id)
    return len(requests)


def _request(parts: RunContext, look: RecheckState) -> PageRequest:
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


def _note_looks(
    parts: RunContext, result: CrawlResult, asked: Mapping[str, RecheckState], run_id: int
) -> None:
    """Keep what the looks found that brought no page; the pages themselves are processed like any other."""
    at = result.finished
    same = [state_after_fetch(asked[url], at, parts.looks) for url in result.unmodified]
    parts.ledger.save_recheck_states(same)
    for failure in result.failures:
        if failure.kind == "permanent" and (look := asked.get(failure.url)):
            _note_failure(parts, failure, look, at, run_id)


def _note_failure(
    parts: RunContext, failure: FetchFailure, look: RecheckState, at: datetime, run_id: int
) -> None:
    if failure.status not in (404, 410):
        parts.ledger.save_recheck_states(
            [state_after_fetch(look, at, parts.looks)]
        )  # forbidden by now, or no page: nothing to say
        return
    with parts.ledger.deciding() as deciding:
        stored = deciding.article(look.article_id)
        if stored and stored.story_id:
            certain = failure.status == 410
            seen = Fetch(at, policy=parts.looks)
            taking = not_found(stored, None, f"it {failure.reason}", look, seen, is_certain=certain)
            deciding.take(taking, run_id)
