"""The catalogue: sources.yaml -> Source, with errors a person can act on.

Every mistake of the whole file is found in one go, and each line says where it is, what is wrong, and
what to write instead. Nothing is guessed: a catalogue with a mistake gives no sources at all.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo, available_timezones

import yaml
from lxml import etree
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import Kind, Owner, PollPolicy, Scope, Source
from crawlers.urls import canonical_url

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_NODES = 200_000
"""Values in the file with all aliases written out: ten thousand sources stay far below."""
MAX_PAGES = 50
_MIN_POLL_S, _MAX_POLL_S = 60, 30 * 86_400

# ISO 639-1, of which nobody remembers all.
_LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa
    ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko
    kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa
    pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty
    ug uk ur uz ve vi vo wa wo xh yi yo za zh zu zh-Hans zh-Hant
    """.split()  # noqa: SIM905
)
_LANGUAGE_SLIPS = {
    "english": "en", "french": "fr", "français": "fr", "chinese": "zh", "中文": "zh", "cn": "zh-Hans", "tw": "zh-Hant",
    "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant",
    "eng": "en", "fra": "fr", "fre": "fr", "zho": "zh", "chi": "zh",
}  # fmt: skip
_DURATION = re.compile(r"\s*(\d{1,7})\s*(s|m|min|h|d)?\s*")
_UNIT_S = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, None: 1}


def load_sources(path: Path) -> tuple[Source, ...]:
    """Return the sources of a catalogue file, in its order, disabled ones included.

    Raises CatalogueError with all mistakes, one line each, in the order of the file:
    `FILE:LINE: source "ID": FIELD: what is wrong; write X instead`.
    """
    problems: list[tuple[int, str]] = []
    rows = _rows(path, problems)
    sources = [source for row in rows if (source := _source(row, problems))]
    problems += _repeated(rows)
    if problems:
        # Python sorts stably: mistakes of one line stay in the order in which they were found.
        raise CatalogueError(
            [f"{path}:{line}: {text}" for line, text in sorted(problems, key=lambda p: p[0])]
        )
    return tuple(sources)


# -- the file ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """One entry as written: its values, and the line of each key."""

    values: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]
    line: int
    label: str
    problems: tuple[tuple[int, str], ...] = ()

    def line_of(self, where: tuple[str, ...]) -> int:
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, self.line)


def _rows(path: Path, problems: list[tuple[int, str]]) -> list[_Row]:
    root = _root(path)
    start = root.start_mark.line + 1
    if isinstance(root, yaml.SequenceNode):
        raise _only(
            path, start, "the file is a list; write “sources:” in the first line and indent the list below it"
        )
    if not isinstance(root, yaml.MappingNode):
        raise _only(
            path, start, "the file is no catalogue; begin it with “sources:” and list the sources below"
        )
    found = None
    for key, value in root.value:
        if key.value == "sources" and found is None:
            found = value
        else:
            problems.append((key.start_mark.line + 1, _stray(str(key.value))))
    if found is None:
        lines = [f"{path}:{line}: {text}" for line, text in problems]
        raise CatalogueError(
            [*lines, f"{path}:{start}: the list “sources:” is missing; begin the file with it"]
        )
    if not isinstance(found, yaml.SequenceNode) or not found.value:
        line = found.start_mark.line + 1
        raise _only(path, line, "“sources:” is no list or empty; write “- id: …” for each source below it")
    return [_row(node, number) for number, node in enumerate(found.value, 1)]


def _stray(key: str) -> str:
    if key == "sources":
        return "sources: is given twice; put both lists into one"
    near = _nearest(key, ["sources"])
    return f"{key}: is no field of a catalogue; {'write sources instead' if near else 'remove it'}"


def _root(path: Path) -> yaml.Node:
    """Parse the file into nodes, which still know their lines."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise CatalogueError(
                [f"{path}: the file has {size} bytes; a catalogue has at most {MAX_FILE_BYTES}, split it"]
            )
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as e:
        raise CatalogueError(
            [f"{path}: there is no such file; create it, or point to the folder of your beat"]
        ) from e
    except UnicodeDecodeError as e:
        raise CatalogueError([f"{path}: the file is not in UTF-8 (byte {e.start}); save it as UTF-8"]) from e
    except OSError as e:
        raise CatalogueError([f"{path}: the file cannot be read: {e.strerror}"]) from e
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        size = _written_out(root, {}) if root else 0
    except RecursionError as e:
        raise CatalogueError([f"{path}: the file is nested too deeply; a catalogue has three levels"]) from e
    except yaml.YAMLError as e:
        raise CatalogueError([f"{path}{_yaml_message(e, text)}"]) from e
    if size > MAX_NODES:
        raise CatalogueError(
            [f"{path}: its aliases (*name) multiply to more than {MAX_NODES} values; write them out"]
        )
    if root is None:
        raise CatalogueError(
            [f"{path}:1: the file is empty; begin it with “sources:” and list the sources below"]
        )
    return root


def _written_out(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Count the values of a node with aliases written out; one that contains itself counts as endless."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in sizes:
        sizes[id(node)] = MAX_NODES + 1  # what anyone inside this node sees who points back to it
        children = (
            [c for pair in node.value for c in pair] if isinstance(node, yaml.MappingNode) else node.value
        )
        sizes[id(node)] = 1 + sum(_written_out(child, sizes) for child in children)
    return sizes[id(node)]


def _yaml_message(error: yaml.YAMLError, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f": this is no YAML: {' '.join(str(error).split())}"
    lines = text.splitlines()
    if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        return f":{mark.line + 1}: a tab stands where YAML wants spaces; indent with two spaces"
    problem = getattr(error, "problem", None) or "a character that may not be in YAML"
    return (
        f":{mark.line + 1}: this is no YAML from column {mark.column + 1} on: {problem}; check the indentation,"
        " and put values that contain “: ”, “#”, “{”, “[” or begin with “*”, “&”, “@” in quotes"
    )


def _row(node: yaml.Node, number: int) -> _Row:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        text = f"source {number}: is no entry with fields; write “- id: …” with name, kind and url below it"
        return _Row({}, {}, line, f"source {number}", ((line, text),))
    lines, repeated = _key_lines(node)
    loader = yaml.SafeLoader("")
    try:
        values = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as e:
        mark = getattr(e, "problem_mark", None)
        line = mark.line + 1 if mark else line
        problem = " ".join(str(getattr(e, "problem", None) or e).split())
        return _Row(
            {}, {}, line, f"source {number}", ((line, f"source {number}: {problem}; write plain text"),)
        )
    finally:
        loader.dispose()
    values = {str(key): value for key, value in values.items()}
    name = values.get("id")
    label = f'source "{name}"' if isinstance(name, str | int) and name != "" else f"source {number}"
    problems = tuple((at, f"{label}: {key}: is given twice; keep one of them") for key, at in repeated)
    return _Row(values, lines, line, label, problems)


def _key_lines(node: yaml.MappingNode) -> tuple[dict[tuple[str, ...], int], list[tuple[str, int]]]:
    """Return the line of each key (of `poll`'s keys too) and the keys that occur a second time."""
    lines: dict[tuple[str, ...], int] = {}
    repeated = []
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if (name,) in lines and name != "<<":
            repeated.append((name, line))
        lines[(name,)] = line
        if isinstance(value, yaml.MappingNode):
            lines |= {(name, str(inner.value)): inner.start_mark.line + 1 for inner, _ in value.value}
    return lines, repeated


def _only(path: Path, line: int, text: str) -> CatalogueError:
    return CatalogueError([f"{path}:{line}: {text}"])


# -- one entry -----------------------------------------------------------------------------------


def _wrong(message: str) -> PydanticCustomError:
    """Return the error of a validator; the message may hold braces, which Pydantic would take for fields."""
    return PydanticCustomError("wrong", "{message}", {"message": message})


def _nearest(word: str, known: Iterable[str]) -> str | None:
    by_fold = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.7)
    return by_fold[near[0]] if near else None


def _a_text(value: object) -> str:
    if isinstance(value, bool):
        raise _wrong(
            f'is {str(value).lower()}, which YAML makes of yes, no, on and off; write it in quotes, as "NO"'
        )
    if isinstance(value, int | float):
        raise _wrong(f'is the number {value}; write it in quotes: "{value}"')
    if not isinstance(value, str):
        raise _wrong(f"is {_kind_of(value)}; write a text")
    if not value.strip():
        raise _wrong("is empty; write a value or remove the line")
    return value.strip()


def _kind_of(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a group of fields"
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


def _a_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(f"is {value!r}; write true or false")
    return value


def _one_of(choices: tuple[str, ...]) -> Any:
    def check(value: str) -> str:
        if value in choices:
            return value
        near = _nearest(value, choices)
        raise _wrong(f"“{value}” is none of {', '.join(choices)}; write {near or 'one of them'}")

    return AfterValidator(check)


def _an_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", value):
        better = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")[:64]
        raise _wrong(
            f"“{value}” is no id (a-z, 0-9, “-”, “_”, “.”, at most 64); write {better or 'something like cbc-world'}"
        )
    return value


def _a_name(value: str) -> str:
    if len(value) > 200 or not value.isprintable():
        raise _wrong("has more than 200 characters or line breaks; write a short name")
    return value


def _an_address(value: str) -> str:
    try:
        canonical_url(value)
    except PermanentError as e:
        if "://" not in value and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", value):
            raise _wrong(f"“{value}” lacks its scheme; write https://{value}") from e
        raise _wrong(f"{e}; write the whole address of the feed, beginning with https://") from e
    return value


def _a_country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        better = (
            value.upper()
            if re.fullmatch(r"[a-z]{2}", value)
            else "two capital letters (ISO 3166), as CA or CN"
        )
        raise _wrong(f"“{value}” is no country code; write {better}")
    return value


def _a_language(value: str) -> str:
    if value not in _LANGUAGES:
        folded = value.lower().replace("_", "-")
        better = _LANGUAGE_SLIPS.get(folded) or next((c for c in _LANGUAGES if c.lower() == folded), None)
        stem = folded.partition("-")[0]
        better = better or (
            stem if stem in _LANGUAGES else "en, fr, zh, zh-Hans, zh-Hant or another ISO 639-1 code"
        )
        raise _wrong(f"“{value}” is no language code; write {better}")
    return value


def _a_tier(value: object) -> int:
    if isinstance(value, bool) or value not in (1, 2, 3) or not isinstance(value, int):
        raise _wrong(f"is {value!r}; write 1 (must not miss), 2 or 3")
    return value


def _a_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as e:  # no such zone, a folder, a path that leads elsewhere
        near = _nearest(value, available_timezones())
        near = near or next(
            (z for z in sorted(available_timezones()) if z.endswith("/" + value.title().replace(" ", "_"))),
            None,
        )
        raise _wrong(
            f"“{value}” is no time zone; write {near or 'an IANA name, as America/Toronto or Asia/Shanghai'}"
        ) from e
    return value


def _a_selector(value: str) -> str:
    if value.startswith(("/", "(", "./")):
        try:
            etree.XPath(value)
        except etree.XPathError as e:
            raise _wrong(f"“{value}” is no XPath ({e}); write for example //h2/a") from e
        return value
    from cssselect import SelectorError
    from parsel.csstranslator import HTMLTranslator

    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as e:
        raise _wrong(
            f"“{value}” is no CSS selector ({e}); write for example “h2 a”, or XPath as //h2/a"
        ) from e
    return value


def _a_pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as e:
        raise _wrong(
            f"“{value}” is no regular expression ({e}); write one that article addresses match, as /news/\\d+"
        ) from e
    return value


def _a_duration(value: object) -> int:
    found = (
        _DURATION.fullmatch(str(value))
        if isinstance(value, str | int) and not isinstance(value, bool)
        else None
    )
    if found is None:
        raise _wrong(f"{value!r} is no duration; write 15m, 1h, 24h or a number of seconds")
    seconds = int(found[1]) * _UNIT_S[found[2]]
    if not _MIN_POLL_S <= seconds <= _MAX_POLL_S:
        raise _wrong(f"“{value}” is out of range; write something from 1m to 30d")
    return seconds


def _pages(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PAGES:
        raise _wrong(f"is {value!r}; write a number from 1 to {MAX_PAGES}")
    return value


_Text = Annotated[str, BeforeValidator(_a_text)]
_Flag = Annotated[bool, BeforeValidator(_a_flag)]
_Duration = Annotated[int, BeforeValidator(_a_duration)]
_Selector = Annotated[_Text, AfterValidator(_a_selector)]


class _Poll(BaseModel):
    model_config = ConfigDict(extra="forbid")

    every: _Duration | None = None
    min: _Duration | None = None
    max: _Duration | None = None

    @model_validator(mode="after")
    def _bounds_in_order(self) -> _Poll:
        policy = self.policy()
        if not policy.min_s <= policy.every_s <= policy.max_s:
            raise _wrong(
                f"min {policy.min_s} s, every {policy.every_s} s, max {policy.max_s} s are not in this order;"
                " write values with min ≤ every ≤ max"
            )
        return self

    def policy(self) -> PollPolicy:
        """Fill in the defaults; a bound that was not written gives way to `every`."""
        usual = PollPolicy()
        every = self.every
        if every is None:
            every = max(usual.every_s, self.min or 0)
            every = min(every, self.max or every)
        least = self.min if self.min is not None else min(usual.min_s, every)
        most = self.max if self.max is not None else max(usual.max_s, every)
        return PollPolicy(every_s=every, min_s=least, max_s=most)


class _Entry(BaseModel):
    """The shape of one entry. The order of the fields is that of the messages."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[_Text, AfterValidator(_an_id)]
    name: Annotated[_Text, AfterValidator(_a_name)]
    kind: Annotated[_Text, _one_of(get_args(Kind))]
    url: Annotated[_Text, AfterValidator(_an_address)]
    country: Annotated[_Text, AfterValidator(_a_country)] | None = None
    language: Annotated[_Text, AfterValidator(_a_language)] | None = None
    owner: Annotated[_Text, _one_of(get_args(Owner))] = "private"
    tier: Annotated[int, BeforeValidator(_a_tier)] = 2
    scope: Annotated[_Text, _one_of(get_args(Scope))] = "all"
    timezone: Annotated[_Text, AfterValidator(_a_zone)] | None = None
    enabled: _Flag = True
    links: _Selector | None = None
    next_page: _Selector | None = None
    max_pages: Annotated[int, BeforeValidator(_pages)] = 1
    url_pattern: Annotated[_Text, AfterValidator(_a_pattern)] | None = None
    poll: _Poll = Field(default_factory=_Poll)
    verified: _Flag = False
    note: _Text | None = None


def _source(row: _Row, problems: list[tuple[int, str]]) -> Source | None:
    """Return the source of an entry, or None with what is wrong added to `problems`."""
    found = list(row.problems)
    source = None
    if row.values:
        try:
            source = _built(_Entry.model_validate(dict(row.values)))
        except ValidationError as e:
            found += [_said(row, error) for error in e.errors(include_url=False)]
        found += _misfits(row)
    problems += found
    return source if not found else None


def _built(entry: _Entry) -> Source:
    fields = entry.model_dump(exclude={"poll", "timezone"})
    zone = entry.timezone or _usual_zone(entry.country, entry.language)
    return Source(**fields, timezone=zone, poll=entry.poll.policy())


_SEATS = {"CN": "Asia/Shanghai", "CA": "America/Toronto", "US": "America/New_York"}
"""Where the newsrooms of countries with several zones mostly sit: nearer to each of their clocks than UTC is."""


def _usual_zone(country: str | None, language: str | None) -> str:
    """Return the zone of dates without one for a source that names none: its country's, where that has one alone.

    Guessing costs little: such dates are flagged as assumed all the same.
    """
    if country is None:
        return "Asia/Shanghai" if (language or "").startswith("zh") else "UTC"
    zones = _zones_by_country().get(country, ())
    return _SEATS.get(country) or (zones[0] if len(zones) == 1 else "UTC")


@cache
def _zones_by_country() -> dict[str, list[str]]:
    """Read tzdata's own table of countries and zones."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    zones: defaultdict[str, list[str]] = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones[country].append(zone)
    return zones


def _said(row: _Row, error: ErrorDetails) -> tuple[int, str]:
    where = tuple(str(step) for step in error["loc"])
    field = ".".join(where) or "entry"
    match error["type"]:
        case "missing":
            text = f"is missing; write “{field}: {_EXAMPLES.get(field, '…')}”"
        case "extra_forbidden":
            text = f"is no field of {'poll' if len(where) > 1 else 'a source'}; {_instead_of(where)}"
        case "model_type":
            text = f"is {_kind_of(error['input'])}; write {{every: 15m, min: 5m, max: 24h}}"
        case _:
            text = error["msg"]
    return row.line_of(where), f"{row.label}: {field}: {text}"


_EXAMPLES = {
    "id": "daily-world",
    "name": "The Daily – World",
    "kind": "feed",
    "url": "https://daily.example/feed.xml",
}
_SLIPS = {
    "lang": "language",
    "tz": "timezone",
    "type": "kind",
    "fetch": "kind",
    "href": "url",
    "feed": "url",
    "title": "name",
}


def _instead_of(where: tuple[str, ...]) -> str:
    known = (_Poll if len(where) > 1 else _Entry).model_fields
    near = _SLIPS.get(where[-1]) or _nearest(where[-1], known)
    return f"write {near} instead" if near else f"remove it, or write one of {', '.join(known)}"


def _misfits(row: _Row) -> Iterator[tuple[int, str]]:
    """Yield selectors that would have no effect: only a section page has links to select."""
    kind = row.values.get("kind")
    for field in ("links", "next_page"):
        if kind in ("feed", "sitemap") and field in row.values:
            text = f"has no effect on a {kind}; remove it, or write “kind: section”"
            yield row.line_of((field,)), f"{row.label}: {field}: {text}"


def _repeated(rows: list[_Row]) -> Iterator[tuple[int, str]]:
    """Yield ids and addresses that an earlier entry has already."""
    taken = {row.values["id"] for row in rows if isinstance(row.values.get("id"), str)}
    first_id: dict[str, int] = {}
    first_url: dict[str, _Row] = {}
    for row in rows:
        name = row.values.get("id")
        if isinstance(name, str) and first_id.setdefault(name, row.line) != row.line:
            free = next(f"{name}-{n}" for n in range(2, len(rows) + 3) if f"{name}-{n}" not in taken)
            yield (
                row.line_of(("id",)),
                f"{row.label}: id: is taken by the source in line {first_id[name]}; write {free}",
            )
        try:
            identity = canonical_url(str(row.values.get("url", "")))
        except PermanentError:
            continue
        if (first := first_url.setdefault(identity, row)) is not row:
            text = f"is the address of {first.label} (line {first.line}) too; remove one of them"
            yield row.line_of(("url",)), f"{row.label}: url: {text}"
