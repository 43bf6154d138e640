"""`maplewire sources off` and `on`: the catalogue says so, and the next crawl leaves the source out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.test_command import maplewire
from tests.small_beat import give_heading_and_terms

CATALOGUE = """\
# The catalogue.
sources:
  - {id: other, name: Other, kind: feed, url: https://o.example/f}   # short

  - id: daily   # the paper of record
    name: Daily
    kind: feed
    url: https://daily.example/rss
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir()
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text(CATALOGUE)
    return beat / "sources.yaml"


def sources(catalogue: Path, *arguments: str) -> tuple[int, str, str]:
    done = maplewire("sources", *arguments, home=catalogue.parent, MAPLEWIRE_BEAT=str(catalogue.parent))
    return done.returncode, done.stdout, done.stderr


def test_off_and_on_leave_the_file_as_it_was(catalogue: Path) -> None:
    status, out, told = sources(catalogue, "off", "daily", "other", "--why", "answers 410")
    assert status == 0, told
    assert "daily" in out + told
    assert "maplewire sources on other daily" in out + told, "how it is undone"
    listed = json.loads(sources(catalogue, "list", "--json")[1])
    assert [(row["enabled"], row["off_reason"]) for row in listed] == [(False, "answers 410")] * 2
    health = json.loads(sources(catalogue, "health", "--json")[1])
    assert {(row["state"], row["why"]) for row in health} == {("off", "answers 410")}
    assert sources(catalogue, "on", "daily", "other")[0] == 0
    assert catalogue.read_text() == CATALOGUE


def test_all_unknown_ids_are_named_at_once_and_nothing_is_changed(catalogue: Path) -> None:
    status, _, told = sources(catalogue, "off", "daily", "dayly", "nobody")
    assert status == 2
    assert "no source “dayly”" in told
    assert "no source “nobody”" in told
    assert catalogue.read_text() == CATALOGUE


def test_what_is_so_already_is_said(catalogue: Path) -> None:
    status, out, told = sources(catalogue, "on", "daily")
    assert status == 0
    assert "daily is on already" in out + told
    assert catalogue.read_text() == CATALOGUE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_beat_that_cannot_be_written_is_told_with_what_to_do(catalogue: Path) -> None:
    catalogue.parent.chmod(0o500)
    try:
        status, _, told = sources(catalogue, "off", "daily")
    finally:
        catalogue.parent.chmod(0o700)
    assert status == 2
    assert "copy the beat's folder" in told
