"""Whether a text is on the beat, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a text is on the beat, and the reasons to read."""

    #: `score >= 0.5`
    relevant: bool
    #: 0..1
    score: float
    #: One sentence a reason, the decisive one first.
    why: tuple[str, ...]
    #: Ids of terms.yaml: "canola", "interference".
    topics: tuple[str, ...] = ()
    #: Not relevant, and so near to it that a person may want to look.
    is_borderline: bool = False
