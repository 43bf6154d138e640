"""A beat folder for a test that needs sources of its own and no more."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.config import packaged_beat


def give_heading_and_terms(folder: Path) -> None:
    """Give a beat folder the heading and the terms of the beat that comes with Maplewire."""
    for name in ("beat.yaml", "terms.yaml"):
        shutil.copyfile(packaged_beat() / name, folder / name)
