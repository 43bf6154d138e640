"""Today shows the reports of one event as one block, on the real server."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx

from pipelines.alerts.wording import on_clock
from pipelines.bootstrap import App
from pipelines.model import Alert, EventPrint
from pipelines.stories.event_corrections import link_stories
from pipelines.stories.event_links import relate_events
from pipelines.web.today import STORIES
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import a_mail, a_page_placed, a_stored, a_story, take
from tests.pipelines.web.room_server import an_app, open_room


def report(maplewire: App, number: int, outlet: str = "The Daily", first_seen: datetime = NOON) -> None:
    """Keep a report, later than all before it."""
    maplewire.ledger.start_run(NOON)
    stored = a_stored(number, title=f"Report {number}", publisher=a_publisher(name=outlet))
    story = a_story(f"s{number}", number, headline=f"Report {number}", first_seen=first_seen)
    take(maplewire.ledger, a_page_placed(stored, story))
    relate_events(maplewire.ledger, EventPrint(f"s{number}", NOON, "en", {}))


def heads(page: httpx.Response) -> list[str]:
    return re.findall(r'<h3 lang="\w+"><a href="/story/(\w+)"', page.text)


def test_reports_of_one_event_are_one_block_in_the_order_of_the_list(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        for number in range(1, 5):
            report(maplewire, number)
        link_stories(maplewire.ledger, NOON, "s1", "s4")
        link_stories(maplewire.ledger, NOON, "s4", "s2")

        page = client.get("/")

        assert heads(page) == ["s4", "s3"]
        block = page.text.partition('<div class="event">')[2].partition("</div>")[0]
        assert re.findall(r'<li><a href="/story/(\w+)"', block) == ["s2", "s1"]
        assert 'href="/story/s4/event">Compare with 2 more reports of this event<' in block


def test_the_newest_story_is_the_one_that_appeared_last_not_the_one_that_came_in_last(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        report(maplewire, 1)
        report(maplewire, 2, first_seen=NOON - timedelta(days=2))

        assert heads(client.get("/")) == ["s1", "s2"]


def test_an_event_of_an_earlier_page_is_not_shown_again(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        for number in range(1, STORIES + 4):
            report(maplewire, number)
        link_stories(maplewire.ledger, NOON, "s1", f"s{STORIES + 3}")

        assert heads(client.get("/"))[0] == f"s{STORIES + 3}"
        assert heads(client.get("/?page=2")) == ["s3", "s2"]


def test_a_report_that_is_filtered_away_is_not_shown_below(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        report(maplewire, 1, "The Gazette")
        report(maplewire, 2)
        link_stories(maplewire.ledger, NOON, "s1", "s2")

        page = client.get("/", params={"outlet": "The Gazette"})

        assert heads(page) == ["s1"]
        assert 'class="event"' not in page.text


def test_many_reports_are_a_number(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        for number in range(1, 10):
            report(maplewire, number)
        for number in range(1, 9):
            link_stories(maplewire.ledger, NOON, f"s{number}", "s9")

        page = client.get("/")

        assert heads(page) == ["s9"]
        assert "8 more reports" in page.text
        assert page.text.count('<li><a href="/story/') == 6


def test_who_was_told_has_the_clock_of_the_desk_and_leads_to_the_mail(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        report(maplewire, 1)
        search = maplewire.beat.searches[0].search.id
        key = f"{search}:s1:new"
        alert = Alert(search, "s1", "new", state="told", decided=NOON, told=NOON, mail=key)
        maplewire.ledger.settle([alert], [a_mail(key, subject="Canola today")], "searches", 0, 1)

        page = client.get("/story/s1")

        written = on_clock(NOON, maplewire.beat.clocks[0].zone)
        assert f'{written:%H:%M} in mail <a href="/outbox/{quote(key)}">Canola today</a> (due)' in page.text
        assert "UTC in mail" not in page.text
        assert f">{maplewire.beat.searches[0].search.name}</a>" in page.text
        assert client.get(f"/outbox/{quote(key)}").status_code == 200
