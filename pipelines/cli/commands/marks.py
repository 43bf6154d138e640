"""`maplewire mark`, and `maplewire marks list` and `export`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app, open_app_to_work, user_name
from pipelines.cli.console import say
from pipelines.cli.options import AsJson

if TYPE_CHECKING:
    from pipelines.model import MarkLabel

marks_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What people said of articles, as training data."
)


def mark(
    article: Annotated[str, typer.Argument(help="An article, by its id or address, or a story's id.")],
    label: Annotated[str | None, typer.Argument(help="relevant, off-beat or borderline.")] = None,
    by: Annotated[str | None, typer.Option(help="Who says so; without it, the user of the machine.")] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take back the mark that holds now.")] = False,
) -> None:
    """Say that an article is on the beat, off it, or near it.

    The mark is kept for ever and overrules the judge, for the article's whole story and for copies that
    come later. What is marked relevant comes in; what is marked off-beat or borderline leaves searches,
    mails and counts.

    Example: maplewire mark https://daily.example/canola relevant --note "the minister of the file"
    """
    from pipelines.cli.render.marks import print_marked_article
    from pipelines.stages.context import RunProblems
    from pipelines.stages.mark import mark_page, undo_page_mark

    if undo == (label is not None):
        raise CatalogueError(["write a label (relevant, off-beat, borderline), or --undo without one"])
    problems = RunProblems()
    with open_app_to_work() as maplewire:
        if label is None:
            done = undo_page_mark(maplewire.parts, article, problems)
        else:
            said = _read_label(label)
            done = mark_page(maplewire.parts, article, said, _name_of(by), note.strip(), problems)
    print_marked_article(done)
    # The mark is stored, whatever became of the index: no error, only a word.
    for sentence in problems.sentences:
        say(sentence)


@marks_app.command("list")
def list_marks(as_json: AsJson = False) -> None:
    """Show what people said of articles.

    The newest comes last.
    """
    from pipelines.cli.render.marks import print_marks

    with open_app(reading=True) as maplewire:
        print_marks(maplewire.ledger, as_json=as_json)


@marks_app.command("export")
def export_marks() -> None:
    """Print labelled texts, one JSON object a line.

    {id, title, text, lang, label, url, at, by, note}: for each article the mark that holds.

    Example: maplewire marks export > labelled.jsonl
    """
    from pipelines.cli.console import print_json_line
    from pipelines.stories.labelled import labelled_texts

    with open_app(reading=True) as maplewire:
        for line in labelled_texts(maplewire.ledger):
            print_json_line(line)


def _read_label(text: str) -> MarkLabel:
    """Return a label that a person wrote, off_beat for off-beat too."""
    from pipelines.model import MarkLabel

    name = text.strip().lower().replace("_", "-").replace(" ", "-")
    for known in MarkLabel:
        if name == known.value:
            return known
    raise CatalogueError([f"“{text}” is no label; write relevant, off-beat or borderline"])


def _name_of(by: str | None) -> str:
    if by is not None:
        return by.strip()
    return user_name()
