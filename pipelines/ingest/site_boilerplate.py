"""What the sites of a batch print around everything.

It is read once a site, learnt page by page, and kept after some thousand pages and at the end of the batch.
What one site repeats is no text of others that print it, either: a paper that has a ministry's notice takes
over the paragraph that stands under all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.urls import site_of_canonical
from pipelines.dedup import learnt, read_page, repeated_on_page
from pipelines.model import Article, PageParagraphs, SiteBoilerplate
from pipelines.ports import Ledger

#: Pages after which it is kept: what they showed takes some MiB of memory until then.
MOST_UNKEPT = 2_000
#: Sites in a transaction. To begin and end one for each took a fifteenth of a page where most come alone, and
#: other runs wait for some hundredths of a second.
_SITES_AT_ONCE = 50


class BoilerplateLearner:
    """The boilerplate of the sites that are met.

    What a batch teaches is written when `MOST_UNKEPT` pages were read, and at its end. So a batch that is
    killed teaches what was kept, and later what is left of it. Two workers add to what the other learnt;
    until the end each knows what was there when it met the site.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, SiteBoilerplate] = {}
        self._repeated: dict[str, frozenset[int]] = {}
        #: Of all sites; None until the first page is met.
        self._repeated_anywhere: set[int] | None = None
        #: What was read since the last time it was kept.
        self._read: dict[str, list[PageParagraphs]] = {}
        self._unkept = 0

    def repeated_around(self, article: Article) -> frozenset[int]:
        """Return the hashes of the repeated paragraphs that an article may have.

        This article is counted.
        """
        return self.repeated_on(site_of_canonical(article.canonical_url), read_page(article.id, article.body))

    def repeated_on(self, site: str, page: PageParagraphs | None) -> frozenset[int]:
        """Return the hashes of the repeated paragraphs that a site's page may have.

        This page is counted. See `repeated_on_page`.
        """
        before = self._known.get(site) or self._ledger.site_boilerplate(site)
        known = before
        if page is not None:
            known = learnt(before, [page])
            self._read.setdefault(site, []).append(page)
            self._unkept += 1
        if site not in self._repeated or known.repeated is not before.repeated:
            self._repeated[site] = frozenset(known.repeated)
            self._anywhere().update(known.repeated)
        self._known[site] = known
        return repeated_on_page(page, self._repeated[site], self._anywhere())

    def _anywhere(self) -> set[int]:
        """Return what any site repeats.

        As it was known when the batch began, and was learnt since.
        """
        if self._repeated_anywhere is None:
            self._repeated_anywhere = set(self._ledger.repeated_paragraphs())
        return self._repeated_anywhere

    def keep_learnt_of_many(self) -> None:
        """Write what was learnt where it is of many pages."""
        if self._unkept >= MOST_UNKEPT:
            self.keep_learnt()

    def keep_learnt(self) -> None:
        """Write what was learnt since the last time."""
        sites = list(self._read)
        for start in range(0, len(sites), _SITES_AT_ONCE):
            self._keep_learnt_of(sites[start : start + _SITES_AT_ONCE])
        self._read.clear()
        self._unkept = 0

    def _keep_learnt_of(self, sites: Sequence[str]) -> None:
        """Write what was learnt of some sites."""
        with self._ledger.deciding() as decisions:
            for site in sites:
                # Read anew: another worker may have added to it meanwhile.
                known = decisions.site_boilerplate(site)
                decisions.save_site_boilerplate(site, learnt(known, self._read[site]))
