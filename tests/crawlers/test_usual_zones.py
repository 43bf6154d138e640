"""The time zone of a source that names none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crawlers.locales import is_country
from crawlers.time_zones import _newsroom_zones, usual_zone


@pytest.mark.parametrize(
    ("country", "language", "zone"),
    [
        ("NO", None, "Europe/Oslo"),
        ("DE", None, "Europe/Berlin"),
        ("KR", "ko", "Asia/Seoul"),
        ("ES", None, "Europe/Madrid"),
        ("PT", None, "Europe/Lisbon"),
        ("BR", "pt", "America/Sao_Paulo"),
        ("CN", None, "Asia/Shanghai"),
        ("US", "ko", "America/New_York"),
        (None, "ja", "Asia/Tokyo"),
        (None, "zh-Hant", "Asia/Shanghai"),
        (None, "en", "UTC"),
        (None, None, "UTC"),
        ("XX", None, "UTC"),
    ],
)
def test_a_source_without_a_zone_has_that_of_its_newsrooms(
    country: str | None, language: str | None, zone: str
) -> None:
    assert usual_zone(country, language) == zone


def test_every_line_names_a_country_and_a_zone() -> None:
    for country, zone in _newsroom_zones()["zones"].items():
        assert is_country(country)
        ZoneInfo(zone)
    for zone in _newsroom_zones()["languages"].values():
        ZoneInfo(zone)
