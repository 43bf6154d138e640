"""How one text stands to another of its story (pure).

verbatim, shortened, embedded in a page, edited, or an update of the same source
"""

from __future__ import annotations

from typing import NamedTuple

from pipelines.dedup.overlap import Overlap, passages
from pipelines.model import Link, Member, Relation, TextPrint

#: Share from which a text counts as kept whole, a few changed words allowed.
_WHOLE = 0.90
#: Share from which nobody would find a difference.
_UNTOUCHED = 0.995
#: Share of both from which what interrupts them is not looked for: most copies are like that, and all are
#: read at each decision.
_NEARLY_SAME = 0.95
#: Share of own text that a page's boilerplate, a disclaimer or a credit may bring to a text kept whole.
_FRAME = 0.25
#: Share of own text from which a copy is a text of its own that carries another.
_OWN_TEXT = 0.30
#: Share of what is common that stands in the longest passage, from which it is one piece. Of generated
#: reprints, pages that embed reach 0.9, rewritten and badly scanned ones stay below 0.6.
_ONE_PIECE = 0.70
#: Length of a copy, as a share of its original's, from which nothing to speak of was left out.
_SHORTER = 0.95
#: Words of its own above the common text from which a copy begins with them.
_SENTENCE = 10
#: Words that the last shingle of a passage has behind its first word.
_WORDS_BEHIND = 2

_ORIGINAL = "the original's text"


class _Pieces(NamedTuple):
    """The pieces of an original in its copy, in shingles."""

    #: The longest passage that neither text interrupts.
    longest: int
    #: What the copy prints above the first passage.
    above: int


def link_between(copy: Member, original: Member, overlap: Overlap, whose: str = _ORIGINAL) -> Link:
    """Return a copy's place beside its original.

    `overlap` is that of the copy as `a` with the original as `b`. `whose` names the text that is meant
    where that is not the story's first.
    """
    kept, own = round(overlap.of_b, 3), round(1 - overlap.of_a, 3)
    pieces = _pieces_in(copy.text, original.text, overlap)
    relation = _relation_of(copy, original, overlap, pieces)
    why = [_say_shares(kept, own, whose), _say_pieces(copy.text, overlap, pieces)]
    if relation is Relation.UPDATE:
        why.insert(0, "another page of the same outlet with this text, changed")
    return Link(copy.article_id, relation, original.article_id, kept, own, tuple(why))


def _pieces_in(copy: TextPrint, original: TextPrint, overlap: Overlap) -> _Pieces:
    """Return in what pieces an original stands in its copy.

    What an agency adds between its paragraphs interrupts a passage of the longer text; `overlap.passage`
    is that of the shorter one.
    """
    passage = max(overlap.passage - _WORDS_BEHIND, 0)
    if overlap.of_larger >= _NEARLY_SAME:
        return _Pieces(passage, 0)
    # Of two texts of one length the copy counts as the longer.
    is_copy_longer = len(copy.shingles) >= len(original.shingles)
    runs_of_copy = passages(copy, original.distinct)
    runs = runs_of_copy
    if not is_copy_longer:
        runs = passages(original, copy.distinct)
    if not runs:
        return _Pieces(0, 0)
    longest = max(end - start for start, end in runs)
    above, _end = runs_of_copy[0]
    return _Pieces(min(passage, longest), above)


def _relation_of(copy: Member, original: Member, overlap: Overlap, pieces: _Pieces) -> Relation:
    kept, own = overlap.of_b, 1 - overlap.of_a
    is_same_publisher = bool(copy.publisher_id) and copy.publisher_id == original.publisher_id
    if is_same_publisher and overlap.of_larger < _UNTOUCHED:
        return Relation.UPDATE
    if own >= _OWN_TEXT or (own > _FRAME and kept >= _WHOLE):
        if pieces.longest >= _ONE_PIECE * overlap.shared > 0:
            return Relation.EMBEDDED
        return Relation.EDITED
    if kept >= _WHOLE:
        return Relation.VERBATIM
    if _is_shortened(copy, original, overlap):
        return Relation.SHORTENED
    return Relation.EDITED


def _is_shortened(copy: Member, original: Member, overlap: Overlap) -> bool:
    """Tell whether a copy is its original, shortened."""
    if copy.text.words >= _SHORTER * original.text.words:
        return False
    own = 1 - overlap.of_a
    return own <= 1 - _WHOLE or overlap.passage >= _ONE_PIECE * overlap.shared


def _say_shares(kept: float, own: float, whose: str) -> str:
    """Say how much is kept and how much is the copy's own."""
    if kept == 0:
        return f"keeps nothing of {whose}"
    keeps = f"keeps all of {whose}" if kept >= _UNTOUCHED else f"keeps {_percent(kept)} of {whose}"
    if own < 1 - _UNTOUCHED:
        return f"{keeps}; adds nothing of its own"
    return f"{keeps}; {_percent(own)} of what it prints is its own"


def _say_pieces(copy: TextPrint, overlap: Overlap, pieces: _Pieces) -> str:
    """Say in what pieces a text stands in its copy, and where.

    Shingles are counted back into words, as one would say it.
    """
    if not overlap.shared:
        return "no three words in a row in common"
    words_a_shingle = copy.words / max(len(copy.shingles), 1)
    passage = 0
    if pieces.longest:
        passage = round((pieces.longest + _WORDS_BEHIND) * words_a_shingle)
    shared = overlap.shared + _WORDS_BEHIND * overlap.passages
    common = max(round(shared * words_a_shingle), passage)
    above = round(pieces.above * words_a_shingle)
    after = f", after {above} words of its own" if above >= _SENTENCE else ""
    if passage >= _WHOLE * common:
        return f"about {common} words in common, in one piece{after}"
    return f"about {common} words in common{after}; the longest passage has {passage}"


def _percent(share: float) -> str:
    """Say a share in per cent, never as all or nothing where it is neither."""
    return f"{min(max(share, 0.01), 0.99):.0%}"
