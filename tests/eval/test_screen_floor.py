"""The screen on labelled texts and pages: nothing that the judge takes, or a person, is lost."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.beat.beat import Beat
from pipelines.extract import extract, open_page, quick_text
from pipelines.ingest.screen import Screen
from pipelines.relevance import judge
from pipelines.relevance.bound import best_score_without_names

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FILES = ("probes", "probes_aside", "fresh", "ordinary")


@pytest.mark.parametrize("name", FILES)
def test_no_invented_text_that_the_judge_takes_is_screened_out(name: str, beat: Beat) -> None:
    _assert_nothing_lost(Path(__file__).with_name(f"{name}.jsonl"), beat)


@pytest.mark.shared_data
def test_no_labelled_text_that_is_relevant_is_screened_out(eval_data: Path, beat: Beat) -> None:
    file = eval_data / "relevance" / "shared.jsonl"
    _assert_nothing_lost(file, beat)
    screen = Screen(beat.terms)
    for line in file.read_text("utf-8").splitlines():
        item = json.loads(line)
        if item["label"] == "relevant":
            assert screen.reason_out(f"{item['title']}\n{item['text']}") is None


def _assert_nothing_lost(file: Path, beat: Beat) -> None:
    """Assert that texts which are screened out score as low as the bound says, and are not near the beat."""
    screen = Screen(beat.terms)
    bound = best_score_without_names(beat.terms)
    for line in file.read_text("utf-8").splitlines():
        item = json.loads(line)
        if screen.reason_out(f"{item['title']}\n{item['text']}") is not None:
            relevance = judge(item["title"], item["text"], item.get("lang"), beat.terms)
            assert not relevance.relevant
            assert not relevance.is_borderline
            assert relevance.score <= bound


@pytest.mark.shared_data
def test_the_quick_text_of_labelled_pages_names_the_sides_that_their_articles_name(
    eval_data: Path, beat: Beat
) -> None:
    screen = Screen(beat.terms)
    kept = read = 0
    for path in sorted((eval_data / "extraction" / "pages").glob("*.html.gz")):
        page = Page("https://example.org/news/1", "", gzip.decompress(path.read_bytes()), NOW)
        is_kept = screen.reason_out(quick_text(open_page(page).tree)) is None
        kept += is_kept
        try:
            article = extract(page, None, NOW)
        except PermanentError:
            continue
        read += 1
        if screen.reason_out(f"{article.title}\n{article.body}") is None:
            assert is_kept, path.name
    # One page in ten: the others cost a tenth of what they did.
    assert kept <= 0.1 * read
