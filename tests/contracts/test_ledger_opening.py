"""What a ledger on a database promises when it is opened, and when it fails."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.queues import Queue
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.ledger import migration, open_ledger, transaction
from pipelines.adapters.ledger.schema import metadata
from tests.builders import NOON
from tests.contracts.ledger_children import open_and_write
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_stored,
    a_story,
    engine_of,
    off_beat,
    take,
    take_story,
)

# Children are forked from a clean, small server process that has their imports: no thread or
# connection of ours.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.contracts.ledger_children"])


# -- opening ----------------------------------------------------------------------------------------


def test_migrations_make_exactly_the_tables_that_the_code_uses(url: str) -> None:
    open_ledger(url).close()
    with create_engine(engine_of(url)).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_revision_that_opening_knows_is_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", migration.MIGRATIONS)
    assert ScriptDirectory.from_config(config).get_current_head() == migration.REVISION


def test_processes_may_open_a_new_ledger_at_once(empty_url: str) -> None:
    results: Queue[str] = CHILDREN.Queue()
    children = [CHILDREN.Process(target=open_and_write, args=(empty_url, results)) for _ in range(4)]
    for child in children:
        child.start()
    assert [results.get(timeout=60) for _ in children] == ["opened"] * 4
    for child in children:
        child.join()


def test_opening_again_keeps_what_is_there(url: str) -> None:
    with closing(open_ledger(url)) as first:
        first.set_watermark("index", 7)
    with closing(open_ledger(url)) as second:
        assert second.watermark("index") == 7


def test_the_parent_folder_of_a_new_ledger_is_made(tmp_path: Path) -> None:
    open_ledger(f"sqlite:///{tmp_path}/a new/folder 100%/ledger.sqlite").close()
    assert (tmp_path / "a new/folder 100%/ledger.sqlite").exists()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("file/ledger.sqlite", "choose another path"),
        ("folder", "check that the path is a file"),
        ("text", "not an SQLite database"),
    ],
)
def test_what_is_no_ledger_says_what_to_do(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("file", "text"):
        (tmp_path / name).write_text("This is no database, and it is longer than its header would be. " * 20)
    with pytest.raises(PermanentError, match=says):
        open_ledger(f"sqlite:///{tmp_path / path}")
    assert (tmp_path / "text").read_text().startswith("This is no database")


def test_a_ledger_of_a_newer_version_is_left_alone(url: str) -> None:
    open_ledger(url).close()
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(PermanentError, match=r"newer Maplewire.*9999.*update Maplewire"):
        open_ledger(url)


def test_a_database_of_something_else_is_left_alone(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as stranger:
        stranger.execute("CREATE TABLE articles (price)")
    with pytest.raises(PermanentError, match="something else"):
        open_ledger(sqlite_url)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("mysql://desk:sesame@db.example/news", "sqlite:///PATH or postgresql://"),
        ("sesame", "cannot be read"),
        ("postgresql://desk:open/sesame@db.example/news", "cannot be read|names no|cannot be reached"),
        ("postgresql://desk:open@sesame@db.example/news", "%40"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://relative/path", "four strokes"),
    ],
)
def test_a_wrong_url_is_explained_without_its_password(wrong: str, says: str) -> None:
    with pytest.raises((PermanentError, TemporaryError), match=says) as caught:
        open_ledger(wrong)
    assert "sesame" not in "".join(_chain(caught.value))


def test_a_server_that_is_away_is_temporary_and_its_password_stays_secret() -> None:
    for url in (
        "postgresql://desk:sesame@127.0.0.1:1/news",
        "postgres://desk@127.0.0.1:1/news?password=sesame",
    ):
        with pytest.raises(TemporaryError, match=r"127\.0\.0\.1:1/news cannot be reached") as caught:
            open_ledger(url)
        assert "sesame" not in "".join(_chain(caught.value))


def _chain(error: BaseException | None) -> Iterator[str]:
    while error:
        yield f"{error!r} {error}"
        error = error.__cause__ or error.__context__


def test_importing_the_ledger_loads_no_alembic() -> None:
    program = "import sys, pipelines.adapters.ledger; print({'alembic', 'psycopg'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "set()"


# -- trouble ----------------------------------------------------------------------------------------


def test_a_locked_ledger_is_temporary(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "LOCK_WAIT_S", 0.1)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(open_ledger(sqlite_url)) as ledger, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TemporaryError, match=r"ledger\.sqlite is locked by another process; try again"):
            ledger.set_watermark("index", 1)
        other.rollback()
        ledger.set_watermark("index", 1)


def test_a_decision_inside_a_decision_does_not_wait_for_ever(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "LOCK_WAIT_S", 1)
    with closing(open_ledger(url)) as ledger:
        run = ledger.start_run(NOON)
        with ledger.deciding(), pytest.raises(TemporaryError, match="try again"):
            take(ledger, a_page_off_beat(off_beat(1)), run)


@pytest.mark.postgres
def test_a_lost_connection_is_temporary_and_the_next_decision_works(postgres_url: str) -> None:
    with closing(open_ledger(postgres_url)) as ledger:
        ledger.start_run(NOON)
        with pytest.raises(TemporaryError), ledger.deciding() as decision:  # noqa: PT012
            _cut_connections(postgres_url)
            decision.take(a_page_off_beat(off_beat(1)), 1)
        take_story(ledger, "s1", 1)
        assert ledger.count_articles() == 1


def _cut_connections(url: str) -> None:
    name = make_url(url).database
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )


def test_a_full_disk_is_temporary_and_nothing_is_half_written(sqlite_url: str) -> None:
    with closing(open_ledger(sqlite_url)) as ledger:
        ledger.start_run(NOON)
        take_story(ledger, "s1", 1)
        with ledger.database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(TemporaryError, match="no room left"):
            take(ledger, a_page_placed(a_stored(2, body="long " * 10_000), a_story("s2", 2)))
        assert (ledger.count_articles(), ledger.story("s2")) == (1, None)
