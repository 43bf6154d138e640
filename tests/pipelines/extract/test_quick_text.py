"""The lines in which the screen looks for names."""

from __future__ import annotations

import pytest

from pipelines.extract.document import parse
from pipelines.extract.quick_text import quick_text


def lines_of(markup: str) -> list[str]:
    lines = quick_text(parse(f"<html><body>{markup}</body></html>")).split("\n")
    return list(filter(None, map(str.strip, lines)))


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>Ottawa spoke.</p><p>Beijing answered.</p>", ["Ottawa spoke.", "Beijing answered."]),
        ("<p><a href='/1'>Ottawa and Beijing</a></p>", []),
        ("<p> <a href='/1'>Ottawa</a> and <a href='/2'>Beijing</a> </p>", ["Ottawa and Beijing"]),
        ("<p><a href='/1'>Ottawa</a><a href='/2'>Beijing</a></p>", []),
        ("<p><a href='/1'>Ottawa</a> spoke with Beijing.</p>", ["Ottawa spoke with Beijing."]),
        ("<a href='/1'><h3>Ottawa</h3><p>Beijing</p></a><p>Text</p>", ["Text"]),
        ("<p><a href='/1'><img alt='Ottawa'></a></p><p>Text</p>", ["Text"]),
        (f"<p><a href='/1'>{'Ottawa ' * 40}</a></p>", [("Ottawa " * 40).strip()]),
        ("<nav>Ottawa</nav><footer>Beijing</footer><p>Text</p>", ["Text"]),
    ],
)
def test_lines_that_are_nothing_but_a_link_are_left_out(markup: str, lines: list[str]) -> None:
    assert lines_of(markup) == lines


def test_titles_headings_declared_texts_and_states_are_found_in_one_page() -> None:
    long_text = "Beijing answered. " * 20
    page = (
        "<meta property='og:title' content='A title'><title>Head</title><nav><h1>Heading</h1></nav>"
        '<script type=\'application/ld+json\'>{"headline": "Declared"}</script>'
        f'<script id="__NEXT_DATA__">{{"body": "{long_text}"}}</script>'
    )
    found = list(dict.fromkeys(lines_of(page)))
    assert found == ["A title", "Head", "Heading", "Declared", long_text.strip()]
