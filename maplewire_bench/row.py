"""What every benchmark returns: lines of a table."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One line: what was measured, the figure and its unit."""

    what: str
    figure: float
    unit: str
