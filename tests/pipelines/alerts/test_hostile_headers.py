"""Words from outside that programs decode: the mail on the wire has our headers and no others."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from pipelines.adapters.mail import FolderMailer, SmtpMailer
from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.mail_header_fault import mail_fault
from pipelines.alerts.operator_message import operator_mail
from pipelines.model import OutboxMail
from tests.builders import NOON
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert
from tests.smtp_server import Inbox, a_server

EVIL = "=0D=0AFrom:_evil@evil.example=0D=0ABcc:_all@evil.example=0D=0A=0D=0A<b>evil</b>"
EVIL_BASE64 = "DQpGcm9tOiBldmlsQGV2aWwuZXhhbXBsZQ0KQmNjOiBhbGxAZXZpbC5leGFtcGxlDQoNCjxiPmV2aWw8L2I+"
FORMS = (
    f"=?utf-8?q?{EVIL}?=",
    f"=?UTF-8?Q?{EVIL}?=",
    f"=?utf-8?b?{EVIL_BASE64}?=",
    f"=?UTF-8?B?{EVIL_BASE64}?=",
    f"=?us-ascii?q?{EVIL}?=",
    f"=?iso-8859-1?q?{EVIL}?=",
    f"=?unknown-8bit?q?{EVIL}?=",
    f"=?no-such-charset?q?{EVIL}?=",
    f"=?utf-8*en?q?{EVIL}?=",
    f"=?utf-8?q?{EVIL}?= and =?utf-8?q?{EVIL}?=",
    f"=?utf-8?q?{EVIL}?==?utf-8?q?{EVIL}?=",
    f"Canola =?utf-8?q?{EVIL}?= 油菜籽",
    f"习近平=?utf-8?q?{EVIL}?=会见",
    f"({{=?utf-8?q?{EVIL}?=}})",
    f'"=?utf-8?q?{EVIL}?="',
    f"=\x00?utf-8?q?{EVIL}?=",
    f"=\u00ad?utf-8?q?{EVIL}?=",
    f"=\u200b?utf-8?q?{EVIL}?=",
    f"=?=?utf-8?q?{EVIL}?=?=",
    f"=?utf-8?q?=3D=3Futf-8=3Fq=3F{EVIL}=3F=3D?=",
    f"=?utf-8?q?{'x' * 400}{EVIL}?=",
    f"{'word ' * 15}=?utf-8?q?{EVIL}?=",
    "=?utf-8?q?=0A=20?=\r\nFrom: evil@evil.example",
    "=?utf-8?q?=E2=80=A8From:_evil@evil.example?=",
    "=?utf-16?b?DQAKAEYAcgBvAG0AOgAgAGUAdgBpAGwA?=",
    "a\r\n\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
    "=?utf-8?q?=0D=0A=2E=0D=0AMAIL_FROM:<evil@evil.example>=0D=0A?=",
    "\x1b]0;title\x07\x1b[31mred\x1b[2J",
    "\u202eevil\u202c \u2066evil\u2069 \u200f",
    "油菜籽关税" * 300,
    f"{'油菜籽' * 200}=?utf-8?q?{EVIL}?=",
    "a\u2028From: evil@evil.example\u2029Bcc: all@evil.example",
    "a\x85Bcc: all@evil.example\x0bBcc: all@evil.example\x0cBcc: all@evil.example",
    "evil <evil@evil.example>, all@evil.example",
)
#: Bytes of a line of a message, RFC 5322 §2.1.1.
LONGEST_LINE = 998
OURS = [
    "Subject", "From", "To", "Date", "Message-ID", "List-Id", "Auto-Submitted",
    "X-Maplewire-Key", "MIME-Version", "Content-Type",
]  # fmt: skip


def hostile_mails(form: str) -> list[OutboxMail]:
    """Return an alert, a digest and a mail to operators with a form wherever words come from outside."""
    stored = a_stored(title=form, outlet=form)
    item = AlertItem((an_alert(),), a_story(stored, headline=form, origin=form), (stored,), (form,))
    numbers = AlertItem((an_alert("spike", story_id="", why=(form,), step=form),))
    search = a_search(name=form)
    return [
        compose(search, item, DESK),
        compose(search, numbers, DESK),
        compose(a_search(id=form), item, DESK),
        compose_digest(search, f"digest:{form}", [item, numbers], DESK, [], since=NOON),
    ]


def assert_is_ours(wire: bytes, headers: list[str]) -> None:
    raw = BytesHeaderParser(policy=policy.compat32).parsebytes(wire)
    # A way to leave that fits no line of a header is left out.
    assert raw.keys() in (headers, ["List-Unsubscribe", *headers])
    assert raw["From"] == "Maplewire <mw@desk.example>"
    assert raw["To"] == "desk@newsroom.example"
    head = wire.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    assert head.isascii()
    assert not any(byte < 32 and byte not in b"\t\n" for byte in head)
    assert max(map(len, wire.splitlines())) <= LONGEST_LINE
    # What a reader's program decodes is one line of plain text.
    for name, value in raw.items():
        decoded = str(make_header(decode_header(value.replace("\r\n", "").replace("\n", ""))))
        assert "\n" not in decoded, name
        assert "\r" not in decoded, name
        assert "\x1b" not in decoded, name
    message = message_from_bytes(wire, policy=policy.default)
    assert message["Bcc"] is None
    assert not message.defects
    types = [part.get_content_type() for part in message.walk()]
    assert types in (["multipart/alternative", "text/plain", "text/html"], ["text/plain"])


@pytest.mark.parametrize("form", FORMS)
def test_what_arrives_has_our_sender_our_readers_and_our_body(form: str, tmp_path: Path) -> None:
    mails = hostile_mails(form)
    inbox = Inbox()
    with a_server(inbox) as port:
        for mail in mails:
            SmtpMailer(f"smtp://127.0.0.1:{port}").send(mail)
    files = [Path(FolderMailer(tmp_path).send(mail).where).read_bytes() for mail in mails]
    assert [to for to, _ in inbox.taken] == [["desk@newsroom.example"]] * len(mails)
    for wire in (*files, *(content for _, content in inbox.taken)):
        assert_is_ours(wire, OURS)


@pytest.mark.parametrize("form", FORMS)
def test_mail_to_operators_has_our_headers_alone(form: str) -> None:
    mail = operator_mail(
        form, form, form, to=["desk@newsroom.example"], mail_from="Maplewire <mw@desk.example>", now=NOON
    )
    raw = BytesHeaderParser(policy=policy.compat32).parsebytes(mail.message)
    assert raw["From"] == "Maplewire <mw@desk.example>"
    assert raw["Bcc"] is None
    assert len(raw.get_all("From", [])) == 1


def test_a_headline_with_an_encoded_word_is_shown_as_it_stands() -> None:
    stored = a_stored(title="=?utf-8?q?Hello?=")
    mail = compose(a_search(), AlertItem((an_alert(),), a_story(stored), (stored,)), DESK)
    assert message_from_bytes(mail.message, policy=policy.default)["Subject"] == (
        "[Leaders’ meetings] = ?utf-8?q?Hello?="
    )


@pytest.mark.parametrize(
    ("version", "is_named"),
    [
        ((3, 11, 7, "final", 0), True),
        ((3, 11, 10, "final", 0), False),
        ((3, 12, 4, "final", 0), True),
        ((3, 12, 5, "final", 0), False),
        ((3, 13, 0, "candidate", 2), True),
        ((3, 13, 0, "beta", 4), True),
        ((3, 13, 0, "candidate", 3), False),
        ((3, 13, 0, "final", 0), False),
        ((3, 14, 0, "final", 0), False),
    ],
)
def test_a_python_that_writes_headers_carelessly_is_named(
    version: tuple[int, int, int, str, int], is_named: bool
) -> None:
    fault = mail_fault(version)
    assert (fault is not None) == is_named
    if fault:
        assert "update to Python" in fault
