"""How pages and what became of them are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.stages.page_list import ListedPage
from pipelines.text.iso_time import iso


def page_json(page: ListedPage) -> dict[str, Any]:
    """Return one page as JSON (docs/json.md)."""
    return {
        "source": page.source_id,
        "url": page.url,
        "title": page.title,
        "outcome": page.outcome,
        "reason": page.reason,
        "score": page.score,
        "at": iso(page.at),
        "article": page.article_id,
    }


def print_pages(pages: Sequence[ListedPage]) -> None:
    """Print a page a line, in their order."""
    rows = []
    for page in pages:
        score = "" if page.score is None else f"{page.score:.2f}"
        # The reason before the address: it is what a person looks for, and addresses are long.
        rows.append(
            (
                minute_words(page.at),
                page.source_id,
                page.outcome,
                score,
                page.reason,
                page.title or "",
                page.url,
            )
        )
    print_table("", ["at (UTC)", "source", "outcome", "score", "reason", "title", "url"], rows)
