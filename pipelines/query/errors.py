"""What is wrong with a query, where, and what to write instead."""

from __future__ import annotations

import unicodedata

from crawlers.errors import PermanentError

WINDOW = 76
"""Characters of the query shown around a mistake: one line of a terminal."""


class QueryError(PermanentError):
    """A query that cannot be answered. The message is one sentence with what to write instead.

    `position` is the column of the mistake, from 0, `length` its extent (at least 1), `text` the query as typed.
    """

    def __init__(self, message: str, text: str, position: int, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.length = max(1, min(length, len(text) - self.position))

    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str, int, int]]:
        return QueryError, (self.message, self.text, self.position, self.length)

    def pointing(self) -> str:
        """Return three lines: the query, a caret under the mistake, and the message.

        Of a long query only the surroundings are shown. Chinese characters count as two columns.
        """
        start = max(0, min(self.position - WINDOW // 2, len(self.text) - WINDOW))
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : start + WINDOW])
        before = shown[: self.position - start]
        under = shown[self.position - start : self.position - start + self.length]
        caret = " " * _columns(before) + "^" * max(1, _columns(under))
        return f"{shown}\n{caret}\n{self.message}"


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
