"""The text of a query, cut into tokens: what luqum's lexer would refuse, misread or choke on is settled here.

People type curly quotes, Chinese brackets and colons, dashes with spaces and headlines with question marks. Each
becomes plain syntax at the same place, or an error that points at it. Afterwards the grammar can hold no surprise:
its input is short, shallow, and made of tokens in an order that makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from pipelines.query.errors import QueryError
from pipelines.query.fields import FIELDS, canonical_name, closest

MAX_LENGTH = 20_000
"""Characters. The longest Boolean searches that media monitors share have about half of that."""
MAX_CLAUSES = 1_000
"""Words, phrases and ranges; Lucene's own limit is 1,024."""
MAX_DEPTH = 20
"""Parentheses and negations inside each other; people rarely use more than four."""

EMPTY = "There is nothing to search for; write a word, or *:* for everything."

TokenKind = Literal[
    "phrase", "open", "close", "and", "or", "not", "plus", "field", "range", "compare", "word"
]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token at its place in the query. `parts` depends on the kind:

    phrase: text without quotes, slop or "" · field: canonical name · word: as typed, escapes kept ·
    range: opening bracket, low, high, closing bracket · compare: operator, value.
    """

    kind: TokenKind
    start: int
    end: int
    parts: tuple[str, ...] = ()


# -- typing habits -----------------------------------------------------------------------------------------

_SYNTAX = str.maketrans("（）：［］｛｝＋－−＆｜＊～＼＜＝＞", "():[]{}+--&|*~\\<=>")
_CLOSERS = {
    '"': '"＂', "＂": '"＂', "“": '”"', "”": '”"', "„": '“”"',
    "«": "»", "「": "」", "『": "』", "《": "》", "﹁": "﹂", "〝": "〞〟",
}  # fmt: skip
_QUOTES = frozenset(_CLOSERS) | frozenset("".join(_CLOSERS.values()))


def _plain_syntax(text: str) -> str:
    """Return a text of the same length with plain quotes, brackets and spaces. Raises on an open quote."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in _CLOSERS:
            end = _closing(text, at)
            inside = (" " if c in _QUOTES else c for c in text[at + 1 : end])
            out.append('"' + "".join(inside) + '"')
            at = end + 1
        elif char in "\\＼" and at + 1 < len(text):
            out.append("\\" + text[at + 1])
            at += 2
        else:
            out.append(" " if _separates(text, at) else char.translate(_SYNTAX))
            at += 1
    return "".join(out)


def _separates(text: str, at: int) -> bool:
    """Tell whether a character only separates words: a space, a control character, a comma not in a number."""
    char = text[at]
    in_number = char == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
    return char.isspace() or char < " " or char == "\x7f" or (char in ",;、，；。？！" and not in_number)


def _closing(text: str, opening: int) -> int:
    closers = _CLOSERS[text[opening]]
    at = opening + 1
    while at < len(text):
        if text[at] in closers:
            return at
        at += 2 if text[at] == "\\" else 1
    raise QueryError(
        f"This quote is never closed; put {closers[0]} after the last word of the phrase.", text, opening
    )


# -- cutting -----------------------------------------------------------------------------------------------

_GAP = r"(?=[\s()\"]|$)"
_PATTERN = rf"""(?P<space>\s+)
    | "(?P<phrase>[^"\\]*(?:\\.[^"\\]*)*)"(?P<slop>~[^\s()"]*)?
    | (?P<open>\() | (?P<close>\))
    | (?P<and>AND{_GAP}|&&) | (?P<or>OR{_GAP}|\|\|) | (?P<not>NOT{_GAP}|!(?!!)|-) | (?P<plus>\+)
    | (?P<range>[\[{{][^\]}}"]*(?:"[^"]*"[^\]}}"]*)*[\]}}])
    | (?P<compare>[<>]=?)\s*(?P<bound>"[^"]*"|[^\s()"]*)
    | (?P<field>(?:\\.|[^\s()"\[\]{{}}\\:])+):
    | (?P<word>(?:\\.|[^\s()"\[\]{{}}\\])+)
    | (?P<stray>.)"""
_LEX = re.compile(_PATTERN, re.VERBOSE | re.DOTALL)
_VALUE = re.compile(re.sub(r"\| \(\?P<field>.*", "", _PATTERN), re.VERBOSE | re.DOTALL)
_RANGE = re.compile(
    r'([\[{])\s*("[^"]*"|[^\s"]+)\s+(TO|to|To)\s+("[^"]*"|[^\s"]+?)\s*([\]}])',
)
_REGEX = re.compile(r"/(?:\\.|[^/\s])+/")


class _Cutter:
    """Cuts one query; holds what every message needs."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = _plain_syntax(text)

    def fail(self, message: str, start: int, end: int | None = None) -> NoReturn:
        raise QueryError(message, self.text, start, (end or start + 1) - start)

    def lexemes(self) -> Iterator[Lexeme]:
        """Yield the tokens in order. After a field a colon belongs to the value: `url:https://…`, `…T09:30`."""
        at, form = 0, _LEX
        while match := form.match(self.plain, at):
            at = match.end()
            if match.lastgroup != "space":
                yield from self._lexeme(match)
                form = _VALUE if match.lastgroup == "field" else _LEX

    def _lexeme(self, match: re.Match[str]) -> Iterator[Lexeme]:
        kind, start, end = match.lastgroup, match.start(), match.end()
        match kind:
            case "phrase" | "slop":
                yield Lexeme("phrase", start, end, (match["phrase"], self._slop(match)))
            case "field":
                yield from self._field(match)
            case "word":
                yield self._word(match)
            case "range":
                yield self._range(match)
            case "compare" | "bound":
                yield self._compare(match)
            case "open" | "close" | "and" | "or" | "not" | "plus":
                if match[0] in "+-!":
                    self._check_sign(match)
                yield Lexeme(kind, start, end)
            case _:
                self._stray(match)

    def _slop(self, match: re.Match[str]) -> str:
        slop = match["slop"]
        if slop is None:
            return ""
        if not re.fullmatch(r"~\d{1,3}", slop, re.ASCII):
            start = match.start("slop")
            self.fail(
                'After a phrase ~ takes a number of words, as in "canola tariff"~5.', start, match.end("slop")
            )
        return slop[1:]

    def _field(self, match: re.Match[str]) -> Iterator[Lexeme]:
        start, end, typed = match.start(), match.end(), match["field"]
        if typed == "*" and self.plain[end : end + 1] == "*":
            yield Lexeme("field", start, end, ("*",))
            return
        name = canonical_name(typed)
        if name is None and typed != "_exists_":
            self._unknown_field(typed, start, end - 1)
        yield Lexeme("field", start, end, (name or typed,))

    def _unknown_field(self, typed: str, start: int, end: int) -> NoReturn:
        if self.plain[end : end + 3] == "://":
            self.fail('To search an address write url:"…" or site:… with the name of the site.', start, end)
        compared = re.match(r"(\w+)([<>]=?)", typed)
        if compared and canonical_name(compared[1]):
            self.fail(f"Write {compared[1]}:{compared[2]}… with a colon before the sign.", start, end)
        guess = closest(typed, tuple(FIELDS))
        known = f"Did you mean {guess}:?" if guess else f"Fields are {', '.join(FIELDS)}."
        self.fail(
            f"There is no field “{typed[:40]}”. {known} To search for the words, quote them.", start, end
        )

    def _word(self, match: re.Match[str]) -> Lexeme:
        start, end, word = match.start(), match.end(), match["word"]
        if self.plain[start] == "/" and (regex := _REGEX.match(self.plain, start)):
            self.fail(
                "Regular expressions are not supported; use * and ? or list the words with OR.",
                start,
                regex.end(),
            )
        for mark in re.finditer(r"\\.|[~^]", word):
            if mark[0] == "^":
                self.fail(
                    "Results are ordered by time, so a weight (^) has no effect; leave it out.",
                    start + mark.start(),
                )
            if mark[0] == "~":
                self.fail(
                    "Words are not searched by likeness; use canol* or list the spellings with OR.",
                    start + mark.start(),
                )
        compared = re.match(r"(\w+)([<>]=?)", word)
        if compared and canonical_name(compared[1]):
            self.fail(f"Write {compared[1]}:{compared[2]}… with a colon before the sign.", start, end)
        return Lexeme("word", start, end, (word,))

    def _range(self, match: re.Match[str]) -> Lexeme:
        found = _RANGE.fullmatch(match[0])
        if found is None:
            self.fail("Write a range as [2026-01-01 TO 2026-01-31], with * for an open end.", *match.span())
        opening, low, _, high, closing = found.groups()
        return Lexeme("range", *match.span(), (opening, low.strip('"'), high.strip('"'), closing))

    def _compare(self, match: re.Match[str]) -> Lexeme:
        bound = match["bound"].strip('"')
        if not bound:
            self.fail(f"Put a date or number after {match['compare']}.", *match.span())
        return Lexeme("compare", *match.span(), (match["compare"], bound))

    def _check_sign(self, match: re.Match[str]) -> None:
        following = self.plain[match.end() : match.end() + 1]
        if not following or following.isspace():
            verb = "requires" if match[0] == "+" else "excludes"
            self.fail(
                f"A {match[0]} {verb} the word that directly follows it; "
                "leave out the space, or quote the words if it is punctuation.",
                match.start(),
            )

    def _stray(self, match: re.Match[str]) -> NoReturn:
        at, char = match.start(), match[0]
        if char in "[{":
            self.fail(f"This {char} is never closed; write a range as [2026-01-01 TO *].", at)
        if char in "]}":
            self.fail(f"This {char} closes nothing; write a range as [2026-01-01 TO *].", at)
        self.fail("A backslash has to stand before the character that it protects.", at)


# -- order, depth and number --------------------------------------------------------------------------------

_VALUES = frozenset({"phrase", "range", "compare", "word"})
_SIGNS = frozenset({"not", "plus"})
_JOINS = frozenset({"and", "or"})
_WAITING = _SIGNS | _JOINS | {"field"}
"""After these something has to follow."""


def lexemes(text: str) -> Sequence[Lexeme]:
    """Return a query's tokens in an order that the grammar accepts.

    Raises QueryError, pointing at it, for anything that is misplaced, unclosed, unknown or too much.
    """
    if len(text) > MAX_LENGTH:
        message = f"A query has at most {MAX_LENGTH:,} characters, this one {len(text):,}; make two of it."
        raise QueryError(message, text, MAX_LENGTH)
    cutter = _Cutter(text)
    found: list[Lexeme] = []
    opened: list[Lexeme] = []
    clauses = 0
    for lexeme in cutter.lexemes():
        clauses += lexeme.kind in _VALUES
        if clauses > MAX_CLAUSES:
            cutter.fail(f"A query has at most {MAX_CLAUSES:,} words; make two of it.", lexeme.start)
        _check_order(cutter, lexeme, found[-1] if found else None)
        _check_nesting(cutter, lexeme, opened)
        found.append(lexeme)
    _check_end(cutter, found, opened)
    _check_lower_case(cutter, found)
    return found


def _check_order(cutter: _Cutter, this: Lexeme, previous: Lexeme | None) -> None:
    before = previous.kind if previous else "open"
    typed = cutter.text[this.start : this.end]
    if this.kind in _JOINS and (before == "open" or before in _SIGNS | _JOINS):
        cutter.fail(f"{typed} needs a word or phrase on its left.", this.start, this.end)
    if previous and before == "field" and this.kind in _WAITING | {"close"}:
        cutter.fail(_lacking(cutter, previous), previous.start, previous.end)
    if previous and this.kind == "close" and before in _WAITING:
        cutter.fail(_lacking(cutter, previous), previous.start, previous.end)
    if previous and this.kind == "close" and before == "open":
        cutter.fail("These parentheses are empty; put words between them.", previous.start, this.end)
    if this.kind in _SIGNS and before in _SIGNS:
        cutter.fail("Two signs in a row; write one NOT or none.", this.start, this.end)


def _lacking(cutter: _Cutter, lexeme: Lexeme) -> str:
    typed = cutter.text[lexeme.start : lexeme.end]
    if lexeme.kind == "field":
        return (
            f"{typed} needs a value right after it, as in title:canola; to exclude one write -title:canola."
        )
    return f"{typed} needs a word or phrase on its right."


def _check_nesting(cutter: _Cutter, this: Lexeme, opened: list[Lexeme]) -> None:
    if this.kind == "open":
        opened.append(this)
        if len(opened) > MAX_DEPTH:
            cutter.fail(f"Parentheses go at most {MAX_DEPTH} deep; leave out what is not needed.", this.start)
    elif this.kind == "close":
        if not opened:
            cutter.fail("This ) closes nothing; leave it out, or open one before.", this.start)
        opened.pop()


def _check_end(cutter: _Cutter, found: Sequence[Lexeme], opened: Sequence[Lexeme]) -> None:
    if not found:
        cutter.fail(EMPTY, 0)
    last = found[-1]
    if last.kind in _WAITING:
        cutter.fail(_lacking(cutter, last), last.start, last.end)
    if opened:
        cutter.fail("This ( is never closed; add ) where the group ends.", opened[-1].start)


def _check_lower_case(cutter: _Cutter, found: Sequence[Lexeme]) -> None:
    """Refuse `and`, `or`, `not` where an operator could stand: as words they would silently change the answer."""
    for place, this in enumerate(found):
        if this.kind != "word" or this.parts[0] not in {"and", "or", "not"} or place + 1 == len(found):
            continue
        operator = this.parts[0].upper()
        after_value = place > 0 and found[place - 1].kind in _VALUES | {"close"}
        before_value = found[place + 1].kind in _VALUES | {"open", "field"}
        if before_value and (after_value or (operator == "NOT" and place == 0)):
            cutter.fail(
                f'Write {operator} in capitals to combine, or "{this.parts[0]}" in quotes to search for the word.',
                this.start,
                this.end,
            )
