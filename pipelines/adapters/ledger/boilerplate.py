"""Rows of what sites print around everything."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipelines.adapters.ledger.codec import SITE_BOILERPLATE, from_json, to_json
from pipelines.adapters.ledger.schema import site_boilerplate
from pipelines.adapters.ledger.statements import upsert_rows
from pipelines.adapters.projection import clean_text
from pipelines.model import SiteBoilerplate


def read_site_boilerplate(connection: Connection, site: str) -> SiteBoilerplate:
    """Return what a site prints around everything, as far as it is known."""
    query = select(site_boilerplate.c.facts).where(site_boilerplate.c.site == clean_text(site))
    facts = connection.scalar(query)
    return from_json(SITE_BOILERPLATE, facts) if facts else SiteBoilerplate()


def write_site_boilerplate(connection: Connection, site: str, known: SiteBoilerplate) -> None:
    row = {"site": clean_text(site), "facts": to_json(SITE_BOILERPLATE, known)}
    upsert_rows(connection, site_boilerplate, [row], "site")
