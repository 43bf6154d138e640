"""`maplewire searches list` says what keeps the messages of a search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_search_query import indexed
from tests.cli.test_searching import ask, change, home, listed

__all__ = ["home", "indexed"]

CHANNELS = """\
channels:
  - {id: room, url: $ROOM_URL, secret: $ROOM_KEY}
"""


def test_the_list_says_which_variables_of_a_channel_are_not_set(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.parent / "beat" / "searches.yaml").open("a").write(CHANNELS)
    change("edit", "canola", "--channel", "room")
    assert listed()["paid"]["trouble"] == []
    assert listed()["canola"]["trouble"] == [
        "channel “room”: the environment variable ROOM_URL is not set; set it",
        "channel “room”: the environment variable ROOM_KEY is not set; set it",
    ]
    monkeypatch.setenv("ROOM_URL", "https://room.example/")
    assert "ROOM_KEY is not set" in ask("searches", "list").stdout
    monkeypatch.setenv("ROOM_KEY", "s3cret")
    assert listed()["canola"]["trouble"] == []


def test_the_list_is_one_document(home: Path) -> None:
    done = ask("searches", "list", "--json")
    assert [row["id"] for row in json.loads(done.stdout)] == ["canola", "paid"]
    assert not home.exists(), "looking makes nothing"


@pytest.mark.usefixtures("indexed")
def test_the_list_says_which_values_no_article_has() -> None:
    change("edit", "canola", "--set", "query=canola AND (site:a.exampel OR source:A)")
    (trouble,) = listed()["canola"]["trouble"]
    assert "site:a.exampel is in no article; did you mean “a.example”?" in trouble
    assert listed()["paid"]["trouble"] == []
