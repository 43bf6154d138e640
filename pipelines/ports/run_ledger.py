"""The part of the ledger for accounts, watermarks and the quarantine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipelines.model import (
    AccountedPage,
    Outcome,
    PageAccount,
    Quarantined,
    RunReport,
)


class RunLedger(Protocol):
    """The accounts of runs, watermarks of projections, and the quarantine."""

    def watermark(self, name: str) -> int:
        """Return how far a projection has come; 0 for one that never ran."""
        ...

    def set_watermark(self, name: str, seq: int) -> None: ...

    def start_run(self, now: datetime) -> int: ...

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport: ...

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        """Return the last runs, newest first.

        With `after`, the first ones after that run, oldest first.
        """
        ...

    def volumes(
        self,
        since: datetime,
        until: datetime | None = None,
        source_ids: Collection[str] | None = None,
    ) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        """Return how many pages were crawled from `since` on, and before `until`.

        source id -> day (ISO, UTC) -> outcome -> pages

        Pages of a backfill are left out: they say nothing of what a source brings a day. `source_ids` are
        the sources that are asked about, None for all.
        """
        ...

    def text_lengths(
        self, source_ids: Collection[str], since: datetime, most: int
    ) -> Mapping[str, Sequence[tuple[str, int]]]:
        """Return how long the newest texts are that sources brought from `since` on.

        The first ones come first; at most so many of each source.

        source id -> (day (ISO, UTC) of the crawl, characters) of each page that was not known and whose text
        was kept, as it was then. Pages of a backfill are left out.
        """
        ...

    def last_arrivals(self, source_ids: Collection[str]) -> Mapping[str, datetime]:
        """Return when the last page of each source came that was not known as it was.

        It is the start of the crawl. Pages that could not be fetched, and those of a backfill, count for
        nothing. A source without any such page is left out.
        """
        ...

    def accounted_pages(
        self,
        outcomes: Collection[Outcome],
        since: datetime,
        source_ids: Collection[str] = (),
        limit: int = 20_000,
    ) -> Sequence[AccountedPage]:
        """Return what became of pages that were crawled from `since` on, newest first.

        Only those with one of these outcomes, and of these sources where any is named.
        """
        ...

    def account_of(self, article_id: str) -> PageAccount | None:
        """Return the account of the page that an article's text was last read from.

        A page that told nothing new does not count.
        """
        ...

    def accounts_of(self, article_ids: Collection[str]) -> Mapping[str, PageAccount]:
        """Return the same account of each of these articles, by article id."""
        ...

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        """Return what is kept aside, oldest first."""
        ...

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        """Add to the quarantine what belongs to no page of a batch.

        An entry of the same stage and address that waits there already is replaced.
        """
        ...

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None: ...
