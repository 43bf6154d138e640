"""The page on JSON names every field that programs get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.alerts.backtest import BackTest
from pipelines.alerts.verdict import SearchVerdict
from tests.house.class_list import ROOT

PAGE = (ROOT / "docs/json.md").read_text("utf-8")
#: What stands between backticks.
NAMES = set(re.findall(r"\w+", " ".join(PAGE.split("`")[1::2])))
#: What writes JSON for programs, field by field.
WRITERS = (
    "pipelines/stories/story_json.py",
    "pipelines/cli/render/run_json.py",
    "pipelines/cli/render/pages.py",
    "pipelines/cli/render/kept_text.py",
    "pipelines/cli/render/outbox.py",
    "pipelines/cli/render/marks.py",
    "pipelines/cli/render/sources.py",
    "pipelines/cli/render/source_checks.py",
)


def fields_written(path: Path) -> Iterator[str]:
    """Yield the keys of the dictionaries that a module makes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        keys: list[ast.expr | None] = []
        if isinstance(node, ast.Dict):
            keys += node.keys
        elif isinstance(node, ast.Assign):
            keys += [target.slice for target in node.targets if isinstance(target, ast.Subscript)]
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value


def is_named(name: str) -> bool:
    return name in NAMES


@pytest.mark.parametrize("writer", WRITERS)
def test_the_page_names_every_field(writer: str) -> None:
    written = sorted(set(fields_written(ROOT / writer)))
    assert written
    assert [name for name in written if not is_named(name)] == []


@pytest.mark.parametrize("kind", [BackTest, SearchVerdict])
def test_the_page_names_every_field_of_a_trial_and_a_verdict(kind: type) -> None:
    assert [field.name for field in fields(kind) if not is_named(field.name)] == []
