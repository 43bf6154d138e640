"""A beat as data: a folder with `beat.yaml`, `sources.yaml`, `terms.yaml` and `searches.yaml`.

Only `sources.yaml` must be there. What a folder leaves out is taken from the beat that comes with
Maplewire (but never its saved searches: nobody gets mail that they did not ask for).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawlers.errors import CatalogueError
from crawlers.model import Source
from crawlers.sources import load_sources
from pipelines.beat.searches import Channel, ParsedSearch, load_searches, read_mapping
from pipelines.beat.terms import Terms, load_terms, side_words
from pipelines.model import Publisher

__all__ = ["Beat", "ParsedSearch", "Side", "load_beat", "publisher_of"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the beat: its id in terms.yaml and the countries whose media are its own."""

    id: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """Everything that one beat watches for, checked."""

    name: str
    folder: Path
    sides: tuple[Side, ...]
    sources: tuple[Source, ...]
    terms: Terms
    searches: tuple[ParsedSearch, ...]
    channels: tuple[Channel, ...] = ()

    def source(self, source_id: str) -> Source | None:
        return next((s for s in self.sources if s.id == source_id), None)

    def broad_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return, for each general (`scope: broad`) source, the words of which an entry must name one.

        A Canadian source names Canada in half of its entries, so the other side decides; for a
        source of neither side, any side's words do.
        """
        words = side_words(self.terms)
        return {s.id: self._words_for(s, words) for s in self.sources if s.scope == "broad"}

    def _words_for(self, source: Source, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        own = {side.id for side in self.sides if source.country in side.countries}
        return tuple(w for side, names in words.items() if side not in own for w in names)


def publisher_of(source: Source | None, source_id: str, site: str) -> Publisher:
    """Return what the deciders need to know of a page's source; an unknown one goes by its site."""
    if source is None:
        return Publisher(id=source_id or site, name=site)
    return Publisher(source.id, source.name, source.owner, source.tier, source.country)


def load_beat(folder: Path, fallback: Path, own_searches: Path | None = None) -> Beat:
    """Read and check a beat. Raises CatalogueError with every mistake of all its files.

    `own_searches` is the file of searches that were added or changed by command, if there is one.
    """
    if not folder.is_dir():
        raise CatalogueError(
            [f"{folder}: no such beat folder; set MAPLEWIRE_BEAT to a folder with a sources.yaml"]
        )
    problems: list[str] = []

    def checked(load: Any, *arguments: Any) -> Any:
        try:
            return load(*arguments)
        except CatalogueError as e:
            problems.extend(e.problems)
            return None

    heading = checked(_load_heading, _own_or(folder, fallback, "beat.yaml"))
    sources = checked(load_sources, folder / "sources.yaml")
    terms = checked(load_terms, _own_or(folder, fallback, "terms.yaml"))
    searches = checked(load_searches, folder / "searches.yaml", own_searches)
    if problems:
        raise CatalogueError(problems)
    name, sides = heading
    return Beat(name, folder, sides, sources, terms, searches.standing, searches.channels)


def _own_or(folder: Path, fallback: Path, file: str) -> Path:
    return folder / file if (folder / file).exists() else fallback / file


def _load_heading(path: Path) -> tuple[str, tuple[Side, ...]]:
    document, lines = read_mapping(path)
    problems: list[str] = []
    name = document.get("name")
    if not isinstance(name, str) or not name.strip():
        problems.append(f"{path}:{lines.get('name', 1)}: name: write what the beat is called")
    rows = document.get("sides")
    sides = [_side(row) for row in rows] if isinstance(rows, list) else []
    if not sides or None in sides:
        problems.append(
            f"{path}:{lines.get('sides', 1)}: sides: write a list of {{id: china, countries: [CN, HK]}}, the ids as in terms.yaml"
        )
    if problems:
        raise CatalogueError(problems)
    return str(name), tuple(side for side in sides if side)


def _side(row: object) -> Side | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return None
    countries = row.get("countries") or []
    if not isinstance(countries, list) or not all(isinstance(c, str) for c in countries):
        return None
    return Side(row["id"], tuple(countries))
