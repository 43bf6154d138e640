"""A known article at a new address.

An article's id comes from an address, and some sites give an article several: with a token that changes
at each poll, with a corrected slug, on a redirect. Here it is decided that the page of an unknown address is
a known article. All is pure but for the reads of what is stored.

    before texts are compared   the address is known as another one of an article
                                the page names a known article as itself, and has its text
                                its title had an address that leads here or is gone, and it has that text
                                the known address that was asked for leads here     ┐ and the text is not
                                the guid is known, with the same title or path      ┘ another one
    after                       the text is that of a page of the same publisher that has the same guid,
                                or the same title at a like address

What is left is another article. If its text is the same, it is a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from crawlers.address_tokens import differ_in_one_token
from crawlers.errors import PermanentError
from crawlers.model import ListedEntry, Page
from crawlers.urls import canonical_url, same_site
from pipelines.dedup.overlap import compare
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.placement import is_another_text
from pipelines.model import Decision, Member, StoredArticle, TextPrint, article_id
from pipelines.ports import Decisions

#: Share of the shorter text that two states of one article have in common, where nothing but the text and a
#: like address speaks for it.
_SAME_TEXT = 0.8
#: Alikeness of two slugs from which one may be a correction of the other (`difflib`): most words stayed.
_LIKE_SLUG = 0.6
#: Characters of a slug. Shorter ones are numbers and letters in a row rather than words.
_SHORTEST_SLUG = 10
_NUMBERS = re.compile(r"\d+")
#: Pages of one publisher with a text, the most similar ones, of which one may be the article. A publisher
#: has two or three; each costs a read.
_MOST_COMPARED = 20


@dataclass(frozen=True, slots=True)
class PageListing:
    """How a page was listed, and the addresses that led to it."""

    entry: ListedEntry
    #: Ids of the canonical addresses that were listed and reached, without those that are none.
    asked_id: str | None = None
    reached_id: str | None = None
    #: Likewise of the address at which its title was listed before, and that is no page any more.
    former_id: str | None = None

    @classmethod
    def of(cls, page: Page) -> PageListing:
        """Return how a page was listed."""
        asked = page.entry.url if page.entry else page.requested_url or page.url
        address = _canonical(asked) or asked
        title, guid = "", None
        if page.entry is not None:
            title, guid = page.entry.title, page.entry.guid or None
        entry = ListedEntry(page.source_id, address, page.fetched_at, title, guid)
        former_id = _id_of(page.former_url) if page.former_url else None
        return cls(entry, _id_of(page.requested_url or asked), _id_of(page.url), former_id)

    def entry_of(self, known_id: str) -> ListedEntry | None:
        """Return how an article was listed; None where its address says all."""
        entry = self.entry
        if not entry.title and not entry.guid and not urlsplit(entry.address).query:
            return None
        return replace(entry, article_id=known_id)


def find_listed_article(
    judged: JudgedArticle, listing: PageListing, decisions: Decisions
) -> StoredArticle | None:
    """Return the known article that a page of an unknown address is, or None.

    Its listing, and the addresses that led to it, tell.
    """
    ids = [address_id for address_id in (judged.article.id, listing.reached_id) if address_id]
    known_id = decisions.article_at(ids)
    if known_id is not None:
        return decisions.article(known_id)
    for address_id in (_claimed_id(judged), listing.former_id, _path_id(judged)):
        named = _article_with_text(address_id, judged, decisions)
        if named is not None:
            return named
    if listing.asked_id and listing.asked_id != listing.reached_id:
        asked = _article_at(listing.asked_id, decisions)
        if asked is not None and _may_be_same(asked, judged):
            return asked
    for known in _articles_of_guid(listing, decisions):
        if _is_named_alike(known, judged, listing) and _may_be_same(known, judged):
            return known
    return None


def find_same_text(
    judged: JudgedArticle,
    members: Sequence[Member],
    decision: Decision,
    listing: PageListing,
    decisions: Decisions,
) -> StoredArticle | None:
    """Return the known article that an unknown page is by its text, or None.

    It is of the same publisher. `members` are the articles that the page was compared with, `decision` is
    what came of that.
    """
    own_members = []
    for member in members:
        if member.story_id in decision.story_ids and member.publisher_id == judged.publisher.id:
            own_members.append(member)
        if len(own_members) == _MOST_COMPARED:
            break
    if not own_members:
        return None
    of_guid = set()
    for known in _articles_of_guid(listing, decisions):
        of_guid.add(known.article.id)
    for member in own_members:
        known_article = decisions.article(member.article_id)
        if known_article is None or not _has_same_text(member.text, judged):
            continue
        if member.article_id in of_guid or _is_at_like_address(known_article, judged):
            return known_article
    return None


def other_addresses(found: JudgedArticle, listing: PageListing, known_id: str) -> tuple[str, ...]:
    """Return the ids of the addresses that led to an article, without its own.

    `found` is as the page has it by itself, `known_id` is the article's.
    """
    ids: dict[str, None] = {}
    for address_id in (found.article.id, listing.asked_id, listing.reached_id, _path_id(found)):
        if address_id is not None and address_id != known_id:
            ids[address_id] = None
    return tuple(ids)


# -- what is known ----------------------------------------------------------------------------------------


def _article_at(address_id: str, decisions: Decisions) -> StoredArticle | None:
    """Return the article that has this address, as its own or as another one."""
    stored = decisions.article(address_id)
    if stored is not None:
        return stored
    known_id = decisions.article_at([address_id])
    if known_id is None:
        return None
    return decisions.article(known_id)


def _claimed_id(judged: JudgedArticle) -> str | None:
    """Return the id of the address that a page names as its own, or None.

    Only of one that is not believed by itself.
    """
    if judged.article.claimed_canonical is None:
        return None
    return article_id(judged.article.claimed_canonical)


def _path_id(judged: JudgedArticle) -> str | None:
    """Return what stands for the path and title of a page off the beat.

    None where its address has no parameters. On the beat, texts are found by what they say.
    """
    address = judged.article.canonical_url
    if judged.relevance.relevant or not urlsplit(address).query:
        return None
    return article_id(f"{address.partition('?')[0]} {judged.article.title}")


def _article_with_text(
    address_id: str | None, judged: JudgedArticle, decisions: Decisions
) -> StoredArticle | None:
    """Return the article of an address, where a page has its text.

    The templates of some sites name one article on all pages, and titles are used again.
    """
    if address_id is None:
        return None
    known = _article_at(address_id, decisions)
    if known is None:
        return None
    if known.text is None:
        # Off the beat no text is kept.
        return known if known.content_hash == judged.content_hash else None
    return known if _has_same_text(known.text, judged) else None


def _articles_of_guid(listing: PageListing, decisions: Decisions) -> Iterator[StoredArticle]:
    if not listing.entry.guid:
        return
    for known_id in decisions.articles_of_guid(listing.entry.source_id, listing.entry.guid):
        stored = decisions.article(known_id)
        if stored is not None:
            yield stored


# -- comparing --------------------------------------------------------------------------------------------


def _is_named_alike(known: StoredArticle, judged: JudgedArticle, listing: PageListing) -> bool:
    """Tell whether two pages of one guid have a title or a path in common.

    Without either the guid is likely to be used again, for another item.
    """
    article = known.article
    if article.title in (judged.article.title, listing.entry.title):
        return True
    return _path_of(article.url) == _path_of(judged.article.url)


def _may_be_same(known: StoredArticle, judged: JudgedArticle) -> bool:
    """Tell whether a page keeps something of what a known article says."""
    if not same_site(known.article.url, judged.article.url):
        return False
    if known.text is None:
        return known.content_hash == judged.content_hash
    return not is_another_text(known, judged)


def _has_same_text(known: TextPrint, judged: JudgedArticle) -> bool:
    return compare(judged.text, known).of_smaller >= _SAME_TEXT


def _is_at_like_address(known: StoredArticle, judged: JudgedArticle) -> bool:
    """Tell whether two pages have addresses of one article.

    One names the other as itself. Or they have one title and one path, or paths of which one is a correction
    of the other. Sections of a site that print one text under paths of their own stay apart.
    """
    if known.article.claimed_canonical == judged.article.canonical_url:
        return True
    if known.article.title != judged.article.title:
        return False
    # A slash at the end comes and goes with the software of a site.
    here, there = _path_of(judged.article.url).rstrip("/"), _path_of(known.article.url).rstrip("/")
    if here != there and not (_is_corrected_path(there, here) or _has_other_token(known, judged)):
        return False
    # Last, since it reads both addresses whole and looks into the list of suffixes.
    return same_site(known.article.url, judged.article.url)


def _is_corrected_path(there: str, here: str) -> bool:
    """Tell whether one path may be a correction of the other.

    It has the same folder, and a like name in it.
    """
    folder_there, _, slug_there = there.rstrip("/").rpartition("/")
    folder_here, _, slug_here = here.rstrip("/").rpartition("/")
    if folder_there != folder_here:
        return False
    if min(len(slug_there), len(slug_here)) < _SHORTEST_SLUG:
        return False
    # "part-1" is no correction of "part-2".
    if _NUMBERS.findall(slug_there) != _NUMBERS.findall(slug_here):
        return False
    return SequenceMatcher(None, slug_there, slug_here, autojunk=False).ratio() >= _LIKE_SLUG


def _has_other_token(known: StoredArticle, judged: JudgedArticle) -> bool:
    """Tell whether two pages of one time have addresses that differ in one token.

    Reports of a kind ("Weather") have one title and like words, and each its own time.
    """
    if not differ_in_one_token(known.article.url, judged.article.url):
        return False
    here, there = judged.article.published, known.article.published
    return here is None or there is None or here.at == there.at


def _path_of(url: str) -> str:
    return urlsplit(url).path


def _canonical(url: str) -> str | None:
    try:
        return canonical_url(url)
    except PermanentError:
        return None


def _id_of(url: str) -> str | None:
    canonical = _canonical(url)
    if canonical is None:
        return None
    return article_id(canonical)
