"""A beat's `beat.yaml`: its name, the clocks of its readers, and its sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.checked_yaml import describe_unknown_field, read_yaml
from crawlers.errors import CatalogueError
from crawlers.time_zones import describe_zone_problem
from pipelines.beat.file_problems import FileProblems
from pipelines.model import UTC_CLOCK, ReaderClock

_FIELDS = ("name", "clocks", "sides")
_CLOCK_FIELDS = ("name", "zone")
#: Clocks on which one time is shown. With more of them a time is longer than a headline.
_MOST_CLOCKS = 4
#: Characters of a clock's name, which stands behind every time of a mail.
_LONGEST_CLOCK_NAME = 30
_CLOCKS_ADVICE = "write a list of {name: Ottawa, zone: America/Toronto}, the readers' own clock first"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the beat, such as China."""

    #: As in terms.yaml.
    id: str
    #: Countries whose media are the side's own, as CN and HK.
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a `beat.yaml` says."""

    name: str
    sides: tuple[Side, ...]
    clocks: tuple[ReaderClock, ...]


def load_heading(path: Path) -> Heading:
    """Read and check a `beat.yaml`. Raises CatalogueError with all its mistakes.

    Without `clocks` times are shown in UTC.
    """
    document = read_yaml(path)
    if not isinstance(document.values, dict):
        raise CatalogueError([f"{document.locate(())}: the file must hold fields, such as “name: …”"])
    problems = FileProblems(document)
    problems.add_yaml_problems()
    _check_fields(document.values, _FIELDS, (), problems)
    name = document.values.get("name")
    if not isinstance(name, str) or not name.strip():
        problems.add(("name",), "write what the beat is called")
    sides = _read_sides(document.values.get("sides"))
    if not sides:
        advice = "write a list of {id: china, countries: [CN, HK]}, the ids as in terms.yaml"
        problems.add(("sides",), advice)
    clocks: tuple[ReaderClock, ...] = (UTC_CLOCK,)
    if "clocks" in document.values:
        clocks = _read_clocks(document.values["clocks"], problems)
    problems.raise_if_any()
    return Heading(str(name), sides, clocks)


def _check_fields(
    values: dict[Any, Any], known: tuple[str, ...], place: tuple[str | int, ...], problems: FileProblems
) -> None:
    for field in values:
        if field not in known:
            problems.add((*place, field), describe_unknown_field(str(field), known))


# -- clocks -----------------------------------------------------------------------------------------------


def _read_clocks(rows: Any, problems: FileProblems) -> tuple[ReaderClock, ...]:
    if not isinstance(rows, list) or not rows:
        problems.add(("clocks",), _CLOCKS_ADVICE)
        return ()
    if len(rows) > _MOST_CLOCKS:
        problems.add(("clocks",), f"has {len(rows)} clocks; keep at most {_MOST_CLOCKS}")
    clocks: list[ReaderClock] = []
    for position, row in enumerate(rows):
        clock = _read_clock(row, position, problems)
        if clock is not None:
            clocks.append(clock)
    return tuple(clocks)


def _read_clock(row: Any, position: int, problems: FileProblems) -> ReaderClock | None:
    """Return one clock; None where it has mistakes, which are added."""
    if not isinstance(row, dict):
        problems.add(("clocks", position), _CLOCKS_ADVICE)
        return None
    _check_fields(row, _CLOCK_FIELDS, ("clocks", position), problems)
    name = row.get("name")
    is_name = isinstance(name, str) and name.strip() and name.isprintable()
    if not is_name or len(str(name)) > _LONGEST_CLOCK_NAME:
        advice = f"write the city as mails shall show it, in at most {_LONGEST_CLOCK_NAME} characters"
        problems.add(("clocks", position, "name"), advice)
        return None
    zone = row.get("zone")
    problem = describe_zone_problem(zone)
    if zone is None:
        problem = "is missing; write an IANA name, as America/Toronto or Asia/Shanghai"
    if problem is not None:
        problems.add(("clocks", position, "zone"), problem)
        return None
    return ReaderClock(str(name).strip(), ZoneInfo(str(zone)))


# -- sides ------------------------------------------------------------------------------------------------


def _read_sides(rows: Any) -> tuple[Side, ...]:
    """Return the sides of a list, none where one of them cannot be read."""
    if not isinstance(rows, list):
        return ()
    sides = []
    for row in rows:
        side = _read_side(row)
        if side is None:
            return ()
        sides.append(side)
    return tuple(sides)


def _read_side(row: Any) -> Side | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return None
    countries = row.get("countries") or []
    if not isinstance(countries, list):
        return None
    for country in countries:
        if not isinstance(country, str):
            return None
    return Side(row["id"], tuple(countries))
