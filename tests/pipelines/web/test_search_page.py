"""The search page: on whose clock it is, and why it found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import httpx
import pytest

from pipelines.bootstrap import App
from tests.browser import a_browser
from tests.builders import NOON
from tests.pipelines.web.room_server import an_app, fill, open_room


@pytest.fixture(scope="module")
def maplewire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with an_app(tmp_path_factory.mktemp("home")) as app:
        fill(app)
        yield app


@pytest.fixture(scope="module")
def served(maplewire: App) -> Iterator[httpx.Client]:
    with open_room(maplewire) as client:
        yield client


@pytest.fixture
def room(served: httpx.Client) -> httpx.Client:
    served.cookies.clear()
    return served


def found(room: httpx.Client, **parameters: str) -> str:
    return room.get("/search", params=parameters).text


def test_times_are_on_the_clock_of_the_desk(room: httpx.Client, maplewire: App) -> None:
    zone = maplewire.beat.clocks[0].zone
    assert zone != UTC
    hour = f"{NOON.astimezone(zone):%Y-%m-%dT%H:%M}"
    assert "/story/s1" in found(room, q=f"canola published:[{hour} TO {hour}]")
    assert "/story/s1" not in found(room, q=f"canola published:[{NOON:%Y-%m-%dT%H:%M} TO *] lang:en")


def test_a_day_is_one_of_the_chosen_clock_and_the_choice_is_kept(room: httpx.Client) -> None:
    # Published at noon UTC: in Kiritimati it is the next day already.
    day = "canola published:2026-01-18 lang:en"
    assert "/story/s1" not in found(room, q=day)
    shown = found(room, q=day, zone="Pacific/Kiritimati")
    assert "/story/s1" in shown
    assert "zone=Pacific%2FKiritimati" in shown, "links keep it"
    assert "Times are on the clock of Kiritimati." in shown
    assert "/story/s1" in found(room, q=day), "kept for the next search"
    assert "clock of Kiritimati" in room.get("/").text
    assert "s1" in room.get("/export", params={"q": day, "format": "jsonl"}).text
    assert "/story/s1" not in found(room, q=day, zone="UTC")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "<script>", "x" * 70, "\0", "."])
def test_a_zone_that_does_not_exist_counts_for_nothing(room: httpx.Client, zone: str) -> None:
    answer = room.get("/search", params={"q": "canola", "zone": zone})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    room.cookies.set("maplewire_zone", "Mars/Olympus")
    assert room.get("/").status_code == 200


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("lang:xx", "lang:xx is in no article; known are en …"),
        ("canolla", "did you mean canola?"),
        ("source:dayly", "source:dayly is in no article"),
        ("tag:budget", "no story has a tag yet"),
    ],
)
def test_what_no_article_has_is_told(room: httpx.Client, query: str, told: str) -> None:
    assert told in re.sub("[“”]", "", found(room, q=query))


def test_the_clock_is_chosen_in_a_browser(room: httpx.Client) -> None:
    with a_browser() as browser:
        for width in (390, 1280):
            page: Any = browser.new_context(viewport={"width": width, "height": 900}).new_page()
            page.goto(f"{room.base_url}/search?q=canola&sort=best")
            page.get_by_label("Days and times of").select_option("America/Vancouver")
            page.locator("form.search button").click()
            page.wait_for_url("**zone=America*")
            assert "sort=best" in page.url
            assert "Vancouver" in page.inner_text("footer")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_hits_are_marked_in_the_headline_which_is_said_once(room: httpx.Client) -> None:
    page = found(room, q="canola")
    entry = page[page.index('<a href="/story/s4">') :].partition("</article>")[0]
    assert "Le <mark>canola</mark> revient</a>" in entry
    assert entry.count("canola") == 2, "in the headline and in a passage of the text"
