"""The text of a query, cut into tokens.

    text ──► punctuation (one plain form) ──► cut here ──► lexeme_order (checked) ──► tokens

Typing habits become plain syntax at the same place, or an error that points at them: dashes with
spaces, headlines with question marks, addresses with colons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from pipelines.query.errors import QueryError, raise_query_error
from pipelines.query.fields import FIELDS, canonical_name, closest
from pipelines.query.lexeme import Lexeme
from pipelines.query.lexeme_order import ordered_lexemes
from pipelines.query.punctuation import plain_punctuation

#: Characters. The longest Boolean searches that media monitors share have about half of that.
MAX_LENGTH = 20_000

#: What ends a word such as AND.
_GAP = r"(?=[\s()\"]|$)"
_FIELD = r"""
    | (?P<field>(?:\\.|[^\s()"\[\]{}\\:])+):"""
_PATTERN = rf"""(?P<space>\s+)
    | "(?P<phrase>[^"\\]*(?:\\.[^"\\]*)*)"(?P<slop>~[^\s()"]*)?
    | (?P<open>\() | (?P<close>\))
    | (?P<and>AND{_GAP}|&&) | (?P<or>OR{_GAP}|\|\|) | (?P<not>NOT{_GAP}|!(?!!)|-) | (?P<plus>\+)
    | (?P<range>[\[{{][^\]}}"]*(?:"[^"]*"[^\]}}"]*)*[\]}}])
    | (?P<compare>[<>]=?)\s*(?P<bound>"[^"]*"|[^\s()"]*){_FIELD}
    | (?P<word>(?:\\.|[^\s()"\[\]{{}}\\])+)
    | (?P<stray>.)"""
_TOKEN = re.compile(_PATTERN, re.VERBOSE | re.DOTALL)
# After a field a colon belongs to the value: `url:https://…`, `published:2026-01-17T09:30`.
_VALUE = re.compile(_PATTERN.replace(_FIELD, ""), re.VERBOSE | re.DOTALL)
_RANGE = re.compile(
    r'([\[{])\s*("[^"]*"|[^\s"]+)\s+(TO|to|To)\s+("[^"]*"|[^\s"]+?)\s*([\]}])',
)
_REGULAR_EXPRESSION = re.compile(r"/(?:\\.|[^/\s])+/")
#: A field with a comparison and no colon, as in published>=2026.
_COMPARED = re.compile(r"(\w+)([<>]=?)")


def lexemes(text: str) -> Sequence[Lexeme]:
    """Return a query's tokens in an order that the grammar accepts.

    Raises QueryError, pointing at it, for what is misplaced, unclosed, unknown or too much.
    """
    # Before anything else: what follows reads every character several times.
    if len(text) > MAX_LENGTH:
        message = f"A query has at most {MAX_LENGTH:,} characters, this one {len(text):,}; make two of it."
        raise_query_error(message, text, MAX_LENGTH)
    return ordered_lexemes(text, _Cutter(text).cut_lexemes())


class _Cutter:
    """Cuts one query; holds what every message needs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = plain_punctuation(text)

    def cut_lexemes(self) -> Iterator[Lexeme]:
        """Yield the tokens in order."""
        at = 0
        pattern = _TOKEN
        while match := pattern.match(self._plain, at):
            at = match.end()
            if match.lastgroup == "space":
                continue
            yield self._lexeme_of(match)
            pattern = _TOKEN
            if match.lastgroup == "field":
                pattern = _VALUE

    def _lexeme_of(self, match: re.Match[str]) -> Lexeme:
        kind = match.lastgroup
        match kind:
            case "phrase" | "slop":
                return Lexeme("phrase", *match.span(), (match["phrase"], self._read_slop(match)))
            case "field":
                return Lexeme("field", *match.span(), (self._read_field(match),))
            case "word":
                self._check_word(match)
                return Lexeme("word", *match.span(), (match["word"],))
            case "range":
                return Lexeme("range", *match.span(), self._read_range(match))
            case "compare" | "bound":
                return Lexeme("compare", *match.span(), self._read_comparison(match))
            case "open" | "close" | "and" | "or" | "not" | "plus":
                self._check_sign(match)
                return Lexeme(kind, *match.span())
        raise QueryError(_stray_problem(match[0]), self._text, match.start())

    # -- tokens with parts ---------------------------------------------------------------------------------

    def _read_slop(self, match: re.Match[str]) -> str:
        slop = match["slop"]
        if slop is None:
            return ""
        if not re.fullmatch(r"~\d{1,3}", slop, re.ASCII):
            message = 'After a phrase ~ takes a number of words, as in "canola tariff"~5.'
            self._fail(message, match.start("slop"), match.end("slop"))
        return str(slop[1:])

    def _read_field(self, match: re.Match[str]) -> str:
        """Return the canonical name of a field, `_exists_`, or `*` of `*:*`."""
        typed = match["field"]
        if typed == "*" and self._plain[match.end() : match.end() + 1] == "*":
            return "*"
        name = canonical_name(typed)
        if name is None and typed != "_exists_":
            self._fail_unknown_field(typed, match.start(), match.end() - 1)
        return name or str(typed)

    def _read_range(self, match: re.Match[str]) -> tuple[str, ...]:
        found = _RANGE.fullmatch(match[0])
        if found is None:
            message = "Write a range as [2026-01-01 TO 2026-01-31], with * for an open end."
            self._fail(message, *match.span())
        opening, low, _, high, closing = found.groups()
        return opening, low.strip('"'), high.strip('"'), closing

    def _read_comparison(self, match: re.Match[str]) -> tuple[str, ...]:
        bound = match["bound"].strip('"')
        if not bound:
            self._fail(f"Put a date or number after {match['compare']}.", *match.span())
        return match["compare"], bound

    # -- what no token may be ------------------------------------------------------------------------------

    def _check_word(self, match: re.Match[str]) -> None:
        start = match.start()
        if self._plain[start] == "/" and (expression := _REGULAR_EXPRESSION.match(self._plain, start)):
            message = "Regular expressions are not supported; use * and ? or list the words with OR."
            self._fail(message, start, expression.end())
        # A backslash and what it protects are passed over as one.
        for mark in re.finditer(r"\\.|[~^]", match["word"]):
            place = start + mark.start()
            if mark[0] == "^":
                self._fail("Results are ordered by time, so a weight (^) has no effect; leave it out.", place)
            if mark[0] == "~":
                message = "Words are not searched by likeness; use canol* or list the spellings with OR."
                self._fail(message, place)
        self._check_comparison_without_colon(match["word"], *match.span())

    def _check_comparison_without_colon(self, typed: str, start: int, end: int) -> None:
        compared = _COMPARED.match(typed)
        if compared and canonical_name(compared[1]):
            self._fail(f"Write {compared[1]}:{compared[2]}… with a colon before the sign.", start, end)

    def _check_sign(self, match: re.Match[str]) -> None:
        """Refuse `a - b`."""
        # The dash of a headline that was pasted would exclude its second half.
        sign = match[0]
        following = self._plain[match.end() : match.end() + 1]
        stands_before_a_word = following and not following.isspace()
        if sign not in "+-!" or stands_before_a_word:
            return
        verb = "requires" if sign == "+" else "excludes"
        self._fail(
            f"A {sign} {verb} the word that directly follows it; "
            "leave out the space, or quote the words if it is punctuation.",
            match.start(),
        )

    def _fail_unknown_field(self, typed: str, start: int, end: int) -> NoReturn:
        if self._plain[end : end + 3] == "://":
            self._fail('To search an address write url:"…" or site:… with the name of the site.', start, end)
        self._check_comparison_without_colon(typed, start, end)
        guess = closest(typed, tuple(FIELDS))
        hint = f"Fields are {', '.join(FIELDS)}."
        if guess:
            hint = f"Did you mean {guess}:?"
        message = f"There is no field “{typed[:40]}”. {hint} To search for the words, quote them."
        self._fail(message, start, end)

    def _fail(self, message: str, start: int, end: int | None = None) -> NoReturn:
        raise_query_error(message, self._text, start, end)


def _stray_problem(char: str) -> str:
    """Return what is wrong with a character that begins no token."""
    if char in "[{":
        return f"This {char} is never closed; write a range as [2026-01-01 TO *]."
    if char in "]}":
        return f"This {char} closes nothing; write a range as [2026-01-01 TO *]."
    return "A backslash has to stand before the character that it protects."
