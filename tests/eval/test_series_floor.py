"""Forms that are filled in again stay apart, and their copies are found: neither share may fall."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.eval.series.forms import read_forms
from tests.eval.series.pages import DayScore, scored

#: Days on which each form is filled in with other names and numbers.
DAYS = (1, 2, 3, 4)
#: Of files that are many, two days show as much.
DAYS_OF_FILE = {"sixth": (1, 2), "seventh": (1, 2), "eighth": (1, 2)}
FILES = pytest.mark.parametrize(
    "name", ["seen", "aside", "later", "fourth", "fifth", "sixth", "seventh", "eighth"]
)


@cache
def scores(name: str) -> list[DayScore]:
    forms = read_forms(name)
    return [scored(forms, day) for day in DAYS_OF_FILE.get(name, DAYS)]


@FILES
def test_reports_of_a_series_stay_apart(name: str, floors: dict[str, dict[str, Any]]) -> None:
    wrong = sum(len(score.wrong) for score in scores(name))
    stories = sum(score.stories for score in scores(name))
    assert 1 - wrong / stories >= floors["series"][f"{name}_apart"]


@FILES
def test_copies_of_forms_are_found(name: str, floors: dict[str, dict[str, Any]]) -> None:
    missed = sum(len(score.missed) for score in scores(name))
    copies = sum(score.copies for score in scores(name))
    assert 1 - missed / copies >= floors["series"][f"{name}_copies"]
