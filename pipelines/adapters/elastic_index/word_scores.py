"""How well words answer a query, as clauses by which the server ranks articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.adapters.elastic_index.compile import Clause, phrase_clause, text_clause, text_field
from pipelines.query import Node, Words
from pipelines.query.ranking import SATURATION, ranking_leaves, weight_of


def scored(clause: Clause, root: Node) -> Clause:
    """Return a filter whose articles are ranked by the words of a query."""
    should: list[Clause] = []
    for leaf in ranking_leaves(root):
        if isinstance(leaf, Words):
            for phrase in leaf.phrases:
                should += _phrase_clauses(leaf, phrase)
        else:
            for part in leaf.fields:
                should.append(_weighted(part, text_clause(leaf, part)))
    return {"bool": {"filter": [clause], "should": should}}


def _phrase_clauses(leaf: Words, phrase: Sequence[str]) -> Iterator[Clause]:
    """Yield the clauses of one spelling.

    Of a single word, all parts are counted together.
    """
    if len(phrase) > 1:
        for part in leaf.fields:
            yield _weighted(part, phrase_clause(text_field(part, plain=leaf.plain), phrase))
        return
    # Each part by itself, a word would be rare where few articles have that part at all.
    fields: list[str] = []
    for part in leaf.fields:
        fields.append(f"{text_field(part, plain=leaf.plain)}^{weight_of(part)}")
    yield {"combined_fields": {"query": phrase[0], "fields": fields}}


def _weighted(part: str, clause: Clause) -> Clause:
    weight = weight_of(part)
    # What one word of this weight is worth in a sum over all parts, beside one in a body.
    boost = weight * (1 + SATURATION) / (weight + SATURATION)
    return {"bool": {"must": [clause], "boost": round(boost, 3)}}
