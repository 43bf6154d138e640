"""From the text of a query to what it means.

text ──► lexer (tokens) ──► grammar (what belongs together) ──► here: fields, AND, OR, NOT
                                                                  each leaf ──► leaves
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipelines.query.errors import QueryError, raise_query_error
from pipelines.query.fields import FIELDS, REMARK_FIELDS, canonical_name, closest
from pipelines.query.grammar import (
    Excluded,
    Group,
    InField,
    Joined,
    Joiner,
    Leaf,
    Nearby,
    Required,
    Syntax,
    syntax_tree,
)
from pipelines.query.leaves import LeafReader
from pipelines.query.lexeme import Lexeme
from pipelines.query.lexeme_order import EMPTY
from pipelines.query.lexer import lexemes
from pipelines.query.nearness import NearnessReader
from pipelines.query.tree import All, And, Exists, Near, Node, Not, Or, Prefix, Query, Wildcard, Words

#: AND and OR inside each other. Elasticsearch takes 30 (`indices.query.bool.max_nested_depth`), of which a
#: leaf in several fields and the limits of a search by date, language and source take up to four.
MAX_LEVELS = 24
#: Phrases in all fields. Elasticsearch takes 8,192 clauses on a node with 512 MB of heap.
MAX_PHRASES = 6_000


def parse(text: str, now: datetime | None = None, *, of_arrivals: bool = False) -> Query:
    """Read a query; raise QueryError, and nothing else, where it cannot be answered.

    One that is put to what arrives, as a saved search is, asks for no word of a person: `of_arrivals`.

    `now` is the moment that `now-7d` counts from; without it the machine's clock is asked, and only if
    the query says `now`. Its zone is that of the reader: `published:2026-01-17` is that day there. A query
    is read in time proportional to its length.
    """
    found = lexemes(text)
    root = _MeaningReader(text, found, now, of_arrivals=of_arrivals).read(syntax_tree(found), "text")
    if root is None:
        raise QueryError(EMPTY, text, found[0].start, found[-1].end - found[0].start)
    if _count_phrases(root) > MAX_PHRASES:
        message = (
            "Words with a hyphen or ~1 stand for many, and these are too many; put those with a hyphen in "
        )
        message += "quotes, or make two queries of it."
        raise_query_error(message, text, found[0].start, found[-1].end)
    if _levels_of(root) > MAX_LEVELS:
        message = f"AND, OR and words side by side go at most {MAX_LEVELS} deep inside each other; make two "
        message += "queries of it, or leave out parentheses."
        raise_query_error(message, text, *_deepest_group(found))
    return Query(text, root)


def _count_phrases(node: Node) -> int:
    """Return how many phrases, and groups of single words, an index has to look for."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return sum(map(_count_phrases, parts))
        case Not(part=part):
            return _count_phrases(part)
        case Words(fields=fields, phrases=phrases):
            several = sum(1 for phrase in phrases if len(phrase) > 1)
            return len(fields) * max(1, several)
        case Near(fields=fields) | Wildcard(fields=fields) | Prefix(fields=fields):
            return len(fields)
    return 0


def _levels_of(node: Node) -> int:
    """Return how many operators stand inside each other at the most."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return 1 + max(map(_levels_of, parts))
        case Not(part=part):
            return _levels_of(part)
    return 0


def _deepest_group(found: Iterable[Lexeme]) -> tuple[int, int]:
    """Return where the parenthesis stands that is inside most others."""
    depth = most = 0
    where = (0, 1)
    for lexeme in found:
        if lexeme.kind == "open":
            depth += 1
            if depth > most:
                most, where = depth, (lexeme.start, lexeme.end)
        elif lexeme.kind == "close":
            depth -= 1
    return where


class _MeaningReader:
    """Reads what the syntax of one query means.

    None is the meaning of what says nothing, such as a dash.
    """

    def __init__(
        self, text: str, found: Sequence[Lexeme], now: datetime | None, *, of_arrivals: bool
    ) -> None:
        self._text = text
        self._lexemes = found
        self._of_arrivals = of_arrivals
        self._leaves = LeafReader(text, now)
        self._nearness = NearnessReader(text, found)

    def read(self, syntax: Syntax, field: str) -> Node | None:
        """Return what a part of the query means within a field."""
        # Where none is named, that is `text`.
        match syntax:
            case Leaf(place):
                return self._read_leaf(place, field)
            case InField():
                return self._read_field(syntax, field)
            case Group(part) | Required(part):
                return self.read(part, field)
            case Excluded(part):
                return _negated_part(self.read(part, field))
            case Nearby():
                return self._nearness.read(syntax, FIELDS[field])
            case Joined(Joiner.OR, parts):
                return self._read_alternatives(parts, field)
            case Joined(_, parts):
                return _joined(And, self._read_each(parts, field))

    def _read_each(self, parts: Iterable[Syntax], field: str) -> list[Node | None]:
        return [self.read(part, field) for part in parts]

    def _read_leaf(self, place: int, field: str) -> Node | None:
        has_field = place > 0 and self._lexemes[place - 1].kind == "field"
        return self._leaves.read_leaf(self._lexemes[place], field, is_named=has_field)

    def _read_alternatives(self, parts: Sequence[Syntax], field: str) -> Node | None:
        """Return an OR, or only its operands with a plus."""
        # As in Lucene: beside a required operand the others only change the score, and we have none.
        required = []
        for part in parts:
            if isinstance(part, Required):
                required.append(part)
        if required:
            return _joined(And, self._read_each(required, field))
        return _joined(Or, self._read_each(parts, field))

    def _read_field(self, syntax: InField, outer: str) -> Node | None:
        name = syntax.field.parts[0]
        if name == "*":
            return All()  # *:*, as Lucene writes it
        if name == "_exists_":
            return self._read_exists(syntax.part)
        self._check_remark(name, syntax.field)
        # title:(body:a) could only mean the inner field, and nobody writes that on purpose.
        if outer not in ("text", name):
            message = f"{name}: stands inside {outer}:(…); close that group first."
            raise_query_error(message, self._text, syntax.field.start, syntax.field.end)
        return self.read(syntax.part, name)

    def _read_exists(self, syntax: Syntax) -> Node:
        # Of a group no single token is to blame, so the end of the query is pointed at.
        lexeme = self._lexemes[-1]
        if isinstance(syntax, Leaf):
            lexeme = self._lexemes[syntax.place]
        typed = "".join(lexeme.parts[:1])
        name = canonical_name(typed)
        if name is None or lexeme.kind not in ("word", "phrase"):
            guess = closest(typed, tuple(FIELDS)) or "carrier"
            message = f"Write the name of a field after _exists_:, as in _exists_:{guess}."
            raise_query_error(message, self._text, lexeme.start, lexeme.end)
        self._check_remark(name, lexeme)
        return Exists(FIELDS[name].parts)

    def _check_remark(self, name: str, lexeme: Lexeme) -> None:
        """Refuse a word of a person where a query is put to what arrives."""
        if self._of_arrivals and name in REMARK_FIELDS:
            message = f"{name}: is what readers say of a story later; a search that tells of arrivals cannot "
            message += "ask for it. Leave it out here, and use it on the search page."
            raise_query_error(message, self._text, lexeme.start, lexeme.end)


# -- boolean operators -------------------------------------------------------------------------------------


def _joined(kind: type[And] | type[Or], parts: Iterable[Node | None]) -> Node | None:
    """Return the parts under one operator, without repeats.

    What says nothing drops out; None where nothing is left.
    """
    # A dict keeps their order; people repeat a word in a query of a hundred.
    distinct: dict[Node, None] = {}
    for part in parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            distinct |= dict.fromkeys(part.parts)
        elif part is not None:
            distinct[part] = None
    if len(distinct) < 2:
        return next(iter(distinct), None)
    return kind(tuple(distinct))


def _negated_part(part: Node | None) -> Node | None:
    if part is None:
        return None
    if isinstance(part, Not):
        return part.part
    return Not(part)
