"""`maplewire airflow`: Airflow on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def airflow(
    demo: Annotated[bool, typer.Option("--demo", help="Work on a small news web of its own.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="With --demo: work in this folder and keep it.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="8080, or any free one.")
    ] = None,
) -> None:
    """Run Airflow with our DAGs on this machine, until Ctrl-C.

    Needs maplewire[airflow]. Log in as admin / admin or, to look only, desk / desk.

    Example: maplewire airflow --demo
    """
    from pipelines.cli.airflow import serve_airflow

    raise typer.Exit(serve_airflow(home, port, demo=demo))
