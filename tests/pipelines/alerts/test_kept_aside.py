"""One story, search, source or reader that cannot be written keeps nobody else from the mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from crawlers.dates import LONGEST_AHEAD
from crawlers.errors import TemporaryError
from crawlers.model import FeedState
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.alerts.atom import AtomEntry, write_atom
from pipelines.alerts.exports import brief_of
from pipelines.alerts.kept_aside import KeptAside, settle_in_halves
from pipelines.alerts.receipt import write_receipt
from pipelines.alerts.story_alerts import CHANGES, PUT_OFF, decide_alerts
from pipelines.model import Outcome, StoredArticle, Story, Trouble, TroubleKind
from pipelines.stages.notify import send_due_digests
from tests.builders import NOON, a_source
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola
from tests.pipelines.alerts.values import a_stored, a_story, an_alert, read
from tests.pipelines.world import LATE, RELEASE, World, a_page


class _LossyLedger(MemoryLedger):
    """A ledger that lost the articles of s2: whoever writes about it meets an IndexError."""

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        if story_id == "s2":
            return []
        return super().story_articles(story_id)


def told(troubles: Sequence[Trouble]) -> str:
    assert {trouble.kind for trouble in troubles} <= {TroubleKind.PERMANENT}
    return "\n".join(trouble.text for trouble in troubles)


def dated(year: int) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in LATE)
    meta = f'<meta property="article:published_time" content="{year}-12-31T23:59:59Z">'
    title = "China lifts its duties on Canadian canola"
    return f"<html lang=en><head><title>{title}</title>{meta}</head><body><h1>{title}</h1>{body}".encode()


@pytest.mark.parametrize("year", [9999, 9998, 1989, 2030])
def test_a_page_of_an_impossible_year_is_told_like_any_other(world: World, year: int) -> None:
    evil = a_page("evil", "", [], source="courier", body=dated(year), entry=None)
    outcomes = world.process(evil, a_page("a", "Canada and China agree on canola", RELEASE))
    assert outcomes == {Outcome.NEW: 2}
    assert len(world.alert()) == 2
    assert world.findings.troubles == []
    for change in world.ledger.changes_since(0):
        assert change.document is not None
        published = change.document.published
        assert published is None or published.year >= 1990
        assert published is None or published <= NOON + LONGEST_AHEAD
    page = brief_of(world.parts, NOON - timedelta(days=1))
    assert "China lifts its duties" in page


@pytest.mark.parametrize("at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_a_stored_story_at_the_end_of_the_calendar_is_told(at: datetime) -> None:
    house = Newsroom(canola(), canola(id="day", cadence="daily"))
    house.tell()
    house.take("s1", 1, first_seen=at, last_seen=at)
    house.take("s2", 2)
    assert sorted(house.tell()) == ["canola:s1:new", "canola:s2:new"]
    (key,) = house.later(hours=2).tell()
    assert key.startswith("day::digest:")
    assert house.troubles == []
    assert "2 stories" in house.inbox.taken[-1].subject
    assert brief_of(house, NOON - timedelta(days=1))


def test_a_story_that_cannot_be_written_keeps_nobody_from_the_others() -> None:
    house = Newsroom(canola(), canola(id="second", to=("second@newsroom.example",)), ledger=_LossyLedger())
    house.take("s1", 1)
    house.take("s2", 2)
    house.take("s3", 3)
    mails = house.tell()
    assert sorted(mails) == ["canola:s1:new", "canola:s3:new", "second:s1:new", "second:s3:new"]
    text = told(house.troubles)
    assert "search canola about story s2" in text
    assert "search second about story s2" in text
    assert "IndexError" in text
    assert house.ledger.changes_since(house.ledger.watermark(CHANGES)) == []


def test_what_was_kept_aside_is_told_on_the_next_day_if_it_can_be_by_then() -> None:
    house = Newsroom(ledger=_LossyLedger())
    house.take("s2", 2)
    assert house.tell() == []
    assert house.later(hours=1).tell() == []
    house.take("s1", 2, 3, joined_story_ids=("s2",))
    assert house.later(minutes=5).tell() == [], "it stands in the mail of the next day"
    house.clock.at = NOON + PUT_OFF
    (key,) = house.tell()
    assert key.startswith("canola::digest:")
    assert house.later(days=2).tell() == []


def test_what_cannot_be_written_on_the_next_day_either_is_told_of_no_more() -> None:
    house = Newsroom(ledger=_LossyLedger())
    house.take("s2", 2)
    house.tell()
    house.later(days=1).tell()
    assert len(house.troubles) == 2
    assert house.ledger.alerts(states=["held"]) == []
    house.take("s4", 4)
    assert house.later(days=1).tell() == ["canola:s4:new"]
    assert len(house.troubles) == 2


def test_a_digest_leaves_out_the_story_that_cannot_be_written() -> None:
    house = Newsroom(canola(cadence="daily"), canola(id="other", cadence="daily"), ledger=_LossyLedger())
    house.tell()
    house.take("s1", 1)
    house.take("s2", 2)
    house.take("s3", 3)
    house.tell()
    keys = house.later(hours=2).tell()
    assert [key.partition("::")[0] for key in keys] == ["canola", "other"]
    assert all("2 stories" in mail.subject for mail in house.inbox.taken)
    assert "story s2 in the digest of search canola" in told(house.troubles)
    assert house.later(days=1).tell() == []


def test_a_search_that_cannot_be_served_keeps_nobody_from_the_others() -> None:
    # No such zone: whoever asks for the hour of its reader meets a ZoneInfoNotFoundError.
    lost = canola(id="lost", cadence="daily", zone="Atlantis/Poseidonis", reasons=("new", "spike", "watch"))
    house = Newsroom(lost, canola(), canola(id="day", cadence="daily", reasons=("new", "watch")))
    house.tell()
    house.take("s1", 1)
    assert "canola:s1:new" in house.tell()
    later = house.later(hours=2).tell()
    assert [key for key in later if key.startswith("day::digest:")]
    assert "search lost" in told(house.troubles)
    mailed = [mail.key for mail in house.inbox.taken]
    assert len(mailed) == len(set(mailed))


def test_a_reader_whom_no_header_can_name_keeps_nobody_from_the_mail() -> None:
    for unnamed in (
        "a@-é-.example",
        "a b@desk.example",
        "@desk.example",
        "a@",
        "",
        "<a@desk.example>",
        "é@é@é",
    ):
        house = Newsroom(canola(to=("desk@newsroom.example", unnamed)))
        house.take("s1", 1)
        assert house.tell() == ["canola:s1:new"], unnamed
        assert "desk@newsroom.example" in str(read(house.inbox.taken[0])["To"])
        assert house.inbox.taken[0].to == ("desk@newsroom.example", unnamed), (
            "who sends it says what is wrong"
        )


class _RiddleLedger(MemoryLedger):
    """A ledger of which one story cannot be read."""

    def stories(self, ids: Collection[str]) -> dict[str, Story]:
        if "s2" in ids:
            raise ValueError("a story that nobody can read")
        return dict(super().stories(ids))


def test_a_story_that_cannot_be_read_is_passed_over_and_the_watermark_moves_on() -> None:
    house = Newsroom(ledger=_RiddleLedger())
    for number in range(1, 8):
        house.take(f"s{number}", number)
    assert sorted(house.tell()) == [f"canola:s{n}:new" for n in (1, 3, 4, 5, 6, 7)]
    assert "nobody can read" in told(house.troubles)
    house.take("s8", 8)
    assert house.later(minutes=5).tell() == ["canola:s8:new"]
    assert len(house.troubles) == 1


class _AwayLedger(MemoryLedger):
    def stories(self, ids: Collection[str]) -> dict[str, Story]:
        raise TemporaryError("the ledger is away")


def test_a_ledger_that_is_away_is_no_bug_and_everything_stays_to_be_done() -> None:
    house = Newsroom(ledger=_AwayLedger())
    house.take("s1", 1)
    with pytest.raises(TemporaryError, match="away"):
        decide_alerts(house, house.troubles)
    assert house.troubles == []
    assert house.ledger.watermark(CHANGES) == 0


class _NoHistory(MemoryLedger):
    def alert_counts(self, since: datetime) -> Any:
        raise ZeroDivisionError("counts of nothing")


def test_what_is_owed_is_sent_whatever_step_fails(world: World) -> None:
    ledger = _NoHistory()
    world.ledger = ledger
    world.parts = replace(world.parts, ledger=ledger)
    world.process(a_page("a", "Canada and China agree on canola", RELEASE))
    decide_alerts(world.parts, [])
    assert send_due_digests(world.parts, world.findings) == 1
    assert "counts of nothing" in told(world.findings.troubles)


def test_a_source_whose_state_cannot_be_read_is_failing_in_the_receipt() -> None:
    good, evil = a_source("good"), a_source("evil")
    # A time without a zone cannot be compared with one that has it.
    states = {
        "good": FeedState("good", last_polled=NOON, last_success=NOON),
        "evil": FeedState("evil", last_polled=NOON.replace(tzinfo=None)),
    }
    receipt = write_receipt([evil, good], states, [], NOON)
    assert (receipt.due, receipt.read) == (1, 1)
    (fault,) = receipt.failing
    assert fault.name == evil.name
    assert "TypeError" in fault.why


def test_a_brief_leaves_out_the_story_that_cannot_be_written_and_counts_it() -> None:
    house = Newsroom(ledger=_LossyLedger())
    house.take("s1", 1, headline="Readable")
    house.take("s2", 2, headline="Unreadable")
    page = brief_of(house, NOON - timedelta(days=1))
    assert "Readable" in page
    assert "Unreadable" not in page
    assert "1 more" in page


def test_a_feed_leaves_out_the_story_that_cannot_be_written() -> None:
    good = a_stored("https://wire.example/1", title="Readable")
    # No XML can hold this language.
    evil = a_stored("https://wire.example/2", title="Unreadable", lang="\x00")
    entries = []
    for stored in (evil, good):
        entries.append(AtomEntry(an_alert(told=NOON), a_story(stored), stored))
    feed = write_atom(canola(), entries, "desk.example", NOON).decode()
    assert "Readable" in feed
    assert "Unreadable" not in feed


def test_halves_leave_out_only_what_fails_and_keep_the_order() -> None:
    settled: list[tuple[list[int], int]] = []
    skipped: list[tuple[int, int]] = []

    def settle(items: Sequence[int], seen: int) -> int:
        if 13 in items:
            raise ValueError
        settled.append((list(items), seen))
        return len(items)

    numbers = list(range(10, 20))
    number = settle_in_halves(
        numbers, 9, lambda item: item, settle, lambda item, seen, _: skipped.append((item, seen))
    )
    assert number == 9
    assert skipped == [(13, 12)]
    assert list(chain.from_iterable(items for items, _ in settled)) == [n for n in numbers if n != 13]
    assert all(items[0] == seen + 1 for items, seen in settled)


def test_a_trouble_names_what_where_and_what_to_do_in_one_line() -> None:
    troubles: list[Trouble] = []
    with KeptAside(troubles).guard("the digest of search x"):
        raise ValueError("\x1b[31mred\n" + "long" * 1000)
    (trouble,) = troubles
    assert trouble.text.startswith("the digest of search x could not be written")
    assert "report it" in trouble.text
    assert trouble.text.isprintable()
    assert len(trouble.text) < 500
