# ruff: noqa: S608 - what is put into SQL is the number of a generation and names of our own tables, never data
"""A query's tree as one condition in SQL. Whatever a person typed is a bound parameter, never SQL.

Leaves of text that stand side by side become one FTS5 expression, so that FTS5 joins them itself; it knows no
fields of other kinds and no rule for nearness like ours, so the rest is set algebra around it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from pipelines.adapters.sqlite_index.schema import Texts, bit, ticks
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
from pipelines.query.fields import stream, token_streams
from pipelines.text.analyzer import literal_head, near_starts, places

Condition = tuple[str, list[object]]

MAX_FTS_DEPTH = 8
"""AND and OR inside each other that are left to FTS5, whose own limit is far above."""
TERMS_AT_ONCE = 250
"""Words of a wildcard in one FTS5 expression."""
_LAST = "\U0010ffff"


class Compiler:
    """Compiles queries for one generation. Wildcards and some nearness look into the index while compiling."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self._g = generation

    def condition(self, node: Node) -> Condition:
        """Return a condition on a row `d` of documents; it is never NULL."""
        expression = _expression(node)
        if expression is not None:
            return self._matches([expression])
        match node:
            case All():
                return "1", []
            case And(parts=parts) | Or(parts=parts):
                return self._joined("AND" if isinstance(node, And) else "OR", parts)
            case Not(part=part):
                sql, values = self.condition(part)
                return f"NOT {sql}", values
            case Near():
                return self._near(node)
            case Wildcard():
                return self._wildcard(node)
            case Keyword(field=field, value=value):
                return self._valued("value = ?", [field, value])
            case Pattern(field=field, pattern=pattern):
                return self._pattern(field, pattern)
            case Range():
                return _range(node)
            case Exists(fields=fields):
                return "(d.filled & ?) <> 0", [sum(map(bit, fields))]
        raise AssertionError(f"{node!r} is no leaf")

    def _joined(self, operator: str, parts: Sequence[Node]) -> Condition:
        """Return the parts under one operator: those of text alone as one expression, the rest as they are."""
        texts = [text for part in parts if (text := _expression(part)) is not None]
        others = [self.condition(part) for part in parts if _expression(part) is None]
        if texts:
            others.insert(0, self._matches([f" {operator} ".join(f"({text})" for text in texts)]))
        return _balanced(operator, others)

    def _matches(self, expressions: Sequence[str]) -> Condition:
        words = f"words_{self._g}"
        selects = [f"SELECT rowid FROM {words} WHERE {words} MATCH ?"] * len(expressions)
        return f"(d.slot IN ({' UNION '.join(selects)}))", list(expressions)

    def _valued(self, test: str, values: list[object]) -> Condition:
        return f"(d.slot IN (SELECT slot FROM keywords_{self._g} WHERE field = ? AND {test}))", values

    def _pattern(self, field: str, pattern: str) -> Condition:
        head = literal_head(pattern)
        return self._valued(
            "value >= ? AND value < ? AND value GLOB ?", [field, head, head + _LAST, _glob(pattern)]
        )

    def _wildcard(self, node: Wildcard) -> Condition:
        head = literal_head(node.pattern)
        rows = self._connection.execute(
            f"SELECT term FROM vocabulary_{self._g} WHERE term >= ? AND term < ? AND term GLOB ?",
            (head, head + _LAST, _glob(node.pattern)),
        )
        columns = _columns(node.fields, plain=True)
        expressions = [
            f"{columns} : ({' OR '.join(map(_quoted, terms))})" for terms in _chunks(term for (term,) in rows)
        ]
        return _balanced("OR", [self._matches([some]) for some in expressions]) if expressions else ("0", [])

    def _near(self, node: Near) -> Condition:
        """Return nearness that FTS5 would judge otherwise: it finds the candidates, we measure them."""
        lengths = sorted(map(len, node.pieces))
        sql, values = self._matches([_near_expression(node, node.slop + sum(lengths[2:]))])
        rows = self._connection.execute(
            f"SELECT t.slot, t.packed FROM texts_{self._g} t WHERE {sql.replace('d.slot', 't.slot')}", values
        )
        slots = [slot for slot, packed in rows if _is_near(node, Texts.unpacked(packed))]
        return "(d.slot IN (SELECT value FROM json_each(?)))", [json.dumps(slots)]


def _balanced(operator: str, conditions: Sequence[Condition]) -> Condition:
    """Join conditions as a shallow tree: SQLite limits how deep an expression goes."""
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    left, left_values = _balanced(operator, conditions[:half])
    right, right_values = _balanced(operator, conditions[half:])
    return f"({left} {operator} {right})", left_values + right_values


# -- FTS5 expressions --------------------------------------------------------------------------------------


def _expression(node: Node, depth: int = 0) -> str | None:
    """Return the FTS5 expression of a tree that is made of nothing but text, else None."""
    match node:
        case Words(fields=fields, tokens=tokens, plain=plain):
            return f"{_columns(fields, plain)} : {_quoted(*tokens)}"
        case Prefix(fields=fields, prefix=prefix, lead=lead):
            return f"{_columns(fields, plain=True)} : {_quoted(*lead, prefix)} *"
        case Near(pieces=pieces, slop=slop) if len(pieces) == 2 or all(len(piece) == 1 for piece in pieces):
            return _near_expression(node, slop + len(pieces) - 2)
        case And(parts=parts) | Or(parts=parts) if depth < MAX_FTS_DEPTH:
            operator = " AND " if isinstance(node, And) else " OR "
            some = [_expression(part, depth + 1) for part in parts]
            return None if None in some else operator.join(f"({text})" for text in some)
    return None


def _near_expression(node: Near, distance: int) -> str:
    """Return pieces with at most `distance` tokens between the end of any and the start of the last one."""
    pieces = " ".join(_quoted(*piece) for piece in node.pieces)
    return f"{_columns(node.fields, node.plain)} : NEAR({pieces}, {distance})"


def _columns(fields: Sequence[str], plain: bool) -> str:
    return "{" + " ".join(stream(part, plain) for part in fields) + "}"


def _quoted(*tokens: str) -> str:
    """Return tokens as an FTS5 phrase. Tokens are letters, digits, full stops and commas, never a quote."""
    return '"' + " ".join(tokens) + '"'


def _chunks(terms: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(terms, TERMS_AT_ONCE)):
        yield chunk


# -- other leaves ------------------------------------------------------------------------------------------


def _glob(pattern: str) -> str:
    """Return a pattern of ours in the form of SQLite's GLOB, which protects a character by brackets."""
    return "".join(
        f"[{part[-1]}]" if len(part) == 2 or part == "[" else part for part in _glob_parts(pattern)
    )


def _glob_parts(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        width = 2 if pattern[at] == "\\" else 1
        yield pattern[at : at + width]
        at += width


def _range(node: Range) -> Condition:
    column = f"d.{node.field}"
    tests, values = [f"{column} IS NOT NULL"], []
    for bound, sign, inclusive in ((node.low, ">", node.include_low), (node.high, "<", node.include_high)):
        if bound is not None:
            tests.append(f"{column} {sign}{'=' if inclusive else ''} ?")
            values.append(ticks(bound) if isinstance(bound, datetime) else bound)
    return f"({' AND '.join(tests)})", list(values)


def _is_near(node: Near, texts: Texts) -> bool:
    streams = token_streams(texts.title, texts.body, {})
    return any(
        near_starts(places(streams[stream(part, node.plain)]), node.pieces, node.slop) for part in node.fields
    )
