"""A page that was screened out: what is kept of it, and when it is read after all.

Whatever we have of the same page goes before the screen: an article in a story, and a person's word on it. So
does a story whose words the page prints: it may be a copy, whomever it names.

    quick text ──► its first long lines ──► print ──► articles with the same words? ──► read after all
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawlers.errors import PermanentError
from crawlers.model import Page
from crawlers.urls import canonical_url, without_tracking
from pipelines.dedup import opening_print_of
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.marked import marked_label
from pipelines.ingest.same_article import PageListing
from pipelines.model import SCREENED, Article, Screened, Stamp, TextPrint, article_id
from pipelines.ports import Decisions

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Bytes of a line that may be a paragraph: fifteen words, or thirty Chinese characters. A shorter one is a
#: heading or a teaser.
_SHORTEST_PARAGRAPH = 90
#: Bytes that a copy is known by: three hundred words, or six hundred characters. Their print costs half a
#: millisecond, that of all lines two.
_OPENING = 1_800


class PageToBeRead(Exception):
    """A page was screened out, and what it says is needed."""


def unread_article(page: Page, tree: HtmlElement) -> Article:
    """Return what is kept of a screened page: its address, title and listed date."""
    from pipelines.extract import quick_title

    try:
        canonical = canonical_url(page.url)
    except PermanentError:
        canonical = page.url
    title, published = "", None
    if page.entry is not None:
        title = page.entry.title
        published = _listed_stamp(page)
    return Article(
        id=article_id(canonical),
        url=without_tracking(page.url),
        canonical_url=canonical,
        source_id=page.source_id,
        title=title or quick_title(tree),
        body="",
        collected=page.fetched_at,
        published=published,
        flags=(SCREENED,),
    )


def _listed_stamp(page: Page) -> Stamp | None:
    entry = page.entry
    if entry is None or entry.published is None:
        return None
    return Stamp(entry.published, entry.published_precision or "second", entry.published_zone, "feed")


def opening_print(quick_text: str) -> TextPrint:
    """Return the print of the first paragraphs of a page, each line once.

    Other copies are found by it as by the print of an article. It is empty for a page without paragraphs.
    """
    opening: dict[bytes, None] = {}
    room = _OPENING
    for line in quick_text.split("\n"):
        if room < _SHORTEST_PARAGRAPH:
            break
        # A character has a byte at least, so the rest of a line of megabytes is not looked at.
        paragraph = line[:room].encode("utf-8", "replace")[:room]
        if len(paragraph) < _SHORTEST_PARAGRAPH or paragraph in opening:
            continue
        opening[paragraph] = None
        room -= len(paragraph)
    return opening_print_of([paragraph.decode("utf-8", "ignore") for paragraph in opening])


def must_be_read(judged: JudgedArticle, listing: PageListing | None, decisions: Decisions) -> bool:
    """Tell whether a screened page has to be read for what we have of it.

    It may be that of an article in a story, or one that a person spoke of, or print the words of a story.
    """
    if judged.screened is not Screened.OUT:
        return False
    known_ids = list(dict.fromkeys(_known_ids(judged, listing, decisions)))
    for known_id in known_ids:
        stored = decisions.article(known_id)
        if stored is not None and stored.story_id is not None:
            return True
    if marked_label(known_ids, decisions) is not None:
        return True
    return bool(decisions.candidates(judged.text))


def _known_ids(judged: JudgedArticle, listing: PageListing | None, decisions: Decisions) -> Iterator[str]:
    """Yield the ids under which an article of this page may be known."""
    addresses = [judged.article.id]
    if listing is not None:
        for address_id in (listing.asked_id, listing.reached_id, listing.former_id):
            if address_id is not None:
                addresses.append(address_id)
    yield from addresses
    known_id = decisions.article_at(addresses)
    if known_id is not None:
        yield known_id
    if listing is not None and listing.entry.guid:
        yield from decisions.articles_of_guid(listing.entry.source_id, listing.entry.guid)
