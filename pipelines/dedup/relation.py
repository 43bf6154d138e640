"""How one text stands to another of its story (pure).

verbatim, shortened, embedded in a page, edited, or an update of the same source
"""

from __future__ import annotations

from pipelines.dedup.overlap import Overlap, passages
from pipelines.dedup.shared_words import SharedWords, count_shared
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


def link_between(copy: Member, original: Member, overlap: Overlap, whose: str = _ORIGINAL) -> Link:
    """Return a copy's place beside its original.

    `overlap` is that of the copy as `a` with the original as `b`. `whose` names the text that is meant
    where that is not the story's first.
    """
    shared = count_shared(copy.text, original.text)
    # Finer than what is shown: a share that is rounded twice differs from the one in its reason.
    kept, own = round(shared.kept_share, 6), round(shared.own_share, 6)
    relation = _relation_of(copy, original, overlap)
    why = [_say_shares(shared, whose), _say_passage(shared)]
    if relation is Relation.UPDATE:
        why.insert(0, "another page of the same outlet with this text, changed")
    return Link(copy.article_id, relation, original.article_id, kept, own, tuple(why))


def _longest_piece(copy: TextPrint, original: TextPrint, overlap: Overlap) -> int:
    """Return the longest piece of an original in its copy, in shingles.

    Neither text interrupts it. What an agency adds between its paragraphs interrupts a passage of the longer
    text; `overlap.passage` is that of the shorter one.
    """
    passage = max(overlap.passage - _WORDS_BEHIND, 0)
    if overlap.of_larger >= _NEARLY_SAME:
        return passage
    # Of two texts of one length the copy counts as the longer.
    if len(copy.shingles) >= len(original.shingles):
        runs = passages(copy, original.distinct)
    else:
        runs = passages(original, copy.distinct)
    longest = max((end - start for start, end in runs), default=0)
    return min(passage, longest)


def _relation_of(copy: Member, original: Member, overlap: Overlap) -> Relation:
    kept, own = overlap.of_b, 1 - overlap.of_a
    is_same_publisher = bool(copy.publisher_id) and copy.publisher_id == original.publisher_id
    if is_same_publisher and overlap.of_larger < _UNTOUCHED:
        return Relation.UPDATE
    if own >= _OWN_TEXT or (own > _FRAME and kept >= _WHOLE):
        if _longest_piece(copy.text, original.text, overlap) >= _ONE_PIECE * overlap.shared > 0:
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


def _say_shares(shared: SharedWords, whose: str) -> str:
    """Say how much is kept and how much is the copy's own, so that the numbers add up."""
    unit = shared.unit
    if not shared.shared:
        return f"keeps nothing of {whose}"
    if shared.shared >= shared.of_original:
        keeps = f"keeps all {shared.of_original} {unit} of {whose}"
    else:
        keeps = f"keeps {shared.shared} of the {shared.of_original} {unit} of {whose}"
        keeps += f" ({_percent(shared.kept_share)})"
    if not shared.own:
        return f"{keeps}; adds nothing of its own"
    return f"{keeps}; {shared.own} of its {shared.of_copy} {unit} are its own ({_percent(shared.own_share)})"


def _say_passage(shared: SharedWords) -> str:
    """Say how long the longest passage is, and where it stands."""
    after = f", after {shared.above} of its own" if shared.above >= _SENTENCE else ""
    if not shared.shared:
        return "no three words in a row in common"
    if shared.longest >= shared.shared:
        return f"in one piece of {shared.shared} {shared.unit}{after}"
    return f"the longest passage has {shared.longest} {shared.unit}{after}"


def _percent(share: float) -> str:
    """Say a share in per cent, never as all or nothing where it is neither."""
    return f"{min(max(share, 0.01), 0.99):.0%}"
