"""How one text stands to another of its story: verbatim, shortened, embedded, edited, update (pure)."""

from __future__ import annotations

from pipelines.dedup.overlap import Overlap, passages
from pipelines.model import Link, Member, Relation, TextPrint

_WHOLE = 0.90
"""Share from which a text counts as kept whole, a few changed words allowed."""
_UNTOUCHED = 0.995
"""Share from which nobody would find a difference."""
_NEARLY = 0.95
"""Share of both from which what interrupts them is not looked for: most copies are like that, and all are read at each decision."""
_FRAME = 0.25
"""Share of own text that a page's furniture, a disclaimer or a credit may bring to a text kept whole."""
_OWN = 0.30
"""Share of own text from which a copy is a text of its own that carries another …"""
_PIECE = 0.70
"""… in one piece: share of what is common that stands in the longest passage. Of generated reprints, pages that embed reach
0.9, rewritten and badly scanned ones stay below 0.6."""
_SHORTER = 0.95
"""Length of a copy, as a share of its original's, from which nothing to speak of was left out."""
_SENTENCE = 10
"""Words of its own above the common text from which a copy begins with them."""
_ORIGINAL = "the original's text"


def link_between(copy: Member, original: Member, overlap: Overlap, whose: str = _ORIGINAL) -> Link:
    """Return a copy's place beside its original. `overlap.of_a` speaks of the copy, `of_b` of the original.

    `whose` says whose text is meant by "the original's text", where that is not the story's first.
    """
    kept, own = round(overlap.of_b, 3), round(1 - overlap.of_a, 3)
    unbroken, before = _places(copy.text, original.text, overlap)
    relation = _relation(copy, original, overlap, unbroken)
    why: tuple[str, ...] = (_shares(kept, own, whose), _passages(copy.text, overlap, unbroken, before))
    if relation is Relation.UPDATE:
        why = ("another page of the same outlet with this text, changed", *why)
    return Link(copy.article_id, relation, original.article_id, kept, own, why)


def _places(copy: TextPrint, original: TextPrint, overlap: Overlap) -> tuple[int, int]:
    """Return the longest passage that neither text interrupts, and what the copy prints above the first, both in shingles.

    What an agency adds between its paragraphs interrupts a passage. `overlap.passage` is that of the shorter text, in words.
    """
    passage = max(overlap.passage - 2, 0)
    if overlap.of_larger >= _NEARLY:
        return passage, 0
    longer, shorter = sorted((copy, original), key=lambda text: -len(text.shingles))
    stretches = passages(longer, shorter.distinct)
    if not stretches:
        return 0, 0
    before = stretches[0][0]
    if longer is not copy:
        before = passages(shorter, longer.distinct)[0][0]
    return min(passage, max(end - start for start, end in stretches)), before


def _relation(copy: Member, original: Member, overlap: Overlap, unbroken: int) -> Relation:
    kept, own = overlap.of_b, 1 - overlap.of_a
    if copy.source_id and copy.source_id == original.source_id and overlap.of_larger < _UNTOUCHED:
        return Relation.UPDATE
    in_one_piece = unbroken >= _PIECE * overlap.shared > 0
    if own >= _OWN or (own > _FRAME and kept >= _WHOLE):
        return Relation.EMBEDDED if in_one_piece else Relation.EDITED
    if kept >= _WHOLE:
        return Relation.VERBATIM
    is_shorter = copy.text.words < _SHORTER * original.text.words
    if is_shorter and (own <= 1 - _WHOLE or overlap.passage >= _PIECE * overlap.shared):
        return Relation.SHORTENED
    return Relation.EDITED


def _shares(kept: float, own: float, whose: str) -> str:
    if kept == 0:
        return f"keeps nothing of {whose}"
    keeps = f"keeps all of {whose}" if kept >= _UNTOUCHED else f"keeps {_share(kept)} of {whose}"
    if own < 1 - _UNTOUCHED:
        return f"{keeps}; adds nothing of its own"
    return f"{keeps}; {_share(own)} of what it prints is its own"


def _passages(copy: TextPrint, overlap: Overlap, unbroken: int, before: int) -> str:
    """Say in what pieces a text stands in its copy, and where, as one would say it: shingles counted back into words."""
    if not overlap.shared:
        return "no three words in a row in common"
    words = copy.words / max(len(copy.shingles), 1)
    passage = round((unbroken + 2) * words) if unbroken else 0
    common = max(round((overlap.shared + 2 * overlap.passages) * words), passage)
    above = round(before * words)
    after = f", after {above} words of its own" if above >= _SENTENCE else ""
    if passage >= _WHOLE * common:
        return f"about {common} words in common, in one piece{after}"
    return f"about {common} words in common{after}; the longest passage has {passage}"


def _share(share: float) -> str:
    """Say a share in per cent, never as all or nothing where it is neither."""
    return f"{min(max(share, 0.01), 0.99):.0%}"
