"""Wrong files are refused with their names; what the docs say is so."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from crawlers.errors import CatalogueError
from pipelines.adapters.kibana import build, packaged_objects
from pipelines.config import packaged_beats
from tests.kibana.conftest import Ask
from tests.kibana.sending import Context, where

DOCS = Path(__file__).parents[2] / "docs" / "kibana.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_objects(), tmp_path / "kibana"))


def changed(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_all_mistakes_are_told_at_once_each_with_its_file(folder: Path) -> None:
    changed(folder / "lens/coverage-kinds.json", columns={"kind": {"op": "terms", "label": "Kind"}})
    changed(folder / "lens/coverage-articles.json", chart={"type": "gauge", "value": "articles"})
    changed(folder / "searches/first-reports.json", querry="x")
    changed(
        folder / "searches/widely-copied.json", id="maplewire-search-first-reports-2", sort=[["time", "down"]]
    )
    changed(folder / "dashboards/coverage.json", panels=[{"at": [0, 0, 8, 6]}])
    changed(folder / "tags/maplewire.json", color="red")
    (folder / "data-views/runs.json").write_text("{")
    with pytest.raises(CatalogueError) as caught:
        build(folder)
    told = "\n".join(caught.value.problems)
    for words in (
        "kibana/lens/coverage-kinds.json: columns.kind: Value error, terms needs a field",
        "kibana/lens/coverage-articles.json: chart: ",
        "kibana/searches/first-reports.json: querry: Extra inputs",
        "kibana/searches/widely-copied.json: sort.0.1: ",
        "kibana/dashboards/coverage.json: panels.0: Value error, write lens or search, one of them",
        "kibana/tags/maplewire.json: color: ",
        "kibana/data-views/runs.json: Invalid JSON",
    ):
        assert words in told


def test_a_row_for_a_missing_value_stands_beside_the_row_of_others(folder: Path) -> None:
    kind = {"op": "terms", "field": "kind", "label": "Kind", "missing": True}
    changed(folder / "lens/coverage-kinds.json", columns={"kind": kind})
    with pytest.raises(CatalogueError, match="missing needs other: true beside it"):
        build(folder)


def test_name_of_a_panel_that_does_not_exist_is_told_with_those_that_do(folder: Path) -> None:
    (folder / "lens/coverage-kinds.json").unlink()
    with pytest.raises(
        CatalogueError, match=r"names maplewire-coverage-kinds, which does not exist; there are .*articles"
    ):
        build(folder)


def test_one_id_in_two_files_is_told(folder: Path) -> None:
    changed(folder / "searches/widely-copied.json", id="maplewire-search-first-reports")
    with pytest.raises(
        CatalogueError, match="id maplewire-search-first-reports is the one of kibana/searches/"
    ):
        build(folder)


def test_a_beat_adds_searches_of_its_own(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "beat/kibana/searches"
    own.mkdir(parents=True)
    text = (folder / "searches/widely-copied.json").read_text().replace("widely-copied", "salt")
    (own / "salt.json").write_text(text)
    assert b"maplewire-search-salt" in build(folder, own.parent)
    assert build(folder, tmp_path / "nowhere") == build(folder)
    changed(own / "salt.json", id="maplewire-search-first-reports")
    with pytest.raises(CatalogueError, match="choose another"):
        build(folder, own.parent)


@pytest.mark.parametrize("beat", ["norway-japan-fisheries", "siemens"])
def test_objects_of_every_beat_name_no_country_of_another(beat: str) -> None:
    objects = build(packaged_objects(), packaged_beats() / beat / "kibana").decode()
    for word in ("Beijing", "Canad", "interference", "canola"):
        assert word not in objects


def test_folder_without_objects_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no \.json file in this folder"):
        build(tmp_path)


@pytest.mark.parametrize("path", sorted(packaged_objects().rglob("*.json")), ids=lambda path: path.name)
def test_every_file_is_named_after_its_id(path: Path) -> None:
    assert json.loads(path.read_text())["id"].endswith(path.stem) or path.parent.name == "tags"


def documented_queries() -> list[tuple[str, str]]:
    """Return (data view, query) of every row that says what to type."""
    found: list[tuple[str, str]] = []
    view = None
    for line in DOCS.read_text().splitlines():
        if heading := re.fullmatch(r"\| to find \| type in \*News (\w+)\* \|", line):
            view = f"news-{heading[1]}"
        elif not line.startswith("|"):
            view = None
        elif view and (row := re.fullmatch(r"\|.*\| `(.*)` \|", line)):
            found.append((view, row[1]))
    return found


def test_docs_name_every_dashboard() -> None:
    text = DOCS.read_text()
    for path in (packaged_objects() / "dashboards").glob("*.json"):
        assert f"**{json.loads(path.read_text())['title']}**" in text


def test_docs_show_enough_queries() -> None:
    assert len(documented_queries()) >= 20


@pytest.mark.parametrize(("view", "query"), documented_queries(), ids=lambda value: value)
def test_what_the_docs_tell_to_type_finds_something_and_not_everything(
    ask: Ask, view: str, query: str
) -> None:
    everything = ask(view, {"size": 0, "track_total_hits": True})["hits"]["total"]["value"]
    time_field = {"news-articles": "time", "news-stories": "first_seen", "news-runs": "started"}[view]
    found = ask(view, {"track_total_hits": True, "query": where([query], [], time_field, Context())})
    assert 0 < found["hits"]["total"]["value"] < everything
