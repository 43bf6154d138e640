"""What every ledger promises about mails that are owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from pipelines.model import (
    Answer,
    MailNote,
    PausedAddress,
)
from pipelines.ports import Ledger
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_mail,
    due_mails,
    mark_sent,
)


def answer(state: Any, text: str = "250 ok", at: datetime = NOON) -> Answer:
    return Answer(state, text, at)


# -- owed mails -------------------------------------------------------------------------------------


def test_a_mail_is_owed_once_and_the_watermark_moves_with_it(ledger: Ledger) -> None:
    assert ledger.enqueue([a_mail("a"), a_mail("b")], "alerts", 5) == 2
    assert ledger.enqueue([a_mail("b", subject="Other"), a_mail("c")], "alerts", 9) == 1
    assert ledger.watermark("alerts") == 9
    assert ledger.known_keys(["b", "z"]) == {"b"}
    assert {mail.key: mail.subject for mail in ledger.mails()}["b"] == "News"
    assert ledger.enqueue([], "alerts", 12) == 0
    assert ledger.watermark("alerts") == 12


def test_a_slow_worker_never_takes_the_alert_watermark_back(ledger: Ledger) -> None:
    ledger.enqueue([], "alerts", 9)
    ledger.enqueue([a_mail("late")], "alerts", 4)
    assert ledger.watermark("alerts") == 9


def test_a_mail_comes_back_as_it_was_owed(ledger: Ledger) -> None:
    mail = a_mail(to=("a@x.example", "b@x.example"), subject="消息", not_before=NOON)
    ledger.enqueue([mail], "alerts", 1)
    assert due_mails(ledger, NOON) == [mail]
    assert ledger.mails() == [mail]


def test_owed_mails_are_all_that_are_due_whenever(ledger: Ledger) -> None:
    later = a_mail("later", not_before=NOON + MINUTE, created=NOON + MINUTE)
    ledger.enqueue([later, a_mail("now"), a_mail("sent"), a_mail("failed")], "alerts", 1)
    mark_sent(ledger, "sent", NOON)
    ledger.mark_mail_failed("failed", "no", None)
    assert [mail.key for mail in ledger.owed_mails()] == ["now", "later"]


def test_a_mail_or_lease_too_far_ahead_is_not_waited_for(ledger: Ledger) -> None:
    far, near = NOON + 90 * MINUTE, NOON + MINUTE
    ledger.enqueue([a_mail("far", not_before=far), a_mail("near", not_before=near), a_mail("leased")], "a", 1)
    assert [mail.key for mail in ledger.lease_mails(NOON, "one", far)] == ["leased"]
    doubted = NOON + 60 * MINUTE
    assert [m.key for m in ledger.lease_mails(NOON, "two", near, 10, doubted)] == ["far", "leased"]


def test_mails_are_due_oldest_first_once_their_time_has_come(ledger: Ledger) -> None:
    later = a_mail("later", not_before=NOON + MINUTE)
    ledger.enqueue([a_mail("new", created=NOON + MINUTE), later, a_mail("old")], "alerts", 1)
    assert [mail.key for mail in due_mails(ledger, NOON)] == ["old", "new"]
    assert [mail.key for mail in due_mails(ledger, NOON + MINUTE)] == ["later", "old", "new"]
    assert [mail.key for mail in due_mails(ledger, NOON + MINUTE, limit=1)] == ["later"]
    assert [mail.key for mail in ledger.mails()] == ["new", "old", "later"]


def test_a_sent_mail_stays_sent(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "alerts", 1)
    mark_sent(ledger, "k", NOON + MINUTE)
    ledger.mark_mail_failed("k", "too late", NOON)
    (mail,) = ledger.mails()
    assert (mail.state, mail.sent_at, mail.attempts, mail.last_error) == ("sent", NOON + MINUTE, 1, None)
    assert due_mails(ledger, NOON + MINUTE) == []


def test_a_failed_attempt_waits_and_a_refusal_stays_visible(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "alerts", 1)
    ledger.mark_mail_failed("k", "greylisted\0", NOON + MINUTE)
    assert due_mails(ledger, NOON) == []
    (mail,) = due_mails(ledger, NOON + MINUTE)
    assert (mail.attempts, mail.last_error) == (1, "greylisted�")
    ledger.mark_mail_failed("k", "no such user", None)
    assert due_mails(ledger, NOON + 9 * MINUTE) == []
    assert [(m.state, m.attempts) for m in ledger.mails()] == [("failed", 2)]
    with pytest.raises(AssertionError, match="never"):
        ledger.mark_mail_failed("never", "no", None)


# -- leases -----------------------------------------------------------------------------------------


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
    mark_sent(ledger, "b", NOON)
    assert ledger.lease_mails(NOON, "two", NOON + MINUTE) == []
    assert [m.key for m in ledger.lease_mails(NOON + MINUTE, "two", NOON + 2 * MINUTE)] == ["a"]


# -- answers for each recipient ---------------------------------------------------------------------


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


# -- what a person says -----------------------------------------------------------------------------

REFUSED = PausedAddress("b@desk.example", NOON, "mail:25 answered 550 no such user")


def test_one_mail_is_found_by_its_key(ledger: Ledger) -> None:
    ledger.enqueue([a_mail("a"), a_mail("b")], "m", 1)
    assert ledger.mail("b") == a_mail("b")
    assert ledger.mail("c") is None


def test_an_address_is_paused_once_and_its_mail_waits_for_nobody_else(ledger: Ledger) -> None:
    assert ledger.pause_address(REFUSED)
    assert not ledger.pause_address(replace(REFUSED, why="another answer\0"))
    assert ledger.paused_addresses() == [REFUSED]
    ledger.enqueue([a_mail("part"), a_mail("whole", to=("b@desk.example",))], "m", 1)
    paused = answer("paused", "550")
    ledger.mark_answers("part", {"a@desk.example": answer("sent"), "b@desk.example": paused}, NOON, NOON)
    ledger.mark_answers("whole", {"b@desk.example": paused}, NOON, NOON)
    assert {mail.key: mail.state for mail in ledger.mails()} == {"part": "sent", "whole": "paused"}
    assert ledger.owed_mails() == [], "nobody is to be tried"
    assert ledger.paused_addresses() == [replace(REFUSED, waiting=2)]


def test_a_paused_address_gets_what_it_missed_when_it_is_resumed(ledger: Ledger) -> None:
    ledger.pause_address(REFUSED)
    ledger.enqueue([a_mail("part"), a_mail("other", to=("c@desk.example",))], "m", 1)
    answers = {"a@desk.example": answer("sent"), "b@desk.example": answer("paused", "550")}
    ledger.mark_answers("part", answers, NOON, NOON)
    ledger.mark_answers("other", {"c@desk.example": answer("paused", "550")}, NOON, NOON)
    note = MailNote(NOON + MINUTE, "resumed by anna\0")
    assert ledger.resume_address("b@desk.example", note) == 1
    assert ledger.paused_addresses() == []
    (mail,) = ledger.owed_mails()
    assert (mail.key, mail.owed, mail.attempts) == ("part", ("b@desk.example",), 0)
    assert mail.notes == (MailNote(NOON + MINUTE, "resumed by anna\N{REPLACEMENT CHARACTER}"),)
    assert ledger.resume_address("b@desk.example", note) == 0, "nothing is left to owe"


def test_what_a_paused_address_missed_can_be_given_up(ledger: Ledger) -> None:
    ledger.pause_address(REFUSED)
    ledger.enqueue([a_mail(to=("b@desk.example",))], "m", 1)
    ledger.mark_answers("k", {"b@desk.example": answer("paused", "550")}, NOON, NOON)
    note = MailNote(NOON + MINUTE, "not wanted any more, says anna")
    assert ledger.resume_address("b@desk.example", note, give_up=True) == 1
    (mail,) = ledger.mails()
    assert (mail.state, mail.owed, mail.notes) == ("failed", (), (note,))
    assert mail.answers["b@desk.example"] == answer("failed", note.text, note.at)


def test_a_mail_is_owed_again_to_those_a_person_names(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "m", 1)
    ledger.mark_answers("k", dict.fromkeys(a_mail().to, answer("sent")), NOON, NOON)
    note = MailNote(NOON + MINUTE, "again")
    ledger.owe_again("k", ["b@desk.example", "new@desk.example"], note)
    (mail,) = due_mails(ledger, NOON)
    assert mail.to == ("a@desk.example", "b@desk.example", "new@desk.example")
    assert (mail.owed, mail.attempts) == (("b@desk.example", "new@desk.example"), 0)
    assert mail.notes == (note,)
    ledger.mark_answers("k", dict.fromkeys(mail.owed, answer("sent")), NOON + MINUTE, NOON)
    assert [(m.state, m.owed, m.notes) for m in ledger.mails()] == [("sent", (), (note,))]


def test_a_mail_that_waits_for_its_time_leaves_at_once_when_a_person_asks(ledger: Ledger) -> None:
    ledger.enqueue([a_mail(not_before=NOON + 9 * MINUTE)], "m", 1)
    ledger.owe_again("k", [], MailNote(NOON, "now"))
    assert [mail.key for mail in due_mails(ledger, NOON)] == ["k"]
