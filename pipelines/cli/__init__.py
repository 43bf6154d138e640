"""The `maplewire` command.

Exit status: 0 done, 1 something failed and was reported, 2 wrong usage or settings.
Everything heavy is imported inside the commands, so that `maplewire --help` stays quick.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from crawlers.errors import CatalogueError, CrawlError
from pipelines.cli.commands.airflow import airflow
from pipelines.cli.commands.backfill import backfill
from pipelines.cli.commands.backup import backup, restore
from pipelines.cli.commands.beat import beat_app
from pipelines.cli.commands.bench import bench_app
from pipelines.cli.commands.brief import brief
from pipelines.cli.commands.check import check
from pipelines.cli.commands.demo import demo
from pipelines.cli.commands.evidence import evidence_app
from pipelines.cli.commands.export import export
from pipelines.cli.commands.files import dedup, extract, judge
from pipelines.cli.commands.fit import fit
from pipelines.cli.commands.marks import mark, marks_app
from pipelines.cli.commands.outbox import outbox_app
from pipelines.cli.commands.pages import pages
from pipelines.cli.commands.quarantine import quarantine_app
from pipelines.cli.commands.run import alert, collect, digest, index, process, recheck, reindex, run
from pipelines.cli.commands.search import search
from pipelines.cli.commands.searches import searches_app
from pipelines.cli.commands.serve import serve, web_user
from pipelines.cli.commands.setup import setup
from pipelines.cli.commands.sources import sources_app
from pipelines.cli.commands.status import status
from pipelines.cli.commands.story import story_app
from pipelines.cli.commands.terms import terms_app
from pipelines.cli.commands.upkeep import upkeep
from pipelines.cli.console import complain, configure_logs, print_text, set_up_streams

#: An argument with a minus and more than a letter behind it, such as `-n` and `-n20` have.
_EXCLUDING = re.compile(r"-(?!-)(?!n\d*$)..")

app = typer.Typer(
    name="maplewire",
    help="Watch the news for one beat: each story once, with its copies, its origin and the reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# In the order of `maplewire --help`: first the whole job and its stages, then reading, then files.
for _command in (
    demo, airflow, run, collect, recheck, process, index, alert, digest, reindex, backfill, upkeep, setup,
    serve, search, export, status, pages, mark, check, brief, backup, restore,
    extract, judge, dedup, fit,
):  # fmt: skip
    app.command()(_command)

app.command("web-user")(web_user)
app.add_typer(beat_app, name="beat")
app.add_typer(sources_app, name="sources")
app.add_typer(searches_app, name="searches")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(outbox_app, name="outbox")
app.add_typer(marks_app, name="marks")
app.add_typer(terms_app, name="terms")
app.add_typer(story_app, name="story")
app.add_typer(evidence_app, name="evidence")
app.add_typer(bench_app, name="bench")


@app.callback(invoke_without_command=True)
def configure_command(
    context: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every event.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)
    ] = False,
) -> None:
    """Watch the news for one beat.

    Each story is shown once, with its copies, its origin and the reason.

    Try `maplewire demo` first. Settings are MAPLEWIRE_* environment variables, also read from ./.env.
    """
    if version:
        from pipelines.config import maplewire_version

        print_text(f"maplewire {maplewire_version()}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print_text(context.get_help() + "\n")
        raise typer.Exit(2)
    # Before any command, whose libraries may log at import.
    configure_logs(verbose=verbose)


def main() -> None:
    """Run the command and leave with its exit status.

    Expected trouble becomes a message; a bug shows its traceback.
    """
    set_up_streams()
    try:
        app(args=_with_leading_minus(sys.argv[1:]))
    except CatalogueError as e:
        for problem in e.problems:
            complain(problem)
        sys.exit(2)
    except CrawlError as e:
        # Without a traceback: the message says what to do.
        sys.exit(_report_error(e))
    except BrokenPipeError:
        # The reader of our output has left (`| head`). That is no error, and Python must not
        # complain about it when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _with_leading_minus(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command; a query may begin with what it excludes.

    `maplewire search '-canola'`: a space before the minus makes it no option, and no other query.
    """
    if arguments[:1] != ["search"]:
        return list(arguments)
    protected: list[str] = []
    for argument in arguments:
        if _EXCLUDING.match(argument):
            argument = f" {argument}"
        protected.append(argument)
    return protected


def _report_error(error: CrawlError) -> int:
    """Complain about an error; return the exit status.

    A wrong query is wrong usage.
    """
    # Imported where something failed: it brings the whole query language.
    from pipelines.query.errors import QueryError

    if isinstance(error, QueryError):
        complain(f"the query cannot be read:\n{error.pointing()}")
        return 2
    complain(str(error))
    return 1
