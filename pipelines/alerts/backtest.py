"""What a search would have done in some weeks (pure).

Its stories and mails, its overlap with other searches, and what it nearly found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.alerts.cadence import next_slot
from pipelines.alerts.conditions import lacking, refusal
from pipelines.alerts.looser_query import looser
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Document, SavedSearch, Story
from pipelines.query import Query

#: Less than that says nothing of a week: one busy morning would become a number of mails.
LEAST_STORED_DAYS = 2


@dataclass(frozen=True, slots=True)
class TrialSpan:
    """The time that a search is tried on."""

    #: That was asked for.
    days: int
    #: Of which there is something stored: rates are of this time.
    stored: timedelta
    #: Returns one name for all stories of an event.
    event_of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a search would have found in some weeks."""

    days: int
    #: Days of these of which there is something stored.
    stored_days: float
    #: Ids of the stories that it would have told, the newest first.
    stories: tuple[str, ...]
    mails: int
    #: Events that they are about: the reports of one are one mail.
    events: int
    #: Ids of the stories of its newest mail, the newest first.
    last_mail: tuple[str, ...]
    #: Stories that matched and were kept out, counted by the reason.
    refused: Mapping[str, int]
    #: Stories that another saved search finds too, by its id, most first.
    overlap: Mapping[str, int]
    #: Stories that only the looser form finds, and how it is looser.
    missed: tuple[str, ...]
    looser: str

    @property
    def mails_a_week(self) -> float | None:
        """Return the mails of a usual week, None where too little is stored to tell."""
        if self.stored_days < min(LEAST_STORED_DAYS, self.days):
            return None
        return 7 * self.mails / self.stored_days


def back_test(
    search: SavedSearch,
    query: Query,
    documents: Sequence[Document],
    stories: Mapping[str, Story],
    others: Sequence[tuple[str, Query]],
    span: TrialSpan,
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
    mails = _mails_of(search, told, span)
    return BackTest(
        days=span.days,
        stored_days=round(span.stored / timedelta(days=1), 1),
        stories=tuple(sorted(told, key=lambda story_id: told[story_id], reverse=True)),
        mails=len(mails),
        events=len({span.event_of(story_id) for story_id in told}),
        last_mail=mails[-1] if mails else (),
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


def _mails_of(search: SavedSearch, told: Mapping[str, datetime], span: TrialSpan) -> list[tuple[str, ...]]:
    """Return the stories of each mail that would have told them, the newest mail last.

    Reports of one event are one mail, unless the search wants each story alone; a digest is one.
    """
    # Quiet hours and ceilings join mails too. They are left out, so the number is an upper bound.
    mails: dict[object, list[str]] = {}
    for story_id in sorted(told, key=lambda story_id: told[story_id]):
        mails.setdefault(_mail_of(search, story_id, told[story_id], span), []).append(story_id)
    return [tuple(reversed(story_ids)) for story_ids in mails.values()]


def _mail_of(search: SavedSearch, story_id: str, at: datetime, span: TrialSpan) -> object:
    """Return what the stories of one mail have in common."""
    if search.cadence != "immediate":
        return next_slot(search, at)
    if search.group == "event":
        return span.event_of(story_id)
    return story_id
