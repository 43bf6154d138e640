"""A dead-man's switch: a service that hears of each run, and alarms in silence.

The form is that of healthchecks.io, which others understand too: a POST to the address with `/start` when a
run begins, to the address itself when all went well, with `/fail` when something did not. What went wrong
is the body. The address is a secret and stands in no message. A ping that does not arrive stops nothing.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipelines.adapters.http_post import post
from pipelines.alerts.wording import one_line

#: For a whole exchange, in seconds. Shorter than a webhook's: nothing is lost with a ping, and a run
#: waits for two of them.
TIMEOUT_S = 10.0
#: Characters of a body. Such services keep 10 to 100 kB.
_LONGEST_BODY = 5000
_LONGEST_ANSWER = 100
_HEADERS = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Maplewire"}


class Ping:
    """Tells a service of the runs; does nothing without an address."""

    def __init__(self, url: str | None, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s

    def start(self) -> str | None:
        """Tell that a run begins; return why that was not possible, or None."""
        return self._send("/start", "")

    def success(self) -> str | None:
        """Tell that a run went well; return why that was not possible, or None."""
        return self._send("", "")

    def fail(self, text: str) -> str | None:
        """Tell that a run failed; return why that was not possible, or None."""
        return self._send("/fail", text)

    def _send(self, suffix: str, text: str) -> str | None:
        if self._url is None:
            return None
        body = text[:_LONGEST_BODY].encode("utf-8", "replace")
        try:
            status, reason = asyncio.run(post(_join(self._url, suffix), body, _HEADERS, self._timeout_s))
        except (TimeoutError, httpx.TimeoutException):
            return _explain(f"no answer within {self._timeout_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as e:
            # Its words may hold the address, so only its kind is told.
            return _explain(type(e).__name__)
        if 200 <= status < 300:
            return None
        return _explain(f"answered {status} {one_line(reason)[:_LONGEST_ANSWER]}")


def _join(url: str, suffix: str) -> str:
    """Return the address with the suffix behind its path, before a query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + suffix, fragment=""))


def _explain(what: str) -> str:
    return f"the ping to MAPLEWIRE_PING_URL did not arrive ({what}); the run is not affected"
