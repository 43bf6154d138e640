"""What a site prints around everything, learnt from its articles (pure).

    article ──► its paragraphs ──► seen in three articles of the site? ──► boilerplate from then on

Articles are counted that differ in their longest paragraph, where none of these stands in another article. So
several versions or steps of one article do not turn its own text into boilerplate. Three such articles are
enough: on the generated reprints two let a shared report through, four miss the boilerplate of small sites.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence, Set
from itertools import compress
from operator import attrgetter, not_

from pipelines.dedup.text_print import LONGEST, paragraph_hash, paragraphs
from pipelines.model import PageParagraphs, SiteBoilerplate

#: Articles of a site in which a paragraph must stand to be boilerplate.
_ARTICLES = 3
#: Articles of a site that are remembered; what is printed around everything comes back within a few.
_ARTICLES_KEPT = 60
#: Paragraphs of an article that are remembered, the first and the last ones: boilerplate stands there.
_PARAGRAPHS_OF_ARTICLE = 200
#: Paragraphs known as boilerplate that are kept, the newest; sites change theirs.
_PARAGRAPHS_KEPT = 500

_OTHERS = attrgetter("others")


def read_page(article_id: str, body: str) -> PageParagraphs | None:
    """Return what one article shows of its site's boilerplate.

    None for one without text.
    """
    parts = paragraphs(body[:LONGEST])
    if not parts:
        return None
    longest = paragraph_hash(max(parts, key=len))
    if len(parts) > _PARAGRAPHS_OF_ARTICLE:
        half = _PARAGRAPHS_OF_ARTICLE // 2
        parts = parts[:half] + parts[-half:]
    digest = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    others = frozenset(map(paragraph_hash, parts)) - {longest}
    return PageParagraphs(int.from_bytes(digest, "big"), longest, others)


def learnt(boilerplate: SiteBoilerplate, pages: Iterable[PageParagraphs]) -> SiteBoilerplate:
    """Return a site's boilerplate as known after these articles, in this order.

    A later state of an article takes the place of the one before. The same one again changes nothing but
    the order.
    """
    recent = list(boilerplate.recent)
    repeated = list(boilerplate.repeated)
    for page in pages:
        recent = _with_page(recent, page)
        sharing = _pages_sharing(recent, page)
        if len(sharing) >= _ARTICLES:
            for part in page.others.difference(repeated):
                if _is_repeated(part, sharing):
                    repeated.append(part)
    return SiteBoilerplate(tuple(recent), tuple(repeated[-_PARAGRAPHS_KEPT:]))


def repeated_on_page(
    page: PageParagraphs | None, on_site: frozenset[int], anywhere: Set[int]
) -> frozenset[int]:
    """Return the hashes of the repeated paragraphs that a page may have.

    They are those that its site repeats, and of the page's own, but for its longest one, those that any site
    does.
    """
    if page is None:
        return on_site
    return on_site | (page.others & anywhere)


def _with_page(recent: list[PageParagraphs], page: PageParagraphs) -> list[PageParagraphs]:
    """Return the newest articles with one more, its earlier state left out."""
    others = []
    for known in recent:
        if known.article != page.article:
            others.append(known)
    return [*others, page][-_ARTICLES_KEPT:]


def _pages_sharing(recent: Sequence[PageParagraphs], page: PageParagraphs) -> list[PageParagraphs]:
    """Return the articles that share a paragraph with one."""
    # In C: it looks at sixty articles for each that arrives, and nearly none share anything.
    shares_nothing = map(page.others.isdisjoint, map(_OTHERS, recent))
    return list(compress(recent, map(not_, shares_nothing)))


def _is_repeated(part: int, pages: Iterable[PageParagraphs]) -> bool:
    """Tell whether enough articles that differ have a paragraph."""
    having = {}
    for page in pages:
        if part in page.others:
            having[page.longest] = page
    if len(having) < _ARTICLES:
        return False
    return _count_reports(list(having.values())) >= _ARTICLES


def _count_reports(pages: Sequence[PageParagraphs]) -> int:
    """Return how many reports some pages tell, steps of one report counted once.

    A report that its newsroom writes on keeps its paragraphs, so the longest of one step stands in others.
    """
    reports: list[list[PageParagraphs]] = []
    for page in pages:
        steps = [page]
        others = []
        for report in reports:
            if any(_are_steps(page, other) for other in report):
                steps += report
            else:
                others.append(report)
        reports = [*others, steps]
    return len(reports)


def _are_steps(one: PageParagraphs, other: PageParagraphs) -> bool:
    return one.longest in other.others or other.longest in one.others
