"""What every ledger promises about documents, changes and arrivals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crawlers.model import Precision
from pipelines.model import (
    Outcome,
    Relation,
    Stamp,
    StoredArticle,
    StoryDocument,
)
from pipelines.ports import Ledger
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_print,
    a_stored,
    a_story,
    candidates,
    changes,
    ident,
    last_seq,
    off_beat,
    page,
    take,
    take_story,
)


def test_a_change_carries_the_document_with_its_storys_label(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, origin="CGTN", carrier="GlobeNewswire", kind="state_media")
    first, second = (change.document for change in ledger.changes_since(0))
    assert first
    assert second
    assert (first.id, first.relation, second.relation) == (ident(1), Relation.ORIGINAL, Relation.VERBATIM)
    assert (second.origin, second.carrier, second.kind) == ("CGTN", "GlobeNewswire", "state_media")
    assert (second.site, second.source, second.source_name) == ("daily.example", "daily", "Daily")
    assert (second.body, second.topics, second.score) == (
        "A first paragraph.\n\nA second paragraph.",
        ("canola",),
        0.9,
    )


def test_changes_come_in_order_and_each_article_once_at_its_last_seq(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    take(ledger, a_page_placed(a_stored(1, title="New", outcome=Outcome.UPDATE, version=2), a_story("s1", 1)))
    found = ledger.changes_since(0)
    assert [c.article_id for c in found] == [ident(2), ident(1)]
    assert [c.seq for c in found] == [2, 3]
    assert all(c.document and c.document.seq == c.seq for c in found)
    assert changes(ledger, 2) == [ident(1)]
    assert [c.article_id for c in ledger.changes_since(0, limit=1)] == [ident(2)]
    assert ledger.changes_since(3) == []


def test_only_members_whose_document_changes_get_a_new_seq(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(
        ledger,
        a_page_placed(
            a_stored(3, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, headline="Other", independent=2)
        ),
    )
    assert changes(ledger, before) == [ident(3)]


def test_a_new_label_renews_every_member(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_page_placed(a_stored(3, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, origin="CGTN")))
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3)}


def test_an_earlier_original_renews_all_whose_delay_counts_from_it(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_page_placed(a_stored(3), a_story("s1", 3, 1, 2)))
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3)}


def test_taking_the_same_again_changes_no_document(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_page_placed(a_stored(2, outcome=Outcome.COPY), a_story("s1", 1, 2)))
    assert changes(ledger, before) == []


def test_an_article_that_leaves_the_beat_is_a_removal(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_page_off_beat(off_beat(2, version=2, title="Cookery")))
    (change,) = ledger.changes_since(before)
    assert (change.article_id, change.document) == (ident(2), None)
    assert [number for number, _ in ledger.arrivals_since(0)] == [1]
    assert ledger.count_articles() == 1
    assert candidates(ledger, a_print(20, 21)) == []


def test_a_story_goes_with_its_last_article(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take(ledger, a_page_off_beat(off_beat(1, version=2, title="Cookery")))
    assert ledger.story("s1") is None
    assert [c.document for c in ledger.changes_since(0)] == [None]
    take(ledger, a_page_placed(a_stored(1, version=3, outcome=Outcome.UPDATE), a_story("s1", 1)))
    assert ledger.count_articles() == 1
    assert [n for n, _ in ledger.arrivals_since(0)] == [1]


def test_story_documents_name_outlets_and_countries_in_order_of_appearance(ledger: Ledger) -> None:
    runners = (("daily", "CA"), ("wire", None), ("post", "CN"), ("daily", "CA"))
    for n, (source, country) in enumerate(runners, 1):
        publisher = a_publisher(source, name=source.title(), country=country)
        take(ledger, a_page_placed(a_stored(n, publisher=publisher), a_story("s", *range(1, n + 1))))
    (document,) = ledger.story_documents(["s"])
    assert document == StoryDocument(
        "s", last_seq(ledger), ledger.story("s"), page(1), ("Daily", "Wire", "Post"), ("CA", "CN")
    )


def test_story_documents_tell_which_stories_are_no_more(ledger: Ledger) -> None:
    take_story(ledger, "s", 1)
    take_story(ledger, "t", 2)
    take(ledger, a_page_placed(a_stored(3), a_story("s", 1, 2, 3), joined_story_ids=("t",)))
    take_story(ledger, "u", 4)
    take(ledger, a_page_off_beat(off_beat(4)))
    documents = {document.id: document for document in ledger.story_documents(["s", "u", "never"])}
    assert documents.keys() == {"s", "t", "u", "never"}
    assert [id_ for id_, document in documents.items() if document.story] == ["s"]
    assert {document.seq for document in documents.values()} == {last_seq(ledger)}
    assert list(ledger.story_documents([])) == []


def test_an_earlier_first_sight_of_a_story_renews_every_member(ledger: Ledger) -> None:
    take_story(ledger, "s", 1, 2)
    before = last_seq(ledger)
    earlier = NOON - timedelta(hours=3)
    take(ledger, a_page_placed(a_stored(3), a_story("s", 1, 2, 3, first_seen=earlier)))
    assert sorted(changes(ledger, before)) == sorted([ident(1), ident(2), ident(3)])
    assert {c.document.story_first_seen for c in ledger.changes_since(0) if c.document} == {earlier}


def test_arrivals_are_numbered_once_for_ever(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 1)
    take(
        ledger,
        a_page_placed(a_stored(2, title="New", outcome=Outcome.UPDATE, version=2), a_story("s1", 2, 1)),
    )
    take_story(ledger, "s3", 3)
    arrivals = ledger.arrivals_since(0)
    assert [(n, document.id) for n, document in arrivals] == [(1, ident(2)), (2, ident(1)), (3, ident(3))]
    assert arrivals[0][1].title == "New"
    assert [n for n, _ in ledger.arrivals_since(1, limit=1)] == [2]


def test_what_was_collected_since_a_moment_stands_behind_an_arrival(ledger: Ledger) -> None:
    assert ledger.arrival_before(NOON) == 0
    for number, hours in ((1, 0), (2, 5), (3, 2), (4, 9)):
        stored = a_stored(number, collected=NOON + hours * timedelta(hours=1))
        take(ledger, a_page_placed(stored, a_story(f"s{number}", number)))
    assert ledger.arrival_before(NOON) == 0
    assert ledger.arrival_before(NOON + timedelta(hours=1)) == 1
    assert ledger.arrival_before(NOON + 3 * timedelta(hours=1)) == 1, (
        "the third was collected earlier and stands behind"
    )
    assert ledger.arrival_before(NOON + 6 * timedelta(hours=1)) == 3
    assert ledger.arrival_before(NOON + 10 * timedelta(hours=1)) == 4, "nothing was collected since"


def test_arrivals_of_one_story_leave_out_all_others(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 1)
    take_story(ledger, "s3", 3)
    of_story = ledger.arrivals_since(0, story_id="s1")
    assert [(number, document.id) for number, document in of_story] == [(1, ident(2)), (2, ident(1))]
    assert [number for number, _ in ledger.arrivals_since(1, story_id="s1")] == [2]
    assert [number for number, _ in ledger.arrivals_since(0, limit=1, story_id="s3")] == [3]
    assert ledger.arrivals_since(0, story_id="s9") == []


def _dated(n: int, minutes: float, precision: Precision, **fields: Any) -> StoredArticle:
    stamp = Stamp(NOON + timedelta(minutes=minutes), precision, None, "json-ld")
    return a_stored(n, published=stamp, collected=NOON + timedelta(days=2), **fields)


def _delays(ledger: Ledger) -> dict[str, int | None]:
    return {c.article_id: c.document.pickup_delay_s for c in ledger.changes_since(0) if c.document}


def test_a_delay_is_known_only_where_both_pages_name_the_minute(ledger: Ledger) -> None:
    pages = (
        _dated(1, 0, "minute"),
        _dated(2, 120, "second", outcome=Outcome.COPY),
        _dated(3, -725, "day", outcome=Outcome.COPY),
        _dated(4, -30, "minute", outcome=Outcome.COPY),
        a_stored(5, published=None, outcome=Outcome.COPY),
    )
    for count, stored in enumerate(pages, 1):
        take(ledger, a_page_placed(stored, a_story("s1", *range(1, count + 1))))
    known = {ident(1): None, ident(2): 7_200, ident(3): None, ident(4): -1_800, ident(5): None}
    assert _delays(ledger) == known
    [*_, (_, last)] = ledger.arrivals_since(0)
    assert last.pickup_delay_s is None


def test_no_delay_is_known_after_an_original_that_names_its_day_alone(ledger: Ledger) -> None:
    take(ledger, a_page_placed(_dated(1, -725, "day"), a_story("s1", 1)))
    take(ledger, a_page_placed(_dated(2, 120, "second", outcome=Outcome.COPY), a_story("s1", 1, 2)))
    assert set(_delays(ledger).values()) == {None}


def test_copies_are_written_again_where_another_page_becomes_the_original(ledger: Ledger) -> None:
    for count, minutes in enumerate((0, 60, 90), 1):
        stored = _dated(count, minutes, "minute")
        take(ledger, a_page_placed(stored, a_story("s1", *range(1, count + 1))))
    seq = last_seq(ledger)
    take(ledger, a_page_placed(_dated(4, -60, "minute"), a_story("s1", 4, 1, 2, 3)))
    assert set(changes(ledger, seq)) == {ident(n) for n in (1, 2, 3, 4)}
    assert _delays(ledger) == {ident(1): 3_600, ident(2): 7_200, ident(3): 9_000, ident(4): None}
