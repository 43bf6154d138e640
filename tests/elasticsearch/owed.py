"""Whether an index holds what the ledger says, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from pipelines.adapters.elastic_index.documents import article_source, encoded, story_source
from pipelines.model import Change
from pipelines.ports import Ledger


class Asking(Protocol):
    """Sends a request to a node and returns its answer."""

    def __call__(self, method: str, path: str, body: Any = None) -> Any: ...


def held(ask: Asking, index: str) -> dict[str, dict[str, Any]]:
    """Return every document of an alias: id -> source. Fails where one stands twice."""
    ask("POST", f"/{index}/_refresh")
    found: dict[str, dict[str, Any]] = {}
    after: list[Any] | None = None
    while True:
        body: dict[str, Any] = {"size": 5_000, "sort": ["id", "seq"]}
        hits = ask("POST", f"/{index}/_search", body | ({"search_after": after} if after else {}))["hits"][
            "hits"
        ]
        for hit in hits:
            assert hit["_id"] not in found, f"{hit['_id']} stands twice"
            found[hit["_id"]] = hit["_source"]
        if not hits:
            return found
        after = hits[-1]["sort"]


def as_json(source: dict[str, Any]) -> Any:
    return orjson.loads(encoded(source))


def changes(ledger: Ledger) -> Iterator[Change]:
    seq = 0
    while some := ledger.changes_since(seq):
        yield from some
        seq = some[-1].seq


def assert_equal_to_the_ledger(ask: Asking, prefix: str, ledger: Ledger) -> None:
    documents = [change.document for change in changes(ledger) if change.document]
    owed_articles = {}
    for document in documents:
        source = as_json(article_source(document))
        # Words to search by: the node keeps them in its index alone, as the mapping says.
        del source["words"]
        source.pop("forms", None)
        owed_articles[document.id] = source
    assert held(ask, f"{prefix}-articles") == owed_articles
    stories = {s.id: s for s in ledger.story_documents({d.story_id for d in documents}) if s.story}
    kept = held(ask, f"{prefix}-stories")
    owed = {id_: as_json(story_source(story)) for id_, story in stories.items()}
    for source in owed.values():
        # A headline whose words have one form only has none of them.
        source.pop("forms", None)
    for source in (*kept.values(), *owed.values()):
        del source["seq"]  # the ledger's newest number when the story was read
    assert kept == owed
