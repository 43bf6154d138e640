"""What a person decided about pairs of articles: together, or apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person said of pairs of articles, by their ids: one story, or two, whatever their texts say."""

    together: frozenset[frozenset[str]] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one pair of articles: `together` in one story, or apart, whatever their texts say.

    It holds until it is `undone`, and is kept even then. `number` is given by the ledger.
    """

    a: str
    b: str
    together: bool
    at: datetime
    number: int = 0
    undone: datetime | None = None
