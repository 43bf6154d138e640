"""`maplewire searches …` and `maplewire outbox`: change, try and explain what readers are told."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_json, print_table, say

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.model import Document, OutboxMail, SavedSearch, Story
    from pipelines.ports import Ledger

searches_app = typer.Typer(help="The saved searches: what is told to whom, and when.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Id = Annotated[str, typer.Argument(help="The id of a search.")]
Query = Annotated[str | None, typer.Option(help="Lucene syntax, as for `maplewire search`.")]
To = Annotated[list[str] | None, typer.Option("--to", help="An address; more than once for more.")]
Channel = Annotated[list[str] | None, typer.Option("--channel", help="A channel of searches.yaml.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any other field as in searches.yaml, such as quiet=22:00-07:00 or tiers=[1,2]."
    ),
]
MAX_DOCUMENTS = 200_000


# -- list and change ------------------------------------------------------------------------------------------


@searches_app.command("list")
def searches_list(as_json: AsJson = False) -> None:
    """Show the saved searches, and where each is written."""
    with open_app(reading=True) as maplewire:
        searches = [s.search for s in maplewire.beat.searches]
    if as_json:
        print_json([shape(s) for s in searches])
        return
    rows = [
        (
            s.id,
            s.name,
            s.query,
            ", ".join((*s.to, *s.channels)),
            when(s),
            "yes" if s.enabled else "paused",
            s.where,
        )
        for s in searches
    ]
    print_table(
        f"{len(rows)} saved searches", ["id", "name", "query", "to", "when", "on", "written in"], rows
    )


def shape(search: SavedSearch) -> dict[str, Any]:
    """Return a search as JSON: the fields of searches.yaml, times of day as HH:MM."""
    from pipelines.beat.searches import DAYS

    values = {name: _plain(value) for name, value in asdict(search).items()}
    values["day"] = DAYS[values.pop("weekday")]
    values["quiet"] = "-".join(values["quiet"]) if values["quiet"] else None
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def when(search: SavedSearch) -> str:
    """Say in words when a search tells."""
    from pipelines.beat.searches import DAYS

    at = f" at {search.at:%H:%M} {search.zone}"
    words = {"daily": f"daily{at}", "weekly": f"{DAYS[search.weekday]}s{at}"}
    return words.get(search.cadence, search.cadence)


@searches_app.command("add")
def searches_add(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A new id: letters, digits, - and _.")],
    query: Annotated[str, typer.Argument(help="Lucene syntax, as for `maplewire search`.")],
    to: To = None,
    name: Annotated[str | None, typer.Option(help="What mails call it; the id if left out.")] = None,
    cadence: Annotated[str | None, typer.Option(help="immediate, hourly, daily or weekly.")] = None,
    channel: Channel = None,
    more: Set = None,
) -> None:
    """Add a saved search to the data folder's own searches.yaml.

    Example: maplewire searches add pandas 'panda* OR 大熊猫' --to desk@newsroom.example --cadence daily --set at=07:30
    """
    with open_app() as maplewire:
        if any(s.search.id == id_ for s in maplewire.beat.searches):
            raise CatalogueError(
                [f"there is a search “{id_}” already; change it with: maplewire searches edit {id_}"]
            )
        values = {"id": id_, "name": name or id_, "query": query} | _given(
            to=to, cadence=cadence, channels=channel
        )
        _write(maplewire, id_, values | _settings(more))
    say(f"search “{id_}” is saved; try it with: maplewire searches test {id_}")


@searches_app.command("edit")
def searches_edit(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a search.")],
    query: Query = None,
    to: To = None,
    name: Annotated[str | None, typer.Option(help="What mails call it.")] = None,
    cadence: Annotated[str | None, typer.Option(help="immediate, hourly, daily or weekly.")] = None,
    channel: Channel = None,
    more: Set = None,
) -> None:
    """Change fields of a saved search; the beat's own file stays as it is.

    Example: maplewire searches edit canola-agrifood --cadence weekly --set day=friday --set ceiling=20
    """
    changed = _given(query=query, to=to, name=name, cadence=cadence, channels=channel) | _settings(more)
    if not changed:
        raise CatalogueError(["nothing to change; name a field, such as --cadence daily or --set ceiling=20"])
    _change(id_, changed)
    say(f"search “{id_}” is changed")


@searches_app.command("pause")
def searches_pause(id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Stop telling what a search finds, until `resume`; what it held back is kept."""
    _change(id_, {"enabled": False})
    say(f"search “{id_}” is paused")


@searches_app.command("resume")
def searches_resume(id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Tell again what a search finds; what came meanwhile is not made up for."""
    _change(id_, {"enabled": True})
    say(f"search “{id_}” is on")


@searches_app.command("remove")
def searches_remove(id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Remove a saved search. One of the beat's own file is only switched off for this data folder."""
    from pipelines.beat.searches import load_searches, write_entry

    with open_app() as maplewire:
        _known(maplewire, id_)
        of_beat = load_searches(maplewire.settings.beat / "searches.yaml").standing
        stays = any(s.search.id == id_ for s in of_beat)
        write_entry(maplewire.settings.own_searches, id_, {"id": id_, "removed": True} if stays else None)
    say(f"search “{id_}” is removed")


def _known(maplewire: App, id_: str) -> SavedSearch:
    found = next((s.search for s in maplewire.beat.searches if s.search.id == id_), None)
    if found is None:
        raise CatalogueError([f"no search “{id_}”; `maplewire searches list` shows them"])
    return found


def _change(id_: str, changed: Mapping[str, Any]) -> None:
    from pipelines.beat.searches import own_entry

    with open_app() as maplewire:
        _known(maplewire, id_)
        before = own_entry(maplewire.settings.own_searches, id_) or {"id": id_}
        _write(maplewire, id_, before | dict(changed))


def _write(maplewire: App, id_: str, values: Mapping[str, Any]) -> None:
    """Write an entry and read all searches again; a mistake in it puts the file back as it was."""
    from pipelines.beat.searches import load_searches, write_entry

    own = maplewire.settings.own_searches
    before = own.read_bytes() if own.exists() else None
    write_entry(own, id_, values)
    try:
        load_searches(maplewire.settings.beat / "searches.yaml", own)
    except CatalogueError:
        if before is None:
            own.unlink()
        else:
            own.write_bytes(before)
        raise


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _settings(pairs: Sequence[str] | None) -> dict[str, Any]:
    """Read FIELD=VALUE, the value as YAML would be read."""
    import yaml

    values = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise CatalogueError([f"--set {pair}: write FIELD=VALUE, such as ceiling=20"])
        try:
            values[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as e:
            raise CatalogueError(
                [f"--set {pair}: the value cannot be read: {getattr(e, 'problem', e)}"]
            ) from e
    return values


# -- try and explain -------------------------------------------------------------------------------------------


@searches_app.command("test")
def searches_test(
    query: Annotated[str, typer.Argument(help="A query, or the id of a saved search.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back.")] = 90,
    cadence: Annotated[
        str, typer.Option(help="For a query: immediate, hourly, daily or weekly.")
    ] = "immediate",
    sample: Annotated[Path | None, typer.Option(help="Write a sample mail (.eml) here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try a search on what is stored: stories, mails a week, overlap with the saved ones, near misses, a sample mail.

    Examples:

        maplewire searches test 'panda* OR 大熊猫' --days 90

        maplewire searches test leaders --sample leaders.eml
    """
    from typing import cast, get_args

    from pipelines.alerts.backtest import back_test
    from pipelines.model import Cadence
    from pipelines.model import SavedSearch as Saved
    from pipelines.query import parse

    if cadence not in get_args(Cadence):
        raise CatalogueError([f"--cadence {cadence}: write immediate, hourly, daily or weekly"])
    with open_app(reading=True) as maplewire:
        now = maplewire.clock.now()
        saved = {s.search.id: s for s in maplewire.beat.searches}
        if query in saved:
            search, parsed = saved[query].search, saved[query].query
        else:
            parsed = parse(query, now=now)
            search = Saved("test", "Test", query, ("you@newsroom.example",), cast(Cadence, cadence))
        documents = _documents(maplewire.ledger, now - timedelta(days=days))
        stories = maplewire.ledger.stories({d.story_id for d in documents})
        others = [(id_, s.query) for id_, s in saved.items() if id_ != search.id]
        found = back_test(search, parsed, documents, stories, others, days)
        mail = (
            _sample(maplewire, search, parsed, found.stories, stories, documents) if found.stories else None
        )
    if sample is not None and mail is not None:
        sample.write_bytes(mail.message)
        say(f"{sample} is what its newest mail would be")
    if as_json:
        print_json({**asdict(found), "mails_a_week": round(found.mails_a_week, 2)})
        return
    lines = [
        ("stories", len(found.stories)),
        ("mails", found.mails),
        ("mails a week", f"{found.mails_a_week:.1f}"),
        *((f"kept out: {why}", n) for why, n in found.refused.items()),
        *((f"also found by {id_}", n) for id_, n in list(found.overlap.items())[:5]),
        (f"only a looser form finds ({found.looser})", len(found.missed)),
    ]
    print_table(f"{search.query}, {days} days", ["what", "number"], lines)
    newest = [("found", i, stories[i].headline) for i in found.stories[:10]]
    newest += [("missed", i, stories[i].headline) for i in found.missed[:10] if i in stories]
    print_table("", ["", "story", "headline"], newest)
    if mail is not None and sample is None and sys.stdout.isatty():
        say("\nA sample mail:\n\n" + plain_text(mail))


def _documents(ledger: Ledger, since: datetime) -> list[Document]:
    """Return what came in since a day, in order of arrival; the newest where it is very much."""
    found: list[Document] = []
    arrival = 0
    while arrivals := ledger.arrivals_since(arrival, 2000):
        arrival = arrivals[-1][0]
        found += [document for _, document in arrivals if document.collected >= since]
        found = found[-MAX_DOCUMENTS:]
    return found


def _documents_of_story(ledger: Ledger, story_id: str) -> list[Document]:
    """Return the documents of one story, in order of arrival."""
    found: list[Document] = []
    arrival = 0
    while arrivals := ledger.arrivals_since(arrival, 2000, story_id=story_id):
        arrival = arrivals[-1][0]
        found.extend(document for _, document in arrivals)
    return found


def _sample(
    maplewire: App,
    search: SavedSearch,
    query: Any,
    found: Sequence[str],
    stories: Mapping[str, Story],
    documents: Sequence[Document],
) -> OutboxMail:
    from pipelines.alerts.context import mail_context_of
    from pipelines.alerts.mail_content import compose
    from pipelines.alerts.mail_context import AlertItem
    from pipelines.model import Alert
    from pipelines.query import highlights

    newest = stories[found[0]]
    hits = [d for d in documents if d.story_id == newest.id]
    passages = tuple(p for d in hits[:2] for p in highlights(query, d.title, d.body))
    why = (f"It matches your search “{search.name}”",)
    alert = Alert(search.id, newest.id, "new", tuple(d.id for d in hits), why)
    told = AlertItem((alert,), newest, tuple(maplewire.ledger.story_articles(newest.id)), passages)
    return compose(
        replace(search, to=search.to or ("you@newsroom.example",)), told, mail_context_of(maplewire.parts)
    )


def plain_text(mail: OutboxMail) -> str:
    """Return the text part of a mail."""
    from email import message_from_bytes, policy

    message = message_from_bytes(mail.message, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


@searches_app.command("why")
def searches_why(
    story: Annotated[str, typer.Argument(help="A story's id, or the id or address of one of its articles.")],
    as_json: AsJson = False,
) -> None:
    """Say for each search why it did or did not tell of a story.

    Example: maplewire searches why s9c1f0a2b3c4d5e6f
    """
    from pipelines.alerts.search_matcher import Matcher
    from pipelines.alerts.story_alerts import CHANGES
    from pipelines.alerts.verdict import verdict
    from pipelines.cli.tables import find_story

    with open_app(reading=True) as maplewire:
        ledger = maplewire.ledger
        found = find_story(ledger, story)
        documents = _documents_of_story(ledger, found.id)
        known = ledger.alerts(stories=[found.id])
        mails = {m.key: m.state for m in ledger.mails(100_000)}
        standing = maplewire.beat.searches
        matching = Matcher([s.query for s in standing]).match(documents)
        decided = ledger.watermark(CHANGES)
        stored = ledger.story_articles(found.id)
        past = {s.article.id for s in stored if "backfill" in s.article.flags}
        rows = [
            verdict(
                s.search,
                some,
                found,
                [a for a in known if a.search_id == s.search.id],
                mails,
                decided_up_to=decided,
                past=past,
            )
            for s, some in zip(standing, matching, strict=True)
        ]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table(found.headline, ["search", "did", "why"], [(r.search_id, r.did, r.why) for r in rows])


@searches_app.command("feed")
def searches_feed(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a search.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Write it here; HOME/feeds/ID.atom if left out, - for standard output."),
    ] = None,
) -> None:
    """Write what a search has told as an Atom feed, for any feed reader.

    Example: maplewire searches feed leaders --out /srv/www/leaders.atom
    """
    from pipelines.alerts.exports import feed_of

    with open_app(reading=True) as maplewire:
        search = _known(maplewire, id_)
        text = feed_of(maplewire.parts, search)
        path = out or maplewire.settings.home / "feeds" / f"{id_}.atom"
    if str(path) == "-":
        sys.stdout.write(text.decode())
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(text)
        partial.replace(path)
    except OSError as e:
        raise CatalogueError([f"{path}: cannot be written: {e.strerror}"]) from e
    say(f"{path} is written")


# -- outbox --------------------------------------------------------------------------------------------------


def show_outbox(limit: int, *, open_only: bool, as_json: bool) -> None:
    """Print the newest messages with the answer for each recipient."""
    from pipelines.cli.json_output import iso

    with open_app(reading=True) as maplewire:
        mails = [
            m
            for m in maplewire.ledger.mails(limit if not open_only else 100_000)
            if not open_only or _is_open(m)
        ]
    mails = mails[:limit]
    if as_json:
        print_json([
            {"key": m.key, "channel": m.channel, "state": m.state, "to": list(m.to), "subject": m.subject,
             "created": iso(m.created), "sent": iso(m.sent_at), "attempts": m.attempts, "not_before": iso(m.not_before),
             "last_error": m.last_error,
             "answers": {a: {"state": x.state, "text": x.text, "at": iso(x.at)} for a, x in m.answers.items()}}
            for m in mails
        ])  # fmt: skip
        return
    rows = [
        (iso(m.created), m.state, ", ".join(m.to), m.subject, m.attempts, m.last_error or "") for m in mails
    ]
    print_table(f"{len(rows)} messages", ["written", "state", "to", "subject", "attempts", "trouble"], rows)


def _is_open(mail: OutboxMail) -> bool:
    """Tell whether somebody did not get it: still owed, or refused for good."""
    return mail.state != "sent" or any(answer.state != "sent" for answer in mail.answers.values())
