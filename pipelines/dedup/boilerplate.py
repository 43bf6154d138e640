"""What a site prints around everything: learnt from its articles as they come, and left out of prints (pure).

    article ──► its paragraphs ──► seen in three articles of the site? ──► furniture from then on

Counted are articles that differ in their longest paragraph, so that several versions of one article do not turn its own text
into furniture. Three such articles are enough: on the generated reprints two let a shared report through, four miss
the furniture of small sites.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import compress
from operator import attrgetter, not_

from pipelines.dedup.text_print import LONGEST, paragraph_hash, paragraphs
from pipelines.model import PageParagraphs, SiteBoilerplate

_ARTICLE, _OTHERS = attrgetter("article"), attrgetter("others")
_ARTICLES = 3
_RECENT = 60
"""Articles of a site that are remembered; what is printed around everything comes back within a few."""
_PARAGRAPHS = 200
"""Paragraphs of an article that are remembered, the first and the last ones: furniture stands there."""
_KEPT = 500
"""Paragraphs known as furniture, the newest; sites change theirs."""


def read_page(article_id: str, body: str) -> PageParagraphs | None:
    """Return what one article tells of its site's furniture; None for one without text."""
    parts = paragraphs(body[:LONGEST])
    if not parts:
        return None
    longest = paragraph_hash(max(parts, key=len))
    if len(parts) > _PARAGRAPHS:
        parts = parts[: _PARAGRAPHS // 2] + parts[-_PARAGRAPHS // 2 :]
    key = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return PageParagraphs(
        int.from_bytes(key, "big"), longest, frozenset(map(paragraph_hash, parts)) - {longest}
    )


def learnt(furniture: SiteBoilerplate, pages: Iterable[PageParagraphs]) -> SiteBoilerplate:
    """Return what is known of a site's furniture after these articles, in this order.

    A later state of an article takes the place of the one before; the same one again changes nothing but the order.
    """
    recent, repeated = list(furniture.recent), furniture.repeated
    for page in pages:
        if page.article in map(_ARTICLE, recent):
            recent = [known for known in recent if known.article != page.article]
        recent = [*recent, page][-_RECENT:]
        near = list(compress(recent, map(not_, map(page.others.isdisjoint, map(_OTHERS, recent)))))
        if len(near) >= _ARTICLES:
            found = [part for part in page.others.difference(repeated) if _is_repeated(part, near)]
            repeated = (*repeated, *found) if found else repeated
    return SiteBoilerplate(tuple(recent), repeated[-_KEPT:])


def _is_repeated(part: int, pages: Iterable[PageParagraphs]) -> bool:
    return len({page.longest for page in pages if part in page.others}) >= _ARTICLES
