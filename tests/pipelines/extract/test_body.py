"""What is the article's own text, and what only surrounds it."""

from __future__ import annotations

import pytest
from lxml import html

from crawlers.errors import PageWalled
from pipelines.extract.body import extract_body
from pipelines.extract.claims import Claims
from tests.pipelines.extract.pages import in_paragraphs

NO_CLAIMS = Claims({}, {})


def test_a_table_that_only_arranges_the_page_gives_its_text_without_the_menu() -> None:
    prose = [
        f"Paragraph {n} tells what the harbour board of Larch Bay decided about its cranes this week. " * 3
        for n in range(4)
    ]
    menu = "<td width=120><a href=/>Home</a><br><a href=/news>News</a><br><a href=/sport>Sport</a></td>"
    text = in_paragraphs(prose)
    tree = html.fromstring(
        f"<html><body><table><tr>{menu}<td><h1>Cranes</h1>{text}</td></tr></table></body></html>"
    )
    body = extract_body(tree, NO_CLAIMS, "Cranes")
    assert body.text.split("\n\n") == [p.strip() for p in prose]


def test_a_table_of_figures_stays_with_its_article() -> None:
    rows = "".join(f"<tr><td>Port {n}</td><td>{n * 1000}</td></tr>" for n in range(1, 5))
    prose = "".join(
        f"<p>{'The board of the harbour counted the boxes again and found more than last year. ' * 3}</p>"
        for _ in range(4)
    )
    tree = html.fromstring(
        f"<html><body><article><h1>Boxes</h1>{prose}<table>{rows}</table></article></body></html>"
    )
    assert "Port 3" in extract_body(tree, NO_CLAIMS, "Boxes").text


def test_the_line_of_author_and_time_is_no_text() -> None:
    prose = "".join(
        f"<p>{f'Phrase {n} raconte ce que le conseil du port a décidé de ses grues cette semaine. ' * 3}</p>"
        for n in range(4)
    )
    line = "<p>Solène Marchessault · Publié le 22 novembre 2026 à 20 h 05</p>"
    tree = html.fromstring(f"<html><body><article><h1>Grues</h1>{line}{prose}</article></body></html>")
    assert "Publié" not in extract_body(tree, NO_CLAIMS, "Grues").text


PROSE = [
    f"Paragraph {n} tells what the harbour board of Larch Bay decided this week about cranes. " * 2
    for n in range(3)
]


def walled(wall: str, *, before: str = "") -> str:
    return f"<html><body>{before}<article><h1>Cranes</h1>{in_paragraphs(PROSE)}{wall}</article></body></html>"


@pytest.mark.parametrize(
    "wall",
    [
        "<p>Subscribe to continue reading.</p>",
        "<p>Abonnez-vous pour lire la suite</p>",
        "<p>Inscrivez-vous à notre site pour continuer la lecture.</p>",
        "<p>Already a subscriber? Log in</p>",
        "<p>To keep reading, <a href=/plans>subscribe</a> today.</p>",
        "<p>This article is for subscribers.</p>",
        "<p>Il vous reste 70 % de cet article à lire.</p>",
        "<p>登录后继续阅读全文</p>",
        "<p>剩余内容需付费阅读</p>",
    ],
)
def test_line_that_asks_for_a_payment_is_noted_and_no_text(wall: str) -> None:
    body = extract_body(html.fromstring(walled(wall)), NO_CLAIMS, "Cranes")
    assert body.paywall != "none"
    assert body.text.split("\n\n") == [p.strip() for p in PROSE]


@pytest.mark.parametrize(
    "wall",
    [
        '<div class="paywall"><h2>Keep reading</h2><p>Subscribe to unlock this story</p></div>',
        "<aside><span>Abonnez-vous</span> <span>pour lire la suite</span></aside>",
        "<form><label>Create a free account to read this article <input></label></form>",
        '<div class="modal"><div>You have read all your free articles this month.</div></div>',
    ],
)
def test_wall_beside_the_text_is_noted(wall: str) -> None:
    assert extract_body(html.fromstring(walled(wall)), NO_CLAIMS, "Cranes").paywall != "none"


@pytest.mark.parametrize(
    "around",
    [
        "<header>Subscribe now | Sign in to read</header>",
        "<nav><a>Log in to access your account</a></nav>",
        "<div>Already a subscriber? Log in</div>",
        "<div><a>Subscribe</a></div><div><a>Read the paper</a></div>",
    ],
)
def test_offers_around_every_page_are_no_wall(around: str) -> None:
    assert extract_body(html.fromstring(walled("", before=around)), NO_CLAIMS, "Cranes").paywall == "none"


def test_report_about_paywalls_keeps_its_sentences() -> None:
    sentence = (
        "The paper told its readers that they must subscribe to continue reading about the harbour, and that "
        "those who log in to read on another day will find the page just as it was, with all that was "
        "said of the board that ordered the cranes, of the bay, of all the ships that wait, and of the pier, "
        "which was built a hundred years ago."
    )
    body = extract_body(html.fromstring(walled(f"<p>{sentence}</p>")), NO_CLAIMS, "Cranes")
    assert sentence in body.text
    assert body.paywall == "none"


def test_page_with_nothing_but_a_wall_is_walled() -> None:
    page = "<html><body><article><h1>Cranes</h1><p>Subscribe to continue reading.</p></article></body></html>"
    with pytest.raises(PageWalled, match="payment"):
        extract_body(html.fromstring(page), NO_CLAIMS, "Cranes")


def test_robot_check_in_place_of_the_text_is_walled() -> None:
    page = "<html><body><p>Please verify you are a human before you go on to this site.</p></body></html>"
    with pytest.raises(PageWalled, match="verify you are a human"):
        extract_body(html.fromstring(page), NO_CLAIMS, "Cranes")


def test_a_crowd_of_links_keeps_all_of_its_words() -> None:
    prose = "The board of the harbour counted the boxes again and found more than last year. " * 9
    crowd = "<i>one <b>two</b> three</i> " * 1_100
    tree = html.fromstring(f"<html><body><article><p>{prose}</p><p>{crowd}</p></article></body></html>")
    assert "one two three one two three" in extract_body(tree, NO_CLAIMS, "Boxes").text
