"""The text of a query, cut into tokens.

    text ──► punctuation (one plain form) ──► cut here ──► lexeme_order (checked) ──► tokens

Typing habits become plain syntax at the same place, or an error that points at them: dashes with
spaces, headlines with question marks, addresses with colons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from pipelines.query.apostrophes import with_apostrophes
from pipelines.query.conditions import foreign_condition
from pipelines.query.errors import QueryError, raise_query_error
from pipelines.query.fields import FIELDS, canonical_name, closest
from pipelines.query.lexeme import Lexeme
from pipelines.query.lexeme_order import ordered_lexemes
from pipelines.query.operators import (
    advice_on_bracketed,
    advice_on_call,
    advice_on_end,
    advice_on_field,
    advice_on_word,
    nearness_of,
)
from pipelines.query.pasted import has_chinese_clause, is_pasted
from pipelines.query.punctuation import pasted_punctuation, plain_punctuation, with_narrow_operators
from pipelines.text.analyzer import is_cjk

#: Characters. The longest Boolean searches that media monitors share have about half of that.
MAX_LENGTH = 20_000

#: Characters of a name that a field might have in Chinese: 标题, 发布时间.
_LONGEST_CHINESE_NAME = 4
#: Two words and what stands between them.
_WORDS_WITH_OPERATOR = 3
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
#: A word in which a letter may be wrong: canola~1.
_SIMILAR = re.compile(r"([^~^\\*?]+)~1?")
#: A word with a sign that stands for any endings elsewhere: canol!, canol$4.
_TRUNCATED = re.compile(r"[^\W\d_]{3,}(?:!|[$#]\d?)")
#: Two words with a sign between them: canola|tariff, 中国+加拿大.
_JOINED = re.compile(r"(?P<left>[^\W\d_]{2,})(?P<sign>[|+])(?P<right>[^\W\d_]{2,})")
#: A condition as other products write it: hd=canola, wc>500.
_EQUALS = re.compile(r"([A-Za-z][\w.]*)(?:[<>]=?|=)")
#: A field with a comparison and no colon, as in published>=2026.
_COMPARED = re.compile(r"(\w+)([<>]=?|=)")


def lexemes(text: str) -> Sequence[Lexeme]:
    """Return a query's tokens in an order that the grammar accepts.

    Raises QueryError, pointing at it, for what is misplaced, unclosed, unknown or too much.
    """
    # Before anything else: what follows reads every character several times.
    if len(text) > MAX_LENGTH:
        message = f"A query has at most {MAX_LENGTH:,} characters, this one {len(text):,}; make two of it."
        raise_query_error(message, text, MAX_LENGTH)
    cutter = _Cutter(text)
    return ordered_lexemes(text, cutter.cut_lexemes(), is_pasted=cutter.is_pasted)


class _Cutter:
    """Cuts one query; holds what every message needs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = text.split()
        text = with_narrow_operators(text)
        self.is_pasted = is_pasted(text)
        plain = pasted_punctuation(text) if self.is_pasted else plain_punctuation(text)
        self._plain = with_apostrophes(plain)

    def cut_lexemes(self) -> Iterator[Lexeme]:
        """Yield the tokens in order."""
        self._check_conditions()
        at = 0
        pattern = _TOKEN
        while match := pattern.match(self._plain, at):
            at = match.end()
            if match.lastgroup == "space":
                continue
            is_value = pattern is _VALUE
            pattern = _TOKEN
            if match.lastgroup == "field" and self._is_text(match):
                # A name before a colon, as headlines begin: “Ottawa: a report”.
                yield Lexeme("word", match.start(), match.end() - 1, (match["field"],))
                continue
            if is_value:
                self._check_list(match)
            elif match.lastgroup == "word":
                self._check_joined(match["word"], *match.span())
            yield self._lexeme_of(match)
            if match.lastgroup == "field":
                pattern = _VALUE

    def _lexeme_of(self, match: re.Match[str]) -> Lexeme:
        kind = match.lastgroup
        match kind:
            case "phrase" | "slop":
                self._check_behind_quotes(match.end())
                return Lexeme("phrase", *match.span(), (match["phrase"], self._read_slop(match)))
            case "field":
                return Lexeme("field", *match.span(), (self._read_field(match),))
            case "word":
                near = nearness_of(match["word"])
                if near is not None:
                    order = "in order" if near.is_in_order else ""
                    return Lexeme("near", *match.span(), (str(near.slop), order))
                self._check_word(match)
                similar = _SIMILAR.fullmatch(match["word"])
                if similar:
                    return Lexeme("word", *match.span(), (similar[1], "~"))
                return Lexeme("word", *match.span(), (match["word"],))
            case "range":
                return Lexeme("range", *match.span(), self._read_range(match))
            case "compare" | "bound":
                return Lexeme("compare", *match.span(), self._read_comparison(match))
            case "not" if self.is_pasted and match["not"] == "NOT":
                # “Ottawa will NOT lift duties”: a headline has no operators.
                return Lexeme("word", *match.span(), (match["not"],))
            case "open" | "close" | "and" | "or" | "not" | "plus":
                self._check_sign(match)
                return Lexeme(kind, *match.span())
        raise QueryError(_stray_problem(match[0]), self._text, match.start())

    # -- headlines that were pasted ------------------------------------------------------------------------

    def _is_text(self, match: re.Match[str]) -> bool:
        """Tell whether a name before a colon is no field, but a word of a text."""
        typed = match["field"]
        following = self._plain[match.end() : match.end() + 1]
        goes_on = bool(following) and not following.isspace()
        if canonical_name(typed) is not None or typed in ("_exists_", "*"):
            # A field has its value right behind it.
            return self.is_pasted and not goes_on
        if not re.search(r"[^\W\d_]", typed):
            return True
        if len(typed) > _LONGEST_CHINESE_NAME and is_cjk(typed[-1]):
            # A clause, as headlines have: 习近平会见卡尼:推动…, where 标题:… is meant for a field.
            return True
        if closest(typed, tuple(FIELDS)) is not None or advice_on_field(typed) is not None:
            return self.is_pasted and not goes_on
        return self.is_pasted or not goes_on or self._text[match.end() - 1] == "："

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
            advice = advice_on_field(match[0][1:-1].strip())
            if advice:
                self._fail(f"“{match[0]}” is not known here. {advice}", *match.span())
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
        self._check_foreign(match["word"], *match.span())
        if self.is_pasted:
            return
        if self._plain[start] == "/" and (expression := _REGULAR_EXPRESSION.match(self._plain, start)):
            message = "Regular expressions are not supported; use * and ? or list the words with OR."
            self._fail(message, start, expression.end())
        if _SIMILAR.fullmatch(match["word"]):
            return
        # A backslash and what it protects are passed over as one.
        for mark in re.finditer(r"\\.|[~^]", match["word"]):
            place = start + mark.start()
            if mark[0] == "^":
                self._fail("A weight (^) has no effect: an order is chosen with --sort. Leave it out.", place)
            if mark[0] == "~":
                message = "After a word stands ~1: one letter may be another one, missing or too many."
                self._fail(message, place)
        self._check_comparison_without_colon(match["word"], *match.span())

    def _check_foreign(self, typed: str, start: int, end: int) -> None:
        """Refuse the operators of other products, which would be looked for as words."""
        advice = self._advice_on(typed)
        if self._plain[end : end + 1] == "(":
            advice = advice or advice_on_call(typed)
        if self._plain[start - 1 : start] == "(" and self._plain[end : end + 1] == ")":
            advice = advice or self._advice_on_bracketed(typed, start, end)
        if advice:
            message = f"“{typed[:40]}” is not known here. {advice} To search for the word, quote it."
            self._fail(message, start, end)
        if not self.is_pasted:
            self._check_endings(typed, start, end)

    def _advice_on(self, typed: str) -> str | None:
        joins = typed in self._words[1:-1]
        if self.is_pasted:
            if self._text == self._text.upper() and self._text != self._text.lower():
                return None
            begins_small = self._text[:1] == self._text[:1].lower() and not has_chinese_clause(self._words)
            return advice_on_word(typed, joins=joins and (begins_small or self._words.count(typed) > 1))
        is_between_two = joins and len(self._words) == _WORDS_WITH_OPERATOR
        return advice_on_word(typed, is_between_two=is_between_two, joins=joins)

    def _advice_on_bracketed(self, typed: str, start: int, end: int) -> str | None:
        """Return what to write for `canola(5w)tariff`, or None."""
        before, behind = self._plain[start - 2 : start - 1], self._plain[end + 1 : end + 2]
        if before.isalpha() and behind.isalpha():
            return advice_on_bracketed(typed)
        return None

    def _check_conditions(self) -> None:
        """Refuse `date aft 2026-01-01`, whose words would be looked for."""
        found = foreign_condition(with_narrow_operators(self._text), is_pasted=self.is_pasted)
        if found is not None:
            typed = self._text[found.start : found.end]
            message = (
                f"“{typed[:40]}” is not known here. {found.instead}. To search for the words, quote them."
            )
            self._fail(message, found.start, found.end)

    def _check_joined(self, typed: str, start: int, end: int) -> None:
        """Refuse `canola|tariff`, which would be looked for as a phrase."""
        if self.is_pasted or "://" in typed:
            return
        joined = _JOINED.fullmatch(typed)
        if joined is None:
            return
        longest = max(len(joined["left"]), len(joined["right"]))
        if is_cjk(typed[-1]) and longest > _LONGEST_CHINESE_NAME:
            # A clause, as headlines have: 独家|加拿大总理访华.
            return
        instead = "OR" if joined["sign"] == "|" else "AND"
        message = f"“{typed[:40]}” is not known here. Write {joined['left']} {instead} {joined['right']}."
        self._fail(f"{message} To search for the words side by side, quote them.", start, end)

    def _check_list(self, value: re.Match[str]) -> None:
        """Refuse `lang:en,fr`, whose second value would be a word."""
        end = value.end()
        behind = re.compile(r"[\w.-]+").match(self._text, end + 1)
        if value.lastgroup == "word" and self._text[end : end + 1] in (",", "，", "、") and behind:
            message = f"Write ({value['word'][:40]} OR {behind[0][:40]}) for one of several values."
            self._fail(message, value.start(), behind.end())

    def _check_behind_quotes(self, end: int) -> None:
        if self._plain[end : end + 1] in ("@", "#", "%"):
            message = 'Nearness is written as "canola tariff"~5; leave the sign out if it is punctuation.'
            self._fail(message, end)

    def _check_endings(self, typed: str, start: int, end: int) -> None:
        if _TRUNCATED.fullmatch(typed):
            head = re.split(r"[!$#]", typed)[0]
            self._fail(f"Write {head}* for all endings; leave the sign out if it is punctuation.", start, end)
        advice = advice_on_end(typed)
        if advice:
            self._fail(f"“{typed[:40]}” is not known here. {advice}", start, end)
        compared = _EQUALS.match(typed)
        if compared and "://" not in typed and canonical_name(compared[1]) is None:
            advice = advice_on_field(compared[1]) or "Fields are written as in title:canola."
            self._fail(f"“{compared[0]}” is not known here. {advice}", start, end)
        if typed.startswith(":") and start > 0:
            self._fail("A field has its colon right behind it, as in title:canola.", start, end)

    def _check_comparison_without_colon(self, typed: str, start: int, end: int) -> None:
        compared = _COMPARED.match(typed)
        if compared and canonical_name(compared[1]):
            sign = compared[2].removeprefix("=")
            self._fail(f"Write {compared[1]}:{sign}… with a colon.", start, end)

    def _check_sign(self, match: re.Match[str]) -> None:
        """Refuse `a - b`."""
        # The dash of a headline that was pasted would exclude its second half.
        sign = match[0]
        following = self._plain[match.end() : match.end() + 1]
        if sign in "+!" and not self.is_pasted:
            self._check_foreign_sign(match)
        stands_before_a_word = following and not following.isspace()
        if sign not in "+-!" or stands_before_a_word:
            return
        verb = "requires" if sign == "+" else "excludes"
        self._fail(
            f"A {sign} {verb} the word that directly follows it; "
            "leave out the space, or quote the words if it is punctuation.",
            match.start(),
        )

    def _check_foreign_sign(self, match: re.Match[str]) -> None:
        """Refuse `canola +5 tariff`, which says how near words stand."""
        behind = re.compile(r"\w{1,2}(?=\s|$)").match(self._plain, match.end())
        advice = advice_on_word(match[0] + behind[0]) if behind else None
        if advice and behind:
            self._fail(f"“{match[0]}{behind[0]}” is not known here. {advice}", match.start(), behind.end())

    def _fail_unknown_field(self, typed: str, start: int, end: int) -> NoReturn:
        if self._plain[end : end + 3] == "://":
            self._fail('To search an address write url:"…" or site:… with the name of the site.', start, end)
        self._check_comparison_without_colon(typed, start, end)
        advice = advice_on_field(typed)
        if advice:
            self._fail(f"There is no field “{typed[:40]}”. {advice}", start, end)
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
