"""The catalogue that comes with the project keeps the rules that docs/how-to/add-a-source.md states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from crawlers.feeds.section import parse_section
from crawlers.model import Source
from crawlers.selection import select
from crawlers.sources import load_sources

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SHIPPED = ROOT / "beats" / "china-canada" / "sources.yaml"
pytestmark = pytest.mark.skipif(not SHIPPED.exists(), reason="the beat that comes along is not there")

#: What a desk would miss: kinds of sources, each with some that must stay.
WANTED = {
    "the ministry of foreign affairs": {"mfa-spokesperson", "mfa-pressers", "mfa-pressers-zh"},
    "the ministry of commerce": {"mofcom-en", "mofcom-announcements-zh", "mofcom-spokesperson-zh"},
    "customs and tariffs of China": {"gacc-zh", "tariff-commission-zh"},
    "consulates": {"consulate-toronto", "consulate-vancouver", "consulate-calgary", "consulate-montreal"},
    "the gazette": {"gazette-p1-en", "gazette-p2-en", "gazette-p1-fr", "gazette-p2-fr"},
    "security": {"dnd-en", "csis-en", "public-safety-en", "cyber-centre-news"},
    "trade law": {"cbsa-en", "citt-en", "finance-en", "finance-fr"},
    "parliament": {"house-faae", "house-cacn", "senate-aefa", "legisinfo"},
    "farms": {"western-producer", "realagriculture", "canola-council", "canola-growers"},
    "dailies of the west": {"vancouver-sun", "calgary-herald", "starphoenix", "leader-post"},
    "politics and business": {"ottawa-citizen", "ipolitics", "bnn-bloomberg", "policy-magazine"},
    "Canada in Chinese": {"rci-zh", "mingpao-toronto", "mingpao-vancouver", "sing-tao-toronto"},
    "Asia": {"caixin-global", "zaobao-china", "cna", "the-diplomat", "huanqiu-world"},
    "state media in Chinese": {"xinhua-world-zh", "xinhua-politics-zh", "people-world-section"},
    "provinces": {"saskatchewan", "alberta", "british-columbia", "manitoba", "ontario"},
}

#: How the ministry of commerce names its articles.
ART = f"art_{'0123456789abcdef' * 2}.html"

#: Sections of one form, an address of an article as their pages have it, and one of something else.
ARTICLES = [
    ("mfa-pressers mfa-remarks mfa-spokesperson", "./202607/t20260728_11993800.html", "./index_1.html"),
    ("mfa-pressers-zh mfa-activities-zh", "./202607/t20260728_11993669.shtml", "../zcjd/"),
    ("mofcom-en-pressers mofcom-en", f"/News/PressConference/art/2026/{ART}", "/News/"),
    ("mofcom-announcements-zh", f"/zwgk/zcfb/art/2026/{ART}", "/zwgk/zcfb/art/"),
    ("mofcom-spokesperson-zh", f"/xwfb/xwfyrth/art/2025/{ART}", "/xwfb/"),
    ("mofcom-pressers-zh", "/xwfbzt/2026/swbzklxxwfbh2026n8y27r/index.html", "/xwfbzt/index.html"),
    ("tariff-commission-zh", "./202512/t20251231_3981044.htm", "../zhengcejiedu/"),
    ("ndrc-zh", "./202610/t20261009_1408037.html", "./index_1.html"),
    ("state-council-en", "/news/202604/15/content_WS69df29e6c6d00ca5f9a0a6b1.html", "/news/page_2.html"),
    ("mod-pressers-zh", "16479365.html", "index_2.html"),
    ("embassy-ottawa-zh", "./zytz/202602/t20260216_11860600.htm", "./eng/zytz_0/202602/t20260216_11.htm"),
    ("embassy-ottawa-en", "./zytz_0/202602/t20260216_11860601.htm", "./zytz_0/"),
    (
        "consulate-toronto consulate-montreal consulate-vancouver consulate-calgary",
        "./zgxw/202306/t20230621_11101605.htm",
        "./zgxw/",
    ),
    (
        "house-faae",
        "/DocumentViewer/en/45-1/FAAE/meeting-12/evidence",
        "/DocumentViewer/en/45-1/AGRI/meeting-9/",
    ),
    ("saskatchewan", "/government/news-and-media/2026/april/21/canola-trade", "/government/news-and-media"),
    (
        "xinhua-section xinhua-china-section",
        "/20260117/0123456789abcdef0123456789abcdef/c.html",
        "/world/c.html",
    ),
    (
        "xinhua-politics-zh xinhua-world-zh",
        "/politics/leaders/20251010/2822d6ac4c4e424abde9/c.html",
        "/politics/xgc.htm",
    ),
    ("people-world-section", "/n1/2026/0303/c1002-40673274.html", "/GB/157278/index.html"),
    ("huanqiu-world", "/article/4FIHGhZ96FB", "/roll"),
    ("zaobao-china zaobao-world", "/realtime/china/story20250906-7470442", "/realtime/world"),
    (
        "rci-zh",
        "/rci/zh-hans/%E6%96%B0%E9%97%BB/2238355/%E5%86%B0%E7%90%83",
        "/rci/zh-hans/%E6%96%B0%E9%97%BB",
    ),
    ("mingpao-toronto", "htm/News/20250112/HK-gaa1_r.htm", "htm/News/20250112/HK-GAindex_r.htm"),
    ("mingpao-vancouver", "htm/News/20250112/vaa1_r.htm", "htm/News/20250112/main_r.htm"),
    (
        "sing-tao-toronto sing-tao-vancouver",
        "https://www.singtao.ca/7646910/2026-10-05/news-%E8%B7%A8/",
        "/category/54-news-/",
    ),
    ("gacc-zh", "/customs/302249/302266/302267/2167536/index.html", "/customs/302249.htm"),
    ("state-council-zh", "./202608/content_7078803.htm", "./index.htm"),
    ("apf-canada", "/publication/taiwan-canada-and-global-semiconductor-race", "/publication/"),
    ("alberta", "announcements.cfm?xID=96456379DDC57-9F6B-FE7E-69C325AD64A91DCD", "/news?page=2"),
    ("mofcom-daily-zh", f"/xwfb/rcxwfb/art/2026/{ART}", "/xwfb/rcxwfb/index.html"),
    ("house-cacn", "/DocumentViewer/en/44-1/CACN/meeting-40/minutes", "/Committees/en/CACN/Work"),
    (
        "house-cacn",
        "/DocumentViewer/en/44-1/CACN/report-2/page-24",
        "/DocumentViewer/en/44-1/CACN/news-release/1",
    ),
    ("senate-aefa", "/en/newsroom/committee-studies-trade-with-china/", "/en/newsroom/"),
    (
        "china-institute",
        "/en/china-institute/events/latest/2026/circ/index.html",
        "/en/china-institute/index.html",
    ),
]


@pytest.fixture(scope="module")
def sources() -> Sequence[Source]:
    return load_sources(SHIPPED)


@pytest.fixture(scope="module")
def by_id(sources: Sequence[Source]) -> dict[str, Source]:
    return {source.id: source for source in sources}


def test_the_readme_promises_no_more_sources_than_there_are(sources: Sequence[Source]) -> None:
    promised = re.search(r"`sources.yaml` has over (\d+) sources", README.read_text("utf-8"))
    assert promised
    # Both ways: a number that is far behind is as wrong.
    assert int(promised[1]) < len(sources) < int(promised[1]) + 40


@pytest.mark.parametrize("kind", WANTED)
def test_no_kind_of_source_that_a_desk_would_miss_is_lacking(kind: str, by_id: dict[str, Source]) -> None:
    assert set(by_id) >= WANTED[kind]


def test_every_source_says_who_it_is_and_how_it_is_read() -> None:
    # Read as written: the defaults would hide what is missing.
    for entry in yaml.safe_load(SHIPPED.read_text("utf-8"))["sources"]:
        for field in ("name", "language", "owner", "tier", "scope", "poll", "listed"):
            assert field in entry, f"{entry['id']}: {field}"
        # A wire carries both sides, with dates that name their zone.
        if entry["owner"] != "wire":
            assert {"country", "timezone"} <= set(entry), entry["id"]


def test_every_section_says_which_links_are_articles(sources: Sequence[Source]) -> None:
    for source in sources:
        if source.kind == "section":
            assert source.links, source.id
            assert source.url_pattern, source.id


def test_a_source_without_tls_says_so(sources: Sequence[Source]) -> None:
    for source in sources:
        if not source.url.startswith("https://"):
            assert "without tls" in (source.note or "").lower(), source.id


def test_a_source_that_is_off_or_unlisted_says_why(sources: Sequence[Source]) -> None:
    for source in sources:
        if not source.enabled or not source.listed:
            assert source.note, source.id


def test_no_name_stands_for_two_sources(sources: Sequence[Source]) -> None:
    # Mails name the source, so two of one name could not be told apart.
    repeated = [name for name, count in Counter(source.name for source in sources).items() if count > 1]
    assert repeated == []


@pytest.mark.parametrize(
    ("country", "languages"), [("CA", {"en", "fr"}), ("CN", {"zh", "en"}), ("HK", {"zh", "en"})]
)
def test_governments_are_read_in_their_own_languages(
    country: str, languages: set[str], sources: Sequence[Source]
) -> None:
    read = set()
    for source in sources:
        if source.enabled and source.owner == "government" and source.country == country:
            read.add((source.language or "").partition("-")[0])
    assert read >= languages


@pytest.mark.parametrize(("ids", "article", "other"), ARTICLES, ids=[row[0] for row in ARTICLES])
def test_a_section_takes_articles_and_leaves_other_links(
    ids: str, article: str, other: str, by_id: dict[str, Source]
) -> None:
    # One page for all: what surrounds a link is what the narrowest selectors ask for.
    links = f'<h4><a href="{article}">第一</a></h4></li><li><h4><a href="{other}">第二</a></h4>'
    page = f'<div class="conList_ul"><ul class="liBox"><li>{links}</li></ul></div>'
    for source_id in ids.split():
        assert _chosen(by_id[source_id], page) == ["第一"], source_id


def test_every_section_is_tried_with_an_address_of_its_form(sources: Sequence[Source]) -> None:
    # A selector that fails is silent until somebody looks at the health of sources.
    tried = " ".join(row[0] for row in ARTICLES).split()
    for source in sources:
        if source.kind == "section":
            assert source.id in tried, f"{source.id}: add an address of an article to ARTICLES"


def _chosen(source: Source, page: str) -> list[str]:
    """Return the titles of the links that a crawl of this section would fetch."""
    assert source.links
    listing = parse_section(
        page.encode(), url=source.url, content_type=None, links=source.links, next_page=None
    )
    # What a title must name is another question than which links are articles.
    chosen = select(listing.entries, replace(source, scope="all"), (), ()).to_fetch
    found = []
    for entry in chosen:
        found.append(entry.title)
    return found
