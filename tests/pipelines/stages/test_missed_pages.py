"""Pages that did not come at once, asked for again over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.model import PollPolicy
from pipelines.adapters.clock import FixedClock
from pipelines.beat.beat import Beat
from pipelines.beat.source_health import Health, health_of
from pipelines.model import Outcome, RunReport, StoryChange, article_id
from pipelines.stages.collect import collect_sources
from pipelines.stages.process import process_open_batches
from pipelines.stages.recheck import recheck_due_pages
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web
from tests.pipelines.world import World, html

HOUR = timedelta(hours=1)
WALL = (
    b"<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies "
    b"to continue</noscript><script>window._cf_chl_opt = {};</script></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(robots="User-agent: *\nDisallow: /closed") as web:
        yield web


class Collected(World):
    """A World that polls one real web server."""

    def __init__(self, beat: Beat, home: Path, web: Web, poll: PollPolicy) -> None:
        super().__init__(beat, home)
        self.web = web
        crawl = replace(self.parts.crawl, private_hosts=("127.0.0.1",), delay_s=0.0, timeout_s=300.0)
        source = a_source("daily", url=web.url("/feed.xml"), poll=poll)
        beat = replace(self.parts.beat, sources=(source,))
        self.parts = replace(self.parts, crawl=crawl, beat=beat)

    def run(self, hours: float) -> RunReport:
        """Collect and process at so many hours after noon."""
        now = NOON + hours * HOUR
        self.parts = replace(self.parts, clock=FixedClock(now))
        run_id = self.ledger.start_run(now)
        collect_sources(self.parts, run_id, self.findings)
        process_open_batches(self.parts, run_id, self.findings)
        return self.ledger.finish_run(run_id, now, 0)

    def look_again(self, hours: float) -> int:
        """Look again at what is due at so many hours after noon; return how many pages."""
        now = NOON + hours * HOUR
        self.parts = replace(self.parts, clock=FixedClock(now))
        run_id = self.ledger.start_run(now)
        asked = recheck_due_pages(self.parts, run_id, self.findings)
        process_open_batches(self.parts, run_id, self.findings)
        self.ledger.finish_run(run_id, now, 0)
        return asked

    def health(self) -> Health:
        now = self.parts.clock.now()
        volumes = self.ledger.volumes(now - timedelta(days=30))
        return health_of(self.parts.beat.sources, self.ledger.feed_states(), volumes, now)[0]

    def has(self, path: str) -> bool:
        return self.ledger.article(article_id(self.web.url(path))) is not None

    def reasons(self, outcome: Outcome) -> list[str]:
        found = []
        for account in self.ledger._accounts.values():
            if account.page.outcome is outcome:
                found.append(account.page.reason)
        return found


@pytest.fixture
def world(beat: Beat, tmp_path: Path, web: Web) -> Collected:
    # The listing is asked seldom: what is due in between is asked for all the same.
    return Collected(beat, tmp_path, web, PollPolicy(every_s=43_200, min_s=43_200, max_s=86_400))


def an_article(path: str) -> Answer:
    words = " ".join(f"{path[1:]}{n}" for n in range(90))
    text = [
        f"Canada told China about lot {path[1:]} of canola on Monday, and growers waited.",
        f"It reads {words}.",
    ]
    return Answer(200, html(f"China answers Canada on {path[1:]}", text).encode(), HTML)


def counts(report: RunReport) -> dict[Outcome, int]:
    return {outcome: pages for outcome, pages in report.outcomes.items() if pages}


def test_bot_wall_of_three_hours_costs_no_article(world: Collected, web: Web) -> None:
    paths = [f"/story{n}" for n in range(8)]
    web.feed("/feed.xml", paths)
    for number, path in enumerate(paths):
        # A wall has many faces: it says no, or sends something else with any status.
        wall = Answer(403, b"no") if number % 2 else Answer(200 + 303 * (number % 4 // 2), WALL, HTML)
        web.answer(path, wall)
    first = world.run(0)
    assert counts(first) == {Outcome.FAILED: 8}
    assert world.health().state == "no pages"
    assert counts(world.run(0.5)) == {}
    assert counts(world.run(1)) == {Outcome.FAILED: 8}
    for path in paths:
        web.answer(path, an_article(path))
    assert counts(world.run(3)) == {}
    # The listing is not due, and says nothing new when it is.
    assert counts(world.run(6)) == {Outcome.NEW: 8}
    assert all(map(world.has, paths))
    assert world.health().state == "ok"
    later = [counts(world.run(hours)) for hours in (7, 25)]
    assert later == [{}, {}]
    # A 503 is asked for twice at a time.
    assert [web.asked(path) for path in paths] == [3, 3, 5, 3, 3, 3, 5, 3]
    assert not world.ledger.page_retries(["daily"])


def test_page_that_never_comes_is_lost_with_the_reason_and_what_fails_for_ever_at_once(
    world: Collected, web: Web
) -> None:
    web.feed("/feed.xml", ["/late", "/missing", "/gone", "/closed", "/paper", "/led-away"])
    web.answer("/late", Answer(404, b"not yet"))
    web.answer("/gone", Answer(410, b"gone"))
    web.page("/paper", b"%PDF-1.7", kind="application/pdf")
    web.redirect("/led-away", web.page("/consent", "<p>Hello</p>"))
    first = world.run(0)
    assert counts(first) == {Outcome.FAILED: 3, Outcome.LOST: 3}
    assert sorted(world.reasons(Outcome.LOST)) == [
        "answered 410 Gone",
        "not a page: application/pdf",
        "robots.txt forbids it",
    ]
    web.answer("/late", an_article("/late"))
    assert counts(world.run(1)) == {Outcome.NEW: 1, Outcome.FAILED: 2}
    assert counts(world.run(6)) == {Outcome.FAILED: 2}
    assert counts(world.run(23)) == {}
    assert counts(world.run(24)) == {Outcome.LOST: 2}
    # All pages that came since were asked for without their listing, and failed.
    assert world.health().state == "no pages"
    consent, missing = sorted(world.reasons(Outcome.LOST))[:2]
    assert consent.startswith("a page that asks for consent stands in its place (at http://127.0.0.1:")
    assert missing == f"answered 404 Not Found; tried in vain since {NOON:%Y-%m-%d %H:%M} UTC"
    assert counts(world.run(48)) == {}
    assert (web.asked("/missing"), web.asked("/led-away"), web.asked("/gone")) == (4, 4, 1)


def test_page_that_its_listing_drops_is_asked_for_a_last_time(world: Collected, web: Web) -> None:
    web.feed("/feed.xml", ["/a", "/b", "/c"])
    for path in ("/a", "/b"):
        web.answer(path, Answer(403, b"no"))
    web.answer("/c", an_article("/c"))
    assert counts(world.run(0)) == {Outcome.NEW: 1, Outcome.FAILED: 2}
    web.feed("/feed.xml", ["/c"])
    web.answer("/a", an_article("/a"))
    report = world.run(12)
    assert counts(report) == {Outcome.NEW: 1, Outcome.LOST: 1}
    assert world.reasons(Outcome.LOST)[0].endswith("; its listing no longer has it")
    assert counts(world.run(48)) == {}
    assert (web.asked("/a"), web.asked("/b")) == (2, 2)


def a_listing(web: Web, *hours: float) -> None:
    """List pages by the hour of their entry, the newest first."""
    items = []
    for hour in sorted(hours, reverse=True):
        date = f"{NOON + hour * HOUR:%a, %d %b %Y %H:%M:%S} GMT"
        items.append(
            f"<item><title>{hour}</title><link>{web.url(f'/at{hour}')}</link><pubDate>{date}</pubDate></item>"
        )
    body = f"<rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>".encode()
    web.answer("/feed.xml", Answer(200, body, {"Content-Type": "application/rss+xml"}))


def turns(world: Collected, path: str) -> list[StoryChange]:
    return [line.turn for line in world.ledger.history(f"s{article_id(world.web.url(path))}")]


def test_page_that_leaves_its_listing_early_is_looked_at_at_once_and_found_when_it_is_back(
    world: Collected, web: Web
) -> None:
    """Three articles; the middle one is taken away, and comes back while it is listed again."""
    hours = (-3, -2, -1)
    for hour in hours:
        web.answer(f"/at{hour}", an_article(f"/at{hour}"))
    a_listing(web, *hours)
    assert counts(world.run(0)) == {Outcome.NEW: 3}
    for at in (1.1, 6.1):
        world.look_again(at)
    web.answer("/at-2", Answer(404, b"away"))
    a_listing(web, -3, -1)
    world.run(12)
    assert world.look_again(12) == 1
    world.look_again(13.5)
    assert turns(world, "/at-2") == [StoryChange.GONE]
    a_listing(web, *hours)
    world.run(24.1)
    web.answer("/at-2", an_article("/at-2"))
    # The pages that stayed have their own look after a day.
    assert world.look_again(24.1) == 3
    assert turns(world, "/at-2") == [StoryChange.GONE, StoryChange.BACK]
    assert turns(world, "/at-1") == turns(world, "/at-3") == []


def test_pages_that_make_room_for_newer_ones_are_not_looked_at(world: Collected, web: Web) -> None:
    for hour in (-3, -2, -1, 1):
        web.answer(f"/at{hour}", an_article(f"/at{hour}"))
    a_listing(web, -3, -2, -1)
    world.run(0)
    for at in (1.1, 6.1):
        world.look_again(at)
    a_listing(web, -1, 1)
    world.run(12)
    assert world.look_again(12) == 0


def test_source_says_how_many_of_its_pages_wait(world: Collected, web: Web) -> None:
    web.feed("/feed.xml", ["/a"])
    web.answer("/a", Answer(403, b"no"))
    world.run(0)
    run_id = world.ledger.start_run(NOON)
    collect_sources(world.parts, run_id, world.findings, due_only=False)
    report = world.ledger._source_reports[-1][1]
    assert (report.entries, report.skipped, report.failed) == (1, 1, 0)
    assert report.skipped_for == {"asked_later": 1}
