"""Which address stands for a page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.extract import extract
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import a_html

NOW = NOON + timedelta(days=1)


def identity(
    url: str, canonical: str, tag: str = '<link rel="canonical" href="{}">'
) -> tuple[str, str | None]:
    article = extract(a_page(url, a_html(head=tag.format(canonical))), None, NOW)
    return article.canonical_url, article.cross_canonical


@pytest.mark.parametrize(
    ("fetched", "canonical", "kept"),
    [
        (
            "https://www.daily.example/news/seed-talks-1234567?page=1",
            "https://www.daily.example/news/seed-talks-1234567",
            "https://www.daily.example/news/seed-talks-1234567",
        ),
        (
            "https://m.daily.example/seed-talks",
            "https://www.daily.example/world/seed-talks",
            "https://www.daily.example/world/seed-talks",
        ),
        (
            "https://daily.example/world/seed-talks",
            "/world/seed-talks",
            "https://daily.example/world/seed-talks",
        ),
        ("https://daily.example/seed-talks", "https://daily.example/", "https://daily.example/seed-talks"),
        (
            "https://daily.example/seed-talks",
            "https://daily.example/index.html",
            "https://daily.example/seed-talks",
        ),
        (
            "https://daily.example/a/1234567.html",
            "https://daily.example/a/7654321.html",
            "https://daily.example/a/1234567.html",
        ),
        (
            "https://daily.example/world/seed-talks/amp/",
            "/world/seed-talks",
            "https://daily.example/world/seed-talks",
        ),
        (
            "https://daily.example/world/seed-talks/print",
            "/world/ferry-times",
            "https://daily.example/world/seed-talks/print",
        ),
        ("https://daily.example/seed-talks", "javascript:alert(1)", "https://daily.example/seed-talks"),
        (
            "https://daily.example/seed-talks",
            "https://daily.example/ferry-times",
            "https://daily.example/seed-talks",
        ),
    ],
)
def test_canonical_link_counts_where_it_can_be_believed(fetched: str, canonical: str, kept: str) -> None:
    assert identity(fetched, canonical) == (kept, None)


def test_og_url_counts_where_there_is_no_canonical_link() -> None:
    tag = '<meta property="og:url" content="{}">'
    assert (
        identity("https://daily.example/x?id=1234567", "https://daily.example/world/seed-1234567", tag)[0]
        == "https://daily.example/world/seed-1234567"
    )


def test_canonical_link_to_another_site_is_evidence_and_no_identity() -> None:
    there = "https://wire.example/release/3220001/seed-talks.html"
    assert identity("https://daily.example/seed-talks", there) == ("https://daily.example/seed-talks", there)


def test_page_served_from_a_bare_address_keeps_it_and_is_no_copy_of_itself() -> None:
    fetched = "http://127.0.0.1:8123/wire.example/news/1"
    assert identity(fetched, "https://wire.example/news/1") == (fetched, None)
