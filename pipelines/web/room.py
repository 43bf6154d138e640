"""What the pages of the reading room read from."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.beat.label import name_in
from pipelines.beat.searches import Searches, load_searches
from pipelines.bootstrap import App
from pipelines.web.arrivals import Arrivals
from pipelines.web.kept_results import KeptResults
from pipelines.web.kept_value import KeptValue
from pipelines.web.story_ranks import StoryRanks

if TYPE_CHECKING:
    from pipelines.alerts.mail_context import MailContext
    from pipelines.beat.beat import Beat
    from pipelines.beat.source_health import Health, Volumes
    from pipelines.config import Settings
    from pipelines.ports import Ledger, SearchIndex
    from pipelines.query import Query

#: Days that the pages of sources show.
VOLUME_DAYS = 30
#: How old the health of the watch may be that a page shows: it is worked out from all sources.
_HEALTH_AGE_S = 10.0
#: How old the results of a search may be, where nothing was written into the index since.
_RESULT_AGE_S = 30.0


class Room:
    """The ledger, the search index and the beat, for the threads that answer readers.

    One ledger serves all threads. Each thread has a search index of its own, as SQLite asks for.
    """

    def __init__(self, maplewire: App) -> None:
        self.maplewire = maplewire
        self.ranks = StoryRanks(maplewire.ledger)
        self.arrivals = Arrivals(maplewire.ledger, self.ranks.forget)
        #: Held by whoever changes something: one person after the other.
        self.changing = threading.Lock()
        self._own = threading.local()
        self._health = KeptValue(self._read_health, _HEALTH_AGE_S)
        #: What searches found lately.
        self.results = KeptResults(self._index_state, _RESULT_AGE_S)
        #: The health of each source, and the pages of the last weeks by source and day.
        self.source_health = KeptValue(self._read_source_health, _HEALTH_AGE_S)

    @property
    def settings(self) -> Settings:
        return self.maplewire.settings

    @property
    def ledger(self) -> Ledger:
        return self.maplewire.ledger

    @property
    def beat(self) -> Beat:
        return self.maplewire.beat

    @property
    def index(self) -> SearchIndex:
        """Return the search index of this thread."""
        opened: SearchIndex | None = getattr(self._own, "index", None)
        if opened is None:
            opened = App(self.settings, self.maplewire.clock).index
            self._own.index = opened
        return opened

    def now(self) -> datetime:
        """Return the time of the reading room's clock."""
        return self.maplewire.clock.now()

    def read_query(self, text: str, now: datetime) -> Query:
        """Return a query as the index answers it.

        Tags and stars are the stories that have them. Raises QueryError for one that cannot be read.
        """
        from pipelines.query import parse
        from pipelines.stories.remarked import with_remarked_stories

        return with_remarked_stories(self.ledger, parse(text, now=now))

    def doubts_about(self, text: str, now: datetime) -> list[str]:
        """Return what no article has of all that a query asks for."""
        from pipelines.query import parse
        from pipelines.stories.remarked import with_remarked_stories
        from pipelines.stories.value_doubts import remark_doubts, value_doubts
        from pipelines.stories.word_hints import word_hints

        query = parse(text, now=now)
        asked = with_remarked_stories(self.ledger, query)
        doubts = value_doubts(self.index, asked, lambda: self.beat)
        doubts += remark_doubts(self.ledger, query)
        return doubts + word_hints(self.index, asked)

    def searches(self) -> Searches:
        """Return the saved searches as their files say now."""
        return load_searches(self.settings.beat / "searches.yaml", self.settings.own_searches)

    @cached_property
    def topics(self) -> Mapping[str, Mapping[str, str]]:
        """Return the names of the beat's topics by language, by their ids."""
        names = {}
        for topic in self.beat.terms.topics:
            names[topic.id] = topic.name
        return names

    @cached_property
    def state_media(self) -> frozenset[str]:
        """Return the names of sources that a state owns.

        Those that everybody knows are not among them.
        """
        return self.health().state_media

    def topic_name(self, topic: str, language: str) -> str:
        """Return what a topic is called in a language."""
        if topic not in self.topics:
            return topic.capitalize()
        return name_in(self.topics[topic], language)

    def health(self) -> MailContext:
        """Return the receipt of the watch, at most ten seconds old.

        With clocks and names.
        """
        return self._health.at(self.now())

    def _index_state(self) -> int:
        """Return how far the index has come: all that is written to it moves that on."""
        from pipelines.stages.index import INDEX_WATERMARK

        return self.ledger.watermark(INDEX_WATERMARK)

    def _read_health(self) -> MailContext:
        from pipelines.alerts.context import mail_context_of

        return mail_context_of(self.maplewire.parts)

    def _read_source_health(self) -> tuple[Sequence[Health], Volumes]:
        from pipelines.alerts.source_record import read_source_health

        now = self.now()
        health = read_source_health(self.ledger, self.beat.sources, now)
        return health, self.ledger.volumes(now - timedelta(days=VOLUME_DAYS))
