"""What a cluster refuses, and whether it may work later.

What passes by itself is a TemporaryError: away, slow, red, full, overloaded. What a person has to mend
is a PermanentError: a wrong key, a certificate that nobody vouches for, an address where no
Elasticsearch answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from crawlers.errors import CrawlError, PermanentError, TemporaryError

#: Characters of a reason that are kept; the server quotes whole documents in some.
REASON_LENGTH = 500
#: The server's type of error for an index that a request wanted to make.
_ALREADY_EXISTS = "resource_already_exists_exception"
#: Statuses of a server that may do the same later.
_PASSING = frozenset(
    {
        HTTPStatus.FORBIDDEN,  # of an index that is blocked while its disk is full
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class Gone(TemporaryError):
    """What was asked for is not there: an index, an alias, or a closed point in time."""


class TooSlow(TemporaryError):
    """No answer in time. Asking again at once would only wait as long again."""


class RequestRefused(PermanentError):
    """A request was refused as a whole, perhaps for one document in it."""


class AlreadyExists(RequestRefused):
    """An index that should be made is there: another process was quicker."""


@dataclass(frozen=True, slots=True)
class ErrorCause:
    """Why the server refused.

    Its types of error from the outside in, and their reasons on one line.
    """

    types: tuple[str, ...]
    reason: str

    @property
    def is_block(self) -> bool:
        """Tell whether an index is blocked, for every key."""
        # The server blocks an index while its disk is full.
        return any("block" in kind for kind in self.types)


def cause_of(body: object) -> ErrorCause:
    """Return the cause that an answer names, with the innermost one."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return ErrorCause((), on_one_line(str(error or body)))
    types: list[str] = []
    reasons: dict[str, None] = {}  # keeps their order, and the server repeats itself
    cause = _outermost_cause(error)
    while isinstance(cause, Mapping):
        kind = str(cause.get("type", ""))
        types.append(kind)
        # Of a shard that is gone the server gives no reason.
        reasons[on_one_line(str(cause.get("reason") or kind))] = None
        cause = cause.get("caused_by")
    return ErrorCause(tuple(types), ": ".join(filter(None, reasons))[:REASON_LENGTH])


def _outermost_cause(error: Mapping[str, Any]) -> Any:
    """Return the cause of the first shard that failed, else the error itself."""
    # The error over the shards says only that some failed.
    failed_shards = error.get("failed_shards")
    if not failed_shards:
        return error
    return failed_shards[0].get("reason", error)


def refusal(where: str, status: int, body: object) -> CrawlError:
    """Return our error for an answer of the cluster at `where`."""
    cause = cause_of(body)
    if status == HTTPStatus.UNAUTHORIZED:
        return PermanentError(
            f"{where} does not accept the key; set MAPLEWIRE_ELASTICSEARCH_API_KEY to a valid one"
        )
    if status == HTTPStatus.FORBIDDEN and not cause.is_block:
        return not_allowed(where, cause)
    if status == HTTPStatus.NOT_FOUND:
        return Gone(f"{where}: {cause.reason}")
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryError(cannot_now(where, cause))
    text = f"{where} refuses the request: {cause.reason}"
    if _ALREADY_EXISTS in cause.types:
        return AlreadyExists(text)
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        return RequestRefused(text)
    return PermanentError(text)


def not_allowed(where: str, cause: ErrorCause) -> PermanentError:
    """Return our error for what the key may not do."""
    return PermanentError(f"{where} does not allow this with our key: {cause.reason}")


def cannot_now(where: str, cause: ErrorCause) -> str:
    """Return the message of a refusal that may pass by itself."""
    return f"{where} cannot do it now: {cause.reason}"


def on_one_line(text: str) -> str:
    """Return a reason of the server on one line, cut to REASON_LENGTH."""
    return " ".join(text.split())[:REASON_LENGTH]
