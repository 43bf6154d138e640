"""Records as a WARC file has them: each a gzip member of its own."""

from __future__ import annotations

import zlib
from typing import IO

#: Level 9 takes three times as long for a batch, which then is a sixth smaller.
_LEVEL = 1
#: zlib's sign for a gzip member.
_GZIP = zlib.MAX_WBITS + 16


class GzipMembers:
    """What is written between two flushes becomes one member of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        """Add a piece to the member."""
        self._pieces.append(piece)

    def flush(self) -> None:
        """Write the member. Nothing is written where it is empty."""
        content = b"".join(self._pieces)
        self._pieces.clear()
        if content:
            self._file.write(zlib.compress(content, _LEVEL, _GZIP))
