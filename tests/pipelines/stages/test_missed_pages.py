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
from pipelines.model import Outcome, RunReport, article_id
from pipelines.stages.collect import collect_sources
from pipelines.stages.process import process_open_batches
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
    assert counts(world.run(0.5)) == {}
    assert counts(world.run(1)) == {Outcome.FAILED: 8}
    for path in paths:
        web.answer(path, an_article(path))
    assert counts(world.run(3)) == {}
    # The listing is not due, and says nothing new when it is.
    assert counts(world.run(6)) == {Outcome.NEW: 8}
    assert all(map(world.has, paths))
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
    consent, missing = sorted(world.reasons(Outcome.LOST))[:2]
    assert consent.startswith("a page that asks for consent stands in its place (at http://127.0.0.1:")
    assert missing == f"answered 404 Not Found; asked for again since {NOON:%Y-%m-%d %H:%M} UTC"
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


def test_source_says_how_many_of_its_pages_wait(world: Collected, web: Web) -> None:
    web.feed("/feed.xml", ["/a"])
    web.answer("/a", Answer(403, b"no"))
    world.run(0)
    run_id = world.ledger.start_run(NOON)
    collect_sources(world.parts, run_id, world.findings, due_only=False)
    report = world.ledger._source_reports[-1][1]
    assert (report.entries, report.skipped, report.failed) == (1, 1, 0)
    assert report.skipped_for == {"asked_later": 1}
