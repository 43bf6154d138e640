"""An Elasticsearch to measure on, left without a trace."""

from __future__ import annotations

import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.adapters.elastic_index import ElasticIndex

_ENDING = (signal.SIGTERM, signal.SIGHUP)
#: Added to the number of a signal, it is the status that a shell gives to a program that it ended.
_ENDED_BY_SIGNAL = 128
#: A request that was broken off may make an index after the first look.
_LOOKS = 3


@contextmanager
def benched_node(
    url: str, api_key: str | None, ca_certs: Path | str | None, *, timeout_s: float
) -> Iterator[tuple[Elasticsearch, ElasticIndex, str]]:
    """Yield a client, an index and the prefix of all its names.

    Whatever has this prefix is removed when the block is left, by a signal too.
    """
    from elasticsearch import Elasticsearch

    from pipelines.adapters.elastic_index import ElasticIndex

    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    index = ElasticIndex(url, api_key=api_key, ca_certs=ca_certs, prefix=prefix)
    # The client refuses an empty setting.
    trust: dict[str, Any] = {}
    if ca_certs:
        trust["ca_certs"] = str(ca_certs)
    client = Elasticsearch(url, api_key=api_key, request_timeout=timeout_s, **trust)
    with _signals_leave_the_block():
        try:
            yield client, index, prefix
        finally:
            _remove_all(client, prefix)
            client.close()
            index.close()


@contextmanager
def _signals_leave_the_block() -> Iterator[None]:
    """Leave the block, and what surrounds it, in order when the program is to end."""
    # By default Python ends at once at these; only Ctrl-C raises an exception.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[signal.Signals, Any] = {}
    for number in _ENDING:
        before[number] = signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    # A second signal ends the program at once: a person does not want to wait for the node.
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(_ENDED_BY_SIGNAL + number)


def _remove_all(client: Elasticsearch, prefix: str) -> None:
    for _ in range(_LOOKS):
        names = list(client.indices.get_alias(index=f"{prefix}-*").body)
        if not names:
            break
        for name in names:
            client.indices.delete(index=name, ignore_unavailable=True)
    # A measurement that failed early has made no templates.
    lenient = client.options(ignore_status=404)
    lenient.indices.delete_index_template(name=f"{prefix}-*")
    lenient.cluster.delete_component_template(name=f"{prefix}-*")
