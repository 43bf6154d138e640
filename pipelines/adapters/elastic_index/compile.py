"""A query's tree as a filter in Elasticsearch's query DSL. Whatever a person typed is a value in it, never syntax.

Tokens were made by `pipelines.text.analyzer`, so every clause is one that the server does not analyse again: `term`,
`prefix`, `regexp`, and phrases through the `whitespace` analyzer, which gives our tokens back as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pipelines.adapters.elastic_index.documents import microseconds
from pipelines.query import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Prefix,
    Range,
    Wildcard,
    Words,
)
from pipelines.text.analyzer import MAX_WORD

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
EXPANSIONS = 100_000
"""Words that may stand at the end of a phrase like "vice-pres*"; more begin with no prefix that is of use."""
GREATEST = 2**31 - 1
"""The server refuses bounds of a small number that are beyond an integer."""

MAIN = {"title": "title", "body": "body"}
PLAIN = {
    "title": "title.plain",
    "body": "body.plain",
    "origin": "origin.text",
    "carrier": "carrier.text",
    "author": "authors.text",
}
KEYWORDS = {
    "source": ("source.folded", "source_name.folded"),
    "site": ("domains.folded",),
    "lang": ("lang.folded", "language.folded"),
    "country": ("country.folded",),
    "topic": ("topics.folded",),
    "url": ("url.folded",),
    "story": ("story_id.folded",),
    "owner": ("owner.folded",),
    "kind": ("kind.folded",),
    "relation": ("relation.folded",),
}
INSTANTS = {"published": "published_us", "collected": "collected_us"}


def compiled(root: Node) -> Clause:
    """Return the filter of a query.

    Negations are moved to the leaves first: that halves the depth, which the server limits to 30, and ours is
    at most 20 parentheses.
    """
    return _clause(_pushed(root, positive=True))


def _pushed(node: Node, *, positive: bool) -> Node:
    """Return a tree of the same meaning, or of the contrary one, in which only leaves stand under a NOT."""
    match node:
        case Not(part=part):
            return _pushed(part, positive=not positive)
        case And(parts=parts) | Or(parts=parts):
            kind = And if isinstance(node, And) == positive else Or
            return kind(tuple(_flattened(kind, (_pushed(part, positive=positive) for part in parts))))
        case _:
            return node if positive else Not(node)


def _flattened(kind: type[And] | type[Or], parts: Iterator[Node]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _clause(node: Node) -> Clause:
    match node:
        case And(parts=parts):
            wanted = [_clause(part) for part in parts if not isinstance(part, Not)]
            return {
                "bool": {"filter": wanted, "must_not": [_clause(p.part) for p in parts if isinstance(p, Not)]}
            }
        case Or(parts=parts):
            return _any([clause for part in parts for clause in _alternatives(part)])
        case Not(part=part):
            return {"bool": {"must_not": [_clause(part)]}}
        case _:
            return _any(_alternatives(node))


def _any(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def _alternatives(node: Node) -> list[Clause]:
    """Return clauses one of which has to hold: one for each field that a leaf looks into."""
    match node:
        case And() | Or() | Not():
            return [_clause(node)]
        case All():
            return [{"match_all": {}}]
        case Words(fields=fields, tokens=tokens, plain=plain):
            return [_phrase(_text_field(part, plain), tokens) for part in fields]
        case Near(fields=fields, pieces=pieces, slop=slop, plain=plain):
            return [_near(_text_field(part, plain), pieces, slop) for part in fields]
        case Prefix(fields=fields, prefix=prefix, lead=lead):
            return [_prefix(PLAIN[part], prefix, lead) for part in fields]
        case Wildcard(fields=fields, pattern=pattern):
            return [_regexp(PLAIN[part], pattern) for part in fields]
        case Keyword(field=field, value=value):
            return [{"term": {name: {"value": value}}} for name in KEYWORDS[field]]
        case Pattern(field=field, pattern=pattern):
            return [_regexp(name, pattern) for name in KEYWORDS[field]]
        case Range():
            return [_range(node)]
        case Exists(fields=fields):
            return [{"exists": {"field": name}} for part in fields for name in _whole_fields(part)]


def _text_field(part: str, plain: bool) -> str:
    return PLAIN[part] if plain or part not in MAIN else MAIN[part]


def _whole_fields(part: str) -> tuple[str, ...]:
    """Return the fields of which one has a value where a part of a document has one."""
    return KEYWORDS.get(part) or (_text_field(part, plain=False) if part in PLAIN else part,)


# -- text ------------------------------------------------------------------------------------------------


def _phrase(field: str, tokens: Sequence[str]) -> Clause:
    if len(tokens) == 1:
        return {"term": {field: {"value": tokens[0]}}}
    return {"match_phrase": {field: {"query": " ".join(tokens), "analyzer": "whitespace"}}}


def _near(field: str, pieces: Sequence[Sequence[str]], slop: int) -> Clause:
    """Return nearness: the server measures a stretch as we do, its length less the lengths of the pieces."""
    phrases = [
        {"match": {"query": " ".join(piece), "analyzer": "whitespace", "ordered": True, "max_gaps": 0}}
        for piece in pieces
    ]
    return {"intervals": {field: {"all_of": {"intervals": phrases, "ordered": False, "max_gaps": slop}}}}


def _prefix(field: str, prefix: str, lead: Sequence[str]) -> Clause:
    if not lead:
        return {"prefix": {field: {"value": prefix}}}
    phrase = {"query": " ".join((*lead, prefix)), "analyzer": "whitespace", "max_expansions": EXPANSIONS}
    return {"match_phrase_prefix": {field: phrase}}


def _regexp(field: str, pattern: str) -> Clause:
    """Return a pattern as a regular expression: the server would fold the parts of a `wildcard` once more."""
    parts = list(_parts(pattern))
    if field in PLAIN.values() and sum(part != "*" for part in parts) > MAX_WORD:
        return NOTHING
    meaning = {"*": ".*", "?": "."}
    expression = "".join(meaning.get(part) or _literal(part[-1]) for part in parts)
    return {"regexp": {field: {"value": expression, "flags": "NONE"}}}


def _parts(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        width = 2 if pattern[at] == "\\" else 1
        yield pattern[at : at + width]
        at += width


def _literal(char: str) -> str:
    return char if char.isalnum() or char == " " or not char.isascii() else f"\\{char}"


# -- the rest --------------------------------------------------------------------------------------------


def _range(node: Range) -> Clause:
    bounds: dict[str, float] = {}
    if node.low is not None:
        bounds["gte" if node.include_low else "gt"] = _bound(node.low)
    if node.high is not None:
        bounds["lte" if node.include_high else "lt"] = _bound(node.high)
    field = INSTANTS.get(node.field, node.field)
    return {"range": {field: bounds}} if bounds else {"exists": {"field": field}}


def _bound(value: datetime | float) -> float:
    if isinstance(value, datetime):
        return microseconds(value)
    return max(-GREATEST, min(value, GREATEST))
