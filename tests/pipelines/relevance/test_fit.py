"""Weights learnt from labelled texts; the numbers are invented."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.relevance.fit import fit_weights

MATCH = {"both": 1.0, "sport": 1.0}
MEETING = {"both": 1.0, "sport": 0.0}
NOTHING = {"both": 0.0, "sport": 0.0}


def weighed(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    """Return the weighted sum of signs: above 0 the text is rather on the beat."""
    total = weights["intercept"]
    for name, value in signs.items():
        total += weights[name] * value
    return total


def test_what_is_learnt_tells_the_texts_apart() -> None:
    found = [MATCH, MEETING, NOTHING] * 40
    weights = fit_weights(found, [False, True, False] * 40)
    assert weighed(weights, MEETING) > 0
    assert weighed(weights, MATCH) < 0
    assert weighed(weights, NOTHING) < 0


def test_a_sign_that_speaks_against_never_speaks_for_a_text() -> None:
    weights = fit_weights([MATCH, NOTHING] * 40, [True, False] * 40)
    assert weights["sport"] <= 0
    assert weights["both"] > 0


def test_few_texts_move_a_weight_little() -> None:
    few = fit_weights([MEETING, NOTHING], [True, False])
    many = fit_weights([MEETING, NOTHING] * 200, [True, False] * 200)
    assert few["both"] < many["both"] / 2


def test_the_same_texts_give_the_same_weights() -> None:
    found = [MATCH, MEETING, NOTHING]
    assert fit_weights(found, [False, True, False]) == fit_weights(found, [False, True, False])
