"""Copy or not: one incoming article against what the ledger found (pure).

    candidates ──► exact overlap with each ──► vetoes ──► verdict a pair: same, likely, different
                                                              │ by story
            story ids ◄── one story, or several on strong evidence ◄──┘

A missed copy costs a reader one more line; a false one hides a report. What counts is the *told* text: words inside
quotation marks are news to everyone who was in the room, so two reports that share a statement
are not copies, however long it is. Shared lookup keys never link anything: they only bring two texts here.

Where the numbers come from: readings of overlapping pairs on generated reprints and on real articles. A text of a few
sentences shares half of itself with strangers through turns of phrase ("in closed session", "according to the
report"), so the share asked for grows as texts get shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from pipelines.dedup.lookup import LEAST_TEXT
from pipelines.dedup.overlap import Overlap, compare, unquoted_share
from pipelines.dedup.relation import link_between
from pipelines.dedup.template_reports import form_again, titles_apart, words_of_title
from pipelines.model import Corrections, Decision, Link, Member, NearestArticle, Relation, TextPrint

_SHARE, _SHORTNESS = 0.38, 16.0
"""Share of what the shorter text tells that must stand in the other: 0.38 + 16 / words (0.41 at 500 words, 0.70 at 50)."""
_AKIN_SHARE = 0.43
_AKIN, _AKIN_NUMBERS, _AKIN_WORDS = 0.75, 0.66, 80
"""Agreement of names and of numbers from which two texts tell of the same people and sums; 0.43 is enough for them then,
if they are longer than a brief."""
_TELLING, _TELLING_WORDS = 0.25, 12
"""Share of a text, and words, that it must tell itself before its telling is compared. A text below is somebody's words."""
_SPOKEN = 0.65
"""Share of the shorter one from which two texts that are both somebody's words are one speech, column or letter."""
_REPRINTED = 0.75
"""Share of a page that another text tells: with no more than a line of its own above it ("The Gazette reports:"), the page reprints that text."""
_BLOCK_SHARE = 0.35
_BLOCK_WORDS = 60
_BLOCK_UNITY = 0.95
"""A block: 60 told words or more in one piece, holding nearly all that is shared and two fifths of the shorter text.
That is how a page carries an agency's text inside its own; rewriting scatters what it keeps."""
_SAME = 0.60
"""From this share on the pair speaks for itself; below, the story's other members are heard."""
_PASSAGE, _PASSAGE_AKIN = 35, 20
"""Words in a row, small changes allowed. Turns of phrase are shorter; two sentences are longer."""
_TINY = 12
"""Words: below this only the very same text under the same title is a copy."""

_OBJECTING = 3
"""One in so many of a story's members that are as near as the nearest, and plainly the same form about others, keeps an article out."""
_UPDATED = timedelta(days=4)
"""Updates of a report follow within a day or two, weekly papers a little later."""
_SHARED, _HEARD = 0.30, 24
"""Share from which a member of a story speaks for a new one, and members that are heard."""

_NO_WORD = Corrections()
_SAID = "put together by a person"
_WORD_FOR_WORD = "the same text word for word"

MembersOf = Callable[[Collection[str]], Sequence[Member]]
Verdict = Literal["same", "likely", "different"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One candidate, read: what is shared, what follows, and the sentence that says why.

    `against` is above 0 where it is plainly the same form about others: the share, or 1 where titles say so.
    """

    member: Member
    overlap: Overlap
    verdict: Verdict
    share: float
    why: str
    against: float = 0.0


def decide(
    article: Member,
    candidates: Sequence[Member],
    word: Corrections = _NO_WORD,
    members_of: MembersOf | None = None,
) -> Decision:
    """Return which known story this article is a copy within, or that it opens one.

    A pair that is plainly the same text decides alone. A weaker one, and a page that carries a text inside its own, need
    the other members of the story not to object; `members_of` gives all articles of some stories
    and is asked only then (without it those among the candidates speak for their story). Hence a round-up
    belongs to one of the reports it carries and joins none of them with another.

    A person's `word` goes before every other reason: an article never joins a story that holds one it was set
    apart from, always that of one it was put together with (of the two, apart is the stronger).

    The result does not depend on the order of `candidates`. More than one story id means that this text
    proves them to be one. The link tells the article's relation to the nearest member; `arrange` then settles
    places within the whole story.
    """
    others = sorted((c for c in candidates if c.article_id != article.article_id), key=lambda c: c.article_id)
    read = _Read(article)
    found = sorted((_heard(read.with_(other), article, word) for other in others), key=_rank)
    by_story: dict[str, list[Comparison]] = {}
    for comparison in found:
        by_story.setdefault(_story_of(comparison.member), []).append(comparison)
    linked = [
        some[0] for some in by_story.values() if some[0].verdict != "different" and not _is_objected(some)
    ]
    if not linked:
        return Decision((), _alone(article), _nearest(found))
    among_found = {id_: [c.member for c in some] for id_, some in by_story.items()}
    fellows = _Fellows(article, among_found, members_of)
    joined: list[Comparison] = []
    for near in linked:
        if _may_join(read, near, joined, fellows, word):
            joined.append(near)
    if not joined:
        return Decision((), _alone(article), _nearest(found))
    best = joined[0]
    link = link_between(article, best.member, best.overlap)
    why = (_SAID, *link.why) if best.why == _SAID else link.why
    return Decision(tuple(_story_of(c.member) for c in joined), replace(link, why=why))


class _Read:
    """One article, compared with others; each comparison is made once."""

    def __init__(self, article: Member) -> None:
        self.article = article
        self._made: dict[str, Comparison] = {}

    def with_(self, other: Member) -> Comparison:
        if other.article_id not in self._made:
            self._made[other.article_id] = _compare(self.article, other)
        return self._made[other.article_id]


class _Fellows:
    """The other articles of a story, read when a decision hangs on them."""

    def __init__(
        self, article: Member, among_candidates: Mapping[str, list[Member]], members_of: MembersOf | None
    ) -> None:
        self._article = article
        self._known = among_candidates
        self._members_of = members_of
        self._read: dict[str, list[Member]] = {}

    def of(self, story_id: str) -> list[Member]:
        if story_id not in self._read:
            members = self._members_of([story_id]) if self._members_of else self._known[story_id]
            others = (m for m in members if m.article_id != self._article.article_id)
            self._read[story_id] = sorted(others, key=lambda member: member.article_id)
        return self._read[story_id]


def _story_of(member: Member) -> str:
    return member.story_id or member.article_id


def _may_join(
    read: _Read, link: Comparison, joined: Sequence[Comparison], fellows: _Fellows, word: Corrections
) -> bool:
    """Return whether an article may join one more story, given those it joins already."""
    story_id = _story_of(link.member)
    earlier = [member for other in joined for member in fellows.of(_story_of(other.member))]
    if word.apart and _set_apart([read.article, *earlier], fellows.of(story_id), word):
        return False
    if _SAID in (link.why, *(other.why for other in joined)):
        return True
    if not _is_plain(link) and not _is_shared_by_most(fellows.of(story_id), [read]):
        return False
    if not joined or (_is_plain(link) and all(map(_is_plain, joined))):
        return True
    reads = [read, *(_Read(member) for member in earlier[:_HEARD])]
    return _is_shared_by_most(fellows.of(story_id), reads[1:]) and _is_shared_by_most(earlier, reads[:1])


def _is_objected(comparisons: Sequence[Comparison]) -> bool:
    """Return whether members of a story tell an article apart that another of them is like: a copy may have lost what tells a form from the next."""
    if comparisons[0].why in (_SAID, _WORD_FOR_WORD):
        return False
    against = sum(c.against >= comparisons[0].share for c in comparisons)
    return against * _OBJECTING >= against + sum(c.verdict != "different" for c in comparisons)


def _is_plain(comparison: Comparison) -> bool:
    """Return whether two texts are the same on their own, neither a small part of the other."""
    return comparison.verdict == "same" and comparison.overlap.is_mutual


def _is_shared_by_most(members: Sequence[Member], reads: Sequence[_Read]) -> bool:
    """Return whether two thirds of a story's members share what they tell with one of these articles."""
    heard = members[:_HEARD]
    agreeing = sum(any(read.with_(member).share >= _SHARED for read in reads) for member in heard)
    return agreeing * 3 >= len(heard) * 2


def _heard(comparison: Comparison, article: Member, word: Corrections) -> Comparison:
    """Return the comparison with a person's word in the place of its verdict, where there is one."""
    pair = frozenset((article.article_id, comparison.member.article_id))
    if pair in word.apart:
        return replace(comparison, verdict="different", why="set apart by a person")
    if pair in word.together:
        return replace(comparison, verdict="same", share=1.0, why=_SAID)
    return comparison


def _set_apart(some: Sequence[Member], others: Sequence[Member], word: Corrections) -> bool:
    """Return whether a person set any of these articles apart from any of the others."""
    return any(frozenset((a.article_id, b.article_id)) in word.apart for a in some for b in others)


def _rank(comparison: Comparison) -> tuple[bool, int, float, float, str]:
    order = {"same": 0, "likely": 1, "different": 2}[comparison.verdict]
    return (
        comparison.why != _SAID,
        order,
        -comparison.share,
        -comparison.overlap.of_larger,
        comparison.member.article_id,
    )


def _compare(article: Member, other: Member) -> Comparison:
    """Compare two articles and say what follows from it. Below `LEAST_TEXT` nothing does, whatever the passages."""
    mine, theirs = article.text, other.text
    overlap = compare(mine, theirs, LEAST_TEXT)
    if article.text.exact and article.text.exact == other.text.exact:
        return _exact(article, other, overlap)
    words = min(article.text.words, other.text.words)
    share, needed = max(_share(overlap), _reprinted(overlap, mine, theirs)), _needed(overlap, words)
    if shortfall := _shortfall(overlap, words, share, needed):
        return Comparison(other, overlap, "different", share, shortfall)
    if titled := titles_apart(article, other, share):
        return Comparison(other, overlap, "different", share, titled, against=1.0)
    if form := form_again(article, other, overlap):
        return Comparison(other, overlap, "different", share, form.why, share if form.is_plain else 0.0)
    if share < _SAME and (veto := _circumstances(article, other)):
        return Comparison(other, overlap, "different", share, veto)
    verdict: Verdict = "same" if share >= max(_SAME, needed) else "likely"
    return Comparison(
        other,
        overlap,
        verdict,
        share,
        f"shares {share:.0%} of what the shorter text tells; the longest passage has {overlap.passage} words",
    )


def _share(overlap: Overlap) -> float:
    """Return the share of what one of the texts tells that the other tells too.

    A text that is nearly all somebody's words (a statement, a letter, a column) tells nothing of its own: printed by a
    report it stays another text, and only two that are both like that are compared by all their words.
    """
    shares = []
    for of, told, telling in (
        (overlap.of_a, overlap.unquoted_of_a, overlap.unquoted_part_of_a),
        (overlap.of_b, overlap.unquoted_of_b, overlap.unquoted_part_of_b),
    ):
        words = overlap.shared / of if of else 0.0
        if telling >= _TELLING and telling * words >= _TELLING_WORDS:
            shares.append(told)
    if shares:
        return max(shares)
    return overlap.of_smaller if overlap.of_smaller >= _SPOKEN else overlap.unquoted_of_smaller


def _reprinted(overlap: Overlap, mine: TextPrint, theirs: TextPrint) -> float:
    """Return how much of a page that tells next to nothing itself is the other's own telling; 0 where that is no reprint.

    Two reports that announce the same letter do not come here: neither of them tells it.
    """
    for page, of, telling, other in (
        (mine, overlap.of_a, overlap.unquoted_part_of_a, theirs),
        (theirs, overlap.of_b, overlap.unquoted_part_of_b, mine),
    ):
        if telling < _TELLING and of >= _REPRINTED and (share := unquoted_share(page, other)) >= _REPRINTED:
            return share
    return 0.0


def _are_akin(overlap: Overlap, words: int) -> bool:
    """Return whether two texts longer than a brief name the same people and numbers."""
    named = overlap.names is not None and overlap.names >= _AKIN
    return words >= _AKIN_WORDS and named and (overlap.numbers is None or overlap.numbers >= _AKIN_NUMBERS)


def _needed(overlap: Overlap, words: int) -> float:
    needed = _SHARE + _SHORTNESS / max(words, 1)
    return min(needed, _AKIN_SHARE) if _are_akin(overlap, words) else needed


def _shortfall(overlap: Overlap, words: int, share: float, needed: float) -> str | None:
    """Return what is missing for a copy, or None where enough is shared."""
    if overlap.shared == 0:
        return "shares no three words in a row"
    if words < _TINY:
        return f"only {words} words, too short to tell a copy from a coincidence"
    if _is_block(overlap):
        return None
    if share < needed and overlap.of_smaller >= needed:
        quoted = "nearly all as somebody's words (quoted, or announced as theirs)"
        return f"shares {overlap.of_smaller:.0%} of the shorter text, {quoted}; of what it tells itself {share:.0%}"
    if share < needed:
        return f"shares {share:.0%} of what the shorter text tells; a copy of {words} words would share {needed:.0%}"
    least = min(_PASSAGE_AKIN if _are_akin(overlap, words) else _PASSAGE, words * 0.6)
    if overlap.passage < least:
        longest = f"the longest passage has {overlap.passage} words, a copy's would have {least:.0f}"
        return f"shares {share:.0%} of what the shorter text tells, in scraps; {longest}"
    return None


def _is_block(overlap: Overlap) -> bool:
    """Return whether one text carries a piece of the other whole."""
    return (
        overlap.unquoted_passage >= _BLOCK_WORDS
        and overlap.of_smaller >= _BLOCK_SHARE
        and overlap.passage >= _BLOCK_UNITY * overlap.shared
    )


def _exact(article: Member, other: Member, overlap: Overlap) -> Comparison:
    if article.text.words >= _TINY or words_of_title(article) == words_of_title(other):
        return Comparison(other, overlap, "same", 1.0, _WORD_FOR_WORD)
    return Comparison(
        other, overlap, "different", 1.0, f"the same {article.text.words} words under another title"
    )


def _circumstances(article: Member, other: Member) -> str | None:
    """Return what speaks against a weak likeness: agencies that differ, or more days than an update takes."""
    mine, theirs = article.route, other.route
    if (
        mine.kind == theirs.kind == "agency"
        and mine.origin
        and theirs.origin
        and mine.origin != theirs.origin
    ):
        return f"one credits {mine.origin}, the other {theirs.origin}"
    if article.published and other.published and abs(article.published - other.published) > _UPDATED:
        return f"{abs(article.published - other.published).days} days apart, more than an update takes"
    return None


def _alone(article: Member) -> Link:
    return Link(article.article_id, Relation.ORIGINAL, None, 1.0, 0.0, ("no other page known has this text",))


def _nearest(read: Sequence[Comparison]) -> NearestArticle | None:
    """Return what came closest and why it was not enough."""
    near = [comparison for comparison in read if comparison.overlap.shared]
    if not near:
        return None
    best = max(near, key=lambda c: (c.overlap.of_smaller, c.member.article_id))
    why = best.why
    if best.verdict != "different":
        why = f"by itself it would be a copy ({why}), but other pages of its story speak against it"
    return NearestArticle(best.member.article_id, best.member.title, why)
