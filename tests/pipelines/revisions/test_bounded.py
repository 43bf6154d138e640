"""Texts that are made to harm are compared in bounded time, because the ledger is held meanwhile."""

from __future__ import annotations

import pytest

from pipelines.model import PageText
from pipelines.revisions import doubt_of, edit_between

#: Characters of a long page.
LONG = 400_000


def filled(text: str) -> str:
    return text * (LONG // len(text))


def numbered(text: str) -> str:
    return " ".join(text.format(number) for number in range(LONG // 10))


@pytest.mark.timeout(60)  # each takes under 1 s where it was measured, and took minutes before
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(filled("1"), filled("1") + "2", id="digits"),
        pytest.param(filled("一"), filled("一") + "二", id="Chinese digits"),
        pytest.param(filled("."), filled(".") + "x", id="full stops"),
        pytest.param(filled("1" * 150 + "x\n"), filled("2" * 150 + "x\n"), id="lines of digits"),
        pytest.param(numbered("x a{}"), numbered("x b{}"), id="every other word"),
        pytest.param(filled("a b "), filled("a c "), id="few words"),
        pytest.param(numbered("to Mr Ab{}"), numbered("to Mr Ae{}"), id="names"),
        pytest.param(filled("王小明表示，"), filled("王小红表示，"), id="Chinese names"),
    ],
)
def test_comparing_two_states_of_a_page_ends_soon(before: str, after: str) -> None:
    old = PageText("A title", before, ())
    new = PageText("A title", after, ())
    assert edit_between(old, new).why
    doubt_of(old, new)
