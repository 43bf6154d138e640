"""The accounts of a run: what became of each page, and what is quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pipelines.model.relevance import Relevance


class Outcome(StrEnum):
    """What became of a page in a run. Every page gets exactly one."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    COPY = "copy"
    OFF_BEAT = "off_beat"
    #: Off the beat, and so near to it that a person may want to look.
    BORDERLINE = "borderline"
    QUARANTINED = "quarantined"
    #: It did not come, and is asked for again.
    FAILED = "failed"
    #: It did not come, and is not asked for any more.
    LOST = "lost"


#: Outcomes of pages that came and brought something. An unchanged page is one that we asked for again: it
#: says nothing of what its source lists.
ARRIVED = frozenset(
    {
        Outcome.NEW,
        Outcome.UPDATE,
        Outcome.COPY,
        Outcome.OFF_BEAT,
        Outcome.BORDERLINE,
        Outcome.QUARANTINED,
    }
)


def count_arrived(outcomes: Mapping[Outcome, int]) -> int:
    """Return how many pages of some counts came and brought something."""
    return sum(number for outcome, number in outcomes.items() if outcome in ARRIVED)


def count_by_outcome(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    """Return a count for every outcome by its word, zeros included."""
    # A program can add them up without knowing which outcomes there are.
    counts: dict[str, int] = {}
    for outcome in Outcome:
        counts[outcome.value] = outcomes.get(outcome, 0)
    return counts


class Screened(StrEnum):
    """What became of a page that names too little of the beat."""

    #: It was not extracted.
    OUT = "out"
    #: It was extracted all the same, to see what the screen loses.
    SAMPLE = "sample"
    #: Its listing names nothing of the beat; it was fetched and extracted to see what `scope: broad` loses.
    SCOPE_SAMPLE = "scope_sample"


#: Outcomes by which the sample shows that the screen would have lost a page.
LOST_BY_SCREEN = frozenset({Outcome.NEW, Outcome.UPDATE, Outcome.COPY, Outcome.BORDERLINE})


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
    """A page or feed kept aside, with the reason, for a person to look at."""

    #: Given by the ledger.
    id: int
    source_id: str
    url: str
    #: The stage that kept it aside.
    stage: str
    reason: str
    at: datetime
    #: Where its bytes are, so that it can be replayed; None for what is no page of a batch.
    batch_id: str | None = None
    record: int | None = None
    replayed: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageAccount:
    """One page's line in the accounts."""

    #: (batch_id, record) is unique, so nothing counts twice.
    batch_id: str
    record: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    article_id: str | None = None
    #: The address that the listing gave, where the page's own is another (a redirect): both are
    #: known from then on.
    listed_url: str | None = None
    screened: Screened | None = None


@dataclass(frozen=True, slots=True)
class ScreenCounts:
    """What the screen did in a run, and what its sample says of that."""

    #: Pages that were not extracted.
    out: int = 0
    #: Pages that would have been out, and were extracted to see.
    sampled: int = 0
    #: Of those, the ones that are on the beat, near it, or copies of a known text.
    lost: int = 0
    #: Pages that `scope: broad` would have left out, and that were fetched to see.
    scope_sampled: int = 0
    #: Of those, the ones that are on the beat, near it, or copies of a known text.
    scope_lost: int = 0

    def with_pages(self, screened: Screened | None, outcome: Outcome, pages: int = 1) -> ScreenCounts:
        """Return the counts with some pages more."""
        if screened is Screened.OUT:
            return replace(self, out=self.out + pages)
        lost = pages if outcome in LOST_BY_SCREEN else 0
        if screened is Screened.SAMPLE:
            return replace(self, sampled=self.sampled + pages, lost=self.lost + lost)
        if screened is Screened.SCOPE_SAMPLE:
            return replace(self, scope_sampled=self.scope_sampled + pages, scope_lost=self.scope_lost + lost)
        return self


@dataclass(frozen=True, slots=True)
class AccountedPage:
    """What became of a page, with what a person wants to know of it."""

    account: PageAccount
    #: When its batch was crawled.
    at: datetime
    #: Of its article; None where the page shows none that we keep.
    title: str | None = None
    relevance: Relevance | None = None
    #: The language of its text.
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One source's line in a run."""

    source_id: str
    #: What its listing gave: "ok", "failed", …
    result: str
    entries: int = 0
    known: int = 0
    skipped: int = 0
    error: str | None = None
    #: What became of its pages.
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    #: What its listing and its polls complained of, one sentence each.
    problems: tuple[str, ...] = ()
    #: How it did when the run was over, and why (`beat.source_health`); None where nobody looked.
    state: str | None = None
    why: str | None = None
    #: Pages that the crawls of this run brought of it, whichever run processes them.
    crawled: int = 0
    #: Pages that they asked for in vain.
    missed: int = 0

    @property
    def fetched(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class RunReport:
    """The accounts of one run."""

    run_id: int
    started: datetime
    #: None while it runs, or for ever if it was killed.
    finished: datetime | None
    sources: tuple[SourceAccount, ...] = ()
    mails: int = 0
    note: str | None = None
    screen: ScreenCounts = field(default_factory=ScreenCounts)

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """Counts of all sources together; every outcome is present."""
        counts = dict.fromkeys(Outcome, 0)
        for source in self.sources:
            for outcome, pages in source.outcomes.items():
                counts[outcome] += pages
        return counts

    @property
    def fetched(self) -> int:
        return sum(source.fetched for source in self.sources)


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that was handed over and is not wholly processed."""

    batch_id: str
    #: Relative to the batch folder.
    path: str
    pages: int
    #: The records that have an account already.
    done: frozenset[int]
