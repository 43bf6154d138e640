"""Read a YAML file that a person wrote, with the line of every value.

    file ──► read_yaml() ──► YamlDocument: plain values, their lines, mistakes of the YAML itself

A file that cannot be read at all raises CatalogueError. A mistake in one value (a key given twice, an unknown
tag) is kept in `problems`. So a reader can report all mistakes of a file in one go.

All messages have one form: `FILE:LINE: what is wrong; what to write`.

PyYAML's C parser is used: it takes 6 ms for a catalogue of 100 sources, the Python one 140 ms.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from crawlers.errors import CatalogueError

MAX_BYTES = 5 * 1024 * 1024
#: Values of a file with all aliases written out: ten thousand sources stay far below.
MAX_VALUES = 200_000
#: Levels of nesting. A catalogue has four.
MAX_DEPTH = 50
#: A text with fewer indicators (`[`, `-`, `:` ...) cannot be so deep that the C parser crashes.
_MAY_BE_DEEP = 5_000

#: The way to a value: keys, and positions in lists from 0. The `loc` of a Pydantic error is one too.
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """A mistake of the YAML itself at one place of a file that can be read otherwise."""

    place: Place
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The plain values of a file, and the line of each of them.

    `values` holds dicts with text keys, lists, text, numbers, booleans, dates and None. An empty file
    is None. Keys are text as written, so that `on:` is the key "on" and not true.
    """

    path: Path
    values: Any
    #: The line of each key and of each item of a list, counted from 1.
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False)
    problems: tuple[YamlProblem, ...] = ()

    def find_line(self, place: Place) -> int:
        """Return the line of a value, or of the nearest group around it that was written."""
        # A key that an alias brought along has no line of its own, and one that is missing has none either.
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def locate(self, place: Place) -> str:
        """Return `FILE:LINE` of a value, as a message begins."""
        return f"{self.path}:{self.find_line(place)}"


def read_yaml(path: Path, *, max_bytes: int = MAX_BYTES, max_values: int = MAX_VALUES) -> YamlDocument:
    """Read a YAML file into plain values with their lines.

    Raises CatalogueError with one line where the file is missing, too large, not UTF-8, not YAML,
    nested too deeply, or grows beyond `max_values` through its aliases.
    """
    try:
        # Asked before it is read: a wrong path may lead to a file that fills the memory.
        size = path.stat().st_size
        if size > max_bytes:
            raise CatalogueError(
                [f"{path}: the file has {size:,} bytes; at most {max_bytes:,} are allowed; split it"]
            )
        content = path.read_bytes()
    except FileNotFoundError as e:
        raise CatalogueError(
            [f"{path}: there is no such file; create it, or point to the folder of your beat"]
        ) from e
    except OSError as e:
        raise CatalogueError([f"{path}: the file cannot be read ({e.strerror}); check its rights"]) from e
    return parse_yaml(content, path, max_values=max_values)


def parse_yaml(content: bytes, path: Path, *, max_values: int = MAX_VALUES) -> YamlDocument:
    """Read the content of a YAML file as `read_yaml` does; `path` is for the messages."""
    try:
        # Windows editors begin a file with a byte order mark.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise CatalogueError([f"{path}: the file is not in UTF-8 (byte {e.start}); save it as UTF-8"]) from e
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise CatalogueError([f"{path}:{line}: holds a zero byte, as files in UTF-16 do; save it as UTF-8"])
    try:
        _check_depth(text, path)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as e:
        raise CatalogueError([f"{path}{_describe_yaml_error(e, text)}"]) from e
    except RecursionError as e:  # raised by the Python parser, where the C parser is missing
        raise _too_deep(path) from e
    if root is None:
        return YamlDocument(path, None)
    if _count_values(root, path, max_values) > max_values:
        raise CatalogueError(
            [f"{path}: its aliases (*name) multiply to more than {max_values:,} values; write them out"]
        )
    reader = _ValueReader()
    values = reader.read_value(root, ())
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    return YamlDocument(path, values, reader.lines, tuple(problems))


def describe_unknown_field(
    name: str, known: Collection[str], usual_mistakes: Mapping[str, str] | None = None
) -> str:
    """Return the message for a field that does not exist.

    For example: "unknown field `contry`. Did you mean `country`?".

    `usual_mistakes` maps names that people write to the field that they mean, where the spelling
    does not show it (`tz` for `timezone`).
    """
    # `known` may hold the fields of all groups of a file.
    if name in known:
        return f"`{name}` is a field of another group; move it below that one, indented"
    meant = (usual_mistakes or {}).get(name) or find_similar(name, known)
    if meant is not None:
        return f"unknown field `{name}`. Did you mean `{meant}`?"
    return f"unknown field `{name}`. Remove it, or write one of: {', '.join(known)}"


def find_similar(word: str, known: Collection[str]) -> str | None:
    """Return the known word that is spelled most like `word`, or None."""
    by_lower_case = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(word.casefold(), by_lower_case, n=1, cutoff=0.7)
    if not matches:
        return None
    return by_lower_case[matches[0]]


# The C parser comes with every wheel of PyYAML; a build from source may lack it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE_TAG = "tag:yaml.org,2002:merge"
_STANDARD_PREFIX = "tag:yaml.org,2002:"
_COLLECTION_TAGS = {f"{_STANDARD_PREFIX}map", f"{_STANDARD_PREFIX}seq"}
_SCALAR_TAGS = {
    f"{_STANDARD_PREFIX}{name}" for name in ("null", "bool", "int", "float", "timestamp", "str", "value")
}
# Only its functions for one value are used, and they keep no state.
_SCALARS = yaml.SafeLoader("")


def _check_depth(text: str, path: Path) -> None:
    """Raise CatalogueError where a text is nested too deeply.

    The C parser composes nodes by recursion, and crashes the process at some 50,000 levels. Its events
    need no recursion, but half of the time again, so a text that cannot be deep goes without.
    """
    indicators = sum(text.count(indicator) for indicator in "[{-?:")
    if indicators < _MAY_BE_DEEP:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _too_deep(path)


def _too_deep(path: Path) -> CatalogueError:
    return CatalogueError([f"{path}: the file is nested too deeply; {MAX_DEPTH} levels are allowed"])


def _describe_yaml_error(error: yaml.YAMLError, text: str) -> str:
    """Return `:LINE: what is wrong; what to do` for a text that is not YAML."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f": the file is not YAML: {' '.join(str(error).split())}; remove this character"
    lines = text.splitlines()
    # The parser reports an open bracket or quote behind the last line.
    if mark.line >= len(lines):
        return f":{max(1, len(lines))}: the file ends too early; close every bracket and quote"
    if "\t" in lines[mark.line][: mark.column + 1]:
        return f":{mark.line + 1}: there is a tab where YAML wants spaces; indent with two spaces"
    problem = getattr(error, "problem", None) or "a character that may not be in YAML"
    return (
        f":{mark.line + 1}: this is not YAML from column {mark.column + 1} on: {problem}; check the"
        " indentation, and put values that contain “: ”, “#”, “{”, “[” or begin with “*”, “&”, “@” in quotes"
    )


def _children_of(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.ScalarNode):
        return []
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    children = []
    for key, value in node.value:
        children += [key, value]
    return children


def _count_values(root: yaml.Node, path: Path, max_values: int) -> int:
    """Return the number of values with aliases written out.

    A group that holds itself counts as more than `max_values`.
    """
    endless = max_values + 1
    sizes: dict[int, int] = {}

    def count(node: yaml.Node, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise _too_deep(path)
        if isinstance(node, yaml.ScalarNode):
            return 1
        if id(node) not in sizes:
            # A value that contains itself (`&a [*a]`) sees this number, and so counts as endless.
            sizes[id(node)] = endless
            total = 1
            for child in _children_of(node):
                total += count(child, depth + 1)
            sizes[id(node)] = total
        return sizes[id(node)]

    return count(root, 0)


class _ValueReader:
    """Turns nodes into plain values, and notes lines and problems on the way."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.problems: list[YamlProblem] = []

    def read_value(self, node: yaml.Node, place: Place) -> Any:
        # The line of a key was noted by the group that holds it; it is nearer to what a person looks for.
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._read_scalar(node, place)
        if node.tag not in _COLLECTION_TAGS:
            self._add_unknown_tag(node, place)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, place)
        items = []
        for position, child in enumerate(node.value):
            items.append(self.read_value(child, (*place, position)))
        return items

    def _read_scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        # The text goes on without its tag, so that the other checks still see a value.
        if node.tag not in _SCALAR_TAGS:
            self._add_unknown_tag(node, place)
            return node.value
        construct = _SCALARS.yaml_constructors.get(node.tag)
        if construct is None:
            return node.value
        try:
            return construct(_SCALARS, node)
        except (yaml.YAMLError, ValueError, TypeError, LookupError, ArithmeticError) as e:
            # 2026-13-45 has the form of a date, and no date has this value.
            text = f"“{node.value[:40]}” cannot be read ({e}); put it in quotes"
            self._add_problem(node, place, text)
            return node.value

    def _read_mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: list[yaml.Node] = []
        for key, value in node.value:
            if key.tag == _MERGE_TAG:
                merged.append(value)
                continue
            if not isinstance(key, yaml.ScalarNode):
                self._add_problem(
                    key, place, "a list or group stands where a field's name belongs; write text"
                )
                continue
            name = str(key.value)
            inner = (*place, name)
            # YAML forbids repeated keys, and every parser takes the last one without a word.
            if name in own:
                self._add_problem(key, inner, "is given twice; keep one of them")
            self.lines[inner] = key.start_mark.line + 1
            own[name] = self.read_value(value, inner)
        values: dict[str, Any] = {}
        for source in merged:
            values = {**self._read_merged(source, place), **values}
        return {**values, **own}

    def _read_merged(self, node: yaml.Node, place: Place) -> dict[str, Any]:
        """Return the fields that `<<: *name` or `<<: [*one, *two]` brings along."""
        sources = [node]
        if isinstance(node, yaml.SequenceNode):
            sources = list(node.value)
        values: dict[str, Any] = {}
        for source in sources:
            # The first of a list wins, as in https://yaml.org/type/merge.html.
            if not isinstance(source, yaml.MappingNode):
                self._add_problem(node, place, "“<<” takes the alias of a group of fields; write <<: *name")
                continue
            # Problems and lines of the group were noted where it is written.
            values = {**_ValueReader()._read_mapping(source, place), **values}
        return values

    def _add_unknown_tag(self, node: yaml.Node, place: Place) -> None:
        tag = node.tag
        if tag.startswith(_STANDARD_PREFIX):
            tag = f"!!{tag.removeprefix(_STANDARD_PREFIX)}"
        self._add_problem(node, place, f"has the unknown tag “{tag}”; remove it and write plain text")

    def _add_problem(self, node: yaml.Node, place: Place, text: str) -> None:
        self.problems.append(YamlProblem(place, node.start_mark.line + 1, text))
