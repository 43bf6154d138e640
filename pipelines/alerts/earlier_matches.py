"""What searches were asked about in earlier runs.

A story that came in before a search was added, resumed or changed is no news to it, also when it gets a copy
today. The ledger does not keep when a search was added. But an article that was there at the last run, and
matches the search as it is now, would have been told then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from pipelines.alerts.clock_marks import last_run
from pipelines.alerts.conditions import refusal
from pipelines.alerts.search_matcher import Matcher
from pipelines.beat.searches import ParsedSearch
from pipelines.model import Document, SavedSearch, Story, StoryChange
from pipelines.ports import Ledger

#: Watermark of the last arrival that all searches were asked about.
_ASKED = "alert arrivals"
#: What may let a search tell of a story that it refused before: another origin, a person's word.
_OPENING_TURNS = (StoryChange.ORIGIN, StoryChange.WORD)

#: Tells whether an article was no news to a search when it was first seen.
IsNoNews = Callable[[Document, SavedSearch], bool]


class EarlierMatches:
    """What earlier runs have asked the searches about.

    Read it before a run notes that it began.
    """

    def __init__(self, ledger: Ledger, asked: int, newest: int) -> None:
        self._ledger = ledger
        self._asked = asked
        self._newest = newest
        self._last_run = last_run(ledger)
        self._documents: dict[str, list[Document]] = {}

    @classmethod
    def read(cls, ledger: Ledger, now: datetime) -> Self:
        # Nothing that is there now was collected later than that.
        newest = ledger.arrival_before(now + timedelta(days=1))
        return cls(ledger, ledger.watermark(_ASKED), newest)

    def note_asked(self) -> None:
        """Note that the searches were asked about all of it.

        That is all that was there when this was read.
        """
        if self._newest > self._asked:
            self._ledger.set_watermark(_ASKED, self._newest)

    def has_match(self, parsed: ParsedSearch, story: Story, is_no_news: IsNoNews) -> bool:
        """Tell whether an earlier run would have told of a story.

        By the search as it is now.
        """
        last = self._last_run
        if last is None or not self._asked:
            return False
        earlier = self._documents_at(last, story.id)
        if not earlier:
            return False
        (matching,) = Matcher([parsed.query]).match(earlier)
        news: list[Document] = []
        for document in matching:
            if not is_no_news(document, parsed.search):
                news.append(document)
        if not news or refusal(parsed.search, story, news) is not None:
            return False
        for event in self._ledger.history(story.id):
            if event.turn in _OPENING_TURNS and event.at >= last:
                return False
        return True

    def _documents_at(self, last_run: datetime, story_id: str) -> list[Document]:
        """Return the articles that were as they are at the last run."""
        # Several searches ask for the same story.
        if story_id not in self._documents:
            self._documents[story_id] = []
            for arrival, document in self._ledger.arrivals_since(0, story_id=story_id):
                if arrival > self._asked:
                    continue
                if document.collected <= last_run:
                    self._documents[story_id].append(document)
                else:
                    # It was edited since, and may match only by the edit: what it said then is asked.
                    self._documents[story_id].extend(self._former_states(document, last_run))
        return self._documents[story_id]

    def _former_states(self, document: Document, last_run: datetime) -> list[Document]:
        """Return what an article said at the last run, none where that is not kept."""
        found: list[Document] = []
        for version in self._ledger.versions(document.id):
            if version.held is None and version.collected <= last_run:
                state = replace(
                    document,
                    title=version.title,
                    body=version.body,
                    summary="",
                    collected=version.collected,
                )
                found.append(state)
        return found[-1:]
