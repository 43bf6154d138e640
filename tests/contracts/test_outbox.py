"""What every ledger promises about alerts and mails that are owed: memory, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import Alert, Answer, OutboxMail
from pipelines.ports import Ledger
from tests.builders import NOON
from tests.contracts.ledger_values import a_stored, a_story, a_taking, due_mails, take, take_story

MINUTE = timedelta(minutes=1)
MARK = "alert changes"


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    opened: Ledger = (
        MemoryLedger()
        if request.param == "memory"
        else open_ledger(request.getfixturevalue(f"{request.param}_url"))
    )
    opened.start_run(NOON)
    yield opened
    opened.close()


def an_alert(story: str = "s1", **fields: Any) -> Alert:
    return Alert(**{"search_id": "canola", "story_id": story, "reason": "new", "decided": NOON} | fields)


def a_mail(key: str = "k", **fields: Any) -> OutboxMail:
    values = {"to": ("a@desk.example", "b@desk.example"), "subject": "S", "message": b"M", "created": NOON}
    return OutboxMail(**{"key": key} | values | fields)


def answer(state: Any, text: str = "250 ok", at: datetime = NOON) -> Answer:
    return Answer(state, text, at)


# -- alerts -------------------------------------------------------------------------------------------


def test_alerts_mails_and_the_watermark_are_settled_together_or_not_at_all(ledger: Ledger) -> None:
    told = an_alert(
        state="told", told=NOON, mail="k", why=("因为",), article_ids=("a",), changed=(("1", "2"),)
    )
    assert ledger.settle([told], [a_mail()], MARK, 0, 5)
    assert (list(ledger.alerts()), ledger.watermark(MARK)) == ([told], 5)
    assert not ledger.settle([an_alert("s2")], [a_mail("other")], MARK, 0, 9)
    assert (len(ledger.alerts()), len(ledger.mails()), ledger.watermark(MARK)) == (1, 1, 5)


def test_an_alert_never_goes_back_and_stays_as_it_was_told(ledger: Ledger) -> None:
    steps = [("waiting", "w"), ("held", "h"), ("waiting", "x"), ("told", "t"), ("told", "u"), ("held", "y")]
    for seen, (state, why) in enumerate(steps):
        told = NOON if state == "told" else None
        assert ledger.settle([an_alert(state=state, why=(why,), told=told)], [], MARK, seen, seen + 1)
    (alert,) = ledger.alerts()
    assert (alert.state, alert.why) == ("told", ("t",))


def test_alerts_are_found_by_search_state_and_time(ledger: Ledger) -> None:
    held = an_alert("s2", search_id="steel")
    told = an_alert(state="told", told=NOON, mail="k")
    ledger.settle([told, held], [], MARK, 0, 1)
    assert ledger.alerts(search="steel") == [held]
    assert ledger.alerts(states=["held", "waiting"]) == [held]
    assert ledger.alerts(told_since=NOON) == [told]
    assert ledger.alerts(told_since=NOON + MINUTE) == []
    assert ledger.alerts(stories=["s2", "s3"]) == [held]
    assert ledger.alerts(stories=[]) == []


def test_alerts_of_a_joined_story_belong_to_the_one_it_was_joined_into(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    ledger.settle([an_alert("s2", state="told", told=NOON, mail="k")], [], MARK, 0, 1)
    take(ledger, replace(a_taking(a_stored(3), a_story("s1", 1, 2, 3)), absorbed=("s2",)))
    (alert,) = ledger.alerts(stories=["s1"])
    assert (alert.story_id, alert.mail, alert.key) == ("s1", "k", "canola:s2:new")
    assert ledger.alerts()[0].story_id == "s1"


def test_an_alert_held_for_a_joined_story_is_told_under_its_own_key(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    ledger.settle([an_alert("s2")], [], MARK, 0, 1)
    take(ledger, replace(a_taking(a_stored(3), a_story("s1", 1, 2, 3)), absorbed=("s2",)))
    (held,) = ledger.alerts(states=["held"])
    ledger.settle([replace(held, state="told", told=NOON, mail="k")], [], MARK, 1, 2)
    assert ledger.alerts(states=["held"]) == []
    assert [(a.story_id, a.key) for a in ledger.alerts(states=["told"])] == [("s1", "canola:s2:new")]


def test_new_stories_are_counted_by_search_and_day(ledger: Ledger) -> None:
    day_before = NOON - timedelta(days=1)
    alerts = [
        an_alert("s1", decided=day_before), an_alert("s2", state="waiting"), an_alert("s3"),
        an_alert("s1", reason="spread", step="copies-5"), an_alert("s1", search_id="steel"),
    ]  # fmt: skip
    ledger.settle(alerts, [], MARK, 0, 1)
    today = {"canola": {"2026-01-17": 2}, "steel": {"2026-01-17": 1}}
    assert ledger.alert_counts(NOON) == today
    assert ledger.alert_counts(day_before)["canola"] == {"2026-01-16": 1, "2026-01-17": 2}


# -- leases -------------------------------------------------------------------------------------------


def test_what_one_sender_leased_nobody_else_gets_until_the_lease_ends(ledger: Ledger) -> None:
    ledger.enqueue(
        [a_mail("a"), a_mail("b", created=NOON + MINUTE), a_mail("c", created=NOON + 2 * MINUTE)], "m", 1
    )
    until = NOON + 10 * MINUTE
    assert [m.key for m in ledger.lease_mails(NOON, "one", until, limit=2)] == ["a", "b"]
    assert [m.key for m in ledger.lease_mails(NOON, "two", until)] == ["c"]
    assert ledger.lease_mails(NOON, "two", until, limit=0) == []
    assert [m.key for m in ledger.lease_mails(NOON, "one", until)] == ["a", "b"], "its own, again"
    assert [m.key for m in ledger.lease_mails(until, "three", until + MINUTE)] == ["a", "b", "c"]


def test_marking_a_mail_ends_its_lease(ledger: Ledger) -> None:
    ledger.enqueue([a_mail("a"), a_mail("b")], "m", 1)
    ledger.lease_mails(NOON, "one", NOON + 10 * MINUTE)
    ledger.mark_mail_failed("a", "451 later", NOON + MINUTE)
    ledger.mark_sent("b", NOON)
    assert ledger.lease_mails(NOON, "two", NOON + MINUTE) == []
    assert [m.key for m in ledger.lease_mails(NOON + MINUTE, "two", NOON + 2 * MINUTE)] == ["a"]


# -- answers for each recipient -----------------------------------------------------------------------


def test_a_refusal_of_one_recipient_harms_only_that_one(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "m", 1)
    answers = {"a@desk.example": answer("sent"), "b@desk.example": answer("failed", "550 没有\0")}
    ledger.mark_answers("k", answers, NOON, NOON + MINUTE)
    (mail,) = ledger.mails()
    assert (mail.state, mail.sent_at, mail.attempts, mail.owed) == ("sent", NOON, 1, ())
    assert mail.last_error == "b@desk.example: 550 没有\N{REPLACEMENT CHARACTER}"
    assert mail.answers["a@desk.example"] == answer("sent")


def test_only_those_who_wait_are_owed_the_next_attempt(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "m", 1)
    waits = {"a@desk.example": answer("sent"), "b@desk.example": answer("due", "450 busy")}
    ledger.mark_answers("k", waits, NOON, NOON + MINUTE)
    (mail,) = due_mails(ledger, NOON + MINUTE)
    assert (mail.owed, mail.attempts) == (("b@desk.example",), 1)
    ledger.mark_answers("k", {"b@desk.example": answer("sent")}, NOON + MINUTE, NOON + 2 * MINUTE)
    assert [(m.state, m.attempts) for m in ledger.mails()] == [("sent", 2)]


def test_a_mail_that_nobody_takes_has_failed(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "m", 1)
    ledger.mark_answers("k", {a: answer("failed", "550 gone") for a in a_mail().to}, NOON, NOON + MINUTE)
    (mail,) = ledger.mails()
    assert (mail.state, mail.sent_at) == ("failed", None)


def test_a_channel_is_kept(ledger: Ledger) -> None:
    ledger.enqueue([a_mail(channel="desk-room", to=("desk-room",))], "m", 1)
    assert ledger.mails()[0].channel == "desk-room"
