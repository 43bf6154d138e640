"""From page to article: body, title, authors, summary, provenance, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.extract import extract
from pipelines.model import Article, article_id
from tests.builders import NOON, a_page, a_source, an_entry
from tests.pipelines.extract.pages import ENGLISH, a_html, in_paragraphs

NOW = NOON + timedelta(days=1)
LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Seed talks end without a word on tariffs",
    "datePublished": "2026-01-17T09:05:00-05:00",
    "author": {"@type": "Person", "name": "Nadia Roy"},
    "publisher": {"@type": "Organization", "name": "The Daily"},
}


def extracted(html: str | bytes, **page: Any) -> Article:
    return extract(a_page(body=html, **page), None, NOW)


def test_body_has_the_paragraphs_apart_and_nothing_of_the_page_around_them() -> None:
    assert extracted(a_html()).body == "\n\n".join(ENGLISH)


def test_share_buttons_teasers_and_read_more_lines_are_no_text() -> None:
    html = a_html(
        ENGLISH[0],
        "Read more: Ferry timetable changes on Monday",
        ENGLISH[1],
        "Advertisement",
        ENGLISH[2],
        below='<div class="share">Share on X</div><p>Sign up for our free newsletter to get more.</p>',
    )
    assert extracted(html).body == "\n\n".join(ENGLISH)


def test_marks_of_a_release_stay_in_the_body() -> None:
    marks = (
        "SEAPORT, Jan. 17, 2026 (GLOBE NEWSWIRE) -- " + ENGLISH[0],
        *ENGLISH[1:],
        "For more information, please click:",
        "CONTACT: Harvest Board, press@harvest.example",
        "SOURCE Harvest Board",
    )
    body = extracted(a_html(*marks)).body
    assert all(mark in body for mark in marks)


def test_marks_of_a_release_stay_although_the_declared_text_lacks_them() -> None:
    html = a_html(
        *ENGLISH,
        "CONTACT: press@harvest.example",
        "SOURCE Harvest Board",
        ld=LD | {"articleBody": " ".join(ENGLISH)},
    )
    body = extracted(html).body
    assert "SOURCE Harvest Board" in body
    assert "press@harvest.example" in body


def test_paragraphs_that_the_declared_text_does_not_know_are_left_out() -> None:
    html = a_html(
        *ENGLISH,
        "Our weekend guide has ten walks along the river for you.",
        ld=LD | {"articleBody": " ".join(ENGLISH)},
    )
    assert extracted(html).body == "\n\n".join(ENGLISH)


def test_text_behind_a_read_more_button_comes_from_the_declared_text() -> None:
    whole = "\n\n".join([*ENGLISH, *(line.replace("seed", "grain") + " It was cold." for line in ENGLISH)])
    article = extracted(a_html(*ENGLISH, ld=LD | {"articleBody": whole}))
    assert article.body == whole
    assert article.provenance["body"] == "json-ld"


def test_text_is_nfc_without_control_characters_and_soft_hyphens() -> None:
    body = extracted(
        a_html("Cafe\u0301 owners\u00ad in the har\u00adbour said \u200bso\u0007 loudly " + ENGLISH[0])
    ).body
    assert body.startswith("Café owners in the harbour said so loudly")


def test_title_loses_the_name_of_the_site() -> None:
    head = (
        '<meta property="og:site_name" content="The Daily">'
        '<meta property="og:title" content="Ships wait in the bay | The Daily">'
    )
    html = a_html(title="", page_title="Ships wait in the bay - World - The Daily", head=head)
    assert extracted(html).title == "Ships wait in the bay"


def test_tail_of_a_title_that_is_no_site_name_stays() -> None:
    head = '<meta property="og:site_name" content="TradeScreen">'
    html = a_html(
        title="HARBOUR BOARD REPORTS A RECORD YEAR -- Newswire",
        page_title="HARBOUR BOARD REPORTS A RECORD YEAR -- Newswire | TradeScreen",
        head=head,
    )
    assert extracted(html).title == "HARBOUR BOARD REPORTS A RECORD YEAR -- Newswire"


def test_headline_that_was_cut_is_completed_from_the_heading() -> None:
    title = (
        "Seed talks end without a word on tariffs as ships wait in the bay and farmers count the days until"
        " the spring sowing"
    )
    assert extracted(a_html(title=title, ld=LD | {"headline": title[:106] + "..."})).title == title


def test_title_of_the_feed_stands_in_for_a_page_without_one() -> None:
    html = "<html><body>" + in_paragraphs(ENGLISH) + "</body></html>"
    article = extracted(html, entry=an_entry(title="From the feed"))
    assert (article.title, article.provenance["title"]) == ("From the feed", "feed")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Nadia Roy", ("Nadia Roy",)),
        ("By Nadia Roy and Tom Li, The Northern Press", ("Nadia Roy", "Tom Li")),
        ("By Nadia Roy, Senior Political Reporter", ("Nadia Roy",)),
        ("BY NADIA ROY | Published Jan. 17, 2026", ("NADIA ROY",)),
        ("Par Élise Gagnon", ("Élise Gagnon",)),
        ("Par Élise Gagnon et Jean-Luc Bérubé, journalistes", ("Élise Gagnon", "Jean-Luc Bérubé")),
        ("Nadia Roy nadia.roy@daily.example @nroy", ("Nadia Roy",)),
        ("作者：王小雨 李明", ("王小雨", "李明")),
        ("The Daily", ()),
        ("By Staff", ()),
        (" , ", ()),
        ("Nadia Roy and ,", ("Nadia Roy",)),
    ],
)
def test_bylines_give_clean_names(byline: str, names: tuple[str, ...]) -> None:
    head = '<meta property="og:site_name" content="The Daily">'
    assert extracted(a_html(above=f'<div class="byline">{byline}</div>', head=head)).authors == names


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Nadia Roy", ("Nadia Roy",)),
        (
            [{"@type": "Person", "name": "Nadia Roy"}, {"@type": "Person", "name": "Tom Li"}],
            ("Nadia Roy", "Tom Li"),
        ),
        ({"@type": "Person", "name": ["Nadia Roy", "Tom Li"]}, ("Nadia Roy", "Tom Li")),
        ({"@id": "#/person/1"}, ("Nadia Roy",)),
        ({"@type": "Organization", "name": "The Daily"}, ("The Daily",)),
    ],
)
def test_authors_of_json_ld_in_every_shape(author: object, names: tuple[str, ...]) -> None:
    graph = {
        "@graph": [LD | {"author": author}, {"@type": "Person", "@id": "#/person/1", "name": "Nadia Roy"}]
    }
    assert extracted(a_html(ld=graph)).authors == names


def test_json_ld_with_a_trailing_comma_or_raw_line_breaks_is_read() -> None:
    broken = '{"@type": "NewsArticle", "headline": "Broken\n but read", "author": {"name": "Nadia Roy"},}'
    assert extracted(a_html(title="", page_title="", ld=broken)).title == "Broken but read"


def test_json_ld_beyond_repair_still_gives_its_plain_values() -> None:
    broken = (
        '{"@type": "NewsArticle", "headline": "Half a record", "datePublished": "2026-01-17T10:00:00Z",'
        ' "author": [{"name": "Nadia Roy"'
    )
    article = extracted(a_html(title="", page_title="", ld=broken))
    assert (article.title, article.authors) == ("Half a record", ("Nadia Roy",))
    assert article.published is not None


def test_json_ld_of_another_article_on_the_page_is_not_taken() -> None:
    other = LD | {
        "headline": "Ferry timetable changes on Monday",
        "url": "https://daily.example/2",
        "author": "Somebody Else",
    }
    own = LD | {"url": "https://daily.example/1"}
    article = extracted(a_html(ld={"@graph": [other, own]}))
    assert (article.title, article.authors) == (LD["headline"], ("Nadia Roy",))


def test_each_field_names_where_it_was_found() -> None:
    provenance = extracted(
        a_html(ld=LD, head='<meta property="og:description" content="A deck.">')
    ).provenance
    assert {provenance[f] for f in ("title", "authors", "published")} == {"json-ld"}
    assert (provenance["summary"], provenance["canonical_url"], provenance["body"]) == (
        "og:description",
        "url",
        "trafilatura",
    )


def test_same_bytes_give_the_same_article() -> None:
    page = a_page(body=a_html(ld=LD))
    assert extract(page, a_source(), NOW) == extract(page, a_source(), NOW)


def test_identity_is_the_hash_of_the_canonical_address() -> None:
    article = extracted(a_html(), url="https://daily.example/1?utm_source=rss")
    assert article.canonical_url == "https://daily.example/1"
    assert article.id == article_id("https://daily.example/1")
    assert article.url == "https://daily.example/1", "shown and followed without what tracks the reader"


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (a_page(body=b""), "empty"),
        (a_page(body=b"\x00" * 5000), "empty"),
        (a_page(body=b"%PDF-1.7 ..."), "a PDF"),
        (a_page(body=b"{}", headers={"content-type": "application/json"}), "application/json"),
        (a_page(body=a_html(), status=404), "404"),
        (a_page(body="only words, no markup at all"), "no HTML page"),
        (a_page(body=a_html("Too short.")), "no article text"),
        (
            a_page(
                body="<html><body><div id=app></div><p>You need to enable JavaScript to run this app.</p>"
                "</body></html>"
            ),
            "notice",
        ),
        (
            a_page(
                body="<html><body><h1>Just a moment</h1><p>Please verify you are a human to go on to the page"
                " that you asked for.</p></body></html>"
            ),
            "notice",
        ),
        (
            a_page(
                body="<html><body><h1>安全验证</h1>"
                "<p>您的访问过于频繁，请输入验证码之后继续访问本网站的新闻页面内容。</p></body></html>"
            ),
            "notice",
        ),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(page: Page, sentence: str) -> None:
    with pytest.raises(PermanentError, match=sentence):
        extract(page, None, NOW)


def test_article_about_javascript_is_no_notice() -> None:
    text = [f"{line} Readers had to enable JavaScript for the map. {line}" for line in ENGLISH * 2]
    assert "enable JavaScript" in extracted(a_html(*text)).body
