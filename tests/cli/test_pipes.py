"""`extract`, `judge` and `dedup`, one behind the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app

TEXT = (
    "<p>Canada and China agreed on Monday that canola growers may export again from May, said officials in "
    "Ottawa and Beijing after talks in Winnipeg that nobody had expected to end so soon.</p>"
)
RAIN = "<p>It rained in Moncton all morning, and the market square was empty until the sun came out.</p>"
PAGE = "<html><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))


def save(folder: Path, name: str, title: str, text: str, url: str = "") -> str:
    head = f'<link rel="canonical" href="{url}">' if url else ""
    path = folder / name
    path.write_text(PAGE.format(head=head, title=title, text=text * 4), "utf-8")
    return str(path)


def piped(*words: str, stdin: str = "") -> str:
    done = CliRunner().invoke(app, words, input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.stdout


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_saved_pages_go_from_one_command_to_the_next(tmp_path: Path) -> None:
    deal = save(tmp_path, "a.html", "Canada, China agree on canola", TEXT, "https://a.example/deal")
    copy = save(tmp_path, "b.html", "A canola deal between China and Canada", TEXT)
    rain = save(tmp_path, "c.html", "Rain in Moncton", RAIN, "https://a.example/rain")
    (tmp_path / "d.html").write_text("<html><body></body></html>")
    extracted = piped("extract", deal, copy, rain, str(tmp_path / "d.html"))
    assert [row["id"] for row in rows(extracted)][:3] == [
        "https://a.example/deal",
        copy,
        "https://a.example/rain",
    ]
    judged = piped("judge", "-", stdin=extracted)
    assert [row["relevant"] for row in rows(judged)] == [True, True, False, False]
    assert rows(judged)[0]["body"] == rows(extracted)[0]["body"], "the text goes on"
    assert "no article was read" in rows(judged)[3]["why"][0]
    relevant = piped("judge", "-", "--only-relevant", stdin=extracted)
    grouped = rows(piped("dedup", "-", stdin=relevant))
    assert [row["id"] for row in grouped] == ["https://a.example/deal", copy]
    assert len({row["cluster"] for row in grouped}) == 1


def test_a_page_without_an_article_stops_no_grouping(tmp_path: Path) -> None:
    deal = save(tmp_path, "a.html", "Canada, China agree on canola", TEXT)
    (tmp_path / "d.html").write_text("<html><body></body></html>")
    done = CliRunner().invoke(app, ["dedup", "-"], input=piped("extract", deal, str(tmp_path / "d.html")))
    assert [row["id"] for row in rows(done.stdout)] == [deal]
    assert "1 line holds no article" in done.stderr


def test_a_page_that_was_saved_twice_has_two_ids(tmp_path: Path) -> None:
    url = "https://a.example/deal"
    pages = [save(tmp_path, f"{name}.html", "Canola deal", TEXT, url) for name in "ab"]
    assert [row["id"] for row in rows(piped("extract", *pages))] == [url, f"{url} (2)"]
