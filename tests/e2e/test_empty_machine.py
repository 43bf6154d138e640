"""The wheel on an empty machine: installed by pipx for a user who has nothing, with no checkout around."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
#: What a machine says of itself: where certificates are, which mirror of packages it has.
MACHINE = ("PIP_", "SSL_", "UV_INDEX", "UV_DEFAULT_INDEX", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "LANG")


@dataclass(frozen=True)
class Newcomer:
    """A user with an empty home folder, whose programs are those of the system and of pipx."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.upper().startswith(MACHINE)}
        return {**kept, "HOME": str(self.home), "PATH": f"{self.home}/.local/bin:/usr/bin:/bin"}

    def run(self, *command: str | Path, seconds: float = 280) -> str:
        done = subprocess.run(
            command, cwd=self.home, env=self.environment, capture_output=True, text=True, timeout=seconds
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout


def uv(*arguments: str | Path) -> str:
    done = subprocess.run(
        [TOOLS / "uv", "--quiet", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    folder = tmp_path_factory.mktemp("machine")
    uv("build", "--wheel", "--out-dir", folder / "dist")
    uv("export", "--frozen", "--no-default-groups", "--no-emit-project", "--no-hashes",
       "--output-file", folder / "constraints.txt")  # fmt: skip
    home = folder / "home"
    home.mkdir()
    newcomer = Newcomer(home)
    cache = subprocess.run([TOOLS / "uv", "cache", "dir"], capture_output=True, text=True, check=True)
    # What pip downloaded for the tests is not downloaded again; nothing else comes from outside of this home.
    newcomer.run(
        "/usr/bin/env", f"UV_CACHE_DIR={cache.stdout.strip()}", TOOLS / "pipx", "install", "--backend", "uv",
        "--python", sys.executable, f"--pip-args=--constraint {folder / 'constraints.txt'}",
        *(folder / "dist").glob("*.whl"),
    )  # fmt: skip
    return newcomer


@pytest.fixture
def room(newcomer: Newcomer) -> Iterator[str]:
    """Yield the address of the reading room that the newcomer opened."""
    process = subprocess.Popen(
        ["maplewire", "serve", "--port", "0"],
        cwd=newcomer.home,
        env={**newcomer.environment, "MAPLEWIRE_HOME": "data/demo", "PYTHONUNBUFFERED": "1"},
        executable=newcomer.home / ".local/bin/maplewire",
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        if "http://" in line:
            address = line.partition("http://")[2].split()[0]
            break
    yield f"http://{address}"
    process.terminate()
    process.communicate()


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        text: str = answer.read().decode()
    return text


def test_the_code_that_runs_is_the_installed_one(newcomer: Newcomer) -> None:
    python = newcomer.home / ".local/share/pipx/venvs/maplewire/bin/python"
    place = newcomer.run(python, "-c", "import pipelines; print(pipelines.__file__)")
    assert place.startswith(str(newcomer.home))
    assert newcomer.run("maplewire", "--version").startswith("maplewire ")


def test_the_demo_runs_and_its_stories_are_found_and_read(
    newcomer: Newcomer, request: pytest.FixtureRequest
) -> None:
    assert "Done in" in newcomer.run("maplewire", "demo")
    demo = ("/usr/bin/env", "MAPLEWIRE_HOME=data/demo", "maplewire")
    assert json.loads(newcomer.run(*demo, "status", "--json"))
    found = json.loads(newcomer.run(*demo, "search", "title:canola", "--json"))
    assert found["stories"]
    room = request.getfixturevalue("room")
    assert fetched(f"{room}/healthz").strip() == "ok"
    assert "<html" in fetched(room)
    assert fetched(f"{room}/static/room.css")


@pytest.mark.parametrize("beat", ["china-canada", "norway-japan-fisheries", "siemens"])
def test_every_beat_came_along(newcomer: Newcomer, beat: str) -> None:
    newcomer.run("/usr/bin/env", f"MAPLEWIRE_BEAT={beat}", "maplewire", "beat", "check")


def test_the_files_of_airflow_and_kibana_came_along(newcomer: Newcomer) -> None:
    python = newcomer.home / ".local/share/pipx/venvs/maplewire/bin/python"
    folder = newcomer.run(python, "-c", "from pipelines.config import packaged_dags; print(packaged_dags())")
    dags = Path(folder.strip())
    assert (dags / "collect_news.py").is_file()
    assert sorted((dags.parent / "_kibana" / "dashboards").glob("*.json"))


def test_nothing_is_left_outside_of_the_users_folder(newcomer: Newcomer) -> None:
    assert {path.name for path in newcomer.home.iterdir()} <= {".cache", ".local", "data"}
