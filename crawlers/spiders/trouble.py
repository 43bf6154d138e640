"""What a failed request means: whether to try again, which failure of a feed it is, one sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

from OpenSSL.SSL import Error as TlsError
from scrapy import exceptions as scrapy_errors
from scrapy.http import Response
from twisted.internet import error as twisted_errors
from twisted.web.client import ResponseFailed

from crawlers.errors import PermanentError, Refused
from crawlers.guard import REDIRECT_LIMIT
from crawlers.schedule import FailureClass, failure_of_status

_LONGEST_RETRY_AFTER_S = 86_400
_TEMPORARY_STATUS = frozenset({408, 421, 423, 425, 429})
_NO_ANSWER: frozenset[FailureClass] = frozenset({"dns", "timeout", "connection", "own_network"})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a listing or a page did not come. `failure` sets how much it weighs for a feed's schedule."""

    kind: Literal["temporary", "permanent"]
    reason: str
    failure: FailureClass
    status: int | None = None
    retry_after_s: int | None = None

    @property
    def may_be_our_network(self) -> bool:
        """Tell whether nobody answered, which can be our own fault."""
        return self.failure in _NO_ANSWER


def of_exception(error: BaseException) -> Trouble:
    """Return what an exception from Scrapy, Twisted or our own guard means."""
    match error:
        case Refused():
            return Trouble("permanent", str(error), "refused")
        case PermanentError():
            return Trouble("permanent", str(error), "unreadable")
        case scrapy_errors.IgnoreRequest():
            return _ignored(str(error))
        case scrapy_errors.CannotResolveHostError():
            return Trouble("temporary", "the host name has no address", "dns")
        case scrapy_errors.DownloadTimeoutError():
            return Trouble("temporary", "no complete answer in time", "timeout")
        case scrapy_errors.DownloadConnectionRefusedError():
            return Trouble("temporary", "the host refused the connection", "connection")
        case twisted_errors.NoRouteError():
            return Trouble("temporary", "there is no route to the host", "own_network")
        case scrapy_errors.ResponseDataLossError():
            return Trouble("temporary", "the answer was cut off", "connection")
        case TlsError():
            return Trouble("temporary", f"no secure connection: {_one_line(error)}", "tls")
        case scrapy_errors.DownloadFailedError():
            return _broken_connection(error)
        case twisted_errors.ConnectError() | twisted_errors.ConnectionLost() | OSError() | EOFError():
            return Trouble("temporary", f"the connection failed: {_one_line(error)}", "connection")
        case ValueError():
            return Trouble("permanent", f"the address cannot be fetched: {_one_line(error)}", "refused")
        case _:
            return Trouble(
                "temporary", f"unexpected {type(error).__name__}: {_one_line(error)}", "server_error"
            )


def of_status(response: Response, now: datetime) -> Trouble | None:
    """Return what a status other than 200 means, None for 200."""
    status = response.status
    if status == HTTPStatus.OK:
        return None
    try:
        reason = f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        reason = f"answered {status}"
    wait = _retry_after(response, now)
    if status < 300:
        return Trouble("temporary", f"{reason} without a page", "server_error", status, wait)
    is_temporary = status >= 500 or status in _TEMPORARY_STATUS
    return Trouble(
        "temporary" if is_temporary else "permanent", reason, failure_of_status(status), status, wait
    )


def _broken_connection(error: BaseException) -> Trouble:
    """Tell a failed TLS handshake from other broken connections; Twisted wraps both alike."""
    wrapped = error.__cause__
    reasons = [failure.value for failure in wrapped.reasons] if isinstance(wrapped, ResponseFailed) else []
    for reason in reasons:
        if isinstance(reason, TlsError):
            return of_exception(reason)
    cause = reasons[0] if reasons else error
    return Trouble("temporary", f"the connection failed: {_one_line(cause)}", "connection")


def _ignored(message: str) -> Trouble:
    """Say Scrapy's few reasons for dropping a request in our words."""
    if "robots.txt" in message:
        return Trouble("permanent", "robots.txt forbids it", "refused")
    if "redirections" in message:
        return Trouble("permanent", f"more than {REDIRECT_LIMIT} redirects", "redirects")
    if "DOWNLOAD_MAXSIZE" in message:
        return Trouble("permanent", "larger than 10 MiB when decompressed", "too_large")
    return Trouble("permanent", message[:300] or "ignored", "refused")


def _retry_after(response: Response, now: datetime) -> int | None:
    """Return the seconds a server asks us to wait, within a day; None when it does not say."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    try:
        seconds = int(value) if value.isdecimal() else _seconds_until(value, now)
    except (ValueError, OverflowError):
        return None
    return max(0, min(seconds, _LONGEST_RETRY_AFTER_S))


def _seconds_until(http_date: str, now: datetime) -> int:
    when = parsedate_to_datetime(http_date)
    return round(((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
