"""The demo web: end-to-end tests and first visitors rely on its plan."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html

from crawlers.sources import load_sources
from maplewire_demo import DemoWeb, ExpectedPage
from maplewire_demo.content import load_sites

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
UNRELATED_RUN = 12
"""Words in a row that two texts of different stories may not share."""


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb(NOW) as running:
        yield running


@pytest.fixture(scope="module")
def expected(web: DemoWeb) -> Mapping[str, ExpectedPage]:
    return {page.id: page for page in web.expected()}


def fetch(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """One plain GET that follows no redirect: (status, headers, body)."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)
    try:
        connection.request("GET", at.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def listed_addresses(web: DemoWeb, site_id: str) -> list[str]:
    """The addresses that a site's listing names, read by another reader than our own."""
    site = next(s for s in load_sites() if s.id == site_id)
    status, _, body = fetch(web.listing_url(site_id))
    assert status == 200
    home = web.sites[site_id]
    if site.listing == "sitemap":
        children = etree.fromstring(body).xpath("//*[local-name()='sitemap']/*[local-name()='loc']/text()")
        addresses: list[str] = []
        for child in children:
            tree = etree.fromstring(gzip.decompress(fetch(str(child))[2]))
            addresses += map(str, tree.xpath("//*[local-name()='url']/*[local-name()='loc']/text()"))
        return addresses
    if site.listing == "section":
        return list(section_links(home, urlsplit(web.listing_url(site_id)).path, site.links or ""))
    if site.listing == "json":
        return [item["url"] for item in json.loads(body)["items"]]
    return [entry.link.partition("?")[0] for entry in feedparser.parse(body).entries]


def section_links(home: str, path: str, css: str) -> Iterator[str]:
    page = html.fromstring(fetch(home + path)[2])
    found = page.xpath("//ul[@class='list']//a/@href" if css.startswith("ul") else "//h2/a/@href")
    yield from (home + href for href in found)
    for older in page.xpath("//a[@rel='next']/@href"):
        yield from section_links(home, older, css)


# -- as much as was promised -------------------------------------------------------------------------


def test_there_are_enough_sites_pages_and_looks(expected):
    sites = load_sites()
    assert len(sites) >= 14
    assert len(expected) >= 90
    assert len({site.template for site in sites}) >= 6
    assert {site.listing for site in sites} >= {
        "rss",
        "atom",
        "rdf",
        "json",
        "sitemap",
        "section",
        "broken",
        "gone",
    }
    assert sum(page.role == "off-beat" for page in expected.values()) >= 50


def test_every_language_has_sites_and_stories_of_the_beat(expected):
    on_beat = Counter(p.lang for p in expected.values() if p.role in ("original", "copy", "independent"))
    assert set(on_beat) == {"en", "fr", "zh-Hans", "zh-Hant"}
    assert min(on_beat.values()) >= 3


def test_the_release_has_every_kind_of_reprint(expected):
    relations = Counter(p.relation for p in expected.values() if p.story == "release" and p.role == "copy")
    assert relations["verbatim"] >= 3
    assert relations["shortened"] == relations["embedded"] == 1
    assert {p.origin for p in expected.values() if p.story == "release"} == {"Radio Harbin World Service"}


def test_the_agency_report_runs_in_four_papers_and_one_edits_it(expected):
    copies = [p for p in expected.values() if p.story == "agency" and p.role == "copy"]
    assert len({p.site for p in copies}) == 4
    assert [p.relation for p in copies].count("edited") == 1


def test_the_meeting_is_reported_independently_in_four_scripts(expected):
    reports = [p for p in expected.values() if p.event == "meeting" and p.role == "independent"]
    assert {p.lang for p in reports} == {"en", "fr", "zh-Hans", "zh-Hant"}
    assert len({p.story for p in reports}) == 4


# -- every address answers as planned ----------------------------------------------------------------


@pytest.mark.parametrize("site_id", [s.id for s in load_sites() if s.listing not in ("broken", "gone")])
def test_a_listing_names_exactly_the_pages_of_its_site(web, site_id):
    expected_here = [p.listed_url for p in web.expected() if p.site == site_id]
    assert sorted(listed_addresses(web, site_id)) == sorted(expected_here)


def test_every_listed_page_answers_as_its_role_says(web, expected):
    for page in expected.values():
        assert_answers_as_its_role_says(page)


def assert_answers_as_its_role_says(page: ExpectedPage) -> None:
    status, headers, body = fetch(page.listed_url)
    if page.role == "missing":
        assert status == 404, page.id
    elif page.url != page.listed_url:
        assert (status, headers["Location"]) == (301, page.url)
        assert fetch(page.url)[0] == 200
    elif page.role == "not-html":
        assert headers["Content-Type"] == "application/pdf"
    elif page.role == "no-text":
        assert not html.fromstring(body).text_content().strip()
    else:
        assert status == 200, page.id
        assert page.title in html.fromstring(body).text_content(), page.id


def test_robots_txt_forbids_a_page_that_a_feed_lists(web, expected):
    page = next(p for p in expected.values() if p.role == "disallowed")
    robots = fetch(web.sites[page.site] + "/robots.txt")[2].decode()
    assert f"Disallow: {'/'.join(urlsplit(page.url).path.split('/')[:2])}/" in robots
    assert all(fetch(home + "/robots.txt")[0] == 200 for home in web.sites.values())


def test_one_feed_is_broken_and_one_is_gone(web):
    status, headers, _ = fetch(web.listing_url("lakeshore"))
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert fetch(web.listing_url("almanac"))[0] == 410


def test_one_feed_keeps_its_reader_waiting(web):
    started = datetime.now(UTC)
    assert fetch(web.listing_url("island-weekly"))[0] == 200
    assert timedelta(seconds=2) <= datetime.now(UTC) - started < timedelta(seconds=5)


def test_the_gbk_portal_is_read_by_its_own_declaration_alone(web, expected):
    _, headers, body = fetch(expected["meeting-hans"].url)
    assert "charset" not in headers["Content-Type"]
    text = body.decode("gb18030")
    assert "国家主席会见加拿大总理" in text
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_some_chinese_times_come_without_a_zone(web):
    dates = re.findall(rb"<pubDate>([^<]+)", fetch(web.listing_url("songhua"))[2])
    assert dates
    assert all(re.fullmatch(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", d) for d in dates)


def test_no_date_lies_in_the_future_and_none_is_older_than_forty_hours(web):
    for page in web.pages():
        assert NOW - timedelta(hours=40, minutes=1) <= page.published <= NOW, page.item.id


# -- texts -------------------------------------------------------------------------------------------


def test_texts_of_different_stories_share_no_twelve_words(web):
    owners: dict[tuple[str, ...], str] = {}
    for page in web.pages():
        story = "grain" if page.item.about == "series" else page.story
        words = re.findall(r"[\u3400-\u9fff]|\w+", " ".join(page.paragraphs).lower())
        for start in range(len(words) - UNRELATED_RUN + 1):
            run = tuple(words[start : start + UNRELATED_RUN])
            assert owners.setdefault(run, story) == story, " ".join(run)


def test_copies_carry_their_original_word_for_word(web):
    pages = {p.item.id: p for p in web.pages()}
    for page in pages.values():
        if page.role == "copy" and page.item.script is None and page.item.relation != "edited":
            shared = set(page.paragraphs) & set(pages[page.story].paragraphs)
            assert len(shared) >= 4, page.item.id
    numbers = [pages[i].paragraphs for i in ("grain-3", "grain-4")]
    assert numbers[0][0] == numbers[1][0]
    assert numbers[0][1] != numbers[1][1]


def test_every_story_of_the_beat_is_long_enough_to_judge(web):
    for page in web.pages():
        if page.role in ("original", "independent", "copy"):
            text = " ".join(page.paragraphs)
            characters = len(re.findall(r"[\u3400-\u9fff]", text))
            assert characters >= 200 or len(text.split()) >= 100, page.item.id


def test_no_placeholder_is_left_in_a_text(web):
    assert not [p.item.id for p in web.pages() if re.search(r"[{}]", p.title + " ".join(p.paragraphs))]


def test_a_site_never_gives_two_pages_one_title_or_address(web):
    titles = Counter((p.site.id, p.title) for p in web.pages())
    addresses = Counter((p.site.id, p.path) for p in web.pages())
    assert max(titles.values()) == max(addresses.values()) == 1


# -- the second round --------------------------------------------------------------------------------


def test_round_two_brings_a_correction_a_late_copy_and_a_new_story():
    with DemoWeb(NOW) as web:
        before = {page.id: page for page in web.expected()}
        old = fetch(before["steel"].url)[2].decode()
        web.advance()
        now = {page.id: page for page in web.expected()}
        new = fetch(now["steel-corrected"].url)[2].decode()
        listing = feedparser.parse(fetch(web.listing_url("trade-ca"))[2])
    added = now.keys() - before.keys()
    assert sorted([now[id_].role for id_ in added]) == ["copy", "original", "update"]
    assert "up to 120,000 tonnes" in old
    assert "up to 210,000 tonnes" in new
    (steel,) = [entry for entry in listing.entries if "steel.html" in entry.link]
    assert steel.updated > steel.published


def test_in_round_two_a_feed_without_news_answers_304():
    with DemoWeb(NOW) as web:
        etag = fetch(web.listing_url("pacific-gazette"))[1]["ETag"]
        modified = fetch(web.listing_url("le-fleuve"))[1]["Last-Modified"]
        web.advance()
        assert fetch(web.listing_url("pacific-gazette"), **{"If-None-Match": etag})[0] == 304
        assert fetch(web.listing_url("le-fleuve"), **{"If-Modified-Since": modified})[0] == 304
        assert fetch(web.listing_url("pacific-gazette"), **{"If-None-Match": '"other"'})[0] == 200
        assert [r[2] for r in web.requests] == [200, 200, 304, 304, 200]
    assert parsedate_to_datetime(modified) <= NOW


def test_two_starts_at_one_time_give_the_same_texts():
    def seen() -> list[tuple[str, tuple[str, ...]]]:
        with DemoWeb(NOW) as web:
            return [(p.path, p.paragraphs) for p in web.pages()]

    assert seen() == seen()


# -- the folder and the package ----------------------------------------------------------------------


def test_the_beat_folder_is_a_catalogue_of_the_running_sites(web, tmp_path: Path):
    folder = web.beat_folder(tmp_path / "beat")
    sources = load_sources(folder / "sources.yaml")
    assert {s.id: s.url for s in sources} == {i: web.listing_url(i) for i in web.sites}
    assert {s.kind for s in sources} == {"feed", "sitemap", "section"}
    assert (folder / "terms.yaml").stat().st_size > 0
    assert "newsroom.example" in (folder / "searches.yaml").read_text("utf-8")


def test_a_web_that_does_not_run_has_no_addresses():
    with pytest.raises(RuntimeError, match="with DemoWeb"):
        _ = DemoWeb(NOW).sites
    with pytest.raises(ValueError, match="aware"):
        DemoWeb(datetime(2026, 1, 1))


def test_after_leaving_the_context_nothing_listens():
    with DemoWeb(NOW) as web:
        address = urlsplit(web.sites["northstar"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=2)
    with pytest.raises(ConnectionError):
        connection.request("GET", "/")


def test_importing_the_demo_loads_neither_scrapy_nor_a_database():
    names = "import sys, maplewire_demo; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True)
    assert not {"scrapy", "sqlalchemy", "trafilatura"} & set(done.stdout.split())
