"""A person's corrections of stories: merge, split and undo.

    merge(ledger, at, a, b)            one story from now on, whatever the texts say
    split(ledger, at, story, ids)      these articles in a story of their own
    undo(ledger, at, number)           forget an act; the texts decide again about the articles it named

A correction is kept as pairs of articles and goes before every later decision. Each act is one
transaction; undoing one is several, since the texts may make more than one story of what was merged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from crawlers.errors import PermanentError
from pipelines.dedup import arrange, decide
from pipelines.dedup.arrangement import THIN, appeared
from pipelines.ingest.marked import as_marked
from pipelines.ingest.placement import arranged_anew, free_story_id
from pipelines.model import (
    Correction,
    Corrections,
    CorrectionsUndone,
    Link,
    Member,
    Relation,
    StoriesCorrected,
    Story,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Decisions, Ledger

#: Why a report of its own stands in a story.
_PERSONS_WORD = "put into this story by a person"
#: A person's decision belongs to no run: no page is counted.
NO_RUN = 0


# -- merge -----------------------------------------------------------------------------------------


def merge(ledger: Ledger, at: datetime, a: str, b: str, by: str = "") -> str:
    """Make one story of two, and return its id, which is the first one's.

    `by` is who says so, "" where nobody is named.

    Raises PermanentError where one of them does not exist, or both are the same.
    """
    # One transaction: no page may join one of them between the look and the decision.
    with ledger.deciding() as deciding:
        first, second = require_story(deciding, a), require_story(deciding, b)
        if first.id == second.id:
            raise PermanentError(f"{a} and {b} are one story already ({first.id})")
        deciding.take(_decide_merge(first, second, deciding, at, by), NO_RUN)
    return first.id


def _decide_merge(
    first: Story, second: Story, deciding: Decisions, at: datetime, by: str
) -> StoriesCorrected:
    members = deciding.members([first.id, second.id])
    correction = Correction(first.lead_id, second.lead_id, True, at, by=by)
    text = f"{who(by)} joined “{second.headline}” ({second.id}) to this story"
    line = StoryEvent(first.id, at, StoryChange.WORD, text, second.lead_id, material=True)
    return StoriesCorrected(
        as_marked(_join_stories(first, second, members), deciding),
        joined_story_ids=(second.id,),
        corrections=(correction,),
        undone_corrections=_undo_opposite(
            deciding, _list_ids(first), _list_ids(second), together=False, at=at
        ),
        history=(line,),
    )


def _join_stories(first: Story, second: Story, members: Sequence[Member]) -> Story:
    """Return one story of two under the first one's id, with the topics of both."""
    topics = tuple(dict.fromkeys((*first.topics, *second.topics)))
    joined = arranged_anew(first, members)
    links = _with_persons_word(joined.links, {first.lead_id, second.lead_id})
    return replace(joined, links=links, topics=topics)


def _with_persons_word(links: Sequence[Link], named: Collection[str]) -> tuple[Link, ...]:
    """Return links that say what a person put into a story.

    A report that only a person's word brought here is no copy.
    """
    found: list[Link] = []
    for link in links:
        is_stranger = link.of is not None and max(link.kept, 1 - link.own) < THIN
        if link.article_id in named and is_stranger:
            found.append(replace(link, relation=Relation.REPORT, why=(_PERSONS_WORD, *link.why)))
        else:
            found.append(link)
    return tuple(found)


# -- split -----------------------------------------------------------------------------------------


def split(ledger: Ledger, at: datetime, story_id: str, article_ids: Collection[str], by: str = "") -> str:
    """Move articles of a story into one of their own, and return its id.

    Raises PermanentError where an article is not in the story, or nothing would remain in it.
    """
    leaving = set(article_ids)
    with ledger.deciding() as deciding:
        story = require_story(deciding, story_id)
        _check_leaving(story, leaving)
        decision, new_id = _decide_split(story, leaving, deciding, at, by)
        deciding.take(decision, NO_RUN)
    return new_id


def _check_leaving(story: Story, leaving: set[str]) -> None:
    inside = _list_ids(story)
    strangers = sorted(leaving - inside)
    if strangers:
        raise PermanentError(
            f"{strangers[0]} is not an article of {story.id}; `maplewire story {story.id}` shows them"
        )
    if not leaving or leaving == inside:
        raise PermanentError("name some articles of the story, and not all: one has to remain")


def _decide_split(
    story: Story, leaving: Collection[str], deciding: Decisions, at: datetime, by: str
) -> tuple[StoriesCorrected, str]:
    """Return the decision, and the id of the story that it makes."""
    moved, story_left = _divide_story(story, leaving, deciding)
    remaining = _list_ids(story_left)
    corrections = []
    # Each pair, so that the correction holds whatever else becomes of one of them.
    for one in sorted(leaving):
        for other in sorted(remaining):
            corrections.append(Correction(one, other, False, at, by=by))
    name = who(by)
    left = f"{name} moved {len(leaving)} of {len(story.links)} articles to {moved.id} (“{moved.headline}”)"
    came = f"{name} moved these articles out of {story.id} (“{story_left.headline}”)"
    decision = StoriesCorrected(
        moved,
        story_left=story_left,
        corrections=tuple(corrections),
        undone_corrections=_undo_opposite(deciding, leaving, remaining, together=True, at=at),
        history=(
            StoryEvent(story.id, at, StoryChange.WORD, left, moved.lead_id, material=True),
            StoryEvent(moved.id, at, StoryChange.WORD, came, moved.lead_id, material=True),
        ),
    )
    return decision, moved.id


def _divide_story(story: Story, leaving: Collection[str], deciding: Decisions) -> tuple[Story, Story]:
    """Return two stories arranged anew: of the articles that leave, and of the others.

    The first has an id of its own, the second keeps that of the story.
    """
    moving: list[Member] = []
    staying: list[Member] = []
    for member in deciding.members([story.id]):
        if member.article_id in leaving:
            moving.append(member)
        else:
            staying.append(member)
    # A story's id is made of its first report's, which is only known once they are arranged.
    lead = arrange(story.id, moving).lead_id
    new = arrange(free_story_id(lead, deciding), moving)
    moved = replace(new, topics=story.topics, kept_out=story.kept_out)
    return as_marked(moved, deciding), as_marked(arranged_anew(story, staying), deciding)


# -- undo ------------------------------------------------------------------------------------------


def undo(ledger: Ledger, at: datetime, number: int, by: str = "") -> list[str]:
    """Undo the act that a correction belongs to.

    The texts decide again about all articles of these stories, with the corrections that remain. Returns
    the ids of the stories that the articles of the act are in now. Raises PermanentError where there is no
    such correction, or it was undone already.
    """
    act = _find_act(ledger, number)
    with ledger.deciding() as deciding:
        undone = tuple(replace(correction, undone=at) for correction in act)
        history = tuple(_write_undo_lines(act, at, deciding, by))
        deciding.take(CorrectionsUndone(undone, history), NO_RUN)
    article_ids = sorted(_articles_of(act))
    # One after the other, each in a transaction of its own, so that no page waits for all of them.
    for article_id in article_ids:
        _settle_article(ledger, article_id, article_ids, at)
    story_ids: dict[str, None] = {}
    for article_id in article_ids:
        stored = ledger.article(article_id)
        if stored is not None and stored.story_id:
            story_ids[stored.story_id] = None
    return list(story_ids)


def _find_act(ledger: Ledger, number: int) -> list[Correction]:
    """Return all corrections of the act that one of them belongs to.

    One act makes corrections of one moment and one kind.
    """
    corrections = list(ledger.corrections(include_undone=True))
    named = None
    for correction in corrections:
        if correction.number == number:
            named = correction
    if named is None or named.undone is not None:
        raise PermanentError(f"there is no word {number} to undo; `maplewire story words` shows them")
    act = []
    for correction in corrections:
        is_same_act = correction.at == named.at and correction.together == named.together
        if is_same_act and not correction.undone:
            act.append(correction)
    return act


def _articles_of(act: Sequence[Correction]) -> set[str]:
    article_ids: set[str] = set()
    for correction in act:
        article_ids.update((correction.a, correction.b))
    return article_ids


def _write_undo_lines(
    act: Sequence[Correction], at: datetime, deciding: Decisions, by: str
) -> list[StoryEvent]:
    """Return a line for the history of every story that the act touched."""
    what = "joined" if act[0].together else "set apart"
    text = f"{who(by)} took back that these articles were {what}; their texts decide again"
    story_ids = _stories_of(_articles_of(act), deciding)
    found: list[StoryEvent] = []
    for story_id in sorted(story_ids):
        found.append(StoryEvent(story_id, at, StoryChange.WORD, text))
    return found


def _stories_of(article_ids: Collection[str], deciding: Decisions) -> set[str]:
    """Return the ids of the stories that articles are in."""
    story_ids = set()
    for article_id in article_ids:
        stored = deciding.article(article_id)
        if stored is not None and stored.story_id:
            story_ids.add(stored.story_id)
    return story_ids


def _settle_article(ledger: Ledger, article_id: str, act_articles: Collection[str], at: datetime) -> None:
    """Let the texts decide about an article's story until nothing moves."""
    # Each step makes one story or joins two, so no more steps than articles can be needed.
    for _ in range(len(act_articles) + 1):
        with ledger.deciding() as deciding:
            decision = _decide_next_step(article_id, act_articles, deciding, at)
            if decision is None:
                return
            deciding.take(decision, NO_RUN)


def _decide_next_step(
    article_id: str, act_articles: Collection[str], deciding: Decisions, at: datetime
) -> StoriesCorrected | None:
    """Return the next step towards what the texts say, or None."""
    stored = deciding.article(article_id)
    if stored is None or stored.story_id is None:
        return None
    story = require_story(deciding, stored.story_id)
    groups = regrouped(deciding.members([story.id]), deciding.corrected_pairs(_list_ids(story)))
    if len(groups) > 1:
        return _decide_departure(story, groups, deciding, at)
    others = _stories_of(act_articles, deciding) - {story.id}
    for other_id in sorted(others):
        decision = _decide_joining(story, other_id, deciding, at)
        if decision is not None:
            return decision
    return None


def _decide_departure(
    story: Story, groups: Sequence[list[Member]], deciding: Decisions, at: datetime
) -> StoriesCorrected:
    """Return the decision that moves the first group of articles out of a story."""
    staying = _find_staying(story, groups)
    leaving = next(group for group in groups if group is not staying)
    moved, story_left = _divide_story(story, {member.article_id for member in leaving}, deciding)
    text = f"“{moved.headline}” left for {moved.id}: its text is another"
    line = StoryEvent(story.id, at, StoryChange.LEFT, text)
    return StoriesCorrected(moved, story_left=story_left, history=(line,))


def _decide_joining(
    story: Story, other_id: str, deciding: Decisions, at: datetime
) -> StoriesCorrected | None:
    """Return the decision that joins two stories, or None.

    They are joined where their texts are one.
    """
    members = deciding.members([story.id, other_id])
    corrections = deciding.corrected_pairs({member.article_id for member in members})
    if len(regrouped(members, corrections)) > 1:
        return None
    other = require_story(deciding, other_id)
    text = f"“{other.headline}” ({other.id}) joined this story: they are one text"
    line = StoryEvent(story.id, at, StoryChange.JOINED, text, other.lead_id)
    joined = as_marked(_join_stories(story, other, members), deciding)
    return StoriesCorrected(joined, joined_story_ids=(other.id,), history=(line,))


def _find_staying(story: Story, groups: Sequence[list[Member]]) -> list[Member]:
    """Return the articles that keep the story's id.

    They are those with the article that gave it, else the first to appear.
    """
    for group in groups:
        for member in group:
            if story.id == f"s{member.article_id}":
                return group
    return groups[0]


def regrouped(members: Sequence[Member], corrections: Corrections) -> list[list[Member]]:
    """Return articles as their texts and a person's corrections group them.

    They are decided one after the other, in the order in which they appeared.
    """
    groups: dict[str, list[Member]] = {}
    for member in sorted(members, key=lambda m: (appeared(m), m.article_id)):
        known: list[Member] = []
        for group_id, group in groups.items():
            for earlier in group:
                known.append(replace(earlier, story_id=group_id))
        found = decide(replace(member, story_id=None), known, corrections).story_ids
        home = found[0] if found else member.article_id
        joined: list[Member] = []
        for group_id in found[1:]:
            joined += groups.pop(group_id)
        groups.setdefault(home, []).extend([*joined, member])
    return list(groups.values())


# -- what the ledger knows -------------------------------------------------------------------------


def who(by: str) -> str:
    """Return who said something, as a history names them."""
    return by or "a person"


def require_story(deciding: Decisions, story_id: str) -> Story:
    """Return a story. Raises PermanentError where there is none of this id."""
    story = deciding.story(story_id)
    if story is None:
        raise PermanentError(
            f"there is no story “{story_id}”; `maplewire search '*:*'` shows the newest with their ids"
        )
    return story


def _list_ids(story: Story) -> set[str]:
    """Return the ids of a story's articles."""
    return set(story.article_ids)


def _undo_opposite(
    deciding: Decisions, some: Collection[str], others: Collection[str], *, together: bool, at: datetime
) -> tuple[Correction, ...]:
    """Return the earlier corrections that say the opposite, as undone.

    They are between articles of both groups, and of the kind `together`: the newer correction holds.
    """
    undone = []
    for correction in deciding.corrections(some):
        pair = {correction.a, correction.b}
        is_between = bool(pair.intersection(some)) and bool(pair.intersection(others))
        if correction.together is together and is_between:
            undone.append(replace(correction, undone=at))
    return tuple(undone)
