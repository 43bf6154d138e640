"""`maplewire demo`: the whole job, twice, on a news web of its own, told step by step."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic

from rich.markup import escape

from crawlers.errors import PermanentError
from maplewire_demo.web import DemoWeb
from pipelines.adapters.clock import ShiftedClock
from pipelines.adapters.mail import FolderMailer
from pipelines.alerts import KIND_WORDS, route_label
from pipelines.bootstrap import App
from pipelines.cli.console import complain, configure_events, out, print_table, progress_bars
from pipelines.cli.tables import marked, show_runs
from pipelines.config import Settings
from pipelines.model import RunReport, Story
from pipelines.query import parse
from pipelines.stages.context import RunProblems
from pipelines.stages.locks import lock_runs
from pipelines.stages.run import run_once

MARKER = ".maplewire-demo"
ROUND_ONE_AGO = timedelta(hours=1)
QUERIES = (
    ("English", "canola AND (tariff* OR dut*)"),
    ("French", "ambassade OR \"porc canadien\" OR droits lang:fr"),
    ("Chinese", "加拿大 AND (关税 OR 總理)"),
)  # fmt: skip
SHOWN_STORIES = 14


def show(keep: Path | None) -> int:
    """Run the demo in `keep` (by default HOME/demo, made anew each time); return the exit status."""
    started = monotonic()
    configure_events()
    folder = fresh_folder(keep or Settings().home / "demo")
    now = datetime.now(UTC)
    clock = ShiftedClock(ROUND_ONE_AGO)
    with DemoWeb(now) as web:
        settings = Settings(
            home=folder, beat=web.beat_folder(folder / "beat"), private_hosts=("127.0.0.1",), delay_s=0.0,
            ledger_url=None, index_url=None, smtp_url=None,
        )  # fmt: skip
        with App(settings, clock) as app, lock_runs(folder):
            out.print(f"[bold]A news web of {len(web.sites)} sites in three languages, on loopback[/]\n")
            first, findings = _round(app, "Round one: everything is new")
            web.advance()
            clock.behind = timedelta(0)
            second, later = _round(app, "Round two, an hour later: a correction, a late copy, a new story")
            story = _show_stories(app)
            _show_mails(app)
            _show_searches(app)
    _show_next(folder, story, monotonic() - started)
    return _verdict([first, second], [findings, later])


def fresh_folder(folder: Path) -> Path:
    """Empty a folder that an earlier demo made; refuse one that holds something else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise PermanentError(f"{folder} holds something that is no demo; name another folder with --keep")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
    return folder.resolve()


def _round(app: App, title: str) -> tuple[RunReport, RunProblems]:
    out.print(f"[bold]{title}[/]")
    # The bars are gone before anything else is printed: two live displays would overwrite each other.
    with progress_bars() as bars:
        report, findings = run_once(replace(app.parts, progress=bars) if bars else app.parts)
    show_runs([report])
    out.print()
    return report, findings


def _show_stories(app: App) -> Story | None:
    found = app.index.search(parse("*:*"), limit=100)
    stories = app.ledger.stories([story_id for story_id, _ in found.stories])
    most_copied = sorted(stories.values(), key=lambda s: (-s.copies, s.first_seen))[:SHOWN_STORIES]
    out.print(f"[bold]{found.total} stories, the most copied first[/]")
    print_table("", ["story", "headline", "origin → carrier", "copies", "languages"],
                [(s.id, s.headline, _origin(s), s.copies, "/".join(s.languages)) for s in most_copied])  # fmt: skip
    if found.total > len(most_copied):
        out.print(f"  and {found.total - len(most_copied)} more")
    out.print()
    if not most_copied:
        return None
    _show_copies(app, most_copied[0])
    return most_copied[0]


def _origin(story: Story) -> str:
    return " → ".join(x for x in (story.origin, story.carrier) if x) or KIND_WORDS[story.kind]


def _show_copies(app: App, story: Story) -> None:
    state_media = {source.name for source in app.beat.sources if source.owner == "state"}
    label = route_label(story, state_media)
    out.print(f"[bold]One story, {story.copies + 1} pages:[/] {escape(label)}")
    links = {link.article_id: link for link in story.links}
    rows = []
    for stored in app.ledger.story_articles(story.id):
        link = links[stored.article.id]
        rows.append(
            (
                stored.publisher.name,
                link.relation.value,
                f"{link.kept:.0%}" if link.of else "",
                stored.article.title,
            )
        )
    print_table("", ["outlet", "relation", "kept", "title"], rows)
    out.print()


def _show_mails(app: App) -> None:
    mails = app.ledger.mails(limit=1000)
    out.print(f"[bold]{len(mails)} mails, one for each story and saved search[/]")
    for mail in mails[:6]:
        message = message_from_bytes(mail.message, policy=policy.default)
        out.print(f"  {escape(str(message['Subject']))}  →  {escape(', '.join(mail.to))}")
    out.print(f"  they lie in {escape(str(app.settings.outbox_dir))}")
    if mails and isinstance(app.mailer, FolderMailer):
        out.print(f"  open one: {escape(str(app.mailer.path_of(mails[0])))}")
    out.print()


def _show_searches(app: App) -> None:
    for language, query in QUERIES:
        found = app.index.search(parse(query), limit=2)
        stories = app.ledger.stories([story_id for story_id, _ in found.stories])
        out.print(f"[bold]{language}:[/] maplewire search {escape(repr(query))}  ({found.total} stories)")
        for story_id, hits in found.stories:
            out.print(f"  {escape(stories[story_id].headline)}")
            for highlight in hits[0].highlights[:1]:
                out.print("    ", marked(highlight), sep="")
    out.print()


def _show_next(folder: Path, story: Story | None, seconds: float) -> None:
    out.print(f"[bold]Done in {seconds:.0f} s.[/] What to try next:")
    command = "maplewire" if shutil.which("maplewire") else sys.argv[0]
    for arguments, tells in (
        ("search 'title:canola'", "search what the demo collected"),
        (f"story {story.id}" if story else "story ID", "every copy of a story, and why it is one"),
        ("quarantine list", "what could not be read, and why"),
        ("status", "the accounts"),
    ):
        out.print(f"  MAPLEWIRE_HOME={escape(str(folder))} {command} {escape(arguments)}   [dim]# {tells}[/]")
    out.print(f"  {command} sources list   [dim]# the real beat, China–Canada; then: {command} run[/]")


def _verdict(reports: Sequence[RunReport], findings: Sequence[RunProblems]) -> int:
    """Return 1 where the demo itself went wrong: accounts that do not add up, a bug, no story at all."""
    for found in findings:
        for trouble in (*found.troubles, *found.bugs):
            complain(str(trouble))
    failed = any(f.bugs or f.troubles for f in findings) or not any(r.fetched for r in reports)
    return 1 if failed else 0
