"""A query with the options of a search as further conditions."""

from __future__ import annotations

from pipelines.query.tree import And, Keyword, Node
from pipelines.text.folding import keyword


def narrowed(root: Node, *, lang: str | None, source: str | None) -> Node:
    """Return the query for one language, one source, or both."""
    conditions: list[Node] = [root]
    for field, value in (("lang", lang), ("source", source)):
        if value is not None:
            conditions.append(Keyword(field, keyword(value)))
    if len(conditions) == 1:
        return root
    return And(tuple(conditions))
