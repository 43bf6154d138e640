"""A person has sources asked again at once.

The next run asks them, whatever their pace or their failures say. A pause that a server
asked for is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawlers.errors import CatalogueError
from crawlers.model import FeedState
from pipelines.alerts.wording import one_line
from pipelines.beat.beat import Beat
from pipelines.ports import Ledger


def ask_sources_again(ledger: Ledger, beat: Beat, ids: Sequence[str], name: str, at: datetime) -> None:
    """Have sources be due now; who asked for it, and when, stands in their states.

    Raises CatalogueError with all ids that cannot be asked, and then changes nothing.
    """
    problems = []
    for source_id in dict.fromkeys(ids):
        source = beat.source(source_id)
        if source is None:
            problems.append(f"no source “{source_id}” in this beat")
        elif not source.enabled:
            problems.append(f"{source_id} is turned off; turn it on in sources.yaml first")
    if problems:
        raise CatalogueError(problems)
    known = ledger.feed_states()
    states = []
    for source_id in dict.fromkeys(ids):
        state = known.get(source_id) or FeedState(source_id)
        states.append(state.asked_by_person(one_line(name), at))
    ledger.save_feed_states(states)
