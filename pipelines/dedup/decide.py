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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.dedup.compare import Overlap, Reading, agreement, compare
from pipelines.dedup.relate import link_between
from pipelines.dedup.text import tokens
from pipelines.model import Decision, Link, Member, Relation, Word

_SHARE = 0.45
_SHORTNESS = 15.0
"""Share of the shorter text that must stand in the other: 0.45 + 15 / words (0.48 at 500 words, 0.75 at 50)."""
_BLOCK_SHARE = 0.40
_BLOCK_WORDS = 60
_BLOCK_UNITY = 0.95
"""A block: 60 told words or more in one piece, holding nearly all that is shared and two fifths of the shorter text.
That is how a page carries an agency's text inside its own; rewriting scatters what it keeps."""
_SAME = 0.60
"""From this share on the pair speaks for itself; below, the story's other members are heard."""
_PASSAGE = 35
"""Words in a row, small changes allowed. Turns of phrase are shorter; two sentences are longer."""
_TINY = 12
"""Words: below this only the very same text under the same title is a copy."""
_STRANGER = 0.34
"""Agreement of names below which two overlapping texts tell of different people and places."""
_TEMPLATE_NUMBERS = 0.5
"""Agreement of numbers below which an overlap is a form filled in again."""
_CONSISTENT = 0.25
"""Mean share with all found members of a story that a likely copy must reach."""

_NO_WORD = Word()
_SAID = "put together by a person"

Verdict = Literal["same", "likely", "different"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One candidate, read: what is shared, what follows, and the sentence that says why."""

    member: Member
    overlap: Overlap
    verdict: Verdict
    share: float
    why: str


def decide(article: Member, candidates: Sequence[Member], word: Word = _NO_WORD) -> Decision:
    """Return which known story this article is a copy within, or that it opens one.

    A person's `word` goes before every other reason: an article never joins a story that holds one it was set
    apart from, always that of one it was put together with (of the two, apart is the stronger). The
    articles that are named beside this one belong among the candidates, however little they share.

    The result does not depend on the order of `candidates`. More than one story id means that this text
    proves them to be one: each has a member that is the same text as this one, and they name the
    same people and places (a round-up that carries two reports joins nothing). The link tells the article's relation to
    the nearest member; `arrange` then settles places within the whole story.
    """
    others = sorted((c for c in candidates if c.article_id != article.article_id), key=lambda c: c.article_id)
    mine = Reading.of(article.text)
    read = sorted((_heard(_read(article, mine, other), article, word) for other in others), key=_rank)
    stories: dict[str, list[Comparison]] = {}
    for comparison in read:
        stories.setdefault(comparison.member.story_id or comparison.member.article_id, []).append(comparison)
    linked = [
        story_id
        for story_id, found in stories.items()
        if _belongs(found) and not _set_apart([article], _members(found), word)
    ]
    if not linked:
        return Decision((), _alone(article), _nearest(read))
    first = linked[0]
    best = stories[first][0]
    joined, members = [first], _members(stories[first])
    for other in linked[1:]:
        more = _members(stories[other])
        if _may_join(best, stories[other][0]) and not _set_apart(members, more, word):
            joined.append(other)
            members += more
    link = link_between(article, best.member, best.overlap)
    return Decision(tuple(joined), replace(link, why=(_SAID, *link.why)) if best.why == _SAID else link)


def _members(found: Sequence[Comparison]) -> list[Member]:
    return [comparison.member for comparison in found]


def _heard(comparison: Comparison, article: Member, word: Word) -> Comparison:
    """Return the comparison with a person's word in the place of its verdict, where there is one."""
    pair = frozenset((article.article_id, comparison.member.article_id))
    if pair in word.apart:
        return replace(comparison, verdict="different", why="set apart by a person")
    if pair in word.together:
        return replace(comparison, verdict="same", share=1.0, why=_SAID)
    return comparison


def _set_apart(some: Sequence[Member], others: Sequence[Member], word: Word) -> bool:
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


def _read(article: Member, mine: Reading, other: Member) -> Comparison:
    """Compare two articles and say what follows from it. Below `_BLOCK_SHARE` nothing does, whatever the passages."""
    overlap = compare(mine, Reading.of(other.text), _BLOCK_SHARE)
    if article.text.exact and article.text.exact == other.text.exact:
        return _exact(article, other, overlap)
    words = min(article.text.words, other.text.words)
    share = _share(overlap)
    needed = _SHARE + _SHORTNESS / max(words, 1)
    if shortfall := _shortfall(overlap, words, share, needed):
        return Comparison(other, overlap, "different", share, shortfall)
    if veto := _veto(article, other, overlap, share):
        return Comparison(other, overlap, "different", share, veto)
    verdict: Verdict = "same" if share >= max(_SAME, needed) else "likely"
    return Comparison(
        other,
        overlap,
        verdict,
        share,
        f"shares {share:.0%} of the shorter text, {overlap.passage} words in one passage",
    )


def _shortfall(overlap: Overlap, words: int, share: float, needed: float) -> str | None:
    """Return what is missing for a copy, or None where enough is shared."""
    if overlap.shared == 0:
        return "shares no three words in a row"
    if words < _TINY:
        return f"only {words} words, too short to tell a copy from a coincidence"
    if _is_block(overlap):
        return None
    if share < needed and overlap.of_smaller >= needed:
        return f"shares {overlap.of_smaller:.0%} of the shorter text, but mostly quotations: {overlap.told_of_smaller:.0%} of what is told"
    if share < needed:
        return f"shares {share:.0%} of the shorter text; {needed:.0%} are needed at {words} words"
    if overlap.passage < min(_PASSAGE, words * 0.6):
        return f"shares {share:.0%} of the shorter text in scraps; the longest passage has {overlap.passage} words"
    return None


def _is_block(overlap: Overlap) -> bool:
    """Return whether one text carries a piece of the other whole."""
    return (
        overlap.passage_told >= _BLOCK_WORDS
        and overlap.of_smaller >= _BLOCK_SHARE
        and overlap.passage >= _BLOCK_UNITY * overlap.shared
    )


def _exact(article: Member, other: Member, overlap: Overlap) -> Comparison:
    if article.text.words >= _TINY or _title(article) == _title(other):
        return Comparison(other, overlap, "same", 1.0, "the same text word for word")
    return Comparison(
        other, overlap, "different", 1.0, f"the same {article.text.words} words under another title"
    )


def _share(overlap: Overlap) -> float:
    """Return the share of the shorter text that stands in the other, quotations counting half.

    Both in the same direction: a text may be short in what it tells and long in what it quotes. Telling alone would
    punish an interview, all words alone would take a printed statement for a copied report.
    """
    from_a = min(overlap.of_a, (overlap.of_a + overlap.told_a) / 2)
    from_b = min(overlap.of_b, (overlap.of_b + overlap.told_b) / 2)
    return max(from_a, from_b)


def _veto(article: Member, other: Member, overlap: Overlap, share: float) -> str | None:
    """Return why two overlapping texts are different reports all the same."""
    if (
        share < 0.8
        and overlap.numbers is not None
        and overlap.numbers < _TEMPLATE_NUMBERS
        and overlap.passage < 80
    ):
        return f"the same form with other numbers: {overlap.numbers:.0%} of them agree"
    if share < 0.8 and overlap.names is not None and overlap.names < _STRANGER and overlap.passage < 80:
        return f"the same turns of phrase about others: {overlap.names:.0%} of the names agree"
    if (numbered := _numbered_titles(article, other)) and share < 0.95:
        return numbered
    return None


def _title(member: Member) -> list[str]:
    return tokens(member.title)


def _numbered_titles(article: Member, other: Member) -> str | None:
    """Return a veto where two titles are one form with other numbers ("12th package", "13th package")."""
    mine, theirs = _counted(_title(article)), _counted(_title(other))
    if mine == theirs or len(mine) != len(theirs) or len(mine) < 3:
        return None
    changed = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    if len(changed) <= 3 and all(_counts(a) and _counts(b) for a, b in changed):
        return f"titles of one series: {changed[0][0]} here, {changed[0][1]} there"
    return None


_CHINESE_NUMERALS = frozenset("〇零一二三四五六七八九十百千两")
_COUNTING = frozenset(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth one two three four five six seven eight nine ten eleven twelve
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december spring summer autumn fall winter morning afternoon evening st nd rd th
    premier première deuxième second seconde troisième quatrième cinquième sixième septième huitième neuvième dixième onzième
    douzième treizième quatorzième quinzième un deux trois quatre cinq sept huit neuf dix onze douze lundi mardi mercredi
    jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    printemps été automne hiver matin soir er re e ème i ii iii iv v vi vii viii ix x
    """.split()  # noqa: SIM905 -- a list of strings would fill a page
)
"""Words that count the parts of a series, besides figures."""


def _counts(token: str) -> bool:
    return token[0].isdigit() or token in _COUNTING or token[0] in _CHINESE_NUMERALS


def _counted(title: Sequence[str]) -> list[str]:
    """Return a title's tokens with each Chinese number as one: 第 十 二 批, 第十批 have the same length."""
    joined: list[str] = []
    for token in title:
        if joined and token in _CHINESE_NUMERALS and joined[-1][-1] in _CHINESE_NUMERALS:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _belongs(found: Sequence[Comparison]) -> bool:
    """Return whether an article belongs to the story of these comparisons (best first).

    A pair that is the same text decides alone; a likely one needs the other members not to object.
    """
    if found[0].verdict == "same":
        return True
    if found[0].verdict != "likely":
        return False
    return sum(comparison.share for comparison in found) / len(found) >= _CONSISTENT


def _may_join(best: Comparison, other: Comparison) -> bool:
    """Return whether one text proves two stories to be one."""
    if best.verdict != "same" or other.verdict != "same":
        return False
    if _SAID in (best.why, other.why):
        return True
    names = agreement(best.member.text.names, other.member.text.names)
    return names is None or names >= _STRANGER


def _alone(article: Member) -> Link:
    return Link(article.article_id, Relation.ORIGINAL, None, 1.0, 0.0, ("nothing known shares its text",))


def _nearest(read: Sequence[Comparison]) -> str | None:
    """Return what came closest and why it was not enough."""
    near = [comparison for comparison in read if comparison.overlap.shared]
    if not near:
        return None
    best = max(near, key=lambda c: (c.overlap.of_smaller, c.member.article_id))
    return f"{best.member.article_id} ({best.member.title[:80]!r}): {best.why}"
