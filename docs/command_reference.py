"""The command reference of the site, made from the `maplewire` command itself (a hook of MkDocs)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.core import TyperGroup

from pipelines.cli import app

PAGE = "command-reference.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page to the site."""
    files.append(File.generated(config, PAGE, content=command_reference()))
    return files


def command_reference() -> str:
    """Return the page as Markdown: every command with its arguments and options."""
    command = typer.main.get_command(app)
    lines = ["# Command reference", "", "Made from `maplewire --help`.", ""]
    lines += _describe(command, "maplewire")
    return "\n".join(lines)


# Typer carries its own copy of Click, whose classes have no public name: hence Any.
def _describe(command: Any, name: str) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    yield f"## `{name}`"
    yield ""
    yield command.help or ""
    yield ""
    parameters = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    if parameters:
        yield "| option | meaning |"
        yield "|---|---|"
        for parameter in parameters:
            yield _describe_parameter(parameter, context)
        yield ""
    if isinstance(command, TyperGroup):
        for subcommand_name in command.list_commands(context):
            subcommand = command.get_command(context, subcommand_name)
            if subcommand is not None and not subcommand.hidden:
                yield from _describe(subcommand, f"{name} {subcommand_name}")


def _describe_parameter(parameter: Any, context: typer.Context) -> str:
    record = parameter.get_help_record(context)
    if record is None:
        return f"| `{parameter.make_metavar(context)}` | {getattr(parameter, 'help', None) or ''} |"
    names, help_text = record
    escaped = help_text.replace("|", "\\|").replace("\n", " ")
    return f"| `{names}` | {escaped} |"
