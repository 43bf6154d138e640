"""The messages of an alert: a mail, and the same for each channel of its search."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, MailContext, RelatedItem
from pipelines.alerts.payload import channel_messages
from pipelines.alerts.shared_news import SearchNews, readers_by_news
from pipelines.alerts.told_events import CHANNEL, Reader, reader_of
from pipelines.model import MAIL, Alert, OutboxMail, SavedSearch

#: A week, and a day for what a change of clocks moves: the longest that a weekly digest is waited for.
LONGEST_WAIT = timedelta(days=8)


def is_leaving(alert: Alert, now: datetime) -> bool:
    """Tell whether an alert is held until now and no longer."""
    if alert.state != "held" or alert.due is None:
        return False
    # What lies further ahead was set by a clock that was wrong.
    return alert.due <= now or alert.due - now > LONGEST_WAIT


def messages_of(
    search: SavedSearch, mail: OutboxMail, items: Sequence[AlertItem], context: MailContext
) -> list[OutboxMail]:
    """Return the mail and the same for each channel of the search.

    The first message bears the key of the alert, because the alert names its message by that key.
    So a search without a mail address gives the mail's key to its first channel.
    """
    others = channel_messages(search, mail, items, context)
    if search.to:
        return [mail, *others]
    if not others:
        # Neither an address nor a channel: there is nobody to write to.
        return []
    return [replace(others[0], key=mail.key), *others[1:]]


@dataclass(frozen=True, slots=True)
class EventMessages:
    """The messages about one event, and by which of them each search has told it."""

    messages: tuple[OutboxMail, ...]
    #: The key of a message for each of the news, in their order; None where nobody gets any.
    keys: tuple[str | None, ...]


def event_messages(
    event: Sequence[SearchNews],
    item_of: Callable[[Sequence[SearchNews]], AlertItem],
    context: MailContext,
) -> EventMessages:
    """Return one message about an event for each of its readers.

    `event` are the news of searches that tell of it. A reader of several gets one mail that names them.
    """
    messages: list[OutboxMail] = []
    key_of_place: dict[int, str] = {}
    for places, readers in readers_by_news(event).items():
        shared = [event[place] for place in places]
        written = _shared_messages(shared, readers, item_of(shared), context, {m.key for m in messages})
        messages.extend(written)
        for place in places:
            key_of_place.setdefault(place, written[0].key)
    return EventMessages(tuple(messages), tuple(key_of_place.get(place) for place in range(len(event))))


def _shared_messages(
    shared: Sequence[SearchNews],
    readers: Sequence[Reader],
    item: AlertItem,
    context: MailContext,
    used: Collection[str],
) -> list[OutboxMail]:
    """Return the messages to readers who get the same of the same searches."""
    search = shared[0].search
    others = [one.search for one in shared[1:]]
    addresses: list[str] = []
    channels: list[str] = []
    for one in shared:
        addresses.extend(one.search.to)
        channels.extend(one.search.channels)
    addressed = replace(
        search, to=_names_of(MAIL, readers, addresses), channels=_names_of(CHANNEL, readers, channels)
    )
    mail = compose(addressed, item, context, others=others, key=free_key(item.head.key, used))
    if not addressed.to and item.head.key in used:
        # Another message bears the key already. Those to channels have keys of their own.
        return channel_messages(addressed, replace(mail, key=item.head.key), item.split(), context)
    return messages_of(addressed, mail, item.split(), context)


def _names_of(way: str, readers: Collection[Reader], names: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses or channels of these readers, as they are written first."""
    found: dict[Reader, str] = {}
    for name in names:
        reader = reader_of(way, name)
        if reader in readers:
            found.setdefault(reader, name)
    return tuple(found.values())


def free_key(key: str, used: Collection[str]) -> str:
    """Return a key that no other of these messages has."""
    number = 1
    free = key
    while free in used:
        number += 1
        free = f"{key}~{number}"
    return free


def note_messages(
    search: SavedSearch,
    alert: Alert,
    context: MailContext,
    week: Sequence[tuple[date, int]] = (),
    related: tuple[RelatedItem, ...] = (),
) -> list[OutboxMail]:
    """Return the messages of an alert that is about no story."""
    # It bears bars of the week in place of a story, since numbers are what it is about.
    item = AlertItem((alert,), related=related)
    return messages_of(search, compose(search, item, context, week), [item], context)
