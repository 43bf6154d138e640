"""The port for complete batches."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from crawlers.batch import BatchFacts


class Batches(Protocol):
    """Complete batches, by the names of their files, where every worker finds them.

    A name is ID.warc.gz. Raises TemporaryError while the place is away.
    """

    def publish(self, path: Path) -> None:
        """Make a batch of this machine visible to every worker.

        A crawl has completed it. Harmless a second time.
        """
        ...

    def names(self) -> list[str]:
        """Return all batches, oldest first."""
        ...

    def reading(self, name: str) -> AbstractContextManager[Path | None]:
        """Give a batch as a local file for the length of the block, or None.

        None stands for a batch that is not there. An absolute path is a file of this machine that
        somebody named.
        """
        ...

    def facts(self, name: str) -> BatchFacts | None:
        """Return when a batch was completed and its size, None where it is not there."""
        ...

    def remove(self, name: str) -> None:
        """Remove a batch for good; harmless where it is not there."""
        ...
