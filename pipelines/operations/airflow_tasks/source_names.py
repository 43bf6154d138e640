"""The names of sources, for the form of a scheduler."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

#: A list that a person can look through. For a longer one they type ids.
MOST_NAMES = 500


def source_names() -> dict[str, str]:
    """Return the name of each source that is turned on, by its id.

    Sorted by name; {} where the catalogue cannot be read or is very long: a form does without, and the
    tasks say what is wrong with it. It is not checked, since a scheduler calls this whenever it reads the
    DAG files, and the full reader loads much more.
    """
    folder = os.environ.get("MAPLEWIRE_BEAT", "")
    try:
        text = (Path(folder) / "sources.yaml").read_bytes()
        catalogue = yaml.load(text, yaml.CSafeLoader)
        rows = catalogue["sources"]
        names = _names_of(rows)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError):
        return {}
    if len(names) > MOST_NAMES:
        return {}
    return dict(sorted(names.items(), key=_folded_name))


def _names_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        if row.get("enabled", True):
            names[str(row["id"])] = str(row["name"])
    return names


def _folded_name(item: tuple[str, str]) -> str:
    return item[1].casefold()
