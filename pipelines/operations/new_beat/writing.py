"""Write the files of a new beat."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawlers.errors import CatalogueError, PermanentError
from pipelines.beat.beat import Beat, load_beat
from pipelines.operations.new_beat.plan import NewBeat, check_plan, plan_clocks, plan_sides, plan_sources
from pipelines.text.languages import known_languages

_FILES = ("beat.yaml", "terms.yaml", "sources.yaml", "searches.yaml")


def write_beat(folder: Path, plan: NewBeat) -> Beat:
    """Write a beat into a new or empty folder; return it, read again.

    Raises CatalogueError with every mistake of the plan, and where the folder holds something.
    """
    check_plan(plan)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CatalogueError([f"{folder} is there already, and nothing is overwritten; name another folder"])
    texts = _render_files(plan)
    was_there = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as e:
        raise PermanentError(f"{folder}: cannot be written ({e.strerror}); name another folder") from e
    try:
        return load_beat(folder)
    except CatalogueError:
        # A name that no beat can have, such as one that both sides share.
        _remove_files(folder, was_there=was_there)
        raise


def _render_files(plan: NewBeat) -> dict[str, str]:
    templates = Environment(
        loader=PackageLoader("pipelines.operations.new_beat"),
        # YAML and no HTML: all that a person wrote goes through `quoted`.
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    sides = plan_sides(plan)
    clocks = plan_clocks(plan, sides)
    values = {
        "plan": plan,
        "sides": sides,
        "clocks": clocks,
        "sources": plan_sources(plan, clocks[0].zone),
        "languages": known_languages(),
        "quoted": _quoted,
        "spellings": _spellings,
    }
    return {name: templates.get_template(f"{name}.j2").render(values).rstrip() + "\n" for name in _FILES}


def _quoted(text: str) -> str:
    """Return a text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _spellings(names: Sequence[tuple[str, str]]) -> str:
    """Return names by language as one group of YAML: {en: ["Norway"], nb: ["Norge"]}."""
    parts = []
    for language, spelling in names:
        parts.append(f"{language}: [{_quoted(spelling)}]")
    return "{" + ", ".join(parts) + "}"


def _remove_files(folder: Path, *, was_there: bool) -> None:
    if not was_there:
        shutil.rmtree(folder)
        return
    for name in _FILES:
        (folder / name).unlink(missing_ok=True)
