"""FTS5 as its documentation shows it: the plain way of searching in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.adapters.microseconds import microseconds
from pipelines.model import Change
from pipelines.query.fields import sort_time

_LEAST_LETTERS = 4
#: The newest stories with all of their articles that have a word, and before them the number of stories.
_PAGE = """
WITH found AS MATERIALIZED (
    SELECT * FROM pages WHERE id IN (SELECT rowid FROM articles WHERE articles MATCH ?)
),
page AS MATERIALIZED (SELECT story FROM found GROUP BY story ORDER BY max(time) DESC, story LIMIT ?)
SELECT NULL, NULL, (SELECT count(DISTINCT story) FROM found), NULL
UNION ALL
SELECT id, story, time, url FROM found WHERE story IN (SELECT story FROM page)
"""


class RawFullText:
    """One FTS5 table of titles, summaries and bodies in a file, and a table of stories beside it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # As safe on disk as our index is.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("CREATE VIRTUAL TABLE articles USING fts5 (title, summary, body)")
        self._connection.execute(
            "CREATE TABLE pages (id INTEGER PRIMARY KEY, story TEXT, time INTEGER, url TEXT)"
        )
        self._connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab (articles, row)")

    def close(self) -> None:
        self._connection.close()

    def write(self, changes: Sequence[Change]) -> None:
        """Write documents in one transaction."""
        rows = []
        for change in changes:
            if change.document is not None:
                rows.append((change.document.title, change.document.summary, change.document.body))
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def write_pages(self, changes: Sequence[Change]) -> None:
        """Write the stories, times and addresses of documents, in the order of all writes."""
        rows = []
        for change in changes:
            if change.document is not None:
                document = change.document
                rows.append((document.story_id, microseconds(sort_time(document)), document.url))
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO pages (story, time, url) VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def frequencies(self) -> Mapping[str, int]:
        """Return in how many documents each word of Latin letters stands."""
        found: dict[str, int] = {}
        for word, documents in self._connection.execute("SELECT term, doc FROM words"):
            if word.isascii() and word.isalpha() and len(word) >= _LEAST_LETTERS:
                found[word] = documents
        return found

    def search(self, word: str, limit: int) -> list[Any]:
        """Return the best documents with a snippet, and the number of all."""
        number = self._connection.execute("SELECT count(*) FROM articles WHERE articles MATCH ?", (word,))
        best = self._connection.execute(
            "SELECT rowid, title, snippet(articles, 2, '<mark>', '</mark>', '…', 30) FROM articles"
            " WHERE articles MATCH ? ORDER BY rank LIMIT ?",
            (word, limit),
        )
        return [number.fetchone(), best.fetchall()]

    def search_stories(self, word: str, limit: int) -> list[Any]:
        """Return the newest stories as our page has them, with marks in titles and a passage of bodies."""
        number, *found = self._connection.execute(_PAGE, (word, limit)).fetchall()
        shown: list[Any] = [number]
        for id_, *facts in found:
            marked = self._connection.execute(
                "SELECT highlight(articles, 0, '<mark>', '</mark>'),"
                " snippet(articles, 2, '<mark>', '</mark>', '…', 30)"
                " FROM articles WHERE articles MATCH ? AND rowid = ?",
                (word, id_),
            )
            shown.append((*facts, marked.fetchone()))
        return shown
