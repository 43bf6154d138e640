"""How the neighbours of a story are printed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from rich.markup import escape

from pipelines.cli.console import out
from pipelines.cli.render.tables import print_table
from pipelines.model import Carrying, Likeness, Story
from pipelines.stories.carried import CarriedText, CarriedTexts
from pipelines.stories.view import RelatedReport, StoryView
from pipelines.text.counts import counted
from pipelines.text.languages import base_of

_LIKENESSES: Mapping[Likeness, str] = {
    "translation": "probably a translation",
    "rewrite": "rewritten from this story",
    "rewritten": "this story is rewritten from it",
}


def print_carried(view: StoryView) -> None:
    """Print where else its text is printed, and what its pages print of others."""
    carried = view.carried
    _print_chapters(carried)
    if carried.carried_in:
        out.print()
        pages = counted(len(carried.carried_in), "page")
        out.print(f"[bold]Also carried inside {pages}[/], which are mostly texts of their own")
    for text in carried.carried_in:
        title = text.stored.article.title if text.stored else text.story.headline
        _print_carried_text(title, text)
    if carried.carries:
        out.print()
        out.print(f"[bold]Carries {counted(len(carried.carries), 'text')} of other stories[/]")
    for text in carried.carries:
        _print_carried_text(text.story.headline, text)


def _print_chapters(carried: CarriedTexts) -> None:
    """Print which story it goes on with, and which go on with it."""
    if carried.chapter_of is not None:
        before = carried.chapter_of
        out.print()
        out.print(
            f"A new chapter of “{escape(before.story.headline)}” {escape(_where(before))}, "
            "of whose first text little is left"
        )
    for after in carried.chapters:
        out.print()
        out.print(f"Goes on in “{escape(after.story.headline)}” {escape(_where(after))}")


def _print_carried_text(title: str, text: CarriedText) -> None:
    out.print(f"  “{escape(title)}” {escape(_where(text))}: {_carrying_words(text.carrying)}")


def _where(text: CarriedText) -> str:
    """Return the outlet and the story of a text: "(Globe, s1a2b)"."""
    return f"({', '.join(filter(None, (text.outlet, text.story.id)))})"


def _carrying_words(carrying: Carrying) -> str:
    """Say how much of a text stands in a page, and where."""
    place = "at its top"
    if carrying.place:
        place = f"below {counted(carrying.place, 'word')} of its own"
    return f"{carrying.share:.0%} of the text, {place}; the longest passage has {carrying.passage} words"


def print_nearest(view: StoryView) -> None:
    """Print the nearest story, and why it was kept apart."""
    # To say that there is none would be wrong while the ledger could not be asked.
    if not view.nearest_is_known:
        return
    out.print()
    if view.nearest is None:
        out.print("kept apart: no other story shares more with this one than common phrases")
        return
    nearest = view.nearest
    title = nearest.title or nearest.story.headline
    where = ", ".join(filter(None, (nearest.outlet, nearest.story.id)))
    why = nearest.near.why
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
    reports = {report.story.id: report for report in view.related}
    for report in view.related:
        outlet = report.outlet or report.story.id
        why = _through_words(report, reports) + "; ".join(report.related.why)
        if report.related.likeness is not None:
            why = f"{_LIKENESSES[report.related.likeness]}; {why}"
        out.print(f"{escape(outlet)} ({report.story.id}): {escape(why)}")


def _headlines_by_language(view: StoryView) -> dict[str, list[str]]:
    """Return headlines by the code of their language, with their outlets.

    This story comes first, and so does its language; the others follow by their codes.
    """
    headlines: dict[str, list[str]] = {}
    first_outlet = None
    if view.articles:
        first_outlet = view.articles[0].publisher.name
    _add_headline(headlines, view.story, first_outlet)
    for report in view.related:
        _add_headline(headlines, report.story, report.outlet)
    own, *others = headlines
    return {code: headlines[code] for code in (own, *sorted(others))}


def _add_headline(headlines: dict[str, list[str]], story: Story, outlet: str | None) -> None:
    """Add a story's headline to those of its language."""
    code = "?"
    if story.languages:
        # Both scripts of a language share a column: one desk reads both.
        code = base_of(story.languages[0])
    headline = story.headline
    if outlet:
        headline += f" ({outlet})"
    headlines.setdefault(code, []).append(headline)


def _through_words(report: RelatedReport, reports: dict[str, RelatedReport]) -> str:
    """Return by which other story a report is linked.

    Empty where it is linked itself.
    """
    through = report.related.through
    if not through:
        return ""
    name = through
    if through in reports and reports[through].outlet:
        name = f"{reports[through].outlet} ({through})"
    return f"shares with {name}, which is linked to this story: "
