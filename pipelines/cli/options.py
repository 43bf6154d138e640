"""The arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

# `--json` is for programs: its shapes are promised in docs/json.md, tables may change.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
# At most 1,000: each story that is shown is read from the ledger as a whole.
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many to show.")]
StoryId = Annotated[str, typer.Argument(help="A story's id, or the id or address of one of its articles.")]
SearchId = Annotated[str, typer.Argument(metavar="ID", help="The id of a search.")]

#: Of commands that read pages.
NoScreen = Annotated[
    bool,
    typer.Option("--no-screen", help="Extract every page, also those that name too little of the beat."),
]
