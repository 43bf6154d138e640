"""What is wrong with a query, where, and what to write instead."""

from __future__ import annotations

import unicodedata
from typing import NoReturn

from crawlers.errors import PermanentError

#: Characters of the query shown around a mistake: one line of a terminal.
WINDOW = 76


class QueryError(PermanentError):
    """A query that cannot be answered.

    The message is one sentence with what to write instead. `position` is the column of the mistake,
    from 0, `length` its extent (at least 1), `text` the query as typed.
    """

    def __init__(self, message: str, text: str, position: int, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.length = max(1, min(length, len(text) - self.position))

    # Exceptions are pickled with their message alone; ours has to come out of a worker with its place.
    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str, int, int]]:
        return QueryError, (self.message, self.text, self.position, self.length)

    def pointing(self) -> str:
        """Return three lines: the query, a caret under the mistake, the message.

        Of a long query only the surroundings are shown. Chinese characters count as two columns.
        """
        start = max(0, min(self.position - WINDOW // 2, len(self.text) - WINDOW))
        shown = _printable_line(self.text[start : start + WINDOW])
        mistake = self.position - start
        before = shown[:mistake]
        under = shown[mistake : mistake + self.length]
        caret = " " * _count_columns(before) + "^" * max(1, _count_columns(under))
        return f"{shown}\n{caret}\n{_printable_line(self.message)}"


def raise_query_error(message: str, text: str, start: int, end: int | None = None) -> NoReturn:
    """Raise a QueryError that points at [start, end).

    One character where no end is given.
    """
    if end is None:
        end = start + 1
    raise QueryError(message, text, start, end - start)


def _printable_line(text: str) -> str:
    # A control character would move the terminal's cursor, and the caret would stand elsewhere.
    shown = list(text)
    for place, char in enumerate(shown):
        if not char.isprintable():
            shown[place] = " "
    return "".join(shown)


def _count_columns(text: str) -> int:
    """Return the width of a text on a terminal."""
    columns = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        columns += 1
        if unicodedata.east_asian_width(char) in "WF":
            columns += 1
    return columns
