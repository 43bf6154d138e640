"""A clock that is ahead and then set right: what it noted holds nothing back, and one good run mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.model import FeedState
from pipelines.alerts.clock_marks import ClockMark
from pipelines.beat.beat import ParsedSearch
from pipelines.model import USUAL_RECHECKS, SavedSearch
from pipelines.operations.check import check_all
from pipelines.query import parse
from tests.builders import NOON
from tests.contracts.ledger_values import a_result
from tests.crawlers.web import Web
from tests.pipelines.polled_site import Item, PolledSite, story_html, story_title
from tests.pipelines.world import World

CADENCES = ("immediate", "hourly", "daily", "weekly")


def _searches() -> tuple[ParsedSearch, ...]:
    """Return one search of each cadence, and one that nobody runs any more."""
    found = []
    for cadence in CADENCES:
        # The pages of a test are alike: told by event, a later one would wait for the next digest.
        search = SavedSearch(
            cadence,
            cadence,
            "canola",
            ("desk@newsroom.example",),
            cadence=cadence,
            reasons=("new", "spike"),
            group="story",
        )
        found.append(ParsedSearch(search, parse(search.query)))
    off = SavedSearch("off", "Off", "canola", ("desk@newsroom.example",), cadence="daily", enabled=False)
    return (*found, ParsedSearch(off, parse(off.query)))


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=3), timedelta(days=3653)])
def test_a_clock_that_was_ahead_is_told_and_forgotten_after_one_run(world: World, ahead: timedelta) -> None:
    world.parts = replace(world.parts, beat=replace(world.parts.beat, searches=_searches()))
    with Web() as web:
        site = PolledSite(world, web)
        world.parts = replace(world.parts, rechecks=USUAL_RECHECKS)
        site.feed([Item(site.page("/0", story_html(0)), story_title(0))])
        site.poll()
        right = world.clock.at
        site.feed([Item(site.page("/1", story_html(1)), story_title(1))])
        site.poll(after=ahead)
        for name in ("searches watched", "pause began", "pause ended", "digest off", "digest weekly"):
            ClockMark(world.ledger, name).write_time(world.clock.at)
        abandoned = FeedState("abandoned", last_polled=world.clock.at)
        world.ledger.adopt(a_result("other", states=(abandoned,)), "b", world.ledger.start_run(NOON))
        world.clock.at = right
        assert len(check_all(world.parts)) >= 4
        site.feed([Item(site.page("/2", story_html(2)), story_title(2))])
        site.poll(after=timedelta(minutes=30))
        # In whatever order: stories that are linked to one another are numbered anew.
        assert {stored.article.title for stored in site.articles()} == set(map(story_title, range(3)))
        assert check_all(world.parts) == []
        assert story_title(2) in site.mailed()
