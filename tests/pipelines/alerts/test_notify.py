"""What readers are told, step by step, whatever becomes of the stories.

Each thing is told once, when they want it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from crawlers.errors import TemporaryError
from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.mail import SmtpMailer
from pipelines.alerts.context import mail_context_of
from pipelines.alerts.outbox import LEAST_TRIES
from pipelines.alerts.story_alerts import CHANGES, decide_alerts
from pipelines.alerts.verdict import MailNotes, SearchVerdict, verdict
from pipelines.model import Alert, EventPrint, SavedSearch, StoryChange, StoryEvent, TroubleKind
from pipelines.model.search import Cadence
from pipelines.stories.event_links import relate_events
from tests import smtp_server
from tests.builders import NOON, a_publisher, a_stamp
from tests.contracts.ledger_values import a_stored, a_story, ident
from tests.pipelines.alerts.newsroom_mail import UPDATED, Newsroom, canola
from tests.pipelines.alerts.values import parts, read


def test_a_story_is_told_once_however_it_grows() -> None:
    house = Newsroom()
    house.take("s1", 1)
    assert house.tell() == ["canola:s1:new"]
    house.take("s1", 1, 2)
    assert house.tell() == []


def test_a_joined_story_and_one_with_a_new_head_are_not_told_again() -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.take("s2", 2)
    assert sorted(house.tell()) == ["canola:s1:new", "canola:s2:new"]
    house.take("s1", 1, 2, 3, joined_story_ids=("s2",))
    assert house.tell() == []
    house.take(
        "s4", 4, 1, 2, 3, joined_story_ids=("s1",), stored=a_stored(4, title="Canola, the earlier report")
    )
    assert house.tell() == []


def test_a_new_story_that_takes_in_a_told_one_is_not_told() -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.tell()
    house.take("s2", 2)
    house.take("s2", 2, 1, 3, joined_story_ids=("s1",))
    assert house.tell() == []


def test_growth_is_told_at_thresholds_as_an_answer_to_the_first_mail() -> None:
    house = Newsroom(canola(copies=(2, 3)))
    house.take("s1", 1)
    house.tell()
    house.take("s1", 1, 2)
    assert house.tell() == []
    house.take("s1", 1, 2, 3)
    assert house.tell() == ["canola:s1:spread:copies-2"]
    first, later = map(read, house.inbox.taken)
    assert later["In-Reply-To"] == first["Message-ID"]
    assert "2 copies are known" in parts(later)[0]


def test_a_material_change_is_told_with_what_changed() -> None:
    house = Newsroom()
    house.take(
        "s1",
        1,
        stored=a_stored(
            1, title="Canola duties", body="The duty is 75 per cent, the ministry said on Monday."
        ),
    )
    house.tell()
    house.later(hours=1)
    after = a_stored(
        1,
        title="Canola duties",
        body="The duty is 85 per cent, the ministry said on Monday.",
        version=2,
        outcome=UPDATED,
        collected=house.clock.at,
    )
    line = StoryEvent("s1", house.clock.at, StoryChange.UPDATE, "changed", ident(1), 2, True)
    house.take("s1", 1, stored=after, history=(line,))
    (key,) = house.tell()
    assert key.startswith("canola:s1:update:")
    plain = parts(read(house.inbox.taken[-1]))[0]
    assert "Number changed: 75" in plain
    assert "now: The duty is 85 per cent" in plain
    assert house.later(hours=1).tell() == []


def test_a_page_that_was_taken_away_is_told_and_small_edits_are_not() -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.tell()
    house.later(hours=1)
    at = house.clock.at
    small = StoryEvent("s1", at, StoryChange.UPDATE, "a comma", ident(1), 2, material=False)
    gone = StoryEvent("s1", at, StoryChange.GONE, "the page is gone: 404", ident(1), 2, material=True)
    house.take("s1", 1, 2, history=(small, gone))
    house.tell()
    assert "The page is gone: 404" in parts(read(house.inbox.taken[-1]))[0]
    assert "Taken away: " in house.inbox.taken[-1].subject
    assert len(house.inbox.taken) == 2


@pytest.mark.parametrize("is_material", [True, False])
def test_another_origin_is_told_and_a_second_carrier_alone_is_not(is_material: bool) -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.tell()
    house.later(hours=1)
    text = "carrier changed from GlobeNewswire to PR Newswire, because of what the page of Wire says"
    line = StoryEvent("s1", house.clock.at, StoryChange.ORIGIN, text, ident(1), material=is_material)
    house.take("s1", 1, 2, history=(line,))
    house.tell()
    subjects = [mail.subject for mail in house.inbox.taken[1:]]
    assert len(subjects) == is_material
    for subject in subjects:
        assert "Another origin: " in subject


def test_a_late_and_a_redated_article_are_new_and_a_backfilled_one_is_not() -> None:
    house = Newsroom(canola(), canola(id="past", backfill=True, to=("archive@newsroom.example",)))
    stored = a_stored(1, title="Canola in 2019")
    house.take("s1", 1, stored=replace(stored, article=replace(stored.article, published=None)))
    assert house.tell() == ["canola:s1:new", "past:s1:new"]
    old = a_stored(2, title="Canola in 2018")
    house.take("s2", 2, stored=replace(old, article=replace(old.article, flags=("backfill",))))
    assert house.tell() == ["past:s2:new"]


def test_a_story_waits_for_a_second_report() -> None:
    house = Newsroom(canola(min_independent=2))
    house.take("s1", 1)
    assert house.tell() == []
    house.take("s1", 1, 2, independent=2)
    assert house.tell() == ["canola:s1:new"]


def test_a_daily_digest_comes_at_its_hour_with_all_of_the_day_in_one_mail() -> None:
    house = Newsroom(canola(cadence="daily", at=time(8)))
    assert house.tell() == [], "the first slot has nothing to look back on"
    for n in (1, 2):
        house.take(f"s{n}", n)
    assert house.later(minutes=30).tell() == []  # 07:30 in Ottawa
    (key,) = house.later(minutes=31).tell()
    plain = parts(read(house.inbox.taken[0]))[0]
    assert "2 stories" in plain
    assert key.startswith("canola::digest:")
    assert house.later(minutes=15).tell() == []
    assert house.later(days=1).tell() == [], "nothing new, and no empty digest asked for"


@pytest.mark.parametrize("days", [3, 3653])
def test_digests_go_on_after_a_clock_that_was_ahead_once(days: int) -> None:
    house = Newsroom(canola(cadence="daily", at=time(8)))
    house.tell()
    house.later(days=days).tell()
    house.later(days=-days)
    house.take("s1", 1)
    house.tell()
    (key,) = house.later(minutes=61).tell()
    assert key.startswith("canola::digest:")
    # When the hours come that the wrong clock has served, their mails are not taken for sent.
    told = 0
    for number, wait in ((2, 1), (3, days - 1)):
        house.take(f"s{number}", number)
        house.tell()
        told += len(house.later(days=wait).tell())
    assert told == 2


def test_no_pause_is_told_for_a_clock_that_was_ahead() -> None:
    house = Newsroom()
    house.tell()
    house.later(days=3).tell()
    house.later(days=-3).tell()
    assert mail_context_of(house).receipt.pause is None
    house.later(hours=9).tell()
    assert mail_context_of(house).receipt.pause is not None


def test_an_empty_digest_is_sent_where_asked() -> None:
    house = Newsroom(canola(cadence="hourly", empty=True))
    house.tell()
    assert len(house.later(hours=1).tell()) == 1
    assert "nothing new" in house.inbox.taken[0].subject


def test_a_long_pause_of_ours_is_noted_for_a_week() -> None:
    house = Newsroom()
    house.tell()
    house.later(hours=5).tell()
    assert mail_context_of(house).receipt.pause is None
    since = house.clock.at
    house.later(hours=9).tell()
    for days in (0, 6):
        house.later(days=days)
        assert mail_context_of(house).receipt.pause == (since, since + timedelta(hours=9))
    assert mail_context_of(house.later(days=2)).receipt.pause is None


def test_stories_joined_before_the_digest_stand_in_it_once() -> None:
    house = Newsroom(canola(cadence="daily"))
    house.tell()
    house.take("s1", 1)
    house.take("s2", 2)
    decide_alerts(house, house.troubles)
    house.take("s1", 1, 2, 3, joined_story_ids=("s2",))
    house.later(hours=2).tell()
    assert "1 story" in parts(read(house.inbox.taken[0]))[0]
    assert house.ledger.alerts(states=["held"]) == []
    assert house.later(days=1).tell() == []


def test_growth_that_was_told_under_another_name_is_no_line_of_a_digest() -> None:
    house = Newsroom(canola(cadence="daily", copies=(2,)))
    house.tell()
    for members in ((1,), (1, 2), (1, 2, 3)):
        house.take("s1", *members)
    decide_alerts(house, house.troubles)
    house.later(hours=2).tell()
    for members in ((4,), (4, 5), (4, 5, 6)):
        house.take("s4", *members)
    decide_alerts(house, house.troubles)
    house.take("s1", 1, 2, 3, 4, 5, 6, 7, joined_story_ids=("s4",))
    assert house.later(days=1).tell() == [], "s4 is s1, which was told with its copies"
    assert house.ledger.alerts(states=["held"]) == []


def test_a_story_that_spread_before_it_was_told_is_told_once() -> None:
    house = Newsroom(canola(copies=(50,)))
    for n in range(1, 7):
        stored = a_stored(n, title="Canola duties", published=a_stamp(NOON + timedelta(minutes=n)))
        house.take("s1", *range(1, n + 1), stored=stored)
    assert house.tell() == ["canola:s1:new"]
    house.take("s1", *range(1, 8))
    assert house.tell() == [], "its first mail showed the six sites"


def test_quiet_hours_hold_back_and_then_tell_in_one_mail() -> None:
    house = Newsroom(canola(quiet=(time(22), time(7)))).at("2026-01-17T04:00")  # 23:00 in Ottawa
    house.take("s1", 1)
    house.take("s2", 2)
    assert house.tell() == []
    (key,) = house.at("2026-01-17T12:05").tell()
    assert key.startswith("canola::digest:")
    house.take("s3", 3)
    assert house.later(minutes=5).tell() == ["canola:s3:new"]


def test_beyond_the_ceiling_one_mail_says_so_and_the_rest_comes_next_day() -> None:
    house = Newsroom(canola(ceiling=2))
    for n in range(1, 6):
        house.take(f"s{n}", n)
    keys = house.tell()
    assert [key.split(":")[2] for key in keys] == ["new", "new", "ceiling"]
    house.take("s6", 6)
    assert house.later(hours=1).tell() == []
    house.at("2026-01-18T13:01").tell()
    assert "4 stories" in house.inbox.taken[-1].subject
    house.take("s7", 7)
    assert house.later(minutes=1).tell() == ["canola:s7:new"]


def test_the_day_of_a_ceiling_is_the_readers() -> None:
    house = Newsroom(canola(ceiling=1)).at("2026-01-17T15:00")  # 10:00 in Ottawa
    for n in (1, 2):
        house.take(f"s{n}", n)
    assert house.tell() == ["canola:s1:new", "canola::ceiling:2026-01-17"]
    house.take("s3", 3)
    assert house.at("2026-01-18T02:00").tell() == [], "21:00 of the same day, though UTC has another"
    assert len(house.at("2026-01-18T13:00").tell()) == 1, "what was held back"
    house.take("s4", 4)
    assert house.at("2026-01-18T15:00").tell() == ["canola::ceiling:2026-01-18"]


def test_an_hourly_search_stops_at_its_ceiling_and_loses_nothing() -> None:
    house = Newsroom(canola(cadence="hourly", ceiling=2))
    house.tell()
    kinds = []
    for n in range(1, 6):
        house.take(f"s{n}", n)
        kinds += [key.split(":")[2] for key in house.later(hours=1).tell()]
    assert kinds == ["digest", "digest", "ceiling"]
    house.at("2026-01-18T05:00").tell()  # midnight in Ottawa
    assert "3 stories" in house.inbox.taken[-1].subject


def test_a_spike_beyond_the_ceiling_waits_for_the_morning() -> None:
    house = Newsroom(canola(reasons=("new", "spike"), ceiling=1))
    number = 0
    for day in range(10):
        for _ in range(1 if day < 9 else 9):
            number += 1
            house.take(f"s{number}", number)
        house.tell()
        house.later(days=1 if day < 9 else 0)
    assert not any("spike" in key for key in house.inbox.keys)
    house.at("2026-01-27T13:00").tell()
    assert "9 new stories on Mon 26 Jan" in parts(read(house.inbox.taken[-1]))[0]


def test_what_comes_all_at_once_after_an_outage_is_one_mail_of_it_all() -> None:
    house = Newsroom(canola(), canola(id="few", query="peas"))
    for n in range(1, 301):
        house.take(f"s{n}", n, headline=f"Canola {n}")
    house.take("s301", 301, stored=a_stored(301, title="Peas"))
    assert sorted(key.split(":")[0] for key in house.tell()) == ["canola", "few"]
    assert "300 stories" in house.inbox.taken[-1].subject
    house.take("s302", 302)
    assert house.later(minutes=5).tell() == ["canola:s302:new"]


def test_a_search_that_is_added_tells_of_what_comes_and_not_of_what_there_was() -> None:
    house = Newsroom()
    for n in range(1, 40):
        house.take(f"s{n}", n)
    house.tell()
    house.beat = Newsroom(canola(), canola(id="added", to=("new@newsroom.example",))).beat
    assert house.later(minutes=5).tell() == []
    house.take("s40", 40)
    assert house.later(minutes=5).tell() == ["canola:s40:new", "added:s40:new"]


def test_why_a_story_was_not_told_is_said_for_sure() -> None:
    house = Newsroom(canola(), canola(id="past", backfill=True))
    old = a_stored(1, title="Canola in 2018")
    house.take("s1", 1, stored=replace(old, article=replace(old.article, flags=("backfill",))))

    def why(search: SavedSearch, past: set[str]) -> SearchVerdict:
        documents = [d for _, d in house.ledger.arrivals_since(0)]
        story = house.ledger.stories(["s1"])["s1"]
        known = [a for a in house.ledger.alerts(stories=["s1"]) if a.search_id == search.id]
        up_to = house.ledger.watermark(CHANGES)
        return verdict(search, documents, story, known, MailNotes({}), decided_up_to=up_to, past=past)

    assert why(canola(), {ident(1)}).did == "not yet"
    house.tell()
    assert "fetched from the past" in why(canola(), {ident(1)}).why
    assert why(canola(id="past", backfill=True), {ident(1)}).did == "told"
    assert "before the search was added" in why(canola(id="added"), set()).why


@pytest.mark.parametrize(
    ("cadence", "why"),
    [
        ("daily", "for its mail of 2026-01-18 13:00 UTC (daily)"),
        (
            "immediate",
            "for its mail of 2026-01-18 13:00 UTC: a further report of an event that was told, "
            "quiet hours, or the ceiling of mails a day",
        ),
    ],
)
def test_why_a_mail_waits_is_said(cadence: Cadence, why: str) -> None:
    search = canola(cadence=cadence)
    held = Alert("canola", "s1", "new", due=datetime(2026, 1, 18, 13, tzinfo=UTC))
    found = verdict(search, [], a_story("s1", 1), [held], MailNotes({}), decided_up_to=0)
    assert (found.did, found.why) == ("held", why)


def test_conditions_of_a_search_hold() -> None:
    house = Newsroom(canola(tiers=(1,)))
    house.take("s1", 1)
    first = a_stored(2, title="Canola", publisher=a_publisher(tier=1))
    house.take("s2", 2, stored=first)
    assert house.tell() == ["canola:s2:new"]


def test_a_spike_is_told_once_a_day() -> None:
    house = Newsroom(canola(reasons=("spike",)))
    number = 0
    for day in range(10):
        for _ in range(2 if day < 9 else 12):
            number += 1
            house.take(f"s{number}", number)
        house.tell()
        house.later(days=1 if day < 9 else 0)
    assert house.inbox.keys == ["canola::spike:2026-01-26"]
    assert "AMONG TODAY’S STORIES\n- Story s30\n" in parts(read(house.inbox.taken[0]))[0]
    assert house.tell() == []


def test_a_coverage_receipt_comes_once_a_day_at_the_readers_hour() -> None:
    house = Newsroom(canola(reasons=("watch",), at=time(8)))
    house.tell()
    before = house.inbox.keys
    assert house.later(hours=1, minutes=1).tell() == ["canola::watch:2026-01-17"]
    assert house.later(hours=2).tell() == []
    assert before == ["canola::watch:2026-01-16"]


def test_a_paused_search_is_told_nothing_and_keeps_what_it_held() -> None:
    house = Newsroom(canola(cadence="daily"))
    house.tell()
    house.take("s1", 1)
    house.tell()
    active = house.beat
    house.beat = replace(
        active,
        searches=(replace(active.searches[0], search=replace(active.searches[0].search, enabled=False)),),
    )
    assert house.later(days=1).tell() == []
    house.beat = active
    assert len(house.later(days=1).tell()) == 1


def test_two_workers_decide_once(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    one, two = Newsroom(ledger=open_ledger(url)), Newsroom(ledger=open_ledger(url))
    one.take("s1", 1)

    class Slow:
        """A ledger that another worker overtakes right before it settles."""

        def __init__(self) -> None:
            self.overtaken = False

        def __getattr__(self, name: str) -> Any:
            if name == "settle" and not self.overtaken:
                self.overtaken = True
                decide_alerts(two, two.troubles)
            return getattr(ledger, name)

    ledger = one.ledger
    one.ledger = Slow()  # type: ignore[assignment]
    assert decide_alerts(one, one.troubles) == 0
    assert [m.key for m in ledger.mails()] == ["canola:s1:new"]
    assert [a.state for a in ledger.alerts()] == ["told"]
    ledger.close()
    two.ledger.close()


def test_a_failing_server_delays_mails_with_growing_pauses() -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.inbox.error = TemporaryError("451 busy")
    pauses = []
    for _ in range(3):
        house.tell()
        (mail,) = house.ledger.mails()
        assert mail.not_before is not None
        pauses.append(mail.not_before - house.clock.at)
        house.clock.at = mail.not_before
    assert all(timedelta(minutes=2**n) <= p <= timedelta(minutes=1.2 * 2**n) for n, p in enumerate(pauses))
    house.inbox.error = None
    assert house.tell() == ["canola:s1:new"]


def test_a_headline_does_not_decide_whether_a_mail_is_tried_again() -> None:
    house = Newsroom()
    house.take("s1", 1, headline="The offer was refused for good")
    house.inbox.error = TemporaryError("451 busy")
    house.tell()
    assert [trouble.kind for trouble in house.troubles] == [TroubleKind.TEMPORARY]


def test_a_mail_is_given_up_after_five_days_and_stays_visible() -> None:
    house = Newsroom()
    house.take("s1", 1)
    house.inbox.error = TemporaryError("451 busy")
    for _ in range(LEAST_TRIES):
        house.tell()
        house.later(hours=8)
    assert [m.state for m in house.ledger.mails()] == ["due"]
    house.later(days=2).tell()
    assert [m.state for m in house.ledger.mails()] == ["failed"]
    (trouble, *_) = house.troubles[-1:]
    assert "is given up after 13 tries in 6 days" in trouble.text
    assert "451 busy" in trouble.text
    assert "refused for good" not in trouble.text, "no server refused it"
    assert trouble.kind is TroubleKind.PERMANENT, "nothing is tried again"


def _notes_of(house: Newsroom) -> dict[str, str]:
    (mail,) = house.ledger.mails()
    notes = {}
    for address, answer in mail.answers.items():
        notes[address] = answer.state
    return notes


def test_each_recipient_is_served_refused_or_given_up_alone() -> None:
    server = smtp_server.Inbox(gone="550 5.1.1 no such user", full="452 4.2.2 mailbox full")
    desk = canola(to=("a@desk.example", "gone@desk.example", "full@desk.example"))
    with smtp_server.a_server(server) as port:
        house = Newsroom(desk, mailer=SmtpMailer(f"smtp://127.0.0.1:{port}"))
        house.take("s1", 1)
        house.tell()
        served = {"a@desk.example": "sent", "gone@desk.example": "paused"}
        assert _notes_of(house) == served | {"full@desk.example": "due"}
        (refused,) = [t for t in house.troubles if t.kind is TroubleKind.PERMANENT]
        assert "gone@desk.example is refused and gets no mail from now on" in refused.text
        for _ in range(LEAST_TRIES):
            house.later(hours=11).tell()
        house.later(hours=8).tell()
    assert _notes_of(house) == served | {"full@desk.example": "failed"}
    assert [to for to, _ in server.taken] == [["a@desk.example"]], "nobody is served twice"
    given_up = house.troubles[-1]
    assert given_up.kind is TroubleKind.PERMANENT
    assert "full@desk.example is given up after 13 tries in 5 days" in given_up.text
    assert "452 4.2.2 mailbox full" in given_up.text
    about_gone = [t for t in house.troubles if "gone@desk.example" in t.text]
    assert about_gone == [refused], "who was refused is not asked again"
    before = len(house.troubles)
    house.later(days=1).tell()
    assert len(house.troubles) == before, "what is given up is told once"


def test_a_recipient_who_is_taken_at_last_is_not_given_up() -> None:
    server = smtp_server.Inbox(full="452 4.2.2 mailbox full")
    with smtp_server.a_server(server) as port:
        house = Newsroom(
            canola(to=("a@desk.example", "full@desk.example")),
            mailer=SmtpMailer(f"smtp://127.0.0.1:{port}"),
        )
        house.take("s1", 1)
        house.tell()
        for _ in range(LEAST_TRIES - 1):
            house.later(hours=11).tell()
        del server.answers["full"]
        house.later(hours=8).tell()
    assert set(_notes_of(house).values()) == {"sent"}
    assert [to for to, _ in server.taken] == [["a@desk.example"], ["full@desk.example"]]
    assert all(trouble.kind is TroubleKind.TEMPORARY for trouble in house.troubles)


def test_a_mail_that_nobody_tried_to_send_for_days_is_not_given_up_at_its_first_refusal() -> None:
    house = Newsroom()
    house.take("s1", 1)
    decide_alerts(house, house.troubles)
    house.inbox.error = TemporaryError("451 busy")
    house.later(days=9).tell()
    house.inbox.error = None
    assert house.later(hours=1).tell() == ["canola:s1:new"]


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_an_alert_for_a_story_that_is_no_more_does_not_stop_the_others(state: Any) -> None:
    house = Newsroom(canola(cadence="hourly"))
    house.tell()
    ghost = Alert("canola", "s-gone", "new", state=state, decided=NOON, due=NOON)
    assert house.ledger.settle([ghost], [], CHANGES, 0, 0)
    house.take("s1", 1)
    assert len(house.later(hours=1).tell()) == 0
    assert len(house.later(hours=1).tell()) == 1


def test_a_mail_lists_the_independent_reports_of_the_event() -> None:
    house = Newsroom()
    marks = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}
    for n, headline in ((1, "Terminal opens"), (2, "Kitimat port starts loading")):
        house.take(f"s{n}", n, headline=headline, stored=a_stored(n, title=f"{headline}: canola"))
        relate_events(house.ledger, EventPrint(f"s{n}", NOON, "en", marks))
    house.tell()
    plain = parts(read(house.inbox.taken[0]))[0]
    assert "OTHER REPORTS OF THE SAME EVENT\n- Kitimat port starts loading" in plain
