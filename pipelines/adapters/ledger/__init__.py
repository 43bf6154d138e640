"""The ledger on a database: SQLite and PostgreSQL, one adapter.

    open_ledger(url) ──► opening, migration     URL to an engine whose tables are up to date
                         database, transaction  connections; one writer of decisions at a time
                         failures               the database's errors, turned into ours

    SqlLedger    feeds │ stories, rechecks, documents │ events │ alerts, outbox │ runs, quarantine
    SqlDecisions decisions ──► article_writer, print_index │ story_writer │ accounts, corrections, …

    schema, codec, print_codec     tables, and how values stand in their columns
    *_rows, statements, value_lists    queries that several of these share

Who writes a decision is alone: `BEGIN IMMEDIATE` on SQLite, an advisory lock on PostgreSQL. So two
workers never make two stories of one text, and sequence numbers become visible in their order.
"""

from pipelines.adapters.ledger.ledger import SqlLedger, open_ledger

__all__ = ["SqlLedger", "open_ledger"]
