"""A query with the options of a search as further conditions."""

from __future__ import annotations

from pipelines.query.tree import And, Keyword, Node
from pipelines.text.folding import keyword
from pipelines.text.languages import page_code


def narrowed(root: Node, *, lang: str | None, source: str | None) -> Node:
    """Return the query for one language, one source, or both."""
    conditions: list[Node] = [root]
    if lang is not None:
        conditions.append(Keyword("lang", page_code(keyword(lang))))
    if source is not None:
        conditions.append(Keyword("source", keyword(source)))
    if len(conditions) == 1:
        return root
    return And(tuple(conditions))
