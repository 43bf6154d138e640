"""The search index of the embedded default: one SQLite file with FTS5.

    schema.py   the tables of one generation, and how a document goes into them
    compile.py  a query's tree -> a condition in SQL with bound parameters
    index.py    the port: connections, transactions, generations, errors

A rebuild fills a new generation of tables beside the old one and switches in one transaction, so other
processes search all the while; every search reads one generation within one snapshot.
"""

from pipelines.adapters.sqlite_index.index import SqliteIndex

__all__ = ["SqliteIndex"]
