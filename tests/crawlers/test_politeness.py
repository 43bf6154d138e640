"""What hosts ask of us is kept: robots.txt, its pace, pauses; by all sources and in the next crawl too."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import CrawlSettings, crawl
from crawlers.host_states import HostState, HostStates
from crawlers.model import CrawlResult, FeedState, PollPolicy, Source, SourceReport
from crawlers.spiders.hosts import Hosts
from crawlers.spiders.robots import decode_robots
from tests.builders import NOON, a_source
from tests.crawlers.test_lying_servers import RawServer
from tests.crawlers.web import Answer, Web

PLACE = ("daily.example", 443)
RULES = "User-agent: *\nDisallow: /private\n"


def _settings(folder: Path, **fields: Any) -> CrawlSettings:
    defaults: dict[str, Any] = {
        "batch_dir": folder / "batches",
        "host_dir": folder / "hosts",
        "user_agent": "TestBot/1.0 (+https://bot.example)",
        "private_hosts": ("127.0.0.1",),
        "delay_s": 0.0,
        "answer_timeout_s": 3.0,
        "timeout_s": 60.0,
    }
    return CrawlSettings(**defaults | fields)


def _crawl(
    sources: Sequence[Source],
    folder: Path,
    *,
    states: dict[str, FeedState] | None = None,
    now: datetime = NOON,
    **fields: Any,
) -> CrawlResult:
    settings = _settings(folder, **fields)
    done = crawl(sources, states or {}, (), words={}, now=now, settings=settings, due_only=False)
    assert done is not None
    return done[1]


def _by_id(result: CrawlResult) -> dict[str, SourceReport]:
    return {report.source_id: report for report in result.reports}


def _states(result: CrawlResult) -> dict[str, FeedState]:
    return {state.source_id: state for state in result.states}


def _site(stack: ExitStack, robots: Answer) -> Web:
    """A site of two pages, one of them private, with this robots.txt."""
    web = stack.enter_context(Web())
    web.page("/a")
    web.page("/private/b")
    web.feed("/feed.xml", ["/a", "/private/b"])
    web.answer("/robots.txt", robots)
    return web


# -- robots.txt that does not come --------------------------------------------------------------------

SILENT = Answer(200, b"", delay_s=30.0)
UNREACHABLE = {
    "503": Answer(503),
    "500": Answer(500, b"User-agent: *\nDisallow:"),
    "429": Answer(429),
    "silent": SILENT,
}
NOT_THERE = {str(status): Answer(status) for status in (400, 401, 403, 404, 410, 451)}


def test_while_robots_txt_cannot_be_had_nothing_is_fetched_and_4xx_means_that_all_is_allowed(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        webs = {name: _site(stack, answer) for name, answer in (UNREACHABLE | NOT_THERE).items()}
        result = _crawl([a_source(name, url=web.url("/feed.xml")) for name, web in webs.items()], tmp_path)
        reports, states = _by_id(result), _states(result)
        for name in UNREACHABLE:
            assert reports[name].result == "failed"
            assert "robots.txt cannot be had" in (reports[name].error or "")
            assert states[name].failure_weight == 0.5
            assert webs[name].asked("/feed.xml") == 0
        for name in NOT_THERE:
            assert (reports[name].result, reports[name].fetched) == ("ok", 2), name


def test_a_page_on_a_host_without_robots_txt_is_left_and_others_are_not(tmp_path: Path) -> None:
    with ExitStack() as stack:
        web, other = _site(stack, Answer(404)), _site(stack, Answer(503))
        links = [other.url("/a"), other.url("/b"), other.url("/c"), "/a"]
        result = _crawl([a_source(url=web.feed("/feed.xml", links))], tmp_path)
        (report,) = result.reports
        assert report.fetched == 1
        assert report.failed + report.skipped == 3
        assert {failure.kind for failure in result.failures} == {"temporary"}
        assert other.asked("/a") + other.asked("/b") + other.asked("/c") == 0


def test_a_copy_of_robots_txt_serves_for_a_day(tmp_path: Path) -> None:
    with ExitStack() as stack:
        webs = {name: _site(stack, Answer(200, RULES.encode())) for name in ("503", "429", "silent")}
        sources = [a_source(name, url=web.url("/feed.xml")) for name, web in webs.items()]
        assert [report.fetched for report in _crawl(sources, tmp_path).reports] == [1, 1, 1]
        for name, web in webs.items():
            web.answer("/robots.txt", UNREACHABLE[name])
        later = _by_id(_crawl(sources, tmp_path, now=NOON + timedelta(hours=23)))
        for name in ("503", "silent"):
            assert (later[name].result, later[name].fetched, later[name].failed) == ("ok", 1, 1)
            assert any("its copy of 2026-01-17 12:00 UTC holds" in text for text in later[name].problems)
        # Whoever says "too many requests" wants no other one either.
        assert "asked for a pause" in (later["429"].error or "")
        for web in webs.values():
            web.requests.clear()
        latest = _crawl(sources, tmp_path, now=NOON + timedelta(hours=48))
        assert [report.result for report in latest.reports] == ["failed"] * 3
        for web in webs.values():
            assert web.asked("/feed.xml") == web.asked("/private/b") == 0


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_robots_txt_is_read_in_utf_16(codec: str) -> None:
    assert decode_robots(RULES.encode(codec)) == RULES


def test_of_a_robots_txt_that_is_too_long_the_beginning_holds_and_an_empty_rest_of_one_is_none(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        long = _site(stack, Answer(200, RULES.encode() + b"# x\n" * 400_000))
        cut = stack.enter_context(RawServer())
        cut.answer("/robots.txt", "Content-Type: text/plain\r\nContent-Length: 99", b"")
        sources = [a_source("long", url=long.url("/feed.xml")), a_source("cut", url=f"{cut.root}/feed.xml")]
        reports = _by_id(_crawl(sources, tmp_path))
        assert (reports["long"].fetched, long.asked("/private/b")) == (1, 0)
        assert "robots.txt cannot be had (the answer was cut off)" in (reports["cut"].error or "")
        assert set(cut.asked) == {"/robots.txt"}


# -- its pace -----------------------------------------------------------------------------------------


def _pauses(web: Web) -> list[float]:
    at = [request.at for request in web.requests]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def test_the_pause_of_robots_txt_is_kept_by_all_sources_of_a_host(tmp_path: Path) -> None:
    with ExitStack() as stack:
        web = _site(stack, Answer(200, b"User-agent: *\nCrawl-delay: 1.5"))
        other = web.feed("/other.xml", ["/a", "/private/b"])
        result = _crawl([a_source(url=web.url("/feed.xml")), a_source("other", url=other)], tmp_path)
        assert sum(report.fetched for report in result.reports) == 2
        assert len(web.requests) == 5
        assert min(_pauses(web)) > 1.4


def test_pages_whose_turn_comes_too_late_are_left_and_the_source_is_not_to_blame(tmp_path: Path) -> None:
    with ExitStack() as stack:
        slow = _site(stack, Answer(200, b"User-agent: TestBot\nCrawl-delay: 5"))
        quick = _site(stack, Answer(404))
        sources = [a_source("slow", url=slow.feed("/feed.xml", [f"/n{n}" for n in range(40)]))]
        sources.append(a_source("quick", url=quick.url("/feed.xml")))
        result = _crawl(sources, tmp_path, timeout_s=30.0)
        report = _by_id(result)["slow"]
        assert _by_id(result)["quick"].fetched == 2
        assert (report.result, report.entries) == ("ok", 40)
        assert report.skipped > 30
        assert any("robots.txt asks for 5 s between two requests" in text for text in report.problems)
        assert _states(result)["slow"].failure_weight == 0


def test_a_pause_beyond_all_measure_is_bounded_and_told() -> None:
    hosts = Hosts(HostStates(), lambda: NOON)
    assert hosts.keep_delay("https://daily.example/a", 30.0) == 30.0
    assert hosts.notes_on(PLACE) == []
    assert hosts.keep_delay("https://daily.example/a", 86_400.0) == 60.0
    (note,) = hosts.notes_on(PLACE)
    assert note.startswith("robots.txt of daily.example asks for 86400 s between two requests; 60 s are kept")
    assert hosts.seconds_to_wait("https://daily.example/b") == 60.0
    hosts.under_way[PLACE] += 2
    assert hosts.seconds_to_wait("https://daily.example/b") == 180.0
    assert hosts.seconds_to_wait("http://daily.example/b") == 0.0


# -- pauses that servers ask for ----------------------------------------------------------------------


def _date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


PAUSES = {
    "seconds": Answer(429, headers={"Retry-After": "21600"}),
    "date": Answer(429, headers={"Retry-After": _date(NOON + timedelta(hours=6))}),
    "down": Answer(503, headers={"Retry-After": "21600"}),
    "down-date": Answer(503, headers={"Retry-After": _date(NOON + timedelta(hours=6))}),
}


def test_retry_after_wins_over_the_longest_pause_of_a_source(tmp_path: Path) -> None:
    poll = PollPolicy(every_s=900, min_s=300, max_s=1800)
    with ExitStack() as stack:
        webs = {name: _site(stack, Answer(404)) for name in PAUSES}
        for name, answer in PAUSES.items():
            webs[name].answer("/feed.xml", answer)
        sources = [a_source(name, url=web.url("/feed.xml"), poll=poll) for name, web in webs.items()]
        result = _crawl(sources, tmp_path)
        for name, state in _states(result).items():
            assert webs[name].asked("/feed.xml") == 1, name
            assert state.next_due is not None
            assert abs(state.next_due - NOON - timedelta(hours=6)) < timedelta(minutes=1), name
        settings = _settings(tmp_path)
        states = _states(result)
        soon = NOON + timedelta(hours=5)
        assert crawl(sources, states, (), words={}, now=soon, settings=settings) is None
        done = crawl(sources, states, (), words={}, now=NOON + timedelta(hours=6.1), settings=settings)
        assert done is not None


def test_too_many_requests_of_one_page_hold_for_all_sources_of_its_host(tmp_path: Path) -> None:
    with ExitStack() as stack:
        web = _site(stack, Answer(404))
        web.answer("/a", Answer(429, headers={"Retry-After": "7200"}))
        for n in range(20):
            web.page(f"/n{n}")
        busy = a_source("busy", url=web.feed("/feed.xml", ["/a", *(f"/n{n}" for n in range(20))]))
        later = a_source("later", url=web.feed("/later.xml", ["/n1"]))
        elsewhere = a_source("elsewhere", url=_site(stack, Answer(404)).url("/feed.xml"))
        result = _crawl([busy, elsewhere], tmp_path)
        report = _by_id(result)["busy"]
        assert (report.result, report.failed) == ("ok", 1)
        assert report.fetched <= 1
        assert report.skipped >= 19
        assert any("asked for a pause" in p for p in report.problems), report.problems
        next_due = _states(result)["busy"].next_due
        assert next_due is not None
        assert next_due >= NOON + timedelta(hours=2)
        assert _by_id(result)["elsewhere"].fetched == 2

        # The source that was not asked then learns of it, and asks nothing.
        web.requests.clear()
        result = _crawl([later, elsewhere], tmp_path, now=NOON + timedelta(hours=1))
        assert web.requests == []
        assert "asked for a pause, until 2026-01-17 14:00 UTC" in (_by_id(result)["later"].error or "")
        state = _states(result)["later"]
        assert state.failure_weight == 0.25
        assert state.next_due is not None
        assert state.next_due >= NOON + timedelta(hours=2)

        result = _crawl([later], tmp_path, now=NOON + timedelta(hours=3))
        assert _by_id(result)["later"].fetched == 1


# -- validators ---------------------------------------------------------------------------------------


def test_validators_are_renewed_though_the_listing_stays_as_it_is(tmp_path: Path) -> None:
    with Web() as same, Web() as unmodified:
        for web in (same, unmodified):
            web.page("/a")
        same.feed("/feed.xml", ["/a"], ETag='"1"')
        unmodified.feed(
            "/feed.xml", ["/a"], **{"ETag": '"1"', "Last-Modified": "Sat, 17 Jan 2026 09:00:00 GMT"}
        )
        sources = [
            a_source("same", url=same.url("/feed.xml")),
            a_source("unmodified", url=unmodified.url("/feed.xml")),
        ]
        states = _states(_crawl(sources, tmp_path))
        same.feed("/feed.xml", ["/a"], ETag='"2"')
        unmodified.answer("/feed.xml", Answer(304, headers={"ETag": '"2"'}))
        result = _crawl(sources, tmp_path, states=states, now=NOON + timedelta(hours=1))
        assert {report.result for report in result.reports} == {"not_modified"}
        states = _states(result)
        assert states["same"].etag == states["unmodified"].etag == '"2"'
        assert states["same"].last_modified is None
        assert states["unmodified"].last_modified == "Sat, 17 Jan 2026 09:00:00 GMT"


# -- the memory of hosts ------------------------------------------------------------------------------


def test_what_a_host_told_us_is_forgotten_after_a_day_and_not_believed_of_the_future(tmp_path: Path) -> None:
    states = HostStates(tmp_path / "hosts")
    states.write(PLACE, HostState("User-agent: *", NOON, NOON + timedelta(hours=24), "answered 429"))
    again = HostStates(tmp_path / "hosts")
    assert again.read(PLACE, NOON + timedelta(hours=1)).robots == "User-agent: *"
    assert again.read(PLACE, NOON + timedelta(hours=25)) == HostState(pause_reason="answered 429")
    assert again.read(PLACE, NOON - timedelta(days=9)) == HostState(pause_reason="answered 429")


def test_a_broken_memory_is_no_memory(tmp_path: Path) -> None:
    states = HostStates(tmp_path)
    states.write(PLACE, HostState("x", NOON))
    (path,) = tmp_path.iterdir()
    path.write_bytes(b'{"robots": ')
    assert HostStates(tmp_path).read(PLACE, NOON) == HostState()
    path.unlink()
    path.mkdir()
    HostStates(tmp_path).write(PLACE, HostState("x", NOON))
    assert HostStates(tmp_path).read(PLACE, NOON) == HostState()
    assert HostStates().read(PLACE, NOON) == HostState()
