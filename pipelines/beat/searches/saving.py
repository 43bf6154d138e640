"""Saves a search in HOME's searches.yaml, where it is right as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawlers.errors import CatalogueError
from pipelines.beat.searches.editor import write_entry
from pipelines.beat.searches.reader import load_searches


def save_entry(beat_file: Path, own: Path, id_: str, fields: Mapping[str, Any]) -> None:
    """Write an entry, where all searches are right with it.

    A mistake in it leaves the file as it is: a run may read it at any moment. The CatalogueError names the
    file for what stands in it already, and not for what was to be written.
    """

    def check(candidate: Path) -> None:
        # Read as a run would read it: there is one place that knows what is allowed.
        try:
            searches = load_searches(beat_file, candidate)
        except CatalogueError as e:
            raise CatalogueError(_of_file(e.problems, candidate, own, id_)) from e
        if id_ in searches.set_aside:
            raise CatalogueError(_of_file(searches.set_aside[id_], candidate, own, id_))

    write_entry(own, id_, fields, check)


def _of_file(problems: list[str], candidate: Path, own: Path, id_: str) -> list[str]:
    """Return problems as those of the file, and of the entry that was not written."""
    told = []
    for problem in problems:
        place, _, text = problem.partition(": ")
        if place.startswith(f"{candidate}:") and text.startswith(f'search "{id_}": '):
            # Nobody finds its line: the entry is not in the file.
            told.append(f"nothing is written: {text}")
        else:
            told.append(problem.replace(str(candidate), str(own)))
    return told
