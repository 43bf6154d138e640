"""What every ledger promises about decisions, and whom a text is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crawlers.model import FeedState
from pipelines.model import (
    Credit,
    Dateline,
    Evidence,
    Link,
    Outcome,
    PageAppended,
    Relation,
    Relevance,
    Route,
    Span,
    Stamp,
    StoredArticle,
    TextPrint,
)
from pipelines.ports import Ledger
from tests.builders import NOON, a_publisher, a_stamp, an_article
from tests.contracts.ledger_values import (
    MINUTE,
    a_page_off_beat,
    a_page_placed,
    a_print,
    a_result,
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

# -- one whole decision -----------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was_taken(ledger: Ledger) -> None:
    article = an_article(
        page(1), title="题目：「贸易」 \U0001f341", body="第一段。\n\nSecond.", authors=("A. B", "李明"),
        summary="é", published=a_stamp(
            datetime(2026, 1, 17, 3, 4, 5, 678901, tzinfo=UTC), precision="minute", flags=("zone_assumed",)
        ),
        updated=Stamp(NOON, "day", None, "meta"), lang_claimed="fr", site_name="The Daily", flags=("short",),
        credits=(Credit("Reuters", "byline", "json-ld"), Credit("新华社", "source", "info bar")),
        cross_canonical="https://wire.example/x", provenance={"title": "og:title", "body": "trafilatura"},
        collected=datetime(2026, 1, 17, 12, 0, 0, 1, tzinfo=UTC),
    )  # fmt: skip
    route = Route(
        "CGTN", "GlobeNewswire", "state_media", Dateline("BEIJING", "GLOBE NEWSWIRE", "BEIJING, Jan. 17"),
        (Evidence("dateline", "(GLOBE NEWSWIRE)", "first line"),), (Span(0, 16, "dateline"),),
    )  # fmt: skip
    text = TextPrint("e", (5, 2**32 - 1, 5), 9, (0, 2), frozenset({7}), frozenset())
    stored = StoredArticle(
        article,
        a_publisher(owner="state", tier=1, country="CN"),
        route,
        Relevance(True, 0.1 + 0.2, ("names both", "一"), ("canola", "台海")),
        Outcome.NEW,
        "hash",
        text,
        "s1",
        1,
    )
    take(ledger, a_page_placed(stored, a_story("s1", 1)))
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
    take(ledger, a_page_placed(a_stored(1, published=a_stamp(elsewhere)), a_story("s1", 1)))
    ledger.adopt(a_result(states=(FeedState("daily", next_due=NOON),)), "b.warc.gz", 1)
    (change,) = ledger.changes_since(0)
    assert change.document
    assert change.document.published == elsewhere
    assert change.document.collected.tzinfo is UTC
    assert ledger.feed_states()["daily"].next_due.tzinfo is UTC  # type: ignore[union-attr]
    assert ledger.runs()[0].started.tzinfo is UTC


def test_text_that_no_database_holds_is_replaced(ledger: Ledger) -> None:
    stored = a_stored(1, title="A\0B", body="lone \ud83d and a pair \ud83c\udf41")
    take(ledger, a_page_placed(stored, a_story("s1", 1, headline="A\0B", origin="\udfff")))
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
        deciding.take(a_page_placed(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)), 1)
        assert deciding.article(ident(1))
        assert [m.article_id for m in deciding.candidates(a_print(1, 2, 4))] == [ident(1)]
        assert deciding.outcome("b", 1) is Outcome.NEW
        story = deciding.story("s1")
        assert story
        deciding.take(a_page_placed(a_stored(2, outcome=Outcome.COPY), a_story("s1", 1, 2)), 1)
        assert [m.article_id for m in deciding.members(["s1"])] == [ident(1), ident(2)]
    assert changes(ledger) == [ident(1), ident(2)]


def test_an_exception_undoes_every_decision_of_its_block(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    before = ledger.article(ident(1)), last_seq(ledger)
    with pytest.raises(ZeroDivisionError), ledger.deciding() as deciding:  # noqa: PT012
        deciding.take(
            a_page_placed(a_stored(1, outcome=Outcome.UPDATE, version=2, title="New"), a_story("s1", 1)), 1
        )
        deciding.take(a_page_placed(a_stored(2), a_story("s2", 2)), 1)
        raise ZeroDivisionError
    assert (ledger.article(ident(1)), last_seq(ledger)) == before
    assert ledger.article(ident(2)) is ledger.story("s2") is None
    with ledger.deciding() as deciding:
        assert deciding.outcome("b", 2) is None
        assert list(deciding.versions(ident(1))) == []


def test_a_decision_without_a_story_for_its_article_is_refused_whole(ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match="in no story"):
        take(ledger, a_page_placed(a_stored(1), a_story("s2", 2)))
    assert ledger.article(ident(1)) is None
    assert ledger.known_urls(["daily"]) == {}


def test_a_decision_that_forgets_a_member_of_its_story_is_refused_whole(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    with pytest.raises(AssertionError, match="without"):
        take(ledger, a_page_placed(a_stored(3), a_story("s1", 1, 3)))
    assert ledger.article(ident(3)) is None
    assert last_seq(ledger) == before


def test_a_run_that_never_started_takes_nothing(ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match="run 7"):
        take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)), run_id=7)
    assert ledger.count_articles() == 0


def test_an_appended_article_comes_last_and_changes_no_other(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    before = last_seq(ledger)
    story = ledger.story("s1")
    assert story
    head = replace(story, links=(), last_seen=story.last_seen + MINUTE)
    link = Link(ident(3), Relation.VERBATIM, ident(1), 1.0, 0.0, ("keeps all",))
    stored = a_stored(3, outcome=Outcome.COPY)
    for number in (1, 2):  # a second time, as an update: it keeps its place
        account = a_page_placed(stored, story).account
        take(ledger, PageAppended(account, stored, head, link))
        assert ledger.story("s1") == replace(head, links=(*story.links, link))
        found = ledger.article(ident(3))
        assert found
        assert found.story_id == "s1"
        assert last_seq(ledger) == before + number
        link = replace(link, relation=Relation.UPDATE)
        stored = a_stored(3, outcome=Outcome.UPDATE, version=2, title="Another title")
    assert changes(ledger)[-1] == ident(3)


def test_a_story_tells_its_size_its_head_and_its_first_articles(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    story = ledger.story("s1")
    assert story
    with ledger.deciding() as deciding:
        assert (deciding.story_size("s1"), deciding.story_size("s9")) == (3, 0)
        assert deciding.story_head("s1") == replace(story, links=())
        assert deciding.story_head("s9") is None
        first = [member.article_id for member in deciding.first_members("s1", 2)]
        assert first == [link.article_id for link in story.links[:2]]


def test_a_story_tells_how_many_of_its_articles_are_of_one_publisher(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    take(ledger, a_page_placed(a_stored(3, publisher=a_publisher("wire")), a_story("s1", 1, 2, 3)))
    story = ledger.story("s1")
    assert story
    own = a_stored(1).publisher.id
    with ledger.deciding() as deciding:
        assert deciding.articles_of_publisher("s1", own, 50) == 2
        assert deciding.articles_of_publisher("s1", own, 1) == 1
        assert deciding.articles_of_publisher("s1", "wire", 50) == 1
        assert deciding.articles_of_publisher("s1", "nobody", 50) == 0
        assert deciding.articles_of_publisher("s9", own, 50) == 0
    link = Link(ident(4), Relation.VERBATIM, ident(1), 1.0, 0.0, ("keeps all",))
    stored = a_stored(4, outcome=Outcome.COPY, publisher=a_publisher("wire"))
    account = a_page_placed(stored, story).account
    take(ledger, PageAppended(account, stored, replace(story, links=()), link))
    with ledger.deciding() as deciding:
        assert deciding.articles_of_publisher("s1", "wire", 50) == 2


# -- candidates -------------------------------------------------------------------------------------


def test_candidates_share_two_keys_or_the_whole_text(ledger: Ledger) -> None:
    take(ledger, a_page_placed(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(ledger, a_page_placed(a_stored(2, keys=(3, 4, 5)), a_story("s2", 2)))
    take(ledger, a_page_placed(a_stored(3, text=a_print(exact="short")), a_story("s3", 3)))
    assert candidates(ledger, a_print(2, 3)) == [ident(1)]
    assert candidates(ledger, a_print(3)) == []
    assert candidates(ledger, a_print(exact="short")) == [ident(3)]
    assert candidates(ledger, a_print()) == []


def test_texts_that_share_turns_of_phrase_alone_are_no_candidates(ledger: Ledger) -> None:
    keys = tuple(range(100, 200))
    take(ledger, a_page_placed(a_stored(1, keys=keys), a_story("s1", 1)))
    assert candidates(ledger, a_print(*keys[:25], *range(300, 375))) == [ident(1)]
    assert candidates(ledger, a_print(*keys[:10], *range(300, 390))) == [], "a tenth of the text"


def test_candidates_come_most_in_common_first_and_of_as_many_the_older(ledger: Ledger) -> None:
    for n, keys in ((3, (1, 2, 7)), (2, (1, 2, 3, 4)), (1, (1, 2, 8))):
        take(ledger, a_page_placed(a_stored(n, keys=keys), a_story(f"s{n}", n)))
    tied = [ident(3), ident(1)]
    assert candidates(ledger, a_print(1, 2, 3, 4, 5)) == [ident(2), *tied]
    assert candidates(ledger, a_print(1, 2, 3, 4, 5), limit=2) == [ident(2), tied[0]]


def test_the_same_text_is_a_candidate_before_all_others(ledger: Ledger) -> None:
    take(ledger, a_page_placed(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(ledger, a_page_placed(a_stored(2, text=a_print(exact="same")), a_story("s2", 2)))
    assert candidates(ledger, a_print(1, 2, 3, exact="same")) == [ident(2), ident(1)]


def test_keys_of_all_32_bits_find_their_article(ledger: Ledger) -> None:
    keys = (0, 1, 2**31 - 1, 2**31, 2**32 - 2)
    take(ledger, a_page_placed(a_stored(1, keys=keys), a_story("s1", 1)))
    for pair in ((0, 2**31), (2**31 - 1, 2**32 - 2)):
        assert candidates(ledger, a_print(*pair)) == [ident(1)]


def test_an_update_is_found_by_its_new_text_alone(ledger: Ledger) -> None:
    take(ledger, a_page_placed(a_stored(1, keys=(1, 2, 3)), a_story("s1", 1)))
    take(
        ledger,
        a_page_placed(a_stored(1, keys=(3, 4, 5), outcome=Outcome.UPDATE, version=2), a_story("s1", 1)),
    )
    assert candidates(ledger, a_print(1, 2)) == []
    assert candidates(ledger, a_print(3, 4)) == [ident(1)]


def test_an_off_beat_article_is_no_candidate_and_keeps_no_body(ledger: Ledger) -> None:
    take(ledger, a_page_off_beat(replace(off_beat(1), text=a_print(1, 2, 3))))
    found = ledger.article(ident(1))
    assert found
    assert (found.article.body, found.text, found.story_id) == ("", None, None)
    assert found.article.title == "A title"
    assert candidates(ledger, a_print(1, 2, 3)) == []
    assert (ledger.count_articles(), changes(ledger), ledger.arrivals_since(0)) == (0, [], [])


def test_a_borderline_article_is_no_candidate_and_keeps_its_body(ledger: Ledger) -> None:
    near = off_beat(1, body="Ottawa waits.")
    take(ledger, a_page_off_beat(replace(near, outcome=Outcome.BORDERLINE, text=a_print(1, 2, 3))))
    found = ledger.article(ident(1))
    assert found
    assert (found.outcome, found.article.body) == (Outcome.BORDERLINE, "Ottawa waits.")
    assert (found.text, found.story_id) == (None, None)
    assert candidates(ledger, a_print(1, 2, 3)) == []
    assert (ledger.count_articles(), changes(ledger), ledger.arrivals_since(0)) == (0, [], [])


def test_a_print_of_twenty_thousand_keys_is_taken_and_found(ledger: Ledger) -> None:
    keys = tuple(range(0, 60_000, 3))
    take(ledger, a_page_placed(a_stored(1, keys=keys), a_story("s1", 1)))
    assert candidates(ledger, a_print(*range(40_000))) == [ident(1)]
