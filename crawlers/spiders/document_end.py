"""Whether a document has its end."""

from __future__ import annotations

import json
import re

#: Scrapy's flag of an answer that ended before its announced end.
CUT_OFF = "dataloss"
_TAIL_BYTES = 4096
#: What closes a page or a listing; comments of caches may follow.
_CLOSING_TAG = re.compile(rb"</(\w+:)?(html|rss|feed|rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)


def is_whole(body: bytes) -> bool:
    """Tell whether a document has its end: its last tag, or JSON that can be read."""
    # In UTF-16 each letter of a tag has a zero beside it.
    tail = body[-_TAIL_BYTES:].replace(b"\0", b"")
    if _CLOSING_TAG.search(tail):
        return True
    if body.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
