"""How one story is printed."""

from __future__ import annotations

from rich.markup import escape

from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.cli.console import out, print_json
from pipelines.cli.render.search_results import reports_and_reprints
from pipelines.cli.render.story_articles import print_articles
from pipelines.cli.render.story_changes import print_copy_changes, print_history, print_versions
from pipelines.cli.render.story_neighbours import print_carried, print_nearest, print_related
from pipelines.model import Story
from pipelines.ports import Ledger
from pipelines.stories.story_json import story_view_json
from pipelines.stories.view import StoryView, compare_copies, read_story

# Kinds of text that may be the outlet's own; a release or an agency report is somebody else's.
_OWN_KINDS = ("report", "government")


def print_story(
    ledger: Ledger,
    story: Story,
    organisations: Organisations = EVERYWHERE,
    *,
    as_json: bool,
    passages: bool = False,
) -> None:
    """Print one story.

    With `passages`, also what each copy did with its original. `organisations` are those that the beat knows.
    """
    view = read_story(ledger, story, organisations)
    edits = None
    if passages:
        # It costs a comparison of whole texts for each copy, so only where it was asked for.
        edits = compare_copies(ledger, view)
    if as_json:
        accounts = ledger.accounts_of([stored.article.id for stored in view.articles])
        print_json(story_view_json(view, edits, accounts))
        return
    _print_head(view)
    print_articles(view)
    if view.story.lead_id in view.gone:
        out.print(f"its whole text: maplewire story {story.id} --text", style="dim")
    # Whoever reads of copies may want to know what they changed.
    if edits is None and story.copies:
        out.print(f"sentence by sentence: maplewire story {story.id} --passages", style="dim")
    if edits is not None:
        print_copy_changes(view, edits)
    print_carried(view)
    print_nearest(view)
    print_related(view)
    print_versions(view)
    print_history(view.history)


def _print_head(view: StoryView) -> None:
    story = view.story
    kind = story.kind.replace("_", " ")
    languages = ", ".join(story.languages) or "–"
    out.print(f"[bold]{escape(story.headline)}[/]")
    out.print(f"origin   {escape(story.origin or _unnamed_origin(view))}")
    out.print(f"carrier  {escape(story.carrier or '–')}")
    size = reports_and_reprints(story, len(view.carried.carried_in))
    out.print(f"kind     {kind}    {size}    languages {languages}")
    out.print(f"topics   {', '.join(story.topics) or '–'}")
    if story.kept_out is not None:
        word = story.kept_out.value.replace("_", "-")
        why = f"a person marked it {word}"
        if view.carried.carries:
            why = f"it is {word}, and kept for the texts that it carries"
        out.print(f"kept out {why}; it is in no search, mail or count")
    out.print()


def _unnamed_origin(view: StoryView) -> str:
    """Return what to say of the origin where no page names it."""
    # An outlet's own report is by the outlet; a release that names nobody is not.
    if view.story.carrier or view.story.kind not in _OWN_KINDS:
        return "not known: no page names who wrote it"
    if view.lead is None:
        return "not known: its first article is missing"
    return f"{view.lead.publisher.name} itself: its page names nobody else"
