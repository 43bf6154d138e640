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
    file as it would be.
    """

    def check(candidate: Path) -> None:
        # Read as a run would read it: there is one place that knows what is allowed.
        try:
            searches = load_searches(beat_file, candidate)
        except CatalogueError as e:
            raise CatalogueError(_of_file(e.problems, candidate, own)) from e
        if id_ in searches.set_aside:
            raise CatalogueError(_of_file(searches.set_aside[id_], candidate, own))

    write_entry(own, id_, fields, check)


def _of_file(problems: list[str], candidate: Path, own: Path) -> list[str]:
    """Return problems as those of the file that the candidate would have become."""
    return [problem.replace(str(candidate), str(own)) for problem in problems]
