"""The whole ledger on a database, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipelines.adapters.ledger.alerts import SqlAlerts
from pipelines.adapters.ledger.database import LedgerDatabase
from pipelines.adapters.ledger.documents import SqlDocuments
from pipelines.adapters.ledger.events import SqlEvents
from pipelines.adapters.ledger.feeds import SqlFeeds
from pipelines.adapters.ledger.opening import open_engine
from pipelines.adapters.ledger.outbox import SqlOutbox
from pipelines.adapters.ledger.quarantine import SqlQuarantine
from pipelines.adapters.ledger.rechecks import SqlRechecks
from pipelines.adapters.ledger.runs import SqlRuns
from pipelines.adapters.ledger.stories import SqlStories
from pipelines.ports import Decisions


def open_ledger(url: str) -> SqlLedger:
    """Open the ledger at a URL; make or update it where needed.

    The URL is `sqlite:///PATH` or `postgresql://…`. Raises PermanentError where there is none and cannot be
    one: a wrong URL, a path that cannot be written, a file that is no database, a ledger of a newer version.
    Raises TemporaryError where it is locked or away.
    """
    return SqlLedger(LedgerDatabase(*open_engine(url)))


class SqlLedger(
    SqlFeeds,
    SqlStories,
    SqlRechecks,
    SqlDocuments,
    SqlEvents,
    SqlAlerts,
    SqlOutbox,
    SqlRuns,
    SqlQuarantine,
):
    """What we know and what we owe, in a database. Use `open_ledger`.

    The parts share nothing but the database; each method is one transaction. One process may use
    a ledger from several threads.
    """

    @contextmanager
    def deciding(self) -> Iterator[Decisions]:
        # Imported here: it brings all that compares texts, and most commands only read.
        from pipelines.adapters.ledger.decisions import SqlDecisions

        with self.database.writing_alone() as connection:
            yield SqlDecisions(connection)

    def tidy(self) -> str:
        return self.database.tidy()

    def damage(self) -> Sequence[str]:
        return self.database.damage()

    def close(self) -> None:
        self.database.close()
