"""`maplewire check`: whether ledger, batches, index and clock are in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson
from pipelines.cli.stage import run_counted_stage

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems


def check(
    batches: Annotated[bool, typer.Option("--batches", help="Read every page of every batch, too.")] = False,
    give_up: Annotated[
        str | None,
        typer.Option("--give-up", help="Count the pages of this lost batch as failed, and close it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look whether ledger, batches, index and clock are in order.

    Each line says what is wrong and what to do. Exit status 1 where anything is.
    """
    if give_up is not None:
        _give_up_batch(give_up)
        return
    from pipelines.cli.render.tables import print_table
    from pipelines.operations.check import check_all
    from pipelines.stages.unknown_names_note import unknown_names_sentence

    with open_app(reading=True) as maplewire:
        findings = check_all(maplewire.parts, with_batches=batches)
        unknown = unknown_names_sentence(maplewire.settings.home)
    if as_json:
        print_json([{"what": finding.what, "todo": finding.todo} for finding in findings])
    elif findings:
        rows = [(finding.what, finding.todo) for finding in findings]
        print_table("", ["what is wrong", "what to do"], rows)
    else:
        say("all is in order")
    if unknown is not None:
        # A hint, and nothing that is wrong.
        say(unknown)
    if findings:
        raise typer.Exit(1)


def _give_up_batch(name: str) -> None:
    def give_up_stage(maplewire: App, run_id: int, problems: RunProblems) -> str:
        from crawlers.batch import SUFFIX
        from pipelines.stages.process import give_up_batch
        from pipelines.text.counts import counted

        batch_id = name.removesuffix(SUFFIX)
        failed = give_up_batch(maplewire.parts, run_id, batch_id, problems)
        return f"batch {batch_id} is given up: {counted(failed, 'page')} failed"

    run_counted_stage(give_up_stage)
