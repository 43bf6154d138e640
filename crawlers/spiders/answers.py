"""Whether an answer is the web page that was asked for."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from scrapy.http import Response, TextResponse

from crawlers.challenges import find_wall
from crawlers.spiders.document_end import CUT_OFF, is_whole
from crawlers.spiders.trouble import FetchTrouble, trouble_of_status

_HTML = ("text/html", "application/xhtml+xml")
# Types that servers send for pages that they do not know the type of.
_UNDECLARED = (
    "",
    "text/plain",
    "application/octet-stream",
    "application/xml",
    "text/xml",
    "binary/octet-stream",
)
_HTML_MARKS = (b"<html", b"<!doctype html", b"<head", b"<body")
_SNIFFED_BYTES = 2048
_QUOTED_CHARS = 100
#: The name that Scrapy has for it.
_UTF_8 = "utf-8"
#: A longer validator is no validator but a server's error.
_VALIDATOR_CHARS = 512


def is_html(content_type: str, body: bytes) -> bool:
    """Tell whether an answer is a web page.

    Its type decides, or its look where the type says nothing.
    """
    media_type = _media_type(content_type)
    if media_type in _HTML:
        return True
    head = body[:_SNIFFED_BYTES].lower()
    return media_type in _UNDECLARED and any(mark in head for mark in _HTML_MARKS)


def may_be_html(content_type: str) -> bool:
    """Tell whether a body that is to come may be a page."""
    return _media_type(content_type) in (*_HTML, *_UNDECLARED)


def trouble_of_answer(response: Response, asked_url: str, now: datetime) -> FetchTrouble | None:
    """Return why a page or a listing did not come, or None where something came."""
    trouble = trouble_of_status(response, now)
    # What these say of a page, its text does not change.
    if response.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        wall = find_wall(asked_url, response.url, read_headers(response), _read_source(response))
        if wall is not None:
            wait_s = trouble.retry_after_s if trouble else None
            # A wall that says 503 is as much a wall as one that says 200.
            return FetchTrouble("doubtful", str(wall), "forbidden", response.status, wait_s)
    return trouble


def why_no_page(response: Response) -> FetchTrouble | None:
    """Return why a good answer is no article page, or None."""
    if CUT_OFF in response.flags and not is_whole(response.body):
        return FetchTrouble("temporary", "the answer was cut off", "connection")
    packing = read_header(response, "Content-Encoding")
    if packing:
        # The header of what was unpacked is removed.
        reason = f"packed in a way we cannot open: {packing[:_QUOTED_CHARS]}"
        return FetchTrouble("permanent", reason, "unreadable")
    content_type = read_header(response, "Content-Type")
    if not is_html(content_type, response.body):
        media_type = content_type.partition(";")[0].strip()[:_QUOTED_CHARS] or "no type given"
        return FetchTrouble("permanent", f"not a page: {media_type}", "unreadable")
    return None


def _read_source(response: Response) -> str | bytes:
    """Return the characters of an answer, "" of one that is no text.

    What is in UTF-8 is returned as bytes.
    """
    if not isinstance(response, TextResponse):
        return ""
    try:
        # To decode it first takes longer than to look through it.
        return response.body if response.encoding == _UTF_8 else response.text
    except (ValueError, LookupError):
        # A declared encoding that is none (`charset=idna`).
        return response.body


def read_header(response: Response, name: str) -> str:
    """Return the value of one header, "" where it is missing."""
    return (response.headers.get(name) or b"").decode("latin-1")


def read_validator(response: Response, name: str) -> str | None:
    """Return a validator that can be sent back as it is.

    None where it is missing or could not be a header of ours.
    """
    value = read_header(response, name).strip()
    if value.isprintable() and 0 < len(value) <= _VALIDATOR_CHARS:
        return value
    return None


def read_headers(response: Response) -> dict[str, str]:
    """Return all headers, their names in small letters."""
    headers = {}
    for name, values in response.headers.items():
        headers[name.decode("latin-1").lower()] = b", ".join(values).decode("latin-1")
    return headers


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
