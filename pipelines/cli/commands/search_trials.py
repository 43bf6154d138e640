"""`maplewire searches test`, `why` and `feed`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_json, print_text, say
from pipelines.cli.options import AsJson, SearchId, StoryId

if TYPE_CHECKING:
    from pipelines.alerts.mail_context import AlertItem
    from pipelines.bootstrap import App
    from pipelines.model import Document, OutboxMail, SavedSearch, Story
    from pipelines.query import Query

# Articles of the sample story whose passages its mail shows.
_ARTICLES_IN_SAMPLE = 2

# Stories of a sample digest.
_STORIES_IN_SAMPLE = 20

# Stands in a sample mail where a search names nobody.
_EXAMPLE_READER = ("you@newsroom.example",)


def searches_test(
    query: Annotated[str, typer.Argument(help="A query, or the id of a saved search.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back.")] = 90,
    cadence: Annotated[
        str, typer.Option(help="For a query: immediate, hourly, daily or weekly.")
    ] = "immediate",
    sample: Annotated[Path | None, typer.Option(help="Write a sample mail (.eml) here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try a search on what is stored, before anybody is mailed.

    Shows its stories, mails a week, overlap with the saved searches, near misses and a sample mail.

    Examples:

        maplewire searches test 'panda* OR 大熊猫' --days 90

        maplewire searches test leaders --sample leaders.eml
    """
    from pipelines.alerts.arrived_documents import documents_since, stored_span
    from pipelines.alerts.backtest import TrialSpan, back_test
    from pipelines.alerts.event_ids import EventIds
    from pipelines.alerts.message_parts import read_message
    from pipelines.cli.render.searches import back_test_json, print_back_test
    from pipelines.model import story_ids_of

    with open_app(reading=True) as maplewire:
        search, parsed = _search_to_test(maplewire, query, cadence)
        others = _other_searches(maplewire, search)
        since = maplewire.clock.now() - timedelta(days=days)
        documents = documents_since(maplewire.ledger, since)
        stories = maplewire.ledger.stories(story_ids_of(documents))
        stored = stored_span(maplewire.ledger, documents, since, maplewire.clock.now())
        span = TrialSpan(days, stored, EventIds(maplewire.ledger).event_of)
        result = back_test(search, parsed, documents, stories, others, span)
        mail = None
        if result.last_mail:
            newest = [stories[story_id] for story_id in result.last_mail]
            mail = _sample_mail(maplewire, search, parsed, newest, documents)
    if sample is not None and mail is not None:
        sample.write_bytes(mail.message)
        say(f"{sample} is what its newest mail would be")
    if as_json:
        print_json(back_test_json(result))
        return
    print_back_test(search, result, stories)
    # Not into a pipe: a program reads the tables there.
    if mail is not None and sample is None and sys.stdout.isatty():
        say("\nA sample mail:\n\n" + read_message(mail).text)


def _search_to_test(maplewire: App, query: str, cadence: str) -> tuple[SavedSearch, Query]:
    """Return the saved search with this id, or a new one.

    Raises CatalogueError for a cadence that does not exist, QueryError for a wrong query.
    """
    from pipelines.model import Cadence, SavedSearch
    from pipelines.query import parse

    if cadence not in get_args(Cadence):
        raise CatalogueError([f"--cadence {cadence}: write immediate, hourly, daily or weekly"])
    # An id is also a valid query, so ids go first.
    for saved in maplewire.beat.searches:
        if saved.search.id == query:
            return saved.search, saved.query
    zone = str(maplewire.beat.clocks[0].zone)
    search = SavedSearch("test", "Test", query, _EXAMPLE_READER, cast(Cadence, cadence), zone=zone)
    return search, parse(query, now=maplewire.clock.now(), of_arrivals=True)


def _other_searches(maplewire: App, search: SavedSearch) -> list[tuple[str, Query]]:
    """Return ids and queries of the saved searches, without one."""
    others = []
    for saved in maplewire.beat.searches:
        if saved.search.id != search.id:
            others.append((saved.search.id, saved.query))
    return others


def _sample_mail(
    maplewire: App,
    search: SavedSearch,
    query: Query,
    stories: Sequence[Story],
    documents: Sequence[Document],
) -> OutboxMail:
    """Return the mail with which a search would report stories.

    One of an event, or a digest.
    """
    from pipelines.alerts.context import mail_context_of
    from pipelines.alerts.digest_content import compose_digest
    from pipelines.alerts.mail_content import compose
    from pipelines.alerts.mail_context import RelatedItem

    items = []
    for story in stories[:_STORIES_IN_SAMPLE]:
        items.append(_sample_item(maplewire, search, query, story, documents))
    addressed = replace(search, to=search.to or _EXAMPLE_READER)
    context = mail_context_of(maplewire.parts)
    if search.cadence != "immediate":
        return compose_digest(addressed, f"{search.id}::sample", items, context, (), since=None)
    related = [RelatedItem(item.story, item.articles[0]) for item in items[1:] if item.story]
    return compose(addressed, replace(items[0], related=tuple(related)), context)


def _sample_item(
    maplewire: App, search: SavedSearch, query: Query, story: Story, documents: Sequence[Document]
) -> AlertItem:
    """Return a story as a mail would tell it."""
    from pipelines.alerts.mail_context import AlertItem
    from pipelines.model import Alert
    from pipelines.query import PassageFinder

    finder = PassageFinder(query)
    article_ids: list[str] = []
    passages: list[str] = []
    for document in documents:
        if document.story_id != story.id:
            continue
        # The first articles say what the story is about, the others mostly repeat it.
        if len(article_ids) < _ARTICLES_IN_SAMPLE:
            passages += finder.passages(
                document.title, document.body, summary=document.summary, language=document.lang
            )
        article_ids.append(document.id)
    why = (f"It matches your search “{search.name}”",)
    alert = Alert(search.id, story.id, "new", tuple(article_ids), why)
    articles = tuple(maplewire.ledger.story_articles(story.id))
    return AlertItem((alert,), story, articles, tuple(passages))


def searches_why(story: StoryId, as_json: AsJson = False) -> None:
    """Show for each search why it did or did not report a story.

    Example: maplewire searches why s9c1f0a2b3c4d5e6f
    """
    from pipelines.alerts.story_verdicts import story_verdicts
    from pipelines.cli.render.tables import print_table
    from pipelines.stories.view import find_story

    with open_app(reading=True) as maplewire:
        found = find_story(maplewire.ledger, story)
        verdicts = story_verdicts(maplewire.ledger, maplewire.beat.searches, found)
    if as_json:
        print_json(list(map(asdict, verdicts)))
        return
    rows = []
    for verdict in verdicts:
        rows.append((verdict.search_id, verdict.did, verdict.why))
    print_table(found.headline, ["search", "did", "why"], rows)


def searches_feed(
    id_: SearchId,
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write; - for standard output. Usually where each run writes it."),
    ] = None,
) -> None:
    """Write what a search has reported as an Atom feed.

    Example: maplewire searches feed leaders --out /srv/www/leaders.atom
    """
    from pipelines.alerts.exports import feed_of
    from pipelines.stages.feeds import write_feed

    with open_app(reading=True) as maplewire:
        feed = feed_of(maplewire.parts, find_search(maplewire, id_))
        path = out or maplewire.settings.feeds / f"{id_}.atom"
    if str(path) == "-":
        print_text(feed.decode())
        return
    write_feed(path, feed)
    say(f"{path} is written")


def find_search(maplewire: App, id_: str) -> SavedSearch:
    """Return the saved search with this id.

    Raises CatalogueError where there is none.
    """
    for parsed in maplewire.beat.searches:
        if parsed.search.id == id_:
            return parsed.search
    raise CatalogueError([f"no search “{id_}”; `maplewire searches list` shows them"])
