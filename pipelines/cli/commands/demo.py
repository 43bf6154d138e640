"""`maplewire demo`: the whole job on a small news web."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    keep: Annotated[Path | None, typer.Option("--keep", help="Work in this folder and keep it.")] = None,
    beat: Annotated[
        str | None, typer.Option("--beat", metavar="NAME", help="The demo of another beat that ships.")
    ] = None,
) -> None:
    """Run the whole job on a small news web of its own.

    Example: maplewire demo --beat norway-japan-fisheries --keep /tmp/maplewire-demo
    """
    from maplewire_demo.content import USUAL_BEAT
    from pipelines.cli.demo import run_demo

    raise typer.Exit(run_demo(keep, beat or USUAL_BEAT))
