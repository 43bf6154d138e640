from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from w3lib.url import canonicalize_url

from crawlers.errors import PermanentError
from crawlers.urls import (
    MAX_URL_LENGTH,
    canonical_url,
    join,
    same_site,
    site_of,
    site_of_canonical,
    without_tracking,
)

SAME = [
    ("HTTPS://News.Example/A", "https://news.example/A"),
    ("https://news.example", "https://news.example/"),
    ("http://news.example/a", "https://news.example/a"),
    ("http://news.example:80/a", "https://news.example/a"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("https://news.example./a", "https://news.example/a"),
    ("https://news.example/a#comments", "https://news.example/a"),
    ("  https://news.example/a\n", "https://news.example/a"),
    ("https://news.example/a/./b/../c", "https://news.example/a/c"),
    ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
    ("https://news.example/%e4%b8%ad", "https://news.example/%E4%B8%AD"),
    ("https://news.example/中", "https://news.example/%E4%B8%AD"),
    ("https://新闻.example/", "https://xn--efvy88h.example/"),
    ("https://straße.example/", "https://xn--strae-oqa.example/"),
    ("https://news.example/a?utm_source=rss&utm_medium=feed", "https://news.example/a"),
    ("https://news.example/a?id=7&UTM_Campaign=x&fbclid=y&gclid=z", "https://news.example/a?id=7"),
    ("https://news.example/a?cmp=rss&mc_cid=1&mc_eid=2", "https://news.example/a"),
    ("https://news.example/a?spm=C73544894212.P59511941341", "https://news.example/a"),
    ("https://news.example/a?from=timeline&isappinstalled=0", "https://news.example/a"),
    ("https://news.example/a?ref=rss", "https://news.example/a"),
    ("https://news.example/a?amp=1", "https://news.example/a"),
    ("https://news.example/a;jsessionid=8F3A?x=1", "https://news.example/a?x=1"),
]

DIFFERENT = [
    ("https://news.example/a", "https://news.example/A"),
    ("https://news.example/a", "https://news.example/a/"),
    ("https://news.example/", "https://news.example/index.html"),
    ("https://news.example/a", "https://m.news.example/a"),
    ("https://news.example/a", "https://news.example/a/amp/"),
    ("https://news.example/a?id=1", "https://news.example/a?id=2"),
    ("https://news.example/a?ref=41", "https://news.example/a"),
    ("https://news.example/a?from=2026-01-01", "https://news.example/a"),
    ("https://news.example/a?pk_id=5", "https://news.example/a"),
    ("http://news.example:8080/a", "https://news.example/a"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
]

KEPT_AS_THEY_ARE = [
    "http://127.0.0.1:8001/a",
    "http://192.0.2.7/a",
    "http://[2001:db8::1]:8080/a",
    "http://localhost/a",
    "http://daily.test/a",
    "http://news.example:8080/a",
    "https://news.example:8443/a",
]

REFUSED = [
    ("", "no http"),
    ("news.example/a", "no http"),
    ("/a", "no http"),
    ("ftp://news.example/a", "no http"),
    ("javascript:alert(1)", "no http"),
    ("mailto:desk@news.example", "no http"),
    ("https://", "names no host"),
    ("https:///a", "names no host"),
    ("https://ann:secret@news.example/a", "user name or password"),
    ("https://news.example/a\x00b", r"U\+0000"),
    ("https://news.example/a\nb", r"U\+000A"),
    ("https://news.example/a b", r"U\+0020"),
    ("https://news.example:99999/", "no address"),
    ("https://news.example:port/", "no address"),
    ("https://[::1/", "no address"),
    ("https://new s.example/", "U"),
    ("https://-news.example/", "host"),
    ("https://a..example/", "host"),
    ("https://127.1/", "192.0.2.1"),
    ("http://0x7f.0.0.1/", "192.0.2.1"),
    ("http://2130706433/", "192.0.2.1"),
    ("https://news.example/" + "a" * MAX_URL_LENGTH, "2048"),
    ("https://news.example/" + "中" * 300, "when encoded"),
    ("https://news.example/\ud800", "no address"),
]


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_spellings_of_one_page_have_one_canonical_address(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_may_be_two_pages_stays_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("url", KEPT_AS_THEY_ARE)
def test_explicit_ports_and_hosts_outside_the_public_web_keep_their_scheme(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(("url", "message"), REFUSED)
def test_what_is_no_address_of_a_page_is_refused_with_the_reason(url: str, message: str) -> None:
    with pytest.raises(PermanentError, match=message):
        canonical_url(url)


def test_a_refused_address_never_shows_its_password() -> None:
    with pytest.raises(PermanentError) as caught:
        canonical_url("https://ann:secret@news.example/a")
    assert "secret" not in str(caught.value)


_PIECES = st.sampled_from(
    [
        *"abz./;?&=%#:@[]\\ 20éF中",
        "utm_x=1",
        ";jsessionid=1",
        "%2e%2e",
        "//",
        "..",
        "ref=rss",
        "%C3",
        "?amp",
        "&&",
        "%2f",
    ]
)
_HOSTILE_URLS = st.one_of(
    st.text(),
    st.lists(_PIECES).map(lambda pieces: "http://a.example" + "".join(pieces)),
    st.lists(_PIECES).map(lambda pieces: "https://" + "".join(pieces)),
)


@settings(deadline=None)  # the first call loads the list of suffixes
@given(_HOSTILE_URLS)
def test_canonical_twice_is_canonical_once_and_nothing_else_is_raised(url: str) -> None:
    try:
        once = canonical_url(url)
    except PermanentError:
        return
    assert canonical_url(once) == once
    assert once.isascii()
    assert len(once) <= MAX_URL_LENGTH
    assert same_site(once, once)
    assert site_of(once) in once
    assert site_of_canonical(once) == site_of(url)


@settings(deadline=None)  # the first call loads the list of suffixes
@given(_HOSTILE_URLS)
def test_a_joined_address_is_the_same_page_or_refused(href: str) -> None:
    try:
        joined = join("https://news.example/feeds/world.xml", href)
    except PermanentError:
        return
    assert joined.startswith(("http://", "https://"))
    assert "#" not in joined


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a", "https://news.example/a"),
        ("b", "https://news.example/feeds/b"),
        ("?p=2", "https://news.example/feeds/world.xml?p=2"),
        ("//other.example/a", "https://other.example/a"),
        ("http://other.example/a?utm_source=x#top", "http://other.example/a?utm_source=x"),
        (" /long/\n  name ", "https://news.example/long/%20%20name"),
        ("/新闻", "https://news.example/%E6%96%B0%E9%97%BB"),
    ],
)
def test_join_gives_the_address_to_fetch(href: str, expected: str) -> None:
    assert join("https://news.example/feeds/world.xml", href) == expected


BASE = "https://news.example/feeds/world.xml"
MENDED = [
    ("\\news\\a", "https://news.example/news/a"),
    ("https:\\\\daily.example\\a", "https://daily.example/a"),
    ("\\\\daily.example\\a?b=c\\d", "https://daily.example/a?b=c%5Cd"),
    ("///cdn.news.example/a", "https://cdn.news.example/a"),
    ("////news/a", "https://news.example/news/a"),
    ("https:/daily.example/a", "https://daily.example/a"),
    ("http:/daily.example/a", "http://daily.example/a"),
    ("https:daily.example/a", "https://daily.example/a"),
    ("https:///www.cbc.ca/a", "https://www.cbc.ca/a"),
    ("https:/127.0.0.1:8000/a", "https://127.0.0.1:8000/a"),
    ("https:/例子.中国/a", "https://xn--fsqu00a.xn--fiqs8s/a"),
    ("www.cbc.ca/news/1", "https://www.cbc.ca/news/1"),
    ("WWW.CBC.ca", "https://www.cbc.ca"),
    ("www.cbc.ca:8080/a?b=/c", "https://www.cbc.ca:8080/a?b=/c"),
    ("news.example/a", "https://news.example/a"),
]
LEFT = [
    ("https:/2026/a.html", "https://news.example/2026/a.html"),
    ("http:/world/a.html", "https://news.example/world/a.html"),
    ("///a.html", "https://news.example/a.html"),
    ("www.html", "https://news.example/feeds/www.html"),
    ("cbc.ca/a", "https://news.example/feeds/cbc.ca/a"),
    ("./www.cbc.ca/a", "https://news.example/feeds/www.cbc.ca/a"),
    ("?q=www.cbc.ca\\a", "https://news.example/feeds/world.xml?q=www.cbc.ca%5Ca"),
    ("https://daily.example//a///b", "https://daily.example//a///b"),
]


@pytest.mark.parametrize(("href", "expected"), MENDED + LEFT)
def test_slashes_and_a_missing_scheme_are_mended_where_a_host_can_stand(href: str, expected: str) -> None:
    assert join(BASE, href) == expected


@pytest.mark.parametrize("href", ["https:/ann:secret@inside.example/a", "///ann@inside.example/a"])
def test_nothing_but_a_host_is_taken_for_one(href: str) -> None:
    assert join(BASE, href).startswith("https://news.example/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.dw.com/en/a/a-1?maca=en-rss-en-all-1573-xml-mrss", "https://www.dw.com/en/a/a-1"),
        ("https://m.sohu.com/a/1?scm=1102.xchannel&spm=1", "https://m.sohu.com/a/1"),
        (
            "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=e&chksm=8&scene=0#rd",
            "https://mp.weixin.qq.com/s?__biz=M&idx=1&mid=1&sn=e",
        ),
        (
            "https://www.reuters.com/article/x?feedType=RSS&feedName=topNews",
            "https://www.reuters.com/article/x",
        ),
        ("https://a.example/?__hstc=1&__hssc=2&__hsfp=3&_hsenc=4&srsltid=5&id=6", "https://a.example/?id=6"),
        (
            "https://a.example/?maca=1&scene=2&scm=3&feedName=4&chksm=5",
            "https://a.example/?chksm=5&feedName=4&maca=1&scene=2&scm=3",
        ),
        ("https://notdw.com/?maca=1", "https://notdw.com/?maca=1"),
        ("https://dw.com.example/?maca=1", "https://dw.com.example/?maca=1"),
    ],
)
def test_what_tracks_readers_goes_on_its_own_hosts_alone(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


def test_each_group_of_tracking_parameters_names_its_source_and_no_name_stands_twice() -> None:
    groups = yaml.safe_load(Path("crawlers/tracking.yaml").read_text("utf-8"))
    seen: set[tuple[str, str]] = set()
    for group in groups:
        assert group["of"]
        assert group["source"]
        for host in group.get("hosts", [""]):
            for name in [*group.get("names", []), *group.get("prefixes", [])]:
                assert (host, name) not in seen, name
                seen.add((host, name))


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.example", "data:text/html,x", "https://[", "tel:1"]
)
def test_join_refuses_what_is_no_page(href: str) -> None:
    with pytest.raises(PermanentError):
        join("https://news.example/", href)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.news.example/a", "news.example"),
        ("https://world.news.example/a", "world.news.example"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("http://news.example:80/a", "news.example"),
        ("https://www.example/", "www.example"),
    ],
)
def test_the_site_is_the_host_with_an_unusual_port(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.daily.example/1", "http://news.daily.example/2", True),
        ("https://daily.example/1", "https://weekly.example/1", False),
        ("https://news.paper.co.uk/", "https://paper.co.uk/", True),
        ("https://paper.co.uk/", "https://other.co.uk/", False),
        ("https://paper.com.cn/", "https://other.com.cn/", False),
        ("https://one.github.io/", "https://two.github.io/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/a", True),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/", False),
        ("http://localhost:8001/", "http://localhost:8002/", False),
    ],
)
def test_a_publisher_is_its_registrable_domain(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same


def test_an_address_to_show_keeps_all_but_what_tracks_us() -> None:
    shown = without_tracking("http://Daily.example/a?utm_source=rss&id=7&b=2&fbclid=x#top")
    assert shown == "http://Daily.example/a?id=7&b=2"


#: What a plain path is made of, and what makes it another one: dots, two slashes.
PATHS = st.text("aZ09_-./", max_size=14)


@given(PATHS, st.sampled_from(["", "#f", "?", "?#f"]))
def test_plain_path_is_left_as_w3lib_leaves_it(path: str, rest: str) -> None:
    url = f"http://127.0.0.1:8000/{path}{rest}"
    assert canonical_url(url) == canonicalize_url(url)
