"""The accounts of a run: what became of each page, and what is quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The one word for what became of a page in a run. Every page gets exactly one."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    COPY = "copy"
    OFF_BEAT = "off_beat"
    QUARANTINED = "quarantined"
    FAILED = "failed"


class TroubleKind(StrEnum):
    """Whether trying the same again may help: what decides between retry and failure."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong in a run without stopping it, said in one sentence."""

    kind: TroubleKind
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page or feed kept aside: who, what, why, and where its bytes are so that it can be replayed."""

    id: int
    source_id: str
    url: str
    stage: str
    reason: str
    at: datetime
    batch_id: str | None = None
    record: int | None = None
    replayed: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageAccount:
    """One page's line in the accounts. (batch_id, record) is unique, so nothing counts twice.

    `listed_url` is the address that the listing gave, where the page's own is another (a redirect):
    both are known from then on.
    """

    batch_id: str
    record: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    article_id: str | None = None
    listed_url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One source's line in a run: what its listing gave and what became of the pages."""

    source_id: str
    result: str
    entries: int = 0
    known: int = 0
    skipped: int = 0
    error: str | None = None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def fetched(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class RunReport:
    """The accounts of one run. `finished` is None while it runs, or for ever if it was killed."""

    run_id: int
    started: datetime
    finished: datetime | None
    sources: tuple[SourceAccount, ...] = ()
    mails: int = 0
    note: str | None = None

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """Counts of all sources together; every outcome is present."""
        return {o: sum(s.outcomes.get(o, 0) for s in self.sources) for o in Outcome}

    @property
    def fetched(self) -> int:
        return sum(s.fetched for s in self.sources)


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that was handed over and is not wholly processed. `path` is relative to the batch
    folder. `done` are the record numbers that already have an account."""

    batch_id: str
    path: str
    pages: int
    done: frozenset[int]
