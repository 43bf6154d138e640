"""`maplewire searches`: the saved searches, and changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlers.errors import CatalogueError, PermanentError, TemporaryError
from pipelines.cli.application import open_app
from pipelines.cli.commands.search_trials import find_search, searches_feed, searches_test, searches_why
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson, SearchId

if TYPE_CHECKING:
    from pipelines.beat.searches import ParsedSearch
    from pipelines.bootstrap import App

searches_app = typer.Typer(help="The saved searches: who is mailed what, and when.", no_args_is_help=True)

NewId = Annotated[str, typer.Argument(metavar="ID", help="A new id: letters, digits, - and _.")]
Query = Annotated[str, typer.Argument(help="Lucene syntax, as for `maplewire search`.")]
NewQuery = Annotated[str | None, typer.Option("--query", help="Lucene syntax, as for `maplewire search`.")]
To = Annotated[list[str] | None, typer.Option("--to", help="An address; more than once for more.")]
ChannelNames = Annotated[list[str] | None, typer.Option("--channel", help="A channel of searches.yaml.")]
Cadence = Annotated[str | None, typer.Option(help="immediate, hourly, daily or weekly.")]
Name = Annotated[str | None, typer.Option(help="What mails call it; a new search is called by its id.")]
OtherFields = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any other field as in searches.yaml, such as quiet=22:00-07:00 or tiers=[1,2]."
    ),
]


@searches_app.command("list")
def searches_list(as_json: AsJson = False) -> None:
    """Show the saved searches, and what holds back their mails."""
    from pipelines.alerts.search_troubles import search_troubles
    from pipelines.cli.render.searches import print_searches, search_json

    with open_app(reading=True) as maplewire:
        parsed_searches = maplewire.searches.standing
        channels = maplewire.searches.channels
        owed = maplewire.ledger.owed_mails()
        paused = maplewire.ledger.paused_addresses()
        doubts = _value_doubts(maplewire, parsed_searches)
    searches = []
    troubles = {}
    for parsed in parsed_searches:
        searches.append(parsed.search)
        troubles[parsed.search.id] = search_troubles(parsed.search, channels, owed, paused)
        troubles[parsed.search.id] += doubts[parsed.search.id]
    if not as_json:
        print_searches(searches, troubles)
        return
    rows = []
    for search in searches:
        rows.append(search_json(search, troubles[search.id]))
    print_json(rows)


def _value_doubts(maplewire: App, searches: Sequence[ParsedSearch]) -> dict[str, list[str]]:
    """Return what is doubted of each search, by its id."""
    from pipelines.stories.value_doubts import ValueDoubts, known_values

    index = maplewire.index
    doubts = ValueDoubts(index, lambda: known_values(maplewire.sources, maplewire.topic_ids))
    by_id: dict[str, list[str]] = {}
    for parsed in searches:
        try:
            by_id[parsed.search.id] = doubts.about(parsed.query)
        except (PermanentError, TemporaryError):
            # Without an index nobody knows what articles have.
            by_id[parsed.search.id] = []
    return by_id


@searches_app.command("add")
def searches_add(
    id_: NewId,
    query: Query,
    to: To = None,
    name: Name = None,
    cadence: Cadence = None,
    channel: ChannelNames = None,
    other_fields: OtherFields = None,
) -> None:
    """Add a saved search to the data folder's own searches.yaml.

    Example: maplewire searches add pandas 'panda* OR 大熊猫' --to desk@newsroom.example --set at=07:30
    """
    with open_app() as maplewire:
        maplewire.home_beat.raise_conflict()
        if id_ in _ids(maplewire.beat.searches):
            hint = f"change it with: maplewire searches edit {id_}"
            raise CatalogueError([f"there is a search “{id_}” already; {hint}"])
        # Only what was given: defaults stay with the beat, and may change there.
        fields = {"id": id_, "name": name or id_, "query": query}
        fields |= _without_none({"to": to, "cadence": cadence, "channels": channel})
        fields |= _parse_other_fields(other_fields or [])
        _write_search(maplewire, id_, fields)
    say(f"search “{id_}” is saved; try it with: maplewire searches test {id_}")


@searches_app.command("edit")
def searches_edit(
    id_: SearchId,
    query: NewQuery = None,
    to: To = None,
    name: Name = None,
    cadence: Cadence = None,
    channel: ChannelNames = None,
    other_fields: OtherFields = None,
) -> None:
    """Change fields of a saved search.

    The beat's own file stays as it is.

    Example: maplewire searches edit canola-agrifood --cadence weekly --set day=friday --set ceiling=20
    """
    changes = _without_none({
        "query": query, "to": to, "name": name, "cadence": cadence, "channels": channel,
    })  # fmt: skip
    changes |= _parse_other_fields(other_fields or [])
    if not changes:
        raise CatalogueError(["nothing to change; name a field, such as --cadence daily or --set ceiling=20"])
    _change_search(id_, changes)
    say(f"search “{id_}” is changed")


@searches_app.command("pause")
def searches_pause(id_: SearchId) -> None:
    """Stop the mails of a search until `resume`.

    What it held back is kept.
    """
    _change_search(id_, {"enabled": False})
    say(f"search “{id_}” is paused")


@searches_app.command("resume")
def searches_resume(id_: SearchId) -> None:
    """Start the mails of a search again.

    What came in while it was paused is not mailed. One of the beat that was removed comes back as it is in
    the beat.
    """
    _bring_back(id_)
    _change_search(id_, {"enabled": True})
    say(f"search “{id_}” is on")


@searches_app.command("remove")
def searches_remove(id_: SearchId) -> None:
    """Remove a saved search.

    One of the beat's own file is only turned off for this data folder; `resume` brings it back.
    """
    from pipelines.beat.searches import load_searches, own_entry, write_entry

    with open_app() as maplewire:
        maplewire.home_beat.raise_conflict()
        # One of our own file that is kept aside is no search of the beat, and can be removed all the same.
        if own_entry(maplewire.settings.own_searches, id_) is None:
            find_search(maplewire, id_)
        note = None
        # The beat's file is shared and never written: a note in our own file hides its search.
        if id_ in _ids(load_searches(maplewire.settings.beat / "searches.yaml").standing):
            note = {"id": id_, "removed": True}
        write_entry(maplewire.settings.own_searches, id_, note)
    say(f"search “{id_}” is removed")


def _ids(searches: Iterable[ParsedSearch]) -> set[str]:
    found: set[str] = set()
    for parsed in searches:
        found.add(parsed.search.id)
    return found


def _bring_back(id_: str) -> None:
    """Forget that a search of the beat was removed."""
    from pipelines.beat.searches import own_entry, write_entry

    with open_app() as maplewire:
        own = maplewire.settings.own_searches
        if own_entry(own, id_).get("removed") is True:
            maplewire.home_beat.raise_conflict()
            write_entry(own, id_, None)


def _change_search(id_: str, changes: Mapping[str, Any]) -> None:
    """Write changed fields into the data folder's own file."""
    from pipelines.beat.searches import own_entry

    with open_app() as maplewire:
        maplewire.home_beat.raise_conflict()
        find_search(maplewire, id_)
        # Our own file holds differences from the beat's; all other fields keep following it.
        entry = own_entry(maplewire.settings.own_searches, id_) or {"id": id_}
        _write_search(maplewire, id_, entry | dict(changes))


def _write_search(maplewire: App, id_: str, fields: Mapping[str, Any]) -> None:
    """Write an entry, where it is right as a whole."""
    from pipelines.beat.searches import save_entry

    settings = maplewire.settings
    save_entry(settings.beat / "searches.yaml", settings.own_searches, id_, fields)


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given on the command line."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if value is not None:
            found[name] = value
    return found


def _parse_other_fields(pairs: Sequence[str]) -> dict[str, Any]:
    """Read FIELD=VALUE, the value as YAML would be read."""
    import yaml

    fields = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CatalogueError([f"--set {pair}: write FIELD=VALUE, such as ceiling=20"])
        try:
            # As in the file: `true`, `20` and `[1, 2]` are no texts.
            fields[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as e:
            problem = getattr(e, "problem", e)
            raise CatalogueError([f"--set {pair}: the value cannot be read: {problem}"]) from e
    return fields


# These stand in a file of their own, since they only read.
searches_app.command("test")(searches_test)
searches_app.command("why")(searches_why)
searches_app.command("feed")(searches_feed)
