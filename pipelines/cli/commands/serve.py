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
    from pipelines.cli.application import live_long, open_app
    from pipelines.cli.console import configure_events, say
    from pipelines.web.server import RoomServer

    live_long()
    with open_app() as maplewire:
        maplewire.before_stages = configure_events
        maplewire.home_beat.raise_conflict()
        server = RoomServer(maplewire, host, port)
        say(f"The reading room is open: {server.url} (Ctrl-C closes it)")
        server.run()


def web_user(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="reader, editor or admin.")] = "reader",
) -> None:
    """Ask for a password and print an entry for MAPLEWIRE_WEB_USERS.

    A reader may look, an editor may also mark, join and split, an admin may do everything.

    Example: maplewire web-user nadia --role editor
    """
    from crawlers.errors import CatalogueError
    from pipelines.cli.console import print_text
    from pipelines.web.accounts import hash_password, read_accounts

    if ":" in name or "," in name or not name.isprintable():
        raise CatalogueError([f"“{name}”: write a name without colons and commas"])
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    entry = f"{name}:{role}:{hash_password(password)}"
    # Read as the server reads it, so that a wrong role is told here.
    read_accounts(entry)
    print_text(f"{entry}\n")
