"""Commands are loaded when they are called, and all of them can be."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.cli.command_group import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_of_the_table_is_one(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f"maplewire {name}" in shown.output


def test_the_help_lists_all_in_order() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    assert group.list_commands(typer.Context(group)) == list(COMMANDS)
    shown = CliRunner().invoke(app, ["--help"]).output
    places = [shown.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_no_line_of_a_list_of_commands_is_cut(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"] if name else ["--help"]).output
    _, _, commands = shown.partition("Commands:")
    assert "..." not in commands


def test_of_a_mistyped_command_the_nearest_are_named() -> None:
    refused = CliRunner().invoke(app, ["serch", "canola"])
    assert refused.exit_code == 2
    assert "'search'" in refused.output
