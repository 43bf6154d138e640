"""The templates of mails and pages, and the facts that several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.wording import local_day

#: Characters of the longest bar in a plain text: half a line.
BAR_CHARACTERS = 20


@cache
def environment(*, escape: bool) -> Environment:
    """Return the templates; `escape` is on for HTML and off for plain text alone."""
    templates = Environment(
        loader=PackageLoader("pipelines.alerts"),
        autoescape=escape,  # noqa: S701 - off for text/plain alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Pages that are for nobody in particular are English.
    templates.globals.update(say=words_in("en"), language="en")
    return templates


def bars_of(week: Sequence[tuple[date, int]], context: MailContext) -> list[dict[str, Any]]:
    """Return (day, number) as bars for tables and for plain text: the longest is full."""
    most = max((number for _, number in week), default=0)
    found: list[dict[str, Any]] = []
    for day, number in week:
        found.append(_bar_of(local_day(day, context.now, context.language), number, most))
    return found


def _bar_of(day: str, number: int, most: int) -> dict[str, Any]:
    percent = length = 0
    if number:
        percent = round(100 * number / most)
        # One story is seen beside a day of a hundred.
        length = max(1, round(BAR_CHARACTERS * number / most))
    return {"day": day, "number": number, "percent": percent, "blocks": "█" * length}
