"""What may stand in the header of a mail (pure)."""

from __future__ import annotations

from pipelines.alerts.wording import one_line


def header_line(text: str) -> str:
    """Return text as one line that means in a header what it shows.

    An encoded word (RFC 2047) is written as plain text: `=?` becomes `= ?`. Else what stands in it would be
    decoded, by readers' programs and by Python's `email`. Before CVE-2024-6923 was fixed, that wrote the line
    breaks and headers that it found there.
    """
    return one_line(text).replace("=?", "= ?")
