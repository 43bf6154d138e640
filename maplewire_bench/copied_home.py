"""A large data folder from a small one: its made-up news again and again, each time later.

Deciding on two hundred thousand articles takes an hour. Their rows are what a page reads, so those of a small
folder are written again under other ids, addresses and times, straight into the tables of ledger and index.
"""

# ruff: noqa: S608 - what is put into SQL is our own names, never data

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.adapters.sqlite_index.generations import read_state
from pipelines.adapters.sqlite_index.writer import Texts
from pipelines.query.fields import STREAMS

Row = tuple[object, ...]

_ID = re.compile(r"\b(s?)([0-9a-f]{16})\b")
_ADDRESS = re.compile(r"(\.example/\d+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")
#: How far the ids of two copies, and the lookup keys of their prints, are apart.
_ID_STEP = 0x1357_9BDF_0246_8ACE
_KEY_STEP = 0x0975_3BD1
_MICROSECOND = timedelta(microseconds=1)

_ARTICLE = (
    "number", "seq", "arrival", "id", "facts", "collected", "outcome", "content_hash", "version", "body",
)  # fmt: skip
_LINK = ("article_id", "story_id", "position", "facts", "publisher_id")
_PRINT = ("article", "exact", "key_count", "packed")
_ACCOUNT = (
    "batch_id", "at", "day", "url", "canonical_url", "article_id",
    "record", "run_id", "source_id", "outcome", "reason", "temporary", "length",
)  # fmt: skip
_HISTORY = ("story_id", "at", "turn", "text", "article_id", "version", "material")
_DOCUMENT = (
    "slot", "seq", "sort_time", "published", "collected", "id", "story", "tier", "score", "filled",
)  # fmt: skip


class _Copy:
    """How the rows of one copy differ from those that they are made of."""

    def __init__(self, number: int, later: timedelta, articles: int) -> None:
        self.number = number
        self.later = later
        #: What is added to the number of an article.
        self.beyond = number * articles

    def text(self, value: object) -> object:
        """Return a text with the ids, addresses and moments of this copy; other values as they are."""
        if not isinstance(value, str):
            return value
        value = _ID.sub(self._id, value)
        value = _ADDRESS.sub(rf"\1-{self.number}", value)
        return _MOMENT.sub(self._moment, value)

    def _id(self, found: re.Match[str]) -> str:
        moved = (int(found[2], 16) + self.number * _ID_STEP) % 2**64
        return f"{found[1]}{moved:016x}"

    def _moment(self, found: re.Match[str]) -> str:
        moved = datetime.fromisoformat(found[0]) + self.later
        return moved.isoformat(found[0][10], "microseconds")

    def key(self, key: int) -> int:
        """Return a lookup key, signed, of a text that has none in common with other copies."""
        return (key + 2**31 + self.number * _KEY_STEP) % 2**32 - 2**31

    def instant(self, microseconds: object) -> int | None:
        """Return an instant of this copy as the index keeps it."""
        if microseconds is None:
            return None
        assert isinstance(microseconds, int), microseconds
        return microseconds + self.later // _MICROSECOND


def copy_home(home: Path, copies: int, later: timedelta) -> None:
    """Add so many copies of all articles of a folder, each so much later than the one before."""
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger, ledger:
        articles = int(ledger.execute("SELECT max(seq) FROM articles").fetchone()[0])
        ways = [_Copy(number, number * later, articles) for number in range(1, copies + 1)]
        _copy_ledger(ledger, ways)
        ledger.execute("UPDATE watermarks SET seq = ? WHERE name = 'index'", ((copies + 1) * articles,))
    with closing(sqlite3.connect(home / "index.sqlite")) as index, index:
        _copy_index(index, ways)


def _copy_ledger(ledger: sqlite3.Connection, ways: Sequence[_Copy]) -> None:
    # Rows that name another are written after it; nothing here checks that.
    _copy_rows(ledger, "articles", _ARTICLE, ways, _moved_article)
    _copy_rows(ledger, "stories", ("id", "facts"), ways, _moved_texts)
    _copy_rows(ledger, "links", _LINK, ways, _moved_texts)
    _copy_rows(ledger, "prints", _PRINT, ways, _moved_print)
    _copy_rows(ledger, "accounts", _ACCOUNT, ways, _moved_account)
    _copy_rows(ledger, "history", _HISTORY, ways, _moved_texts)
    # In the order of the keys, in which SQLite writes them quickest.
    keys = ledger.execute("SELECT key, article FROM posting").fetchall()
    moved = []
    for copy in ways:
        for key, article in keys:
            moved.append((copy.key(key), article + copy.beyond))
    moved.sort()
    _insert(ledger, "posting", ("key", "article"), moved)


def _copy_rows(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    ways: Iterable[_Copy],
    moved: Callable[[_Copy, Row], Row],
) -> None:
    """Write the rows of a table again for each copy; columns that are not named are the database's."""
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    for copy in ways:
        _insert(connection, table, columns, [moved(copy, row) for row in rows])


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _moved_texts(copy: _Copy, row: Row) -> Row:
    return tuple(map(copy.text, row))


def _moved_article(copy: _Copy, row: Row) -> Row:
    number, seq, arrival, id_, facts, collected, *rest = row
    numbers = [_beyond(copy, one) for one in (number, seq, arrival)]
    return (*numbers, *map(copy.text, (id_, facts, collected)), *rest)


def _moved_print(copy: _Copy, row: Row) -> Row:
    article, exact, *rest = row
    return (_beyond(copy, article), f"{copy.number}-{exact}", *rest)


def _moved_account(copy: _Copy, row: Row) -> Row:
    batch, at, _, *rest = row
    moved_at = str(copy.text(at))
    day = moved_at[:10]
    return (f"{batch}-{copy.number}", moved_at, day, *map(copy.text, rest))


def _beyond(copy: _Copy, number: object) -> int:
    assert isinstance(number, int), number
    return number + copy.beyond


def _copy_index(index: sqlite3.Connection, ways: Sequence[_Copy]) -> None:
    state = read_state(index)
    assert state is not None, "it was filled"
    g = state.generation
    _copy_rows(index, f"documents_{g}", _DOCUMENT, ways, _moved_document)
    _copy_rows(index, f"keywords_{g}", ("field", "value", "slot"), ways, _moved_keyword)
    packed = index.execute(f"SELECT slot, packed FROM texts_{g} ORDER BY slot").fetchall()
    words = []
    for slot, texts in packed:
        words.append((slot, *Texts.unpacked(texts).columns()))
    for copy in ways:
        _insert(index, f"texts_{g}", ("slot", "packed"), list(_in_slots(copy, packed)))
        _insert(index, f"words_{g}", ("rowid", *STREAMS), list(_in_slots(copy, words)))


def _in_slots(copy: _Copy, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows that begin with a slot, for the slots of a copy."""
    for slot, *rest in rows:
        yield (_beyond(copy, slot), *rest)


def _moved_document(copy: _Copy, row: Row) -> Row:
    slot, seq, sort_time, published, collected, id_, story, *rest = row
    moments = map(copy.instant, (sort_time, published, collected))
    return (
        _beyond(copy, slot), _beyond(copy, seq), *moments, copy.text(id_), copy.text(story), *rest
    )  # fmt: skip


def _moved_keyword(copy: _Copy, row: Row) -> Row:
    field, value, slot = row
    return field, copy.text(value), _beyond(copy, slot)
