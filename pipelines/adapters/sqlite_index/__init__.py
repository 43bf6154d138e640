"""The search index of the embedded default: one SQLite file with FTS5.

    schema.py       the tables of one generation
    writer.py       documents -> rows, and out again
    generations.py  what the file says of itself; the next generation beside the one that is searched
    index_file.py   the file: connection, transactions, and what can go wrong with it
    compile.py      a query's tree -> a condition in SQL with bound parameters
    stories.py      rows that satisfy a condition -> stories, newest first
    index.py        the port

A rebuild fills a new generation of tables beside the old one and switches in one transaction, so other
processes search all the while; every search reads one generation within one snapshot.
"""

from pipelines.adapters.sqlite_index.index import SqliteIndex

__all__ = ["SqliteIndex"]
