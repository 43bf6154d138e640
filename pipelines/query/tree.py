"""What a query means, in frozen values that every index can evaluate.

Fields of text come as a tuple: one of them has to satisfy the leaf wholly, so `title` and `body`
together mean "in the title or in the body". Tokens are those of `pipelines.text.analyzer`; `plain`
says that they belong to the plain stream. `origin`, `carrier`, `author` and `credit` have a plain stream
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class All:
    """Every document."""


@dataclass(frozen=True, slots=True)
class And:
    """Documents that satisfy all parts (two or more)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that satisfy at least one part (of two or more)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """All documents but those that satisfy the part."""

    part: Node


@dataclass(frozen=True, slots=True)
class Words:
    """One of these phrases: tokens side by side, in this order.

    A phrase of one token is a term. Several phrases are one in other spellings, or in the stems of other
    languages: a text has those of its own.
    """

    fields: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    #: The words as written are meant: in quotes, of names, and of Chinese characters that stand alone.
    #: Else it is their stems.
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """All pieces within one field and close together, in any order or in this one.

    A piece is a phrase. None occurs twice, unless all are the same and in order. At most `slop` other
    tokens may stand between them: the length of the stretch from the first token of the first piece to
    the last token of the last one, less the lengths of all pieces. Pieces may overlap, unless their order
    counts. Among plain tokens the last one of a piece may end with a star: any token that begins so.
    """

    fields: tuple[str, ...]
    #: Two or more; of a single one nothing could be near.
    pieces: tuple[tuple[str, ...], ...]
    slop: int
    plain: bool = False
    is_in_order: bool = False

    @property
    def whole_tokens(self) -> list[str]:
        """The tokens of all pieces, without those that only begin a word."""
        tokens: list[str] = []
        for piece in self.pieces:
            for token in piece:
                if not token.endswith("*"):
                    tokens.append(token)
        return tokens


@dataclass(frozen=True, slots=True)
class Prefix:
    """A plain token that begins with `prefix`.

    It stands right after the tokens `lead`, which are mostly none.
    """

    fields: tuple[str, ...]
    prefix: str
    #: Of `Sino-Canad*` it is sino.
    lead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A plain token of this form.

    `*` stands for any characters or none, `?` for exactly one.
    """

    fields: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A field with exactly this value, both folded."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field with one of these values, all folded; without any, no document."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""A field with a value of this form.

    `*` and `?` mean what they do in `Wildcard`; `\*` and `\?` are the characters themselves.
    """

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Range:
    """A number or instant between two bounds.

    None is an open end; a missing value is in no range. Instants are always `low <= value < high`,
    whatever was written: the end of a day is the start of the next.
    """

    field: str
    #: A number, or an instant in UTC.
    low: datetime | float | None
    high: datetime | float | None
    include_low: bool = True
    include_high: bool = True

    def holds(self, value: Any) -> bool:
        """Tell whether a value lies between the bounds; None never does.

        It is of the field's type.
        """
        if value is None:
            return False
        low, high = self.low, self.high
        if low is not None and not (value > low or (self.include_low and value == low)):
            return False
        return bool(high is None or value < high or (self.include_high and value == high))


@dataclass(frozen=True, slots=True)
class Exists:
    """Documents in which one of these fields has a value."""

    fields: tuple[str, ...]


Node = All | And | Or | Not | Words | Near | Prefix | Wildcard | Keyword | OneOf | Pattern | Range | Exists
TextLeaf = Words | Near | Prefix | Wildcard


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood: what was written, and what it means."""

    #: As typed: a mail shows it to its reader.
    text: str
    root: Node


def wanted_text(node: Node) -> Iterator[TextLeaf]:
    """Yield the leaves that a document may match by its text.

    What stands under a NOT is left out: no document is found for having it.
    """
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from wanted_text(part)
    elif isinstance(node, Words | Near | Prefix | Wildcard):
        yield node
