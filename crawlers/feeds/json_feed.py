"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawlers.errors import FeedUnreadable
from crawlers.feeds.listing import Listing
from crawlers.model import Feed

#: Ids of 128 bits have 39. Python raises for more than 4,300, which would lose the whole feed.
_INTEGER_DIGITS = 100


def read_json_feed(text: str, listing: Listing) -> Feed:
    """Read a JSON Feed.

    A document with `items` but without `version` is read too, with a problem line. Raises
    FeedUnreadable for anything else.
    """
    document = _load_document(text)
    items = document.get("items")
    if not isinstance(items, list):
        raise FeedUnreadable("this is JSON but no JSON Feed: it has no list of “items”")
    if "jsonfeed.org/version/1" not in str(document.get("version")):
        listing.add_problem("it does not say version https://jsonfeed.org/version/1.1; read as if it did")
    listing.set_base(document.get("home_page_url"))
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            _add_item(item, listing)
        else:
            listing.add_problem(f"item {number} is no JSON object and was left out")
    return listing.make_feed(title=document.get("title"), language=document.get("language"))


def _read_integer(digits: str) -> int | None:
    if len(digits) > _INTEGER_DIGITS:
        return None
    return int(digits)


def _load_document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_int=_read_integer)
    except RecursionError as e:
        raise FeedUnreadable("this is JSON nested too deeply to be a feed") from e
    except ValueError as e:
        raise FeedUnreadable(f"this begins like JSON but cannot be read: {e}") from e
    if not isinstance(document, dict):
        return {}
    return document


def _add_item(item: dict[str, Any], listing: Listing) -> None:
    guid = item.get("id")
    # Many feeds give the page's address as id alone, as the specification proposes.
    id_as_link = None
    if isinstance(guid, str) and guid.startswith(("http://", "https://")):
        id_as_link = guid
    listing.add_entry(
        link=item.get("url") or item.get("external_url") or id_as_link,
        title=item.get("title"),
        summary=item.get("summary") or item.get("content_text") or item.get("content_html"),
        guid=str(guid) if isinstance(guid, str | int | float) else None,
        published=item.get("date_published"),
        updated=item.get("date_modified"),
        language=item.get("language"),
        authors=_author_names(item),
    )


def _author_names(item: dict[str, Any]) -> Iterator[object]:
    # Version 1.0 has one `author`, version 1.1 a list.
    authors = item.get("authors")
    if not isinstance(authors, list):
        authors = [item.get("author")]
    for author in authors:
        if isinstance(author, dict):
            yield author.get("name")
