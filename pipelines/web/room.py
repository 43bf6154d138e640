"""What the pages of the reading room read from."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.beat.label import name_in
from pipelines.beat.searches import Searches, load_searches
from pipelines.bootstrap import App
from pipelines.web.arrivals import Arrivals

if TYPE_CHECKING:
    from pipelines.alerts.mail_context import MailContext
    from pipelines.beat.beat import Beat
    from pipelines.config import Settings
    from pipelines.ports import Ledger, SearchIndex

#: How old the health of the watch may be that a page shows: it is worked out from all sources.
_HEALTH_AGE_S = 60.0


class Room:
    """The ledger, the search index and the beat, for the threads that answer readers.

    One ledger serves all threads. Each thread has a search index of its own, as SQLite asks for.
    """

    def __init__(self, maplewire: App) -> None:
        self.maplewire = maplewire
        self.arrivals = Arrivals(maplewire.ledger)
        #: Held by whoever changes something: one person after the other.
        self.changing = threading.Lock()
        self._own = threading.local()
        self._health_lock = threading.Lock()
        self._health: MailContext | None = None

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
        """Return the receipt of the watch, at most a minute old.

        With clocks and names.
        """
        with self._health_lock:
            now = self.now()
            known = self._health
            if known is None or abs((now - known.now).total_seconds()) > _HEALTH_AGE_S:
                from pipelines.alerts.context import mail_context_of

                known = mail_context_of(self.maplewire.parts)
                self._health = known
            return known
