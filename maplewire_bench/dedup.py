"""What deciding on an article and storing it costs.

    made-up stream ──► print ──► decide, some at a time
                  └──► the same texts to datasketch and rensa

Measured is the CPU time of this process from a text to its stored decision. The other programs run in an
environment of their own. Their candidates are verified; they work in memory and store nothing.
The last articles of a stream are measured when all before them are stored. How the cost grows is measured on
a second ledger with many times as many articles (see `grown_ledger`), on which the same stream is decided.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, select

from crawlers.errors import CatalogueError
from maplewire_bench.decided_stream import Decided, decide_stream
from maplewire_bench.grown_ledger import fill_ledger
from maplewire_bench.pairs import pair_f1
from maplewire_bench.row import Row
from maplewire_bench.stream import Made, stream
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.ledger.schema import frequent_keys, posting, prints
from pipelines.dedup import print_of

STORED = 10_000
COUNTED = 1_000

_PEERS = Path(__file__).parent / "peers" / "measure.py"

# The second stream of a PostgreSQL database, which already holds the first.
_SECOND_SEED = 5

_TABLES_OF_DEDUP = (prints, posting, frequent_keys)


def bench_dedup(
    ledger_url: str | None = None,
    peers: Path | None = None,
    *,
    stored: int = STORED,
    counted: int = COUNTED,
    grown: int = 0,
) -> list[Row]:
    """Measure deciding and storing, with other programs.

    On a temporary SQLite file, or on the empty PostgreSQL database at `ledger_url`.

    `peers` is the Python of an environment with datasketch and rensa. With `grown`, a second ledger
    with so many articles is measured too. Raises CatalogueError for a database that is not empty.
    """
    made = list(stream(stored + counted))
    with tempfile.TemporaryDirectory() as folder:
        with closing(_open_empty(ledger_url or f"sqlite:///{folder}/ledger.sqlite")) as ledger:
            decided = decide_stream(ledger, made, stored)
            rows = _rows(ledger, made, stored, decided)
        if peers:
            rows += _measure_peers(peers, made, stored, decided.cost_s)
        if grown and ledger_url:
            # The database holds the stream already: it is filled up, and gets another stream.
            with closing(open_ledger(ledger_url)) as ledger:
                other = _second_stream(len(made))
                rows += _measure_grown(ledger, other, stored, grown, decided.cost_s)
        elif grown:
            with closing(open_ledger(f"sqlite:///{folder}/grown.sqlite")) as ledger:
                rows += _measure_grown(ledger, made, stored, grown, decided.cost_s)
    return rows


def _open_empty(url: str) -> SqlLedger:
    ledger = open_ledger(url)
    if ledger.count_articles():
        ledger.close()
        raise CatalogueError(["--ledger: the database holds articles; name an empty one, it will be filled"])
    return ledger


def _rows(ledger: SqlLedger, made: Sequence[Made], stored: int, decided: Decided) -> list[Row]:
    counted = made[stored:]
    words = 0
    for article in counted:
        words += print_of(article.title, article.body).words
    with ledger.database.engine.connect() as connection:
        state = _state_bytes(connection) / len(made)
    return [
        Row("articles stored before counting", stored, ""),
        Row("words an article", words / len(counted), ""),
        Row("deciding and storing, CPU an article", decided.cost_s * 1e3, "ms"),
        Row("articles decided and stored a CPU second", 1 / decided.cost_s, ""),
        Row("state of dedup an article", state, "bytes"),
        Row("pair F1 on the stream", pair_f1(made, decided.clusters), ""),
    ]


def _state_bytes(connection: Connection) -> int:
    """Return the bytes of prints and keys in the database.

    With their indexes and unused room.
    """
    if connection.dialect.name == "sqlite":
        names = ", ".join([f"'{table.name}'" for table in _TABLES_OF_DEDUP])
        own = f"SELECT name FROM sqlite_schema WHERE tbl_name IN ({names})"  # noqa: S608 - our own names
        query = f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({own})"  # noqa: S608
        return int(connection.exec_driver_sql(query).scalar_one())
    total = 0
    for table in _TABLES_OF_DEDUP:
        total += int(connection.scalar(select(func.pg_total_relation_size(table.name))) or 0)
    return total


def _measure_peers(python: Path, made: Sequence[Made], stored: int, cost_s: float) -> list[Row]:
    """Run the other programs on the same texts.

    Raises CatalogueError where they cannot run.
    """
    lines = []
    for article in made:
        lines.append(json.dumps({"id": article.number, "text": f"{article.title}\n{article.body}"}) + "\n")
    done = subprocess.run(
        [python, _PEERS, str(stored)], input="".join(lines), text=True, capture_output=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        raise CatalogueError([f"--peers: {python} cannot run them: {reason}"])
    rows = []
    for line in done.stdout.splitlines():
        peer = json.loads(line)
        name = peer["name"]
        peer_cost_s = peer["cpu_s"] / peer["counted"]
        clusters = {int(id_): cluster for id_, cluster in peer["clusters"].items()}
        rows += [
            Row(f"{name}, CPU an article", peer_cost_s * 1e3, "ms"),
            Row(f"{name}, pair F1 on the stream", pair_f1(made, clusters), ""),
            Row(f"ours, stored, to {name}, in memory", cost_s / peer_cost_s, "×"),
        ]
    return rows


def _second_stream(number: int) -> list[Made]:
    """Return other articles, numbered after the first ones."""
    made = []
    for article in stream(number, seed=_SECOND_SEED):
        made.append(replace(article, number=article.number + number, report=article.report + number))
    return made


def _measure_grown(
    ledger: SqlLedger, made: Sequence[Made], stored: int, grown: int, cost_s: float
) -> list[Row]:
    """Fill a ledger and decide on a stream in it.

    `cost_s` is the cost in the small one.
    """
    fill_ledger(ledger, grown - stored)
    grown_cost_s = decide_stream(ledger, made, stored, "grown").cost_s
    return [
        Row("articles stored in the grown ledger", grown, ""),
        Row("deciding and storing there, CPU an article", grown_cost_s * 1e3, "ms"),
        Row("growth of that cost", grown_cost_s / cost_s, "×"),
    ]
