"""How the neighbours of a story are printed."""

from __future__ import annotations

from itertools import zip_longest

from rich.markup import escape

from pipelines.cli.console import out
from pipelines.cli.render.tables import print_table
from pipelines.model import StoredArticle, Story
from pipelines.stories.view import RelatedReport, StoryView

# Columns of "The same event", in this order; other languages follow under their codes.
_LANGUAGE_NAMES = {"en": "English", "fr": "français", "zh": "中文"}


def print_nearest(view: StoryView) -> None:
    """Print the nearest story, and why it was kept apart."""
    if not view.nearest_is_known:
        return
    out.print()
    if view.nearest is None:
        out.print("kept apart: no other story shares more with this one than common phrases")
        return
    story, article = view.nearest.story, view.nearest.article
    title = article.article.title if article else story.headline
    where = f"{article.publisher.name}, {story.id}" if article else story.id
    why = view.nearest.near.why
    out.print(f"kept apart, the closest: “{escape(title)}” ({escape(where)}): {escape(why)}")


def print_related(view: StoryView) -> None:
    """Print the other stories about the event.

    Side by side by language, then why each is there.
    """
    if not view.related:
        return
    columns = _headlines_by_language(view)
    out.print()
    rows = list(zip_longest(*columns.values(), fillvalue=""))
    print_table("The same event", list(columns), rows)
    outlets = {report.story.id: report for report in view.related}
    for report in view.related:
        outlet = report.lead.publisher.name if report.lead else report.story.id
        why = _through_words(report, outlets) + "; ".join(report.related.why)
        out.print(f"{escape(outlet)} ({report.story.id}): {escape(why)}")


def _headlines_by_language(view: StoryView) -> dict[str, list[str]]:
    """Return headlines by language, with their outlets.

    This story comes first in its column.
    """
    first_article = view.articles[0] if view.articles else None
    reports: list[tuple[Story, StoredArticle | None]] = [(view.story, first_article)]
    for related in view.related:
        reports.append((related.story, related.lead))
    headlines: dict[str, list[str]] = {name: [] for name in _LANGUAGE_NAMES.values()}
    for story, lead in reports:
        code = story.languages[0][:2] if story.languages else "?"
        outlet = f" ({lead.publisher.name})" if lead else ""
        headlines.setdefault(_LANGUAGE_NAMES.get(code, code), []).append(f"{story.headline}{outlet}")
    known = list(_LANGUAGE_NAMES.values())
    others = sorted(set(headlines) - set(known))
    return {name: headlines[name] for name in (*known, *others) if headlines[name]}


def _through_words(report: RelatedReport, reports: dict[str, RelatedReport]) -> str:
    """Return by which other story a report is linked.

    Empty where it is linked itself.
    """
    through = report.related.through
    if not through:
        return ""
    middle = reports.get(through)
    name = through
    if middle is not None and middle.lead is not None:
        name = f"{middle.lead.publisher.name} ({through})"
    return f"shares with {name}, which is linked to this story: "
