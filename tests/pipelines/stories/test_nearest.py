"""What came closest to a story and was kept apart: told on both sides, with what was missing."""

from __future__ import annotations

import re

from pipelines.model import article_id
from pipelines.stories import corrections as correcting
from pipelines.stories.nearest import closest
from tests.builders import NOON
from tests.pipelines.dedup.texts import PRESS, READOUT, REPORT_A, REPORT_B
from tests.pipelines.world import LATE, World, a_page


def story_of(world: World, path: str, source: str = "daily") -> str:
    stored = world.ledger.article(article_id(f"https://{source}.example/{path}"))
    assert stored
    assert stored.story_id
    return stored.story_id


def closest_to(world: World, story_id: str) -> tuple[str, str] | None:
    story = world.ledger.story(story_id)
    assert story
    near = closest(world.ledger, story)
    return (near.story_id, near.why) if near else None


def test_two_reports_with_one_statement_name_each_other_with_the_reason(world: World) -> None:
    world.process(
        a_page("a", "Ottawa and Beijing agree on canola", (*REPORT_A, *READOUT)),
        a_page("b", "China reopens ports to Canadian canola", (*REPORT_B, *READOUT), source="courier"),
    )
    a, b = story_of(world, "a"), story_of(world, "b", "courier")
    assert a != b
    for one, other in ((a, b), (b, a)):
        near = closest_to(world, one)
        assert near
        assert near[0] == other
        assert re.match(r"about (\d+) words in common, \1 of them as somebody's words; shares 0%", near[1])
        assert article_id("https://daily.example/a") not in near[1]


def test_story_without_any_shared_text_has_none(world: World) -> None:
    world.process(
        a_page("a", "Ottawa and Beijing agree on canola", PRESS), a_page("b", "Customs letter surfaces", LATE)
    )
    assert closest_to(world, story_of(world, "a")) is None


def test_copies_that_a_person_set_apart_say_so(world: World) -> None:
    world.process(
        a_page("a", "Ottawa and Beijing agree on canola", PRESS),
        a_page("b", "Ottawa and Beijing agree on canola", PRESS, source="courier"),
    )
    copy = article_id("https://courier.example/b")
    made = correcting.split(world.ledger, NOON, story_of(world, "a"), [copy])
    assert closest_to(world, story_of(world, "a")) == (
        made,
        "about 148 words in common; set apart by a person",
    )


def test_round_up_is_no_bridge_and_the_report_says_what_speaks_against_it(world: World) -> None:
    world.process(
        a_page("a", "Ottawa and Beijing agree on canola", PRESS),
        a_page("r", "The week in trade between China and Canada", (*PRESS, *LATE), source="courier", hours=1),
        a_page("b", "Customs letter surfaces in Vancouver", LATE, source="wire", hours=2),
    )
    a, b = story_of(world, "a"), story_of(world, "b", "wire")
    assert a != b
    assert story_of(world, "r", "courier") == a
    near = closest_to(world, b)
    assert near
    assert near[0] == a
    assert "is printed there inside a text that is mostly another" in near[1]
