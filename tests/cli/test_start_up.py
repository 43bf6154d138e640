"""A command loads what it uses, and no more: loading is most of what a short command costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.adapters.ledger import open_ledger
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take

#: Takes long to load, and only the stages of a run use it.
STAGES = ("scrapy", "twisted", "feedparser", "trafilatura", "structlog", "httpx", "elasticsearch", "airflow")
#: Takes long to load, and is used to write mails or to compare texts.
WRITING = ("jinja2", "pipelines.route.clue_patterns", "pipelines.revisions", "pipelines.relevance")
#: Only changes its tables, or is asked where the ledger is on a server.
MIGRATION = ("alembic", "psycopg", "sqlalchemy.dialects.postgresql.base")
#: Compares texts, or reads what the command does not ask for.
COMPARING = ("sqlalchemy.orm", "pydantic_settings", "pipelines.dedup", "pipelines.beat.terms", "holidays")
#: Compares two states of a page, of which one that never changed has one.
CHANGES = (
    "pipelines.route.clue_patterns",
    "pipelines.revisions.edit",
    "pipelines.text.page_notices",
    "crawlers.dates",
)
STORY = (
    "jinja2",
    "pipelines.relevance",
    "pipelines.beat.terms",
    "crawlers.sources",
    "sqlalchemy.orm",
    *CHANGES,
)
LEDGER = ("sqlalchemy", "alembic")
BEAT = ("lxml", "pipelines.beat.terms", "crawlers.sources")
#: Checks the files of a beat, which are checked once for each state of them.
CHECKING = (
    "babel",
    "crawlers.source_fields",
    "email_validator",
    "parsel",
    "pipelines.beat.beat",
    "pipelines.beat.heading",
    *BEAT,
)
#: Makes addresses canonical, and brings the client of http.
ADDRESSES = ("w3lib", "http.client")

#: Runs the command, and prints which modules it loaded as the last line.
PROGRAM = """
import json, sys
from pipelines.cli import main
try:
    main()
finally:
    print()
    print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*arguments: str, home: Path) -> set[str]:
    environment = {"MAPLEWIRE_HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=environment, capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_page_placed(a_stored(1, title="Canola talks"), a_story("s1", 1)))
    # The index is made by what writes it, and so is what is kept of the beat.
    loaded_by("index", home=home)
    return home


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], STAGES + WRITING + LEDGER + BEAT),
        (
            ["status"],
            (*STAGES, *WRITING, *MIGRATION, *COMPARING, *CHECKING, *ADDRESSES, "pipelines.query", "yaml"),
        ),
        (["search", "canola"], STAGES + WRITING + MIGRATION + CHECKING + COMPARING + ADDRESSES),
        (["search", "canola", "--json"], STAGES + WRITING + MIGRATION + CHECKING + COMPARING + ADDRESSES),
        (["story", "s1"], (*STAGES, *MIGRATION, *STORY, *ADDRESSES)),
        (["searches", "list"], STAGES + WRITING + MIGRATION + CHECKING + COMPARING + ADDRESSES),
    ],
    ids=" ".join,
)
def test_nothing_is_loaded_that_a_command_does_not_use(
    arguments: Sequence[str], unused: Sequence[str], filled: Path
) -> None:
    loaded = loaded_by(*arguments, home=filled)
    assert loaded.isdisjoint(unused), loaded & set(unused)


def test_on_an_empty_home_no_database_is_loaded(tmp_path: Path) -> None:
    assert loaded_by("status", home=tmp_path).isdisjoint(LEDGER + BEAT)


def test_a_command_loads_no_other_command(filled: Path) -> None:
    loaded = loaded_by("status", home=filled)
    commands = [name for name in loaded if name.startswith("pipelines.cli.commands.")]
    assert commands == ["pipelines.cli.commands.status"]
