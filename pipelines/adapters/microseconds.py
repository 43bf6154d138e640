"""Instants as whole microseconds, as the search indexes keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970, exactly."""
    # A `date` of Elasticsearch has milliseconds alone, and SQLite has no type of its own for times.
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime:
    """Return the instant that `microseconds` counted."""
    return _EPOCH + count * _MICROSECOND
