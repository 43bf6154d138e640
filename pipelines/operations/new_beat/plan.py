"""What a person said of a new beat, checked and completed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

import yaml

from crawlers.errors import CatalogueError
from crawlers.folding import without_accents
from crawlers.locales import find_country, is_country
from crawlers.time_zones import describe_zone_problem, usual_zone
from pipelines.beat.spelling_languages import describe_unknown_language
from pipelines.beat.terms.fields import NameKind
from pipelines.text.languages import known_languages, misplaced_script
from pipelines.text.mail_address import is_address

#: What a side can be, as the groups of names in terms.yaml.
NAME_KINDS: tuple[str, ...] = get_args(NameKind)
#: Nobody reads there, so that nothing leaves before a person has written an address.
NOBODY = "desk@newsroom.example"
#: Clocks that one time can be shown on.
_MOST_CLOCKS = 4
_WEB_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class NewBeat:
    """What a person said of a new beat."""

    name: str
    sides: tuple[str, ...]
    #: As many as sides, or none; "-" is a side without a country.
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    sources: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    #: What the sides are, where they are no countries.
    kind: str = "thing"
    reader: str = NOBODY


@dataclass(frozen=True, slots=True)
class NewSide:
    """One side as its files will have it."""

    id: str
    name: str
    country: str | None
    kind: str
    #: (language, spelling) of its first name.
    names: tuple[tuple[str, str], ...]
    #: Languages in which a person must write it.
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewClock:
    """One clock of the readers."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class NewSource:
    """One source as the catalogue will have it."""

    id: str
    name: str
    kind: str
    url: str
    zone: str


def check_plan(plan: NewBeat) -> None:
    """Raise CatalogueError with every mistake in what a person said."""
    problems = []
    if not plan.name.strip() or not plan.name.isprintable():
        problems.append("--name: write what the beat is called, as --name 'Salt in Chile'")
    if not plan.sides:
        problems.append("--side: write whom the beat is about, as --side Chile; once for each side")
    problems += [f"--side: “{side}” has no letter" for side in plan.sides if not _has_letter(side)]
    problems += _describe_countries(plan)
    known = known_languages()
    for language in plan.languages:
        if language not in known:
            problems.append(f"--language: {describe_unknown_language(language)}")
    for zone in plan.zones:
        problem = describe_zone_problem(zone)
        if problem is not None:
            problems.append(f"--zone: {problem}")
    problems += _describe_sources(plan.sources)
    if plan.kind not in NAME_KINDS:
        problems.append(f"--kind: “{plan.kind}” is no kind of name; write one of {', '.join(NAME_KINDS)}")
    if not is_address(plan.reader):
        problems.append(f"--to: “{plan.reader}” is not a mail address; write one such as {NOBODY}")
    if problems:
        raise CatalogueError(problems)


def _has_letter(text: str) -> bool:
    return text.isprintable() and any(character.isalpha() for character in text)


def _describe_countries(plan: NewBeat) -> list[str]:
    problems = []
    if plan.countries and len(plan.countries) != len(plan.sides):
        problems.append("--country: write one for each side, in their order, and - for a side that is none")
    for country in plan.countries:
        if country != "-" and not is_country(country):
            meant = find_country(country) or "a code of two letters, as NO"
            problems.append(f"--country: “{country}” is not a code; write {meant}")
    return problems


def _describe_sources(sources: Sequence[str]) -> list[str]:
    problems = []
    for url in sources:
        try:
            parts = urlsplit(url)
            is_address_of_web = parts.scheme in _WEB_SCHEMES and bool(parts.hostname)
        except ValueError:
            is_address_of_web = False
        if not is_address_of_web or not url.isprintable() or " " in url:
            problems.append(
                f"--source: “{url}” is no address; write one such as https://news.example/feed.xml"
            )
    return problems


# -- what follows from it ---------------------------------------------------------------------------------


def plan_sides(plan: NewBeat) -> list[NewSide]:
    """Return the sides of a plan that was checked."""
    sides: list[NewSide] = []
    taken: set[str] = set()
    countries = plan.countries or ("-",) * len(plan.sides)
    for number, (name, country) in enumerate(zip(plan.sides, countries, strict=True), 1):
        id_ = _free_id(name, f"side-{number}", taken)
        code = None if country == "-" else country
        names = _list_names(name, code, plan.languages)
        missing = tuple(set(plan.languages).difference(dict(names)))
        kind = "country" if code else plan.kind
        sides.append(NewSide(id_, name.strip(), code, kind, names, tuple(sorted(missing))))
    return sides


def _free_id(name: str, otherwise: str, taken: set[str]) -> str:
    """Return an id made of a name, which no other has; it is then taken."""
    plain = without_accents(name).casefold()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-")
    # YAML reads “no” and “null” as something else than text.
    if not stem[:1].isalpha() or not isinstance(yaml.safe_load(stem), str):
        stem = otherwise
    id_, number = stem, 2
    while id_ in taken:
        id_ = f"{stem}-{number}"
        number += 1
    taken.add(id_)
    return id_


def _list_names(name: str, country: str | None, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return a side's name in each language in which it is known."""
    names: dict[str, str] = {}
    for language in languages:
        spelling = _country_name(country, language) if country else None
        if spelling is None and misplaced_script(language, name) is None:
            spelling = name.strip()
        if spelling is not None:
            names[language] = spelling
    if not names:
        # Its own spelling fits none of the languages, and a side must have a name.
        fitting = []
        for code in known_languages():
            if misplaced_script(code, name) is None:
                fitting.append(code)
        names[next(iter(fitting), "en")] = name.strip()
    return tuple(names.items())


def _country_name(country: str, language: str) -> str | None:
    # Babel takes 0.1 s to import, and only this command needs it here.
    from babel import Locale

    name = Locale.parse(language.replace("-", "_")).territories.get(country)
    return None if name is None else str(name)


def plan_clocks(plan: NewBeat, sides: Sequence[NewSide]) -> list[NewClock]:
    """Return the readers' clocks.

    They are those that were named, else those of the sides' countries.
    """
    zones = list(plan.zones)
    if not zones:
        zones = []
        for side in sides:
            if side.country:
                zones.append(usual_zone(side.country))
    clocks = []
    for zone in list(dict.fromkeys(zones or ["UTC"]))[:_MOST_CLOCKS]:
        city = zone.rpartition("/")[2].replace("_", " ")
        clocks.append(NewClock(city, zone))
    return clocks


def plan_sources(plan: NewBeat, zone: str) -> list[NewSource]:
    """Return the sources of a plan that was checked."""
    sources = []
    taken: set[str] = set()
    for number, url in enumerate(plan.sources, 1):
        parts = urlsplit(url)
        host = str(parts.hostname).removeprefix("www.")
        kind = "sitemap" if "sitemap" in parts.path else "feed"
        id_ = _free_id(host, f"source-{number}", taken)
        sources.append(NewSource(id_, host, kind, url, zone))
    return sources
