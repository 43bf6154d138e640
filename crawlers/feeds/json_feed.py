"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawlers.errors import FeedUnreadable
from crawlers.feeds.collect import Listing
from crawlers.model import Feed


def read_json_feed(text: str, listing: Listing) -> Feed:
    """Read a JSON Feed; a document with `items` that forgot its `version` is read too, and told so."""
    try:
        document = json.loads(text)
    except RecursionError as e:
        raise FeedUnreadable("this is JSON nested too deeply to be a feed") from e
    except ValueError as e:
        raise FeedUnreadable(f"this begins like JSON but cannot be read: {e}") from e
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedUnreadable("this is JSON but no JSON Feed: it has no list of “items”")
    if "jsonfeed.org/version/1" not in str(document.get("version")):
        listing.problem("it does not say version https://jsonfeed.org/version/1.1; read as if it did")
    listing.rest_on(document.get("home_page_url"))
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            _add(item, listing)
        else:
            listing.problem(f"item {number} is no JSON object and was left out")
    return listing.feed(title=document.get("title"), language=document.get("language"))


def _add(item: dict[str, Any], listing: Listing) -> None:
    guid = item.get("id")
    own_id = guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else None
    listing.add(
        link=item.get("url") or item.get("external_url") or own_id,
        title=item.get("title"),
        summary=item.get("summary") or item.get("content_text") or item.get("content_html"),
        guid=str(guid) if isinstance(guid, str | int | float) else None,
        published=item.get("date_published"),
        updated=item.get("date_modified"),
        language=item.get("language"),
        authors=_authors(item),
    )


def _authors(item: dict[str, Any]) -> Iterator[object]:
    several = item.get("authors")
    for author in several if isinstance(several, list) else [item.get("author")]:
        if isinstance(author, dict):
            yield author.get("name")
