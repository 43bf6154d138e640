"""What a beat's `beat.yaml` may say, and what its mistakes are told as."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.heading import load_heading
from pipelines.model import UTC_CLOCK

SHIPPED_BEAT = Path(__file__).resolve().parents[3] / "beats" / "china-canada"
SIDES = "sides: [{id: china, countries: [CN]}]\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "beat.yaml"
    path.write_text(text, "utf-8")
    return path


def test_shipped_beat_has_the_clocks_of_both_capitals() -> None:
    heading = load_heading(SHIPPED_BEAT / "beat.yaml")
    zones = [(clock.name, clock.zone) for clock in heading.clocks]
    assert zones == [("Ottawa", ZoneInfo("America/Toronto")), ("Beijing", ZoneInfo("Asia/Shanghai"))]


def test_clock_may_have_a_name_in_each_language(tmp_path: Path) -> None:
    clocks = "[{name: {ja: 東京, en: Tokyo}, zone: Asia/Tokyo}, {name: Lima, zone: America/Lima}]"
    tokyo, lima = load_heading(write(tmp_path, f"name: Salt\nclocks: {clocks}\n{SIDES}")).clocks
    assert (tokyo.name, dict(tokyo.names)) == ("Tokyo", {"ja": "東京", "en": "Tokyo"})
    assert lima.name == "Lima"


def test_beat_without_clocks_shows_times_in_utc(tmp_path: Path) -> None:
    assert load_heading(write(tmp_path, f"name: Salt\n{SIDES}")).clocks == (UTC_CLOCK,)


@pytest.mark.parametrize(
    ("clocks", "message"),
    [
        ("[]", ":2: clocks: write a list of {name: Oslo, zone: Europe/Oslo}"),
        ("Ottawa", ":2: clocks: write a list of"),
        ("", ":2: clocks: write a list of"),
        ("[Ottawa]", ":2: clocks[1] (“Ottawa”): write a list of"),
        ("[{name: Ottawa}]", ":2: clocks[1].zone: is missing; write an IANA name"),
        ("[{zone: Asia/Shanghai}]", ":2: clocks[1].name: write the city"),
        ("[{name: '', zone: Asia/Shanghai}]", ":2: clocks[1].name: write the city"),
        ("[{name: 7, zone: Asia/Shanghai}]", ":2: clocks[1].name: write the city"),
        ("[{name: {xx: Peking}, zone: UTC}]", "clocks[1].name.xx: “xx” is not a known language"),
        ("[{name: {en: 7}, zone: UTC}]", "clocks[1].name.en: write a text of at most 30 characters"),
        ("[{name: {}, zone: UTC}]", ":2: clocks[1].name: write the city"),
        ('[{name: "a\\nb", zone: Asia/Shanghai}]', ":2: clocks[1].name: write the city"),
        ("[{name: Paris, zone: Europe/Pari}]", "“Europe/Pari” is not a time zone; write Europe/Paris"),
        ("[{name: Oslo, zone: Oslo}]", "“Oslo” is not a time zone; write Europe/Oslo"),
        ("[{name: Oslo, zone: ''}]", "“” is not a time zone; write an IANA name"),
        ("[{name: Oslo, zone: ../../etc/passwd}]", "is not a time zone"),
        ("[{name: Oslo, zone: [1]}]", "is not a time zone"),
        ("[{name: Oslo, tz: Europe/Oslo}]", "unknown field `tz`"),
        (f"[{', '.join(['{name: A, zone: UTC}'] * 5)}]", "clocks: has 5 clocks; keep at most 4"),
    ],
)
def test_mistake_in_a_clock_is_told_with_its_line(tmp_path: Path, clocks: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=r"beat\.yaml:2") as refusal:
        load_heading(write(tmp_path, f"name: Salt\nclocks: {clocks}\n{SIDES}"))
    assert message in str(refusal.value)


def test_misspelled_field_of_the_beat_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"unknown field `clock`\. Did you mean `clocks`"):
        load_heading(write(tmp_path, f"name: Salt\nclock: []\n{SIDES}"))
