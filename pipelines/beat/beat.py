"""A beat as data: sources, terms, event rules and saved searches.

    beats/…/beat.yaml       its name, clocks and sides               ─┐
            sources.yaml    who is followed                           │
            terms.yaml      who stands on which side                  ├─► load_beat() ──► Beat
            events.yaml     what makes two reports one event          │
            weights.yaml    how much each mark of relevance counts    │
            outlets.yaml    agencies and state media of its own      │
            rules.yaml      how pages of one site are read            │
            searches.yaml   what readers get by mail                 ─┘

The first three must be there; `terms.yaml` may be missing where `beat.yaml` says `relevance: all`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from crawlers.checked_yaml import YamlDocument, find_similar, read_yaml
from crawlers.errors import CatalogueError
from crawlers.model import Source
from crawlers.sources import load_sources
from pipelines.beat.beat_cache import BeatCache
from pipelines.beat.event_rules import EventRules, load_event_rules
from pipelines.beat.heading import Heading, Side, asks_for_sides, read_heading
from pipelines.beat.outlets import Outlet, load_outlets
from pipelines.beat.searches import Channel, ParsedSearch, Searches, load_searches
from pipelines.beat.site_rules import SiteRule, load_site_rules
from pipelines.beat.terms import RelevanceRule, Terms, list_side_ids, no_terms, read_terms, side_words
from pipelines.beat.weights import load_weights
from pipelines.model import UTC_CLOCK, ReaderClock, SavedSearch
from pipelines.text.languages import base_of, known_languages

__all__ = ["Beat", "ParsedSearch", "Side", "load_beat"]

log = logging.getLogger(__name__)

_T = TypeVar("_T")

#: The files of a beat's folder that are read.
_FILES = (
    "beat.yaml",
    "sources.yaml",
    "terms.yaml",
    "events.yaml",
    "searches.yaml",
    "weights.yaml",
    "outlets.yaml",
    "rules.yaml",
)


@dataclass(frozen=True, slots=True)
class Beat:
    """Everything that one beat watches for, checked."""

    #: In English, or in the first language written.
    name: str
    folder: Path
    sides: tuple[Side, ...]
    sources: tuple[Source, ...]
    terms: Terms
    searches: tuple[ParsedSearch, ...]
    channels: tuple[Channel, ...] = ()
    event_rules: EventRules = field(default_factory=EventRules)
    #: Organisations of the beat that credits name.
    outlets: tuple[Outlet, ...] = ()
    #: How pages of sites are read that the general way reads wrongly.
    site_rules: tuple[SiteRule, ...] = ()
    #: The clocks on which mails show times, the readers' first.
    clocks: tuple[ReaderClock, ...] = (UTC_CLOCK,)
    #: The name by language; under "und" where it was written without one. See `name_in`.
    names: Mapping[str, str] = field(default_factory=dict)
    #: In which the beat is followed.
    languages: tuple[str, ...] = ()
    #: What is no mistake of its files and could be better, as `FILE:LINE: FIELD: text`.
    hints: tuple[str, ...] = ()

    @property
    def saved_searches(self) -> list[SavedSearch]:
        """The saved searches without their parsed queries, those that are paused too."""
        return [parsed.search for parsed in self.searches]

    @property
    def source_names(self) -> dict[str, str]:
        """The names of all sources, by id."""
        return {source.id: source.name for source in self.sources}

    def source(self, source_id: str) -> Source | None:
        """Return the source of an id, or None."""
        for source in self.sources:
            if source.id == source_id:
                return source
        return None

    def broad_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words of which an entry of a general source must name one.

        They come by the id of the source, for each with `scope: broad`. A Norwegian source names Norway in
        half of its entries, so the other sides decide. For a source of no side, or of the only one, any
        side's words do. A beat on which every text counts asks for no words.
        """
        if self.terms.relevance == "all":
            return {}
        words_by_side = side_words(self.terms)
        words_by_source = {}
        for source in self.sources:
            if source.scope == "broad":
                words_by_source[source.id] = self._list_words_for(source, words_by_side)
        return words_by_source

    def _list_words_for(
        self, source: Source, words_by_side: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        own_sides = set()
        for side in self.sides:
            if source.country in side.countries:
                own_sides.add(side.id)
        if own_sides.issuperset(words_by_side):
            own_sides = set()
        words: list[str] = []
        for side_id, names in words_by_side.items():
            if side_id not in own_sides:
                words += names
        return tuple(words)


def load_beat(folder: Path, *, own_searches: Path | None = None, cache: BeatCache | None = None) -> Beat:
    """Read and check a beat.

    Raises CatalogueError with every mistake of all its files. `own_searches` is the file of searches that
    were added or changed by command, if there is one. What `cache` holds of these very files is not compiled
    again, and what it lacks is put there.
    """
    if not folder.is_dir():
        raise CatalogueError(
            [f"{folder}: no such beat folder; set MAPLEWIRE_BEAT to a folder with a beat.yaml"]
        )
    files = _BeatFiles(folder, cache)
    main = files.load_main_parts()
    rules = files.load(partial(load_event_rules, folder / "events.yaml", main.side_ids, main.terms))
    outlets = files.load(partial(load_outlets, folder / "outlets.yaml"))
    site_rules = files.load(partial(load_site_rules, folder / "rules.yaml"))
    searches = files.load_searches(own_searches, main.heading)
    problems = files.problems + _list_misnamed_files(folder)
    if problems:
        raise CatalogueError(problems)
    # Each part is there, or there would be a problem.
    assert main.heading is not None
    assert main.sources is not None
    assert rules is not None
    assert searches is not None
    files.keep_compiled(main.terms, searches)
    heading, terms = main.heading, main.terms or no_terms()
    for hint in searches.list_hints():
        log.warning(hint)
    return Beat(
        name=heading.name,
        names=heading.names,
        folder=folder,
        sides=heading.sides,
        sources=main.sources,
        terms=terms,
        searches=searches.standing,
        channels=searches.channels,
        event_rules=rules,
        outlets=outlets or (),
        site_rules=site_rules or (),
        clocks=heading.clocks,
        languages=main.languages,
        hints=(*heading.hints, *terms.hints, *searches.list_hints()),
    )


@dataclass(frozen=True, slots=True)
class _MainParts:
    """What the files say that each beat has. None stands for a part with mistakes."""

    heading: Heading | None
    sources: tuple[Source, ...] | None
    #: None also where there is no such file.
    terms: Terms | None
    side_ids: tuple[str, ...]
    languages: tuple[str, ...]


class _BeatFiles:
    """The files of one beat, and the mistakes that were found in them so far."""

    def __init__(self, folder: Path, cache: BeatCache | None) -> None:
        self.problems: list[str] = []
        self._folder = folder
        self._cache = cache
        self._kept_terms = cache.find_terms() if cache else None
        self._kept_searches = cache.find_searches() if cache else None

    def load(self, load: Callable[[], _T]) -> _T | None:
        """Return a part, or None with its mistakes added to `problems`."""
        try:
            return load()
        except CatalogueError as e:
            self.problems.extend(e.problems)
            return None

    def load_main_parts(self) -> _MainParts:
        """Load heading, sources and terms, each of which the others need."""
        heading_file = self.load(partial(_read_heading_file, self._folder))
        relevance: RelevanceRule = "sides"
        if heading_file is not None and not asks_for_sides(heading_file.values):
            relevance = "all"
        terms_file = None
        if self._kept_terms is None:
            terms_file = self.load(partial(_read_terms_file, self._folder, relevance))
        side_ids = _list_side_ids(self._kept_terms, terms_file)
        heading = None
        if heading_file is not None:
            heading = self.load(partial(read_heading, heading_file, side_ids))
        weights = self.load(partial(load_weights, self._folder / "weights.yaml", len(side_ids)))
        sources = self._load_sources()
        languages = _list_languages(heading, sources or ())
        terms = self._kept_terms
        if terms_file is not None:
            terms = self.load(partial(read_terms, terms_file, relevance, weights, languages))
        return _MainParts(heading, sources, terms, side_ids, languages)

    def _load_sources(self) -> tuple[Source, ...] | None:
        if self._cache:
            return self.load(self._cache.load_sources)
        return self.load(partial(load_sources, self._folder / "sources.yaml"))

    def load_searches(self, own_searches: Path | None, heading: Heading | None) -> Searches | None:
        """Load the searches of the beat, and those that were added or changed by command."""
        if self._kept_searches:
            return self._kept_searches
        # Digests leave by the clock of the readers, unless a search names another.
        zone = str(heading.clocks[0].zone) if heading and heading.clocks else "UTC"
        return self.load(partial(load_searches, self._folder / "searches.yaml", own_searches, zone))

    def keep_compiled(self, terms: Terms | None, searches: Searches) -> None:
        """Keep what the cache did not have yet."""
        if self._cache and terms and not self._kept_terms:
            self._cache.keep_terms(terms)
        if self._cache and not self._kept_searches:
            self._cache.keep_searches(searches)


def _read_heading_file(folder: Path) -> YamlDocument:
    path = folder / "beat.yaml"
    if not path.exists():
        advice = "create it with one line, as “name: Salt in Chile”"
        raise CatalogueError([f"{path}: there is no such file; {advice}"])
    return read_yaml(path)


def _read_terms_file(folder: Path, relevance: RelevanceRule) -> YamlDocument | None:
    """Return the terms as written; None where there are none and none are needed."""
    path = folder / "terms.yaml"
    if path.exists():
        return read_yaml(path)
    if relevance == "all":
        return None
    advice = (
        "create it and list there who or what the beat is about; or, where every text of its sources is on"
        " the beat, write “relevance: all” in beat.yaml"
    )
    raise CatalogueError([f"{path}: there is no such file; {advice}"])


def _list_side_ids(terms: Terms | None, file: YamlDocument | None) -> tuple[str, ...]:
    """Return the ids of the sides, of compiled terms or of a file as written."""
    if terms is not None:
        return terms.sides
    if file is not None:
        return list_side_ids(file.values)
    return ()


def _list_misnamed_files(folder: Path) -> list[str]:
    """Return a message for each file that was surely meant to be read and is not."""
    stems = []
    for name in _FILES:
        stems.append(name.removesuffix(".yaml"))
    messages = []
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".yaml", ".yml") or path.name in _FILES:
            continue
        meant = find_similar(path.stem, stems)
        if meant is not None:
            messages.append(f"{path}: is not read; rename it to {meant}.yaml, or take it out")
    return messages


def _list_languages(heading: Heading | None, sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the languages of a beat, or the known ones of its sources."""
    if heading is not None and heading.languages:
        return heading.languages
    bases = set()
    for source in sources:
        if source.language:
            bases.add(base_of(source.language))
    codes = []
    for code in known_languages():
        if base_of(code) in bases:
            codes.append(code)
    return tuple(codes)
