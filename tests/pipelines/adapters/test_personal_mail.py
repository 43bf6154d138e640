"""Each reader's copy has links of their own, over real SMTP."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest

from crawlers.errors import TemporaryError
from pipelines.adapters.mail import FolderMailer, SmtpMailer
from pipelines.adapters.personal_mail import PersonalMailer
from pipelines.alerts.leave_links import LeaveLinks, Leaving
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.model import Answer, Delivery, OutboxMail, ReadingRoom
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert, parts
from tests.smtp_server import Inbox, a_server

ROOM = ReadingRoom("https://room.example/news&views")
LINKS = LeaveLinks(ROOM, "secret")
TOKEN = re.compile(r"https://room\.example/news&(?:amp;)?views/leave/([\w.-]+)")
READERS = ("ann@desk.example", "bo@desk.example")


def a_mail(*, context: Any = None, others: Any = (), text: str = "", **fields: Any) -> OutboxMail:
    stored = a_stored(title="习近平会见加拿大总理卡尼", body=text or "Canola talks open in Beijing.")
    search = a_search(**{"to": READERS} | fields)
    item = AlertItem((an_alert(),), a_story(stored), (stored,))
    return compose(search, item, context or replace(DESK, reading_room=ROOM), others=others)


def sent(mail: OutboxMail, inbox: Inbox) -> tuple[Delivery, dict[str, EmailMessage]]:
    """Send a mail over SMTP; return what each reader got."""
    with a_server(inbox, enable_SMTPUTF8=True) as port:
        delivery = PersonalMailer(SmtpMailer(f"smtp://127.0.0.1:{port}"), LINKS).send(mail)
    taken = {}
    for recipients, content in inbox.taken:
        message = message_from_bytes(content, policy=policy.default)
        taken[",".join(recipients)] = cast(EmailMessage, message)
    return delivery, taken


def tokens(text: str) -> set[str]:
    return set(TOKEN.findall(text))


def test_each_reader_gets_links_of_their_own_in_header_text_and_html() -> None:
    _, taken = sent(a_mail(), Inbox())
    assert list(taken) == list(READERS)
    for reader, message in taken.items():
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "=?" not in str(message["List-Unsubscribe"])
        for text in (message["List-Unsubscribe"], *parts(message)):
            assert "of-this-reader" not in text
            [token] = tokens(text)
            assert LINKS.read(token) == Leaving(reader, ("leaders",))
        assert "习近平会见加拿大总理卡尼" in message["Subject"]
        assert "习近平会见加拿大总理卡尼" in parts(message)[0]
    ids = {message["Message-ID"] for message in taken.values()}
    assert len(ids) == 1


def test_a_mail_of_two_searches_is_left_as_a_whole_by_the_button_and_singly_by_its_links() -> None:
    _, taken = sent(a_mail(others=[a_search(id="ports", to=READERS)]), Inbox())
    message = taken[READERS[0]]
    [token] = tokens(message["List-Unsubscribe"])
    assert LINKS.read(token) == Leaving(READERS[0], ("leaders", "ports"))
    single = {LINKS.read(token) for token in tokens(parts(message)[0])}
    assert single == {Leaving(READERS[0], ("leaders",)), Leaving(READERS[0], ("ports",))}


def test_what_is_stored_has_nobodys_token() -> None:
    stored = a_mail().message.decode()
    assert not tokens(stored) - {"of-this-reader"}
    assert "leave/of-this-reader/leaders" in stored


def test_the_box_that_a_person_reads_stands_behind_the_link() -> None:
    _, taken = sent(a_mail(), Inbox())
    ways = str(taken[READERS[0]]["List-Unsubscribe"]).split(",")
    assert len(ways) == 2
    assert ways[0].startswith("<https://room.example/")
    assert ways[1].strip().startswith("<mailto:leave@desk.example?subject=")


def test_one_click_is_offered_by_tls_alone() -> None:
    plain = ReadingRoom("http://room.example")
    mail = a_mail(context=replace(DESK, reading_room=plain))
    assert b"List-Unsubscribe: <http://room.example/leave/" in mail.message
    assert b"List-Unsubscribe-Post" not in mail.message


def test_a_mail_of_very_many_searches_has_no_button_but_a_link_for_each() -> None:
    many = [a_search(id=f"search-{number}-{'x' * 40}", to=READERS) for number in range(20)]
    context = replace(DESK, reading_room=ROOM, unsubscribe_mail=None)
    _, taken = sent(a_mail(others=many, context=context), Inbox())
    message = taken[READERS[0]]
    assert message["List-Unsubscribe"] is None
    assert len(tokens(parts(message)[0])) == 21


def test_a_page_that_writes_such_a_link_gets_no_token() -> None:
    evil = "See https://evil.example/leave/of-this-reader/leaders now."
    _, taken = sent(a_mail(text=evil), Inbox())
    assert evil in " ".join(parts(taken[READERS[0]])[0].split())


def test_a_mailbox_beyond_ascii_gets_its_copy() -> None:
    reader = "编辑@desk.example"
    _, taken = sent(a_mail(to=(reader,)), Inbox())
    [token] = tokens(str(taken[reader]["List-Unsubscribe"]))
    assert LINKS.read(token) == Leaving(reader, ("leaders",))


def test_lines_on_the_wire_stay_within_what_servers_take() -> None:
    inbox = Inbox()
    sent(a_mail(others=[a_search(id="y" * 64, to=READERS)]), inbox)
    for _, content in inbox.taken:
        assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_a_refused_reader_harms_only_that_one() -> None:
    delivery, taken = sent(a_mail(), Inbox(ann="550 no such user"))
    assert list(taken) == [READERS[1]]
    assert delivery.refused[READERS[0]].state == "paused"


class Failing:
    """Takes so many mails and is away then."""

    def __init__(self, takes: int) -> None:
        self.taken: list[OutboxMail] = []
        self.takes = takes

    def send(self, mail: OutboxMail) -> Delivery:
        if len(self.taken) == self.takes:
            raise TemporaryError("the server went away")
        self.taken.append(mail)
        return Delivery("server")


def test_a_server_that_goes_away_in_between_leaves_the_others_to_the_next_try() -> None:
    readers = ("a@x.example", "b@x.example", "c@x.example")
    mailer = Failing(1)
    delivery = PersonalMailer(mailer, LINKS).send(a_mail(to=readers))
    assert [mail.to for mail in mailer.taken] == [("a@x.example",)]
    states = {address: answer.state for address, answer in delivery.refused.items()}
    assert states == {"b@x.example": "due", "c@x.example": "due"}


def test_who_was_served_is_not_served_again() -> None:
    mailer = Failing(9)
    mail = replace(a_mail(), answers={READERS[0]: Answer("sent", "server", DESK.now)})
    PersonalMailer(mailer, LINKS).send(mail)
    assert [copy.to for copy in mailer.taken] == [(READERS[1],)]


def test_a_server_that_is_away_from_the_beginning_is_told_as_such() -> None:
    with pytest.raises(TemporaryError, match="went away"):
        PersonalMailer(Failing(0), LINKS).send(a_mail())


def test_a_slow_server_is_left_before_the_lease_ends() -> None:
    times = iter([0.0, 31.0])
    mailer = Failing(9)
    delivery = PersonalMailer(mailer, LINKS, lambda: next(times)).send(a_mail())
    assert len(mailer.taken) == 1
    assert delivery.refused[READERS[1]].state == "due"


def test_what_has_no_such_links_is_sent_as_it_is() -> None:
    mailer = Failing(9)
    plain = a_mail(context=DESK)
    channel = replace(a_mail(), channel="desk-room", message=b"{}")
    PersonalMailer(mailer, LINKS).send(plain)
    PersonalMailer(mailer, LINKS).send(channel)
    assert mailer.taken == [plain, channel]


def test_a_folder_keeps_the_copy_of_each_reader(tmp_path: Path) -> None:
    mailer = PersonalMailer(FolderMailer(tmp_path), LINKS)
    mailer.send(a_mail())
    mailer.send(a_mail())
    assert len(list(tmp_path.iterdir())) == 2
