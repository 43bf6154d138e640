"""The page as it came does nothing and asks nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import html

from pipelines.stages.evidence import verify_evidence
from pipelines.web.kept_page import clean_page
from tests.browser import a_browser
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import PAGE, an_app, fill, open_room, write_batch

FORBIDDEN = {"script", "style", "img", "iframe", "form", "input", "link", "meta", "base", "video", "object"}
FRAME = f"/article/{ident(1)}/page/frame"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill(maplewire)
        write_batch(maplewire)
        with open_room(maplewire) as client:
            yield client


def test_the_page_is_shown_in_a_frame_that_may_do_nothing(room: httpx.Client) -> None:
    page = room.get(f"/article/{ident(1)}/page")

    assert '<iframe class="kept-page" sandbox ' in page.text
    assert FRAME in page.text


def test_the_frame_is_forbidden_everything(room: httpx.Client) -> None:
    answer = room.get(FRAME)
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "As the page said it." in answer.text


def test_nothing_is_left_that_acts_or_loads() -> None:
    tree = html.fromstring(f"<div>{clean_page(PAGE)}</div>")
    for element in tree.iter():
        assert element.tag not in {
            "script",
            "style",
            "img",
            "iframe",
            "form",
            "input",
            "link",
            "meta",
            "base",
        }
        assert not set(element.attrib) - {"lang", "dir", "colspan", "rowspan"}, dict(element.attrib)
    assert "evil.example" not in clean_page(PAGE)
    assert "hacked" not in clean_page(PAGE).replace("&lt;img src=x onerror=hacked=1&gt;", "")


def test_a_page_whose_batch_is_gone_says_so(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        fill(maplewire)
        answer = client.get(f"/article/{ident(1)}/page")

        assert answer.status_code == 404
        assert "not kept any more" in answer.text


@pytest.mark.parametrize("wanted", ["../../etc/passwd", "..%2f..%2fledger.sqlite", "b.warc.gz", "%00"])
def test_no_path_leads_out_of_the_archive(room: httpx.Client, wanted: str) -> None:
    assert room.get(f"/article/{wanted}/page/frame").status_code == 404


def test_a_browser_asks_no_other_site_and_runs_nothing(room: httpx.Client) -> None:
    asked: list[str] = []
    with a_browser() as browser:
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{room.base_url}/article/{ident(1)}/page")
        page.frame_locator("iframe").get_by_text("As the page said it.").wait_for()
        assert page.evaluate("window.hacked") is None
    assert all(url.startswith(str(room.base_url).rstrip("/")) for url in asked)


def test_an_evidence_pack_is_taken_from_the_page_of_its_story(room: httpx.Client, tmp_path: Path) -> None:
    answer = room.get("/story/s1/evidence.zip")

    assert "evidence-s1.zip" in answer.headers["content-disposition"]
    assert "pages.warc.gz" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    path = tmp_path / "taken.zip"
    path.write_bytes(answer.content)
    assert verify_evidence(path).story == "s1"
