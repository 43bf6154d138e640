"""Pages that print a text of another story inside their own, from page to what a reader is shown."""

from __future__ import annotations

import json

import pytest

from pipelines.cli.render.search_results import ResultForm, print_search_results
from pipelines.cli.render.story import print_story
from pipelines.model import Outcome, StoryHits, article_id
from pipelines.stories.carried import read_carried
from tests.pipelines.world import LATE, RELEASE, World, a_page

#: What three pages tell of the beat in words of their own.
REPORTS = {
    "gazette": (
        "Canola growers around Rosetown have followed the visit of the Canadian prime minister to China "
        "from their kitchens, and few of them expect a cheque before the harvest after next.",
        "Dale Petrenko has filled his bins to the roof and rents a shed from his neighbour, at a price that "
        "he would rather not see in the newspaper.",
        "His daughter keeps the accounts and has counted eleven announcements since the autumn; after none "
        "of them, she says, did the telephone ring.",
    ),
    "courier": (
        "At the port of Vancouver a crane operator remembers the spring in which ships from China lay in "
        "the bay for nine weeks and nobody in Canada would say why.",
        "The longshore union wants a seat at the next talks, since its members were the first to lose "
        "their shifts and will be the last to hear of it when the next dispute begins.",
        "A professor of trade law doubts that anything was promised which a customs office could not take "
        "back over a weekend.",
    ),
    "star": (
        "Two families in Richmond who sell ginseng to China wonder what became of theirs, the oldest crop "
        "that Canada sends there, of which no minister spoke.",
        "Their roots lie in a cold store at Delta, and each month costs them as much as a small car.",
        "They have written to the embassy, to a member of parliament and to a cousin in Harbin, and only the "
        "cousin answered.",
    ),
}
HEADLINES = {
    "gazette": "Rosetown waits for China's cheque",
    "courier": "A crane operator remembers the ships from China",
    "star": "Canada's ginseng growers ask who spoke for them in China",
}
BRIEF = "China to lift duties on Canadian canola seed"


def story_of(world: World, path: str, source: str) -> str:
    stored = world.ledger.article(article_id(f"https://{source}.example/{path}"))
    assert stored
    assert stored.story_id
    return stored.story_id


def print_the_brief(world: World) -> None:
    """Let three papers print one brief, each in the middle of a report of its own."""
    for hours, (source, own) in enumerate(REPORTS.items(), 2):
        paragraphs = (own[0], own[1], *LATE, own[2])
        world.process(a_page("r", HEADLINES[source], paragraphs, source=source, hours=hours))


@pytest.mark.parametrize("is_first", [True, False])
def test_reports_that_print_one_brief_stay_apart_and_carry_it(world: World, *, is_first: bool) -> None:
    brief = a_page("b", BRIEF, LATE, source="wire", hours=1)
    if is_first:
        world.process(brief)
    print_the_brief(world)
    if not is_first:
        world.process(brief)
    home = story_of(world, "b", "wire")
    papers = [story_of(world, "r", source) for source in REPORTS]
    assert len({home, *papers}) == 4
    story = world.ledger.story(home)
    assert story
    assert story.copies == 0
    carried_in = read_carried(world.ledger, story).carried_in
    assert {text.story.id for text in carried_in} == set(papers)
    for text in carried_in:
        assert text.carrying.share > 0.9
        assert text.carrying.passage > 60
        # In the middle of the page: the numbers say where.
        assert 40 <= text.carrying.place <= 70
    (document,) = world.ledger.story_documents([home])
    assert document.carried_in == 3


def test_what_is_carried_is_shown_to_who_reads_a_story_and_to_programs(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.process(a_page("b", BRIEF, LATE, source="wire", hours=1))
    print_the_brief(world)
    home, paper = story_of(world, "b", "wire"), story_of(world, "r", "star")
    capsys.readouterr()
    story, other = world.ledger.story(home), world.ledger.story(paper)
    assert story
    assert other
    print_story(world.ledger, story, as_json=False)
    told = capsys.readouterr().out
    assert " reports, also carried inside 3 pages" in told
    assert "Also carried inside 3 pages, which are mostly texts of their own" in told
    assert "% of the text, below 5" in told
    print_story(world.ledger, other, as_json=False)
    assert f"Carries 1 text of other stories\n  “{BRIEF}” (Wire, {home})" in capsys.readouterr().out
    print_story(world.ledger, story, as_json=True)
    shape = json.loads(capsys.readouterr().out)
    assert shape["carried_in"] == 3
    assert shape["carries"] == []
    assert {page["url"] for page in shape["carrying_pages"]} == {
        f"https://{source}.example/r" for source in REPORTS
    }
    assert set(shape["carrying_pages"][0]) == {
        *("id", "article", "page", "headline", "outlet", "url", "share", "passage", "place"),
    }
    print_story(world.ledger, other, as_json=True)
    (carried,) = json.loads(capsys.readouterr().out)["carries"]
    assert carried["id"] == home
    assert carried["headline"] == BRIEF


def test_search_says_where_else_a_text_is_printed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.process(a_page("b", BRIEF, LATE, source="wire", hours=1))
    print_the_brief(world)
    home = story_of(world, "b", "wire")
    found = StoryHits(1, ((home, ()),))
    capsys.readouterr()
    print_search_results(world.ledger, found, ResultForm())
    assert "also carried inside 3 pages" in capsys.readouterr().out
    print_search_results(world.ledger, found, ResultForm(as_json=True))
    assert json.loads(capsys.readouterr().out)["stories"][0]["carried_in"] == 3


def test_page_that_drops_the_brief_carries_it_no_more(world: World) -> None:
    world.process(a_page("b", BRIEF, LATE, source="wire", hours=1))
    print_the_brief(world)
    own = REPORTS["star"]
    longer = (*own, "The ministry answered after this report was printed: it had not been asked, it said.")
    world.process(a_page("r", HEADLINES["star"], longer, source="star", hours=6))
    (document,) = world.ledger.story_documents([story_of(world, "b", "wire")])
    assert document.carried_in == 2


WORLD_IN_BRIEF = (
    "The volcano above the port of Ternate threw ash over four villages in the night, and the ferry to the "
    "smaller islands stayed in harbour until the wind had turned.",
    "In Lisbon the strike of tram drivers went into its third week. Nobody was hurt when two cars without a "
    "driver rolled down a hill and stopped in front of a bakery, which gave away its bread.",
    "A chess player of eleven years won the open championship of Uruguay with a sacrifice that grandmasters "
    "called unsound and that none of them could refute.",
)


def test_page_off_the_beat_that_prints_a_text_of_it_is_kept_and_told_to_nobody(world: World) -> None:
    world.process(a_page("b", BRIEF, LATE, source="wire", hours=1))
    assert world.alert()
    page = a_page("w", "The world in brief", (*WORLD_IN_BRIEF, *LATE), source="star", hours=3)
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    home = story_of(world, "b", "wire")
    (document,) = world.ledger.story_documents([home])
    assert document.carried_in == 1
    carrier = world.ledger.story(story_of(world, "w", "star"))
    assert carrier
    assert carrier.kept_out is Outcome.OFF_BEAT
    assert world.alert() == []
    assert world.ledger.count_articles() == 1


def test_page_off_the_beat_that_prints_nothing_of_it_is_in_no_story(world: World) -> None:
    world.process(a_page("b", BRIEF, LATE, source="wire", hours=1))
    world.process(a_page("w", "The world in brief", WORLD_IN_BRIEF, source="star", hours=3))
    stored = world.ledger.article(article_id("https://star.example/w"))
    assert stored
    assert stored.story_id is None


def test_listing_of_releases_is_in_none_of_their_stories(world: World) -> None:
    world.process(
        a_page("a", "Leaders meet in Beijing", RELEASE[:4], source="wire"),
        a_page("b", BRIEF, LATE, source="wire", hours=1),
    )
    listing = (*REPORTS["courier"], *LATE, *RELEASE[:4])
    world.process(a_page("r", "China and Canada: all releases of the week", listing, source="daily", hours=3))
    stories = {story_of(world, "a", "wire"), story_of(world, "b", "wire"), story_of(world, "r", "daily")}
    assert len(stories) == 3
    own = world.ledger.story(story_of(world, "r", "daily"))
    assert own
    assert [text.story.headline for text in read_carried(world.ledger, own).carries] == [
        BRIEF,
        "Leaders meet in Beijing",
    ]
