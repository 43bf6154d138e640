"""The built objects, and a real node that holds the sample documents."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipelines.adapters.elastic_index.schema import component_templates, index_templates
from pipelines.adapters.kibana import build, packaged_objects
from pipelines.config import packaged_beat
from tests.elasticsearch.fixtures import Elastic, elastic_node, forget
from tests.kibana.samples import bulk_lines
from tests.kibana.structure import parsed

__all__ = ["elastic_node"]

Ask = Callable[[str, Any], Any]


@pytest.fixture(scope="session")
def objects() -> list[dict[str, Any]]:
    return parsed(build(packaged_objects(), packaged_beat() / "kibana"))


@pytest.fixture(scope="session")
def ask(elastic_node: Elastic) -> Iterator[Ask]:
    """Send a search to the index of a data view, which holds the samples.

    Its answer is whole, or the test fails.
    """
    prefix = f"t{uuid.uuid4().hex[:10]}"
    for name, body in component_templates(prefix).items():
        elastic_node("PUT", f"/_component_template/{name}", body)
    for name, body in index_templates(prefix).items():
        elastic_node("PUT", f"/_index_template/{name}", body)
    written = elastic_node("POST", "/_bulk?refresh=true", bulk_lines(prefix))
    refused = [item["create"] for item in written["items"] if "error" in item["create"]]
    assert not refused, refused
    for index in ("articles-2026.01", "stories-000001", "runs-000001"):
        alias = f"{prefix}-{index.split('-')[0]}"
        elastic_node("PUT", f"/{prefix}-{index}/_alias/{alias}")

    def sent(title: str, body: Any) -> Any:
        answer = elastic_node("POST", f"/{title.replace('news-', f'{prefix}-', 1)}/_search", body)
        assert answer["timed_out"] is False
        assert answer["_shards"]["failed"] == 0, answer["_shards"]
        return answer

    yield sent
    forget(elastic_node, prefix)
