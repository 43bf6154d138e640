"""From a page to a judged article, before the ledger is asked.

    page ──► extracted ──► what its site repeats (the ledger knows) ──► judged

Reading takes as long as a page makes it take. `DirectPageReader` reads in this process and waits for it;
`pipelines.adapters.page_worker` reads in a process that can be ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from crawlers.errors import PermanentError
from crawlers.freshness import is_old, max_age
from crawlers.model import Page, Source
from crawlers.urls import site_of
from pipelines.beat.beat import Beat
from pipelines.beat.organisations import organisations_of
from pipelines.beat.source_sites import SourceSites
from pipelines.dedup import read_page
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.publisher import publisher_of
from pipelines.model import BACKFILLED, OLD, Article, PageParagraphs, Publisher

#: What is asked of the ledger in the middle.
#: A site, and a page's paragraphs → hashes of the paragraphs that the site repeats.
RepeatedOnSite = Callable[[str, PageParagraphs | None], frozenset[int]]


class PageTooCostly(PermanentError):
    """Reading a page took more time or memory than one page may take.

    It says nothing about the article: nobody knows what the page shows.
    """


class PageReader(Protocol):
    """Reads pages, one at a time."""

    def read(
        self, page: Page, repeated_on: RepeatedOnSite, on_slow: Callable[[], None], *, is_backfill: bool
    ) -> JudgedArticle:
        """Return the article of a page, judged.

        `on_slow` may be called once, while a page takes long, so that others need not wait for it. Raises
        PermanentError where the page shows no article, and PageTooCostly where that would take too long.
        """
        ...


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """A page's article, and what its site is asked for."""

    article: Article
    publisher: Publisher
    site: str
    paragraphs: PageParagraphs | None


class ReadingSteps:
    """The two steps of reading a page, which need nothing but the beat."""

    def __init__(self, beat: Beat) -> None:
        self._beat = beat
        self._sites = SourceSites(beat.sources)
        self._organisations = organisations_of(beat.outlets)

    def extract(self, page: Page, *, is_backfill: bool) -> ExtractedPage:
        """Extract a page. Raises PermanentError where it shows no article."""
        # trafilatura costs half a second to import, and `maplewire status` needs none of it.
        from pipelines.extract import check_for_wall, extract

        if is_backfill:
            check_for_wall(page)
        listing_source = self._beat.source(page.source_id)
        own_source = self._sites.find_source(page.url, listing_source)
        # Whose page it is knows its clock best; else who listed it may.
        article = extract(page, own_source or listing_source, page.fetched_at, self._organisations)
        if is_backfill:
            article = replace(article, flags=(*article.flags, BACKFILLED))
        elif _is_no_news(article, page, listing_source):
            article = replace(article, flags=(*article.flags, OLD))
        publisher = publisher_of(article.canonical_url, listing_source, self._sites, self._organisations)
        site = site_of(article.canonical_url)
        return ExtractedPage(article, publisher, site, read_page(article.id, article.body))

    def judge(self, extracted: ExtractedPage, repeated: frozenset[int]) -> JudgedArticle:
        """Return the article judged.

        `repeated` are hashes of paragraphs that its site prints around everything.
        """
        return JudgedArticle.of(extracted.article, extracted.publisher, self._beat, repeated)


def _is_no_news(article: Article, page: Page, listing_source: Source | None) -> bool:
    """Tell whether an article was too old for its source when its page was fetched.

    The date is the page's own, where it has one: a listing may date its whole past anew.
    """
    published = article.published
    if published is None or listing_source is None:
        return False
    limit = max_age(listing_source, page.entry)
    return is_old(published.at, published.precision, limit, page.fetched_at)


class DirectPageReader:
    """Reads pages in this process, without limits."""

    def __init__(self, beat: Beat) -> None:
        self._steps = ReadingSteps(beat)

    def read(
        self,
        page: Page,
        repeated_on: RepeatedOnSite,
        on_slow: Callable[[], None],  # noqa: ARG002 - nobody can be called while this process reads
        *,
        is_backfill: bool,
    ) -> JudgedArticle:
        """Return the article of a page, judged."""
        extracted = self._steps.extract(page, is_backfill=is_backfill)
        return self._steps.judge(extracted, repeated_on(extracted.site, extracted.paragraphs))
