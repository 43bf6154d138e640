"""events.yaml: what its words find, and how its mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.beat import load_beat
from pipelines.beat.event_rules import EventRules, load_event_rules
from pipelines.config import packaged_beat

SMALL = """\
capitals: {north: Northtown}
common_words: [northland]
acts:
  - id: meeting
    en: [hobnob*]
  - id: seal-hunt
    weight: low
    en: [seal hunt]
    ja: [アザラシ猟]
offices:
  - id: chancellor
    en: [lord of the north]
    zh: [北方领主]
visits:
  - from: north
    to: south
    zh: [访南]
"""


def read(tmp_path: Path, text: str) -> EventRules:
    path = tmp_path / "events.yaml"
    path.write_text(text, "utf-8")
    return load_event_rules(path, ("north", "south"))


def find(rules: EventRules, text: str, lang: str | None = "en") -> list[tuple[str, str]]:
    return [(word.kind, word.key) for word in rules.find_words(text, lang)]


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, text)
    return [p.replace(f"{tmp_path}/", "") for p in caught.value.problems]


def test_words_of_a_beat_stand_beside_those_of_every_beat(tmp_path: Path) -> None:
    rules = read(tmp_path, SMALL)
    text = "Lord of the North hobnobs and meets hunters; seal hunt banned"
    assert find(rules, text) == [
        ("office", "chancellor"),
        ("act", "meeting"),
        ("act", "meeting"),
        ("act", "seal-hunt"),
        ("act", "ban"),
    ]
    assert rules.acts["seal-hunt"].is_frequent
    assert rules.acts["meeting"].is_frequent, "words of a beat leave what an act is as it was"
    assert rules.capitals == {"north:Northtown"}
    assert "northland" in rules.common_words


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("the lord of the northern league", "en", []),
        ("LORD OF THE NORTH", "en-CA", [("office", "chancellor")]),
        ("据北方领主说，访南", "zh-Hant", [("office", "chancellor"), ("visit", "north>south")]),
        ("アザラシ猟が始まる", "ja", [("act", "seal-hunt")]),
        ("former vice president", "en", []),
        ("大使馆", "zh", []),
        ("大使", "zh", [("office", "ambassador")]),
        ("L'ancien premier ministre est mort", "fr", [("act", "death")]),
    ],
)
def test_words_are_those_of_the_language_of_a_text(
    tmp_path: Path, text: str, lang: str, found: list[tuple[str, str]]
) -> None:
    assert find(read(tmp_path, SMALL), text, lang) == found


def test_words_for_the_office_of_one_side_go_before_those_of_every_beat(tmp_path: Path) -> None:
    rules = read(tmp_path, "offices:\n  - {id: head-of-state, side: north, en: [king], zh: [国家主席]}\n")
    assert find(rules, "The king and the president") == [
        ("leader", "north head-of-state"),
        ("office", "head-of-state"),
    ]
    assert find(rules, "国家主席", "zh") == [("leader", "north head-of-state")]


def test_text_in_no_known_language_is_compared_with_all_words(tmp_path: Path) -> None:
    rules = read(tmp_path, SMALL)
    assert ("act", "expulsion") in find(rules, "Ottawa expulse un diplomate", None)
    assert ("act", "expulsion") in find(rules, "驱逐", "xx")


def test_beat_without_an_events_file_has_the_words_of_every_beat(tmp_path: Path) -> None:
    packaged = packaged_beat()
    for name in ("beat.yaml", "sources.yaml", "terms.yaml"):
        (tmp_path / name).write_bytes((packaged / name).read_bytes())
    rules = load_beat(tmp_path).event_rules
    assert find(rules, "Court sentences two for fraud") == [("act", "ruling"), ("act", "sentence")]
    assert rules.capitals == frozenset()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("act: []\n", "events.yaml:1: unknown field `act`. Did you mean `acts`?"),
        (
            "visits:\n  - from: north\n    to: south\n    frm: [a]\n    en: [x]\n",
            "events.yaml:4: visits[1] (x): unknown field `frm`. Did you mean `from`?",
        ),
        ("acts:\n  - id: a\n", "events.yaml:2: acts[a]: has no word at all; write some under a language"),
        (
            "acts:\n  - {id: a, en: ['x(y)']}\n",
            "acts[a].en[1] (“x(y)”): has signs that no word has; write each form out",
        ),
        (
            "acts:\n  - {id: a, en: ['ab*']}\n",
            "(“ab*”): is too short for a *; write at least 3 letters before it",
        ),
        ("acts:\n  - {id: a, en: [walk*out]}\n", "(“walk*out”): has a * elsewhere than at the end of a word"),
        ("acts:\n  - {id: a, zh: ['罢工*']}\n", "takes no *, since it matches anywhere already"),
        ("acts:\n  - {id: a, en: ['…']}\n", "(“…”): has no letter; write a word"),
        ("acts:\n  - {id: A b, en: [x]}\n", "acts[A b].id: 'A b' is not an id"),
        ("acts:\n  - {id: a, en: x}\n", "acts[a].en: must be a list"),
        ("acts:\n  - {id: a, en: [no]}\n", "put False in quotes"),
        ("acts:\n  - {id: a, weight: heavy, en: [x]}\n", "acts[a].weight: write 'low' or 'full'"),
        (
            "acts:\n  - {id: a, en: [x]}\n  - {id: a, en: [y]}\n",
            "events.yaml:3: acts[a].id: is used twice; give each its own id",
        ),
        (
            "visits:\n  - {from: north, to: moon, en: [x]}\n",
            "events.yaml:2: visits[1] (x).to: “moon” is not a side in terms.yaml; write one of north, south",
        ),
        (
            "offices:\n  - {id: queen, side: moon, en: [queen]}\n",
            "events.yaml:2: offices[queen].side: “moon” is not a side in terms.yaml; write one of north",
        ),
        ("capitals: {west: Westtown}\n", "“west” is not a side in terms.yaml; write one of north, south"),
        ("acts: []\nacts: []\n", "events.yaml:2: acts: is given twice; keep one of them"),
        ("- a\n", "events.yaml:1: the file: must have fields"),
    ],
)
def test_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, text: str, message: str) -> None:
    found = problems(tmp_path, text)
    assert any(message in problem for problem in found), found


def test_mistakes_of_a_file_are_told_together(tmp_path: Path) -> None:
    text = "acts:\n  - {id: a, en: ['(x', …], enn: [y]}\ncapitals: {west: W}\n"
    assert [problem.split(": ")[0] for problem in problems(tmp_path, text)] == [
        "events.yaml:2",
        "events.yaml:2",
        "events.yaml:2",
        "events.yaml:3",
    ]
