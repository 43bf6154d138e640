"""What every ledger promises about stories, their history and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipelines.dedup import learnt, read_page
from pipelines.model import (
    ArticleVersion,
    Correction,
    Corrections,
    CorrectionsUndone,
    Outcome,
    PageAccount,
    PageHeldBack,
    PageParagraphs,
    RecheckState,
    Relation,
    SiteBoilerplate,
    StoriesCorrected,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Ledger
from pipelines.stories.corrections import merge, split
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_page_placed,
    a_stored,
    a_story,
    changes,
    ident,
    last_seq,
    page,
    take,
    take_story,
)

# -- articles of stories ----------------------------------------------------------------------------


def test_a_story_comes_back_as_it_was_arranged(ledger: Ledger) -> None:
    story = a_story(
        "s1", 1, origin="CGTN", carrier="GlobeNewswire", kind="state_media", languages=("en", "zh-Hans"),
        topics=("canola",), independent=3, first_seen=NOON - MINUTE,
    )  # fmt: skip
    take(ledger, a_page_placed(a_stored(1), story))
    assert ledger.story("s1") == story
    with ledger.deciding() as deciding:
        assert deciding.story("s1") == story
    assert ledger.story("s2") is None
    assert ledger.stories(["s1", "s2"]) == {"s1": story}


def test_a_storys_articles_stand_in_its_order_and_members_in_order_of_arrival(ledger: Ledger) -> None:
    take_story(ledger, "s1", 2, 3)
    take(ledger, a_page_placed(a_stored(1, outcome=Outcome.COPY), a_story("s1", 1, 3, 2)))
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
    take(ledger, a_page_placed(a_stored(4, outcome=Outcome.COPY), joined, joined_story_ids=("s2",)))
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
    take(
        ledger,
        a_page_placed(a_stored(4, outcome=Outcome.COPY), a_story("s2", 3, 2, 4), joined_story_ids=("s3",)),
    )
    take(
        ledger,
        a_page_placed(
            a_stored(5, outcome=Outcome.COPY), a_story("s1", 1, 2, 3, 4, 5), joined_story_ids=("s2",)
        ),
    )
    assert {story.id for story in ledger.stories(["s1", "s2", "s3"]).values()} == {"s1"}


def test_an_article_that_moves_leaves_the_rest_of_its_story_in_order(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    take_story(ledger, "s4", 4)
    moved = a_stored(1, outcome=Outcome.UPDATE, version=2, title="New")
    take(ledger, a_page_placed(moved, a_story("s4", 4, 1)))
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
    take(
        ledger,
        a_page_placed(a_stored(2, outcome=Outcome.UPDATE, version=2, title="New"), a_story("s1", 1, 2)),
    )
    assert ledger.story("s2") == ledger.story("s1")


# -- what became of a story -------------------------------------------------------------------------


def a_line(story: str = "s1", **fields: Any) -> StoryEvent:
    return StoryEvent(
        **{"story_id": story, "at": NOON, "turn": StoryChange.UPDATE, "text": "It changed"} | fields
    )


def a_look(n: int, due: datetime | None, **fields: Any) -> RecheckState:
    values = {"source_id": "daily", "url": page(n), "since": NOON, "last": NOON}
    return RecheckState(**{"article_id": ident(n), "due": due} | values | fields)


def test_former_versions_stay_readable(ledger: Ledger) -> None:
    take(ledger, a_page_placed(a_stored(1, title="One", body="1"), a_story("s1", 1)))
    assert ledger.versions(ident(1)) == []
    later = NOON + MINUTE
    for version, title in ((2, "Two"), (3, "Three")):
        stored = a_stored(1, title=title, body="x", version=version, outcome=Outcome.UPDATE, collected=later)
        take(ledger, a_page_placed(stored, a_story("s1", 1)))
    first, second = ledger.versions(ident(1))
    assert (first.number, first.title, first.body, first.collected) == (1, "One", "1", NOON)
    assert (second.number, second.title, second.content_hash) == (2, "Two", "Two/x")


def test_history_comes_back_in_order_and_through_joins(ledger: Ledger) -> None:
    told = a_line(
        turn=StoryChange.ORIGIN,
        article_id=ident(1),
        version=2,
        material=True,
        at=NOON + timedelta(microseconds=1),
    )
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1), history=(told, a_line(text="Then\0 again"))))
    take(ledger, a_page_placed(a_stored(2), a_story("s2", 2), history=(a_line("s2"),)))
    first, second = ledger.history("s1")
    assert first == replace(told, number=1)
    assert (second.text, second.number) == ("Then\N{REPLACEMENT CHARACTER} again", 2)
    take(
        ledger,
        a_page_placed(a_stored(3), a_story("s1", 1, 2, 3), joined_story_ids=("s2",), history=(a_line(),)),
    )
    assert [line.number for line in ledger.history("s2")] == [1, 2, 3, 4]
    assert [line.story_id for line in ledger.history_since(2)] == ["s2", "s1"]
    assert [line.number for line in ledger.history_since(1, limit=2)] == [2, 3]
    assert [line.number for line in ledger.newest_history(3)] == [4, 3, 2]


def test_state_held_back_is_a_version_beside_the_text(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    held = ArticleVersion(2, "hash", "Not found", "Sorry", NOON + MINUTE, "an error page")
    account = PageAccount("b", 1, "daily", page(1), Outcome.UNCHANGED, "held back", ident(1))
    take(ledger, PageHeldBack(account, ident(1), held))
    assert ledger.versions(ident(1)) == [held]
    assert ledger.article(ident(1)).version == 1  # type: ignore[union-attr]
    updated = a_stored(1, outcome=Outcome.UPDATE, version=3, title="New")
    take(ledger, a_page_placed(updated, a_story("s1", 1)))
    assert [(v.number, v.held) for v in ledger.versions(ident(1))] == [(1, None), (2, "an error page")]
    with ledger.deciding() as deciding:
        assert deciding.versions(ident(1)) == ledger.versions(ident(1))


def test_a_look_that_is_due_too_far_ahead_is_due_now(ledger: Ledger) -> None:
    for n, due in ((1, NOON + MINUTE), (2, NOON + 9 * MINUTE), (3, None)):
        take(ledger, a_page_placed(a_stored(n), a_story(f"s{n}", n), recheck_state=a_look(n, due)))
    found = ledger.due_rechecks(NOON, doubted_after=NOON + 5 * MINUTE)
    assert [look.article_id for look in found] == [ident(2)]


def test_looks_are_due_longest_first_and_kept_as_noted(ledger: Ledger) -> None:
    for n, due in ((1, NOON + MINUTE), (2, NOON), (3, None), (4, NOON + 9 * MINUTE)):
        take(ledger, a_page_placed(a_stored(n), a_story(f"s{n}", n), recheck_state=a_look(n, due)))
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
    take_story(ledger, "s1", 1)
    story = a_story("s1", 1)
    take(ledger, StoriesCorrected(story, corrections=(together, apart)))
    with ledger.deciding() as deciding:
        assert deciding.corrected_pairs([a]) == Corrections(frozenset({frozenset((a, b))}))
        assert deciding.corrected_pairs([b]) == Corrections(
            frozenset({frozenset((a, b))}), frozenset({frozenset((b, c))})
        )
        assert deciding.corrected_pairs([ident(4)]) == Corrections()
    take(ledger, StoriesCorrected(story, corrections=(Correction(b, a, False, NOON + MINUTE),)))
    with ledger.deciding() as deciding:
        assert deciding.corrected_pairs([a]) == Corrections(frozenset(), frozenset({frozenset((a, b))}))
    third = ledger.corrections()[2]
    take(ledger, CorrectionsUndone((replace(third, undone=NOON + 2 * MINUTE),)))
    assert [word.number for word in ledger.corrections()] == [1, 2]
    assert ledger.corrections(include_undone=True)[2] == replace(third, undone=NOON + 2 * MINUTE)


def test_person_moves_articles_and_the_story_they_leave_is_arranged_by_the_decision(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    before = last_seq(ledger)
    story_left = a_story("s1", 2, 3, headline="What is left")
    take(ledger, StoriesCorrected(a_story("s9", 1), story_left=story_left))
    assert ledger.story("s1") == story_left
    assert ledger.story("s9") == a_story("s9", 1)
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3)}
    assert ledger.known_urls(["daily"]).keys() == {page(n) for n in (1, 2, 3)}
    with pytest.raises(AssertionError, match="remain"):
        take(ledger, StoriesCorrected(a_story("s8", 2), story_left=a_story("s1", 2, 3)))


# -- what sites print around everything -------------------------------------------------------------


def learn_pages(ledger: Ledger, site: str, pages: Sequence[PageParagraphs]) -> None:
    with ledger.deciding() as deciding:
        deciding.save_site_boilerplate(site, learnt(deciding.site_boilerplate(site), pages))


def test_boilerplate_of_a_site_is_learnt_from_all_who_tell(ledger: Ledger) -> None:
    motto = "Told to its neighbours since 1911."
    pages = []
    for n in range(3):
        page = read_page(f"a{n}", f"What happened on day {n}, at length.\n{motto}")
        assert page is not None
        pages.append(page)
    assert ledger.site_boilerplate("gazette.example") == SiteBoilerplate()
    learn_pages(ledger, "gazette.example", pages[:2])
    assert ledger.site_boilerplate("gazette.example").repeated == ()
    learn_pages(ledger, "gazette.example", pages[2:])
    assert ledger.site_boilerplate("gazette.example") == learnt(SiteBoilerplate(), pages)
    assert ledger.site_boilerplate("gazette.example").repeated
    assert ledger.site_boilerplate("other.example") == SiteBoilerplate()


def test_what_any_site_repeats_is_known_together(ledger: Ledger) -> None:
    assert ledger.repeated_paragraphs() == frozenset()
    for site, repeated in (("one.example", (1, 2)), ("two.example", (2, 3)), ("three.example", ())):
        with ledger.deciding() as deciding:
            deciding.save_site_boilerplate(site, SiteBoilerplate(repeated=repeated))
    assert ledger.repeated_paragraphs() == {1, 2, 3}


def test_a_story_whose_former_id_is_given_again_is_written_as_it_was_arranged(ledger: Ledger) -> None:
    ledger.start_run(NOON)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)))
    take(ledger, a_page_placed(a_stored(2), a_story("s2", 2)))
    left = []
    for round_number in range(2):
        at = NOON + round_number * MINUTE
        other = ledger.article(ident(2))
        assert other is not None
        assert other.story_id is not None
        merge(ledger, at, "s1", other.story_id)
        split(ledger, at, "s1", [ident(2)])
        left.append(ledger.story("s1"))

    assert left[0] is not None
    assert left[0].links[0].why == ("no other page known has this text",)
    assert left[1] == left[0]
