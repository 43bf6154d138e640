"""Changes sources.yaml for a command, and leaves every other character as it is.

    set_answered(path, dates)     write `answered: DATE` into these sources
    set_url(path, id, url)        write another address into one source
    set_enabled(path, ids, …)     turn sources off or on, with the reason
    append_sources(path, values)  add sources at the end of the list

A library that writes the whole file anew moves lines and loses comments (docs/decisions/0010). So the parser
only tells where a value stands, and the text is changed there. The result is read again before it is
written: a file that would say anything else than meant is left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from crawlers.checked_yaml import parse_yaml, read_yaml
from crawlers.errors import CatalogueError

_LIST = "sources"
_ANSWERED = "answered"
_ENABLED = "enabled"
_REASON = "off_reason"
#: The field behind which `answered` goes, the first of these that an entry has.
_NEIGHBOURS = ("listed", "verified", "enabled", "url")
#: Spaces before the dash of an entry, where the file has no other.
_USUAL_INDENT = 2
_MAX_COLUMNS = 120

#: A change of a text: [start, end) is replaced.
_Change = tuple[int, int, str]


def set_answered(path: Path, dates: Mapping[str, date]) -> int:
    """Write when sources answered; return how many entries changed.

    Comments, order and form stay. Raises CatalogueError where the file cannot be read or written, or an
    entry has a form in which nothing can be written.
    """
    text = _read_text(path)
    before = parse_yaml(text.encode(), path).values
    changes: list[_Change] = []
    expected = []
    for entry, node in zip(before[_LIST], _list_node(text).value, strict=True):
        # An entry that is no group of fields is reported when the catalogue is read.
        day = dates.get(str(entry["id"])) if isinstance(entry, dict) and "id" in entry else None
        if day is None or entry.get(_ANSWERED) == day:
            expected.append(entry)
            continue
        expected.append({**entry, _ANSWERED: day})
        changes.append(_change_of(text, node, day))
    if changes:
        _write_checked(path, _apply(text, changes), {**before, _LIST: expected})
    return len(changes)


def set_url(path: Path, source_id: str, url: str) -> None:
    """Write another address into a source, in the form of the one before.

    Raises CatalogueError like `set_answered`, and where the file has no such source.
    """
    text = _read_text(path)
    before = parse_yaml(text.encode(), path).values
    changes: list[_Change] = []
    expected = []
    for entry, node in zip(before[_LIST], _list_node(text).value, strict=True):
        if not isinstance(entry, dict) or entry.get("id") != source_id:
            expected.append(entry)
            continue
        expected.append({**entry, "url": url})
        changes += _changes_of_url(node, url)
    if not changes:
        raise CatalogueError([f"{path}: “url:” of source “{source_id}” is not there; change it by hand"])
    _write_checked(path, _apply(text, changes), {**before, _LIST: expected})


def set_enabled(path: Path, ids: Collection[str], *, enabled: bool, reason: str | None = None) -> list[str]:
    """Turn sources off or on; return the ids of those that were changed.

    Off writes `enabled: no`, and the reason where one is given. On takes both out again. Sources that are as
    wanted already stay as they are. Raises CatalogueError like `set_answered`.
    """
    text = _read_text(path)
    before = parse_yaml(text.encode(), path).values
    wanted: dict[str, str | bool] = {_ENABLED: enabled}
    if reason and not enabled:
        wanted[_REASON] = reason
    changes: list[_Change] = []
    expected = []
    changed = []
    for entry, node in zip(before[_LIST], _list_node(text).value, strict=True):
        if not isinstance(entry, dict) or entry.get("id") not in ids or _is_as_wanted(entry, wanted):
            expected.append(entry)
            continue
        changed.append(entry["id"])
        if enabled:
            switched, after = _turn_on(text, node, entry)
        else:
            switched, after = _turn_off(text, node, wanted), {**entry, **wanted}
        changes += switched
        expected.append(after)
    if changes:
        _write_checked(path, _apply(text, changes), {**before, _LIST: expected})
    return changed


def _is_as_wanted(entry: Mapping[str, Any], wanted: Mapping[str, str | bool]) -> bool:
    if wanted[_ENABLED] and _REASON in entry:
        return False
    return all(entry.get(name, name == _ENABLED) == value for name, value in wanted.items())


def append_sources(path: Path, sources: Sequence[Mapping[str, Any]]) -> None:
    """Add sources behind the last one of the list.

    A file that is not there is made. Raises CatalogueError like `set_answered`.
    """
    if not path.exists():
        text = f"{_LIST}:\n{entry_text(sources)}"
        _write_checked(path, text, {_LIST: list(map(dict, sources))})
        return
    text = _read_text(path)
    before = parse_yaml(text.encode(), path).values
    if not isinstance(before, dict) or not isinstance(before.get(_LIST), list) or not before[_LIST]:
        raise CatalogueError([f"{path}: has no list “{_LIST}:” to add to; begin the file with it"])
    listed = _list_node(text)
    # The mark of a list stands at its first dash.
    written = entry_text(sources, listed.start_mark.column)
    place = _end_of_entry(text, listed.value[-1])
    if place and not text[:place].endswith("\n"):
        written = "\n" + written
    expected = [*before[_LIST], *map(dict, sources)]
    _write_checked(path, text[:place] + written + text[place:], {**before, _LIST: expected})


def entry_text(sources: Sequence[Mapping[str, Any]], indent: int = _USUAL_INDENT) -> str:
    """Return sources as lines of YAML, each beginning with “- id: …”."""
    margin = " " * indent
    lines = []
    for source in sources:
        written = yaml.safe_dump(
            [dict(source)], allow_unicode=True, sort_keys=False, width=_MAX_COLUMNS, default_flow_style=False
        )
        lines += [f"{margin}{line}\n" for line in written.splitlines()]
    return "".join(lines)


# -- where things stand ----------------------------------------------------------------------------


def _list_node(text: str) -> yaml.SequenceNode:
    """Return the list of sources, with the marks of its entries."""
    # Python's own parser: its marks count characters of the text, a byte order mark included.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    for key, value in root.value:
        if key.value == _LIST and isinstance(value, yaml.SequenceNode):
            return value
    raise AssertionError("a text that was read as a catalogue has its list")


def _change_of(text: str, node: yaml.Node, day: date) -> _Change:
    """Return the change that writes a date into an entry."""
    assert isinstance(node, yaml.MappingNode)
    values = {key.value: value for key, value in node.value}
    known = values.get(_ANSWERED)
    if known is not None:
        return known.start_mark.index, known.end_mark.index, f"{day}"
    return _insertion(text, node, {_ANSWERED: f"{day}"}, _NEIGHBOURS)


def _insertion(
    text: str, node: yaml.MappingNode, fields: Mapping[str, str], neighbours: Sequence[str]
) -> _Change:
    """Return the change that adds fields to an entry.

    They go behind the first neighbour that it has.
    """
    if node.flow_style:
        return _insertion_in_braces(text, node, fields)
    keys = [key for key, _value in node.value]
    values = {key.value: value for key, value in node.value}
    for name in neighbours:
        if name in values:
            break
    position = [key.value for key in keys].index(name)
    margin = " " * keys[0].start_mark.column
    line = "".join(f"{margin}{field}: {value}\n" for field, value in fields.items())
    place = _end_of_line(text, values[name].end_mark.index)
    if position + 1 < len(keys) and values[name].end_mark.line > keys[position].start_mark.line:
        # A value of several lines ends where the next field begins.
        place = keys[position + 1].start_mark.index - keys[position + 1].start_mark.column
    if not text[:place].endswith("\n"):
        line = "\n" + line.rstrip("\n")
    return place, place, line


def _turn_off(text: str, node: yaml.MappingNode, wanted: Mapping[str, str | bool]) -> list[_Change]:
    """Return the changes that turn an entry off."""
    values = {key.value: value for key, value in node.value}
    written = {_ENABLED: "no"}
    if _REASON in wanted:
        # The texts of JSON are those of YAML.
        written[_REASON] = json.dumps(wanted[_REASON], ensure_ascii=False)
    changes: list[_Change] = []
    missing = {}
    for name, value in written.items():
        known = values.get(name)
        if known is None:
            missing[name] = value
        else:
            changes.append(_replacement(known, value))
    if missing:
        changes.append(_insertion(text, node, missing, (_ENABLED, "url")))
    return changes


def _turn_on(
    text: str, node: yaml.MappingNode, entry: Mapping[str, Any]
) -> tuple[list[_Change], dict[str, Any]]:
    """Return the changes that turn an entry on, and what it says then."""
    after = dict(entry)
    changes: list[_Change] = []
    for key, value in node.value:
        if key.value not in (_ENABLED, _REASON):
            continue
        removed = _removal(text, node, key, value)
        if removed is not None:
            changes.append(removed)
            del after[key.value]
        elif key.value == _ENABLED:
            # A remark behind it stays.
            changes.append(_replacement(value, "yes"))
            after[_ENABLED] = True
    if after.get(_ENABLED) is False:
        # It comes from a group that entries share.
        changes.append(_insertion(text, node, {_ENABLED: "yes"}, ("url",)))
        after[_ENABLED] = True
    after.pop(_REASON, None)
    return changes, after


def _replacement(value: yaml.Node, written: str) -> _Change:
    return value.start_mark.index, value.end_mark.index, written


def _removal(text: str, node: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> _Change | None:
    """Return the change that takes a field out.

    None where something else would go with it.
    """
    start = key.start_mark.index
    # The mark of a text of several lines stands behind the empty lines that follow.
    end = start + len(text[start : value.end_mark.index].rstrip())
    if node.flow_style:
        comma = len(text[:start].rstrip()) - 1
        return (comma, end, "") if text[comma] == "," else None
    begin = start - key.start_mark.column
    line_end = _end_of_line(text, end)
    if text[begin:start].strip(" \ufeff") or text[end:line_end].strip():
        return None
    return begin, line_end, ""


def _changes_of_url(node: yaml.Node, url: str) -> list[_Change]:
    """Return the change of an entry's address; none where it cannot be made safely."""
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        # A text of several lines ends where the next field begins: what follows it would go with it.
        if key.value == "url" and isinstance(value, yaml.ScalarNode) and value.style not in ("|", ">"):
            written = _quote_like(value, url, in_braces=bool(node.flow_style))
            return [(value.start_mark.index, value.end_mark.index, written)]
    return []


def _quote_like(value: yaml.ScalarNode, text: str, *, in_braces: bool) -> str:
    """Return a text as YAML, in the quotes that a value has."""
    if value.style == "'":
        return "'" + text.replace("'", "''") + "'"
    if value.style is None:
        field = f"url: {text}"
        if in_braces:
            # There a question mark or a comma would end the text.
            field = f"{{{field}}}"
        with contextlib.suppress(yaml.YAMLError):
            if yaml.safe_load(field) == {"url": text}:
                return text
    # The texts of JSON are those of YAML.
    return json.dumps(text, ensure_ascii=False)


def _insertion_in_braces(text: str, node: yaml.Node, fields: Mapping[str, str]) -> _Change:
    """Return the change that adds fields to an entry in braces."""
    brace = node.end_mark.index - 1
    inside = text[:brace].rstrip()
    comma = "" if inside.endswith((",", "{")) else ","
    written = ", ".join(f"{field}: {value}" for field, value in fields.items())
    return len(inside), len(inside), f"{comma} {written}"


def _end_of_line(text: str, index: int) -> int:
    """Return where the line of a place ends, its line break included."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _end_of_entry(text: str, node: yaml.Node) -> int:
    """Return where the line behind an entry begins."""
    end = node.end_mark.index
    # The mark of a block stands where the next thing begins, behind empty lines and comments.
    lines = text[node.start_mark.index : end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop())
    return _end_of_line(text, end - 1) if lines else end


def _apply(text: str, changes: Sequence[_Change]) -> str:
    # From the end on, so that the places of the others stay.
    for start, end, replacement in sorted(changes, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


# -- the file --------------------------------------------------------------------------------------


def _read_text(path: Path) -> str:
    """Return the file's text. Raises CatalogueError where it is no YAML."""
    document = read_yaml(path)
    if not isinstance(document.values, dict):
        raise CatalogueError([f"{path}: is not a catalogue; begin it with “{_LIST}:”"])
    # Not `read_text`, which would turn the line ends of Windows into others.
    return path.read_bytes().decode("utf-8")


def _write_checked(path: Path, text: str, expected: Any) -> None:
    """Replace the file, if its new text says what it should."""
    try:
        found = parse_yaml(text.encode(), path).values
    except CatalogueError:
        found = None
    if found != expected:
        raise CatalogueError(
            [f"{path}: is written in a form in which a command cannot change it; change it by hand"]
        )
    # A link stays one: what it leads to is replaced.
    target = path.resolve()
    try:
        _replace(target, text)
    except OSError as e:
        hint = "copy the beat's folder to one that you can write to and name it in MAPLEWIRE_BEAT"
        raise CatalogueError([f"{path}: cannot be written ({e.strerror}); {hint}"]) from e


def _replace(target: Path, text: str) -> None:
    """Write a file all or nothing, with the rights of the one before. Raises OSError."""
    mode = 0o644
    if target.exists():
        mode = stat.S_IMODE(target.stat().st_mode)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
