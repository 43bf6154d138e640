"""Changes saved searches in HOME's searches.yaml.

    own_entry(own, id)             what the file says of a search
    write_entry(own, id, values)   put a search in place of what the file says of it

Every other line of the file stays as it is. The checked reader tells in which line each entry begins, so
the lines of one entry can be replaced. Writing the whole file anew with ruamel.yaml was tried and
dropped: it moves other lines, and 0.19 writes broken YAML for a list of `{…}` and `- id:` entries with a
comment above it (149 of 3,000 random files).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from crawlers.checked_yaml import YamlDocument, parse_yaml, read_yaml
from crawlers.errors import CatalogueError
from crawlers.private_files import make_private_folder, open_private

_LIST = "searches"
_NEW_FILE = """\
# Written by `maplewire searches`. An entry with an id of the beat's own searches.yaml changes only the
# fields that it names here. You may edit this file: comments outside an entry stay as they are.
searches:
"""
#: Spaces before the dash of an entry, where the file has no other.
_USUAL_INDENT = 2
#: Spaces from the dash to the fields of an entry, at least.
_DASH_WIDTH = 2
_MAX_COLUMNS = 120


def own_entry(own: Path, id_: str) -> dict[str, Any]:
    """Return what HOME's file says of a search, {} where it says nothing.

    Raises CatalogueError where the file cannot be read.
    """
    if not own.exists():
        return {}
    document = read_yaml(own)
    position = _find_position(document, id_)
    if position is None:
        return {}
    return dict(document.values[_LIST][position])


def write_entry(
    own: Path,
    id_: str,
    values: Mapping[str, Any] | None,
    check: Callable[[Path], None] = lambda _: None,
) -> None:
    """Put one search into HOME's file in place of what it says of that id.

    None removes the search from this file. The file is replaced as a whole, so a crash leaves the old one.
    `check` gets the new file before anybody else sees it; a CatalogueError of it leaves the old one, too.
    Raises CatalogueError where the file cannot be read or written.
    """
    content = _NEW_FILE.encode()
    if own.exists():
        content = own.read_bytes()
    text = _change_entry(content, own, id_, values)
    # Renaming is all or nothing; a run may read the file at any moment.
    partial = own.with_suffix(".part")
    try:
        make_private_folder(own.parent)
        with open_private(partial, "wb") as file:
            file.write(text.encode())
        check(partial)
        partial.replace(own)
    except CatalogueError:
        partial.unlink(missing_ok=True)
        raise
    except OSError as e:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        advice = "set MAPLEWIRE_HOME to a folder that you can write to"
        raise CatalogueError([f"{own}: cannot be written ({e.strerror}); {advice}"]) from e


def _change_entry(content: bytes, own: Path, id_: str, values: Mapping[str, Any] | None) -> str:
    """Return the text of the file with one entry changed."""
    document = parse_yaml(content, own)
    lines = _split_lines(content)
    _check_list_style(document, lines)
    position = _find_position(document, id_)
    if position is not None:
        start, end = _find_entry_lines(document, lines, position)
    else:
        start = end = _make_place(document, lines)
    written: list[str] = []
    if values is not None:
        written = _write_lines(values, _find_indent(document, lines))
    lines[start:end] = written
    return "".join(lines)


def _split_lines(content: bytes) -> list[str]:
    """Return the lines of a file, each with its end."""
    lines = content.decode("utf-8-sig").splitlines(keepends=True)
    # The last line of a file that a person wrote may have no end, and the next one would join it.
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


def _write_lines(values: Mapping[str, Any], indent: int) -> list[str]:
    """Return the lines of an entry, with `indent` spaces before its dash."""
    text = yaml.safe_dump([dict(values)], allow_unicode=True, sort_keys=False, width=_MAX_COLUMNS)
    margin = " " * indent
    lines = []
    for line in text.splitlines():
        lines.append(f"{margin}{line}\n")
    return lines


# -- where entries stand ---------------------------------------------------------------------------


def _list_entries(document: YamlDocument) -> list[Any]:
    """Return the entries of a file, none where it has no list."""
    if not isinstance(document.values, dict):
        return []
    entries = document.values.get(_LIST)
    if not isinstance(entries, list):
        return []
    return entries


def _find_position(document: YamlDocument, id_: str) -> int | None:
    """Return the position of a search in the list, or None."""
    for position, entry in enumerate(_list_entries(document)):
        if isinstance(entry, dict) and entry.get("id") == id_:
            return position
    return None


def _check_list_style(document: YamlDocument, lines: list[str]) -> None:
    """Raise CatalogueError where an entry has no line of its own."""
    for position in range(len(_list_entries(document))):
        line = lines[_find_first_line(document, position)]
        if not line.lstrip().startswith("-"):
            place = document.locate((_LIST, position))
            raise CatalogueError([f"{place}: write the searches one below the other, not inside […]"])


def _find_first_line(document: YamlDocument, position: int) -> int:
    """Return the first line of an entry, counted from 0."""
    return document.find_line((_LIST, position)) - 1


def _find_entry_lines(document: YamlDocument, lines: list[str], position: int) -> tuple[int, int]:
    """Return the lines [start, end) of an entry, without the comments behind it."""
    start = _find_first_line(document, position)
    if position + 1 < len(_list_entries(document)):
        end = _find_first_line(document, position + 1)
    else:
        end = _find_end_of_list(document, lines)
    indent = _count_indent(lines[start])
    while end > start + 1 and _is_outside(lines[end - 1], indent):
        end -= 1
    return start, end


def _find_end_of_list(document: YamlDocument, lines: list[str]) -> int:
    """Return the line of the next list of the file, or the number of lines."""
    start = document.find_line((_LIST,)) - 1
    followers = [len(lines)]
    for name in document.values:
        line = document.find_line((name,)) - 1
        if line > start:
            followers.append(line)
    return min(followers)


def _is_outside(line: str, indent: int) -> bool:
    """Tell whether a line behind an entry is empty or a comment.

    A line that begins with # belongs to a text of several lines where it stands right of the fields.
    """
    if not line.strip():
        return True
    return line.lstrip().startswith("#") and _count_indent(line) <= indent + _DASH_WIDTH


def _count_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _find_indent(document: YamlDocument, lines: list[str]) -> int:
    """Return the spaces before the dashes of the list."""
    if not _list_entries(document):
        return _USUAL_INDENT
    return _count_indent(lines[_find_first_line(document, 0)])


def _make_place(document: YamlDocument, lines: list[str]) -> int:
    """Return the line at which a new search goes.

    `lines` gets a list where it has none. The place is behind the last search. Where only comments follow
    the list, it is the end of the file.
    """
    if not isinstance(document.values, dict) or _LIST not in document.values:
        lines.append(f"{_LIST}:\n")
        return len(lines)
    key_line = document.find_line((_LIST,)) - 1
    if document.values[_LIST] == []:
        # Nothing can follow the brackets of “searches: []”.
        lines[key_line] = f"{_LIST}:\n"
    end = _find_end_of_list(document, lines)
    if end == len(lines):
        return end
    entries = _list_entries(document)
    if entries:
        return _find_entry_lines(document, lines, len(entries) - 1)[1]
    return key_line + 1
