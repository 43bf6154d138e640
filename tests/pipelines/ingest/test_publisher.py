"""An article is its own site's, whoever lists it and whoever asks first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from crawlers.model import Source
from crawlers.sources import load_sources
from pipelines.beat.source_sites import SourceSites
from pipelines.ingest.publisher import publisher_of
from pipelines.model import Publisher
from tests.builders import a_source

DAILY = a_source("daily", country="CA", tier=1)
STATE = a_source("state-paper", url="https://www.stateorgan.example/rss", owner="state", country="CN", tier=3)
WIRE = a_source("wire", owner="wire", country="US")


def _publisher(url: str, listed_by: Source | None, *sources: Source) -> Publisher:
    return publisher_of(url, listed_by, SourceSites(sources))


@pytest.mark.parametrize("listed_by", [DAILY, STATE, WIRE, None], ids=lambda s: s.id if s else "nobody")
def test_a_page_is_its_own_sites_whoever_lists_it(listed_by: Source | None) -> None:
    sources = (DAILY, STATE, WIRE)
    own = _publisher("https://daily.example/1", listed_by, *sources)
    assert own == Publisher("daily", "Daily", "private", 1, "CA")
    state = _publisher("https://stateorgan.example/1", listed_by, *sources)
    assert state == Publisher("state-paper", "State-Paper", "state", 3, "CN")


@pytest.mark.parametrize("listed_by", [STATE, WIRE], ids=lambda s: s.id)
def test_a_page_of_a_site_that_nobody_knows_gets_nothing_from_who_lists_it(listed_by: Source) -> None:
    found = _publisher("https://www.stranger.example/1", listed_by, DAILY, STATE, WIRE)
    assert found == Publisher("stranger.example", "stranger.example", "private", 2, None)


def test_a_source_that_is_not_in_the_catalogue_any_more_lends_nothing_either() -> None:
    assert _publisher("https://stranger.example/1", None).id == "stranger.example"


@pytest.mark.parametrize(
    ("url", "name", "owner"),
    [
        ("https://news.cctv.com/2026/1.html", "CCTV", "state"),
        ("https://www.reuters.com/world/1", "Reuters", "wire"),
        ("https://www.globenewswire.com/news-release/1", "GlobeNewswire", "wire"),
    ],
)
def test_a_site_of_no_source_goes_by_what_is_known_of_it_everywhere(url: str, name: str, owner: str) -> None:
    found = _publisher(url, DAILY, DAILY)
    assert (found.name, found.owner, found.country) == (name, owner, None)


@pytest.mark.parametrize(
    "url",
    [
        "https://sports.daily.example/1",
        "https://m.daily.example/1",
        "http://www.daily.example:8080/1",
    ],
)
def test_a_section_on_another_subdomain_is_the_papers(url: str) -> None:
    assert _publisher(url, STATE, STATE, DAILY).id == "daily"


def test_two_sites_of_one_provider_are_two_publishers() -> None:
    one = a_source("one", url="https://one.github.io/feed.xml", owner="state")
    assert _publisher("https://two.github.io/1", one, one).owner == "private"


def test_a_page_on_the_site_of_an_aggregator_is_the_aggregators() -> None:
    news = a_source("news-search", url="https://news.aggregator.example/rss/search?q=canola")
    assert (
        _publisher("https://news.aggregator.example/rss/articles/CBMi", news, news, DAILY).id == "news-search"
    )
    assert _publisher("https://daily.example/1", news, news, DAILY).id == "daily"


def test_a_wire_stays_the_publisher_on_its_own_site_alone() -> None:
    assert _publisher("https://wire.example/release/1", WIRE, WIRE, DAILY).owner == "wire"
    assert _publisher("https://daily.example/wire-story", WIRE, WIRE, DAILY).owner == "private"


def test_a_feed_on_another_host_names_its_own_sites() -> None:
    burned = a_source(
        "daily", url="https://feeds.feedburner.com/daily", sites=("daily.example",), country="CA"
    )
    other = a_source("other", url="https://feeds.feedburner.com/other", owner="state")
    for listed_by in (burned, other, None):
        assert _publisher("https://news.daily.example/1", listed_by, other, burned).id == "daily"
    # What lies on the provider's own site is not the paper's.
    assert _publisher("https://feeds.feedburner.com/~r/daily/1", burned, burned).country is None


def test_sites_that_are_written_are_all_that_is_the_sources_own() -> None:
    ottawa = a_source(
        "ottawa", url="https://ca.embassy.example/rss", sites=("ca.embassy.example",), country="CN"
    )
    for url, own in (
        ("https://ca.embassy.example/1", True),
        ("https://press.ca.embassy.example/1", True),
        ("https://us.embassy.example/1", False),
        ("https://fakeca.embassy.example/1", False),
    ):
        assert (_publisher(url, ottawa, ottawa).id == "ottawa") is own, url


SECTIONS = (
    a_source("all", url="https://www.paper.example/rss"),
    a_source("world", url="https://www.paper.example/world/rss"),
    a_source("sport", url="https://sport.paper.example/rss"),
)


@pytest.mark.parametrize("listed_by", SECTIONS, ids=lambda s: s.id)
def test_of_several_sources_of_one_site_the_one_that_listed_the_page_is_its_publisher(
    listed_by: Source,
) -> None:
    assert _publisher("https://www.paper.example/1", listed_by, *SECTIONS).id == listed_by.id


@pytest.mark.parametrize("listed_by", [STATE, WIRE, None], ids=lambda s: s.id if s else "nobody")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.paper.example/world/1", "all"),
        ("https://sport.paper.example/1", "sport"),
        ("https://blogs.paper.example/1", "all"),
    ],
)
def test_listed_by_another_it_is_the_nearest_hosts_then_the_first_of_the_catalogues(
    url: str, expected: str, listed_by: Source | None
) -> None:
    assert _publisher(url, listed_by, STATE, WIRE, *SECTIONS).id == expected


def test_the_order_of_the_catalogue_matters_among_sources_of_one_host_alone() -> None:
    for order in permutations([DAILY, STATE, WIRE]):
        assert _publisher("https://daily.example/1", WIRE, *order).id == "daily"


def test_a_source_that_is_turned_off_still_owns_its_pages() -> None:
    off = a_source("state-paper", url=STATE.url, owner="state", enabled=False)
    assert _publisher("https://stateorgan.example/1", DAILY, DAILY, off).owner == "state"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8001/1", "one"),
        ("http://127.0.0.1:8002/1", "two"),
        ("http://127.0.0.1:8003/1", "127.0.0.1:8003"),
    ],
)
def test_on_a_bare_address_each_port_is_a_site(url: str, expected: str) -> None:
    one = a_source("one", url="http://127.0.0.1:8001/feed.xml")
    two = a_source("two", url="http://127.0.0.1:9000/feed.xml", sites=("127.0.0.1:8002",))
    assert _publisher(url, one, one, two).id == expected


def test_the_beat_that_comes_with_maplewire_knows_the_sites_of_feeds_that_lie_elsewhere(
    china_canada: Sequence[Source],
) -> None:
    sites = SourceSites(china_canada)
    by_id = {source.id: source for source in china_canada}
    for listed_by, url in (
        ("bbc-zh", "https://www.bbc.com/zhongwen/articles/c1"),
        ("xinhua-world", "https://english.news.cn/20260117/1/c.html"),
        ("xinhua-china", "http://www.xinhuanet.com/english/1.htm"),
        ("gac-en", "https://www.canada.ca/en/global-affairs/news/2026/01/1.html"),
        ("people-world", "http://world.people.com.cn/n1/2026/0117/c1.html"),
        ("dw-zh", "https://www.dw.com/zh/1/a-1"),
    ):
        assert publisher_of(url, by_id[listed_by], sites).id == listed_by


@pytest.mark.parametrize(
    ("page", "publisher"),
    [
        ("https://www.stats.gov.cn/sj/zxfb/1.html", "stats.gov.cn"),
        ("https://jrs.mof.gov.cn/zhengcefabu/1.htm", "jrs.mof.gov.cn"),
        ("https://english.mofcom.gov.cn/News/1.html", "mofcom-en"),
        ("https://www.mofcom.gov.cn/zwgk/1.html", "mofcom-announcements-zh"),
        ("https://inspection.gc.ca/en/1", "inspection.gc.ca"),
        ("https://www2.gov.bc.ca/gov/content/taxes", "british-columbia"),
    ],
)
def test_a_ministry_of_the_beat_owns_no_pages_of_another_one(
    page: str, publisher: str, china_canada: Sequence[Source]
) -> None:
    assert publisher_of(page, None, SourceSites(china_canada)).id == publisher


@pytest.fixture(scope="module")
def china_canada() -> Sequence[Source]:
    return load_sources(Path(__file__).parents[3] / "beats/china-canada/sources.yaml")
