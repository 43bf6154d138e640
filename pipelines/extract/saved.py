"""Saved pages and batches as plain records, for `maplewire extract PATH…`."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.batch import read_pages
from crawlers.dates import zone_of_label
from crawlers.errors import CrawlError, PermanentError
from crawlers.model import Page
from crawlers.urls import canonical_url
from pipelines.extract.article import extract
from pipelines.extract.claims import read_claims
from pipelines.extract.document import MAX_BYTES, parse
from pipelines.extract.encoding import decode
from pipelines.model import Article, Stamp

log = logging.getLogger(__name__)

#: What a file may be wrong in; anything else is a bug of ours.
_EXPECTED = (CrawlError, OSError, EOFError, zlib.error)
_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
_GZIP_BEGINNING = b"\x1f\x8b"
#: Stands for the address of a page that gives none.
_UNKNOWN = "https://unknown.invalid/"


def extract_paths(paths: Iterable[Path], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield one record for each page in `paths`, in order.

    A path is `.html`, `.html.gz`, `.warc`, `.warc.gz`, or a folder, which stands for all such files
    in it.

    A record has `path, url, title, body, authors, credits, published, published_precision, updated, lang,
    summary, site, provenance, flags`. Times are ISO 8601 with the offset that the page gave, "Z" where it
    gave none ("2026-01-16T20:15:00+08:00"): the instant and the day that its readers saw. Where only the day
    is known it is that day's midnight, and `published_precision` is "day". What cannot be read has
    `path`, `url` and `error` in place of the rest, and never stops the others.
    """
    for path in paths:
        for file in _find_files(path):
            if _is_warc(file):
                yield from _extract_warc(file, now)
            else:
                yield _extract_file(file, now)


def read_saved_page(path: Path, now: datetime) -> Page:
    """Return the page of a file, as one that was fetched `now`.

    Its address is the one that it gives as its own, or stands for an unknown one: see `has_address`. Raises
    OSError where there is no such file, PermanentError where it cannot be unpacked.
    """
    raw = _read_unpacked(path)
    return Page(url=_find_own_address(raw), source_id="file", body=raw, fetched_at=now)


def has_address(page: Page) -> bool:
    """Tell whether a saved page gives an address as its own."""
    return page.url != _UNKNOWN


def as_shown(stamp: Stamp | None) -> str | None:
    """Return a time in ISO 8601 at the page's offset, "Z" for UTC and for none."""
    if stamp is None:
        return None
    local = stamp.at.astimezone(zone_of_label(stamp.zone))
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")


def _is_warc(file: Path) -> bool:
    return ".warc" in file.name.lower()


def _find_files(path: Path) -> list[Path]:
    """Return the saved pages of a folder, or the one file."""
    if not path.is_dir():
        return [path]
    files = []
    for file in path.rglob("*"):
        is_page = file.name.lower().endswith(_PAGE_ENDINGS) or _is_warc(file)
        if is_page and file.is_file():
            files.append(file)
    return sorted(files)


def _extract_file(path: Path, now: datetime) -> dict[str, Any]:
    try:
        return _record_of(path, read_saved_page(path, now), now)
    # A bad file never stops the others, nor does a bug that only its page meets.
    except Exception as e:  # noqa: BLE001
        return _error_record(path, None, _describe_error(e, path))


def _extract_warc(path: Path, now: datetime) -> Iterator[dict[str, Any]]:
    try:
        for _, page in read_pages(path):
            yield _record_of(path, page, now)
    except Exception as e:  # noqa: BLE001  (as for a single file)
        yield _error_record(path, None, _describe_error(e, path))


def _read_unpacked(path: Path) -> bytes:
    """Return the unpacked bytes, as many as a page may have.

    A small .gz can hold a lot.
    """
    with path.open("rb") as start:
        is_packed = start.read(len(_GZIP_BEGINNING)) == _GZIP_BEGINNING
    try:
        with gzip.open(path) if is_packed else path.open("rb") as file:
            # One byte more than is allowed, so that `extract` sees that it is too many.
            return file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error) as e:
        raise PermanentError(f"{path.name} is cut off or damaged: {e}") from e


def _find_own_address(raw: bytes) -> str:
    """Return the address that a saved page gives as its own, or a stand-in."""
    # It is refused later, with its reason.
    if len(raw) > MAX_BYTES:
        return _UNKNOWN
    text, _encoding = decode(raw)
    claims = read_claims(parse(text), "")
    candidates = (
        claims.canonical,
        claims.og_url,
        claims.article.get("url"),
        claims.article.get("mainEntityOfPage"),
    )
    for address in candidates:
        if isinstance(address, str) and _is_web_address(address):
            return address
    return _UNKNOWN


def _is_web_address(address: str) -> bool:
    if not address.startswith(("http://", "https://")):
        return False
    try:
        canonical_url(address)
    except PermanentError:
        return False
    return True


# -- records --------------------------------------------------------------------------------------


def _record_of(path: Path, page: Page, now: datetime) -> dict[str, Any]:
    try:
        article = extract(page, None, now)
        fields = _fields_of(article)
    except Exception as e:  # noqa: BLE001  (the next page of a batch has its own line)
        return _error_record(path, _known_address(page.url), _describe_error(e, path))
    return {"path": str(path), **fields}


def _error_record(path: Path, url: str | None, error: str) -> dict[str, Any]:
    return {"path": str(path), "url": url, "error": error}


def _fields_of(article: Article) -> dict[str, Any]:
    return {
        "url": _known_address(article.canonical_url),
        "title": article.title,
        "body": article.body,
        "authors": list(article.authors),
        "credits": [asdict(credit) for credit in article.credits],
        "published": as_shown(article.published),
        "published_precision": article.published.precision if article.published else None,
        "updated": as_shown(article.updated),
        "lang": article.lang,
        "summary": article.summary,
        "site": article.site_name,
        "provenance": dict(article.provenance),
        "flags": list(article.flags),
    }


def _known_address(url: str) -> str | None:
    if url.startswith(_UNKNOWN):
        return None
    return url


def _describe_error(error: Exception, path: Path) -> str:
    # Its own text begins with the number of an error.
    if isinstance(error, FileNotFoundError):
        return f"there is no file {path}"
    if not isinstance(error, _EXPECTED):
        bug = f"{type(error).__name__}: {error}"
        log.error("bug while extracting %s", path, exc_info=error)
        return f"Maplewire has a bug that this page meets ({bug}); please report it, with the page"
    return str(error) or f"{path.name} cannot be read ({type(error).__name__})"
