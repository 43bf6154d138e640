"""The commands of `maplewire`, each loaded when it is called.

To load all of them and to look through their options takes longer than most searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

_COMMANDS_PACKAGE = "pipelines.cli.commands"

#: Where each command stands, as `module:name`, in the order of `maplewire --help`: first the whole job and
#: its stages, then reading, then files, then the groups of commands.
COMMANDS: Mapping[str, str] = {
    "demo": "demo:demo",
    "airflow": "airflow:airflow",
    "run": "run:run",
    "collect": "run:collect",
    "recheck": "run:recheck",
    "process": "run:process",
    "index": "run:index",
    "alert": "run:alert",
    "digest": "run:digest",
    "reindex": "run:reindex",
    "backfill": "backfill:backfill",
    "upkeep": "upkeep:upkeep",
    "setup": "setup:setup",
    "serve": "serve:serve",
    "search": "search:search",
    "export": "export:export",
    "status": "status:status",
    "pages": "pages:pages",
    "mark": "marks:mark",
    "check": "check:check",
    "brief": "brief:brief",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "extract": "files:extract",
    "judge": "files:judge",
    "dedup": "files:dedup",
    "fit": "fit:fit",
    "web-user": "serve:web_user",
    "beat": "beat:beat_app",
    "sources": "sources:sources_app",
    "searches": "searches:searches_app",
    "quarantine": "quarantine:quarantine_app",
    "outbox": "outbox:outbox_app",
    "marks": "marks:marks_app",
    "terms": "terms:terms_app",
    "story": "story:story_app",
    "evidence": "evidence:evidence_app",
    "bench": "bench:bench_app",
}


class CommandGroup(TyperGroup):
    """All commands of `maplewire`."""

    def list_commands(self, _context: Any) -> list[str]:
        return list(COMMANDS)

    # Typer carries its own copy of Click, whose classes have no public name: hence Any.
    def get_command(self, _context: Any, name: str) -> Any:
        """Return a command, or None where there is none of this name."""
        if name in COMMANDS:
            self._load_command(name)
        else:
            # Typer's message names the loaded commands that are nearly so.
            for known in COMMANDS:
                self._load_command(known)
        return self.commands.get(name)

    def _load_command(self, name: str) -> None:
        if name not in self.commands:
            self.commands[name] = load_command(name)


class StoryFirstGroup(TyperGroup):
    """Commands about one story. A first word that is none of them is a story's id."""

    #: The command that is meant then, which is typed far more often than any other.
    usual_command = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [self.usual_command, *args]
        return super().parse_args(ctx, args)


def load_command(name: str) -> Any:
    """Return a command of `COMMANDS` with all its options."""
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(f"{_COMMANDS_PACKAGE}.{module}"), attribute)
    # Typer makes a command only as a part of an application.
    application = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(command, typer.Typer):
        application.add_typer(command, name=name)
    else:
        application.command(name)(command)
    return typer.main.get_group(application).commands[name]
