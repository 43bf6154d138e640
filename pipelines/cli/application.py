"""Open Maplewire for a command: its settings are read and mistyped ones are named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pipelines.cli.console import complain

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def open_app(progress: Any = None, *, reading: bool = False) -> App:
    """Return Maplewire wired from the settings, after a hint on each mistyped one.

    With `reading`, nothing is created in the data folder. Raises CatalogueError where a setting is wrong.
    """
    # Imported here so that `maplewire --help` does not pay for them.
    from dotenv import dotenv_values

    from pipelines.bootstrap import make_app
    from pipelines.config import mistyped

    for sentence in mistyped({*os.environ, *dotenv_values(".env")}):
        complain(sentence)
    return make_app(progress, reading=reading)
