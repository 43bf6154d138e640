"""What a person decided about pairs of articles: together, or apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Corrections:
    """The pairs of articles that a person joined or separated, by their ids.

    They hold whatever the texts say.
    """

    together: frozenset[frozenset[str]] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's decision on one pair of articles. It is kept even when it is undone."""

    a: str
    b: str
    #: In one story; otherwise apart.
    together: bool
    at: datetime
    #: Given by the ledger.
    number: int = 0
    undone: datetime | None = None
    #: Who said so; "" where nobody was named.
    by: str = ""
