"""A search is saved, edited, paused and resumed on pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.pipelines.web.room_server import an_app, fill, open_room, send


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def room(home: Path) -> Iterator[httpx.Client]:
    with an_app(home) as maplewire:
        fill(maplewire)
        with open_room(maplewire) as client:
            yield client


GOOD = {
    "id": "pandas",
    "name": "Pandas",
    "query": "panda*",
    "to": "a@x.example, b@x.example",
    "cadence": "daily",
}


def test_a_query_is_saved_with_its_back_test_beside_it(room: httpx.Client, home: Path) -> None:
    assert 'action="/searches"' in room.get("/searches/try", params={"q": "canola"}).text

    answer = send(room, "/searches", **GOOD | {"query": "canola"})

    assert answer.headers["location"] == "/searches/pandas?done=saved"
    page = room.get(answer.headers["location"]).text
    assert "a@x.example, b@x.example" in page
    assert "Canola talks open" in page or "Story s1" in page
    assert "canola" in (home / "searches.yaml").read_text()


def test_a_search_is_paused_and_resumed(room: httpx.Client) -> None:
    send(room, "/searches", **GOOD)
    send(room, "/searches/pandas/pause", enabled="no")
    assert "paused" in room.get("/searches/pandas").text
    send(room, "/searches/pandas/pause", enabled="yes")
    assert "· paused" not in room.get("/searches/pandas").text


def test_one_of_the_beat_is_paused_in_our_own_file_alone(room: httpx.Client, home: Path) -> None:
    send(room, "/searches/canola-agrifood/pause", enabled="no")

    assert "enabled: false" in (home / "searches.yaml").read_text()


def test_a_search_is_edited_and_keeps_what_the_form_does_not_show(room: httpx.Client, home: Path) -> None:
    send(room, "/searches", **GOOD)
    send(room, "/searches/pandas/pause", enabled="no")
    form = room.get("/searches/pandas").text
    assert 'action="/searches/pandas/edit"' in form
    assert 'value="a@x.example, b@x.example"' in form

    changed = {"name": "Bears", "query": "panda* OR\r\n bear*", "to": "c@x.example", "cadence": "weekly"}
    answer = send(room, "/searches/pandas/edit", **changed)

    assert answer.headers["location"] == "/searches/pandas?done=saved"
    page = room.get("/searches/pandas").text
    for told in ("Bears", "panda* OR bear*", "c@x.example", "weekly", "· paused"):
        assert told in page
    assert "a@x.example" not in (home / "searches.yaml").read_text()


def test_one_of_the_beat_is_edited_in_our_own_file_alone(room: httpx.Client, home: Path) -> None:
    fields = {"name": "Canola", "query": "canola", "to": "a@x.example", "cadence": "hourly"}
    send(room, "/searches/canola-agrifood/edit", **fields)

    assert "a@x.example" in (home / "searches.yaml").read_text()
    assert "a@x.example" in room.get("/searches/canola-agrifood").text


@pytest.mark.parametrize(
    ("search_id", "field", "value"),
    [("pandas", "query", "panda AND ("), ("pandas", "to", "nobody"), ("nowhere", "query", "panda")],
)
def test_a_mistake_of_an_edit_changes_nothing(
    room: httpx.Client, home: Path, search_id: str, field: str, value: str
) -> None:
    send(room, "/searches", **GOOD)
    before = (home / "searches.yaml").read_text()

    answer = send(room, f"/searches/{search_id}/edit", **GOOD | {field: value})

    assert answer.status_code == 400
    assert (home / "searches.yaml").read_text() == before


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("query", "panda AND (", "query"), ("id", "../evil", "id"), ("id", "", "id"), ("to", "nobody", "to"),
        ("to", "", "to"), ("cadence", "hourly at noon", "cadence"), ("name", "x\ny: z", "name"),
        ("id", "canola-agrifood", "already"),
    ],
)  # fmt: skip
def test_a_mistake_changes_nothing_and_says_what_to_write(
    room: httpx.Client, home: Path, field: str, value: str, told: str
) -> None:
    answer = send(room, "/searches", **GOOD | {field: value})

    if answer.status_code == 303:
        # What is one line of text is kept as that.
        assert field == "name"
        return
    assert answer.status_code == 400
    assert told in answer.text
    assert not (home / "searches.yaml").exists()


def test_markup_in_a_search_is_shown_and_never_used(room: httpx.Client) -> None:
    send(room, "/searches", **GOOD | {"name": "<script>hacked=1</script>"})

    for path in ("/searches", "/searches/pandas", "/story/s1"):
        assert "<script>hacked" not in room.get(path).text


def test_without_its_token_nothing_is_saved(room: httpx.Client, home: Path) -> None:
    assert room.post("/searches", data=GOOD).status_code == 403
    assert room.post("/searches/canola-agrifood/pause", data={"enabled": "no"}).status_code == 403
    assert room.post("/searches/canola-agrifood/edit", data=GOOD).status_code == 403
    assert not (home / "searches.yaml").exists()
