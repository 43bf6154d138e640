"""How the stories that a search found are printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import unescape
from typing import Any

from rich.markup import escape
from rich.text import Text

from pipelines.alerts.wording import route_label
from pipelines.cli.console import out, print_json, say
from pipelines.cli.render.wording import minute_words
from pipelines.model import Hit, StoredArticle, Story, StoryHits
from pipelines.ports import Ledger
from pipelines.query.shown_passages import shown_passages
from pipelines.stories.carried import count_carrying_pages
from pipelines.stories.stories_by_event import stories_by_event
from pipelines.stories.story_json import story_json
from pipelines.text.counts import counted

# Passages shown of one article.
_HIGHLIGHTS = 2


@dataclass(frozen=True, slots=True)
class ResultForm:
    """How found stories are printed."""

    as_json: bool = False
    #: Every article that matched, not the first one alone.
    articles: bool = False
    #: The reports of one event stand together; as JSON, `events` lists their ids.
    events: bool = False
    #: In JSON, the whole text of each article.
    texts: bool = False
    #: The reader's zone. JSON is in UTC.
    zone: tzinfo = UTC


def print_search_results(
    ledger: Ledger, found: StoryHits, form: ResultForm, cursor: str | None = None
) -> None:
    """Print the stories that were found, with passages.

    `cursor` is what a program asks for the next page with.

    A story that is in the index and no longer in the ledger is left out.
    """
    shapes = []
    stories = stored_stories(ledger, found)
    story_ids = [story.id for story, _hits in stories]
    groups: list[list[str]] = []
    if form.events:
        groups = stories_by_event(ledger, story_ids)
        stories = _in_order(stories, groups)
    others = _others_of(groups)
    carried_in = count_carrying_pages(ledger, story_ids)
    for story, story_hits in stories:
        members = ledger.story_articles(story.id)
        hits = {}
        for hit in story_hits:
            hits[hit.article_id] = hit
        if form.as_json:
            shape = story_json(story, members, hits, carried_in[story.id])
            if form.texts:
                _put_texts(shape, members)
            shapes.append(shape)
        else:
            facts = _facts_line(story, carried_in[story.id], form.zone)
            if story.id in others:
                facts = f"same event as the story above · {facts}"
            _print_found_story(story, facts, members, hits, articles=form.articles)
    if form.as_json:
        document: dict[str, object] = {"total": found.total, "stories": shapes, "next": cursor}
        if form.events:
            document["events"] = groups
        print_json(document)
    else:
        # To standard error: it is no story.
        say(counted(found.total, "story", "stories"))


def _put_texts(shape: dict[str, Any], members: Sequence[StoredArticle]) -> None:
    """Put the texts of its articles into the JSON of a story."""
    articles = {stored.article.id: stored.article for stored in members}
    for article in shape["articles"]:
        article["summary"] = articles[article["id"]].summary
        article["text"] = articles[article["id"]].body


def _in_order(
    stories: Sequence[tuple[Story, Sequence[Hit]]], groups: Sequence[Sequence[str]]
) -> Sequence[tuple[Story, Sequence[Hit]]]:
    """Return stories in the order of their groups."""
    by_id = {story.id: (story, hits) for story, hits in stories}
    ordered = []
    for group in groups:
        for story_id in group:
            ordered.append(by_id[story_id])
    return ordered


def _others_of(groups: Sequence[Sequence[str]]) -> set[str]:
    """Return the stories that are not the first of their group."""
    others: set[str] = set()
    for group in groups:
        others.update(group[1:])
    return others


def stored_stories(ledger: Ledger, found: StoryHits) -> Sequence[tuple[Story, Sequence[Hit]]]:
    """Return the stories that a search found, with their hits.

    One that is no longer in the ledger is left out.
    """
    hits_by_story = dict(found.stories)
    stories = ledger.stories(list(hits_by_story))
    found_stories = []
    for story_id, hits in hits_by_story.items():
        # The index may be behind: a story was joined to another, or taken out.
        if story_id in stories and stories[story_id].is_on_beat:
            found_stories.append((stories[story_id], hits))
    return found_stories


def _print_found_story(
    story: Story,
    facts: str,
    members: Sequence[StoredArticle],
    hits: Mapping[str, Hit],
    *,
    articles: bool,
) -> None:
    out.print(f"[bold]{escape(story.headline)}[/]")
    out.print(f"  {escape(facts)}", style="dim")
    if articles:
        shown_hits = list(hits.values())
        listed = []
        for stored in members:
            if stored.article.id in hits:
                listed.append(stored)
    else:
        # The first article stands for the story, with the passage that matched best.
        shown_hits = list(hits.values())[:1]
        listed = list(members[:1])
    for hit in shown_hits:
        for highlight in shown_passages(hit.highlights, story.headline, _HIGHLIGHTS):
            out.print(Text("  ") + highlighted(highlight))
    # The address whole, so that a terminal can make it a link.
    for stored in listed:
        out.print(f"  {escape(stored.publisher.name)}  {escape(stored.article.url)}")
    more = len(members) - len(listed)
    if more:
        out.print(f"  and {more} more: maplewire story {story.id}", style="dim")
    out.print()


def _facts_line(story: Story, carried_in: int, zone: tzinfo) -> str:
    """Return id, time, route, size and languages of a story."""
    parts = (
        story.id,
        _time_words(story.first_seen, zone),
        route_label(story),
        reports_and_reprints(story, carried_in),
        "/".join(story.languages),
    )
    return " · ".join(filter(None, parts))


def _time_words(at: datetime, zone: tzinfo) -> str:
    return f"{minute_words(at, zone)} {zone}"


def reports_and_reprints(story: Story, carried_in: int = 0) -> str:
    """Return a story's size: "3 reports + 117 reprints".

    Reports are those of different newsrooms; a release is none. `carried_in` is the number of pages of
    other stories that print its text: "…, also carried inside 2 pages".
    """
    parts: list[str] = []
    if not story.own_reports:
        parts.append("1 release")
    if story.independent:
        parts.append(counted(story.independent, "report"))
    if story.copies:
        parts.append(counted(story.copies, "reprint"))
    size = " + ".join(parts)
    if carried_in:
        size += f", also carried inside {counted(carried_in, 'page')}"
    return size


def highlighted(highlight: str) -> Text:
    """Return an escaped snippet with its <mark>s in bold."""
    text = Text()
    # Splitting at the tags leaves what was inside them at the odd places.
    for number, piece in enumerate(re.split(r"</?mark>", highlight)):
        words = unescape(piece).replace("\n", " ")
        if number % 2:
            text.append(words, style="bold yellow")
        else:
            text.append(words)
    return text
