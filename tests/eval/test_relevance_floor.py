"""Relevance on labelled texts: quality does not fall under the pinned floor."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from pipelines.beat.terms import Terms
from pipelines.relevance import judge, judge_lines
from tests.usual_beat import usual_terms

TERMS = Path(__file__).resolve().parents[2] / "beats" / "china-canada" / "terms.yaml"


@pytest.fixture(scope="module")
def terms() -> Terms:
    return usual_terms()


def f1_of(name: str, terms: Terms) -> float:
    """Return F1 on a file of invented texts beside this one; borderline is not relevant."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    hits = accepted = relevant = 0
    for item in items:
        is_accepted = judge(item["title"], item["text"], item["lang"], terms).relevant
        is_relevant = item["label"] == "relevant"
        accepted += is_accepted
        relevant += is_relevant
        hits += is_accepted and is_relevant
    return 2 * hits / (accepted + relevant)


@pytest.mark.parametrize("name", ["probes", "probes_aside", "fresh", "ordinary"])
def test_invented_texts_of_hard_kinds_hold_the_floor(
    name: str, floors: dict[str, dict[str, Any]], terms: Terms
) -> None:
    # The weights have seen all but `probes_aside`.
    assert f1_of(f"{name}.jsonl", terms) >= floors["relevance"][name]


@pytest.mark.shared_data
def test_f1_with_borderline_as_not_relevant_holds_the_floor(
    eval_data: Path, floors: dict[str, dict[str, Any]], terms: Terms
) -> None:
    folder = eval_data / "relevance"
    gold = [
        json.loads(line) for line in (folder / "shared.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]
    scored = runpy.run_path(str(folder / "score_relevance.py"))["score"](gold, list(judge_lines(gold, terms)))
    assert scored["missing"] == 0
    assert scored["hard/all"]["f1"] >= floors["relevance"]["hard_f1"]
    for lang in ("en", "fr", "zh"):
        assert scored[f"hard/{lang}"]["f1"] >= floors["relevance"]["hard_f1"], lang
    assert scored["strict/all"]["f1"] >= floors["relevance"]["strict_f1"]
    assert scored["hard/all"]["ap"] >= floors["relevance"]["hard_ap"]


@pytest.mark.shared_data
def test_every_page_of_the_golden_web_is_judged_right_on_its_whole_text(
    eval_data: Path, terms: Terms
) -> None:
    pages = json.loads((eval_data / "golden" / "expected.json").read_text("utf-8"))
    verdicts = {p["id"]: judge(p["title"], p["body"], p["lang"], terms).relevant for p in pages}
    assert verdicts == {p["id"]: p["relevant"] for p in pages}


@pytest.mark.shared_data
def test_real_articles_on_other_subjects_stay_off_the_beat(eval_data: Path, terms: Terms) -> None:
    lines = (eval_data / "dedup" / "fnc_train" / "docs.jsonl").read_text("utf-8").splitlines()[:400]
    documents = [json.loads(line) for line in lines]
    assert [d["id"] for d in documents if judge(d["title"] or "", d["body"], None, terms).relevant] == []
