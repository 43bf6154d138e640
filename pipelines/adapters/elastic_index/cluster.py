"""One cluster: requests with their errors translated, and bulk writing that waits for a busy one.

What passes by itself is a TemporaryError: away, slow, red, full, overloaded. What a person has to mend is a PermanentError:
a wrong key, a certificate that nobody vouches for, an address where no Elasticsearch answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from crawlers.errors import CrawlError, PermanentError, TemporaryError
from pipelines.adapters.elastic_index.documents import Operation, bulk_body
from pipelines.model import RejectedDocument

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

BULK_BYTES = 8 << 20
"""Of one request; the server takes 100 MB and likes 5 to 15."""
ACTION_BYTES = 150
"""About what a bulk request says of a write beside its id and its source."""
BULK_TIMEOUT = "20s"
"""How long the server holds a write back for a primary shard that is not there yet."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Between attempts at documents that a busy node put off: 15 s in all, then the next run goes on."""
REASON_LENGTH = 500
KEEP_ALIVE = "2m"
"""Of a point in time, from one request to the next."""
SCANNED = 1_000

_BULK_HEADERS = {
    "accept": "application/vnd.elasticsearch+json; compatible-with=8",
    "content-type": "application/vnd.elasticsearch+x-ndjson; compatible-with=8",
}
_BULK_ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by"


# Of an empty answer the status is left.
_SEARCH_ANSWER = ",".join(
    f"responses.{part}"
    for part in (
        "status",
        "error",
        "hits.hits.sort",
        "aggregations.number.count",
        "aggregations.stories.buckets.first.hits.hits._source",
    )
)


class Gone(TemporaryError):
    """What was asked for is not there: an index, an alias, or a point in time that was closed."""


class TooSlow(TemporaryError):
    """No answer in time. Asking again at once would only wait as long again."""


class _TooMuch(PermanentError):
    """A request was refused as a whole, perhaps for one document in it."""


@dataclass
class _Tally:
    """What became of the writes of one attempt that were not done."""

    refused: list[RejectedDocument] = field(default_factory=list)
    later: list[Operation] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    why: str = ""


class Cluster:
    """A connection, made when first used. `where` names it in messages, without any secret."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        ca_certs: Path | str | None = None,
        timeout_s: float = 60.0,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        parts = urlsplit(url)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self.where = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
        self._api_key = api_key
        self._ca_certs = ca_certs
        self._timeout_s = timeout_s
        self._pauses_s = pauses_s
        self._opened: Elasticsearch | None = None

    @property
    def client(self) -> Elasticsearch:
        if self._opened is None:
            from elasticsearch import Elasticsearch  # costs a second

            # It warns of every failure beside raising it, and a person should read it once.
            logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
            options: dict[str, Any] = {"request_timeout": self._timeout_s, "max_retries": 0}
            if self._api_key:
                options["api_key"] = self._api_key
            elif self._login:
                options["basic_auth"] = self._login
            if self._ca_certs and self.where.startswith("https"):
                if not Path(self._ca_certs).is_file():
                    raise PermanentError(
                        f"{self._ca_certs}: there is no such file; set MAPLEWIRE_ELASTICSEARCH_CA_CERTS to the "
                        f"certificate of the authority that signed the one of {self.where}"
                    )
                options["ca_certs"] = str(self._ca_certs)
            with self.translated():
                self._opened = Elasticsearch(_with_port(self.where), **options)
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- errors --------------------------------------------------------------------------------------------

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the client's errors into ours; each message is one line that says what to do."""
        from elasticsearch import (
            ApiError,
            ConnectionTimeout,
            SerializationError,
            SSLError,
            TransportError,
            UnsupportedProductError,
        )

        try:
            yield
        except UnsupportedProductError as e:
            raise PermanentError(f"{self.where} is no Elasticsearch; correct MAPLEWIRE_INDEX_URL") from e
        except ApiError as e:
            raise self._refused(e.meta.status, e.body) from e
        except SSLError as e:
            if "WRONG_VERSION_NUMBER" in str(e.message):
                raise PermanentError(
                    f"{self.where} does not speak https; write http:// in MAPLEWIRE_INDEX_URL"
                ) from e
            raise PermanentError(
                f"{self.where}: its certificate is not trusted ({_first_line(str(e.message))}); set "
                "MAPLEWIRE_ELASTICSEARCH_CA_CERTS to the certificate of its authority"
            ) from e
        except ConnectionTimeout as e:
            raise TooSlow(f"{self.where} did not answer in {self._timeout_s:g} s") from e
        except SerializationError as e:
            raise TemporaryError(f"{self.where} answered with something that is no JSON") from e
        except TransportError as e:
            reason = _first_line(str(e.message))
            if self.where.startswith("http:") and (
                "BadStatusLine" in reason or "RemoteDisconnected" in reason
            ):
                reason += "; if it speaks https, write https:// in MAPLEWIRE_INDEX_URL"
            raise TemporaryError(f"{self.where} cannot be reached: {reason}") from e
        except ValueError as e:
            raise PermanentError(f"{self.where}: {_first_line(str(e))}; correct MAPLEWIRE_INDEX_URL") from e

    def _refused(self, status: int, answer: object) -> CrawlError:
        kind, reason = _cause(answer)
        if status == 401:
            return PermanentError(
                f"{self.where} does not accept the key; set MAPLEWIRE_ELASTICSEARCH_API_KEY to a valid one"
            )
        if status == 403 and "block" not in kind:
            return PermanentError(f"{self.where} does not allow this with our key: {reason}")
        if status == 404:
            return Gone(f"{self.where}: {reason}")
        if status in (403, 408, 409, 429) or status >= 500:
            return TemporaryError(f"{self.where} cannot do it now: {reason}")
        if status in (400, 413):
            return _TooMuch(f"{self.where} refuses the request: {reason}")
        return PermanentError(f"{self.where} refuses the request: {reason}")

    # -- reading -------------------------------------------------------------------------------------------

    @contextmanager
    def point_in_time(self, index: str) -> Iterator[str]:
        """Open one view of these indices, which later writes do not change; closed at the end."""
        with self.translated():
            pit = str(self.client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)["id"])
        try:
            yield pit
        finally:
            with suppress(TemporaryError), self.translated():
                self.client.close_point_in_time(id=pit)

    def searches(self, index: str | None, searches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the answers to these searches, sent in one request; `index` None where each has its point in time.

        Each answer is whole: a search that a shard cannot take part in fails.
        """
        header = {"allow_partial_search_results": False} | ({"index": index} if index else {})
        with self.translated():
            answers = self.client.msearch(
                searches=[part for search in searches for part in (header, search)],
                filter_path=_SEARCH_ANSWER,
            )["responses"]
        for answer in answers:
            if "error" in answer:
                raise self._refused(answer["status"], answer)
        return list(answers)

    def scan(
        self, index: str, clause: Mapping[str, Any], by: str = "_shard_doc"
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (id, source) of everything that matches, in the order of a field, however much it is.

        Raises Gone where the reader takes longer over one thousand than the point in time is kept.
        """
        after: dict[str, Any] = {}
        with self.point_in_time(index) as pit:
            while True:
                with self.translated():
                    answer = self.client.search(
                        pit={"id": pit, "keep_alive": KEEP_ALIVE}, query=clause, sort=[by], size=SCANNED,
                        track_total_hits=False, allow_partial_search_results=False, **after,
                    )  # fmt: skip
                hits = answer["hits"]["hits"]
                yield from ((hit["_id"], hit["_source"]) for hit in hits)
                if len(hits) < SCANNED:
                    return
                after = {"search_after": hits[-1]["sort"]}

    # -- bulk ----------------------------------------------------------------------------------------------

    def bulk(
        self,
        operations: Sequence[Operation],
        action: Callable[[Operation], bytes],
        *,
        refresh: bool = True,
        on_missing: Callable[[set[str]], None] | None = None,
    ) -> list[RejectedDocument]:
        """Do all these writes, each as `action` says; return those that were refused for good, with the reason.

        What the cluster puts off is tried again after a pause; TemporaryError when the patience is at its end. An
        older version than the one that is there counts as written. `on_missing` is told the bases of
        indices that are not there, to make them.
        """
        refused: list[RejectedDocument] = []
        waiting: Sequence[Operation] = operations
        tally = _Tally()
        for pause_s in (*self._pauses_s, None):
            tally = _Tally()
            self._attempt(waiting, action, tally, refresh)
            refused += tally.refused
            waiting = tally.later
            if not waiting:
                return refused
            if tally.missing and on_missing:
                on_missing(tally.missing)
            elif pause_s is not None:
                time.sleep(pause_s)
        raise TemporaryError(f"{len(waiting)} of {len(operations)} documents wait: {tally.why}")

    def _attempt(
        self,
        operations: Sequence[Operation],
        action: Callable[[Operation], bytes],
        tally: _Tally,
        refresh: bool,
    ) -> None:
        sent = 0
        for part in _parts(operations):
            try:
                self._send(part, action, tally, refresh)
            except TooSlow:
                raise
            except TemporaryError as e:
                tally.later += operations[sent:]
                tally.why = str(e)
                return
            sent += len(part)

    def _send(
        self,
        operations: Sequence[Operation],
        action: Callable[[Operation], bytes],
        tally: _Tally,
        refresh: bool,
    ) -> None:
        """Send one bulk request, in halves where it is refused as a whole."""
        body = bulk_body(operations, action)
        params = {"timeout": BULK_TIMEOUT, "filter_path": _BULK_ANSWER} | (
            {"refresh": "true"} if refresh else {}
        )
        try:
            with self.translated():
                answer: Any = self.client.perform_request(
                    "POST", "/_bulk", params=params, headers=_BULK_HEADERS, body=body
                )
        except _TooMuch as e:
            if len(operations) == 1:
                tally.refused.append(operations[0].rejected(str(e)))
                return
            half = len(operations) // 2
            self._send(operations[:half], action, tally, refresh)
            self._send(operations[half:], action, tally, refresh)
            return
        if answer["errors"]:
            for operation, item in zip(operations, answer["items"], strict=True):
                (result,) = item.values()
                if result["status"] >= 300:
                    self._judge(operation, result["status"], result.get("error", {}), tally)

    def _judge(self, operation: Operation, status: int, error: Mapping[str, Any], tally: _Tally) -> None:
        """Sort one write that was not done into those that have to wait and those that never will do."""
        if status == 409 or (status == 404 and not error):
            return  # an older version, or a removal of what was not there
        kind, reason = _cause({"error": error})
        if status == 401 or (status == 403 and "block" not in kind):
            raise PermanentError(f"{self.where} does not allow this with our key: {reason}")
        if status == 404:
            tally.missing.add(operation.base)
        if status in (403, 404, 408, 429) or status >= 500 or "no write index" in reason:
            tally.later.append(operation)
            tally.why = f"{self.where} cannot do it now: {reason}"
        else:
            tally.refused.append(operation.rejected(reason))


def _parts(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """Yield operations in order, as many at a time as make up one bulk request."""
    start = size = 0
    for at, operation in enumerate(operations):
        length = len(operation.source or b"") + len(operation.id) + ACTION_BYTES
        if size and size + length > BULK_BYTES:
            yield operations[start:at]
            start, size = at, 0
        size += length
    if start < len(operations):
        yield operations[start:]


def _cause(body: object) -> tuple[str, str]:
    """Return the kind and the reason of an error answer, the innermost cause included, on one line."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", _first_line(str(error or body))
    kinds, reasons = [], []
    roots = error.get("failed_shards") or []
    cause: Any = roots[0].get("reason", error) if roots else error
    while isinstance(cause, Mapping):
        kinds.append(str(cause.get("type", "")))
        reasons.append(
            _first_line(str(cause.get("reason") or kinds[-1]))
        )  # of a shard that is gone none is given
        cause = cause.get("caused_by")
    return " ".join(kinds), ": ".join(dict.fromkeys(filter(None, reasons)))[:REASON_LENGTH]


def _first_line(text: str) -> str:
    return " ".join(text.split())[:REASON_LENGTH]


def _with_port(url: str) -> str:
    """Return the address with its port, which the client insists on."""
    parts = urlsplit(url)
    if parts.port or not parts.hostname:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"))
