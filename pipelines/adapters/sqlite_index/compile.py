# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""A query's tree as one condition in SQL.

Whatever a person typed is a bound parameter, never SQL. Leaves of text that stand side by side become
one FTS5 expression (`full_text`), so that FTS5 joins them itself; it knows no fields of other kinds and
no rule for nearness like ours, so the rest is set algebra around it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from pipelines.adapters.microseconds import microseconds
from pipelines.adapters.sqlite_index.full_text import any_of_words, full_text, near_expression
from pipelines.adapters.sqlite_index.schema import bit_of
from pipelines.adapters.sqlite_index.writer import Texts
from pipelines.query import All, And, Exists, Keyword, Near, Node, Not, OneOf, Or, Pattern, Range, Wildcard
from pipelines.query.fields import stream, token_streams
from pipelines.text.analyzer import literal_head, near_starts, pattern_parts, places

#: SQL, and the values bound to its question marks.
Condition = tuple[str, list[object]]

#: Words of a wildcard in one FTS5 expression.
TERMS_AT_ONCE = 250
#: After every word that begins with the same characters.
_LAST = "\U0010ffff"
#: Parentheses inside each other in a part of an AND or OR; a deeper part is answered first. SQLite's parser
#: keeps 100 things in mind (YYSTACKDEPTH), about four a parenthesis, and joining a thousand parts adds ten.
_MOST_PARENTHESES = 8
#: The test that every article satisfies.
EVERYTHING = "1"
_NOTHING: Condition = ("0", [])


class Compiler:
    """Compiles queries for one generation.

    Wildcards and some nearness look into the index while compiling.
    """

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self._g = generation

    def condition_of(self, node: Node) -> Condition:
        """Return a condition on a row `d` of documents; it is never NULL."""
        expression = full_text(node)
        if expression is not None:
            return self._match_any([expression])
        match node:
            case All():
                return EVERYTHING, []
            case And(parts=parts):
                return self._join("AND", parts)
            case Or(parts=parts):
                return self._join("OR", parts)
            case Not(part=part):
                sql, values = self.condition_of(part)
                return f"NOT {sql}", values
        return self._leaf_condition(node)

    def _leaf_condition(self, node: Node) -> Condition:
        match node:
            case Near():
                return self._near_condition(node)
            case Wildcard():
                return self._wildcard_condition(node)
            case Keyword(field=field, value=value):
                return self._keyword_condition("value = ?", [field, value])
            case OneOf(field=field, values=values):
                test = "value IN (SELECT value FROM json_each(?))"
                return self._keyword_condition(test, [field, json.dumps(values)])
            case Pattern(field=field, pattern=pattern):
                return self._pattern_condition(field, pattern)
            case Range():
                return _range_condition(node)
            case Exists(fields=fields):
                return "(d.filled & ?) <> 0", [sum(map(bit_of, fields))]
        raise AssertionError(f"{node!r} is no leaf")

    def _join(self, operator: str, parts: Sequence[Node]) -> Condition:
        """Return the parts under one operator."""
        # Those of text are one expression, so that FTS5 joins them itself.
        texts: list[str] = []
        conditions: list[Condition] = []
        for part in parts:
            text = full_text(part)
            if text is None:
                conditions.append(self._shallow(self.condition_of(part)))
            else:
                texts.append(f"({text})")
        if texts:
            conditions.insert(0, self._match_any([f" {operator} ".join(texts)]))
        return _balanced(operator, conditions)

    def _shallow(self, condition: Condition) -> Condition:
        """Return a condition as it is, or its answer where it goes too deep."""
        sql, values = condition
        if _parentheses_of(sql) <= _MOST_PARENTHESES:
            return condition
        rows = self._connection.execute(f"SELECT d.slot FROM documents_{self._g} d WHERE {sql}", values)
        return _is_among([slot for (slot,) in rows])

    def _match_any(self, expressions: Sequence[str]) -> Condition:
        words = f"words_{self._g}"
        selects = [f"SELECT rowid FROM {words} WHERE {words} MATCH ?"] * len(expressions)
        return f"(d.slot IN ({' UNION '.join(selects)}))", list(expressions)

    def _keyword_condition(self, test: str, values: list[object]) -> Condition:
        return f"(d.slot IN (SELECT slot FROM keywords_{self._g} WHERE field = ? AND {test}))", values

    def _pattern_condition(self, field: str, pattern: str) -> Condition:
        # The bounds let SQLite use its index; GLOB alone would read every value of the field.
        head = literal_head(pattern)
        return self._keyword_condition(
            "value >= ? AND value < ? AND value GLOB ?", [field, head, head + _LAST, _glob_of(pattern)]
        )

    def _wildcard_condition(self, node: Wildcard) -> Condition:
        head = literal_head(node.pattern)
        rows = self._connection.execute(
            f"SELECT term FROM vocabulary_{self._g} WHERE term >= ? AND term < ? AND term GLOB ?",
            (head, head + _LAST, _glob_of(node.pattern)),
        )
        terms = (term for (term,) in rows)
        conditions: list[Condition] = []
        for some in _in_chunks(terms):
            conditions.append(self._match_any([any_of_words(node.fields, some)]))
        if not conditions:
            return _NOTHING
        return _balanced("OR", conditions)

    def _near_condition(self, node: Near) -> Condition:
        """Return nearness that FTS5 judges otherwise than we do."""
        # It finds the candidates, we measure them.
        # FTS5 measures from the end of a piece to the start of the last one, so the pieces between
        # count too; with all but the two shortest allowed for, no stretch of ours is missed.
        lengths = sorted(map(len, node.pieces))
        candidates = near_expression(node, node.slop + sum(lengths[2:]))
        sql, values = self._match_any([candidates])
        rows = self._connection.execute(
            f"SELECT t.slot, t.packed FROM texts_{self._g} t WHERE {sql.replace('d.slot', 't.slot')}", values
        )
        slots = []
        for slot, packed in rows:
            if _is_near(node, Texts.unpacked(packed)):
                slots.append(slot)
        return _is_among(slots)


def _is_among(slots: Sequence[int]) -> Condition:
    """Return a condition that holds for these rows."""
    return "(d.slot IN (SELECT value FROM json_each(?)))", [json.dumps(slots)]


def _parentheses_of(sql: str) -> int:
    """Return how many parentheses stand inside each other at the most."""
    depth = most = 0
    for char in sql:
        if char == "(":
            depth += 1
            most = max(most, depth)
        elif char == ")":
            depth -= 1
    return most


def _balanced(operator: str, conditions: Sequence[Condition]) -> Condition:
    """Join conditions as a shallow tree."""
    # SQLite limits how deep an expression goes: 1,000 levels.
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    left, left_values = _balanced(operator, conditions[:half])
    right, right_values = _balanced(operator, conditions[half:])
    return f"({left} {operator} {right})", left_values + right_values


def _in_chunks(terms: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(terms, TERMS_AT_ONCE)):
        yield chunk


# -- other leaves ------------------------------------------------------------------------------------------


def _glob_of(pattern: str) -> str:
    """Return a pattern of ours in the form of SQLite's GLOB."""
    # GLOB protects a character by brackets, and has a meaning for an opening one.
    glob = ""
    for part in pattern_parts(pattern):
        is_protected = len(part) == 2
        if is_protected or part == "[":
            glob += f"[{part[-1]}]"
        else:
            glob += part
    return glob


def _range_condition(node: Range) -> Condition:
    column = f"d.{node.field}"
    # A comparison with NULL is NULL, and under a NOT it would stay so.
    tests = [f"{column} IS NOT NULL"]
    values: list[object] = []
    if node.low is not None:
        tests.append(f"{column} >= ?" if node.include_low else f"{column} > ?")
        values.append(_bound_value(node.low))
    if node.high is not None:
        tests.append(f"{column} <= ?" if node.include_high else f"{column} < ?")
        values.append(_bound_value(node.high))
    return f"({' AND '.join(tests)})", values


def _bound_value(bound: datetime | float) -> float:
    if isinstance(bound, datetime):
        return microseconds(bound)
    return bound


def _is_near(node: Near, texts: Texts) -> bool:
    streams = token_streams(texts.running, texts.language, {})
    for part in node.fields:
        where = places(streams[stream(part, node.plain)])
        if near_starts(where, node.pieces, node.slop, is_in_order=node.is_in_order):
            return True
    return False
