"""`maplewire quarantine`: the pages that were kept aside."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.application import name_mail_fault, open_app, open_app_to_work
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson
from pipelines.cli.stage import finish_command

quarantine_app = typer.Typer(help="Pages that were kept aside, and why.", no_args_is_help=True)


@quarantine_app.command("list")
def quarantine_list(
    everything: Annotated[bool, typer.Option("--all", help="Also what was replayed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what was kept aside and why."""
    from pipelines.cli.render.run_json import quarantined_json
    from pipelines.cli.render.tables import print_table
    from pipelines.cli.render.wording import minute_words

    with open_app(reading=True) as maplewire:
        quarantined = maplewire.ledger.quarantined(include_replayed=everything)
    if as_json:
        print_json(list(map(quarantined_json, quarantined)))
        return
    # The reason before the address: it is what a person looks for, and addresses are long.
    rows = []
    for page in quarantined:
        rows.append((page.id, minute_words(page.at), page.source_id, page.stage, page.reason, page.url))
    print_table(f"{len(rows)} kept aside", ["id", "at (UTC)", "source", "stage", "reason", "url"], rows)


@quarantine_app.command("replay")
def quarantine_replay() -> None:
    """Process everything in quarantine again, from the batches."""
    from pipelines.cli.render.tables import print_table
    from pipelines.stages.context import RunProblems
    from pipelines.stages.replay import replay_quarantine
    from pipelines.text.counts import counted

    name_mail_fault()
    problems = RunProblems()
    with open_app_to_work() as maplewire:
        # From the batches, so nothing is fetched again: the page is as it was when it failed.
        results = replay_quarantine(maplewire.parts, problems)
    rows = []
    for page, outcome in results:
        rows.append((page.source_id, outcome.value, page.url))
    print_table("", ["source", "outcome", "url"], rows)
    say(f"{counted(len(results), 'page')} replayed")
    finish_command(problems)
