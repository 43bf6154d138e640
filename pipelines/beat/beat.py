"""A beat as data: sources, terms, event rules and saved searches.

    beats/…/beat.yaml       its name, clocks and sides               ─┐
            sources.yaml    who is followed                           │
            terms.yaml      who stands on which side                  ├─► load_beat() ──► Beat
            events.yaml     what makes two reports one event          │
            searches.yaml   what readers get by mail                 ─┘

Only `sources.yaml` must be there. A folder without its own `beat.yaml` or `terms.yaml` takes that of the
beat that comes with Maplewire; `events.yaml` speaks of the names in `terms.yaml`, so it comes from where
that one does. Saved searches are never taken over: nobody gets mail that they did not ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from crawlers.errors import CatalogueError
from crawlers.model import Source
from crawlers.sources import load_sources
from pipelines.beat.event_rules import EventRules, load_event_rules
from pipelines.beat.heading import Side, load_heading
from pipelines.beat.searches import Channel, ParsedSearch, load_searches
from pipelines.beat.terms import Terms, load_terms, side_words
from pipelines.model import UTC_CLOCK, ReaderClock

__all__ = ["Beat", "ParsedSearch", "Side", "load_beat"]

_T = TypeVar("_T")


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
    event_rules: EventRules = field(default_factory=EventRules)
    #: The clocks on which mails show times, the readers' first.
    clocks: tuple[ReaderClock, ...] = (UTC_CLOCK,)

    def source(self, source_id: str) -> Source | None:
        """Return the source of an id, or None."""
        for source in self.sources:
            if source.id == source_id:
                return source
        return None

    def broad_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words of which an entry of a general source must name one.

        They come by the id of the source, for each with `scope: broad`. A Canadian source names Canada in
        half of its entries, so the other side decides. For a source of neither side, any side's words do.
        """
        words_by_side = side_words(self.terms)
        words_by_source = {}
        for source in self.sources:
            if source.scope == "broad":
                words_by_source[source.id] = self._list_words_for(source, words_by_side)
        return words_by_source

    def _list_words_for(
        self, source: Source, words_by_side: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        own_sides = [side.id for side in self.sides if source.country in side.countries]
        words: list[str] = []
        for side_id, names in words_by_side.items():
            if side_id not in own_sides:
                words += names
        return tuple(words)


def load_beat(folder: Path, fallback: Path, own_searches: Path | None = None) -> Beat:
    """Read and check a beat.

    Raises CatalogueError with every mistake of all its files. `own_searches` is the file of searches that
    were added or changed by command, if there is one.
    """
    if not folder.is_dir():
        raise CatalogueError(
            [f"{folder}: no such beat folder; set MAPLEWIRE_BEAT to a folder with a sources.yaml"]
        )
    problems: list[str] = []
    terms_file = _find_file("terms.yaml", folder, fallback)
    heading = _load_part(partial(load_heading, _find_file("beat.yaml", folder, fallback)), problems)
    sources = _load_part(partial(load_sources, folder / "sources.yaml"), problems)
    terms = _load_part(partial(load_terms, terms_file), problems)
    rules_file = _find_file("events.yaml", folder, terms_file.parent)
    rules = _load_part(partial(load_event_rules, rules_file, terms.sides if terms else ()), problems)
    searches = _load_part(partial(load_searches, folder / "searches.yaml", own_searches), problems)
    if problems:
        raise CatalogueError(problems)
    # Each part is there, or there would be a problem.
    assert heading is not None
    assert sources is not None
    assert terms is not None
    assert rules is not None
    assert searches is not None
    return Beat(
        name=heading.name,
        folder=folder,
        sides=heading.sides,
        sources=sources,
        terms=terms,
        searches=searches.standing,
        channels=searches.channels,
        event_rules=rules,
        clocks=heading.clocks,
    )


def _load_part(load: Callable[[], _T], problems: list[str]) -> _T | None:
    """Return a part, or None with its mistakes added to `problems`."""
    try:
        return load()
    except CatalogueError as e:
        problems.extend(e.problems)
        return None


def _find_file(name: str, folder: Path, fallback: Path) -> Path:
    own = folder / name
    if own.exists():
        return own
    return fallback / name
