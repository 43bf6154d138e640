"""Migrations: bring the tables of a ledger to what this version knows."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from crawlers.errors import PermanentError
from pipelines.adapters.ledger.transaction import MIGRATION_LOCK, open_transaction

#: The newest migration; a test holds it against the scripts. Reading it here costs no Alembic (0.3 s).
REVISION = "0019"
MIGRATIONS = "pipelines.adapters:migrations"
#: Tables that only a ledger has beside `alembic_version`; without it they are somebody else's.
_OUR_TABLES = frozenset({"articles", "runs", "stories"})


def migrate(engine: Engine, name: str) -> None:
    """Make or update the tables of a ledger, unless they are up to date.

    Raises PermanentError where a newer Maplewire wrote it, or where it is no ledger. `name` stands
    in the message.
    """
    with open_transaction(engine) as connection:
        if _current_revision(connection) == REVISION:
            return
    with open_transaction(engine, lock=MIGRATION_LOCK) as connection:
        revision = _current_revision(connection)
        if revision != REVISION:  # nobody else did it while we waited
            _upgrade_tables(connection, revision, name)


def _current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade_tables(connection: Connection, revision: str | None, name: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", MIGRATIONS)
    known = set()
    for script in ScriptDirectory.from_config(config).walk_revisions():
        known.add(script.revision)
    if revision is not None and revision not in known:
        raise PermanentError(
            f"{name} was written by a newer Maplewire (its schema is {revision}, this one knows {REVISION}): "
            "update Maplewire, or choose another ledger"
        )
    if revision is None:
        strangers = _OUR_TABLES & set(inspect(connection).get_table_names())
        if strangers:
            tables = ", ".join(sorted(strangers))
            raise PermanentError(f"{name} holds tables of something else ({tables}): choose another")
    command.upgrade(config, "head")
