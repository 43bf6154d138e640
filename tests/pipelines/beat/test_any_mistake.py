"""Whatever a person writes anywhere in a beat, it loads or every message names a file and a line."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.errors import CatalogueError
from pipelines.beat.beat import load_beat
from tests.pipelines.beat.test_beat import FILES
from tests.pipelines.beat.test_beat_page import BLOCK, PAGE

MESSAGE = re.compile(r"^[^:\n]+\.yaml:\d+: .*[a-z“`].*")
WRONG_VALUES: tuple[Any, ...] = (
    None, False, 0, -1.5, "", " ", "*", "x" * 5000, "\u202eabc", "a\nb", date(2025, 1, 1),
    [], [[]], [None], [False, 7], {}, {"x": {}}, {"en": None}, {"en": [{}]}, [{"id": "a"}, {"id": "a"}],
)  # fmt: skip
_SHARE = 6
EXAMPLE = dict(BLOCK.findall(PAGE.read_text("utf-8")))


def list_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every value of a file."""
    yield place
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        # The first entries of a list are like the others.
        items = list(enumerate(value[:2]))
    for step, child in items:
        yield from list_places(child, (*place, step))


def with_value(values: Any, place: tuple[Any, ...], wrong: Any) -> Any:
    """Return the values of a file with another one at a place."""
    if not place:
        return wrong
    changed = copy.deepcopy(values)
    group = changed
    for step in place[:-1]:
        group = group[step]
    group[place[-1]] = wrong
    return changed


def check(folder: Path) -> None:
    """Load a beat; what is wrong with it must be told with file and line."""
    try:
        load_beat(folder)
    except CatalogueError as refusal:
        for problem in refusal.problems:
            assert MESSAGE.match(problem.removeprefix(f"{folder}/")), problem


@pytest.mark.parametrize("name", ["beat.yaml", "terms.yaml", "searches.yaml", "events.yaml"])
def test_wrong_value_at_any_place_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    for other, text in EXAMPLE.items():
        (tmp_path / other).write_text(text, "utf-8")
    values = yaml.safe_load(EXAMPLE[name])
    for number, place in enumerate(list_places(values)):
        # Each place gets some of the values, and each value comes to many places.
        for wrong in WRONG_VALUES[number % _SHARE :: _SHARE]:
            text = yaml.safe_dump(with_value(values, place, wrong), allow_unicode=True)
            (tmp_path / name).write_text(text, "utf-8")
            check(tmp_path)


@pytest.mark.parametrize("name", sorted(FILES))
def test_file_cut_off_anywhere_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    for other, text in FILES.items():
        (tmp_path / other).write_text(text, "utf-8")
    for end in range(0, len(FILES[name]), 7):
        (tmp_path / name).write_text(FILES[name][:end], "utf-8")
        check(tmp_path)
