"""Bulk writing that waits for a busy node and sets aside what it will never take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from crawlers.errors import CrawlError, TemporaryError
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.documents import Operation, bulk_body
from pipelines.adapters.elastic_index.refusals import (
    ErrorCause,
    RequestRefused,
    TooSlow,
    cannot_now,
    cause_of,
    not_allowed,
)
from pipelines.model import RejectedDocument

#: Of one request; the server takes 100 MB and likes 5 to 15.
BULK_BYTES = 8 << 20
#: What is worth a request of its own.
LEAST_BULK_BYTES = 1 << 20
_REQUESTS_AT_ONCE = 2
#: About what a bulk request says of a write beside its id and its source.
ACTION_BYTES = 150
#: How long the server holds a write back for a primary shard that is not there yet.
BULK_TIMEOUT = "20s"
#: Between attempts at documents that a busy node put off: 15 s in all, then the next run goes on.
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)

#: Statuses of single writes that may be done later.
_PASSING = frozenset(
    {
        HTTPStatus.FORBIDDEN,  # of an index that is blocked while its disk is full
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_HEADERS = {
    "accept": "application/vnd.elasticsearch+json; compatible-with=8",
    "content-type": "application/vnd.elasticsearch+x-ndjson; compatible-with=8",
}
#: The parts of an answer that are read: most of it repeats what was asked.
_ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by"


@dataclass
class _Attempt:
    """The writes of one attempt that were not done, and why not."""

    refused: list[RejectedDocument] = field(default_factory=list)
    later: list[Operation] = field(default_factory=list)
    missing_bases: set[str] = field(default_factory=set)
    why: str = ""
    #: As a whole, by the cluster.
    is_put_off: bool = False


class BulkWriter:
    """Does many writes.

    `action` gives for each the line that says what is done, and where.
    """

    def __init__(
        self,
        cluster: Cluster,
        action: Callable[[Operation], bytes],
        *,
        pauses_s: Sequence[float] = PAUSES_S,
        on_missing: Callable[[set[str]], None] | None = None,
        is_found_at_once: bool = True,
    ) -> None:
        """`on_missing` gets the bases of indices that are not there, to make them.

        Where what is written need not be found at once, the server writes a quarter faster.
        """
        self._cluster = cluster
        self._action = action
        self._pauses_s = pauses_s
        self._on_missing = on_missing
        self._is_found_at_once = is_found_at_once

    def write(self, operations: Sequence[Operation]) -> list[RejectedDocument]:
        """Do all these writes; return those refused for good.

        What the cluster puts off is tried again after a pause; TemporaryError when the patience is at
        its end. An older version than the one that is there counts as written.
        """
        refused: list[RejectedDocument] = []
        waiting: Sequence[Operation] = operations
        attempt = _Attempt()
        for pause_s in (*self._pauses_s, None):
            attempt = self._try(waiting)
            refused += attempt.refused
            waiting = attempt.later
            if not waiting:
                return refused
            if attempt.missing_bases and self._on_missing:
                self._on_missing(attempt.missing_bases)
            elif pause_s is not None:
                time.sleep(pause_s)
        raise TemporaryError(f"{len(waiting)} of {len(operations)} documents wait: {attempt.why}")

    def _try(self, operations: Sequence[Operation]) -> _Attempt:
        """Send all that waits; what is left when the cluster cannot do it now is not sent."""
        cluster_is_busy = threading.Event()

        def try_part(part: Sequence[Operation]) -> _Attempt:
            if cluster_is_busy.is_set():
                return _Attempt(later=list(part))
            try:
                attempt = self._try_part(part)
            except CrawlError:
                cluster_is_busy.set()
                raise
            if attempt.is_put_off:
                cluster_is_busy.set()
            return attempt

        whole = _Attempt()
        # A shard takes one request on one processor, so two at once take half the time on two.
        # Both have ended when this is left: nothing is written after a failed rebuild has tidied up.
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as sender:
            for attempt in sender.map(try_part, _request_sized(operations)):
                whole.refused += attempt.refused
                whole.later += attempt.later
                whole.missing_bases |= attempt.missing_bases
                whole.why = attempt.why or whole.why
        return whole

    def _try_part(self, operations: Sequence[Operation]) -> _Attempt:
        attempt = _Attempt()
        try:
            self._send(operations, attempt)
        except TooSlow:
            raise
        except TemporaryError as e:
            # What was refused in one half is sent again with the rest, and told then.
            return _Attempt(later=list(operations), why=str(e), is_put_off=True)
        return attempt

    def _send(self, operations: Sequence[Operation], attempt: _Attempt) -> None:
        """Send one bulk request."""
        # Refused as a whole, it goes again in halves, until the one document that is to blame is alone.
        try:
            answer = self._request(operations)
        except RequestRefused as e:
            if len(operations) == 1:
                attempt.refused.append(operations[0].rejected(str(e)))
                return
            half = len(operations) // 2
            self._send(operations[:half], attempt)
            self._send(operations[half:], attempt)
            return
        if not answer["errors"]:
            return
        for operation, item in zip(operations, answer["items"], strict=True):
            (result,) = item.values()
            if result["status"] >= HTTPStatus.MULTIPLE_CHOICES:
                self._judge_failure(operation, result["status"], result.get("error", {}), attempt)

    def _request(self, operations: Sequence[Operation]) -> Any:
        body = bulk_body(operations, self._action)
        params = {"timeout": BULK_TIMEOUT, "filter_path": _ANSWER}
        if self._is_found_at_once:
            # The next search, and the next look for doubles, has to find what was written.
            params["refresh"] = "true"
        with self._cluster.translated():
            return self._cluster.client.perform_request(
                "POST", "/_bulk", params=params, headers=_HEADERS, body=body
            )

    def _judge_failure(
        self, operation: Operation, status: int, error: Mapping[str, Any], attempt: _Attempt
    ) -> None:
        """Sort one write that was not done: later, or never."""
        is_older_version = status == HTTPStatus.CONFLICT
        removes_what_is_not_there = status == HTTPStatus.NOT_FOUND and not error
        if is_older_version or removes_what_is_not_there:
            return
        cause = cause_of({"error": error})
        if status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and not cause.is_block):
            raise not_allowed(self._cluster.where, cause)
        if status == HTTPStatus.NOT_FOUND:
            attempt.missing_bases.add(operation.base)
        if _may_pass(status, cause):
            attempt.later.append(operation)
            attempt.why = cannot_now(self._cluster.where, cause)
        else:
            attempt.refused.append(operation.rejected(cause.reason))


def _may_pass(status: int, cause: ErrorCause) -> bool:
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    # An alias between two indices, while a rebuild moves it. The server calls that an illegal
    # argument, as it does many things, so its words are all there is to go by.
    return "no write index" in cause.reason


def _request_sized(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """Yield operations in order, in parts for one request each."""
    most = max(sum(map(_length_of, operations)) // _REQUESTS_AT_ONCE, LEAST_BULK_BYTES)
    most = min(most, BULK_BYTES)
    start = 0
    size = 0
    for place, operation in enumerate(operations):
        length = _length_of(operation)
        if size and size + length > most:
            yield operations[start:place]
            start = place
            size = 0
        size += length
    if start < len(operations):
        yield operations[start:]


def _length_of(operation: Operation) -> int:
    return len(operation.source or b"") + len(operation.id) + ACTION_BYTES
