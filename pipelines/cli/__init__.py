"""The `maplewire` command.

Exit status: 0 done, 1 something failed and was reported, 2 wrong usage or settings.
A command is imported when it is called (`command_group.py`), and imports what is heavy when it runs.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from crawlers.errors import CatalogueError, CrawlError
from pipelines.cli.command_group import CommandGroup
from pipelines.cli.console import complain, configure_logs, print_text, set_up_streams

#: An argument with a minus and more than a letter behind it, such as `-n` and `-n20` have.
_EXCLUDING = re.compile(r"-(?!-)(?!n\d*$)..")

#: New objects after which Python looks for garbage; a short command makes fewer. Its own 700 are met a
#: hundred times while loading.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000

app = typer.Typer(
    name="maplewire",
    cls=CommandGroup,
    help="Watch the news for one beat: each story once, with its copies, its origin and the reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    # What is loaded stays: to look through it for garbage again and again takes a tenth of a short command.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    # Pydantic looks for plugins in all that is installed, and we have none: 20 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
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
    finally:
        # Python looks for garbage before it leaves, and all of it goes with the process: 0.1 s.
        gc.freeze()


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
