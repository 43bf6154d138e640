"""The operators and parentheses of a query, as a tree.

    NOT, + and a field   take the one operand that follows
    NEAR/5               binds closest
    AND                  binds closer than OR
    OR                   binds closer than words side by side

So `canola tariff OR duty` is canola AND (tariff OR duty). A word with a plus is joined at once to
what stands before it, even to the last operand of an OR: `a OR b +c` is a OR (b AND c). Saved
searches were written against these rules, so they stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from pipelines.query.lexeme import JOINS, Lexeme


class Joiner(IntEnum):
    """What joins two operands; a greater one binds closer."""

    BESIDE = 1
    OR = 2
    AND = 3
    NEAR = 4


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, phrase, range or comparison: the token at `place`."""

    place: int


@dataclass(frozen=True, slots=True)
class InField:
    """What is looked for in one field."""

    field: Lexeme
    part: Syntax


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in parentheses."""

    # Kept in the tree, because `a OR +b` requires b and `a OR (+b)` does not.

    part: Syntax


@dataclass(frozen=True, slots=True)
class Excluded:
    """What a NOT, `!` or `-` stands before."""

    part: Syntax


@dataclass(frozen=True, slots=True)
class Required:
    """What a plus stands before."""

    part: Syntax


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more operands under one operator."""

    joiner: Joiner
    parts: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """Two or more operands under one operator of nearness."""

    operator: Lexeme
    parts: tuple[Syntax, ...]


Syntax = Leaf | InField | Group | Excluded | Required | Joined | Nearby

#: How close a token draws the operand before it. One that is not named here starts a new operand
#: and lets everything before it be joined first; a plus lets nothing be joined first.
_PULL = {"or": int(Joiner.OR), "and": int(Joiner.AND), "near": int(Joiner.NEAR), "plus": 5}
_STARTS_OPERAND = 0


def syntax_tree(lexemes: Sequence[Lexeme]) -> Syntax:
    """Return the tree of a query's tokens.

    The order of the tokens was checked (`lexeme_order`), so each operator has its operands and each
    parenthesis its partner. Only parentheses recurse, and their depth is limited.
    """
    return _Reader(lexemes).read_expression()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An operator whose right side is not complete, with its token where it has one."""

    joiner: Joiner
    lexeme: Lexeme | None


class _Reader:
    """Reads the tokens of one query from left to right."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        self._lexemes = lexemes
        self._place = 0

    def read_expression(self) -> Syntax:
        """Return everything up to the end of the query or of its group.

        Operator precedence with a stack, as in Dijkstra's shunting yard: a chain of a thousand
        operands needs no recursion.
        """
        operands = [self._read_operand()]
        #: Operators whose right side is not complete, each binding closer than the one before it.
        waiting: list[_Waiting] = []
        while self._place < len(self._lexemes) and self._lexemes[self._place].kind != "close":
            kind = self._lexemes[self._place].kind
            pull = _PULL.get(kind, _STARTS_OPERAND)
            # Of two equal operators the left one is joined first.
            while waiting and waiting[-1].joiner >= pull:
                _join_last(operands, waiting.pop())
            waiting.append(self._read_joiner(kind))
            operands.append(self._read_operand())
        while waiting:
            _join_last(operands, waiting.pop())
        return operands[0]

    def _read_joiner(self, kind: str) -> _Waiting:
        if kind not in JOINS:
            return _Waiting(Joiner.BESIDE, None)  # no token of its own
        lexeme = self._lexemes[self._place]
        self._place += 1
        return _Waiting(Joiner[kind.upper()], lexeme)

    def _read_operand(self) -> Syntax:
        place = self._place
        lexeme = self._lexemes[place]
        self._place += 1
        match lexeme.kind:
            case "not":
                return Excluded(self._read_operand())
            case "plus":
                return Required(self._read_operand())
            case "field":
                return InField(lexeme, self._read_operand())
            case "open":
                group = Group(self.read_expression())
                self._place += 1  # the closing parenthesis
                return group
            case "phrase" | "word" | "range" | "compare":
                return Leaf(place)
        raise AssertionError(f"{lexeme!r} cannot start an operand")


def _join_last(operands: list[Syntax], operator: _Waiting) -> None:
    """Replace the last two operands by one.

    Operands of the same operator stay side by side in it.
    """
    right = operands.pop()
    left = operands.pop()
    joiner = operator.joiner
    if joiner is Joiner.NEAR and operator.lexeme is not None:
        operands.append(Nearby(operator.lexeme, (*_near_operands(left, operator.lexeme), right)))
        return
    operands.append(Joined(joiner, (*_operands_of(left, joiner), *_operands_of(right, joiner))))


def _near_operands(part: Syntax, operator: Lexeme) -> tuple[Syntax, ...]:
    if isinstance(part, Nearby) and part.operator.parts == operator.parts:
        return part.parts
    return (part,)


def _operands_of(part: Syntax, joiner: Joiner) -> tuple[Syntax, ...]:
    if isinstance(part, Joined) and part.joiner is joiner:
        return part.parts
    return (part,)
