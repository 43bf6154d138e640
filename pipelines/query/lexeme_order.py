"""Checks of the order, depth and number of a query's tokens.

After these checks the grammar can hold no surprise: each operator has its operands, each
parenthesis its partner, and the whole is short and shallow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from pipelines.query.errors import raise_query_error
from pipelines.query.lexeme import JOINS, SIGNS, VALUES, WAITING, Lexeme, TokenKind

#: Words, phrases and ranges; Lucene's own limit is 1,024.
MAX_CLAUSES = 1_000
#: Parentheses inside each other; people rarely use more than four.
MAX_DEPTH = 20

EMPTY = "There is nothing to search for; write a word, or *:* for everything."


def ordered_lexemes(text: str, lexemes: Iterable[Lexeme], *, is_pasted: bool) -> Sequence[Lexeme]:
    """Return the tokens of `text` in an order that makes sense.

    In a headline that was pasted, small operators are words.

    Raises QueryError, pointing at it, for what is misplaced, unclosed or too much. The tokens are
    checked as they come, so the first mistake of a query is the one that is shown.
    """
    checker = _OrderChecker(text)
    for lexeme in lexemes:
        checker.add(lexeme)
    checker.check_end()
    if not is_pasted:
        checker.check_lower_case_operators()
    return checker.checked


class _OrderChecker:
    """The tokens of one query so far."""

    def __init__(self, text: str) -> None:
        self.checked: list[Lexeme] = []
        self._text = text
        self._opened: list[Lexeme] = []
        self._clauses = 0

    def add(self, lexeme: Lexeme) -> None:
        self._count_clause(lexeme)
        if lexeme.kind in JOINS:
            self._check_left_operand(lexeme)
        if self.checked:
            self._check_neighbours(self.checked[-1], lexeme)
        if lexeme.kind == "open":
            self._open_group(lexeme)
        elif lexeme.kind == "close":
            self._close_group(lexeme)
        self.checked.append(lexeme)

    def check_end(self) -> None:
        if not self.checked:
            self._fail(EMPTY, 0)
        last = self.checked[-1]
        if last.kind in WAITING:
            self._fail_lacking(last)
        if self._opened:
            self._fail("This ( is never closed; add ) where the group ends.", self._opened[-1].start)

    def check_lower_case_operators(self) -> None:
        """Refuse `and`, `or`, `not` where an operator could stand.

        Taken as words they would change the answer, and nobody would notice.
        """
        for place, lexeme in enumerate(self.checked[:-1]):
            if lexeme.kind != "word" or lexeme.parts[0] not in {"and", "or", "not"}:
                continue
            if self._could_be_operator(place):
                word = lexeme.parts[0]
                self._fail(
                    f"Write {word.upper()} in capitals to combine, "
                    f'or "{word}" in quotes to search for the word.',
                    lexeme.start,
                    lexeme.end,
                )

    def _count_clause(self, lexeme: Lexeme) -> None:
        if lexeme.kind in VALUES:
            self._clauses += 1
        # Counted while they come: a hostile query ends here, before all of it is cut.
        if self._clauses > MAX_CLAUSES:
            self._fail(f"A query has at most {MAX_CLAUSES:,} words; make two of it.", lexeme.start)

    def _check_left_operand(self, join: Lexeme) -> None:
        # The start of a query is like the start of a group.
        before: TokenKind = "open"
        if self.checked:
            before = self.checked[-1].kind
        is_small_not = bool(self.checked) and self.checked[-1].parts[:1] == ("not",) and before == "word"
        if (before == "not" or is_small_not) and join.kind == "near":
            message = "Write canola NOT (canola NEAR/5 tariff) for what must not stand near."
            self._fail(message, join.start, join.end)
        if before == "open" or before in SIGNS | JOINS:
            self._fail(f"{self._typed(join)} needs a word or phrase on its left.", join.start, join.end)

    def _check_neighbours(self, before: Lexeme, lexeme: Lexeme) -> None:
        closes = lexeme.kind == "close"
        # A field takes a value or a group; what would be excluded is said before the field.
        if before.kind == "field" and (closes or lexeme.kind in WAITING):
            self._fail_lacking(before)
        if closes and before.kind in WAITING:
            self._fail_lacking(before)
        if closes and before.kind == "open":
            self._fail("These parentheses are empty; put words between them.", before.start, lexeme.end)
        if lexeme.kind in SIGNS and before.kind in SIGNS:
            self._fail("Two signs in a row; write one NOT or none.", lexeme.start, lexeme.end)

    def _open_group(self, lexeme: Lexeme) -> None:
        self._opened.append(lexeme)
        if len(self._opened) > MAX_DEPTH:
            message = f"Parentheses go at most {MAX_DEPTH} deep; leave out what is not needed."
            self._fail(message, lexeme.start)

    def _close_group(self, lexeme: Lexeme) -> None:
        if not self._opened:
            self._fail("This ) closes nothing; leave it out, or open one before.", lexeme.start)
        self._opened.pop()

    def _could_be_operator(self, place: int) -> bool:
        follows_value = place > 0 and self.checked[place - 1].kind in VALUES | {"close"}
        # "rise and fall" is likely meant as AND, the last word of a query is not.
        precedes_value = self.checked[place + 1].kind in VALUES | {"open", "field"}
        is_leading_not = place == 0 and self.checked[place].parts[0] == "not"
        return precedes_value and (follows_value or is_leading_not)

    def _fail_lacking(self, lexeme: Lexeme) -> NoReturn:
        typed = self._typed(lexeme)
        message = f"{typed} needs a word or phrase on its right."
        if lexeme.kind == "field":
            message = f"{typed} needs a value right after it, as in title:canola; "
            message += "to exclude one write -title:canola."
        self._fail(message, lexeme.start, lexeme.end)

    def _typed(self, lexeme: Lexeme) -> str:
        return self._text[lexeme.start : lexeme.end]

    def _fail(self, message: str, start: int, end: int | None = None) -> NoReturn:
        raise_query_error(message, self._text, start, end)
