"""Who is let in, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from crawlers.errors import CatalogueError
from pipelines.web import sign_in
from pipelines.web.accounts import Role, hash_password, is_password, read_accounts
from pipelines.web.rate_limit import RateLimit
from pipelines.web.routes import FORMS
from pipelines.web.server import RoomServer
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import an_app, fill, open_room

PASSWORD = "correct horse"
KEPT = hash_password(PASSWORD)
USERS = SecretStr(f"rose:reader:{KEPT}\neve:editor:{KEPT},ada:admin:{KEPT}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home"), web_users=USERS) as maplewire:
        fill(maplewire)
        with open_room(maplewire) as client:
            yield client


@pytest.fixture
def room(served: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> httpx.Client:
    """Return a browser of its own, whose tries nobody counted before."""
    monkeypatch.setattr(sign_in, "_TRIES", RateLimit(5, 300))
    served.cookies.clear()
    return served


def enter(room: httpx.Client, name: str, password: str = PASSWORD, back: str = "/") -> httpx.Response:
    return room.post("/sign-in", data={"name": name, "password": password, "back": back})


def token_on(room: httpx.Client, path: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', room.get(path).text)
    return found[1] if found else ""


@pytest.mark.parametrize("path", ["/", "/story/s1", "/search?q=canola", f"/article/{ident(1)}", "/outbox"])
def test_who_is_not_signed_in_is_asked_to(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/sign-in?back=")


def test_the_right_password_leads_back_to_the_page(room: httpx.Client) -> None:
    answer = enter(room, "rose", back="/story/s1")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/story/s1"
    assert room.get("/story/s1").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("rose", "wrong"), ("nobody", PASSWORD), ("", ""), ("rose", "")]
)
def test_a_wrong_name_or_password_says_the_same(room: httpx.Client, name: str, password: str) -> None:
    answer = enter(room, name, password)

    assert answer.status_code == 403
    assert "Name and password do not belong together" in answer.text
    assert "set-cookie" not in answer.headers


def test_no_sixth_password_is_tried(room: httpx.Client) -> None:
    for _ in range(5):
        assert enter(room, "rose", "wrong").status_code == 403
    assert enter(room, "rose").status_code == 429


def test_signing_in_leads_to_no_other_site(room: httpx.Client) -> None:
    assert enter(room, "rose", back="//evil.example").headers["location"] == "/"


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites(room: httpx.Client) -> None:
    cookie = enter(room, "rose").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_over_tls_the_cookie_travels_over_tls_alone(tmp_path: Path) -> None:
    maplewire = an_app(tmp_path, web_users=USERS, web_url="https://127.0.0.1/maple")
    with maplewire, open_room(maplewire) as client:
        answer = enter(client, "rose")

        assert "Secure" in answer.headers["set-cookie"]
        assert "Path=/maple/" in answer.headers["set-cookie"]
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize("cookie", ["", "x", "W10.x.y", "WyJyb3NlIiwieCIsInkiXQ.aaaa.bbbb"])
def test_a_forged_session_is_none(room: httpx.Client, cookie: str) -> None:
    room.cookies.set("maplewire_session", cookie)

    assert room.get("/").status_code == 302


def test_a_session_ends_with_the_password(tmp_path: Path) -> None:
    with an_app(tmp_path, web_users=USERS) as maplewire, open_room(maplewire) as client:
        enter(client, "rose")
        session = client.cookies["maplewire_session"]
    changed = SecretStr(f"rose:reader:{hash_password('another')}")
    with an_app(tmp_path, web_users=changed) as maplewire, open_room(maplewire) as client:
        client.cookies.set("maplewire_session", session)
        assert client.get("/").status_code == 302


def test_signing_out_ends_it(room: httpx.Client) -> None:
    enter(room, "rose")
    room.post("/sign-out", data={"token": token_on(room, "/")})

    assert room.get("/").status_code == 302


def test_a_reader_may_look_and_not_touch(room: httpx.Client) -> None:
    enter(room, "rose")
    page = room.get("/story/s1")

    assert "/story/s1/merge" not in page.text
    answer = room.post("/story/s1/merge", data={"token": token_on(room, "/"), "other": "s4"})
    assert answer.status_code == 403
    assert "editor" in answer.text
    assert "/retry" not in room.get("/sources/gnw-canada").text
    assert room.post("/sources/gnw-canada/retry", data={"token": token_on(room, "/")}).status_code == 403


def test_an_editor_may_merge(room: httpx.Client) -> None:
    enter(room, "eve")

    assert "/story/s1/merge" in room.get("/story/s1").text


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_its_token_does_nothing(room: httpx.Client, token: str) -> None:
    enter(room, "eve")

    assert room.post("/story/s1/merge", data={"token": token, "other": "s4"}).status_code == 403
    assert room.get("/story/s4").status_code == 200


def test_the_token_of_another_session_is_of_no_use(room: httpx.Client) -> None:
    enter(room, "eve")
    token = token_on(room, "/")
    room.cookies.clear()
    enter(room, "ada")

    assert room.post("/story/s1/merge", data={"token": token, "other": "s4"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"}, {"origin": "http://["}, {"origin": ""},
    ],
)  # fmt: skip
def test_a_form_of_another_site_does_nothing(room: httpx.Client, headers: dict[str, str]) -> None:
    enter(room, "eve")
    data = {"token": token_on(room, "/"), "other": "s4"}

    assert room.post("/story/s1/merge", data=data, headers=headers).status_code == 403


def test_every_form_needs_the_token_of_its_own_session(room: httpx.Client) -> None:
    enter(room, "ada")
    token = token_on(room, "/")
    room.cookies.clear()
    enter(room, "eve")

    for path in form_paths():
        for sent in ({}, {"token": token}):
            assert room.post(path, data=sent).status_code == 403, path


def test_every_form_but_the_own_session_needs_an_editor(room: httpx.Client) -> None:
    enter(room, "rose")
    token = token_on(room, "/")

    for path in form_paths():
        if path not in ("/sign-in", "/sign-out"):
            answer = room.post(path, data={"token": token})
            assert answer.status_code == 403, path
            assert "editor" in answer.text, path


def test_every_form_needs_a_session(room: httpx.Client) -> None:
    for path in form_paths():
        if path != "/sign-in":
            assert room.post(path, data={}).status_code == 401, path


def form_paths() -> list[str]:
    """Return an address of each form, but for the one whose address itself is signed."""
    paths = []
    for address in FORMS:
        if address != "/leave/{token}":
            paths.append(re.sub(r"\{[^}]+\}", "1", address))
    return paths


def test_a_form_of_too_many_fields_is_refused(room: httpx.Client) -> None:
    enter(room, "eve")
    fields = {f"field{number}": "1" for number in range(600)}

    answer = room.post("/story/s1/merge", data={"token": token_on(room, "/"), **fields})
    assert answer.status_code == 403


def test_a_form_that_is_too_long_is_refused(room: httpx.Client) -> None:
    enter(room, "eve")

    assert room.post("/story/s1/merge", data={"other": "x" * 100_000}).status_code == 413


# -- a proxy that says who asks ------------------------------------------------------------------------

HEADER = "X-Auth-Request-Email"


def test_a_proxy_says_who_asks(tmp_path: Path) -> None:
    maplewire = an_app(
        tmp_path,
        web_user_header=HEADER,
        web_proxies=("127.0.0.1",),
        web_users=SecretStr("eve@x.example:editor"),
    )
    with maplewire, open_room(maplewire) as client:
        fill(maplewire)
        assert client.get("/", headers={HEADER: "rose@x.example"}).status_code == 200
        assert "/merge" not in client.get("/story/s1", headers={HEADER: "rose@x.example"}).text
        assert "/merge" in client.get("/story/s1", headers={HEADER: "eve@x.example"}).text
        assert client.get("/").status_code == 302
        twice = [(HEADER, "eve@x.example"), (HEADER, "rose@x.example")]
        assert client.get("/", headers=twice).status_code == 302


def test_the_header_of_anybody_else_is_not_believed(tmp_path: Path) -> None:
    maplewire = an_app(tmp_path, web_user_header=HEADER, web_proxies=("192.0.2.1",))
    with maplewire, open_room(maplewire) as client:
        assert client.get("/", headers={HEADER: "eve@x.example"}).status_code == 401


def test_a_header_without_the_address_of_its_proxy_is_refused(tmp_path: Path) -> None:
    maplewire = an_app(tmp_path, web_user_header=HEADER)
    with maplewire, pytest.raises(CatalogueError, match="MAPLEWIRE_WEB_PROXIES"):
        RoomServer(maplewire, "127.0.0.1", 0)


# -- the setting ---------------------------------------------------------------------------------------


def test_accounts_are_read_from_lines_and_commas() -> None:
    accounts = read_accounts(USERS.get_secret_value())

    assert {name: account.role for name, account in accounts.items()} == {
        "rose": Role.READER,
        "eve": Role.EDITOR,
        "ada": Role.ADMIN,
    }


def test_all_wrong_accounts_are_told_at_once_and_no_hash_is_shown() -> None:
    with pytest.raises(CatalogueError) as error:
        read_accounts(
            f"rose:reader:{KEPT}, eve:queen:{KEPT}, :reader:{KEPT}, rose:admin:{KEPT}, ann:reader:plain"
        )

    assert [problem.partition(" is ")[0].partition(" names ")[0] for problem in error.value.problems] == [
        f"MAPLEWIRE_WEB_USERS: entry {number}" for number in (2, 3, 4, 5)
    ]
    assert KEPT not in str(error.value)
    assert "plain" not in str(error.value)


def test_a_password_is_known_by_its_hash_alone() -> None:
    assert is_password(PASSWORD, KEPT)
    assert not is_password("correct horsf", KEPT)
    assert hash_password(PASSWORD) != KEPT
    assert not is_password(PASSWORD, "scrypt$!$!")
    assert not is_password(PASSWORD, "plain$x$y")
