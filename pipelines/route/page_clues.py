"""Clues from what a page is: its site, its canonical link, its title's prefix."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipelines.beat.outlets import Outlet
from pipelines.model import Article, Publisher
from pipelines.route.clue import Clue, ClueKind, Findings
from pipelines.route.newsroom import is_own_newsroom

#: Characters. "CGTN: …" is a prefix, a long first half of a headline is not.
_LONGEST_PREFIX = 40


def read_site(article: Article, publisher: Publisher, found: Findings) -> None:
    """Read whose site the page stands on, and the canonical link to another site."""
    host = _host_of(article.canonical_url or article.url)
    organisations = found.organisations
    organisation = organisations.known(publisher.name) or organisations.find_by_host(host)
    if organisation is None and article.site_name:
        organisation = organisations.known(article.site_name)
    if organisation is None:
        if publisher.owner == "wire":
            _read_unknown_wire(publisher, host, found)
    else:
        _read_known_site(organisation, publisher, host, found)
    if article.cross_canonical:
        found.add_evidence("canonical elsewhere", article.cross_canonical, "link rel=canonical")
        elsewhere = organisations.find_by_host(_host_of(article.cross_canonical))
        if elsewhere:
            found.add_organisation(elsewhere, ClueKind.CANONICAL_LINK)


def read_title_prefix(article: Article, found: Findings) -> None:
    """Take "CGTN: …" where another clue supports it."""
    colon = ":" if ":" in article.title else "："
    prefix, found_colon, _ = article.title.partition(colon)
    if not found_colon or len(prefix) > _LONGEST_PREFIX:
        return
    organisation = found.organisations.known(prefix)
    if organisation is None or organisation.kind == "release":
        return
    found.add_evidence("title prefix", f"{prefix}:", "title")
    # Alone it may be the subject of the headline: "Reuters: we were hacked".
    is_carried = found.is_paid or found.find_best_clue("carrier") is not None
    if is_carried or found.names_organisation(organisation):
        found.add_organisation(organisation, ClueKind.TITLE_PREFIX)


def _read_known_site(organisation: Outlet, publisher: Publisher, host: str, found: Findings) -> None:
    if organisation.kind == "release":
        found.add_evidence("carrier site", publisher.name, host)
        found.add_organisation(organisation, ClueKind.CARRIER_SITE)
    elif publisher.owner == "wire":
        found.add_evidence("own site", publisher.name, host)
        found.add_organisation(organisation, ClueKind.OWN_SITE)
    elif found.names_organisation(organisation):
        found.add_evidence("own site", publisher.name, host)


def _read_unknown_wire(publisher: Publisher, host: str, found: Findings) -> None:
    """Tell a service that carries others' texts from an agency with its own."""
    origin = found.find_best_clue("origin")
    if origin and is_own_newsroom(origin.name, publisher):
        found.add_evidence("own site", publisher.name, host)
    elif origin or found.is_paid or found.find_best_clue("carrier"):
        found.add_evidence("carrier site", publisher.name, host)
        found.clues.append(Clue("carrier", publisher.name, ClueKind.CARRIER_SITE))


def _host_of(url: str) -> str:
    """Return the host of an address, "" for one that is broken."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
