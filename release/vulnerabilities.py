"""Asks OSV, a public service, what is known against the packages that a release installs.

python -m release.vulnerabilities [--osv-url URL] [--ignore-vuln ID]

The exit status is 1 where something is known, 2 where the audit itself failed, and 0 where nothing is known.
It is 0 as well where the service cannot be reached, as without a network: that is said, and a later run asks.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from release.lock_export import export_lock

USUAL_SERVICE = "https://api.osv.dev/v1/query"
#: All that the image and the recipe install.
EXTRAS = ("production",)
_PATIENCE_S = 15

_KNOWN = 1
_FAILED = 2


class AuditFailed(RuntimeError):
    """pip-audit gave no answer; the message is what it said."""


def is_reachable(service: str) -> bool:
    """Tell whether anything answers there, whatever its answer."""
    try:
        httpx.get(service, timeout=_PATIENCE_S)
    except httpx.TransportError:
        return False
    return True


def known_vulnerabilities(service: str, ignored: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the packages of the lock against which something is known, as pip-audit tells them.

    Each is {"name", "version", "vulns": [{"id", "fix_versions", "description", …}]}. Raises AuditFailed.
    """
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json"]
    # With hashes and without pip, it takes the versions as they stand, and installs nothing.
    command += ["--require-hashes", "--disable-pip", "--vulnerability-service", "osv", "--osv-url", service]
    for identifier in ignored:
        command += ["--ignore-vuln", identifier]
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(export_lock("requirements-txt", EXTRAS), "utf-8")
        command += ["--requirement", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise AuditFailed(done.stderr.strip()) from None
    return [package for package in packages if package.get("vulns")]


def _tell_of(package: Mapping[str, Any]) -> None:
    print(f"{package['name']} {package['version']}")
    for known in package["vulns"]:
        fixed = ", ".join(known["fix_versions"]) or "no version yet"
        first_line = known["description"].strip().partition("\n")[0]
        print(f"  {known['id']}: {first_line} Fixed in: {fixed}.")
    print(f"  To do: uv lock --upgrade-package {package['name']}, then make test. Where that cannot be:")
    print("  read what it says; AUDIT_ARGS='--ignore-vuln ID' leaves out what does not concern Maplewire.")


def main() -> int:
    """Say what is known, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m release.vulnerabilities", description=__doc__)
    parser.add_argument("--osv-url", default=USUAL_SERVICE)
    parser.add_argument("--ignore-vuln", action="append", default=[], metavar="ID")
    arguments = parser.parse_args()
    if not is_reachable(arguments.osv_url):
        print(f"NOT AUDITED: {arguments.osv_url} cannot be reached. Try again online.", file=sys.stderr)
        return 0
    try:
        packages = known_vulnerabilities(arguments.osv_url, arguments.ignore_vuln)
    except AuditFailed as e:
        print(f"The audit failed, so nothing is known either way:\n{e}", file=sys.stderr)
        return _FAILED
    for package in packages:
        _tell_of(package)
    if packages:
        return _KNOWN
    print("No known vulnerability in what a release installs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
