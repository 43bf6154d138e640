"""Relevance on labelled texts: quality does not fall under the pinned floor."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from pipelines.beat.terms import Terms, load_terms
from pipelines.relevance import judge, judge_lines

pytestmark = pytest.mark.shared_data

TERMS = Path(__file__).resolve().parents[2] / "beats" / "china-canada" / "terms.yaml"


@pytest.fixture(scope="module")
def terms() -> Terms:
    return load_terms(TERMS)


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


def test_every_page_of_the_golden_web_is_judged_right_on_its_whole_text(
    eval_data: Path, terms: Terms
) -> None:
    pages = json.loads((eval_data / "golden" / "expected.json").read_text("utf-8"))
    verdicts = {p["id"]: judge(p["title"], p["body"], p["lang"], terms).relevant for p in pages}
    assert verdicts == {p["id"]: p["relevant"] for p in pages}


def test_real_articles_on_other_subjects_stay_off_the_beat(eval_data: Path, terms: Terms) -> None:
    lines = (eval_data / "dedup" / "fnc_train" / "docs.jsonl").read_text("utf-8").splitlines()[:400]
    documents = [json.loads(line) for line in lines]
    assert [d["id"] for d in documents if judge(d["title"] or "", d["body"], None, terms).relevant] == []
