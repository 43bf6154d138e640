from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.listed_before import SourceHistory
from crawlers.model import Entry, FeedState, Source, Window
from crawlers.selection import Selection, select
from tests.builders import NOON, a_source, an_entry

READ_BEFORE = FeedState("daily", last_success=NOON - timedelta(hours=1))
NEVER_READ = FeedState("daily")
SITEMAP = a_source(kind="sitemap")
DAY = timedelta(days=1)


def _select(entry: Entry, source: Source | None = None, state: FeedState = READ_BEFORE) -> Selection:
    return select([entry], source or a_source(), {}, (), NOON, None, SourceHistory(state))


def _plain(days: float) -> Entry:
    """Return an entry as a plain sitemap has it, changed some days ago."""
    return Entry("https://daily.example/1", updated=NOON - days * DAY)


@pytest.mark.parametrize(
    ("entry", "source", "is_taken"),
    [
        (an_entry(published=NOON - 6 * DAY), a_source(), True),
        (an_entry(published=NOON - 8 * DAY), a_source(), False),
        (an_entry(published=None, updated=NOON - 8 * DAY), a_source(), False),
        (an_entry(published=NOON - 900 * DAY, updated=NOON), a_source(), False),
        (an_entry(published=None), a_source(), True),
        (an_entry(published=NOON + DAY), a_source(), True),
        (an_entry(published=NOON - 7.5 * DAY, published_precision="day"), a_source(), True),
        (an_entry(published=NOON - 8.5 * DAY, published_precision="day"), a_source(), False),
        (an_entry(published=NOON - 20 * DAY, published_precision="month"), a_source(), True),
        (an_entry(published=NOON - 6 * DAY), SITEMAP, True),
        (an_entry(published=NOON - 8 * DAY), SITEMAP, False),
        (_plain(1.5), SITEMAP, True),
        (_plain(3), SITEMAP, False),
        (_plain(3), a_source(kind="sitemap", max_age_s=4 * 86_400), True),
        (an_entry(published=NOON - 3 * DAY), a_source(max_age_s=2 * 86_400), False),
    ],
)
def test_only_what_is_young_enough_is_fetched(entry: Entry, source: Source, is_taken: bool) -> None:
    chosen = _select(entry, source)
    assert (len(chosen.to_fetch), chosen.skipped) == ((1, 0) if is_taken else (0, 1))
    assert chosen.skipped_for.get("too_old", 0) == chosen.skipped


def test_first_poll_takes_old_entries_as_a_baseline() -> None:
    entry = an_entry(published=NOON - 900 * DAY)
    chosen = _select(entry, state=NEVER_READ)
    assert (chosen.to_fetch, chosen.baseline, chosen.skipped) == ((), (entry,), 0)


def test_old_entry_that_a_window_asks_for_is_fetched() -> None:
    entry = an_entry(published=NOON - 900 * DAY)
    window = Window(NOON - 1000 * DAY, NOON)
    assert select([entry], a_source(), {}, (), NOON, window, SourceHistory(READ_BEFORE)).to_fetch == (entry,)


def test_age_is_counted_to_our_last_good_poll() -> None:
    entry = an_entry(published=NOON - 20 * DAY)
    silent = FeedState("daily", last_success=NOON - 25 * DAY)
    assert _select(entry, state=silent).to_fetch == (entry,)
    ahead = FeedState("daily", last_success=NOON + 3000 * DAY)
    assert _select(an_entry(published=NOON - DAY), state=ahead).to_fetch


def test_known_page_is_fetched_again_however_old_it_is() -> None:
    entry = an_entry(published=NOON - 900 * DAY, updated=NOON - DAY)
    known = {entry.url: NOON - 2 * DAY}
    assert select([entry], a_source(), known, (), NOON, None, SourceHistory(READ_BEFORE)).to_fetch == (entry,)


def test_each_reason_for_leaving_out_is_counted() -> None:
    entries = [
        an_entry(1),
        an_entry(1),
        an_entry(2, url="mailto:x@daily.example"),
        an_entry(3, url="https://daily.example/video/3"),
        an_entry(4, published=NOON - 30 * DAY),
        an_entry(5, title="Curling final"),
    ]
    broad = a_source(scope="broad", url_pattern=r"example/\d")
    chosen = select(entries, broad, {}, ("Title",), NOON, None, SourceHistory(READ_BEFORE))
    assert chosen.skipped_for == {
        "repeated": 1, "no_address": 1, "other_address": 1, "too_old": 1, "off_beat": 1,
    }  # fmt: skip
    assert len(entries) == len(chosen.to_fetch) + chosen.skipped
