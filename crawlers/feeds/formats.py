"""Which format a body has, and the reader for it."""

from __future__ import annotations

import re
import zlib
from datetime import datetime

from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.address_list import is_address_list, read_address_list
from crawlers.feeds.json_feed import read_json_feed
from crawlers.feeds.listing import Listing
from crawlers.feeds.sitemap import read_sitemap
from crawlers.feeds.syndication import read_syndication
from crawlers.feeds.text import decode_body, plain_line, unescape
from crawlers.model import Feed

#: After decompression.
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 2000

_GZIP_MAGIC = b"\x1f\x8b"
_WEB_PAGE = frozenset({"html", "head", "body", "meta", "script"})
_SITEMAP = frozenset({"urlset", "sitemapindex"})
_ROOT = re.compile(
    r"<(?:[A-Za-z_][\w.-]*+:)?"
    r"(rss|feed|rdf|channel|urlset|sitemapindex|html|head|body|meta|script)(?=[\s/>])",
    re.IGNORECASE,
)
#: How far into a document its root is looked for.
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
    """Read a listing in any format, whatever its type claims.

    `url` is the address it came from, `timezone` the IANA zone of dates that name none; `now` serves to
    complete dates that lack a year. Entries keep the feed's order and are listed once for each
    canonical address; beyond `limit` they are left out, with a problem line. A well-formed feed without
    entries is a Feed without entries: whether that is trouble depends on what it had before.

    Raises FeedUnreadable, and nothing else, with a message that says what came instead of a feed.
    """
    listing = Listing(url=url, timezone=timezone, now=now, limit=limit)
    body = _unpack_body(body, listing)
    text = decode_body(body, content_type, timezone)
    start = text.lstrip("\ufeff \t\r\n\x00")
    if not start:
        raise FeedUnreadable(
            "the answer is empty; open the address in a browser and correct it in the catalogue"
        )
    if start[0] in "{[":
        return read_json_feed(start, listing)
    if is_address_list(start):
        return read_address_list(start, listing)
    root = _find_root(text)
    if root is None:
        raise FeedUnreadable(f"this is no feed: it begins with {start[:60]!r}")
    root_name = root[1].lower()
    if root_name in _WEB_PAGE:
        raise FeedUnreadable(_explain_web_page(text, listing))
    # What stands before the root is a declaration we no longer need, a DOCTYPE we must not obey (entity
    # bombs, external entities), or a server's warning that would make the whole feed ill-formed.
    document = text[root.start() :]
    if root_name in _SITEMAP:
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
    """Read a sitemap or a sitemap index, also as .gz.

    The sitemaps of an index are its `children`, newest first. Of more than `limit` addresses the
    newest are kept, for sitemaps come in any order. A feed in place of a sitemap is read as what it
    is: the protocol allows it. Raises FeedUnreadable like `parse_feed`.
    """
    return parse_feed(body, url=url, content_type=content_type, timezone=timezone, now=now, limit=limit)


def _find_root(text: str) -> re.Match[str] | None:
    """Return the first element that tells the format, or None.

    Comments, declarations and stray text before it are passed over.
    """
    start = text.find("<")
    while 0 <= start < _PROLOG_CHARS:
        if found := _ROOT.match(text, start):
            return found
        end = _end_of_markup(text, start)
        if end < 0:
            return None
        start = text.find("<", end)
    return None


def _end_of_markup(text: str, start: int) -> int:
    """Return where markup that is no root ends, or -1."""
    if text.startswith("<!--", start):
        return text.find("-->", start + 4)
    if text.startswith("<?", start):
        return text.find(">", start)
    if text[start : start + 9].upper() == "<!DOCTYPE":
        end = text.find(">", start)
        if "[" in text[start:end]:
            # Its inner declarations have their own ">".
            return text.find("]", start)
        return end
    return start + 1


def _unpack_body(body: bytes, listing: Listing) -> bytes:
    if body.startswith(_GZIP_MAGIC):
        body = _decompress_gzip(body, listing)
    if len(body) > MAX_BODY_BYTES:
        raise FeedUnreadable(f"the feed is larger than {MAX_BODY_BYTES // 2**20} MiB")
    return body


def _decompress_gzip(body: bytes, listing: Listing) -> bytes:
    """Decompress up to one byte more than is allowed.

    Where the end is broken, what came before it is kept.
    """
    out = bytearray()
    # A .gz file may have several members, one behind the other.
    while body.startswith(_GZIP_MAGIC) and len(out) <= MAX_BODY_BYTES:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(body, MAX_BODY_BYTES + 1 - len(out))
        except zlib.error as e:
            if not out:
                raise FeedUnreadable(f"the .gz file is damaged: {e}") from e
            listing.add_problem(f"the .gz file is damaged ({e}); what came before was read")
            break
        if not member.eof and len(out) <= MAX_BODY_BYTES:
            listing.add_problem("the .gz file breaks off; what came before was read")
        body = member.unused_data
    return bytes(out)


def _explain_web_page(text: str, listing: Listing) -> str:
    """Return the message for a web page in place of a feed."""
    head = text[:_PROLOG_CHARS]
    message = "the address answers with a web page"
    if title := _TITLE.search(head):
        message += f" (“{plain_line(title[1], 100)}”)"
    message += ", not a feed"
    link = _FEED_LINK.search(head)
    href = _HREF.search(link[0]) if link else None
    if href:
        try:
            return f"{message}; the page names this feed: {listing.resolve_address(unescape(href[1]))}"
        except PermanentError:
            # Then the page helps nobody: the general advice follows.
            pass
    return f"{message}: a consent or block page, or the feed has moved; check it in a browser"
