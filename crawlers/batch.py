"""A batch is a WARC 1.1 file (ISO 28500): what one crawl fetched, on its way to the pipeline.

    warcinfo                         who wrote the file
    metadata, response   (each page) what the listing said of the page; the page as it came
    metadata             (the end)   the CrawlResult: new feed states, reports, failures

The description stands before its page, so that a reader that has a page has all of it. A batch is
written as `ID.warc.gz.open` and renamed when it is complete: its pages, the new feed states and the
accounts arrive together or not at all. Any other WARC file, one of Common Crawl's news archives for
example, reads as a batch whose pages nobody described.

Bodies are stored decompressed. The headers that would then be wrong (content-encoding,
transfer-encoding, content-length) keep their values under `x-crawl-…`, the name Common Crawl uses.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from crawlers.errors import PermanentError
from crawlers.model import CrawlResult, Entry, Page

SUFFIX = ".warc.gz"
BACKFILL = "backfill-"
"""How the ids of batches from the past begin: what they hold is no news."""
PAGE_LIMIT = 10 * 1024 * 1024
"""Bytes of a decompressed page. Larger pages of foreign files are left out, like those of the web."""
RESULT_LIMIT = 1024 * 1024 * 1024
"""Bytes of a crawl's own result; a result is some kilobytes for each source."""

_Value = TypeVar("_Value")
_OPEN = ".open"
_SOFTWARE = "maplewire"
_PAGE_TYPE = "application/vnd.maplewire.page+json"
_RESULT_TYPE = "application/vnd.maplewire.crawl-result+json"
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_UNTRUE_ONCE_DECODED = ("content-encoding", "transfer-encoding", "content-length")


@dataclass(frozen=True, slots=True)
class _Described:
    """The part of a Page that the WARC response record has no place for."""

    source_id: str
    requested_url: str | None
    found_through: str | None
    entry: Entry | None


_described = TypeAdapter(_Described)
_result = TypeAdapter(CrawlResult)


class BatchWriter:
    """Writes one batch; a context manager. Left without `finish()`, it leaves no file behind.

    The open file is locked for as long as its writer lives, which is how `discard_leftovers()`
    tells a dead writer's file from one that is being written.
    """

    def __init__(self, folder: Path, batch_id: str) -> None:
        self.path = folder / f"{batch_id}{SUFFIX}"
        self.pages = 0
        self._open_path = open_path(folder, batch_id)
        self._file: IO[bytes] | None = None
        self._warc: Any = None

    def __enter__(self) -> Self:
        from warcio.warcwriter import WARCWriter

        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _locked_new_file(self._open_path)
        self._warc = WARCWriter(self._file, gzip=True, warc_version="1.1")
        info = {"software": _SOFTWARE, "format": "WARC File Format 1.1"}
        self._warc.write_record(self._warc.create_warcinfo_record(self.path.name, info))
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def write(self, page: Page) -> int:
        """Add a page; return its record number, 0 for the first."""
        record_id = f"<urn:uuid:{uuid4()}>"
        date = page.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        said = _Described(page.source_id, page.requested_url, page.found_through, page.entry)
        self._metadata(
            _described.dump_json(said), _PAGE_TYPE, date, page.url, {"WARC-Concurrent-To": record_id}
        )
        self._warc.write_record(
            self._warc.create_warc_record(
                page.url,
                "response",
                payload=BytesIO(page.body),
                length=len(page.body),
                http_headers=_http_headers(page),
                warc_headers_dict={"WARC-Record-ID": record_id, "WARC-Date": date},
            )
        )
        self.pages += 1
        return self.pages - 1

    def finish(self, result: CrawlResult) -> Path:
        """Add the result and make the batch visible under its name, which is returned.

        When this returns, the batch survives a crash of the machine.
        """
        assert self._file is not None, "finish() needs an open writer"
        date = result.finished.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._metadata(_result.dump_json(result), _RESULT_TYPE, date, f"urn:maplewire:{result.batch_id}", {})
        self._file.flush()
        os.fsync(self._file.fileno())
        self._open_path.rename(self.path)
        _sync_folder(self.path.parent)
        self._file.close()
        self._file = None
        return self.path

    def abort(self) -> None:
        """Remove an unfinished batch. Harmless after `finish()`, and a second time."""
        if self._file is not None:
            self._open_path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a full disk has no room for what is thrown away either
                self._file.close()
            self._file = None

    def _metadata(self, payload: bytes, kind: str, date: str, uri: str, headers: dict[str, str]) -> None:
        self._warc.write_record(
            self._warc.create_warc_record(
                uri,
                "metadata",
                payload=BytesIO(payload),
                length=len(payload),
                warc_content_type=kind,
                warc_headers_dict={"WARC-Date": date} | headers,
            )
        )


def read_pages(path: Path) -> Iterator[tuple[int, Page]]:
    """Yield (record number, page) in the order of writing, from a batch or any other WARC file.

    Of a foreign file, only HTML pages that were answered with 200 count; they have no source and
    no entry. A damaged or cut-off file raises PermanentError, after what could be read of it.
    """
    number = 0
    said: dict[str, _Described] = {}
    ours = finished = False
    for record in _records(path):
        content = record.headers.get("Content-Type", "")
        if record.kind == "warcinfo":
            ours = ours or f"software: {_SOFTWARE}" in record.body.decode("utf-8", "replace")
        elif content == _PAGE_TYPE:
            said[record.headers.get("WARC-Concurrent-To", "")] = _parse(path, record, _described)
        elif content == _RESULT_TYPE:
            finished = True
        elif record.kind == "response":
            page = _page(record, said.pop(record.record_id, None))
            if page is not None:
                yield number, page
                number += 1
    if ours and not finished:
        raise PermanentError(
            f"{path} is cut off after page {number}: the crawl's result is missing at its end"
        )


def read_page(path: Path, record: int) -> Page:
    """Return the page with this record number; PermanentError when there is none."""
    for _, page in islice(read_pages(path), record, None):
        return page
    raise PermanentError(f"{path} has no page {record}")


def read_result(path: Path) -> CrawlResult | None:
    """Return what the crawl said of itself at the end of its batch, None for a foreign WARC file."""
    result: CrawlResult | None = None
    for record in _records(path, only_metadata=True):
        if record.headers.get("Content-Type") == _RESULT_TYPE:
            result = _parse(path, record, _result)
    return result


def completed(folder: Path) -> list[Path]:
    """Return the complete batches in a folder, oldest first (batch ids sort by time)."""
    return sorted(folder.glob(f"*{SUFFIX}"))


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """When a batch became complete, and its size in bytes."""

    made: datetime
    size: int


class BatchFolder:
    """The complete batches of a folder that every worker sees: a disk of this machine, or one that all of them mount."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def publish(self, path: Path) -> None:
        """Nothing is to be done: a batch has its name from the moment when it is complete."""

    def names(self) -> list[str]:
        return [path.name for path in completed(self.path)]

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Path | None]:
        path = self.path / name
        yield path if path.exists() else None

    def facts(self, name: str) -> BatchFacts | None:
        try:
            found = (self.path / name).stat()
        except FileNotFoundError:
            return None
        return BatchFacts(datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


def discard_leftovers(folder: Path) -> list[Path]:
    """Remove what dead writers left open, and return it; a file that is being written stays."""
    removed = []
    for path in sorted(folder.glob(f"*{SUFFIX}{_OPEN}")):
        try:
            with path.open("rb") as leftover:
                fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed.append(path)
        except (BlockingIOError, FileNotFoundError):
            continue  # its writer lives, or has just renamed or removed it
    return removed


def open_path(folder: Path, batch_id: str) -> Path:
    """Return where a batch is written until it is complete."""
    return folder / f"{batch_id}{SUFFIX}{_OPEN}"


def _locked_new_file(path: Path) -> IO[bytes]:
    """Create a file and hold its lock. A clean-up may remove it between the two: then again."""
    while True:
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        except FileNotFoundError:
            pass
        file.close()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _http_headers(page: Page) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = [
        (f"x-crawl-{name}" if name in _UNTRUE_ONCE_DECODED else name, " ".join(value.split()))
        for name, value in page.headers.items()
    ]
    headers.append(("content-length", str(len(page.body))))
    return StatusAndHeaders(f"{page.status} {phrase}", headers, protocol="HTTP/1.1")


@dataclass(frozen=True, slots=True)
class _Record:
    """A WARC record, read to its end. `body` is None where it is over the limit."""

    kind: str
    record_id: str
    headers: Mapping[str, str]
    http_headers: Any
    date: Any
    content: bytes | None
    offset: int

    @property
    def body(self) -> bytes:
        return self.content or b""


def _records(path: Path, *, only_metadata: bool = False) -> Iterator[_Record]:
    """Yield the records of a WARC file; PermanentError names the place where it cannot be read."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.warcinfo | WarcRecordType.metadata
    offset = count = 0
    try:
        with path.open("rb") as stream:
            types = wanted if only_metadata else wanted | WarcRecordType.response
            for raw in ArchiveIterator(stream, record_types=types, parse_http=True, auto_decode="all"):
                offset = raw.stream_pos
                if raw.record_date is None or raw.record_id is None:
                    raise OSError("a record's head is cut off")
                record = _read(raw)
                count += 1
                yield record
    except FileNotFoundError as e:
        raise PermanentError(f"{path} does not exist") from e
    except (OSError, EOFError, ValueError) as e:
        raise PermanentError(f"{path} is damaged after byte {offset}: {e}") from e
    if count == 0:
        raise PermanentError(f"{path} is empty or no WARC file: it has no record that can be read")


def _read(raw: Any) -> _Record:
    length, encoded = raw.content_length, raw.http_headers is not None and _is_encoded(raw.http_headers)
    limit = RESULT_LIMIT if raw.headers.get("Content-Type") == _RESULT_TYPE else PAGE_LIMIT
    body: bytes = raw.reader.read(limit + 1)
    if not encoded and len(body) < min(length, limit):
        raise OSError(f"a record is cut off ({len(body)} of {length} bytes)")
    return _Record(
        kind=raw.headers.get("WARC-Type", ""),
        record_id=raw.headers.get("WARC-Record-ID", ""),
        headers=dict(raw.headers.items()),
        http_headers=raw.http_headers,
        date=raw.record_date,
        content=None if len(body) > limit else body,
        offset=raw.stream_pos,
    )


def _is_encoded(http_headers: Any) -> bool:
    names = {name.lower() for name, _ in http_headers.items()}
    return bool(names & {"content-encoding", "transfer-encoding"})


def _page(record: _Record, said: _Described | None) -> Page | None:
    """Return a response record as a page; None for one of a foreign file that is no article page."""
    http, url = record.http_headers, record.headers.get("WARC-Target-URI", "").strip("<>")
    if http is None or record.content is None:
        return None
    headers: dict[str, str] = {}
    for name, value in http.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if said is None:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if http.status_code != 200 or kind not in _HTML_TYPES or not url.startswith(("http://", "https://")):
            return None
        said = _Described("", None, None, None)
    return Page(
        url=url,
        body=record.content,
        fetched_at=record.date,
        status=http.status_code,
        headers=headers,
        source_id=said.source_id,
        requested_url=said.requested_url,
        found_through=said.found_through,
        entry=said.entry,
    )


def _parse(path: Path, record: _Record, adapter: TypeAdapter[_Value]) -> _Value:
    try:
        return adapter.validate_json(record.body)
    except ValidationError as e:
        raise PermanentError(
            f"{path} is damaged at byte {record.offset}: {e.error_count()} unreadable fields"
        ) from e
