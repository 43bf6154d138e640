"""Find out what a body is and hand it to the reader for it."""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from html import unescape

from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.collect import Listing
from crawlers.feeds.json_feed import read_json_feed
from crawlers.feeds.sitemap import read_sitemap
from crawlers.feeds.syndication import read_syndication
from crawlers.feeds.text import decode, plain
from crawlers.model import Feed

MAX_BODY_BYTES = 10 * 1024 * 1024
"""After decompression."""
MAX_ENTRIES = 2000

_ROOT = re.compile(
    r"<(?:[A-Za-z_][\w.-]*+:)?(rss|feed|rdf|channel|urlset|sitemapindex|html|head|body|meta|script)(?=[\s/>])",
    re.IGNORECASE,
)
_PROLOG_CHARS = 200_000
_FEED_LINK = re.compile(
    r"<link\b[^<>]{0,500}type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)[^<>]{0,500}>", re.I
)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,300})", re.IGNORECASE)


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    timezone: str,
    now: datetime,
    limit: int = MAX_ENTRIES,
) -> Feed:
    """Read a listing in any format we know, whatever its `Content-Type` claims.

    `url` is the address it came from, `timezone` the IANA zone of dates that name none; `now` serves to
    complete dates that lack a year. Entries keep the feed's order and are listed once for each
    canonical address; beyond `limit` they are left out, with a problem line. A well-formed feed without
    entries is a Feed without entries: whether that is trouble depends on what it had before.

    Raises FeedUnreadable, and nothing else, with a message that says what came instead of a feed.
    """
    listing = Listing(url=url, timezone=timezone, now=now, limit=limit)
    body = _unpacked(body, listing)
    text = decode(body, content_type, timezone)
    start = text.lstrip("\ufeff \t\r\n\x00")
    if not start:
        raise FeedUnreadable(
            "the answer is empty; open the address in a browser and correct it in the catalogue"
        )
    if start[0] in "{[":
        return read_json_feed(start, listing)
    root = _root(text)
    if root is None:
        raise FeedUnreadable(f"this is no feed: it begins with {start[:60]!r}")
    kind = root[1].lower()
    if kind in ("html", "head", "body", "meta", "script"):
        raise FeedUnreadable(_html_message(text, listing))
    # What stands before the root is a declaration we no longer need, a DOCTYPE we must not obey (entity
    # bombs, external entities), or a server's warning that would make the whole feed ill-formed.
    document = text[root.start() :]
    if kind in ("urlset", "sitemapindex"):
        return read_sitemap(document, listing)
    return read_syndication(document, listing)


def parse_sitemap(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    timezone: str,
    now: datetime,
    limit: int = MAX_ENTRIES,
) -> Feed:
    """Read a news sitemap, a plain sitemap or a sitemap index (its `children`, newest first), also as .gz.

    Of more than `limit` addresses the newest are kept, for sitemaps come in any order. A feed in place
    of a sitemap is read as what it is: the protocol allows it. Raises FeedUnreadable like `parse_feed`.
    """
    return parse_feed(body, url=url, content_type=content_type, timezone=timezone, now=now, limit=limit)


def _root(text: str) -> re.Match[str] | None:
    """Find the first element that tells what a document is, past comments, declarations and stray text."""
    at = text.find("<")
    while 0 <= at < _PROLOG_CHARS:
        if found := _ROOT.match(text, at):
            return found
        end = at + 1
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<?", at):
            end = text.find(">", at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = text.find(">", at)
            if "[" in text[at:end]:
                end = text.find("]", at)
        if end < 0:
            return None
        at = text.find("<", end)
    return None


def _unpacked(body: bytes, listing: Listing) -> bytes:
    if body[:2] == b"\x1f\x8b":
        body = _gunzipped(body, listing)
    if len(body) > MAX_BODY_BYTES:
        raise FeedUnreadable(f"the feed is larger than {MAX_BODY_BYTES // 2**20} MiB")
    return body


def _gunzipped(body: bytes, listing: Listing) -> bytes:
    """Decompress up to one byte more than is allowed. A broken end keeps what came before it."""
    out = bytearray()
    while body[:2] == b"\x1f\x8b" and len(out) <= MAX_BODY_BYTES:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(body, MAX_BODY_BYTES + 1 - len(out))
        except zlib.error as e:
            if not out:
                raise FeedUnreadable(f"the .gz file is damaged: {e}") from e
            listing.problem(f"the .gz file is damaged ({e}); what came before was read")
            break
        if not member.eof and len(out) <= MAX_BODY_BYTES:
            listing.problem("the .gz file breaks off; what came before was read")
        body = member.unused_data
    return bytes(out)


def _html_message(text: str, listing: Listing) -> str:
    title = _TITLE.search(text[:_PROLOG_CHARS])
    named = f" (“{plain(title[1], 100)}”)" if title else ""
    message = f"the address answers with a web page{named}, not a feed"
    link = _FEED_LINK.search(text[:_PROLOG_CHARS])
    href = _HREF.search(link[0]) if link else None
    try:
        if href:
            return f"{message}; the page names this feed: {listing.address(unescape(href[1]))}"
    except PermanentError:
        pass
    return f"{message}: a consent or block page, or the feed has moved; check it in a browser"
