"""What readers and programs take away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import feedparser
import httpx
import pytest
from pydantic import SecretStr

from crawlers.errors import CatalogueError
from pipelines.web.accounts import hash_password, read_tokens
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import HOSTILE, an_app, fill, fill_with_hostile_text, open_room

TOKEN = "t" * 32


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill(maplewire)
        with open_room(maplewire) as client:
            yield client


def test_a_csv_has_a_row_for_each_article(room: httpx.Client) -> None:
    answer = room.get("/export", params={"q": "canola", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["outlet"] for row in rows if row["story"] == "s1"] == ["Daily", "The Gazette", "The Herald"]
    assert answer.headers["content-disposition"].endswith('.csv"')


def test_json_lines_hold_the_texts(room: httpx.Client) -> None:
    lines = room.get("/export", params={"q": "canola", "format": "jsonl", "texts": 1}).text.splitlines()

    assert "Growers were promised" in json.loads(lines[-3])["text"]


@pytest.mark.parametrize(("chosen", "sign"), [("ris", "TY  - NEWS\r\n"), ("bibtex", "@online{maplewire-")])
def test_libraries_read_their_own_formats(room: httpx.Client, chosen: str, sign: str) -> None:
    assert sign in room.get("/export", params={"q": "canola", "format": chosen}).content.decode()


def test_a_wrong_query_is_told_before_a_file_begins(room: httpx.Client) -> None:
    for path in ("/export", "/search.atom", "/search.json"):
        assert room.get(path, params={"q": "canola AND ("}).status_code == 404


def test_a_query_has_an_atom_feed(room: httpx.Client) -> None:
    feed = feedparser.parse(room.get("/search.atom", params={"q": "canola"}).content)

    assert not feed.bozo
    assert {entry.link.rpartition("/")[2] for entry in feed.entries} == {"s1", "s4"}


def test_a_query_has_a_json_feed(room: httpx.Client) -> None:
    answer = room.get("/search.json", params={"q": "canola"})

    assert answer.headers["content-type"] == "application/feed+json"
    assert {item["id"] for item in answer.json()["items"]} == {"s1", "s4"}
    assert answer.json()["version"] == "https://jsonfeed.org/version/1.1"


def test_hostile_texts_stay_texts_in_every_file(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill_with_hostile_text(maplewire)
        for chosen in ("csv", "jsonl", "ris", "bibtex"):
            assert client.get("/export", params={"format": chosen, "texts": 1}).status_code == 200
        feed = client.get("/search.json").json()
        assert feed["items"][0]["title"] == " ".join(HOSTILE.split())
        # An address that is none is left out.
        assert "external_url" not in feed["items"][0]
        assert not feedparser.parse(client.get("/search.atom").content).bozo


# -- the API -------------------------------------------------------------------------------------------


def test_a_program_reads_all_stories_page_by_page(room: httpx.Client) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = room.get("/api/v1/stories", params={"q": "canola", "limit": 1, "cursor": cursor}).json()
        found += [story["id"] for story in page["stories"]]
        cursor = page["cursor"]

    assert sorted(found) == ["s1", "s4"]
    assert page["total"] == 2


def test_the_api_has_the_fields_of_the_command(room: httpx.Client) -> None:
    story = room.get("/api/v1/stories/s1").json()

    assert story["origin"] == "CGTN"
    assert story["articles"][2]["relation"] == "shortened"
    assert [event["turn"] for event in story["history"]] == ["update"]
    assert room.get(f"/api/v1/articles/{ident(1)}").json()["text"].startswith("Canola talks open")
    assert len(room.get("/api/v1/sources").json()["sources"]) > 100


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("stories?q=(", 400), ("stories?cursor=x", 400), ("stories?cursor=bzk5OTk5OTk5", 400),
        ("stories?cursor=%00", 400), ("stories/none", 404), ("articles/none", 404),
    ],
)  # fmt: skip
def test_a_wrong_request_is_answered_in_json(room: httpx.Client, path: str, status: int) -> None:
    answer = room.get(f"/api/v1/{path}")

    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_description_names_every_path(room: httpx.Client) -> None:
    described = room.get("/api/v1/openapi.json").json()

    assert described["openapi"] == "3.1.0"
    for path in described["paths"]:
        assert room.get(path.format(story="s1", article=ident(1))).status_code == 200


def test_a_program_needs_its_token_where_readers_need_accounts(tmp_path: Path) -> None:
    users = SecretStr(f"rose:reader:{hash_password('x')}")
    maplewire = an_app(tmp_path, web_users=users, web_tokens=SecretStr(f"archive:{TOKEN}"))
    with maplewire, open_room(maplewire) as client:
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert client.get("/api/v1/stories").status_code == 401
        assert client.get("/api/v1/stories", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/v1/stories", headers=bearer).status_code == 200
        # A token reads the API, and is nobody's session.
        assert client.get("/", headers=bearer).status_code == 302


def test_a_short_token_is_refused_and_not_shown() -> None:
    with pytest.raises(CatalogueError, match="entry 2") as error:
        read_tokens(f"a:{TOKEN}, b:short")

    assert "short" not in str(error.value)
