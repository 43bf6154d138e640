"""A batch is a WARC file that is complete or not there."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tracemalloc
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.batch import (
    RESULT_LIMIT,
    BatchWriter,
    completed,
    discard_leftovers,
    open_path,
    read_page,
    read_page_at,
    read_pages,
    read_placed_pages,
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


@pytest.mark.parametrize("note", ["plain", ""])
@pytest.mark.parametrize("body", [FIRST.body, b"", os.urandom(300_000)], ids=["text", "empty", "long"])
def test_records_are_those_of_another_writer(tmp_path: Path, body: bytes, note: str) -> None:
    page = replace(FIRST, body=body, headers={"content-type": "text/html", "x-note": note})
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(page)
        ours = gzip.decompress(writer.finish(RESULT).read_bytes())
    theirs = io.BytesIO()
    other = WARCWriter(theirs, gzip=False, warc_version="1.1")
    for record in ArchiveIterator(io.BytesIO(ours)):
        payload = record.content_stream().read()
        head = None
        if record.rec_type == "response":
            lines = [*page.headers.items(), ("content-length", str(len(body)))]
            head = StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1")
        made = other.create_warc_record(
            "",
            record.rec_type,
            payload=io.BytesIO(payload),
            length=len(payload),
            warc_content_type=record.rec_headers.get_header("Content-Type"),
            warc_headers=StatusAndHeaders("", _told(record), protocol="WARC/1.1"),
            http_headers=head,
        )
        other.write_record(made)
    assert ours == theirs.getvalue()


@pytest.mark.parametrize("name", ["x-note", "x-été"])
@pytest.mark.parametrize("value", ["été", 'été; name="é"', "inline; filename=é.pdf", "50%é\x00", "\ud800"])
def test_header_with_letters_that_none_may_have_is_written(tmp_path: Path, name: str, value: str) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(a_page(headers={name: value}))
        path = writer.finish(RESULT)
    assert read_page(path, 0).headers[quote(name).lower()].replace("%C3%A9", "é") in (value, "?")


def _told(record: Any) -> list[tuple[str, str]]:
    """Return the headers of a record that do not follow from its content."""
    told = []
    for name, value in record.rec_headers.headers:
        if not name.startswith(("Content-", "WARC-Block-", "WARC-Payload-")):
            told.append((name, value))
    return told


def test_each_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(FIRST)
        rest = writer.finish(RESULT).read_bytes()
    members = []
    while rest:
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        members.append(member.decompress(rest))
        rest = member.unused_data
    assert len(members) == 4
    assert all(member.startswith(b"WARC/1.1\r\n") for member in members)


def test_the_result_is_read_without_its_pages_where_its_place_is_told(tmp_path: Path) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(FIRST)
        writer.write(SECOND)
        path = writer.finish(RESULT)
    content = bytearray(path.read_bytes())
    content[: writer.result_at] = bytes(writer.result_at)
    path.write_bytes(content)
    assert read_result(path, writer.result_at) == RESULT


@pytest.mark.parametrize("moved_by", [-1, 1, 10_000])
def test_a_wrong_place_of_the_result_is_an_error_and_no_result(tmp_path: Path, moved_by: int) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(FIRST)
        path = writer.finish(RESULT)
    with pytest.raises(PermanentError):
        read_result(path, writer.result_at + moved_by)


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


# -- files made to harm --------------------------------------------------------------------------------

MIB = 1 << 20
PACKED_HEADERS = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
CHUNKED_HEADERS = [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")]
GOOD = ("https://a.example/good", "200 OK", [("Content-Type", "text/html")], b"<p>good</p>")


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


@pytest.mark.parametrize(
    ("headers", "content", "body"),
    [
        (
            PACKED_HEADERS,
            b"<p>unpacked before it was archived</p>",
            b"<p>unpacked before it was archived</p>",
        ),
        (CHUNKED_HEADERS, b"<p>in one piece</p>", b"<p>in one piece</p>"),
        (CHUNKED_HEADERS, _chunk(b"<p>a") + _chunk(b"b</p>") + _chunk(b""), b"<p>ab</p>"),
        ([*CHUNKED_HEADERS, *PACKED_HEADERS[1:]], _chunk(gzip.compress(b"both")) + _chunk(b""), b"both"),
        ([("Content-Type", "text/html"), ("Content-Encoding", "zstd")], b"no zstd", b"no zstd"),
        ([("Content-Type", "text/html"), ("Content-Encoding", "br")], b"no brotli", b"no brotli"),
        ([("Content-Type", "text/html"), ("Content-Encoding", "what, ever")], b"as it is", b"as it is"),
        ([("Content-Type", "text/html"), ("Content-Encoding", "gzip, " * 40)], b"as it is", b"as it is"),
        (CHUNKED_HEADERS, b"FFFFFFFFFF\r\ncut", b"FFFFFFFFFF\r\ncut"),
        (PACKED_HEADERS, gzip.compress(bytes(30 * MIB)), None),
        (PACKED_HEADERS, bytes(11 * MIB), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_page_packed_in_whatever_way_keeps_no_other_from_being_read(
    tmp_path: Path, headers: list[tuple[str, str]], content: bytes, body: bytes | None
) -> None:
    path = _foreign(tmp_path, ("https://a.example/1", "200 OK", headers, content), GOOD)
    bodies = {page.url[-1]: page.body for _, page in read_pages(path)}
    expected = {"d": b"<p>good</p>"}
    if body is not None:
        expected["1"] = body
    assert bodies == expected


def test_a_description_without_its_page_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "hostile.warc.gz"
    with path.open("wb") as file:
        warc: Any = WARCWriter(file, gzip=True)
        description = b'{"source_id": "' + b"a" * MIB + b'"}'
        for number in range(64):
            warc.write_record(
                warc.create_warc_record(
                    "urn:x",
                    "metadata",
                    payload=io.BytesIO(description),
                    warc_content_type="application/vnd.maplewire.page+json",
                    warc_headers_dict={"WARC-Concurrent-To": f"<urn:{number}>"},
                )
            )
    tracemalloc.start()
    try:
        whole = description[:-1] + b', "requested_url": null, "found_through": null, "entry": null}'
        path.write_bytes(b"".join(_record_bytes(number, whole) for number in range(64)))
        assert list(read_pages(path)) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * MIB


def _record_bytes(number: int, content: bytes) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:m{number}>\r\n"
        f"WARC-Date: 2026-01-17T12:00:00Z\r\nContent-Type: application/vnd.maplewire.page+json\r\n"
        f"WARC-Concurrent-To: <urn:{number}>\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + content + b"\r\n\r\n")


def test_a_result_is_not_read_for_the_pages_and_is_bounded_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "hostile.warc.gz"
    with path.open("wb") as file:
        warc: Any = WARCWriter(file, gzip=True)
        content = bytes(RESULT_LIMIT + 1)
        warc.write_record(
            warc.create_warc_record(
                "urn:x",
                "metadata",
                payload=io.BytesIO(content),
                length=len(content),
                warc_content_type="application/vnd.maplewire.crawl-result+json",
            )
        )
    tracemalloc.start()
    try:
        assert list(read_pages(path)) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB
    with pytest.raises(PermanentError, match="damaged"):
        read_result(path)


@pytest.mark.parametrize(
    ("written", "taken_as"),
    [
        ("0001-01-01T00:00:00+14:00", datetime(1990, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", datetime(9000, 1, 1, tzinfo=UTC)),
        ("2026-01-17T12:00:00+02:00", datetime(2026, 1, 17, 10, tzinfo=UTC)),
    ],
)
def test_a_page_of_an_impossible_time_is_read_with_a_possible_one(
    tmp_path: Path, written: str, taken_as: datetime
) -> None:
    content = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nab"
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:1>\r\n"
        f"WARC-Date: {written}\r\nWARC-Target-URI: https://a.example/1\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    path = tmp_path / "f.warc"
    path.write_bytes(head.encode() + content + b"\r\n\r\n")
    ((_, page),) = read_pages(path)
    assert page.fetched_at == taken_as


def test_a_part_is_a_batch_of_its_own_and_the_rest_comes_into_another(tmp_path: Path) -> None:
    with BatchWriter(tmp_path, "b1") as writer:
        writer.write(FIRST)
        part = writer.finish_part(replace(RESULT, batch_id="b1-1", pages=1))
        assert [page.url for _, page in read_pages(part)] == [FIRST.url]
        assert writer.write(SECOND) == 0
        rest = writer.finish(replace(RESULT, pages=1))
    assert (part.name, rest.name) == ("b1-1.warc.gz", "b1.warc.gz")
    assert [page.url for _, page in read_pages(rest)] == [SECOND.url]
    assert sorted(path.name for path in tmp_path.iterdir()) == [part.name, rest.name]
    assert read_result(rest, writer.result_at) == replace(RESULT, pages=1)


def test_each_page_is_read_again_from_its_place(batch: Path) -> None:
    placed = list(read_placed_pages(batch))
    assert [(number, page) for number, page, _ in placed] == list(read_pages(batch))
    for _, page, place in placed:
        assert read_page_at(batch, place) == page


def test_a_place_without_a_page_is_told(batch: Path) -> None:
    for place in (7, batch.stat().st_size, 10**9):
        with pytest.raises(PermanentError):
            read_page_at(batch, place)
