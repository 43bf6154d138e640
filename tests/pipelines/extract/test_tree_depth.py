"""Pages whose elements stand in hundreds of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring, tostring

from pipelines.extract import extract
from pipelines.extract.tree_depth import MAX_LEVELS, flatten_depths
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, a_html, in_paragraphs


def levels_of(tree: HtmlElement) -> int:
    """Return how many elements stand in each other."""
    deepest = 0
    waiting = [(tree, 0)]
    while waiting:
        element, level = waiting.pop()
        deepest = max(deepest, level)
        for child in element:
            waiting.append((child, level + 1))
    return deepest


PIECES = st.recursive(
    st.sampled_from(["one", "two <b>bold</b> three", "<br>", "<!-- a comment -->", "<img src=x>"]),
    lambda inner: st.tuples(
        st.sampled_from(["div", "p", "span", "li", "em", "td"]),
        st.lists(inner, max_size=4),
        st.integers(1, 80),
    ).map(lambda part: f"<{part[0]}>a" * part[2] + "x".join(part[1]) + f"</{part[0]}>z" * part[2]),
    max_leaves=6,
)


@given(PIECES)
def test_all_text_stays_in_its_order_on_fewer_levels(html: str) -> None:
    tree = document_fromstring(f"<html><body><div>{html}</div></body></html>")
    before = tree.text_content()
    flatten_depths(tree)
    assert levels_of(tree) <= MAX_LEVELS + 8
    assert tree.text_content() == before


def test_a_page_that_is_not_deep_stays_as_it_is() -> None:
    html = "<html><body>" + "<div>" * 40 + "<p>a <a href='x'>b</a> c</p>" + "</div>" * 40 + "</body></html>"
    tree, same = document_fromstring(html), document_fromstring(html)
    flatten_depths(tree)
    assert tostring(tree) == tostring(same)


@pytest.mark.parametrize("depth", [70, 120, 200])
@pytest.mark.parametrize("tag", ["div", "section", "blockquote"])
def test_a_report_in_hundreds_of_elements_is_read_whole(depth: int, tag: str) -> None:
    text = f"<{tag}>" * depth + in_paragraphs(ENGLISH) + f"</{tag}>" * depth
    article = extract(a_page(body=a_html(text)), None, NOON)
    for paragraph in ENGLISH:
        assert paragraph in article.body
