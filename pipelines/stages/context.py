"""What a run works with, and what went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlers.batch import (
    BatchFolder,
)
from crawlers.crawl import CrawlSettings
from pipelines.beat.beat import Beat
from pipelines.ports import Batches, Clock, Ledger, Mailer, SearchIndex
from pipelines.revisions import USUAL_RECHECKS, RecheckPolicy

Progress = Callable[[Mapping[str, Any]], None]


def _ignore_progress(_: Mapping[str, Any]) -> None:
    """The default progress: tell nobody."""


@dataclass(frozen=True)
class RunContext:
    """What a run works with, wired by `bootstrap`."""

    beat: Beat
    ledger: Ledger
    index: SearchIndex
    mailer: Mailer
    clock: Clock
    crawl: CrawlSettings
    home: Path
    mail_from: str
    kibana_url: str | None = None
    progress: Progress = _ignore_progress
    looks: RecheckPolicy = USUAL_RECHECKS
    """Whether and when pages are looked at again."""
    store: Batches | None = None
    """Where batches go when they are complete, None for the folder they are written to."""

    @property
    def batches(self) -> Batches:
        return self.store or BatchFolder(self.crawl.batch_dir)


@dataclass
class RunProblems:
    """What went wrong in a run without stopping it: one sentence each, and the bugs themselves."""

    troubles: list[str] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)
    mails_sent: int = 0
    indexed: int = 0
