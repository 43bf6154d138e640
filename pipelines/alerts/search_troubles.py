"""What keeps the messages of a search from its readers (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.beat.searches import Channel, return_command
from pipelines.model import OutboxMail, PausedAddress, SavedSearch
from pipelines.text.counts import counted


def search_troubles(
    search: SavedSearch,
    channels: Iterable[Channel],
    owed: Sequence[OutboxMail],
    paused: Sequence[PausedAddress],
) -> list[str]:
    """Return a sentence for each thing that keeps messages of a search from leaving.

    `owed` are all messages that have not left, `paused` the addresses that get nothing.
    """
    troubles: list[str] = []
    for channel in channels:
        if channel.id in search.channels:
            troubles += channel.list_problems()
    for one in paused:
        if one.address in (*search.to, *search.channels):
            troubles.append(f"{one.address} is paused since {one.since:%Y-%m-%d}: {one.why}")
    for address in search.left:
        troubles.append(f"{address} unsubscribed; to undo it: {return_command(search, address)}")
    for recipient in (*search.to, *search.channels):
        waiting = _waiting_for(recipient, owed)
        if waiting:
            number = counted(len(waiting), "message waits", "messages wait")
            troubles.append(f"{number} for {recipient}: {waiting[-1].last_error}")
    return troubles


def _waiting_for(recipient: str, owed: Iterable[OutboxMail]) -> list[OutboxMail]:
    """Return the messages that were tried in vain for a recipient."""
    found = []
    for mail in owed:
        if recipient in mail.owed and mail.last_error is not None:
            found.append(mail)
    return found
