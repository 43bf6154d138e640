"""What a failed request means."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from OpenSSL.SSL import Error as TlsError
from scrapy import exceptions as scrapy_errors
from scrapy.http import Response
from twisted.internet import error as twisted_errors
from twisted.web.client import ResponseFailed

from crawlers.errors import PermanentError, Refused, RequestTooSlow, TemporaryError, TooLarge
from crawlers.guard import REDIRECT_LIMIT
from crawlers.model import Failing, FailureClass
from crawlers.schedule import LONGEST_WISH_S, failure_of_status
from crawlers.spiders.certificates import UntrustedCertificate

_TEMPORARY_STATUS = frozenset({408, 421, 423, 425, 429})
#: RFC 9110, section 15.5.11: taken away for good, and whoever runs the site says so himself.
_GONE = 410
_REASON_CHARS = 300
_URL_CHARS = 120
#: A redirect on the way of a request set a cookie that we did not keep: the key of its `meta`.
COOKIE_LOST = "cookie_lost"
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?", re.ASCII)
#: What may also be the fault of our own network.
_NO_ANSWER: frozenset[FailureClass] = frozenset({"dns", "timeout", "connection", "own_network"})


@dataclass(frozen=True, slots=True)
class FetchTrouble:
    """Why a listing or a page did not come."""

    #: Whether the same request may work later.
    kind: Failing
    #: One sentence for people.
    reason: str
    #: How much it weighs for a feed's schedule.
    failure: FailureClass
    status: int | None = None
    retry_after_s: int | None = None

    @property
    def may_be_our_network(self) -> bool:
        """Tell whether nobody answered, which can be our own fault."""
        return self.failure in _NO_ANSWER


class NotForNow(TemporaryError):
    """Nothing is fetched from a host for now."""

    def __init__(self, trouble: FetchTrouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


class CookieNeeded(PermanentError):
    """A site sends on only those who keep its cookie."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"its redirects go round in a circle ({url[:_URL_CHARS]}) and set a cookie; "
            "write cookies: true in the catalogue"
        )


def trouble_of_exception(error: BaseException) -> FetchTrouble:
    """Return what an exception of a request means."""
    match error:
        case NotForNow():
            return error.trouble
        case CookieNeeded():
            return FetchTrouble("permanent", str(error), "redirects")
        case TooLarge():
            return FetchTrouble("permanent", str(error), "too_large")
        case Refused():
            return FetchTrouble("permanent", str(error), "refused")
        case RequestTooSlow():
            return FetchTrouble("temporary", str(error), "timeout")
        case PermanentError():
            return FetchTrouble("permanent", str(error), "unreadable")
        case scrapy_errors.IgnoreRequest():
            return _ignored_request(str(error))
        case OSError():
            # Before ValueError: a wrong certificate is both.
            return _trouble_of_network(error)
        case ValueError():
            return FetchTrouble("permanent", f"the address cannot be fetched: {_one_line(error)}", "refused")
        case _:
            return _trouble_of_network(error)


def _trouble_of_network(error: BaseException) -> FetchTrouble:
    match error:
        case scrapy_errors.CannotResolveHostError():
            return FetchTrouble("temporary", "the host name has no address", "dns")
        case scrapy_errors.DownloadTimeoutError():
            return FetchTrouble("temporary", "no complete answer in time", "timeout")
        case scrapy_errors.DownloadConnectionRefusedError():
            return FetchTrouble("temporary", "the host refused the connection", "connection")
        case twisted_errors.NoRouteError():
            return FetchTrouble("temporary", "there is no route to the host", "own_network")
        case scrapy_errors.ResponseDataLossError():
            return FetchTrouble("temporary", "the answer was cut off", "connection")
        case TlsError():
            return _no_secure_connection(error)
        case scrapy_errors.DownloadFailedError():
            return _broken_connection(error)
        case twisted_errors.ConnectError() | twisted_errors.ConnectionLost() | OSError() | EOFError():
            return FetchTrouble("temporary", f"the connection failed: {_one_line(error)}", "connection")
        case _:
            reason = f"unexpected {type(error).__name__}: {_one_line(error)}"
            return FetchTrouble("temporary", reason, "server_error")


def trouble_of_status(response: Response, now: datetime) -> FetchTrouble | None:
    """Return what a status other than 200 means, None for 200."""
    status = response.status
    if status == HTTPStatus.OK:
        return None
    try:
        reason = f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        reason = f"answered {status}"
    wait_s = retry_after_s(response, now)
    if status < 300:
        return FetchTrouble("temporary", f"{reason} without a page", "server_error", status, wait_s)
    # Walls answer with any status between 400 and 500, and 404 is also said of pages that are late.
    kind: Failing = "doubtful"
    if status >= 500 or status in _TEMPORARY_STATUS:
        kind = "temporary"
    elif status == _GONE:
        kind = "permanent"
    return FetchTrouble(kind, reason, failure_of_status(status), status, wait_s)


def _broken_connection(error: BaseException) -> FetchTrouble:
    """Return what a broken connection means.

    Twisted wraps a failed TLS handshake and any other failure alike.
    """
    wrapped = error.__cause__
    causes: list[BaseException] = []
    if isinstance(wrapped, ResponseFailed):
        causes = []
        for failure in wrapped.reasons:
            causes.append(failure.value)
    for cause in causes:
        if isinstance(cause, TlsError | UntrustedCertificate):
            return _no_secure_connection(cause)
    first_cause = causes[0] if causes else error
    return FetchTrouble("temporary", f"the connection failed: {_one_line(first_cause)}", "connection")


def _no_secure_connection(error: BaseException) -> FetchTrouble:
    advice = "if the site is right all the same, write verify: no and a verify_reason in the catalogue"
    return FetchTrouble("temporary", f"no secure connection: {_one_line(error)}; {advice}", "tls")


def _ignored_request(message: str) -> FetchTrouble:
    """Return why Scrapy dropped a request, in our words."""
    # Scrapy has one exception for all of them, so its words are all there is to tell them apart.
    if "robots.txt" in message:
        return FetchTrouble("permanent", "robots.txt forbids it", "refused")
    if "redirections" in message:
        # A loop that sets a cookie is a wall of its kind.
        return FetchTrouble("doubtful", f"more than {REDIRECT_LIMIT} redirects", "redirects")
    if "DOWNLOAD_MAXSIZE" in message:
        return FetchTrouble("permanent", "larger than 10 MiB when decompressed", "too_large")
    return FetchTrouble("permanent", message[:_REASON_CHARS] or "ignored", "refused")


def asks_for_a_pause(trouble: FetchTrouble | None) -> bool:
    """Tell whether a host wants to be left alone.

    429 says so by itself; a server that is down for a while may say for how long.
    """
    if trouble is None or trouble.status is None:
        return False
    if trouble.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return trouble.status >= 500 and bool(trouble.retry_after_s)


def retry_after_s(response: Response, now: datetime) -> int | None:
    """Return the pause that a server asks for, at most a day, or None."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    try:
        # RFC 9110, section 10.2.3: seconds, or a date. Some servers write seconds with a fraction.
        seconds = float(value) if _SECONDS.fullmatch(value) else _seconds_until(value, response, now)
        return round(max(0, min(seconds, LONGEST_WISH_S)))
    except (ValueError, OverflowError):
        return None


def _seconds_until(http_date: str, response: Response, now: datetime) -> float:
    when = _read_date(http_date)
    seconds = (when - now).total_seconds()
    if not 0 < seconds <= LONGEST_WISH_S:
        # The server's clock may be wrong by hours. It tells its time in the same answer.
        server_clock = (response.headers.get("Date") or b"").decode("latin-1")
        with contextlib.suppress(ValueError):
            seconds = (when - _read_date(server_clock)).total_seconds()
    return seconds


def _read_date(http_date: str) -> datetime:
    """Return the time of a header. Raises ValueError."""
    try:
        when = parsedate_to_datetime(http_date)
    except (TypeError, IndexError) as e:
        raise ValueError(f"{http_date!r} is no date") from e
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return when


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:_REASON_CHARS] or type(error).__name__
