"""A beat's `beat.yaml`: its name, sides, languages and clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field, find_similar, read_yaml
from crawlers.errors import CatalogueError
from crawlers.locales import find_country, is_country
from crawlers.time_zones import describe_zone_problem
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.label import UNKNOWN_LANGUAGE, name_in
from pipelines.beat.spelling_languages import find_meant_languages
from pipelines.model import UTC_CLOCK, ReaderClock
from pipelines.text.languages import known_languages

if TYPE_CHECKING:
    # It brings all that reads terms, which who asks for the clocks does not need.
    from pipelines.beat.terms import RelevanceRule

#: The fields of a beat.yaml.
FIELDS = ("name", "relevance", "sides", "languages", "clocks")
_SIDE_FIELDS = ("id", "countries")
_CLOCK_FIELDS = ("name", "zone")
_LONGEST_NAME = 80
#: Clocks on which one time is shown. With more of them a time is longer than a headline.
_MOST_CLOCKS = 4
#: Characters of a clock's name, which stands behind every time of a mail.
_LONGEST_CLOCK_NAME = 30
_NAME_ADVICE = f"write what the beat is called, in at most {_LONGEST_NAME} characters, as name: Salt in Chile"
_NAMES_ADVICE = "write a text, or texts by language, as {en: Salt in Chile, es: La sal en Chile}"
_CLOCK_NAME_ADVICE = "write the city as mails shall show it, in at most"
_CLOCKS_ADVICE = "write a list of {name: Oslo, zone: Europe/Oslo}, the readers' own clock first"
_SIDES_ADVICE = "write a list of {id: japan, countries: [JP]}, the ids as in terms.yaml"
_COUNTRIES_ADVICE = 'write a list of codes of two letters (ISO 3166), as [JP] or ["NO"]'


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the beat, such as Norway."""

    #: As in terms.yaml.
    id: str
    #: Countries whose media are the side's own, and whose holidays are quiet days.
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a `beat.yaml` says."""

    #: By language; under "und" where it was written without one.
    names: Mapping[str, str]
    sides: tuple[Side, ...] = ()
    clocks: tuple[ReaderClock, ...] = (UTC_CLOCK,)
    relevance: RelevanceRule = "sides"
    #: In which the beat is followed; empty where the sources tell.
    languages: tuple[str, ...] = ()
    #: What is no mistake of the file and could be better, as `FILE:LINE: FIELD: text`.
    hints: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in English, or in the first language written."""
        return name_in(self.names)


def load_heading(path: Path, side_ids: Collection[str] | None = None) -> Heading:
    """Read and check a `beat.yaml`, as `read_heading` does."""
    return read_heading(read_yaml(path), side_ids)


def read_heading(document: YamlDocument, side_ids: Collection[str] | None = None) -> Heading:
    """Return what a `beat.yaml` says.

    Raises CatalogueError with all its mistakes.

    `side_ids` are those of terms.yaml; without them ids are not compared. Times are shown in UTC where
    there are no `clocks`.
    """
    values = document.values
    if not isinstance(values, dict):
        advice = "the file must hold fields; begin it with “name: ” and what the beat is called"
        raise CatalogueError([f"{document.locate(())}: {advice}"])
    problems = FileProblems(document)
    problems.add_yaml_problems()
    _check_fields(values, FIELDS, (), problems)
    names = _read_names(values.get("name"), problems)
    relevance = _read_relevance(values, problems)
    sides = _read_sides(values, problems)
    _compare_sides(values, side_ids, problems)
    languages = _read_languages(values, problems)
    clocks = _read_clocks(values, problems)
    problems.raise_if_any()
    return Heading(names, sides, clocks, relevance, languages, problems.list_hints())


def asks_for_sides(values: Any) -> bool:
    """Tell whether a text of the beat must speak of its sides.

    The file may have mistakes.
    """
    return not isinstance(values, dict) or values.get("relevance") != "all"


def _check_fields(
    values: Mapping[Any, Any], known: tuple[str, ...], place: Place, problems: FileProblems
) -> None:
    for field in values:
        if field not in known:
            problems.add_unknown_field((*place, field), describe_unknown_field(str(field), known))


# -- its name and what puts a text on it -------------------------------------------------------------------


def _read_names(value: Any, problems: FileProblems) -> dict[str, str]:
    """Return the names by language."""
    if isinstance(value, dict) and value:
        return _read_texts(value, ("name",), _LONGEST_NAME, problems)
    if _is_short_text(value, _LONGEST_NAME):
        return {UNKNOWN_LANGUAGE: value.strip()}
    problems.add(("name",), _NAMES_ADVICE if isinstance(value, list) else _NAME_ADVICE)
    return {}


def _read_texts(texts: Mapping[Any, Any], place: Place, most: int, problems: FileProblems) -> dict[str, str]:
    """Return texts by language, without those that have mistakes."""
    found: dict[str, str] = {}
    for language, text in texts.items():
        if language not in known_languages():
            problems.add((*place, language), _describe_language(language))
        elif not _is_short_text(text, most):
            problems.add((*place, language), f"write a text of at most {most} characters")
        else:
            found[language] = text.strip()
    return found


def _is_short_text(value: Any, most: int) -> bool:
    """Tell whether a value is one line of text."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return False
    return len(value) <= most


def _read_relevance(values: Mapping[str, Any], problems: FileProblems) -> RelevanceRule:
    match values.get("relevance", "sides"):
        case "all":
            return "all"
        case "sides":
            return "sides"
        case other:
            advice = "write sides (a text must speak of the sides) or all (every text of its sources counts)"
            problems.add(("relevance",), f"{advice}; found {other!r}")
            return "sides"


# -- languages ---------------------------------------------------------------------------------------------


def _read_languages(values: Mapping[str, Any], problems: FileProblems) -> tuple[str, ...]:
    if "languages" not in values:
        return ()
    written = values["languages"]
    if not isinstance(written, list) or not written:
        problems.add(("languages",), "write a list of codes, as [en, ja, nb], or remove the line")
        return ()
    languages = []
    for position, language in enumerate(written):
        if isinstance(language, str) and language in known_languages():
            languages.append(language)
        else:
            problems.add(("languages", position), _describe_language(language))
    return tuple(dict.fromkeys(languages))


def _describe_language(written: Any) -> str:
    """Return what is wrong with the code of a language, and what to write."""
    if written is False:
        return "YAML reads no as “false”; write nb for Norwegian"
    known = ", ".join(known_languages())
    if not isinstance(written, str):
        return f"{written!r} is no language; write one of {known}"
    meant = find_meant_languages(written)
    if meant:
        return f"“{written}” is not a known language; write {' or '.join(meant)}"
    return f"“{written}” is not a known language; write one of {known}"


# -- clocks ------------------------------------------------------------------------------------------------


def _read_clocks(values: Mapping[str, Any], problems: FileProblems) -> tuple[ReaderClock, ...]:
    if "clocks" not in values:
        return (UTC_CLOCK,)
    rows = values["clocks"]
    if not isinstance(rows, list) or not rows:
        problems.add(("clocks",), _CLOCKS_ADVICE)
        return ()
    if len(rows) > _MOST_CLOCKS:
        problems.add(("clocks",), f"has {len(rows)} clocks; keep at most {_MOST_CLOCKS}")
    clocks: list[ReaderClock] = []
    for position, row in enumerate(rows):
        clock = _read_clock(row, ("clocks", position), problems)
        if clock is not None:
            clocks.append(clock)
    _check_repeated([clock.name for clock in clocks], "clocks", problems)
    return tuple(clocks)


def _read_clock(row: Any, place: Place, problems: FileProblems) -> ReaderClock | None:
    """Return one clock; None where it has mistakes, which are added."""
    if not isinstance(row, dict):
        problems.add(place, _CLOCKS_ADVICE)
        return None
    _check_fields(row, _CLOCK_FIELDS, place, problems)
    names = _read_clock_names(row.get("name"), (*place, "name"), problems)
    zone = row.get("zone")
    problem = describe_zone_problem(zone)
    if zone is None:
        problem = "is missing; write an IANA name, as Europe/Oslo or Asia/Tokyo"
    if problem is not None:
        problems.add((*place, "zone"), problem)
    if not names or problem is not None:
        return None
    return ReaderClock(name_in(names), ZoneInfo(str(zone)), names)


def _read_clock_names(value: Any, place: Place, problems: FileProblems) -> dict[str, str]:
    """Return the names of a clock by language.

    Without those that have mistakes, which are added.
    """
    if isinstance(value, dict) and value:
        return _read_texts(value, place, _LONGEST_CLOCK_NAME, problems)
    if _is_short_text(value, _LONGEST_CLOCK_NAME):
        return {UNKNOWN_LANGUAGE: value.strip()}
    problems.add(place, f"{_CLOCK_NAME_ADVICE} {_LONGEST_CLOCK_NAME} characters")
    return {}


def _check_repeated(names: list[str], part: str, problems: FileProblems) -> None:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            problems.add((part,), f"“{name}” is listed twice; keep one of them")


# -- sides -------------------------------------------------------------------------------------------------


def _read_sides(values: Mapping[str, Any], problems: FileProblems) -> tuple[Side, ...]:
    if "sides" not in values:
        if asks_for_sides(values):
            problems.add_hint((), f"names no sides, so no holidays are known; {_SIDES_ADVICE}")
        return ()
    rows = values["sides"]
    if not isinstance(rows, list) or not rows:
        problems.add(("sides",), _SIDES_ADVICE)
        return ()
    sides = []
    for position, row in enumerate(rows):
        side = _read_side(row, ("sides", position), problems)
        if side is not None:
            sides.append(side)
    _check_repeated([side.id for side in sides], "sides", problems)
    return tuple(sides)


def _read_side(row: Any, place: Place, problems: FileProblems) -> Side | None:
    """Return one side; None where it has no id."""
    if not isinstance(row, dict):
        problems.add(place, _SIDES_ADVICE)
        return None
    if "name" in row:
        advice = "is not read here; terms.yaml says what a side is called. Remove it"
        problems.add_hint((*place, "name"), advice)
    others = dict(row)
    others.pop("name", None)
    _check_fields(others, _SIDE_FIELDS, place, problems)
    countries = _read_countries(row, place, problems)
    id_ = row.get("id")
    if not isinstance(id_, str) or not id_:
        problems.add((*place, "id"), "write the id of the side in terms.yaml")
        return None
    return Side(id_, countries)


def _read_countries(row: Mapping[str, Any], place: Place, problems: FileProblems) -> tuple[str, ...]:
    place = (*place, "countries")
    written = row.get("countries", [])
    if not isinstance(written, list):
        problems.add(place, _COUNTRIES_ADVICE if written else _describe_country(written))
        return ()
    countries = []
    for position, country in enumerate(written):
        if isinstance(country, str) and is_country(country):
            countries.append(country)
        else:
            problems.add((*place, position), _describe_country(country))
    return tuple(dict.fromkeys(countries))


def _describe_country(written: Any) -> str:
    """Return what is wrong with the code of a country, and what to write."""
    if written is False:
        return 'YAML reads NO as “false”; write "NO" in quotes'
    meant = find_country(written) if isinstance(written, str) else None
    if meant is None:
        return f"{written!r} is not a country; {_COUNTRIES_ADVICE}"
    if meant == "NO":
        return f'“{written}” is not a code; write "NO", in quotes, since YAML reads a bare NO as “false”'
    return f"“{written}” is not a code; write {meant} (two capital letters, ISO 3166)"


def _compare_sides(
    values: Mapping[str, Any], side_ids: Collection[str] | None, problems: FileProblems
) -> None:
    """Report sides that terms.yaml does not have, and those that are only there."""
    rows = values.get("sides")
    if not side_ids or not isinstance(rows, list):
        return
    ids = []
    for position, row in enumerate(rows):
        id_ = row.get("id") if isinstance(row, dict) else None
        if isinstance(id_, str) and id_:
            ids.append(id_)
            if id_ not in side_ids:
                problems.add(("sides", position, "id"), _describe_unknown_side(id_, side_ids))
    missing = [id_ for id_ in side_ids if id_ not in ids]
    # A side with a slip in its id is both unknown and missing, and an entry without one is told as such.
    if missing and len(ids) == len(rows) < len(side_ids) and rows:
        text = f"{', '.join(missing)} of terms.yaml is missing; write {{id: {missing[0]}, countries: []}}"
        problems.add(("sides",), text)


def _describe_unknown_side(id_: str, side_ids: Collection[str]) -> str:
    meant = find_similar(id_, side_ids)
    if meant is not None:
        return f"“{id_}” is not a side in terms.yaml. Did you mean {meant}?"
    return f"“{id_}” is not a side in terms.yaml; write one of {', '.join(side_ids)}"
