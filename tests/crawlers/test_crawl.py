"""One real crawl of many sources over loopback, and what must be true of each."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from crawlers.batch import completed, read_pages
from crawlers.crawl import CrawlSettings, check, crawl
from crawlers.model import CrawlResult, FeedState, FetchFailure, MissedPages, Page, Source, SourceReport
from crawlers.sample import is_sampled
from crawlers.urls import canonical_url
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web, has_ipv6, self_signed

CHINESE = "<html><title>会见</title><p>总理在北京会见</p></html>".encode("gb18030")


@dataclass
class Crawled:
    """A crawl that has ended, and the webs it has been to."""

    result: CrawlResult
    pages: list[Page]
    webs: Mapping[str, Web]
    sources: Mapping[str, Source]
    settings: CrawlSettings
    events: list[Mapping[str, Any]] = field(default_factory=list)

    def report(self, source_id: str) -> SourceReport:
        return next(r for r in self.result.reports if r.source_id == source_id)

    def state(self, source_id: str) -> FeedState:
        return next(s for s in self.result.states if s.source_id == source_id)

    def failure(self, path: str) -> FetchFailure:
        return next(f for f in self.result.failures if f.url.endswith(path))

    def urls(self, source_id: str) -> list[str]:
        return sorted(re.sub(r"http://[^/]*", "", p.url) for p in self.pages if p.source_id == source_id)


def _settings(folder: Path, **fields: Any) -> CrawlSettings:
    defaults: dict[str, Any] = {
        "user_agent": "TestBot/1.0 (+https://bot.example)",
        "private_hosts": ("127.0.0.1",),
    }
    return CrawlSettings(
        folder, **defaults | {"delay_s": 0.0, "answer_timeout_s": 2.0, "timeout_s": 60.0} | fields
    )


def _hard(web: Web, inside: Web, inside6: Web) -> str:
    """A feed whose entries meet every kind of end that a page can have."""
    web.page("/good", "<p>A good page.</p>", ETag='"page"')
    web.page("/known")
    web.page("/target")
    web.redirect("/moved", "/target", 301)
    web.redirect("/moved-too", "/target")
    web.answer("/gone", Answer(410))
    web.answer("/broken", Answer(500, b"<p>oops</p>"))
    web.answer("/later", Answer(503), Answer(200, b"<html>now</html>", {"Content-Type": "text/html"}))
    web.page("/private/secret")
    web.redirect("/inside", inside.url("/secret"))
    web.redirect("/inside6", inside6.url("/secret"))
    web.redirect("/inside-decimal", f"http://2130706434:{inside.port}/secret")
    web.redirect("/inside-octal", f"http://0177.0.0.2:{inside.port}/secret")
    web.redirect("/elsewhere", "ftp://files.example/a")
    for n in range(12):
        web.redirect(f"/endless{n}", f"/endless{n + 1}")
    for n in range(9):
        web.redirect(f"/winding{n}", f"/winding{n + 1}")
    web.page("/winding9")
    web.bomb("/bomb")
    web.answer("/huge", Answer(200, b" " * (11 * 2**20), {"Content-Type": "text/html"}))
    web.drip("/drip")
    web.answer("/paper", Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}))
    web.page("/chinese", CHINESE, "text/html; charset=gb2312")
    web.answer("/untyped", Answer(200, b"<!DOCTYPE html><p>Untyped</p>"))
    web.answer(
        "/odd-packing", Answer(200, b"???", {"Content-Type": "text/html", "Content-Encoding": "pack200"})
    )
    web.answer(
        "/stub",
        Answer(200, b"<html><meta http-equiv=refresh content='0; url=/full'>", {"Content-Type": "text/html"}),
    )
    web.page("/full")
    return web.feed("/feed.xml", [
        "/good", "/known", "/moved", "/moved-too", "/missing", "/gone", "/broken", "/later",
        "/private/secret", "/inside", "/inside6", "/inside-decimal", "/inside-octal", "/elsewhere",
        "/endless0", "/winding0", "/bomb", "/huge", "/drip", "/paper", "/chinese", "/untyped",
        "/odd-packing", "/stub",
    ])  # fmt: skip


def _sitemaps(web: Web) -> str:
    def urlset(*paths: str) -> bytes:
        urls = "".join(f"<url><loc>{web.url(path)}</loc></url>" for path in paths)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    children = ""
    for n in range(1, 13):
        name = f"/s{n}.xml.gz" if n == 12 else f"/s{n}.xml"
        children += f"<sitemap><loc>{web.url(name)}</loc><lastmod>2026-01-{n:02}</lastmod></sitemap>"
        web.page(f"/from{n}")
        web.answer(f"/s{n}.xml", Answer(200, urlset(f"/from{n}"), {"Content-Type": "application/xml"}))
    web.answer(
        "/s12.xml.gz", Answer(200, gzip.compress(urlset("/from12")), {"Content-Type": "application/x-gzip"})
    )
    web.answer("/s11.xml", Answer(500))
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    return web.answer(
        "/index.xml", Answer(200, index.encode(), {"Content-Type": "application/xml", "ETag": '"i"'})
    )


def _section(web: Web) -> str:
    for n in range(1, 5):
        links = (
            f"<h2><a href='/article-{n}'>Title  {n}</a></h2><h2><a href='mailto:a@b.example'>Write</a></h2>"
        )
        web.page(
            f"/section{n}",
            f"<nav><a href='/about'>About</a></nav>{links}<a class=next href='section{n + 1}'>More</a>",
        )
        web.page(f"/article-{n}")
    return web.url("/section1")


def _path(web: Web, *, sampled: bool) -> str:
    """Return the first page of a web that is in the sample, or the first that is not."""
    for number in count():
        path = f"/page-{number}"
        if is_sampled(canonical_url(web.url(path))) == sampled:
            web.page(path)
            return path
    raise AssertionError("one in a hundred is in the sample")


ROBOTS = {"hard": "User-agent: *\nDisallow: /private/"}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("batches")
    names = """hard etag same gone html emptied busy broad wordless map section xpath bomb drip shared
        pause polite limited torn forbidden moved clumsy lured""".split()  # noqa: SIM905
    with ExitStack() as stack:
        webs = {}
        for name in names:
            webs[name] = stack.enter_context(Web(robots=ROBOTS.get(name, "")))
        webs["forbidden"].answer("/robots.txt", Answer(200, b"User-agent: TestBot\nDisallow: /"))
        webs["inside"] = stack.enter_context(Web("127.0.0.2"))
        webs["inside6"] = stack.enter_context(Web("::1" if has_ipv6() else "127.0.0.3"))
        for page in ("/a", "/b", "/c"):
            for name in names:
                webs[name].page(page)
        urls = {name: web.feed("/feed.xml", ["/a"]) for name, web in webs.items()}
        urls["hard"] = _hard(webs["hard"], webs["inside"], webs["inside6"])
        webs["etag"].feed("/feed.xml", ["/a"], ETag='"v1"')
        webs["gone"].answer("/feed.xml", Answer(410))
        webs["html"].page("/feed.xml", "<h1>Please accept</h1>")
        webs["emptied"].feed("/feed.xml", [])
        webs["busy"].answer("/feed.xml", Answer(429, headers={"Retry-After": "7200"}))
        for name in ("broad", "wordless"):
            paths = ["/a", _path(webs[name], sampled=False), _path(webs[name], sampled=True)]
            titles = ["Canola exports to Beijing", "A fire in the harbour", "The match ends in a draw"]
            webs[name].feed("/feed.xml", paths, titles)
        urls["map"] = _sitemaps(webs["map"])
        urls["section"], urls["xpath"] = _section(webs["section"]), _section(webs["xpath"])
        webs["bomb"].bomb("/feed.xml", "application/rss+xml")
        webs["drip"].drip("/feed.xml", "application/rss+xml")
        webs["shared"].feed("/feed.xml", [webs["hard"].url("/good"), "/b"])
        webs["pause"].answer("/a", Answer(429))
        webs["pause"].feed("/feed.xml", ["/a", "/b", "/c", "/d", "/e"])
        webs["limited"].feed("/feed.xml", [f"/n{n}" for n in range(6)])
        for n in range(6):
            webs["limited"].page(f"/n{n}")
        webs["torn"].answer(
            "/feed.xml",
            Answer(
                200,
                b"<rss version='2.0'><channel><item><title>Torn</title><link>"
                + webs["torn"].url("/a").encode()
                + b"</link></item>",
                {"Content-Type": "text/xml"},
            ),
        )
        webs["lured"].redirect("/feed.xml", webs["inside"].url("/feed.xml"))
        webs["moved"].redirect("/robots.txt", webs["inside"].url("/robots.txt"))
        webs["moved"].redirect("/feed.xml", "/new.xml", 301)
        webs["moved"].feed("/new.xml", ["/a"])
        urls["closed"] = "http://127.0.0.1:9/feed.xml"
        urls["loopback"] = webs["inside"].url("/feed.xml")
        urls["clumsy"] = webs["clumsy"].url("/section1")
        del urls["inside"], urls["inside6"]
        kinds = {"map": "sitemap", "section": "section", "xpath": "section", "clumsy": "section"}
        sources = {name: a_source(name, url=url, kind=kinds.get(name, "feed")) for name, url in urls.items()}
        sources["broad"] = replace(sources["broad"], scope="broad")
        sources["wordless"] = replace(sources["wordless"], scope="broad")
        sources["section"] = replace(sources["section"], links="h2 a", next_page="a.next", max_pages=3)
        sources["xpath"] = replace(
            sources["xpath"], links="//h2/a/@href", next_page="//a[@class='next']/@href", max_pages=9
        )
        sources["clumsy"] = replace(sources["clumsy"], links="h2[")
        sources["off"] = a_source("off", url=webs["etag"].url("/off.xml"), enabled=False)
        sources["not_due"] = a_source("not_due", url=webs["etag"].url("/not-due.xml"))
        sources["unmatchable"] = a_source("unmatchable", url=urls["same"], url_pattern="(")
        webs["clumsy"].page("/section1")
        crawled = _crawl(folder, sources, webs)
        yield crawled


def _crawl(folder: Path, sources: Mapping[str, Source], webs: Mapping[str, Web]) -> Crawled:
    states = {
        "etag": FeedState("etag", etag='"v1"', polls=1, entries_last=1),
        "emptied": FeedState("emptied", polls=3, entries_last=12, etag='"old"'),
        "not_due": FeedState("not_due", next_due=NOON + timedelta(seconds=1)),
    }
    known = {canonical_url(webs["hard"].url("/known")), canonical_url(webs["xpath"].url("/article-2"))}
    events: list[Mapping[str, Any]] = []
    settings = _settings(folder, page_limit_per_source=24)
    done = crawl(
        list(sources.values()),
        states,
        known,
        words={"broad": ["Beijing", "北京"]},
        now=NOON,
        settings=settings,
        on_event=events.append,
    )
    assert done is not None
    path, result = done
    assert completed(folder) == [path]
    return Crawled(result, [page for _, page in read_pages(path)], webs, sources, settings, events)


# -- accounts -----------------------------------------------------------------------------------------


def test_every_account_adds_up(crawled: Crawled) -> None:
    for report in crawled.result.reports:
        assert report.entries == report.known + report.skipped + report.fetched + report.failed, report
    assert (
        sum(report.fetched for report in crawled.result.reports) == len(crawled.pages) == crawled.result.pages
    )
    assert sum(report.failed for report in crawled.result.reports) == len(crawled.result.failures)


def test_each_due_source_has_one_report_and_one_state_and_no_other_has(crawled: Crawled) -> None:
    due = sorted(set(crawled.sources) - {"off", "not_due"})
    assert sorted(r.source_id for r in crawled.result.reports) == due
    assert sorted(s.source_id for s in crawled.result.states) == due
    assert crawled.webs["etag"].asked("/off.xml") == crawled.webs["etag"].asked("/not-due.xml") == 0


def test_events_tell_of_the_start_each_page_and_each_source(crawled: Crawled) -> None:
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for event in crawled.events:
        by_kind.setdefault(event["event"], []).append(event)
    assert by_kind["start"] == [{"event": "start", "sources": len(crawled.result.reports)}]
    assert len(by_kind["fetched"]) == len(crawled.pages)
    assert {e["source"]: e["result"] for e in by_kind["source"]} == {
        r.source_id: r.result for r in crawled.result.reports
    }
    json.dumps(crawled.events)


# -- pages --------------------------------------------------------------------------------------------


def test_a_page_keeps_what_was_asked_what_answered_and_what_the_feed_said(crawled: Crawled) -> None:
    web = crawled.webs["hard"]
    page = next(p for p in crawled.pages if p.url == web.url("/target"))
    assert page.requested_url in (web.url("/moved"), web.url("/moved-too"))
    assert page.found_through == web.url("/feed.xml")
    assert page.entry is not None
    assert page.entry.title == f"Entry {page.requested_url.removeprefix(web.root)}"
    assert page.source_id == "hard"
    assert NOON < page.fetched_at < NOON + timedelta(seconds=60)


def test_the_body_is_left_in_the_pages_own_characters(crawled: Crawled) -> None:
    page = next(p for p in crawled.pages if p.url.endswith("/chinese"))
    assert page.body == CHINESE
    assert page.headers["content-type"] == "text/html; charset=gb2312"


def test_two_entries_that_lead_to_one_page_give_one_page(crawled: Crawled) -> None:
    assert crawled.urls("hard").count("/target") == 1


def test_a_page_that_two_sources_list_is_fetched_once(crawled: Crawled) -> None:
    assert crawled.webs["hard"].asked("/good") == 1
    reports = [crawled.report("hard"), crawled.report("shared")]
    assert (
        sum(r.known for r in reports) == 1 + 1 + 1
    )  # /known, one of /moved and /moved-too, one of the two /good


def test_known_entries_cost_no_request(crawled: Crawled) -> None:
    assert crawled.webs["hard"].asked("/known") == 0


def test_the_pages_that_can_be_had_are_had(crawled: Crawled) -> None:
    assert set(crawled.urls("hard")) | {"/good"} == {
        "/good", "/target", "/later", "/winding9", "/chinese", "/untyped", "/full",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("/missing", "doubtful", "answered 404 Not Found"),
        ("/gone", "permanent", "answered 410 Gone"),
        ("/broken", "temporary", "answered 500 Internal Server Error"),
        ("/private/secret", "permanent", "robots.txt forbids it"),
        ("/inside", "permanent", "private"),
        ("/inside6", "permanent", "private"),
        ("/inside-decimal", "permanent", "private"),
        ("/inside-octal", "permanent", "private"),
        ("/elsewhere", "doubtful", "answered 302 Found"),
        ("/endless0", "doubtful", "more than 10 redirects"),
        ("/bomb", "permanent", "larger than 10 MiB"),
        ("/huge", "permanent", "larger than 10 MiB"),
        ("/drip", "temporary", "no complete answer in time"),
        ("/paper", "permanent", "not a page: application/pdf"),
        ("/odd-packing", "permanent", "packed in a way we cannot open: pack200"),
    ],
)
def test_a_page_that_did_not_come_says_why(crawled: Crawled, path: str, kind: str, reason: str) -> None:
    failure = crawled.failure(path)
    assert failure.kind == kind
    assert reason in failure.reason
    assert failure.source_id == "hard"


def test_nobody_inside_was_ever_spoken_to(crawled: Crawled) -> None:
    assert crawled.webs["inside"].requests == []
    assert crawled.webs["inside6"].requests == []


def test_a_page_that_robots_forbid_is_never_asked_for(crawled: Crawled) -> None:
    assert crawled.webs["hard"].asked("/private/secret") == 0
    assert crawled.webs["hard"].asked("/robots.txt") == 1


def test_a_temporary_trouble_is_tried_twice_at_most(crawled: Crawled) -> None:
    assert crawled.webs["hard"].asked("/later") == 2
    assert crawled.webs["hard"].asked("/broken") == 2
    assert crawled.webs["hard"].asked("/drip") == 1


def test_we_say_who_we_are_and_carry_nothing_else(crawled: Crawled) -> None:
    for request in crawled.webs["hard"].requests:
        assert request.headers["User-Agent"] == "TestBot/1.0 (+https://bot.example)"
        assert request.headers["Referer"] is None
        assert request.headers["Cookie"] is None


def test_a_site_that_asks_for_a_pause_is_left_alone(crawled: Crawled) -> None:
    report = crawled.report("pause")
    assert crawled.webs["pause"].asked("/a") == 1
    assert crawled.webs["pause"].asked("/e") == 0
    assert report.skipped >= 2
    assert any("asked for a pause" in problem for problem in report.problems)
    assert crawled.state("pause").body_hash is None


# -- listings -----------------------------------------------------------------------------------------


def test_not_modified_is_a_result_and_no_failure(crawled: Crawled) -> None:
    assert crawled.report("etag") == SourceReport("etag", "not_modified")
    state = crawled.state("etag")
    assert (state.etag, state.entries_last, state.failure_weight) == ('"v1"', 1, 0)


@pytest.mark.parametrize(
    ("source_id", "weight", "reason"),
    [
        ("gone", 1.0, "410 Gone"),
        ("html", 1.0, "web page"),
        ("emptied", 1.0, "it had 12 entries"),
        ("busy", 0.5, "429"),
        ("bomb", 1.0, "larger than 10 MiB"),
        ("drip", 0.5, "no complete answer in time"),
        ("closed", 0.5, "refused the connection"),
        ("loopback", 1.0, "MAPLEWIRE_PRIVATE_HOSTS"),
        ("lured", 1.0, "127.0.0.2"),
        ("unmatchable", 1.0, "url_pattern"),
        ("forbidden", 1.0, "robots.txt forbids it"),
        ("clumsy", 1.0, "links: 'h2[' is neither"),
    ],
)
def test_a_source_that_fails_says_why_and_stops_no_other(
    crawled: Crawled, source_id: str, weight: float, reason: str
) -> None:
    report, state = crawled.report(source_id), crawled.state(source_id)
    assert report.result == "failed"
    assert reason in (report.error or "")
    assert state.failure_weight == weight
    assert state.last_error == report.error
    assert state.failing_since == NOON
    assert state.next_due is not None
    assert (state.failure == "too_large") == (source_id == "bomb")
    assert state.next_due > NOON + timedelta(seconds=900)


def test_a_failing_source_keeps_what_it_knew_of_the_feed(crawled: Crawled) -> None:
    assert (crawled.state("emptied").etag, crawled.state("emptied").entries_last) == ('"old"', 12)


def test_retry_after_is_honoured(crawled: Crawled) -> None:
    assert crawled.state("busy").next_due == NOON + timedelta(hours=2)


def test_of_a_general_feed_only_entries_that_name_the_other_side_are_fetched(crawled: Crawled) -> None:
    web = crawled.webs["broad"]
    assert crawled.urls("broad") == ["/a", _path(web, sampled=True)]
    assert crawled.report("broad").skipped_for == {"off_beat": 1}
    assert [entry.source_id for entry in crawled.result.skipped] == ["broad"]
    assert crawled.result.skipped[0].title
    samples = [page.url for page in crawled.pages if page.is_scope_sample]
    # The batch tells which page came only to see what is lost.
    assert samples == [web.url(_path(web, sampled=True))]


def test_a_general_feed_for_which_nobody_gave_words_is_fetched_whole(crawled: Crawled) -> None:
    assert len(crawled.urls("wordless")) == 3


def test_the_newest_sitemaps_of_an_index_are_read_packed_or_not(crawled: Crawled) -> None:
    assert crawled.urls("map") == sorted(f"/from{n}" for n in (3, 4, 5, 6, 7, 8, 9, 10, 12))
    assert any("/s11.xml: answered 500" in problem for problem in crawled.report("map").problems)
    assert crawled.state("map").etag is None, "an index that stays the same may name sitemaps that change"


def test_a_section_is_read_page_by_page_up_to_its_limit(crawled: Crawled) -> None:
    assert crawled.urls("section") == ["/article-1", "/article-2", "/article-3"]
    assert {p.entry.title for p in crawled.pages if p.source_id == "section" and p.entry} == {
        "Title 1",
        "Title 2",
        "Title 3",
    }


def test_a_section_is_followed_only_as_far_as_it_brings_something_new(crawled: Crawled) -> None:
    assert crawled.urls("xpath") == ["/article-1"]
    assert crawled.webs["xpath"].asked("/section2") == 1
    assert crawled.webs["xpath"].asked("/section3") == 0


def test_a_torn_feed_gives_what_can_be_read(crawled: Crawled) -> None:
    assert crawled.urls("torn") == ["/a"]


def test_a_feed_that_has_moved_for_good_says_where_to(crawled: Crawled) -> None:
    assert crawled.urls("moved") == ["/a"]
    assert any("write url: " in p and p.count("/new.xml") for p in crawled.report("moved").problems)


# -- the next poll ------------------------------------------------------------------------------------


def _known_addresses(crawled: Crawled) -> set[str]:
    """Return the addresses that a first crawl leaves nothing to ask of."""
    urls = [failure.url for failure in crawled.result.failures if failure.kind == "permanent"]
    for page in crawled.pages:
        urls += [page.url, page.requested_url or page.url]
    return {canonical_url(url) for url in urls}


@pytest.fixture(scope="module")
def again(crawled: Crawled) -> Crawled:
    """The same sources three hours later, with what the first crawl brought."""
    for web in crawled.webs.values():
        web.requests.clear()
    crawled.webs["hard"].page("/broken", "<p>mended</p>")
    crawled.webs["emptied"].feed("/feed.xml", ["/a"])
    known = _known_addresses(crawled)
    states = {state.source_id: state for state in crawled.result.states}
    done = crawl(
        [s for name, s in crawled.sources.items() if name not in ("drip", "off")],
        states,
        known,
        words={"broad": ["Beijing"]},
        now=NOON + timedelta(hours=3),
        settings=crawled.settings,
        missed=MissedPages({retry.address: retry for retry in crawled.result.retries}),
    )
    assert done is not None
    path, result = done
    assert completed(path.parent)[1:] == [path]
    return Crawled(
        result, [page for _, page in read_pages(path)], crawled.webs, crawled.sources, crawled.settings
    )


@pytest.mark.parametrize("source_id", ["same", "broad", "etag", "section", "moved"])
def test_an_unchanged_listing_counts_as_not_modified(again: Crawled, source_id: str) -> None:
    assert again.report(source_id).result == "not_modified"


def test_a_page_that_failed_for_a_while_is_found_again_in_a_feed_that_has_not_changed(again: Crawled) -> None:
    assert "/broken" in again.urls("hard")
    assert "/later" not in again.urls("hard")


def test_a_source_that_recovers_has_a_clean_state(again: Crawled) -> None:
    state = again.state("emptied")
    assert (state.failure_weight, state.failing_since, state.last_error) == (0.0, None, None)


def test_a_second_failure_weighs_more(again: Crawled) -> None:
    assert again.state("gone").failure_weight == 2.0


# -- smaller crawls -----------------------------------------------------------------------------------


def test_nothing_due_is_no_crawl_and_no_file(tmp_path: Path) -> None:
    state = FeedState("daily", next_due=NOON + timedelta(minutes=1))
    asked = {"words": {}, "now": NOON, "settings": _settings(tmp_path / "none")}
    assert crawl([a_source()], {"daily": state}, (), **asked) is None
    assert crawl([a_source(enabled=False)], {}, (), **asked, due_only=False) is None
    assert not (tmp_path / "none").exists()


def test_more_entries_than_a_crawl_takes_are_found_again_and_the_newest_come_first(tmp_path: Path) -> None:
    with Web() as web:
        web.feed("/feed.xml", [f"/n{n}" for n in range(6)], ETag='"v1"')
        for n in range(6):
            web.page(f"/n{n}")
        settings = _settings(tmp_path, page_limit_per_source=4)
        state, known, got = FeedState("daily"), set[str](), []
        for poll in range(2):
            done = crawl(
                [a_source(url=web.url("/feed.xml"))],
                {"daily": state},
                known,
                words={},
                now=NOON + timedelta(hours=poll),
                settings=settings,
            )
            assert done is not None
            state = done[1].states[0]
            got.append(sorted(p.url[-3:] for _, p in read_pages(done[0])))
            known |= {canonical_url(p.url) for _, p in read_pages(done[0])}
        assert got == [["/n2", "/n3", "/n4", "/n5"], ["/n0", "/n1"]]
        assert state.etag == '"v1"'


def test_a_host_is_asked_no_faster_than_promised_whatever_the_number_of_its_sources(tmp_path: Path) -> None:
    with Web() as web:
        sources = [a_source(f"s{n}", url=web.feed(f"/{n}.xml", [f"/p{n}"])) for n in range(3)]
        for n in range(3):
            web.page(f"/p{n}")
        assert (
            crawl(sources, {}, (), words={}, now=NOON, settings=_settings(tmp_path, delay_s=0.3)) is not None
        )
        times = [request.at for request in web.requests]
        assert len(times) == 7
        # All of them together: a busy machine may hand over one request late and the next one on time.
        assert times[-1] - times[0] > 6 * 0.25


def test_without_leave_nothing_private_is_reached_by_any_name(tmp_path: Path) -> None:
    with Web() as web:
        web.feed("/feed.xml", ["/a"])
        hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
        sources = [
            a_source(f"s{n}", url=f"http://{host}:{web.port}/feed.xml") for n, host in enumerate(hosts)
        ]
        done = crawl(sources, {}, (), words={}, now=NOON, settings=_settings(tmp_path, private_hosts=()))
        assert done is not None
        assert [report.result for report in done[1].reports] == ["failed"] * len(hosts)
        assert all("no public web server" in (r.error or "") for r in done[1].reports), done[1].reports
        assert web.requests == []


def test_a_closing_crawl_asks_for_no_more_pages_and_forgets_none(tmp_path: Path) -> None:
    with Web() as web:
        web.feed("/feed.xml", [f"/n{n}" for n in range(200)], ETag='"v1"')
        for n in range(200):
            web.page(f"/n{n}")
        # 200 pages take 40 s, so there is time for some and never for all, on a busy machine, too.
        settings = _settings(tmp_path, delay_s=0.2, timeout_s=20.0)
        done = crawl([a_source(url=web.url("/feed.xml"))], {}, (), words={}, now=NOON, settings=settings)
        assert done is not None
        (report,), (state,) = done[1].reports, done[1].states
        assert 0 < report.fetched < 150
        assert report.entries == report.fetched + report.skipped == 200
        assert any("ran out of time" in problem for problem in report.problems)
        assert state.etag is None


def test_a_certificate_that_nobody_vouches_for_is_refused_but_where_the_catalogue_or_we_say(
    tmp_path: Path,
) -> None:
    context = self_signed(tmp_path)
    with Web(tls=context) as web, Web(tls=context, robots="User-agent: *\nDisallow: /b") as trusted:
        web.page("/a")
        for path in ("/a", "/b"):
            trusted.page(path)
        sources = [
            a_source("checked", url=web.feed("/feed.xml", ["/a"])),
            a_source("same-host", url=web.feed("/feed2.xml", ["/a"]), verify=False, verify_reason="a chain"),
            a_source(
                "trusted", url=trusted.feed("/feed.xml", ["/a", "/b"]), verify=False, verify_reason="own"
            ),
        ]
        done = crawl(sources, {}, (), words={}, now=NOON, settings=_settings(tmp_path / "checked"))
        assert done is not None
        reports = done[1].reports
        assert [(report.result, report.fetched) for report in reports] == [
            ("failed", 0), ("ok", 1), ("ok", 1)
        ]  # fmt: skip
        assert "no secure connection" in (reports[0].error or "")
        assert "verify_reason" in (reports[0].error or "")
        assert [failure.reason for failure in done[1].failures] == ["robots.txt forbids it"]
        assert done[1].states[0].failure_weight == 0.5
        settings = _settings(tmp_path / "unchecked", verify_certificates=False)
        done = crawl(sources[:1], {}, (), words={}, now=NOON, settings=settings)
        assert done is not None
        assert done[1].reports[0].result == "ok"


@pytest.mark.parametrize(
    ("names", "days", "is_trusted", "fault"),
    [
        (["127.0.0.1"], 1, False, "signed by itself alone"),
        (["127.0.0.1"], -1, True, "expired"),
        (["127.0.0.2"], 1, True, "for another host than 127.0.0.1"),
        (["elsewhere.example"], 1, True, "for another host than 127.0.0.1"),
        ([], 1, True, "names no host"),
        (["127.0.0.1"], 1, True, None),
    ],
)
def test_a_faulty_certificate_is_told_in_one_plain_line_and_logs_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    names: list[str],
    days: int,
    is_trusted: bool,
    fault: str | None,
) -> None:
    context = self_signed(tmp_path, *names, days=days)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with Web(tls=context) as web:
        web.page("/a")
        source = a_source(url=web.feed("/feed.xml", ["/a"]))
        done = crawl([source], {}, (), words={}, now=NOON, settings=_settings(tmp_path))
    assert done is not None
    (report,) = done[1].reports
    assert not caplog.messages
    if fault is None:
        assert (report.result, report.fetched) == ("ok", 1)
    else:
        assert report.result == "failed"
        assert (report.error or "").startswith("no secure connection: its certificate")
        assert fault in (report.error or "")
        assert web.asked("/feed.xml") == 0


def test_a_request_has_one_deadline_with_its_redirects_retries_and_robots(tmp_path: Path) -> None:
    with Web() as slow, Web() as slow_robots, Web() as good:
        good.page("/a")
        for n in range(9):
            slow.answer(f"/hop{n}", Answer(302, b"", {"Location": f"/hop{n + 1}"}, delay_s=2.5))
        slow.answer("/broken", Answer(503, delay_s=4.0))
        slow_robots.answer("/robots.txt", Answer(404, delay_s=4.0))
        slow_robots.answer("/feed.xml", Answer(200, delay_s=60.0))
        sources = [
            a_source("slow", url=slow.feed("/feed.xml", ["/hop0", "/broken"])),
            a_source("slow-robots", url=slow_robots.url("/feed.xml")),
            a_source("good", url=good.feed("/feed.xml", ["/a"])),
        ]
        settings = _settings(tmp_path, answer_timeout_s=5.0, request_timeout_s=6.0)
        done = crawl(sources, {}, (), words={}, now=NOON, settings=settings)
        assert done is not None
        reports = {report.source_id: report for report in done[1].reports}
        reason = "no complete answer within 6 s, its redirects, retries and robots.txt included"
        assert {(failure.kind, failure.reason) for failure in done[1].failures} == {("temporary", reason)}
        assert (reports["slow"].result, reports["slow"].failed) == ("ok", 2)
        assert (reports["slow-robots"].result, reports["slow-robots"].error) == ("failed", reason)
        assert (reports["good"].result, reports["good"].fetched) == ("ok", 1)
        assert slow.asked("/hop3") == 0


def test_a_source_that_uses_up_its_share_keeps_its_pages_and_counts_as_failed(tmp_path: Path) -> None:
    with Web() as web:
        for n in range(40):
            web.answer(
                f"/n{n}", Answer(200, b"<html>A page</html>", {"Content-Type": "text/html"}, delay_s=1.5)
            )
        url = web.feed("/feed.xml", [f"/n{n}" for n in range(40)])
        settings = _settings(tmp_path, answer_timeout_s=5.0, timeout_s=16.0)
        done = crawl([a_source(url=url)], {}, (), words={}, now=NOON, settings=settings)
        assert done is not None
        (report,), (state,) = done[1].reports, done[1].states
        assert report.result == "failed"
        assert re.fullmatch(r"too slow: \d+ answers? in \d+ s", report.error or "")
        assert 0 < report.fetched == done[1].pages < 40
        assert report.entries == report.fetched + report.skipped == 40
        assert (state.failure_weight, state.last_error) == (0.5, report.error)


def test_a_hostile_section_page_is_given_up_and_stops_no_other(tmp_path: Path) -> None:
    attributes = " ".join(f"a{n}=1" for n in range(800_000))
    with Web() as hostile, Web() as odd:
        odd.page("/a")
        odd.page("/section", "<a href='/a'>One</a>", "text/html; charset=idna")
        sources = [
            a_source("hostile", url=hostile.page("/section", f"<a {attributes} href='/x'>"), kind="section"),
            a_source("odd", url=odd.url("/section"), kind="section"),
        ]
        done = crawl(sources, {}, (), words={}, now=NOON, settings=_settings(tmp_path, answer_timeout_s=20.0))
        assert done is not None
        assert [(report.result, report.fetched) for report in done[1].reports] == [("failed", 0), ("ok", 1)]
        assert "could not be read within" in (done[1].reports[0].error or "")


def test_our_own_dead_network_weighs_least(tmp_path: Path) -> None:
    done = crawl(
        [
            a_source(url="http://no-such-name.invalid/feed.xml"),
            a_source("b", url="http://127.0.0.1:9/feed.xml"),
        ],
        {},
        (),
        words={},
        now=NOON,
        settings=_settings(tmp_path),
    )
    assert done is not None
    assert [state.failure_weight for state in done[1].states] == [0.25, 0.25]
    assert done[1].reports[0].error == "the host name has no address"


def test_checking_a_source_shows_its_entries_and_keeps_nothing(tmp_path: Path) -> None:
    with Web() as web:
        url = web.feed("/feed.xml", ["/a", "/b"], ["First", "Second"])
        web.page("/a")
        web.page("/b")
        sources = [
            a_source(url=url, scope="broad", enabled=False),
            a_source("none", url=web.url("/none.xml")),
        ]
        events: list[Mapping[str, Any]] = []
        works, fails = check(sources, _settings(tmp_path / "x"), NOON, events.append)
        report, feed = works.report, works.listing
        assert (works.error, report.result, report.entries, report.fetched) == (None, "ok", 2, 1)
        assert feed is not None
        assert (feed.title, [entry.title for entry in feed.entries]) == ("News", ["First", "Second"])
        assert works.page is not None
        assert not (tmp_path / "x").exists()
        assert (fails.report.result, fails.listing, fails.page) == ("failed", None, None)
        assert {event["source"] for event in events if event["event"] == "source"} == {"daily", "none"}
