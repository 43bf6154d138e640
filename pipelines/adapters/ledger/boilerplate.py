"""Rows of what sites print around everything."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipelines.adapters.ledger.codec import REPEATED_PARAGRAPHS, SITE_BOILERPLATE
from pipelines.adapters.ledger.schema import site_boilerplate
from pipelines.adapters.ledger.statements import upsert_rows
from pipelines.model import SiteBoilerplate


def read_site_boilerplate(connection: Connection, site: str) -> SiteBoilerplate:
    """Return what a site prints around everything, as far as it is known."""
    query = select(site_boilerplate.c.facts).where(site_boilerplate.c.site == site)
    facts = connection.scalar(query)
    return SITE_BOILERPLATE.load(facts) if facts else SiteBoilerplate()


def read_repeated_paragraphs(connection: Connection) -> frozenset[int]:
    """Return the hashes of the paragraphs that any site prints around everything."""
    repeated: set[int] = set()
    for facts in connection.scalars(select(site_boilerplate.c.facts)):
        repeated.update(REPEATED_PARAGRAPHS.load(facts).repeated)
    return frozenset(repeated)


def write_site_boilerplate(connection: Connection, site: str, known: SiteBoilerplate) -> None:
    """Keep what a site prints around everything, in place of what was known."""
    row = {"site": site, "facts": SITE_BOILERPLATE.dump(known)}
    upsert_rows(connection, site_boilerplate, [row], "site")
