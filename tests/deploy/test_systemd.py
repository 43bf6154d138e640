"""The systemd units start what there is, with no more rights than they need.

Installing checks all that it needs before it writes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from pipelines.cli import app

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
INSTALL = UNITS / "install.sh"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))
COMMAND = "/opt/maplewire/current/bin/maplewire"
#: Of 10, as `systemd-analyze security` counts. A service that says nothing of its rights has 9.6.
MOST_EXPOSED = 2.0

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root installs")


def a_unit(name: str) -> ConfigParser:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNITS / name)
    return unit


def started_by(name: str) -> list[list[str]]:
    """Return the commands of Maplewire in a service, each as a list of words."""
    # What a shell makes of the clock is one word to the command.
    text = re.sub(r"\$\$\([^)]*\)", "NOW", (UNITS / name).read_text("utf-8"))
    found = re.findall(rf"{COMMAND} ([^'\n]+)", text)
    return [shlex.split(words) for words in found]


def unit_folder(tmp_path: Path) -> Path:
    """Return a folder of the units in which what they start is there."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for name in SERVICES:
        unit = folder / name
        unit.write_text(unit.read_text("utf-8").replace(COMMAND, "/bin/true"), "utf-8")
    return folder


def analyze(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_commands_that_exist_with_options_that_they_know(name: str) -> None:
    group = get_command(app)
    context = typer.Context(group)
    started = started_by(name)
    assert started
    for command, *arguments in started:
        found = group.get_command(context, command)  # type: ignore[attr-defined]
        found.make_context(command, arguments)


def test_the_rights_of_all_services_stand_in_one_place() -> None:
    rights = a_unit("maplewire-.service.d/rights.conf")["Service"]
    assert rights["User"] == "maplewire"
    assert rights["ProtectSystem"] == "strict"
    assert rights["NoNewPrivileges"] == "yes"
    assert rights["CapabilityBoundingSet"] == ""
    for name in SERVICES:
        assert name.startswith("maplewire-"), "systemd gives them the rights by the beginning of their names"
        assert not set(a_unit(name)["Service"]) & set(rights)


def test_a_service_writes_into_its_data_folder_and_the_backup_alone() -> None:
    places = {name: a_unit(name)["Service"].get("ReadWritePaths") for name in SERVICES}
    assert places.pop("maplewire-upkeep.service") == "/var/backups/maplewire"
    assert set(places.values()) == {None}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_an_end_to_its_memory(name: str) -> None:
    assert re.fullmatch(r"\dG", a_unit(name)["Service"]["MemoryMax"])


def test_each_timer_has_its_service_and_each_other_service_starts_with_the_machine() -> None:
    for name in TIMERS:
        assert name.replace(".timer", ".service") in SERVICES
        assert a_unit(name)["Install"]["WantedBy"] == "timers.target"
    for name in SERVICES:
        is_timed = name.replace(".service", ".timer") in TIMERS
        assert a_unit(name).has_section("Install") != is_timed


def test_a_backup_is_kept_for_a_while_and_not_for_ever() -> None:
    lines = (UNITS / "maplewire.tmpfiles").read_text("utf-8").splitlines()
    backups = next(line.split() for line in lines if "/var/backups" in line)
    assert backups[2:] == ["0700", "maplewire", "maplewire", "14d"]


@needs_systemd
@pytest.mark.parametrize("name", [*SERVICES, *TIMERS])
def test_systemd_takes_a_unit_as_it_is(name: str, tmp_path: Path) -> None:
    verified = analyze(unit_folder(tmp_path), "verify", name)
    # It also complains of units of this machine, which are not ours.
    complaints = [line for line in verified.stderr.splitlines() if "maplewire" in line or "rights" in line]
    assert not complaints


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_counts_few_rights(name: str, tmp_path: Path) -> None:
    counted = analyze(unit_folder(tmp_path), "security", "--offline=true", name)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", counted.stdout)
    assert level is not None, counted.stdout + counted.stderr
    assert float(level[1]) <= MOST_EXPOSED


# -- install.sh: what is refused, before anything is written -------------------------------------------


def install(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", INSTALL, *arguments],
        env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def a_release(folder: Path, *wheels: str) -> Path:
    lines = []
    for name in ("requirements.txt", *wheels):
        (folder / name).write_text(name, "utf-8")
        digest = hashlib.sha256(name.encode()).hexdigest()
        lines.append(f"{digest}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
    return folder


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    refused = install(tmp_path, PYTHON="/bin/false", PATH="/nowhere:/bin:/usr/bin")
    assert refused.returncode == 1
    assert "SHA256SUMS" in refused.stderr
    assert "Python 3.11, 3.12 or 3.13" in refused.stderr
    assert "apt install python3-venv" in refused.stderr


def test_without_a_folder_it_says_what_to_write() -> None:
    refused = install()
    assert refused.returncode == 1
    assert "FOLDER, as `make dist` made it" in refused.stderr


@needs_systemd
@needs_root
def test_a_file_that_was_changed_on_its_way_is_refused(tmp_path: Path) -> None:
    folder = a_release(tmp_path, "maplewire-9.9-py3-none-any.whl")
    (folder / "requirements.txt").write_text("scrapy\n", "utf-8")
    refused = install(folder)
    assert refused.returncode == 1
    assert "Fetch the folder again" in refused.stderr
    assert not Path("/opt/maplewire/9.9").exists()


@needs_systemd
@needs_root
def test_two_wheels_are_refused(tmp_path: Path) -> None:
    folder = a_release(tmp_path, "maplewire-9.8-py3-none-any.whl", "maplewire-9.9-py3-none-any.whl")
    refused = install(folder)
    assert refused.returncode == 1
    assert "needs one wheel" in refused.stderr
    assert not Path("/opt/maplewire/9.9").exists()


def test_nothing_is_installed_without_its_hash() -> None:
    text = INSTALL.read_text("utf-8")
    calls = re.findall(r"bin/pip\" install (.+)", text)
    assert len(calls) == 2
    assert "--require-hashes --only-binary :all:" in calls[0]
    assert "--no-deps" in calls[1]
    assert text.index("sha256sum --check") < text.index("bin/pip")
