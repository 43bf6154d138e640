"""What is printed of a beat, and of the words in it."""

from __future__ import annotations

from pathlib import Path

from pipelines.beat.beat import Beat
from pipelines.cli.console import print_text
from pipelines.cli.render.tables import print_table
from pipelines.model import Relevance
from pipelines.operations.beat_explanation import Explanation
from pipelines.text.counts import counted


def beat_summary(beat: Beat) -> str:
    """Return one line on a beat that has no mistakes."""
    parts = [
        counted(len(beat.terms.sides), "side"),
        _count_sources(beat),
        counted(len(beat.terms.topics), "topic"),
        counted(len(beat.searches), "search", "searches"),
    ]
    return f"the beat “{beat.name}” ({beat.folder}) has no mistakes: {', '.join(parts)}"


def _count_sources(beat: Beat) -> str:
    """Return how many sources there are, and whether all are turned off."""
    text = counted(len(beat.sources), "source")
    if any(source.enabled for source in beat.sources):
        return text
    return f"{text} (none turned on: a run brings nothing)"


def print_explanation(explanation: Explanation) -> None:
    """Print where a word is known from, and what the judge says of it."""
    rows = []
    for known_place in explanation.known_places:
        rows.append((_shortened(known_place.where), known_place.text))
    if rows:
        print_table("", ["where", "what it is"], rows)
    else:
        print_text(f"“{explanation.word}” is not known to this beat\n")
    if explanation.nearest:
        nearest = ", ".join(f"“{spelling}”" for spelling in explanation.nearest)
        print_text(f"the nearest: {nearest}\n")
    print_text(f"a headline that is “{explanation.word}” alone: {_verdict(explanation.verdict)}\n")


def _verdict(verdict: Relevance) -> str:
    words = "off the beat"
    if verdict.relevant:
        words = "on the beat"
    elif verdict.is_borderline:
        words = "borderline"
    return f"{words} ({verdict.score:.2f}): {'; '.join(verdict.why)}"


def _shortened(where: str) -> str:
    """Return a place as seen from the working folder."""
    path, _, line = where.rpartition(":")
    try:
        return f"{Path(path).relative_to(Path.cwd())}:{line}"
    except ValueError:
        return where
