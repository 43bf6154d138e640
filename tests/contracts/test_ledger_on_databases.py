"""What a ledger on a database promises beside the port: opening, sharing, dying, staying quick."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
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
from pipelines.adapters.ledger import SqlLedger, migration, open_ledger, print_index, transaction
from pipelines.adapters.ledger.print_codec import pack_print, unpack_print
from pipelines.adapters.ledger.schema import metadata
from pipelines.dedup import print_of
from pipelines.model import Outcome, TextPrint
from tests.builders import NOON
from tests.contracts.ledger_children import TEXTS, open_and_write, take_for_ever, take_text, work
from tests.contracts.ledger_values import (
    a_print,
    a_stored,
    a_story,
    a_taking,
    ident,
    off_beat,
    take,
    take_story,
)

# Children are forked from a clean, small server process that has their imports: no thread or connection of ours.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.contracts.ledger_children"])
POSTGRES = pytest.param("postgres_url", marks=pytest.mark.postgres)
EMPTY_POSTGRES = pytest.param("empty_postgres_url", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite_url", POSTGRES])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=["sqlite_url", EMPTY_POSTGRES])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def ledger(url: str) -> Iterator[SqlLedger]:
    with closing(open_ledger(url)) as opened:
        opened.start_run(NOON)
        yield opened


def engine_of(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


# -- opening ------------------------------------------------------------------------------------------


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
    [("file/ledger.sqlite", "choose another path"), ("folder", "check that the path is a file"), ("text", "not an SQLite database")],
)  # fmt: skip
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
    program = "import sys, pipelines.adapters.ledger; print([m for m in ('alembic', 'psycopg') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


# -- trouble ------------------------------------------------------------------------------------------


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
            take(ledger, a_taking(off_beat(1)), run)


@pytest.mark.postgres
def test_a_lost_connection_is_temporary_and_the_next_decision_works(postgres_url: str) -> None:
    with closing(open_ledger(postgres_url)) as ledger:
        ledger.start_run(NOON)
        with pytest.raises(TemporaryError), ledger.deciding() as decision:  # noqa: PT012
            _cut_connections(postgres_url)
            decision.take(a_taking(off_beat(1)), 1)
        take_story(ledger, "s1", 1)
        assert ledger.count_articles() == 1


def _cut_connections(url: str) -> None:
    name = make_url(url).database
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
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
            take(ledger, a_taking(a_stored(2, body="long " * 10_000), a_story("s2", 2)))
        assert (ledger.count_articles(), ledger.story("s2")) == (1, None)


# -- prints -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", [f.name for f in fields(TextPrint)])
def test_every_field_of_a_print_survives_packing(field: str) -> None:
    sample = {
        "exact": "fingerprint 指纹",
        "words": 123_456,
        "shingles": (3, 1, 2**32 - 1, 1),
        "quoted": (0, 255, 256, 70_000),
        "numbers": frozenset({7, 2**32 - 1}),
        "names": frozenset({1}),
        "announced": (7, 70_000),
        "facts": b"\0\1\xff" * 1000,
    }
    assert field in sample, f"add a telling value of {field} here"
    other = replace(TextPrint("", (), 0), **{field: sample[field]})
    assert getattr(unpack_print(other.exact, pack_print(other)), field) == sample[field]


def test_print_of_an_earlier_version_is_read_without_the_places_of_its_names() -> None:
    text = TextPrint("e", (3, 1), 4, (0, 1), frozenset({7}), frozenset({1}), (1,))
    hashes = struct.pack("<7I", 3, 1, 0, 1, 7, 1, 1)
    assert unpack_print("e", struct.pack("<BI5I", 1, 4, 2, 2, 1, 1, 1) + hashes) == text


def test_prints_of_an_older_ledger_are_made_again(url: str) -> None:
    """What was stored before hashes were made in another way is still recognised."""
    text = "Canada and China agreed on Monday that canola growers may export again from the first of May, officials said."
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_taking(a_stored(1, body=text), a_story("s1", 1)))
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        for statement in _AS_IT_WAS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    with closing(open_ledger(url)) as ledger, ledger.deciding() as decision:
        assert [m.article_id for m in decision.candidates(print_of("Another title", text))] == [ident(1)]


def test_prints_of_chinese_texts_in_an_older_ledger_get_their_names(url: str) -> None:
    text = "青岛市市长陈国华表示，港口将于三月恢复对加拿大油菜籽的检验。渥太华方面没有回应。"
    named = print_of("青岛港", text)
    older = replace(named, names=frozenset())
    english = a_stored(2, body="Canada and China agreed on Monday.", keys=(1, 2, 3))
    assert named.names
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_taking(a_stored(1, title="青岛港", body=text, text=older), a_story("s1", 1)))
        take(ledger, a_taking(english, a_story("s2", 2)))
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        first, second = ledger.article(ident(1)), ledger.article(ident(2))
    assert first
    assert second
    assert first.text == named
    assert second.text == english.text


_AS_IT_WAS = (
    "DROP TABLE posting",
    "DROP TABLE prints",
    "DROP TABLE frequent_keys",
    "DROP TABLE furniture",
    "CREATE TABLE prints (article BIGINT PRIMARY KEY, exact TEXT NOT NULL, form TEXT NOT NULL, packed TEXT NOT NULL)",
    "CREATE INDEX ix_prints_exact ON prints (exact)",
    "CREATE TABLE posting (key BIGINT, article BIGINT, PRIMARY KEY (key, article))",
    "INSERT INTO prints VALUES (1, 'of another time', '{}', '')",
    "UPDATE alembic_version SET version_num = '0004'",
)


# -- many articles ------------------------------------------------------------------------------------


def _counting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FREQUENT", "FIRST"):
        monkeypatch.setattr(print_index.lookup, name, 5)
    monkeypatch.setattr(print_index, "COUNTED_EVERY", 1)


def test_a_key_that_everybody_has_neither_hides_nor_slows(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _counting(monkeypatch)
    notice = (1, 2, 3)
    for n in range(1, 20):
        take(ledger, a_taking(a_stored(n, keys=(*notice, n * 10, n * 10 + 1)), a_story(f"s{n}", n)))
    with ledger.deciding() as decision:
        found = [m.article_id for m in decision.candidates(a_print(*notice, 190, 191), limit=3)]
        everything = {m.article_id for m in decision.candidates(a_print(*notice))}
        mixed = [m.article_id for m in decision.candidates(a_print(1, 30))]
    assert found[0] == ident(19)
    assert everything == {ident(n) for n in range(1, 6)}
    assert mixed == [ident(3)]


def test_a_copy_finds_a_story_that_has_more_copies_than_a_frequent_key(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _counting(monkeypatch)
    for n in range(1, 12):
        numbers = range(1, n + 1)
        take(ledger, a_taking(a_stored(n, keys=(1, 2, 3), outcome=Outcome.COPY), a_story("s1", *numbers)))
    with ledger.deciding() as decision:
        assert {m.story_id for m in decision.candidates(a_print(1, 2, 3, exact="retold"))} == {"s1"}


# -- several processes --------------------------------------------------------------------------------


def test_two_processes_make_one_story_of_one_text(url: str) -> None:
    results: Queue[str] = CHILDREN.Queue()
    workers = [CHILDREN.Process(target=work, args=(url, n, results)) for n in (1, 2)]
    for worker in workers:
        worker.start()
    seen, watermark = [], 0
    with closing(open_ledger(url)) as ledger:
        # An indexer follows meanwhile: what it sees must be in order and without a hole.
        while any(worker.is_alive() for worker in workers) or ledger.changes_since(watermark, 1):
            changes = ledger.changes_since(watermark, 7)
            seen += [change.seq for change in changes]
            watermark = seen[-1] if seen else 0
        assert [results.get(timeout=5) for _ in workers] == ["done", "done"]
        stories = {ledger.article(ident(n * 10 + w)).story_id for n in range(TEXTS) for w in (1, 2)}  # type: ignore[union-attr]
        arrivals = [n for n, _ in ledger.arrivals_since(0)]
    assert len(stories) == TEXTS
    assert seen == list(range(1, 2 * TEXTS + 1))
    assert arrivals == list(range(1, 2 * TEXTS + 1))


def test_threads_of_one_process_take_turns(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        run = ledger.start_run(NOON)
        threads = [
            threading.Thread(target=lambda w=w: [take_text(ledger, run, n, w) for n in range(5)])
            for w in (1, 2, 3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ledger.count_articles() == 15
        assert len({ledger.article(ident(n * 10 + w)).story_id for n in range(5) for w in (1, 2, 3)}) == 5  # type: ignore[union-attr]


# -- kill -9 ------------------------------------------------------------------------------------------


def test_a_killed_worker_leaves_whole_decisions_only(url: str) -> None:
    chance = random.Random(17)
    counts = []
    for round_ in range(5):
        child, ready = _started(url, round_ * 100_000)
        assert ready.recv() == "ready"
        time.sleep(chance.uniform(0.02, 0.25))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        counts.append(_check_invariants(url))
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] > 0


def _started(url: str, start: int) -> tuple[BaseProcess, Connection]:
    ready, theirs = CHILDREN.Pipe(duplex=False)
    child = CHILDREN.Process(target=take_for_ever, args=(url, start, theirs))
    child.start()
    theirs.close()
    return child, ready


def _check_invariants(url: str) -> int:
    """Assert what holds between any two decisions; return the number of accounts."""
    with closing(open_ledger(url)) as ledger:  # it opens, and takes, after every death
        run = ledger.start_run(NOON)
        take(ledger, a_taking(off_beat(9), record=run, batch="after"), run)
        changes = ledger.changes_since(0, 100_000)
        documents = [change.document for change in changes if change.document]
        stories = ledger.stories({document.story_id for document in documents})
    linked = {link.article_id for story in stories.values() for link in story.links}
    assert linked == {document.id for document in documents}
    assert all(story.lead_id == story.links[0].article_id for story in stories.values())
    engine = create_engine(engine_of(url))
    with engine.connect() as connection:
        for table, query in _CONTRADICTIONS.items():
            assert connection.execute(text(query)).all() == [], table
        count = connection.execute(text("SELECT count(*) FROM accounts")).scalar_one()
    engine.dispose()
    return int(count)


_CONTRADICTIONS = {
    "an account twice": "SELECT batch_id FROM accounts GROUP BY batch_id, record HAVING count(*) > 1",
    "an account of an article that is not there": """SELECT 1 FROM accounts a LEFT JOIN articles t ON t.id = a.article_id
        WHERE a.article_id IS NOT NULL AND t.id IS NULL""",
    "an article without its account": """SELECT 1 FROM articles t LEFT JOIN accounts a ON a.article_id = t.id
        WHERE a.id IS NULL""",
    "on the beat without a print, or the other way round": """SELECT 1 FROM articles t
        LEFT JOIN links l ON l.article_id = t.id LEFT JOIN prints p ON p.article = t.number
        WHERE (l.article_id IS NULL) <> (p.article IS NULL) OR (l.article_id IS NULL) <> (t.outcome = 'off_beat')""",
    "a story without articles": """SELECT 1 FROM stories s LEFT JOIN links l ON l.story_id = s.id
        WHERE l.story_id IS NULL""",
    "a key of no print": "SELECT 1 FROM posting k LEFT JOIN prints p ON p.article = k.article WHERE p.article IS NULL",
    "an update without its former version": """SELECT 1 FROM articles t
        LEFT JOIN article_versions v ON v.article_id = t.id WHERE t.version > 1 AND v.number IS NULL""",
}


# -- upkeep -------------------------------------------------------------------------------------------


def test_tidying_says_what_it_did_and_changes_nothing(ledger: SqlLedger) -> None:
    take_story(ledger, "s1", 1, 2, 3)
    told = ledger.tidy()
    assert "ANALYZE" in told
    assert "MB" in told
    assert ledger.count_articles() == 3
    assert ledger.tidy(), "a second time too"


def test_room_that_deleted_rows_held_is_given_back(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(open_ledger(sqlite_url)) as ledger:
        engine = create_engine(sqlite_url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE filler AS SELECT randomblob(8000000) AS x"))
            connection.execute(text("DROP TABLE filler"))
        engine.dispose()
        before = path.stat().st_size
        assert "VACUUM" in ledger.tidy()
        assert path.stat().st_size < before / 2
