"""Counts in words, for mails, commands and reasons alike (pure)."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 page", "2 pages", "1,200 stories".

    `many` is the plural where "s" does not make it.
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}"
