"""What the outbox owes: waiting for a person, put aside, sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawlers.errors import CatalogueError, PermanentError
from pipelines.adapters.mail import SmtpMailer
from pipelines.alerts.outbox import MOST_TRIES
from pipelines.alerts.outbox_orders import Person, list_recipients, pause_address, resend, resume_address
from pipelines.alerts.paused_addresses import paused_sentences
from pipelines.model import SavedSearch, TroubleKind
from pipelines.ports.mail import NeedsMending
from tests import smtp_server
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola


def test_what_a_person_has_to_mend_waits_for_that_person_and_is_asked_once_a_round() -> None:
    house = Newsroom(canola(), canola(id="crops", name="Crops", to=("crops@newsroom.example",)))
    house.take("s1", 1)
    house.inbox.error = NeedsMending("535 wrong password")
    for _ in range(MOST_TRIES + 2):
        house.tell()
        house.later(hours=8)
    assert {mail.state for mail in house.ledger.mails()} == {"due"}
    assert {trouble.kind for trouble in house.troubles} == {TroubleKind.TEMPORARY}
    assert house.troubles[-1].text == "put off with it: 1 message; 535 wrong password"
    house.inbox.error = None
    assert len(house.later(hours=8).tell()) == 2


# -- addresses that get nothing ----------------------------------------------------------------------

GONE = "gone@desk.example"
DESK = "a@desk.example"


@contextmanager
def a_house_with_one_gone(*more: SavedSearch) -> Iterator[tuple[Newsroom, smtp_server.Inbox]]:
    """Yield a house whose mail server refuses one of two readers, and the server's box."""
    box = smtp_server.Inbox(gone="550 5.1.1 no such user")
    with smtp_server.a_server(box) as port:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}")
        yield Newsroom(canola(to=(DESK, GONE)), *more, mailer=mailer), box


def told(house: Newsroom) -> list[str]:
    """Return what was told since this was asked last."""
    texts = [trouble.text for trouble in house.troubles]
    house.troubles.clear()
    return texts


def test_a_refused_address_is_told_once_and_not_tried_with_each_mail() -> None:
    with a_house_with_one_gone() as (house, box):
        house.take("s1", 1)
        house.tell()
        (sentence,) = told(house)
        assert "550 5.1.1 no such user" in sentence
        assert f"maplewire outbox resume {GONE}" in sentence
        box.answers["gone"] = "250 it would be taken now"
        for n in (2, 3):
            house.take(f"s{n}", n)
            house.later(hours=1).tell()
        assert told(house) == []
        assert [to for to, _ in box.taken] == [[DESK]] * 3, "nobody asked for the other"
        (listed,) = house.ledger.paused_addresses()
        assert (listed.address, listed.waiting) == (GONE, 3)
        (line,) = paused_sentences(house.ledger)
        assert "3 messages wait" in line


def test_what_a_refused_address_missed_leaves_when_it_is_resumed() -> None:
    with a_house_with_one_gone() as (house, box):
        for n in (1, 2):
            house.take(f"s{n}", n)
            house.tell()
        del box.answers["gone"]
        anna = Person("anna", house.clock.at)
        assert resume_address(house.ledger, GONE, anna, give_up=False) == 2
        house.tell()
        assert [to for to, _ in box.taken] == [[DESK], [DESK], [GONE], [GONE]]
        assert {mail.state for mail in house.ledger.mails()} == {"sent"}
        assert house.ledger.paused_addresses() == []
        (note,) = house.ledger.mails()[0].notes
        assert note.text == f"owed again to {GONE} by anna"


def test_an_address_that_is_refused_again_is_told_again() -> None:
    with a_house_with_one_gone() as (house, _box):
        house.take("s1", 1)
        house.tell()
        told(house)
        resume_address(house.ledger, GONE, Person("", house.clock.at), give_up=False)
        house.tell()
        assert len(told(house)) == 1
        assert [paused.waiting for paused in house.ledger.paused_addresses()] == [1]


def test_an_address_is_paused_by_hand_and_a_mistyped_one_is_not() -> None:
    house = Newsroom(canola(to=(DESK, "b@desk.example")))
    anna = Person("anna", house.clock.at)
    recipients = list_recipients(house.ledger, [canola(to=(DESK, "b@desk.example"))], ["ops@desk.example"])
    with pytest.raises(CatalogueError, match=f"did you mean {DESK}"):
        pause_address(house.ledger, "aa@desk.example", recipients, anna)
    assert pause_address(house.ledger, DESK, recipients, anna)
    assert not pause_address(house.ledger, DESK, recipients, anna)
    house.take("s1", 1)
    house.tell()
    (mail,) = house.inbox.taken
    assert mail.owed == ("b@desk.example",)
    assert told(house) == [], "a person knows of it"
    (line,) = paused_sentences(house.ledger)
    assert "paused by anna; 1 message waits" in line
    with pytest.raises(CatalogueError, match=f"paused are: {DESK}"):
        resume_address(house.ledger, "b@desk.example", anna, give_up=False)
    assert resume_address(house.ledger, DESK, anna, give_up=True) == 1
    assert house.later(hours=1).tell() == []


def test_a_mail_that_nobody_may_get_is_not_sent_at_all() -> None:
    house = Newsroom(canola(to=(DESK,)))
    pause_address(house.ledger, DESK, [DESK], Person("", house.clock.at))
    house.take("s1", 1)
    assert house.tell() == []
    assert [mail.state for mail in house.ledger.mails()] == ["paused"]
    assert resume_address(house.ledger, DESK, Person("", house.clock.at), give_up=False) == 1
    assert house.tell() == ["canola:s1:new"]


# -- sent again --------------------------------------------------------------------------------------


def test_a_mail_is_sent_again_to_whom_a_person_names_and_the_record_says_so() -> None:
    house = Newsroom(canola(to=(DESK,)))
    house.take("s1", 1)
    house.tell()
    anna = Person("anna", house.clock.at)
    with pytest.raises(CatalogueError, match="everybody got it; say who is to get it again: --to ADDRESS"):
        resend(house.ledger, "canola:s1:new", [], anna)
    resend(house.ledger, "canola:s1:new", ["new@desk.example"], anna)
    assert house.tell() == ["canola:s1:new"]
    assert house.inbox.taken[-1].owed == ("new@desk.example",)
    mail = house.ledger.mail("canola:s1:new")
    assert mail is not None
    assert [note.text for note in mail.notes] == ["sent again to new@desk.example by anna"]
    assert {address: answer.state for address, answer in mail.answers.items()} == {
        DESK: "sent",
        "new@desk.example": "sent",
    }


def test_a_refused_mail_is_sent_again_to_those_who_did_not_get_it() -> None:
    house = Newsroom(canola(to=(DESK, "b@desk.example")))
    house.take("s1", 1)
    house.inbox.error = PermanentError("554 spam")
    house.tell()
    house.inbox.error = None
    assert resend(house.ledger, "canola:s1:new", [], Person("", house.clock.at)) == (DESK, "b@desk.example")
    assert house.tell() == ["canola:s1:new"]


def test_what_cannot_be_sent_again_is_told_with_all_reasons() -> None:
    house = Newsroom(canola(to=(DESK,)))
    house.take("s1", 1)
    house.tell()
    person = Person("", house.clock.at)
    with pytest.raises(CatalogueError, match="no message “other”; `maplewire outbox` shows their keys"):
        resend(house.ledger, "other", [], person)
    pause_address(house.ledger, DESK, [DESK], person)
    with pytest.raises(CatalogueError) as caught:
        resend(house.ledger, "canola:s1:new", [DESK, "nobody"], person)
    assert caught.value.problems == [
        f"{DESK} is paused; first say: maplewire outbox resume {DESK}",
        "--to nobody: write an address such as desk@newsroom.example",
    ]
