"""What other processes write shows on the pages, without a restart."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

from pipelines.bootstrap import App
from pipelines.model import Outcome
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from tests.builders import NOON, a_stamp
from tests.contracts.ledger_values import MINUTE, a_page_placed, a_stored, a_story, ident, take
from tests.pipelines.web.room_server import an_app

ORDERS = ("/?since=30d", "/?since=30d&order=reported")


def stories_of(room: httpx.Client, path: str) -> list[str]:
    """Return the stories that a page lists, in its order."""
    shown = room.get(path)
    assert shown.status_code == 200
    return list(dict.fromkeys(re.findall(r'href="/story/(s\d+)"', shown.text)))


def command(home: Path, *words: str) -> None:
    """Give a command of Maplewire in a process of its own."""
    environment = os.environ | {"MAPLEWIRE_HOME": str(home)}
    line = [sys.executable, "-m", "pipelines.cli", *words]
    subprocess.run(line, env=environment, check=True, capture_output=True, text=True)


def test_words_of_a_person_that_a_command_takes_are_on_the_pages(room: httpx.Client, maplewire: App) -> None:
    for path in ORDERS:
        assert set(stories_of(room, path)) == {"s1", "s4"}
    assert set(stories_of(room, "/search?q=canola")) == {"s1", "s4"}

    command(maplewire.settings.home, "mark", ident(4), "off-beat", "--note", "no trade")
    for path in (*ORDERS, "/search?q=canola"):
        assert stories_of(room, path) == ["s1"], path

    command(maplewire.settings.home, "mark", ident(4), "--undo")
    command(maplewire.settings.home, "story", "merge", "s1", "s4")
    for path in (*ORDERS, "/search?q=canola", "/search?q=revient"):
        assert stories_of(room, path) == ["s1"], path
    assert 'src="' not in room.get("/story/s4").text
    assert room.get("/story/s4").headers["location"] == "/story/s1"


def test_articles_that_a_run_stores_are_on_the_pages(room: httpx.Client, maplewire: App) -> None:
    for path in (*ORDERS, "/search?q=canola"):
        assert len(stories_of(room, path)) == 2

    with an_app(maplewire.settings.home) as run:
        late = NOON + 40 * MINUTE
        newest = a_stored(5, title="Canola again", collected=late, published=a_stamp(late))
        take(run.ledger, a_page_placed(newest, a_story("s5", 5, first_seen=late, headline="Canola again")))
        for number in (6, 7, 8):
            copied = a_stored(number, title="Canola again", collected=late, outcome=Outcome.COPY)
            pages = range(5, number + 1)
            take(run.ledger, a_page_placed(copied, a_story("s5", *pages, first_seen=late)))
        index_changes(run.parts, RunProblems())

    for path in ORDERS:
        assert stories_of(room, path)[0] == "s5", path
    assert "s5" in stories_of(room, "/search?q=canola")
