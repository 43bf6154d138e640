"""searches.yaml: what is read, and that every mistake is told with its place and what to write instead."""

from __future__ import annotations

import errno
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.errors import CatalogueError
from pipelines.beat.searches import Searches, load_searches, own_entry, save_entry, write_entry
from pipelines.config import packaged_beat

FULL = """\
channels:
  - {id: desk-room, url: $ROOM_URL}
searches:
  # a comment
  - id: canola
    name: Canola
    query: canola OR 油菜籽
    to: desk@newsroom.example
    channels: [desk-room]
    cadence: weekly
    at: 17:30
    day: friday
    zone: Asia/Shanghai
    quiet: 22:00-07:00
    ceiling: 20
    reasons: [new, watch]
    languages: [zh, en]
    min_independent: 2
    tiers: [1, 2]
    paid: false
    state: false
    copies: [10, 3]
    reports: [4]
    empty: true
    backfill: true
    note: why
"""


def read(tmp_path: Path, text: str, own: str | None = None) -> Searches:
    path, mine = tmp_path / "searches.yaml", tmp_path / "home.yaml"
    path.write_text(text, "utf-8")
    if own is not None:
        mine.write_text(own, "utf-8")
    return load_searches(path, mine)


def problems(tmp_path: Path, text: str, own: str | None = None) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, text, own)
    return [p.replace(f"{tmp_path}/", "") for p in caught.value.problems]


def one(field: str) -> str:
    return f"searches:\n  - id: a\n    name: A\n    query: canola\n    to: a@desk.example\n    {field}\n"


def test_every_field_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, FULL)
    search = found.standing[0].search
    assert (search.to, search.channels, search.cadence) == (
        ("desk@newsroom.example",),
        ("desk-room",),
        "weekly",
    )
    assert (search.at, search.weekday, search.zone) == (time(17, 30), 4, "Asia/Shanghai")
    assert (search.quiet, search.ceiling, search.reasons) == ((time(22), time(7)), 20, ("new", "watch"))
    assert (search.languages, search.min_independent, search.tiers) == (("zh", "en"), 2, (1, 2))
    assert (search.paid, search.state, search.copies, search.reports) == (False, False, (3, 10), (4,))
    assert (search.empty, search.backfill, search.where) == (True, True, f"{tmp_path / 'searches.yaml'}:5")


def test_the_beat_that_comes_with_maplewire_is_sound() -> None:
    assert len(load_searches(packaged_beat() / "searches.yaml").standing) == 20


def test_a_channels_address_stays_out_of_prints_and_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (channel,) = read(tmp_path, FULL).channels
    with pytest.raises(CatalogueError, match="ROOM_URL is not set"):
        channel.resolved()
    monkeypatch.setenv("ROOM_URL", "slack://secret")
    assert channel.resolved().url == "slack://secret"
    assert "secret" not in repr(channel.resolved())


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("at: 25:00", 'searches.yaml:6: search "a": at: “25:00” is not a time of day; write it as 08:00'),
        ("at: noon", "at: “noon” is not a time of day"),
        ("cadence: dayly", "“dayly” is not one of immediate, hourly, daily, weekly; write daily"),
        ("day: thurday", "write thursday"),
        ("zone: America/Torronto", "“America/Torronto” is not a time zone; write America/Toronto"),
        ("quiet: always", "write it as 22:00-07:00"),
        ("quiet: 07:00-07:00", "begins when it ends"),
        ("ceiling: 0", "0 is not a whole number from 1 to 10000"),
        ("tiers: [4]", "4 is not a whole number from 1 to 3"),
        ("paid: maybe", "'maybe' is neither true nor false"),
        ("languages: [english]", "“english” is not a language code"),
        ("reasons: [news]", "“news” is not one of new, update, spread, spike, silence, watch; write new"),
        ("reasons: [ceiling]", "is not one of"),
        ("cadance: daily", 'search "a": unknown field `cadance`. Did you mean `cadence`?'),
        ("channels: [room]", "“room” is not a channel; there are none; list them under “channels:”"),
        ("name: B", "name: is given twice"),
        ("to: [desk]", "“desk” is not a mail address; write one like desk@newsroom.example"),
        ("to: ['a@b.example\\r\\nBcc: x@y.example']", "is not a mail address"),
        ("to: ['Desk <a@b.example>']", "is not a mail address"),
        ("to: [desk@newsroom..example]", "is not a mail address"),
        ("to: [desk@newsroom.example.]", "is not a mail address"),
        ("to: [a..b@newsroom.example]", "is not a mail address"),
        ("to: [desk@-é-.example]", "is not a mail address"),
        ("note: [1]", "is not text"),
        ("id: a b", "“a b” is not an id"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, field: str, told: str) -> None:
    assert any(told in problem for problem in problems(tmp_path, one(field)))


def test_a_wrong_query_is_shown_with_a_caret_at_the_place(tmp_path: Path) -> None:
    text = "searches:\n- id: a\n  name: A\n  to: a@b.example\n  query: 'canola AND lnag:zh'\n"
    (problem,) = problems(tmp_path, text)
    head, query, caret, *_ = problem.splitlines()
    assert head == 'searches.yaml:5: search "a": query:'
    assert query.index("lnag") == caret.index("^")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: a\n", "searches.yaml:1: the file has no list of searches; begin it with “searches:”"),
        ("searchs: []\n", "searches.yaml:1: unknown field `searchs`. Did you mean `searches`?"),
        ("searches: yes please\n", "searches.yaml:1: searches: is not a list"),
        ("searches:\n  - just words\n", "searches.yaml:2: search 1: is not a group of fields"),
        ("searches:\n  - {id: a}\n", 'searches.yaml:2: search "a": query: is missing'),
        ("searches: [\n", "searches.yaml:1: the file ends too early"),
        ("searches: []\nchannels: [{id: mail, url: x}]", "“mail” cannot be the id of a channel"),
        ("searches: []\nchannels: [{id: room}]", 'channel "room": url: is missing'),
    ],
)
def test_a_file_of_another_form_is_told_so(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in problem for problem in problems(tmp_path, text))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    entry = "- {id: a, name: A, query: x, to: a@b.example}\n"
    assert "used twice, first in" in problems(tmp_path, f"searches:\n{entry}{entry}")[0]


# -- searches by command ---------------------------------------------------------------------------------


BEAT = (
    "searches:\n"
    "- {id: a, name: A, query: x, to: a@b.example}\n"
    "- {id: b, name: B, query: y, to: a@b.example}\n"
)


def found(searches: Searches) -> list[tuple[Any, ...]]:
    return [(s.search.id, s.search.name, s.search.enabled) for s in searches.standing]


def test_the_second_file_changes_adds_and_removes(tmp_path: Path) -> None:
    own = (
        "searches:\n"
        "- {id: a, enabled: false}\n"
        "- {id: b, removed: true}\n"
        "- {id: c, name: C, query: z, to: a@b.example}\n"
    )
    assert found(read(tmp_path, BEAT, own)) == [("a", "A", False), ("c", "C", True)]


def test_a_mistake_in_the_second_file_is_placed_there(tmp_path: Path) -> None:
    assert problems(tmp_path, BEAT, "searches:\n- {id: a, cadence: never}\n")[0].startswith("home.yaml:2:")


def test_a_change_that_finds_no_room_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    own = tmp_path / "searches.yaml"
    write_entry(own, "a", {"id": "a", "name": "A"})

    def find_no_room(draft: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(draft))

    with pytest.raises(CatalogueError, match="No space left on device"):
        write_entry(own, "a", {"id": "a", "name": "B"}, find_no_room)
    assert own_entry(own, "a") == {"id": "a", "name": "A"}
    assert [path.name for path in tmp_path.iterdir()] == ["searches.yaml"]


def test_writing_an_entry_leaves_comments_and_the_others_alone(tmp_path: Path) -> None:
    own = tmp_path / "home.yaml"
    write_entry(own, "a", {"id": "a", "name": "甲", "query": 'title:"b: c"'})
    write_entry(own, "b", {"id": "b", "enabled": False})
    own.write_text(own.read_text("utf-8").replace("  - id: b", "  # mine\n  - id: b") + "  # last\n", "utf-8")
    write_entry(own, "a", {"id": "a", "note": "长"})
    write_entry(own, "b", {"id": "b", "enabled": True})
    text = own.read_text("utf-8")
    assert (own_entry(own, "a"), own_entry(own, "b")) == (
        {"id": "a", "note": "长"},
        {"id": "b", "enabled": True},
    )
    assert "  # mine\n  - id: b" in text
    assert text.endswith("  # last\n")
    assert text.startswith("# Written by")
    write_entry(own, "a", None)
    write_entry(own, "b", None)
    assert own_entry(own, "a") == {}
    write_entry(own, "c", {"id": "c", "name": "C"})
    assert own_entry(own, "c") == {"id": "c", "name": "C"}


CHANNEL = "channels:\n- name: desk\n  url: https://example.org/hook\n"


@pytest.mark.parametrize(
    "before",
    [
        "searches:\n- id: a\n  name: A\n" + CHANNEL,
        "searches:\n  - id: a\n    name: A\n  # mine\n" + CHANNEL + "# last\n",
        "searches:\n" + CHANNEL,
        CHANNEL + "searches:\n- id: a\n  name: A\n",
        CHANNEL,
    ],
    ids=["channels last", "indented, with comments", "no search yet", "channels first", "channels alone"],
)
def test_a_search_is_added_wherever_the_file_has_its_channels(before: str, tmp_path: Path) -> None:
    own = tmp_path / "home.yaml"
    own.write_text(before, "utf-8")
    write_entry(own, "b", {"id": "b", "name": "B", "to": ["desk@example.org"]})
    write_entry(own, "c", {"id": "c", "name": "C"})
    assert own_entry(own, "b") == {"id": "b", "name": "B", "to": ["desk@example.org"]}
    assert own_entry(own, "c") == {"id": "c", "name": "C"}
    written = yaml.safe_load(own.read_text("utf-8"))
    assert written["channels"] == [{"name": "desk", "url": "https://example.org/hook"}]
    for line in before.splitlines():
        assert line in own.read_text("utf-8").splitlines()


def test_search_is_added_to_an_empty_list_in_brackets(tmp_path: Path) -> None:
    own = tmp_path / "home.yaml"
    own.write_text("searches: []\n", "utf-8")
    write_entry(own, "b", {"id": "b", "name": "B"})
    assert own_entry(own, "b") == {"id": "b", "name": "B"}


def test_list_in_brackets_is_not_changed_and_told_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "home.yaml"
    own.write_text("searches: [{id: a}, {id: b}]\n", "utf-8")
    with pytest.raises(CatalogueError, match=r"home.yaml:1: write the searches one below the other"):
        write_entry(own, "b", {"id": "b", "name": "B"})


def test_changing_a_search_leaves_every_other_line_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "home.yaml"
    above = "# mine\nsearches:\n- {id: a, note: x}   # a\n\n# about b\n"
    below = "# behind b\n\n-   id:   c\n    query: |\n      x\n      # no comment\nchannels:   # rooms\n"
    own.write_text(f"{above}- id: b\n  query: |\n    y\n    # no comment\n{below}", "utf-8")
    write_entry(own, "b", {"id": "b", "enabled": False})
    assert own.read_text("utf-8") == f"{above}- id: b\n  enabled: false\n{below}"
    write_entry(own, "b", None)
    assert own.read_text("utf-8") == above + below


def test_a_wrong_search_is_never_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may read the file at any moment."""
    beat_file, own = tmp_path / "beat.yaml", tmp_path / "searches.yaml"
    beat_file.write_text("searches: []\n")
    good = {"id": "a", "name": "A", "query": "x", "to": ["a@b.example"]}
    save_entry(beat_file, own, "a", good)
    before = own.read_bytes()
    written: list[Path] = []
    monkeypatch.setattr(Path, "replace", lambda _, target: written.append(target))
    with pytest.raises(CatalogueError, match=r"^nothing is written: search \"b\": query:"):
        save_entry(beat_file, own, "b", good | {"id": "b", "query": "x AND ("})
    assert not written
    assert own.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"beat.yaml", "searches.yaml"}
