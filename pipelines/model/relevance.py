"""Whether a text is on the beat, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a text is on the beat: the verdict, a score in 0..1, and the reasons to read.

    `relevant` is `score >= 0.5`. `why` has one sentence a reason, the decisive one first.
    `topics` are ids of terms.yaml ("canola", "interference").
    """

    relevant: bool
    score: float
    why: tuple[str, ...]
    topics: tuple[str, ...] = ()
