"""What the steps that write to readers work with."""

from __future__ import annotations

from typing import Protocol

from pipelines.alerts.clock_marks import last_pause
from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.receipt import write_receipt
from pipelines.alerts.source_record import read_source_health
from pipelines.beat.beat import Beat
from pipelines.beat.label import name_in
from pipelines.model import KibanaPlace, ReadingRoom
from pipelines.ports import Clock, Ledger


# A protocol, because the stages lie above: they wire the steps, and the steps do not know them.
class NotifyContext(Protocol):
    """What the steps work with; `pipelines.stages.context.RunContext` is one."""

    @property
    def beat(self) -> Beat: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def kibana_url(self) -> str | None: ...
    @property
    def kibana_place(self) -> KibanaPlace: ...
    @property
    def unsubscribe_mail(self) -> str | None: ...
    @property
    def reading_room(self) -> ReadingRoom | None: ...


def mail_context_of(context: NotifyContext) -> MailContext:
    """Return what all mails that are written now have in common."""
    ledger = context.ledger
    beat = context.beat
    now = context.clock.now()
    receipt = write_receipt(
        beat.sources,
        ledger.feed_states(),
        ledger.quarantined(),
        now,
        last_pause(ledger, now),
        read_source_health(ledger, beat.sources, now),
    )
    # The catalogue knows the owners of small outlets, which no list of well-known names has.
    state_media: set[str] = set()
    for source in beat.sources:
        if source.owner == "state":
            state_media.add(source.name)
    state_media.update(outlet.name for outlet in beat.outlets if outlet.kind == "state_media")
    return MailContext(
        mail_from=context.mail_from,
        now=now,
        receipt=receipt,
        beat=beat.name,
        beat_names=beat.names,
        topics={topic.id: name_in(topic.name) for topic in beat.terms.topics},
        english=beat.terms.english,
        kibana_url=context.kibana_url,
        kibana_place=context.kibana_place,
        unsubscribe_mail=context.unsubscribe_mail,
        reading_room=context.reading_room,
        state_media=frozenset(state_media),
        clocks=beat.clocks,
        side_names=beat.terms.side_names,
        topic_names={topic.id: topic.name for topic in beat.terms.topics},
    )
