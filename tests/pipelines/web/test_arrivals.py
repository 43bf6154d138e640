"""What pages count of the articles that came in."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import Outcome, Relevance
from pipelines.web import arrivals as arrivals_module
from pipelines.web.arrivals import Arrivals
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take
from tests.contracts.test_ledger_marks import keep_out

HOUR = timedelta(hours=1)


def take_one(
    ledger: MemoryLedger, number: int, *, hours: int = 0, topics: tuple[str, ...] = ("canola",)
) -> None:
    publisher = a_publisher(f"p{number % 2}", name=f"Paper {number % 2}", country="CA")
    stored = a_stored(
        number,
        publisher=publisher,
        collected=NOON + hours * HOUR,
        published=None,
        relevance=Relevance(True, 0.9, ("names both sides",), topics),
    )
    take(ledger, a_page_placed(stored, a_story(f"s{number}", number, first_seen=NOON + hours * HOUR)))


def a_ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    take_one(ledger, 1)
    take_one(ledger, 2, hours=2, topics=("canola", "visas"))
    take_one(ledger, 3, hours=1, topics=())
    return ledger


def arrivals_of(ledger: MemoryLedger, changed: list[str] | None = None) -> Arrivals:
    """Return the arrivals of a ledger, and note in a list which stories changed."""
    noted = [] if changed is None else changed

    def note(story_ids: set[str]) -> None:
        noted.extend(sorted(story_ids))

    return Arrivals(ledger, note)


def test_values_are_counted_of_what_came_since_a_moment() -> None:
    arrived = arrivals_of(a_ledger()).since(NOON + HOUR)
    assert (len(arrived), arrived.outlets(), arrived.story_ids()) == (2, 2, ["s2", "s3"])
    assert Counter(arrived.values("outlet")) == {"Paper 0": 1, "Paper 1": 1}
    assert Counter(arrived.values("topic")) == {"canola": 1, "visas": 1}
    assert arrived.hours("arrival") == {NOON + HOUR: 1, NOON + 2 * HOUR: 1}
    assert arrived.hours("publication") == {}
    assert arrived.first_seen()["s2"] == (NOON + 2 * HOUR).timestamp()


def test_a_value_narrows_what_is_counted() -> None:
    arrived = arrivals_of(a_ledger()).since(NOON)
    assert arrived.with_value("topic", "canola").story_ids() == ["s1", "s2"]
    assert arrived.with_value("topic", "canola").with_value("outlet", "Paper 0").story_ids() == ["s2"]
    assert len(arrived.with_value("country", "FR")) == 0


def test_what_comes_later_is_added_and_an_earlier_moment_reads_more() -> None:
    ledger = a_ledger()
    arrivals = arrivals_of(ledger)
    before = arrivals.since(NOON + HOUR)
    take_one(ledger, 4, hours=3)
    assert arrivals.since(NOON + HOUR).story_ids() == ["s2", "s3", "s4"]
    assert before.story_ids() == ["s2", "s3"], "who counts meanwhile counts what was there"
    assert arrivals.since(NOON).story_ids() == ["s1", "s2", "s3", "s4"]


def test_only_the_newest_are_kept_and_who_counts_meanwhile_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals_module, "MOST", 2)
    monkeypatch.setattr(arrivals_module, "_CHUNK", 2)
    ledger = a_ledger()
    arrivals = arrivals_of(ledger)
    before = arrivals.since(NOON)
    assert len(before) == 3
    for number in (4, 5):
        take_one(ledger, number, hours=3)
    assert arrivals.since(NOON).story_ids() == ["s4", "s5"]
    assert before.story_ids() == ["s1", "s2", "s3"]


def test_an_article_stands_in_the_story_that_another_process_moved_it_to() -> None:
    ledger, changed = a_ledger(), []
    arrivals = arrivals_of(ledger, changed)
    before = arrivals.since(NOON)
    joined = a_stored(4, outcome=Outcome.COPY, collected=NOON + 3 * HOUR)
    take(ledger, a_page_placed(joined, a_story("s1", 1, 2, 4), joined_story_ids=("s2",)))
    assert arrivals.since(NOON).story_ids() == ["s1", "s3"]
    assert arrivals.since(NOON + 2 * HOUR).story_ids() == ["s1"]
    assert changed == ["s1", "s2"], "the story that is gone changed, too"
    assert before.story_ids() == ["s1", "s2", "s3"], "who counts meanwhile counts what was there"


def test_an_article_that_leaves_the_beat_is_counted_no_more_until_it_comes_back() -> None:
    ledger, changed = a_ledger(), []
    arrivals = arrivals_of(ledger, changed)
    arrivals.since(NOON)
    keep_out(ledger, "s2")
    assert arrivals.since(NOON).story_ids() == ["s1", "s3"]
    assert changed == ["s2"]
    keep_out(ledger, "s2", None)
    assert arrivals.since(NOON).story_ids() == ["s1", "s2", "s3"]


def test_what_came_before_the_first_moment_is_not_counted_when_it_changes() -> None:
    ledger, changed = a_ledger(), []
    arrivals = arrivals_of(ledger, changed)
    arrivals.since(NOON + HOUR)
    take_one(ledger, 1, topics=("visas",))
    keep_out(ledger, "s3")
    assert arrivals.since(NOON + HOUR).story_ids() == ["s2"]
    assert changed == ["s1", "s3"], "its story may have another order"
    assert arrivals.since(NOON).story_ids() == ["s1", "s2"]


def test_of_many_changes_only_the_newest_articles_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals_module, "MOST", 2)
    monkeypatch.setattr(arrivals_module, "_CHUNK", 1)
    ledger = a_ledger()
    arrivals = arrivals_of(ledger)
    arrivals.since(NOON)
    for number in (4, 5):
        take_one(ledger, number, hours=3)
    # An old one, which is no longer kept.
    take_one(ledger, 1, topics=("visas",))
    assert arrivals.since(NOON).story_ids() == ["s3", "s4", "s5"]
