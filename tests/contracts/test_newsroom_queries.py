"""Queries of two files on every index: habits and mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts.query_file import filled_index, wrong_answers
from tests.contracts.test_search_index import INDEXES


def _read(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", ["newsroom_queries.yaml", "desk_queries.yaml"])
@pytest.mark.parametrize("index_name", INDEXES)
def test_each_query_is_answered_as_a_person_expects(
    request: pytest.FixtureRequest, tmp_path: Path, index_name: str, name: str
) -> None:
    asked = _read(name)
    with filled_index(request, tmp_path, index_name, asked["articles"]) as index:
        wrong = wrong_answers(index, asked["queries"])
    assert not wrong, "\n".join(wrong)
