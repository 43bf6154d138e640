"""What hostile texts, readers and other sites cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import html

from crawlers.errors import CatalogueError, PermanentError
from pipelines.web.server import RoomServer
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import HOSTILE, an_app, fill_with_hostile_text, open_room

PAGES = (
    "/",
    "/?since=30d&order=reported",
    "/search?q=canola",
    "/story/s1",
    "/story/s1?nearest=1",
    f"/article/{ident(1)}",
    f"/article/{ident(1)}?version=2",
    "/story/s1/event",
    "/outbox",
    "/outbox/plain",
    "/quarantine",
    "/words",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill_with_hostile_text(maplewire)
        with open_room(maplewire) as client:
            yield client


def assert_harmless(answer: httpx.Response) -> None:
    """No script, no handler, no foreign address: what was written is only shown."""
    tree = html.fromstring(answer.content)
    assert not tree.xpath("//script[not(@src)] | //iframe | //object | //embed | //img[@src='x']")
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            assert name != "style", element.tag
            if name in ("href", "src", "action"):
                assert not value.strip().lower().startswith(("javascript:", "data:", "//")), value


@pytest.mark.parametrize("path", PAGES)
def test_markup_from_outside_is_shown_and_never_used(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 200
    assert "&lt;script&gt;window.hacked=1" in answer.text
    assert_harmless(answer)


ADDRESSES = """
    /search /?lang={} /?country={} /?topic={} /?outlet={} /?since={} /?order={} /?page={} /search?q={}
    /search?q=%22{}%22 /search?q=title:{} /search?page={} /story/{} /article/{} /article/ARTICLE?version={}
    /story/s1/compare/{} /language/{} /language/fr?back={} /{} /sources/{} /sources?show={} /searches/{}
    /searches/try?q={} /searches/try?q=a&days={} /outbox/{} /outbox?state={} /quarantine?page={}
    /words?done={} /story/s1?done={} /sign-in?back={}
"""


@pytest.mark.parametrize("path", ADDRESSES.replace("ARTICLE", ident(1)).split())
def test_markup_in_an_address_is_shown_and_never_used(room: httpx.Client, path: str) -> None:
    answer = room.get(path.format(httpx.URL("http://x/", params={"q": HOSTILE}).query.decode()[2:]))

    assert answer.status_code in (200, 302, 400, 404)
    if answer.status_code != 302:
        assert_harmless(answer)


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/search?q=(", "/static/room.css", "/healthz"])
def test_every_answer_forbids_scripts_frames_and_guessing(room: httpx.Client, path: str) -> None:
    headers = room.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "[::2]", "0.0.0.0"]
)
def test_another_name_that_points_here_is_not_answered(room: httpx.Client, host: str) -> None:
    answer = room.get("/story/s1", headers={"host": host})

    # Without any name uvicorn refuses by itself.
    assert answer.status_code in (400, 421)
    assert "canola" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:99"])
def test_names_of_this_machine_are_answered(room: httpx.Client, host: str) -> None:
    assert room.get("/healthz", headers={"host": host}).status_code == 200


def test_the_host_of_the_set_address_is_answered(tmp_path: Path) -> None:
    with (
        an_app(tmp_path, web_url="https://news.example.org/maple") as maplewire,
        open_room(maplewire) as client,
    ):
        assert client.get("/healthz", headers={"host": "news.example.org"}).status_code == 200
        assert client.get("/healthz", headers={"host": "other.example.org"}).status_code == 421


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example",
        "javascript:alert(1)",
        "evil", "", "/ok\r\nset-cookie: a=b", "/\\/evil.example",
    ],
)  # fmt: skip
def test_a_choice_of_language_leads_to_no_other_site(room: httpx.Client, back: str) -> None:
    answer = room.get("/language/fr", params={"back": back})

    assert answer.headers["location"] == "/"
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_only_reading_is_answered_where_nothing_else_is_offered(room: httpx.Client) -> None:
    for path in ("/", "/search", "/story/s1"):
        assert room.post(path).status_code in (403, 405)
        assert room.delete(path).status_code in (403, 405)


def test_files_beside_the_styles_are_out_of_reach(room: httpx.Client) -> None:
    for path in (
        "/static/..%2fpage.py",
        "/static/%2e%2e/page.py",
        "/static//etc/passwd",
        "/static/..%5cpage.py",
    ):
        assert room.get(path).status_code == 404


def test_a_query_of_any_length_ends(room: httpx.Client) -> None:
    assert room.get("/search", params={"q": "(" * 1999}).status_code in (200, 400)
    assert room.get("/search", params={"q": "a OR " * 5000}).status_code in (200, 400, 414)


def test_without_accounts_nobody_else_is_let_in(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, pytest.raises(CatalogueError, match="could read everything"):
        RoomServer(maplewire, "0.0.0.0", 0)


def test_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire:
        first = RoomServer(maplewire, "127.0.0.1", 0)
        with pytest.raises(PermanentError, match="name another with --port"):
            RoomServer(maplewire, "127.0.0.1", first.port)
        first.close()
