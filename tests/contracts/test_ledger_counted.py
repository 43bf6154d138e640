"""What every ledger promises about what is counted of articles and stories, without their texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipelines.model import Arrival, Outcome, StoryRank
from pipelines.ports import Ledger
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_stored,
    a_story,
    off_beat,
    take,
    take_story,
)
from tests.contracts.test_ledger_marks import keep_out

HOUR = timedelta(hours=1)


def arrivals_of_documents(ledger: Ledger) -> list[Arrival]:
    """Return what whole documents say."""
    arrivals = []
    for number, document in ledger.arrivals_since(0):
        assert document.story_first_seen is not None
        arrivals.append(
            Arrival(
                number,
                document.story_id,
                document.source,
                document.source_name,
                document.lang,
                document.country,
                document.kind,
                document.topics,
                document.collected,
                document.published,
                document.story_first_seen,
            )
        )
    return arrivals


def test_an_arrival_says_what_its_document_says(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, kind="paid_release", first_seen=NOON - 3 * HOUR)
    publisher = a_publisher("post", name="“Post” 晚报", country=None)
    stored = a_stored(3, publisher=publisher, published=None, collected=NOON + HOUR)
    nameless = replace(stored, article=replace(stored.article, lang=None))
    take(ledger, a_page_placed(nameless, a_story("s3", 3)))
    counted = ledger.counted_arrivals(0)
    assert counted == arrivals_of_documents(ledger)
    assert [(arrival.number, arrival.story_id, arrival.kind) for arrival in counted] == [
        (1, "s1", "paid_release"),
        (2, "s1", "paid_release"),
        (3, "s3", "report"),
    ]
    assert (counted[2].lang, counted[2].country, counted[2].published) == (None, None, None)
    assert counted[2].source_name == "“Post” 晚报"
    assert counted[0].topics == ("canola",)


def test_arrivals_come_in_order_up_to_a_limit(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 1)
    take_story(ledger, "s3", 3)
    assert [arrival.number for arrival in ledger.counted_arrivals(0, 2)] == [1, 2]
    assert [arrival.number for arrival in ledger.counted_arrivals(2)] == [3]
    assert ledger.counted_arrivals(3) == []


def test_what_is_off_the_beat_or_kept_out_is_not_counted(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    take_story(ledger, "s3", 3)
    take_story(ledger, "s4", 4)
    take(ledger, a_page_off_beat(off_beat(4, version=2, title="Cookery")))
    keep_out(ledger, "s1")
    assert [arrival.story_id for arrival in ledger.counted_arrivals(0)] == ["s3"]
    assert [arrival.story_id for arrival in ledger.counted_arrivals(0, 1)] == ["s3"]
    keep_out(ledger, "s1", None)
    assert ledger.counted_arrivals(0) == arrivals_of_documents(ledger)


def test_a_change_says_what_is_counted_now_and_that_an_article_left(ledger: Ledger) -> None:
    assert (ledger.last_change(), ledger.counted_changes(0)) == (0, [])
    take_story(ledger, "s1", 1, 2)
    take_story(ledger, "s3", 3)
    seen = ledger.last_change()
    assert [change.arrival for change in ledger.counted_changes(0)] == ledger.counted_arrivals(0)
    assert ledger.counted_changes(seen) == []
    keep_out(ledger, "s1")
    take(ledger, a_page_off_beat(off_beat(3, version=2, title="Cookery")))
    left = ledger.counted_changes(seen)
    assert [(change.number, change.arrival) for change in left] == [(1, None), (2, None), (3, None)]
    assert [change.seq for change in left] == [change.seq for change in ledger.changes_since(seen)]
    assert ledger.counted_changes(seen, 1) == left[:1]
    assert ledger.last_change() == left[-1].seq
    keep_out(ledger, "s1", None)
    back = ledger.counted_changes(ledger.last_change() - 2)
    assert [change.arrival for change in back] == ledger.counted_arrivals(0)


def test_an_article_of_a_joined_story_changes_and_keeps_its_number(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    seen = ledger.last_change()
    joined = a_stored(3, outcome=Outcome.COPY)
    take(ledger, a_page_placed(joined, a_story("s1", 1, 2, 3), joined_story_ids=("s2",)))
    story_ids = {}
    for change in ledger.counted_changes(seen):
        assert change.arrival is not None
        assert change.arrival.number == change.number
        story_ids[change.number] = change.arrival.story_id
    assert story_ids[2] == story_ids[3] == "s1"


def test_a_rank_says_how_much_a_story_is_reported(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3, independent=4, last_seen=NOON + HOUR)
    take_story(ledger, "s4", 4)
    ranks = ledger.story_ranks(["s1", "s4", "s9"])
    assert ranks["s1"] == StoryRank("s1", 4, 2, NOON + HOUR)
    assert set(ranks) == {"s1", "s4"}
    for story_id, story in ledger.stories(["s1", "s4"]).items():
        assert ranks[story_id] == StoryRank(story_id, story.independent, story.copies, story.last_seen)
    assert ledger.story_ranks([]) == {}


def test_a_former_id_has_the_rank_of_the_story_that_it_joined(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    joined = a_stored(3, outcome=Outcome.COPY)
    take(ledger, a_page_placed(joined, a_story("s1", 1, 2, 3), joined_story_ids=("s2",)))
    ranks = ledger.story_ranks(["s2", "s1"])
    assert ranks["s2"] == ranks["s1"]
    assert ranks["s1"].story_id == "s1"
    assert {arrival.story_id for arrival in ledger.counted_arrivals(0)} == {"s1"}


def test_the_most_reported_story_has_the_smallest_order() -> None:
    most = StoryRank("s2", 3, 0, NOON)
    copied = StoryRank("s3", 1, 5, NOON)
    newest = StoryRank("s1", 1, 0, NOON + HOUR)
    oldest = StoryRank("s0", 1, 0, NOON)
    ranks = [oldest, newest, copied, most]
    assert sorted(ranks, key=lambda rank: rank.order) == [most, copied, newest, oldest]
