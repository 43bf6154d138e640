# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""The tables of one generation of the index.

Tokens come from `pipelines.text.analyzer`; FTS5 only keeps them: its `ascii` tokenizer takes every
character beyond ASCII as part of a token, whatever Unicode version SQLite was built with. The full-text
table has no copy of its content, but the lengths of documents, for BM25.
"""

from __future__ import annotations

import sqlite3

from pipelines.query.fields import MATTERS, STREAMS

_TABLES = f"""
CREATE TABLE documents_{{g}} (
    slot INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, story TEXT NOT NULL,
    sort_time INTEGER NOT NULL, published INTEGER, collected INTEGER NOT NULL,
    tier REAL NOT NULL, score REAL NOT NULL, filled INTEGER NOT NULL
);
CREATE TABLE removed_{{g}} (id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE texts_{{g}} (slot INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE keywords_{{g}} (
    field TEXT NOT NULL, value TEXT NOT NULL, slot INTEGER NOT NULL, PRIMARY KEY (field, value, slot)
) WITHOUT ROWID;
CREATE INDEX keywords_of_{{g}} ON keywords_{{g}} (slot);
CREATE VIRTUAL TABLE words_{{g}} USING fts5 (
    {", ".join(STREAMS)}, content='', tokenize="ascii tokenchars '.,'"
);
CREATE VIRTUAL TABLE vocabulary_{{g}} USING fts5vocab (words_{{g}}, row);
"""
#: How FTS5 collects tokens before it writes them, and how many of its parts it joins at once. By its defaults
#: (1 MB and 4) a batch of 500 articles is written in several parts, which are joined again and again:
#: a quarter more CPU time.
_FTS_SETTINGS = {"hashsize": 8 << 20, "automerge": 8}
#: In the order in which they can be dropped: what builds on another table first.
_NAMES = ("vocabulary", "words", "keywords", "texts", "removed", "documents")

_BITS = {part: 1 << place for place, part in enumerate(MATTERS)}


def create_tables(connection: sqlite3.Connection, generation: int) -> None:
    """Make a generation's tables, inside the caller's transaction."""
    # Not by executescript(), which would commit the caller's transaction.
    for statement in _TABLES.format(g=generation).split(";")[:-1]:
        connection.execute(statement)
    words = f"words_{generation}"
    for name, value in _FTS_SETTINGS.items():
        connection.execute(f"INSERT INTO {words} ({words}, rank) VALUES (?, ?)", (name, value))


def drop_tables(connection: sqlite3.Connection, generation: int) -> None:
    """Drop a generation's tables, or what there is of them."""
    for name in _NAMES:
        connection.execute(f"DROP TABLE IF EXISTS {name}_{generation}")


def bit_of(part: str) -> int:
    """Return the bit of a part of a document in `filled`."""
    return _BITS[part]
