"""Stories on labelled texts: how many pairs of copies are found, and how few are false, must not fall."""

from __future__ import annotations

import json
import random
import runpy
from pathlib import Path
from typing import Any

import pytest

from pipelines.cluster import cluster_lines

pytestmark = pytest.mark.shared_data


@pytest.mark.parametrize("name", ["syn_real_A", "fnc_train", "syn_invented_A", "census_spotify"])
def test_pair_f1_holds_the_floor(name: str, eval_data: Path, floors: dict[str, dict[str, float]]) -> None:
    scored = _scored(eval_data / "dedup", name)
    assert scored["pair_f1"] >= floors["dedup"][name]


def test_generated_reprints_are_never_joined_falsely(eval_data: Path) -> None:
    """A false merge hides a report: these sets hold series, briefs and shared quotations that must stay apart."""
    for name in ("syn_real_A", "syn_invented_A"):
        assert _scored(eval_data / "dedup", name)["pair_precision"] >= 0.999, name


def test_near_duplicates_of_short_texts_are_all_found_and_nothing_else(eval_data: Path) -> None:
    assert _scored(eval_data / "dedup", "cjm_1000")["pair_f1"] == 1.0


def test_order_of_arrival_changes_next_to_nothing(eval_data: Path) -> None:
    """Not nothing: a likely copy is judged by the members that its story has at that moment."""
    folder = eval_data / "dedup"
    scorer = runpy.run_path(str(folder / "score_dedup.py"))
    for name, at_least in (("syn_real_A", 0.995), ("census_spotify", 1.0)):
        with (folder / name / "docs.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        in_order = {row["id"]: row["cluster"] for row in cluster_lines(rows)}
        random.Random(3).shuffle(rows)
        shuffled = {row["id"]: row["cluster"] for row in cluster_lines(rows)}
        assert scorer["score"](in_order, shuffled)["pair_f1"] >= at_least, name


_scores: dict[str, dict[str, Any]] = {}


def _scored(folder: Path, name: str) -> dict[str, Any]:
    """Return what the data's own scorer says of our clusters; each set is clustered once."""
    if name not in _scores:
        with (folder / name / "docs.jsonl").open(encoding="utf-8") as lines:
            found = {row["id"]: row["cluster"] for row in cluster_lines(map(json.loads, lines))}
        scorer = runpy.run_path(str(folder / "score_dedup.py"))
        _scores[name] = scorer["score"](scorer["read"](folder / name / "truth.jsonl"), found)
    return _scores[name]
