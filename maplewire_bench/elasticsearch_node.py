"""An Elasticsearch to measure on, left without a trace."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.adapters.elastic_index import ElasticIndex


@contextmanager
def benched_node(
    url: str, api_key: str | None, ca_certs: Path | str | None, *, timeout_s: float
) -> Iterator[tuple[Elasticsearch, ElasticIndex, str]]:
    """Yield a client, an index and the prefix of all its names.

    Whatever has this prefix is removed when the block is left.
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
    try:
        yield client, index, prefix
    finally:
        _remove_all(client, prefix)
        client.close()
        index.close()


def _remove_all(client: Elasticsearch, prefix: str) -> None:
    for name in list(client.indices.get_alias(index=f"{prefix}-*").body):
        client.indices.delete(index=name, ignore_unavailable=True)
    # A measurement that failed early has made no templates.
    lenient = client.options(ignore_status=404)
    lenient.indices.delete_index_template(name=f"{prefix}-*")
    lenient.cluster.delete_component_template(name=f"{prefix}-*")
