"""Small builders for tests: every value has a sensible default, a test names only what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crawlers.model import Entry, Page, Source
from pipelines.model import Article, Document, Publisher, Stamp, article_id

NOON = datetime(2026, 1, 17, 12, 0, tzinfo=UTC)


def a_source(id: str = "daily", **fields: Any) -> Source:  # noqa: A002
    return Source(
        **{"id": id, "name": id.title(), "kind": "feed", "url": f"https://{id}.example/feed.xml"} | fields
    )


def an_entry(n: int = 1, **fields: Any) -> Entry:
    return Entry(**{"url": f"https://daily.example/{n}", "title": f"Title {n}", "published": NOON} | fields)


def a_page(url: str = "https://daily.example/1", body: bytes | str = b"<html></html>", **fields: Any) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(**{"url": url, "source_id": "daily", "body": raw, "fetched_at": NOON} | fields)


def a_stamp(at: datetime = NOON, **fields: Any) -> Stamp:
    return Stamp(**{"at": at, "precision": "second", "zone": "+00:00", "provenance": "json-ld"} | fields)


def a_publisher(id: str = "daily", **fields: Any) -> Publisher:  # noqa: A002
    return Publisher(**{"id": id, "name": id.title()} | fields)


def an_article(url: str = "https://daily.example/1", **fields: Any) -> Article:
    defaults: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source_id": "daily",
        "title": "A title",
        "body": "A first paragraph.\n\nA second paragraph.",
        "collected": NOON,
        "lang": "en",
    }
    return Article(**defaults | fields)


def a_document(n: int = 1, **fields: Any) -> Document:
    defaults: dict[str, Any] = {
        "id": f"a{n}",
        "seq": n,
        "story_id": f"s{n}",
        "url": f"https://daily.example/{n}",
        "site": "daily.example",
        "source": "daily",
        "source_name": "The Daily",
        "title": f"Title {n}",
        "body": "A first paragraph.",
        "lang": "en",
        "collected": NOON,
        "published": NOON,
    }
    return Document(**defaults | fields)
