"""What deciding on an article and storing it costs.

    made-up stream ──► print ──► decide, some at a time
                  └──► the same texts to datasketch and rensa

Measured is the CPU time of this process from a text to its stored decision. The other programs run in an
environment of their own. Their candidates are verified; they work in memory and store nothing.
The last articles of a stream are measured when all before them are stored. How the cost grows is measured on
further ledgers with many times as many articles (see `grown_ledger`), on which the same articles are decided
in turns. Then the stories of the last articles are related to others, as a run does at its end.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, select

from crawlers.errors import CatalogueError
from maplewire_bench.decided_stream import Decided, decide_in_turns, decide_stream
from maplewire_bench.grown_ledger import fill_ledger
from maplewire_bench.pairs import pair_f1
from maplewire_bench.row import Row
from maplewire_bench.stream import Made, stream
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.ledger.schema import articles, frequent_keys, posting, prints
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.dedup import print_of
from pipelines.stages.relate import EVENT_WATERMARK, relate_changed_stories

STORED = 10_000
COUNTED = 1_000

_PEERS = Path(__file__).parent / "peers" / "measure.py"

# The second stream of a PostgreSQL database, which already holds the first.
_SECOND_SEED = 5

#: Articles for which the cost is told beside what was measured.
_PROJECTED = 1_000_000

_TABLES_OF_DEDUP = (prints, posting, frequent_keys)


def bench_dedup(
    ledger_url: str | None = None,
    peers: Path | None = None,
    *,
    stored: int = STORED,
    counted: int = COUNTED,
    grown: Sequence[int] = (),
) -> list[Row]:
    """Measure deciding and storing, with other programs.

    On a temporary SQLite file, or on the empty PostgreSQL database at `ledger_url`.

    `peers` is the Python of an environment with datasketch and rensa. With `grown`, further ledgers with so
    many articles are measured too; of a PostgreSQL database only the last size is. Raises CatalogueError for
    a database that is not empty.
    """
    made = list(stream(stored + counted))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ledger = stack.enter_context(closing(_open_empty(ledger_url or f"sqlite:///{folder}/ledger.sqlite")))
        ledgers = [ledger]
        sizes = [] if ledger_url else list(grown)
        for size in sizes:
            larger = stack.enter_context(closing(open_ledger(f"sqlite:///{folder}/{size}.sqlite")))
            fill_ledger(larger, size - stored)
            ledgers.append(larger)
        decided, *in_larger = decide_in_turns(ledgers, made, stored)
        rows = _rows(ledger, made, stored, decided)
        if peers:
            rows += _measure_peers(peers, made, stored, decided.cost_s)
        if ledger_url and grown:
            # The database holds the stream already: it is filled up, and gets another stream.
            sizes = [grown[-1]]
            fill_ledger(ledger, grown[-1] - stored)
            in_larger = [decide_stream(ledger, _second_stream(len(made)), stored, "grown")]
        if sizes:
            costs_s = [decided.cost_s, *[one.cost_s for one in in_larger]]
            rows += _growth_rows([stored, *sizes], costs_s)
        if not ledger_url:
            rows += _measure_relating(Path(folder), _watermark_before(ledger, counted))
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


def _growth_rows(sizes: Sequence[int], costs_s: Sequence[float]) -> list[Row]:
    """Tell the cost with each number of articles stored, and how it grows.

    A tree of keys is one level deeper for each so many times as many, so the cost is taken to grow by the
    same for each ten times as many.
    """
    rows = []
    for size, cost_s in zip(sizes[1:], costs_s[1:], strict=True):
        rows += [
            Row(f"deciding and storing, {size:,} stored, CPU an article", cost_s * 1e3, "ms"),
            Row(f"growth of that cost, {size:,} stored", cost_s / costs_s[0], "×"),
        ]
    tenfolds = [math.log10(size / sizes[0]) for size in sizes]
    line = statistics.linear_regression(tenfolds, costs_s)
    projected_s = line.intercept + line.slope * math.log10(_PROJECTED / sizes[0])
    return [
        *rows,
        Row("more for each ten times as many", line.slope * 1e3, "ms"),
        Row(f"projected to {_PROJECTED:,} stored", projected_s * 1e3, "ms"),
        Row(f"growth of that cost, projected to {_PROJECTED:,}", projected_s / costs_s[0], "×"),
    ]


def _watermark_before(ledger: SqlLedger, number: int) -> int:
    """Return the sequence number before the last articles that changed."""
    newest_first = select(articles.c.seq).order_by(articles.c.seq.desc())
    with ledger.database.engine.connect() as connection:
        return connection.scalar(newest_first.offset(number).limit(1)) or 0


def _measure_relating(home: Path, watermark: int) -> list[Row]:
    """Relate the stories that changed after a watermark, in the ledger of a data folder."""
    with App(Settings(home=home)) as maplewire:
        # The beat is compiled before.
        context = maplewire.parts
        context.ledger.set_watermark(EVENT_WATERMARK, watermark)
        started = time.process_time()
        related = relate_changed_stories(context)
        cost_s = time.process_time() - started
    return [
        Row("stories related to others", related, ""),
        Row("relating a story, CPU", cost_s / max(related, 1) * 1e3, "ms"),
    ]
