"""A beat as data: a folder with `beat.yaml`, `sources.yaml`, `terms.yaml` and `searches.yaml`.

Only `sources.yaml` must be there. What a folder leaves out is taken from the beat that comes with
Maplewire (but never its saved searches: nobody gets mail that they did not ask for).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawlers.errors import CatalogueError
from crawlers.model import Source
from crawlers.sources import load_sources
from pipelines.model import Publisher, SavedSearch
from pipelines.query import Query, QueryError, parse
from pipelines.relevance import Terms, load_terms, side_words

MAX_YAML_BYTES = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the beat: its id in terms.yaml and the countries whose media are its own."""

    id: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandingQuery:
    """A saved search with its query compiled."""

    search: SavedSearch
    query: Query


@dataclass(frozen=True, slots=True)
class Beat:
    """Everything that one beat watches for, checked."""

    name: str
    folder: Path
    sides: tuple[Side, ...]
    sources: tuple[Source, ...]
    terms: Terms
    searches: tuple[StandingQuery, ...]

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


class _Side(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    countries: tuple[str, ...] = ()


class _Beat(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    sides: tuple[_Side, ...] = Field(min_length=1)


_Address = Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)]


class _Search(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    query: str
    to: tuple[_Address, ...] = Field(min_length=1)
    cadence: Literal["immediate", "hourly", "daily", "weekly"] = "immediate"
    enabled: bool = True
    note: str | None = None

    @field_validator("to", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return " ".join(value.split())


def load_beat(folder: Path, fallback: Path) -> Beat:
    """Read and check a beat. Raises CatalogueError with every mistake of all its files."""
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
    searches = checked(load_searches, folder / "searches.yaml") if (folder / "searches.yaml").exists() else ()
    if problems:
        raise CatalogueError(problems)
    name, sides = heading
    return Beat(name, folder, sides, sources, terms, searches)


def _own_or(folder: Path, fallback: Path, file: str) -> Path:
    return folder / file if (folder / file).exists() else fallback / file


def read_yaml(path: Path) -> Any:
    """Return the contents of a YAML file; CatalogueError with file and line where it is none."""
    try:
        if path.stat().st_size > MAX_YAML_BYTES:
            raise CatalogueError([f"{path}: larger than {MAX_YAML_BYTES >> 20} MiB; split the beat in two"])
        return yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CatalogueError([f"{path}: no such file"]) from None
    except (OSError, UnicodeDecodeError) as e:
        raise CatalogueError([f"{path}: cannot be read: {e}"]) from e
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CatalogueError([f"{path}{line}: is no YAML: {getattr(e, 'problem', e)}"]) from e


def _load_heading(path: Path) -> tuple[str, tuple[Side, ...]]:
    try:
        beat = _Beat.model_validate(read_yaml(path))
    except ValidationError as e:
        raise CatalogueError([f"{path}: {_field(err)}: {err['msg']}" for err in e.errors()]) from None
    return beat.name, tuple(Side(s.id, s.countries) for s in beat.sides)


def load_searches(path: Path) -> tuple[StandingQuery, ...]:
    """Read saved searches and compile their queries; CatalogueError with every mistake."""
    document = read_yaml(path)
    rows = document.get("searches") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise CatalogueError([f"{path}: must hold a list under «searches:»"])
    found, problems = [], []
    for number, row in enumerate(rows, 1):
        label = (
            f'search "{row["id"]}"' if isinstance(row, dict) and row.get("id") else f"search number {number}"
        )
        try:
            found.append(_standing_query(row))
        except ValidationError as e:
            problems += [f"{path}: {label}: {_explain(err)}" for err in e.errors()]
        except QueryError as e:
            problems.append(f"{path}: {label}: query:\n{indent(e.pointing(), '  ')}")
    seen: set[str] = set()
    for standing in found:
        if standing.search.id in seen:
            problems.append(
                f'{path}: search "{standing.search.id}": id: is used twice; give each search its own id'
            )
        seen.add(standing.search.id)
    if problems:
        raise CatalogueError(problems)
    return tuple(found)


def _standing_query(row: Any) -> StandingQuery:
    checked = _Search.model_validate(row)
    return StandingQuery(SavedSearch(**checked.model_dump()), parse(checked.query))


def _field(error: Any) -> str:
    return ".".join(map(str, error["loc"])) or "the file"


def _explain(error: Any) -> str:
    if error["type"] != "extra_forbidden":
        return f"{_field(error)}: {error['msg']}"
    known: Sequence[str] = [f.name for f in fields(SavedSearch)]
    close = difflib.get_close_matches(_field(error), known, n=1)
    return f"{_field(error)}: is no field of a search; " + (
        f"write {close[0]}" if close else f"known: {', '.join(known)}"
    )
