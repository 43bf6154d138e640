"""Rejudge: pages that were off the beat, judged by the terms as they are now.

    pages off the beat ──► read from their batches ──► judged ──► those on the beat now are decided anew
                                                         └──► the others stay as they are

So a second call finds nothing more to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawlers.batch import BACKFILL, read_pages
from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.ingest.page_reader import read_alone
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import AccountedPage, Outcome
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes
from pipelines.stages.process import batch_processor
from pipelines.stages.relate import relate_changed_stories

#: The newest pages that are judged where nobody says how many: a page takes some ten milliseconds.
USUAL_MOST = 20_000
#: Outcomes of pages that the judge left out.
_LEFT_OUT = (Outcome.OFF_BEAT, Outcome.BORDERLINE)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What became of pages that were judged again."""

    judged: int
    #: The pages that are on the beat now, with their outcome.
    found: tuple[tuple[Page, Outcome], ...]
    #: Whether there are older pages since that time, which were left for they are too many.
    has_older: bool = False


def rejudge(context: RunContext, since: datetime, problems: RunProblems, most: int = USUAL_MOST) -> Rejudged:
    """Judge the newest pages anew that were off the beat since some time.

    Pages whose batch is gone are reported. Readers are told by the next run.
    """
    run_id = context.ledger.start_run(context.clock.now())
    judged = 0
    found: list[tuple[Page, Outcome]] = []
    # One more tells whether there are others.
    left_out = context.ledger.accounted_pages(_LEFT_OUT, since, limit=most + 1)
    for batch_id, records in _records_by_batch(left_out[:most]).items():
        judged += len(records)
        path_name = context.ledger.batch_path(batch_id)
        if path_name is None:
            problems.add_permanent(_gone(batch_id, len(records)))
            continue
        with context.batches.reading(path_name) as path:
            if path is None:
                problems.add_permanent(_gone(batch_id, len(records)))
                continue
            processor = batch_processor(context, run_id, problems, again=True)
            for page, outcome in processor.take(batch_id, _on_beat_now(context, batch_id, records, path)):
                if outcome is not None:
                    found.append((page, outcome))
    relate_changed_stories(context)
    index_changes(context, problems)
    context.ledger.finish_run(run_id, context.clock.now(), 0, "pages off the beat, judged again")
    return Rejudged(judged, tuple(found), has_older=len(left_out) > most)


def _gone(batch_id: str, pages: int) -> str:
    return f"batch {batch_id} is gone, so {pages} pages of it cannot be judged again"


def _records_by_batch(left_out: Sequence[AccountedPage]) -> Mapping[str, set[int]]:
    """Return the records of pages that were left out, by batch."""
    records: dict[str, set[int]] = defaultdict(set)
    for accounted in left_out:
        records[accounted.account.batch_id].add(accounted.account.record)
    return dict(sorted(records.items()))


def _on_beat_now(
    context: RunContext, batch_id: str, records: set[int], path: Path
) -> Iterator[tuple[int, Page]]:
    """Yield the pages of a batch that the judge takes now."""
    learner = BoilerplateLearner(context.ledger)
    is_backfill = batch_id.startswith(BACKFILL)
    for record, page in read_pages(path):
        if record not in records:
            continue
        try:
            judged = read_alone(
                context.reader, page, learner.repeated_on, is_backfill=is_backfill, screens=context.screens
            )
        except PermanentError:
            # It shows no article, as it did before.
            continue
        if judged.relevance.relevant:
            yield record, page
