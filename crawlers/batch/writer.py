"""Writing a batch, which is complete or not there."""

from __future__ import annotations

import contextlib
import fcntl
import os
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from crawlers.batch.format import (
    PAGE_TYPE,
    RESULT_TYPE,
    SOFTWARE,
    SUFFIX,
    PageDescription,
    crawl_result_json,
    open_path,
    page_description_json,
)
from crawlers.batch.record_file import Headers, digest_of, new_record_id, warc_date, write_record
from crawlers.model import CrawlResult, Page
from crawlers.private_files import make_private_folder, open_private

_ASCII = bytes(range(128))
_RESPONSE_TYPE = "application/http; msgtype=response"
# The body is stored decompressed and in one piece.
_UNTRUE_ONCE_DECODED = ("content-encoding", "transfer-encoding", "content-length")


class BatchWriter:
    """Writes one batch; a context manager.

    Left without `finish()`, it leaves no file behind. The open file is locked for as long as its
    writer lives, which is how `discard_leftovers()` tells a dead writer's file from one that is being
    written.
    """

    def __init__(self, folder: Path, batch_id: str) -> None:
        self.path = folder / f"{batch_id}{SUFFIX}"
        self.pages = 0
        #: The byte at which the result of the batch that was finished last begins.
        self.result_at = 0
        self._open_path = open_path(folder, batch_id)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._begin()
        return self

    def _begin(self) -> None:
        """Open a file for the pages to come."""
        make_private_folder(self.path.parent)
        self._file = _create_locked(self._open_path)
        headers = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", new_record_id()),
            ("WARC-Filename", self.path.name),
            ("WARC-Date", warc_date(datetime.now(UTC))),
        ]
        info = f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\n"
        self._write_record(headers, "application/warc-fields", info.encode())

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def write(self, page: Page) -> int:
        """Add a page; return its record number, 0 for the first."""
        record_id = new_record_id()
        description = PageDescription(
            page.source_id,
            page.requested_url,
            page.found_through,
            page.entry,
            page.former_url,
            page.is_scope_sample,
        )
        self._write_metadata(
            page_description_json().dump_json(description),
            PAGE_TYPE,
            page.fetched_at,
            page.url,
            [("WARC-Concurrent-To", record_id)],
        )
        headers = [
            ("WARC-Record-ID", record_id),
            ("WARC-Date", warc_date(page.fetched_at)),
            ("WARC-Type", "response"),
            ("WARC-Target-URI", page.url),
            ("WARC-Payload-Digest", digest_of(page.body)),
        ]
        self._write_record(headers, _RESPONSE_TYPE, _http_head(page), page.body)
        self.pages += 1
        return self.pages - 1

    def finish(self, result: CrawlResult) -> Path:
        """Add the result and give the batch its name; return its path.

        When this returns, the batch survives a crash of the machine.
        """
        assert self._file is not None, "finish() needs an open writer"
        payload = crawl_result_json().dump_json(result)
        self.result_at = self._file.tell()
        self._write_metadata(payload, RESULT_TYPE, result.finished, f"urn:maplewire:{result.batch_id}")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._open_path.rename(self.path)
        _sync_folder(self.path.parent)
        self._file.close()
        self._file = None
        return self.path

    def finish_part(self, result: CrawlResult) -> Path:
        """Finish what was written so far as a batch named by its result; return its path.

        What is written from then on comes into the batch of the name that was given at the beginning.
        """
        last_path = self.path
        self.path = last_path.with_name(f"{result.batch_id}{SUFFIX}")
        part_path = self.finish(result)
        self.path = last_path
        self.pages = 0
        self._begin()
        return part_path

    def abort(self) -> None:
        """Remove an unfinished batch.

        Harmless after `finish()`, and a second time.
        """
        if self._file is None:
            return
        self._open_path.unlink(missing_ok=True)
        # A full disk has no room for what is thrown away either.
        with contextlib.suppress(OSError):
            self._file.close()
        self._file = None

    def _write_metadata(
        self, payload: bytes, content_type: str, at: datetime, uri: str, more_headers: Headers = ()
    ) -> None:
        headers = [
            ("WARC-Date", warc_date(at)),
            *more_headers,
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", new_record_id()),
            ("WARC-Target-URI", uri),
            ("WARC-Payload-Digest", digest_of(payload)),
        ]
        self._write_record(headers, content_type, payload)

    def _write_record(self, headers: Headers, content_type: str, *content: bytes) -> None:
        assert self._file is not None, "a writer is open for as long as it is written to"
        write_record(self._file, headers, content_type, *content)


def _http_head(page: Page) -> bytes:
    """Return what stands before a page's body in an answer."""
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {page.status} {phrase}"]
    for name, value in page.headers.items():
        if name in _UNTRUE_ONCE_DECODED:
            name = f"x-crawl-{name}"
        # A folded header would break the record's own lines.
        lines.append(f"{name}: {' '.join(value.split())}")
    lines.append(f"content-length: {len(page.body)}")
    # Servers send letters in headers that none may have; they are written as in addresses.
    return quote("\r\n".join([*lines, "", ""]), safe=_ASCII, errors="replace").encode()


def _create_locked(path: Path) -> IO[bytes]:
    """Create a file and hold its lock.

    A clean-up may remove the file between the two: then it is created again.
    """
    while True:
        file = open_private(path, "xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        except FileNotFoundError:
            pass
        file.close()


def _sync_folder(folder: Path) -> None:
    # Without it the new name may be lost in a crash, though the file itself is safe.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
