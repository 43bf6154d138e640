"""`maplewire sources move`: the new address of a listing, in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError, PermanentError
from pipelines.cli.application import open_app
from pipelines.cli.console import say

if TYPE_CHECKING:
    from crawlers.model import FeedState, Source


def sources_move(
    source: Annotated[str, typer.Argument(help="The id of the source.")],
    to: Annotated[str | None, typer.Option(help="Its new address; without it, where its polls led.")] = None,
) -> None:
    """Write the new address of a listing into sources.yaml.

    It is the one to which all redirects of the last polls led for good. Only the address changes: comments,
    order and form of the file stay.

    Example: maplewire sources move gnw-canada
    """
    from crawlers.source_file import set_url
    from crawlers.urls import same_site

    with open_app(reading=True) as maplewire:
        sources = maplewire.beat.sources
        moved = maplewire.beat.source(source)
        if moved is None:
            raise CatalogueError([f"no source “{source}”; `maplewire sources list` shows them"])
        url = to or _known_address(moved, maplewire.ledger.feed_states().get(source))
        _check_address(moved, url, sources)
        catalogue = maplewire.beat.folder / "sources.yaml"
    set_url(catalogue, source, url)
    say(f"{catalogue}: source {source}: url: {url} (it was {moved.url}); it is asked there from now on")
    if not moved.sites and not same_site(moved.url, url):
        say(
            "the new address is on another site: if the articles stay on the old one, "
            f"name it in “sites:” of source {source}"
        )


def _known_address(source: Source, state: FeedState | None) -> str:
    """Return where the polls of a source led.

    Raises CatalogueError where that is not sure.
    """
    from pipelines.beat.source_health import LEAST_MOVED_POLLS

    moved = None if state is None else state.moved
    if moved is None or moved.what == source.url:
        raise CatalogueError(
            [f"no poll of source “{source.id}” says that it has moved; name its new address with --to URL"]
        )
    if moved.polls < LEAST_MOVED_POLLS:
        raise CatalogueError(
            [
                f"one poll of source “{source.id}” led to {moved.what}, which may be a mistake of its site; "
                "wait for the next one, or name the address with --to URL"
            ]
        )
    return moved.what


def _check_address(source: Source, url: str, sources: Sequence[Source]) -> None:
    """Raise CatalogueError for what is no address, or that of another source."""
    from crawlers.urls import canonical_url

    try:
        address = canonical_url(url)
    except PermanentError as e:
        raise CatalogueError([f"{url}: {e}; name an address that begins with https://"]) from e
    for other in sources:
        if other.id != source.id and canonical_url(other.url) == address:
            raise CatalogueError(
                [f"{url} is the address of source “{other.id}” already; take one of the two out by hand"]
            )
