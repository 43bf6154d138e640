"""Runs, watermarks and the quarantine (`ports.RunLedger`), in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from crawlers.batch import BACKFILL
from pipelines.adapters.crawl_accounts import source_accounts
from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.ledger_state import LedgerState, StoredAccount
from pipelines.adapters.stored_text import clean_text
from pipelines.model import (
    ARRIVED,
    AccountedPage,
    Outcome,
    PageAccount,
    Quarantined,
    RunReport,
    ScreenCounts,
)


class MemoryRuns(LedgerState):
    """Runs, volumes, watermarks, and what is kept aside."""

    def watermark(self, name: str) -> int:
        return self._watermarks.get(name, 0)

    def set_watermark(self, name: str, seq: int) -> None:
        self._watermarks[name] = seq

    def start_run(self, now: datetime) -> int:
        run_id = len(self._runs) + 1
        self._runs[run_id] = RunReport(run_id, now, None)
        return run_id

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport:
        assert run_id in self._runs, f"run {run_id} was never started"
        note = None if note is None else clean_text(note)
        self._runs[run_id] = replace(self._runs[run_id], finished=now, mails=mails, note=note)
        return self._run_report(run_id)

    def _run_report(self, run_id: int) -> RunReport:
        counts: dict[str, Counter[Outcome]] = {}
        screen = ScreenCounts()
        for account in self._accounts.values():
            if account.run_id == run_id:
                counts.setdefault(account.page.source_id, Counter())[account.page.outcome] += 1
                screen = screen.with_pages(account.page.screened, account.page.outcome)
        reports = []
        for report_run, report in self._source_reports:
            if report_run == run_id:
                reports.append(report)
        return replace(self._runs[run_id], sources=source_accounts(reports, counts), screen=screen)

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        if after is None:
            wanted = sorted(self._runs, reverse=True)
        else:
            wanted = sorted(run_id for run_id in self._runs if run_id > after)
        return list(map(self._run_report, wanted[:limit]))

    def volumes(
        self,
        since: datetime,
        until: datetime | None = None,
        source_ids: Collection[str] | None = None,
    ) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        found: dict[str, dict[str, Counter[Outcome]]] = {}
        for account in self._accounts.values():
            source_id = account.page.source_id
            if source_ids is not None and source_id not in source_ids:
                continue
            if account.page.batch_id.startswith(BACKFILL):
                continue
            if account.at >= since and (until is None or account.at < until):
                days = found.setdefault(source_id, {})
                outcomes = days.setdefault(account.at.date().isoformat(), Counter())
                outcomes[account.page.outcome] += 1
        return found

    def text_lengths(
        self, source_ids: Collection[str], since: datetime, most: int
    ) -> Mapping[str, Sequence[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for account in sorted(self._accounts.values(), key=lambda account: account.at):
            source_id = account.page.source_id
            if account.length is not None and account.at >= since and source_id in source_ids:
                day = account.at.date().isoformat()
                found.setdefault(source_id, []).append((day, account.length))
        return {source_id: lengths[-most:] for source_id, lengths in found.items()}

    def accounted_pages(
        self,
        outcomes: Collection[Outcome],
        since: datetime,
        source_ids: Collection[str] = (),
        limit: int = 20_000,
    ) -> Sequence[AccountedPage]:
        found = []
        for account in reversed(self._accounts.values()):
            page = account.page
            is_wanted = page.outcome in outcomes and account.at >= since
            if is_wanted and (not source_ids or page.source_id in source_ids):
                found.append(self._with_article(account))
        return sorted(found, key=lambda page: page.at, reverse=True)[:limit]

    def account_of(self, article_id: str) -> PageAccount | None:
        return self.accounts_of([article_id]).get(article_id)

    def accounts_of(self, article_ids: Collection[str]) -> Mapping[str, PageAccount]:
        found: dict[str, PageAccount] = {}
        # Sorting keeps the order of writing where accounts are of one time.
        for account in sorted(self._accounts.values(), key=lambda account: account.at):
            page = account.page
            if page.record < 0 or page.outcome is Outcome.UNCHANGED:
                continue
            if page.article_id is not None and page.article_id in article_ids:
                found[page.article_id] = page
        return found

    def _with_article(self, account: StoredAccount) -> AccountedPage:
        stored = self._articles.get(account.page.article_id or "")
        if stored is None:
            return AccountedPage(account.page, account.at)
        article = stored.article
        return AccountedPage(account.page, account.at, article.title, stored.relevance, article.lang)

    def last_arrivals(self, source_ids: Collection[str]) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for account in self._accounts.values():
            source_id = account.page.source_id
            is_backfilled = account.page.batch_id.startswith(BACKFILL)
            if source_id in source_ids and account.page.outcome in ARRIVED and not is_backfilled:
                found[source_id] = max(account.at, found.get(source_id, account.at))
        return found

    # -- quarantine -----------------------------------------------------------------------------------

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        if include_replayed:
            return list(self._quarantine)
        found = []
        for entry in self._quarantine:
            if not entry.replayed:
                found.append(entry)
        return found

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        for entry in kept:
            self._replace_entry_of_no_page(clean_value(entry))

    def _replace_entry_of_no_page(self, entry: Quarantined) -> None:
        remaining = []
        for other in self._quarantine:
            is_same = (other.stage, other.url) == (entry.stage, entry.url)
            if other.replayed or other.batch_id or not is_same:
                remaining.append(other)
        self._quarantine = remaining
        self._add_entry(entry)

    def _replace_page_entry(self, entry: Quarantined) -> None:
        """Keep a page aside; an entry of it that waits already goes."""
        remaining = []
        for other in self._quarantine:
            is_same_page = (other.batch_id, other.record) == (entry.batch_id, entry.record)
            if other.replayed or not is_same_page:
                remaining.append(other)
        self._quarantine = remaining
        self._add_entry(entry)

    def _add_entry(self, entry: Quarantined) -> None:
        self._last_quarantine_id += 1
        self._quarantine.append(replace(entry, id=self._last_quarantine_id))

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None:
        for place, entry in enumerate(self._quarantine):
            if entry.id in ids:
                self._quarantine[place] = replace(entry, replayed=at)
