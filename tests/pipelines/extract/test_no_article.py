"""Notices, section fronts and bytes that are no words are refused; short articles are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.errors import PermanentError
from pipelines.extract import extract
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, a_html, in_paragraphs

NOW = NOON + timedelta(days=1)
URL = "https://daily.example/2026/01/17/seed-talks"

LONG_EN = (
    "Sorry, the thing you were looking for may have been taken away, had its name changed, or is for the"
    " moment out of reach. Try the search above, or go back to our home page."
)
LONG_FR = (
    "Nous sommes désolés, ce que vous cherchez a peut-être été déplacé ou retiré. Utilisez la recherche"
    " ci-dessus ou retournez à la page d’accueil de notre journal."
)
LONG_ZH = (
    "很抱歉，您要找的内容可能已经被移走、改名或者暂时无法打开。"
    "您可以返回首页，或者使用上方的搜索功能继续查找您需要的新闻。"
)


def a_notice(title: str, text: str, lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body><main>'
        f"<h1>{title}</h1><p>{text}</p></main></body></html>"
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Page not found", LONG_EN),
        ("404 - Not Found | The Daily", LONG_EN),
        ("Oops! That page can’t be found.", LONG_EN),
        (
            "Access Denied",
            "You don't have permission to see this on this server. Reference 18.2d1c. " + LONG_EN,
        ),
        (
            "Just a moment...",
            "daily.example needs to review the security of your connection before it goes on. " * 2,
        ),
        ("Attention Required! | Cloudflare", "You are unable to access daily.example. " + LONG_EN),
        (
            "Error 1020",
            "This website is using a security service to protect itself from online attacks. " * 2,
        ),
        ("Are you a robot?", "Please tick the box below to let us know that it is not so. " * 3),
        (
            "We'll be right back",
            "The site is down for scheduled maintenance, and it returns this evening. " * 2,
        ),
        ("451 Unavailable For Legal Reasons", "We cannot show this in your country at this time. " * 3),
        ("Log in", "Enter the address and the password of your account to read what you have saved. " * 2),
        ("daily.example is for sale", "This domain may be for sale by its owner. Make an offer today. " * 2),
        (
            "Please disable your ad blocker",
            "We noticed that you use something that blocks our advertising. " * 2,
        ),
        ("Page introuvable", LONG_FR),
        ("Erreur 404", LONG_FR),
        ("Accès refusé", LONG_FR),
        ("Site en maintenance", LONG_FR),
        ("Seite nicht gefunden", "Die gesuchte Seite wurde verschoben, oder es gibt sie nicht mehr. " * 3),
        ("页面不存在", LONG_ZH),
        ("您访问的页面不存在-城市新闻网", LONG_ZH),
        ("404错误", LONG_ZH),
        ("提示信息 - 草原网", LONG_ZH),
        ("抱歉，指定的主题不存在或已被删除或正在被审核", LONG_ZH),
        ("Oups ! Cette page est introuvable", LONG_FR),
        ("Erreur 404 - Page non trouvée", LONG_FR),
        ("Le respect de votre vie privée est notre priorité", LONG_FR),
        ("Service Temporarily Unavailable", LONG_EN),
        ("503 Service Unavailable", LONG_EN),
        ("Error 1020 Ray ID: 8abc", LONG_EN),
        ("Access denied to this page", LONG_EN),
        ("安全验证", LONG_ZH),
        ("访问受限", LONG_ZH),
        (
            "網頁不存在",
            "很抱歉，您要找的內容可能已經被移走、改名或者暫時無法打開。您可以返回首頁，或者使用上方的搜尋功能。"
            * 2,
        ),
    ],
)
def test_notice_with_status_200_is_refused_by_its_title(title: str, text: str) -> None:
    with pytest.raises(PermanentError, match=r"notice|wall|closed|consent|asks for"):
        extract(a_page(body=a_notice(title, text), url=URL), None, NOW)


def test_page_that_sends_on_to_another_is_refused() -> None:
    html = (
        '<html><head><meta http-equiv="refresh" content="0; url=https://daily.example/new"><title>Moved</title>'
        f"</head><body><p>{LONG_EN}</p></body></html>"
    )
    with pytest.raises(PermanentError, match="sends on"):
        extract(a_page(body=html, url=URL), None, NOW)


@pytest.mark.parametrize(
    "title",
    [
        "Page not found: how a library lost its oldest book",
        "Access denied, says the minister of the inspectors",
        "404 ships wait in the bay",
        "Just a moment of silence for the sailors",
        "Log in the river stops the ferry",
    ],
)
def test_article_whose_headline_begins_like_a_notice_stays(title: str) -> None:
    assert extract(a_page(body=a_html(title=title), url=URL), None, NOW).title == title


SHORT = {
    "en": (
        "Police say no one was hurt in the crash.",
        "The port reopened at noon.",
        "Officials gave no reason.",
    ),
    "fr": (
        "La police dit que personne n’a été blessé.",
        "Le port a rouvert à midi.",
        "Le canola monte de 2 %.",
    ),
    "zh": ("警方表示无人受伤。", "港口已于中午重新开放。", "渥太华此前要求五月举行第二轮会谈。"),
}


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Port reopens after crash"),
        ("en", "Access denied to inspectors at port"),
        ("en", "500 trucks wait at the border"),
        ("en", "404 canola trucks wait at border"),
        ("en", "Service temporarily unavailable, says railway"),
        ("en", "Site maintenance crew strikes at refinery"),
        ("en", "Redirecting trade: canola goes south"),
        ("en", "Privacy commissioner opens probe"),
        ("fr", "Erreur 404 : un film canadien"),
        ("fr", "404 camions attendent"),
        ("fr", "Accès refusé : les inspecteurs repartent"),
        ("fr", "Maintenance – le pont ferme dès ce soir"),
        ("fr", "Votre vie privée à l’école"),
        ("fr", "Un instant de silence à Ottawa"),
        ("zh", "404家企业参展"),
        ("zh", "登录月球：新计划公布"),
        ("zh", "安全检查后港口重开"),
        ("zh", "访问受限地区须申报"),
        ("zh", "系统维护费用上涨"),
        ("zh", "文章被删除引发争议"),
    ],
)
def test_short_report_with_words_of_a_notice_in_its_headline_stays(lang: str, title: str) -> None:
    html = a_html(*SHORT[lang], title=title, lang=lang)
    assert extract(a_page(body=html, url=URL), None, NOW).title == title


def a_front(
    teasers: int, *, teaser: str = "Officials met on Monday and will meet again.", head: str = ""
) -> str:
    cards = []
    for number in range(teasers):
        cards.append(
            f'<div class="card"><h3><a href="/{number}">Ship number {number} waits in the bay</a></h3>'
            f"<p>{teaser} It was the {number}th time this year.</p></div>"
        )
    return (
        f'<!doctype html><html lang="en"><head><title>World news - The Daily</title>{head}</head><body>'
        f"<main><h1>World</h1>{''.join(cards)}</main></body></html>"
    )


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (a_front(30), "https://daily.example/world/"),
        (a_front(12), "https://daily.example/"),
        (a_front(60, teaser=ENGLISH[0]), "https://daily.example/section/world"),
        (a_front(20, head='<meta property="og:type" content="website">'), "https://daily.example/tag/seed"),
        (
            "<html><head><title>要闻-城市新闻网</title></head><body><h1>要闻</h1><ul>"
            + "".join(
                f'<li><a href="/{n}.htm">两国官员第{n}次举行会谈讨论种子检验</a> 2026-01-17</li>'
                for n in range(50)
            )
            + "</ul></body></html>",
            "https://city.example/yaowen/",
        ),
    ],
)
def test_section_front_is_no_article(html: str, url: str) -> None:
    with pytest.raises(PermanentError, match="list of articles"):
        extract(a_page(body=html, url=url), None, NOW)


def test_article_above_many_teasers_stays() -> None:
    teasers = a_front(40).split("<h1>World</h1>")[1].split("</main>")[0]

    def above_teasers(html: str) -> str:
        return html.replace("</article>", f'</article><section class="related">{teasers}</section>')

    html = above_teasers(a_html(" ".join(ENGLISH), " ".join(reversed(ENGLISH))))
    assert extract(a_page(body=html, url=URL), None, NOW).body.startswith(ENGLISH[0])
    declared = {"@type": "NewsArticle", "headline": "Seed talks end without a word on tariffs"}
    html = above_teasers(a_html(ENGLISH[0], ld=declared))
    assert extract(a_page(body=html, url=URL), None, NOW).body.startswith(ENGLISH[0])


def test_list_whose_lines_are_one_is_no_article() -> None:
    lines = "".join(
        f'<li><a href="/{n}">两国官员就油菜籽检验举行第{n}轮会谈</a><span>2026-01-17</span></li>'
        for n in range(40)
    )
    html = f"<html><head><title>国际</title></head><body><h1>国际</h1>{lines}</body></html>"
    with pytest.raises(PermanentError, match="list of articles"):
        extract(a_page(body=html, url="https://city.example/guoji/list"), None, NOW)


def test_chinese_characters_of_a_wrong_reading_are_no_words() -> None:
    html = f"<html><body><h1>会谈</h1><p>{'技扮鏉撳洖彇' * 60}</p></body></html>"
    with pytest.raises(PermanentError, match="no words"):
        extract(a_page(body=html, url=URL), None, NOW)


def test_bytes_that_are_no_words_are_refused() -> None:
    import random

    chance = random.Random(7)
    noise = bytes(chance.randrange(33, 256) for _ in range(4_000)).replace(b"<", b" ").replace(b"&", b" ")
    with pytest.raises(PermanentError, match="no words"):
        extract(a_page(body=b"<html><body><h1>x</h1><p>" + noise + b"</p></body></html>", url=URL), None, NOW)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("texts", [ENGLISH, FRENCH, SIMPLIFIED])
def test_utf_16_without_its_mark_is_read(encoding: str, texts: tuple[str, ...]) -> None:
    text = f"<h1>Seed talks go on</h1>{in_paragraphs(texts)}"
    html = f"<html><head><title>Seed talks</title></head><body>{text}</body></html>"
    article = extract(a_page(body=html.encode(encoding), url=URL), None, NOW)
    assert article.body == "\n\n".join(texts)
