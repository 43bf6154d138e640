"""What a search would have done in some weeks (pure).

Its stories and mails, its overlap with other searches, and what it nearly found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.alerts.cadence import next_slot
from pipelines.alerts.conditions import lacking, refusal
from pipelines.alerts.looser_query import looser
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Document, SavedSearch, Story
from pipelines.query import Query


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a search would have found in some weeks."""

    days: int
    #: Ids of the stories that it would have told, the newest first.
    stories: tuple[str, ...]
    mails: int
    #: Stories that matched and were kept out, counted by the reason.
    refused: Mapping[str, int]
    #: Stories that another saved search finds too, by its id, most first.
    overlap: Mapping[str, int]
    #: Stories that only the looser form finds, and how it is looser.
    missed: tuple[str, ...]
    looser: str

    @property
    def mails_a_week(self) -> float:
        return 7 * self.mails / self.days


def back_test(
    search: SavedSearch,
    query: Query,
    documents: Sequence[Document],
    stories: Mapping[str, Story],
    others: Sequence[tuple[str, Query]],
    days: int,
) -> BackTest:
    """Run a search on what came in over some days.

    `documents` come in the order of their arrival, `others` are the saved searches that there are.
    """
    loose_node, given_up = looser(query.root)
    loose_query = Query(query.text, loose_node)
    # All in one pass: what the queries share is looked at once.
    queries = [query, loose_query]
    queries.extend(other_query for _, other_query in others)
    found, found_loosely, *found_by_others = Matcher(queries).match(documents)
    matched = _by_story(found)
    told, refused = _divide_by_conditions(search, matched, stories)
    overlap: Counter[str] = Counter()
    for (other_id, _), hits in zip(others, found_by_others, strict=True):
        common = len(_by_story(hits).keys() & told.keys())
        if common:
            overlap[other_id] = common
    missed: list[str] = []
    for story_id in _by_story(found_loosely):
        if story_id not in matched:
            missed.append(story_id)
    return BackTest(
        days=days,
        stories=tuple(sorted(told, key=lambda story_id: told[story_id], reverse=True)),
        mails=_count_mails(search, told.values()),
        refused=refused,
        overlap=dict(overlap.most_common()),
        missed=tuple(missed),
        looser=given_up,
    )


def _divide_by_conditions(
    search: SavedSearch, matched: Mapping[str, Sequence[Document]], stories: Mapping[str, Story]
) -> tuple[dict[str, datetime], dict[str, int]]:
    """Return when each story would have been told, and counts of refusals.

    Refusals are counted by their reason.
    """
    told: dict[str, datetime] = {}
    refused: dict[str, int] = {}
    for story_id, documents in matched.items():
        story = stories.get(story_id)
        if story is None:
            continue
        reason = refusal(search, story, documents) or lacking(search, story)
        if reason:
            refused[reason] = refused.get(reason, 0) + 1
        else:
            told[story_id] = min(document.collected for document in documents)
    return told, refused


def _by_story(documents: Iterable[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(document.story_id, []).append(document)
    return found


def _count_mails(search: SavedSearch, times: Iterable[datetime]) -> int:
    """Count the mails of stories found at these times.

    Each is one mail, or each hour of a digest is one.
    """
    # Quiet hours and ceilings join mails too. They are left out, so the count is an upper bound.
    if search.cadence == "immediate":
        return len(list(times))
    return len({next_slot(search, at) for at in times})
