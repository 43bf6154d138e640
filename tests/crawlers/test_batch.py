"""A batch is a WARC file that is complete or not there."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.batch import (
    BatchWriter,
    completed,
    discard_leftovers,
    open_path,
    read_page,
    read_pages,
    read_result,
)
from crawlers.errors import PermanentError
from crawlers.model import CrawlResult, FeedState, FetchFailure, Page, SourceReport
from tests.builders import NOON, a_page, an_entry

RESULT = CrawlResult(
    batch_id="b1",
    started=NOON,
    finished=NOON + timedelta(seconds=3),
    states=(FeedState("daily", etag='"v1"', next_due=NOON, entries_last=2),),
    reports=(SourceReport("daily", "ok", entries=3, fetched=2, failed=1, problems=("one line",)),),
    failures=(FetchFailure("daily", "https://daily.example/3", "permanent", "answered 404", NOON, 404),),
    pages=2,
)

FIRST = a_page(
    "https://daily.example/1",
    "<p>Réunion à Pékin, 会见</p>",
    headers={"content-type": "text/html; charset=utf-8", "x-note": "été"},
    requested_url="https://daily.example/r?to=1",
    found_through="https://daily.example/feed.xml",
    entry=an_entry(1, summary="A “summary”", guid="g1", authors=("A. Writer",), updated=NOON),
    fetched_at=datetime(2026, 1, 17, 12, 0, 5, 123456, tzinfo=UTC),
)
SECOND = a_page(
    "https://daily.example/2", "某报告".encode("gb18030"), headers={"content-type": "text/html; charset=gbk"}
)


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    with BatchWriter(tmp_path, "b1") as writer:
        assert [writer.write(FIRST), writer.write(SECOND)] == [0, 1]
        return writer.finish(RESULT)


def test_pages_come_back_as_they_were(batch: Path) -> None:
    (zero, first), (one, second) = read_pages(batch)
    assert (zero, one) == (0, 1)
    assert first.body == FIRST.body
    assert second.body == SECOND.body
    for name in ("url", "source_id", "fetched_at", "status", "requested_url", "found_through", "entry"):
        assert getattr(first, name) == getattr(FIRST, name), name
    assert first.headers["content-type"] == "text/html; charset=utf-8"


def test_the_result_comes_back_as_it_was(batch: Path) -> None:
    assert read_result(batch) == RESULT


def test_a_page_is_found_by_its_number(batch: Path) -> None:
    assert read_page(batch, 1).url == SECOND.url
    with pytest.raises(PermanentError, match="has no page 2"):
        read_page(batch, 2)


def test_other_warc_tools_read_it(batch: Path) -> None:
    with batch.open("rb") as stream:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.content_stream().read(),
                r.http_headers,
            )
            for r in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, *_ in records] == [
        "warcinfo",
        "metadata",
        "response",
        "metadata",
        "response",
        "metadata",
    ]
    _, uri, body, http = records[2]
    assert (uri, body) == (FIRST.url, FIRST.body)
    assert http.get_statuscode() == "200"


def test_headers_that_decoding_made_untrue_are_kept_under_another_name(tmp_path: Path) -> None:
    packed = {
        "content-encoding": "gzip",
        "transfer-encoding": "chunked",
        "content-length": "7",
        "content-type": "text/html",
    }
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(a_page(body="<p>unpacked</p>", headers=packed))
        path = writer.finish(RESULT)
    page = read_page(path, 0)
    assert page.body == b"<p>unpacked</p>"
    assert page.headers["content-length"] == "15"
    assert page.headers["x-crawl-content-encoding"] == "gzip"
    assert "content-encoding" not in page.headers


def test_a_header_cannot_smuggle_a_second_one(tmp_path: Path) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(a_page(headers={"x-note": "one\r\ncontent-type: evil\r\n\r\n<p>"}))
        path = writer.finish(RESULT)
    page = read_page(path, 0)
    assert page.body == b"<html></html>"
    assert "content-type" not in page.headers


def test_an_unfinished_batch_leaves_no_file(tmp_path: Path) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(FIRST)
    assert list(tmp_path.iterdir()) == []


def test_batches_are_listed_oldest_first_and_only_when_complete(tmp_path: Path) -> None:
    for name in ("20260118T000000Z-b", "20260117T000000Z-a"):
        with BatchWriter(tmp_path, name) as writer:
            writer.finish(RESULT)
    with BatchWriter(tmp_path, "20260119T000000Z-c"):
        assert [path.name[:8] for path in completed(tmp_path)] == ["20260117", "20260118"]


def test_what_a_killed_writer_left_is_discarded_and_a_live_one_is_not(tmp_path: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from crawlers.batch import BatchWriter\n"
        f"with BatchWriter(Path({str(tmp_path)!r}), 'dead'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    assert open_path(tmp_path, "dead").exists()
    with BatchWriter(tmp_path, "live") as writer:
        assert discard_leftovers(tmp_path) == [open_path(tmp_path, "dead")]
        writer.write(FIRST)
        assert read_page(writer.finish(RESULT), 0).url == FIRST.url


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_cut_off_batch_gives_its_pages_and_then_an_error(tmp_path: Path, share: float) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        for n in range(20):
            writer.write(a_page(f"https://daily.example/{n}", os.urandom(2000), entry=an_entry(n)))
        path = writer.finish(RESULT)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    read = _read_until_damage(path)
    assert len(read) >= 20 * share - 2
    assert [page.entry for page in read] == [an_entry(n) for n in range(len(read))]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_what_stands_before_the_damage_is_read(tmp_path: Path, share: float) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        for n in range(20):
            writer.write(a_page(f"https://daily.example/{n}", os.urandom(2000), entry=an_entry(n)))
        path = writer.finish(RESULT)
    raw = bytearray(path.read_bytes())
    middle = int(len(raw) * share)
    raw[middle : middle + 200] = os.urandom(200)
    path.write_bytes(raw)
    read = _read_until_damage(path)
    assert len(read) >= 20 * share - 2
    assert [page.entry for page in read] == [an_entry(n) for n in range(len(read))]


@pytest.mark.parametrize("content", [b"", b"no WARC at all" * 50, gzip.compress(b"not this either", mtime=0)])
def test_a_file_that_is_no_warc_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(PermanentError, match="x"):
        list(read_pages(path))
    with pytest.raises(PermanentError, match="x"):
        read_result(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="does not exist"):
        list(read_pages(tmp_path / "none.warc.gz"))


def test_a_foreign_file_is_a_batch_of_its_good_html_pages(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>packed</p>")
    path = _foreign(
        tmp_path,
        ("https://a.example/1", "200 OK", [("Content-Type", "text/html; charset=utf-8")], b"<p>one</p>"),
        ("https://a.example/gone", "404 Not Found", [("Content-Type", "text/html")], b"<p>gone</p>"),
        ("https://a.example/doc", "200 OK", [("Content-Type", "application/pdf")], b"%PDF"),
        (
            "https://a.example/2",
            "200 OK",
            [("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            packed,
        ),
        (
            "https://a.example/bomb",
            "200 OK",
            [("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            gzip.compress(bytes(30 * 2**20)),
        ),
        ("dns:a.example", "200 OK", [("Content-Type", "text/html")], b"no"),
    )
    pages = dict(read_pages(path))
    assert [(n, page.url, page.body) for n, page in pages.items()] == [
        (0, "https://a.example/1", b"<p>one</p>"),
        (1, "https://a.example/2", b"<p>packed</p>"),
    ]
    assert {(page.source_id, page.entry) for page in pages.values()} == {("", None)}
    assert pages[0].fetched_at == datetime(2026, 1, 17, 12, 0, tzinfo=UTC)
    assert read_result(path) is None


def _foreign(folder: Path, *answers: tuple[str, str, list[tuple[str, str]], bytes]) -> Path:
    path = folder / "CC-NEWS-20260117.warc.gz"
    with path.open("wb") as file:
        warc: Any = WARCWriter(file, gzip=True)
        warc.write_record(warc.create_warcinfo_record(path.name, {"software": "Another crawler"}))
        for url, status, headers, body in answers:
            http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
            record = warc.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2026-01-17T12:00:00Z"},
            )
            warc.write_record(record)
    return path


def _read_until_damage(path: Path) -> list[Page]:
    read: list[Page] = []
    with pytest.raises(PermanentError, match=str(path)):
        read.extend(page for _, page in read_pages(path))
    return read
