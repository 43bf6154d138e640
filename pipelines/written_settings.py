"""The values of settings, as variables and files have them.

    environment  >  .env  >  a file for each secret

pydantic-settings reads the same places, and takes 50 ms to load: as long as a search takes.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from io import StringIO
from pathlib import Path

from crawlers.errors import CatalogueError

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
        written |= _set_values(env_file_values(env_file))
    written |= _set_values(os.environ)
    found: dict[str, str] = {}
    for name in names:
        value = written.get(f"{PREFIX}{name}")
        if value is not None:
            found[name] = value
    return found


def env_file_values(path: Path) -> dict[str, str | None]:
    """Return what a `.env` sets.

    Raises CatalogueError where a line with a name of ours cannot be read: its setting would stay unset
    without a word. Lines of other programs are theirs.
    """
    # Imported where it is needed: many have no file.
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    readable: list[str] = []
    problems: list[str] = []
    for statement in parse_stream(StringIO(_read_text(path))):
        if not statement.error:
            readable.append(statement.original.string)
        elif PREFIX in statement.original.string.lower():
            where = f"{path.absolute()}:{statement.original.line}"
            problems.append(f"{where}: this line sets nothing; write NAME=VALUE, or NAME='VALUE'")
    if problems:
        raise CatalogueError(problems)
    return dotenv_values(stream=StringIO("".join(readable)))


def _read_text(path: Path) -> str:
    """Return a file's text.

    Raises CatalogueError that says what is wrong with the file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogueError([f"{path.absolute()}: the file is not in UTF-8; save it as UTF-8"]) from None
    except OSError as e:
        raise CatalogueError([f"{path.absolute()}: the file cannot be read: {e.strerror}"]) from e
    if "\0" in text:
        # A name with zeros between its letters is none of ours, so its setting would stay unset.
        problem = "the file holds zero bytes, as files in UTF-16 do"
        raise CatalogueError([f"{path.absolute()}: {problem}; save it as UTF-8"])
    return text


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
            values[path.name] = _read_text(path).strip()
    return _set_values(values)
