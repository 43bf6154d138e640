"""sources.yaml changed by a command: the wanted value is there, and nothing else has moved."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from crawlers.source_file import append_sources, set_answered
from crawlers.sources import load_sources

DAY = date(2026, 11, 20)
FILE = """\
# The publishers.
sources:

  # --- Wires ---

  - id: wire   # for ever
    name: "The Wire: news"
    kind: feed
    url: https://wire.example/rss   # the main one
    listed: true
    note: >-
      Two lines
      of text.

  - {id: daily, name: Daily, kind: feed, url: 'https://daily.example/rss'}  # short
  - id: last
    name: Last
    kind: feed
    answered: 2025-01-02   # long ago
    url: https://last.example/rss
# The end.
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_bytes(text.encode())
    return path


def test_a_date_is_written_and_all_else_stays(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    assert set_answered(path, dict.fromkeys(("wire", "daily", "last", "gone"), DAY)) == 3
    expected = (
        FILE.replace("    listed: true\n", "    listed: true\n    answered: 2026-11-20\n")
        .replace("daily.example/rss'}", "daily.example/rss', answered: 2026-11-20}")
        .replace("2025-01-02", "2026-11-20")
    )
    assert path.read_text() == expected
    assert [source.answered for source in load_sources(path)] == [DAY] * 3
    before = path.stat().st_mtime_ns
    assert set_answered(path, {"wire": DAY}) == 0
    assert path.stat().st_mtime_ns == before


PLAIN = "- id: a\n  name: A\n  kind: feed\n  url: https://a.example/"
FORMS = {
    "no neighbour but the address": f"sources:\n{PLAIN}\n",
    "no line break at the end": f"sources:\n{PLAIN}",
    "the address first": "sources:\n- url: https://a.example/\n  id: a\n  name: A\n  kind: feed\n",
    "an address of several lines": (
        "sources:\n- url: >-\n    https://a.example/\n\n  id: a\n  name: A\n  kind: feed\n"
    ),
    "an address of several lines at the end": (
        "sources:\n- id: a\n  name: A\n  kind: feed\n  url: >-\n    https://a.example/\n\n# end\n"
    ),
    "line ends of Windows": f"sources:\n{PLAIN}\n".replace("\n", "\r\n"),
    "a byte order mark": f"\ufeffsources:\n{PLAIN}\n",
    "braces with a comma at the end": "sources:\n- {id: a, name: A, kind: feed, url: 'https://a.example/',}\n",
    "braces over lines": "sources:\n- {id: a, name: A,\n   kind: feed, url: 'https://a.example/'\n  }\n",
    "all in brackets": "sources: [{id: a, name: A, kind: feed, url: 'https://a.example/'}]\n",
    "letters of all kinds": "sources:\n- id: a\n  name: 加拿大 𝔸é\n  kind: feed\n  url: https://a.example/\n",
    "a dash of its own": "sources:\n  -\n    id: a\n    name: A\n    kind: feed\n    url: https://a.example/\n",
    "a group shared by alias": (
        "sources:\n- &one {id: b, name: B, kind: feed, url: 'https://b.example/'}\n"
        "- <<: *one\n  id: a\n  name: A\n  url: https://a.example/\n"
    ),
    "a mark behind": f"sources:\n{PLAIN} # it\n  # more\n",
    "a document's end": f"---\nsources:\n{PLAIN}\n...\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_whatever_the_form_only_the_date_changes(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    before = load_sources(path)
    assert set_answered(path, {"a": DAY}) == 1
    after = load_sources(path)
    assert [source.answered for source in after if source.id == "a"] == [DAY]
    assert [source.url for source in after] == [source.url for source in before]
    written = path.read_bytes().decode()
    for line in text.splitlines():
        assert line.strip().rstrip(",}]").strip() in written
    assert written.count("\n") - text.count("\n") in (0, 1)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_source_is_added_behind_the_last_one_or_nothing_is_changed(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    content = path.read_bytes()
    new = {"id": "new", "name": "“New”: #1", "kind": "feed", "url": "https://new.example/", "answered": DAY}
    if "[" in text:
        with pytest.raises(CatalogueError, match="change it by hand"):
            append_sources(path, [new])
        assert path.read_bytes() == content
        return
    append_sources(path, [new])
    *_, added = load_sources(path)
    assert (added.id, added.name, added.answered) == ("new", "“New”: #1", DAY)


def test_a_source_goes_before_the_remarks_at_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    append_sources(path, [{"id": "new", "name": "New", "kind": "feed", "url": "https://new.example/"}])
    added = "  - id: new\n    name: New\n    kind: feed\n    url: https://new.example/\n"
    assert path.read_text() == FILE.replace("# The end.\n", f"{added}# The end.\n")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    append_sources(path, [{"id": "new", "name": "New", "kind": "feed", "url": "https://new.example/"}])
    assert [source.id for source in load_sources(path)] == ["new"]


def test_an_alias_of_a_whole_entry_is_left_to_a_person(tmp_path: Path) -> None:
    text = "x: &one {id: a, name: A, kind: feed, url: 'https://a.example/'}\nsources: [*one]\n"
    path = write(tmp_path, text)
    assert set_answered(path, {"b": DAY}) == 0
    with pytest.raises(CatalogueError, match="by hand"):
        set_answered(path, {"a": DAY})
    assert path.read_text() == text


def test_rights_and_links_of_the_file_stay(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = write(tmp_path / "real", FILE)
    real.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    set_answered(link, {"wire": DAY})
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert "2026-11-20" in real.read_text()
    assert [path.name for path in real.parent.iterdir()] == ["sources.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CatalogueError, match="MAPLEWIRE_BEAT"):
            set_answered(path, {"wire": DAY})
    finally:
        tmp_path.chmod(0o700)
