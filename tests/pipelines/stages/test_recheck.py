"""Looking again over loopback: what changed, what did not, and what was taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.adapters.clock import FixedClock
from pipelines.beat.beat import Beat
from pipelines.model import Outcome, RecheckState, StoryChange, article_id
from pipelines.revisions.recheck import (
    RecheckPolicy,
    choose_rechecks,
    state_after_failure,
    state_after_fetch,
    state_after_miss,
    state_when_dropped,
    state_when_listed,
)
from pipelines.stages.process import process_open_batches
from pipelines.stages.recheck import recheck_due_pages
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web
from tests.pipelines.world import LATE, RELEASE, World, a_page, html

HOUR = timedelta(hours=1)
TITLE = "Beijing and Ottawa open a new chapter"
POLICY = RecheckPolicy()


def a_look(n: int = 1, **fields: object) -> RecheckState:
    url = f"https://daily.example/{n}"
    values = {"source_id": "daily", "url": url, "since": NOON, "due": NOON + HOUR, "last": NOON}
    return RecheckState(**{"article_id": article_id(url)} | values | fields)  # type: ignore[arg-type]


def test_looks_go_up_the_steps_from_when_we_had_the_page() -> None:
    look, dues = a_look(), []
    while look.due is not None:
        dues.append(look.due - NOON)
        look = state_after_fetch(look, look.due, POLICY)
    assert dues == [HOUR, 6 * HOUR, 24 * HOUR, 168 * HOUR]
    late = state_after_fetch(a_look(), NOON + 30 * HOUR, POLICY)
    assert late.due == NOON + 168 * HOUR
    assert state_after_fetch(a_look(), NOON + HOUR, POLICY, is_copy=True).due == NOON + 24 * HOUR
    assert state_after_fetch(a_look(), NOON + HOUR, RecheckPolicy((), ())).due is None


def test_looks_of_a_page_that_a_wrong_clock_dated_go_up_the_steps_from_now() -> None:
    look = a_look(since=NOON + 3653 * 24 * HOUR, due=NOON + 3653 * 24 * HOUR)
    look = state_after_fetch(look, NOON, POLICY)
    assert (look.since, look.due) == (NOON, NOON + HOUR)
    assert state_after_fetch(look, NOON + HOUR, POLICY).due == NOON + 6 * HOUR


def test_page_not_found_twice_in_a_row_is_gone_and_one_said_to_be_gone_at_once() -> None:
    once = state_after_miss(a_look(), NOON + HOUR, POLICY)
    assert (once.gone, once.due) == (None, NOON + 2 * HOUR)
    assert (
        state_after_miss(state_after_fetch(once, NOON + 2 * HOUR, POLICY), NOON + 6 * HOUR, POLICY).gone
        is None
    )
    twice = state_after_miss(once, NOON + 2 * HOUR, POLICY)
    assert (twice.gone, twice.due) == (NOON + 2 * HOUR, NOON + 26 * HOUR)
    certain = state_after_miss(a_look(), NOON + HOUR, POLICY, is_certain=True)
    assert (certain.gone, certain.due) == (NOON + HOUR, None)


def a_gone_look(**fields: object) -> RecheckState:
    return a_look(gone=NOON, misses=2, due=NOON + 24 * HOUR, **fields)


def test_page_that_is_gone_is_looked_for_after_one_three_and_seven_days() -> None:
    look = a_gone_look()
    days = []
    while look.due is not None:
        days.append((look.due - NOON).days)
        look = state_after_miss(look, look.due, POLICY)
        assert look.gone == NOON
    assert days == [1, 3, 7]
    assert state_after_miss(a_gone_look(), NOON + HOUR, RecheckPolicy((), ())).due is None


def test_look_for_a_page_that_is_gone_that_fails_for_now_is_no_last_one() -> None:
    look = a_gone_look(tries=2)
    failed = state_after_failure(look, NOON + 25 * HOUR, POLICY)
    assert (failed.gone, failed.due) == (NOON, NOON + 72 * HOUR)


def test_page_that_is_gone_and_listed_is_looked_for_soon_and_seldom_in_the_end() -> None:
    look, at = a_gone_look(), NOON
    looks = []
    while at < NOON + 72 * HOUR:
        look = state_when_listed(look, at, POLICY)
        if look.due is not None and look.due <= at:
            looks.append((at - NOON) / HOUR)
            look = state_after_miss(look, at, POLICY)
        at += HOUR / 2
    assert looks == [1, 2, 3, 4, 5, 6, 12, 18, 24, 48]


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({}, POLICY),
        ({"gone": NOON, "is_final": True, "due": None}, POLICY),
        ({"gone": NOON}, RecheckPolicy((), ())),
    ],
)
def test_listing_changes_nothing_for_a_page_that_is_there_or_gone_for_good(
    fields: dict[str, object], policy: RecheckPolicy
) -> None:
    look = a_look(**fields)
    assert state_when_listed(look, NOON + HOUR / 2, policy) == look


def test_page_that_left_its_listing_early_is_looked_at_at_once() -> None:
    assert state_when_dropped(a_look(due=None), NOON + HOUR, POLICY).due == NOON + HOUR
    assert state_when_dropped(a_look(due=None), NOON + HOUR, RecheckPolicy((), ())).due is None
    assert state_when_dropped(a_gone_look(), NOON + HOUR, POLICY) == a_gone_look()


def test_look_that_fails_for_now_is_tried_three_times_then_left_out() -> None:
    look, at = a_look(), NOON + HOUR
    pauses = []
    for _ in range(3):
        look = state_after_failure(look, at, POLICY)
        assert look.due
        pauses.append(look.due - at)
    assert pauses == [HOUR / 2, HOUR, 5 * HOUR]


def test_round_takes_few_of_each_site_and_the_longest_due_first() -> None:
    due = [a_look(n, url=f"https://big.example/{n}") for n in range(50)]
    due += [a_look(n, url=f"https://small.example/{n}") for n in range(50, 60)]
    round_ = choose_rechecks(due, RecheckPolicy(limit=9, per_site=5), lambda url: url.split("/")[2])
    assert [look.url.rsplit("/", 1)[1] for look in round_] == [
        "0",
        "1",
        "2",
        "3",
        "4",
        "50",
        "51",
        "52",
        "53",
    ]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(robots="User-agent: *\nDisallow: /closed") as web:
        yield web


class Watched(World):
    """A World whose source is a real web server."""

    def __init__(self, beat: Beat, home: Path, web: Web) -> None:
        super().__init__(beat, home)
        self.web = web
        crawl = replace(self.parts.crawl, private_hosts=("127.0.0.1",), delay_s=0.0, timeout_s=300.0)
        source = a_source("daily", url=web.url("/feed.xml"))
        self.parts = replace(self.parts, crawl=crawl, beat=replace(self.parts.beat, sources=(source,)))

    def first(self, *paths: str, **headers: str) -> None:
        """Have these pages at noon, each with a text of its own."""
        pages = []
        for path in paths:
            title, text = self.text(path)
            headers_ = {"content-type": "text/html"} | headers
            page = a_page(path, title, text, url=self.web.url(path), requested_url=None, headers=headers_)
            pages.append(replace(page, entry=None))
        assert self.process(*pages) == {Outcome.NEW: len(pages)}

    @staticmethod
    def text(path: str) -> tuple[str, list[str]]:
        own = (
            f"{path[1:].title()} growers in Canada wrote to China's customs office about lot {len(path)} on "
            "Monday."
        )
        words = " ".join(f"{path[1:]}{n}" for n in range(90))
        return f"China answers Canada on {path[1:]}", [own, f"The list reads {words} and nothing more."]

    def look_again(self, hours: float) -> dict[Outcome, int]:
        """Look again so many hours after noon; return the outcomes of the pages that came."""
        self.parts = replace(self.parts, clock=FixedClock(NOON + hours * HOUR))
        run_id = self.ledger.start_run(self.parts.clock.now())
        self.asked = recheck_due_pages(self.parts, run_id, self.findings)
        outcomes = process_open_batches(self.parts, run_id, self.findings)
        self.ledger.finish_run(run_id, self.parts.clock.now(), 0)
        return {outcome: n for outcome, n in outcomes.items() if n}

    def id(self, path: str) -> str:
        return article_id(self.web.url(path))

    def look(self, path: str) -> RecheckState:
        return self.ledger.recheck_states([self.id(path)])[self.id(path)]

    def turns(self, path: str) -> list[StoryChange]:
        return [line.turn for line in self.ledger.history(f"s{self.id(path)}")]


@pytest.fixture
def world(beat: Beat, tmp_path: Path, web: Web) -> Watched:
    return Watched(beat, tmp_path, web)


def test_all_pages_that_lead_to_one_are_taken_away(world: Watched, web: Web) -> None:
    """As sites do that send whatever they delete to their front page."""
    paths = ("/one", "/two", "/three")
    world.first(*paths, "/front")
    for path in paths:
        web.redirect(path, "/front")
    web.page("/front", html(*world.text("/front")).encode())
    world.look_again(1)
    world.look_again(2.5)
    assert {path: world.turns(path) for path in (*paths, "/front")} == {
        "/one": [StoryChange.GONE], "/two": [StoryChange.GONE], "/three": [StoryChange.GONE], "/front": [],
    }  # fmt: skip


def test_what_is_due_is_fetched_again_and_every_end_is_noted(world: Watched, web: Web) -> None:
    paths = ("/same", "/changed", "/etag", "/away", "/gone", "/moved", "/closed", "/busy", "/empty")
    world.first(*paths, etag='"one"')
    for path in paths:
        web.page(path, html(*world.text(path)).encode())
    title, text = world.text("/changed")
    web.page("/changed", html(title, [text[0].replace("lot 8", "lot 9"), *text[1:]]).encode())
    web.page("/etag", html(*world.text("/etag")).encode(), ETag='"one"')
    web.answer("/away", Answer(404))
    web.answer("/gone", Answer(410))
    web.redirect("/moved", "/front")
    web.page("/front", html("Customs letter surfaces in Vancouver", LATE).encode())
    web.answer("/busy", Answer(503))
    web.page("/empty", b"<html><body></body></html>")
    outcomes = world.look_again(1)
    assert outcomes == {Outcome.UNCHANGED: 2, Outcome.UPDATE: 1, Outcome.NEW: 1}
    assert world.asked == len(paths)
    assert web.asked("/feed.xml") == web.asked("/closed") == 0
    assert world.look("/gone").due is None
    for path in set(paths) - {"/gone"}:
        due = world.look(path).due
        assert due is not None
        is_soon = path in ("/away", "/moved", "/busy", "/empty")
        assert round((due - NOON) / HOUR) == (2 if is_soon else 6), path
    assert world.turns("/changed") == [StoryChange.UPDATE]
    assert world.turns("/gone") == [StoryChange.GONE]
    assert not any(
        world.turns(path) for path in ("/same", "/etag", "/away", "/moved", "/closed", "/busy", "/empty")
    )
    assert not world.ledger.quarantined()
    assert not world.ledger.feed_states()

    web.page("/busy", html(*world.text("/busy")).encode())
    assert set(world.look_again(2.5)) == {Outcome.UNCHANGED}, "/front is due as well, alone or through /moved"
    assert {path: world.turns(path) for path in ("/away", "/moved", "/empty", "/busy")} == {
        "/away": [StoryChange.GONE],
        "/moved": [StoryChange.GONE],
        "/empty": [StoryChange.GONE],
        "/busy": [],
    }
    assert world.ledger.article(world.id("/away")).article.body  # type: ignore[union-attr]
    assert world.ledger.count_articles() == len(paths) + 1
    assert not world.findings.troubles


def test_page_that_is_back_is_told_of_whatever_it_answers(world: Watched, web: Web) -> None:
    world.first("/same", "/etag", "/changed", etag='"one"')
    for path in ("/same", "/etag", "/changed"):
        web.answer(path, Answer(404))
    world.look_again(1)
    world.look_again(2.5)
    for path in ("/same", "/changed"):
        web.page(path, html(*world.text(path)).encode())
    web.answer("/etag", Answer(304))
    title, text = world.text("/changed")
    web.page("/changed", html(title, [text[0].replace("lot 8", "lot 9"), *text[1:]]).encode())
    world.look_again(27)
    assert world.turns("/same") == world.turns("/etag") == [StoryChange.GONE, StoryChange.BACK]
    assert world.turns("/changed") == [StoryChange.GONE, StoryChange.BACK, StoryChange.UPDATE]
    assert world.look("/etag").gone is None


def test_validators_are_those_of_the_last_answer(world: Watched, web: Web) -> None:
    world.first("/kept", "/renewed", "/same", "/dropped", etag='"one"')
    web.answer("/kept", Answer(304))
    web.answer("/renewed", Answer(304, headers={"ETag": '"two"'}))
    for path, headers in (("/same", {"ETag": '"two"'}), ("/dropped", {})):
        web.page(path, html(*world.text(path)).encode(), **headers)
    world.look_again(1.5)
    assert {path: world.look(path).etag for path in ("/kept", "/renewed", "/same", "/dropped")} == {
        "/kept": '"one"',
        "/renewed": '"two"',
        "/same": '"two"',
        "/dropped": None,
    }
    web.requests.clear()
    world.look_again(7)
    sent = {request.path: request.headers["If-None-Match"] for request in web.requests}
    assert (sent["/kept"], sent["/renewed"], sent["/same"]) == ('"one"', '"two"', '"two"')


def test_nothing_is_asked_for_before_it_is_due_or_when_told_never(world: Watched, web: Web) -> None:
    world.first("/same")
    assert world.look_again(0.9) == {}
    world.parts = replace(world.parts, rechecks=RecheckPolicy((), ()))
    world.first("/other")
    world.look_again(400)
    assert web.asked("/other") == 0
    assert RELEASE


def test_pages_of_a_source_that_left_the_catalogue_are_not_looked_at(world: Watched, web: Web) -> None:
    world.first("/same")
    world.parts = replace(world.parts, beat=replace(world.parts.beat, sources=()))
    assert world.look_again(2) == {}
    assert world.asked == 0
    assert world.look("/same").due is None
    assert not web.requests
