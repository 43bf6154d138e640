"""Which sources are gone for good, as far as their polls can tell (pure).

DeadSource is one of them. A site may be away for a day, and a single poll tells nothing of the days before
it: so the polls themselves have to lie a week apart, and the last one has to say that the listing is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.model import FailureClass, FeedState, Source
from pipelines.text.counts import counted

#: Failures that mean that the listing is gone, in the words of the question.
DEAD_FAILURES: Mapping[FailureClass, str] = {
    "gone": "answers 410 (gone)",
    "not_found": "answers 404 (not found)",
    "dns": "has a host name without an address",
}
#: The polls have failed for so long before anybody is asked.
LEAST_DEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeadSource:
    """A source whose listing is gone."""

    source: Source
    failure: FailureClass
    since: datetime
    #: When it was last asked.
    polled: datetime

    @property
    def reason(self) -> str:
        """What its polls say, and since when."""
        day = f"{self.since.day} {self.since:%B %Y}"
        return f"{DEAD_FAILURES[self.failure]} since {day}"

    @property
    def question(self) -> str:
        """What a person is asked."""
        days = counted((self.polled - self.since).days, "day")
        return f"{self.source.name} {self.reason}, for {days}. Turn it off?"

    @property
    def key(self) -> str:
        """The same text for the same failure, however long it lasts."""
        return f"{self.source.id}_{self.since:%Y-%m-%dT%H.%M}"


def find_dead_sources(sources: Iterable[Source], states: Mapping[str, FeedState]) -> list[DeadSource]:
    """Return the sources that are asked and gone for a week or more, in their order."""
    dead = []
    for source in sources:
        state = states.get(source.id)
        if not source.enabled or state is None:
            continue
        since = state.failing_since
        polled = state.last_polled
        failure = state.failure
        if failure is None or since is None or polled is None:
            continue
        if failure in DEAD_FAILURES and polled - since >= LEAST_DEAD:
            dead.append(DeadSource(source, failure, since, polled))
    return dead
