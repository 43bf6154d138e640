"""What is inside a message of the outbox, to be read by a person (pure)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email import message_from_bytes, policy

from pipelines.model import MAIL, OutboxMail


@dataclass(frozen=True, slots=True)
class MessageParts:
    """The headers of a message, in their order, and its text."""

    headers: tuple[tuple[str, str], ...]
    text: str


def read_message(mail: OutboxMail) -> MessageParts:
    """Return headers and text of a mail.

    Of a channel's message its document, indented.
    """
    if mail.channel != MAIL:
        document = json.loads(mail.message)
        return MessageParts((), json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    message = message_from_bytes(mail.message, policy=policy.default)
    headers = []
    for name, value in message.items():
        headers.append((name, " ".join(str(value).split())))
    body = message.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    return MessageParts(tuple(headers), text)
