"""The pages of the reading room, as a reader gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import an_app, fill, open_room

PAGES = ("/", "/search?q=canola", "/story/s1", f"/story/s1/compare/{ident(3)}", f"/article/{ident(1)}")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill(maplewire)
        with open_room(maplewire) as client:
            yield client


def text_of(answer: httpx.Response) -> str:
    """Return what a reader sees, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


@pytest.mark.parametrize("path", PAGES)
def test_each_page_answers(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_today_shows_stories_with_their_label_and_copies(room: httpx.Client) -> None:
    shown = text_of(room.get("/"))

    assert "Paid release of state media CGTN through GlobeNewswire" in shown
    assert "2 copies" in shown
    assert "Le canola revient" in shown


def test_today_tells_what_changed(room: httpx.Client) -> None:
    assert "number changed: 5 → 7" in text_of(room.get("/"))


def test_filters_of_today_stay_in_the_address(room: httpx.Client) -> None:
    shown = room.get("/", params={"lang": "fr", "since": "7d"})

    assert "Le canola revient" not in text_of(room.get("/", params={"kind": "paid_release"}))
    # The articles of these tests are in English, whatever their words.
    assert "lang=en" in room.get("/").text
    assert "since=7d" in shown.text


def test_a_search_marks_its_hits(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "canola"})

    assert "2 stories found" in text_of(answer)
    assert "<mark>Canola</mark>" in answer.text


def test_a_mistake_in_a_query_is_marked_where_it_is(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "contry:CA canola"})

    assert answer.status_code == 400
    assert "<mark>contry" in answer.text
    assert "country" in text_of(answer)


def test_a_story_shows_its_proof_its_copies_and_its_history(room: httpx.Client) -> None:
    shown = text_of(room.get("/story/s1"))

    assert "“(GLOBE NEWSWIRE)” (paragraph 1)" in shown
    assert "The Gazette · word for word" in shown
    assert "Kept of the text: 50%" in shown
    assert "number changed: 5 → 7" in shown
    assert "+24 min" in shown


def test_a_copy_stands_beside_its_original(room: httpx.Client) -> None:
    answer = room.get(f"/story/s1/compare/{ident(3)}")

    assert "<del>Growers were promised lower duties from March.</del>" in answer.text
    assert "1 left out" in text_of(answer)


def test_the_id_of_an_article_leads_to_its_story(room: httpx.Client) -> None:
    answer = room.get(f"/story/{ident(2)}")

    assert answer.status_code == 302
    assert answer.headers["location"] == "/story/s1"


@pytest.mark.parametrize(
    "path",
    [
        "/story/none",
        "/article/none",
        "/nowhere",
        "/story/s1/compare/none",
        "/story/s1%2F..%2F..",
        "/static/../page.py",
    ],
)
def test_what_does_not_exist_says_so(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_pages_speak_the_language_of_the_browser_or_the_one_chosen(room: httpx.Client) -> None:
    assert "<h1>今日</h1>" in room.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
    chosen = room.get("/language/fr", params={"back": "/search?q=canola"})

    assert chosen.headers["location"] == "/search?q=canola"
    room.cookies.update(chosen.cookies)
    assert "<h1>Aujourd’hui</h1>" in room.get("/").text
    room.cookies.clear()


def test_an_empty_room_says_what_to_do(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        assert "maplewire run" in text_of(client.get("/"))
        assert client.get("/search", params={"q": "canola"}).status_code == 200


def test_what_comes_while_the_room_is_open_is_shown(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        assert "Canola talks" not in client.get("/").text
        with an_app(tmp_path) as other:
            fill(other)
        assert "Le canola revient" in client.get("/").text
        assert "2 stories found" in client.get("/search?q=canola").text
