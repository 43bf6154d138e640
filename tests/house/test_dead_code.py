"""Nothing stands in the code that nobody calls; what tests alone call is nobody's.

vulture looks for names that are written once. Names that are called by name from data, and those that a
library calls, are listed here or read where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import vulture

from pipelines.cli.command_group import COMMANDS
from pipelines.web.routes import FORMS, PAGES
from tests.house.class_list import ROOT

FOLDERS = ("crawlers", "pipelines", "maplewire_demo", "maplewire_bench", "dags", "release")
#: Methods and fields that a library reads or calls, by library.
OF_LIBRARIES = (
    ("pydantic", "model_config"),
    ("alembic", "down_revision", "branch_labels", "depends_on"),
    (
        "sqlalchemy, sqlite3",
        "impl",
        "cache_ok",
        "process_bind_param",
        "process_result_value",
        "isolation_level",
    ),
    ("scrapy", "process_exception", "robot_parser", "_process_cookies"),
    ("twisted", "install_on_reactor", "resolutionInProgress", "buildProtocol", "bodyDecoder", "_factory"),
    ("twisted", "__class__", "addr"),
    ("http.server", "do_*", "daemon_threads", "protocol_version", "log_message"),
    ("smtplib", "command_encoding", "_get_socket"),
    ("email", "max_count", "defects", "fold"),
    ("airflow", "on_dag_run_success", "on_dag_run_failed", "msg", "external_views", "listeners"),
    ("airflow", "MaplewireNotes"),
    ("snowballstemmer", "_EnglishStemmer__r_Step_*"),
    ("uvicorn", "should_exit"),
    ("anyio", "total_tokens"),
    ("tarfile", "mtime"),
    ("fastwarc", "status_line"),
    ("typer", "list_commands", "get_command"),
    ("with", "exc_type", "exc"),
)
#: What is read through a table: a part of the day, the stretches of an event's days, an article's claim.
BY_NAME = ("PM", "next_week", "next_month", "last_week", "lang_claimed", "__getattr__")


def names_called_from_data() -> Iterator[str]:
    """Yield the functions of commands and pages, and every word of a template."""
    for place in COMMANDS.values():
        yield place.partition(":")[2]
    for place in (*PAGES.values(), *FORMS.values()):
        yield place.rpartition(".")[2]
    for template in ROOT.glob("*/**/templates/**/*.j2"):
        yield from re.findall(r"[a-z_]\w*", template.read_text("utf-8"))


def test_everything_is_called_by_somebody() -> None:
    known = list(BY_NAME)
    for _library, *names in OF_LIBRARIES:
        known += names
    dead = vulture.Vulture(ignore_names=known, ignore_decorators=["@*"])
    dead.scavenge([str(ROOT / folder) for folder in FOLDERS])
    called = frozenset(names_called_from_data())
    unused = []
    for item in dead.get_unused_code():
        if item.name not in called:
            unused.append(f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: {item.name}")
    assert unused == []
