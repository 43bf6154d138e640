"""Reading a batch, or any other WARC file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from crawlers.batch.content import decode_content
from crawlers.batch.format import (
    PAGE_LIMIT,
    PAGE_TYPE,
    RESULT_LIMIT,
    RESULT_TYPE,
    SOFTWARE,
    PageDescription,
    crawl_result_json,
    page_description_json,
)
from crawlers.date_bounds import FIRST_YEAR
from crawlers.errors import PermanentError
from crawlers.model import CrawlResult, Page

_Value = TypeVar("_Value")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_NOT_DESCRIBED = PageDescription("", None, None, None)
#: Between these a page's time is believed, so that every zone can show it, and hours can be added to it.
_FIRST_TIME = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_LAST_TIME = datetime(9000, 1, 1, tzinfo=UTC)
#: Bytes that are skipped at once.
_BLOCK = 1 << 20


def read_pages(path: Path) -> Iterator[tuple[int, Page]]:
    """Yield (record number, page) in the order of writing.

    Of a foreign WARC file, only HTML pages that were answered with 200 count; they have no source and
    no entry. A damaged or cut-off file raises PermanentError, after what could be read of it.
    """
    for number, page, _place in read_placed_pages(path):
        yield number, page


def read_placed_pages(path: Path, at: int = 0) -> Iterator[tuple[int, Page, int]]:
    """Yield (record number, page, place) as `read_pages` does.

    The place is the byte at which the page begins with its description, and from which it can be read again.
    Pages that are packed together have the same place. A start other than 0 is such a place.
    """
    number = 0
    # Its writer puts a description right before its page. All of a foreign file's would fill the memory.
    described_id = ""
    description = _NOT_DESCRIBED
    place = 0
    is_ours = has_result = False
    for record in _read_records(path, skipped_type=RESULT_TYPE, at=at):
        content_type = record.headers.get("Content-Type", "")
        if record.kind == "warcinfo":
            is_ours = is_ours or f"software: {SOFTWARE}" in record.body.decode("utf-8", "replace")
        elif content_type == PAGE_TYPE:
            described_id = record.headers.get("WARC-Concurrent-To", "")
            description = _parse_json(path, record, page_description_json())
            place = record.offset
        elif content_type == RESULT_TYPE:
            has_result = True
        elif record.kind == "response":
            is_described = record.record_id == described_id
            page = _make_page(record, description if is_described else None)
            if page is not None:
                yield number, page, place if is_described else record.offset
                number += 1
    if is_ours and not has_result:
        raise PermanentError(
            f"{path} is cut off after page {number}: the crawl's result is missing at its end"
        )


def read_page_at(path: Path, place: int) -> Page:
    """Return the page that begins at a byte.

    Raises PermanentError where none does.
    """
    for _, page, _ in read_placed_pages(path, place):
        return page
    raise PermanentError(f"{path} has no page at byte {place}")


def read_page(path: Path, record: int) -> Page:
    """Return the page with this record number.

    Raises PermanentError where there is none.
    """
    for _, page in islice(read_pages(path), record, None):
        return page
    raise PermanentError(f"{path} has no page {record}")


def read_result(path: Path, at: int = 0) -> CrawlResult | None:
    """Return the result of a batch, None for a foreign file.

    Where its writer has told at which byte the result begins, the pages before it are not read.
    """
    result: CrawlResult | None = None
    for record in _read_records(path, only_metadata=True, at=at):
        if record.headers.get("Content-Type") == RESULT_TYPE:
            result = _parse_json(path, record, crawl_result_json())
    return result


@dataclass(frozen=True, slots=True)
class _Record:
    """A WARC record, read to its end."""

    kind: str
    record_id: str
    headers: Mapping[str, str]
    http_headers: Any
    date: Any
    #: None where it is over the limit.
    content: bytes | None
    offset: int

    @property
    def body(self) -> bytes:
        """Return the content, empty where it is over the limit."""
        return self.content or b""


def _read_records(
    path: Path, *, only_metadata: bool = False, skipped_type: str | None = None, at: int = 0
) -> Iterator[_Record]:
    """Yield the records of a WARC file from a byte on, at which one begins.

    Those of the skipped type come without their content. Raises PermanentError, which names the
    place where it cannot be read.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    types = WarcRecordType.warcinfo | WarcRecordType.metadata
    if not only_metadata:
        types |= WarcRecordType.response
    offset = count = 0
    try:
        with path.open("rb") as stream:
            stream.seek(at)
            for raw in ArchiveIterator(stream, record_types=types, parse_http=True):
                offset = raw.stream_pos
                if raw.record_date is None or raw.record_id is None:
                    raise OSError("a record's head is cut off")
                record = _read_record(raw, skipped_type)
                count += 1
                yield record
    except FileNotFoundError as e:
        raise PermanentError(f"{path} does not exist") from e
    except (OSError, EOFError, ValueError) as e:
        raise PermanentError(f"{path} is damaged after byte {offset}: {e}") from e
    if count == 0:
        raise PermanentError(f"{path} is empty or no WARC file: it has no record that can be read")


def _read_record(raw: Any, skipped_type: str | None) -> _Record:
    """Return a record with its content.

    Raises OSError where that is cut off.
    """
    length = raw.content_length
    content_type = raw.headers.get("Content-Type")
    if content_type == skipped_type:
        content = None
        size = _skip_content(raw)
    else:
        limit = RESULT_LIMIT if content_type == RESULT_TYPE else PAGE_LIMIT
        content = _read_content(raw, limit)
        size = min(length, limit) if content is None else len(content)
        length = min(length, limit)
    if size < length:
        raise OSError(f"a record is cut off ({size} of {length} bytes)")
    if content is not None and raw.http_headers is not None:
        content = decode_content(content, _join_headers(raw.http_headers), PAGE_LIMIT)
    return _Record(
        kind=raw.headers.get("WARC-Type", ""),
        record_id=raw.headers.get("WARC-Record-ID", ""),
        headers=dict(raw.headers.items()),
        http_headers=raw.http_headers,
        date=raw.record_date,
        content=content,
        offset=raw.stream_pos,
    )


def _read_content(raw: Any, limit: int) -> bytes | None:
    """Return a record's content as it lies, None where it is over the limit."""
    # One byte more tells what is over the limit.
    content: bytes = raw.reader.read(limit + 1)
    return content if len(content) <= limit else None


def _skip_content(raw: Any) -> int:
    """Read over a record's content; return its size."""
    size = 0
    while block := raw.reader.read(_BLOCK):
        size += len(block)
    return size


def _make_page(record: _Record, description: PageDescription | None) -> Page | None:
    """Return a response record as a page.

    None for one of a foreign file that is no article page, and for one that is too large.
    """
    if record.http_headers is None or record.content is None:
        return None
    url = record.headers.get("WARC-Target-URI", "").strip("<>")
    status = record.http_headers.status_code
    headers = _join_headers(record.http_headers)
    if description is None:
        if not _is_article_page(url, status, headers):
            return None
        description = _NOT_DESCRIBED
    return Page(
        url=url,
        body=record.content,
        fetched_at=_possible_time(record.date),
        status=status,
        headers=headers,
        source_id=description.source_id,
        requested_url=description.requested_url,
        found_through=description.found_through,
        entry=description.entry,
        former_url=description.former_url,
        is_scope_sample=description.is_scope_sample,
    )


def _possible_time(at: datetime) -> datetime:
    """Return when a page was fetched, as the nearest time at which it can be."""
    # By years: close to the first and the last, a zone leads out of what a datetime can be.
    if at.year < _FIRST_TIME.year:
        return _FIRST_TIME
    if at.year >= _LAST_TIME.year:
        return _LAST_TIME
    return at.astimezone(UTC)


def _join_headers(http_headers: Any) -> dict[str, str]:
    """Return headers by name, those of one name joined by commas."""
    headers: dict[str, str] = {}
    for raw_name, value in http_headers.items():
        name = raw_name.lower()
        if name in headers:
            headers[name] += f", {value}"
        else:
            headers[name] = value
    return headers


def _is_article_page(url: str, status: int, headers: Mapping[str, str]) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return status == 200 and media_type in _HTML_TYPES and url.startswith(("http://", "https://"))


def _parse_json(path: Path, record: _Record, adapter: TypeAdapter[_Value]) -> _Value:
    try:
        return adapter.validate_json(record.body)
    except ValidationError as e:
        raise PermanentError(
            f"{path} is damaged at byte {record.offset}: {e.error_count()} unreadable fields"
        ) from e
