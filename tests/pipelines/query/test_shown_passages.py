"""Passages of a story that repeat nothing that was read."""

from __future__ import annotations

import pytest

from pipelines.query.shown_passages import marked_headline, shown_passages

HEADLINE = "Harbin radio: China & Canada have wide room"


@pytest.mark.parametrize(
    "passage",
    [
        "Harbin radio: <mark>China</mark> &amp; Canada have wide room",
        "<mark>China</mark> &amp; Canada have wide room",
        "HARBIN RADIO: <mark>CHINA</mark> &amp; CANADA HAVE WIDE ROOM",
        "… ",
    ],
)
def test_the_headline_is_not_said_again(passage: str) -> None:
    assert shown_passages([passage, "… growers of <mark>China</mark> wait …"], HEADLINE, 2) == [
        "… growers of <mark>China</mark> wait …"
    ]


def test_the_same_place_in_a_copy_is_shown_once() -> None:
    first = "… has doubled in fifteen years. Canadian <mark>canola</mark>, potash and pulp travel west …"
    cut = "… doubled in fifteen years. Canadian <mark>canola</mark>, potash and pulp travel west over …"
    other = "… ministers agreed to halve the duty on <mark>canola</mark> before seeding …"
    assert shown_passages([first, cut, other], HEADLINE, 2) == [first, other]


def test_chinese_has_no_blanks_and_is_compared_likewise() -> None:
    first = "… 两国<mark>油菜籽</mark>贸易十五年来翻了一番，海关数据显示 …"
    cut = "… 国<mark>油菜籽</mark>贸易十五年来翻了一番，海关数据显示两国 …"
    assert shown_passages([first, cut], "别的标题", 2) == [first]


def test_no_more_than_asked_for_and_nothing_of_nothing() -> None:
    assert shown_passages(["alpha <mark>a</mark>", "beta <mark>b</mark>", "gamma"], HEADLINE, 2) == [
        "alpha <mark>a</mark>",
        "beta <mark>b</mark>",
    ]
    assert shown_passages([], HEADLINE, 2) == []


def test_hits_are_marked_in_the_headline_and_all_else_is_escaped() -> None:
    marked = "Harbin radio: <mark>China</mark> &amp; Canada have wide room"
    assert marked_headline(["other", marked], HEADLINE) == marked
    assert marked_headline(["other"], "<script>") == "&lt;script&gt;"
