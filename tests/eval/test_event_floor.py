"""Events on labelled reports: quality does not fall under the pinned floor.

`python -m tests.eval.event_scores` lists what is wrong and what is missed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.beat.beat import Beat
from tests.eval.event_scores import OWN, EventScores, read_own, read_shared, score
from tests.usual_beat import usual_beat


@pytest.fixture(scope="module")
def beat() -> Beat:
    return usual_beat()


def assert_holds(scores: EventScores, floor: dict[str, float]) -> None:
    assert scores.precision >= floor["precision"]
    assert scores.recall >= floor["recall"]


@pytest.mark.parametrize("name", OWN)
def test_links_of_our_own_reports_hold_the_floor(
    floors: dict[str, dict[str, Any]], beat: Beat, name: str
) -> None:
    scores = score(read_own(name), beat)
    assert_holds(scores, floors["events"][name])
    for languages in ("en-fr", "en-zh", "fr-zh"):
        found = scores.found[languages] / scores.pairs[languages]
        assert found >= floors["events"][name]["recall_across_languages"], languages


@pytest.mark.shared_data
def test_links_of_real_headlines_hold_the_floor(
    eval_data: Path, floors: dict[str, dict[str, Any]], beat: Beat
) -> None:
    assert_holds(score(read_shared(eval_data), beat), floors["events"]["shared"])
