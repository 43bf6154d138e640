"""What SECURITY.md says is what the code does: its numbers, its files and its tests are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from crawlers.batch.format import PAGE_LIMIT as LARGEST_PAGE
from crawlers.child_process import ALLOWED_VARIABLES
from crawlers.guard import PAGE_LIMIT as LARGEST_ANSWER
from crawlers.spiders.job import CrawlSettings
from pipelines.adapters.page_worker.worker import PageLimits
from pipelines.stages.backfill import BATCH_BYTES

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "SECURITY.md").read_text("utf-8").split())
CRAWL = CrawlSettings(Path(), "TestBot/1.0", timeout_s=600.0)
PAGE_LIMITS = PageLimits()


@pytest.mark.parametrize(
    ("claim", "in_code", "claimed"),
    [
        ("a request has 60 s", CRAWL.request_timeout_s, 60),
        ("a source half of a crawl's time", CRAWL.share_s, 300),
        ("after 5 s of the processor's time", PAGE_LIMITS.seconds, 5),
        ("or 30 s by the clock", PAGE_LIMITS.seconds_by_clock, 30),
        ("a page of at most 10 MB", LARGEST_PAGE, 10 * 2**20),
        ("a page of at most 10 MB", LARGEST_ANSWER, 10 * 2**20),
        ("200 MB of pages in a batch", BATCH_BYTES, 200 * 10**6),
        ("one request a second to a host", CRAWL.delay_s, 1),
    ],
)
def test_a_number_is_that_of_the_code(claim: str, in_code: Any, claimed: float) -> None:
    assert claim in PAGE
    assert in_code == claimed


def test_the_files_and_tests_that_it_names_are_there() -> None:
    named = re.findall(r"`((?:crawlers|pipelines|deploy|tests|docs)/[^`\s]+)`", PAGE)
    assert len(named) > 8
    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_crawl_is_told_no_setting_and_no_key() -> None:
    for name in ALLOWED_VARIABLES:
        assert not re.search("MAPLEWIRE|AIRFLOW|PASSWORD|SECRET|TOKEN|KEY", name), name


def test_each_attacker_has_something_in_hand_and_something_against_it() -> None:
    table = (
        (ROOT / "SECURITY.md")
        .read_text("utf-8")
        .partition("## Who may attack")[2]
        .partition("\n\nEach row")[0]
    )
    rows = [line for line in table.splitlines() if line.startswith("| **")]
    assert len(rows) >= 15
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 3, row
        assert all(cells)
