# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""How documents go into the tables of one generation, and out of them again."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.adapters.microseconds import microseconds
from pipelines.adapters.projection import newest_changes
from pipelines.adapters.sqlite_index.schema import bit_of
from pipelines.model import Change, Document
from pipelines.query.fields import (
    NAMES,
    STEMMED,
    STREAMS,
    filled,
    joined_token_streams,
    keywords,
    names,
    quantities,
    sort_time,
    texts,
)

#: zlib's fastest level: texts are packed with every article and unpacked for three of a story.
_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a document that are analysed.

    They are enough to show passages, and to take a document's tokens out again: FTS5 keeps no copy of
    its content and has to be given them.
    """

    #: Title, summary and body, by name.
    running: dict[str, str]
    #: By its rules the tokens were made.
    language: str | None
    names: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, document: Document) -> Texts:
        return cls(texts(document), document.lang, names(document))

    def packed(self) -> bytes:
        parts: list[object] = [self.language]
        parts += [self.running[name] for name in STEMMED]
        parts += [self.names[name] for name in NAMES]
        text = json.dumps(parts, ensure_ascii=False)
        # A page may hold half a character, which UTF-8 alone refuses.
        return zlib.compress(text.encode("utf-8", "surrogatepass"), _COMPRESSION)

    @classmethod
    def unpacked(cls, packed: bytes) -> Texts:
        text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
        language, *parts = json.loads(text)
        running = dict(zip(STEMMED, parts, strict=False))
        written = parts[len(STEMMED) :]
        found = {name: tuple(some) for name, some in zip(NAMES, written, strict=True)}
        return cls(running, language, found)

    def columns(self) -> list[str]:
        """Return the tokens of each stream as FTS5 takes them."""
        streams = joined_token_streams(self.running, self.language, self.names)
        return [streams[name] for name in STREAMS]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of an article: in which slot, and since which change.

    `slot` is None for a removed one.
    """

    slot: int | None
    seq: int


#: An article that was never written; every change is newer.
_NOT_STORED = _Stored(None, -1)


@dataclass(frozen=True, slots=True)
class _Addition:
    """A document on its way into a new slot."""

    slot: int
    document: Document
    seq: int


class Writer:
    """Writes changes into one generation, within a transaction of the caller."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self._g = generation

    def write(self, changes: Sequence[Change]) -> None:
        """Write what is newer than what is there.

        Of several changes to an article the newest counts.
        """
        newest = newest_changes(changes)
        stored = self._read_stored(list(newest))
        additions: list[_Addition] = []
        slot = self._last_slot()
        for id_, change in newest.items():
            before = stored.get(id_, _NOT_STORED)
            if change.seq <= before.seq:
                continue
            if before.slot is not None:
                self._take_out(before.slot)
            self._connection.execute(f"DELETE FROM removed_{self._g} WHERE id = ?", (id_,))
            if change.document is None:
                self._connection.execute(f"INSERT INTO removed_{self._g} VALUES (?, ?)", (id_, change.seq))
            else:
                slot += 1
                additions.append(_Addition(slot, change.document, change.seq))
        self._put_in(additions)

    def _last_slot(self) -> int:
        # A new slot is above all in use: FTS5 numbers its rows by them.
        sql = f"SELECT coalesce(max(slot), 0) FROM documents_{self._g}"
        (last,) = self._connection.execute(sql).fetchone()
        return int(last)

    def _read_stored(self, ids: Sequence[str]) -> dict[str, _Stored]:
        # One JSON array, because SQLite limits the number of bound parameters.
        rows = self._connection.execute(
            f"""SELECT id, slot, seq FROM documents_{self._g}
                WHERE id IN (SELECT value FROM json_each(?1))
            UNION ALL SELECT id, NULL, seq FROM removed_{self._g}
                WHERE id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(ids),),
        )
        found: dict[str, _Stored] = {}
        for id_, slot, seq in rows:
            found[id_] = _Stored(slot, seq)
        return found

    def _take_out(self, slot: int) -> None:
        sql = f"SELECT packed FROM texts_{self._g} WHERE slot = ?"
        (packed,) = self._connection.execute(sql, (slot,)).fetchone()
        columns = ", ".join(STREAMS)
        marks = ", ".join("?" * len(STREAMS))
        self._connection.execute(
            f"INSERT INTO words_{self._g} (words_{self._g}, rowid, {columns}) VALUES ('delete', ?, {marks})",
            (slot, *Texts.unpacked(packed).columns()),
        )
        for name in ("documents", "texts", "keywords"):
            self._connection.execute(f"DELETE FROM {name}_{self._g} WHERE slot = ?", (slot,))

    def _put_in(self, additions: Sequence[_Addition]) -> None:
        # By table and not by document: executemany prepares a statement once.
        documents: list[tuple[object, ...]] = []
        packed: list[tuple[object, ...]] = []
        words: list[tuple[object, ...]] = []
        values: list[tuple[object, ...]] = []
        for addition in additions:
            slot, text = addition.slot, Texts.of(addition.document)
            keyword_values = keywords(addition.document)
            documents.append(_document_row(addition, keyword_values))
            packed.append((slot, text.packed()))
            words.append((slot, *text.columns()))
            values += _keyword_rows(slot, keyword_values)
        self._insert_rows(f"documents_{self._g}", documents)
        self._insert_rows(f"texts_{self._g}", packed)
        self._insert_rows(f"words_{self._g} (rowid, {', '.join(STREAMS)})", words)
        self._insert_rows(f"keywords_{self._g}", values)

    def _insert_rows(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _document_row(addition: _Addition, keyword_values: Mapping[str, tuple[str, ...]]) -> tuple[object, ...]:
    document = addition.document
    values = quantities(document)
    published = None
    if document.published is not None:
        published = microseconds(document.published)
    return (
        addition.slot,
        document.id,
        addition.seq,
        document.story_id,
        microseconds(sort_time(document)),
        published,
        microseconds(document.collected),
        values["tier"],
        values["score"],
        sum(map(bit_of, filled(document, keyword_values))),
    )


def _keyword_rows(slot: int, keyword_values: Mapping[str, tuple[str, ...]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for field, values in keyword_values.items():
        for value in values:
            rows.append((field, value, slot))
    return rows
