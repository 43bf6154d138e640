"""`maplewire setup`: make what is missing around us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_text, say

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def setup(
    kibana: Annotated[
        bool, typer.Option("--kibana", help="Import data views, searches and dashboards too.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option("--export", help="Only write Kibana's objects to this .ndjson file.")
    ] = None,
) -> None:
    """Make what is missing in the ledger and the index.

    These are tables, templates and aliases. Safe to repeat.

    Examples:

        maplewire setup --kibana

        maplewire setup --export kibana.ndjson
    """
    # Needs no Kibana and no ledger, so it also works on a machine that reaches neither.
    if export is not None:
        _export_kibana_objects(export)
        return
    with open_app() as maplewire:
        maplewire.migrate_ledger()
        changes = list(maplewire.index.setup())
        if kibana:
            changes += _import_kibana_objects(maplewire)
    for line in changes:
        print_text(f"{line}\n")
    # To standard error: a script that looks for changes reads an empty output.
    if not changes:
        say("everything was there already")


def _export_kibana_objects(path: Path) -> None:
    """Write Kibana's objects as its import page takes them."""
    with open_app(reading=True) as maplewire:
        objects = _build_objects(maplewire)
    try:
        path.write_bytes(objects)
    except OSError as e:
        raise CatalogueError([f"{path}: cannot be written ({e.strerror}); name another file"]) from e
    say(f"{path} holds Kibana's objects; import it under Stack Management, Saved Objects")


def _build_objects(app: App) -> bytes:
    """Return Kibana's objects, with those of the beat.

    Its folder of them may be missing.
    """
    from pipelines.adapters.kibana import build, packaged_objects

    settings = app.settings
    return build(packaged_objects(), settings.beat / "kibana", settings.kibana_place, settings.reading_room)


def _import_kibana_objects(app: App) -> tuple[str, ...]:
    """Import objects into Kibana; return what changed."""
    from pipelines.adapters.kibana import import_objects
    from pipelines.config import reveal
    from pipelines.model import ARTICLES_VIEW

    settings = app.settings
    url = reveal(settings.kibana_url)
    if url is None:
        raise CatalogueError(["MAPLEWIRE_KIBANA_URL: is not set; write https://HOST:5601"])
    report = import_objects(
        url,
        _build_objects(app),
        api_key=reveal(settings.kibana_api_key),
        space=settings.kibana_space,
        ca_certs=settings.kibana_ca_certs,
        default_view=settings.kibana_place.id_of(ARTICLES_VIEW),
    )
    return report.lines()
