"""What is taken away as a file."""

from __future__ import annotations

import csv
import io

import pytest

from pipelines.stories.export import ExportedArticle, write_export
from tests.contracts.ledger_values import a_stored, a_story


def an_article(title: str = "Canola", body: str = "Text") -> ExportedArticle:
    return ExportedArticle(a_stored(1, title=title, body=body), a_story("s1", 1))


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '=HYPERLINK("http://x")', "\n=1"]
)
def test_no_cell_is_a_formula(title: str) -> None:
    text = "".join(write_export([an_article(title)], "csv"))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert row["title"] == f"'{title}"


def test_a_cell_keeps_quotes_and_lines() -> None:
    title = 'He said "no",\nand left'
    text = "".join(write_export([an_article(title)], "csv"))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert row["title"] == title


def test_a_number_is_no_text() -> None:
    text = "".join(write_export([an_article()], "csv"))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert row["kept"] == "1.0"


def test_a_title_begins_no_other_field_of_ris() -> None:
    text = "".join(write_export([an_article("A\r\nER  - \r\nTY  - BOOK")], "ris"))

    assert text.count("\r\nER  - \r\n") == 1
    assert not any(line.startswith("TY  - BOOK") for line in text.splitlines())


def test_a_title_ends_no_field_of_bibtex() -> None:
    text = "".join(write_export([an_article("A}, b = {c & 10 % \\input")], "bibtex"))

    assert r"A\}, b = \{c \& 10 \% \textbackslash{}input" in text


def test_nothing_found_is_a_head_alone() -> None:
    assert "".join(write_export([], "csv")).count("\n") == 1
    assert "".join(write_export([], "jsonl")) == ""
