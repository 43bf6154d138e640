"""The best score that a text can have which does not name what its beat is about.

It is what the weights can add up to where no name is found: words of trade in the title, topics in the lead.
Where it stays below the score of a relevant text, a page without the names need not be read: the judge would
say no, whatever else stands in it.
"""

from __future__ import annotations

from pipelines.beat.terms import Terms
from pipelines.beat.weights import score_of

#: Signs of `features` that are 0 where a side is missing from the whole text.
_NEED_NAMES = {
    "one_side": frozenset(("title", "first_sentence", "lead", "mentions", "weak", "passing", "dealings")),
    "several_sides": frozenset(
        (
            "both_title", "title_and_lead", "both_first_sentence", "both_sentence", "both", "one_weak",
            "weak_and_no_dealings", "carried_lead", "near_title", "near_lead", "mentions",
            "bilateral_together", "dealings_together", "others_together", "listed",
        )
    ),
}  # fmt: skip
#: Signs that are always there then.
_CERTAIN = frozenset(("missing", "one_missing"))
#: The largest value of signs that count something. All others reach 1.
_LARGEST = {"others_title": 3.0, "others_for_a_side": 3.0, "others_lead": 5.0, "sport_and_no_dealings": 3.0}


def names_needed(terms: Terms) -> int:
    """Return how many sides a text names at least that is on the beat: one, or two."""
    return min(len(terms.sides), 2)


def best_score_without_names(terms: Terms) -> float:
    """Return the highest score of a text that names fewer sides than `names_needed`."""
    weights = terms.weights
    need_names = _NEED_NAMES["one_side" if len(terms.sides) == 1 else "several_sides"]
    total = weights.intercept + max(weights.silence, 0.0)
    for sign, weight in weights.signs.items():
        if sign in _CERTAIN:
            total += weight
        elif sign not in need_names:
            total += max(weight, 0.0) * _LARGEST.get(sign, 1.0)
    return score_of(total)
