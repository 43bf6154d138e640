"""Labelled pages, read as the pipeline reads them, and the figures of the Chinese ones alone.

    MAPLEWIRE_EVAL_DATA=FOLDER python -m tests.eval.labelled_pages

prints for the Chinese pages how many titles, sets of authors and days are right, and on how many pages a
name is given that did not sign.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.extract import extract
from pipelines.extract.saved import as_shown

NOW = datetime(2026, 11, 24, tzinfo=UTC)
#: The figures of the scorer, each with the one that says on how many pages it is labelled.
_COUNTED = {
    "title": "title_n",
    "authors": "authors_n",
    "date": "date_n",
    "body_f1": "body_n",
    "lang": "lang_n",
}


def load_scorer(folder: Path) -> Any:
    """Return the module by which the labels come to be compared."""
    spec = importlib.util.spec_from_file_location("score_extract", folder / "score_extract.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_labelled(folder: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that we find on the page of a label; {} where there is no article."""
    raw = gzip.decompress((folder / "pages" / f"{row['id']}.html.gz").read_bytes())
    start = time.process_time()
    page = Page(url=row["url"] or "https://unknown.invalid/", source_id="saved", body=raw, fetched_at=NOW)
    try:
        article = extract(page, None, NOW)
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


def describe_chinese(folder: Path) -> Iterator[str]:
    """Yield a line for each figure of the Chinese pages."""
    scorer = load_scorer(folder)
    truth = []
    predictions: dict[str, dict[str, Any]] = {}
    for row in scorer.load(folder / "truth.jsonl"):
        if (row["lang"] or "").startswith("zh"):
            truth.append(row)
            predictions[row["id"]] = read_labelled(folder, row)
    scores, _ = scorer.score(truth, predictions)
    for metric, counted in _COUNTED.items():
        if metric in scores:
            yield f"{metric:14} {scores[metric]:.2f} of {scores[counted]} pages"
        else:
            yield f"{metric:14} not labelled"
    signed, unsigned = _false_authors(scorer, truth, predictions)
    yield f"false authors  {_share(signed)} of {len(signed)} pages whose authors are labelled"
    yield f"named authors  {_share(unsigned)} of {len(unsigned)} pages without a label"


def _false_authors(
    scorer: Any, truth: Sequence[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]
) -> tuple[list[bool], list[bool]]:
    """Return whether a page is given a name that its label lacks.

    First for pages with labelled authors, then for those without.
    """
    signed = []
    unsigned = []
    for row in truth:
        found = set(scorer.names(predictions[row["id"]].get("authors")))
        expected = set(scorer.names(row["authors"]))
        has_false_name = bool(found - expected)
        if expected:
            signed.append(has_false_name)
        else:
            unsigned.append(has_false_name)
    return signed, unsigned


def _share(answers: Sequence[bool]) -> str:
    return f"{answers.count(True) / max(1, len(answers)):.2f}"


if __name__ == "__main__":
    for line in describe_chinese(Path(os.environ["MAPLEWIRE_EVAL_DATA"]) / "extraction"):
        print(line)
