"""A small house for the steps that write to readers.

It has a ledger, a clock, and a beat with the searches of the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipelines.adapters.clock import FixedClock
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.alerts.anomalies import watch_searches
from pipelines.alerts.digests import send_digests
from pipelines.alerts.outbox import send_due
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.beat.searches import ParsedSearch
from pipelines.model import (
    Delivery,
    KibanaPlace,
    LedgerDecision,
    OutboxMail,
    Outcome,
    ReadingRoom,
    SavedSearch,
    StoredArticle,
    Trouble,
)
from pipelines.ports import Ledger, Mailer
from pipelines.query import parse
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story
from tests.usual_beat import usual_beat


@dataclass
class Inbox:
    """A mailer that takes everything; `error` is raised instead while it is set."""

    taken: list[OutboxMail] = field(default_factory=list)
    error: Exception | None = None

    def send(self, mail: OutboxMail) -> Delivery:
        if self.error:
            raise self.error
        self.taken.append(mail)
        return Delivery("inbox")

    @property
    def keys(self) -> list[str]:
        return [mail.key for mail in self.taken]


class Newsroom:
    """What the steps work with, and shorthands to hand it articles.

    Articles go by number (see `ledger_values`).
    """

    def __init__(
        self, *searches: SavedSearch, ledger: Ledger | None = None, mailer: Mailer | None = None
    ) -> None:
        standing = tuple(ParsedSearch(s, parse(s.query)) for s in searches or (canola(),))
        self.beat = replace(usual_beat(), searches=standing, sources=())
        self.ledger: Ledger = ledger or MemoryLedger()
        self.clock = FixedClock(NOON)
        self.mail_from = "Maplewire <mw@desk.example>"
        self.kibana_url = None
        self.kibana_place = KibanaPlace()
        self.unsubscribe_mail = None
        self.reading_room: ReadingRoom | None = None
        self.inbox = Inbox()
        self.mailer: Mailer = mailer or self.inbox
        self.troubles: list[Trouble] = []
        self.run = self.ledger.start_run(NOON)

    def take(
        self,
        story: str,
        *numbers: int,
        joined_story_ids: tuple[str, ...] = (),
        stored: StoredArticle | None = None,
        **fields: Any,
    ) -> None:
        """Take the last of `numbers` into a story of them all."""
        newest = stored or a_stored(numbers[-1], title="Canola duties", collected=self.clock.at)
        options = {name: fields.pop(name) for name in ("history",) if name in fields}
        self.decide(
            a_page_placed(
                newest, a_story(story, *numbers, **fields), joined_story_ids=joined_story_ids, **options
            )
        )

    def decide(self, decision: LedgerDecision) -> None:
        with self.ledger.deciding() as deciding:
            deciding.take(decision, self.run)

    def tell(self) -> list[str]:
        """Do every step once; return the keys of the mails that left by it."""
        before = len(self.inbox.taken)
        decide_alerts(self, self.troubles)
        watch_searches(self, self.troubles)
        send_digests(self, self.troubles)
        send_due(self.ledger, self.mailer, self.clock, "test", self.troubles)
        return self.inbox.keys[before:]

    def later(self, **delta: float) -> Newsroom:
        self.clock.at += timedelta(**delta)
        return self

    def at(self, text: str) -> Newsroom:
        self.clock.at = datetime.fromisoformat(text).replace(tzinfo=NOON.tzinfo)
        return self


def canola(**fields: Any) -> SavedSearch:
    defaults = {
        "id": "canola",
        "name": "Canola",
        "query": "canola",
        "to": ("desk@newsroom.example",),
        "zone": "America/Toronto",
    }
    return SavedSearch(**defaults | fields)


UPDATED = Outcome.UPDATE
