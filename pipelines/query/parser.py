"""From the text of a query to what it means: luqum's grammar, then our own meaning of each leaf."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from datetime import datetime
from functools import cache
from io import StringIO
from typing import Any, NoReturn

from pipelines.query.dates import FORMS, Stretch, stretch
from pipelines.query.errors import QueryError
from pipelines.query.fields import FIELDS, NAMES, Field, canonical_name, closest
from pipelines.query.lexer import EMPTY, Lexeme, lexemes
from pipelines.query.tree import (
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
    Query,
    Range,
    Wildcard,
    Words,
)
from pipelines.text import analyzer as analysis
from pipelines.text.folding import fold_for_search

MAX_STARS = 3
"""Stars in one word: each multiplies the work of matching a hostile text."""
MAX_MARKS = 5
"""Question marks in a word that has a star: each doubles the states of the automaton that a server makes of it, and
Elasticsearch refuses one that is too great."""
MAX_PATTERN = 400
"""Characters of a word with * or ?, nearly all of which a server's regular expression may have to write as two; it takes 1,000."""


def parse(text: str, now: datetime | None = None) -> Query:
    """Read a query; raise QueryError, and nothing else, where it cannot be answered.

    `now` is the moment that `now-7d` counts from; without it the machine's clock is asked, and only if
    the query says `now`. A query is read in time proportional to its length.
    """
    found = lexemes(text)
    root = _Meaning(text, found, now).of(_grammar(text, found), "text")
    if root is None:
        raise QueryError(EMPTY, text, found[0].start, found[-1].end - found[0].start)
    return Query(text, root)


# -- grammar: luqum ----------------------------------------------------------------------------------------

_OPERATORS = {"open": "(", "close": ")", "and": "AND ", "or": "OR ", "not": "NOT ", "plus": "+"}


def _grammar(text: str, found: Sequence[Lexeme]) -> Any:
    """Return luqum's tree of a query; every leaf and field carries the number of its lexeme.

    What a leaf says was cut already, so the grammar sees `w7` in its place. Its precedences are ours: NOT binds
    closest, then AND, then OR; words side by side come last, so `canola tariff OR duty` is canola AND
    (tariff OR duty).
    """
    ParseError, parse_with_luqum = _luqum()  # noqa: N806 - a class
    parts = [_in_grammar(number, lexeme) for number, lexeme in enumerate(found)]
    try:
        return parse_with_luqum("".join(parts))
    except ParseError as e:
        at = re.search(r"position (\d+)", str(e))
        lexeme = _lexeme_at(int(at[1]), parts, found) if at else found[-1]
        message = "This does not fit here; check the operators and parentheses around it."
        raise QueryError(message, text, lexeme.start, lexeme.end - lexeme.start) from e


@cache
def _luqum() -> tuple[type[Exception], Callable[[str], Any]]:
    """Return luqum's ParseError and parse().

    Where its packed tables don't fit the Python at hand (3.13 strips docstrings, which hold the grammar), they
    are worked out at import, with a dozen remarks about the grammar that are of no use to who searches.
    """
    with redirect_stderr(StringIO()):
        from luqum.exceptions import ParseError
        from luqum.thread import parse as parse_with_luqum
    return ParseError, parse_with_luqum


def _in_grammar(number: int, lexeme: Lexeme) -> str:
    if lexeme.kind == "field":
        return f"f{number}:"
    return _OPERATORS.get(lexeme.kind) or f"w{number} "


def _lexeme_at(column: int, parts: Sequence[str], found: Sequence[Lexeme]) -> Lexeme:
    for part, lexeme in zip(parts, found, strict=True):
        column -= len(part)
        if column < 0:
            return lexeme
    return found[-1]


# -- meaning -----------------------------------------------------------------------------------------------


class _Meaning:
    """Turns luqum's tree into ours. None is the meaning of what says nothing, such as a dash."""

    def __init__(self, text: str, found: Sequence[Lexeme], now: datetime | None) -> None:
        self.text = text
        self.found = found
        self.now = now

    def of(self, item: Any, field: str) -> Node | None:
        match type(item).__name__:
            case "Word":
                return self._leaf(int(item.value[1:]), field)
            case "SearchField":
                return self._in_field(self.found[int(item.name[1:])], item.expr, field)
            case "Group" | "FieldGroup":
                return self.of(item.expr, field)
            case "Not":
                part = self.of(item.a, field)
                return part and _negated(part)
            case "Plus":
                return self.of(item.a, field)
            case "OrOperation":
                return self._any_of(item.operands, field)
            case "AndOperation" | "UnknownOperation":
                return _joined(And, [self.of(operand, field) for operand in item.operands])
        raise AssertionError(f"the grammar gave {item!r}")

    def _any_of(self, operands: Sequence[Any], field: str) -> Node | None:
        """Return an OR. Operands with a plus are required, which makes the others a matter of taste."""
        required = [operand for operand in operands if type(operand).__name__ == "Plus"]
        if required:
            return _joined(And, [self.of(operand, field) for operand in required])
        return _joined(Or, [self.of(operand, field) for operand in operands])

    def _in_field(self, lexeme: Lexeme, item: Any, outer: str) -> Node | None:
        name = lexeme.parts[0]
        if name == "*":
            return All()
        if name == "_exists_":
            return self._exists(item)
        if outer != "text" and outer != name:
            message = f"{name}: stands inside {outer}:(…); close that group first."
            self._fail(message, lexeme)
        return self.of(item, name)

    def _exists(self, item: Any) -> Node:
        lexeme = self.found[int(item.value[1:])] if type(item).__name__ == "Word" else self.found[-1]
        typed = lexeme.parts[0] if lexeme.parts else ""
        name = canonical_name(typed) if lexeme.kind in ("word", "phrase") else None
        if name is None:
            guess = closest(typed, tuple(FIELDS))
            self._fail(
                f"Write the name of a field after _exists_:, as in _exists_:{guess or 'carrier'}.", lexeme
            )
        return Exists(FIELDS[name].parts)

    # -- leaves --------------------------------------------------------------------------------------------

    def _leaf(self, number: int, name: str) -> Node | None:
        lexeme, field = self.found[number], FIELDS[name]
        named = number > 0 and self.found[number - 1].kind == "field"
        if lexeme.kind in ("range", "compare"):
            return self._range(lexeme, name, field)
        if lexeme.kind == "word" and re.fullmatch(r"\*+", lexeme.parts[0]):
            return Exists(field.parts) if named or name != "text" else All()
        match field.kind:
            case "keyword":
                return self._keyword(lexeme, name, field)
            case "date":
                return self._date(lexeme, name)
            case "number":
                return self._number(lexeme, name)
        found = self._text(lexeme, field)
        if found is None and named:
            self._fail("After a field there has to be a letter or digit to search for.", lexeme)
        return found

    # -- text ----------------------------------------------------------------------------------------------

    def _text(self, lexeme: Lexeme, field: Field) -> Node | None:
        if lexeme.kind == "phrase":
            return self._phrase(lexeme, field)
        if _has_wildcard(lexeme.parts[0]):
            return self._wildcard(lexeme, field)
        return _words(field.parts, _unescaped(lexeme.parts[0]))

    def _phrase(self, lexeme: Lexeme, field: Field) -> Node:
        typed, slop = lexeme.parts
        if re.search(r"\w\*", re.sub(r"\\.", "", typed)):
            self._fail("A * means nothing inside quotes; write canola AND tariff* without them.", lexeme)
        phrase = _unescaped(typed)
        words = _words(field.parts, phrase)
        if words is None:
            self._fail("There is no letter or digit between these quotes.", lexeme)
        if not int(slop or 0):
            return words
        if field.kind == "name":
            self._fail("Nearness (~) is for title:, body: and text:; use AND here.", lexeme)
        return _near(field.parts, phrase, int(slop))

    def _wildcard(self, lexeme: Lexeme, field: Field) -> Node | None:
        typed = lexeme.parts[0]
        if not re.search(r"[^\W_]", typed):
            return None
        self._check_wildcards(lexeme)
        if typed.endswith("*") and not _has_wildcard(typed[:-1]):
            return self._prefix(lexeme, field, _unescaped(typed[:-1]))
        pattern = _word_pattern(typed)
        if pattern is None:
            message = "Wildcards work inside one word of letters and digits; use AND between words, and no * in Chinese."
            self._fail(message, lexeme)
        return Wildcard(field.parts, pattern)

    def _check_wildcards(self, lexeme: Lexeme) -> None:
        typed = lexeme.parts[0]
        if typed[0] in "*?":
            self._fail(f"A word cannot begin with {typed[0]}; begin with letters, as in canol*.", lexeme)
        bare = re.sub(r"\\.", "", typed, flags=re.DOTALL)
        if bare.count("*") > MAX_STARS:
            self._fail(f"A word takes at most {MAX_STARS} stars.", lexeme)
        if "*" in bare and bare.count("?") > MAX_MARKS:
            self._fail(
                f"A word with * takes at most {MAX_MARKS} question marks; write one * for many.", lexeme
            )
        if len(typed) > MAX_PATTERN:
            self._fail(f"A word with * or ? has at most {MAX_PATTERN} characters.", lexeme)

    def _prefix(self, lexeme: Lexeme, field: Field, head: str) -> Node:
        tokens = analysis.plain_words(head)
        last = fold_for_search(head)[-1:]
        if not tokens or not (analysis.WORD_CHARACTER.match(last) or analysis.is_cjk(last)):
            self._fail("Put the * right after a letter or digit, as in canol*.", lexeme)
        if analysis.is_cjk(last):
            words = _words(field.parts, head)
            assert words is not None
            return words
        return Prefix(field.parts, tokens[-1], tuple(tokens[:-1]))

    # -- values --------------------------------------------------------------------------------------------

    def _keyword(self, lexeme: Lexeme, name: str, field: Field) -> Node:
        typed = lexeme.parts[0]
        if lexeme.kind == "word" and _has_wildcard(typed):
            self._check_wildcards(lexeme)
            return Pattern(name, _keyword_pattern(typed))
        value = _value(name, _unescaped(typed))
        if not value:
            self._fail(f"{name}: needs a value; write {name}:* for any.", lexeme)
        if field.values and value not in field.values:
            guess = closest(value, field.values)
            meant = f"Did you mean {guess}?" if guess else f"It is one of {', '.join(field.values)}."
            self._fail(f"“{typed[:40]}” is no {name}. {meant}", lexeme)
        return Keyword(name, value)

    def _date(self, lexeme: Lexeme, name: str) -> Node:
        start, end = self._stretch(_unescaped(lexeme.parts[0]), lexeme)
        return Range(name, start, end, include_high=False)

    def _stretch(self, typed: str, lexeme: Lexeme) -> Stretch:
        try:
            return stretch(typed, self.now)
        except ValueError:
            self._fail(f"“{typed[:40]}” is no date; write one like {FORMS}.", lexeme)

    def _number(self, lexeme: Lexeme, name: str) -> Node:
        value = self._quantity(_unescaped(lexeme.parts[0]), name, lexeme)
        return Range(name, value, value)

    def _quantity(self, typed: str, name: str, lexeme: Lexeme) -> float:
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", typed, re.ASCII):
            self._fail(f"{name}: is a number, as in {name}:1 or {name}:[1 TO 2].", lexeme)
        return float(typed)

    # -- ranges --------------------------------------------------------------------------------------------

    def _range(self, lexeme: Lexeme, name: str, field: Field) -> Node:
        if field.kind not in ("date", "number"):
            self._fail(
                "Ranges are for published:, collected:, tier: and score:, as in published:>=2026-01-01.",
                lexeme,
            )
        low, high, include_low, include_high = _bounds(lexeme)
        if low is None and high is None:
            return Exists(field.parts)
        if field.kind == "number":
            numbers = [None if b is None else self._quantity(b, name, lexeme) for b in (low, high)]
            found = Range(name, numbers[0], numbers[1], include_low, include_high)
        else:
            found = self._time_range(lexeme, name, low, high, include_low, include_high)
        if _is_backwards(found, include_low and include_high):
            self._fail("This range ends before it begins; write the earlier or smaller value first.", lexeme)
        return found

    def _time_range(
        self,
        lexeme: Lexeme,
        name: str,
        low: str | None,
        high: str | None,
        include_low: bool,
        include_high: bool,
    ) -> Range:
        start = self._stretch(low, lexeme)[0 if include_low else 1] if low else None
        end = self._stretch(high, lexeme)[1 if include_high else 0] if high else None
        return Range(name, start, end, include_low=True, include_high=False)

    def _fail(self, message: str, lexeme: Lexeme) -> NoReturn:
        raise QueryError(message, self.text, lexeme.start, lexeme.end - lexeme.start)


def _is_backwards(found: Range, inclusive: bool) -> bool:
    """Tell whether a range ends before it begins. The end of a month is the start of the next, so `[2026-02 TO 2026-01]`
    has two equal instants; nothing else that includes both ends has."""
    low, high = found.low, found.high
    if low is None or high is None:
        return False
    is_empty = low == high and inclusive and isinstance(low, datetime)
    return is_empty or low > high  # type: ignore[operator]


def _bounds(lexeme: Lexeme) -> tuple[str | None, str | None, bool, bool]:
    if lexeme.kind == "compare":
        sign, value = lexeme.parts
        bound = None if value == "*" else value
        inclusive = sign.endswith("=")
        return (bound, None, inclusive, True) if sign[0] == ">" else (None, bound, True, inclusive)
    opening, low, high, closing = lexeme.parts
    return (None if low == "*" else low, None if high == "*" else high, opening == "[", closing == "]")


# -- boolean operators -------------------------------------------------------------------------------------


def _joined(kind: type[And] | type[Or], parts: Sequence[Node | None]) -> Node | None:
    """Return the parts under one operator, flat and without repeats; what says nothing drops out."""
    flat: dict[Node, None] = {}
    for part in parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            flat |= dict.fromkeys(part.parts)
        elif part is not None:
            flat[part] = None
    if len(flat) < 2:
        return next(iter(flat), None)
    return kind(tuple(flat))


def _negated(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)


# -- text --------------------------------------------------------------------------------------------------


def _words(fields: tuple[str, ...], text: str) -> Words | None:
    """Return text as tokens side by side, None where it has no letter or digit.

    A Chinese character that stands alone is found wherever it occurs: the whole phrase then goes by the
    plain stream, in which each character is a token.
    """
    plain = fields[0] in NAMES or analysis.has_lone_character(text)
    main_tokens, plain_tokens = analysis.streams(text)
    tokens = tuple(plain_tokens if plain else main_tokens)
    return Words(fields, tokens, plain) if tokens else None


def _near(fields: tuple[str, ...], phrase: str, slop: int) -> Near | Words:
    """Return the words of a phrase as near each other; a single one, or the same twice, is just itself.

    With Chinese among them the distance counts characters, as readers do, and not pairs of them.
    """
    plain = any(map(analysis.is_cjk, fold_for_search(phrase)))
    pieces = [tuple(analysis.streams(word)[1 if plain else 0]) for word in phrase.split()]
    distinct = tuple(dict.fromkeys(piece for piece in pieces if piece))
    return Near(fields, distinct, slop, plain) if len(distinct) > 1 else Words(fields, distinct[0], plain)


def _has_wildcard(typed: str) -> bool:
    return any(mark in "*?" for mark in re.findall(r"\\.|.", typed, re.DOTALL))


def _unescaped(typed: str) -> str:
    return re.sub(r"\\(.)", r"\1", typed, flags=re.DOTALL)


def _word_pattern(typed: str) -> str | None:
    """Return a wildcard word folded piece by piece, None where it is more than one word of letters."""
    pattern = ""
    for piece in re.findall(r"[*?]|(?:\\.|[^*?\\])+", typed, re.DOTALL):
        if piece in ("*", "?"):
            pattern += piece
            continue
        words = analysis.plain_words(_unescaped(piece))
        if len(words) != 1 or analysis.is_cjk(words[0][0]) or _touches_edge(piece):
            return None
        pattern += words[0]
    return re.sub(r"\*+", "*", pattern)


def _touches_edge(piece: str) -> bool:
    """Tell whether a piece begins or ends with something that no token contains."""
    folded = fold_for_search(_unescaped(piece))
    return not (analysis.WORD_CHARACTER.match(folded[0]) and analysis.WORD_CHARACTER.match(folded[-1]))


def _keyword_pattern(typed: str) -> str:
    pieces = re.findall(r"[*?]|(?:\\.|[^*?\\])+", typed, re.DOTALL)
    folded = (
        p if p in ("*", "?") else re.sub(r"([*?\\])", r"\\\1", analysis.keyword(_unescaped(p)))
        for p in pieces
    )
    return "".join(folded)


def _value(name: str, typed: str) -> str:
    """Return a keyword as documents have it: folded, a site without its www, a kind with underscores."""
    value = analysis.keyword(typed)
    if name == "site":
        return value.removeprefix("www.").strip(".")
    return re.sub(r"[\s-]+", "_", value) if FIELDS[name].values else value
