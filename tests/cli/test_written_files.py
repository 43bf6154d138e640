"""Files that a person writes, as editors of all systems save them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from crawlers.checked_yaml import read_yaml
from crawlers.errors import CatalogueError
from pipelines.cli.commands.files import read_json_lines
from pipelines.written_settings import env_file_values

BOM = b"\xef\xbb\xbf"
READ = {
    "as it is": lambda text: text.encode(),
    "byte order mark": lambda text: BOM + text.encode(),
    "Windows": lambda text: BOM + text.replace("\n", "\r\n").encode(),
}
REFUSED = {
    "Latin-1": lambda text: text.encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.replace("é", "e").encode("utf-16-le"),
}


def env(path: Path) -> Mapping[str, object]:
    return env_file_values(path)


def yaml(path: Path) -> Mapping[str, object]:
    found: Mapping[str, object] = read_yaml(path).values
    return found


def lines(path: Path) -> Mapping[str, object]:
    (found,) = read_json_lines(path)
    return found


FILES = [
    (env, "maplewire_name=Orléans\n"),
    (yaml, "maplewire_name: Orléans\n"),
    (lines, '{"maplewire_name": "Orléans"}\n'),
]


@pytest.mark.parametrize(("read", "text"), FILES)
@pytest.mark.parametrize("how", READ)
def test_a_file_in_utf8_is_read_however_its_lines_end(read, text, how, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "file"
    file.write_bytes(READ[how](text))
    assert read(file) == {"maplewire_name": "Orléans"}


@pytest.mark.parametrize(("read", "text"), FILES)
@pytest.mark.parametrize("how", REFUSED)
def test_a_file_in_another_encoding_is_refused_with_what_to_do(read, text, how, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "file"
    file.write_bytes(REFUSED[how](text))
    with pytest.raises(CatalogueError) as caught:
        read(file)
    (problem,) = caught.value.problems
    assert problem.startswith(str(file))
    assert "save it as UTF-8" in problem


def test_a_tab_in_yaml_is_told_as_one(tmp_path: Path) -> None:
    file = tmp_path / "beat.yaml"
    file.write_text("sides:\n\t- norway\n")
    with pytest.raises(CatalogueError, match="indent with two spaces"):
        read_yaml(file)
