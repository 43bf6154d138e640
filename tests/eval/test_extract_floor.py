"""Extraction on labelled real pages: shares that must not fall."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from crawlers.model import Page
from pipelines.extract import extract
from tests.eval.labelled_pages import NOW, load_scorer, read_labelled

#: The pages are read once, in one process.
pytestmark = [pytest.mark.shared_data, pytest.mark.xdist_group("extraction floor")]


@pytest.fixture(scope="module")
def metrics(eval_data: Path) -> dict[str, float]:
    """Return the metrics of the data's own scorer on what we make of its pages."""
    folder = eval_data / "extraction"
    scorer = load_scorer(folder)
    truth = scorer.load(folder / "truth.jsonl")
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(partial(read_labelled, folder), truth, chunksize=20))
    predictions = {}
    for row, prediction in zip(truth, found, strict=True):
        predictions[row["id"]] = prediction
    scores, _ = scorer.score(truth, predictions)
    return dict(scores)


@pytest.mark.parametrize("metric", ["body_f1", "title", "date", "authors", "lang"])
def test_extraction_keeps_its_floor(
    metric: str, metrics: dict[str, float], floors: dict[str, dict[str, float]]
) -> None:
    assert metrics[metric] >= floors["extraction"][metric]


def test_saved_web_is_read_right(eval_data: Path) -> None:
    for page in json.loads((eval_data / "golden" / "expected.json").read_text("utf-8")):
        raw = (eval_data / "golden" / page["file"]).read_bytes()
        for url in (
            f"https://{page['host']}{page['path']}",
            f"http://127.0.0.1:8123/{page['host']}{page['path']}",
        ):
            article = extract(Page(url=url, source_id="saved", body=raw, fetched_at=NOW), None, NOW)
            assert article.canonical_url == url
            assert article.title == page["title"]
            assert article.body.split() == page["body"].split()
            assert article.published is not None
            assert article.published.at == datetime.fromisoformat(page["published"])
            assert (article.lang or "")[:2] == page["lang"]
