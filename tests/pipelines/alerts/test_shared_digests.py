"""Digests of one reader that are due at once: one mail, a section for each search."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from crawlers.errors import TemporaryError
from pipelines.alerts import digests
from pipelines.alerts.clock_marks import digest_mark
from pipelines.model import EventPrint, StoryChange, StoryEvent
from pipelines.stories.event_links import relate_events
from tests.contracts.ledger_values import a_stored, ident
from tests.pipelines.alerts.newsroom_mail import UPDATED, Newsroom, canola
from tests.pipelines.alerts.values import parts, read

DESK = "desk@newsroom.example"
BOSS = "boss@newsroom.example"
#: Marks that link any two stories that have them.
MARKS = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}


def ports(**fields: Any) -> Any:
    return canola(**{"id": "ports", "name": "Ports", "query": "port", "cadence": "daily"} | fields)


def a_house(*searches: Any) -> Newsroom:
    """Return a house whose searches have had their first hour."""
    house = Newsroom(*(searches or (canola(cadence="daily"), ports())))
    house.tell()
    return house


def take(house: Newsroom, n: int, title: str) -> None:
    stored = a_stored(n, title=title, body=f"{title} today.", collected=house.clock.at)
    house.take(f"s{n}", n, stored=stored, headline=title, first_seen=house.clock.at)
    # What is found is held for the next hour of its search.
    assert house.tell() == []


def the_next_morning(house: Newsroom) -> list[str]:
    return house.at("2026-01-18T13:01").tell()


def two_stories(house: Newsroom) -> None:
    take(house, 1, "Canola prices fall")
    take(house, 2, "Port workers strike")


def test_two_digests_of_one_reader_are_one_mail_of_two_sections() -> None:
    house = a_house()
    two_stories(house)
    (key,) = the_next_morning(house)
    mail = read(house.inbox.taken[-1])
    assert mail["Subject"].startswith("[Canola, Ports] 2 stories, 18 Jan: ")
    plain, html = parts(mail)
    for text, heading in ((plain, "\nPorts\n"), (html, "<h1>Ports</h1>")):
        places = [text.rindex(words) for words in ("Canola prices fall", heading, "Port workers strike")]
        assert places == sorted(places)
    assert plain.count("RECEIPT\n") == 1
    told = house.ledger.alerts(states=["told"])
    assert {(alert.search_id, alert.mail) for alert in told} == {("canola", key), ("ports", key)}


def test_nothing_of_it_is_told_again() -> None:
    house = a_house()
    two_stories(house)
    the_next_morning(house)
    assert house.later(minutes=5).tell() == []
    assert house.later(days=1).tell() == []


def test_who_reads_one_of_them_gets_that_one_alone() -> None:
    house = a_house(canola(cadence="daily", to=(DESK, BOSS)), ports(to=("Desk@newsroom.example",)))
    two_stories(house)
    assert len(the_next_morning(house)) == 2
    by_reader = {mail.to: mail for mail in house.inbox.taken}
    assert set(by_reader) == {(DESK,), (BOSS,)}
    assert "Port workers" in parts(read(by_reader[(DESK,)]))[0]
    of_boss = read(by_reader[(BOSS,)])
    assert "Ports" not in str(of_boss)
    assert "Port workers" not in parts(of_boss)[0]
    assert of_boss["Message-ID"] != read(by_reader[(DESK,)])["Message-ID"]


@pytest.mark.parametrize(
    "other", [{"language": "fr"}, {"to": (BOSS,)}, {"at": canola().at.replace(hour=9)}, {"to": ()}]
)
def test_what_differs_in_language_reader_or_hour_stays_apart(other: dict[str, Any]) -> None:
    house = a_house(canola(cadence="daily"), ports(**other))
    house.at("2026-01-17T15:30").tell()
    two_stories(house)
    the_next_morning(house)
    house.later(hours=1).tell()
    assert "Ports" not in read(house.inbox.taken[0])["Subject"]


def test_a_story_that_both_found_stands_once_with_the_words_of_both() -> None:
    house = a_house()
    take(house, 1, "Canola port closed")
    take(house, 2, "Port workers strike")
    the_next_morning(house)
    mail = read(house.inbox.taken[-1])
    assert mail["Subject"].startswith("[Canola, Ports] 2 stories, 18 Jan: ")
    plain, html = parts(mail)
    for text in (plain, html.partition("</head>")[2]):
        assert text.count("Canola port closed") - text.count("Canola port closed today") == 1
        assert "Canola: “Canola” · Ports: “port”" in text
        assert "2 stories since Fri 16 Jan, 08:00 Ottawa · 21:00 Beijing. 1 stands above" in text
    assert "<mark>Canola</mark> <mark>port</mark> closed today" in html
    assert len(re.findall("<h3 ", html)) == 2
    assert {alert.state for alert in house.ledger.alerts(states=["told", "held"])} == {"told"}


def test_a_section_whose_stories_all_stand_above_says_so() -> None:
    house = a_house()
    take(house, 1, "Canola port closed")
    the_next_morning(house)
    mail = read(house.inbox.taken[-1])
    assert mail["Subject"] == "[Canola, Ports] Canola port closed"
    for text in parts(mail):
        assert "1 story since Fri 16 Jan, 08:00 Ottawa · 21:00 Beijing. 1 stands above" in text
        assert "Nothing matched" not in text
        assert "No new story" not in text


def test_an_edit_of_a_story_that_both_know_is_told_once() -> None:
    house = a_house()
    title = "Canola port closed"
    before = a_stored(1, title=title, body="The duty is 75 per cent, the port said on Monday.")
    house.take("s1", 1, stored=before, headline=title, first_seen=house.clock.at)
    house.tell()
    the_next_morning(house)
    house.later(hours=1)
    body = "The duty is 85 per cent, the port said on Monday."
    fields = {"version": 2, "outcome": UPDATED, "collected": house.clock.at}
    after = a_stored(1, title=title, body=body, **fields)
    line = StoryEvent("s1", house.clock.at, StoryChange.UPDATE, "changed", ident(1), 2, material=True)
    house.take("s1", 1, stored=after, headline=title, history=(line,))
    assert house.tell() == []
    assert len(house.later(days=1).tell()) == 1
    mail = read(house.inbox.taken[-1])
    assert mail["Subject"] == "[Canola, Ports] Changed: Canola port closed"
    for text in parts(mail):
        assert text.count("75 → 85") == 1
        assert "No new story since Sun 18 Jan, 08:00 Ottawa · 21:00 Beijing. 1 stands above" in text


def test_reports_of_one_event_that_several_searches_found_stand_together() -> None:
    house = a_house(canola(cadence="daily"), ports(), ports(id="rail", name="Rail", query="rail"))
    for n, title in enumerate(("Canola port closed", "Port and rail closed", "Rail closed"), 1):
        take(house, n, title)
        relate_events(house.ledger, EventPrint(f"s{n}", house.clock.at, "en", MARKS))
    take(house, 4, "Rail workers strike")
    the_next_morning(house)
    mail = read(house.inbox.taken[-1])
    assert mail["Subject"].startswith("[Canola, Ports, Rail] 4 stories, 18 Jan: ")
    plain, html = parts(mail)
    for title in ("Canola port closed", "Port and rail closed", "Rail closed", "Rail workers strike"):
        for text in (plain, html):
            # The title of the page has the first headline, too.
            told = text.partition("</head>")[2] or text
            assert told.count(title) - told.count(f"{title} today") == 1, title
    assert "Ports: “Port” · Rail: “rail”" in plain
    for count in ("1 story since", "2 stories (1 event) since", "3 stories (2 events) since"):
        assert count in plain, count
    assert plain.count("2 stand above") == 2


def test_a_search_with_nothing_to_tell_has_a_section_only_if_it_wants_one() -> None:
    for empty, names in ((False, "[Canola] "), (True, "[Canola, Ports] ")):
        house = a_house(canola(cadence="daily"), ports(empty=empty))
        take(house, 1, "Canola prices fall")
        the_next_morning(house)
        mail = read(house.inbox.taken[-1])
        assert mail["Subject"] == f"{names}Canola prices fall"
        assert ("Nothing matched" in parts(mail)[0]) == empty
        assert house.later(minutes=5).tell() == []


def test_a_channel_gets_a_document_of_each_search() -> None:
    channels = {"channels": ("room",)}
    house = a_house(canola(cadence="daily", **channels), ports(**channels))
    two_stories(house)
    the_next_morning(house)
    documents = [json.loads(mail.message) for mail in house.inbox.taken if mail.channel == "room"]
    assert [document["search"]["id"] for document in documents] == ["canola", "ports"]
    assert [len(document["items"]) for document in documents] == [1, 1]
    assert len([mail for mail in house.inbox.taken if mail.channel != "room"]) == 1


def test_a_mail_that_is_refused_for_now_comes_once_and_whole() -> None:
    house = a_house()
    two_stories(house)
    house.inbox.error = TemporaryError("451 try later")
    assert the_next_morning(house) == []
    house.inbox.error = None
    assert len(house.later(hours=1).tell()) == 1
    assert "Port workers strike" in parts(read(house.inbox.taken[0]))[0]
    assert house.later(hours=8).tell() == []


def test_where_the_shared_mail_cannot_be_written_each_is_sent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise ValueError("no mail")

    monkeypatch.setattr(digests, "shared_messages", broken)
    house = a_house()
    two_stories(house)
    assert len(the_next_morning(house)) == 2
    assert house.later(minutes=5).tell() == []


def test_where_another_worker_served_one_of_them_only_the_other_is_told() -> None:
    house = a_house()
    two_stories(house)
    house.at("2026-01-18T13:01")
    mark = digest_mark(house.ledger, "ports")
    mark.write_time(house.clock.at.replace(minute=0))
    house.tell()
    assert [read(mail)["Subject"] for mail in house.inbox.taken] == ["[Canola] Canola prices fall"]
