"""How many mails a search may send in its reader's day, and what happens beyond that."""

from __future__ import annotations

from datetime import datetime

from pipelines.alerts.cadence import day_start
from pipelines.model import (
    SavedSearch,
)
from pipelines.ports import Ledger


def mails_today(ledger: Ledger, search: SavedSearch, now: datetime) -> int:
    """Return how many mails a search has sent since its reader's day began, the one about its ceiling not counted."""
    today = ledger.alerts(search=search.id, told_since=day_start(search, now))
    return len({a.mail for a in today if a.mail and a.reason != "ceiling"})


def is_ceiling_reached(ledger: Ledger, search: SavedSearch, now: datetime) -> bool:
    return search.ceiling is not None and mails_today(ledger, search, now) >= search.ceiling
