"""Transactions of a ledger, one writer of decisions at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

#: How long a decision waits for another to end. One takes milliseconds: a minute means that something hangs.
LOCK_WAIT_S = 60
#: Advisory locks of PostgreSQL, which are per database: any two fixed numbers.
WRITER_LOCK = 0x6D61706C65
MIGRATION_LOCK = 0x6D61706C66

# A decision looks things up by key and nothing else. Until PostgreSQL has counted a filled table (a restored
# ledger, a first big run) it guesses, and reads all keys for each article: 100 ms where 1 ms is enough.
_FOR_THIS_TRANSACTION = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('enable_seqscan', 'off', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


@contextmanager
def open_transaction(
    engine: Engine, *, writing: bool = False, lock: int | None = None
) -> Iterator[Connection]:
    """Open a transaction: committed at the end, undone on any exception.

    `writing` takes SQLite's write lock at the start. `lock` does so too, and names the advisory lock
    to hold on PostgreSQL. That one is let go after the commit is visible, so whoever comes next sees
    all of it.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(writing=writing or lock is not None)
        with connection.begin():
            if lock is not None and engine.dialect.name == "postgresql":
                connection.execute(_FOR_THIS_TRANSACTION, {"wait": f"{LOCK_WAIT_S}s"})
                connection.execute(_TAKE_LOCK, {"lock": lock})
            yield connection
