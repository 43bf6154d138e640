"""The decision on one page: what it is, where it belongs, what became of it.

    judged article ──► known page? ──► unchanged │ held back │ update
                            │                                    │
                            └── unknown ──► off beat │ new │ copy ◄┘──► its story arranged anew,
                                                                        its history, the next recheck

A page of an unknown address may be that of a known article (`same_article`).

Everything that a decision writes is one `PageDecision`: each outcome has a type of its own.
Corrections by a person are made in `pipelines.stories.corrections`.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.dedup import decide
from pipelines.dedup.arrangement import link_of_further_copy
from pipelines.ingest.full_story import (
    ARRANGED,
    MOST_OF_ONE_PUBLISHER,
    FullStory,
    full_story,
    members_to_hear,
    story_with_enough_of,
)
from pipelines.ingest.held_back import Fetch, find_doubt, hold_back
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.marked import (
    as_carrier,
    as_marked,
    carries_texts,
    kept_out_reason,
    marked_label,
    marked_reason,
    outcome_off_beat,
)
from pipelines.ingest.page_history import (
    back_events,
    joining_events,
    leaving_events,
    origin_events,
    update_events,
)
from pipelines.ingest.placement import (
    Placement,
    arrange_with,
    comparable_articles,
    free_story_id,
    place_article,
    story_without,
    without_conflict,
)
from pipelines.ingest.same_article import PageListing, find_listed_article, find_same_text, other_addresses
from pipelines.ingest.screened_page import PageToBeRead, must_be_read
from pipelines.model import (
    SCREENED,
    Corrections,
    Decision,
    Link,
    MarkLabel,
    Outcome,
    PageAccount,
    PageAppended,
    PageDecision,
    PageOffBeat,
    PagePlaced,
    PageUnchanged,
    RecheckState,
    Relation,
    Screened,
    StoredArticle,
    Story,
    StoryEvent,
)
from pipelines.ports import Decisions
from pipelines.revisions.recheck import state_after_fetch


def decide_page(
    judged: JudgedArticle, account: PageAccount, decisions: Decisions, fetch: Fetch
) -> PageDecision:
    """Decide the outcome of a judged article against what is stored.

    Nothing is written. Raises PageToBeRead of a page that was screened out and whose text is needed.
    """
    listing = fetch.listing
    if must_be_read(judged, listing, decisions):
        raise PageToBeRead
    known = decisions.article(judged.article.id)
    if known is None and listing is not None:
        known = find_listed_article(judged, listing, decisions)
    decision = _decide_article(judged, known, account, decisions, fetch)
    if listing is None:
        return decision
    return _with_listing(decision, judged, listing)


def _with_listing(decision: PageDecision, found: JudgedArticle, listing: PageListing) -> PageDecision:
    """Return a decision with how its page was listed, and where its article was found."""
    article_id = decision.account.article_id
    if article_id is None:
        return replace(decision, listed=listing.entry)
    recheck_state = decision.recheck_state
    if recheck_state is not None and found.article.id != article_id:
        # Where the article is now, it is looked for next time.
        recheck_state = replace(recheck_state, url=found.article.url)
    return replace(
        decision,
        recheck_state=recheck_state,
        listed=listing.entry_of(article_id),
        other_addresses=other_addresses(found, listing, article_id),
    )


def _decide_article(
    judged: JudgedArticle,
    known: StoredArticle | None,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PageDecision:
    """Decide on a page that is that of the known article, or of an unknown one."""
    if known is not None:
        judged = judged.as_state_of(known.article)
    account = replace(account, article_id=judged.article.id, url=judged.article.url)
    if known is not None:
        same = _decide_same_page(known, judged, account, decisions, fetch)
        if same is not None:
            return same
    if judged.screened is Screened.OUT:
        # Without a text there is nothing to compare, and nobody spoke of it.
        return _off_beat(judged, known, account, None)
    before = _article_in_story(known)
    others = comparable_articles(judged, decisions)
    member = judged.as_member(before.story_id if before else None)
    decision = decide(member, others.members, others.corrections, members_to_hear(decisions))
    if known is None and fetch.listing is not None:
        found = find_same_text(judged, others.members, decision, fetch.listing, decisions)
        if found is not None:
            return _decide_article(judged, found, account, decisions, fetch)
    if before is not None:
        held = _decide_doubt(before, judged, decision, account, decisions, fetch)
        if held is not None:
            return held
    else:
        off_beat = _decide_off_beat(judged, known, decision, account, decisions)
        if off_beat is not None:
            return off_beat
    known = _arrived_before(known, judged)
    return _decide_place(judged, known, decision, others.corrections, account, decisions, fetch)


def _decide_place(
    judged: JudgedArticle,
    known: StoredArticle | None,
    decision: Decision,
    corrections: Corrections,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PageDecision:
    """Return the decision on a page of the beat: its story, and its place there."""
    if known is None:
        crowded = story_with_enough_of(judged, decision, corrections, decisions)
        if crowded is not None:
            return _left_out(judged, crowded, account)
    before = _article_in_story(known)
    full = full_story(before, judged, decision, corrections, decisions)
    if full is not None:
        return _appended(judged, known, decision, full, account, decisions, fetch)
    placement = place_article(before, judged, decision, decisions)
    return _placed(judged, known, decision, placement, corrections, account, decisions, fetch)


def _article_in_story(known: StoredArticle | None) -> StoredArticle | None:
    """Return the known article, None where it is off the beat.

    It has no text to compare with then.
    """
    if known is None or not known.story_id or known.text is None:
        return None
    return known


def _decide_doubt(
    before: StoredArticle,
    judged: JudgedArticle,
    decision: Decision,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PageDecision | None:
    """Return that a new state is held back, or None where it is believed."""
    is_wanted = marked_label([before.article.id], decisions) is MarkLabel.RELEVANT
    doubt = find_doubt(before, judged, decision, is_wanted=is_wanted)
    if doubt is None:
        return None
    return hold_back(before, judged, doubt, account, decisions, fetch)


# -- a known page that says nothing new -----------------------------------------------------------------


def _decide_same_page(
    known: StoredArticle, judged: JudgedArticle, account: PageAccount, decisions: Decisions, fetch: Fetch
) -> PageUnchanged | None:
    """Return that a page is unchanged, or None where it is not."""
    if judged.article.collected < known.article.collected:
        earlier = "fetched earlier than what we have of this page"
        return PageUnchanged(replace(account, outcome=Outcome.UNCHANGED, reason=earlier))
    if known.content_hash != judged.content_hash:
        return None
    if known.story_id is None and marked_label([known.article.id], decisions) is not None:
        # A person spoke of it, and it is still without a story in which copies could follow it.
        return None
    if known.story_id is None and judged.relevance.relevant:
        # The terms of the beat have changed since.
        return None
    return _unchanged(known, account, decisions, fetch)


def _unchanged(
    known: StoredArticle, account: PageAccount, decisions: Decisions, fetch: Fetch
) -> PageUnchanged:
    account = replace(account, outcome=Outcome.UNCHANGED, reason="same title and text as before")
    state = decisions.recheck_state(known.article.id)
    if state is None:
        return PageUnchanged(account)
    history = tuple(back_events(known, state, fetch.at))
    return PageUnchanged(account, recheck_state=_after_fetch(state, fetch), history=history)


def _after_fetch(state: RecheckState, fetch: Fetch, *, is_copy: bool | None = None) -> RecheckState:
    asked = replace(state, etag=fetch.etag, last_modified=fetch.last_modified)
    return state_after_fetch(asked, fetch.at, fetch.policy, is_copy=is_copy)


# -- a page too many ------------------------------------------------------------------------------------


def _left_out(judged: JudgedArticle, story_id: str, account: PageAccount) -> PageUnchanged:
    """Return that a page is not stored, since its publisher has so many in its story.

    It is no article, so the account names none.
    """
    reason = (
        f"not stored: {judged.publisher.id} has {MOST_OF_ONE_PUBLISHER} pages with this text already; "
        f"`maplewire story {story_id}` shows them"
    )
    return PageUnchanged(replace(account, outcome=Outcome.UNCHANGED, reason=reason, article_id=None))


# -- off the beat ---------------------------------------------------------------------------------------


def _decide_off_beat(
    judged: JudgedArticle,
    known: StoredArticle | None,
    decision: Decision,
    account: PageAccount,
    decisions: Decisions,
) -> PageOffBeat | None:
    """Return that an article comes into no story, or None where it does.

    A mark goes before the judge.
    """
    label = None
    if known is not None:
        label = marked_label([known.article.id], decisions)
    if _stays_out(judged, decision, label):
        return _off_beat(judged, known, account, label)
    return None


def _arrived_before(known: StoredArticle | None, judged: JudgedArticle) -> StoredArticle | None:
    """Return the known article, or None where its text was never in a story.

    By a mark the same text gets a story now: it comes in as if it had just arrived. So does a page of which
    the text was not read before.
    """
    if known is None or known.story_id is not None:
        return known
    if known.content_hash == judged.content_hash or SCREENED in known.article.flags:
        return None
    return known


def _stays_out(judged: JudgedArticle, decision: Decision, label: MarkLabel | None) -> bool:
    if label is None:
        return (
            not decision.story_ids and not judged.relevance.relevant and not carries_texts(judged, decision)
        )
    # It gets a story that is kept out, so that copies follow it; but it takes no other story out with it.
    return label is not MarkLabel.RELEVANT and bool(decision.story_ids)


def _off_beat(
    judged: JudgedArticle, known: StoredArticle | None, account: PageAccount, label: MarkLabel | None
) -> PageOffBeat:
    outcome = outcome_off_beat(judged, label)
    reason = "no side of the beat is named"
    if label is not None:
        reason = marked_reason(outcome)
    elif judged.relevance.why:
        reason = judged.relevance.why[0]
    version = 1
    if known is not None:
        version = known.version + 1
    return PageOffBeat(
        replace(account, outcome=outcome, reason=reason),
        judged.as_stored(outcome, story_id=None, version=version),
    )


# -- in a story -----------------------------------------------------------------------------------------


def _placed(
    judged: JudgedArticle,
    known: StoredArticle | None,
    decision: Decision,
    placement: Placement,
    corrections: Corrections,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PagePlaced:
    article_id = judged.article.id
    story, before, joined_story_ids = _arrange_story(judged, decision, placement, corrections, decisions)
    outcome = _outcome(known, placement)
    version = _next_version(known, decisions)
    stored = judged.as_stored(outcome, story_id=story.id, version=version)
    link = story.links_by_article[article_id]
    story = as_carrier(as_marked(story, decisions, judged), before, judged, decisions)
    story_left = story_without(placement, article_id, decisions)
    if story_left is not None:
        story_left = as_marked(story_left, decisions)
    history = (
        *_back_with_new_text(known, stored, decisions, fetch),
        *update_events(known, stored, story.id, fetch.at),
        *joining_events(story, joined_story_ids, judged, link, fetch.at, decisions),
        *origin_events(before, story, judged, fetch.at, decisions),
        *leaving_events(stored, story_left, placement.why_it_leaves, fetch.at),
    )
    return PagePlaced(
        _account_in(
            story, replace(account, outcome=outcome, reason=_reason(link, decision, judged)), decisions
        ),
        stored,
        story,
        joined_story_ids=joined_story_ids,
        story_left=story_left,
        carries=decision.carries,
        recheck_state=_next_recheck(judged, known, link, decisions, fetch),
        history=history,
    )


def _appended(
    judged: JudgedArticle,
    known: StoredArticle | None,
    decision: Decision,
    full: FullStory,
    account: PageAccount,
    decisions: Decisions,
    fetch: Fetch,
) -> PageAppended:
    """Return a decision that leaves the other articles of a story as they are."""
    outcome = Outcome.COPY if known is None else Outcome.UPDATE
    story_id = full.head.id
    link = link_of_further_copy(judged.as_member(story_id), full.lead, decision.link)
    stored = judged.as_stored(outcome, story_id=story_id, version=_next_version(known, decisions))
    reason = f"{link.why[0]}; its story has {ARRANGED} pages and more, and was not put in order anew"
    return PageAppended(
        _account_in(full.head, replace(account, outcome=outcome, reason=reason), decisions),
        stored,
        full.head,
        link,
        carries=decision.carries,
        recheck_state=_next_recheck(judged, known, link, decisions, fetch),
        history=(
            *_back_with_new_text(known, stored, decisions, fetch),
            *update_events(known, stored, story_id, fetch.at),
        ),
    )


def _back_with_new_text(
    known: StoredArticle | None, stored: StoredArticle, decisions: Decisions, fetch: Fetch
) -> list[StoryEvent]:
    """Return the line that says a page that was gone is back with another text."""
    if known is None:
        return []
    state = decisions.recheck_state(known.article.id)
    return back_events(stored, state, fetch.at, shows="with another text")


def _arrange_story(
    judged: JudgedArticle,
    decision: Decision,
    placement: Placement,
    corrections: Corrections,
    decisions: Decisions,
) -> tuple[Story, Story | None, tuple[str, ...]]:
    """Return the article's story with it, without it, and the stories that join it.

    The second is None for a new story; the third holds ids.
    """
    article_id = judged.article.id
    joined = without_conflict(placement.joined, corrections, decisions)
    before = None
    if joined:
        target = joined[0]
        before = decisions.story(target)
    else:
        target = free_story_id(article_id, decisions)
    members = []
    for member in decisions.members(joined):
        if member.article_id != article_id:
            members.append(member)
    # A person's correction is arranged from what was said, and is not part of a page's own link.
    link = None if corrections.together else decision.link
    story = arrange_with(target, [*members, judged.as_member(target)], judged, before, link)
    return story, before, tuple(joined[1:])


def _account_in(story: Story, account: PageAccount, decisions: Decisions) -> PageAccount:
    """Return the account of a page in a story.

    Where the story is kept out, the page is out, too.
    """
    if story.kept_out is None:
        return account
    return replace(account, outcome=story.kept_out, reason=kept_out_reason(story, account, decisions))


def _outcome(known: StoredArticle | None, placement: Placement) -> Outcome:
    if known is not None:
        return Outcome.UPDATE
    if placement.joined:
        return Outcome.COPY
    return Outcome.NEW


def _next_version(known: StoredArticle | None, decisions: Decisions) -> int:
    """Return the number of a page's new state.

    States that were held back have numbers, too.
    """
    if known is None:
        return 1
    numbers = []
    for version in decisions.versions(known.article.id):
        numbers.append(version.number)
    return max([known.version, *numbers]) + 1


def _reason(link: Link, decision: Decision, judged: JudgedArticle) -> str:
    if link.relation is Relation.ORIGINAL:
        if judged.relevance.why:
            return judged.relevance.why[0]
        return str(decision.nearest or "the first with this text")
    if link.why:
        return link.why[0]
    return f"{link.relation} of {link.of}"


def _next_recheck(
    judged: JudgedArticle, known: StoredArticle | None, link: Link, decisions: Decisions, fetch: Fetch
) -> RecheckState:
    article = judged.article
    state = None
    if known is not None:
        state = decisions.recheck_state(article.id)
    if state is None:
        state = RecheckState(article.id, article.source_id, article.url, article.collected, None, fetch.at)
    state = replace(state, source_id=article.source_id, url=article.url)
    return _after_fetch(state, fetch, is_copy=link.of is not None)
