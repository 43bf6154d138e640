"""A reader leaves a search by the link of a mail, on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from pipelines.alerts.leave_links import LeaveLinks, Leaving
from pipelines.beat.searches import load_searches, write_entry
from pipelines.bootstrap import App
from pipelines.model import OutboxMail, ReadingRoom
from pipelines.web.accounts import hash_password
from tests.pipelines.web.room_server import an_app, fill, open_room

ANN = "ann@desk.example"
BO = "bo@desk.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ROOM = ReadingRoom("https://room.example/maple")


@pytest.fixture
def maplewire(tmp_path: Path) -> Iterator[App]:
    users = f"desk:admin:{hash_password('a long password')}"
    operators = ("chief@desk.example",)
    with an_app(tmp_path, web_url=ROOM.url, web_users=users, operator_mail=operators) as app:
        fill(app)
        for search_id, to in {"pandas": [ANN, BO], "ports": [ANN]}.items():
            entry = {"id": search_id, "name": search_id.capitalize(), "query": "panda", "to": to}
            write_entry(app.settings.own_searches, search_id, entry)
        yield app


def path_of(maplewire: App, address: str, *search_ids: str) -> str:
    """Return the path of a reader's link, as it is asked for behind the proxy."""
    links = maplewire.leave_links
    assert links is not None
    link = links.link_of(Leaving(address, search_ids))
    return urlsplit(link).path.removeprefix("/maple")


def text_of(mail: OutboxMail) -> str:
    """Return the plain text of a mail."""
    message = message_from_bytes(mail.message, policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def readers(maplewire: App, search_id: str) -> tuple[str, ...]:
    """Return who gets a search, as the files say now."""
    settings = maplewire.settings
    for parsed in load_searches(settings.beat / "searches.yaml", settings.own_searches).standing:
        if parsed.search.id == search_id:
            return parsed.search.to
    raise AssertionError(search_id)


def test_one_click_takes_the_reader_off_without_signing_in(room: httpx.Client, maplewire: App) -> None:
    answer = room.post(path_of(maplewire, ANN, "pandas"), data=ONE_CLICK)
    assert answer.status_code == 200
    assert readers(maplewire, "pandas") == (BO,)
    assert readers(maplewire, "ports") == (ANN,)


def test_a_program_may_send_its_form_as_multipart_and_from_another_site(
    room: httpx.Client, maplewire: App
) -> None:
    headers = {"origin": "https://mail.example", "sec-fetch-site": "cross-site"}
    form = {"List-Unsubscribe": (None, "One-Click")}
    answer = room.post(path_of(maplewire, ANN, "pandas"), files=form, headers=headers)
    assert answer.status_code == 200
    assert readers(maplewire, "pandas") == (BO,)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(room: httpx.Client, maplewire: App, method: str) -> None:
    before = maplewire.settings.own_searches.read_bytes()
    answer = room.request(method, path_of(maplewire, ANN, "pandas"))
    assert answer.status_code == 200
    assert maplewire.settings.own_searches.read_bytes() == before
    if method == "GET":
        assert ANN in answer.text
        assert "Pandas" in answer.text
        assert "<button>No more mails</button>" in answer.text


def test_a_link_of_two_searches_leaves_both(room: httpx.Client, maplewire: App) -> None:
    room.post(path_of(maplewire, ANN, "pandas", "ports"), data=ONE_CLICK)
    assert readers(maplewire, "pandas") == (BO,)
    # Nobody is left, and the search stands all the same.
    assert readers(maplewire, "ports") == ()


def test_the_page_brings_the_reader_back(room: httpx.Client, maplewire: App) -> None:
    path = path_of(maplewire, ANN, "pandas")
    assert "Send them again" in room.post(path, data=ONE_CLICK).text
    assert "No more mails" in room.post(path, data={"back": "yes"}).text
    assert readers(maplewire, "pandas") == (ANN, BO)


def test_the_desk_is_told_once(room: httpx.Client, maplewire: App) -> None:
    path = path_of(maplewire, ANN, "pandas")
    for _ in range(2):
        room.post(path, data=ONE_CLICK)
    told = [mail for mail in maplewire.ledger.owed_mails() if mail.to == ("chief@desk.example",)]
    assert [mail.subject for mail in told] == [f"[Maplewire] {ANN} unsubscribed from “Pandas” (pandas)"]
    assert "maplewire searches edit pandas --set 'left=[]'" in text_of(told[0])


def test_undoing_for_one_reader_brings_nobody_else_back(room: httpx.Client, maplewire: App) -> None:
    for address in (BO, ANN):
        room.post(path_of(maplewire, address, "pandas"), data=ONE_CLICK)
    told = [mail for mail in maplewire.ledger.owed_mails() if mail.to == ("chief@desk.example",)]
    assert f"maplewire searches edit pandas --set 'left=[{BO}]'" in text_of(told[-1])


def test_a_folder_that_cannot_be_written_is_no_bug(room: httpx.Client, maplewire: App) -> None:
    # A folder stands where the new file would be written first.
    maplewire.settings.own_searches.with_suffix(".part").mkdir()
    answer = room.post(path_of(maplewire, ANN, "pandas"), data=ONE_CLICK)
    assert answer.status_code == 400
    assert "searches.yaml: cannot be written (Is a directory)" in answer.text
    assert readers(maplewire, "pandas") == (ANN, BO)


def test_the_desks_list_stays_as_it_was_written(room: httpx.Client, maplewire: App) -> None:
    room.post(path_of(maplewire, ANN.upper(), "pandas"), data=ONE_CLICK)
    text = maplewire.settings.own_searches.read_text()
    assert ANN in text.partition("left:")[0]
    assert readers(maplewire, "pandas") == (BO,)


def test_nobody_writes_a_link_for_somebody_else(room: httpx.Client, maplewire: App) -> None:
    before = maplewire.settings.own_searches.read_bytes()
    own = path_of(maplewire, ANN, "pandas").removeprefix("/leave/")
    payload, _, signature = own.partition(".")
    other = path_of(maplewire, BO, "pandas").removeprefix("/leave/").partition(".")[0]
    forged = LeaveLinks(ROOM, "another key").token_of(Leaving(BO, ("pandas",)))
    for token in (f"{other}.{signature}", forged, payload, f"{payload}.", "of-this-reader", "é.ü", "%00.x"):
        answer = room.post(f"/leave/{token}", data=ONE_CLICK)
        assert answer.status_code == 404
        assert BO not in answer.text
    assert maplewire.settings.own_searches.read_bytes() == before


def test_only_the_link_needs_no_signing_in(room: httpx.Client) -> None:
    for path in ("/searches", "/leave/../searches", "/leave/%2e%2e/searches"):
        assert "Pandas" not in room.get(path).text


def test_a_form_without_end_is_refused(room: httpx.Client, maplewire: App) -> None:
    answer = room.post(path_of(maplewire, ANN, "pandas"), content=b"x" * 200_000)
    assert answer.status_code == 413
    assert readers(maplewire, "pandas") == (ANN, BO)


def test_a_reader_whom_the_desk_took_off_is_told_so(room: httpx.Client, maplewire: App) -> None:
    path = path_of(maplewire, "gone@desk.example", "pandas")
    assert "gets no mails by this link" in " ".join(room.post(path, data=ONE_CLICK).text.split())
    assert "left" not in maplewire.settings.own_searches.read_text()


def test_a_room_that_only_this_machine_reaches_answers_too(tmp_path: Path) -> None:
    with an_app(tmp_path, web_url="http://127.0.0.1") as app:
        fill(app)
        entry = {"id": "pandas", "name": "Pandas", "query": "panda", "to": [ANN]}
        write_entry(app.settings.own_searches, "pandas", entry)
        with open_room(app) as room:
            answer = room.post(path_of(app, ANN, "pandas"), data=ONE_CLICK)
        assert answer.status_code == 200
        assert readers(app, "pandas") == ()
