"""Bylines as pages of three languages print them, and lines that look like one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml.html import fromstring

from pipelines.extract import extract
from pipelines.extract.authors import own_names_of
from pipelines.extract.claims import read_claims
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, a_html

NOW = NOON + timedelta(days=1)
DAILY = '<meta property="og:site_name" content="The Prairie Daily">'
TEXTS = {"en": ENGLISH, "fr": FRENCH, "zh": SIMPLIFIED}
TITLES = {
    "en": "Seed talks end without a word",
    "fr": "Les discussions prennent fin",
    "zh": "两国会谈未提及关税问题",
}


def authors_of(lang: str, *, above: str = "", below: str = "", head: str = "", author: object = None) -> str:
    title = TITLES[lang]
    data = {"@type": "NewsArticle", "headline": title, "author": author} if author else None
    html = a_html(*TEXTS[lang], title=title, above=above, below=below, head=DAILY + head, ld=data, lang=lang)
    return ", ".join(extract(a_page(body=html), None, NOW).authors)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        (
            '<a href="/author/jane-roe">Jane Roe</a> <span>@janeroe</span> <time>Jan 17, 2026</time>',
            "Jane Roe",
        ),
        ('<a href="/profile/jane">Jane Roe</a> and <a href="/profile/tom">Tom Li</a>', "Jane Roe, Tom Li"),
        ("Opinion by Jane Roe, Special to The Prairie Daily", "Jane Roe"),
        ("Guest column by Jane Roe", "Jane Roe"),
        ("Posted on January 17, 2026 by Jane Roe", "Jane Roe"),
        ("January 17, 2026 / By Jane Roe / in Trade", "Jane Roe"),
        ("January 17, 2026 by Jane Roe in Trade 3 comments", "Jane Roe"),
        ("Saturday, January 17, 2026 - By Jane Roe", "Jane Roe"),
        ("Updated: January 17, 2026 Author: Jane Roe", "Jane Roe"),
        ('<span class="contributors">Jane Roe in Ottawa and Tom Li in Beijing</span>', "Jane Roe, Tom Li"),
        ("Words by Jane Roe. Photography by Tom Li.", "Jane Roe"),
        ("Story by Jane Roe | Photos by Tom Li | Jan. 17, 2026", "Jane Roe"),
        ("Reporting by Jane Roe; Editing by Tom Li", "Jane Roe"),
        ("Jane Roe, Local Journalism Initiative Reporter", "Jane Roe"),
        ("Jane Roe / Prairie Daily", "Jane Roe"),
        ("JANE ROE <span>THE PRAIRIE DAILY</span>", "JANE ROE"),
        ("By Jane Roe and The Canadian Press", "Jane Roe"),
        ("By the numbers: three years of talks", ""),
        ("Source: Statistics Canada", ""),
        ("Photo by Sam Poe", ""),
        ("Minister Sam Poe speaks in Ottawa on Jan. 17, 2026. THE CANADIAN PRESS/Tom Li", ""),
        ("Jane Roe has been following the talks for three years.", ""),
    ],
)
def test_english_line_at_the_title(line: str, authors: str) -> None:
    assert authors_of("en", above=f"<p>{line}</p>") == authors


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Anne Roy (avec AFP)", "Anne Roy"),
        ("Anne Roy, La Presse", "Anne Roy"),
        ("Anne Roy - Le Courrier des Plaines", "Anne Roy"),
        ("ANNE ROY | Agence QMI", "ANNE ROY"),
        ("Texte : Anne Roy Photos : Luc Gagnon", "Anne Roy"),
        ("Un texte d’Anne Roy", "Anne Roy"),
        ("Un texte de Luc Gagnon et d’Anne Roy", "Luc Gagnon, Anne Roy"),
        ("Une analyse d’Anne Roy", "Anne Roy"),
        ("Propos recueillis par Anne Roy", "Anne Roy"),
        ("Entrevue réalisée par Anne Roy", "Anne Roy"),
        ("Collaboration spéciale : Anne Roy", "Anne Roy"),
        ("De notre correspondante à Pékin, Anne Roy", "Anne Roy"),
        ("Publié par Anne Roy le samedi 17 janvier 2026", "Anne Roy"),
        ("Par Anne Roy - Publié le 17/01/2026 à 10:20", "Anne Roy"),
        ("Le 17 janvier 2026, par Anne Roy", "Anne Roy"),
        ("Par Anne Roy et l’AFP", "Anne Roy"),
        ("Par ailleurs, les discussions continuent samedi", ""),
        ("De Pékin à Ottawa, trois ans de discussions", ""),
        ("Crédit photo : Luc Gagnon", ""),
        ("Photo : Radio-Canada / Luc Gagnon", ""),
    ],
)
def test_french_line_at_the_title(line: str, authors: str) -> None:
    assert authors_of("fr", above=f"<p>{line}</p>") == authors


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("本刊记者/李明", "李明"),
        ("《草原周刊》记者 李明 王芳", "李明, 王芳"),
        ("草原日报记者 李明 实习生 王芳", "李明, 王芳"),
        ("草原财经记者 李明 渥太华报道", "李明"),
        ("特约撰稿人 李明", "李明"),
        ("草原观察者网专栏作者 李明", "李明"),
        ("主笔：李明", "李明"),
        ("作者：[加]简·罗伊", "简·罗伊"),
        ("总台记者丨李明 王芳", "李明, 王芳"),
        ("（作者为草原大学教授李明）", "李明"),
        ("(记者李明 编辑王芳 赵云)", "李明"),
        ("本报评论员 李明", "李明"),
        ("■ 李明", "李明"),
        ("策划：王芳 撰文：李明 制图：赵云", "李明"),
        ("李明：草原大学教授", ""),
        ("供稿：草原省商务厅", ""),
        ("摄影：王芳 李明", ""),
        ("值班编委 王芳 值班编辑 赵云", ""),
        ("上一篇：李明：三问关税", ""),
        ("热门：马云 任正非", ""),
    ],
)
def test_chinese_line_at_the_title(line: str, authors: str) -> None:
    assert authors_of("zh", above=f"<p>{line}</p>") == authors


@pytest.mark.parametrize(
    ("lang", "line", "authors"),
    [
        (
            "en",
            "(Reporting by Jane Roe in Ottawa and Tom Li in Beijing; Editing by Sam Poe)",
            "Jane Roe, Tom Li",
        ),
        ("fr", "(Reportage d’Anne Roy à Ottawa ; édité par Luc Gagnon)", "Anne Roy"),
    ],
)
def test_reporters_named_at_the_end_sign_where_nobody_else_does(lang: str, line: str, authors: str) -> None:
    assert authors_of(lang, below=f"<p>{line}</p>") == authors
    assert authors_of(lang, above="<p>By Kim Lau</p>", below=f"<p>{line}</p>") == "Kim Lau"


@pytest.mark.parametrize(
    ("lang", "teaser"),
    [
        ("en", '<div class="related"><p>By Sam Poe</p><a href="/author/sam-poe">Sam Poe</a></div>'),
        ("fr", '<div class="lire-aussi"><p>Lire aussi</p><p>Par Luc Gagnon</p></div>'),
    ],
)
def test_byline_of_another_article_signs_nothing(lang: str, teaser: str) -> None:
    assert authors_of(lang, below=teaser) == ""


def test_paper_beside_a_declared_person_is_no_author() -> None:
    assert authors_of("fr", head='<meta name="author" content="Anne Roy / La Prairie">') == "Anne Roy"


def test_name_at_the_title_goes_before_the_site_in_json_ld() -> None:
    author = {"@type": "Organization", "name": "The Prairie Daily"}
    assert authors_of("en", above="<p>Jane Roe, Prairie Daily</p>", author=author) == "Jane Roe"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.daily.co.za", "daily"),
        ("news.daily.com.hk", "daily"),
        ("daily.example", "daily"),
        ("::1", "::1"),
    ],
)
def test_word_of_a_domain_is_a_name_of_its_site(host: str, name: str) -> None:
    claims = read_claims(fromstring("<html><body><p>Seed talks</p></body></html>"), "https://daily.example/a")
    assert name in own_names_of(claims, host)
    assert "co" not in own_names_of(claims, host)
