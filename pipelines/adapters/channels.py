"""Ways out beside mail: a signed webhook, or Apprise.

A webhook is an address that begins with http:// or https://. It gets the JSON document of
`docs/webhook.schema.json` by POST, with `X-Maplewire-Key` (the same for a repeat) and, where the
channel has a secret, `X-Maplewire-Timestamp` and `X-Maplewire-Signature: sha256=HEX`, the HMAC-SHA256
of timestamp, full stop and body. Redirects are not followed. What is wrong with the address or with a
secret is for a person to mend, and the messages wait; only what is wrong with a message itself is a
refusal. The addresses are the operator's own, so nothing is forbidden to them; they are secrets and stand
in no message.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from crawlers.errors import CatalogueError, TemporaryError
from pipelines.adapters.http_post import post
from pipelines.alerts.wording import one_line
from pipelines.beat.searches import Channel
from pipelines.model import MAIL, Answer, Delivery, OutboxMail
from pipelines.ports import Clock, Mailer
from pipelines.ports.mail import HostSilent, NeedsMending, WayBlocked

#: For a whole exchange, however slowly the other side sends it, in seconds. A program that does its work
#: before it answers may well take half a minute, and who gives up earlier sends it the same again.
TIMEOUT_S = 60.0
#: Characters of an answer that are kept.
_LONGEST_ANSWER = 200
#: Stories in a message to a service that shows text: most cut a message at 2,000 characters.
SHOWN_ITEMS = 10
#: Refusals that pass by themselves: timeout, conflict, locked, too early, too many requests.
TRY_AGAIN = frozenset({408, 409, 423, 425, 429})
#: Answers to a wrong password or token: unauthorized, payment required, forbidden, proxy authentication.
WRONG_PASSWORD = frozenset({401, 402, 403, 407})
#: Answers of an address that is not, or no longer, the right one.
WRONG_ADDRESS = frozenset({404, 405, 410})


class ChannelRouter:
    """A Mailer that takes each message to where it belongs.

    Mail goes to the mailer, the rest to its channel.
    """

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
        channel = _resolved(known)
        if channel.url.startswith(("http://", "https://")):
            return self._post_webhook(channel, mail)
        self._notify_service(channel, mail)
        return Delivery(f"channel {channel.id}")

    # -- webhook -------------------------------------------------------------------------------------------

    def _post_webhook(self, channel: Channel, mail: OutboxMail) -> Delivery:
        headers = self._webhook_headers(channel, mail)
        try:
            status, reason = asyncio.run(post(channel.url, mail.message, headers, self._timeout_s))
        except (TimeoutError, httpx.TimeoutException):
            text = f"channel {channel.id} did not answer within {self._timeout_s:g} s"
            # `from None`: the cause would show the address, with its token, in a traceback.
            raise HostSilent(text) from None
        except httpx.ConnectError as e:
            problem = _problem_without_address(channel, e)
            raise WayBlocked(f"channel {channel.id} cannot be reached: {problem}") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as e:
            problem = _problem_without_address(channel, e)
            raise TemporaryError(f"channel {channel.id} cannot be reached: {problem}") from None
        if 200 <= status < 300:
            return Delivery(f"channel {channel.id} answered {status}")
        text = f"channel {channel.id} answered {status} {one_line(reason)[:_LONGEST_ANSWER]}"
        if 300 <= status < 400:
            # Where to is not said here: the other address may hold a token, too.
            raise TemporaryError(
                f"{text}: it sends us to another address, and redirects are not followed; "
                "its messages wait until searches.yaml has the right address"
            )
        if status in WRONG_PASSWORD:
            raise NeedsMending(f"{text}: it takes no password, token or signature of ours; messages wait")
        if status >= 500 or status in TRY_AGAIN or status in WRONG_ADDRESS:
            raise TemporaryError(text)
        refused = Answer("failed", text, self._clock.now())
        return Delivery(text, dict.fromkeys(mail.owed, refused))

    def _webhook_headers(self, channel: Channel, mail: OutboxMail) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Maplewire",
            "X-Maplewire-Key": mail.key.encode("ascii", "backslashreplace").decode(),
        }
        if channel.secret:
            # The time is signed too, so that nobody can send an old message again.
            timestamp = str(int(self._unix_time()))
            headers["X-Maplewire-Timestamp"] = timestamp
            headers["X-Maplewire-Signature"] = f"sha256={signature(channel.secret, timestamp, mail.message)}"
        return headers

    # -- Apprise -------------------------------------------------------------------------------------------

    def _notify_service(self, channel: Channel, mail: OutboxMail) -> None:
        import apprise

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses, which hold tokens
        # Apprise's own pool of threads would be waited for as the program ends, however long that takes.
        asset = apprise.AppriseAsset(async_mode=False, service_timeout=0)
        service = apprise.Apprise(asset=asset)
        if not service.add(channel.url):
            raise TemporaryError(
                f"channel {channel.id}: Apprise does not know its address; correct it in searches.yaml"
            )
        title, body = as_text(json.loads(mail.message))
        answers: list[bool] = []

        def notify() -> None:
            answer = service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
            answers.append(bool(answer))

        # Apprise waits anew for each byte and cannot be stopped. Its thread is left alone after our time.
        sending = threading.Thread(target=notify, name=f"channel {channel.id}", daemon=True)
        sending.start()
        sending.join(self._timeout_s)
        if sending.is_alive():
            raise HostSilent(f"channel {channel.id} did not answer within {self._timeout_s:g} s")
        if answers != [True]:
            raise TemporaryError(f"channel {channel.id} did not take the message")


def _resolved(channel: Channel) -> Channel:
    """Return a channel with the values of its variables.

    Raises NeedsMending where one is not set, as in a cron table that does not have it.
    """
    try:
        return channel.resolved()
    except CatalogueError as e:
        raise NeedsMending(f"{e}; its messages wait") from None


def _problem_without_address(channel: Channel, error: Exception) -> str:
    # What is wrong with the address itself is told in pieces of it, so of that only the type is shown.
    if isinstance(error, httpx.NetworkError | httpx.TimeoutException) and str(error):
        return one_line(str(error).replace(channel.url, "…"))[:_LONGEST_ANSWER]
    return type(error).__name__


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of a webhook's timestamp and body, in hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def as_text(document: dict[str, Any]) -> tuple[str, str]:
    """Return (title, text) of a message for services that show text.

    One block for each story, then the receipt.
    """
    lines: list[str] = []
    for item in document["items"][:SHOWN_ITEMS]:
        lines += _item_lines(item)
        lines.append("")
    not_shown = len(document["items"]) + document["left_out"] - SHOWN_ITEMS
    if not_shown > 0:
        lines += [f"and {not_shown} more", ""]
    lines.append(_receipt_line(document["receipt"]))
    return document["subject"], "\n".join(lines)


def _item_lines(item: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    story = item["story"]
    if story is not None:
        headline = story["headline"]
        if story["label"]:
            headline += f" ({story['label']})"
        lines.append(headline)
        for article in story["articles"][:1]:
            lines.append(article["url"])
    for line in item["why"][:3]:
        lines.append(f"- {line}")
    for change in item["changed"][:3]:
        lines.append(f"{change['before']} → {change['after']}")
    return lines


def _receipt_line(receipt: dict[str, Any]) -> str:
    line = f"{receipt['read']} of {receipt['due']} sources due were read"
    for source in receipt["failing"][:3]:
        does = "fails"
        if source["state"] != "failing":
            does = f"({source['state']})"
        line += f"; {source['name']} {does}: {source['why']}"
    return line + "."
