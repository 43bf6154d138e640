"""What every ledger promises about feeds and batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawlers.model import (
    Entry,
    FeedState,
    FetchFailure,
    ListedAddress,
    ListedEntry,
    PageRetry,
    SkippedEntry,
)
from pipelines.adapters.crawl_accounts import SKIPPED_KEPT
from pipelines.model import (
    Outcome,
    PageAccount,
    PageQuarantined,
    PageUnchanged,
    Quarantined,
)
from pipelines.ports import Ledger
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_page_off_beat,
    a_result,
    ident,
    off_beat,
    page,
    take,
    take_story,
)


def test_a_batch_is_adopted_once(ledger: Ledger) -> None:
    state = FeedState("daily", etag='"1"', failure_weight=0.25, last_polled=NOON, next_due=NOON + MINUTE)
    assert ledger.adopt(a_result(states=(state,), pages=1), "b.warc.gz", 1)
    assert ledger.feed_states() == {"daily": state}
    assert not ledger.adopt(a_result(states=(replace(state, etag=None),), pages=5), "other", 1)
    assert ledger.feed_states() == {"daily": state}
    assert (ledger.batch_path("b"), ledger.batch_path("c")) == ("b.warc.gz", None)


def test_states_are_kept_as_they_are_given(ledger: Ledger) -> None:
    """A person sets when a feed is due: its poll is no newer one, and the state is kept all the same."""
    polled = FeedState("daily", etag='"1"', last_polled=NOON, next_due=NOON + 600 * MINUTE, polls=3)
    other = FeedState("other", last_polled=NOON)
    ledger.adopt(a_result(states=(polled, other)), "b.warc.gz", 1)
    asked = polled.asked_by_person("nadia", NOON + MINUTE)
    ledger.save_feed_states([asked, FeedState("new", next_due=NOON)])
    ledger.save_feed_states([])
    assert ledger.feed_states() == {"daily": asked, "new": FeedState("new", next_due=NOON), "other": other}


def test_a_late_batch_never_turns_a_feeds_clock_back(ledger: Ledger) -> None:
    newer, older = (
        FeedState("daily", etag=e, last_polled=at) for e, at in (("2", NOON), ("1", NOON - MINUTE))
    )
    ledger.adopt(a_result("b2", states=(newer,)), "2", 1)
    ledger.adopt(a_result("b1", states=(older,)), "1", 1)
    assert ledger.feed_states()["daily"] == newer


def test_a_state_that_a_wrong_clock_noted_is_replaced_by_the_next(ledger: Ledger) -> None:
    ahead = FeedState("daily", etag="2", last_polled=NOON + 3 * 1440 * MINUTE)
    now = FeedState("daily", etag="1", last_polled=NOON)
    ledger.adopt(a_result("b2", states=(ahead,)), "2", 1)
    ledger.adopt(a_result("b1", states=(now,)), "1", 1)
    assert ledger.feed_states()["daily"] == now


def test_a_state_that_was_made_of_the_known_one_replaces_it_by_any_clock(ledger: Ledger) -> None:
    ahead = FeedState("daily", polls=4, last_polled=NOON + 180 * MINUTE)
    now = FeedState("daily", polls=5, last_polled=NOON)
    ledger.adopt(a_result("b2", states=(ahead,)), "2", 1)
    ledger.adopt(a_result("b1", states=(now,)), "1", 1)
    assert ledger.feed_states()["daily"] == now


def test_a_batch_is_open_until_every_page_has_an_account(ledger: Ledger) -> None:
    failure = FetchFailure("daily", page(9), "temporary", "timeout", NOON)
    for id_ in ("b2", "b1"):
        ledger.adopt(a_result(id_, pages=2, failures=(failure,)), f"{id_}.warc.gz", 1)
    ledger.adopt(a_result("empty"), "empty", 1)
    take(ledger, a_page_off_beat(off_beat(1), batch="b2", record=1))
    first, second = ledger.open_batches()
    assert (first.batch_id, first.path, first.pages, first.done) == ("b2", "b2.warc.gz", 2, frozenset({1}))
    assert (second.batch_id, second.done) == ("b1", frozenset())
    with pytest.raises(AssertionError, match="2 accounts"):
        ledger.close_batch("b2")
    take(ledger, a_page_off_beat(off_beat(2), batch="b2", record=0))
    ledger.close_batch("b2")
    assert [batch.batch_id for batch in ledger.open_batches()] == ["b1"]
    with pytest.raises(AssertionError):
        ledger.close_batch("never")


def test_known_urls_are_all_but_temporary_failures(ledger: Ledger) -> None:
    failures = (
        FetchFailure("daily", page(8), "temporary", "timeout", NOON),
        FetchFailure("daily", page(9), "permanent", "404", NOON),
        FetchFailure("weekly", "https://weekly.example/1", "permanent", "404", NOON),
    )
    ledger.adopt(a_result(failures=failures, pages=2), "b", 1)
    take(ledger, a_page_off_beat(off_beat(1)))
    moved = PageAccount(
        "b", 2, "daily", page(2), Outcome.UNCHANGED, "", listed_url="https://r.example/2?utm_source=x"
    )
    take(ledger, PageUnchanged(moved))
    known = {page(9), page(1), page(2), "https://r.example/2"}
    assert set(ledger.known_urls(["daily"])) == known
    assert set(ledger.known_urls(["daily", "weekly"])) == {*known, "https://weekly.example/1"}
    assert ledger.known_urls([]) == {}


def a_retry(n: int, source: str = "daily", **fields: Any) -> PageRetry:
    values = {"kind": "doubtful", "reason": "answered 403", "since": NOON, "last": NOON, "due": NOON + MINUTE}
    return PageRetry(page(n), source, Entry(page(n), "Title"), **values | fields)


def test_pages_asked_for_again_are_kept_until_they_are_settled(ledger: Ledger) -> None:
    one, two, other = a_retry(1), a_retry(2), a_retry(3, "weekly")
    ledger.adopt(replace(a_result("b1"), retries=(two, one, other)), "b1", 1)
    assert ledger.page_retries(["daily"]) == {page(1): one, page(2): two}
    assert list(ledger.page_retries(["weekly", "daily"])) == [page(1), page(2), page(3)]
    later = replace(one, last=NOON + MINUTE, refusals=2)
    ledger.adopt(replace(a_result("b2"), retries=(later,), settled=(page(2), page(9))), "b2", 1)
    assert ledger.page_retries(["daily"]) == {page(1): later}
    ledger.adopt(replace(a_result("b0"), retries=(one,)), "b0", 1)
    assert ledger.page_retries(["daily"]) == {page(1): later}
    assert ledger.page_retries([]) == {}


def test_page_that_is_given_up_counts_as_lost_and_is_known(ledger: Ledger) -> None:
    failures = (
        FetchFailure("daily", page(1), "permanent", "answered 410 Gone", NOON, is_lost=True),
        FetchFailure("daily", page(2), "doubtful", "answered 404", NOON),
    )
    ledger.adopt(a_result(failures=failures), "b", 1)
    assert set(ledger.known_urls(["daily"])) == {page(1)}
    outcomes = ledger.finish_run(1, NOON, 0).outcomes
    assert (outcomes[Outcome.LOST], outcomes[Outcome.FAILED]) == (1, 1)


def test_known_urls_tell_when_we_last_looked(ledger: Ledger) -> None:
    for batch, hours in (("early", 0), ("late", 3)):
        ledger.adopt(replace(a_result(batch, pages=1), started=NOON + timedelta(hours=hours)), batch, 1)
        take(ledger, a_page_off_beat(off_beat(1), batch=batch))
    assert ledger.known_urls(["daily"]) == {page(1): NOON + timedelta(hours=3)}


def test_a_page_that_failed_for_now_and_came_later_is_known(ledger: Ledger) -> None:
    ledger.adopt(a_result(failures=(FetchFailure("daily", page(1), "temporary", "503", NOON),)), "b", 1)
    assert ledger.known_urls(["daily"]) == {}
    take(ledger, a_page_off_beat(off_beat(1), batch="c"))
    assert set(ledger.known_urls(["daily"])) == {page(1)}


def test_known_urls_keep_the_newest_pages_and_count_one_looked_at_again_once(ledger: Ledger) -> None:
    for record, n in enumerate((1, 2, 3, 3, 3)):
        take(ledger, a_page_off_beat(off_beat(n), record=record))
    assert set(ledger.known_urls(["daily"], limit_each=2)) == {page(2), page(3)}


def _listed(n: int, hours: float, **fields: object) -> ListedEntry:
    entry = ListedEntry("daily", page(n), NOON + timedelta(hours=hours), f"Title {n}", f"guid {n}", ident(n))
    return replace(entry, **fields)  # type: ignore[arg-type]


def _take_listed(ledger: Ledger, *listed: ListedEntry, addresses: tuple[str, ...] = ()) -> None:
    for record, entry in enumerate(listed):
        account = PageAccount(
            "b", record, "daily", entry.address, Outcome.UNCHANGED, "", article_id=entry.article_id
        )
        take(ledger, PageUnchanged(account, listed=entry, other_addresses=addresses))


def test_listed_entries_come_newest_first_and_each_form_once(ledger: Ledger) -> None:
    first, second, retitled = _listed(1, 1), _listed(2, 2), _listed(1, 3, title="Title 1, corrected")
    _take_listed(ledger, first, second, retitled)
    _take_listed(ledger, replace(first, at=NOON + timedelta(hours=4)))
    again = replace(first, at=NOON + timedelta(hours=4))
    assert ledger.listed_entries(["daily", "weekly"]) == {"daily": [again, retitled, second]}
    assert ledger.listed_entries(["daily"], limit_each=1) == {"daily": [again]}


def test_what_left_its_listing_long_ago_is_forgotten_but_what_identity_needs(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take(ledger, a_page_off_beat(off_beat(2), batch="c"))
    on_beat, off, no_article = _listed(1, 1), _listed(2, 2), _listed(3, 3, article_id=None)
    without_guid = _listed(1, 4, guid=None, title="Another")
    still_listed, recent = _listed(5, 5), _listed(6, 100)
    elsewhere = _listed(7, 1, source_id="abandoned")
    _take_listed(ledger, on_beat, off, no_article, without_guid, still_listed, recent, elsewhere)
    state = FeedState("daily", listed=(ListedAddress(page(5)),))
    ledger.adopt(a_result("state", states=(state,)), "s", 1)
    assert ledger.forget_listed_entries(NOON) == 0
    assert ledger.forget_listed_entries(NOON + timedelta(hours=50)) == 4
    assert ledger.listed_entries(["daily", "abandoned"]) == {"daily": [recent, still_listed, on_beat]}
    assert ledger.forget_listed_entries(NOON + timedelta(hours=50)) == 0


def test_article_is_found_by_its_guid_and_its_other_addresses(ledger: Ledger) -> None:
    long_guid = "g\0" + "x" * 20_000
    _take_listed(
        ledger, _listed(1, 1, guid=long_guid), _listed(2, 2, guid=long_guid), _listed(3, 3, guid=None)
    )
    _take_listed(ledger, _listed(1, 1, guid=long_guid), addresses=(ident(7), ident(8)))
    with ledger.deciding() as decisions:
        assert decisions.articles_of_guid("daily", long_guid) == [ident(2), ident(1)]
        assert decisions.articles_of_guid("weekly", long_guid) == []
        assert decisions.article_at([ident(6), ident(8), ident(7)]) == ident(1)
        assert decisions.article_at([ident(1)]) is None


def test_an_account_of_an_impossible_address_is_kept(ledger: Ledger) -> None:
    url, reason = "javascript:alert(1)", "no address"
    account = PageAccount("b", 0, "daily", url, Outcome.QUARANTINED, reason)
    entry = Quarantined(0, "daily", url, "extract", reason, NOON, "b", 0)
    take(ledger, PageQuarantined(account, entry))
    assert ledger.finish_run(1, NOON, 0).outcomes[Outcome.QUARANTINED] == 1


def _skipped(n: int, source_id: str = "daily", hours: int = 0, title: str = "Curling") -> SkippedEntry:
    return SkippedEntry(source_id, page(n), title, "A game.", NOON + timedelta(hours=hours), NOON, "en")


def test_what_the_scope_left_out_is_kept_once_with_its_first_time_newest_first(ledger: Ledger) -> None:
    first = (_skipped(2), _skipped(1), _skipped(1, "weekly"))
    again = (_skipped(3, hours=1), _skipped(2, hours=1, title="Curling, again"))
    ledger.adopt(a_result("one", skipped=first), "one", 1)
    ledger.adopt(a_result("two", skipped=again), "two", 1)
    assert ledger.skipped_entries(NOON, ["daily"]) == [again[0], first[0], first[1]]
    assert ledger.skipped_entries(NOON, ["daily"], limit=1) == [again[0]]
    assert set(ledger.skipped_entries(NOON)) == {again[0], *first}
    assert ledger.skipped_entries(NOON + MINUTE) == [again[0]]
    assert ledger.skipped_entries(NOON, ["nobody"]) == []


def test_of_a_source_the_newest_left_out_entries_are_kept(ledger: Ledger) -> None:
    half = SKIPPED_KEPT // 2 + 1
    ledger.adopt(a_result("one", skipped=tuple(map(_skipped, range(half, 0, -1)))), "one", 1)
    others = tuple(_skipped(n, hours=1) for n in range(2 * half, half, -1))
    ledger.adopt(a_result("two", skipped=(*others, _skipped(1, "weekly"))), "two", 1)
    kept = ledger.skipped_entries(NOON, ["daily"])
    assert [entry.url for entry in kept] == [page(n) for n in range(2 * half, 2, -1)]
    assert len(kept) == SKIPPED_KEPT
    assert len(ledger.skipped_entries(NOON, ["weekly"])) == 1


def test_a_left_out_entry_may_hold_any_text_and_no_address(ledger: Ledger) -> None:
    entry = SkippedEntry("daily", "no address " + "x" * 9000, "\x00 \ud800", "", NOON)
    ledger.adopt(a_result(skipped=(entry, entry)), "b", 1)
    (kept,) = ledger.skipped_entries(NOON)
    assert (kept.source_id, kept.published, kept.language) == ("daily", None, None)
