"""What is counted of an article that came in, and what orders its story."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Arrival(NamedTuple):
    """What pages count of one article: its document without texts and names."""

    #: Its place in the order of arrival.
    number: int
    story_id: str
    source: str
    source_name: str
    lang: str | None
    country: str | None
    kind: str
    topics: tuple[str, ...]
    collected: datetime
    published: datetime | None
    #: When its story was first seen.
    first_seen: datetime


class CountedChange(NamedTuple):
    """What is counted of an article that changed."""

    #: Its place in the order of changes.
    seq: int
    #: Its place in the order of arrival, which stays.
    number: int
    #: None for an article that is off the beat now.
    arrival: Arrival | None


class StoryRank(NamedTuple):
    """What orders stories: how much each is reported."""

    story_id: str
    independent: int
    copies: int
    last_seen: datetime

    @property
    def order(self) -> tuple[int, int, float, str]:
        """The smallest is that of the most reported story."""
        return -self.independent, -self.copies, -self.last_seen.timestamp(), self.story_id
