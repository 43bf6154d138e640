"""The bill of materials names all that the lock installs, and passes the schema of CycloneDX."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from release.bill_of_materials import (
    NotACycloneDXDocument,
    add_licences,
    as_checked_text,
    locked_bill,
    make_repeatable,
)
from release.lock_export import export_lock

ROOT = Path(__file__).parents[2]
LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def made_bill(folder: Path, *arguments: str) -> Any:
    path = folder / "maplewire.cdx.json"
    subprocess.run(
        [sys.executable, "-m", "release.bill_of_materials", path, *arguments], cwd=ROOT, check=True
    )
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made_bill(tmp_path_factory.mktemp("bill"))


def component(bill: Any, name: str) -> Any:
    return next(one for one in bill["components"] if one["name"] == name)


def test_each_package_has_the_version_and_the_hashes_of_the_lock(bill: Any) -> None:
    locked = next(package for package in LOCK["package"] if package["name"] == "scrapy")
    scrapy = component(bill, "scrapy")
    assert scrapy["version"] == locked["version"]
    assert scrapy["purl"] == f"pkg:pypi/scrapy@{locked['version']}"
    hashes = {one["hashes"][0]["content"] for one in scrapy["externalReferences"]}
    assert hashes >= {wheel["hash"].removeprefix("sha256:") for wheel in locked["wheels"]}


def test_the_bill_lists_what_is_installed_and_no_more(bill: Any) -> None:
    listed = {one["name"] for one in bill["components"]}
    requirements = export_lock("requirements-txt", [])
    assert listed == set(re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE))


def test_nearly_all_packages_have_a_licence(bill: Any) -> None:
    without = {one["name"] for one in bill["components"] if not one.get("licenses")}
    # These are for other systems, so they are not installed here and their metadata cannot be read.
    assert len(without) <= 3, without
    assert component(bill, "scrapy")["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]


def test_the_bill_says_whose_it_is(bill: Any) -> None:
    own = bill["metadata"]["component"]
    assert own["name"] == "maplewire"
    assert own["type"] == "application"
    assert own["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    roots = [one for one in bill["dependencies"] if one["ref"] == own["bom-ref"]]
    assert any(ref.startswith("scrapy-") for ref in roots[0]["dependsOn"])


def test_tools_of_developers_are_in_no_bill(bill: Any) -> None:
    assert not {"pytest", "mypy", "pip-audit", "mkdocs"} & {one["name"] for one in bill["components"]}


def test_the_bill_of_the_image_has_airflow(tmp_path: Path) -> None:
    image = made_bill(tmp_path, "--extra", "production")
    names = {one["name"] for one in image["components"]}
    assert names >= {"apache-airflow", "apache-airflow-providers-celery", "s3fs", "scrapy"}


def test_the_same_lock_gives_the_same_bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first = made_bill(tmp_path)
    assert first == made_bill(tmp_path)
    assert first["metadata"]["timestamp"] == "2026-01-01T00:00:00+00:00"


def test_another_lock_gives_another_number() -> None:
    bill = locked_bill([])
    make_repeatable(bill)
    number = bill["serialNumber"]
    bill["components"][0]["version"] = "0"
    make_repeatable(bill)
    assert bill["serialNumber"] != number


def test_what_is_no_cyclonedx_is_refused() -> None:
    bill = locked_bill([])
    bill["components"][0]["type"] = "nothing"
    with pytest.raises(NotACycloneDXDocument, match="nothing"):
        as_checked_text(bill)


@pytest.mark.parametrize(
    ("stated", "licences"),
    [
        ("License-Expression: MIT", [{"license": {"id": "MIT"}}]),
        ("License-Expression: MIT OR Apache-2.0", [{"expression": "MIT OR Apache-2.0"}]),
        ("License: BSD", [{"license": {"name": "BSD"}}]),
        # Some write the whole text of their licence there.
        ("License: " + "word " * 500, []),
        ("Classifier: License :: OSI Approved :: MIT License", [{"license": {"name": "MIT License"}}]),
        ("License: UNKNOWN", []),
        ("Summary: nothing said", []),
    ],
)
def test_a_licence_is_what_the_package_says(
    stated: str, licences: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "madeup-1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.4\nName: madeup\nVersion: 1\n{stated}\n")
    monkeypatch.syspath_prepend(tmp_path)
    bill = {"components": [{"type": "library", "name": "madeup", "version": "1"}]}
    add_licences(bill)
    assert bill["components"][0].get("licenses", []) == licences


def test_the_licence_of_another_version_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "madeup-2.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.4\nName: madeup\nVersion: 2\nLicense-Expression: MIT\n")
    monkeypatch.syspath_prepend(tmp_path)
    bill = {"components": [{"type": "library", "name": "madeup", "version": "1"}]}
    add_licences(bill)
    assert "licenses" not in bill["components"][0]
