# ruff: noqa: S608 - what is put into SQL is the number of a generation and names of our own tables, never data
"""The tables of one generation of the index, and how documents go into them and out again.

Tokens come from `pipelines.text.analyzer`; FTS5 only keeps them: its `ascii` tokenizer takes every character beyond ASCII as part of
a token, whatever Unicode version SQLite was built with. The full-text table has no copy of its content. To take
a document out, its tokens have to be given again, so they are computed from the packed texts.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.model import Change, Document
from pipelines.query.fields import (
    MATTERS,
    NAMES,
    STREAMS,
    filled,
    keywords,
    names,
    quantities,
    sort_time,
    token_streams,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

_TABLES = f"""
CREATE TABLE documents_{{g}} (
    slot INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, story TEXT NOT NULL,
    sort_time INTEGER NOT NULL, published INTEGER, collected INTEGER NOT NULL, tier REAL NOT NULL, score REAL NOT NULL,
    filled INTEGER NOT NULL
);
CREATE TABLE removed_{{g}} (id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE texts_{{g}} (slot INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE keywords_{{g}} (
    field TEXT NOT NULL, value TEXT NOT NULL, slot INTEGER NOT NULL, PRIMARY KEY (field, value, slot)
) WITHOUT ROWID;
CREATE INDEX keywords_of_{{g}} ON keywords_{{g}} (slot);
CREATE VIRTUAL TABLE words_{{g}} USING fts5 (
    {", ".join(STREAMS)}, content='', columnsize=0, tokenize="ascii tokenchars '.,'"
);
CREATE VIRTUAL TABLE vocabulary_{{g}} USING fts5vocab (words_{{g}}, row);
"""
_NAMES = ("vocabulary", "words", "keywords", "texts", "removed", "documents")


def create(connection: sqlite3.Connection, generation: int) -> None:
    for statement in _TABLES.format(g=generation).split(";")[:-1]:
        connection.execute(statement)


def drop(connection: sqlite3.Connection, generation: int) -> None:
    for name in _NAMES:
        connection.execute(f"DROP TABLE IF EXISTS {name}_{generation}")


def ticks(moment: datetime) -> int:
    """Return microseconds since 1970."""
    return (moment - EPOCH) // _TICK


def moment(stored: int) -> datetime:
    return EPOCH + stored * _TICK


def bit(part: str) -> int:
    """Return the bit of `filled` that says that a part of a document has a value."""
    return 1 << MATTERS.index(part)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a document that are analysed: enough to show passages, and to take its tokens out again."""

    title: str
    body: str
    names: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, document: Document) -> Texts:
        return cls(document.title, document.body, names(document))

    def packed(self) -> bytes:
        parts = [self.title, self.body, *(self.names[name] for name in NAMES)]
        return zlib.compress(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)

    @classmethod
    def unpacked(cls, packed: bytes) -> Texts:
        title, body, *some = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
        return cls(title, body, {name: tuple(values) for name, values in zip(NAMES, some, strict=True)})

    def columns(self) -> list[str]:
        """Return the tokens of each stream as FTS5 takes them."""
        streams = token_streams(self.title, self.body, self.names)
        return [" ".join(streams[name]) for name in STREAMS]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of a document: where, and since which change. `slot` is None for a removed one."""

    slot: int | None
    seq: int


class Writer:
    """Writes changes into one generation, within a transaction of the caller."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self._g = generation

    def write(self, changes: Sequence[Change]) -> None:
        """Write what is newer than what is there; of several changes to an article the newest counts."""
        newest: dict[str, Change] = {}
        for change in changes:
            if change.article_id not in newest or change.seq >= newest[change.article_id].seq:
                newest[change.article_id] = change
        known = self._known(list(newest))
        added: list[tuple[int, Document, int]] = []
        slot = self._last_slot()
        for id_, change in newest.items():
            before = known.get(id_, _Known(None, -1))
            if change.seq <= before.seq:
                continue
            if before.slot is not None:
                self._take_out(before.slot)
            self._connection.execute(f"DELETE FROM removed_{self._g} WHERE id = ?", (id_,))
            if change.document is None:
                self._connection.execute(f"INSERT INTO removed_{self._g} VALUES (?, ?)", (id_, change.seq))
            else:
                slot += 1
                added.append((slot, change.document, change.seq))
        self._put_in(added)

    def _last_slot(self) -> int:
        found: int = self._connection.execute(
            f"SELECT coalesce(max(slot), 0) FROM documents_{self._g}"
        ).fetchone()[0]
        return found

    def _known(self, ids: Sequence[str]) -> dict[str, _Known]:
        rows = self._connection.execute(
            f"""SELECT id, slot, seq FROM documents_{self._g} WHERE id IN (SELECT value FROM json_each(?1))
            UNION ALL SELECT id, NULL, seq FROM removed_{self._g} WHERE id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(ids),),
        )
        return {id_: _Known(slot, seq) for id_, slot, seq in rows}

    def _take_out(self, slot: int) -> None:
        (packed,) = self._connection.execute(
            f"SELECT packed FROM texts_{self._g} WHERE slot = ?", (slot,)
        ).fetchone()
        marks = ", ".join("?" * len(STREAMS))
        self._connection.execute(
            f"INSERT INTO words_{self._g} (words_{self._g}, rowid, {', '.join(STREAMS)}) VALUES ('delete', ?, {marks})",
            (slot, *Texts.unpacked(packed).columns()),
        )
        for name in ("documents", "texts", "keywords"):
            self._connection.execute(f"DELETE FROM {name}_{self._g} WHERE slot = ?", (slot,))

    def _put_in(self, added: Sequence[tuple[int, Document, int]]) -> None:
        texts = [(slot, Texts.of(document)) for slot, document, _ in added]
        marks = ", ".join("?" * (len(STREAMS) + 1))
        run = self._connection.executemany
        run(
            f"INSERT INTO documents_{self._g} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(slot, document, seq) for slot, document, seq in added],
        )
        run(f"INSERT INTO texts_{self._g} VALUES (?, ?)", [(slot, some.packed()) for slot, some in texts])
        run(
            f"INSERT INTO words_{self._g} (rowid, {', '.join(STREAMS)}) VALUES ({marks})",
            [(slot, *some.columns()) for slot, some in texts],
        )
        run(
            f"INSERT INTO keywords_{self._g} VALUES (?, ?, ?)",
            [
                (field, value, slot)
                for slot, document, _ in added
                for field, values in keywords(document).items()
                for value in values
            ],
        )


def _row(slot: int, document: Document, seq: int) -> tuple[object, ...]:
    values = quantities(document)
    published, collected = document.published, document.collected
    return (
        slot,
        document.id,
        seq,
        document.story_id,
        ticks(sort_time(document)),
        None if published is None else ticks(published),
        ticks(collected),
        values["tier"],
        values["score"],
        sum(map(bit, filled(document))),
    )
