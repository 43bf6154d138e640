"""What a poll tells of known pages: that one is listed still, or was dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawlers.model import FeedState
from pipelines.model import RecheckState, article_id
from pipelines.revisions.listing_changes import pages_dropped_early
from pipelines.revisions.recheck import state_when_dropped, state_when_listed
from pipelines.stages.context import RunContext


def plan_looks_after_poll(
    context: RunContext, before: Mapping[str, FeedState], after: Sequence[FeedState], now: datetime
) -> None:
    """Have pages looked at that their listing speaks of.

    `before` are the states of feeds before the poll, by source, `after` those that came of it.
    """
    if context.rechecks.is_never:
        return
    listed: set[str] = set()
    dropped: set[str] = set()
    for state in after:
        for page in state.listed:
            listed.add(article_id(page.address))
        known = before.get(state.source_id)
        if known is not None:
            dropped.update(map(article_id, pages_dropped_early(known.listed, state.listed)))
    # What one source drops, another may list still.
    dropped -= listed
    rechecks = context.ledger.recheck_states(listed | dropped)
    changed: list[RecheckState] = []
    for id_, recheck in rechecks.items():
        decide = state_when_dropped if id_ in dropped else state_when_listed
        planned = decide(recheck, now, context.rechecks)
        if planned != recheck:
            changed.append(planned)
    if changed:
        context.ledger.save_recheck_states(changed)
