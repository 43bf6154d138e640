"""`maplewire sources add`, `import` and `export` against real servers and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError, PermanentError
from crawlers.sources import load_sources
from pipelines.cli import app
from tests.cli.test_sources_check import ARTICLE, HEADLINES, SECTION
from tests.crawlers.web import Answer, Web
from tests.small_beat import give_heading_and_terms

CATALOGUE = """\
# Ours.
sources:
  - id: "127-0-0-1"
    name: Known
    kind: feed
    url: https://known.example/rss
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "beat").mkdir()
    give_heading_and_terms(tmp_path / "beat")
    path = tmp_path / "beat/sources.yaml"
    path.write_text(CATALOGUE)
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(path.parent))
    monkeypatch.setenv("MAPLEWIRE_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("MAPLEWIRE_DELAY_S", "0")
    return path


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        for path in HEADLINES:
            web.page(path, ARTICLE)
        yield web


def sources(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sources", *arguments])


def front_page(web: Web, head: str = "", body: str = "", lang: str = "en-CA") -> str:
    page = (
        f"<html lang='{lang}'><head><title>The Daily &amp; Co</title>{head}</head><body>{body}</body></html>"
    )
    return web.page("/", page.encode())


def test_a_site_with_feeds_gets_an_entry_for_the_main_one(catalogue: Path, web: Web) -> None:
    web.feed("/comments.xml", list(HEADLINES))
    web.feed("/rss.xml", list(HEADLINES), list(HEADLINES.values()))
    url = front_page(
        web,
        "<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments.xml'>"
        "<link rel='alternate' type='application/rss+xml' href='/rss.xml'>"
        "<link rel='alternate' type='application/rss+xml' href='/gone.xml'>"
        "<link rel='alternate' hreflang='fr' href='/fr'>",
        SECTION,
    )
    done = sources("add", url, "--write")
    assert done.exit_code == 0, done.output
    (entry,) = yaml.safe_load(done.stdout)
    assert (entry["kind"], entry["url"], entry["name"]) == ("feed", web.url("/rss.xml"), "News")
    # The id of its site was taken.
    assert entry["id"] == "127-0-0-1-2"
    assert entry["language"] == "en"
    assert "3 entries, newest 2026-01-17" in done.stdout
    assert "Works too: section" in done.stdout
    assert web.asked("/feed/") == 0
    before, added = load_sources(catalogue)
    assert before.id == "127-0-0-1"
    assert (added.id, added.answered is not None) == ("127-0-0-1-2", True)
    assert catalogue.read_text().startswith(CATALOGUE)
    again = sources("add", url)
    assert isinstance(again.exception, PermanentError)
    assert "already" in str(again.exception)


def test_a_site_without_feeds_gets_its_news_sitemap_or_its_headlines(catalogue: Path) -> None:
    news = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>{url}</loc><n:news>"
        "<n:title>Premier meets ambassador</n:title>"
        "<n:publication_date>2026-01-17T10:00:00Z</n:publication_date></n:news></url></urlset>"
    )
    with Web(robots="User-agent: *\nAllow: /\nSitemap: /plain.xml\nsitemap: /news.xml\nSitemap: ::") as web:
        for path in HEADLINES:
            web.page(path, ARTICLE)
        web.page("/news.xml", news.format(url=web.url("/news/2026/01/17/one")).encode(), "text/xml")
        (entry,) = yaml.safe_load(sources("add", front_page(web, body=SECTION)).stdout)
        assert (entry["kind"], entry["url"]) == ("sitemap", web.url("/news.xml"))
        assert catalogue.read_text() == CATALOGUE
    with Web() as web:
        for path in HEADLINES:
            web.page(path, ARTICLE)
        (entry,) = yaml.safe_load(sources("add", front_page(web, body=SECTION, lang="fr")).stdout)
        assert (entry["kind"], entry["links"], entry["language"]) == ("section", "h2.headline > a", "fr")
        assert entry["url_pattern"] == r"/\d{4}/\d{1,2}/"
        assert entry["name"] == "The Daily & Co"
        # Usual addresses were tried.
        assert web.asked("/feed/") == web.asked("/news-sitemap.xml") == 1


def test_the_address_may_be_a_feed_itself(catalogue: Path, web: Web) -> None:
    done = sources("add", web.feed("/rss.xml", list(HEADLINES)))
    (entry,) = yaml.safe_load(done.stdout)
    assert (entry["kind"], entry["url"]) == ("feed", web.url("/rss.xml"))


def test_a_site_that_offers_nothing_is_told_with_what_was_tried(catalogue: Path, web: Web) -> None:
    done = sources("add", front_page(web, body="<a href='/about'>About</a>"), "--write")
    assert isinstance(done.exception, PermanentError)
    assert "nothing was found" in str(done.exception)
    assert "answered 404" in done.output
    assert catalogue.read_text() == CATALOGUE


@pytest.mark.timeout(300)
def test_hostile_sites_reach_nothing_inside_and_end(catalogue: Path, web: Web) -> None:
    with Web("127.0.0.2") as inside:
        inside.feed("/rss.xml", ["/secret"])
        many = "".join(f"<link rel='alternate' type='application/rss+xml' href='/f{n}'>" for n in range(5000))
        body = f"<a href='{inside.url('/rss.xml')}'>RSS</a><a href='javascript:rss/'>x</a>"
        body += "<a href='//[/rss'>y</a>"
        url = front_page(web, f"<link rel='alternate' type='application/rss+xml' href='/to'>{many}", body)
        web.redirect("/to", inside.url("/rss.xml"))
        web.bomb("/f0", "text/xml")
        done = sources("add", url)
        assert isinstance(done.exception, PermanentError)
        assert sources("add", web.redirect("/inside", inside.url("/"))).exit_code == 1
        assert inside.requests == []
        # Not five thousand of them.
        assert len(web.requests) < 60


@pytest.mark.timeout(300)
def test_a_site_that_never_stops_answering_is_left(catalogue: Path, web: Web) -> None:
    done = sources("add", web.drip("/drip", "text/html"))
    assert isinstance(done.exception, PermanentError)


@pytest.mark.parametrize("address", ["ftp://daily.example/", "javascript:alert(1)", "https://", "two words"])
def test_what_is_no_address_is_told(catalogue: Path, address: str) -> None:
    assert isinstance(sources("add", address).exception, CatalogueError)


# -- OPML ------------------------------------------------------------------------------------------

OPML = """<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="One &amp; only" XMLURL="https://one.example/rss" language="en-us"/>
<outline title="Two&#10;lines" xmlUrl="feed://two.example/rss"/></outline>
<outline text="Known" xmlUrl="https://www.known.example/rss?utm_source=x"/>
<outline text="Again" xmlUrl="https://one.example/rss"/>
<outline text="A folder"/><outline text="Bad" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def test_feeds_of_a_reader_become_entries(catalogue: Path, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(OPML.replace("www.known", "known"))
    done = sources("import", str(file))
    assert done.exit_code == 0, done.output
    first, second = yaml.safe_load(done.stdout)
    assert first == {
        "id": "one",
        "name": "One & only",
        "kind": "feed",
        "url": "https://one.example/rss",
        "language": "en",
    }
    assert (second["name"], second["url"]) == ("Two lines", "https://two.example/rss")
    assert "is in the catalogue as “127-0-0-1”" in done.stderr
    assert "2 of them new" in done.stderr
    assert catalogue.read_text() == CATALOGUE
    assert sources("import", str(file), "--write").exit_code == 0
    assert [source.id for source in load_sources(catalogue)] == ["127-0-0-1", "one", "two"]
    again = sources("import", str(file), "--write")
    assert (again.exit_code, again.stdout) == (0, "")


def test_what_is_exported_can_be_imported(catalogue: Path, tmp_path: Path) -> None:
    catalogue.write_text(
        CATALOGUE
        + "  - {id: a, name: 'A <&> 加拿大', kind: feed, language: zh-Hans, url: 'https://a.example/?a=1&b=2'}"
        + "\n"
        + "  - {id: old, name: Old, kind: feed, url: 'https://old.example/', enabled: false}\n"
        + "  - {id: map, name: Map, kind: sitemap, url: 'https://map.example/'}\n"
    )
    done = sources("export")
    assert "2 sources left out" in done.stderr
    (tmp_path / "out.opml").write_text(done.stdout)
    catalogue.write_text("sources:\n  - {id: x, name: X, kind: feed, url: 'https://x.example/'}\n")
    entries = yaml.safe_load(sources("import", str(tmp_path / "out.opml")).stdout)
    assert [(entry["name"], entry["url"], entry.get("language")) for entry in entries] == [
        ("Known", "https://known.example/rss", None),
        ("A <&> 加拿大", "https://a.example/?a=1&b=2", "zh-Hans"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<rss/>",
        b"<opml><body><outline xmlUrl='https://a.example/'></body>",
        b"<!DOCTYPE o [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '"
        + b"&a;" * 1000
        + b"'><!ENTITY c '"
        + b"&b;" * 1000
        + b"'>]><opml><body><outline text='&c;' xmlUrl='https://a.example/'/></body></opml>",
        b"<opml>" + b"<outline>" * 10_000,
        b"\xff\xfe\x00",
    ],
    ids=["empty", "text", "another kind", "cut off", "entities", "deep", "binary"],
)
def test_what_is_no_opml_is_told(catalogue: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "feeds.opml"
    file.write_bytes(content)
    assert isinstance(sources("import", str(file)).exception, CatalogueError)


def test_a_file_of_this_machine_is_never_loaded_by_an_opml(catalogue: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret")
    file = tmp_path / "feeds.opml"
    file.write_text(
        f"<!DOCTYPE o [<!ENTITY x SYSTEM 'file://{tmp_path}/secret'>]>"
        "<opml><body><outline text='&x;' xmlUrl='https://a.example/'/></body></opml>"
    )
    assert "s3cret" not in sources("import", str(file)).output
    assert "s3cret" not in json.dumps(sources("import", str(tmp_path / "none.opml")).output)


def test_a_feed_answering_with_an_error_is_not_proposed(catalogue: Path, web: Web) -> None:
    web.answer("/rss", Answer(500, b"oops"))
    url = front_page(web, "<link rel='alternate' type='application/rss+xml' href='/rss'>", SECTION)
    (entry,) = yaml.safe_load(sources("add", url).stdout)
    assert entry["kind"] == "section"
