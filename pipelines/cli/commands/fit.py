"""`maplewire fit`: learn the weights of the beat from labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.commands.files import read_json_lines
from pipelines.cli.console import say


def fit(
    files: Annotated[
        list[Path] | None, typer.Argument(help="JSON lines of {title, text, label, lang?}.")
    ] = None,
    marks: Annotated[bool, typer.Option(help="Learn from the marks of people, too.")] = True,
    write: Annotated[bool, typer.Option("--write", help="Write the beat's weights.yaml.")] = False,
) -> None:
    """Learn how much each sign of a text counts.

    It learns from labelled texts and from marks. It shows which weights change, and which labelled texts are
    judged differently with them. Nothing is written without --write.

    Example: maplewire fit labelled.jsonl --write
    """
    from pipelines.beat.weights import form_of
    from pipelines.beat.weights_file import load_base, write_weights_file
    from pipelines.cli.render.fit import print_refit
    from pipelines.relevance.labelled import check_labelled_texts
    from pipelines.relevance.refit import refit
    from pipelines.stories.labelled import labelled_texts

    with open_app(reading=True) as maplewire:
        texts = []
        for file in files or []:
            texts += check_labelled_texts(str(file), read_json_lines(file))
        if marks:
            texts += check_labelled_texts("marks", labelled_texts(maplewire.ledger))
        beat = maplewire.beat
        path = beat.folder / "weights.yaml"
        learnt = refit(texts, beat.terms, load_base(path, len(beat.terms.sides)))
    print_refit(learnt)
    if not learnt.moved:
        say("the weights stay as they are")
    elif not write:
        say(f"nothing is written; --write writes {path}")
    else:
        write_weights_file(path, form_of(len(beat.terms.sides)), learnt.after)
        say(f"{path} is written; pages that come from now on are judged by it")
