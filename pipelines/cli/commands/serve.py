"""`maplewire serve`: the reading room, pages to read and search."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8010,
) -> None:
    """Show stories, searches and sources as pages, until Ctrl-C.

    On this machine alone, unless told otherwise.

    Example: maplewire serve --port 8011
    """
    from pipelines.cli.application import open_app
    from pipelines.cli.console import configure_events, say
    from pipelines.web.server import RoomServer

    configure_events()
    with open_app() as maplewire:
        maplewire.home_beat.raise_conflict()
        server = RoomServer(maplewire, host, port)
        say(f"The reading room is open: {server.url} (Ctrl-C closes it)")
        server.run()
