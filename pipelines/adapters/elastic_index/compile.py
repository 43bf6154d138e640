"""A query's tree as a filter in Elasticsearch's query DSL.

Whatever a person typed is a value in it, never syntax. Tokens were made by `pipelines.text.analyzer`,
and written into the fields of `words` as they are, so every clause is one that the server does not analyse
again: `term`, `prefix`, `regexp`, and phrases through the `whitespace` analyzer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pipelines.adapters.microseconds import microseconds
from pipelines.query import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    OneOf,
    Or,
    Pattern,
    Prefix,
    Range,
    Wildcard,
    Words,
)
from pipelines.query.fields import STREAMS, stream
from pipelines.text.analyzer import MAX_WORD, pattern_parts

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
#: Words that may stand at the end of a phrase like "vice-pres*"; a prefix of more is of no use.
EXPANSIONS = 100_000
#: The server refuses bounds of a small number that are beyond an integer.
GREATEST = 2**31 - 1

#: Where the tokens of each stream are.
WORDS = {name: f"words.{name}" for name in STREAMS}
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
#: A `date` of the server has milliseconds, and the ledger has microseconds.
INSTANTS = {"published": "published_us", "collected": "collected_us"}


def compiled(root: Node) -> Clause:
    """Return the filter of a query.

    Negations are moved to the leaves first: that halves the depth, which the server limits to 30,
    and ours is at most 20 parentheses.
    """
    return _clause_of(_push_negations(root, positive=True))


# -- negations ---------------------------------------------------------------------------------------------


def _push_negations(node: Node, *, positive: bool) -> Node:
    """Return a tree in which only leaves stand under a NOT.

    It means the same, or the contrary where `positive` is false.
    """
    match node:
        case Not(part=part):
            return _push_negations(part, positive=not positive)
        case And(parts=parts) | Or(parts=parts):
            # De Morgan: not (a and b) is (not a) or (not b).
            kind: type[And] | type[Or] = Or
            if isinstance(node, And) == positive:
                kind = And
            pushed = [_push_negations(part, positive=positive) for part in parts]
            return kind(tuple(_flatten(kind, pushed)))
    if positive:
        return node
    return Not(node)


def _flatten(kind: type[And] | type[Or], parts: Iterable[Node]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


# -- boolean operators -------------------------------------------------------------------------------------


def _clause_of(node: Node) -> Clause:
    match node:
        case And(parts=parts):
            return _all_of(parts)
        case Or(parts=parts):
            alternatives: list[Clause] = []
            for part in parts:
                if isinstance(part, And | Or | Not):
                    alternatives.append(_clause_of(part))
                else:
                    alternatives += _alternatives(part)
            return _any_of(alternatives)
        case Not(part=part):
            return {"bool": {"must_not": [_clause_of(part)]}}
    return _any_of(_alternatives(node))


def _all_of(parts: Iterable[Node]) -> Clause:
    wanted: list[Clause] = []
    excluded: list[Clause] = []
    for part in parts:
        if isinstance(part, Not):
            excluded.append(_clause_of(part.part))
        else:
            wanted.append(_clause_of(part))
    # A filter and not a `must`: nothing is scored, and the server may cache it.
    return {"bool": {"filter": wanted, "must_not": excluded}}


def _any_of(clauses: Sequence[Clause]) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _alternatives(node: Node) -> list[Clause]:
    """Return clauses of which one has to hold."""
    # One for each field that the leaf looks into.
    match node:
        case All():
            return [{"match_all": {}}]
        case Words() | Near() | Prefix() | Wildcard():
            return [text_clause(node, part) for part in node.fields]
        case Keyword(field=field, value=value):
            return [{"term": {name: {"value": value}}} for name in KEYWORDS[field]]
        case OneOf(field=field, values=values):
            return [{"terms": {name: list(values)}} for name in KEYWORDS[field]]
        case Pattern(field=field, pattern=pattern):
            return [_pattern_clause(name, pattern) for name in KEYWORDS[field]]
        case Range():
            return [_range_clause(node)]
        case Exists(fields=fields):
            return _exists_clauses(fields)
    raise AssertionError(f"{node!r} is no leaf")


# -- text ------------------------------------------------------------------------------------------------


def text_clause(leaf: Words | Near | Prefix | Wildcard, part: str) -> Clause:
    """Return the clause of a leaf in one part of a document."""
    match leaf:
        case Words():
            return _phrases_clause(text_field(part, plain=leaf.plain), leaf.phrases)
        case Near():
            return _near_clause(text_field(part, plain=leaf.plain), leaf)
        case Prefix():
            return _prefix_clause(text_field(part, plain=True), leaf.prefix, leaf.lead)
        case Wildcard():
            return _pattern_clause(text_field(part, plain=True), leaf.pattern)


def text_field(part: str, *, plain: bool) -> str:
    """Return the field that has the tokens of a part."""
    return WORDS[stream(part, plain)]


def _phrases_clause(field: str, phrases: Iterable[Sequence[str]]) -> Clause:
    """Return a clause for any of these phrases; single tokens are asked for together."""
    terms: list[str] = []
    clauses: list[Clause] = []
    for phrase in phrases:
        if len(phrase) == 1:
            terms.append(phrase[0])
        else:
            clauses.append(phrase_clause(field, phrase))
    if len(terms) == 1:
        clauses.append(phrase_clause(field, terms))
    elif terms:
        clauses.append({"terms": {field: terms}})
    return _any_of(clauses)


def phrase_clause(field: str, tokens: Sequence[str]) -> Clause:
    """Return a clause for tokens that stand side by side."""
    if len(tokens) == 1:
        return {"term": {field: {"value": tokens[0]}}}
    return {"match_phrase": {field: {"query": " ".join(tokens), "analyzer": "whitespace"}}}


def _near_clause(field: str, leaf: Near) -> Clause:
    """Return nearness, for which the server has our own rule.

    It measures a stretch as we do: its length less the lengths of the pieces.
    """
    if _is_one_phrase_again(leaf):
        return _repeated_clause(field, leaf)
    phrases: list[Clause] = []
    for piece in leaf.pieces:
        phrases.append(_interval(piece))
    rule = {"intervals": phrases, "ordered": leaf.is_in_order, "max_gaps": leaf.slop}
    return {"intervals": {field: {"all_of": rule}}}


def _is_one_phrase_again(leaf: Near) -> bool:
    """Tell whether one phrase of several tokens is to stand there several times.

    The server takes intervals that are alike for one, and measures the gaps between them wrongly.
    """
    first = leaf.pieces[0]
    return len(first) > 1 and not first[-1].endswith("*") and set(leaf.pieces) == {first}


def _repeated_clause(field: str, leaf: Near) -> Clause:
    """Return nearness of one phrase to itself, by spans: none of them overlap."""
    phrases: list[Clause] = []
    for piece in leaf.pieces:
        tokens: list[Clause] = [{"span_term": {field: token}} for token in piece]
        phrases.append({"span_near": {"clauses": tokens, "slop": 0, "in_order": True}})
    return {"span_near": {"clauses": phrases, "slop": leaf.slop, "in_order": True}}


def _interval(piece: Sequence[str]) -> Clause:
    *lead, last = piece
    if not last.endswith("*"):
        return _side_by_side(piece)
    beginning: Clause = {"prefix": {"prefix": last[:-1], "analyzer": "whitespace"}}
    if not lead:
        return beginning
    return {"all_of": {"intervals": [_side_by_side(lead), beginning], "ordered": True, "max_gaps": 0}}


def _side_by_side(tokens: Sequence[str]) -> Clause:
    phrase = {"query": " ".join(tokens), "analyzer": "whitespace", "ordered": True, "max_gaps": 0}
    return {"match": phrase}


def _prefix_clause(field: str, prefix: str, lead: Sequence[str]) -> Clause:
    if not lead:
        return {"prefix": {field: {"value": prefix}}}
    phrase = {"query": " ".join((*lead, prefix)), "analyzer": "whitespace", "max_expansions": EXPANSIONS}
    return {"match_phrase_prefix": {field: phrase}}


def _pattern_clause(field: str, pattern: str) -> Clause:
    """Return a pattern as a regular expression.

    A `wildcard` is no way out: the server would fold its parts once more.
    """
    parts = pattern_parts(pattern)
    fixed_length = len(parts) - parts.count("*")
    # No token is that long, and such an expression costs the server much.
    if field in WORDS.values() and fixed_length > MAX_WORD:
        return NOTHING
    meanings = {"*": ".*", "?": "."}
    expression = ""
    for part in parts:
        expression += meanings.get(part) or _literal_char(part[-1])
    return {"regexp": {field: {"value": expression, "flags": "NONE"}}}


def _literal_char(char: str) -> str:
    if char.isalnum() or char == " " or not char.isascii():
        return char
    return f"\\{char}"


# -- the rest --------------------------------------------------------------------------------------------


def _exists_clauses(parts: Iterable[str]) -> list[Clause]:
    clauses: list[Clause] = []
    for part in parts:
        for field in _fields_with_value(part):
            clauses.append({"exists": {"field": field}})
    return clauses


def _fields_with_value(part: str) -> tuple[str, ...]:
    """Return the fields that may hold a part of a document."""
    if part in KEYWORDS:
        return KEYWORDS[part]
    # Those that an article may have several of.
    if part in ("author", "credit"):
        return (f"{part}s",)
    return (part,)


def _range_clause(node: Range) -> Clause:
    bounds: dict[str, float] = {}
    if node.low is not None:
        bounds["gte" if node.include_low else "gt"] = _bound_value(node.low)
    if node.high is not None:
        bounds["lte" if node.include_high else "lt"] = _bound_value(node.high)
    field = INSTANTS.get(node.field, node.field)
    if not bounds:
        return {"exists": {"field": field}}
    return {"range": {field: bounds}}


def _bound_value(value: datetime | float) -> float:
    if isinstance(value, datetime):
        return microseconds(value)
    return max(-GREATEST, min(value, GREATEST))
