"""`maplewire sources check` against real servers: exit status, messages and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from tests.cli.test_command import maplewire
from tests.crawlers.web import Answer, Web
from tests.small_beat import give_heading_and_terms

ARTICLE = "<article><h1>Premier meets ambassador in Ottawa</h1>" + "<p>They spoke of canola.</p>" * 20
HEADLINES = {
    "/news/2026/01/17/one": "Premier meets ambassador in Ottawa",
    "/news/2026/01/16/two": "Canola tariffs are lifted after talks",
    "/news/2026/01/15/three": "Consulate in Calgary opens again",
}
MENU = "".join(
    f"<li><a href='/{name}'>{name.title()}</a></li>" for name in ("world", "sport", "about", "help")
)
#: The outer class is one of a build tool: it differs from headline to headline, and from release to release.
CARDS = "".join(
    f"<div class='css-{n}x2y'><h2 class='headline'><a href='{path}'>{title}</a></h2></div>"
    for n, (path, title) in enumerate(HEADLINES.items())
)
SECTION = f"<nav><ul class='menu'>{MENU}</ul></nav><main>{CARDS}</main>"


def write_beat(folder: Path, sources: Sequence[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    give_heading_and_terms(folder)
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": list(sources)}))
    return folder


def a_feed(id_: str, url: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_.title(), "kind": "feed", "url": url} | fields


def a_section(id_: str, url: str, **fields: Any) -> dict[str, Any]:
    return a_feed(id_, url, kind="section") | fields


def check(
    tmp_path: Path, sources: Sequence[dict[str, Any]], *arguments: str, **settings: str
) -> CompletedProcess[str]:
    beat = write_beat(tmp_path / "beat", sources)
    settings = {"MAPLEWIRE_PRIVATE_HOSTS": "127.0.0.1", "MAPLEWIRE_DELAY_S": "0"} | settings
    return maplewire(
        "sources", "check", *arguments, home=tmp_path / "home", MAPLEWIRE_BEAT=str(beat), **settings
    )


def as_json(done: CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in json.loads(done.stdout)}


@pytest.fixture
def web() -> Any:
    with Web() as web:
        for path in HEADLINES:
            web.page(path, ARTICLE)
        web.page("/front", SECTION)
        yield web


@pytest.fixture
def busy() -> Any:
    with Web() as web:
        yield web


def test_all_sources_are_tried_in_one_crawl_and_all_that_work_give_exit_status_0(
    tmp_path: Path, web: Web
) -> None:
    paths = ["/news/2026/01/17/one", "/news/2026/01/16/two"]
    sources = [a_feed(f"feed{n}", web.feed(f"/feed{n}.xml", paths)) for n in range(8)]
    sources.append(a_section("front", web.url("/front"), links="h2.headline a"))
    done = check(tmp_path, sources, "--json")
    rows = as_json(done)
    assert done.returncode == 0, done.stderr
    # Sources with the same articles do not take them from each other.
    assert [(row["result"], row["fetched"], row["error"]) for row in rows.values()] == [("ok", 1, None)] * 9
    assert rows["front"]["article"]["title"] == "Premier meets ambassador in Ottawa"
    assert web.asked("/robots.txt") == 1
    assert not list((tmp_path / "home").glob("batches/*"))


def test_a_section_whose_selector_finds_nothing_fails_and_its_links_are_shown(
    tmp_path: Path, web: Web
) -> None:
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({}, "links is missing"),
        ({"links": "h3.no-such a"}, "links: “h3.no-such a” finds no link on the page"),
        ({"links": "//h9/a"}, "links: “//h9/a” finds no link on the page"),
        ({"links": "h2.headline"}, None),
        ({"links": "h2 a", "next_page": "a.older", "max_pages": 2}, "next_page: “a.older” finds no link"),
        ({"links": "h2 a", "url_pattern": "/story/"}, "url_pattern: “/story/” is found in none of the 3"),
    ]
    sources = []
    for number, (fields, _told) in enumerate(cases):
        web.page(f"/front{number}", SECTION)
        sources.append(a_section(f"front{number}", web.url(f"/front{number}"), **fields))
    done = check(tmp_path, sources, "--json")
    assert done.returncode == 1
    for row, (_fields, told) in zip(as_json(done).values(), cases, strict=True):
        assert (row["result"] == "failed") == (told is not None)
        assert (told or "") in (row["error"] or "")
        best = row["links"][0]
        assert (best["selector"], best["links"], best["headlines"]) == ("h2.headline > a", 3, 3)
        assert best["url_pattern"] == r"/\d{4}/\d{1,2}/"
    shown = check(tmp_path, sources, "front0", "front3")
    assert shown.returncode == 1
    lines = shown.stdout.splitlines()
    for source_id in ("front0", "front3"):
        assert any(line.startswith(f"{source_id}\th2.headline > a\t3\t3") for line in lines)
        assert any(line.startswith(f"{source_id}\tli > a\t4\t0") for line in lines)


def test_a_source_of_which_no_page_comes_fails_and_says_why(tmp_path: Path, web: Web, busy: Web) -> None:
    busy.answer("/busy", Answer(429))
    web.answer("/gone", Answer(410))
    web.answer("/film", Answer(200, b"....", {"Content-Type": "video/mp4"}))
    good = "/news/2026/01/17/one"
    sources = [
        a_feed("dead", web.feed("/dead.xml", ["/gone", "/film"])),
        a_feed("half", web.feed("/half.xml", ["/gone", good])),
        a_feed("empty", web.feed("/empty.xml", [])),
        a_feed("none", web.url("/none.xml")),
        a_feed("page", web.url("/front")),
        a_feed("odd", web.feed("/odd.xml", ["javascript:void(0)"])),
        a_feed("paused", busy.feed("/feed.xml", ["/busy", "/other"])),
    ]
    done = check(tmp_path, sources, "--json")
    rows = as_json(done)
    assert done.returncode == 1
    assert rows["half"]["result"] == "ok"
    assert "no page could be fetched" in rows["dead"]["error"]
    assert "answered 410" in rows["dead"]["error"]
    assert "no entries" in rows["empty"]["error"]
    assert "javascript:" in rows["odd"]["error"]
    assert "answered 429" in rows["paused"]["error"]
    assert "404" in rows["none"]["error"]
    assert "web page" in rows["page"]["error"]
    told = check(tmp_path, sources).stderr
    assert "7 tried, 1 work, 6 failed" in told


def test_a_page_that_shows_no_article_is_not_said_to_work(tmp_path: Path, web: Web) -> None:
    wall = "<h1>Harbour strike</h1><p>Subscribe to read this article</p>"
    web.page("/walled", wall)
    good = "/news/2026/01/17/one"
    sources = [
        a_feed("walled", web.feed("/walled.xml", ["/walled"])),
        a_feed("good", web.feed("/good.xml", [good])),
    ]
    done = check(tmp_path, sources)
    results = [line.split("\t")[:2] for line in done.stdout.splitlines()[1:]]
    assert results == [["walled", "no article"], ["good", "ok"]]
    assert "2 tried, 1 work, 0 failed, 1 answered with a page that shows no article" in done.stderr
    # A listing may begin with a film.
    assert done.returncode == 0


def test_a_page_without_links_of_its_own_is_told(tmp_path: Path, web: Web) -> None:
    web.page("/script", "<div id='root'></div><a href='https://elsewhere.example/x'>Elsewhere</a>")
    done = check(tmp_path, [a_section("script", web.url("/script"), links="h2 a")])
    assert done.returncode == 1
    assert "a script may add them" in done.stdout


def test_an_unknown_source_is_named_and_nothing_is_asked(tmp_path: Path, web: Web) -> None:
    done = check(tmp_path, [a_feed("daily", web.feed("/feed.xml", []))], "daily", "dayly", "weekly")
    assert done.returncode == 2
    assert "dayly" in done.stderr
    assert "weekly" in done.stderr
    assert not web.requests


def test_a_source_that_was_turned_off_can_be_tried_by_its_name(tmp_path: Path, web: Web) -> None:
    url = web.feed("/feed.xml", ["/news/2026/01/17/one"])
    sources = [a_feed("off", url, enabled=False), a_feed("on", web.feed("/on.xml", ["/front"]))]
    assert list(as_json(check(tmp_path, sources, "--json"))) == ["on"]
    assert list(as_json(check(tmp_path, sources, "off", "off", "--json"))) == ["off"]


@pytest.mark.timeout(300)
def test_hostile_sources_end_and_spoil_no_other(tmp_path: Path, web: Web) -> None:
    with Web("127.0.0.2") as inside:
        inside.page("/secret")
        entities = "<!DOCTYPE lolz [<!ENTITY a 'ha'>" + "".join(
            f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
        )
        web.answer("/bomb.xml", Answer(200, f"{entities}]><rss><channel>&j;</channel></rss>".encode()))
        sources = [
            a_feed("good", web.feed("/good.xml", ["/news/2026/01/17/one"])),
            a_feed("inside", web.redirect("/inside", inside.url("/secret"))),
            a_feed("inside-page", web.feed("/in.xml", ["/inside"])),
            a_feed("bomb", web.url("/bomb.xml")),
            a_feed("drip", web.drip("/drip.xml", "text/xml")),
            a_feed("gzip", web.bomb("/gzip.xml", "text/xml")),
        ]
        done = check(tmp_path, sources, "--json", MAPLEWIRE_CRAWL_TIMEOUT_S="60")
        rows = as_json(done)
        assert done.returncode == 1
        assert {name for name, row in rows.items() if row["result"] == "ok"} == {"good"}
        assert not inside.requests


def test_only_with_write_the_day_goes_into_the_catalogue_of_what_answered(tmp_path: Path, web: Web) -> None:
    good = web.feed("/feed.xml", ["/news/2026/01/17/one"])
    sources = [a_feed("good", good), a_feed("bad", web.url("/none.xml"), answered=date(2025, 1, 2))]
    path = tmp_path / "beat/sources.yaml"
    assert check(tmp_path, sources).returncode == 1
    assert "answered" not in path.read_text().replace("answered: 2025-01-02", "")
    done = check(tmp_path, sources, "--write")
    assert done.returncode == 1
    assert "1 source got" in done.stderr
    good_entry, bad_entry = yaml.safe_load(path.read_text())["sources"]
    assert isinstance(good_entry["answered"], date)
    assert bad_entry["answered"] == date(2025, 1, 2)
