"""The tokens of a query, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TokenKind = Literal[
    "phrase", "open", "close", "and", "or", "near", "not", "plus", "field", "range", "compare", "word"
]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token at its place in the query, [start, end). `parts` depends on the kind:

    - phrase: the text between the quotes, and the slop as digits or ""
    - field: its canonical name
    - word: as typed, with its backslashes; and "~" where one letter may be wrong
    - range: opening bracket, low, high, closing bracket
    - compare: operator, value
    - near: how many words may stand between, and "in order" or ""
    """

    kind: TokenKind
    start: int
    end: int
    parts: tuple[str, ...] = ()


#: Tokens that say what is looked for.
VALUES: frozenset[TokenKind] = frozenset({"phrase", "range", "compare", "word"})
#: Tokens that belong to the one operand after them.
SIGNS: frozenset[TokenKind] = frozenset({"not", "plus"})
#: Tokens that stand between two operands.
JOINS: frozenset[TokenKind] = frozenset({"and", "or", "near"})
#: Tokens after which something has to follow.
WAITING: frozenset[TokenKind] = SIGNS | JOINS | {"field"}
