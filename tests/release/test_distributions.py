"""The wheel and the sdist hold all that they need, and pass what an index asks of them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
#: Folders of the repository that the wheel holds under another name.
RENAMED = {"beats": "pipelines/_beats", "dags": "pipelines/_dags", "kibana": "pipelines/_kibana"}
SAME = ("crawlers", "maplewire_bench", "maplewire_demo", "pipelines")


@dataclass(frozen=True)
class Distributions:
    """What a build made."""

    wheel: Path
    sdist: Path

    def names_in_wheel(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as archive:
            return set(archive.namelist())

    def names_in_sdist(self) -> set[str]:
        with tarfile.open(self.sdist) as archive:
            return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    folder = tmp_path_factory.mktemp("dist")
    # The wheel is built from the sdist, so what the sdist lacks the wheel lacks.
    subprocess.run([TOOLS / "uv", "build", "--quiet", "--out-dir", folder], cwd=ROOT, check=True)
    return Distributions(next(folder.glob("*.whl")), next(folder.glob("*.tar.gz")))


def tracked_files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout, so nothing says which files belong to it")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_an_index_takes_both(built: Distributions) -> None:
    checked = subprocess.run(
        [TOOLS / "twine", "--no-color", "check", "--strict", built.wheel, built.sdist],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("PASSED") == 2


def test_every_file_of_the_packages_is_in_the_wheel(built: Distributions) -> None:
    names = built.names_in_wheel()
    missing = []
    for file in tracked_files():
        top, _, rest = file.partition("/")
        expected = f"{RENAMED[top]}/{rest}" if top in RENAMED else file
        if top in (*RENAMED, *SAME) and expected not in names:
            missing.append(file)
    assert not missing


def test_the_wheel_holds_the_units_of_systemd(built: Distributions) -> None:
    names = built.names_in_wheel()
    for file in tracked_files():
        place = file.removeprefix("deploy/systemd/")
        if place != file:
            assert any(name.endswith(f".data/data/share/maplewire/systemd/{place}") for name in names), file


def test_neither_holds_what_is_of_one_machine_or_of_tests(built: Distributions) -> None:
    for names in (built.names_in_wheel(), built.names_in_sdist()):
        for name in names:
            assert not {".env", ".venv", "__pycache__", ".git"} & set(name.split("/")), name
    assert not {name for name in built.names_in_wheel() if name.startswith(("tests/", "release/", "docs/"))}


def test_a_checkout_can_be_made_of_the_sdist(built: Distributions) -> None:
    kept = built.names_in_sdist()
    unneeded = (".ci/", ".github/", ".gitignore", ".editorconfig", ".pre-commit-config.yaml")
    missing = {file for file in tracked_files() if file not in kept and not file.startswith(unneeded)}
    assert not missing


def test_the_wheel_says_what_it_is(built: Distributions) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        path = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_string(archive.read(path).decode())
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == "<3.14,>=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "Maplewire" in metadata.get_payload()
