"""Which source a page belongs to, by the site that it stands on (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.model import Source
from crawlers.urls import registrable_domain, site_of

#: How near a source's site is to a page's host. A host is at most 253 characters long, so that a whole host
#: in common goes before any part of one.
_SAME_HOST = 1_000
_SAME_DOMAIN = 1


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a source says to be its own: a host, and everything below it or beside it."""

    source: Source
    host: str
    #: The host was written into `sites`: the rest of its domain may be somebody else's.
    is_written: bool

    def nearness(self, host: str) -> int:
        """Return how near this is to a host of the same domain.

        0 means that the host is not the source's own.
        """
        if host == self.host:
            return _SAME_HOST
        if not self.is_written:
            return _SAME_DOMAIN
        if host.endswith(f".{self.host}"):
            return len(self.host)
        return 0


class SourceSites:
    """The sites of all sources.

    A source's own site is that of its listing (`same_site`), or its `sites` where some are written. One
    that is turned off is known as well: it is not asked, and its pages are still its own.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._claims_by_domain: dict[str, list[_Claim]] = {}
        for source in sources:
            if not source.sites:
                self._add(_Claim(source, site_of(source.url), is_written=False), source.url)
            for host in source.sites:
                self._add(_Claim(source, host, is_written=True), f"https://{host}/")

    def _add(self, claim: _Claim, url: str) -> None:
        self._claims_by_domain.setdefault(registrable_domain(url), []).append(claim)

    def find_source(self, url: str, listing_source: Source | None = None) -> Source | None:
        """Return the source whose site an address is on, None where nobody knows the site.

        Of several it is the one that listed the page; else the one whose host is nearest; else the first of
        the catalogue, so that it does not matter who asked first. Raises PermanentError for no address.
        """
        host = site_of(url)
        nearest: Source | None = None
        most = 0
        for claim in self._claims_by_domain.get(registrable_domain(url), ()):
            nearness = claim.nearness(host)
            if nearness and listing_source is not None and claim.source.id == listing_source.id:
                return listing_source
            if nearness > most:
                nearest, most = claim.source, nearness
        return nearest
