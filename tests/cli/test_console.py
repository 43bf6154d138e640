"""What reaches a terminal: nothing of a text that it would obey."""

from __future__ import annotations

import json
import logging
from io import StringIO
from pathlib import Path

import pytest

from pipelines.cli import console
from pipelines.cli.render.tables import print_table
from tests.cli.test_command import ROOT, maplewire

#: Clears the screen, sets the title, hides what follows, ends a line early; in seven and in eight bits.
EVIL = "a\x1b[2Jb\x1b]0;owned\x07c\x9b2Jd\x7fe\rf\x00g\udc80h"


def _is_clean(text: str) -> bool:
    return not any((ord(char) < 32 and char not in "\n\t") or 127 <= ord(char) < 160 for char in text)


def test_messages_tables_and_texts_hold_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    console.out.print(EVIL)
    console.out.print(f"[bold]{EVIL}[/]")
    console.complain(EVIL)
    console.say(EVIL)
    console.print_text(EVIL)
    print_table(EVIL, ["Name", EVIL], [[EVIL, 1], ["b", EVIL]])
    told = capsys.readouterr()
    for text in (told.out, told.err):
        assert "owned" in text
        assert _is_clean(text)
        text.encode()


def test_a_drawn_table_keeps_its_own_colours_and_none_of_a_text() -> None:
    drawn = StringIO()
    terminal = type(console.out)(file=drawn, force_terminal=True, color_system="standard")
    terminal.print("[bold]head[/] " + EVIL)
    assert "\x1b[1mhead\x1b[0m" in drawn.getvalue()
    assert "\x1b[2J" not in drawn.getvalue()
    assert "\x1b]0;" not in drawn.getvalue()


def test_json_keeps_every_character_in_its_escaped_form(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"title": EVIL})
    console.print_json_line({"title": EVIL})
    told = capsys.readouterr().out
    assert _is_clean(told)
    for line in told.splitlines():
        assert json.loads(line) == {"title": EVIL}


def test_logs_hold_no_control_characters() -> None:
    record = logging.LogRecord("library", logging.WARNING, "", 0, "answered %s", (EVIL,), None)
    assert _is_clean(console._CleanFormatter().format(record))
    assert _is_clean(console._clean_event(None, "", {"event": EVIL})["event"])


@pytest.mark.usefixtures("cold_children")  # Python reads PYTHONIOENCODING at its start
def test_a_terminal_that_lacks_a_character_gets_its_number(tmp_path: Path) -> None:
    page = tmp_path / "加拿大.html"
    page.write_text("<p>x")
    done = maplewire("extract", str(page), home=tmp_path, PYTHONIOENCODING="ascii")
    assert "\\u52a0" in done.stdout
    assert "Traceback" not in done.stderr


def test_all_output_goes_through_one_place() -> None:
    """Whoever writes to standard output past the console would let control characters through."""
    for file in (ROOT / "pipelines/cli").rglob("*.py"):
        if file.name != "console.py":
            assert "sys.stdout.write" not in file.read_text(), file
