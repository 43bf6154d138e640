"""What a cluster may hold that this version did not make.

That is nothing, indices of another version, indices that lost a part.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.elastic_index.generations import VERSIONS
from pipelines.model import Change
from pipelines.query import parse
from tests.builders import a_document
from tests.elasticsearch.fixtures import Elastic, forget

NOW = datetime.now(UTC)
"""In the month of which there is an index from the start."""
CHANGES = [Change(n, f"a{n}", a_document(n, title="canola", published=NOW, collected=NOW)) for n in (1, 2)]
LATER = "summary"
"""A field that the older version did not have."""


@pytest.fixture(scope="module")
def index(elastic_node: Elastic) -> Iterator[ElasticIndex]:
    """An index of this version, made once: each test leaves it as it was."""
    made = ElasticIndex(elastic_node.url, prefix=f"t{uuid.uuid4().hex[:10]}")
    assert f"installed component template {made.prefix}-analysis" in made.setup()
    yield made
    made.close()
    forget(elastic_node, made.prefix)


def _age_template(node: Elastic, name: str) -> None:
    """Put the template in place that a version before this one had.

    It knew no `summary`, and its mark says so.
    """
    [kept] = node("GET", f"/_index_template/{name}")["index_templates"]
    template: dict[str, Any] = kept["index_template"]
    template["_meta"]["digest"] = "of another version"
    mappings = template["template"]["mappings"]
    mappings["_meta"] = VERSIONS | {"schema": VERSIONS["schema"] - 1}
    del mappings["properties"][LATER]
    node("PUT", f"/_index_template/{name}", template)


def _has_later_field(node: Elastic, prefix: str) -> set[bool]:
    found = node("GET", f"/{prefix}-articles/_mapping").values()
    return {LATER in index["mappings"]["properties"] for index in found}


def test_setting_up_says_which_templates_it_changed(elastic_node: Elastic, index: ElasticIndex) -> None:
    _age_template(elastic_node, f"{index.prefix}-articles")
    elastic_node("DELETE", f"/_index_template/{index.prefix}-runs")
    assert sorted(index.setup()) == [
        f"installed index template {index.prefix}-runs",
        f"updated index template {index.prefix}-articles",
    ]
    assert not index.setup(), "nothing is left to change"


def test_what_another_version_made_is_searched_until_a_rebuild_replaces_it(
    elastic_node: Elastic, index: ElasticIndex
) -> None:
    _age_template(elastic_node, f"{index.prefix}-articles")
    [name] = elastic_node("GET", f"/_alias/{index.prefix}-articles")
    elastic_node("DELETE", f"/{name}")
    aliases = {alias: {} for alias in (f"{index.prefix}-articles", name.rpartition("-")[0])}
    elastic_node("PUT", f"/{name}", {"aliases": aliases})
    assert _has_later_field(elastic_node, index.prefix) == {False}
    index.write(CHANGES[:1])
    with pytest.raises(PermanentError, match="made by another version of Maplewire; run: maplewire reindex"):
        index.setup()
    assert index.search(parse("canola")).total == 1
    assert index.rebuild([CHANGES]) == len(CHANGES)
    assert _has_later_field(elastic_node, index.prefix) == {True}
    assert index.search(parse("canola")).total == len(CHANGES)
    assert not index.setup()


def test_other_tokens_are_never_asked_for_ours(elastic_node: Elastic, index: ElasticIndex) -> None:
    index.write(CHANGES[:1])
    [stories] = elastic_node("GET", f"/_alias/{index.prefix}-stories")
    elastic_node("PUT", f"/{stories}/_mapping", {"_meta": VERSIONS | {"analysis": VERSIONS["analysis"] - 1}})
    reader = ElasticIndex(elastic_node.url, prefix=index.prefix)
    with pytest.raises(PermanentError, match="another version of Maplewire; run: maplewire reindex"):
        reader.search(parse("canola"))
    elastic_node("PUT", f"/{stories}/_mapping", {"_meta": VERSIONS})
    assert reader.search(parse("canola")).total >= 1
    reader.close()


def test_before_any_set_up_a_search_makes_nothing_and_a_rebuild_everything(
    elastic_node: Elastic, elastic_prefix: str
) -> None:
    reader = ElasticIndex(elastic_node.url, prefix=elastic_prefix)
    with pytest.raises(PermanentError, match="is not set up; run: maplewire setup"):
        reader.search(parse("canola"))
    assert not elastic_node("GET", f"/_cat/indices/{elastic_prefix}-*?format=json")
    assert reader.rebuild([CHANGES]) == len(CHANGES), "a rebuild needs no set-up"
    assert reader.search(parse("canola")).total == len(CHANGES)
    reader.close()


def test_a_rebuild_replaces_articles_of_which_a_part_is_lost(
    elastic_node: Elastic, index: ElasticIndex
) -> None:
    month = f"{index.prefix}-articles-2020.01"
    nowhere = {"settings": {"index.routing.allocation.require._name": "a node that is gone"}}
    aliases = {"aliases": {month: {}, f"{index.prefix}-articles": {}}}
    elastic_node("PUT", f"/{month}-000001?wait_for_active_shards=0", nowhere | aliases)
    with pytest.raises(TemporaryError, match="cannot do it now"):
        index.search(parse("canola"))
    assert index.rebuild([CHANGES]) == len(CHANGES)
    assert index.search(parse("canola")).total == len(CHANGES)
    assert not elastic_node("GET", f"/_cat/indices/{month}*?format=json")
