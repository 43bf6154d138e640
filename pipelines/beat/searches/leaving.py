"""A reader leaves a search, or comes back.

HOME's searches.yaml notes it under `left`. The list of readers stays as the desk wrote it, and follows the
beat's file as before.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from pipelines.beat.searches.editor import own_entry
from pipelines.beat.searches.reader import ParsedSearch
from pipelines.beat.searches.saving import save_entry
from pipelines.model import SavedSearch


def searches_of(standing: Iterable[ParsedSearch], ids: Iterable[str], address: str) -> list[SavedSearch]:
    """Return those of some searches that a reader gets, or has left."""
    wanted = set(ids)
    found: list[SavedSearch] = []
    for parsed in standing:
        search = parsed.search
        known = (*search.to, *search.left)
        if search.id in wanted and _same(known, address):
            found.append(search)
    return found


def has_left(search: SavedSearch, address: str) -> bool:
    """Tell whether a reader has left a search."""
    return bool(_same(search.left, address))


def leave_search(beat_file: Path, own: Path, search: SavedSearch, address: str) -> None:
    """Note that a reader has left a search."""
    _save_left(beat_file, own, search, [*search.left, address])


def return_to_search(beat_file: Path, own: Path, search: SavedSearch, address: str) -> None:
    """Forget that a reader has left a search."""
    _save_left(beat_file, own, search, _others_who_left(search, address))


def return_command(search: SavedSearch, address: str) -> str:
    """Return the command that brings one reader back, and nobody else."""
    left = ",".join(_others_who_left(search, address))
    return f"maplewire searches edit {search.id} --set {shlex.quote(f'left=[{left}]')}"


def _others_who_left(search: SavedSearch, address: str) -> list[str]:
    gone = _same(search.left, address)
    return [other for other in search.left if other not in gone]


def _save_left(beat_file: Path, own: Path, search: SavedSearch, left: list[str]) -> None:
    entry = own_entry(own, search.id) or {"id": search.id}
    save_entry(beat_file, own, search.id, entry | {"left": left})


def _same(addresses: Iterable[str], address: str) -> list[str]:
    """Return the spellings of one mailbox among addresses."""
    return [other for other in addresses if other.casefold() == address.casefold()]
