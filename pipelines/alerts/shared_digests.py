"""Digests of several searches in one mail for each of their readers (pure).

Canola, to desk and boss ──┐                          desk: Canola and Ports
Ports, to desk           ──┴─► due at the same time ─► boss: Canola

DigestPart is what one search adds. What goes through a channel stays a message of each search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.alerts.digest_content import compose_digest, compose_sections
from pipelines.alerts.digest_section import DigestSection
from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.messages import free_key
from pipelines.alerts.payload import channel_messages
from pipelines.model import OutboxMail, SavedSearch


@dataclass(frozen=True, slots=True)
class DigestPart:
    """The digest of one search, with the key that its mail has where it stands alone."""

    key: str
    section: DigestSection


def groups_of_readers(searches: Sequence[SavedSearch]) -> list[frozenset[str]]:
    """Return the ids of searches whose digests may stand in one mail, together.

    Two of them have a reader and a language in common. What an immediate search held back stays alone,
    because it answers the mails that it goes on with.
    """
    groups: list[list[SavedSearch]] = []
    for search in searches:
        joined = [search]
        apart: list[list[SavedSearch]] = []
        for group in groups:
            if any(_have_common_reader(search, other) for other in group):
                joined = [*group, *joined]
            else:
                apart.append(group)
        groups = [*apart, joined]
    return [frozenset(search.id for search in group) for group in groups]


def _have_common_reader(a: SavedSearch, b: SavedSearch) -> bool:
    if "immediate" in (a.cadence, b.cadence) or a.language != b.language:
        return False
    return bool(_mailboxes(a).keys() & _mailboxes(b).keys())


def _mailboxes(search: SavedSearch) -> dict[str, str]:
    """Return the addresses of a search, by the reader that each stands for."""
    return {address.casefold(): address for address in search.to}


def shared_messages(parts: Sequence[DigestPart], context: MailContext) -> tuple[list[OutboxMail], list[str]]:
    """Return one mail for each reader, and the key that tells each digest."""
    messages: list[OutboxMail] = []
    keys: dict[int, str] = {}
    for places, addresses in _addresses_by_parts(parts).items():
        shared = [parts[place] for place in places]
        key = free_key(shared[0].key, {message.key for message in messages})
        twin = None if key == shared[0].key else shared[0].key
        sections = [part.section for part in shared]
        messages.append(compose_sections(sections, tuple(addresses), key, context, twin=twin))
        for place in places:
            keys.setdefault(place, key)
    for part in parts:
        messages.extend(_channel_messages(part, context))
    return messages, [keys[place] for place in range(len(parts))]


def _addresses_by_parts(parts: Sequence[DigestPart]) -> dict[tuple[int, ...], list[str]]:
    """Return the addresses of readers by the places of the digests that they get."""
    places: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    for place, part in enumerate(parts):
        for reader, address in _mailboxes(part.section.search).items():
            places.setdefault(reader, []).append(place)
            written.setdefault(reader, address)
    found: dict[tuple[int, ...], list[str]] = {}
    for reader, of_reader in places.items():
        found.setdefault(tuple(of_reader), []).append(written[reader])
    return found


def _channel_messages(part: DigestPart, context: MailContext) -> list[OutboxMail]:
    section = part.section
    search = section.search
    if not search.channels:
        return []
    alone = compose_digest(search, part.key, section.items, context, section.week, since=section.since)
    return channel_messages(search, alone, section.items, context)
