"""Turning sources off and on in the catalogue.

The command does it, and the answer to a question about a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawlers.errors import CatalogueError
from crawlers.source_file import set_enabled
from pipelines.alerts.wording import one_line

if TYPE_CHECKING:
    from pipelines.beat.beat import Beat


def switch_sources(beat: Beat, ids: Sequence[str], *, enabled: bool, reason: str | None = None) -> list[str]:
    """Turn sources off or on; return the ids of those that were the other way.

    Raises CatalogueError with all ids that the catalogue has not, and where it cannot be written.
    """
    problems = []
    for source_id in dict.fromkeys(ids):
        if beat.source(source_id) is None:
            problems.append(f"no source “{source_id}”; `maplewire sources list` shows them")
    if problems:
        raise CatalogueError(problems)
    return set_enabled(
        beat.folder / "sources.yaml", ids, enabled=enabled, reason=one_line(reason or "") or None
    )
