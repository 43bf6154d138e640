"""Which pages need no extraction: they name too little of the beat (pure).

    page ──► quick text ──► does it name as many sides as a text on the beat must?
                                 │ yes: extracted and judged
                                 └ no: off the beat, unless it is known or prints a story's words
                       (`screened_page`); of a hundred such pages one is extracted all the same

A text on the beat names its side, or two of its sides. So says the judge's own rule: without them no text
reaches the score of a relevant one (`pipelines.relevance.bound`). Where a beat's weights allow that, nothing
is screened. The quick text holds all that extraction may find, and names are looked for as the judge does.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.beat.terms import SideNames, Terms, sides_named
from pipelines.relevance.bound import best_score_without_names, names_needed

#: Characters in which names are looked for at once.
_PIECE = 1_000


class Screen:
    """Tells of pages that they cannot be on a beat."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._names = SideNames(terms)
        self._needed = names_needed(terms)
        #: Whether this beat's pages can be screened at all.
        self.is_on = (
            terms.relevance == "sides"
            and self._needed > 0
            and best_score_without_names(terms) < terms.weights.relevant_from
        )

    def reason_out(self, text: str) -> str | None:
        """Return why a page with this text is off the beat, or None."""
        # A page on the beat names its sides in its title or its lead: no more of it need be looked through.
        if self._names_enough(next(_pieces(text), "")):
            return None
        named = self._names.find_perhaps(text)
        if len(named) >= self._needed:
            named = self._sides_named(text)
        if len(named) >= self._needed:
            return None
        missing = []
        for side in self._terms.sides:
            if side not in named:
                missing.append(self._terms.labels[side])
        return f"screened: the page names no {' and no '.join(missing)} anywhere; it was not extracted"

    def _names_enough(self, piece: str) -> bool:
        """Tell whether one piece of a text names as many sides as are needed."""
        if len(self._names.find_perhaps(piece)) < self._needed:
            return False
        return len(sides_named(piece, self._terms)) >= self._needed

    def _sides_named(self, text: str) -> frozenset[str]:
        """Return the sides that a text names, as many as are needed."""
        named: frozenset[str] = frozenset()
        for piece in _pieces(text):
            # Most pieces name nobody, or again those whom an earlier one names.
            if self._names.find_perhaps(piece) <= named:
                continue
            named |= sides_named(piece, self._terms)
            if len(named) >= self._needed:
                break
        return named


def _pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces that end with a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE)
        if end < 0:
            end = len(text)
        yield text[start:end]
        start = end + 1
