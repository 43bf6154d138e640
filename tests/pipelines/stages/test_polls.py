"""A site that is polled again and again: each article once, and no page fetched for nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.model import USUAL_RECHECKS, Outcome, RunReport
from tests.builders import NOON
from tests.crawlers.web import Answer, Web
from tests.pipelines.polled_site import Item, PolledSite, hours_before, story_html, story_title
from tests.pipelines.world import World


def _outcomes(report: RunReport) -> dict[Outcome, int]:
    return {outcome: pages for outcome, pages in report.outcomes.items() if pages}


@pytest.mark.timeout(300)
def test_token_that_changes_at_each_poll_makes_no_second_article(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        site.page("/news/guid", story_html(1))
        site.page("/news/named", story_html(2, head='<link rel=canonical href="/news/named">'))
        site.page("/news/neither", story_html(3))
        for poll in range(4):
            site.feed([
                Item(web.url(f"/news/guid?v={poll}"), story_title(1), "guid 1"),
                Item(web.url(f"/news/named?s={poll}"), story_title(2)),
                Item(web.url(f"/news/neither?t={poll}"), story_title(3)),
            ])  # fmt: skip
            report = site.poll()
        assert _outcomes(report) == {}, "nothing is fetched any more"
        assert [web.asked(f"/news/{path}") for path in ("guid", "named", "neither")] == [1, 1, 2]
        articles = site.articles()
        assert len(articles) == 3 == len({article.story_id for article in articles})
        assert len(world.mailbox.sent) == 3


def _token(*numbers: int) -> str:
    """Return what a site may put into an address at each visit."""
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:20]


@pytest.mark.timeout(600)
def test_token_in_the_path_is_asked_for_once_where_the_feed_tells_times_and_twice_elsewhere(
    world: World,
) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        # Pages that are taken out of their listing are looked at, and these are not.
        world.parts = replace(world.parts, rechecks=USUAL_RECHECKS)
        for poll in range(30):
            items = []
            for number in range(3):
                link = site.page(f"/news/{_token(poll, number)}/lot-{number}", story_html(number))
                items.append(Item(link, story_title(number), published=hours_before(number + 1)))
            link = site.page(f"/undated/{_token(poll, 9)}", story_html(9))
            items.append(Item(link, story_title(9)))
            site.feed(items)
            site.poll(after=timedelta(minutes=20))
        pages = [request.path for request in web.requests if request.path.startswith(("/news", "/undated"))]
        assert len(set(pages)) == 3 + 2, "beside these, known pages are looked at again"
        articles = site.articles()
        assert len(articles) == 4 == len({article.story_id for article in articles})
        assert len(world.mailbox.sent) == 4


@pytest.mark.timeout(300)
def test_article_whose_token_has_expired_is_not_gone_while_it_is_listed_with_another(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        world.parts = replace(world.parts, rechecks=USUAL_RECHECKS)
        for poll in range(8):
            link = site.page(f"/news/{_token(poll)}/lot", story_html(1))
            site.feed([Item(link, story_title(1), published=hours_before(1))])
            site.poll(after=timedelta(hours=2))
            web.answer(f"/news/{_token(poll)}/lot", Answer(404))
        (article,) = site.articles()
        (recheck,) = world.ledger.recheck_states([article.article.id]).values()
        assert web.asked(f"/news/{_token(0)}/lot") >= 3
        assert (recheck.gone, recheck.misses) == (None, 0)
        # Once it leaves its listing, what its page answers counts again.
        site.feed([Item(site.page("/news/other", story_html(2)), story_title(2))])
        for _ in range(4):
            site.poll(after=timedelta(days=3))
        (recheck,) = world.ledger.recheck_states([article.article.id]).values()
        assert recheck.gone is not None


@pytest.mark.timeout(300)
def test_short_news_of_one_title_on_different_days_are_articles_of_their_own(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        items: list[Item] = []
        for day in range(10):
            link = site.page(f"/short/{_token(day)}", story_html(day, title="Canola in brief"))
            dated_at = NOON + timedelta(days=day)
            items = [Item(link, "Canola in brief", published=dated_at), *items][:3]
            site.feed(items)
            site.poll(after=timedelta(days=1))
        assert len(site.articles()) == 10
        assert site.pages_asked() == 10


@pytest.mark.timeout(300)
def test_slash_at_the_end_of_an_address_makes_no_second_article(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        for slash in ("", "/", ""):
            site.feed([Item(site.page(f"/lots/1{slash}", story_html(1)), story_title(1))])
            site.poll()
        assert len(site.articles()) == 1


@pytest.mark.timeout(300)
def test_new_title_without_a_date_is_looked_at_at_once(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        link = site.page("/news/1", story_html(1))
        site.feed([Item(link, story_title(1), "1", hours_before(3))])
        site.poll()
        corrected = "Canada and China do not settle canola lot 1 in Regina"
        site.page("/news/1", story_html(1, title=corrected))
        site.feed([Item(link, corrected, "1", hours_before(3))])
        assert _outcomes(site.poll()) == {Outcome.UPDATE: 1}


@pytest.mark.timeout(300)
def test_article_that_moved_is_the_same_where_the_old_address_says_so(world: World) -> None:
    with Web() as web:
        site = PolledSite(world, web)
        for number in (1, 2):
            site.page(f"/draft/{number}", story_html(number))
        drafts = [Item(web.url(f"/draft/{number}"), story_title(number)) for number in (1, 2)]
        site.feed(drafts)
        site.poll()
        for number in (1, 2):
            site.page(f"/2026/lot-in-place-{number}", story_html(number))
        web.redirect("/draft/1", web.url("/2026/lot-in-place-1"), 301)
        site.feed([replace(item, link=item.link.replace("draft/", "2026/lot-in-place-")) for item in drafts])
        # The second one stands at both addresses, which is what a copy is.
        assert _outcomes(site.poll()) == {Outcome.UNCHANGED: 1, Outcome.COPY: 1}
        assert _outcomes(site.poll()) == {}
        assert len(site.articles()) == 3
