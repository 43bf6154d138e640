"""States of a page that are not believed, and pages that are gone (pure).

All is pure but for the reads of what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_history import back_events, gone_event
from pipelines.ingest.placement import is_another_text
from pipelines.ingest.same_article import PageListing
from pipelines.model import (
    USUAL_RECHECKS,
    ArticleVersion,
    Decision,
    Outcome,
    PageAccount,
    PageHeldBack,
    PageRechecked,
    PageUnchanged,
    RecheckPolicy,
    RecheckState,
    StoredArticle,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Decisions
from pipelines.revisions import Doubt, doubt_of, page_text
from pipelines.revisions.recheck import state_after_fetch, state_after_miss


@dataclass(frozen=True, slots=True)
class Fetch:
    """When and how a page was fetched.

    Rechecks are counted from it, and the validators are asked with next time.
    """

    at: datetime
    etag: str | None = None
    last_modified: str | None = None
    policy: RecheckPolicy = USUAL_RECHECKS
    #: How the page was listed. None where only its own address speaks for it.
    listing: PageListing | None = None


def find_doubt(
    before: StoredArticle, judged: JudgedArticle, decision: Decision, *, is_wanted: bool = False
) -> Doubt | None:
    """Return why a page's new state is not believed, None where it is.

    Of a page that a person marked relevant, it does not count that the judge finds it off the beat.
    """
    doubt = doubt_of(page_text(before), judged.page_text())
    if doubt is not None:
        return doubt
    is_off_beat = not judged.relevance.relevant and not decision.story_ids
    if is_off_beat and not is_wanted and is_another_text(before, judged):
        return Doubt("another page", "the page tells something else now, off the beat")
    return None


def hold_back(
    before: StoredArticle,
    judged: JudgedArticle,
    doubt: Doubt,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PageHeldBack | PageUnchanged | None:
    """Keep a doubtful state beside the good text; None where it is believed after all.

    That is a short text that stood there at an earlier fetch already. The same state seen again makes no
    second version. An error page counts as a fetch that found nothing.
    """
    article_id = before.article.id
    versions = decisions.versions(article_id)
    held_before = _same_state_held(judged, versions)
    if held_before is not None and doubt.kind == "cut short" and held_before.collected < fetch.at:
        return None
    state = decisions.recheck_state(article_id)
    state_after = _state_after_doubt(state, doubt, fetch)
    presence: list[StoryEvent] = []
    if _is_gone_now(state, state_after):
        presence = [gone_event(before, fetch.at, doubt.why)]
    elif state_after is not None and state_after.gone is None:
        presence = back_events(before, state, fetch.at, shows="with a text that is not believed")
    reason = f"held back: {doubt.why}; the text before is kept"
    account = replace(account, outcome=Outcome.UNCHANGED, reason=reason)
    if held_before is not None:
        return PageUnchanged(account, recheck_state=state_after, history=tuple(presence))
    version = _doubtful_version(before, judged, doubt, versions, fetch)
    held = _held_event(before, doubt, version.number, fetch.at)
    return PageHeldBack(account, article_id, version, recheck_state=state_after, history=(held, *presence))


def _same_state_held(judged: JudgedArticle, versions: Sequence[ArticleVersion]) -> ArticleVersion | None:
    for version in versions:
        if version.held and version.content_hash == judged.content_hash:
            return version
    return None


def _state_after_doubt(state: RecheckState | None, doubt: Doubt, fetch: Fetch) -> RecheckState | None:
    if state is None:
        return None
    if doubt.kind == "error page":
        return state_after_miss(state, fetch.at, fetch.policy)
    return state_after_fetch(state, fetch.at, fetch.policy)


def _doubtful_version(
    before: StoredArticle,
    judged: JudgedArticle,
    doubt: Doubt,
    versions: Sequence[ArticleVersion],
    fetch: Fetch,
) -> ArticleVersion:
    article = judged.article
    numbers = []
    for version in versions:
        numbers.append(version.number)
    number = max([before.version, *numbers]) + 1
    return ArticleVersion(number, judged.content_hash, article.title, article.body, fetch.at, doubt.why)


def _held_event(before: StoredArticle, doubt: Doubt, number: int, at: datetime) -> StoryEvent:
    assert before.story_id is not None
    text = f"{doubt.why}; its text before is kept"
    return StoryEvent(before.story_id, at, StoryChange.HELD, text, before.article.id, number)


def _is_gone_now(before: RecheckState | None, after: RecheckState | None) -> bool:
    """Return whether a page counts as deleted that did not before."""
    if before is None or after is None:
        return False
    return before.gone is None and after.gone is not None


def shows_no_article(
    stored: StoredArticle,
    account: PageAccount,
    why: str,
    state: RecheckState | None,
    fetch: Fetch,
) -> PageUnchanged:
    """Return the decision on a page of a batch that shows its known article no more.

    Its text is kept. After two such fetches the page counts as gone.
    """
    reason = f"{why}; the text before is kept"
    account = replace(account, outcome=Outcome.UNCHANGED, reason=reason, article_id=stored.article.id)
    if state is None:
        return PageUnchanged(account)
    missed = not_found(stored, why, state, fetch)
    return PageUnchanged(account, recheck_state=missed.recheck_state, history=missed.history)


def shows_wall(
    stored: StoredArticle, account: PageAccount, why: str, state: RecheckState | None, fetch: Fetch
) -> PageUnchanged:
    """Return the decision on a known page that wants a check or a payment first.

    Its text is kept, and it is not missing: behind the wall it may be as it was.
    """
    reason = f"{why}; the text before is kept"
    account = replace(account, outcome=Outcome.UNCHANGED, reason=reason, article_id=stored.article.id)
    if state is None:
        return PageUnchanged(account)
    return PageUnchanged(account, recheck_state=state_after_fetch(state, fetch.at, fetch.policy))


def not_found(
    stored: StoredArticle, why: str, state: RecheckState, fetch: Fetch, *, is_certain: bool = False
) -> PageRechecked:
    """Return the decision on a known page that was asked for again and is not there.

    Its text is kept. After two such fetches, or one that is certain, the page counts as gone.
    """
    state_after = state_after_miss(state, fetch.at, fetch.policy, is_certain=is_certain)
    history: tuple[StoryEvent, ...] = ()
    if _is_gone_now(state, state_after):
        history = (gone_event(stored, fetch.at, why),)
    return PageRechecked(state_after, history)


def is_as_it_was(stored: StoredArticle, state: RecheckState, fetch: Fetch) -> PageRechecked:
    """Return the decision on a known page that was not modified since the last fetch."""
    history = tuple(back_events(stored, state, fetch.at))
    return PageRechecked(state_after_fetch(state, fetch.at, fetch.policy), history)


def redirected(
    stored: StoredArticle, state: RecheckState, story_id: str | None, url: str, fetch: Fetch
) -> PageRechecked:
    """Return the decision on a known page that leads to another one now.

    It has moved where the other page is in its story, and is missing otherwise.
    """
    if story_id is not None and story_id == stored.story_id:
        history = tuple(back_events(stored, state, fetch.at, shows="at another address"))
        return PageRechecked(state_after_fetch(state, fetch.at, fetch.policy), history)
    return not_found(stored, f"the page leads to another one now ({url})", state, fetch)
