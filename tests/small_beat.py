"""A beat folder for a test that needs sources of its own and no more."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import yaml

from pipelines.config import packaged_beat

#: Of each kind, from the most usual one on.
NAMES_OF_A_KIND = 4


def give_heading_and_terms(folder: Path) -> None:
    """Give a beat folder the heading of the beat that comes with Maplewire, and some of its terms."""
    shutil.copyfile(packaged_beat() / "beat.yaml", folder / "beat.yaml")
    (folder / "terms.yaml").write_text(_some_terms(), "utf-8")


@cache
def _some_terms() -> str:
    """Return terms with few names: to compile all of them takes longer than most tests."""
    terms = yaml.load((packaged_beat() / "terms.yaml").read_text("utf-8"), yaml.CSafeLoader)
    for side in terms["sides"]:
        for kind, names in side["names"].items():
            side["names"][kind] = names[:NAMES_OF_A_KIND]
    return yaml.dump(terms, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
