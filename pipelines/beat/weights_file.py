"""The weights.yaml of a beat, renewed: its comments and order are kept.

A beat without one gets the part of Maplewire's own that it is judged by. A weight that the file lacks is
added above the others. What stood there before the first fit is kept in a file beside it: later fits begin
from that, so that a text which is labelled once counts once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from crawlers.checked_yaml import parse_yaml
from crawlers.errors import CatalogueError
from pipelines.beat.weights import DEFAULT_WEIGHTS, SideForm, Weights, load_weights, write_weights

_FORM = re.compile(r"(one_side|several_sides):")
_NEW_FILE = """# How much each sign of a text counts when it is judged, learnt from labelled texts.
# Maplewire's own weights.yaml explains the form; what is not written here is taken from there.
"""


def base_of_fit(path: Path) -> Path:
    """Return the file with the weights of before the first fit."""
    return path.with_name("weights-before-fit.yaml")


def load_base(path: Path, side_count: int) -> Weights:
    """Return the weights that a fit begins from.

    Raises CatalogueError for a mistake in their file.
    """
    base = base_of_fit(path)
    return load_weights(base if base.exists() else path, side_count)


def write_weights_file(path: Path, form: SideForm, numbers: Mapping[str, float]) -> None:
    """Write new numbers into a weights.yaml, which is made where it is missing.

    Raises CatalogueError where it cannot be written; the file is as it was then.
    """
    try:
        text = _NEW_FILE
        if path.exists():
            # A mistake in it is told before anything is written.
            load_weights(path, 1)
            text = path.read_text("utf-8-sig")
        renewed = renewed_weights(text, form, numbers)
        _check_written(path, renewed, form, numbers)
        if not base_of_fit(path).exists():
            _replace_text(base_of_fit(path), _with_form(text, form))
        _replace_text(path, renewed)
    except OSError as e:
        advice = "copy the beat's folder to where you may write, and set MAPLEWIRE_BEAT to it"
        raise CatalogueError([f"{path}: cannot be written ({e.strerror}); {advice}"]) from e


def renewed_weights(text: str, form: SideForm, numbers: Mapping[str, float]) -> str:
    """Return the text of a weights.yaml with these numbers."""
    text = _with_form(text, form)
    part = _read_parts(text)[form]
    missing = []
    for name in numbers:
        if re.search(rf"^\s+{name}:\s", part, re.MULTILINE) is None:
            missing.append(name)
    completed = _with_missing(part, missing)
    return write_weights(text.replace(part, completed), form, numbers)


def _check_written(path: Path, text: str, form: SideForm, numbers: Mapping[str, float]) -> None:
    """Raise CatalogueError where a beat would not read these numbers in the text.

    Several weights in one line (`signs: {both: 0.4, sport: -1}`) cannot be renewed line by line.
    """
    advice = f"{path}: cannot be renewed as it is written; write each weight on a line, as sport: -1.60"
    try:
        document = parse_yaml(text.encode(), path)
    except CatalogueError as e:
        raise CatalogueError([advice]) from e
    part = document.values[form]
    written = {"intercept": part.get("intercept"), **part.get("signs", {})}
    is_as_meant = all(written.get(name) == round(number, 2) for name, number in numbers.items())
    if document.problems or not is_as_meant:
        raise CatalogueError([advice])


def _replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _with_form(text: str, form: SideForm) -> str:
    """Return a file's text with this part in it, Maplewire's own where it has none."""
    if form in _read_parts(text):
        return text
    default = _read_parts(DEFAULT_WEIGHTS.read_text("utf-8"))[form]
    return f"{text.rstrip()}\n{default.rstrip()}\n"


def _read_parts(text: str) -> dict[str, str]:
    """Return the lines of each part, by its name."""
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        heading = _FORM.match(line)
        if heading is not None:
            name = heading[1]
        elif not line.startswith((" ", "\n")):
            name = ""
        if name:
            parts[name] = parts.get(name, "") + line
    return parts


def _with_missing(part: str, names: list[str]) -> str:
    """Return a part of the file with a line for each of these names."""
    lines = part.splitlines(keepends=True)
    heading, *others = lines
    added = []
    if "intercept" in names:
        added.append("  intercept: 0.0\n")
    signs = []
    for name in names:
        if name != "intercept":
            signs.append(f"    {name}: 0.0\n")
    if not signs:
        return "".join([heading, *added, *others])
    found = []
    for line in others:
        found.append(line)
        if line.rstrip() == "  signs:":
            found += signs
            signs = []
    if signs:
        found = ["  signs:\n", *signs, *found]
    return "".join([heading, *added, *found])
