"""What a ledger on a database promises to several processes, and after a kill."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipelines.adapters.ledger import SqlLedger, open_ledger, print_index
from pipelines.model import Outcome
from tests.builders import NOON
from tests.contracts.ledger_children import TEXTS, take_for_ever, take_text, work
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_print,
    a_stored,
    a_story,
    engine_of,
    ident,
    off_beat,
    take,
    take_story,
)

# Children are forked from a clean, small server process that has their imports: no thread or
# connection of ours.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.contracts.ledger_children"])


# -- many articles ----------------------------------------------------------------------------------


def _counting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FREQUENT", "FIRST"):
        monkeypatch.setattr(print_index.lookup, name, 5)
    monkeypatch.setattr(print_index, "COUNTED_EVERY", 1)


def test_a_key_that_everybody_has_neither_hides_nor_slows(
    sql_ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _counting(monkeypatch)
    notice = (1, 2, 3)
    for n in range(1, 20):
        take(sql_ledger, a_page_placed(a_stored(n, keys=(*notice, n * 10, n * 10 + 1)), a_story(f"s{n}", n)))
    with sql_ledger.deciding() as decision:
        found = [m.article_id for m in decision.candidates(a_print(*notice, 190, 191), limit=3)]
        everything = {m.article_id for m in decision.candidates(a_print(*notice))}
        mixed = [m.article_id for m in decision.candidates(a_print(1, 30))]
    assert found[0] == ident(19)
    assert everything == {ident(n) for n in range(1, 6)}
    assert mixed == [ident(3)]


def test_a_copy_finds_a_story_that_has_more_copies_than_a_frequent_key(
    sql_ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _counting(monkeypatch)
    for n in range(1, 12):
        numbers = range(1, n + 1)
        take(
            sql_ledger,
            a_page_placed(a_stored(n, keys=(1, 2, 3), outcome=Outcome.COPY), a_story("s1", *numbers)),
        )
    with sql_ledger.deciding() as decision:
        assert {m.story_id for m in decision.candidates(a_print(1, 2, 3, exact="retold"))} == {"s1"}


# -- several processes ------------------------------------------------------------------------------


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
        stories = _homes_of_texts(ledger, range(TEXTS), workers=(1, 2))
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
        assert len(_homes_of_texts(ledger, range(5), workers=(1, 2, 3))) == 5


def _homes_of_texts(ledger: SqlLedger, texts: Sequence[int], workers: Sequence[int]) -> set[str | None]:
    """Return the stories that the articles of these texts are in, those of all workers."""
    homes = set()
    for n in texts:
        for worker in workers:
            stored = ledger.article(ident(n * 10 + worker))
            assert stored
            homes.add(stored.story_id)
    return homes


# -- kill -9 ----------------------------------------------------------------------------------------


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
        take(ledger, a_page_off_beat(off_beat(9), record=run, batch="after"), run)
        changes = ledger.changes_since(0, 100_000)
        documents = [change.document for change in changes if change.document]
        stories = ledger.stories({document.story_id for document in documents})
    linked = set()
    for story in stories.values():
        linked.update(link.article_id for link in story.links)
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
    "an account of an article that is not there": """SELECT 1 FROM accounts a
        LEFT JOIN articles t ON t.id = a.article_id WHERE a.article_id IS NOT NULL AND t.id IS NULL""",
    "an article without its account": """SELECT 1 FROM articles t LEFT JOIN accounts a ON a.article_id = t.id
        WHERE a.id IS NULL""",
    "on the beat without a print, or the other way round": """SELECT 1 FROM articles t
        LEFT JOIN links l ON l.article_id = t.id LEFT JOIN prints p ON p.article = t.number
        WHERE (l.article_id IS NULL) <> (p.article IS NULL)
        OR (l.article_id IS NULL) <> (t.outcome = 'off_beat')""",
    "a story without articles": """SELECT 1 FROM stories s LEFT JOIN links l ON l.story_id = s.id
        WHERE l.story_id IS NULL""",
    "a key of no print": """SELECT 1 FROM posting k LEFT JOIN prints p ON p.article = k.article
        WHERE p.article IS NULL""",
    "an update without its former version": """SELECT 1 FROM articles t
        LEFT JOIN article_versions v ON v.article_id = t.id WHERE t.version > 1 AND v.number IS NULL""",
}


# -- upkeep -----------------------------------------------------------------------------------------


def test_tidying_says_what_it_did_and_changes_nothing(sql_ledger: SqlLedger) -> None:
    take_story(sql_ledger, "s1", 1, 2, 3)
    told = sql_ledger.tidy()
    assert "ANALYZE" in told
    assert "MB" in told
    assert sql_ledger.count_articles() == 3
    assert sql_ledger.tidy(), "a second time too"


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
