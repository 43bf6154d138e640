"""What a reader finds and changes in the room, on the index of SQLite and on Elasticsearch."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.bootstrap import App
from pipelines.model import PageRechecked, RecheckState, StoryChange, StoryEvent
from tests.builders import NOON
from tests.contracts.ledger_values import MINUTE, ident, page, take
from tests.elasticsearch.fixtures import Elastic, elastic_node, forget
from tests.pipelines.web.room_server import an_app, fill, send

__all__ = ["elastic_node"]


@pytest.fixture(params=["sqlite", "elasticsearch"])
def maplewire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    if request.param == "sqlite":
        with an_app(tmp_path) as app:
            fill(app)
            yield app
        return
    node: Elastic = request.getfixturevalue("elastic_node")
    prefix = f"r{uuid.uuid4().hex[:10]}"
    settings: dict[str, Any] = {"index_url": node.url, "index_prefix": prefix}
    try:
        with an_app(tmp_path, **settings) as app:
            app.index.setup()
            fill(app)
            yield app
    finally:
        forget(node, prefix)


def _found(room: httpx.Client, asked: str) -> set[str]:
    shown = room.get("/search", params={"q": asked})
    assert shown.status_code == 200
    return {story for story in ("s1", "s4") if f'href="/story/{story}' in shown.text}


def test_stories_are_found_by_words_fields_and_tags(room: httpx.Client) -> None:
    assert _found(room, "canola") == {"s1", "s4"}
    assert _found(room, "canola title:revient") == {"s4"}
    assert _found(room, "origin:CGTN kind:paid_release") == {"s1"}
    assert _found(room, "tag:budget") == set()
    send(room, "/story/s4/remark", kind="tag", text="budget")
    assert _found(room, "tag:budget") == {"s4"}


def test_a_result_is_narrowed_by_its_carrier_and_its_outlets(room: httpx.Client) -> None:
    shown = room.get("/search", params={"q": "canola"}).text

    assert ">GlobeNewswire</a>" in shown
    assert "AND+source%3A%22gazette%22" in shown
    assert _found(room, '(canola) AND carrier:"GlobeNewswire"') == {"s1"}
    assert _found(room, '(canola) AND source:"gazette"') == {"s1"}


def test_feed_and_export_have_what_the_page_has(room: httpx.Client) -> None:
    assert "Le canola revient" in room.get("/search.atom", params={"q": "revient"}).text
    assert "Le canola revient" in room.get("/export", params={"q": "revient", "format": "csv"}).text


def test_a_mark_takes_a_story_out_of_the_search_and_its_end_brings_it_back(room: httpx.Client) -> None:
    send(room, f"/article/{ident(4)}/mark", label="off-beat")
    assert _found(room, "canola") == {"s1"}
    send(room, f"/article/{ident(4)}/mark", label="undo")
    assert _found(room, "canola") == {"s1", "s4"}


def test_stories_that_were_joined_are_found_as_one(room: httpx.Client) -> None:
    send(room, "/story/s1/merge", other="s4")
    assert _found(room, "revient") == {"s1"}


def test_what_a_deleted_page_said_is_read(room: httpx.Client, maplewire: App) -> None:
    gone = RecheckState(ident(4), "daily", page(4), NOON, None, NOON, gone=NOON + MINUTE)
    line = StoryEvent("s4", NOON + MINUTE, StoryChange.GONE, "it answered 410", ident(4), 1, material=True)
    take(maplewire.ledger, PageRechecked(gone, (line,)))

    (story,) = _found(room, "revient")
    assert "taken away" in room.get(f"/story/{story}").text
    article = room.get(f"/article/{ident(4)}").text
    assert "taken away" in article
    assert "Les droits sur le canola baissent en mars." in article
    assert "it answered 410" in room.get("/").text
