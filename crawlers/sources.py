"""The catalogue: sources.yaml -> Source, with errors a person can act on.

    sources.yaml ──► read_yaml() ──► one entry each ──► SourceFields (checks) ──► Source

Every mistake of the whole file is found in one go, and each line says where it is, what is wrong, and
what to write instead. Nothing is guessed: a catalogue with a mistake gives no sources at all.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crawlers.checked_yaml import (
    MAX_BYTES,
    Place,
    YamlDocument,
    describe_unknown_field,
    find_similar,
    read_yaml,
)
from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import Source
from crawlers.source_fields import PollFields, SourceFields, describe_type
from crawlers.time_zones import usual_zone
from crawlers.urls import canonical_url

__all__ = ["MAX_FILE_BYTES", "load_sources"]

log = logging.getLogger(__name__)

MAX_FILE_BYTES = MAX_BYTES
_LIST = "sources"


def load_sources(path: Path) -> tuple[Source, ...]:
    """Return the sources of a catalogue file, in its order, disabled ones included.

    Raises CatalogueError with all mistakes, one line each, in the order of the file:
    `FILE:LINE: source "ID": FIELD: what is wrong; write X instead`.
    """
    document = read_yaml(path)
    _check_shape(document)
    problems = _Problems(document)
    _check_other_fields(document, problems)
    entries = _list_entries(document)
    _report_yaml_problems(document, entries, problems)
    sources = []
    for entry in entries:
        source = _read_source(entry, problems)
        if source is not None:
            sources.append(source)
    _check_repeated_ids(entries, problems)
    _check_repeated_addresses(entries, problems)
    problems.raise_if_any()
    _hint_at_old_field(document, entries)
    return tuple(sources)


def _hint_at_old_field(document: YamlDocument, entries: list[_Entry]) -> None:
    """Say once for the file what `verified` is called today."""
    old = []
    for entry in entries:
        if "verified" in (entry.values or {}):
            old.append(entry)
    if old:
        log.warning(
            "%s: `verified` (in %s of %s sources) is `listed` now: public lists name the address; write "
            "`listed`. `answered` tells when it worked here; `maplewire sources check --write` writes it",
            document.locate((*old[0].place, "verified")),
            len(old),
            len(entries),
        )


# -- the file ------------------------------------------------------------------------------------


class _Problems:
    """The mistakes found so far, each with its line."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._found: list[tuple[int, str]] = []
        self._places: set[Place] = set()

    def add(self, place: Place, text: str) -> None:
        """Note a mistake at a place of the file."""
        self._places.add(place)
        self._found.append((self._document.find_line(place), text))

    def has_any_inside(self, place: Place) -> bool:
        """Tell whether a mistake was noted at a place, or anywhere within it."""
        return any(found[: len(place)] == place for found in self._places)

    def raise_if_any(self) -> None:
        """Raise CatalogueError with all mistakes, in the order of the file."""
        if not self._found:
            return
        # Python sorts stably: mistakes of one line stay in the order in which they were found.
        self._found.sort(key=lambda problem: problem[0])
        raise CatalogueError([f"{self._document.path}:{line}: {text}" for line, text in self._found])


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry as written. `values` is None where it is not a group of fields."""

    place: Place
    line: int
    label: str
    values: Mapping[str, Any] | None

    def message(self, field: str, text: str) -> str:
        return f"{self.label}: {field}: {text}"


def _check_shape(document: YamlDocument) -> None:
    """Raise CatalogueError where a file is not a group of fields."""
    if isinstance(document.values, dict):
        return
    text = "the file is not a catalogue; begin it with “sources:” and list the sources below"
    if document.values is None:
        text = "the file is empty; begin it with “sources:” and list the sources below"
    elif isinstance(document.values, list):
        text = "the file is a list; write “sources:” in the first line and indent the list below it"
    raise CatalogueError([f"{document.locate(())}: {text}"])


def _check_other_fields(document: YamlDocument, problems: _Problems) -> None:
    """Report fields beside `sources`; raise where `sources` itself is missing.

    Without the list nothing else can be checked, so that ends the reading with CatalogueError.
    """
    for name in document.values:
        if name == _LIST:
            continue
        advice = "Remove it"
        if find_similar(name, [_LIST]):
            advice = f"Write `{_LIST}`"
        problems.add((name,), f"unknown field `{name}`. {advice}")
    if _LIST not in document.values:
        problems.add((), "the list “sources:” is missing; begin the file with it")
        problems.raise_if_any()
    listed = document.values[_LIST]
    if not isinstance(listed, list) or not listed:
        text = "“sources:” is not a list, or empty; write “- id: …” for each source below it"
        raise CatalogueError([f"{document.locate((_LIST,))}: {text}"])


def _list_entries(document: YamlDocument) -> list[_Entry]:
    entries = []
    for position, values in enumerate(document.values[_LIST]):
        # An entry without an id is named by its number, so that a person can count down to it.
        label = f"source {position + 1}"
        if not isinstance(values, dict):
            values = None
        elif isinstance(values.get("id"), str | int) and values["id"] != "":
            label = f'source "{values["id"]}"'
        place = (_LIST, position)
        entries.append(_Entry(place, document.find_line(place), label, values))
    return entries


def _report_yaml_problems(document: YamlDocument, entries: list[_Entry], problems: _Problems) -> None:
    """Report keys that are given twice and values with unknown tags."""
    for problem in document.problems:
        match problem.place:
            case (first, int(position), *rest) if first == _LIST:
                field = ".".join(str(step) for step in rest)
                text = f"{field}: {problem.text}" if field else problem.text
                problems.add(problem.place, f"{entries[position].label}: {text}")
            case place:
                field = ".".join(str(step) for step in place) or "the file"
                problems.add(place, f"{field}: {problem.text}")


# -- one entry -----------------------------------------------------------------------------------


def _read_source(entry: _Entry, problems: _Problems) -> Source | None:
    """Return the source of an entry, or None with what is wrong added to `problems`."""
    # A value with an unknown tag was reported; what its text would mean is not worth a second message.
    has_yaml_problems = problems.has_any_inside(entry.place)
    if entry.values is None:
        if not has_yaml_problems:
            text = "is not a group of fields; write “- id: …” with name, kind and url below it"
            problems.add(entry.place, f"{entry.label}: {text}")
        return None
    if not entry.values:
        problems.add(entry.place, f"{entry.label}: has no fields; write id, name, kind and url")
        return None
    fields = None
    try:
        fields = SourceFields.model_validate(dict(entry.values))
    except ValidationError as e:
        for error in e.errors(include_url=False):
            place = (*entry.place, *error["loc"])
            problems.add(place, _describe_error(entry, error))
    _check_selectors(entry, problems)
    _check_verification(entry, problems)
    if fields is None:
        return None
    values = fields.model_dump(exclude={"poll", "max_age", "timezone", "verified"})
    if fields.verified is not None and "listed" not in entry.values:
        values["listed"] = fields.verified
    zone = fields.timezone or usual_zone(fields.country, fields.language)
    return Source(**values, timezone=zone, poll=fields.poll.to_policy(), max_age_s=fields.max_age)


#: What a message shows for a field that is missing.
_EXAMPLES = {
    "id": "daily-world",
    "name": "The Daily – World",
    "kind": "feed",
    "url": "https://daily.example/feed.xml",
}
#: Names from other feed readers' files, whose spelling does not show which field is meant.
_USUAL_FIELD_MISTAKES = {
    "lang": "language",
    "tz": "timezone",
    "type": "kind",
    "fetch": "kind",
    "href": "url",
    "feed": "url",
    "title": "name",
}


def _describe_error(entry: _Entry, error: ErrorDetails) -> str:
    """Return the message for an error that Pydantic found."""
    steps = []
    for step in error["loc"]:
        steps.append(str(step))
    field = ".".join(steps) or "entry"
    match error["type"]:
        case "missing":
            return entry.message(field, f"is missing; write “{field}: {_EXAMPLES.get(field, '…')}”")
        case "extra_forbidden":
            return _describe_unknown(entry, steps)
        case "model_type":
            found = describe_type(error["input"])
            return entry.message(field, f"is {found}; write {{every: 15m, min: 5m, max: 24h}}")
        case _:
            return entry.message(field, error["msg"])


def _describe_unknown(entry: _Entry, steps: list[str]) -> str:
    if len(steps) > 1:
        text = describe_unknown_field(steps[-1], list(PollFields.model_fields))
        return entry.message("poll", text)
    text = describe_unknown_field(steps[-1], list(SourceFields.model_fields), _USUAL_FIELD_MISTAKES)
    return f"{entry.label}: {text}"


def _check_selectors(entry: _Entry, problems: _Problems) -> None:
    """Report selectors of a source that is not a section page."""
    assert entry.values is not None
    # Only a section page has links to select; a feed and a sitemap list theirs.
    kind = entry.values.get("kind")
    if kind not in ("feed", "sitemap"):
        return
    for field in ("links", "next_page"):
        if field in entry.values:
            text = f"has no effect on a {kind}; remove it, or write “kind: section”"
            problems.add((*entry.place, field), entry.message(field, text))


def _check_verification(entry: _Entry, problems: _Problems) -> None:
    """Report an unchecked certificate without a reason, and a reason without one."""
    assert entry.values is not None
    is_unchecked = entry.values.get("verify") is False
    has_reason = "verify_reason" in entry.values
    if is_unchecked and not has_reason:
        text = "is no, so anybody between us and the site can change its pages; write verify_reason: and why"
        problems.add((*entry.place, "verify"), entry.message("verify", text))
    if has_reason and not is_unchecked:
        text = "has no effect where the certificate is checked; remove it, or write “verify: no”"
        problems.add((*entry.place, "verify_reason"), entry.message("verify_reason", text))


# -- what no two sources may share ---------------------------------------------------------------


def _check_repeated_ids(entries: list[_Entry], problems: _Problems) -> None:
    """Report each id that an earlier entry has already, with one that is free."""
    # All ids first, or the id that a message proposes could be one that follows.
    taken = set()
    first_lines: dict[str, int] = {}
    for entry in entries:
        source_id = (entry.values or {}).get("id")
        if isinstance(source_id, str):
            taken.add(source_id)
    for entry in entries:
        source_id = (entry.values or {}).get("id")
        if not isinstance(source_id, str):
            continue
        first_line = first_lines.setdefault(source_id, entry.line)
        if first_line != entry.line:
            text = f"is taken by the source in line {first_line}; write {find_free_id(source_id, taken)}"
            problems.add((*entry.place, "id"), entry.message("id", text))


def find_free_id(source_id: str, taken: set[str]) -> str:
    """Return an id that is not taken: the wished one with a number."""
    number = 2
    while f"{source_id}-{number}" in taken:
        number += 1
    return f"{source_id}-{number}"


def _check_repeated_addresses(entries: list[_Entry], problems: _Problems) -> None:
    """Report each address that an earlier entry has already."""
    first_entries: dict[str, _Entry] = {}
    for entry in entries:
        # Two spellings may be one address, and would be asked for the same pages twice.
        try:
            address = canonical_url(str((entry.values or {}).get("url", "")))
        except PermanentError:
            continue  # reported with the entry itself
        first = first_entries.setdefault(address, entry)
        if first is not entry:
            text = f"is the address of {first.label} (line {first.line}) too; remove one of them"
            problems.add((*entry.place, "url"), entry.message("url", text))
