"""Copy or not: one incoming article against what the ledger found (pure).

    candidates ──► comparison with each ──► verdict a pair: same, likely, different
                                                              │ by story
            story ids ◄── one story, or several on strong evidence ◄──┤
              carries ◄── pages that are mostly their own ◄───────────┘

A missed copy costs a reader one more line; a false one hides a report. Shared lookup keys never link
anything: they only bring two texts here. What makes a pair a copy is in `comparison`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.dedup.carrying import (
    Standing,
    are_chapters,
    are_of_one_newsroom,
    carrying_of,
    is_next_chapter,
    standing_of,
    stated_time,
)
from pipelines.dedup.comparison import Comparison, Ground, Verdict, compare_articles
from pipelines.dedup.relation import link_between
from pipelines.model import Carrying, Corrections, Decision, Link, Member, NearestArticle, Relation

#: One in so many of a story's members that are as near as the nearest, and plainly the same form about
#: others, keeps an article out.
_OBJECTING = 3
#: Members of a story that are heard.
HEARD = 24
#: Share from which a member of a story speaks for a new one.
_AGREEING_SHARE = 0.30
#: Share from which two texts that are no copies are two of one form.
_NEARLY_SHARED = 0.6

_NO_CORRECTIONS = Corrections()

_WHY_NOT_ONE = {
    Standing.CARRIES: "prints that text inside one that is mostly its own",
    Standing.CARRIED: "is printed there inside a text that is mostly another",
    Standing.OTHERS: "shares a part of it, and most of either text is its own",
}

#: Returns all articles of some stories, by the ids of the stories.
MembersOf = Callable[[Collection[str]], Sequence[Member]]


def decide(
    article: Member,
    candidates: Sequence[Member],
    word: Corrections = _NO_CORRECTIONS,
    members_of: MembersOf | None = None,
) -> Decision:
    """Decide which known story an article is a copy within, or that it opens one.

    A pair that is plainly the same text decides alone. A weaker one needs the other members of the story
    not to object. `members_of` gives all articles of some stories and is asked only then; without it those
    among the candidates speak for their story. A page that is mostly its own text joins no story of which it
    prints the text: it carries it (see `carrying`).

    A person's `word` goes before every other reason: an article never joins a story that holds one it was
    set apart from, always that of one it was put together with. Of the two, apart is the stronger.

    The result does not depend on the order of `candidates`. More than one story id means that this text
    proves them to be one. The link tells the article's relation to the nearest member; `arrange` then
    settles places within the whole story.
    """
    compared = _Compared(article)
    found = _compare_with_all(compared, candidates, word)
    by_story = _group_by_story(found)
    linked = _linked_to_stories(by_story.values())
    if not linked:
        return _opens_story(article, found, _texts_carried(article, by_story, ()))
    fellows = _Fellows(article, by_story, members_of)
    joined: list[Comparison] = []
    continued: list[Comparison] = []
    for nearest in linked:
        if _begins_chapter(article, by_story[_story_of(nearest.member)], fellows):
            continued.append(nearest)
        elif _may_join(compared, nearest, joined, fellows, word):
            joined.append(nearest)
    carries = _texts_carried(article, by_story, joined)
    if not joined:
        return _opens_story(article, found, (*carries, *_chapter_of(article, continued)))
    return _joins_stories(article, joined, carries)


def _opens_story(article: Member, found: Sequence[Comparison], carries: tuple[Carrying, ...]) -> Decision:
    why = ("no other page known has this text",)
    link = Link(article.article_id, Relation.ORIGINAL, None, 1.0, 0.0, why)
    return Decision((), link, _nearest_article(found), carries)


def _joins_stories(article: Member, joined: Sequence[Comparison], carries: tuple[Carrying, ...]) -> Decision:
    nearest = joined[0]
    link = link_between(article, nearest.member, nearest.overlap)
    if nearest.ground is Ground.PUT_TOGETHER:
        link = replace(link, why=(nearest.why, *link.why))
    story_ids = []
    for comparison in joined:
        story_ids.append(_story_of(comparison.member))
    return Decision(tuple(story_ids), link, carries=carries)


def _story_of(member: Member) -> str:
    """Return the id of an article's story, or its own."""
    return member.story_id or member.article_id


# -- comparing --------------------------------------------------------------------------------------------


class _Compared:
    """One article, compared with each other one once."""

    def __init__(self, article: Member) -> None:
        self.article = article
        self._comparisons: dict[str, Comparison] = {}

    def with_member(self, other: Member) -> Comparison:
        if other.article_id not in self._comparisons:
            self._comparisons[other.article_id] = compare_articles(self.article, other)
        return self._comparisons[other.article_id]


def _compare_with_all(
    compared: _Compared, candidates: Sequence[Member], word: Corrections
) -> list[Comparison]:
    """Return the comparisons with all candidates, best first."""
    comparisons = []
    for candidate in sorted(candidates, key=_article_id):
        if candidate.article_id != compared.article.article_id:
            comparison = _corrected(compared.with_member(candidate), compared.article, word)
            comparisons.append(_with_standing(comparison, compared.article))
    return sorted(comparisons, key=_rank)


def _corrected(comparison: Comparison, article: Member, word: Corrections) -> Comparison:
    """Return a comparison with a person's word as its verdict."""
    pair = frozenset((article.article_id, comparison.member.article_id))
    if pair in word.apart:
        ground = Ground.SET_APART
        return replace(comparison, verdict=Verdict.DIFFERENT, why=ground.value, ground=ground)
    if pair in word.together:
        ground = Ground.PUT_TOGETHER
        return replace(comparison, verdict=Verdict.SAME, share=1.0, why=ground.value, ground=ground)
    return comparison


def _with_standing(comparison: Comparison, article: Member) -> Comparison:
    """Return a comparison as different where one of the two only carries the other."""
    if not comparison.is_linked or comparison.ground in (Ground.PUT_TOGETHER, Ground.WORD_FOR_WORD):
        return comparison
    standing = standing_of(article, comparison.member, comparison.overlap)
    if standing is Standing.ONE_TEXT:
        return comparison
    why = _WHY_NOT_ONE[standing]
    return replace(comparison, verdict=Verdict.DIFFERENT, standing=standing, why=why)


def _article_id(member: Member) -> str:
    return member.article_id


def _rank(comparison: Comparison) -> tuple[bool, Verdict, float, float, str]:
    """Return what puts the best comparison first."""
    return (
        comparison.ground is not Ground.PUT_TOGETHER,
        comparison.verdict,
        -comparison.share,
        -comparison.overlap.of_larger,
        comparison.member.article_id,
    )


def _group_by_story(found: Iterable[Comparison]) -> dict[str, list[Comparison]]:
    """Return the comparisons by story, best story first."""
    by_story: dict[str, list[Comparison]] = {}
    for comparison in found:
        by_story.setdefault(_story_of(comparison.member), []).append(comparison)
    return by_story


def _nearest_article(found: Iterable[Comparison]) -> NearestArticle | None:
    """Return what came closest and why it was not enough."""
    near = []
    for comparison in found:
        if comparison.overlap.shared:
            near.append(comparison)
    if not near:
        return None
    best = max(near, key=_closeness)
    why = best.why
    if best.is_linked:
        why = f"by itself it would be a copy ({why}), but other pages of its story speak against it"
    return NearestArticle(best.member.article_id, best.member.title, why)


def _closeness(comparison: Comparison) -> tuple[float, str]:
    return comparison.overlap.of_smaller, comparison.member.article_id


# -- joining stories --------------------------------------------------------------------------------------


class _Fellows:
    """The other articles of a story, read when needed."""

    def __init__(
        self,
        article: Member,
        by_story: Mapping[str, Sequence[Comparison]],
        members_of: MembersOf | None,
    ) -> None:
        self._article = article
        self._by_story = by_story
        self._members_of = members_of
        self._fellows: dict[str, list[Member]] = {}

    def of_story(self, story_id: str) -> list[Member]:
        if story_id not in self._fellows:
            fellows = []
            for member in self._all_members(story_id):
                if member.article_id != self._article.article_id:
                    fellows.append(member)
            self._fellows[story_id] = sorted(fellows, key=_article_id)
        return self._fellows[story_id]

    def _all_members(self, story_id: str) -> Sequence[Member]:
        if self._members_of:
            return self._members_of([story_id])
        return [comparison.member for comparison in self._by_story[story_id]]


def _linked_to_stories(by_story: Iterable[Sequence[Comparison]]) -> list[Comparison]:
    """Return the best comparison of each story to join."""
    linked = []
    for comparisons in by_story:
        if comparisons[0].is_linked and not _is_objected(comparisons[0], comparisons):
            linked.append(comparisons[0])
    return linked


def _is_objected(nearest: Comparison, comparisons: Sequence[Comparison]) -> bool:
    """Tell whether members of a story keep out an article that one of them is like.

    A form is filled in again and again, about others: markets, weather, obituaries. A copy may have lost
    what tells one from the next (the title, the names), and then the article is like that copy alone.
    """
    if nearest.ground in (Ground.PUT_TOGETHER, Ground.WORD_FOR_WORD):
        return False
    objecting = agreeing = 0
    for comparison in comparisons:
        if comparison.objection >= nearest.share:
            objecting += 1
        if comparison.is_linked or comparison is nearest:
            agreeing += 1
    return objecting * _OBJECTING >= objecting + agreeing


def _may_join(
    compared: _Compared,
    nearest: Comparison,
    joined: Sequence[Comparison],
    fellows: _Fellows,
    word: Corrections,
) -> bool:
    """Tell whether an article may join one more story."""
    # The members of its story may have to be read, so each step asks for them only when it needs them.
    story_id = _story_of(nearest.member)
    earlier = _fellows_in(joined, fellows)
    if word.apart and _are_set_apart([compared.article, *earlier], fellows.of_story(story_id), word):
        return False
    links = (nearest, *joined)
    if any(link.ground is Ground.PUT_TOGETHER for link in links):
        return True
    if not nearest.is_plain and not _is_shared_by_most(fellows.of_story(story_id), [compared]):
        return False
    if not joined:
        return True
    if are_chapters(earlier, fellows.of_story(story_id)):
        return False
    if _object_to_each_other(earlier, fellows.of_story(story_id)):
        return False
    return all(link.is_plain for link in links) or _are_one_story(
        compared, earlier, fellows.of_story(story_id)
    )


def _begins_chapter(article: Member, comparisons: Sequence[Comparison], fellows: _Fellows) -> bool:
    """Tell whether an article is the next chapter of a story and not its next step.

    `comparisons` are those with the story's articles, the nearest first.
    """
    # A person's word, or the very text of a member, which may be there by a person's word.
    if comparisons[0].ground is not Ground.TEXT:
        return False
    # Who prints another's text anew writes nothing on.
    is_step = any(found.is_linked and are_of_one_newsroom(article, found.member) for found in comparisons)
    story_id = _story_of(comparisons[0].member)
    return is_step and is_next_chapter(article, fellows.of_story(story_id))


def _chapter_of(article: Member, continued: Sequence[Comparison]) -> list[Carrying]:
    """Return what an article continues: of several stories the one that is nearest."""
    return [replace(carrying_of(article, nearest.member), continues=True) for nearest in continued[:1]]


def _fellows_in(joined: Iterable[Comparison], fellows: _Fellows) -> list[Member]:
    """Return the articles of the stories joined already."""
    members: list[Member] = []
    for comparison in joined:
        members.extend(fellows.of_story(_story_of(comparison.member)))
    return members


def _object_to_each_other(earlier: Sequence[Member], members: Sequence[Member]) -> bool:
    """Tell whether two stories are one form about others.

    A copy that lost its headline is like both of them, and so are all such copies. So the first report of
    each is asked before all others are.
    """
    if not earlier or not members:
        return False
    if _objects(compare_articles(min(earlier, key=stated_time), min(members, key=stated_time))):
        return True
    objecting = agreeing = 0
    others = members[:HEARD]
    for one in map(_Compared, earlier[:HEARD]):
        for other in others:
            comparison = one.with_member(other)
            if _objects(comparison):
                objecting += 1
            elif comparison.is_linked:
                agreeing += 1
    return objecting * _OBJECTING >= objecting + agreeing > 0


def _objects(comparison: Comparison) -> bool:
    """Tell whether two texts share much and are none the less others."""
    if comparison.objection:
        return True
    return not comparison.is_linked and comparison.share >= _NEARLY_SHARED


def _are_one_story(compared: _Compared, earlier: Sequence[Member], members: Sequence[Member]) -> bool:
    """Tell whether two stories share text with each other."""
    others = list(map(_Compared, earlier[:HEARD]))
    return _is_shared_by_most(members, others) and _is_shared_by_most(earlier, [compared])


def _is_shared_by_most(members: Sequence[Member], articles: Sequence[_Compared]) -> bool:
    """Tell whether most of a story share text with an article."""
    heard = members[:HEARD]
    agreeing = 0
    for member in heard:
        if any(article.with_member(member).share >= _AGREEING_SHARE for article in articles):
            agreeing += 1
    return agreeing * 3 >= len(heard) * 2


def _are_set_apart(some: Sequence[Member], others: Sequence[Member], word: Corrections) -> bool:
    """Tell whether a person set any of these apart from any of the others."""
    for one in some:
        for other in others:
            if frozenset((one.article_id, other.article_id)) in word.apart:
                return True
    return False


# -- texts that are carried -------------------------------------------------------------------------------


def _texts_carried(
    article: Member, by_story: Mapping[str, Sequence[Comparison]], joined: Sequence[Comparison]
) -> tuple[Carrying, ...]:
    """Return what texts an article prints, and which pages print its own."""
    homes = {article.story_id}
    for comparison in joined:
        homes.add(_story_of(comparison.member))
    carries = []
    for story_id, comparisons in by_story.items():
        if story_id not in homes:
            carries += _carried_with_story(article, comparisons)
    return tuple(carries)


def _carried_with_story(article: Member, comparisons: Sequence[Comparison]) -> list[Carrying]:
    """Return what an article prints of a story, and what of its pages prints it."""
    carries = []
    is_carrying = False
    for comparison in comparisons:
        if _is_objected(comparison, comparisons):
            continue
        if comparison.standing is Standing.CARRIES and not is_carrying:
            # Of a story's articles the nearest stands for its text.
            is_carrying = True
            carries.append(carrying_of(article, comparison.member))
        elif comparison.standing is Standing.CARRIED:
            carries.append(carrying_of(comparison.member, article))
    return carries
