"""One cluster: its connection, its errors translated, and what is read of it.

Writing many documents is in `bulk`, what the server refuses in `refusals`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from crawlers.errors import CrawlError, PermanentError, TemporaryError
from pipelines.adapters.elastic_index.refusals import Gone, TooSlow, on_one_line, refusal

if TYPE_CHECKING:
    from elasticsearch import ApiError, Elasticsearch, SSLError, TransportError

__all__ = ["KEEP_ALIVE", "Cluster", "Gone"]

#: Of a point in time, from one request to the next.
KEEP_ALIVE = "2m"
#: Documents in one answer of a scan.
SCANNED = 1_000

#: The parts of an answer that are read; of an empty one the status is left.
_SEARCH_ANSWER = ",".join(
    (
        "responses.status",
        "responses.error",
        "responses.hits.hits.sort",
        "responses.aggregations.number.count",
        "responses.aggregations.*.buckets.key",
        "responses.aggregations.*.buckets.stories.value",
        "responses.aggregations.stories.buckets.first.hits.hits._source",
    )
)


class Cluster:
    """A connection, made when first used.

    `where` names the cluster in messages, without any secret.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        ca_certs: Path | str | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        parts = urlsplit(url)
        self._login: tuple[str, str] | None = None
        if parts.username:
            self._login = unquote(parts.username), unquote(parts.password or "")
        host = parts.netloc.rpartition("@")[2]
        self.where = urlunsplit(parts._replace(netloc=host, query="", fragment=""))
        self._api_key = api_key
        self._ca_certs = ca_certs
        self._timeout_s = timeout_s
        self._opened: Elasticsearch | None = None

    @property
    def client(self) -> Elasticsearch:
        if self._opened is None:
            from elasticsearch import Elasticsearch  # costs a second

            # It warns of every failure beside raising it, and a person should read it once.
            logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
            options = self._client_options()
            with self.translated():
                self._opened = Elasticsearch(_with_port(self.where), **options)
        return self._opened

    def _client_options(self) -> dict[str, Any]:
        # Retries are ours: the client's would ask a busy node again at once.
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
        return options

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- errors --------------------------------------------------------------------------------------------

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the client's errors into ours; each is one line that says what to do."""
        from elasticsearch import ApiError, TransportError, UnsupportedProductError

        try:
            yield
        except UnsupportedProductError as e:  # an ApiError too
            raise PermanentError(f"{self.where} is not Elasticsearch; correct MAPLEWIRE_INDEX_URL") from e
        except ApiError as e:
            raise self._translate_answer(e) from e
        except TransportError as e:
            raise self._translate_transport(e) from e
        except ValueError as e:  # of an address that is none
            raise PermanentError(f"{self.where}: {on_one_line(str(e))}; correct MAPLEWIRE_INDEX_URL") from e

    def _translate_answer(self, error: ApiError) -> CrawlError:
        return refusal(self.where, error.meta.status, error.body)

    def _translate_transport(self, error: TransportError) -> CrawlError:
        """Return our error for a request without a readable answer."""
        from elasticsearch import ConnectionTimeout, SerializationError, SSLError

        if isinstance(error, SSLError):
            return self._translate_tls(error)
        if isinstance(error, ConnectionTimeout):
            return TooSlow(f"{self.where} did not answer in {self._timeout_s:g} s")
        if isinstance(error, SerializationError):
            return TemporaryError(f"{self.where} answered with something that is not JSON")
        reason = on_one_line(str(error.message))
        # Words of the client, for a hint alone: it has no type for a server that speaks TLS.
        sounds_like_tls = "BadStatusLine" in reason or "RemoteDisconnected" in reason
        if self.where.startswith("http:") and sounds_like_tls:
            reason += "; if it speaks https, write https:// in MAPLEWIRE_INDEX_URL"
        return TemporaryError(f"{self.where} cannot be reached: {reason}")

    def _translate_tls(self, error: SSLError) -> PermanentError:
        # OpenSSL's own name for an answer that is no TLS.
        if "WRONG_VERSION_NUMBER" in str(error.message):
            return PermanentError(f"{self.where} does not speak https; write http:// in MAPLEWIRE_INDEX_URL")
        return PermanentError(
            f"{self.where}: its certificate is not trusted ({on_one_line(str(error.message))}); set "
            "MAPLEWIRE_ELASTICSEARCH_CA_CERTS to the certificate of its authority"
        )

    # -- reading -------------------------------------------------------------------------------------------

    @contextmanager
    def point_in_time(self, index: str) -> Iterator[str]:
        """Open one view of these indices, which later writes do not change."""
        with self.translated():
            pit = str(self.client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)["id"])
        try:
            yield pit
        finally:
            # What is not closed ends by itself after KEEP_ALIVE.
            with suppress(TemporaryError), self.translated():
                self.client.close_point_in_time(id=pit)

    def searches(
        self, index: str | None, searches: Sequence[Mapping[str, Any]], *, by_score: bool = False
    ) -> list[Mapping[str, Any]]:
        """Return the answers to these searches, sent in one request.

        `index` is None where each has its point in time. Each answer is whole: a search that a shard
        cannot take part in fails. `by_score` says that a word is as rare in one index as in all.
        """
        header: dict[str, Any] = {"allow_partial_search_results": False}
        if by_score:
            header["search_type"] = "dfs_query_then_fetch"
        if index:
            header["index"] = index
        lines: list[Mapping[str, Any]] = []
        for search in searches:
            lines += [header, search]
        with self.translated():
            answers = self.client.msearch(searches=lines, filter_path=_SEARCH_ANSWER)["responses"]
        for answer in answers:
            if "error" in answer:
                raise refusal(self.where, answer["status"], answer)
        return list(answers)

    def scan(
        self, index: str, clause: Mapping[str, Any], by: str = "_shard_doc"
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (id, source) of everything that matches, in the order of a field.

        However much it is. Raises Gone where the reader takes longer over one thousand than the point
        in time is kept.
        """
        after: dict[str, Any] = {}
        with self.point_in_time(index) as pit:
            while True:
                with self.translated():
                    answer = self.client.search(
                        pit={"id": pit, "keep_alive": KEEP_ALIVE},
                        query=clause,
                        sort=[by],
                        size=SCANNED,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                        **after,
                    )
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield hit["_id"], hit["_source"]
                if len(hits) < SCANNED:
                    return
                after = {"search_after": hits[-1]["sort"]}


def _with_port(url: str) -> str:
    """Return the address with its port."""
    # The client insists on one.
    parts = urlsplit(url)
    if parts.port or not parts.hostname:
        return url
    port = 443 if parts.scheme == "https" else 80
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{port}"))
