"""The pages in a real browser: readable by all, on a phone and a desk, light and dark, without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser import a_browser
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import an_app, fill, fill_with_hostile_text, open_room, write_batch

PAGES = (
    "/", "/search", "/search?q=canola", "/search?q=canola+AND+(", "/story/s1", "/story/s1/event",
    f"/story/s1/compare/{ident(3)}", f"/article/{ident(1)}", f"/article/{ident(1)}/page",
    "/sources", "/sources/gnw-canada", "/searches", "/searches/canola-agrifood", "/searches/try?q=canola",
    "/outbox", "/outbox/canola:s1:new", "/quarantine", "/words", "/nowhere", "/sign-in",
)  # fmt: skip
HOSTILE_PAGES = (
    "/",
    "/search?q=canola",
    "/story/s1",
    f"/article/{ident(1)}?version=2",
    "/outbox",
    "/quarantine",
    "/words",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill(maplewire)
        write_batch(maplewire)
        with open_room(maplewire) as client:
            yield client


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(room: httpx.Client, browser: Any, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for size, scheme in ((PHONE, "dark"), (DESK, "light")):
        context = browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        try:
            page.goto(f"{room.base_url}{path}")
            objections = []
            for violation in Axe().run(page).response["violations"]:
                for node in violation["nodes"]:
                    objections.append(f"{violation['id']}: {node['html'][:200]}")
            assert not objections
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        finally:
            context.close()


def test_a_copy_stands_beside_its_original_on_a_phone(room: httpx.Client, browser: Any) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{room.base_url}/story/s1/compare/{ident(2)}")
    box = page.locator(".beside-texts").bounding_box()
    page.close()
    assert box["x"] + box["width"] <= PHONE["width"]


def test_the_keyboard_alone_reaches_the_content_and_the_search(room: httpx.Client, browser: Any) -> None:
    page = browser.new_page()
    page.goto(str(room.base_url))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("canola")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=canola")
    page.close()


def test_why_a_search_told_of_a_story_is_read_on_a_phone_without_scrolling(
    room: httpx.Client, browser: Any
) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{room.base_url}/story/s1")
    table = page.locator("table.stack")
    assert table.count() == 1
    assert table.evaluate("table => table.parentElement.scrollWidth - table.parentElement.clientWidth") <= 0
    page.close()


def test_the_keyboard_alone_opens_a_reason_and_keeps_a_note(tmp_path: Path, browser: Any) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill(maplewire)
        page = browser.new_page()
        page.goto(f"{client.base_url}/story/s1")
        page.locator("summary").first.focus()
        page.keyboard.press("Space")
        assert page.locator("details").first.evaluate("details => details.open")
        page.get_by_label("A note or a tag").focus()
        page.keyboard.type("by keyboard")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
        assert "by keyboard" in page.inner_text("main")
        page.close()


def test_everything_is_read_without_script(room: httpx.Client, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{room.base_url}/story/s1")
    assert "Paid release" in page.inner_text("main")
    context.close()


def test_a_person_does_all_of_it_by_clicks_alone_on_a_phone_without_script(
    tmp_path: Path, browser: Any
) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill(maplewire)
        context = browser.new_context(viewport=PHONE, java_script_enabled=False, accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(str(client.base_url))
        page.get_by_role("searchbox").first.fill("canola beijing")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Story s1").first.click()
        page.get_by_role("link", name="Who was told").click()
        # A tag is said, found again, taken away as a file and taken back.
        page.get_by_label("A note or a tag").fill("budget")
        page.get_by_role("button", name="Keep as a tag").click()
        page.get_by_role("link", name="budget").click()
        assert page.get_by_role("status").inner_text() == "1 story found"
        with page.expect_download() as taken:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert taken.value.suggested_filename.endswith(".csv")
        page.get_by_role("link", name="Story s1").first.click()
        page.get_by_role("button", name="Take back").click()
        assert page.get_by_role("status").inner_text() == "It is taken back."
        # Articles leave their story, and the list of words takes that back.
        page.get_by_text("Move articles into a story of their own").click()
        page.get_by_role("checkbox").last.check()
        page.get_by_role("button", name="Move them out").click()
        page.get_by_role("link", name="What people said").click()
        page.get_by_role("button", name="Take back").first.click()
        # A query is tried, saved and edited.
        page.get_by_role("link", name="Saved searches").first.click()
        page.get_by_label("A new query").fill("canola")
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("Save as a search").click()
        page.get_by_label("Id (").fill("canola-walk")
        page.get_by_label("To (").fill("desk@x.example")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Edit this search").click()
        page.get_by_label("Query").last.fill("canola*")
        page.get_by_role("button", name="Save").click()
        assert page.locator("a.code").inner_text() == "canola*"
        context.close()


def test_hostile_texts_run_nothing_and_ask_nobody(tmp_path: Path, browser: Any) -> None:
    asked: list[str] = []
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill_with_hostile_text(maplewire)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for path in (
            "/",
            "/search?q=canola",
            "/story/s1",
            f"/article/{ident(1)}?version=2",
            "/outbox",
            "/quarantine",
        ):
            page.goto(f"{client.base_url}{path}")
            assert page.evaluate("window.hacked") is None, path
        assert all(url.startswith(str(client.base_url).rstrip("/")) for url in asked)
        page.close()
