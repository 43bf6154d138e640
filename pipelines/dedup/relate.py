"""How one text stands to another of its story: verbatim, shortened, embedded, edited, update (pure)."""

from __future__ import annotations

from pipelines.dedup.compare import Overlap
from pipelines.model import Link, Member, Relation

_WHOLE = 0.90
"""Share from which a text counts as kept whole, a few changed words allowed."""
_FRAME = 0.25
"""Share of own text that a page's furniture, a disclaimer or a credit may bring to a text kept whole, or to a piece of one."""
_OWN = 0.30
"""Share of own text from which a copy is a text of its own that carries another …"""
_PIECE = 0.70
"""… in one piece: share of what is common that stands in the longest passage. Of generated reprints, pages that embed reach
0.9, rewritten and badly scanned ones stay below 0.6."""


def link_between(copy: Member, original: Member, overlap: Overlap) -> Link:
    """Return a copy's place beside its original. `overlap.of_a` speaks of the copy, `of_b` of the original."""
    kept, own = overlap.of_b, 1 - overlap.of_a
    in_one_piece = overlap.passage >= _PIECE * overlap.shared
    relation = _relation(copy, original, kept, own, in_one_piece)
    return Link(
        copy.article_id,
        relation,
        original.article_id,
        round(kept, 3),
        round(own, 3),
        _why(copy, overlap, kept, own),
    )


def _relation(copy: Member, original: Member, kept: float, own: float, in_one_piece: bool) -> Relation:
    if copy.source_id and copy.source_id == original.source_id and (kept < 1 or own > 0):
        return Relation.UPDATE
    if own >= _OWN:
        return Relation.EMBEDDED if in_one_piece else Relation.EDITED
    if kept >= _WHOLE and own <= _FRAME:
        return Relation.VERBATIM
    if own <= 1 - _WHOLE or (own <= _FRAME and in_one_piece and kept < _WHOLE):
        return Relation.SHORTENED
    return Relation.EDITED


def _why(copy: Member, overlap: Overlap, kept: float, own: float) -> tuple[str, ...]:
    """Say what a copy kept, and in what pieces, as one would say it: shingles counted back into words."""
    keeps = (
        "keeps all of the original's text" if kept >= 0.995 else f"keeps {kept:.0%} of the original's text"
    )
    adds = "adds nothing of its own" if own < 0.005 else f"{own:.0%} of what it prints is its own"
    words = copy.text.words / max(len(copy.text.shingles), 1)
    passage = round(overlap.passage * words)
    common = max(round((overlap.shared + 2 * overlap.passages) * words), passage)
    if passage >= _WHOLE * common:
        return f"{keeps}; {adds}", f"about {common} words in common, in one piece"
    return f"{keeps}; {adds}", f"about {common} words in common; the longest passage has {passage}"
