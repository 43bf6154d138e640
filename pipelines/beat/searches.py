"""Saved searches as data: searches.yaml -> `ParsedSearch`, with errors a person can act on.

    beats/…/searches.yaml   the beat's own, with its comments      ─┐
    HOME/searches.yaml      what `maplewire searches add …` wrote  ─┴─► one list, checked as a whole

An entry of the second file with an id of the first changes just the fields that it names (`{id: leaders, enabled: false}`);
`removed: true` takes it out. So nobody's comments are ever rewritten, and a beat that came with the
package can be read-only. Every mistake of both files is found in one go.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from textwrap import indent
from typing import Any, get_args
from zoneinfo import available_timezones

import idna
import yaml

from crawlers.errors import CatalogueError
from pipelines.model import Cadence, Reason, SavedSearch
from pipelines.query import Query, QueryError, parse

MAX_YAML_BYTES = 5 * 2**20
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
REASONS = tuple(reason for reason in get_args(Reason) if reason != "ceiling")
MAX_TO = 50


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """A saved search with its query compiled."""

    search: SavedSearch
    query: Query


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out that is no mail: its name, its address (a secret, as it may hold a token), and what it signs with.

    `$NAME` stands for the environment variable NAME, so that no file has to hold a token.
    """

    id: str
    url: str
    secret: str | None = None

    def resolved(self) -> Channel:
        """Return it with variables in place of their names. Raises CatalogueError where one is not set."""
        return replace(
            self, url=_variable(self.id, self.url), secret=self.secret and _variable(self.id, self.secret)
        )

    def __repr__(self) -> str:
        return f"Channel({self.id!r})"


def _variable(channel: str, value: str) -> str:
    if not re.fullmatch(r"\$[A-Za-z_][A-Za-z0-9_]*", value):
        return value
    if not (found := os.environ.get(value[1:])):
        raise CatalogueError([f"channel “{channel}”: the environment variable {value[1:]} is not set"])
    return found


@dataclass(frozen=True, slots=True)
class Searches:
    """All saved searches, in the order of the files, and the channels that they may use."""

    standing: tuple[ParsedSearch, ...] = ()
    channels: tuple[Channel, ...] = ()


def load_searches(path: Path, own: Path | None = None) -> Searches:
    """Read saved searches and compile their queries; a file that is not there holds none.

    Raises CatalogueError with every mistake of both files, one each: `FILE:LINE: search "ID": FIELD: what is
    wrong`; for a query with the query and a caret under the mistake.
    """
    problems: list[str] = []
    entries: dict[str, _Entry] = {}
    channels: dict[str, Channel] = {}
    for file in (path, own):
        if file is not None and file.exists():
            try:
                _collect(_document(file), file, entries, channels, problems, changes=file == own)
            except CatalogueError as e:
                problems += e.problems
    found = [
        standing
        for entry in entries.values()
        if not entry.removed and (standing := _standing(entry, channels, problems))
    ]
    if problems:
        raise CatalogueError(problems)
    return Searches(tuple(found), tuple(channels.values()))


# -- files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """One search as written: its values, and for each field the file and line it stands in."""

    values: Mapping[str, Any]
    places: Mapping[str, str]
    place: str
    label: str

    @property
    def removed(self) -> bool:
        return self.values.get("removed") is True

    def changed_by(self, other: _Entry) -> _Entry:
        return replace(self, values={**self.values, **other.values}, places={**self.places, **other.places})

    def at(self, field: str) -> str:
        return f"{self.places.get(field, self.place)}: {self.label}"


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the fields of a YAML file and the line of each; CatalogueError where it has none."""
    node = _document(path)
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError([f"{path}:1: must hold fields, such as “name: …”"])
    loader = yaml.SafeLoader("")
    try:
        values = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as e:
        raise CatalogueError([f"{path}: {getattr(e, 'problem', None) or e}; write plain text"]) from e
    finally:
        loader.dispose()
    return values, {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _document(path: Path) -> yaml.Node | None:
    try:
        if path.stat().st_size > MAX_YAML_BYTES:
            raise CatalogueError([f"{path}: larger than {MAX_YAML_BYTES >> 20} MiB; split the beat in two"])
        return yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise CatalogueError([f"{path}: no such file"]) from None
    except (OSError, UnicodeDecodeError) as e:
        raise CatalogueError([f"{path}: cannot be read: {e}"]) from e
    except RecursionError as e:
        raise CatalogueError([f"{path}: is nested too deeply"]) from e
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CatalogueError([f"{path}{line}: is no YAML: {getattr(e, 'problem', None) or e}"]) from e


def _collect(
    root: yaml.Node | None,
    path: Path,
    entries: dict[str, _Entry],
    channels: dict[str, Channel],
    problems: list[str],
    *,
    changes: bool,
) -> None:
    """Add what one file says to what is known; with `changes` an entry may change one of the file before."""
    if not isinstance(root, yaml.MappingNode):
        raise CatalogueError([f"{path}:1: must hold a list under «searches:»"])
    lists = {str(key.value): value for key, value in root.value}
    if stray := set(lists) - {"searches", "channels"}:
        name = min(stray)
        line = next(key.start_mark.line + 1 for key, _ in root.value if key.value == name)
        problems.append(f"{path}:{line}: {name}: is no list of this file; write searches or channels")
    for node in _rows(lists.get("channels"), path, "channels", problems):
        _add_channel(_entry(node, path, "channel", problems), channels, problems)
    if "searches" not in lists and "channels" not in lists:
        raise CatalogueError([f"{path}:1: must hold a list under «searches:»"])
    seen: dict[str, str] = {}
    for node in _rows(lists.get("searches"), path, "searches", problems):
        entry = _entry(node, path, "search", problems)
        id_ = str(entry.values.get("id", ""))
        if id_ and id_ in seen:
            problems.append(f"{entry.at('id')}: id: is used twice, first in {seen[id_]}; give each its own")
        elif changes and id_ in entries:
            entries[id_] = entries[id_].changed_by(entry)
        else:
            entries[id_ or f"{entry.place}"] = entry
        seen[id_] = entry.place


def _rows(node: yaml.Node | None, path: Path, name: str, problems: list[str]) -> Sequence[yaml.Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "null", "~")):
        return ()
    if not isinstance(node, yaml.SequenceNode):
        problems.append(
            f"{path}:{node.start_mark.line + 1}: {name}: is no list; write “- id: …” for each below it"
        )
        return ()
    rows: Sequence[yaml.Node] = node.value
    return rows


def _entry(node: yaml.Node, path: Path, kind: str, problems: list[str]) -> _Entry:
    place = f"{path}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        problems.append(f"{place}: is no entry with fields; write “- id: …”")
        return _Entry({"removed": True}, {}, place, kind)
    loader = yaml.SafeLoader("")
    try:
        values = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as e:
        problems.append(f"{place}: {getattr(e, 'problem', None) or e}; write plain text")
        return _Entry({"removed": True}, {}, place, kind)
    finally:
        loader.dispose()
    places: dict[str, str] = {}
    label = f'{kind} "{values["id"]}"' if values.get("id") else kind
    for key, _ in node.value:
        at = f"{path}:{key.start_mark.line + 1}"
        if key.value in places:
            problems.append(f"{at}: {label}: {key.value}: is given twice; keep one of them")
        places[str(key.value)] = at
    return _Entry({str(k): v for k, v in values.items()}, places, place, label)


# -- one search ---------------------------------------------------------------------------------------------


class _Wrong(ValueError):
    """A value that cannot stand; the message says what to write."""


def _standing(entry: _Entry, channels: Mapping[str, Channel], problems: list[str]) -> ParsedSearch | None:
    before = len(problems)
    checked: dict[str, Any] = {}
    for name, value in entry.values.items():
        if name == "removed":
            continue
        if (check := _FIELDS.get(name)) is None:
            problems.append(f"{entry.at(name)}: {_unknown(name, _FIELDS)}")
            continue
        try:
            checked[_RENAMED.get(name, name)] = check(value)
        except _Wrong as e:
            problems.append(f"{entry.at(name)}: {name}: {e}")
    for name in ("id", "name", "query"):
        if name not in entry.values:
            problems.append(f"{entry.at(name)}: {name}: is missing")
    for name in checked.get("channels", ()):
        if name not in channels:
            known = (
                f"known: {', '.join(channels)}" if channels else "there are none; list them under «channels:»"
            )
            problems.append(f"{entry.at('channels')}: channels: “{name}” is no channel; {known}")
    if "to" not in entry.values and "channels" not in entry.values:
        problems.append(f"{entry.at('to')}: to: is missing; write the address that gets its mail")
    query = _query(entry, problems) if isinstance(entry.values.get("query"), str) else None
    if len(problems) > before or query is None:
        return None
    return ParsedSearch(SavedSearch(**checked, where=entry.place), query)


def _query(entry: _Entry, problems: list[str]) -> Query | None:
    try:
        return parse(entry.values["query"])
    except QueryError as e:
        problems.append(f"{entry.at('query')}: query:\n{indent(e.pointing(), '  ')}")
        return None


def _unknown(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"{name}: is no field; " + (f"write {close[0]}" if close else f"known: {', '.join(known)}")


def _add_channel(entry: _Entry, channels: dict[str, Channel], problems: list[str]) -> None:
    values = {name: value for name, value in entry.values.items() if name != "removed"}
    for name, value in values.items():
        if name not in ("id", "url", "secret"):
            problems.append(f"{entry.at(name)}: {_unknown(name, ('id', 'url', 'secret'))}")
        elif not isinstance(value, str) or not value.strip():
            problems.append(f"{entry.at(name)}: {name}: is no text; write it in quotes")
            return
    if not values:
        return
    if not {"id", "url"} <= values.keys():
        problems.append(f"{entry.place}: a channel has id and url; write both")
        return
    if values["id"] == "mail" or not re.fullmatch(_ID, values["id"]):
        problems.append(
            f"{entry.at('id')}: id: “{values['id']}” is no name for a channel (a-z, 0-9, -, _; not mail)"
        )
        return
    channels[values["id"]] = Channel(values["id"], values["url"].strip(), values.get("secret"))


# -- fields: each function returns the checked value or says what to write --------------------------------

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


def _id(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(_ID, value):
        raise _Wrong(f"“{value}” is no id; use letters, digits, - and _, at most 64")
    return value


def _name(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= 200:
        raise _Wrong("write a name of 1 to 200 characters")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"{value!r} is no text; write it in quotes")
    return value


def _note(value: object) -> str | None:
    return None if value is None else _text(value)


def _addresses(value: object) -> tuple[str, ...]:
    given = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
    if not given or len(given) > MAX_TO:
        raise _Wrong(f"write one address, or a list of up to {MAX_TO}: [desk@newsroom.example]")
    for address in given:
        if not is_address(address):
            raise _Wrong(f"“{address}” is no address; write one like desk@newsroom.example")
    return tuple(dict.fromkeys(given))


_ATOMS = re.compile(r"""[^@\s<>(),;:\\"\[\].]+(?:\.[^@\s<>(),;:\\"\[\].]+)*""")


def is_address(value: object) -> bool:
    """Tell whether a value can be an e-mail address, of any script, that a header and a server can be given."""
    if not isinstance(value, str) or len(value) > 254 or not value.isprintable() or "=?" in value:
        return False
    local, at, domain = value.rpartition("@")
    return bool(at and _ATOMS.fullmatch(local)) and _is_domain(domain)


def _is_domain(domain: str) -> bool:
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return False
    return re.fullmatch(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*", ascii_domain) is not None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"{value!r} is neither true nor false")
    return value


def _word_of(words: Sequence[str]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value in words:
            return str(value)
        close = difflib.get_close_matches(str(value), words, n=1)
        raise _Wrong(f"“{value}” is none of {', '.join(words)}" + (f"; write {close[0]}" if close else ""))

    return check


def _words_of(words: Sequence[str]) -> Callable[[object], tuple[str, ...]]:
    one = _word_of(words)

    def check(value: object) -> tuple[str, ...]:
        given = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(one(word) for word in given))

    return check


def _clock(value: object) -> time:
    # Without quotes YAML reads 17:30 as seventeen sixties and thirty.
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    match = re.fullmatch(r"(\d\d?):(\d\d)", value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise _Wrong(f"“{value}” is no time of day; write it as 08:00")
    return time(int(match[1]), int(match[2]))


def _weekday(value: object) -> int:
    return DAYS.index(_word_of(DAYS)(value.lower() if isinstance(value, str) else value))


def _zone(value: object) -> str:
    if value in available_timezones():
        return str(value)
    close = difflib.get_close_matches(str(value), available_timezones(), n=1)
    raise _Wrong(f"“{value}” is no time zone; write {close[0] if close else 'one like America/Toronto'}")


def _quiet(value: object) -> tuple[time, time] | None:
    if value is None or value is False:
        return None
    parts = re.split(r"\s*(?:-|–|to)\s*", value.strip()) if isinstance(value, str) else ()
    if len(parts) != 2:
        raise _Wrong(f"“{value}” is no stretch of a day; write it as 22:00-07:00")
    start, end = map(_clock, parts)
    if start == end:
        raise _Wrong("begins when it ends; leave it out for no quiet hours")
    return start, end


def _count(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _Wrong(f"{value!r} is no whole number from {low} to {high}")
        return value

    return check


def _counts(low: int, high: int) -> Callable[[object], tuple[int, ...]]:
    def check(value: object) -> tuple[int, ...]:
        given = value if isinstance(value, list) else [value]
        return tuple(sorted({_count(low, high)(number) for number in given}))

    return check


def _ceiling(value: object) -> int | None:
    return None if value is None else _count(1, 10_000)(value)


def _languages(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    for lang in given:
        if not isinstance(lang, str) or not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", lang):
            raise _Wrong(f"“{lang}” is no language; write codes such as en, fr, zh or zh-Hant")
    return tuple(dict.fromkeys(given))


_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "id": _id,
    "name": _name,
    "query": _text,
    "to": _addresses,
    "channels": lambda value: tuple(_text(v) for v in (value if isinstance(value, list) else [value])),
    "cadence": _word_of(get_args(Cadence)),
    "at": _clock,
    "day": _weekday,
    "zone": _zone,
    "quiet": _quiet,
    "ceiling": _ceiling,
    "reasons": _words_of(REASONS),
    "languages": _languages,
    "min_independent": _count(1, 1000),
    "tiers": _counts(1, 3),
    "paid": _flag,
    "state": _flag,
    "copies": _counts(1, 100_000),
    "reports": _counts(2, 100_000),
    "empty": _flag,
    "backfill": _flag,
    "enabled": _flag,
    "note": _note,
}
_RENAMED = {"day": "weekday"}


# -- writing ------------------------------------------------------------------------------------------------

_HEAD = """\
# Written by `maplewire searches`. An entry with an id of the beat's own searches.yaml changes only the fields that it names
# here. You may edit this file: comments outside an entry stay as they are.
"""


def write_entry(own: Path, id_: str, values: Mapping[str, Any] | None) -> None:
    """Put one search into HOME's file in place of what it says of that id; None takes it out of this file.

    Only the lines of that entry change. The file is replaced as a whole, so a crash leaves the old one.
    """
    text = own.read_text("utf-8-sig") if own.exists() else f"{_HEAD}searches:\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    place = _lines_of(own, text, id_)
    if place is None and not re.search(r"^searches:", text, re.MULTILINE):
        lines.append("searches:\n")
        place = (len(lines), len(lines))
    if place is None:
        line = _line_for_new_entry(own, text, len(lines))
        place = (line, line)
    start, end = place
    written: list[str] = []
    if values is not None:
        written = _written(values, _indent_of_entries(own, text))
    lines[start:end] = written
    own.parent.mkdir(parents=True, exist_ok=True)
    partial = own.with_suffix(".part")
    partial.write_text("".join(lines), "utf-8")
    partial.replace(own)


def own_entry(own: Path, id_: str) -> dict[str, Any]:
    """Return what HOME's file says of a search, {} where it says nothing."""
    rows = read_mapping(own)[0].get("searches") if own.exists() else None
    return next((dict(row) for row in rows or () if isinstance(row, dict) and row.get("id") == id_), {})


def _written(values: Mapping[str, Any], indent: int) -> list[str]:
    text = yaml.safe_dump([dict(values)], allow_unicode=True, sort_keys=False, width=120)
    return [f"{' ' * indent}{line}\n" for line in text.splitlines()]


def _line_for_new_entry(own: Path, text: str, end_of_file: int) -> int:
    """Return the line at which a new search goes: behind the last search, wherever the list stands.

    Where nothing but comments follow the list, it goes to the end of the file.
    """
    root = _document(own) if text and own.exists() else None
    if not isinstance(root, yaml.MappingNode):
        return end_of_file
    last_key, _ = root.value[-1]
    if last_key.value == "searches":
        return end_of_file
    for key, value in root.value:
        if key.value != "searches":
            continue
        if isinstance(value, yaml.SequenceNode) and value.flow_style and value.value:
            raise CatalogueError([f"{own}: write its searches one below the other, not inside […]"])
        if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
            return _last_line(value) + 1
        return int(key.start_mark.line) + 1
    return end_of_file


def _indent_of_entries(own: Path, text: str) -> int:
    """Return the number of spaces before the dash of the searches that the file has; 2 where it has none."""
    root = _document(own) if text and own.exists() else None
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "searches" and isinstance(value, yaml.SequenceNode) and value.value:
                return int(value.start_mark.column)
    return 2


def _lines_of(own: Path, text: str, id_: str) -> tuple[int, int] | None:
    """Return the lines [start, end) of an entry, comments behind it not counted."""
    root = _document(own) if text and own.exists() else None
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "searches" and isinstance(value, yaml.SequenceNode):
            if value.flow_style:
                raise CatalogueError([f"{own}: write its searches one below the other, not inside […]"])
            for node in value.value:
                pairs = node.value if isinstance(node, yaml.MappingNode) else ()
                if any(k.value == "id" and v.value == id_ for k, v in pairs):
                    return node.start_mark.line, _last_line(node) + 1
    return None


def _last_line(node: yaml.Node) -> int:
    """Return the last line that a node writes on; the mark of a block's end lies behind its comments."""
    if isinstance(node, yaml.ScalarNode):
        end = node.end_mark
        return int(end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line)
    children = (
        [child for pair in node.value for child in pair] if isinstance(node, yaml.MappingNode) else node.value
    )
    return max(map(_last_line, children), default=int(node.start_mark.line))
