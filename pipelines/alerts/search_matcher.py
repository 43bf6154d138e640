"""Many standing queries against the few documents that have just changed.

A search engine keeps documents and is asked queries. Here it is the other way round. All queries are
taken apart once: a condition that a thousand queries share is looked at once for each batch of
documents, and a query is looked at only where something that it cannot do without is there.

    queries ──► forms over numbered leaves        documents ──► masks of the leaves
                        └──────────────┬──────────────────────────────┘
                         forms with a needed leaf are evaluated ──► documents by query
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.alerts.leaf_masks import AnalysedDocuments, LeafMasks, documents_in, wanted_tokens
from pipelines.alerts.query_forms import QueryForms
from pipelines.model import Document
from pipelines.query import Query


class Matcher:
    """Queries that are asked of one batch of documents after another."""

    def __init__(self, queries: Sequence[Query]) -> None:
        compiled = QueryForms(queries)
        self._forms = compiled.forms
        self._leaves = compiled.leaves
        self._wanted = wanted_tokens(self._leaves)
        #: Queries that may hold without any leaf, such as one that begins with NOT.
        self._always: list[int] = []
        #: For each leaf the queries that it makes worth looking at.
        self._asking: list[list[int]] = [[] for _ in self._leaves]
        for number, form in enumerate(self._forms):
            needed = form.needed_leaves()
            if needed is None:
                self._always.append(number)
                continue
            for leaf in needed:
                self._asking[leaf].append(number)

    def match(self, documents: Sequence[Document]) -> list[list[Document]]:
        """Return for each query the documents that satisfy it, in their order."""
        return self.match_analysed(AnalysedDocuments(documents))

    def match_analysed(self, batch: AnalysedDocuments) -> list[list[Document]]:
        """Like `match`, for documents whose tokens are known already."""
        leaf_masks = LeafMasks(batch, self._leaves, self._wanted)
        masks: list[int] = []
        candidates = set(self._always)
        for leaf, queries in zip(self._leaves, self._asking, strict=True):
            mask = leaf_masks.mask_of(leaf)
            masks.append(mask)
            # A query is looked at only where a leaf that it needs holds somewhere.
            if mask:
                candidates.update(queries)
        found: list[list[Document]] = []
        for _ in self._forms:
            found.append([])
        for number in candidates:
            mask = self._forms[number].evaluate(masks, leaf_masks.everything)
            if mask:
                found[number] = documents_in(mask, batch.documents)
        return found
