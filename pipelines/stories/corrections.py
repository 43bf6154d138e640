"""A person's word on stories: merge two, split articles off, take a word back.

    merge(ledger, at, a, b)            one story from now on, whatever the texts say
    split(ledger, at, story, ids)      these articles in a story of their own
    undo(ledger, at, number)           forget an act; the texts decide again about the articles it named

What a person said is kept as pairs of articles and goes before every later decision. Each act is one transaction; undoing
one is several, since the texts may make more than one story of what was merged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from crawlers.errors import PermanentError
from pipelines.dedup import arrange, decide
from pipelines.dedup.arrangement import appeared
from pipelines.ingest.page_decision import arranged_anew, free_story_id
from pipelines.model import Correction, Corrections, Member, PageDecision, Story, StoryChange, StoryEvent
from pipelines.ports import Decisions, Ledger

NO_RUN = 0
"""A person's decision belongs to no run: no page is counted."""


def merge(ledger: Ledger, at: datetime, a: str, b: str) -> str:
    """Make one story of two and keep the word; return its id, which is the first one's.

    Raises PermanentError where one of them is none, or both are the same.
    """
    with ledger.deciding() as deciding:
        first, second = _story(deciding, a), _story(deciding, b)
        if first.id == second.id:
            raise PermanentError(f"{a} and {b} are one story already ({first.id})")
        deciding.take(_merging(first, second, deciding, at), NO_RUN)
    return first.id


def _merging(first: Story, second: Story, deciding: Decisions, at: datetime) -> PageDecision:
    members = deciding.members([first.id, second.id])
    said = Correction(first.lead_id, second.lead_id, True, at)
    text = f"a person joined “{second.headline}” ({second.id}) to this story"
    return PageDecision(
        None,
        story=_joined(first, second, members),
        absorbed=(second.id,),
        said=(said,),
        undone=_taken_back(deciding, _ids(first), _ids(second), together=False, at=at),
        history=(StoryEvent(first.id, at, StoryChange.WORD, text, second.lead_id, material=True),),
    )


def _joined(first: Story, second: Story, members: Sequence[Member]) -> Story:
    topics = tuple(dict.fromkeys((*first.topics, *second.topics)))
    return replace(arranged_anew(first, members), topics=topics)


def split(ledger: Ledger, at: datetime, story_id: str, article_ids: Collection[str]) -> str:
    """Move articles of a story into one of their own and keep the word; return the new story's id.

    Raises PermanentError where an article is not in the story, or nothing would remain in it.
    """
    with ledger.deciding() as deciding:
        story = _story(deciding, story_id)
        inside = _ids(story)
        if strangers := sorted(set(article_ids) - inside):
            raise PermanentError(
                f"{strangers[0]} is no article of {story.id}; `maplewire story {story.id}` shows them"
            )
        if not article_ids or inside <= set(article_ids):
            raise PermanentError("name some articles of the story, and not all: one has to remain")
        taking, made = _splitting(story, set(article_ids), deciding, at)
        deciding.take(taking, NO_RUN)
    return made


def _splitting(
    story: Story, leaving: Collection[str], deciding: Decisions, at: datetime
) -> tuple[PageDecision, str]:
    moved, rest = _parted(story, leaving, deciding)
    remaining = _ids(rest)
    said = tuple(Correction(a, b, False, at) for a in sorted(leaving) for b in sorted(remaining))
    text = f"a person moved {len(leaving)} of {len(story.links)} articles to {moved.id} (“{moved.headline}”)"
    came = f"a person moved these articles out of {story.id} (“{rest.headline}”)"
    taking = PageDecision(
        None,
        story=moved,
        rest=rest,
        said=said,
        undone=_taken_back(deciding, leaving, remaining, together=True, at=at),
        history=(
            StoryEvent(story.id, at, StoryChange.WORD, text, moved.lead_id, material=True),
            StoryEvent(moved.id, at, StoryChange.WORD, came, moved.lead_id, material=True),
        ),
    )
    return taking, moved.id


def _parted(story: Story, leaving: Collection[str], deciding: Decisions) -> tuple[Story, Story]:
    """Return two stories arranged anew: of the articles that leave, under an id of their own, and of the others."""
    members = deciding.members([story.id])
    moving = [m for m in members if m.article_id in leaving]
    staying = [m for m in members if m.article_id not in leaving]
    lead = arrange(story.id, moving).lead_id
    moved = replace(arrange(free_story_id(lead, deciding), moving), topics=story.topics)
    return moved, arranged_anew(story, staying)


def undo(ledger: Ledger, at: datetime, number: int) -> list[str]:
    """Take back the act that a word belongs to; return the ids of the stories that its articles are in now.

    The texts decide again about all articles of these stories, with the words that remain. Raises PermanentError where
    there is no such word, or it was taken back already.
    """
    words = {word.number: word for word in ledger.corrections(include_undone=True)}
    word = words.get(number)
    if word is None or word.undone is not None:
        raise PermanentError(f"no word {number} that holds; `maplewire story words` shows them")
    act = [w for w in words.values() if w.at == word.at and w.together == word.together and not w.undone]
    with ledger.deciding() as deciding:
        taken_back = tuple(replace(w, undone=at) for w in act)
        deciding.take(
            PageDecision(None, undone=taken_back, history=tuple(_undone_lines(act, at, deciding))), NO_RUN
        )
    named = sorted({id_ for w in act for id_ in (w.a, w.b)})
    for id_ in named:
        _settle(ledger, id_, named, at)
    homes = [stored.story_id for id_ in named if (stored := ledger.article(id_)) and stored.story_id]
    return list(dict.fromkeys(homes))


def _undone_lines(act: Sequence[Correction], at: datetime, deciding: Decisions) -> list[StoryEvent]:
    homes = {
        stored.story_id
        for word in act
        for id_ in (word.a, word.b)
        if (stored := deciding.article(id_)) and stored.story_id
    }
    what = "joined" if act[0].together else "set apart"
    text = f"a person took back that these articles were {what}; their texts decide again"
    return [StoryEvent(id_, at, StoryChange.WORD, text) for id_ in sorted(homes)]


def _settle(ledger: Ledger, article_id: str, named: Collection[str], at: datetime) -> None:
    """Let the texts decide about the story of one article, until nothing moves any more."""
    for _ in range(len(named) + 1):
        with ledger.deciding() as deciding:
            taking = _resettling(article_id, named, deciding, at)
            if taking is None:
                return
            deciding.take(taking, NO_RUN)


def _resettling(
    article_id: str, named: Collection[str], deciding: Decisions, at: datetime
) -> PageDecision | None:
    """Return the next step towards what the texts say; None where they say what is."""
    stored = deciding.article(article_id)
    if stored is None or stored.story_id is None:
        return None
    story = _story(deciding, stored.story_id)
    homes = {s for id_ in named if (other := deciding.article(id_)) and (s := other.story_id)} - {story.id}
    members = deciding.members([story.id])
    groups = regrouped(members, deciding.corrected_pairs(_ids(story)))
    if len(groups) > 1:
        leaving = next(group for group in groups if group is not _staying(story, groups))
        moved, rest = _parted(story, {m.article_id for m in leaving}, deciding)
        line = StoryEvent(
            story.id, at, StoryChange.LEFT, f"“{moved.headline}” left for {moved.id}: its text is another"
        )
        return PageDecision(None, story=moved, rest=rest, history=(line,))
    for home in sorted(homes):
        both = deciding.members([story.id, home])
        if len(regrouped(both, deciding.corrected_pairs({m.article_id for m in both}))) == 1:
            joining = _story(deciding, home)
            text = f"“{joining.headline}” ({joining.id}) joined this story: they are one text"
            line = StoryEvent(story.id, at, StoryChange.JOINED, text, joining.lead_id)
            joined = _joined(story, joining, both)
            return PageDecision(None, story=joined, absorbed=(joining.id,), history=(line,))
    return None


def _staying(story: Story, groups: Sequence[list[Member]]) -> list[Member]:
    """Return the articles that keep the story's id: those with the article that gave it, else the first to appear."""
    return next((g for g in groups if any(story.id == f"s{m.article_id}" for m in g)), groups[0])


def regrouped(members: Sequence[Member], word: Corrections) -> list[list[Member]]:
    """Return these articles as their texts and a person's word group them, decided one after the other as they appeared."""
    groups: dict[str, list[Member]] = {}
    for member in sorted(members, key=lambda m: (appeared(m), m.article_id)):
        known = [replace(m, story_id=id_) for id_, group in groups.items() for m in group]
        found = decide(replace(member, story_id=None), known, word).story_ids
        home = found[0] if found else member.article_id
        joined = [m for id_ in found[1:] for m in groups.pop(id_)]
        groups.setdefault(home, []).extend([*joined, member])
    return list(groups.values())


def _story(deciding: Decisions, story_id: str) -> Story:
    story = deciding.story(story_id)
    if story is None:
        raise PermanentError(
            f"no story “{story_id}”; `maplewire search '*:*'` shows the newest with their ids"
        )
    return story


def _ids(story: Story) -> set[str]:
    return {link.article_id for link in story.links}


def _taken_back(
    deciding: Decisions, some: Collection[str], others: Collection[str], *, together: bool, at: datetime
) -> tuple[Correction, ...]:
    """Return the earlier words between these articles that say the opposite: the newer word goes."""
    return tuple(
        replace(word, undone=at)
        for word in deciding.corrections(some)
        if word.together is together and {word.a, word.b} & set(some) and {word.a, word.b} & set(others)
    )
