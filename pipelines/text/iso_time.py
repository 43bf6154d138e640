"""Times as programs read them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime | None) -> str | None:
    """Return a time as `2026-01-17T14:05:00Z`.

    With microseconds only where there are some.
    """
    if at is None:
        return None
    # "Z" and not "+00:00": it is shorter, and every parser of ISO 8601 takes it.
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
