"""A subject is shown as it was written, by programs that follow RFC 2047 to the letter."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.alerts.header_line import header_line
from pipelines.alerts.subject_line import SubjectLine


def written_message(text: str, policy: EmailPolicy[EmailMessage] = SMTP) -> bytes:
    message = EmailMessage(policy=policy.clone(max_line_length=78))
    message["Subject"] = SubjectLine.of(text, 400)
    message["Date"] = "Sat, 17 Jan 2026 12:00:00 +0000"
    message.set_content("A text.")
    return bytes(message)


def shown_subject(raw: bytes) -> str:
    """Return the subject as a program shows it: lines joined (RFC 5322), encoded words joined (RFC 2047)."""
    subject = message_from_bytes(raw)["Subject"]
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", subject))))


@pytest.mark.parametrize("policy", [SMTP, SMTPUTF8])
@pytest.mark.parametrize(
    "text",
    [
        "[Huelgas] Huelga de remolcadores frena los buques cerealeros en el río Paraná",
        "[Makrell og sild] Changed: Nye krav til fangstattest ved eksport av snøkrabbe til Japan",
        "é è ê ñ ü",
        "[Search] A headline of plain letters that is so long that no line of a mail can hold all of it",
        "习近平" * 60,
        "[x] " + "río Paraná " * 40,
        "plain",
    ],
)
def test_subject_keeps_its_words_and_the_spaces_between_them(
    text: str, policy: EmailPolicy[EmailMessage]
) -> None:
    raw = written_message(text, policy)
    assert shown_subject(raw) == header_line(text)[:400]
    assert all(len(line) <= 78 for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_adds_a_header_or_a_line_of_its_own(text: str) -> None:
    raw = written_message(text)
    message = message_from_bytes(raw)
    assert message.keys() == ["Subject", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert raw.partition(b"\r\n\r\n")[2] == b"A text.\r\n"
    assert " ".join(shown_subject(raw).split()) == " ".join(header_line(text).split())
