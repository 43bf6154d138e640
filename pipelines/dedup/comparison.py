"""Two articles compared: the same report, perhaps the same, or others (pure).

    the exact overlap ──► enough shared? ──► vetoes: titles, forms, circumstances ──► verdict

What counts is the *unquoted* text: words inside quotation marks are news to everyone who was in the
room, so two reports that share a statement are not copies, however long it is.

Where the numbers come from: readings of overlapping pairs on generated reprints and on real articles. A text
of a few sentences shares half of itself with strangers through turns of phrase ("in closed session",
"according to the report"). So the share asked for grows as texts get shorter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, IntEnum
from typing import NamedTuple

from pipelines.dedup.carrying import Standing, is_excerpt, share_a_paragraph_beside
from pipelines.dedup.lookup import LEAST_TEXT
from pipelines.dedup.overlap import Overlap, compare, unquoted_share
from pipelines.dedup.running_reports import is_running_report, numbers_apart
from pipelines.dedup.shared_words import say_length, say_passage
from pipelines.dedup.template_reports import form_again
from pipelines.dedup.title_differences import titles_apart, with_names_put_right, words_of_title
from pipelines.model import Member, TextPrint

#: Share of the shorter text's unquoted part that must stand in the other: 0.38 + 16 / words, which is
#: 0.41 at 500 words and 0.70 at 50.
_LEAST_SHARE = 0.38
_LEAST_SHARE_WORDS = 16.0
#: That share where two texts longer than a brief agree in names and numbers: they are of the same people
#: and sums.
_AKIN_SHARE = 0.43
_AKIN_NAMES = 0.75
_AKIN_NUMBERS = 0.66
_AKIN_WORDS = 80
#: Part of a text, and words, that must be unquoted before that part is compared. A text below is
#: somebody's words.
_OWN_VOICE = 0.25
_OWN_VOICE_WORDS = 12
#: Share of the shorter one from which two texts that are both somebody's words are one speech, column or
#: letter.
_SAME_SPEECH = 0.65
#: Share of a page that another text says in its own voice. With no more than a line of its own above it
#: ("The Gazette reports:"), the page reprints that text.
_REPRINTED = 0.75
#: A block is the unquoted words of one piece that holds nearly all that is shared and a fifth of the shorter
#: text. That is how a page carries an agency's text inside its own; rewriting scatters what it keeps.
_BLOCK_WORDS = 60
_BLOCK_UNITY = 0.95
_BLOCK_SHARE = 0.20
#: From this share on a pair speaks for itself. Below, the story's other members are heard.
_SAME_SHARE = 0.60
#: Words in a row, small changes allowed, and for texts that agree in names and numbers. Turns of phrase
#: are shorter, two sentences are longer. Of a short text this part is enough.
_PASSAGE = 35
_PASSAGE_AKIN = 20
_PASSAGE_PART = 0.6
#: Words. Below, only the very same text under the same title is a copy.
_TINY = 12
#: Updates of a report follow within a day or two, weekly papers a little later.
_UPDATED_WITHIN = timedelta(days=4)


class Verdict(IntEnum):
    """What follows from a comparison, the strongest first."""

    SAME = 0
    LIKELY = 1
    DIFFERENT = 2


class Ground(Enum):
    """What a verdict rests on."""

    TEXT = "text"
    WORD_FOR_WORD = "word for word"
    PUT_TOGETHER = "put together by a person"
    SET_APART = "set apart by a person"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One candidate compared with an article."""

    member: Member
    overlap: Overlap
    verdict: Verdict
    #: Share of the unquoted text, 0..1.
    share: float
    #: The sentence that says why.
    why: str
    ground: Ground = Ground.TEXT
    #: Above 0 where the two are plainly one form about others: their share, or 1 where titles say so.
    objection: float = 0.0
    #: Where one of the two is mostly a text of its own; `decide` finds that out.
    standing: Standing = Standing.ONE_TEXT

    @property
    def is_linked(self) -> bool:
        """Whether the two may belong to one story."""
        return self.verdict is not Verdict.DIFFERENT

    @property
    def is_plain(self) -> bool:
        """Whether they are the same on their own, neither a small part of the other."""
        return self.verdict is Verdict.SAME and self.overlap.is_mutual


def compare_articles(article: Member, other: Member) -> Comparison:
    """Compare two articles and say what follows from it.

    Where they share less than `LEAST_TEXT`, nothing does, whatever the passages.
    """
    mine, theirs = article.text, other.text
    overlap = compare(mine, theirs, LEAST_TEXT)
    if mine.exact and mine.exact == theirs.exact:
        return _compare_exact(article, other, overlap)
    shorter = min(mine, theirs, key=lambda text: text.words)
    words = shorter.words
    needed = _needed_share(overlap, words)
    share = max(_unquoted_share(overlap), _reprinted_share(overlap, mine, theirs))
    shortfall = _shortfall(overlap, shorter, share, needed)
    if shortfall and not is_excerpt(article, other):
        return Comparison(other, overlap, Verdict.DIFFERENT, share, shortfall)
    veto = _find_veto(article, other, overlap, share)
    if veto:
        return Comparison(other, overlap, Verdict.DIFFERENT, share, veto.why, objection=veto.objection)
    verdict = Verdict.SAME if share >= max(_SAME_SHARE, needed) else Verdict.LIKELY
    longest = say_passage(overlap.passage, shorter)
    why = f"shares {share:.0%} of what the shorter text tells; the longest passage has {longest}"
    return Comparison(other, overlap, verdict, share, why)


def _compare_exact(article: Member, other: Member, overlap: Overlap) -> Comparison:
    if article.text.words >= _TINY or words_of_title(article) == words_of_title(other):
        why = "the same text word for word"
        return Comparison(other, overlap, Verdict.SAME, 1.0, why, Ground.WORD_FOR_WORD)
    why = f"the same {say_length(article.text.words, article.text)} under another title"
    return Comparison(other, overlap, Verdict.DIFFERENT, 1.0, why)


# -- how much is shared -----------------------------------------------------------------------------------


class _Side(NamedTuple):
    """An overlap as one of the two texts sees it, see `Overlap`."""

    of: float
    unquoted_of: float
    unquoted_part: float


def _sides_of(overlap: Overlap) -> tuple[_Side, _Side]:
    return (
        _Side(overlap.of_a, overlap.unquoted_of_a, overlap.unquoted_part_of_a),
        _Side(overlap.of_b, overlap.unquoted_of_b, overlap.unquoted_part_of_b),
    )


def _unquoted_share(overlap: Overlap) -> float:
    """Return the share of unquoted text in common.

    A text that is nearly all somebody's words (a statement, a letter, a column) has no voice of its own.
    Printed by a report it stays another text, and only two that are both like that are compared by all
    their words.
    """
    shares = []
    for side in _sides_of(overlap):
        if _has_own_voice(side, overlap.shared):
            shares.append(side.unquoted_of)
    if shares:
        return max(shares)
    if overlap.of_smaller >= _SAME_SPEECH:
        return overlap.of_smaller
    return overlap.unquoted_of_smaller


def _has_own_voice(side: _Side, shared: int) -> bool:
    """Tell whether enough of a text is unquoted."""
    words = shared / side.of if side.of else 0.0
    return side.unquoted_part >= _OWN_VOICE and side.unquoted_part * words >= _OWN_VOICE_WORDS


def _reprinted_share(overlap: Overlap, mine: TextPrint, theirs: TextPrint) -> float:
    """Return how much of a page without a voice of its own is the other's, or 0.

    0 where that is no reprint. Two reports that announce the same letter do not come here: neither of
    them says it in its own voice.
    """
    my_side, their_side = _sides_of(overlap)
    for side, page, other in ((my_side, mine, theirs), (their_side, theirs, mine)):
        if side.unquoted_part < _OWN_VOICE and side.of >= _REPRINTED:
            share = unquoted_share(page, other)
            if share >= _REPRINTED:
                return share
    return 0.0


def _needed_share(overlap: Overlap, words: int) -> float:
    """Return the share from which two texts are copies."""
    needed = _LEAST_SHARE + _LEAST_SHARE_WORDS / max(words, 1)
    if _are_akin(overlap, words):
        return min(needed, _AKIN_SHARE)
    return needed


def _are_akin(overlap: Overlap, words: int) -> bool:
    """Tell whether two texts longer than a brief name the same people and numbers."""
    if words < _AKIN_WORDS or overlap.names is None or overlap.names < _AKIN_NAMES:
        return False
    return overlap.numbers is None or overlap.numbers >= _AKIN_NUMBERS


def _shortfall(overlap: Overlap, shorter: TextPrint, share: float, needed: float) -> str | None:
    """Return what is missing for a copy, or None."""
    words = shorter.words
    length = say_length(words, shorter)
    if overlap.shared == 0:
        return "shares no three words in a row"
    if words < _TINY:
        return f"only {length}, too short to tell a copy from a coincidence"
    if _is_block(overlap):
        return None
    shares = f"shares {share:.0%} of what the shorter text tells"
    if share < needed and overlap.of_smaller >= needed:
        quoted = "nearly all as somebody's words (quoted, or announced as theirs)"
        of_all = f"shares {overlap.of_smaller:.0%} of the shorter text"
        return f"{of_all}, {quoted}; of what it tells itself {share:.0%}"
    if share < needed:
        return f"{shares}; a copy of {length} would share {needed:.0%}"
    passage = _PASSAGE_AKIN if _are_akin(overlap, words) else _PASSAGE
    least = min(passage, words * _PASSAGE_PART)
    if overlap.passage < least:
        longest = f"the longest passage has {say_passage(overlap.passage, shorter)}"
        longest += f", a copy's would have {say_passage(least, shorter)}"
        return f"{shares}, in scraps; {longest}"
    return None


def _is_block(overlap: Overlap) -> bool:
    """Tell whether one text carries a piece of the other whole."""
    return (
        overlap.unquoted_passage >= _BLOCK_WORDS
        and overlap.of_smaller >= _BLOCK_SHARE
        and overlap.passage >= _BLOCK_UNITY * overlap.shared
    )


# -- vetoes -----------------------------------------------------------------------------------------------


class _Veto(NamedTuple):
    """Why two texts are different reports all the same."""

    why: str
    objection: float = 0.0


def _find_veto(article: Member, other: Member, overlap: Overlap, share: float) -> _Veto | None:
    """Return what speaks against a copy, or None."""
    if is_running_report(article, other):
        return None
    article, other = with_names_put_right(article, other)
    titles = titles_apart(article, other, share) or numbers_apart(article, other)
    if titles:
        return _Veto(titles, objection=1.0)
    form = form_again(article, other, overlap)
    if form:
        return _Veto(form.why, objection=share if form.is_plain else 0.0)
    if share < _SAME_SHARE:
        circumstances = _differing_circumstances(article, other)
        if circumstances:
            return _Veto(circumstances)
        if share_a_paragraph_beside(article, other):
            return _Veto("shares one paragraph, beside what each reports")
    return None


def _differing_circumstances(article: Member, other: Member) -> str | None:
    """Return what speaks against a weak likeness, or None.

    That is agencies that differ, or more days than an update takes.
    """
    mine, theirs = article.route, other.route
    are_agencies = mine.kind == "agency" and theirs.kind == "agency"
    if are_agencies and mine.origin and theirs.origin and mine.origin != theirs.origin:
        return f"one credits {mine.origin}, the other {theirs.origin}"
    if article.published and other.published:
        between = abs(article.published - other.published)
        if between > _UPDATED_WITHIN:
            return f"{between.days} days apart, more than an update takes"
    return None
