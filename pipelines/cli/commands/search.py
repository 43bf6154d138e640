"""`maplewire search`: ask the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import complain
from pipelines.cli.options import AsJson, Limit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crawlers.model import Source
    from pipelines.model import StoryOrder, StoryPlace
    from pipelines.ports import SearchIndex
    from pipelines.query import Query


def search(  # noqa: PLR0913 - one for each option
    query: Annotated[
        str, typer.Argument(help='Lucene syntax: canola AND tariff*, "strategic partnership", lang:zh …')
    ],
    limit: Limit = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip: 20 for the second page.")] = 0,
    since: Annotated[str | None, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = None,
    lang: Annotated[str | None, typer.Option(help="en, fr, zh, zh-Hans, zh-Hant …")] = None,
    source: Annotated[str | None, typer.Option(help="A source's id.")] = None,
    sort: Annotated[
        Literal["newest", "oldest", "best"], typer.Option(help="Which stories come first.")
    ] = "newest",
    articles: Annotated[bool, typer.Option("--articles", help="Show every article that matched.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Show the reports of one event together.")] = False,
    texts: Annotated[
        bool, typer.Option("--texts", help="Give the whole text of each article; with --json.")
    ] = False,
    cursor: Annotated[str | None, typer.Option(help="Go on behind a page: the `next` of its JSON.")] = None,
    zone: Annotated[
        str, typer.Option(help="Your time zone, as America/Toronto: for dates in the query, and times shown.")
    ] = "UTC",
    as_json: AsJson = False,
) -> None:
    """Search for stories, with the matches marked.

    The newest come first; `--sort` names another order.

    Examples:

        maplewire search 'canola AND tariff*' --since 7d

        maplewire search 'origin:CGTN AND carrier:GlobeNewswire' --json

        maplewire search '习近平 OR "Xi Jinping"' --lang zh
    """
    from pipelines.cli.render.search_results import ResultForm, print_search_results
    from pipelines.cli.search_cursor import write_cursor
    from pipelines.query import parse
    from pipelines.stages.typed_time import read_typed_time
    from pipelines.stories.remarked import with_remarked_stories
    from pipelines.stories.value_doubts import remark_doubts, value_doubts

    if texts and not as_json:
        raise typer.BadParameter("texts are for programs; add --json", param_hint="--texts")
    place = _read_place(cursor, sort, offset)
    readers_zone = _read_zone(zone)
    form = ResultForm(as_json=as_json, articles=articles, events=events, texts=texts, zone=readers_zone)
    with open_app(reading=True) as maplewire:
        # One "now" for all relative dates of the query and the options.
        now = maplewire.clock.now().astimezone(readers_zone)
        asked = parse(query, now=now)
        parsed = with_remarked_stories(maplewire.ledger, asked)
        after = None
        if since:
            after = read_typed_time(since, now)
        found = maplewire.index.search(
            parsed, limit=limit, offset=offset, since=after, lang=lang, source=source, order=sort, after=place
        )
        if maplewire.index.count() < maplewire.ledger.count_articles():
            complain("the search index is behind the ledger; bring it up to date with: maplewire index")
        # A filter that does not exist finds nothing, and is seldom meant.
        if not found.total and source is not None:
            _doubt_source(source, maplewire.sources)
        if not found.total and lang is not None:
            _doubt_language(lang)
        for doubt in value_doubts(maplewire.index, parsed, lambda: maplewire.beat):
            complain(doubt)
        for doubt in remark_doubts(maplewire.ledger, asked):
            complain(doubt)
        if not found.total:
            _tell_unknown_words(maplewire.index, parsed)
        print_search_results(maplewire.ledger, found, form, write_cursor(found, sort, limit))


def _tell_unknown_words(index: SearchIndex, query: Query) -> None:
    # Imported where it is needed: most searches find something.
    from pipelines.stories.word_hints import word_hints

    for hint in word_hints(index, query):
        complain(hint)


def _read_place(cursor: str | None, sort: StoryOrder, offset: int) -> StoryPlace | None:
    if cursor is None:
        return None
    from pipelines.cli.search_cursor import read_cursor

    if offset:
        raise typer.BadParameter("leave --offset out; a cursor knows its place", param_hint="--cursor")
    try:
        return read_cursor(cursor, sort)
    except ValueError as e:
        raise typer.BadParameter(str(e), param_hint="--cursor") from e


def _read_zone(zone: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    from crawlers.time_zones import describe_zone_problem

    problem = describe_zone_problem(zone)
    if problem is not None:
        raise typer.BadParameter(problem, param_hint="--zone")
    return ZoneInfo(zone)


def _doubt_source(wanted: str, sources: Sequence[Source]) -> None:
    """Complain about a source that the catalogue does not have."""
    import difflib

    names: list[str] = []
    for source in sources:
        names += (source.id, source.name)
        # The index folds capitals too.
        if wanted.casefold() in (source.id.casefold(), source.name.casefold()):
            return
    hint = "`maplewire sources list` shows them"
    close = difflib.get_close_matches(wanted, names, n=1)
    if close:
        hint = f"did you mean {close[0]}?"
    complain(f"--source {wanted}: no such source in the catalogue; {hint}")


def _doubt_language(wanted: str) -> None:
    """Complain about a language code that does not exist."""
    from crawlers.locales import find_language, is_language

    if is_language(wanted):
        return
    code = find_language(wanted)
    # The index folds capitals, so "ZH-hant" is as good as "zh-Hant".
    if code is not None and code.casefold() == wanted.casefold():
        return
    hint = "write en, fr, zh, zh-Hans or zh-Hant"
    if code is not None:
        hint = f"did you mean {code}?"
    complain(f"--lang {wanted}: not a language code; {hint}")
