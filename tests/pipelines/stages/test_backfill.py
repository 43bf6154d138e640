"""The past: what a window lets in, WARC files of others, and that nothing known gets older by it."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.batch import BatchWriter, read_pages
from crawlers.errors import CatalogueError, PermanentError, TemporaryError
from crawlers.model import Page, Window
from pipelines.model import Outcome, article_id
from pipelines.stages.backfill import asked_window, crawl_past, import_warc, named_sources, window_of
from pipelines.stages.process import process_open_batches
from tests.builders import NOON, a_page, a_source
from tests.crawlers.web import Answer, Web
from tests.pipelines.world import LATE, LOCAL, RELEASE, World, html

OLD = "https://daily.example/visit"


def a_crawl(path: Path, *pages: tuple[str, str, str]) -> Path:
    """Write a file as Common Crawl's news crawler does: (address, time, HTML) as request and response."""
    with path.open("wb") as file:
        warc = WARCWriter(file, gzip=True, warc_version="1.0")
        warc.write_record(
            warc.create_warcinfo_record(path.name, {"software": "StormCrawler", "format": "WARC"})
        )
        for url, at, body in pages:
            dated = {"WARC-Date": at}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "daily.example")], is_http_request=True)
            warc.write_record(
                warc.create_warc_record(
                    url, "request", http_headers=asked, payload=BytesIO(), warc_headers_dict=dated
                )
            )
            came = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
            )
            payload = BytesIO(body.encode())
            warc.write_record(
                warc.create_warc_record(
                    url, "response", http_headers=came, payload=payload, warc_headers_dict=dated
                )
            )
    return path


def served(web: Web, path: str, xml: str) -> str:
    return web.answer(path, Answer(200, xml.encode(), {"Content-Type": "application/xml"}))


def two_sites(folder: Path) -> Path:
    return a_crawl(
        folder / "CC-NEWS-20251201.warc.gz",
        (OLD, "2025-12-01T10:00:00Z", html("Leaders meet", RELEASE)),
        ("https://www.courier.example/canola", "2025-12-20T10:00:00Z", html("Duties on canola", LATE)),
        ("https://town.example/library", "2025-12-20T11:00:00Z", html("Library closes", LOCAL)),
    )


def test_a_file_of_common_crawl_becomes_articles_of_the_sources_it_is_from(
    world: World, tmp_path: Path
) -> None:
    run = world.ledger.start_run(NOON)
    taken = import_warc(world.parts, run, two_sites(tmp_path), None, ())
    assert (taken.pages, taken.left_out, taken.known) == (3, 0, False)
    outcomes = process_open_batches(world.parts, run, world.findings)
    assert outcomes == {Outcome.NEW: 2, Outcome.OFF_BEAT: 1}
    stored = world.ledger.article(article_id(OLD))
    assert stored
    assert stored.publisher.id == "daily"
    assert "backfill" in stored.article.flags
    assert f"{stored.article.collected:%Y-%m-%d}" == "2025-12-01", (
        "when it was fetched, not when it was imported"
    )
    courier = world.ledger.article(article_id("https://www.courier.example/canola"))
    assert courier
    assert courier.publisher.id == "courier", "www. is the same site"


def test_dates_and_sources_choose_among_the_pages(world: World, tmp_path: Path) -> None:
    run = world.ledger.start_run(NOON)
    late = Window(NOON - timedelta(days=40), NOON)
    assert import_warc(world.parts, run, two_sites(tmp_path), late, ()).pages == 2
    named = import_warc(world.parts, run, two_sites(tmp_path), None, ["daily"])
    assert (named.pages, named.left_out) == (1, 2)


def test_the_same_file_again_changes_nothing(world: World, tmp_path: Path) -> None:
    run, path = world.ledger.start_run(NOON), two_sites(tmp_path)
    first = import_warc(world.parts, run, path, None, ())
    again = import_warc(world.parts, run, path, None, ())
    assert again.known
    assert again.batches == ()
    assert (first.earlier, again.pages, again.earlier) == (0, 0, 3), "the run has them all the same"
    world.clock.at += timedelta(days=1)
    later = import_warc(world.parts, world.ledger.start_run(world.clock.now()), path, None, ())
    assert (later.pages, later.earlier) == (0, 0), "another run took them"
    assert len(world.parts.batches.names()) == len(first.batches) == 1


def test_a_backfill_that_was_killed_between_two_batches_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.stages.backfill as backfill

    monkeypatch.setattr(backfill, "SORTED_PAGES", 2)
    write = backfill._write_batch

    def killed(*arguments: object) -> str:
        if str(arguments[2]).endswith("-0001"):
            raise KeyboardInterrupt
        return write(*arguments)  # type: ignore[arg-type]

    run, path = world.ledger.start_run(NOON), two_sites(tmp_path)
    monkeypatch.setattr(backfill, "_write_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        import_warc(world.parts, run, path, None, ())
    monkeypatch.setattr(backfill, "_write_batch", write)
    rest = import_warc(world.parts, run, path, None, ())
    assert (rest.pages, rest.known, rest.earlier) == (1, False, 2)
    assert sum(process_open_batches(world.parts, run, world.findings).values()) == 3


def test_of_a_damaged_file_what_can_be_read_is_taken(world: World, tmp_path: Path) -> None:
    path = two_sites(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    run = world.ledger.start_run(NOON)
    with pytest.raises(PermanentError, match="is damaged"):
        import_warc(world.parts, run, path, None, ())
    assert sum(process_open_batches(world.parts, run, world.findings).values()) == 2


def test_an_earlier_look_at_a_page_does_not_replace_what_it_says_now(world: World, tmp_path: Path) -> None:
    run = world.ledger.start_run(NOON)
    now = html("Leaders meet, corrected", RELEASE)
    world.hand_over(a_page(OLD, now, fetched_at=NOON))
    process_open_batches(world.parts, run, world.findings)
    import_warc(world.parts, run, two_sites(tmp_path), None, ["daily"])
    assert process_open_batches(world.parts, run, world.findings) == {Outcome.UNCHANGED: 1}
    stored = world.ledger.article(article_id(OLD))
    assert stored
    assert stored.article.title == "Leaders meet, corrected"
    assert "backfill" not in stored.article.flags


def test_a_sitemaps_archive_is_read_for_a_window_and_the_source_stays_due_as_it_was(world: World) -> None:
    with Web() as web:
        entries = {}
        for month in ("2025-11", "2025-12", "2026-01"):
            page = web.page(f"/{month}", html(f"Leaders meet in {month}", RELEASE))
            entries[month] = served(
                web,
                f"/sitemap-{month}.xml",
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{page}</loc>'
                f"<lastmod>{month}-10</lastmod></url></urlset>",
            )
        named = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in entries.values())
        url = served(
            web,
            "/sitemap.xml",
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{named}</sitemapindex>',
        )
        source = a_source("daily", kind="sitemap", url=url)
        world.parts = replace(
            world.parts,
            beat=replace(world.parts.beat, sources=(source,)),
            crawl=replace(world.parts.crawl, private_hosts=("127.0.0.1",), delay_s=0.0),
        )
        run = world.ledger.start_run(NOON)
        window = window_of(NOON - timedelta(days=60), NOON - timedelta(days=20), NOON)
        result = crawl_past(world.parts, run, (), window, limit_s=60)
        assert result
        assert web.asked("/2025-12") == 1
        assert web.asked("/2025-11") == web.asked("/2026-01") == 0
    assert (result.pages, result.states) == (1, ())
    assert result.reports[0].skipped == 2
    assert dict(world.ledger.feed_states()) == {}
    assert result.batch_id.startswith("backfill-")
    process_open_batches(world.parts, run, world.findings)
    assert world.ledger.count_articles() == 1


def test_sources_that_cannot_be_asked_are_named(world: World) -> None:
    with pytest.raises(CatalogueError, match="no source “dayly”"):
        named_sources(world.parts, ["dayly"])
    off = replace(world.parts.beat, sources=(a_source("daily", enabled=False),))
    with pytest.raises(CatalogueError, match="“daily” is turned off"):
        named_sources(replace(world.parts, beat=off), ["daily"])


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (None, None, "say how far back"),
        ("2026-02-01", None, "is not before until"),
        ("7d", "8d", "is not before until"),
        ("1900-01-01", None, "20 years"),
        ("lately", None, "is not a time"),
    ],
)
def test_dates_that_make_no_window_are_told(since: str | None, until: str | None, told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        asked_window(since, until, NOON, has_files=False)


def test_without_dates_all_of_a_file_is_taken() -> None:
    assert asked_window(None, None, NOON, has_files=True) is None
    only_until = asked_window(None, "2026-01-01", NOON, has_files=True)
    assert only_until
    assert only_until.holds(NOON - timedelta(days=1000))


def test_a_packed_file_that_is_no_warc_is_told(world: World, tmp_path: Path) -> None:
    path = tmp_path / "notes.warc.gz"
    path.write_bytes(gzip.compress(b"nothing of the kind"))
    with pytest.raises(PermanentError, match=r"no WARC file|is damaged"):
        import_warc(world.parts, 1, path, None, ())


def test_a_page_that_says_it_was_fetched_ahead_of_now_counts_as_fetched_now(
    world: World, tmp_path: Path
) -> None:
    run = world.ledger.start_run(NOON)
    path = a_crawl(tmp_path / "x.warc.gz", (OLD, "9999-12-31T23:59:59Z", html("Leaders meet", RELEASE)))
    import_warc(world.parts, run, path, None, ())
    process_open_batches(world.parts, run, world.findings)
    stored = world.ledger.article(article_id(OLD))
    assert stored is not None
    assert stored.article.collected == world.parts.clock.now()


def test_large_pages_come_in_several_batches(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.stages.backfill as backfill

    monkeypatch.setattr(backfill, "BATCH_BYTES", 1)
    run, path = world.ledger.start_run(NOON), two_sites(tmp_path)
    found = import_warc(world.parts, run, path, None, ())
    assert len(found.batches) == found.pages == 3
    assert import_warc(world.parts, run, path, None, ()).known


def test_what_is_no_file_is_told_before_it_is_read(world: World, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path("/dev/zero")):
        with pytest.raises(CatalogueError, match="is no file"):
            import_warc(world.parts, 1, path, None, ())


def test_walls_in_a_file_are_set_aside_as_walls(world: World, tmp_path: Path) -> None:
    checking = "This website is using a security service to protect itself from attacks. " * 3
    consent = "We use cookies and data to measure ads. We and our partners use cookies. " * 6
    form = "<form><p>Before you continue to Daily</p><button>Accept all</button><button>Reject all</button>"
    at = "2025-12-01T10:00:00Z"
    path = a_crawl(
        tmp_path / "walls.warc.gz",
        (OLD, at, html("Leaders meet", RELEASE)),
        ("https://daily.example/wall", at, html("Just a moment...", [checking])),
        (
            "https://daily.example/consent",
            "2025-12-01T10:00:00Z",
            html("Before you continue", [consent, form]),
        ),
    )
    run = world.ledger.start_run(NOON)
    import_warc(world.parts, run, path, None, ())
    outcomes = process_open_batches(world.parts, run, world.findings)
    assert outcomes == {Outcome.NEW: 1, Outcome.QUARANTINED: 2}
    reasons = {kept.url.rpartition("/")[2]: kept.reason for kept in world.ledger.quarantined()}
    assert reasons["wall"].startswith("a bot wall stands in its place")
    assert reasons["consent"].startswith("a page that asks for consent stands in its place")


def test_a_page_is_not_held_once_it_is_written(world: World, tmp_path: Path) -> None:
    size = 1_000_000
    large = html("Library closes", ["x" * size])
    pages = []
    for number in range(12):
        pages.append((f"https://daily.example/{number}", "2025-12-20T11:00:00Z", large))
    path = a_crawl(tmp_path / "x.warc.gz", *pages)
    run = world.ledger.start_run(NOON)
    tracemalloc.start()
    try:
        assert import_warc(world.parts, run, path, None, ()).pages == 12
        # Of a page, its bytes lie in a few places at once while it is unpacked and packed.
        assert tracemalloc.get_traced_memory()[1] < 8 * size
    finally:
        tracemalloc.stop()


def test_a_backfill_that_was_killed_in_a_batch_begins_it_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = two_sites(tmp_path)
    run = world.ledger.start_run(NOON)
    child = os.fork()
    if child == 0:
        write = BatchWriter.write

        def killed(writer: BatchWriter, page: Page) -> int:
            if writer.pages == 2:
                os._exit(0)
            return write(writer, page)

        monkeypatch.setattr(BatchWriter, "write", killed)
        import_warc(world.parts, run, path, None, ())
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == 0, "it was killed while it wrote"
    folder = world.parts.crawl.batch_dir
    assert len(list(folder.iterdir())) == 1, "half a batch"
    assert world.parts.batches.names() == []
    assert not world.ledger.open_batches()
    rest = import_warc(world.parts, run, path, None, ())
    assert (rest.pages, rest.earlier) == (3, 0)
    assert sum(process_open_batches(world.parts, run, world.findings).values()) == 3


def test_a_file_that_another_backfill_takes_is_told(world: World, tmp_path: Path) -> None:
    path = two_sites(tmp_path)
    run = world.ledger.start_run(NOON)
    batch_id = import_warc(world.parts, run, path, None, ()).batches[0]
    other = World(world.parts.beat, tmp_path / "other")
    other_run = other.ledger.start_run(NOON)
    with (
        BatchWriter(other.parts.crawl.batch_dir, batch_id),
        pytest.raises(TemporaryError, match="another backfill takes this file"),
    ):
        import_warc(other.parts, other_run, path, None, ())
    assert import_warc(other.parts, other_run, path, None, ()).pages == 3


def test_an_error_while_a_batch_is_written_leaves_none_of_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = two_sites(tmp_path)
    run = world.ledger.start_run(NOON)
    write = BatchWriter.write

    def full(writer: BatchWriter, page: Page) -> int:
        if writer.pages == 2:
            raise OSError(28, "No space left on device")
        return write(writer, page)

    with monkeypatch.context() as patch:
        patch.setattr(BatchWriter, "write", full)
        with pytest.raises(OSError, match="No space left"):
            import_warc(world.parts, run, path, None, ())
    assert list(world.parts.crawl.batch_dir.iterdir()) == []
    assert import_warc(world.parts, run, path, None, ()).pages == 3


def test_parts_follow_each_other_and_lose_no_page_of_a_damaged_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.stages.backfill as backfill

    monkeypatch.setattr(backfill, "SORTED_PAGES", 2)
    pages = []
    for number in range(6):
        pages.append((f"https://daily.example/{number}", "2025-12-20T11:00:00Z", html("Library", LOCAL)))
    path = a_crawl(tmp_path / "x.warc.gz", *pages)
    path.write_bytes(path.read_bytes()[:-40])
    run = world.ledger.start_run(NOON)
    with pytest.raises(PermanentError, match="is damaged"):
        import_warc(world.parts, run, path, None, ())
    taken = []
    for name in sorted(world.parts.batches.names()):
        taken.append([page.url[-1] for _, page in read_pages(world.parts.crawl.batch_dir / name)])
    assert taken == [["0", "1"], ["2", "3"], ["4"]]
