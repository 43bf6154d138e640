"""What becomes of a page that is read again.

Updates, states held back, another text, and the story's history.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.model import Page
from pipelines.ingest import page_history
from pipelines.model import Outcome, StoryChange, article_id
from tests.builders import NOON
from tests.pipelines.world import LATE, RELEASE, World, a_page

TITLE = "Beijing and Ottawa open a new chapter"
HOUR = timedelta(hours=1)


def later(page: Page, hours: float) -> Page:
    """The same page, fetched so many hours after the first time."""
    return replace(page, fetched_at=NOON + hours * HOUR)


def first(**fields: object) -> Page:
    return a_page("a", TITLE, RELEASE, source="wire", **fields)  # type: ignore[arg-type]


def copy() -> Page:
    return a_page("b", TITLE, RELEASE, source="courier", hours=1)


WIRE = article_id("https://wire.example/a")
COPY = article_id("https://courier.example/b")


def turns(world: World, story: str = f"s{WIRE}") -> list[tuple[StoryChange, bool]]:
    return [(line.turn, line.material) for line in world.ledger.history(story)]


def test_changed_number_is_a_material_turn_with_the_reason(world: World) -> None:
    world.process(first())
    edited = a_page("a", TITLE, [p.replace("two ", "three ") for p in RELEASE], source="wire")
    assert world.process(later(edited, 6)) == {Outcome.UPDATE: 1}
    (line,) = world.ledger.history(f"s{WIRE}")
    assert (line.turn, line.material, line.version, line.article_id) == (StoryChange.UPDATE, True, 2, WIRE)
    assert "number changed: two → three" in line.text


def test_changed_comma_is_a_version_and_no_material_turn(world: World) -> None:
    world.process(first())
    edited = a_page("a", TITLE, [p.replace(", and both", " and both") for p in RELEASE], source="wire")
    assert world.process(later(edited, 6)) == {Outcome.UPDATE: 1}
    assert turns(world) == [(StoryChange.UPDATE, False)]
    assert len(world.ledger.versions(WIRE)) == 1


def test_an_edit_is_compared_before_the_ledger_is_held(world: World) -> None:
    world.process(first())
    edited = a_page("a", TITLE, [p.replace("two ", "four ") for p in RELEASE], source="wire")
    before = page_history._edit_between.cache_info()
    world.process(later(edited, 6))
    after = page_history._edit_between.cache_info()
    # Once ahead of the transaction, and once more, when it was ready.
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 1)


STUMPS = {
    "error": (
        TITLE,
        ["Sorry, the page you asked for does not exist. Try our home page, or search for it."],
    ),
    "wall": (TITLE, [RELEASE[0], "Subscribe to continue reading this report and everything else we print."]),
    "french wall": (TITLE, [*RELEASE[:2], "Abonnez-vous pour lire la suite de ce reportage."]),
    "chinese wall": (TITLE, [*RELEASE[:2], "登录后继续阅读全文"]),
    "stump": (TITLE, [RELEASE[0]]),
    "retraction": (
        TITLE,
        [
            "We withdrew this report on Saturday: "
            "an editor had mistaken a draft for the text of the agreement."
        ],
    ),
}


@pytest.mark.parametrize("stump", STUMPS)
def test_stump_never_takes_the_place_of_a_good_text(world: World, stump: str) -> None:
    world.process(first())
    good = world.ledger.article(WIRE)
    title, paragraphs = STUMPS[stump]
    assert world.process(later(a_page("a", title, paragraphs, source="wire"), 1)) == {Outcome.UNCHANGED: 1}
    kept = world.ledger.article(WIRE)
    assert kept == good
    (held,) = world.ledger.versions(WIRE)
    assert (held.number, bool(held.held)) == (2, True)
    assert turns(world) == [(StoryChange.HELD, False)]


def test_retraction_that_stands_at_the_next_look_is_believed_but_never_a_stump(world: World) -> None:
    for name, outcome in (("retraction", Outcome.UPDATE), ("stump", Outcome.UNCHANGED)):
        page = a_page(name, TITLE, [*RELEASE, f"Printed for the {name} edition."], source="daily")
        world.process(page)
        title, paragraphs = STUMPS[name]
        stump = a_page(name, title, paragraphs, source="daily")
        assert world.process(later(stump, 1)) == {Outcome.UNCHANGED: 1}
        assert world.process(later(stump, 6)) == {outcome: 1}
    retracted = article_id("https://daily.example/retraction")
    versions = world.ledger.versions(retracted)
    assert [(v.number, bool(v.held)) for v in versions] == [(1, False), (2, True)]
    assert world.ledger.article(retracted).version == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wall", ["Subscribe to continue reading.", "Please verify you are a human to go on with this site."]
)
def test_page_with_nothing_but_a_wall_is_not_gone(world: World, wall: str) -> None:
    world.process(first())
    good = world.ledger.article(WIRE)
    for hours in (1, 2, 3):
        assert world.process(later(a_page("a", TITLE, [wall], source="wire"), hours)) == {
            Outcome.UNCHANGED: 1
        }
    assert world.ledger.article(WIRE) == good
    state = world.ledger.recheck_states([WIRE])[WIRE]
    assert (state.gone, state.misses) == (None, 0)
    assert turns(world) == []


def test_error_page_at_two_looks_means_gone_and_the_text_stays(world: World) -> None:
    world.process(first())
    title, paragraphs = STUMPS["error"]
    stump = a_page("a", title, paragraphs, source="wire")
    for hours in (1, 2):
        world.process(later(stump, hours))
    look = world.ledger.recheck_states([WIRE])[WIRE]
    assert (look.gone, look.due) == (NOON + 2 * HOUR, NOON + 26 * HOUR)
    assert turns(world) == [(StoryChange.HELD, False), (StoryChange.GONE, True)]
    assert world.ledger.count_articles() == 1
    world.process(later(first(), 30))
    assert turns(world)[-1] == (StoryChange.BACK, True)
    assert world.ledger.recheck_states([WIRE])[WIRE].gone is None


def test_page_that_calls_itself_missing_is_no_state_of_its_article(world: World) -> None:
    world.process(first())
    _, paragraphs = STUMPS["error"]
    for hours in (1, 2):
        missing = a_page("a", "Page not found", paragraphs, source="wire")
        assert world.process(later(missing, hours)) == {Outcome.UNCHANGED: 1}
    assert world.ledger.versions(WIRE) == []
    assert turns(world) == [(StoryChange.GONE, True)]
    world.process(later(first(), 30))
    assert turns(world)[-1] == (StoryChange.BACK, True)


def test_copy_whose_page_tells_something_else_leaves_and_the_story_is_arranged_anew(world: World) -> None:
    world.process(first(), copy())
    other = a_page("b", "Customs letter surfaces in Vancouver", LATE, source="courier")
    assert world.process(later(other, 6)) == {Outcome.UPDATE: 1}
    stories = {world.ledger.article(id_).story_id for id_ in (WIRE, COPY)}  # type: ignore[union-attr]
    assert stories == {f"s{WIRE}", f"s{COPY}"}
    assert world.ledger.story(f"s{WIRE}").copies == 0  # type: ignore[union-attr]
    assert turns(world)[-1] == (StoryChange.LEFT, False)
    assert world.ledger.history(f"s{COPY}")[-1].text.startswith(f"Courier came from “{TITLE}” (s{WIRE})")


def test_original_whose_page_tells_something_else_opens_a_story_under_another_id(world: World) -> None:
    world.process(first(), copy())
    other = a_page("a", "Customs letter surfaces in Vancouver", LATE, source="wire")
    world.process(later(other, 6))
    moved = world.ledger.article(WIRE)
    assert moved
    assert moved.story_id == f"s{WIRE}-2"
    rest = world.ledger.story(f"s{WIRE}")
    assert rest
    assert (rest.lead_id, rest.headline) == (COPY, TITLE)


def test_page_that_stands_alone_keeps_its_story_when_its_text_is_another(world: World) -> None:
    world.process(first())
    world.process(later(a_page("a", "Customs letter surfaces in Vancouver", LATE, source="wire"), 6))
    moved = world.ledger.article(WIRE)
    assert moved
    assert moved.story_id == f"s{WIRE}"
    assert turns(world) == [(StoryChange.UPDATE, True)]


def test_page_that_tells_something_off_the_beat_is_held_back(world: World) -> None:
    world.process(first())
    cookery = [
        "Cut the onions, salt the water, and leave the beans in it over night.",
        "Boil them for an hour.",
    ] * 4
    assert world.process(later(a_page("a", "Beans", cookery, source="wire"), 6)) == {Outcome.UNCHANGED: 1}
    assert world.ledger.article(WIRE).article.title == TITLE  # type: ignore[union-attr]
    assert turns(world) == [(StoryChange.HELD, False)]


def test_earlier_source_that_arrives_late_becomes_the_origin_and_the_story_says_so(world: World) -> None:
    world.process(copy())
    seq = max(change.seq for change in world.ledger.changes_since(0))
    dateline = f"BEIJING, Jan. 17 (Xinhua) -- {RELEASE[0]}"
    world.process(a_page("a", TITLE, [dateline, *RELEASE[1:]], source="wire"))
    story = world.ledger.story(f"s{COPY}")
    assert story
    assert (story.lead_id, story.origin) == (WIRE, "Xinhua")
    assert {c.article_id for c in world.ledger.changes_since(seq)} == {WIRE, COPY}
    (line,) = world.ledger.history(f"s{COPY}")
    assert (line.turn, line.material) == (StoryChange.ORIGIN, True)
    assert line.text.startswith("origin changed from nobody known to Xinhua; ")
    assert (
        "another page comes first, under the same headline, because of Wire: the text is at home" in line.text
    )


@pytest.mark.parametrize(
    ("dateline", "change", "is_material"),
    [
        ("/PRNewswire/ --", "carrier changed from GlobeNewswire to PR Newswire", False),
        ("(Xinhua) --", "origin changed from nobody known to Xinhua", True),
    ],
)
def test_a_second_carrier_alone_is_no_other_origin(
    world: World, dateline: str, change: str, *, is_material: bool
) -> None:
    def release(mark: str) -> Page:
        first_line = f"BEIJING, Jan. 17, 2026 {mark} {RELEASE[0]}"
        return a_page("a", TITLE, [first_line, *RELEASE[1:]], source="courier")

    world.process(release("(GLOBE NEWSWIRE) --"))
    world.process(later(release(dateline), 6))
    story = f"s{article_id('https://courier.example/a')}"
    lines = [line for line in world.ledger.history(story) if line.turn is StoryChange.ORIGIN]
    assert [line.material for line in lines] == [is_material]
    assert lines[0].text.startswith(change)


def test_looks_are_planned_for_stories_on_the_beat_and_fewer_for_copies(world: World) -> None:
    world.process(first(), copy(), a_page("x", "Beans", ["Cut the onions and salt the water well."] * 9))
    looks = world.ledger.recheck_states([WIRE, COPY, article_id("https://daily.example/x")])
    assert {id_: look.due for id_, look in looks.items()} == {
        WIRE: looks[WIRE].since + HOUR,
        COPY: looks[COPY].since + 24 * HOUR,
    }
    world.process(later(first(), 1.5))
    assert world.ledger.recheck_states([WIRE])[WIRE].due == looks[WIRE].since + 6 * HOUR
