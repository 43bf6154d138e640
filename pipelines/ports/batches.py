"""The port for complete batches."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from crawlers.batch import BatchFacts


class Batches(Protocol):
    """Complete batches, by the names of their files (ID.warc.gz), where every worker finds them.

    Raises TemporaryError while their place is away.
    """

    def publish(self, path: Path) -> None:
        """Make a batch that a crawl has completed on this machine visible to every worker. Harmless a second time."""
        ...

    def names(self) -> list[str]:
        """Return all batches, oldest first."""
        ...

    def reading(self, name: str) -> AbstractContextManager[Path | None]:
        """Give a batch as a local file for the length of the block; None where there is no such batch.

        An absolute path is a file of this machine that somebody named.
        """
        ...

    def facts(self, name: str) -> BatchFacts | None:
        """Return when a batch was completed and its size, None where there is no such batch."""
        ...

    def remove(self, name: str) -> None:
        """Remove a batch for good. Harmless where there is none."""
        ...
