"""The systemd units start what there is, with no more rights than they need."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.cli import app

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"


def a_unit(name: str) -> ConfigParser:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNITS / name)
    return unit


@pytest.mark.parametrize("name", ["maplewire-serve.service", "maplewire-run.service"])
def test_a_service_starts_a_command_that_exists(name: str) -> None:
    command = a_unit(name)["Service"]["ExecStart"].split()

    assert command[1] in get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["maplewire-serve.service", "maplewire-run.service"])
def test_a_service_writes_into_its_data_folder_alone(name: str) -> None:
    service = a_unit(name)["Service"]

    assert service["User"] != "root"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/srv/maplewire/data"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""


def test_the_timer_has_its_service() -> None:
    assert (UNITS / "maplewire-run.service").is_file()
    assert a_unit("maplewire-run.timer")["Timer"]["OnUnitInactiveSec"] == "5min"
