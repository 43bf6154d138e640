"""Reads searches.yaml files: every search checked and its query compiled.

    beat's file ─┐
                 ├─► entries as written, one changed by the other ──► SearchFields ──► SavedSearch
    HOME's file ─┘

Each line of a message says where the mistake is: `FILE:LINE: search "ID": FIELD: what is wrong`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from textwrap import indent
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field, read_yaml
from crawlers.errors import CatalogueError
from crawlers.time_zones import describe_zone_problem
from pipelines.beat.file_problems import FIELD_EXAMPLES, describe_missing
from pipelines.beat.searches.channels import Channel
from pipelines.beat.searches.fields import ChannelFields, SearchFields, list_field_names
from pipelines.model import SavedSearch
from pipelines.query import Query, QueryError, parse

_LISTS = ("searches", "channels")
_NO_LIST = "the file has no list of searches; begin it with “searches:”"


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """A saved search with its query compiled."""

    search: SavedSearch
    query: Query


@dataclass(frozen=True, slots=True)
class Searches:
    """All saved searches, and the channels that they may use."""

    #: In the order of the files.
    standing: tuple[ParsedSearch, ...] = ()
    channels: tuple[Channel, ...] = ()
    #: Why a search of HOME's file is kept aside, by its id: this beat lacks what it needs.
    set_aside: Mapping[str, list[str]] = field(default_factory=dict)

    def list_hints(self) -> list[str]:
        """Return all reasons why searches are kept aside."""
        hints: list[str] = []
        for reasons in self.set_aside.values():
            for reason in reasons:
                hints.append(f"{reason}. The search is kept aside until then")
        return hints


def load_searches(path: Path, own: Path | None = None, zone: str = "UTC") -> Searches:
    """Read saved searches and compile their queries.

    `zone` is the clock of searches that name none.

    A file that is not there holds none. Raises CatalogueError with every mistake of both files, one each;
    that of a query shows the query and a caret under the mistake.
    """
    reader = _Reader()
    # HOME's file comes second, because it changes entries of the first.
    if path.exists():
        reader.read_file(path, changes=False)
    if own is not None and own.exists():
        reader.read_file(own, changes=True)
    standing = []
    set_aside: dict[str, list[str]] = {}
    for entry in reader.searches.values():
        # Only `true` removes: a mistyped value must not lose somebody's mail.
        if entry.values.get("removed") is True:
            continue
        reasons = _list_reasons_against(entry, reader.channels, own)
        if reasons:
            set_aside[str(entry.values.get("id"))] = reasons
            continue
        search = _check_search(entry, reader.channels, zone, reader.problems)
        if search is not None:
            standing.append(search)
    if reader.problems:
        raise CatalogueError(reader.problems)
    return Searches(tuple(standing), tuple(reader.channels.values()), set_aside)


# -- files -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """One search or channel as written."""

    label: str
    #: `FILE:LINE` of the entry.
    where: str
    values: Mapping[str, Any]
    #: `FILE:LINE` of each field.
    field_places: Mapping[str, str]

    def change_by(self, other: _Entry) -> _Entry:
        """Return the entry with the fields that another one names."""
        return replace(
            self,
            values={**self.values, **other.values},
            field_places={**self.field_places, **other.field_places},
        )

    def describe_problem(self, name: str, text: str) -> str:
        """Return the message for what is wrong with a field."""
        return f"{self.locate_field(name)}: {name}: {text}"

    def locate_field(self, name: str) -> str:
        """Return how a message about a field begins."""
        return f"{self.field_places.get(name, self.where)}: {self.label}"


@dataclass(slots=True)
class _Reader:
    """What was read so far, and the mistakes found."""

    searches: dict[str, _Entry] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def read_file(self, path: Path, *, changes: bool) -> None:
        """Read one file; with `changes` an entry may change one of the file before."""
        try:
            document = read_yaml(path)
        except CatalogueError as e:
            self.problems += e.problems
            return
        if not isinstance(document.values, dict):
            self.problems.append(f"{document.locate(())}: {_NO_LIST}")
            return
        self._check_lists(document)
        self._report_yaml_problems(document)
        for entry in self._list_entries(document, "channels"):
            channel = _check_channel(entry, self.problems)
            if channel is not None:
                self.channels[channel.id] = channel
        self._add_searches(self._list_entries(document, "searches"), changes=changes)

    def _check_lists(self, document: YamlDocument) -> None:
        for name in document.values:
            if name not in _LISTS:
                text = describe_unknown_field(name, _LISTS)
                self.problems.append(f"{document.locate((name,))}: {text}")
        if not document.values.keys() & set(_LISTS):
            self.problems.append(f"{document.locate(())}: {_NO_LIST}")

    def _report_yaml_problems(self, document: YamlDocument) -> None:
        """Report keys that are given twice and values with unknown tags."""
        for problem in document.problems:
            place = f"{document.path}:{problem.line}"
            match problem.place:
                case ("searches" | "channels" as name, int(position), *rest):
                    values = document.values[name][position]
                    label = _label_entry(values, name.removesuffix("es").removesuffix("s"), position)
                    steps = "".join(f"{step}: " for step in rest)
                    self.problems.append(f"{place}: {label}: {steps}{problem.text}")
                case steps:
                    named = ".".join(str(step) for step in steps) or "the file"
                    self.problems.append(f"{place}: {named}: {problem.text}")

    def _list_entries(self, document: YamlDocument, name: str) -> list[_Entry]:
        """Return the entries of one list of a file, those that cannot be read left out."""
        rows = document.values.get(name)
        if rows is None or rows == "":
            return []
        if not isinstance(rows, list):
            text = f"{name}: is not a list; write “- id: …” for each below it"
            self.problems.append(f"{document.locate((name,))}: {text}")
            return []
        kind = "search" if name == "searches" else "channel"
        entries = []
        for position, values in enumerate(rows):
            label = _label_entry(values, kind, position)
            place = (name, position)
            where = document.locate(place)
            if not isinstance(values, dict):
                self.problems.append(f"{where}: {label}: is not a group of fields; write “- id: …”")
                continue
            entries.append(_Entry(label, where, values, _locate_fields(document, place, values)))
        return entries

    def _add_searches(self, entries: Collection[_Entry], *, changes: bool) -> None:
        first_places: dict[str, str] = {}
        for entry in entries:
            search_id = str(entry.values.get("id", ""))
            if search_id and search_id in first_places:
                first = first_places[search_id]
                self.problems.append(
                    entry.describe_problem("id", f"is used twice, first in {first}; give each its own")
                )
            elif changes and search_id in self.searches:
                self.searches[search_id] = self.searches[search_id].change_by(entry)
            else:
                # An entry without an id is reported with its fields.
                self.searches[search_id or entry.where] = entry
            first_places[search_id] = entry.where


def _label_entry(values: Any, kind: str, position: int) -> str:
    """Return how messages call an entry: by its id, or by its number in the list."""
    if isinstance(values, dict) and values.get("id"):
        return f'{kind} "{values["id"]}"'
    return f"{kind} {position + 1}"


def _locate_fields(document: YamlDocument, place: Place, values: Mapping[str, Any]) -> dict[str, str]:
    places = {}
    for name in values:
        places[name] = document.locate((*place, name))
    return places


# -- one entry -------------------------------------------------------------------------------------


def _check_search(
    entry: _Entry, channels: Mapping[str, Channel], zone: str, problems: list[str]
) -> ParsedSearch | None:
    """Return the search of an entry, or None with what is wrong added to `problems`."""
    found: list[str] = []
    values = _list_fields(entry)
    fields = None
    try:
        fields = SearchFields.model_validate(values)
    except ValidationError as e:
        for error in e.errors(include_url=False):
            found.append(_describe_error(entry, error, SearchFields))
    if "to" not in values and "channels" not in values:
        found.append(
            entry.describe_problem(
                "to", "is missing; write the address that gets its mail, as in “to: desk@newsroom.example”"
            )
        )
    found += _check_channel_names(entry, channels)
    query = _parse_query(entry, zone, found)
    problems += found
    if found or fields is None or query is None:
        return None
    # Fields that nobody wrote keep the defaults of `SavedSearch`.
    written = {"zone": zone} | fields.model_dump(exclude_unset=True)
    written["to"] = _without_left(fields.to, fields.left)
    return ParsedSearch(SavedSearch(**written, where=entry.where), query)


def _without_left(addresses: Iterable[str], left: Iterable[str]) -> tuple[str, ...]:
    """Return the readers of a search who have not left it."""
    gone = {address.casefold() for address in left}
    staying: list[str] = []
    for address in addresses:
        if address.casefold() not in gone:
            staying.append(address)
    return tuple(staying)


def _list_fields(entry: _Entry) -> dict[str, Any]:
    """Return what an entry says of itself; `removed` only says whether it counts."""
    values = dict(entry.values)
    values.pop("removed", None)
    return values


def _parse_query(entry: _Entry, zone: str, problems: list[str]) -> Query | None:
    """Return the compiled query, or None with its mistake added to `problems`.

    Its days are those of the search's clock.
    """
    written = entry.values.get("query")
    # Anything but text was reported with the fields.
    if not isinstance(written, str):
        return None
    try:
        return parse(written, datetime.now(_clock_of(entry, zone)), of_arrivals=True)
    except QueryError as e:
        problems.append(f"{entry.locate_field('query')}: query:\n{indent(e.pointing(), '  ')}")
        return None


def _clock_of(entry: _Entry, zone: str) -> tzinfo:
    written = entry.values.get("zone", zone)
    # A zone that does not exist was reported with the fields.
    if not isinstance(written, str) or describe_zone_problem(written) is not None:
        return UTC
    return ZoneInfo(written)


def _list_reasons_against(entry: _Entry, channels: Mapping[str, Channel], own: Path | None) -> list[str]:
    """Return why an entry of HOME's file cannot be a search of this beat.

    HOME's file was written for the beat of that day, and another beat may lack a channel or the search that
    an entry changes. That keeps one search aside; in a beat's own file it is a mistake.
    """
    if own is None:
        return []
    reasons = []
    if entry.where.startswith(f"{own}:") and "query" not in entry.values:
        text = "changes a search that this beat does not have; write its query, or remove the entry"
        reasons.append(f"{entry.where}: {entry.label}: {text}")
    if entry.field_places.get("channels", "").startswith(f"{own}:"):
        reasons += _check_channel_names(entry, channels)
    return reasons


def _check_channel_names(entry: _Entry, channels: Mapping[str, Channel]) -> list[str]:
    """Return a message for each channel of a search that there is not."""
    names = entry.values.get("channels")
    if isinstance(names, str):
        names = [names]
    if not isinstance(names, list):
        return []
    advice = "there are none; list them under “channels:”"
    if channels:
        advice = f"write one of {', '.join(channels)}"
    messages = []
    for name in names:
        if isinstance(name, str) and name not in channels:
            messages.append(entry.describe_problem("channels", f"“{name}” is not a channel; {advice}"))
    return messages


def _check_channel(entry: _Entry, problems: list[str]) -> Channel | None:
    values = _list_fields(entry)
    if not values:
        return None
    try:
        fields = ChannelFields.model_validate(values)
    except ValidationError as e:
        for error in e.errors(include_url=False):
            problems.append(_describe_error(entry, error, ChannelFields))
        return None
    return Channel(fields.id, fields.url.strip(), fields.secret)


#: What is written in a field that must be there.
_EXAMPLES = {
    **FIELD_EXAMPLES,
    "id": "id: salmon",
    "name": "name: Salmon and duties",
}


def _describe_error(entry: _Entry, error: ErrorDetails, group: type[BaseModel]) -> str:
    """Return the message for an error that Pydantic found."""
    name = str(error["loc"][0])
    match error["type"]:
        case "missing":
            return entry.describe_problem(name, describe_missing(name, _EXAMPLES))
        case "extra_forbidden":
            text = describe_unknown_field(name, list_field_names(group))
            return f"{entry.locate_field(name)}: {text}"
        case _:
            return entry.describe_problem(name, error["msg"])
