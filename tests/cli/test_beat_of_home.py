"""Commands and the beat that a data folder belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.beat.home_beat import NOTE
from pipelines.config import packaged_beat
from tests.cli.test_command import maplewire

#: Asks nobody: its only source is turned off.
SOURCES = "sources: [{id: a, name: A, kind: feed, url: 'https://a.example/', enabled: false}]\n"


@pytest.fixture
def fjords(tmp_path: Path) -> Path:
    """Return a beat with a name and a source of its own."""
    beat = tmp_path / "fjords"
    beat.mkdir()
    (beat / "sources.yaml").write_text(SOURCES)
    heading = (packaged_beat() / "beat.yaml").read_text("utf-8")
    (beat / "beat.yaml").write_text(heading.replace("name: China–Canada relations", "name: Fjords"), "utf-8")
    (beat / "terms.yaml").write_bytes((packaged_beat() / "terms.yaml").read_bytes())
    return beat


@pytest.fixture
def home(tmp_path: Path, fjords: Path) -> Path:
    """Return a data folder that the beat has filled."""
    home = tmp_path / "home"
    done = maplewire("process", home=home, MAPLEWIRE_BEAT=str(fjords))
    assert done.returncode == 0, done.stderr
    return home


def test_a_command_without_the_variable_uses_the_beat_of_the_data_folder(home: Path, fjords: Path) -> None:
    done = maplewire("sources", "list", home=home)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) <= 2
    assert done.stderr.count(str(fjords)) == 1


def test_a_reading_command_with_another_beat_tells_and_a_writing_one_refuses(
    home: Path, fjords: Path
) -> None:
    read = maplewire("sources", "list", home=home, MAPLEWIRE_BEAT="china-canada")
    assert read.returncode == 0, read.stderr
    assert str(fjords) in read.stderr
    for command in (("process",), ("searches", "add", "x", "canola", "--to", "a@b.example")):
        written = maplewire(*command, home=home, MAPLEWIRE_BEAT="china-canada")
        assert written.returncode == 2
        assert "maplewire beat use" in written.stderr
    assert not (home / "searches.yaml").exists()
    assert (home / NOTE).read_text() == f"{fjords}\n"


def test_a_data_folder_is_given_to_another_beat_by_a_command(home: Path) -> None:
    done = maplewire("beat", "use", "china-canada", home=home)
    assert done.returncode == 0, done.stderr
    assert "China–Canada relations" in done.stderr
    assert (home / NOTE).read_text() == "china-canada\n"
    assert maplewire("process", home=home).returncode == 0


def test_a_beat_that_is_not_there_is_not_taken(home: Path, fjords: Path, tmp_path: Path) -> None:
    done = maplewire("beat", "use", str(tmp_path / "nowhere"), home=home)
    assert done.returncode == 2
    assert (home / NOTE).read_text() == f"{fjords}\n"


def test_a_reading_command_notes_nothing(tmp_path: Path, fjords: Path) -> None:
    done = maplewire("status", home=tmp_path / "home", MAPLEWIRE_BEAT=str(fjords))
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home").exists()
