"""The Dockerfile: the locked environment on Airflow's own image.

It runs as nobody special, and holds nothing that does not belong.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STEPS = [
    re.sub(r"\s*\\\n\s*", " ", step).strip()
    for step in re.split(r"\n(?=[A-Z]+ )", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
]
STAGES = "\n".join(STEPS).split("\nFROM ")
LOCK = tomllib.loads((ROOT / "uv.lock").read_text())


def _locked(name: str) -> str:
    return next(package["version"] for package in LOCK["package"] if package["name"] == name)


def test_the_base_is_the_official_image_of_the_locked_airflow_and_pinned() -> None:
    base = re.search(r"ARG AIRFLOW_IMAGE=(\S+)", DOCKERFILE)
    assert base is not None
    assert base[1] == f"apache/airflow:slim-{_locked('apache-airflow')}-python3.12"
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${AIRFLOW_IMAGE}"}


def test_the_image_runs_as_airflows_user() -> None:
    users = re.findall(r"^USER (\S+)", STAGES[-1], re.MULTILINE)
    assert users[-1] == "50000:0"
    as_root = STAGES[-1].split("USER root")[1].split("USER 50000")[0]
    assert re.findall(r"^RUN (.*)", as_root, re.MULTILINE) == [
        "install -d -o 50000 -g 0 -m 2775 /var/lib/maplewire /opt/maplewire"
    ]


def test_the_environment_is_the_lock_checked_by_hashes_and_our_wheel_brings_nothing_else() -> None:
    build, final = STAGES[-2:]
    assert re.search(r"^COPY .*\buv\.lock\b", build, re.MULTILINE)
    assert "uv export --quiet --frozen" in build
    assert "--extra production" in build
    assert "uv pip sync --quiet --no-cache --require-hashes" in final
    assert re.search(r"uv pip install .*--no-deps \S+\.whl && \S+ pip check", final)


def test_all_that_is_installed_is_compiled_once_and_not_in_every_container() -> None:
    installs = [step for step in STEPS if "uv pip sync" in step or "uv pip install" in step]
    assert len(installs) == 2
    assert all("--compile-bytecode" in step for step in installs)


def test_uv_is_the_version_of_the_makefile() -> None:
    pinned = re.compile(r"uv==([\d.]+)")
    assert pinned.findall(DOCKERFILE) == pinned.findall((ROOT / "Makefile").read_text())


def test_every_file_that_is_copied_exists_and_passes_the_ignore_file() -> None:
    allowed = {
        line[1:].rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied: set[str] = set()
    for step in STEPS:
        if step.startswith("COPY"):
            arguments = step.split()[1:-1]
            copied |= {source.rstrip("/") for source in arguments if not source.startswith("--")}
    assert copied == allowed
    missing = {source for source in copied - {"dags"} if not (ROOT / source).exists()}
    assert missing == set()


def test_the_wheel_of_the_image_has_all_of_the_packages(tmp_path: Path) -> None:
    for name in _copied_to_build():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", "dist"], cwd=tmp_path, check=True)
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    for data in (
        "pipelines/_beats/siemens/beat.yaml",
        "pipelines/web/words.yaml",
        "pipelines/_dags/upkeep.py",
    ):
        assert data in names


def _copied_to_build() -> list[str]:
    """Return what the stage that builds the wheel copies from the repository."""
    names: list[str] = []
    for step in STAGES[-2].splitlines():
        if step.startswith("COPY"):
            names += [word.rstrip("/") for word in step.split()[1:-1] if not word.startswith("--")]
    return names


def test_nothing_of_the_image_is_written_when_it_runs() -> None:
    # A container is read-only (docker-compose.yml), so no step of the start may write into the image.
    for name in ("init.sh", "clean.sh"):
        script = (ROOT / "deploy" / "airflow" / name).read_text("utf-8")
        assert not re.search(r"pip install|>\s*/(?!dev/|tmp/)|\bapt\b", script), name


def test_nothing_is_fetched_by_hand_and_no_secret_is_baked_in() -> None:
    assert not re.search(r"\b(ADD|curl|wget|git clone)\b", DOCKERFILE)
    assert not re.search(r"(PASSWORD|SECRET|TOKEN|_KEY)\s*=", DOCKERFILE)
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*", "nothing gets in that is not named"


@pytest.mark.timeout(120)
def test_the_lock_gives_an_environment_with_all_that_the_stack_names() -> None:
    uv = Path(sys.executable).with_name("uv")
    export = next(step for step in STEPS if "uv export" in step)
    arguments = export.partition("uv export ")[2].partition(" --output-file")[0].split()
    done = subprocess.run([uv, "export", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    names = set(re.findall(r"^([\w.-]+)==", done.stdout, re.MULTILINE))
    assert names >= {
        "apache-airflow", "apache-airflow-providers-fab", "apache-airflow-providers-celery", "redis",
        "apache-airflow-providers-postgres", "apache-airflow-providers-elasticsearch",
        "apache-airflow-providers-cncf-kubernetes", "statsd", "psycopg2-binary", "scrapy", "trafilatura",
        "elasticsearch", "s3fs",
    }  # fmt: skip
    assert "maplewire" not in names, "our own wheel is built, not looked up"
    assert not names & {"pytest", "mypy", "moto"}
    assert done.stdout.count("--hash=") > len(names)
