"""Fill a ledger with a million articles in minutes.

They are written straight into its tables, a story each, with random prints whose lookup keys are as
frequent as those of the made-up stream: what a decision costs depends on how often a key occurs.
"""

from __future__ import annotations

import os
import random
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from maplewire_bench.decided_stream import decide_stream, in_parts
from maplewire_bench.stream import START, stream
from pipelines.adapters.ledger import SqlLedger
from pipelines.adapters.ledger.print_codec import pack_print, signed_keys
from pipelines.adapters.ledger.schema import articles, frequent_keys, links, posting, prints, stories
from pipelines.dedup import lookup, print_of
from pipelines.model import TextPrint

# Articles of the stream that say how frequent keys are.
_SAMPLE = 2_000

_ARTICLES_AT_ONCE = 2_000
_KEYS_AT_ONCE = 200_000

# Keys are stored as signed numbers of 32 bits.
_KEY_RANGE = 1 << 32

_ARTICLE_COLUMNS = ("number", "id", "outcome", "content_hash", "version", "seq", "arrival", "facts", "body")
_LINK_COLUMNS = ("article_id", "story_id", "position", "facts", "publisher_id")
#: The outlet of all articles that are written.
_OUTLET = "filled"
#: Articles are spread over the year before the stream begins.
_YEAR_MINUTES = 365 * 24 * 60
_STEP_MINUTES = 7919


def fill_ledger(ledger: SqlLedger, number: int) -> None:
    """Add so many articles of one story each to a ledger."""
    sample = [print_of(made.title, made.body) for made in stream(_SAMPLE, seed=2)]
    common, rare_each = _key_frequencies(sample)
    model = _stored_model(ledger)
    with ledger.database.engine.begin() as connection:
        first = (connection.scalar(select(func.max(articles.c.number))) or 0) + 1
        for numbers in in_parts(range(first, first + number), _ARTICLES_AT_ONCE):
            _insert_articles(connection, numbers, model, sample)
        chance = random.Random(3)  # noqa: S311 - not a secret
        keys = _postings(chance, range(first, first + number), rare_each, common)
        for rows in in_parts(keys, _KEYS_AT_ONCE):
            _insert_rows(connection, posting, ("key", "article"), rows)
        if connection.dialect.name == "postgresql":
            # Rows with numbers of their own leave the sequence where it was.
            sequence = func.pg_get_serial_sequence("articles", "number")
            connection.execute(select(func.setval(sequence, first + number)))
        _mark_frequent_keys(connection, number, common)


def _key_frequencies(sample: Sequence[TextPrint]) -> tuple[dict[int, int], float]:
    """Return the frequencies of common keys; rare ones a text.

    A rare key occurs in one text of the sample.
    """
    occurrences: Counter[int] = Counter()
    for text in sample:
        occurrences.update(signed_keys(lookup.lookup_keys(text)))
    common = {key: times for key, times in occurrences.items() if times > 1}
    rare = occurrences.total() - sum(common.values())
    return common, rare / len(sample)


@dataclass(frozen=True, slots=True)
class _StoredModel:
    """What the ledger stores of one article, its story and its link."""

    article_id: str
    url: str
    #: When it was published and collected, as its facts have it.
    moment: str
    article: str
    story: str
    link: str

    def facts_of(self, facts: str, id_: str, moment: datetime) -> str:
        """Return facts as of another article, of another moment.

        Each has its own id and address.
        """
        own = facts.replace(self.url, f"{self.url}-{id_}").replace(self.article_id, id_)
        return own.replace(self.moment, _written(moment))


def _stored_model(ledger: SqlLedger) -> _StoredModel:
    """Have the ledger store an article, and return what it stored."""
    first = next(iter(stream(1, seed=4)))
    decide_stream(ledger, [replace(first, outlet=_OUTLET)], 0, _OUTLET)
    with ledger.database.engine.connect() as connection:
        stored = select(articles.c.id, articles.c.facts, stories.c.facts, links.c.facts)
        stored = stored.join(links, links.c.article_id == articles.c.id)
        stored = stored.join(stories, stories.c.id == links.c.story_id)
        stored = stored.where(links.c.publisher_id == _OUTLET)
        id_, article, story, link = connection.execute(stored).one()
    url = f"https://{_OUTLET}.example/{first.number}"
    return _StoredModel(str(id_), url, _written(first.at), str(article), str(story), str(link))


def _written(moment: datetime) -> str:
    """Return a moment as facts have it."""
    return moment.isoformat().replace("+00:00", "Z")


def _insert_articles(
    connection: Connection, numbers: Sequence[int], model: _StoredModel, sample: Sequence[TextPrint]
) -> None:
    """Write articles with their prints, stories and links.

    Their facts are those of a stored one, each under its own id.
    """
    article_rows: list[tuple[object, ...]] = []
    print_rows: list[tuple[object, ...]] = []
    story_rows: list[tuple[object, ...]] = []
    link_rows: list[tuple[object, ...]] = []
    for number in numbers:
        id_ = f"{number:016x}"
        # A step that is no part of a day, so that each hour of the year gets its share.
        moment = START - timedelta(minutes=_STEP_MINUTES * number % _YEAR_MINUTES)
        keys, packed = _random_print(sample[number % len(sample)])
        article_rows.append(
            (number, id_, "new", id_, 1, number, number, model.facts_of(model.article, id_, moment), "")
        )
        print_rows.append((number, id_, keys, packed))
        story_rows.append((f"s{id_}", model.facts_of(model.story, id_, moment)))
        link_rows.append((id_, f"s{id_}", 0, model.facts_of(model.link, id_, moment), _OUTLET))
    _insert_rows(connection, articles, _ARTICLE_COLUMNS, article_rows)
    _insert_rows(connection, prints, ("article", "exact", "key_count", "packed"), print_rows)
    _insert_rows(connection, stories, ("id", "facts"), story_rows)
    _insert_rows(connection, links, _LINK_COLUMNS, link_rows)


def _random_print(model: TextPrint) -> tuple[int, bytes]:
    """Return number of keys and packed print of a random text.

    It is as long as another.

    Its hashes are random, so it has nothing in common with any text.
    """
    size = len(model.shingles)
    shingles = struct.unpack(f"<{size}I", os.urandom(4 * size))
    return len(lookup.lookup_keys(model)), pack_print(replace(model, shingles=shingles))


def _postings(
    chance: random.Random, numbers: range, rare_each: float, common: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield (key, article), first the keys of one article.

    Then those that many have.

    Keys come in order, in which a database writes them quickest.
    """
    gap = _KEY_RANGE / (len(numbers) * rare_each)
    key = -_KEY_RANGE / 2
    while True:
        key += chance.uniform(1, 2 * gap)
        if key >= _KEY_RANGE / 2:
            break
        if int(key) not in common:
            yield int(key), numbers.start + chance.randrange(len(numbers))
    for common_key, times in sorted(common.items()):
        for article in sorted(chance.sample(numbers, times * len(numbers) // _SAMPLE)):
            yield common_key, article


def _mark_frequent_keys(connection: Connection, number: int, common: Mapping[int, int]) -> None:
    """Mark the keys that are too frequent, as the ledger does."""
    for key, times in common.items():
        if (times * number) // _SAMPLE <= lookup.FREQUENT:
            continue
        in_order = select(posting.c.article).where(posting.c.key == key).order_by(posting.c.article)
        beyond = connection.scalar(in_order.offset(lookup.FIRST).limit(1))
        connection.execute(insert(frequent_keys), {"key": key, "beyond": beyond})


def _insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Write rows in the quickest way that the database has."""
    cursor: Any = connection.connection.cursor()
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(statement, rows)
        return
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
