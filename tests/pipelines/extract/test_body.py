"""What is the article's own text, and what only surrounds it."""

from __future__ import annotations

from lxml import html

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
    body, _ = extract_body(tree, NO_CLAIMS, "Cranes")
    assert body.split("\n\n") == [p.strip() for p in prose]


def test_a_table_of_figures_stays_with_its_article() -> None:
    rows = "".join(f"<tr><td>Port {n}</td><td>{n * 1000}</td></tr>" for n in range(1, 5))
    prose = "".join(
        f"<p>{'The board of the harbour counted the boxes again and found more than last year. ' * 3}</p>"
        for _ in range(4)
    )
    tree = html.fromstring(
        f"<html><body><article><h1>Boxes</h1>{prose}<table>{rows}</table></article></body></html>"
    )
    assert "Port 3" in extract_body(tree, NO_CLAIMS, "Boxes")[0]


def test_the_line_of_author_and_time_is_no_text() -> None:
    prose = "".join(
        f"<p>{f'Phrase {n} raconte ce que le conseil du port a décidé de ses grues cette semaine. ' * 3}</p>"
        for n in range(4)
    )
    line = "<p>Solène Marchessault · Publié le 22 novembre 2026 à 20 h 05</p>"
    tree = html.fromstring(f"<html><body><article><h1>Grues</h1>{line}{prose}</article></body></html>")
    assert "Publié" not in extract_body(tree, NO_CLAIMS, "Grues")[0]
