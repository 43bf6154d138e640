"""Who signs an article, in the forms that pages show: lines at the title, labels, several places at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.extract import extract
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, TRADITIONAL, a_html

NOW = NOON + timedelta(days=1)
DAILY = '<meta property="og:site_name" content="The Prairie Daily">'
GERMAN = (
    "Vertreter beider Länder haben am Samstag über die Kontrolle der Saatgutlieferungen beraten.",
    "Die Gespräche in der Hafenstadt dauerten neun Stunden, und niemand wollte sagen, ob es um Zölle ging.",
    "Die Bauernverbände hatten drei Jahre lang auf dieses Treffen gewartet und messen es an den Schiffen.",
)
TEXTS = {"en": ENGLISH, "fr": FRENCH, "de": GERMAN, "zh": SIMPLIFIED, "zh-Hant": TRADITIONAL}


def authors_of(
    lang: str, *, above: str = "", below: str = "", head: str = DAILY, author: object = None
) -> tuple[str, ...]:
    title = "两国会谈未提及关税问题" if lang.startswith("zh") else "Seed talks end without a word on tariffs"
    data = None
    if author:
        data = {"@type": "NewsArticle", "headline": title, "author": author}
    html = a_html(*TEXTS[lang], title=title, above=above, below=below, head=head, ld=data, lang=lang)
    return extract(a_page(body=html), None, NOW).authors


@pytest.mark.parametrize(
    ("lang", "line", "authors"),
    [
        ("en", "An article by Jane Roe | 17.01.2026 - 12:45", ("Jane Roe",)),
        ("fr", "Un reportage de Marie Roy, le 17 janvier 2026", ("Marie Roy",)),
        ("de", "Ein Artikel von Anna Roth | 17.01.2026 - 12:45", ("Anna Roth",)),
        ("de", "Ein Gastbeitrag von Anna Roth und Jan Lenz", ("Anna Roth", "Jan Lenz")),
        # The day behind a name.
        ("en", "By Jane Roe on 17.01.2026", ("Jane Roe",)),
        ("fr", "Par Anne Roy le 17/01/2026 à 09h05", ("Anne Roy",)),
        ("de", "Von Anna Roth am 17.01.2026", ("Anna Roth",)),
        # An account signs where nobody else does.
        ("en", "Submitted by jroe on 17 January 2026 - 18:55", ("jroe",)),
        ("fr", "Soumis par aroy le 17 janvier 2026", ("aroy",)),
        ("de", "Gespeichert von aroth am 17. Januar 2026 - 18:55", ("aroth",)),
        # Words and pictures are by the same person.
        ("en", "Words & photos: Jane Roe", ("Jane Roe",)),
        ("fr", "Texte et photos : Anne Roy", ("Anne Roy",)),
        ("de", "Text & Fotos: Anna Roth", ("Anna Roth",)),
        # The day and the time stand first.
        ("en", "17.01.2026 | 13:10 | Jane Roe", ("Jane Roe",)),
        ("fr", "17/01/2026 | 13h10 | Anne Roy", ("Anne Roy",)),
        ("de", "17.01.2026 | 13:10 Uhr | Anna Roth", ("Anna Roth",)),
        # A section, and no person.
        ("en", "17.01.2026 | 13:10 | World News", ()),
        ("de", "17.01.2026 | 13:10 Uhr | Politik", ()),
        ("fr", "17/01/2026 | Monde", ()),
    ],
)
def test_line_at_the_title_names_who_signs(lang: str, line: str, authors: tuple[str, ...]) -> None:
    assert authors_of(lang, above=f"<p>{line}</p>") == authors


@pytest.mark.parametrize(
    ("lang", "label", "name"),
    [
        ("en", "Written by", "Jane Roe"),
        ("en", "By", "Jane Roe"),
        ("fr", "Par", "Anne Roy"),
        ("fr", "Textes et photos :", "Anne Roy"),
        ("de", "Von", "Anna Roth"),
        ("de", "Text & Fotos:", "Anna Roth"),
        ("zh", "作者：", "李明"),
    ],
)
def test_label_on_a_line_of_its_own_names_the_next_line(lang: str, label: str, name: str) -> None:
    assert authors_of(lang, above=f"<div>{label}</div><div>{name}</div><div>17</div>") == (name,)


@pytest.mark.parametrize(
    ("lang", "line", "author"),
    [
        ("en", "Author: Jane Roe, project lead in the port city.", "Jane Roe"),
        ("fr", "Auteure : Anne Roy, cheffe de projet.", "Anne Roy"),
        ("de", "Autorin: Anna Roth, Projektleiterin im Hafen.", "Anna Roth"),
    ],
)
def test_label_at_the_end_names_the_author_before_a_body_that_is_declared(
    lang: str, line: str, author: str
) -> None:
    head = DAILY + '<meta name="author" content="Harvest Foundation">'
    assert authors_of(lang, below=f"<p><strong>{line}</strong></p>", head=head) == (author,)


def test_labels_of_several_teasers_name_nobody() -> None:
    teasers = "<p>Author: Tom Li</p><p>Author: Sam Poe</p>"
    assert authors_of("en", below="<p>Ferry timetable changes.</p>" * 9 + teasers) == ()


@pytest.mark.parametrize(
    ("lang", "author", "line", "authors"),
    [
        ("en", {"@type": "Person", "name": "Jane Roe"}, "By Jane Roe and Tom Li", ("Jane Roe", "Tom Li")),
        (
            "fr",
            {"@type": "Person", "name": "Anne Roy"},
            "Par Anne Roy, Luc Gagnon",
            ("Anne Roy", "Luc Gagnon"),
        ),
        ("de", {"@type": "Person", "name": "Jan Lenz"}, "von Anna Roth, Jan Lenz", ("Anna Roth", "Jan Lenz")),
        # Others than those that are declared: an editor, or the author of a teaser.
        ("en", {"@type": "Person", "name": "Jane Roe"}, "By Tom Li and Sam Poe", ("Jane Roe",)),
    ],
)
def test_byline_that_names_more_than_the_declared_author_is_believed(
    lang: str, author: object, line: str, authors: tuple[str, ...]
) -> None:
    assert authors_of(lang, above=f"<p>{line}</p>", author=author) == authors


def test_name_of_a_citation_goes_before_the_authors_of_its_references() -> None:
    head = (
        '<meta name="author" content="N. Sheer, S. Spiel"><meta name="citation_author" content="Marwa Adnan">'
    )
    assert authors_of("en", head=head) == ("Marwa Adnan",)


def test_full_name_of_a_byline_goes_before_the_account_that_posted() -> None:
    above = (
        '<a rel="author" href="/a">Prairie</a>'
        '<span class="byline-author">Posted by Jane Roe, Tom Li and Sam Poe - Harvest team</span>'
    )
    assert authors_of("en", above=above, head="") == ("Jane Roe", "Tom Li", "Sam Poe")


def test_site_that_signs_at_its_title_is_not_replaced_by_a_name_elsewhere() -> None:
    above = "<p>April 10, 2026</p><p>The Prairie Daily</p>"
    below = '<div class="team"><span class="author">Tom Li</span></div>'
    author = {"@type": "Person", "name": "The Prairie Daily"}
    assert authors_of("en", above=above, below=below, author=author) == ("The Prairie Daily",)


@pytest.mark.parametrize(
    "line", ["Von Mob mit Stangen verfolgt:", "By Dawn with no hope left", "Par Force ou par choix"]
)
def test_headline_that_begins_like_a_byline_names_nobody(line: str) -> None:
    assert authors_of("en", below=f"<div><a href='/x'>{line}</a></div>") == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("记者 李明 王芳 通讯员 陈东", ("李明", "王芳", "陈东")),
        ("（责任编辑：王梅）", ()),
        ("编辑：王梅 审核：陈东", ()),
        ("摄影：陈东", ()),
        ("本报记者 李明 通讯员 陈东", ("李明", "陈东")),
        ("文/李明 图/陈东", ("李明",)),
        ("来源：草原晚报 作者：李明 编辑：王梅", ("李明",)),
        ("记者：李明 摄影：陈东", ("李明",)),
        ("采写：本报记者 李明", ("李明",)),
        ("當前位置：首頁 新聞 國際", ()),
    ],
)
def test_chinese_credit_lines_name_writers_and_no_editors(line: str, authors: tuple[str, ...]) -> None:
    assert authors_of("zh", above=f"<p>{line}</p>") == authors


@pytest.mark.parametrize(
    ("above", "authors"),
    [
        ("<p>2026-01-17 03:01</p><p>魑皇</p>", ("魑皇",)),
        # The name of the portal, that is shown at a title as well.
        ("<p>2026-01-17 03:01</p>", ()),
    ],
)
def test_pen_name_that_is_declared_signs_where_it_is_shown_at_the_title(
    above: str, authors: tuple[str, ...]
) -> None:
    assert authors_of("zh", above=above, head='<meta name="author" content="魑皇">') == authors
