"""Links by which a reader leaves saved searches (pure).

A mail is written once for all its readers. Its links are nobody's yet; each reader's copy gets links of
their own when it is sent, signed so that nobody can write one for somebody else:

    ROOM/leave/of-this-reader/canola,ports ──► ROOM/leave/WyJkZXNr….SIGNATURE
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from pipelines.model import ReadingRoom

_OPEN = "of-this-reader/"
#: Ids of saved searches, with commas between them.
_IDS = r"([A-Za-z0-9_,-]+)"
#: 128 bits: nobody finds a signature by trying.
_SIGNATURE_BYTES = 16
#: Signs nothing else: the key also signs the sessions of the reading room.
_PURPOSE = b"leave a saved search\0"
#: A line of a header has at most 998 characters (RFC 5322 §2.1.1), its name among them.
LONGEST_LINK = 900


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves which saved searches."""

    address: str
    search_ids: tuple[str, ...]


def open_link(room: ReadingRoom, search_ids: Iterable[str]) -> str:
    """Return a link that is nobody's yet."""
    return room.leave(_OPEN + ",".join(search_ids))


def shows_open_link(text: str) -> bool:
    """Tell whether a text has links that are nobody's yet, of any room."""
    return f"/leave/{_OPEN}" in text


def fits_header(room: ReadingRoom, search_ids: Sequence[str], addresses: Iterable[str]) -> bool:
    """Tell whether the link of each reader fits into a header."""
    links = LeaveLinks(room, "")
    for address in addresses:
        if len(links.link_of(Leaving(address, tuple(search_ids)))) > LONGEST_LINK:
            return False
    return room.url.isascii()


class LeaveLinks:
    """Writes and reads the links of a reading room, by the secret of its data folder."""

    def __init__(self, room: ReadingRoom, key: str) -> None:
        self._room = room
        self._key = key.encode()
        root = room.leave(_OPEN)
        # In HTML the address may be written with &amp;. Links to other servers are left as they are.
        roots = {re.escape(root), re.escape(escape(root))}
        self._open = re.compile(f"(?:{'|'.join(sorted(roots))}){_IDS}")

    def has_open_link(self, text: str) -> bool:
        """Tell whether a text has links that are nobody's yet."""
        return self._open.search(text) is not None

    def fill(self, text: str, address: str) -> str:
        """Return a text with the links of one reader."""

        def personal(found: re.Match[str]) -> str:
            return self.link_of(Leaving(address, tuple(found[1].split(","))))

        return self._open.sub(personal, text)

    def link_of(self, leaving: Leaving) -> str:
        """Return the link by which a reader leaves."""
        return self._room.leave(self.token_of(leaving))

    def token_of(self, leaving: Leaving) -> str:
        """Return what names reader and searches in a link, signed."""
        written = json.dumps([leaving.address, *leaving.search_ids], ensure_ascii=False)
        payload = _encode(written.encode())
        return f"{payload}.{self._sign(payload)}"

    def read(self, token: str) -> Leaving | None:
        """Return who leaves which searches, or None for a token that is not ours."""
        payload, _, signature = token.partition(".")
        # Bytes: a signature from outside may hold any character.
        if not hmac.compare_digest(self._sign(payload).encode(), signature.encode("utf-8", "replace")):
            return None
        address, *search_ids = json.loads(_decode(payload))
        return Leaving(address, tuple(search_ids))

    def _sign(self, payload: str) -> str:
        signed = hmac.new(self._key, _PURPOSE + payload.encode("utf-8", "replace"), hashlib.sha256)
        return _encode(signed.digest()[:_SIGNATURE_BYTES])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
