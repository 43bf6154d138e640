"""`maplewire search`: what is typed on a command line, and what is said to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.cli import main
from pipelines.config import Settings
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from tests.cli.test_searching import filled, home

__all__ = ["home"]


@pytest.fixture
def indexed(home: Path) -> Path:
    filled(home)
    with App(Settings()) as maplewire:
        maplewire.index.setup()
        index_changes(maplewire.parts, RunProblems())
    return home


def search(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """Run the command as a terminal does; return status, output and messages."""
    monkeypatch.setattr(sys, "argv", ["maplewire", "search", *words])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


@pytest.mark.parametrize("query", ["-canola", "-title:canola", "-(canola OR peas)", '-"canola"'])
@pytest.mark.usefixtures("indexed")
def test_a_query_may_begin_with_what_it_excludes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    for words in ((query, "--json", "-n5"), ("-n", "5", "--json", query)):
        status, out, _ = search(monkeypatch, capsys, *words)
        assert status == 0
        assert [story["headline"] for story in json.loads(out)["stories"]] == ["Lobsters fly"]


@pytest.mark.usefixtures("indexed")
def test_an_option_that_does_not_exist_is_still_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search(monkeypatch, capsys, "canola", "--limits", "5")[0] == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("topic:nonsense OR canola", "topic:nonsense is in no article; known are"),
        ("source:B", "source:b is in no article; "),
        ("site:a.exampel", "did you mean “a.example”?"),
        ("canola -site:example.org", "site:example.org is in no article"),
    ],
)
@pytest.mark.usefixtures("indexed")
def test_a_value_that_is_in_no_article_is_told_with_what_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], query: str, said: str
) -> None:
    status, _, err = search(monkeypatch, capsys, query)
    assert (status, said in err) == (0, True), err


@pytest.mark.usefixtures("indexed")
def test_a_value_that_is_known_is_not_doubted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is in no article" not in search(monkeypatch, capsys, "canola source:A")[2]


@pytest.mark.usefixtures("indexed")
def test_a_mistyped_word_is_told_where_nothing_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, said = search(monkeypatch, capsys, "canolla", "--json")
    assert status == 0
    assert json.loads(out)["stories"] == []
    assert "“canolla” is in no article; did you mean canola?" in said
    assert "no article" not in search(monkeypatch, capsys, "canola")[2]
