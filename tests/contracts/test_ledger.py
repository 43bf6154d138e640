"""What every ledger promises (pipelines.ports): one suite for memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crawlers.model import CrawlResult, FeedState, FetchFailure, SourceReport
from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.dedup import learnt, read_page
from pipelines.model import (
    ArticleVersion,
    Correction,
    Corrections,
    Dateline,
    EventPrint,
    Evidence,
    OutboxMail,
    Outcome,
    PageAccount,
    PageDecision,
    PageParagraphs,
    Quarantined,
    RecheckState,
    Relation,
    Relevance,
    Route,
    SiteBoilerplate,
    Span,
    Stamp,
    StoredArticle,
    StoryChange,
    StoryDocument,
    StoryEvent,
    TextPrint,
)
from pipelines.ports import Ledger
from pipelines.stories.event_links import relate_story
from tests.builders import NOON, a_publisher, a_stamp, an_article
from tests.contracts.ledger_values import (
    a_print,
    a_stored,
    a_story,
    a_taking,
    due_mails,
    ident,
    off_beat,
    page,
    take,
    take_story,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """A fresh ledger in which run 1 has started."""
    if request.param == "memory":
        opened: Ledger = MemoryLedger()
    else:
        opened = open_ledger(request.getfixturevalue(f"{request.param}_url"))
    assert opened.start_run(NOON) == 1
    yield opened
    opened.close()


def a_result(batch: str = "b", **fields: Any) -> CrawlResult:
    return CrawlResult(
        **{"batch_id": batch, "started": NOON, "finished": NOON, "states": (), "reports": ()} | fields
    )


def a_mail(key: str = "k", **fields: Any) -> OutboxMail:
    values = {
        "to": ("desk@daily.example",),
        "subject": "News",
        "message": b"To: desk\r\n\r\n\x00\xff",
        "created": NOON,
    }
    return OutboxMail(**{"key": key} | values | fields)


def changes(ledger: Ledger, since: int = 0) -> list[str]:
    return [change.article_id for change in ledger.changes_since(since)]


def last_seq(ledger: Ledger) -> int:
    return max((change.seq for change in ledger.changes_since(0)), default=0)


# -- one whole decision -------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was_taken(ledger: Ledger) -> None:
    article = an_article(
        page(1), title="题目：「贸易」 \U0001f341", body="第一段。\n\nSecond.", authors=("A. B", "李明"), summary="é",
        published=a_stamp(datetime(2026, 1, 17, 3, 4, 5, 678901, tzinfo=UTC), precision="minute", flags=("zone_assumed",)),
        updated=Stamp(NOON, "day", None, "meta"), lang_claimed="fr", site_name="The Daily", flags=("short",),
        cross_canonical="https://wire.example/x", provenance={"title": "og:title", "body": "trafilatura"},
        collected=datetime(2026, 1, 17, 12, 0, 0, 1, tzinfo=UTC),
    )  # fmt: skip
    route = Route(
        "CGTN", "GlobeNewswire", "state_media", Dateline("BEIJING", "GLOBE NEWSWIRE", "BEIJING, Jan. 17"),
        (Evidence("dateline", "(GLOBE NEWSWIRE)", "first line"),), (Span(0, 16, "dateline"),),
    )  # fmt: skip
    text = TextPrint("e", (5, 2**32 - 1, 5), 9, (0, 2), frozenset({7}), frozenset())
    stored = StoredArticle(
        article, a_publisher(owner="state", tier=1, country="CN"), route,
        Relevance(True, 0.1 + 0.2, ("names both", "一"), ("canola", "台海")), Outcome.NEW, "hash", text, "s1", 1,
    )  # fmt: skip
    take(ledger, a_taking(stored, a_story("s1", 1)))
    assert ledger.article(ident(1)) == stored
    with ledger.deciding() as deciding:
        assert deciding.article(ident(1)) == stored
        (member,) = deciding.members(["s1"])
    assert member.text == text
    assert member.route == route
    assert (member.owner, member.tier, member.story_id) == ("state", 1, "s1")
    assert member.published == article.published.at  # type: ignore[union-attr]


def test_times_come_back_in_utc_itself(ledger: Ledger) -> None:
    elsewhere = datetime(2026, 1, 17, 8, 30, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    take(ledger, a_taking(a_stored(1, published=a_stamp(elsewhere)), a_story("s1", 1)))
    ledger.adopt(a_result(states=(FeedState("daily", next_due=NOON),)), "b.warc.gz", 1)
    (change,) = ledger.changes_since(0)
    assert change.document
    assert change.document.published == elsewhere
    assert change.document.collected.tzinfo is UTC
    assert ledger.feed_states()["daily"].next_due.tzinfo is UTC  # type: ignore[union-attr]
    assert ledger.runs()[0].started.tzinfo is UTC


def test_text_that_no_database_holds_is_replaced(ledger: Ledger) -> None:
    stored = a_stored(1, title="A\0B", body="lone \ud83d and a pair \ud83c\udf41")
    take(ledger, a_taking(stored, a_story("s1", 1, headline="A\0B", origin="\udfff")))
    found = ledger.article(ident(1))
    assert found
    assert found.article.title == "A�B"
    assert found.article.body == "lone � and a pair \U0001f341"
    story = ledger.story("s1")
    assert story
    assert (story.headline, story.origin) == ("A�B", "�")


def test_leaving_a_decision_without_taking_changes_nothing(ledger: Ledger) -> None:
    with ledger.deciding() as deciding:
        assert deciding.article(ident(1)) is None
    assert changes(ledger) == []
    take_story(ledger, "s1", 1)
    assert changes(ledger) == [ident(1)]


def test_an_exception_in_a_decision_travels_and_changes_nothing(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.deciding():
        raise ZeroDivisionError
    take_story(ledger, "s1", 1)
    assert ledger.count_articles() == 1


def test_decisions_of_one_block_see_each_other_and_stand_together(ledger: Ledger) -> None:
    with ledger.deciding() as deciding:
        assert deciding.article(ident(1)) is deciding.story("s1") is None
        deciding.take(a_taking(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)), 1)
        assert deciding.article(ident(1))
        assert [m.article_id for m in deciding.candidates(a_print(1, 2, 4))] == [ident(1)]
        assert deciding.outcome("b", 1) is Outcome.NEW
        story = deciding.story("s1")
        assert story
        deciding.take(a_taking(a_stored(2, outcome=Outcome.COPY), a_story("s1", 1, 2)), 1)
        assert [m.article_id for m in deciding.members(["s1"])] == [ident(1), ident(2)]
    assert changes(ledger) == [ident(1), ident(2)]


def test_an_exception_undoes_every_decision_of_its_block(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    before = ledger.article(ident(1)), last_seq(ledger)
    with pytest.raises(ZeroDivisionError), ledger.deciding() as deciding:  # noqa: PT012
        deciding.take(
            a_taking(a_stored(1, outcome=Outcome.UPDATE, version=2, title="New"), a_story("s1", 1)), 1
        )
        deciding.take(a_taking(a_stored(2), a_story("s2", 2)), 1)
        raise ZeroDivisionError
    assert (ledger.article(ident(1)), last_seq(ledger)) == before
    assert ledger.article(ident(2)) is ledger.story("s2") is None
    with ledger.deciding() as deciding:
        assert deciding.outcome("b", 2) is None
        assert list(deciding.versions(ident(1))) == []


def test_a_decision_without_a_story_for_its_article_is_refused_whole(ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match="in no story"):
        take(ledger, a_taking(a_stored(1)))
    assert ledger.article(ident(1)) is None
    assert ledger.known_urls(["daily"]) == {}


def test_a_decision_that_forgets_a_member_of_its_story_is_refused_whole(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    with pytest.raises(AssertionError, match="without"):
        take(ledger, a_taking(a_stored(3), a_story("s1", 1, 3)))
    assert ledger.article(ident(3)) is None
    assert last_seq(ledger) == before


def test_a_run_that_never_started_takes_nothing(ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match="run 7"):
        take(ledger, a_taking(a_stored(1), a_story("s1", 1)), run_id=7)
    assert ledger.count_articles() == 0


# -- candidates ---------------------------------------------------------------------------------------


def candidates(ledger: Ledger, text: TextPrint, limit: int = 50) -> list[str]:
    with ledger.deciding() as deciding:
        return [member.article_id for member in deciding.candidates(text, limit)]


def test_candidates_share_two_keys_or_the_whole_text(ledger: Ledger) -> None:
    take(ledger, a_taking(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(ledger, a_taking(a_stored(2, keys=(3, 4, 5)), a_story("s2", 2)))
    take(ledger, a_taking(a_stored(3, text=a_print(exact="short")), a_story("s3", 3)))
    assert candidates(ledger, a_print(2, 3)) == [ident(1)]
    assert candidates(ledger, a_print(3)) == []
    assert candidates(ledger, a_print(exact="short")) == [ident(3)]
    assert candidates(ledger, a_print()) == []


def test_texts_that_share_turns_of_phrase_alone_are_no_candidates(ledger: Ledger) -> None:
    keys = tuple(range(100, 200))
    take(ledger, a_taking(a_stored(1, keys=keys), a_story("s1", 1)))
    assert candidates(ledger, a_print(*keys[:25], *range(300, 375))) == [ident(1)]
    assert candidates(ledger, a_print(*keys[:10], *range(300, 390))) == [], "a tenth of the text"


def test_candidates_come_most_in_common_first_and_of_as_many_the_older(ledger: Ledger) -> None:
    for n, keys in ((3, (1, 2, 7)), (2, (1, 2, 3, 4)), (1, (1, 2, 8))):
        take(ledger, a_taking(a_stored(n, keys=keys), a_story(f"s{n}", n)))
    tied = [ident(3), ident(1)]
    assert candidates(ledger, a_print(1, 2, 3, 4, 5)) == [ident(2), *tied]
    assert candidates(ledger, a_print(1, 2, 3, 4, 5), limit=2) == [ident(2), tied[0]]


def test_the_same_text_is_a_candidate_before_all_others(ledger: Ledger) -> None:
    take(ledger, a_taking(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(ledger, a_taking(a_stored(2, text=a_print(exact="same")), a_story("s2", 2)))
    assert candidates(ledger, a_print(1, 2, 3, exact="same")) == [ident(2), ident(1)]


def test_keys_of_all_32_bits_find_their_article(ledger: Ledger) -> None:
    keys = (0, 1, 2**31 - 1, 2**31, 2**32 - 2)
    take(ledger, a_taking(a_stored(1, keys=keys), a_story("s1", 1)))
    for pair in ((0, 2**31), (2**31 - 1, 2**32 - 2)):
        assert candidates(ledger, a_print(*pair)) == [ident(1)]


def test_an_update_is_found_by_its_new_text_alone(ledger: Ledger) -> None:
    take(ledger, a_taking(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(ledger, a_taking(a_stored(1, keys=(3, 4, 5), outcome=Outcome.UPDATE, version=2), a_story("s1", 1)))
    assert candidates(ledger, a_print(1, 2)) == []
    assert candidates(ledger, a_print(3, 4)) == [ident(1)]


def test_an_off_beat_article_is_no_candidate_and_keeps_no_body(ledger: Ledger) -> None:
    take(ledger, a_taking(replace(off_beat(1), text=a_print(1, 2, 3))))
    found = ledger.article(ident(1))
    assert found
    assert (found.article.body, found.text, found.story_id) == ("", None, None)
    assert found.article.title == "A title"
    assert candidates(ledger, a_print(1, 2, 3)) == []
    assert (ledger.count_articles(), changes(ledger), ledger.arrivals_since(0)) == (0, [], [])


def test_a_print_of_twenty_thousand_keys_is_taken_and_found(ledger: Ledger) -> None:
    keys = tuple(range(0, 60_000, 3))
    take(ledger, a_taking(a_stored(1, keys=keys), a_story("s1", 1)))
    assert candidates(ledger, a_print(*range(40_000))) == [ident(1)]


# -- stories ------------------------------------------------------------------------------------------


def test_a_story_comes_back_as_it_was_arranged(ledger: Ledger) -> None:
    story = a_story(
        "s1", 1, origin="CGTN", carrier="GlobeNewswire", kind="state_media", languages=("en", "zh-Hans"),
        topics=("canola",), independent=3, first_seen=NOON - MINUTE,
    )  # fmt: skip
    take(ledger, a_taking(a_stored(1), story))
    assert ledger.story("s1") == story
    with ledger.deciding() as deciding:
        assert deciding.story("s1") == story
    assert ledger.story("s2") is None
    assert ledger.stories(["s1", "s2"]) == {"s1": story}


def test_a_storys_articles_stand_in_its_order_and_members_in_order_of_arrival(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 3)
    take(ledger, a_taking(a_stored(1, outcome=Outcome.COPY), a_story("s1", 1, 3, 2)))
    assert [a.article.id for a in ledger.story_articles("s1")] == [ident(1), ident(3), ident(2)]
    assert [a.article.body for a in ledger.story_articles("s1")] == [
        "A first paragraph.\n\nA second paragraph."
    ] * 3
    with ledger.deciding() as deciding:
        assert [m.article_id for m in deciding.members(["s1"])] == [ident(2), ident(3), ident(1)]


def test_a_joined_story_moves_its_articles_and_its_id_goes_on_resolving(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2, 3)
    before = last_seq(ledger)
    joined = a_story("s1", 1, 2, 3, 4)
    take(ledger, a_taking(a_stored(4, outcome=Outcome.COPY), joined, absorbed=("s2",)))
    assert ledger.story("s2") == ledger.story("s1") == joined
    assert ledger.stories(["s2"]) == {"s2": joined}
    assert len(ledger.story_articles("s2")) == 4
    moved = ledger.article(ident(3))
    assert moved
    assert moved.story_id == "s1"
    assert set(changes(ledger, before)) == {ident(2), ident(3), ident(4)}
    with ledger.deciding() as deciding:
        assert len(deciding.members(["s2", "s1"])) == 4


def test_an_id_resolves_through_several_joins(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
    take(ledger, a_taking(a_stored(4, outcome=Outcome.COPY), a_story("s2", 3, 2, 4), absorbed=("s3",)))
    take(ledger, a_taking(a_stored(5, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, 4, 5), absorbed=("s2",)))
    assert {story.id for story in ledger.stories(["s1", "s2", "s3"]).values()} == {"s1"}


def test_an_article_that_moves_leaves_the_rest_of_its_story_in_order(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    take_story(ledger, "s4", 4)
    moved = a_stored(1, outcome=Outcome.UPDATE, version=2, title="New")
    take(ledger, a_taking(moved, a_story("s4", 4, 1)))
    rest = ledger.story("s1")
    assert rest
    assert (rest.lead_id, [x.relation for x in rest.links]) == (
        ident(2),
        [Relation.ORIGINAL, Relation.VERBATIM],
    )
    assert [x.of for x in rest.links] == [None, ident(2)]
    assert ledger.count_articles() == 4


def test_a_story_whose_only_article_moves_resolves_to_where_it_went(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    take(ledger, a_taking(a_stored(2, outcome=Outcome.UPDATE, version=2, title="New"), a_story("s1", 1, 2)))
    assert ledger.story("s2") == ledger.story("s1")


# -- projections --------------------------------------------------------------------------------------


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
    take(ledger, a_taking(a_stored(1, title="New", outcome=Outcome.UPDATE, version=2), a_story("s1", 1)))
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
        a_taking(a_stored(3, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, headline="Other", independent=2)),
    )
    assert changes(ledger, before) == [ident(3)]


def test_a_new_label_renews_every_member(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_taking(a_stored(3, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, origin="CGTN")))
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3)}


def test_an_earlier_original_renews_those_whose_place_it_takes(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_taking(a_stored(3), a_story("s1", 3, 1, 2)))
    assert set(changes(ledger, before)) == {ident(1), ident(3)}


def test_taking_the_same_again_changes_no_document(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_taking(a_stored(2, outcome=Outcome.COPY), a_story("s1", 1, 2)))
    assert changes(ledger, before) == []


def test_an_article_that_leaves_the_beat_is_a_removal(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    take(ledger, a_taking(off_beat(2, version=2, title="Cookery"), a_story("s1", 1)))
    (change,) = ledger.changes_since(before)
    assert (change.article_id, change.document) == (ident(2), None)
    assert [number for number, _ in ledger.arrivals_since(0)] == [1]
    assert ledger.count_articles() == 1
    assert candidates(ledger, a_print(20, 21)) == []


def test_a_story_goes_with_its_last_article(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take(ledger, a_taking(off_beat(1, version=2, title="Cookery")))
    assert ledger.story("s1") is None
    assert [c.document for c in ledger.changes_since(0)] == [None]
    take(ledger, a_taking(a_stored(1, version=3, outcome=Outcome.UPDATE), a_story("s1", 1)))
    assert ledger.count_articles() == 1
    assert [n for n, _ in ledger.arrivals_since(0)] == [1]


def test_story_documents_name_outlets_and_countries_in_order_of_appearance(ledger: Ledger) -> None:
    runners = (("daily", "CA"), ("wire", None), ("post", "CN"), ("daily", "CA"))
    for n, (source, country) in enumerate(runners, 1):
        publisher = a_publisher(source, name=source.title(), country=country)
        take(ledger, a_taking(a_stored(n, publisher=publisher), a_story("s", *range(1, n + 1))))
    (document,) = ledger.story_documents(["s"])
    assert document == StoryDocument(
        "s", last_seq(ledger), ledger.story("s"), page(1), ("Daily", "Wire", "Post"), ("CA", "CN")
    )


def test_story_documents_tell_which_stories_are_no_more(ledger: Ledger) -> None:
    take_story(ledger, "s", 1)
    take_story(ledger, "t", 2)
    take(ledger, a_taking(a_stored(3), a_story("s", 1, 2, 3), absorbed=("t",)))
    take_story(ledger, "u", 4)
    take(ledger, a_taking(off_beat(4)))
    documents = {document.id: document for document in ledger.story_documents(["s", "u", "never"])}
    assert documents.keys() == {"s", "t", "u", "never"}
    assert [id_ for id_, document in documents.items() if document.story] == ["s"]
    assert {document.seq for document in documents.values()} == {last_seq(ledger)}
    assert list(ledger.story_documents([])) == []


def test_an_earlier_first_sight_of_a_story_renews_every_member(ledger: Ledger) -> None:
    take_story(ledger, "s", 1, 2)
    before = last_seq(ledger)
    earlier = NOON - timedelta(hours=3)
    take(ledger, a_taking(a_stored(3), a_story("s", 1, 2, 3, first_seen=earlier)))
    assert sorted(changes(ledger, before)) == sorted([ident(1), ident(2), ident(3)])
    assert {c.document.story_first_seen for c in ledger.changes_since(0) if c.document} == {earlier}


def test_arrivals_are_numbered_once_for_ever(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 1)
    take(ledger, a_taking(a_stored(2, title="New", outcome=Outcome.UPDATE, version=2), a_story("s1", 2, 1)))
    take_story(ledger, "s3", 3)
    arrivals = ledger.arrivals_since(0)
    assert [(n, document.id) for n, document in arrivals] == [(1, ident(2)), (2, ident(1)), (3, ident(3))]
    assert arrivals[0][1].title == "New"
    assert [n for n, _ in ledger.arrivals_since(1, limit=1)] == [2]


def test_arrivals_of_one_story_leave_out_all_others(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 1)
    take_story(ledger, "s3", 3)
    of_story = ledger.arrivals_since(0, story_id="s1")
    assert [(number, document.id) for number, document in of_story] == [(1, ident(2)), (2, ident(1))]
    assert [number for number, _ in ledger.arrivals_since(1, story_id="s1")] == [2]
    assert [number for number, _ in ledger.arrivals_since(0, limit=1, story_id="s3")] == [3]
    assert ledger.arrivals_since(0, story_id="s9") == []


def test_a_watermark_is_zero_until_it_is_set_and_may_go_back(ledger: Ledger) -> None:
    assert ledger.watermark("index") == 0
    for seq in (7, 3):
        ledger.set_watermark("index", seq)
        assert ledger.watermark("index") == seq
    assert ledger.watermark("alerts") == 0


def test_former_versions_stay_readable(ledger: Ledger) -> None:
    take(ledger, a_taking(a_stored(1, title="One", body="1"), a_story("s1", 1)))
    assert ledger.versions(ident(1)) == []
    later = NOON + MINUTE
    for version, title in ((2, "Two"), (3, "Three")):
        stored = a_stored(1, title=title, body="x", version=version, outcome=Outcome.UPDATE, collected=later)
        take(ledger, a_taking(stored, a_story("s1", 1)))
    first, second = ledger.versions(ident(1))
    assert (first.number, first.title, first.body, first.collected) == (1, "One", "1", NOON)
    assert (second.number, second.title, second.content_hash) == (2, "Two", "Two/x")


# -- accounts -----------------------------------------------------------------------------------------


def test_what_became_of_a_page_is_seen_inside_a_decision(ledger: Ledger) -> None:
    with ledger.deciding() as deciding:
        assert deciding.outcome("b", 0) is None
    taking = a_taking(off_beat(1))
    take(ledger, taking)
    account = taking.account
    with ledger.deciding() as deciding:
        assert deciding.outcome(account.batch_id, account.record) is account.outcome
        assert deciding.outcome(account.batch_id, account.record + 1) is None


def test_a_replayed_page_is_counted_once(ledger: Ledger) -> None:
    aside = PageAccount("b", 1, "daily", page(1), Outcome.QUARANTINED, "no text")
    take(ledger, PageDecision(aside))
    second = ledger.start_run(NOON)
    take(ledger, a_taking(a_stored(1), a_story("s1", 1)), second)
    now, before = ledger.runs()
    assert (now.fetched, now.outcomes[Outcome.NEW], before.fetched) == (1, 1, 0)


def test_a_run_adds_up_its_listings_and_pages(ledger: Ledger) -> None:
    reports = (
        SourceReport("daily", "ok", 9, 4, 1, 3, 1),
        SourceReport("gone", "failed", error="404 Not Found"),
    )
    failure = FetchFailure("daily", page(9), "permanent", "410", NOON, 410)
    assert ledger.adopt(a_result(reports=reports, failures=(failure,), pages=2), "b.warc.gz", 1)
    take(ledger, a_taking(a_stored(1), a_story("s1", 1)))
    take(ledger, a_taking(off_beat(2)))
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
    take(ledger, a_taking(a_stored(1), a_story("s1", 1), batch="old"))
    take(ledger, a_taking(off_beat(2)))
    take(ledger, a_taking(off_beat(3)))
    both = {"2026-01-16": {Outcome.NEW: 1}, "2026-01-17": {Outcome.OFF_BEAT: 2}}
    assert ledger.volumes(eve) == {"daily": both}
    assert ledger.volumes(NOON) == {"daily": {"2026-01-17": {Outcome.OFF_BEAT: 2}}}


# -- feeds and batches --------------------------------------------------------------------------------


def test_a_batch_is_adopted_once(ledger: Ledger) -> None:
    state = FeedState("daily", etag='"1"', failure_weight=0.25, last_polled=NOON, next_due=NOON + MINUTE)
    assert ledger.adopt(a_result(states=(state,), pages=1), "b.warc.gz", 1)
    assert ledger.feed_states() == {"daily": state}
    assert not ledger.adopt(a_result(states=(replace(state, etag=None),), pages=5), "other", 1)
    assert ledger.feed_states() == {"daily": state}
    assert (ledger.batch_path("b"), ledger.batch_path("c")) == ("b.warc.gz", None)


def test_a_late_batch_never_turns_a_feeds_clock_back(ledger: Ledger) -> None:
    newer, older = (
        FeedState("daily", etag=e, last_polled=at) for e, at in (("2", NOON), ("1", NOON - MINUTE))
    )
    ledger.adopt(a_result("b2", states=(newer,)), "2", 1)
    ledger.adopt(a_result("b1", states=(older,)), "1", 1)
    assert ledger.feed_states()["daily"] == newer


def test_a_batch_is_open_until_every_page_has_an_account(ledger: Ledger) -> None:
    failure = FetchFailure("daily", page(9), "temporary", "timeout", NOON)
    for id_ in ("b2", "b1"):
        ledger.adopt(a_result(id_, pages=2, failures=(failure,)), f"{id_}.warc.gz", 1)
    ledger.adopt(a_result("empty"), "empty", 1)
    take(ledger, a_taking(off_beat(1), batch="b2", record=1))
    first, second = ledger.open_batches()
    assert (first.batch_id, first.path, first.pages, first.done) == ("b2", "b2.warc.gz", 2, frozenset({1}))
    assert (second.batch_id, second.done) == ("b1", frozenset())
    with pytest.raises(AssertionError, match="2 accounts"):
        ledger.close_batch("b2")
    take(ledger, a_taking(off_beat(2), batch="b2", record=0))
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
    take(ledger, a_taking(off_beat(1)))
    moved = PageAccount(
        "b", 2, "daily", page(2), Outcome.UNCHANGED, "", listed_url="https://r.example/2?utm_source=x"
    )
    take(ledger, PageDecision(moved))
    known = {page(9), page(1), page(2), "https://r.example/2"}
    assert set(ledger.known_urls(["daily"])) == known
    assert set(ledger.known_urls(["daily", "weekly"])) == {*known, "https://weekly.example/1"}
    assert ledger.known_urls([]) == {}


def test_known_urls_tell_when_we_last_looked(ledger: Ledger) -> None:
    for batch, hours in (("early", 0), ("late", 3)):
        ledger.adopt(replace(a_result(batch, pages=1), started=NOON + timedelta(hours=hours)), batch, 1)
        take(ledger, a_taking(off_beat(1), batch=batch))
    assert ledger.known_urls(["daily"]) == {page(1): NOON + timedelta(hours=3)}


def test_a_page_that_failed_for_now_and_came_later_is_known(ledger: Ledger) -> None:
    ledger.adopt(a_result(failures=(FetchFailure("daily", page(1), "temporary", "503", NOON),)), "b", 1)
    assert ledger.known_urls(["daily"]) == {}
    take(ledger, a_taking(off_beat(1), batch="c"))
    assert set(ledger.known_urls(["daily"])) == {page(1)}


def test_known_urls_keep_the_newest_pages_and_count_one_looked_at_again_once(ledger: Ledger) -> None:
    for record, n in enumerate((1, 2, 3, 3, 3)):
        take(ledger, a_taking(off_beat(n), record=record))
    assert set(ledger.known_urls(["daily"], limit_each=2)) == {page(2), page(3)}


def test_an_account_of_an_impossible_address_is_kept(ledger: Ledger) -> None:
    take(
        ledger,
        PageDecision(PageAccount("b", 0, "daily", "javascript:alert(1)", Outcome.QUARANTINED, "no address")),
    )
    assert ledger.finish_run(1, NOON, 0).outcomes[Outcome.QUARANTINED] == 1


def test_quarantine_keeps_who_what_and_why_until_replayed(ledger: Ledger) -> None:
    for record in (0, 1):
        kept = Quarantined(0, "daily", page(record), "extract", "no text", NOON, "b", record)
        account = PageAccount("b", record, "daily", page(record), Outcome.QUARANTINED, "no text")
        take(ledger, PageDecision(account, quarantine=kept))
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
            PageDecision(
                account, quarantine=Quarantined(0, "daily", page(0), "extract", reason, NOON, "b", 0)
            ),
        )
        waiting = ledger.quarantined()
    assert [q.reason for q in waiting] == ["new"]


# -- outbox -------------------------------------------------------------------------------------------


def test_a_mail_is_owed_once_and_the_watermark_moves_with_it(ledger: Ledger) -> None:
    assert ledger.enqueue([a_mail("a"), a_mail("b")], "alerts", 5) == 2
    assert ledger.enqueue([a_mail("b", subject="Other"), a_mail("c")], "alerts", 9) == 1
    assert ledger.watermark("alerts") == 9
    assert ledger.known_keys(["b", "z"]) == {"b"}
    assert {mail.key: mail.subject for mail in ledger.mails()}["b"] == "News"
    assert ledger.enqueue([], "alerts", 12) == 0
    assert ledger.watermark("alerts") == 12


def test_a_slow_worker_never_takes_the_alert_watermark_back(ledger: Ledger) -> None:
    ledger.enqueue([], "alerts", 9)
    ledger.enqueue([a_mail("late")], "alerts", 4)
    assert ledger.watermark("alerts") == 9


def test_a_mail_comes_back_as_it_was_owed(ledger: Ledger) -> None:
    mail = a_mail(to=("a@x.example", "b@x.example"), subject="消息", not_before=NOON)
    ledger.enqueue([mail], "alerts", 1)
    assert due_mails(ledger, NOON) == [mail]
    assert ledger.mails() == [mail]


def test_mails_are_due_oldest_first_once_their_time_has_come(ledger: Ledger) -> None:
    later = a_mail("later", not_before=NOON + MINUTE)
    ledger.enqueue([a_mail("new", created=NOON + MINUTE), later, a_mail("old")], "alerts", 1)
    assert [mail.key for mail in due_mails(ledger, NOON)] == ["old", "new"]
    assert [mail.key for mail in due_mails(ledger, NOON + MINUTE)] == ["later", "old", "new"]
    assert [mail.key for mail in due_mails(ledger, NOON + MINUTE, limit=1)] == ["later"]
    assert [mail.key for mail in ledger.mails()] == ["new", "old", "later"]


def test_a_sent_mail_stays_sent(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "alerts", 1)
    ledger.mark_sent("k", NOON + MINUTE)
    ledger.mark_mail_failed("k", "too late", NOON)
    (mail,) = ledger.mails()
    assert (mail.state, mail.sent_at, mail.attempts, mail.last_error) == ("sent", NOON + MINUTE, 1, None)
    assert due_mails(ledger, NOON + MINUTE) == []


def test_a_failed_attempt_waits_and_a_refusal_stays_visible(ledger: Ledger) -> None:
    ledger.enqueue([a_mail()], "alerts", 1)
    ledger.mark_mail_failed("k", "greylisted\0", NOON + MINUTE)
    assert due_mails(ledger, NOON) == []
    (mail,) = due_mails(ledger, NOON + MINUTE)
    assert (mail.attempts, mail.last_error) == (1, "greylisted�")
    ledger.mark_mail_failed("k", "no such user", None)
    assert due_mails(ledger, NOON + 9 * MINUTE) == []
    assert [(m.state, m.attempts) for m in ledger.mails()] == [("failed", 2)]
    with pytest.raises(AssertionError, match="never"):
        ledger.mark_sent("never", NOON)


# -- what became of a story ---------------------------------------------------------------------------


def a_line(story: str = "s1", **fields: Any) -> StoryEvent:
    return StoryEvent(
        **{"story_id": story, "at": NOON, "turn": StoryChange.UPDATE, "text": "It changed"} | fields
    )


def a_look(n: int, due: datetime | None, **fields: Any) -> RecheckState:
    values = {"source_id": "daily", "url": page(n), "since": NOON, "last": NOON}
    return RecheckState(**{"article_id": ident(n), "due": due} | values | fields)


def test_history_comes_back_in_order_and_through_joins(ledger: Ledger) -> None:
    told = a_line(
        turn=StoryChange.ORIGIN,
        article_id=ident(1),
        version=2,
        material=True,
        at=NOON + timedelta(microseconds=1),
    )
    take(ledger, a_taking(a_stored(1), a_story("s1", 1), history=(told, a_line(text="Then\0 again"))))
    take(ledger, a_taking(a_stored(2), a_story("s2", 2), history=(a_line("s2"),)))
    first, second = ledger.history("s1")
    assert first == replace(told, number=1)
    assert (second.text, second.number) == ("Then\N{REPLACEMENT CHARACTER} again", 2)
    take(ledger, a_taking(a_stored(3), a_story("s1", 1, 2, 3), absorbed=("s2",), history=(a_line(),)))
    assert [line.number for line in ledger.history("s2")] == [1, 2, 3, 4]
    assert [line.story_id for line in ledger.history_since(2)] == ["s2", "s1"]
    assert [line.number for line in ledger.history_since(1, limit=2)] == [2, 3]


def test_state_held_back_is_a_version_beside_the_text(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    held = ArticleVersion(2, "hash", "Not found", "Sorry", NOON + MINUTE, "an error page")
    take(ledger, replace(a_taking(a_stored(1)), stored=None, held=(ident(1), held)))
    assert ledger.versions(ident(1)) == [held]
    assert ledger.article(ident(1)).version == 1  # type: ignore[union-attr]
    updated = a_stored(1, outcome=Outcome.UPDATE, version=3, title="New")
    take(ledger, a_taking(updated, a_story("s1", 1)))
    assert [(v.number, v.held) for v in ledger.versions(ident(1))] == [(1, None), (2, "an error page")]
    with ledger.deciding() as deciding:
        assert deciding.versions(ident(1)) == ledger.versions(ident(1))


def test_looks_are_due_longest_first_and_kept_as_noted(ledger: Ledger) -> None:
    for n, due in ((1, NOON + MINUTE), (2, NOON), (3, None), (4, NOON + 9 * MINUTE)):
        take(ledger, a_taking(a_stored(n), a_story(f"s{n}", n), look=a_look(n, due)))
    assert [look.article_id for look in ledger.due_rechecks(NOON + MINUTE)] == [ident(2), ident(1)]
    assert [look.article_id for look in ledger.due_rechecks(NOON + MINUTE, limit=1)] == [ident(2)]
    noted = a_look(2, None, gone=NOON, misses=2, etag='"x"', is_copy=True)
    ledger.save_recheck_states([noted, a_look(9, NOON)])
    assert ledger.recheck_states([ident(2), ident(9)]) == {ident(2): noted}
    assert [look.article_id for look in ledger.due_rechecks(NOON + MINUTE)] == [ident(1)]
    with ledger.deciding() as deciding:
        assert deciding.recheck_state(ident(2)) == noted
        assert deciding.recheck_state(ident(9)) is None


def test_word_holds_for_its_pair_until_it_is_undone_and_the_later_one_counts(ledger: Ledger) -> None:
    a, b, c = ident(1), ident(2), ident(3)
    together, apart = Correction(a, b, True, NOON), Correction(c, b, False, NOON + MINUTE)
    take(ledger, PageDecision(None, said=(together, apart)))
    with ledger.deciding() as deciding:
        assert deciding.corrected_pairs([a]) == Corrections(frozenset({frozenset((a, b))}))
        assert deciding.corrected_pairs([b]) == Corrections(
            frozenset({frozenset((a, b))}), frozenset({frozenset((b, c))})
        )
        assert deciding.corrected_pairs([ident(4)]) == Corrections()
    take(ledger, PageDecision(None, said=(Correction(b, a, False, NOON + MINUTE),)))
    with ledger.deciding() as deciding:
        assert deciding.corrected_pairs([a]) == Corrections(frozenset(), frozenset({frozenset((a, b))}))
    third = ledger.corrections()[2]
    take(ledger, PageDecision(None, undone=(replace(third, undone=NOON + 2 * MINUTE),)))
    assert [word.number for word in ledger.corrections()] == [1, 2]
    assert ledger.corrections(include_undone=True)[2] == replace(third, undone=NOON + 2 * MINUTE)


def test_person_moves_articles_and_the_story_they_leave_is_arranged_by_the_decision(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    before = last_seq(ledger)
    rest = a_story("s1", 2, 3, headline="What is left")
    take(ledger, PageDecision(None, story=a_story("s9", 1), rest=rest))
    assert ledger.story("s1") == rest
    assert ledger.story("s9") == a_story("s9", 1)
    assert set(changes(ledger, before)) == {ident(1), ident(2)}
    assert ledger.known_urls(["daily"]).keys() == {page(n) for n in (1, 2, 3)}
    with pytest.raises(AssertionError, match="remain"):
        take(ledger, PageDecision(None, story=a_story("s8", 2), rest=a_story("s1", 2, 3)))


# -- events -------------------------------------------------------------------------------------------


def a_told(story: str, *names: str, hours: float = 0) -> EventPrint:
    return EventPrint(story, NOON + timedelta(hours=hours), "en", {f"name:{name}": 2.5 for name in names})


def independents(ledger: Ledger) -> dict[str, int]:
    return {id_: story.independent for id_, story in ledger.stories([f"s{n}" for n in range(1, 6)]).items()}


def learn_pages(ledger: Ledger, site: str, pages: Sequence[PageParagraphs]) -> None:
    with ledger.deciding() as deciding:
        deciding.save_site_boilerplate(site, learnt(deciding.site_boilerplate(site), pages))


def test_boilerplate_of_a_site_is_learnt_from_all_who_tell(ledger: Ledger) -> None:
    motto = "Told to its neighbours since 1911."
    pages = [
        page
        for n in range(3)
        if (page := read_page(f"a{n}", f"What happened on day {n}, at length.\n{motto}"))
    ]
    assert ledger.site_boilerplate("gazette.example") == SiteBoilerplate()
    learn_pages(ledger, "gazette.example", pages[:2])
    assert ledger.site_boilerplate("gazette.example").repeated == ()
    learn_pages(ledger, "gazette.example", pages[2:])
    assert ledger.site_boilerplate("gazette.example") == learnt(SiteBoilerplate(), pages)
    assert ledger.site_boilerplate("gazette.example").repeated
    assert ledger.site_boilerplate("other.example") == SiteBoilerplate()


def test_stories_that_share_marks_are_linked_whoever_comes_first_and_counted(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
    before = last_seq(ledger)
    assert relate_story(ledger, a_told("s2", "kitimat", "meridian", hours=20))
    assert relate_story(ledger, a_told("s1", "kitimat", "meridian"))
    assert relate_story(ledger, a_told("s3", "kitimat"))
    assert [(r.story_id, r.score, r.through) for r in ledger.related("s1")] == [("s2", 5.0, None)]
    assert ledger.related("s1")[0].why == ("names: Kitimat, Meridian", "first seen 20 h apart")
    assert ledger.related("s3") == []
    assert independents(ledger) == {"s1": 2, "s2": 2, "s3": 1}
    assert set(changes(ledger, before)) == {ident(1), ident(2)}
    (document,) = ledger.story_documents(["s1"])
    assert document.story
    assert document.story.independent == 2
    seq = last_seq(ledger)
    assert not relate_story(ledger, a_told("s1", "kitimat", "meridian"))
    assert last_seq(ledger) == seq


def test_link_goes_when_what_a_story_tells_changes_and_the_count_follows(ledger: Ledger) -> None:
    for n in (1, 2):
        take_story(ledger, f"s{n}", n)
        relate_story(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    before = last_seq(ledger)
    assert relate_story(ledger, a_told("s1", "rimouski"))
    assert ledger.related("s2") == []
    assert independents(ledger) == {"s1": 1, "s2": 1}
    assert set(changes(ledger, before)) == {ident(1), ident(2)}


def test_two_steps_lead_to_a_report_of_the_event_and_three_do_not(ledger: Ledger) -> None:
    chain = {1: ("aa", "bb"), 2: ("aa", "bb", "cc", "dd"), 3: ("cc", "dd", "ee", "ff"), 4: ("ee", "ff")}
    for n, names in chain.items():
        take_story(ledger, f"s{n}", n)
        relate_story(ledger, a_told(f"s{n}", *names))
    assert [(r.story_id, r.through) for r in ledger.related("s1")] == [("s2", None), ("s3", "s2")]
    assert independents(ledger) == {"s1": 3, "s2": 4, "s3": 4, "s4": 3}


def test_what_a_joined_story_told_is_forgotten(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
        relate_story(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    take(
        ledger,
        a_taking(a_stored(4, outcome=Outcome.COPY), a_story("s1", 1, 2, 4, independent=3), absorbed=("s2",)),
    )
    assert relate_story(ledger, a_told("s1", "kitimat", "meridian"))
    assert [r.story_id for r in ledger.related("s2")] == ["s3"]
    assert {id_: n for id_, n in independents(ledger).items() if id_ != "s2"} == {"s1": 2, "s3": 2}
    assert not relate_story(ledger, a_told("s9", "kitimat"))
