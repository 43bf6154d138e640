"""The precise reading is trafilatura's own, on every kind of page where a step is left out."""

from __future__ import annotations

import pytest
from trafilatura import bare_extraction

from pipelines.extract.document import parse
from pipelines.extract.precise_reading import read_precisely
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, a_html, in_paragraphs

_OTHER = in_paragraphs(FRENCH)


@pytest.mark.parametrize(
    "below",
    [
        "",
        f'<div class="comments">{_OTHER}</div>',
        f'<div class="post-comments">{_OTHER}</div>',
        f'<section id="Comments">{_OTHER}</section>',
        f'<div class="commentary">{_OTHER}</div>',
        f'<ol id="comment-list"><li>{FRENCH[0]}</li><li>{FRENCH[1]}</li></ol>',
        f'<ul class="comol" id="comol-1"><li>{FRENCH[0]}</li></ul>',
        f'<div id="disqus_thread">{_OTHER}</div>',
        f'<details id="dsq-comments">{_OTHER}</details>',
        f'<div class="infinitescroll">{_OTHER}</div>',
        f'<div id="infinite-scroll">{_OTHER}</div>',
        f'<div class="mvp-post-add-wrap"><h1>Another article</h1>{_OTHER}</div>',
        f'<div class="elementor-share-buttons">{_OTHER}</div>',
        f'<div role="navigation" class="menu">{_OTHER}</div>',
        "<table><tr><td>Wheat</td><td>12</td></tr><tr><td>Canola</td><td>13</td></tr></table>",
        f"<blockquote>{FRENCH[0]}</blockquote><ul><li>{FRENCH[1]}</li></ul>",
    ],
)
@pytest.mark.parametrize("paragraphs", [ENGLISH * 3, SIMPLIFIED * 3, ENGLISH[:1], ()])
def test_reading_is_that_of_trafilatura(below: str, paragraphs: tuple[str, ...]) -> None:
    tree = parse(a_html(*paragraphs, below=below))
    expected = bare_extraction(
        tree, fast=True, favor_precision=True, include_comments=False, with_metadata=False
    )
    assert read_precisely(tree) == (expected.text if expected else "")


def test_page_stays_as_it_is() -> None:
    tree = parse(a_html(*ENGLISH, below=f'<div class="comments">{_OTHER}</div>'))
    text = tree.text_content()
    read_precisely(tree)
    assert tree.text_content() == text
