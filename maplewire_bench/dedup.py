"""What it costs to decide on an article and to store it in a filled ledger, beside other programs.

    made-up stream ──► print ──► decide, some at a time      CPU time of this process, from a text to its stored decision
                  └──► the same texts to datasketch and rensa    in an environment of their own; verified, in memory, nothing stored

The last articles of a stream are counted, when all before them are stored. How the cost grows is measured on a second ledger with
many times as many articles: they are written straight into its tables, with random prints whose keys are as frequent as those of
the stream, before the same stream is decided on.
"""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select

from crawlers.errors import CatalogueError
from crawlers.model import CrawlResult
from crawlers.urls import canonical_url
from maplewire_bench.index import Row
from maplewire_bench.stream import START, Made, stream
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.ledger.print_codec import pack_print, signed_keys
from pipelines.adapters.ledger.schema import articles, frequent_keys, links, posting, prints, stories
from pipelines.dedup import lookup, print_of
from pipelines.ingest.batch import AT_ONCE
from pipelines.ingest.page_decision import Fetch, JudgedArticle, decide_page
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import (
    Article,
    Outcome,
    PageAccount,
    Publisher,
    Relevance,
    Route,
    Stamp,
    TextPrint,
    article_id,
)

T = TypeVar("T")

STORED, COUNTED = 10_000, 1_000
_SAMPLE = 2_000
"""Articles of the stream that tell how frequent keys are."""
_WRITTEN_AT_ONCE = 2_000
_PEERS = Path(__file__).parent / "peers" / "measure.py"


def bench_dedup(
    ledger_url: str | None = None,
    peers: Path | None = None,
    *,
    stored: int = STORED,
    counted: int = COUNTED,
    grown: int = 0,
) -> list[Row]:
    """Measure on SQLite in a folder that is removed, or on the empty PostgreSQL database at `ledger_url`.

    `peers` is the Python of an environment with datasketch and rensa. `grown` is the number of articles in the second ledger.
    """
    made = list(stream(stored + counted))
    with tempfile.TemporaryDirectory() as folder:
        url = ledger_url or f"sqlite:///{folder}/ledger.sqlite"
        with closing(_opened(url)) as ledger:
            rows, each = _deciding(ledger, made, stored)
        rows += _beside(peers, made, stored, each) if peers else []
        if grown:
            rows += _growing(ledger_url, f"sqlite:///{folder}/grown.sqlite", made, stored, grown, each)
    return rows


def _opened(url: str) -> SqlLedger:
    ledger = open_ledger(url)
    if ledger.count_articles():
        ledger.close()
        raise CatalogueError(["--ledger: the database holds articles; name an empty one, it will be filled"])
    return ledger


# -- ours ---------------------------------------------------------------------------------------------


def _deciding(ledger: SqlLedger, made: Sequence[Made], stored: int) -> tuple[list[Row], float]:
    clusters, each = _decided(ledger, made, stored)
    with ledger.database.engine.connect() as connection:
        state = _state(connection) / len(made)
    words = sum(print_of(m.title, m.body).words for m in made[stored:]) / (len(made) - stored)
    rows = [
        Row("articles stored before counting", stored, ""),
        Row("words an article", words, ""),
        Row("deciding and storing, CPU an article", each * 1e3, "ms"),
        Row("articles decided and stored a CPU second", 1 / each, ""),
        Row("state of dedup an article", state, "bytes"),
        Row("pair F1 on the stream", _f1(made, clusters), ""),
    ]
    return rows, each


def _decided(
    ledger: SqlLedger, made: Sequence[Made], stored: int, batch: str = "bench"
) -> tuple[dict[int, str], float]:
    """Decide on the whole stream; return each article's story, and the CPU seconds of one after the first `stored`."""
    run_id = ledger.start_run(START)
    ledger.adopt(CrawlResult(batch, START, START, (), (), pages=len(made)), f"{batch}.warc.gz", run_id)
    furnishing = BoilerplateLearner(ledger)
    spent = 0.0
    for some in (*_in_parts(made[:stored], AT_ONCE), *_in_parts(made[stored:], AT_ONCE)):
        read = [(*_article(one), batch, one.number) for one in some]
        before = time.process_time()
        _take(ledger, [_judged(*one, furnishing) for one in read], run_id)
        spent += (time.process_time() - before) * (some[0].number >= made[stored].number)
    ids = {article_id(_url(one)): one.number for one in made}
    with ledger.database.engine.connect() as connection:
        homes = connection.execute(select(links.c.article_id, links.c.story_id)).all()
    return {ids[id_]: home for id_, home in homes if id_ in ids}, spent / (len(made) - stored)


def _url(one: Made) -> str:
    return canonical_url(f"https://{one.outlet}.example/{one.number}")


def _article(one: Made) -> tuple[Article, Publisher]:
    url = _url(one)
    stamp = Stamp(one.at, "second", "UTC", "json-ld")
    article = Article(article_id(url), url, url, one.outlet, one.title, one.body, one.at, published=stamp, lang=one.lang)  # fmt: skip
    return article, Publisher(one.outlet, one.outlet.title(), country="CA")


def _judged(
    article: Article, publisher: Publisher, batch: str, record: int, furnishing: BoilerplateLearner
) -> tuple[JudgedArticle, PageAccount]:
    """Return an article as if it was judged to be on the beat: printed, and nothing else."""
    text = print_of(article.title, article.body, repeated=furnishing.around(article))
    relevance = Relevance(True, 0.9, ("names both sides",), ("canola",))
    judged = JudgedArticle(article, publisher, Route(), relevance, text, article.id)
    return judged, PageAccount(batch, record, publisher.id, article.url, Outcome.NEW, "")


def _take(ledger: SqlLedger, some: Sequence[tuple[JudgedArticle, PageAccount]], run_id: int) -> None:
    """Do what a run does with pages that were judged: decide on each in turn, in one transaction."""
    with ledger.deciding() as deciding:
        for judged, account in some:
            seen = Fetch(judged.article.collected)
            deciding.take(decide_page(judged, account, deciding, seen), run_id)


def _f1(made: Iterable[Made], clusters: Mapping[int, object]) -> float:
    """Return the F1 of pairs in one cluster against pairs of one report."""
    both, true, found = (
        Counter(key)
        for key in zip(
            *(((m.report, clusters[m.number]), m.report, clusters[m.number]) for m in made), strict=True
        )
    )
    hits, wanted, given = (sum(n * (n - 1) for n in sizes.values()) for sizes in (both, true, found))
    return 2 * hits / (wanted + given) if wanted + given else 0.0


def _state(connection: Connection) -> int:
    """Return the bytes that prints and keys take in the database, their indexes and unused room included."""
    if connection.dialect.name == "sqlite":
        names = ", ".join(f"'{table.name}'" for table in (prints, posting, frequent_keys))
        query = f"SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ({names}))"  # noqa: S608
        return int(connection.exec_driver_sql(query).scalar_one())
    tables = (prints, posting, frequent_keys)
    return sum(
        int(connection.scalar(select(func.pg_total_relation_size(table.name))) or 0) for table in tables
    )


# -- others -------------------------------------------------------------------------------------------


def _beside(python: Path, made: Sequence[Made], stored: int, each: float) -> list[Row]:
    lines = "".join(json.dumps({"id": m.number, "text": f"{m.title}\n{m.body}"}) + "\n" for m in made)
    told = subprocess.run(
        [python, _PEERS, str(stored)], input=lines, text=True, capture_output=True, check=False
    )
    if told.returncode:
        raise CatalogueError([f"--peers: {python} cannot run them: {told.stderr.strip().splitlines()[-1]}"])
    rows = []
    for line in told.stdout.splitlines():
        peer = json.loads(line)
        cost = peer["cpu_s"] / peer["counted"]
        clusters = {int(id_): cluster for id_, cluster in peer["clusters"].items()}
        rows += [
            Row(f"{peer['name']}, CPU an article", cost * 1e3, "ms"),
            Row(f"{peer['name']}, pair F1 on the stream", _f1(made, clusters), ""),
            Row(f"ours, stored, to {peer['name']}, in memory", each / cost, "×"),
        ]
    return rows


# -- growing ------------------------------------------------------------------------------------------


def _growing(
    asked: str | None, beside: str, made: Sequence[Made], stored: int, grown: int, each: float
) -> list[Row]:
    """Fill a second ledger and decide on the same stream in it. PostgreSQL's own database is filled further."""
    with closing(open_ledger(asked or beside)) as ledger:
        if asked:
            made = list(stream(len(made), seed=5))
            made = [
                replace(one, number=one.number + len(made), report=one.report + len(made)) for one in made
            ]
        fill(ledger, grown - stored)
        _, cost = _decided(ledger, made, stored, "grown")
    return [
        Row("articles stored in the grown ledger", grown, ""),
        Row("deciding and storing there, CPU an article", cost * 1e3, "ms"),
        Row("growth of that cost", cost / each, "×"),
    ]


def fill(ledger: SqlLedger, number: int) -> None:
    """Write that many articles of one story each into the tables, as random as hashes are."""
    sample = [print_of(m.title, m.body) for m in stream(_SAMPLE, seed=2)]
    keys = [signed_keys(lookup.lookup_keys(print_)) for print_ in sample]
    carried = Counter(key for some in keys for key in some)
    common = {key: n for key, n in carried.items() if n > 1}
    rare = sum(len(some) for some in keys) / _SAMPLE * (1 - sum(common.values()) / carried.total())
    facts = _facts(ledger)
    with ledger.database.engine.begin() as connection:
        first = (connection.scalar(select(func.max(articles.c.number))) or 0) + 1
        for numbers in _in_parts(range(first, first + number)):
            _fill_articles(connection, numbers, facts, sample)
        chance = random.Random(3)  # noqa: S311 - not a secret
        for rows in _in_parts(_postings(chance, first, number, rare, common), 200_000):
            _insert(connection, posting, ("key", "article"), rows)
        if connection.dialect.name == "postgresql":
            after = select(func.setval(func.pg_get_serial_sequence("articles", "number"), first + number))
            connection.execute(after)
        for key, n in common.items():
            if (n * number) // _SAMPLE > lookup.FREQUENT:
                beyond = select(posting.c.article).where(posting.c.key == key).order_by(posting.c.article)
                row = {"key": key, "beyond": connection.scalar(beyond.offset(lookup.FIRST).limit(1))}
                connection.execute(insert(frequent_keys), row)


def _in_parts(rows: Iterable[T], size: int = _WRITTEN_AT_ONCE) -> Iterator[list[T]]:
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part


def _facts(ledger: SqlLedger) -> str:
    """Return what a stored article says beside its text, as the first of a stream has it: the ledger is asked to store that."""
    one = next(iter(stream(1, seed=4)))
    _decided(ledger, [replace(one, outlet="filled")], 0, "filled")
    with ledger.database.engine.connect() as connection:
        return str(connection.scalar(select(articles.c.facts)))


def _fill_articles(
    connection: Connection, numbers: Sequence[int], facts: str, sample: Sequence[TextPrint]
) -> None:
    ids = [f"{n:016x}" for n in numbers]
    packed = [_random_print(sample[n % len(sample)]) for n in numbers]
    story, link = (str(connection.scalar(select(table.c.facts))) for table in (stories, links))
    arrived = [(n, id_, "new", id_, 1, n, n, facts, "") for n, id_ in zip(numbers, ids, strict=True)]
    columns = ("number", "id", "outcome", "content_hash", "version", "seq", "arrival", "facts", "body")
    _insert(connection, articles, columns, arrived)
    kept = [(n, id_, count, blob) for n, id_, (count, blob) in zip(numbers, ids, packed, strict=True)]
    _insert(connection, prints, ("article", "exact", "key_count", "packed"), kept)
    _insert(connection, stories, ("id", "facts"), [(f"s{id_}", story) for id_ in ids])
    _insert(
        connection,
        links,
        ("article_id", "story_id", "position", "facts"),
        [(i, f"s{i}", 0, link) for i in ids],
    )


def _random_print(like: TextPrint) -> tuple[int, bytes]:
    """Return the number of keys and the packed print of a text as long as another, with random hashes."""
    size = len(like.shingles)
    shingles = struct.unpack(f"<{size}I", os.urandom(4 * size))
    return len(lookup.lookup_keys(like)), pack_print(replace(like, shingles=shingles))


def _postings(
    chance: random.Random, first: int, number: int, rare: float, common: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield (key, article): keys that one article has, in order, so that they are written quickly; then those that many have."""
    gap = (1 << 32) / (number * rare)
    key = -float(1 << 31)
    while (key := key + chance.uniform(1, 2 * gap)) < 1 << 31:
        if int(key) not in common:
            yield int(key), first + chance.randrange(number)
    for key, n in sorted(common.items()):
        for article in sorted(chance.sample(range(first, first + number), n * number // _SAMPLE)):
            yield key, article


def _insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Write rows in the quickest way that the database has."""
    cursor: Any = connection.connection.cursor()
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES ({places})", rows)  # noqa: S608
        return
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
