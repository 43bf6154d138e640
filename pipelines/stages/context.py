"""What a run works with, and what went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawlers.batch import BatchFolder
from crawlers.crawl import CrawlSettings
from crawlers.errors import CrawlError, PermanentError
from crawlers.model import Source
from pipelines.beat.beat import Beat
from pipelines.ingest.page_reader import DirectPageReader, PageReader
from pipelines.model import USUAL_RECHECKS, KibanaPlace, ReadingRoom, RecheckPolicy, Trouble, TroubleKind
from pipelines.ports import Batches, Clock, Ledger, Mailer, SearchIndex

#: Called with an event as a mapping; "event" names it.
Progress = Callable[[Mapping[str, Any]], None]


def _ignore_progress(_: Mapping[str, Any]) -> None:
    """Tell nobody: the default."""


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
    kibana_place: KibanaPlace = field(default_factory=KibanaPlace)
    #: Where somebody reads who wants no more mails.
    unsubscribe_mail: str | None = None
    reading_room: ReadingRoom | None = None
    #: Where feeds of the searches are written, None to write none.
    feeds_dir: Path | None = None
    progress: Progress = _ignore_progress
    #: Whether and when pages are fetched again.
    rechecks: RecheckPolicy = USUAL_RECHECKS
    #: Where batches go when they are complete, None for the folder that they are written to.
    store: Batches | None = None
    #: Whether pages that name too little of the beat are left unread.
    screens: bool = True
    #: What reads pages within limits, None to read them in this process.
    page_reader: PageReader | None = None

    @property
    def reader(self) -> PageReader:
        """What reads pages."""
        return self.page_reader or DirectPageReader(self.beat)

    @property
    def batches(self) -> Batches:
        """The store of complete batches."""
        return self.store or BatchFolder(self.crawl.batch_dir)

    def reading_all(self) -> RunContext:
        """Return what a run works with that reads every page."""
        return replace(self, screens=False)

    def enabled_sources(self, source_ids: Collection[str] = ()) -> list[Source]:
        """Return the sources of the beat that are turned on.

        Those named, or all where none is.
        """
        sources: list[Source] = []
        for source in self.beat.sources:
            if source.enabled and (not source_ids or source.id in source_ids):
                sources.append(source)
        return sources


@dataclass
class RunProblems:
    """What went wrong in a run without stopping it.

    One sentence each, and the bugs themselves.
    """

    troubles: list[Trouble] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)
    mails_sent: int = 0
    indexed: int = 0
    #: What a person is told while mail is held, None where it leaves. It is somebody's wish and no failure.
    mail_hold: str | None = None

    def add_temporary(self, text: str) -> None:
        """Note trouble that may be over when the same is tried again."""
        self.troubles.append(Trouble(TroubleKind.TEMPORARY, text))

    def add_permanent(self, text: str) -> None:
        """Note trouble that a person has to mend."""
        self.troubles.append(Trouble(TroubleKind.PERMANENT, text))

    def add_error(self, error: CrawlError, text: str) -> None:
        """Note an error that was caught, as lasting as its type says."""
        if isinstance(error, PermanentError):
            self.add_permanent(text)
        else:
            self.add_temporary(text)

    @property
    def sentences(self) -> list[str]:
        """The troubles as a person reads them, in the order in which they came."""
        found: list[str] = []
        for trouble in self.troubles:
            found.append(trouble.text)
        if self.mail_hold is not None:
            found.append(self.mail_hold)
        return found

    @property
    def has_permanent_trouble(self) -> bool:
        """Whether something is wrong that trying again does not mend."""
        return any(trouble.kind is TroubleKind.PERMANENT for trouble in self.troubles)
