"""Every trap that was measured in real feeds and in feedparser has its test here."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawlers.dates import LONGEST_AHEAD
from crawlers.errors import FeedUnreadable
from crawlers.feeds import MAX_BODY_BYTES, parse_feed, parse_sitemap
from crawlers.model import Feed
from crawlers.urls import canonical_url
from tests.builders import NOON

URL = "https://daily.example/rss/world.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
)


def read(body: str | bytes, **options: Any) -> Feed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(
        raw, **{"url": URL, "content_type": None, "timezone": "America/Toronto", "now": NOON} | options
    )


def rss(*items: str, head: str = "", encoding: str = 'encoding="utf-8"') -> str:
    return (
        f'<?xml version="1.0" {encoding}?>\n<rss version="2.0" {NAMESPACES}><channel><title>The Daily</title>'
        f"<link>https://www.daily.example/</link>{head}{''.join(items)}</channel></rss>"
    )


def item(n: int = 1, title: str = "A title", more: str = "") -> str:
    return f"<item><title>{title}</title><link>https://daily.example/{n}</link>{more}</item>"


# -- formats -------------------------------------------------------------------------------------


def test_rss_gives_all_that_an_entry_has() -> None:
    feed = read(
        rss(
            "<item><title>Talks &amp; tariffs</title><link>https://daily.example/1</link>"
            "<guid isPermaLink='false'>d-1</guid>"
            "<description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</description>"
            "<dc:creator>Ann Lee</dc:creator><pubDate>Sat, 17 Jan 2026 09:05:00 EST</pubDate></item>",
            head="<language>en-ca</language><ttl>30</ttl>",
        )
    )
    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.ttl_s, feed.problems) == ("The Daily", "en-ca", 1800, ())
    assert (entry.url, entry.title, entry.summary) == (
        "https://daily.example/1",
        "Talks & tariffs",
        "First. Second.",
    )
    assert (entry.guid, entry.authors) == ("d-1", ("Ann Lee",))
    assert entry.published == datetime(2026, 1, 17, 14, 5, tzinfo=UTC)
    assert (entry.published_precision, entry.published_zone, entry.zone_assumed) == (
        "second",
        "-05:00",
        False,
    )


def test_atom_with_xhtml_and_relative_links() -> None:
    feed = read(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
        <title type="html">&lt;b&gt;Le Jour&lt;/b&gt;</title>
        <link rel="self" href="https://api.example/feed"/><link href="https://jour.example/"/>
        <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Une <b>visite</b></div></title>
        <id>urn:1</id>
        <link rel="enclosure" href="https://jour.example/1.mp3"/><link rel="alternate" href="/nouvelles/1"/>
        <updated>2026-01-17T10:00:00Z</updated><author><name>Zoé Roy</name></author>
        <content type="html">&lt;p&gt;Le texte.&lt;/p&gt;</content></entry></feed>"""
    )
    (entry,) = feed.entries
    assert (feed.title, feed.language) == ("Le Jour", "fr")
    assert (entry.url, entry.title) == ("https://jour.example/nouvelles/1", "Une visite")
    assert (entry.summary, entry.authors) == ("Le texte.", ("Zoé Roy",))
    assert entry.published == entry.updated == datetime(2026, 1, 17, 10, tzinfo=UTC)


def test_rdf_with_a_dublin_core_date() -> None:
    feed = read(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>日报</title>
        <link>https://ribao.example/</link></channel>
        <item rdf:about="https://ribao.example/1"><title>会谈</title><link>https://ribao.example/1</link>
        <dc:date>2026-01-17 14:05</dc:date></item></rdf:RDF>""",
        timezone="Asia/Shanghai",
    )
    assert feed.title == "日报"
    assert feed.entries[0].published == datetime(2026, 1, 17, 6, 5, tzinfo=UTC)


def test_rss_091_with_its_doctype() -> None:
    feed = read(
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        '<rss version="0.91"><channel><title>Caf&eacute;</title>' + item() + "</channel></rss>"
    )
    assert (feed.title, len(feed.entries)) == ("Café", 1)


def test_json_feed() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Daily",
        "language": "en",
        "home_page_url": "https://www.daily.example/",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "Seven",
                "content_html": "<p>a</p><p>b</p>",
                "date_published": "2026-01-17T09:00:00-05:00",
                "date_modified": "2026-01-17T10:00:00-05:00",
                "authors": [{"name": "Ann Lee"}, {"url": "x"}, None],
            },
            "no object",
            {"id": "https://daily.example/8", "author": {"name": "Bo"}, "external_url": ""},
            {"id": "nine"},
        ],
    }
    feed = read(json.dumps(document))
    first, second = feed.entries
    assert (first.url, first.title, first.summary, first.guid) == (
        "https://www.daily.example/7",
        "Seven",
        "a b",
        "7",
    )
    assert (first.authors, first.published) == (("Ann Lee",), datetime(2026, 1, 17, 14, tzinfo=UTC))
    assert (second.url, second.authors) == ("https://daily.example/8", ("Bo",))
    assert len(feed.problems) == 2


def test_json_with_lone_surrogates_loses_the_surrogates_alone() -> None:
    feed = read(
        '{"version":"https://jsonfeed.org/version/1",'
        '"items":[{"url":"https://daily.example/1","title":"\\ud800ok"}]}'
    )
    assert feed.entries[0].title == "ok"


# -- sitemaps ------------------------------------------------------------------------------------

NEWS_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://ribao.example/1</loc><lastmod>2026-01-18</lastmod>
<news:news><news:publication><news:name>日报</news:name><news:language>zh-cn</news:language></news:publication>
<news:publication_date>2026-01-17T14:05</news:publication_date>
<news:title>会谈 &amp; 关税</news:title></news:news>
<image:image><image:loc>https://ribao.example/1.jpg</image:loc>
<image:title>an image</image:title></image:image></url>
<url><loc>mailto:desk@ribao.example</loc></url></urlset>"""


def sitemap(body: str | bytes, **options: Any) -> Feed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_sitemap(
        raw, **{"url": URL, "content_type": None, "timezone": "Asia/Shanghai", "now": NOON} | options
    )


@pytest.mark.parametrize(
    "body", [NEWS_SITEMAP.encode(), gzip.compress(NEWS_SITEMAP.encode(), mtime=0)], ids=["plain", "gzip"]
)
def test_a_news_sitemap_also_compressed(body: bytes) -> None:
    feed = sitemap(body)
    (entry,) = feed.entries
    assert (entry.url, entry.title, entry.language) == ("https://ribao.example/1", "会谈 & 关税", "zh-cn")
    assert entry.published == datetime(2026, 1, 17, 6, 5, tzinfo=UTC)
    assert (entry.published_precision, entry.zone_assumed) == ("minute", True)
    assert entry.updated == datetime(2026, 1, 17, 16, tzinfo=UTC)
    assert "mailto" in feed.problems[0]


def test_a_prefix_nobody_declared_is_read_all_the_same() -> None:
    broken = NEWS_SITEMAP.replace('xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', "")
    assert sitemap(broken).entries[0].title == "会谈 & 关税"


def test_a_last_modification_is_no_time_of_publication() -> None:
    feed = sitemap(
        "<urlset><url><loc>https://ribao.example/1</loc><lastmod>2026-01-17</lastmod></url></urlset>"
    )
    assert feed.entries[0].published is None
    assert feed.entries[0].updated is not None


def test_an_index_names_its_children_newest_first() -> None:
    feed = sitemap(
        "<sitemapindex><sitemap><loc>/2025.xml</loc><lastmod>2025-12-31</lastmod></sitemap>"
        "<sitemap><loc>/undated.xml</loc></sitemap>"
        "<sitemap><loc>/2026.xml.gz</loc><lastmod>2026-01-17</lastmod></sitemap>"
        "<sitemap><loc>ftp://daily.example/x</loc></sitemap></sitemapindex>"
    )
    assert feed.children == tuple(
        f"https://daily.example/{n}" for n in ("2026.xml.gz", "2025.xml", "undated.xml")
    )
    assert len(feed.problems) == 1


def test_comments_instructions_and_names_of_characters_lose_nothing() -> None:
    index = sitemap(
        '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><sitemapindex><!-- made at noon -->'
        "<sitemap><!-- two days --><loc>https://daily.example/1.xml</loc></sitemap><?cache off?>"
        "<sitemap><loc>https://daily.example/<!-- new -->2.xml</loc></sitemap></sitemapindex>"
    )
    assert set(index.children) == {"https://daily.example/1.xml", "https://daily.example/2.xml"}
    news = "<news:title>Caf&eacute; &nbsp;<?x y?>&unknown; talks</news:title>"
    feed = sitemap(
        f"<urlset><url><loc>https://daily.example/1</loc><news:news>{news}</news:news></url></urlset>"
    )
    assert feed.entries[0].title == "Café &unknown; talks"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Pandas &#55357;&#56832; leave", "Pandas 😀 leave"),
        ("Pandas &#xD83D;&#xDE00; leave", "Pandas 😀 leave"),
        ("Pandas &#55357; leave", "Pandas leave"),
        ("Pandas &#56832;&#55357; leave", "Pandas leave"),
        ("<![CDATA[A & B]]> &amp; C & D", "A & B & C & D"),
    ],
)
def test_titles_of_sitemaps_keep_their_characters(written: str, title: str) -> None:
    feed = sitemap(
        "<urlset><url><loc>https://daily.example/1</loc></url><url><loc>https://daily.example/2</loc>"
        f"<news:news><news:title>{written}</news:title></news:news></url></urlset>"
    )
    assert [entry.title for entry in feed.entries] == ["", title]


@pytest.mark.parametrize(
    "written",
    [
        "https://daily.example/story?sec=1&id=77",
        "https://daily.example/story?sec=1&amp;id=77",
        "<![CDATA[https://daily.example/story?sec=1&id=77]]>",
        "https://daily.example/story?sec=1&#38;id=77",
    ],
)
def test_an_address_keeps_its_ampersands(written: str) -> None:
    feed = sitemap(f"<urlset><url><loc>{written}</loc></url></urlset>")
    assert [entry.url for entry in feed.entries] == ["https://daily.example/story?sec=1&id=77"]


@pytest.mark.parametrize(
    "picture",
    [
        "<image:loc>https://cdn.example/1.jpg</image:loc>",
        "<image:image><image:loc>https://cdn.example/1.jpg</image:loc></image:image>",
        '<loc xmlns="http://www.google.com/schemas/sitemap-image/1.1">https://cdn.example/1.jpg</loc>',
        "<video:video><video:content_loc>https://cdn.example/1.mp4</video:content_loc></video:video>",
    ],
)
def test_the_address_of_a_picture_is_no_page(picture: str) -> None:
    page = "<loc>https://daily.example/1</loc>"
    for inside in (picture + page, page + picture):
        feed = sitemap(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>{inside}</url></urlset>'
        )
        assert [entry.url for entry in feed.entries] == ["https://daily.example/1"]


def test_an_address_without_its_element_is_taken() -> None:
    index = sitemap("<sitemapindex><sitemap>https://daily.example/1.xml</sitemap></sitemapindex>")
    assert index.children == ("https://daily.example/1.xml",)
    feed = sitemap("<urlset><url>https://daily.example/1</url></urlset>")
    assert [entry.url for entry in feed.entries] == ["https://daily.example/1"]


def test_a_sitemap_of_plain_lines_is_read() -> None:
    feed = sitemap("\ufeffhttps://daily.example/1\r\n\r\nHTTPS://daily.example/2?a=1&b=2\r\nnonsense\r\n")
    assert [entry.url[-9:] for entry in feed.entries] == ["example/1", "2?a=1&b=2"]
    assert feed.problems == ("the line “nonsense” was left out: it is no address",)


def test_of_an_index_without_dates_both_ends_of_each_series_come_first() -> None:
    names = [f"post-{number}" for number in (1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9)]
    names += ["page-1", "tag-1", "tag-2"]
    sitemaps = "".join(f"<sitemap><loc>https://daily.example/{name}.xml</loc></sitemap>" for name in names)
    index = sitemap(f"<sitemapindex>{sitemaps}</sitemapindex>")
    assert [child[22:-4] for child in index.children[:6]] == [
        "post-12", "page-1", "tag-2", "post-1", "tag-1", "post-11"
    ]  # fmt: skip
    assert len(index.children) == index.undated_children == len(names)


def test_dated_sitemaps_of_an_index_come_before_undated_ones() -> None:
    index = sitemap(
        "<sitemapindex><sitemap><loc>https://daily.example/a.xml</loc></sitemap>"
        "<sitemap><loc>https://daily.example/b.xml</loc><lastmod>2026-01-02</lastmod></sitemap>"
        "<sitemap><loc>https://daily.example/c.xml</loc><lastmod>2026-01-09</lastmod></sitemap></sitemapindex>"
    )
    assert [child[-5] for child in index.children] == ["c", "b", "a"]
    assert index.undated_children == 1


def test_of_too_many_addresses_the_newest_are_kept() -> None:
    urls = [
        f"<url><loc>https://ribao.example/{n}</loc><lastmod>20{n:02}-01-01</lastmod></url>"
        for n in range(1, 27)
    ]
    feed = sitemap(f"<urlset>{''.join(urls)}</urlset>", limit=2)
    assert [e.url[-2:] for e in feed.entries] == ["26", "25"]
    assert "24 more were left out" in feed.problems[-1]


def test_a_cut_sitemap_keeps_what_is_whole_and_drops_the_cut_address() -> None:
    whole = "".join(f"<url><loc>https://ribao.example/page-{n}</loc></url>" for n in range(3))
    feed = sitemap(f"<urlset>{whole}"[:-18])
    assert [e.url[-1] for e in feed.entries] == ["0", "1"]


def test_a_cut_gz_file_keeps_what_came_before() -> None:
    packed = gzip.compress(
        b"".join([b"<urlset>", *(b"<url><loc>https://r.example/%d</loc></url>" % n for n in range(9999))])
    )
    feed = sitemap(packed[: len(packed) // 2], limit=9999)
    assert 100 < len(feed.entries) < 9999
    assert "breaks off" in feed.problems[0]


def test_a_small_gz_file_cannot_grow_without_bounds() -> None:
    with pytest.raises(FeedUnreadable, match="larger than 10 MiB"):
        sitemap(gzip.compress(b"<urlset>" + b" " * (MAX_BODY_BYTES + 1)))


@pytest.mark.parametrize("reader", [read, sitemap])
def test_each_door_reads_what_it_gets(reader: Any) -> None:
    assert len(reader(rss(item())).entries) == 1
    assert len(reader(NEWS_SITEMAP).entries) == 1


# -- what is no feed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the answer is empty"),
        (b" \n\x00", "the answer is empty"),
        (b"%PDF-1.7", "this is no feed: it begins with '%PDF"),
        (b"\x89PNG\r\n", "this is no feed"),
        (b"<?xml version='1.0'?><error>gone</error>", "this is no feed"),
        (b"<!-- <rss> --><opml/>", "this is no feed"),
        (
            b"<html><title>Just a moment\xe2\x80\xa6</title>",
            r"web page \(“Just a moment…”\), not a feed: a consent",
        ),
        (b"<!DOCTYPE html><!-- x --><head><title>Oops</title>", "web page"),
        (
            b'<html><link rel="alternate" type="application/rss+xml" href="/rss.xml?a=1&amp;b=2">',
            r"the page names this feed: https://daily.example/rss.xml\?a=1&b=2",
        ),
        (b'{"error": "gone"}', "no list of “items”"),
        (b"[1]", "no JSON Feed"),
        (b"{gone", "begins like JSON"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep JSON"),
        (b"<rss version='2.0'><channel><title>The Da", "breaks off"),
        (b"\x1f\x8bnothing", "the .gz file is damaged"),
        # Without an id of its own the test's name would be its 10 MiB.
        pytest.param(b" " * (MAX_BODY_BYTES + 1), "larger than 10 MiB", id="too large"),
    ],
)
def test_what_is_no_feed_says_what_it_is_instead(body: bytes, message: str) -> None:
    with pytest.raises(FeedUnreadable, match=message):
        read(body)


def test_a_well_formed_feed_without_entries_is_read_and_says_so() -> None:
    feed = read(rss())
    assert (feed.entries, feed.problems) == ((), ("the feed lists no entries",))


def test_a_feed_behind_a_servers_warning_is_read() -> None:
    assert len(read("<br />\n<b>Warning</b>: date() in feed.php\n" + rss(item())).entries) == 1


# -- characters ----------------------------------------------------------------------------------

ZH_HANS = item(title="中国与加拿大举行会谈，讨论油菜籽关税问题")
ZH_HANT = item(title="中國與加拿大舉行會談，討論油菜籽關稅問題")
FRENCH = item(title="L’été à Québec, une visite très attendue")


@pytest.mark.parametrize("declared", ["right", "none", "wrong", "http"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZH_HANS, "gb2312"),
        (ZH_HANS, "gbk"),
        (ZH_HANS, "gb18030"),
        (ZH_HANT, "big5"),
        (ZH_HANS, "utf-8"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-8"),
        (ZH_HANT, "utf-16"),
    ],
)
def test_the_encoding_is_found_whatever_is_declared(text: str, encoding: str, declared: str) -> None:
    declaration = {"right": f'encoding="{encoding}"', "wrong": 'encoding="utf-8"'}.get(declared, "")
    content_type = f"text/xml; charset={encoding}" if declared == "http" else "text/xml"
    feed = read(rss(text, encoding=declaration).encode(encoding), content_type=content_type)
    assert feed.entries[0].title == text.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize(
    ("text", "encoding", "timezone"), [("会谈", "gbk", "Asia/Shanghai"), ("會談", "big5", "Asia/Taipei")]
)
def test_a_few_characters_are_told_apart_by_where_the_source_is(
    text: str, encoding: str, timezone: str
) -> None:
    assert (
        read(rss(item(title=text), encoding="").encode(encoding), timezone=timezone).entries[0].title == text
    )


def test_utf8_declared_as_latin1_is_utf8() -> None:
    feed = read(rss(FRENCH, encoding='encoding="iso-8859-1"'), content_type="text/xml; charset=iso-8859-1")
    assert feed.entries[0].title == "L’été à Québec, une visite très attendue"


def test_utf8_declared_as_utf16_is_utf8() -> None:
    assert read(rss(ZH_HANS, encoding='encoding="utf-16"')).entries[0].title.startswith("中国与加拿大")


@pytest.mark.parametrize("where", ["xml", "http"])
@pytest.mark.parametrize(
    "name",
    ["idna", "undefined", "punycode", "unicode_escape", "raw-unicode-escape", "rot13", "hex", "zlib", "mbcs"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_declaration_that_is_no_character_set_is_passed_over(encoding: str, name: str, where: str) -> None:
    in_xml = f'encoding="{name}"' if where == "xml" else ""
    feed = read(
        rss(ZH_HANS, encoding=in_xml).encode(encoding),
        content_type=f"application/rss+xml; charset={name}" if where == "http" else None,
        timezone="Asia/Shanghai",
    )
    assert feed.entries[0].title == "中国与加拿大举行会谈，讨论油菜籽关税问题"


def test_a_number_without_end_costs_its_field_alone() -> None:
    entries = f'[{{"url": "https://daily.example/1", "id": {"9" * 5000}}}, {{"url": "/2", "id": 12}}]'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {entries}}}')
    assert [entry.guid for entry in feed.entries] == [None, "12"]


def test_one_broken_byte_costs_one_character() -> None:
    feed = read(rss(ZH_HANS).encode().replace("中".encode(), b"\xff"))
    assert feed.entries[0].title == "�国与加拿大举行会谈，讨论油菜籽关税问题"


@pytest.mark.parametrize(
    "reference",
    [
        *("&#xD800;", "&#55296;", "&#0;", "&#xFFFF;", "&#x110000;", "&#99999999999999999999;"),
        *(f"&#{'1' * 5000};", f"&#x{'1' * 5000};", f"&amp;#{'1' * 5000};"),
    ],
)
def test_references_to_impossible_characters_do_not_lose_the_feed(reference: str) -> None:
    feed = read(rss(item(1, f"be{reference}fore"), item(2, "after")))
    assert [e.title for e in feed.entries] == ["before", "after"]
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("two\n  lines\t and   spaces", "two lines and spaces"),
        ("&lt;script&gt;steal()&lt;/script&gt;News", "News"),
        ("<![CDATA[<script>steal()</script>News <b>today</b>]]>", "News today"),
        ("<![CDATA[<img src=x onerror=steal()>News]]>", "News"),
        ("a\x00b\x07c", "abc"),
        ("one\x0btwo\x0cthree", "one two three"),
        ("AT&amp;amp;T", "AT&T"),
        ("Caf&eacute; &hellip;", "Café …"),
        ("<![CDATA[L&rsquo;&eacute;t&eacute;]]>", "L’été"),
        ("5 &lt; 7 &gt; 3", "5 < 7 > 3"),
        ("\u202eesrever\u200b\ufeff", "esrever"),
        ("cafe\u0301", "café"),
        ("习近平\u3000会见", "习近平 会见"),
        ("<![CDATA[one<br>two]]>", "one two"),
        ("x" * 2000, "x" * 499 + "…"),
    ],
)
def test_a_title_is_one_line_of_plain_text(written: str, title: str) -> None:
    assert read(rss(item(title=written))).entries[0].title == title


# -- addresses -----------------------------------------------------------------------------------


def test_relative_links_rest_on_the_feeds_own_link() -> None:
    feed = read(rss("<item><title>x</title><link>/news/1?a=1&amp;b=2</link></item>"))
    assert feed.entries[0].url == "https://www.daily.example/news/1?a=1&b=2"


def test_relative_links_rest_on_the_feeds_address_where_it_has_no_link() -> None:
    feed = read(
        "<rss version='2.0'><channel><item><title>x</title><link>1.html</link></item></channel></rss>"
    )
    assert feed.entries[0].url == "https://daily.example/rss/1.html"


def test_one_page_is_listed_once() -> None:
    feed = read(
        rss(
            item(1),
            item(1, more="<guid>x</guid>"),
            item(2).replace("https://daily.example/2", "http://daily.example/1?utm_source=rss"),
        )
    )
    assert len(feed.entries) == 1


def test_a_guid_that_is_an_address_stands_for_a_missing_link() -> None:
    feed = read(rss("<item><title>x</title><guid>https://daily.example/1</guid></item>"))
    assert feed.entries[0].url == "https://daily.example/1"


@pytest.mark.parametrize(
    "link",
    [
        "<link>/2026/a.html</link><guid isPermaLink='false'>/2026/a.html</guid>",
        "<link>//www.daily.example/2026/a.html</link><guid>//www.daily.example/2026/a.html</guid>",
        "<link>2026/a.html</link><guid isPermaLink='false'>2026/a.html</guid>",
        "<guid>/2026/a.html</guid>",
        "<atom:link href='https://www.daily.example/2026/a.html'/>",
    ],
)
def test_a_link_that_equals_its_guid_is_a_link(link: str) -> None:
    feed = read(rss(f"<item><title>One</title>{link}</item>", item(2)))
    assert [entry.url for entry in feed.entries] == [
        "https://www.daily.example/2026/a.html",
        "https://daily.example/2",
    ]


@pytest.mark.parametrize("href", ["/2026/a.html", "//www.daily.example/2026/a.html"])
def test_a_link_that_equals_its_id_is_a_link_in_atom_and_rdf(href: str) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><link href="https://www.daily.example/"/>'
        f'<entry><title>One</title><link href="{href}"/><id>{href}</id></entry></feed>'
    )
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>t</title><link>https://www.daily.example/</link></channel>"
        f'<item rdf:about="{href}"><title>One</title><link>{href}</link></item></rdf:RDF>'
    )
    for document in (atom, rdf):
        (entry,) = read(document).entries
        assert entry.url == "https://www.daily.example/2026/a.html"


def test_an_atom_entry_that_links_only_to_itself_is_asked_for() -> None:
    (entry,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>One</title>'
        '<link rel="self" href="https://daily.example/1"/><id>tag:daily.example,2026:1</id></entry></feed>'
    ).entries
    assert entry.url == "https://daily.example/1"


def test_a_date_under_a_prefix_nobody_declared_is_read() -> None:
    (entry,) = read(
        '<rss version="2.0"><channel><title>t</title><item><title>One</title>'
        "<link>https://daily.example/1</link><atom:updated>2026-01-17T10:00:00Z</atom:updated>"
        "<dc:creator>Ann Lee</dc:creator></item></channel></rss>"
    ).entries
    assert (entry.published, entry.authors) == (datetime(2026, 1, 17, 10, tzinfo=UTC), ("Ann Lee",))


def test_entries_that_lead_to_one_page_are_counted() -> None:
    def notice(number: int) -> str:
        link = f"https://daily.example/notices#n{number}"
        return f"<item><title>Notice {number}</title><link>{link}</link><guid>{number}</guid></item>"

    feed = read(rss(notice(1), notice(2), notice(3), item(2), item(2)))
    assert len(feed.entries) == 2
    (problem,) = feed.problems
    assert problem == (
        "entries that lead to a page which another entry has: 2 (“Notice 2”); each page is read once"
    )


@pytest.mark.parametrize(
    "broken",
    [
        "<item><title>Broken one</title></item>",
        "<item><title>Broken one</title><guid>12345</guid></item>",
        "<item><title>Broken one</title><guid isPermaLink='false'>https://daily.example/9</guid></item>",
        "<item><title>Broken one</title>"
        "<enclosure url='https://daily.example/9.mp3' type='audio/mpeg'/></item>",
        "<item><title>Broken one</title><link>javascript:steal()</link></item>",
        "<item><title>Broken one</title><link>https://[</link></item>",
        "<item><title>Broken one</title><link>https://ann:pw@daily.example/</link></item>",
        f"<item><title>Broken one</title><link>https://daily.example/{'9' * 3000}</link></item>",
    ],
)
def test_an_entry_without_a_usable_address_is_told_and_loses_nothing_else(broken: str) -> None:
    feed = read(rss(item(1), broken, item(2)))
    assert [e.url[-1] for e in feed.entries] == ["1", "2"]
    assert "“Broken one” was left out" in feed.problems[0]


# -- dates, authors, pauses, limits --------------------------------------------------------------


def test_dates_without_a_zone_are_in_the_sources_zone() -> None:
    body = rss(item(more="<pubDate>2026-01-17 14:05:00</pubDate>"))
    (entry,) = read(body, timezone="Asia/Shanghai").entries
    assert entry.published == datetime(2026, 1, 17, 6, 5, tzinfo=UTC)
    assert (entry.published_zone, entry.zone_assumed) == ("Asia/Shanghai", True)


def test_chinese_dates_keep_their_day() -> None:
    (entry,) = read(rss(item(more="<pubDate>2025年11月17日</pubDate>")), timezone="Asia/Shanghai").entries
    assert entry.published == datetime(2025, 11, 16, 16, tzinfo=UTC)
    assert entry.published_precision == "day"


def test_a_date_nobody_can_read_costs_the_date_alone() -> None:
    feed = read(rss(item(more="<pubDate>03/04/2026</pubDate>")))
    assert feed.entries[0].published is None
    assert "03/04/2026" in feed.problems[0]


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Mon, 19 Jan 2026 12:00:00 GMT", NOON + LONGEST_AHEAD),
        ("Mon, 19 Jan 2026 12:00:01 GMT", None),
        ("Tue, 17 Jan 2034 14:05:00 GMT", None),
        ("Fri, 31 Dec 9998 23:59:59 -0500", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("9999999999", None),
        ("Mon, 01 Jan 1990 00:00:00 GMT", datetime(1990, 1, 1, tzinfo=UTC)),
        ("Sun, 31 Dec 1989 23:59:59 GMT", None),
        ("Mon, 01 Jan 1990 00:00:00 +0800", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +0800", None),
    ],
)
def test_a_date_is_one_from_1990_to_two_days_ahead_of_now(written: str, published: datetime | None) -> None:
    feed = read(rss(item(more=f"<pubDate>{written}</pubDate><dc:date>{written}</dc:date>")))
    assert feed.entries[0].published == published
    assert (feed.problems == ()) == (published is not None)


def test_a_sitemap_dated_far_ahead_does_not_go_before_the_newest() -> None:
    names = {"ahead": "9998-12-31", "old": "2026-01-01", "new": "2026-01-17"}
    children = ""
    for name, date in names.items():
        children += f"<sitemap><loc>https://daily.example/{name}.xml</loc><lastmod>{date}</lastmod></sitemap>"
    feed = sitemap(f"<sitemapindex>{children}</sitemapindex>".encode())
    assert [url.rpartition("/")[2] for url in feed.children] == ["new.xml", "old.xml", "ahead.xml"]


def test_an_author_written_as_mail_address_and_name_is_the_name() -> None:
    (entry,) = read(rss(item(more="<author>ann@daily.example (Ann Lee)</author>"))).entries
    assert entry.authors == ("Ann Lee",)


@pytest.mark.parametrize(
    ("head", "ttl_s"),
    [
        ("", None),
        ("<ttl>5</ttl>", 300),
        ("<ttl>often</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>1e999</ttl>", None),
        ("<ttl>99999999</ttl>", 30 * 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>\n\tdaily\t</sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
    ],
)
def test_a_feeds_wish_for_a_pause(head: str, ttl_s: int | None) -> None:
    assert read(rss(item(), head=head)).ttl_s == ttl_s


def test_beyond_the_limit_the_first_entries_are_kept_and_it_is_told() -> None:
    feed = read(rss(*(item(n) for n in range(30))), limit=10)
    assert [e.url for e in feed.entries] == [f"https://daily.example/{n}" for n in range(10)]
    assert feed.problems == ("only the first 10 entries were read; 20 more were left out",)


def test_a_feed_that_is_wrong_throughout_does_not_flood_its_reader() -> None:
    feed = read(rss(*("<item><title>x</title></item>" for _ in range(500)), item()))
    assert len(feed.entries) == 1
    assert len(feed.problems) == 21
    assert feed.problems[-1] == "480 more problems of this kind"


# -- hostile shapes ------------------------------------------------------------------------------


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    feed = read(rss(item(1), item(2, "Fish & chips <br> today")))
    assert [e.url[-1] for e in feed.entries] == ["1", "2"]
    assert "the XML is broken" in feed.problems[0]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "http://127.0.0.1:1/x">]>'
)


@pytest.mark.parametrize(
    "document", [rss(item(title="t&c;&f;&n;")), NEWS_SITEMAP.replace("会谈", "t&c;&f;&n;")]
)
def test_entities_that_a_stranger_defines_are_never_expanded(document: str) -> None:
    head, _, rest = document.partition("?>")
    (entry,) = read(f"{head}?>{BOMB}{rest}").entries
    assert "boom" not in entry.title
    assert "root:" not in entry.title


HOSTILE = {
    "attributes": "<item " + " ".join(f'a{n}="1"' for n in range(40_000)) + "><title>x</title></item>",
    "attributes without quotes": "<item " + " ".join(f"a{n}=1" for n in range(40_000)) + "></item>",
    "attributes without values": "<item " + " ".join(f"a{n}" for n in range(40_000)) + "></item>",
    "attributes that hide in quotes": "<item " + " ".join(f"a{n}='>'" for n in range(40_000)) + "></item>",
    "quotes that never close": "<item " + " ".join(f'a{n}="1' for n in range(40_000)) + "></item>",
    "style": item(2, more=f"<description>&lt;p style='{'a:b;' * 50_000}'&gt;x&lt;/p&gt;</description>"),
    "html attributes": item(2, more=f"<description>&lt;p {'a=1 ' * 100_000}&gt;x</description>"),
    "elements in elements": "<item>" + "<b>" * 50_000,
    "items in items": "<item>" * 20_000,
    "tags that never close": "<item " * 20_000,
    "comments that never close": "<!--" * 100_000,
    "cdata that never closes": "<![CDATA[" * 100_000,
    "doctypes": "<!DOCTYPE [" * 100_000,
    "ampersands": "&#" * 200_000,
    "namespaces": '<a:b xmlns:a="x">' * 5_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.timeout(
    120
)  # an idle machine needs a second; time that grows with the square needs many minutes
def test_hostile_shapes_are_read_or_refused(shape: str) -> None:
    try:
        feed = read(rss(item(1), HOSTILE[shape]))
    except FeedUnreadable:
        feed = None
    assert feed is None or feed.entries[0].url == "https://daily.example/1"


@pytest.mark.parametrize("shape", ["doctypes", "comments that never close", "tags that never close"])
@pytest.mark.timeout(60)
def test_a_hostile_prolog_is_refused(shape: str) -> None:
    with pytest.raises(FeedUnreadable):
        read(HOSTILE[shape])


_TAGS = """
    item entry title link guid id pubDate author name source image ttl url loc channel rss feed
""".split()  # noqa: SIM905
_PIECES = st.sampled_from(
    [
        *(f"<{tag}>".encode() for tag in _TAGS),
        *(f"</{tag}>".encode() for tag in _TAGS),
        *(b"<urlset>", b"<sitemapindex>", b"<sitemap>", b"<textInput>", b"<dc:creator>"),
        *(b"<media:content url='x'>", b"<content type='xhtml'>", b"<content type='html' mode='base64'>"),
        *(b"<link href='", b"'/>", b"xml:base='http://['", b"<![CDATA[", b"]]>", b"<!DOCTYPE x ["),
        *(b"&#xD800;", b"&eacute;", b"&", b"<", b">", b"\x00", b"\xff", b"\x1f\x8b"),
        *(b"http://a.example/", b"[::1", b"http://[", b"2026-01-17", b"1e999", b"x@y.example (A"),
        *(b"&#" + b"9" * 5000 + b";", b"<?xml encoding='idna'?>", b"<?xml encoding='undefined'?>"),
        *(b"<gml:pos>", b"1 2", b"<?xml encoding='base64'?>", b"<?xml encoding='gbk'?>"),
        *(b'{"items":[', b'{"url":', b'"\\ud800"', b"]}"),
    ]
)  # fmt: skip
_ROOTS = st.sampled_from(
    [b"", rss().encode().partition(b"</channel>")[0], b"<feed xmlns='http://www.w3.org/2005/Atom'>"]
)
_BODIES = st.one_of(
    st.binary(),
    st.tuples(_ROOTS, st.lists(_PIECES | st.binary(max_size=4), max_size=60)).map(
        lambda p: p[0] + b"".join(p[1])
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_BODIES, st.sampled_from(["UTC", "Asia/Shanghai", "America/Toronto"]))
@example(b"<?xml encoding='base64'?>\x80", "UTC")
def test_any_bytes_give_a_feed_or_one_named_error(body: bytes, timezone: str) -> None:
    try:
        feed = read(body, timezone=timezone)
    except FeedUnreadable:
        return
    addresses = [canonical_url(e.url) for e in feed.entries]
    assert len(addresses) == len(set(addresses))
    assert all(e.title == " ".join(e.title.split()) for e in feed.entries)
