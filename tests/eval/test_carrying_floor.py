"""Pages that carry several texts stand to each other as they were made."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.eval.carrying.pages import APART, CARRIES, SAME, CarryingScore, scored


@cache
def score_of(name: str) -> CarryingScore:
    return scored(name)


@pytest.mark.parametrize("name", ["seen", "aside"])
@pytest.mark.parametrize("what", [SAME, CARRIES, APART])
def test_pages_stand_to_each_other_as_they_were_made(
    name: str, what: str, floors: dict[str, dict[str, Any]]
) -> None:
    assert score_of(name).share(what) >= floors["carrying"][name][what]
