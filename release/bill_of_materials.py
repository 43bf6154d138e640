"""The bill of materials (SBOM) of a release, as CycloneDX 1.5 in JSON.

python -m release.bill_of_materials FILE [--extra production]

Packages, versions, hashes and who needs whom come from the lock; licences from the metadata of the packages
that are installed here. The same lock gives the same bill, but for its time, which $SOURCE_DATE_EPOCH sets.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.license import DisjunctiveLicense, License
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release.lock_export import PROJECT, export_lock

#: A bill as it stands in JSON.
Bill = dict[str, Any]

# Some packages write the whole text of their licence into the field for its name.
_LONGEST_NAME = 80
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


class NotACycloneDXDocument(ValueError):
    """A bill does not pass the schema; the message says where."""


def make_bill(extras: list[str]) -> Bill:
    """Return the bill of the packages that Maplewire installs with some extras."""
    bill = locked_bill(extras)
    _describe_ourselves(bill)
    add_licences(bill)
    make_repeatable(bill)
    return bill


def locked_bill(extras: list[str]) -> Bill:
    """Return the bill as uv writes it: no licences, and another number each time."""
    bill: Bill = json.loads(export_lock("cyclonedx1.5", extras))
    return bill


def _describe_ourselves(bill: Bill) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = bill["metadata"]["component"]
    ours["type"] = "application"
    ours["description"] = project["description"]
    ours["purl"] = f"pkg:pypi/{project['name']}@{project['version']}"
    ours["licenses"] = [_as_entry(LicenseFactory().make_from_string(project["license"]))]


def add_licences(bill: Bill) -> None:
    """Add to each package the licence that it states, where this very version is installed here."""
    for component in bill["components"]:
        try:
            installed = distribution(component["name"])
        except PackageNotFoundError:
            # One for another system.
            continue
        if installed.version != component["version"]:
            continue
        stated = _stated_licence(installed.metadata)
        if stated is not None:
            component["licenses"] = [_as_entry(LicenseFactory().make_from_string(stated))]


def _stated_licence(metadata: PackageMetadata) -> str | None:
    for candidate in _possible_licences(metadata):
        name = candidate.strip()
        if name and name != "UNKNOWN" and "\n" not in name and len(name) <= _LONGEST_NAME:
            return name
    return None


def _possible_licences(metadata: PackageMetadata) -> Iterator[str]:
    """Yield what may name a licence, the most exact first."""
    for field in ("License-Expression", "License"):
        yield from metadata.get_all(field) or []
    for classifier in metadata.get_all("Classifier") or []:
        found = _CLASSIFIER.fullmatch(classifier)
        if found:
            yield found[1]


def _as_entry(licence: License) -> Bill:
    """Return a licence as an entry of `licenses`."""
    if not isinstance(licence, DisjunctiveLicense):
        return {"expression": licence.value}
    if licence.id is not None:
        return {"license": {"id": licence.id}}
    return {"license": {"name": licence.name}}


def make_repeatable(bill: Bill) -> None:
    """Give a bill a number that follows from its content, and the time of the release."""
    content = json.dumps([bill["components"], bill.get("dependencies")], sort_keys=True)
    bill["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_OID, content).urn
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    bill["metadata"]["timestamp"] = moment.isoformat(timespec="seconds")


def as_checked_text(bill: Bill) -> str:
    """Return a bill as JSON, or raise NotACycloneDXDocument."""
    text = json.dumps(bill, indent=2, ensure_ascii=False) + "\n"
    trouble = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
    if trouble is not None:
        raise NotACycloneDXDocument(str(trouble))
    return text


def main() -> None:
    """Write a bill to a file, and say how much is in it."""
    parser = argparse.ArgumentParser(prog="python -m release.bill_of_materials", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml")
    arguments = parser.parse_args()
    bill = make_bill(arguments.extra)
    arguments.file.parent.mkdir(parents=True, exist_ok=True)
    arguments.file.write_text(as_checked_text(bill), "utf-8")
    print(f"{arguments.file}: {len(bill['components'])} packages")


if __name__ == "__main__":
    main()
