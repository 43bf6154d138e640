"""Extraction on labelled real pages: shares that must not fall."""

from __future__ import annotations

import gzip
import importlib.util
import json
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.extract import extract
from pipelines.extract.saved import as_shown

NOW = datetime(2026, 11, 24, tzinfo=UTC)

#: The pages are read once, in one process.
pytestmark = [pytest.mark.shared_data, pytest.mark.xdist_group("extraction floor")]


@pytest.fixture(scope="module")
def metrics(eval_data: Path) -> dict[str, float]:
    """Return the metrics of the data's own scorer on what we make of its pages."""
    scorer = _module(eval_data / "extraction" / "score_extract.py")
    truth = scorer.load(eval_data / "extraction" / "truth.jsonl")
    pages = [(eval_data / "extraction" / "pages" / f"{row['id']}.html.gz", row["url"]) for row in truth]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(_predicted, *zip(*pages, strict=True), chunksize=20))
    scores, _ = scorer.score(
        truth, {row["id"]: prediction for row, prediction in zip(truth, found, strict=True)}
    )
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


def _predicted(path: Path, url: str | None) -> dict[str, Any]:
    raw, start = gzip.decompress(path.read_bytes()), time.process_time()
    try:
        article = extract(
            Page(url=url or "https://unknown.invalid/", source_id="saved", body=raw, fetched_at=NOW),
            None,
            NOW,
        )
    except PermanentError:
        return {}
    return {
        "title": article.title,
        "body": article.body,
        "authors": list(article.authors),
        "published": as_shown(article.published),
        "lang": article.lang,
        "ms": (time.process_time() - start) * 1e3,
    }


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score_extract", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
