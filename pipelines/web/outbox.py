"""The outbox: what was sent to whom."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError

from starlette.requests import Request
from starlette.responses import Response

from pipelines.alerts.outbox_orders import find_mail, without_it
from pipelines.alerts.restore_hold import hold_sentence
from pipelines.model import OutboxMail
from pipelines.web.choices import number_of, text_of
from pipelines.web.page import room_of, show_page

#: Mails on one page of the list, and the newest that are looked through.
MAILS = 50
_NEWEST = 2000


def outbox(request: Request) -> Response:
    """Show the newest mails, with what became of them."""
    room = room_of(request)
    state = text_of(request, "state")
    page = number_of(request, "page", 1)
    mails = []
    for mail in room.ledger.mails(_NEWEST):
        if not state or mail.state == state:
            mails.append(mail)
    first = (page - 1) * MAILS
    facts = {
        "mails": mails[first : first + MAILS],
        "state": state,
        "states": ("due", "sent", "failed", "paused"),
        "paused": room.ledger.paused_addresses(),
        "page": page,
        "pages": -(-len(mails) // MAILS),
        "held": hold_sentence(room.ledger),
    }
    return show_page(request, "outbox.html.j2", facts)


def mail(request: Request) -> Response:
    """Show one mail: its text, and the answer for each recipient."""
    room = room_of(request)
    found = find_mail(room.ledger, request.path_params["key"])
    return show_page(
        request, "mail.html.j2", {"mail": found, "missed": without_it(found), "text": plain_text(found)}
    )


def plain_text(found: OutboxMail) -> str:
    """Return the text of a mail as its reader saw it, "" where it has none."""
    try:
        body = message_from_bytes(found.message, policy=policy.default).get_body(("plain",))
        return "" if body is None else str(body.get_content())
    except (MessageError, LookupError, ValueError):
        # A message for a channel is no mail.
        return found.message.decode("utf-8", "replace")
