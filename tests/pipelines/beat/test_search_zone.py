"""The clock of a search that names none is that of the beat's readers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines.beat.beat import load_beat
from pipelines.operations.new_beat import NewBeat, write_beat
from pipelines.query import Range

SEARCHES = """\
searches:
  - {id: own, name: Own, query: salt, to: [desk@newsroom.example], cadence: daily, zone: Asia/Tokyo}
  - {id: beat, name: Beat, query: salt, to: [desk@newsroom.example], cadence: daily}
"""


def zones_of(folder: Path) -> dict[str, str]:
    return {parsed.search.id: parsed.search.zone for parsed in load_beat(folder).searches}


def test_a_search_without_a_zone_has_the_first_clock_of_the_beat(tmp_path: Path) -> None:
    folder = tmp_path / "salt"
    write_beat(
        folder, NewBeat("Salt", ("Chile",), ("CL",), ("es",), zones=("America/Santiago", "Europe/Oslo"))
    )
    (folder / "searches.yaml").write_text(SEARCHES, "utf-8")
    assert zones_of(folder) == {"own": "Asia/Tokyo", "beat": "America/Santiago"}


def test_a_beat_without_clocks_counts_in_utc(tmp_path: Path) -> None:
    folder = tmp_path / "salt"
    write_beat(folder, NewBeat("Salt", ("Chile",)))
    (folder / "searches.yaml").write_text(SEARCHES, "utf-8")
    text = (folder / "beat.yaml").read_text("utf-8")
    (folder / "beat.yaml").write_text(text[: text.index("clocks:")], "utf-8")
    assert zones_of(folder)["beat"] == "UTC"


def test_a_day_in_a_query_is_that_of_the_search(tmp_path: Path) -> None:
    folder = tmp_path / "salt"
    write_beat(folder, NewBeat("Salt", ("Chile",), ("CL",), ("es",), zones=("America/Santiago",)))
    (folder / "searches.yaml").write_text(
        SEARCHES.replace("query: salt", "query: published:2026-01-17"), "utf-8"
    )
    starts = {}
    for parsed in load_beat(folder).searches:
        assert isinstance(parsed.query.root, Range)
        starts[parsed.search.id] = parsed.query.root.low
    assert starts == {
        "own": datetime(2026, 1, 16, 15, tzinfo=UTC), "beat": datetime(2026, 1, 17, 3, tzinfo=UTC),
    }  # fmt: skip
