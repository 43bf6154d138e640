"""What every ledger promises about runs, watermarks and the quarantine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.model import FetchFailure, SourceReport
from pipelines.model import (
    Outcome,
    PageAccount,
    PageQuarantined,
    Quarantined,
    ScreenCounts,
    Screened,
)
from pipelines.ports import Ledger
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_page_off_beat,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    ident,
    off_beat,
    page,
    take,
    take_story,
)

# -- runs -------------------------------------------------------------------------------------------


def test_what_became_of_a_page_is_seen_inside_a_decision(ledger: Ledger) -> None:
    with ledger.deciding() as deciding:
        assert deciding.outcome("b", 0) is None
    decision = a_page_off_beat(off_beat(1))
    take(ledger, decision)
    account = decision.account
    with ledger.deciding() as deciding:
        assert deciding.outcome(account.batch_id, account.record) is account.outcome
        assert deciding.outcome(account.batch_id, account.record + 1) is None


def test_what_the_screen_did_is_counted_in_its_run(ledger: Ledger) -> None:
    for n, screened in enumerate((Screened.OUT, Screened.OUT, Screened.SAMPLE, None), 1):
        decision = a_page_off_beat(off_beat(n))
        take(ledger, replace(decision, account=replace(decision.account, screened=screened)))
    placed = a_page_placed(a_stored(5), a_story("s1", 5))
    take(ledger, replace(placed, account=replace(placed.account, screened=Screened.SAMPLE)))
    (run,) = ledger.runs()
    assert run.screen == ScreenCounts(out=2, sampled=2, lost=1)
    (sampled,) = ledger.accounted_pages([Outcome.NEW], NOON - MINUTE)
    assert sampled.account.screened is Screened.SAMPLE


def test_a_replayed_page_is_counted_once(ledger: Ledger) -> None:
    aside = PageAccount("b", 1, "daily", page(1), Outcome.QUARANTINED, "no text")
    entry = Quarantined(0, "daily", page(1), "extract", "no text", NOON, "b", 1)
    take(ledger, PageQuarantined(aside, entry))
    second = ledger.start_run(NOON)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)), second)
    now, before = ledger.runs()
    assert (now.fetched, now.outcomes[Outcome.NEW], before.fetched) == (1, 1, 0)


def test_a_run_adds_up_its_listings_and_pages(ledger: Ledger) -> None:
    reports = (
        SourceReport("daily", "ok", 9, 4, 1, 3, 1),
        SourceReport("gone", "failed", error="404 Not Found"),
    )
    failure = FetchFailure("daily", page(9), "permanent", "410", NOON, 410)
    assert ledger.adopt(a_result(reports=reports, failures=(failure,), pages=2), "b.warc.gz", 1)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)))
    take(ledger, a_page_off_beat(off_beat(2)))
    report = ledger.finish_run(1, NOON + MINUTE, 2, "one source failed")
    assert (report.started, report.finished, report.mails, report.note) == (
        NOON,
        NOON + MINUTE,
        2,
        "one source failed",
    )
    daily, gone = report.sources
    assert (daily.result, daily.entries, daily.known, daily.skipped) == ("ok", 9, 4, 1)
    assert daily.outcomes == {Outcome.NEW: 1, Outcome.OFF_BEAT: 1, Outcome.FAILED: 1}
    assert (gone.result, gone.error, gone.fetched) == ("failed", "404 Not Found", 0)
    assert ledger.runs() == [report]


def test_runs_after_one_come_oldest_first(ledger: Ledger) -> None:
    first, *later = [run.run_id for run in reversed(ledger.runs(100))] + [
        ledger.start_run(NOON) for _ in range(3)
    ]
    assert [run.run_id for run in ledger.runs(2, after=first)] == later[:2]
    assert ledger.runs(2, after=later[-1]) == []


def test_runs_come_newest_first_and_a_killed_one_stays_unfinished(ledger: Ledger) -> None:
    second = ledger.start_run(NOON + MINUTE)
    ledger.finish_run(second, NOON + 2 * MINUTE, 0)
    assert [(run.run_id, run.finished is None) for run in ledger.runs()] == [(second, False), (1, True)]
    assert [run.run_id for run in ledger.runs(limit=1)] == [second]
    with pytest.raises(AssertionError, match="run 99"):
        ledger.finish_run(99, NOON, 0)


def test_volumes_count_pages_by_source_and_day_of_the_crawl(ledger: Ledger) -> None:
    eve = datetime(2026, 1, 16, 23, 59, tzinfo=UTC)
    ledger.adopt(a_result("old", started=eve, pages=1), "old", 1)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1), batch="old"))
    take(ledger, a_page_off_beat(off_beat(2)))
    take(ledger, a_page_off_beat(off_beat(3)))
    both = {"2026-01-16": {Outcome.NEW: 1}, "2026-01-17": {Outcome.OFF_BEAT: 2}}
    assert ledger.volumes(eve) == {"daily": both}
    assert ledger.volumes(NOON) == {"daily": {"2026-01-17": {Outcome.OFF_BEAT: 2}}}


def test_text_lengths_are_those_of_pages_that_were_new(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    stored = ledger.article(ident(1))
    assert stored is not None
    take(ledger, a_page_off_beat(off_beat(2), record=2))
    asked = [stored.article.source_id, "nobody"]
    lengths = ledger.text_lengths(asked, NOON - timedelta(days=2), 10)
    assert [length for _, length in lengths.pop(stored.article.source_id)] == [len(stored.article.body)]
    assert lengths == {}
    assert ledger.text_lengths(asked, NOON + timedelta(days=2), 10) == {}
    assert ledger.text_lengths([], NOON - timedelta(days=2), 10) == {}


def test_of_many_text_lengths_the_newest_come_the_first_one_first(ledger: Ledger) -> None:
    for number in range(1, 6):
        stored = a_stored(number, body="canola " * number)
        take(ledger, a_page_placed(stored, a_story(f"s{number}", number), record=number))
    again = a_stored(5, body="canola", version=2, outcome=Outcome.UPDATE)
    take(ledger, a_page_placed(again, a_story("s5", 5), record=9))
    (lengths,) = ledger.text_lengths(["daily"], NOON - timedelta(days=2), 3).values()
    assert [length for _, length in lengths] == [21, 28, 35], "an update is no new text"


def test_volumes_may_be_asked_of_some_sources_and_up_to_a_moment(ledger: Ledger) -> None:
    eve = datetime(2026, 1, 16, 23, 59, tzinfo=UTC)
    ledger.adopt(a_result("old", started=eve, pages=1), "old", 1)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1), batch="old"))
    take(ledger, a_page_off_beat(off_beat(2)))
    assert ledger.volumes(eve, NOON) == {"daily": {"2026-01-16": {Outcome.NEW: 1}}}
    assert ledger.volumes(eve, source_ids=["daily"]) == ledger.volumes(eve)
    assert ledger.volumes(eve, source_ids=["other"]) == {}


def test_the_last_arrival_of_a_source_is_no_failure_and_no_page_as_it_was(ledger: Ledger) -> None:
    assert ledger.last_arrivals(["daily"]) == {}
    take(ledger, a_page_off_beat(off_beat(1)))
    failure = FetchFailure("daily", page(9), "permanent", "410", NOON, 410)
    later = NOON + MINUTE
    ledger.adopt(a_result("later", started=later, failures=(failure,), pages=0), "later", 1)
    assert ledger.last_arrivals(["daily", "other"]) == {"daily": NOON}


def test_a_backfill_is_no_volume_and_no_arrival(ledger: Ledger) -> None:
    past = "backfill-2026"
    ledger.adopt(a_result(past, started=NOON, pages=1), past, 1)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1), batch=past))
    assert ledger.volumes(NOON) == {}
    assert ledger.last_arrivals(["daily"]) == {}


def test_a_run_keeps_what_its_sources_complained_of(ledger: Ledger) -> None:
    reports = (
        SourceReport("daily", "ok", problems=("a date cannot be read",)),
        SourceReport("daily", "ok", problems=("a date cannot be read", "an entry has no address")),
    )
    for number, report in enumerate(reports):
        ledger.adopt(a_result(f"b{number}", reports=(report,)), f"b{number}", 1)
    (account,) = ledger.finish_run(1, NOON, 0).sources
    assert account.problems == ("a date cannot be read", "an entry has no address")


def test_a_watermark_is_zero_until_it_is_set_and_may_go_back(ledger: Ledger) -> None:
    assert ledger.watermark("index") == 0
    for seq in (7, 3):
        ledger.set_watermark("index", seq)
        assert ledger.watermark("index") == seq
    assert ledger.watermark("alerts") == 0


# -- quarantine -------------------------------------------------------------------------------------


def test_quarantine_keeps_who_what_and_why_until_replayed(ledger: Ledger) -> None:
    for record in (0, 1):
        kept = Quarantined(0, "daily", page(record), "extract", "no text", NOON, "b", record)
        account = PageAccount("b", record, "daily", page(record), Outcome.QUARANTINED, "no text")
        take(ledger, PageQuarantined(account, kept))
    first, second = ledger.quarantined()
    assert first == Quarantined(first.id, "daily", page(0), "extract", "no text", NOON, "b", 0)
    ledger.mark_replayed([first.id, 12345], NOON + MINUTE)
    assert ledger.quarantined() == [second]
    assert [q.replayed for q in ledger.quarantined(include_replayed=True)] == [NOON + MINUTE, None]


def test_what_belongs_to_no_page_waits_once_with_its_newest_reason(ledger: Ledger) -> None:
    kept = Quarantined(0, "daily", page(1), "index", "no such field\0", NOON)
    ledger.keep_aside([kept, replace(kept, url=page(2))])
    ledger.keep_aside([replace(kept, reason="too long")])
    assert [(q.url, q.reason) for q in ledger.quarantined()] == [
        (page(2), "no such field\N{REPLACEMENT CHARACTER}"),
        (page(1), "too long"),
    ]
    ledger.mark_replayed([q.id for q in ledger.quarantined()], NOON)
    ledger.keep_aside([kept])
    assert len(ledger.quarantined()) == 1


def test_a_page_that_fails_again_waits_once_with_its_newest_reason(ledger: Ledger) -> None:
    account = PageAccount("b", 0, "daily", page(0), Outcome.QUARANTINED, "")
    for reason in ("old", "new"):
        take(
            ledger,
            PageQuarantined(account, Quarantined(0, "daily", page(0), "extract", reason, NOON, "b", 0)),
        )
        waiting = ledger.quarantined()
    assert [q.reason for q in waiting] == ["new"]


def test_what_became_of_pages_is_told_newest_first_with_title_and_relevance(ledger: Ledger) -> None:
    failure = FetchFailure("weekly", page(9), "permanent", "410", NOON, 410)
    ledger.adopt(a_result("old", pages=1), "old", 1)
    ledger.adopt(replace(a_result("new", pages=2, failures=(failure,)), started=NOON + MINUTE), "new", 1)
    take(ledger, a_page_off_beat(off_beat(1), batch="old"))
    take(ledger, a_page_off_beat(off_beat(2), batch="new"))
    take(ledger, a_page_placed(a_stored(3), a_story("s1", 3), batch="new"))
    wanted = [Outcome.OFF_BEAT, Outcome.FAILED]
    found = ledger.accounted_pages(wanted, NOON)
    assert {(one.account.url, one.account.outcome) for one in found} == {
        (page(1), Outcome.OFF_BEAT),
        (page(2), Outcome.OFF_BEAT),
        (page(9), Outcome.FAILED),
    }
    assert [one.at for one in found] == [NOON + MINUTE, NOON + MINUTE, NOON]
    oldest = found[-1]
    assert (oldest.account.batch_id, oldest.account.record, oldest.account.reason) == ("old", 1, "because")
    assert (oldest.title, oldest.relevance) == (off_beat(1).article.title, off_beat(1).relevance)
    assert oldest.lang == off_beat(1).article.lang
    (failed,) = ledger.accounted_pages([Outcome.FAILED], NOON)
    assert (failed.title, failed.relevance, failed.account.reason) == (None, None, "410")
    assert len(ledger.accounted_pages(wanted, NOON, ["daily"])) == 2
    assert len(ledger.accounted_pages(wanted, NOON, ["daily"], limit=1)) == 1
    assert len(ledger.accounted_pages(wanted, NOON + MINUTE)) == 2
    assert ledger.accounted_pages([], NOON) == []
