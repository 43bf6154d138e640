"""Saved pages and batches as plain records, for `maplewire extract PATH…`."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
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
from pipelines.extract.document import MAX_BYTES, decode, parse
from pipelines.model import Article, Stamp

_PAGES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
_UNKNOWN = "https://unknown.invalid/"


def extract_paths(paths: Iterable[Path], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield one record for each page in `paths`, in order: `.html`, `.html.gz`, `.warc`, `.warc.gz`, or
    a folder, which stands for all such files in it.

    A record has `path, url, title, body, authors, published, published_precision, updated, lang, summary,
    site, provenance, flags`. Times are ISO 8601 with the offset that the page gave, "Z" where it gave
    none ("2026-01-16T20:15:00+08:00"): the instant and the day that its readers saw. Where only the day
    is known it is that day's midnight, and `published_precision` is "day". What cannot be read has
    `path`, `url` and `error` in place of the rest, and never stops the others.
    """
    for path in paths:
        for file in _files(path):
            yield from _from_warc(file, now) if ".warc" in file.name.lower() else [_from_file(file, now)]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        f
        for f in path.rglob("*")
        if f.is_file() and (f.name.lower().endswith(_PAGES) or ".warc" in f.name.lower())
    )


def _from_file(path: Path, now: datetime) -> dict[str, Any]:
    try:
        raw = _read(path)
        url = _own_address(raw)
        return _record(path, Page(url=url, source_id="file", body=raw, fetched_at=now), now)
    except (CrawlError, OSError) as e:
        return {"path": str(path), "url": None, "error": _sentence(e, path)}


def _from_warc(path: Path, now: datetime) -> Iterator[dict[str, Any]]:
    try:
        for _, page in read_pages(path):
            yield _record(path, page, now)
    except (CrawlError, OSError, EOFError, zlib.error) as e:
        yield {"path": str(path), "url": None, "error": _sentence(e, path)}


def _read(path: Path) -> bytes:
    """Return a file's bytes, unpacked. Reads no more than a page may have: a small .gz can hold a lot."""
    with path.open("rb") as start:
        packed = start.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error) as e:
        raise PermanentError(f"{path.name} is cut off or damaged: {e}") from e


def _own_address(raw: bytes) -> str:
    """Return the address that a saved page gives as its own, or a stand-in where it gives none."""
    if len(raw) > MAX_BYTES:
        return _UNKNOWN
    claims = read_claims(parse(decode(raw)[0]), "")
    for claim in (
        claims.canonical,
        claims.og_url,
        claims.article.get("url"),
        claims.article.get("mainEntityOfPage"),
    ):
        if isinstance(claim, str) and claim.startswith(("http://", "https://")):
            try:
                canonical_url(claim)
            except PermanentError:
                continue
            return claim
    return _UNKNOWN


def _record(path: Path, page: Page, now: datetime) -> dict[str, Any]:
    try:
        article = extract(page, None, now)
    except PermanentError as e:
        return {"path": str(path), "url": _shown(page.url), "error": str(e)}
    return {"path": str(path), **_as_dict(article)}


def _as_dict(article: Article) -> dict[str, Any]:
    return {
        "url": _shown(article.canonical_url),
        "title": article.title,
        "body": article.body,
        "authors": list(article.authors),
        "published": as_shown(article.published),
        "published_precision": article.published.precision if article.published else None,
        "updated": as_shown(article.updated),
        "lang": article.lang,
        "summary": article.summary,
        "site": article.site_name,
        "provenance": dict(article.provenance),
        "flags": list(article.flags),
    }


def as_shown(stamp: Stamp | None) -> str | None:
    """Return a time in ISO 8601 at the offset that the page gave, "Z" for UTC and for none."""
    if stamp is None:
        return None
    local = stamp.at.astimezone(zone_of_label(stamp.zone))
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")


def _shown(url: str) -> str | None:
    return None if url.startswith(_UNKNOWN) else url


def _sentence(error: Exception, path: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no file {path}"
    return str(error) or f"{path.name} cannot be read ({type(error).__name__})"
