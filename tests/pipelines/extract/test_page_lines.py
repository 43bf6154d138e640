"""The lines of a page: what parts them, and what is left out."""

from __future__ import annotations

import pytest
from lxml.html import fromstring

from pipelines.extract.page_lines import lines_of_page
from pipelines.extract.text_nodes import text_nodes, texts_of_page


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>The port <b>opened</b> <a href='/x'>on Monday</a>.</p>", ["The port opened on Monday."]),
        ("<p>One<br>two</p>three", ["One", "two", "three"]),
        ("<header>Menu</header><p>Text</p><footer>About</footer>behind", ["Text", "behind"]),
        ("<p>Text<script>var a = 1</script>goes on</p>", ["Text", "goes on"]),
        ("<ul><li>One<li>Two</ul>", ["One", "Two"]),
        ("<p>加拿大\u3000<span>港口</span></p><p>  </p>", ["加拿大 港口"]),
        ("<p>a\r\nb &amp; c &#60;d&#62;</p>", ["a", "b & c <d>"]),
        ("<p>soft\u00adhyphen and\u200bnothing", ["softhyphen andnothing"]),
    ],
)
def test_blocks_part_lines_and_inline_elements_do_not(markup: str, lines: list[str]) -> None:
    assert lines_of_page(fromstring(f"<html><body>{markup}</body></html>")) == lines


def test_a_part_that_was_chosen_is_read_whatever_it_is_and_nothing_behind_it() -> None:
    header = fromstring("<html><body><header><h1>Title</h1>deck</header>tail<p>Text</p></body></html>")[0][0]
    assert lines_of_page(header) == ["Title", "deck"]


def test_texts_are_those_of_the_nodes_that_readers_see() -> None:
    tree = fromstring("<html><head><title>T</title></head><body>a<p>b<script>c</script>d</p></body></html>")
    assert texts_of_page(tree, 2) == text_nodes(tree, 2) == ["a", "b"]
    assert texts_of_page(tree, 9) == ["a", "b", "d"]
