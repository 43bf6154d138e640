"""The ledger on a database: SQLite and PostgreSQL, one adapter.

    open_ledger(url) ──► opening   engine, migrations, trouble translated
                         store     the port's Ledger
                         deciding  the port's Deciding: candidates, and one whole decision
                         rows, codec, schema   queries, values <-> rows, tables

Who writes a decision is alone: `BEGIN IMMEDIATE` on SQLite, an advisory lock on PostgreSQL. So two workers never
make two stories of one text, and sequence numbers become visible in their order.
"""

from pipelines.adapters.ledger.store import SqlLedger, open_ledger

__all__ = ["SqlLedger", "open_ledger"]
