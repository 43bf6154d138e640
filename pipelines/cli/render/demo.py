"""What the demo prints after its rounds."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from email import message_from_bytes, policy
from pathlib import Path

from rich.markup import escape

from pipelines.adapters.mail import FolderMailer
from pipelines.alerts.wording import KIND_WORDS, route_label
from pipelines.bootstrap import App
from pipelines.cli.console import command_name, out
from pipelines.cli.render.search_results import highlighted, stored_stories
from pipelines.cli.render.tables import print_table
from pipelines.model import Story
from pipelines.query import parse
from pipelines.text.counts import counted

# What is shown of what is many, so that a round fits on a few screens.
_STORIES = 14
_MAILS = 6
_STORIES_FOUND = 2


def print_stories(app: App) -> Story | None:
    """Print the stories; return the most copied one.

    Its pages are printed too.
    """
    found = app.index.search(parse("*:*"), limit=100)
    stories = []
    for story, _hits in stored_stories(app.ledger, found):
        stories.append(story)
    stories.sort(key=lambda story: (-story.copies, story.first_seen))
    most_copied = stories[:_STORIES]
    out.print(f"[bold]{found.total} stories, the most copied first[/]")
    rows = []
    for story in most_copied:
        rows.append((story.id, story.headline, _origin(story), story.copies, "/".join(story.languages)))
    print_table("", ["story", "headline", "origin → carrier", "copies", "languages"], rows)
    _print_rest(found.total - len(most_copied))
    out.print()
    if not most_copied:
        return None
    _print_pages(app, most_copied[0])
    return most_copied[0]


def _print_rest(number: int) -> None:
    """Say how many are not shown, where there are any."""
    if number > 0:
        out.print(f"  and {number} more")


def _origin(story: Story) -> str:
    named = " → ".join(filter(None, (story.origin, story.carrier)))
    return named or KIND_WORDS[story.kind]


def _print_pages(app: App, story: Story) -> None:
    """Print a story's articles with what each kept of it."""
    # Who is state media, the beat says; the label names it.
    state_media = set()
    for source in app.beat.sources:
        if source.owner == "state":
            state_media.add(source.name)
    label = route_label(story, state_media)
    out.print(f"[bold]One story, {story.copies + 1} pages:[/] {escape(label)}")
    links = story.links_by_article
    rows = []
    for stored in app.ledger.story_articles(story.id):
        link = links[stored.article.id]
        kept = ""
        if link.of:
            kept = f"{link.kept:.0%}"
        rows.append((stored.publisher.name, link.relation.value, kept, stored.article.title))
    print_table("", ["outlet", "relation", "kept", "title"], rows)
    out.print()


def print_mails(app: App) -> None:
    """Print the newest mails and where they lie."""
    mails = app.ledger.mails(limit=1000)
    out.print(f"[bold]{len(mails)} mails: a reader gets one about an event, whatever searches find it[/]")
    for mail in mails[:_MAILS]:
        message = message_from_bytes(mail.message, policy=policy.default)
        out.print(f"  {escape(str(message['Subject']))}  →  {escape(', '.join(mail.to))}")
    _print_rest(len(mails) - _MAILS)
    out.print(f"  they lie in {escape(str(app.settings.outbox_dir))}")
    # A person can open a file. What another mailer has sent lies elsewhere.
    if mails and isinstance(app.mailer, FolderMailer):
        out.print(f"  open one: {escape(str(app.mailer.path_of(mails[0])))}")
    out.print()


def print_searches(app: App, searches: Iterable[Mapping[str, str]]) -> None:
    """Print what one query in each language finds."""
    for search in searches:
        language = search["language"]
        query = search["query"]
        found = app.index.search(parse(query), limit=_STORIES_FOUND)
        count = counted(found.total, "story", "stories")
        out.print(f"[bold]{language}:[/] maplewire search {escape(repr(query))}  ({count})")
        for story, hits in stored_stories(app.ledger, found):
            out.print(f"  {escape(story.headline)}")
            _print_passage(story, hits[0].highlights)
        _print_rest(found.total - _STORIES_FOUND)
    out.print()


def _print_passage(story: Story, highlights: Sequence[str]) -> None:
    """Print the first passage that is not the headline again."""
    for highlight in highlights:
        passage = highlighted(highlight)
        if passage.plain.strip() != story.headline.strip():
            out.print("    ", passage, sep="")
            return


def print_next_steps(folder: Path, story: Story | None, query: str, seconds: float) -> None:
    """Print commands to try on what the demo collected.

    The data folder knows its beat, so none of them names it.
    """
    command = escape(command_name())
    story_id = "ID"
    if story:
        story_id = story.id
    out.print(f"[bold]Done in {seconds:.0f} s.[/] What to try next:")
    # The settings in front: the demo does not touch the person's own data folder.
    home = f"MAPLEWIRE_HOME={shlex.quote(_as_typed(folder))}"
    for arguments, purpose in (
        (f"search {query!r}", "search what the demo collected"),
        (f"story {story_id}", "every copy of a story, and why it is one"),
        ("serve", "read all of it in a browser: http://127.0.0.1:8010"),
        ("searches list", "the demo's saved searches, and who is told"),
        ("sources list", "the demo's sources"),
        ("quarantine list", "what could not be read, and why"),
        ("status", "the accounts"),
    ):
        out.print(f"  {escape(home)} {command} {escape(arguments)}   [dim]# {purpose}[/]")
    out.print(f"To watch the real news, in a data folder of its own: {command} run")


def _as_typed(folder: Path) -> str:
    """Return a folder as a person would type it here."""
    here = Path.cwd()
    if folder.is_relative_to(here):
        return str(folder.relative_to(here))
    return str(folder)
