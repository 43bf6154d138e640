"""Ways out beside mail: a signed webhook of our own, and every service that Apprise knows (Slack, Teams, Matrix, …).

A webhook is an address that begins with http:// or https://. It gets the JSON document of `docs/webhook.schema.json` by POST,
with `X-Maplewire-Key` (the same for a repeat) and, where the channel has a secret, `X-Maplewire-Timestamp` and
`X-Maplewire-Signature: sha256=HEX`, the HMAC-SHA256 of timestamp, full stop and body. Redirects are not followed. The addresses
are the operator's own, so nothing is forbidden to them; they are secrets and stand in no message.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from crawlers.errors import TemporaryError
from pipelines.beat.searches import Channel
from pipelines.model import MAIL, Answer, Delivery, OutboxMail
from pipelines.ports import Clock, Mailer

TIMEOUT_S = 20.0
SHOWN_ITEMS = 10
TRY_AGAIN = frozenset({408, 409, 423, 425, 429})


class ChannelRouter:
    """A Mailer that takes each message to where it belongs: mail to the mailer, the rest to its channel."""

    def __init__(
        self,
        mailer: Mailer,
        channels: Iterable[Channel],
        clock: Clock,
        *,
        timeout_s: float = TIMEOUT_S,
        unix_time: Callable[[], float] = time.time,
    ) -> None:
        self._mailer = mailer
        self._channels = {channel.id: channel for channel in channels}
        self._clock = clock
        self._timeout_s = timeout_s
        self._unix_time = unix_time

    def send(self, mail: OutboxMail) -> Delivery:
        if mail.channel == MAIL:
            return self._mailer.send(mail)
        known = self._channels.get(mail.channel)
        if known is None:
            raise TemporaryError(
                f"channel “{mail.channel}” is not in searches.yaml any more; its messages wait for it"
            )
        channel = known.resolved()
        if channel.url.startswith(("http://", "https://")):
            return self._post(channel, mail)
        self._notify(channel, mail)
        return Delivery(f"channel {channel.id}")

    # -- webhook -------------------------------------------------------------------------------------------

    def _post(self, channel: Channel, mail: OutboxMail) -> Delivery:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Maplewire",
            "X-Maplewire-Key": mail.key.encode("ascii", "backslashreplace").decode(),
        }
        if channel.secret:
            timestamp = str(int(self._unix_time()))
            headers["X-Maplewire-Timestamp"] = timestamp
            headers["X-Maplewire-Signature"] = f"sha256={signature(channel.secret, timestamp, mail.message)}"
        request = Request(channel.url, data=mail.message, headers=headers, method="POST")  # noqa: S310 - http(s), see send
        try:
            with build_opener(_NoRedirects).open(request, timeout=self._timeout_s) as answer:
                return Delivery(f"channel {channel.id} answered {answer.status}")
        except HTTPError as e:
            text = f"channel {channel.id} answered {e.code} {e.reason}"
            if e.code >= 500 or e.code in TRY_AGAIN:
                raise TemporaryError(text) from None
            refused = Answer("failed", text, self._clock.now())
            return Delivery(text, dict.fromkeys(mail.owed, refused))
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise TemporaryError(f"channel {channel.id} cannot be reached: {_without(channel, e)}") from None

    # -- Apprise -------------------------------------------------------------------------------------------

    def _notify(self, channel: Channel, mail: OutboxMail) -> None:
        import apprise

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses, which hold tokens
        service = apprise.Apprise()
        if not service.add(channel.url):
            raise TemporaryError(
                f"channel {channel.id}: its address is none that Apprise knows; correct it in searches.yaml"
            )
        title, body = as_text(json.loads(mail.message))
        if not service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT):
            raise TemporaryError(f"channel {channel.id} did not take the message")


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _without(channel: Channel, error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or type(error).__name__).replace(channel.url, "…")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of a webhook's timestamp and body, in hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def as_text(document: dict[str, Any]) -> tuple[str, str]:
    """Return (title, text) of a message for services that show text: one block for each story, then the receipt."""
    lines: list[str] = []
    for item in document["items"][:SHOWN_ITEMS]:
        story = item["story"]
        if story is not None:
            label = f" ({story['label']})" if story["label"] else ""
            lines += [f"{story['headline']}{label}", *(a["url"] for a in story["articles"][:1])]
        lines += [f"- {line}" for line in item["why"][:3]]
        lines += [f"{change['before']} → {change['after']}" for change in item["changed"][:3]]
        lines.append("")
    if rest := len(document["items"]) + document["left_out"] - SHOWN_ITEMS:
        lines += [f"and {rest} more", ""] if rest > 0 else []
    receipt = document["receipt"]
    failing = "".join(f"; {f['name']} fails: {f['why']}" for f in receipt["failing"][:3])
    lines.append(f"{receipt['read']} of {receipt['due']} sources due were read{failing}.")
    return document["subject"], "\n".join(lines)
