"""Tables for a person, lines with tabs for a program."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from pipelines.cli.console import out, print_text

# From here on, a terminal of 80 characters has room for only one space between columns.
_MANY_COLUMNS = 9

_NUMBER_COLUMNS = frozenset({
    "aside", "copies", "copy", "entries", "failed", "fetched", "known", "mails", "new", "off beat", "run",
    "skipped", "tier", "took", "unchanged", "update",
})  # fmt: skip


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows.

    Drawn on a terminal, as lines with tabs where the output is piped.
    """
    if out.is_terminal:
        _print_drawn_table(title, columns, rows)
        return
    _print_tab_line([column.lower() for column in columns])
    for row in rows:
        _print_tab_line(row)


def _print_tab_line(cells: Sequence[object]) -> None:
    # A tab or line break inside a cell would end it.
    words = []
    for cell in cells:
        words.append(" ".join(str(cell).split()))
    print_text("\t".join(words) + "\n")


def _print_drawn_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    right = 1
    if len(columns) > _MANY_COLUMNS:
        right = 0
    # No frame: it takes room, and a copied table should still read well.
    table = Table(
        title=title or None,
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, right, 0, 0),
        show_edge=False,
    )
    for column in columns:
        # Numbers are compared by their last digit, and are useless when they are cut.
        if column in _NUMBER_COLUMNS:
            table.add_column(column, justify="right", overflow="fold", no_wrap=True)
        else:
            table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*[escape(str(cell)) for cell in row])
    out.print(table)
