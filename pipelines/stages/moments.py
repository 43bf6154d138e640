"""A moment in the past, as a person types it."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawlers.errors import CatalogueError


def read_moment(text: str, now: datetime) -> datetime:
    """Read "36h", "7d", "2w" or an ISO date as a time in the past. Raises CatalogueError with an example."""
    units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    number, unit = text[:-1], text[-1:]
    if number.isascii() and number.isdigit() and unit in units and len(number) <= 5:
        return now - int(number) * units[unit]
    try:
        at = datetime.fromisoformat(text)
    except ValueError as e:
        raise CatalogueError([f"“{text}” is no time; write 36h, 7d, 2w or 2026-01-17"]) from e
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
