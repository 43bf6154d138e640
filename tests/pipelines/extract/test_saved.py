"""Saved pages and batches as records, for `maplewire extract`."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.batch import BatchWriter
from crawlers.model import CrawlResult, Page, Source
from pipelines.extract import extract, extract_paths, saved
from pipelines.model import Article
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, a_html

NOW = NOON + timedelta(days=1)
HEAD = (
    '<link rel="canonical" href="https://daily.example/world/seed-talks">'
    '<meta property="article:published_time" content="2026-01-16T20:15:00+08:00">'
)


def test_saved_page_gives_a_record_that_json_can_carry(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(a_html(head=HEAD, above='<p class="byline">By Nadia Roy</p>'), "utf-8")
    record = json.loads(json.dumps(next(extract_paths([path], NOW))))
    assert record["path"] == str(path)
    assert record["url"] == "https://daily.example/world/seed-talks"
    assert record["body"].split("\n\n") == list(ENGLISH)
    assert (record["authors"], record["lang"]) == (["Nadia Roy"], "en")
    assert (record["published"], record["published_precision"]) == ("2026-01-16T20:15:00+08:00", "second")
    assert record["provenance"]["published"] == "article:published_time"


def test_a_bug_that_one_file_meets_leaves_the_others_their_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which page meets the next bug is not known, so one is made."""

    def extract_with_a_bug(page: Page, source: Source | None, now: datetime) -> Article:
        if b"/bad" in page.body:
            raise IndexError("no such name")
        return extract(page, source, now)

    monkeypatch.setattr(saved, "extract", extract_with_a_bug)
    paths = []
    for name in ("a", "bad", "c"):
        path = tmp_path / f"{name}.html"
        path.write_text(a_html(head=HEAD.replace("/world", f"/{name}")), "utf-8")
        paths.append(path)
    first, bad, third = extract_paths(paths, NOW)
    assert first["title"] == third["title"]
    assert "IndexError: no such name" in bad["error"]
    assert "please report" in bad["error"]


def test_packed_pages_and_batches_are_read_page_by_page(tmp_path: Path) -> None:
    packed = tmp_path / "a.html.gz"
    packed.write_bytes(gzip.compress(a_html().encode()))
    with BatchWriter(tmp_path, "batch-1") as writer:
        for n in (1, 2):
            writer.write(a_page(f"https://daily.example/{n}", a_html(title=f"Title number {n}")))
        batch = writer.finish(CrawlResult("batch-1", NOON, NOON, (), (), pages=2))
    records = list(extract_paths([packed, batch], NOW))
    assert [r["url"] for r in records] == [None, "https://daily.example/1", "https://daily.example/2"]
    assert [r["title"] for r in records[1:]] == ["Title number 1", "Title number 2"]


def test_what_cannot_be_read_says_why_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "1-empty.html").write_bytes(b"")
    (tmp_path / "2-cut.html.gz").write_bytes(gzip.compress(a_html().encode())[:-20])
    (tmp_path / "3-good.html").write_text(a_html(), "utf-8")
    (tmp_path / "4-cut.warc.gz").write_bytes(b"\x1f\x8bno batch")
    (tmp_path / "ignored.txt").write_text("notes")
    records = list(extract_paths([tmp_path, tmp_path / "missing.html"], NOW))
    assert [bool(r.get("error")) for r in records] == [True, True, False, True, True]
    assert "empty" in records[0]["error"]
    assert "damaged" in records[1]["error"]
    assert "no file" in records[4]["error"]


def test_small_archive_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.html.gz"
    path.write_bytes(gzip.compress(b" " * 200_000_000, 1))
    assert "bytes" in next(extract_paths([path], NOW))["error"]


def test_known_day_without_a_time_is_its_midnight(tmp_path: Path) -> None:
    path = tmp_path / "day.html"
    path.write_text(a_html(head='<meta name="pubdate" content="2026-01-17">'), "utf-8")
    record = next(extract_paths([path], NOW))
    assert (record["published"], record["published_precision"]) == ("2026-01-17T00:00:00Z", "day")
