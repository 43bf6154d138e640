"""`maplewire setup`: make what is missing outside us, and say what was changed."""

from __future__ import annotations

from pathlib import Path

from crawlers.errors import CatalogueError
from pipelines.bootstrap import App
from pipelines.cli.console import say

DEFAULT_VIEW = "maplewire-articles"


def set_up(app: App, *, kibana: bool) -> list[str]:
    """Bring ledger, index and, if asked, Kibana to what this version needs; return what was changed, one line each."""
    app.ledger.feed_states()  # opening it migrates it
    changed = list(app.index.setup())
    return [*changed, *_import(app)] if kibana else changed


def export(path: Path) -> None:
    """Write Kibana's objects as the one file that its own import page takes."""
    from pipelines.adapters.kibana import build, packaged_objects

    try:
        path.write_bytes(build(packaged_objects()))
    except OSError as e:
        raise CatalogueError([f"{path}: cannot be written: {e.strerror}"]) from e
    say(f"{path} holds Kibana's objects; import it under Stack Management, Saved Objects")


def _import(app: App) -> tuple[str, ...]:
    from pipelines.adapters.kibana import build, import_objects, packaged_objects

    settings = app.settings
    if settings.kibana_url is None:
        raise CatalogueError(["MAPLEWIRE_KIBANA_URL: is not set; write https://HOST:5601"])
    key = settings.kibana_api_key
    report = import_objects(
        settings.kibana_url.get_secret_value(),
        build(packaged_objects()),
        api_key=key.get_secret_value() if key else None,
        space=settings.kibana_space,
        ca_certs=settings.kibana_ca_certs,
        default_view=DEFAULT_VIEW,
    )
    return report.lines()
