"""What only a file can suffer: other processes, a crash in the middle, damage, another version."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.adapters.sqlite_index import SqliteIndex, generations, index_file
from pipelines.model import Change, Document
from pipelines.query import parse
from tests.builders import a_document
from tests.contracts.answers import article_ids


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def opened(path: Path, *documents: Document) -> SqliteIndex:
    made = SqliteIndex(f"sqlite:///{path}")
    made.setup()
    made.write(changes(*documents))
    return made


def changes(*documents: Document) -> list[Change]:
    return [Change(d.seq, d.id, d) for d in documents]


def found(some: SqliteIndex, query: str) -> set[str]:
    return set(article_ids(some.search(parse(query))))


def test_setting_up_says_what_it_created(path: Path) -> None:
    assert SqliteIndex(path).setup() == (f"created the search index {path}",)
    assert SqliteIndex(path).setup() == ()


def test_what_was_written_is_there_for_the_next_process(path: Path) -> None:
    opened(path, a_document(1, title="canola")).close()
    assert found(SqliteIndex(path), "canola") == {"a1"}


def test_a_search_before_any_setup_says_what_to_run(path: Path) -> None:
    with pytest.raises(PermanentError, match="maplewire reindex"):
        SqliteIndex(path).search(parse("canola"))
    assert not path.exists()


# -- others at the same time -------------------------------------------------------------------------------


def test_another_process_searches_while_one_rebuilds_and_sees_the_switch(path: Path) -> None:
    reader = opened(path, a_document(1, seq=1, title="old"))
    seen: list[set[str]] = []

    def batches() -> Iterator[list[Change]]:
        for n in range(2, 6):
            yield changes(a_document(n, seq=n, title="new"))
            seen.append(found(reader, "*:*"))

    SqliteIndex(path).rebuild(batches())
    assert seen == [{"a1"}] * 4
    assert found(reader, "*:*") == {"a2", "a3", "a4", "a5"}


def test_what_another_process_writes_during_a_rebuild_is_not_lost(path: Path) -> None:
    other = opened(path, a_document(1, seq=1, title="canola"), a_document(2, seq=2, title="canola"))

    def batches() -> Iterator[list[Change]]:
        yield changes(a_document(1, seq=1, title="canola"))
        other.write([*changes(a_document(3, seq=9, title="late canola")), Change(8, "a2", None)])
        yield changes(a_document(2, seq=2, title="canola"))

    SqliteIndex(path).rebuild(batches())
    assert found(other, "canola") == {"a1", "a3"}


def test_of_two_rebuilds_the_later_wins_and_the_earlier_gives_way(path: Path) -> None:
    first, second = opened(path, a_document(1, seq=1)), SqliteIndex(path)

    def overtaken() -> Iterator[list[Change]]:
        yield changes(a_document(2, seq=2))
        second.rebuild([changes(a_document(3, seq=3))])
        yield changes(a_document(4, seq=4))

    with pytest.raises(TemporaryError, match="another rebuild"):
        first.rebuild(overtaken())
    assert found(first, "*:*") == {"a3"}


def test_a_rebuild_that_was_killed_leaves_the_old_answers_and_can_be_repeated(path: Path) -> None:
    opened(path, a_document(1, seq=1, title="old")).close()
    program = """
import sys, time
from pipelines.adapters.sqlite_index import SqliteIndex
from pipelines.model import Change
from tests.builders import a_document
def batches():
    yield [Change(2, "a2", a_document(2, seq=2, title="new"))]
    yield [Change(3, "a3", a_document(3, seq=3, title="new"))]
    print("here", flush=True)
    time.sleep(60)
SqliteIndex(sys.argv[1]).rebuild(batches())
"""
    root = Path(__file__).parents[3]
    child = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, cwd=root)
    assert child.stdout
    assert child.stdout.readline() == b"here\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    survivor = SqliteIndex(path)
    assert found(survivor, "*:*") == {"a1"}
    survivor.write(changes(a_document(4, seq=4, title="old")))
    assert survivor.rebuild([changes(a_document(2, seq=2, title="new"))]) == 1
    assert found(survivor, "*:*") == {"a2"}
    tables = (
        sqlite3.connect(path)
        .execute("SELECT name FROM sqlite_master WHERE name GLOB 'documents_*'")
        .fetchall()
    )
    assert len(tables) == 1


def test_a_locked_file_is_temporary_and_nothing_is_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_file, "BUSY_TIMEOUT_S", 0.05)
    mine = opened(path, a_document(1, title="canola"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporaryError, match="cannot be used now"):
        mine.write(changes(a_document(2, title="canola")))
    assert found(mine, "canola") == {"a1"}
    other.execute("ROLLBACK")
    mine.write(changes(a_document(2, title="canola")))
    assert found(mine, "canola") == {"a1", "a2"}


def test_two_writers_at_once_lose_nothing(path: Path) -> None:
    opened(path).close()

    def write(numbers: range) -> None:
        mine = SqliteIndex(path)
        for n in numbers:
            mine.write(changes(a_document(n, seq=n, title="canola")))
        mine.close()

    threads = [threading.Thread(target=write, args=(range(start, 60, 2),)) for start in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SqliteIndex(path).count() == 59


def test_a_folder_that_is_away_is_temporary(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match="cannot be used now"):
        SqliteIndex(tmp_path / "nowhere" / "index.sqlite").setup()


def test_a_batch_is_one_part_of_the_full_text_table(path: Path) -> None:
    # Parts are joined again and again, which costs a writer a quarter of its time.
    documents: list[Document] = []
    for n in range(1, 300):
        words = [f"w{n}x{place}" for place in range(100)]
        documents.append(a_document(n, body=" ".join(words)))
    opened(path, *documents).close()
    parts = sqlite3.connect(path).execute("SELECT count(DISTINCT segid) FROM words_1_idx").fetchone()
    assert parts == (1,)


# -- damage and versions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["head", "middle"])
def test_a_damaged_file_says_so_and_a_rebuild_mends_it(path: Path, where: str) -> None:
    opened(path, *(a_document(n, title=f"canola {n}", body="wheat " * 200) for n in range(1, 200))).close()
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(0 if where == "head" else size // 8)
        file.write(b"\xff" * (size // 2))
    damaged = SqliteIndex(path)
    with pytest.raises(PermanentError, match="maplewire reindex"):
        [damaged.search(parse(query), limit=1000) for query in ("canola", "*:*", "lang:en", "can*")]
    assert damaged.rebuild([changes(a_document(1, title="canola"))]) == 1
    assert found(damaged, "canola") == {"a1"}
    assert path.with_name("index.sqlite.broken").exists()


def test_a_file_of_another_version_asks_for_a_rebuild_and_gets_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(path, a_document(1)).close()
    monkeypatch.setattr(generations, "ANALYSIS_VERSION", 99)
    newer = SqliteIndex(path)
    for refused in (newer.setup, newer.count, lambda: newer.write(changes(a_document(2)))):
        with pytest.raises(PermanentError, match=r"another version.*maplewire reindex"):
            refused()
    assert newer.rebuild([changes(a_document(1), a_document(2))]) == 2
    assert newer.count() == 2


def test_a_rebuild_gives_back_the_room_of_the_old_tables(path: Path) -> None:
    some = [a_document(n, body="canola wheat " * 300) for n in range(300)]
    mine = opened(path, *some)
    mine.close()
    before = path.stat().st_size
    for _ in range(3):
        mine.rebuild([changes(*some)])
    mine.close()
    assert path.stat().st_size < 2 * before


# -- queries that are hard on SQL --------------------------------------------------------------------------

DEEP = "canola"
for _level in range(19):
    _also = "source:daily AND" if _level % 2 else ""
    DEEP = f"({DEEP} OR {_also} (wheat AND lang:fr))"
NEGATED = "source:daily"
for _level in range(9):
    NEGATED = f"NOT (lang:fr AND (origin:x OR {NEGATED}))"


@pytest.mark.parametrize(
    "query",
    [
        DEEP,
        NEGATED,
        "(" * 19 + "canola" + " OR wheat) AND lang:en" * 9 + ")" * 10,
        " OR ".join(f"(canola{n} AND source:s{n})" for n in range(400)) + " OR canola",
        " OR ".join(f"w?rd{n}" for n in range(60)) + " OR c?nola",
        '"' + "canola " * 2500 + '" OR canola',
        '"' + " ".join(f"w{n}" for n in range(3000)) + '"~5 OR canola',
        '"' + "油菜 " * 100 + " ".join(chr(0x4E00 + n) for n in range(3000)) + '"~5 OR canola',
        " ".join(f"-w{n}" for n in range(900)),
    ],
    ids=[
        "deep",
        "negated",
        "parentheses",
        "mixed",
        "wildcards",
        "long phrase",
        "near",
        "near in Chinese",
        "exclusions",
    ],
)
def test_big_queries_are_answered_as_in_memory(path: Path, query: str) -> None:
    documents = [a_document(1, title="canola"), a_document(2, title="wheat", lang="fr")]
    parsed = parse(query)
    assert opened(path, *documents).search(parsed) == MemoryIndex(documents).search(parsed)


def test_a_wildcard_of_many_words_finds_all_of_them(path: Path) -> None:
    documents = [a_document(n, title=f"wo{n}rd") for n in range(700)]
    assert opened(path, *documents).search(parse("wo*rd"), limit=0).total == 700


def test_nearness_of_pieces_of_different_lengths_is_measured_exactly(path: Path) -> None:
    documents = [
        a_document(1, title="油菜籽在加拿大和中国"),
        a_document(2, title="油菜籽在加拿大的西部各地和中国"),
    ]
    mine = opened(path, *documents)
    assert found(mine, '"加拿大 中国 油菜籽"~2') == {"a1"}
    assert found(mine, '"加拿大 中国 油菜籽"~7') == {"a1", "a2"}
