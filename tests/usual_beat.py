"""The beat that comes with Maplewire, read once in a process: that takes longer than most tests."""

from __future__ import annotations

from functools import cache

from pipelines.beat.beat import Beat, load_beat
from pipelines.beat.terms import Terms, load_terms
from pipelines.config import packaged_beat


@cache
def usual_beat() -> Beat:
    """Return the whole beat."""
    return load_beat(packaged_beat())


@cache
def usual_terms() -> Terms:
    """Return its terms as they are without weights and sources."""
    return load_terms(packaged_beat() / "terms.yaml")
