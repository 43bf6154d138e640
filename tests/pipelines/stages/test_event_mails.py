"""One event told by two searches to two readers, from pages to mails, with a crash in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.model import Page
from pipelines.adapters.ledger import open_ledger
from pipelines.beat.beat import ParsedSearch
from pipelines.model import Delivery, OutboxMail, SavedSearch, Story
from pipelines.query import parse
from pipelines.stages.notify import send_new_alerts, write_new_alerts
from pipelines.stages.relate import relate_changed_stories
from tests.pipelines.alerts.values import parts, read
from tests.pipelines.world import World, a_page

DESK, BOSS = "desk@newsroom.example", "boss@newsroom.example"
FIRST = (
    "Fire closed the Meridian canola terminal at Kitimat on Friday, sent 14 dockers to hospital and stopped "
    "every shipment of canola from Canada to China, the harbour master Dana Holloway said.",
    "The loss is put at 86 million dollars by the owner, which had opened the terminal in the autumn.",
)
SECOND = (
    "Canada sends no canola to China for now: flames destroyed both silos of Meridian in Kitimat, and 14 "
    "people are being treated after they breathed the smoke, according to Dana Holloway of the port.",
    "Insurers reckon with 86 million dollars, and ask why the sprinklers of a new building were dry.",
)
RELEASE = (
    "KITIMAT, British Columbia, Jan. 17, 2026 (GLOBE NEWSWIRE) -- Meridian regrets the fire at its canola "
    "terminal in Kitimat, in which 14 colleagues were hurt, and thanks the crews of Dana Holloway.",
    "Damage of 86 million dollars will be made good before the next harvest in Canada, and customers in "
    "China will be served through Vancouver until then.",
)


def a_search(id_: str, query: str, *to: str, **fields: Any) -> ParsedSearch:
    search = SavedSearch(id_, id_.title(), query, to, zone="America/Toronto", **fields)
    return ParsedSearch(search, parse(query))


@pytest.fixture
def house(world: World, tmp_path: Path) -> Iterator[World]:
    """Return a Maplewire on SQLite with two searches, of which one waits for two newsrooms."""
    searches = (
        a_search("canola", "canola", DESK, BOSS),
        a_search("harbours", "kitimat", DESK, min_independent=2),
    )
    world.ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")  # type: ignore[assignment]
    beat = replace(world.parts.beat, searches=searches)
    world.parts = replace(world.parts, ledger=world.ledger, beat=beat)
    yield world
    world.ledger.close()


def first() -> Page:
    return a_page("1", "Fire closes canola terminal of Meridian in Kitimat", FIRST)


def second() -> Page:
    return a_page("2", "Kitimat: canola silos of Meridian burn", SECOND, source="courier")


def release() -> Page:
    return a_page("3", "Meridian on the fire at its canola terminal in Kitimat", RELEASE, source="wire")


def take(house: World, *pages: Page) -> None:
    house.process(*pages)
    relate_changed_stories(house.parts)


def told(house: World) -> set[str]:
    """Return which search told something new."""
    alerts = house.ledger.alerts(states=["told"])
    return {alert.search_id for alert in alerts if alert.reason == "new"}


def readers_of(mails: Sequence[OutboxMail]) -> list[str]:
    """Return the readers of mails, each as often as a mail went to them."""
    readers: list[str] = []
    for mail in mails:
        readers.extend(mail.to)
    return sorted(readers)


def test_a_release_and_one_report_are_told_to_those_who_wait_for_no_second_newsroom(house: World) -> None:
    take(house, release(), first())
    counts = {story.kind: story.independent for story in _stories(house)}
    assert counts == {"paid_release": 1, "report": 1}
    assert len(house.alert()) == 1
    assert told(house) == {"canola"}


def test_two_newsrooms_and_a_release_are_one_mail_for_each_reader(house: World) -> None:
    take(house, release(), first(), second())
    assert {story.independent for story in _stories(house)} == {2}
    house.alert()
    assert readers_of(house.mailbox.sent) == [BOSS, DESK]
    assert told(house) == {"canola", "harbours"}
    for mail in house.mailbox.sent:
        plain = parts(read(mail))[0]
        for page in (release(), first(), second()):
            assert page.url in plain
    assert house.alert() == []


def test_a_crash_between_deciding_and_sending_loses_and_repeats_nothing(house: World) -> None:
    take(house, first(), second())
    write_new_alerts(house.parts, house.findings)
    assert house.mailbox.sent == []
    # Another process finds what was decided, and reports that came in since.
    take(house, release())
    send_new_alerts(house.parts, house.findings)
    assert readers_of(house.mailbox.sent) == [BOSS, DESK]
    assert house.alert() == []
    assert house.findings.troubles == []


def test_a_crash_after_the_first_mail_sends_the_other_alone(house: World) -> None:
    class Killed(BaseException):
        """What ends a process, which nothing in it catches."""

    sent: list[OutboxMail] = []

    class MailerOfOne:
        """A mailer whose process dies at the second mail."""

        def send(self, mail: OutboxMail) -> Delivery:
            if sent:
                raise Killed
            sent.append(mail)
            return Delivery("kept")

    take(house, first(), second())
    with pytest.raises(Killed):
        send_new_alerts(replace(house.parts, mailer=MailerOfOne()), house.findings)
    house.clock.at += timedelta(hours=1)
    house.alert()
    found = [*sent, *house.mailbox.sent]
    assert readers_of(found) == [BOSS, DESK]


def _stories(house: World) -> list[Story]:
    story_ids = {change.document.story_id for change in house.ledger.changes_since(0) if change.document}
    return list(house.ledger.stories(story_ids).values())
