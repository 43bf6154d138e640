"""Pages of portals, messengers and scripts: the article is found where it stands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.model import Article
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, SIMPLIFIED, a_html, in_paragraphs

NOW = NOON + timedelta(days=1)
TITLE = "两国会谈未提及关税问题"


def extracted(html: str, **page: Any) -> Article:
    return extract(a_page(body=html, **page), None, NOW)


@pytest.mark.parametrize(
    "suffix",
    [
        "-城市新闻网",
        "_城市财经网",
        "_财经_城市在线",
        " | 城市日报",
        "—城市网",
        "_要闻_新闻频道_城市网",
        "－城市晚报",
        "-城市新闻客户端",
    ],
)
def test_chinese_title_loses_the_name_of_its_site(suffix: str) -> None:
    text = in_paragraphs(SIMPLIFIED)
    html = f"<html lang=zh><head><title>{TITLE}{suffix}</title></head><body>{text}</body></html>"
    assert extracted(html).title == TITLE


@pytest.mark.parametrize(
    "title", ["冰上丝路——访北方航运社", "种子外交-一年之后", "谈判桌上的一粒种子：记者手记", "网"]
)
def test_second_half_of_a_chinese_headline_stays(title: str) -> None:
    html = f"<html lang=zh><head><title>{title}</title></head><body>{in_paragraphs(SIMPLIFIED)}</body></html>"
    assert extracted(html).title == title


def test_comment_box_of_a_portal_is_not_taken_for_the_article() -> None:
    box = "网友评论仅供其表达个人看法，并不表明本站立场。"
    deck = SIMPLIFIED[0]
    head = f'<meta name="description" content="{deck}">'
    article = extracted(
        a_html(*SIMPLIFIED, *SIMPLIFIED, title=TITLE, head=head, lang="zh", below=f"<p>{box}</p>")
    )
    assert article.body.startswith(SIMPLIFIED[0])


@pytest.mark.parametrize(
    ("script", "day"),
    [
        ('var publish_time = "2026-01-16" || "";', "2026-01-16"),
        ('window.ct = "1768550400";', "2026-01-16"),
        ('var page = {"pubTime": "2026-01-16 10:20:00"};', "2026-01-16"),
        ('var pub_date = "2026/01/16";', "2026-01-16"),
    ],
)
def test_day_that_a_script_sets_is_the_article_s(script: str, day: str) -> None:
    html = a_html(*SIMPLIFIED, title=TITLE, lang="zh", below=f"<script>{script}</script>")
    published = extracted(html).published
    assert published is not None
    assert published.at.date().isoformat() == day


def test_day_in_the_address_goes_before_a_date_of_the_sidebar() -> None:
    html = a_html(*ENGLISH, above="<p>Next meeting: 9 January 2026</p>")
    published = extracted(html, url="https://daily.example/2026/01/16/seed-talks").published
    assert published is not None
    assert published.at.date().isoformat() == "2026-01-16"
    published = extracted(a_html(), url="https://daily.example/seed-talks-16-01-2026").published
    assert published is not None
    assert published.at.date().isoformat() == "2026-01-16"


def test_time_beside_the_title_of_the_day_in_the_address_is_taken() -> None:
    html = a_html(*ENGLISH, above="<p>16 January 2026, 10:20</p>")
    published = extracted(html, url="https://daily.example/2026/01/16/seed-talks").published
    assert published is not None
    assert published.at.isoformat() == "2026-01-16T10:20:00+00:00"


def test_heading_inside_an_aside_is_the_title_where_there_is_no_other() -> None:
    head = "<head><title>Seed talks go on - all the news of the plain</title></head>"
    text = in_paragraphs(ENGLISH)
    html = f"<html>{head}<body><aside><h1>Seed talks go on</h1></aside>{text}</body></html>"
    assert extracted(html).title == "Seed talks go on"


@pytest.mark.parametrize(
    "state",
    [
        {
            "props": {
                "pageProps": {
                    "article": {"title": "x", "body": "".join(f"<p>{line}</p>" for line in ENGLISH)}
                }
            }
        },
        {"props": {"story": {"content": [{"type": "p", "text": line} for line in ENGLISH]}}},
        {"article": {"articleBody": "\n\n".join(ENGLISH)}},
    ],
)
def test_text_in_the_state_of_scripts_is_read_where_there_is_no_other(state: dict[str, Any]) -> None:
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    html = f"<html><head><title>Seed talks go on</title></head><body><div id=app></div>{script}</body></html>"
    article = extracted(html)
    assert article.body == "\n\n".join(ENGLISH)
    assert article.provenance["body"] == "page state"


@pytest.mark.parametrize(
    ("declared", "flag"),
    [
        ({"@type": "LiveBlogPosting"}, "live"),
        ({"@type": "AdvertiserContentArticle"}, "sponsored"),
        ({"@type": ["NewsArticle"], "isAccessibleForFree": False}, "paywall_beside"),
        ({"@type": ["NewsArticle"], "isAccessibleForFree": "False"}, "paywall_beside"),
    ],
)
def test_page_is_flagged_by_what_it_declares(declared: dict[str, Any], flag: str) -> None:
    data = {"headline": "Seed talks end without a word on tariffs", "author": "Jane Roe"} | declared
    assert flag in extracted(a_html(ld=data)).flags
    assert flag not in extracted(a_html()).flags


def test_library_s_log_lines_stay_away(capfd: pytest.CaptureFixture[str]) -> None:
    html = "<html><body><p>x</p></body></html>"
    with pytest.raises(Exception, match="no article text"):
        extracted(html)
    assert "trafilatura" not in capfd.readouterr().err
