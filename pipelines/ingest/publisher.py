"""Who publishes an article: whose site its page is on, whoever listed it (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from crawlers.model import Owner, Source
from crawlers.urls import site_of
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.beat.outlets import OutletKind
from pipelines.beat.source_sites import SourceSites
from pipelines.model import Publisher

_OWNERS: Mapping[OutletKind, Owner] = {
    "state_media": "state",
    "government": "government",
    "agency": "wire",
    "release": "wire",
}


def publisher_of(
    canonical_url: str,
    listing_source: Source | None,
    sites: SourceSites,
    organisations: Organisations = EVERYWHERE,
) -> Publisher:
    """Return what the deciders know of the site that a page is on.

    A source that lists another site's page lends it nothing. A site of no source goes by its own name, and by
    what `organisations` know of who runs it.
    """
    source = sites.find_source(canonical_url, listing_source)
    if source is not None:
        return Publisher(source.id, source.name, source.owner, source.tier, source.country)
    site = site_of(canonical_url)
    organisation = organisations.find_by_host(urlsplit(canonical_url).hostname or "")
    if organisation is None:
        return Publisher(id=site, name=site)
    return Publisher(site, organisation.name, _OWNERS[organisation.kind])
