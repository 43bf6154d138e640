"""A saved web around one release, from feeds to stories: every story, origin, carrier and role right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Maplewire
from tests.e2e.saved_web import SavedWeb

COPIES = {"verbatim", "shortened", "embedded", "edited"}
SEARCHES = [{"id": "all", "name": "Everything", "query": "*:*", "to": ["desk@newsroom.example"]}]


@pytest.mark.shared_data
@pytest.mark.parametrize("rewrite_pages", [True, False], ids=["own-addresses", "claims-old-addresses"])
def test_stories_origins_carriers_and_roles_are_right(
    installed: Maplewire, eval_data: Path, tmp_path: Path, rewrite_pages: bool
) -> None:
    with SavedWeb(eval_data / "golden", rewrite_pages=rewrite_pages) as web:
        maplewire = installed.with_settings(
            home=tmp_path / "home",
            beat=web.beat(tmp_path / "beat", SEARCHES),
            private_hosts="127.0.0.1",
            delay_s=0,
        )
        maplewire("run")
        found = maplewire.json("search", "*:*", "--limit", "100")
        accounts = maplewire.json("status")[0]
        told = {story["id"]: maplewire.json("story", story["id"]) for story in found["stories"]}
        addresses = {page["id"]: web.address(page["host"], page["path"]) for page in web.expected}
    assert _stories(found) == _expected_stories(web.expected, addresses)
    assert accounts["fetched"] == len(web.expected) == sum(accounts["outcomes"].values())
    assert accounts["outcomes"]["off_beat"] == sum(page["role"] == "off-beat" for page in web.expected)
    # The release and the reports about it are one event, and one mail.
    assert found["total"] == 4
    assert len(list((tmp_path / "home/outbox").glob("*.eml"))) == accounts["mails"] == 1
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
