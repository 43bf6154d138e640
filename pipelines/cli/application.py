"""Open Maplewire for a command: to read, or to work."""

from __future__ import annotations

import gc
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pipelines.cli.console import complain, configure_events
from pipelines.cli.progress import progress_bars

if TYPE_CHECKING:
    from pipelines.bootstrap import App, Progress
    from pipelines.ports import Clock

#: New objects after which Python looks for garbage in a command that lives long. While it loads it does not.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def open_app(progress: Progress | None = None, *, reading: bool = False, clock: Clock | None = None) -> App:
    """Return Maplewire wired from the settings.

    A variable that looks like a mistyped setting is named on standard error. With `reading`, nothing
    is created in the data folder. Raises CatalogueError where a setting is wrong.
    """
    # Imported here so that `maplewire --help` does not pay for them.
    from pipelines.bootstrap import make_app
    from pipelines.config import env_file, mistyped, refused_env_file
    from pipelines.written_settings import env_file_values

    # Not only of the environment: most settings stand in .env, and are mistyped there.
    names = set(os.environ)
    file = env_file()
    if file is not None:
        names.update(env_file_values(file))
    for hint in mistyped(names):
        complain(hint)
    refused = refused_env_file()
    if refused is not None:
        complain(refused)
    maplewire = make_app(progress, reading=reading, clock=clock)
    if maplewire.home_beat.hint is not None:
        complain(maplewire.home_beat.hint)
    if not reading:
        tightened = maplewire.tighten_home()
        if tightened:
            home = maplewire.settings.home
            complain(f"files and folders in {home} were open to others; closed now: {tightened}")
    return maplewire


def live_long() -> None:
    """Let Python look for garbage as a command needs that lives longer than it loads."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def user_name() -> str:
    """Return who is logged in, "" where the user has no name, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def name_mail_fault() -> None:
    """Say that this Python writes headers of mails carelessly, if it does.

    Called by the commands that send.
    """
    from pipelines.alerts.mail_header_fault import mail_fault

    fault = mail_fault(sys.version_info[:])
    if fault is not None:
        complain(fault)


@contextmanager
def open_app_to_work(
    clock: Clock | None = None, on_failure: Callable[[App, Exception], None] | None = None
) -> Iterator[App]:
    """Yield Maplewire with locked folder and progress bars.

    The beat is checked first, so that a mistake in it changes nothing. `on_failure` hears of what keeps a
    data folder that is there from being worked in, before it is raised.
    Raises FolderBusy while another command works in the folder.
    """
    from pipelines.stages.locks import FolderBusy, lock_runs

    live_long()
    configure_events()
    with progress_bars() as bars, open_app(bars, clock=clock) as maplewire:
        # Before the lock, and before the data folder is made.
        maplewire.home_beat.raise_conflict()
        with ExitStack() as held:
            try:
                maplewire.check_beat()
                held.enter_context(lock_runs(maplewire.settings.home))
                maplewire.keep_beat()
                # Opened before anybody asks for the time: that of a rehearsal stands in it.
                maplewire.migrate_ledger()
            except FolderBusy:
                raise
            except Exception as e:
                # Where no run was before, a person sits in front of it.
                if on_failure is not None and maplewire.settings.home.is_dir():
                    on_failure(maplewire, e)
                raise
            yield maplewire
