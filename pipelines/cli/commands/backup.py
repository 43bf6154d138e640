"""`maplewire backup` and `maplewire restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import say


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as maplewire.tar.gz.")],
) -> None:
    """Write the ledger and what belongs to it into one archive.

    That is the ledger with its outbox, the beat, the saved searches of the data folder, and the settings
    that are not secret. It may run while others work. A ledger on PostgreSQL needs pg_dump.

    Example: maplewire backup /var/backups/maplewire-$(date +%F).tar.gz
    """
    from pipelines.operations.backup.making import make_backup

    with open_app(reading=True) as maplewire:
        manifest = make_backup(maplewire.settings, file, maplewire.clock.now())
    size = file.stat().st_size / 1e6
    others = len(manifest.files) - 1
    say(f"{file} holds the ledger ({manifest.ledger}) and {others} other files, {size:.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive of `maplewire backup`.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is a ledger; it is kept under another name.")
    ] = False,
) -> None:
    """Put a backup in place. All mail is held until you say what is to become of it.

    The archive is checked as a whole before anything changes. Stop everything else that works with the
    ledger first.

    Example: MAPLEWIRE_HOME=/var/lib/maplewire maplewire restore maplewire-2026-01-17.tar.gz
    """
    from pipelines.operations.backup.restoring import restore_backup
    from pipelines.text.counts import counted

    with open_app() as maplewire:
        restored = restore_backup(maplewire.settings, file, maplewire.clock.now(), replace=replace)
    say(f"restored as it was at {restored.made:%Y-%m-%d %H:%M} UTC")
    for note in restored.notes:
        say(note)
    say(
        f"no mail leaves: {counted(restored.owed, 'mail')} owed by the backup may have left since. Run "
        "`maplewire run` once, look at `maplewire outbox --open`, then say `maplewire outbox release` or "
        "`maplewire outbox discard`"
    )
