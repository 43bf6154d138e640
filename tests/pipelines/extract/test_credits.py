"""A byline's agency, and a bar's source, stay with the article and reach the route."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.model import Article, Credit
from pipelines.route import find_route
from tests.builders import NOON, a_page, a_publisher, an_entry
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, TRADITIONAL, a_html

NOW = NOON + timedelta(days=1)
DAILY = '<meta property="og:site_name" content="The Prairie Daily">'


def extracted(html: str, **page: Any) -> Article:
    return extract(a_page(body=html, **page), None, NOW)


def origin_of(article: Article, name: str = "The Prairie Daily") -> str | None:
    return find_route(article, a_publisher(id="daily", name=name)).origin


def names_of(article: Article) -> list[str]:
    return [credit.name for credit in article.credits]


@pytest.mark.parametrize(
    ("above", "authors", "origin"),
    [
        ('<p class="byline">By Jane Roe, The Canadian Press</p>', ("Jane Roe",), "The Canadian Press"),
        ('<p class="byline">By Jane Roe and Li Min Reuters</p>', ("Jane Roe", "Li Min"), "Reuters"),
        ('<div class="byline">By Staff The Canadian Press</div>', (), "The Canadian Press"),
        ("<p>Jane Roe · The Canadian Press · Posted: Jan 17, 2026</p>", (), "The Canadian Press"),
        ('<span class="author">Jane Roe | Reuters</span>', ("Jane Roe",), "Reuters"),
        ('<div class="byline">Jane Roe<br>Bloomberg News</div>', ("Jane Roe",), "Bloomberg"),
        ("<p>By Jane Roe</p><p>The Associated Press</p>", ("Jane Roe",), "The Associated Press"),
        ('<p class="byline">By JANE ROE / AP</p>', ("JANE ROE",), "The Associated Press"),
        ('<p class="byline">Jane Roe, special to Reuters</p>', ("Jane Roe",), "Reuters"),
        ('<p class="byline">PTI</p>', ("PTI",), "Press Trust of India"),
        ('<p class="byline">Par Anne Roy, Agence France-Presse</p>', ("Anne Roy",), "AFP"),
        ('<p class="byline">Anne Roy — La Presse canadienne</p>', ("Anne Roy",), "The Canadian Press"),
        ("<p>Par Anne Roy</p><p>La Presse canadienne</p>", ("Anne Roy",), "The Canadian Press"),
        # Who helped wrote no article.
        ('<p class="byline">Par Anne Roy (avec AFP)</p>', ("Anne Roy",), None),
        ('<p class="byline">By Jane Roe with files from Reuters</p>', ("Jane Roe",), None),
        # An op-ed by a person of that name.
        ('<p class="byline">By Michael Bloomberg</p>', ("Michael Bloomberg",), None),
        ('<p class="byline">By Jane Roe, The Prairie Daily</p>', ("Jane Roe",), None),
        # Pictures have credits of their own.
        (
            "<figure><img src=x><figcaption>Reuters</figcaption></figure><p>By Jane Roe</p>",
            ("Jane Roe",),
            None,
        ),
        ('<div class="photo-credit">The Canadian Press</div><p>By Jane Roe</p>', ("Jane Roe",), None),
    ],
)
def test_agency_of_a_byline_is_a_credit_and_the_origin(
    above: str, authors: tuple[str, ...], origin: str | None
) -> None:
    article = extracted(a_html(above=above, head=DAILY))
    assert origin_of(article) == origin
    if authors:
        assert article.authors == authors


@pytest.mark.parametrize(
    ("author", "authors", "origin"),
    [
        (
            [
                {"@type": "Person", "name": "Jane Roe"},
                {"@type": "Organization", "name": "The Canadian Press"},
            ],
            ("Jane Roe",),
            "The Canadian Press",
        ),
        ({"@type": "Person", "name": "Jane Roe, The Canadian Press"}, ("Jane Roe",), "The Canadian Press"),
        ({"@type": "Person", "name": "Jane Roe | Reuters"}, ("Jane Roe",), "Reuters"),
        ({"@type": "Organization", "name": "Reuters"}, ("Reuters",), "Reuters"),
        ([{"@type": "Person", "name": "Jane Roe"}, {"@type": "Person", "name": "AFP"}], ("Jane Roe",), "AFP"),
    ],
)
def test_agency_of_json_ld_is_a_credit(author: object, authors: tuple[str, ...], origin: str) -> None:
    data = {"@type": "NewsArticle", "headline": "Seed talks end without a word on tariffs", "author": author}
    article = extracted(a_html(ld=data, head=DAILY))
    assert (article.authors, origin_of(article)) == (authors, origin)


def test_agency_of_a_meta_tag_and_of_the_feed_is_a_credit() -> None:
    article = extracted(a_html(head=DAILY + '<meta name="author" content="Jane Roe, Bloomberg News">'))
    assert article.credits == (Credit("Bloomberg News", "byline", "author"),)
    assert origin_of(article) == "Bloomberg"
    article = extracted(a_html(head=DAILY), entry=an_entry(authors=("Jane Roe, Reuters",)))
    assert (article.authors, article.credits) == (("Jane Roe",), (Credit("Reuters", "byline", "feed"),))


@pytest.mark.parametrize(
    ("above", "authors", "origin"),
    [
        ("<div>2026年01月16日 10:20 来源：新华社</div>", (), "Xinhua"),
        (
            '<div><span>来源：</span><a href="/">中国新闻网</a><span>作者：李明</span></div>',
            ("李明",),
            "China News Service",
        ),
        ("<p>2026-01-16 10:20</p><p>来源：</p><p>中国新闻网</p>", (), "China News Service"),
        ("<div>来源：新华社 | 作者：李明 王小雨 | 责编：王梅</div>", ("李明", "王小雨"), "Xinhua"),
        ("<div>转自：环球网　记者：李明　摄影：王五</div>", ("李明",), "Global Times"),
        ("<div>稿件来源：人民网 编辑：王梅</div>", (), "People's Daily"),
        ("<div>來源：中央社　記者：陳大文</div>", ("陳大文",), "Central News Agency"),
        ("<div>来源：草原晚报</div>", (), "草原晚报"),
        ("<div>来源：本站原创</div>", (), None),
        ("<div>图片来源：新华社</div>", (), None),
        ("<div>Source: Xinhua| 2026-01-17 20:15:00|Editor: huaxia</div>", (), "Xinhua"),
        ("<div>责任编辑：王梅</div>", (), None),
    ],
)
def test_bar_of_facts_names_source_and_authors(
    above: str, authors: tuple[str, ...], origin: str | None
) -> None:
    texts = TRADITIONAL if "來源" in above else SIMPLIFIED
    html = a_html(*texts, title="两国会谈未提及关税问题", above=above, lang="zh")
    article = extracted(html)
    assert (article.authors, origin_of(article, "城市新闻")) == (authors, origin)


def test_meta_tag_of_a_source_is_a_credit_and_the_portal_in_its_author_signs_nothing() -> None:
    head = '<meta name="source" content="新华社"><meta name="author" content="城市财经网">'
    article = extracted(a_html(*SIMPLIFIED, title="两国会谈未提及关税问题", head=head, lang="zh"))
    assert article.authors == ()
    assert article.credits[0] == Credit("新华社", "source", "source")


@pytest.mark.parametrize(
    "bar", ["来源：视觉中国", "來源：視覺中國", "Source: Getty Images | 2026-01-17", "Fuente: Shutterstock"]
)
def test_agency_of_pictures_is_no_credit_of_the_text(bar: str) -> None:
    article = extracted(
        a_html(*SIMPLIFIED, title="两国会谈未提及关税问题", above=f"<div>{bar}</div>", lang="zh")
    )
    assert article.credits == ()


def test_photographer_is_no_author() -> None:
    texts = (*SIMPLIFIED, "中新社记者 贾天勇 摄")
    assert extracted(a_html(*texts, title="两国会谈未提及关税问题", lang="zh")).authors == ()


def test_credits_of_other_articles_on_the_page_are_none_of_this_one() -> None:
    teaser = (
        '<div class="card"><h3>Ferry timetable changes</h3><span class="byline">Tom Li, Reuters</span></div>'
    )
    article = extracted(a_html(*ENGLISH, above="<p>By Jane Roe</p>", below=teaser * 3))
    assert (article.authors, article.credits) == (("Jane Roe",), ())


def test_site_signs_where_nobody_else_does() -> None:
    head = '<meta property="og:site_name" content="La Plaine"><meta name="author" content="La Plaine">'
    assert extracted(a_html(*FRENCH, head=head)).authors == ("La Plaine",)
    assert extracted(a_html(*FRENCH, head=head, above="<p>Par Anne Roy</p>")).authors == ("Anne Roy",)
    assert extracted(a_html(*FRENCH, head=head)).credits == ()


def test_provenance_says_where_the_credits_stood() -> None:
    article = extracted(a_html(above="<p>By Jane Roe, Reuters</p>"))
    assert article.provenance["credits"] == "byline"
    assert names_of(article) == ["Reuters"]
