"""Many readers at once, while others write; and a proxy with a prefix in front."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident, take
from tests.pipelines.web.room_server import an_app, fill, open_room

READERS = 50
PATHS = ("/", "/search?q=canola", "/story/s1", f"/article/{ident(1)}", "/outbox", "/api/v1/stories?q=canola")


def test_fifty_readers_are_answered_while_a_run_writes(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill(maplewire)

        def read(number: int) -> int:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                return own.get(PATHS[number % len(PATHS)]).status_code

        with ThreadPoolExecutor(READERS) as pool, an_app(tmp_path) as writer:
            answers = [pool.submit(read, number) for number in range(4 * READERS)]
            for number in range(10, 40):
                stored = a_stored(number, title=f"Canola {number}")
                take(writer.ledger, a_page_placed(stored, a_story(f"s{number}", number)))
                if number % 10 == 9:
                    index_changes(writer.parts, RunProblems())
            assert {answer.result() for answer in answers} == {200}
        assert client.get("/api/v1/stories?q=story:s39").json()["total"] == 1


def test_behind_a_prefix_every_address_has_it(tmp_path: Path) -> None:
    maplewire = an_app(tmp_path, web_url="https://127.0.0.1/maple")
    with maplewire, open_room(maplewire) as client:
        fill(maplewire)
        # The proxy takes the prefix away.
        for path in ("/", "/search?q=canola", "/story/s1", f"/article/{ident(1)}", "/searches", "/outbox"):
            page = client.get(path)
            assert page.status_code == 200
            own = re.findall(r'(?:href|action|src)="(/[^"]*)"', page.text)
            assert own
            assert all(address.startswith("/maple/") for address in own), (path, own)
        assert client.get(f"/story/{ident(2)}").headers["location"] == "/maple/story/s1"
        assert "https://127.0.0.1/maple/story/s1" in client.get("/search.atom?q=canola").text
