"""What the reading commands show: stories, accounts, the health of sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.text import Text

from crawlers.errors import CatalogueError, PermanentError
from crawlers.urls import canonical_url
from pipelines.alerts import route_label
from pipelines.beat.source_health import USUAL_DAYS, health_of
from pipelines.cli.console import counted, out, print_json, print_table, say
from pipelines.cli.json_output import iso, story_shape
from pipelines.model import Hit, Outcome, RunReport, StoredArticle, Story, StoryHits, article_id
from pipelines.ports import Ledger

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def show_search(ledger: Ledger, found: StoryHits, *, articles: bool, as_json: bool) -> None:
    """Print a search's stories with their passages; in the index but no longer in the ledger is left out."""
    stories = ledger.stories([story_id for story_id, _ in found.stories])
    shown = [(stories[i], ledger.story_articles(i), {h.article_id: h for h in hits})
             for i, hits in found.stories if i in stories]  # fmt: skip
    if as_json:
        print_json({"total": found.total, "stories": [story_shape(s, a, h) for s, a, h in shown]})
        return
    for story, members, hits in shown:
        _print_story_found(story, members, hits, articles=articles)
    say(counted(found.total, "story", "stories"))


def _print_story_found(
    story: Story, members: Sequence[StoredArticle], hits: Mapping[str, Hit], *, articles: bool
) -> None:
    out.print(f"[bold]{escape(story.headline)}[/]")
    out.print(f"  {escape(_story_line(story))}", style="dim")
    for hit in list(hits.values())[: None if articles else 1]:
        for highlight in hit.highlights[:2]:
            out.print(Text("  ") + marked(highlight))
    listed = [m for m in members if m.article.id in hits] if articles else members[:1]
    for stored in listed:
        out.print(f"  {escape(stored.publisher.name)}  {escape(stored.article.url)}")
    if rest := len(members) - len(listed):
        out.print(f"  and {rest} more: maplewire story {story.id}", style="dim")
    out.print()


def _story_line(story: Story) -> str:
    parts = [
        story.id,
        f"{story.first_seen:%Y-%m-%d %H:%M} UTC",
        route_label(story),
        reports_and_reprints(story),
        "/".join(story.languages),
    ]
    return " · ".join(p for p in parts if p)


def reports_and_reprints(story: Story) -> str:
    """Say how many told the event in words of their own, and how many reprinted this story: "3 reports + 117 reprints"."""
    reports = counted(story.independent, "report", "reports")
    reprints = counted(story.copies, "reprint", "reprints")
    return f"{reports} + {reprints}" if story.copies else reports


def marked(highlight: str) -> Text:
    """Turn an escaped snippet with <mark> into terminal text, the hits in bold."""
    from html import unescape

    text = Text()
    for number, piece in enumerate(re.split(r"</?mark>", highlight)):
        text.append(" ".join(unescape(piece).split("\n")), style="bold yellow" if number % 2 else "")
    return text


def find_story(ledger: Ledger, wanted: str) -> Story:
    """Find a story by its id, an article's id, or an article's address. PermanentError when there is none."""
    wanted = wanted.strip()
    if story := ledger.story(wanted):
        return story
    key = article_id(canonical_url(wanted)) if "://" in wanted else wanted
    stored = ledger.article(key)
    if stored is not None and stored.story_id and (story := ledger.story(stored.story_id)):
        return story
    if stored is not None:
        reason = stored.relevance.why[0] if stored.relevance.why else "it names neither side"
        raise PermanentError(f"{wanted} is off the beat and in no story: {reason}")
    raise PermanentError(f"no story “{wanted}”; `maplewire search '*:*'` shows the newest with their ids")


def show_runs(runs: Sequence[RunReport]) -> None:
    """Print the accounts of runs, a line each, then the sources of the newest that had trouble.

    On a terminal an outcome that no run had is left out: the rest then fits.
    """
    met = [o for o in Outcome if not out.is_terminal or any(r.outcomes[o] for r in runs)]
    rows = [
        (r.run_id, f"{r.started:%m-%d %H:%M}", _duration(r), r.fetched, *(r.outcomes[o] for o in met), r.mails)
        for r in runs
    ]  # fmt: skip
    outcomes = ["aside" if o is Outcome.QUARANTINED else o.value.replace("_", " ") for o in met]
    print_table("Accounts", ["run", "begun (UTC)", "took", "fetched", *outcomes, "mails"], rows)
    troubled = [s for s in runs[0].sources if s.error]
    if troubled and not out.is_terminal:
        for source in troubled:
            say(f"source {source.source_id}: {source.error}")
    elif troubled:
        out.print()
        print_table("Sources with trouble", ["source", "result", "error"],
                    [(s.source_id, s.result, s.error) for s in troubled])  # fmt: skip


def _duration(run: RunReport) -> str:
    return f"{(run.finished - run.started).total_seconds():.1f} s" if run.finished else "never finished"


def health_rows(app: App) -> list[dict[str, Any]]:
    """Return how each source does, with its feed state and the pages it usually gives a day and gave today."""
    now = app.clock.now()
    states = app.ledger.feed_states()
    volumes = app.ledger.volumes(now - timedelta(days=USUAL_DAYS + 1))
    rows = []
    for health in health_of(app.beat.sources, states, volumes, now):
        source, state = health.source, states.get(health.source.id)
        rows.append({
            "source": source.id, "name": source.name, "enabled": source.enabled,
            "state": health.state, "why": health.why or None,
            "last_success": iso(state.last_success) if state else None,
            "failing_since": iso(state.failing_since) if state else None,
            "failure_weight": state.failure_weight if state else 0.0,
            "last_error": state.last_error if state else None,
            "next_due": iso(state.next_due) if state else None,
            "newest_entry": iso(state.newest_entry) if state else None,
            "usual_a_day": round(health.usual, 1), "today": health.today,
        })  # fmt: skip
    return rows


def show_health(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how the sources do, those in trouble first."""
    order = ["failing", "silent", "not tried", "ok", "off"]
    table = [
        (r["source"], r["state"], r["last_success"] or "never", r["usual_a_day"], r["today"], r["why"] or "")
        for r in sorted(rows, key=lambda r: order.index(r["state"]))
    ]
    print_table("", ["source", "state", "last success", "usual a day", "today", "why"], table)


def show_checks(app: App, wanted: Sequence[str]) -> bool:
    """Try sources live and print what came; return whether all of them answered."""
    from crawlers.crawl import check

    sources = [s for s in app.beat.sources if (s.id in wanted if wanted else s.enabled)]
    if missing := set(wanted) - {s.id for s in sources}:
        raise CatalogueError([f"no source “{min(missing)}”; `maplewire sources list` shows them"])
    rows, all_well = [], True
    for source in sources:
        report, feed = check(source, app.parts.crawl, app.clock.now())
        all_well &= report.result != "failed"
        newest = feed.entries[0].title if feed and feed.entries else ""
        rows.append((source.id, report.result, report.entries, report.fetched, newest, report.error or ""))
    print_table("", ["source", "result", "entries", "fetched", "newest", "error"], rows)
    return all_well
