"""Saves a search in HOME's searches.yaml, where it is right as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawlers.errors import CatalogueError
from pipelines.beat.searches.editor import write_entry
from pipelines.beat.searches.reader import load_searches


def save_entry(beat_file: Path, own: Path, id_: str, fields: Mapping[str, Any]) -> None:
    """Write an entry and read all searches again.

    A mistake in it puts the file back as it was; the CatalogueError travels up.
    """
    before = None
    if own.exists():
        before = own.read_bytes()
    write_entry(own, id_, fields)
    # Read as a run would read it: there is one place that knows what is allowed.
    try:
        searches = load_searches(beat_file, own)
        if id_ in searches.set_aside:
            raise CatalogueError(searches.set_aside[id_])
    except CatalogueError:
        # The file need not have been there.
        if before is None:
            own.unlink()
        else:
            own.write_bytes(before)
        raise
