"""A data folder remembers the beat that filled it."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.home_beat import NOTE, choose_beat, note_beat, read_note


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """Return the usual beat of a Maplewire that comes with two."""
    for name in ("usual", "other"):
        (tmp_path / "beats" / name).mkdir(parents=True)
    return tmp_path / "beats/usual"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_an_empty_data_folder_takes_the_named_beat_or_the_usual_one(home: Path, packaged: Path) -> None:
    assert choose_beat(home, None, packaged).folder == packaged
    named = choose_beat(home, home / "own", packaged)
    assert (named.folder, named.hint, named.conflict) == (home / "own", None, None)


def test_a_data_folder_that_is_not_there_has_no_note(tmp_path: Path, packaged: Path) -> None:
    assert choose_beat(tmp_path / "nowhere", None, packaged).folder == packaged


def test_the_noted_beat_is_used_and_told(home: Path, packaged: Path, tmp_path: Path) -> None:
    own = tmp_path / "fjords"
    own.mkdir()
    note_beat(home, own, packaged.parent)
    chosen = choose_beat(home, None, packaged)
    assert chosen.folder == own
    assert chosen.conflict is None
    assert str(own) in str(chosen.hint)


def test_the_usual_beat_is_used_without_a_word(home: Path, packaged: Path) -> None:
    note_beat(home, packaged, packaged.parent)
    assert choose_beat(home, None, packaged).hint is None


def test_a_beat_inside_its_data_folder_is_used_without_a_word(home: Path, packaged: Path) -> None:
    own = home / "beat"
    own.mkdir()
    note_beat(home, own, packaged.parent)
    chosen = choose_beat(home, None, packaged)
    assert (chosen.folder, chosen.hint, chosen.conflict) == (own, None, None)


def test_another_beat_is_told_and_may_not_fill_the_folder(home: Path, packaged: Path, tmp_path: Path) -> None:
    own = tmp_path / "fjords"
    own.mkdir()
    note_beat(home, own, packaged.parent)
    chosen = choose_beat(home, packaged.parent / "other", packaged)
    assert chosen.folder == packaged.parent / "other"
    assert str(own) in str(chosen.hint)
    with pytest.raises(CatalogueError, match="maplewire beat use") as refusal:
        chosen.raise_conflict()
    for part in (str(home), "other", "MAPLEWIRE_HOME"):
        assert part in str(refusal.value)


def test_the_command_that_is_proposed_can_be_copied(home: Path, packaged: Path, tmp_path: Path) -> None:
    note_beat(home, packaged, packaged.parent)
    conflict = choose_beat(home, tmp_path / "my salt", packaged).conflict
    assert str(conflict).endswith(f"maplewire beat use '{tmp_path}/my salt'")


def test_the_same_beat_by_another_path_is_the_same(home: Path, packaged: Path, tmp_path: Path) -> None:
    own = tmp_path / "fjords"
    own.mkdir()
    (tmp_path / "link").symlink_to(own)
    note_beat(home, own, packaged.parent)
    chosen = choose_beat(home, tmp_path / "link", packaged)
    chosen.raise_conflict()
    assert chosen.hint is None


def test_a_beat_that_moved_is_still_the_same(home: Path, packaged: Path, tmp_path: Path) -> None:
    old = tmp_path / "old/fjords"
    old.mkdir(parents=True)
    note_beat(home, old, packaged.parent)
    new = tmp_path / "new/fjords"
    new.parent.mkdir()
    old.rename(new)
    choose_beat(home, new, packaged).raise_conflict()
    gone = choose_beat(home, None, packaged)
    assert "not there any more" in str(gone.hint)
    (tmp_path / "lakes").mkdir()
    with pytest.raises(CatalogueError):
        choose_beat(home, tmp_path / "lakes", packaged).raise_conflict()


def test_a_beat_of_ours_is_noted_by_name_so_that_an_update_finds_it(
    home: Path, packaged: Path, tmp_path: Path
) -> None:
    note_beat(home, packaged.parent / "other", packaged.parent)
    assert (home / NOTE).read_text() == "other\n"
    # As after an update: installed elsewhere.
    assert choose_beat(home, None, tmp_path / "newer/usual").folder == tmp_path / "newer/other"


@pytest.mark.parametrize("text", [b"", b"\n\n", b"\xff\xfe", b"a\nb", b"a\x1b[31m"])
def test_a_note_that_cannot_be_read_is_none(home: Path, packaged: Path, text: bytes) -> None:
    (home / NOTE).write_bytes(text)
    assert read_note(home, packaged.parent) is None


def test_a_note_is_private_and_written_once(home: Path, packaged: Path) -> None:
    note_beat(home, packaged, packaged.parent)
    path = home / NOTE
    assert path.stat().st_mode & 0o077 == 0
    before = path.stat().st_mtime_ns
    note_beat(home, packaged, packaged.parent)
    assert path.stat().st_mtime_ns == before
