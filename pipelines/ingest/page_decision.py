"""One page's decision, whole: what it is, where it belongs, what became of it (pure but for what it reads).

    judged article ──► known page? ──► unchanged │ held back │ update
                            │                                    │
                            └── unknown ──► off beat │ new │ copy ◄┘──► story arranged anew, its history, the next look

Everything that a decision writes is one `PageDecision`. Corrections by a person are made in `pipelines.stories.corrections`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.beat.beat import Beat
from pipelines.dedup import arrange, decide, print_of
from pipelines.dedup.overlap import compare
from pipelines.model import (
    Article,
    ArticleVersion,
    Corrections,
    Decision,
    Link,
    Member,
    Outcome,
    PageAccount,
    PageDecision,
    PageText,
    Publisher,
    RecheckState,
    Relation,
    Relevance,
    Route,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
    TextPrint,
)
from pipelines.ports import Decisions
from pipelines.relevance import judge
from pipelines.revisions import USUAL_RECHECKS, Doubt, RecheckPolicy, doubt_of, edit_between, page_text
from pipelines.revisions.recheck import state_after_fetch, state_after_miss
from pipelines.route import find_route

_ANOTHER_TEXT = 0.25
"""Share of the shorter text that an update keeps of what its page said before; below, it is another text."""
_REASONS_TOLD = 4


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """An article with all that can be said of it before anything stored is looked at."""

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance
    text: TextPrint
    content_hash: str

    @classmethod
    def of(
        cls, article: Article, publisher: Publisher, beat: Beat, repeated: Collection[int] = ()
    ) -> JudgedArticle:
        """Judge an article; `repeated` are the paragraphs that its site prints around everything."""
        route = find_route(article, publisher)
        return cls(
            article,
            publisher,
            route,
            judge(article.title, article.body, article.lang, beat.terms),
            print_of(article.title, article.body, route.boilerplate, article.lang, repeated),
            hashlib.sha256(f"{article.title}\0{article.body}".encode("utf-8", "replace")).hexdigest(),
        )

    def member(self, story_id: str | None) -> Member:
        article = self.article
        return Member(
            article.id, article.source_id, article.title, article.lang, self.text, self.route,
            article.published.at if article.published else None, article.collected,
            self.publisher.owner, self.publisher.tier, story_id,
            article.published.precision if article.published else "second",
        )  # fmt: skip

    def stored(self, outcome: Outcome, *, story_id: str | None, version: int) -> StoredArticle:
        keeps_text = outcome is not Outcome.OFF_BEAT
        return StoredArticle(
            self.article if keeps_text else replace(self.article, body=""),
            self.publisher, self.route if keeps_text else replace(self.route, boilerplate=()),
            self.relevance, outcome, self.content_hash, self.text if keeps_text else None, story_id, version,
        )  # fmt: skip

    def page_text(self) -> PageText:
        return PageText(self.article.title, self.article.body, self.route.boilerplate)


@dataclass(frozen=True, slots=True)
class Fetch:
    """When and how a page was fetched: what its looks are counted by, and what to ask with next time."""

    at: datetime
    etag: str | None = None
    last_modified: str | None = None
    policy: RecheckPolicy = USUAL_RECHECKS


def decide_page(
    judged: JudgedArticle, account: PageAccount, deciding: Decisions, seen: Fetch
) -> PageDecision:
    """Decide the outcome of a judged article against what is stored: pure but for the reads."""
    known = deciding.article(judged.article.id)
    account = replace(account, article_id=judged.article.id, url=judged.article.url)
    if known and judged.article.collected < known.article.collected:
        earlier = "fetched earlier than what we have of this page"
        return PageDecision(replace(account, outcome=Outcome.UNCHANGED, reason=earlier))
    if known and known.content_hash == judged.content_hash:
        return _unchanged(known, account, deciding, seen)
    before = known if known and known.story_id and known.text else None
    others = _others(judged, deciding)
    member = judged.member(before.story_id if before else None)
    decision = decide(member, others.members, others.word, deciding.members)
    if before and (doubt := _doubt(before, judged, decision)):
        numbers = [known_state.number for known_state in deciding.versions(judged.article.id)]
        taking = hold_back(before, judged, doubt, account, deciding, seen, numbers)
        if taking:
            return taking
    if not before and not decision.story_ids and not judged.relevance.relevant:
        return _off_beat(judged, known, account)
    place = _place(before, judged, decision, deciding)
    return _taken(judged, known, decision, place, others.word, account, deciding, seen)


# -- a known page with the text it had -----------------------------------------------------------------


def _unchanged(known: StoredArticle, account: PageAccount, deciding: Decisions, seen: Fetch) -> PageDecision:
    unchanged = replace(account, outcome=Outcome.UNCHANGED, reason="same title and text as before")
    look = deciding.recheck_state(known.article.id)
    if look is None:
        return PageDecision(unchanged)
    back: tuple[StoryEvent, ...] = ()
    if look.gone and known.story_id:
        line = f"the page is back, with the text it had; it was gone since {look.gone:%Y-%m-%d %H:%M} UTC"
        back = (
            _line(
                known.story_id,
                seen.at,
                StoryChange.BACK,
                line,
                known.article.id,
                known.version,
                material=True,
            ),
        )
    return PageDecision(unchanged, look=_looked(look, seen), history=back)


def _looked(look: RecheckState, seen: Fetch, *, is_copy: bool | None = None) -> RecheckState:
    asked = replace(look, etag=seen.etag, last_modified=seen.last_modified)
    return state_after_fetch(asked, seen.at, seen.policy, is_copy=is_copy)


# -- a new state that is not believed ------------------------------------------------------------------


def _doubt(before: StoredArticle, judged: JudgedArticle, decision: Decision) -> Doubt | None:
    if doubt := doubt_of(page_text(before), judged.page_text()):
        return doubt
    if not judged.relevance.relevant and not decision.story_ids and _is_another_text(before, judged):
        return Doubt("another page", "the page tells something else now, off the beat")
    return None


def _is_another_text(before: StoredArticle, judged: JudgedArticle) -> bool:
    assert before.text is not None
    return compare(judged.text, before.text).of_smaller < _ANOTHER_TEXT


def hold_back(
    before: StoredArticle,
    judged: JudgedArticle,
    doubt: Doubt,
    account: PageAccount,
    deciding: Decisions,
    seen: Fetch,
    numbers: Collection[int],
) -> PageDecision | None:
    """Keep a doubtful state beside the good text; None where it stood at an earlier look already and is believed.

    The same state seen again makes no second version. An error page counts as a look that found nothing.
    """
    id_, story_id = before.article.id, before.story_id
    assert story_id is not None
    again = next(
        (v for v in deciding.versions(id_) if v.held and v.content_hash == judged.content_hash), None
    )
    if again and doubt.kind == "cut short" and again.collected < seen.at:
        return None
    look = deciding.recheck_state(id_)
    after = look and (state_after_miss if doubt.kind == "error page" else state_after_fetch)(
        look, seen.at, seen.policy
    )
    number = again.number if again else max([before.version, *numbers]) + 1
    article = judged.article
    state = ArticleVersion(number, judged.content_hash, article.title, article.body, seen.at, doubt.why)
    history = [] if again else [
        _line(story_id, seen.at, StoryChange.HELD, f"{doubt.why}; its text before is kept", id_, number)
    ]  # fmt: skip
    if after and after.gone and look and not look.gone:
        history.append(gone_line(before, seen.at, doubt.why))
    reason = f"held back: {doubt.why}; the text before is kept"
    return PageDecision(
        replace(account, outcome=Outcome.UNCHANGED, reason=reason),
        held=None if again else (id_, state),
        look=after,
        history=tuple(history),
    )


def not_found(
    stored: StoredArticle,
    account: PageAccount | None,
    why: str,
    look: RecheckState | None,
    seen: Fetch,
    *,
    is_certain: bool = False,
) -> PageDecision:
    """Return the decision on a page of which a look found no article any more: kept, and after two looks gone."""
    after = look and state_after_miss(look, seen.at, seen.policy, is_certain=is_certain)
    gone = after is not None and after.gone is not None and look is not None and look.gone is None
    reason = f"{why}; the text before is kept"
    return PageDecision(
        replace(account, outcome=Outcome.UNCHANGED, reason=reason, article_id=stored.article.id)
        if account
        else None,
        look=after,
        history=(gone_line(stored, seen.at, why),) if gone else (),
    )


def seen_elsewhere(
    stored: StoredArticle, look: RecheckState, story_id: str | None, url: str, seen: Fetch
) -> PageDecision:
    """Return the decision on a page that leads to another now: moved where its story is found there, else missing."""
    if story_id is not None and story_id == stored.story_id:
        return PageDecision(None, look=state_after_fetch(look, seen.at, seen.policy))
    return not_found(stored, None, f"the page leads to another one now ({url})", look, seen)


def gone_line(stored: StoredArticle, at: datetime, why: str) -> StoryEvent:
    """Return the line that says an article's page was deleted."""
    assert stored.story_id is not None
    text = f"{stored.publisher.name} took the page away: {why}; what it said is kept"
    return _line(
        stored.story_id, at, StoryChange.GONE, text, stored.article.id, stored.version, material=True
    )


# -- where it belongs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Others:
    members: Sequence[Member]
    word: Corrections


def _others(judged: JudgedArticle, deciding: Decisions) -> _Others:
    """Return whom to compare with: those that share text, and those of whom a person spoke."""
    id_ = judged.article.id
    found = [c for c in deciding.candidates(judged.text) if c.article_id != id_]
    word = deciding.corrected_pairs([id_, *(c.article_id for c in found)])
    partners = {other for pair in (*word.together, *word.apart) if id_ in pair for other in pair - {id_}}
    homes = {s for p in partners if (stored := deciding.article(p)) and (s := stored.story_id)}
    told_of = [m for m in deciding.members(homes) if m.article_id in partners] if homes else []
    members = {m.article_id: m for m in (*found, *told_of)}
    return _Others(list(members.values()), word)


@dataclass(frozen=True, slots=True)
class _Place:
    """The stories an article goes into (the first stays, the others join it), and the one it leaves."""

    joined: tuple[str, ...]
    leaves: str | None = None
    why_it_leaves: str = ""


def _place(
    before: StoredArticle | None, judged: JudgedArticle, decision: Decision, deciding: Decisions
) -> _Place:
    """Return where an article belongs. An update stays where it was unless its text became another one.

    A page that stands alone is moved by what it says now. One with copies beside it stays, however it was edited, since
    what its copies carry is its text; it leaves when it keeps nothing of it and no member has what it says.
    """
    if before is None:
        return _Place(decision.story_ids)
    assert before.story_id is not None
    own, found = before.story_id, decision.story_ids
    if own in found:
        return _Place((own, *(id_ for id_ in found if id_ != own)))
    is_alone = len(deciding.members([own])) == 1
    if is_alone:
        return _Place((*found, own)) if found else _Place((own,))
    if not _is_another_text(before, judged):
        return _Place((own,))
    return _Place(found, own, "its page tells something else now")


def _off_beat(judged: JudgedArticle, known: StoredArticle | None, account: PageAccount) -> PageDecision:
    reason = judged.relevance.why[0] if judged.relevance.why else "neither side of the beat is named"
    version = known.version + 1 if known else 1
    return PageDecision(
        replace(account, outcome=Outcome.OFF_BEAT, reason=reason),
        judged.stored(Outcome.OFF_BEAT, story_id=None, version=version),
    )


def free_story_id(lead_id: str, deciding: Decisions) -> str:
    """Return an id for a story that an article opens; its own unless that stands for another story already, as it may for a page seen before."""
    number, id_ = 1, f"s{lead_id}"
    if deciding.article(lead_id) is None:
        return id_
    while (story := deciding.story(id_)) is not None and story.id == id_:
        number += 1
        id_ = f"s{lead_id}-{number}"
    return id_


def _taken(
    judged: JudgedArticle,
    known: StoredArticle | None,
    decision: Decision,
    place: _Place,
    word: Corrections,
    account: PageAccount,
    deciding: Decisions,
    seen: Fetch,
) -> PageDecision:
    id_ = judged.article.id
    target = place.joined[0] if place.joined else free_story_id(id_, deciding)
    joined = _without_conflict(target, place.joined, word, deciding)
    members = [m for m in deciding.members(joined) if m.article_id != id_]
    before = deciding.story(target) if place.joined else None
    # A person's word is told from what he said, and is no part of a page's place.
    link = None if word.together else decision.link
    story = _arranged(target, [*members, judged.member(target)], judged, before, link)
    outcome = Outcome.UPDATE if known else Outcome.COPY if place.joined else Outcome.NEW
    numbers = [v.number for v in deciding.versions(id_)] if known else []
    version = max([known.version, *numbers]) + 1 if known else 1
    stored = judged.stored(outcome, story_id=target, version=version)
    link = next(x for x in story.links if x.article_id == id_)
    rest = _rest(place, id_, deciding)
    return PageDecision(
        replace(account, outcome=outcome, reason=_reason(link, decision, judged)),
        stored,
        story,
        absorbed=tuple(joined[1:]),
        rest=rest,
        look=_next_look(
            judged, deciding.recheck_state(id_) if known else None, seen, is_copy=link.of is not None
        ),
        history=(
            *_told_of_update(known, stored, target, seen),
            *_told_of_story(before, story, judged, seen, deciding, joined[1:], link),
            *_told_of_leaving(place, stored, seen, rest),
        ),
    )


def _without_conflict(
    target: str, joined: Sequence[str], word: Corrections, deciding: Decisions
) -> list[str]:
    """Return the stories to join, but for those that hold an article which a person set apart from the first's."""
    if len(joined) < 2:
        return list(joined)
    by_story: dict[str, set[str]] = {}
    for member in deciding.members(joined):
        by_story.setdefault(member.story_id or "", set()).add(member.article_id)
    ids = {id_ for some in by_story.values() for id_ in some}
    apart = deciding.corrected_pairs(ids).apart | word.apart
    kept, inside = [target], set(by_story.get(target, ()))
    for other in joined[1:]:
        theirs = by_story.get(other, set())
        if not any(frozenset((a, b)) in apart for a in inside for b in theirs):
            kept.append(other)
            inside |= theirs
    return kept


def _rest(place: _Place, article_id: str, deciding: Decisions) -> Story | None:
    """Return the story that an article leaves, arranged without it."""
    if place.leaves is None:
        return None
    remaining = [m for m in deciding.members([place.leaves]) if m.article_id != article_id]
    left = deciding.story(place.leaves)
    assert left is not None
    return arranged_anew(left, remaining)


def arranged_anew(story: Story, members: Sequence[Member]) -> Story:
    """Return a story arranged for these members, with the topics and the count that it had."""
    return replace(arrange(story.id, members), topics=story.topics, independent=story.independent)


def _arranged(
    story_id: str,
    members: Sequence[Member],
    judged: JudgedArticle,
    before: Story | None,
    decided: Link | None,
) -> Story:
    story = arrange(story_id, members, decided)
    topics = dict.fromkeys((*(before.topics if before else ()), *judged.relevance.topics))
    return replace(story, topics=tuple(topics), independent=before.independent if before else 1)


def _reason(link: Link, decision: Decision, judged: JudgedArticle) -> str:
    if link.relation is Relation.ORIGINAL:
        if judged.relevance.why:
            return judged.relevance.why[0]
        return str(decision.nearest or "the first with this text")
    return link.why[0] if link.why else f"{link.relation} of {link.of}"


def _next_look(
    judged: JudgedArticle, look: RecheckState | None, seen: Fetch, *, is_copy: bool
) -> RecheckState:
    article = judged.article
    look = look or RecheckState(article.id, article.source_id, article.url, article.collected, None, seen.at)
    return _looked(replace(look, source_id=article.source_id, url=article.url), seen, is_copy=is_copy)


# -- history -------------------------------------------------------------------------------------------


def _line(
    story_id: str,
    at: datetime,
    turn: StoryChange,
    text: str,
    article_id: str | None = None,
    version: int | None = None,
    *,
    material: bool = False,
) -> StoryEvent:
    return StoryEvent(story_id, at, turn, text, article_id, version, material)


def _told_of_update(
    known: StoredArticle | None, stored: StoredArticle, story_id: str, seen: Fetch
) -> list[StoryEvent]:
    if known is None or known.text is None:
        return []
    edit = edit_between(page_text(known), page_text(stored))
    text = f"{stored.publisher.name}: {'; '.join(edit.why[:_REASONS_TOLD])}"
    return [
        _line(
            story_id,
            seen.at,
            StoryChange.UPDATE,
            text,
            stored.article.id,
            stored.version,
            material=edit.material,
        )
    ]


def _told_of_story(
    before: Story | None,
    story: Story,
    judged: JudgedArticle,
    seen: Fetch,
    deciding: Decisions,
    absorbed: Sequence[str],
    link: Link,
) -> list[StoryEvent]:
    """Return what changed for the story as a whole: whose text it is, what comes first, what joined it."""
    lines = []
    for id_ in absorbed:
        joined = deciding.story(id_)
        named = f"“{joined.headline}” ({id_})" if joined else id_
        why = (
            f"{judged.publisher.name} shows them to be one text: {link.why[0] if link.why else link.relation}"
        )
        lines.append(
            _line(
                story.id, seen.at, StoryChange.JOINED, f"{named} joined this story: {why}", judged.article.id
            )
        )
    if before and (changed := origin_change(before, story)):
        lead = deciding.article(story.lead_id) if story.lead_id != judged.article.id else None
        source = lead.publisher.name if lead else judged.publisher.name
        why = f"because of {source}: {story.links[0].why[0]}" if before.lead_id != story.lead_id else ""
        why = why or f"because of what the page of {judged.publisher.name} says"
        material = (before.origin, before.carrier, before.kind) != (story.origin, story.carrier, story.kind)
        text = f"{changed}, {why}"
        lines.append(_line(story.id, seen.at, StoryChange.ORIGIN, text, story.lead_id, material=material))
    return lines


def origin_change(before: Story, after: Story) -> str:
    """Say how whose text a story is, who carried it or what came first has changed; "" where nothing has."""
    changes = [
        f"{name} changed from {old or 'nobody known'} to {new or 'nobody known'}"
        for name, old, new in (
            ("origin", before.origin, after.origin),
            ("carrier", before.carrier, after.carrier),
        )
        if old != new
    ]
    if before.lead_id != after.lead_id and before.headline == after.headline:
        changes.append("another page comes first, under the same headline")
    elif before.lead_id != after.lead_id:
        changes.append(f"the first report changed from “{before.headline}” to “{after.headline}”")
    return "; ".join(changes)


def _told_of_leaving(
    place: _Place, stored: StoredArticle, seen: Fetch, rest: Story | None
) -> list[StoryEvent]:
    """Return the line of the story that a page left, and that of the one it is in now."""
    if place.leaves is None or rest is None or stored.story_id is None:
        return []
    outlet, id_ = stored.publisher.name, stored.article.id
    left = f"{outlet} left for {stored.story_id}: {place.why_it_leaves}"
    came = f"{outlet} came from “{rest.headline}” ({place.leaves}): {place.why_it_leaves}"
    return [
        _line(story_id, seen.at, StoryChange.LEFT, text, id_, stored.version)
        for story_id, text in ((place.leaves, left), (stored.story_id, came))
    ]
