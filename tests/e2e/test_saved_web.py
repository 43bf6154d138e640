"""A saved web around one release, from feeds to stories: every story, origin, carrier and role right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Maplewire
from tests.e2e.saved_web import SavedWeb

COPIES = {"verbatim", "shortened", "embedded", "edited"}
#: Numbers of reports and copies that are told again are no part of the count of mails.
SEARCHES: list[dict[str, Any]] = [
    {"id": "all", "name": "Everything", "query": "*:*", "to": ["desk@newsroom.example"], "reasons": ["new"]}
]
RELEASE = "wire"


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("rewrite_pages", "comes_first"),
    [(True, True), (False, False)],
    ids=["own-addresses-release-first", "claims-old-addresses-release-last"],
)
def test_stories_origins_carriers_and_roles_are_right(
    installed: Maplewire, eval_data: Path, tmp_path: Path, rewrite_pages: bool, comes_first: bool
) -> None:
    with SavedWeb(eval_data / "golden", rewrite_pages=rewrite_pages) as web:
        maplewire = installed.with_settings(
            home=tmp_path / "home",
            beat=web.beat(tmp_path / "beat", SEARCHES),
            private_hosts="127.0.0.1",
            delay_s=0,
        )
        pages = {page["id"] for page in web.expected}
        web.list_only({RELEASE} if comes_first else pages - {RELEASE})
        # The pages are of that week, and so is the clock.
        maplewire("run", "--now", "2026-01-18T12:00")
        web.list_only(pages)
        maplewire("run", "--now", "2026-01-18T12:20")
        found = maplewire.json("search", "*:*", "--limit", "100")
        runs = maplewire.json("status")
        told = {story["id"]: maplewire.json("story", story["id"]) for story in found["stories"]}
        addresses = {page["id"]: web.address(page["host"], page["path"]) for page in web.expected}
    assert _stories(found) == _expected_stories(web.expected, addresses)
    assert sum(run["fetched"] for run in runs) == len(web.expected)
    assert sum(sum(run["outcomes"].values()) for run in runs) == len(web.expected)
    off_beat = sum(page["role"] == "off-beat" for page in web.expected)
    assert sum(run["outcomes"]["off_beat"] for run in runs) == off_beat
    # The release and the reports about it are one event, and one mail, whichever comes first.
    assert found["total"] == 4
    assert len(list((tmp_path / "home/outbox").glob("*.eml"))) == sum(run["mails"] for run in runs) == 1
    _check_articles(found, web.expected, addresses)
    _check_events(told, web.expected, addresses)


def _check_events(
    told: dict[str, dict[str, Any]], expected: list[dict[str, Any]], addresses: dict[str, str]
) -> None:
    """One event, in three languages: each of its reports knows all the others, and none of them is a copy."""
    reports = {addresses[p["id"]] for p in expected if p["role"] in ("carrier", "independent")}
    # The release itself is no report of a newsroom.
    newsrooms = sum(page["role"] == "independent" for page in expected)
    assert {story["independent"] for story in told.values()} == {newsrooms}
    for story in told.values():
        assert {story["url"], *(related["url"] for related in story["related"])} == reports
        assert all(related["why"] for related in story["related"])


def _stories(found: dict[str, Any]) -> set[tuple[Any, ...]]:
    return {
        (
            frozenset((a["canonical_url"], a["relation"] in COPIES) for a in story["articles"]),
            story["origin"],
            story["carrier"],
            story["copies"],
        )
        for story in found["stories"]
    }


def _expected_stories(expected: list[dict[str, Any]], addresses: dict[str, str]) -> set[tuple[Any, ...]]:
    stories: dict[str, list[dict[str, Any]]] = {}
    for page in expected:
        if page["relevant"]:
            stories.setdefault(page["story"], []).append(page)
    return {
        (
            frozenset((addresses[p["id"]], p["role"] == "copy") for p in pages),
            pages[0]["origin"],
            pages[0]["carrier"],
            sum(p["role"] == "copy" for p in pages),
        )
        for pages in stories.values()
    }


def _check_articles(found: dict[str, Any], expected: list[dict[str, Any]], addresses: dict[str, str]) -> None:
    articles: dict[str, Any] = {}
    for story in found["stories"]:
        articles |= {a["canonical_url"]: a for a in story["articles"]}
    for page in expected:
        if page["relevant"]:
            article = articles[addresses[page["id"]]]
            assert article["title"] == page["title"]
            assert article["lang"][:2] == page["lang"]
            assert _instant(article["published"]) == _instant(page["published"])


def _instant(stamp: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))
