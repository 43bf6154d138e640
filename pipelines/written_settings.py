"""The values of settings, as variables and files have them.

    environment  >  .env  >  a file for each secret

pydantic-settings reads the same places, and takes 50 ms to load: as long as a search takes.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

PREFIX = "maplewire_"


def written_settings(
    names: Collection[str], env_file: Path | None, secrets: Path | str | None
) -> dict[str, str]:
    """Return the values that are written for settings of these names.

    Capitals do not matter in the names of variables and files. What is empty is not set.
    """
    written: dict[str, str] = {}
    if secrets is not None:
        written |= _secret_values(Path(secrets))
    if env_file is not None:
        # Imported where it is needed: many have no file.
        from dotenv import dotenv_values

        written |= _set_values(dotenv_values(env_file, encoding="utf-8"))
    written |= _set_values(os.environ)
    found: dict[str, str] = {}
    for name in names:
        value = written.get(f"{PREFIX}{name}")
        if value is not None:
            found[name] = value
    return found


def _set_values(values: Mapping[str, str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if value:
            found[name.lower()] = value
    return found


def _secret_values(folder: Path) -> dict[str, str]:
    values: dict[str, str | None] = {}
    for path in folder.iterdir():
        # Kubernetes keeps the files of before in folders beside them.
        if path.name.lower().startswith(PREFIX) and path.is_file():
            # An editor ends a file with a line feed.
            values[path.name] = path.read_text(encoding="utf-8").strip()
    return _set_values(values)
