"""Queries as forms over numbered leaves, which a thousand of them share.

A leaf is a condition without AND, OR and NOT. Which documents satisfy it is one integer with a bit
for each document, its mask. So AND, OR and NOT are single machine operations on all documents at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.query import And, Node, Not, Or, Query


class QueryForm(Protocol):
    """A query, or a part of one, with numbers for its leaves."""

    def evaluate(self, masks: Sequence[int], everything: int) -> int:
        """Return the documents that satisfy it as a mask.

        `masks` has the mask of each leaf, `everything` is the mask of all documents.
        """
        ...

    def needed_leaves(self) -> frozenset[int] | None:
        """Return leaves of which one must hold, or None where none must."""
        ...


class QueryForms:
    """Queries as forms over the same leaves, each numbered once."""

    def __init__(self, queries: Sequence[Query]) -> None:
        self._numbers: dict[Node, int] = {}
        self.forms: list[QueryForm] = []
        for query in queries:
            self.forms.append(self._form_of(query.root))

    @property
    def leaves(self) -> list[Node]:
        """The leaves in the order of their numbers."""
        return list(self._numbers)

    def _form_of(self, node: Node) -> QueryForm:
        if isinstance(node, And):
            wanted: list[Node] = []
            unwanted: list[QueryForm] = []
            for part in node.parts:
                if isinstance(part, Not):
                    unwanted.append(self._form_of(part.part))
                else:
                    wanted.append(part)
            leaves, parts = self._divide(wanted)
            return _AllOf(leaves, parts, tuple(unwanted))
        if isinstance(node, Or):
            return _AnyOf(*self._divide(node.parts))
        if isinstance(node, Not):
            return _Without(self._form_of(node.part))
        return _AnyOf(*self._divide([node]))

    def _divide(self, nodes: Sequence[Node]) -> tuple[tuple[int, ...], tuple[QueryForm, ...]]:
        """Return the numbers of those nodes that are leaves, and the forms of the others."""
        leaves: list[int] = []
        parts: list[QueryForm] = []
        for node in nodes:
            if isinstance(node, And | Or | Not):
                parts.append(self._form_of(node))
            else:
                leaves.append(self._numbers.setdefault(node, len(self._numbers)))
        return tuple(leaves), tuple(parts)


@dataclass(frozen=True, slots=True)
class _AllOf:
    """AND: all leaves and parts hold, and none of the unwanted ones."""

    # Numbers of leaves stand apart from other parts: looking up a mask needs no call.
    leaves: tuple[int, ...]
    parts: tuple[QueryForm, ...]
    unwanted: tuple[QueryForm, ...]

    def evaluate(self, masks: Sequence[int], everything: int) -> int:
        # Leaves cost nothing, so they come first: most forms are decided by them.
        found = everything
        for leaf in self.leaves:
            found &= masks[leaf]
            if not found:
                return 0
        for part in self.parts:
            found &= part.evaluate(masks, everything)
            if not found:
                return 0
        for part in self.unwanted:
            found &= ~part.evaluate(masks, everything)
        return found

    def needed_leaves(self) -> frozenset[int] | None:
        # All leaves must hold, so any one of them is enough to look out for.
        if self.leaves:
            return frozenset(self.leaves[:1])
        smallest: frozenset[int] | None = None
        for part in self.parts:
            needed = part.needed_leaves()
            # The fewer leaves to look out for, the more seldom the query is evaluated.
            if needed is not None and (smallest is None or len(needed) < len(smallest)):
                smallest = needed
        return smallest


@dataclass(frozen=True, slots=True)
class _AnyOf:
    """OR, or a single leaf: one leaf or part holds."""

    leaves: tuple[int, ...]
    parts: tuple[QueryForm, ...]

    def evaluate(self, masks: Sequence[int], everything: int) -> int:
        found = 0
        for leaf in self.leaves:
            found |= masks[leaf]
        for part in self.parts:
            found |= part.evaluate(masks, everything)
        return found

    def needed_leaves(self) -> frozenset[int] | None:
        needed = set(self.leaves)
        for part in self.parts:
            of_part = part.needed_leaves()
            if of_part is None:
                # This part may hold without any leaf, and then the whole holds.
                return None
            needed |= of_part
        return frozenset(needed)


@dataclass(frozen=True, slots=True)
class _Without:
    """NOT: the part does not hold."""

    part: QueryForm

    def evaluate(self, masks: Sequence[int], everything: int) -> int:
        return everything & ~self.part.evaluate(masks, everything)

    def needed_leaves(self) -> frozenset[int] | None:
        # It holds for a document that satisfies no leaf at all.
        return None
