"""Which links a page has: groups, their selectors, and what their addresses have in common."""

from __future__ import annotations

import pytest

from crawlers.feeds import parse_section, parse_site
from crawlers.feeds.site import parse_robots
from crawlers.model import LinkGroup

PAGE = "https://daily.example/world"
HEADLINE = "Premier meets ambassador in Ottawa"


def groups(body: str) -> tuple[LinkGroup, ...]:
    page = f"<html><body>{body}</body></html>".encode()
    feed = parse_section(
        page, url=PAGE, content_type="text/html", links="no-such", next_page=None, with_groups=True
    )
    return feed.link_groups


def links(count: int, href: str, words: str, form: str) -> str:
    return "".join(form.format(link=f"<a href='{href.format(n)}'>{words} {n}</a>") for n in range(count))


def test_headlines_go_before_menus_however_many_these_have() -> None:
    menu = links(30, "/topic-{}", "Topic", "<li>{link}</li>")
    news = links(4, "/2026/01/17/story-{}", HEADLINE, "<article><h3>{link}</h3></article>")
    best, other = groups(menu + news)
    assert (best.selector, best.links, best.headlines) == ("h3 > a", 4, 4)
    assert best.url_pattern == r"/\d{4}/\d{1,2}/"
    assert best.examples[0].title == f"{HEADLINE} 0"
    assert (other.selector, other.headlines) == ("li > a", 0)


def test_a_headline_in_chinese_is_short() -> None:
    (best,) = groups(links(3, "/n/{}.shtml", "总理在北京会见大使", "<li class='item'>{link}</li>"))
    assert (best.headlines, best.selector) == (3, "li.item > a")
    assert best.url_pattern == r"\.s?html?$"


def test_a_selector_is_never_a_bare_link() -> None:
    (best,) = groups(links(3, "/a{}", HEADLINE, "<div><p>{link}</p></div>"))
    assert best.selector == "p > a"
    assert best.url_pattern is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<a>no address</a><a href=''>this page</a><a href='/world'>this page</a>",
        "<a href='https://elsewhere.example/'>Elsewhere</a><a href='mailto:a@b.example'>Mail</a>",
        "<a href='//['>Broken</a><a href='javascript:void(0)'>Script</a>",
    ],
)
def test_links_that_lead_to_no_other_page_of_the_site_do_not_count(body: str) -> None:
    assert groups(body) == ()


def test_odd_elements_and_classes_are_no_trouble() -> None:
    body = links(3, "/a{}", HEADLINE, "<o:p class='1 a:b css-1x2 ✓'><h2 class='  '>{link}</h2></o:p>")
    (best,) = groups(body)
    assert best.selector == "h2 > a"


def test_a_page_of_very_many_links_is_looked_at_in_part() -> None:
    assert sum(group.links for group in groups(links(9000, "/a{}", HEADLINE, "<li>{link}</li>"))) == 2000


@pytest.mark.parametrize("page", ["<head>{base}</head><body>{link}</body>", "<body>{base}{link}</body>"])
def test_links_are_relative_to_a_base_wherever_it_stands(page: str) -> None:
    body = page.format(base='<base href="/news/">', link="<a href=canola>Talks</a>")
    feed = parse_section(body.encode(), url=PAGE, content_type="text/html", links="a", next_page=None)
    assert [entry.url for entry in feed.entries] == ["https://daily.example/news/canola"]


def test_a_site_names_its_feeds_the_main_ones_first() -> None:
    body = b"""<html lang="fr-CA"><head><base href="https://cdn.daily.example/"><title> Le
    Quotidien </title>
    <link rel="alternate" type="application/atom+xml" title="Commentaires" href="/comments/feed">
    <link rel="ALTERNATE nofollow" type="application/rss+xml; charset=utf-8" href="/rss">
    <link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="/feed.css">
    <link rel="alternate" type="application/rss+xml" href="javascript:x"></head>
    <body><a href="/rss">RSS</a><a href="/sports.rss?x=1">Sports</a><a href="/feedback">Write</a></body>"""
    site = parse_site(body, url=PAGE, content_type="text/html; charset=utf-8")
    assert site.children == (
        "https://cdn.daily.example/rss",
        "https://cdn.daily.example/sports.rss?x=1",
        "https://cdn.daily.example/comments/feed",
    )
    assert (site.title, site.language) == ("Le Quotidien", "fr-CA")


def test_a_robots_txt_names_its_sitemaps_those_of_news_first() -> None:
    body = b"User-agent: *\r\nDisallow: /\r\nSITEMAP: /all.xml\n sitemap :https://a.example/news.xml #x\r\n"
    body += b"Sitemap:\r\nsitemap: http://[\r\n# Sitemap: /no.xml\r\n\xff"
    robots = parse_robots(body, url="https://daily.example/robots.txt")
    assert robots.children == ("https://a.example/news.xml", "https://daily.example/all.xml")
