"""Benchmarks beside other programs, with the real ones: small, and what they say adds up."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from crawlers.model import Page
from maplewire_bench.article import bench_article
from maplewire_bench.crawl import bench_crawl
from maplewire_bench.made_up_pages import PAGE_BYTES, pages_of_news
from maplewire_bench.stream import START
from pipelines.extract import extract


def test_a_made_up_page_reads_as_its_article_and_is_as_large_as_a_page_of_news() -> None:
    for made, body in pages_of_news(5):
        article = extract(Page(f"https://daily.example/{made.number}", "", body, START), None, START)
        assert article.title == made.title
        assert article.body == made.body
        assert PAGE_BYTES <= len(body) < 2 * PAGE_BYTES


def test_both_readers_are_measured_on_saved_pages(tmp_path: Path) -> None:
    for made, body in pages_of_news(3):
        (tmp_path / f"{made.number}.html.gz").write_bytes(gzip.compress(body))
    rows = {row.what: row.figure for row in bench_article(1, tmp_path)}
    assert rows["pages"] == 3
    ours, theirs = rows["page to article, CPU a page"], rows["trafilatura with metadata, CPU a page"]
    assert ours > 0
    assert theirs > 0
    assert rows["ours to trafilatura"] == pytest.approx(ours / theirs)


def test_a_folder_without_saved_pages_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"holds no saved pages; their names end in \.html"):
        bench_article(1, tmp_path)


@pytest.mark.timeout(240)
def test_our_crawl_and_the_bare_one_fetch_the_same_pages() -> None:
    rows = {row.what: row.figure for row in bench_crawl(12, hosts=3, rounds=1)}
    assert rows["pages"] == rows["pages that bare Scrapy fetched"] == 12
    assert rows["ours to bare Scrapy, CPU"] > 0
