"""events.yaml: what its patterns find, and that every mistake is told with its line and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.beat import load_beat
from pipelines.beat.event_rules import EventRules, load_event_rules
from pipelines.config import packaged_beat

SMALL = """\
leaders: [Chancellor]
capitals: {north: Northtown}
common_words: [northland]
roles:
  - id: chancellor
    en: [chancellor of the north]
    zh: [北方总理]
acts:
  - id: meeting
    en: [meets?]
visits:
  - to: south
    visitors: [chancellor]
    en: ['(?:in|to) southtown']
"""


def read(tmp_path: Path, text: str) -> EventRules:
    path = tmp_path / "events.yaml"
    path.write_text(text, "utf-8")
    return load_event_rules(path, ("north", "south"))


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, text)
    return [p.replace(f"{tmp_path}/", "") for p in caught.value.problems]


def test_offices_acts_and_visits_of_any_beat_are_found(tmp_path: Path) -> None:
    rules = read(tmp_path, SMALL)
    text = "Chancellor of the North meets farmers in Southtown"
    assert rules.find_roles(text) == ["chancellor"]
    assert rules.find_acts(text) == ["meeting"]
    assert rules.find_visits(text, ["chancellor"]) == [("chancellor", "south")]
    assert rules.find_visits(text, []) == []
    assert rules.capitals == {"north:Northtown"}


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("the chancellor of the northern league", []),
        ("据北方总理说", ["chancellor"]),
        ("CHANCELLOR OF THE NORTH", ["chancellor"]),
    ],
)
def test_latin_patterns_match_whole_words_and_chinese_ones_anywhere(
    tmp_path: Path, text: str, roles: list[str]
) -> None:
    assert read(tmp_path, SMALL).find_roles(text) == roles


def test_leader_is_known_by_the_beginning_of_the_role(tmp_path: Path) -> None:
    rules = read(tmp_path, SMALL)
    assert rules.find_leader_office("Chancellor until 2023") == "chancellor"
    assert rules.find_leader_office("wife of the Chancellor") is None
    assert rules.find_leader_office(None) is None


def test_beat_with_its_own_terms_and_no_events_file_has_no_rules(tmp_path: Path) -> None:
    packaged = packaged_beat()
    for name in ("sources.yaml", "terms.yaml"):
        (tmp_path / name).write_bytes((packaged / name).read_bytes())
    assert load_beat(tmp_path, packaged).event_rules == EventRules()


def test_beat_without_its_own_terms_takes_the_rules_that_go_with_them(tmp_path: Path) -> None:
    packaged = packaged_beat()
    (tmp_path / "sources.yaml").write_bytes((packaged / "sources.yaml").read_bytes())
    rules = load_beat(tmp_path, packaged).event_rules
    assert rules.capitals == {"china:Beijing", "canada:Ottawa"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rolls: []\n", "events.yaml:1: unknown field `rolls`. Did you mean `roles`?"),
        (
            "visits:\n  - to: south\n    visitor: [a]\n    en: [x]\n",
            "events.yaml:3: visits[1] (x): unknown field `visitor`. Did you mean `visitors`?",
        ),
        ("roles:\n  - id: a\n", "events.yaml:2: roles[a]: has no pattern at all"),
        ("roles:\n  - {id: a, en: ['x(']}\n", "«x(» is not a regular expression"),
        ("roles:\n  - {id: A b, en: [x]}\n", "roles[A b].id: 'A b' is not an id"),
        ("roles:\n  - {id: a, en: x}\n", "roles[a].en: must be a list"),
        ("roles:\n  - {id: a, en: [no]}\n", "put False in quotes"),
        (
            "acts:\n  - {id: a, en: [x]}\n  - {id: a, en: [y]}\n",
            "events.yaml:3: acts[a].id: is used twice; give each its own id",
        ),
        (
            "visits:\n  - {to: south, visitors: [queen], en: [x]}\n",
            "events.yaml:2: visits[1] (x).visitors: “queen” is not a role; list it under roles",
        ),
        ("capitals: {west: Westtown}\n", "“west” is not a side in terms.yaml; write one of north, south"),
        ("leaders: [a]\nleaders: [b]\n", "events.yaml:2: leaders: is given twice; keep one of them"),
        ("- a\n", "events.yaml:1: the file: must have fields"),
    ],
)
def test_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, text: str, message: str) -> None:
    assert any(message in problem for problem in problems(tmp_path, text))
