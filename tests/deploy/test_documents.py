"""What docs/production.md and docs/scale.md name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pipelines.config import Settings
from tests.deploy.compose import EXAMPLE, ROOT, variables, written

PAGES = [ROOT / "docs" / name for name in ("production.md", "scale.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_variable_that_is_named_exists(page: Path) -> None:
    known = set(variables(EXAMPLE)) | {f"MAPLEWIRE_{name}".upper() for name in Settings.model_fields}
    named = set(
        re.findall(r"\b((?:MAPLEWIRE|AIRFLOW|KIBANA|ELASTIC|DESK)_[A-Z][A-Z_]*[A-Z])\b", page.read_text())
    )
    given = set(re.findall(r"^  (AIRFLOW_\w+):", (ROOT / "docker-compose.yml").read_text(), re.MULTILINE))
    assert {name for name in named if "__" not in name} - known - given == set()
    assert {name for name in named if "__" in name} - given == set()


def test_the_services_the_page_explains_are_those_of_the_stack() -> None:
    text = PAGES[0].read_text()
    services = set(written()["services"])
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert rows == {
        "elasticsearch-certificates",
        "elasticsearch-setup",
        "airflow-init",
        "maplewire-setup",
        "airflow-clean",
    }
    assert set(re.findall(r"docker compose (?:run --rm|exec(?: -T)?) ([a-z-]+)", text)) <= services


def test_the_chart_and_the_image_are_named_alike_everywhere() -> None:
    values = (ROOT / "deploy/helm/values.yaml").read_text()
    text = PAGES[1].read_text()
    assert set(re.findall(r"--version ([\d.]+)", text + values)) == {"1.22.0"}
    image = yaml.safe_load(values)["images"]["airflow"]
    assert f"{image['repository']}:{image['tag']}" in text
    script = (ROOT / "deploy/helm/secrets.sh").read_text()
    for secret in set(re.findall(r"secretName: ([\w-]+)|SecretName: ([\w-]+)", values)):
        assert f"put {''.join(secret)} " in script
