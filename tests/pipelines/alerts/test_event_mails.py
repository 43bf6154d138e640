"""One event, one mail: what a reader gets of reports of one event, or of a story that many searches match."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.alerts import story_alerts
from pipelines.alerts.exports import brief_of
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.beat.searches.channels import Channel
from pipelines.model import Carrying, EventOutline, EventPrint, StoryChange, StoryEvent
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident
from tests.pipelines.alerts.newsroom_mail import UPDATED, Newsroom, canola
from tests.pipelines.alerts.values import parts, read

#: Marks that link any two stories that have them.
FIRE = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}
STRIKE = {"name:halifax": 3.0, "name:longshore": 3.0, "number:12e3": 3.0, "name:bedford": 3.0}


def report(house: Newsroom, n: int, marks: dict[str, float] | None = None, **fields: Any) -> None:
    """Take a story of one report, and link it to the others of its event."""
    title = fields.pop("title", f"Canola terminal burns, report {n}")
    at = fields.pop("at", house.clock.at)
    stored = a_stored(n, title=title, collected=house.clock.at)
    house.take(f"s{n}", n, headline=title, stored=stored, first_seen=at, last_seen=at, **fields)
    relate_events(house.ledger, EventPrint(f"s{n}", at, "en", marks or FIRE))


def told(house: Newsroom) -> dict[str, str | None]:
    """Return the mail in which each story was told, by search and story."""
    found = {}
    for alert in house.ledger.alerts(states=["told"]):
        if alert.reason == "new":
            found[f"{alert.search_id} {alert.story_id}"] = alert.mail
    return found


# -- one search ------------------------------------------------------------------


def test_reports_of_one_event_are_one_mail_that_shows_them_all() -> None:
    house = Newsroom()
    for n in range(1, 5):
        report(house, n)
    assert house.tell() == ["canola:s1:new"]
    plain, html = parts(read(house.inbox.taken[0]))
    for n in range(1, 5):
        assert f"Canola terminal burns, report {n}" in plain
        assert f"https://daily.example/{n}" in html
    assert set(told(house).values()) == {"canola:s1:new"}
    assert house.later(days=1).tell() == []


def test_an_event_of_more_reports_than_a_mail_names_beside_a_story_shows_them_all() -> None:
    house = Newsroom()
    for n in range(1, 21):
        report(house, n)
    assert house.tell() == ["canola:s1:new"], "twenty reports of one event are no flood"
    plain = parts(read(house.inbox.taken[0]))[0]
    assert all(f"report {n}\n" in plain for n in range(1, 21))


def test_two_events_are_two_mails() -> None:
    house = Newsroom()
    for n, marks in ((1, FIRE), (2, STRIKE), (3, FIRE), (4, STRIKE)):
        report(house, n, marks)
    assert house.tell() == ["canola:s1:new", "canola:s2:new"]


def test_who_waits_for_two_reports_gets_one_mail_of_both() -> None:
    house = Newsroom(canola(min_independent=2))
    report(house, 1)
    assert house.tell() == []
    house.later(minutes=5)
    for n in (2, 3, 4):
        report(house, n)
    assert house.tell() == ["canola:s1:new"]
    assert len(told(house)) == 4


def test_a_later_report_comes_the_next_morning_as_an_answer_to_the_first_mail() -> None:
    house = Newsroom()
    report(house, 1)
    house.tell()
    house.later(hours=3)
    report(house, 2)
    assert house.tell() == []
    (key,) = house.at("2026-01-18T13:01").tell()
    assert key.startswith("canola::digest:")
    first, later = map(read, house.inbox.taken)
    assert later["In-Reply-To"] == first["Message-ID"]
    assert "report 2" in parts(later)[0]
    assert "ANOTHER REPORT · Canola" in parts(later)[0]
    assert house.later(days=1).tell() == []


def test_a_threshold_tells_the_reports_since_and_leaves_none_for_the_morning() -> None:
    house = Newsroom(canola(reports=(3, 5)))
    report(house, 1)
    house.tell()
    report(house, 2)
    assert house.later(minutes=5).tell() == []
    report(house, 3)
    assert house.later(minutes=5).tell() == ["canola:s1:spread:reports-3"]
    first, later = map(read, house.inbox.taken)
    plain = parts(later)[0]
    assert later["In-Reply-To"] == first["Message-ID"]
    assert "report 2" in plain
    assert "report 3" in plain
    report(house, 4)
    assert house.later(minutes=5).tell() == []
    report(house, 5)
    assert house.later(minutes=5).tell() == ["canola:s1:spread:reports-5"], "once for the event"
    assert len(told(house)) == 5
    assert house.later(days=1).tell() == []


def test_who_wants_each_story_gets_each() -> None:
    house = Newsroom(canola(group="story"))
    for n in range(1, 4):
        report(house, n)
    assert house.tell() == ["canola:s1:new", "canola:s2:new", "canola:s3:new"]


def test_reports_that_are_far_from_the_first_are_another_mail() -> None:
    house = Newsroom()
    for day in range(4):
        report(house, day + 1, at=NOON + timedelta(days=day))
    keys = house.tell()
    assert keys == ["canola:s1:new", "canola:s4:new"], "a chain of days is no event"


def test_an_event_takes_one_place_below_a_ceiling() -> None:
    house = Newsroom(canola(ceiling=2))
    for n in (1, 2, 3):
        report(house, n)
    report(house, 4, STRIKE)
    assert house.tell() == ["canola:s1:new", "canola:s4:new"]


def test_an_event_beyond_the_ceiling_comes_the_next_day_as_one_item() -> None:
    house = Newsroom(canola(ceiling=1))
    report(house, 1, STRIKE)
    for n in (2, 3):
        report(house, n)
    assert house.tell() == ["canola:s1:new", "canola::ceiling:2026-01-17"]
    (key,) = house.later(days=1, hours=2).tell()
    plain = parts(read(house.inbox.taken[-1]))[0]
    assert plain.count("OTHER REPORTS OF THE SAME EVENT") == 1
    assert "report 2" in plain
    assert "report 3" in plain
    assert set(told(house).values()) == {"canola:s1:new", key}


def test_a_digest_shows_an_event_once_with_its_reports() -> None:
    house = Newsroom(canola(cadence="daily"))
    house.tell()
    for n in (1, 2, 3):
        report(house, n)
    report(house, 4, STRIKE, title="Canola port on strike")
    decide_alerts(house, house.troubles)
    house.later(hours=2).tell()
    plain = parts(read(house.inbox.taken[0]))[0]
    assert plain.count("\n* ") == 2
    assert plain.index("report 1") < plain.index("report 2") < plain.index("port on strike")


def test_changes_of_two_reports_are_two_mails_in_one_thread() -> None:
    house = Newsroom()
    for n in (1, 2):
        report(house, n)
    house.tell()
    house.later(hours=1)
    for n in (1, 2):
        gone = StoryEvent(f"s{n}", house.clock.at, StoryChange.GONE, "gone: 404", ident(n), 2, material=True)
        house.take(f"s{n}", n, history=(gone,), independent=2)
    assert len(house.tell()) == 2
    first, *later = map(read, house.inbox.taken)
    assert {mail["In-Reply-To"] for mail in later} == {first["Message-ID"]}


def test_reports_that_fall_into_two_transactions_are_no_two_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_alerts, "CHUNK", 1)
    house = Newsroom(canola(reports=(2,)))
    for n in (1, 2, 3):
        report(house, n)
    assert len(house.tell()) == 1
    house.later(days=1).tell()
    assert len(house.inbox.keys) == 2
    assert len(told(house)) == 3


def test_a_release_and_its_translation_are_one_text_and_one_mail() -> None:
    house = Newsroom(canola(), canola(id="two", min_independent=2, to=("two@a.example",)))
    for n, lang in ((1, "en"), (2, "zh")):
        house.take(f"s{n}", n, headline=f"Release {n}", languages=(lang,))
        marks = EventPrint(f"s{n}", NOON, lang, FIRE, "by:cgtn", "GlobeNewswire")
        relate_events(house.ledger, marks)
    assert house.tell() == ["canola:s1:new"]
    for text in parts(read(house.inbox.taken[0])):
        assert "probably a translation" in text
        assert "independent reports" not in text


def test_a_rewrite_is_named_beside_its_text_and_counts_with_it() -> None:
    house = Newsroom(canola(), canola(id="two", min_independent=2, to=("two@a.example",)))
    told_twice = EventOutline(tuple((f"name{n}", f"{n}", f"{n}000") for n in range(8)))
    for n, voice in ((1, "from:a"), (2, "from:b")):
        house.take(f"s{n}", n, headline=f"Report {n}")
        relate_events(house.ledger, EventPrint(f"s{n}", NOON, "en", FIRE, voice, outline=told_twice))
    assert house.tell() == ["canola:s1:new"]
    for text in parts(read(house.inbox.taken[0])):
        assert "rewritten from the first" in text
        assert "independent reports" not in text


# -- several searches ------------------------------------------------------------------


def test_a_story_that_two_searches_of_one_reader_match_is_one_mail_naming_both() -> None:
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="terminal"))
    report(house, 1)
    assert house.tell() == ["canola:s1:new"]
    mail = house.inbox.taken[0]
    for text in parts(read(mail)):
        assert "“Canola”" in text
        assert "“Ports”" in text
    assert set(told(house)) == {"canola s1", "ports s1"}


def test_each_search_of_a_mail_says_the_words_that_matched_it() -> None:
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="terminal OR harbour"))
    report(house, 1)
    house.tell()
    for text in parts(read(house.inbox.taken[0])):
        assert "“Canola”: “Canola”" in text
        assert "“Ports”: “terminal”" in text


def test_words_of_a_search_of_another_reader_are_not_said() -> None:
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="terminal", to=("crew@a.example",)))
    report(house, 1)
    house.tell()
    said = [parts(read(mail))[0] for mail in house.inbox.taken]
    assert ["“Canola”" in text for text in said] == [True, False]
    assert ["“terminal”" in text for text in said] == [False, True]


def test_each_reader_of_overlapping_searches_gets_one_mail() -> None:
    house = Newsroom(
        canola(to=("desk@a.example", "boss@a.example")),
        canola(id="ports", name="Ports", query="terminal", to=("desk@a.example", "crew@a.example")),
    )
    report(house, 1)
    house.tell()
    readers: list[str] = []
    for mail in house.inbox.taken:
        readers.extend(mail.to)
    assert sorted(readers) == ["boss@a.example", "crew@a.example", "desk@a.example"]
    assert len(set(house.inbox.keys)) == 3
    by_reader = {mail.to[0]: parts(read(mail))[0] for mail in house.inbox.taken}
    assert "Ports" not in by_reader["boss@a.example"]
    assert "Canola”" not in by_reader["crew@a.example"]


def test_mails_of_two_readers_have_message_ids_of_their_own_and_one_thread() -> None:
    house = Newsroom(
        canola(to=("desk@a.example", "boss@a.example")),
        canola(id="ports", name="Ports", query="terminal", to=("desk@a.example",)),
    )
    report(house, 1)
    house.tell()
    first, twin = map(read, house.inbox.taken)
    assert first["Message-ID"] != twin["Message-ID"]
    assert (first["References"], twin["References"]) == (None, first["Message-ID"])
    house.later(hours=1)
    gone = StoryEvent("s1", house.clock.at, StoryChange.GONE, "gone: 404", ident(1), 2, material=True)
    house.take("s1", 1, history=(gone,))
    house.tell()
    later = read(house.inbox.taken[-1])
    assert later["References"] == first["Message-ID"]


def test_different_reports_of_one_event_in_two_searches_are_one_mail() -> None:
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="harbour"))
    report(house, 1, title="Canola burns")
    report(house, 2, title="Harbour closed by fire")
    assert house.tell() == ["canola:s1:new"]
    assert "Harbour closed" in parts(read(house.inbox.taken[0]))[0]
    assert set(told(house)) == {"canola s1", "ports s2"}


def test_a_search_that_matches_later_tells_nothing_that_its_reader_knows() -> None:
    house = Newsroom(canola(), canola(id="two", query="canola", min_independent=2))
    report(house, 1)
    assert house.tell() == ["canola:s1:new"]
    house.later(hours=1)
    report(house, 2)
    assert house.tell() == []
    assert told(house)["two s1"] == "canola:s1:new"
    (key,) = house.at("2026-01-18T13:01").tell()
    assert told(house)["canola s2"] == told(house)["two s2"] == key


def test_an_edit_of_a_story_that_two_searches_told_is_one_mail() -> None:
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="duties"))
    before = a_stored(1, title="Canola duties", body="The duty is 75 per cent, the ministry said on Monday.")
    house.take("s1", 1, stored=before)
    house.tell()
    house.later(hours=1)
    body = "The duty is 85 per cent, the ministry said on Monday."
    after = a_stored(
        1, title="Canola duties", body=body, version=2, outcome=UPDATED, collected=house.clock.at
    )
    line = StoryEvent("s1", house.clock.at, StoryChange.UPDATE, "changed", ident(1), 2, True)
    house.take("s1", 1, stored=after, history=(line,))
    assert len(house.tell()) == 1


def test_searches_of_different_readers_stay_apart() -> None:
    house = Newsroom(canola(), canola(id="ports", query="terminal", to=("port@a.example",)))
    report(house, 1)
    assert house.tell() == ["canola:s1:new", "ports:s1:new"]


def test_a_search_with_quiet_hours_does_not_repeat_what_another_told_its_reader() -> None:
    house = Newsroom(canola(quiet=(time(6), time(9))), canola(id="ports", query="terminal"))
    report(house, 1)
    assert house.tell() == ["ports:s1:new"]
    assert house.at("2026-01-17T14:01").tell() == []
    assert told(house)["canola s1"] == "ports:s1:new"


def test_a_ceiling_counts_a_mail_that_two_searches_share() -> None:
    house = Newsroom(canola(ceiling=1), canola(id="ports", name="Ports", query="terminal", ceiling=1))
    report(house, 1)
    assert house.tell() == ["canola:s1:new"]
    report(house, 2, STRIKE)
    assert sorted(house.tell()) == ["canola::ceiling:2026-01-17", "ports::ceiling:2026-01-17"]


# -- channels, faults, crashes ------------------------------------------------------------------


def test_a_channel_gets_one_document_with_all_reports() -> None:
    house = Newsroom(
        canola(to=(), channels=("room",)), canola(id="ports", query="terminal", to=(), channels=("room",))
    )
    house.beat = replace(house.beat, channels=(Channel("room", "https://intake.example/", None),))
    for n in (1, 2):
        report(house, n)
    assert house.tell() == ["canola:s1:new"]
    document = json.loads(house.inbox.taken[0].message)
    assert [item["story"]["id"] for item in document["items"]] == ["s1", "s2"]


def test_a_report_that_cannot_be_written_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.alerts import story_facts

    shown = story_facts.first_lines

    def faulty(body: str, *rest: Any) -> Any:
        if "unspeakable" in body:
            raise ValueError("a bug")
        return shown(body, *rest)

    monkeypatch.setattr(story_facts, "first_lines", faulty)
    house = Newsroom()
    report(house, 1)
    house.take("s2", 2, headline="Bad", stored=a_stored(2, title="Canola", body="unspeakable " * 20))
    relate_events(house.ledger, EventPrint("s2", NOON, "en", FIRE))
    report(house, 3)
    house.tell()
    assert "canola s1" in told(house)
    assert "canola s3" in told(house)
    assert len(house.troubles) == 1


def test_a_run_that_is_killed_before_it_settles_repeats_and_loses_nothing(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    house = Newsroom(canola(), canola(id="ports", name="Ports", query="terminal"), ledger=open_ledger(url))
    for n in (1, 2):
        report(house, n)
    ledger = house.ledger

    class Killed(BaseException):
        """What ends a process, which nothing in it catches."""

    class Mortal:
        """A ledger whose process dies as it settles."""

        def __getattr__(self, name: str) -> Any:
            if name == "settle":
                raise Killed
            return getattr(ledger, name)

    house.ledger = Mortal()  # type: ignore[assignment]
    with pytest.raises(Killed):
        decide_alerts(house, house.troubles)
    house.ledger = ledger
    assert decide_alerts(house, house.troubles) == 1
    assert decide_alerts(house, house.troubles) == 0
    assert [mail.key for mail in ledger.mails()] == ["canola:s1:new"]
    ledger.close()


# -- texts inside pages of others -----------------------------------------------


def test_a_mail_and_the_brief_say_that_a_round_up_carries_the_text() -> None:
    house = Newsroom()
    report(house, 1)
    round_up = a_stored(2, title="The week in trade", collected=NOON)
    carried = Carrying(ident(2), ident(1), 1.0, 120, 40)
    house.decide(a_page_placed(round_up, a_story("s2", 2), carries=(carried,)))
    house.tell()
    for text in (*parts(read(house.inbox.taken[0])), brief_of(house, NOON - timedelta(days=1))):
        assert text.count("also carried inside 1 page") == 1


# -- the brief -------------------------------------------------------------------


def test_the_brief_shows_reports_of_one_event_together_each_once() -> None:
    house = Newsroom()
    report(house, 1)
    report(house, 2, STRIKE, title="Dockers walk out")
    report(house, 3)
    page = brief_of(house, NOON - timedelta(days=1))
    for title in ("Canola terminal burns, report 1", "Canola terminal burns, report 3", "Dockers walk out"):
        assert page.count(title) == 1
    assert page.count("Other reports of the same event") == 1
    assert page.count("<article>") == 2
    assert "more stories" not in page
