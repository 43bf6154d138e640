"""What is old is taken in quietly or left out, and never told as new."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.alerts.exports import brief_of
from pipelines.model import Outcome
from tests.builders import NOON
from tests.crawlers.web import Web
from tests.pipelines.polled_site import Item, PolledSite, dated, hours_before, story_html, story_title
from tests.pipelines.world import LATE, REPORT, World, a_page

#: What the article of a page that was published long ago says of itself.
_LONG_AGO = NOON - timedelta(days=3 * 365)


def test_article_older_than_a_week_is_stored_and_not_told(world: World) -> None:
    late = a_page("z", "China lifts canola duties, Canada told", LATE, hours=-24 * 30)
    assert world.process(late) == {Outcome.NEW: 1}
    assert world.alert() == []
    assert world.ledger.count_articles() == 1


def test_brief_tells_of_what_was_news_when_it_came(world: World) -> None:
    world.process(REPORT, a_page("z", "China lifts canola duties, Canada told", LATE, hours=-24 * 30))
    page = brief_of(world.parts, NOON - timedelta(days=1))
    assert "agree on canola" in page
    assert "lifts canola duties" not in page


def test_old_article_stays_old_when_it_is_edited(world: World) -> None:
    world.process(a_page("z", "China lifts canola duties, Canada told", LATE, hours=-24 * 30))
    edited = (*LATE, "Correction: three ships were allowed to unload canola at Nansha in spring.")
    # A page that dates itself anew with each edit would be news otherwise.
    assert world.process(a_page("z", "China lifts canola duties, Canada told", edited)) == {Outcome.UPDATE: 1}
    assert world.alert() == []


@pytest.mark.timeout(180)
def test_whole_sitemap_of_a_site_mails_only_what_is_of_today(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web, kind="sitemap")
        entries = []
        for number in range(30):
            path = f"/archive/{number}"
            site.page(path, story_html(number, head=dated(_LONG_AGO)))
            # Every other one is dated anew by the sitemap; its page tells the truth.
            changed = NOON if number % 2 else _LONG_AGO
            entries.append((web.url(path), changed))
        for number in range(30, 33):
            path = f"/today/{number}"
            site.page(path, story_html(number, head=dated(hours_before(2))))
            entries.append((web.url(path), hours_before(2)))
        site.sitemap(entries)
        site.poll()
        assert len(site.articles()) == 33, "the baseline is searchable"
        assert sorted(mail.subject.count("lot 3") for mail in world.mailbox.sent) == [1, 1, 1]
        site.page("/archive/77", story_html(77, head=dated(_LONG_AGO)))
        site.sitemap([*entries, (web.url("/archive/77"), _LONG_AGO)])
        report = site.poll()
        assert len(site.articles()) == 33, "an old entry that turns up later is no news"
        assert report.sources[0].skipped == 1
        assert len(world.mailbox.sent) == 3


@pytest.mark.timeout(180)
def test_source_that_was_silent_for_weeks_loses_nothing(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        site.page("/1", story_html(1))
        site.feed([Item(web.url("/1"), story_title(1), "1", hours_before(2))])
        site.poll()
        site.page("/2", story_html(2))
        two = Item(web.url("/2"), story_title(2), "2", NOON + timedelta(days=2))
        site.feed([two])
        site.poll(after=timedelta(days=20))
        assert len(site.articles()) == 2
        assert len(world.mailbox.sent) == 1, "eighteen days later it is no news"
