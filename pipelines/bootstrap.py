"""The one place that knows every adapter.

Settings go in, a wired App comes out.

Adapters are imported where they are made, so that a command loads only what it uses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawlers.errors import PermanentError
from crawlers.private_files import WEB_KEY, kept_secret, make_private_folder, tighten
from pipelines.adapters.clock import FixedClock, SystemClock
from pipelines.beat.home_beat import HomeBeat, choose_beat, note_beat
from pipelines.config import (
    Settings,
    default_user_agent,
    packaged_beat,
    packaged_beats,
    read_settings,
    reveal,
)

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.adapters.page_worker import WorkerPageReader
    from pipelines.alerts.leave_links import LeaveLinks
    from pipelines.beat.beat import Beat
    from pipelines.beat.beat_cache import BeatCache
    from pipelines.beat.outlets import Outlet
    from pipelines.beat.searches import Searches
    from pipelines.ports import Batches, Clock, Ledger, Mailer, SearchIndex
    from pipelines.stages.context import RunContext

log = logging.getLogger(__name__)

#: Is called with each event of the stages, as progress bars need them.
Progress = Callable[[Mapping[str, Any]], None]


class App:
    """All parts of one Maplewire, made on first use.

    `maplewire status` loads no terms and no searches. Use it as a context manager: leaving it closes what was
    opened. With `reading` nothing is made: a data folder that does not exist reads as an empty one.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        progress: Progress | None = None,
        *,
        reading: bool = False,
        home_beat: HomeBeat | None = None,
    ) -> None:
        self.settings = settings
        self.home_beat = home_beat or HomeBeat(settings.beat)
        self._given_clock = clock
        self.progress = progress
        self.reading = reading
        #: Is called before the stages are loaded: what they need costs time that not every command has.
        self.before_stages: Callable[[], None] | None = None

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        # A cached property is in __dict__ only after it was used.
        for name in ("page_reader", "ledger", "index"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @cached_property
    def clock(self) -> Clock:
        """Return the clock: the one given, that of a rehearsal, or the machine's."""
        if self._given_clock is not None:
            return self._given_clock
        # A command that works may put another ledger in place: it opens the ledger itself, or has none.
        if self.reading or "ledger" in self.__dict__:
            from pipelines.stages.rehearsal import time_of_rehearsal

            moment = time_of_rehearsal(self.ledger)
            if moment is not None:
                return FixedClock(moment)
        return SystemClock()

    @cached_property
    def beat(self) -> Beat:
        """Return the beat.

        Raises CatalogueError with a line for each mistake in its files.
        """
        from pipelines.beat.beat import load_beat

        return load_beat(self.settings.beat, own_searches=self.settings.own_searches, cache=self._beat_cache)

    @cached_property
    def sources(self) -> Sequence[Source]:
        """Return the sources of the beat, without the rest of it.

        Raises CatalogueError with a line for each mistake in their file.
        """
        if "beat" in self.__dict__:
            return self.beat.sources
        return self._beat_cache.load_sources()

    @cached_property
    def topic_ids(self) -> Sequence[str]:
        """Return the ids of the beat's topics, without the rest of it where they are kept.

        Raises CatalogueError with a line for each mistake in its files.
        """
        if "beat" not in self.__dict__:
            kept = self._beat_cache.find_topic_ids()
            if kept is not None:
                return kept
        return [topic.id for topic in self.beat.terms.topics]

    @cached_property
    def _beat_cache(self) -> BeatCache:
        from pipelines.beat.beat_cache import BeatCache

        return BeatCache(self.settings.home, self.settings.beat, self.settings.own_searches)

    @cached_property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return the organisations of the beat's own, without the rest of it.

        Raises CatalogueError with a line for each mistake in their file.
        """
        if "beat" in self.__dict__:
            return self.beat.outlets
        from pipelines.beat.outlets import load_outlets

        return load_outlets(self.settings.beat / "outlets.yaml")

    @cached_property
    def searches(self) -> Searches:
        """Return the saved searches and their channels.

        The rest of the beat is not read.

        Raises CatalogueError with a line for each mistake in their files.
        """
        kept = self._beat_cache.find_searches()
        if kept is not None:
            return kept
        from pipelines.beat.heading import load_heading
        from pipelines.beat.searches import load_searches

        clocks = load_heading(self.settings.beat / "beat.yaml").clocks
        # Digests leave by the clock of the readers, unless a search names another.
        zone = str(clocks[0].zone)
        searches = load_searches(self.settings.beat / "searches.yaml", self.settings.own_searches, zone)
        self._beat_cache.keep_searches(searches)
        for hint in searches.list_hints():
            log.warning(hint)
        return searches

    def check_beat(self) -> None:
        """Read the beat, so that its mistakes are raised early."""
        self.beat  # noqa: B018 - a cached property: it is read when it is first asked for

    def keep_beat(self) -> None:
        """Let the data folder belong to this beat from now on.

        Raises CatalogueError where another beat filled it.
        """
        self.home_beat.raise_conflict()
        # Nothing of ours may lie there: ledger, index and batches can be on servers.
        if self.settings.home.is_dir():
            self.note_beat(self.settings.beat)

    def note_beat(self, folder: Path) -> None:
        """Note a beat in the data folder, whatever is noted there."""
        self._make_home()
        try:
            note_beat(self.settings.home, folder, packaged_beats())
        except OSError as e:
            hint = "set MAPLEWIRE_HOME to a folder that you can write to"
            raise PermanentError(f"{self.settings.home}: cannot be written ({e.strerror}); {hint}") from e

    @cached_property
    def ledger(self) -> Ledger:
        """Return the ledger, its tables brought to this version."""
        if self.settings.ledger_url is None:
            if self.reading and not self.settings.ledger_file.exists():
                from pipelines.adapters.memory.ledger import MemoryLedger

                return MemoryLedger()
            self._make_home()
        from pipelines.adapters.ledger import open_ledger

        return open_ledger(self.settings.ledger)

    def migrate_ledger(self) -> None:
        """Bring the ledger's tables to this version.

        Opening it does that.
        """
        self.ledger  # noqa: B018 - a cached property: it is opened when it is first asked for

    @cached_property
    def index(self) -> SearchIndex:
        """Return the search index: Elasticsearch or SQLite."""
        if not self.settings.index.startswith("sqlite"):
            from pipelines.adapters.elastic_index import ElasticIndex

            return ElasticIndex(
                self.settings.index,
                api_key=reveal(self.settings.elasticsearch_api_key),
                ca_certs=self.settings.elasticsearch_ca_certs,
                prefix=self.settings.index_prefix,
            )
        if self.settings.index_url is None:
            if self.reading and not self.settings.index_file.exists():
                from pipelines.adapters.memory.search_index import MemoryIndex

                return MemoryIndex()
            self._make_home()
        from pipelines.adapters.sqlite_index import SqliteIndex

        return SqliteIndex(self.settings.index)

    @cached_property
    def mailer(self) -> Mailer:
        """Return what sends mail: a server, or a folder."""
        from pipelines.adapters.mail import FolderMailer, SmtpMailer

        smtp_url = reveal(self.settings.smtp_url)
        mailer = FolderMailer(self.settings.outbox_dir) if smtp_url is None else SmtpMailer(smtp_url)
        if self.leave_links is None:
            return mailer
        from pipelines.adapters.personal_mail import PersonalMailer

        return PersonalMailer(mailer, self.leave_links)

    @cached_property
    def leave_links(self) -> LeaveLinks | None:
        """Return the links by which readers leave searches, None without a reading room."""
        room = self.settings.reading_room
        if room is None:
            return None
        from pipelines.alerts.leave_links import LeaveLinks

        path = self.settings.home / WEB_KEY
        try:
            return LeaveLinks(room, kept_secret(path))
        except OSError as e:
            hint = "it signs the links of mails; give it to the user that runs Maplewire"
            raise PermanentError(f"{path}: cannot be read or made ({e.strerror}); {hint}") from e

    @cached_property
    def sender(self) -> Mailer:
        """Return what sends mail and messages to channels."""
        if not self.beat.channels:
            return self.mailer
        from pipelines.adapters.channels import ChannelRouter

        return ChannelRouter(self.mailer, self.beat.channels, self.clock)

    @cached_property
    def page_reader(self) -> WorkerPageReader:
        """Return what reads pages, in processes that can be ended."""
        from pipelines.adapters.page_worker import WorkerPageReader

        return WorkerPageReader(self.beat, workers=self.settings.page_workers)

    @cached_property
    def batches(self) -> Batches | None:
        """Return the store for batches, None for our own folder."""
        if self.settings.batches_url is None:
            return None
        from pipelines.adapters.batch_store import BatchStore

        return BatchStore(self.settings.batches_url, self.settings.batch_dir)

    @cached_property
    def parts(self) -> RunContext:
        """Return everything that the stages of a run need."""
        if self.before_stages is not None:
            self.before_stages()
        from crawlers.crawl import CrawlSettings
        from pipelines.model import RecheckPolicy
        from pipelines.stages.context import RunContext

        settings = self.settings
        # Without a listener the context has its own, which ignores all events.
        optional: dict[str, Any] = {}
        if self.progress:
            optional["progress"] = self.progress
        return RunContext(
            beat=self.beat,
            ledger=self.ledger,
            index=self.index,
            mailer=self.sender,
            clock=self.clock,
            crawl=CrawlSettings(
                batch_dir=settings.batch_dir,
                user_agent=settings.user_agent or default_user_agent(),
                private_hosts=settings.private_hosts,
                verify_certificates=settings.verify_certificates,
                delay_s=settings.delay_s,
                timeout_s=settings.crawl_timeout_s,
                host_dir=settings.home / "hosts",
            ),
            home=settings.home,
            mail_from=settings.mail_from,
            kibana_url=reveal(settings.kibana_url),
            kibana_place=settings.kibana_place,
            unsubscribe_mail=settings.unsubscribe_mail,
            reading_room=settings.reading_room,
            feeds_dir=settings.feeds,
            store=self.batches,
            screens=settings.screen,
            page_reader=self.page_reader,
            rechecks=RecheckPolicy(
                settings.recheck_after,
                settings.recheck_copies_after,
                settings.recheck_limit,
                settings.recheck_per_site,
            ),
            **optional,
        )

    def tighten_home(self) -> int:
        """Take the rights of others from the data folder; return from how many files.

        Only from what Maplewire makes there, and not where the data folder is a folder for other things too.
        """
        home = self.settings.home
        paths = [*home.glob("*.lock"), *home.glob("*.sqlite*"), self.settings.own_searches]
        paths += [self.settings.outbox_dir, self.settings.batch_dir, self._beat_cache.folder]
        if self.settings.feeds_dir is None:
            # A folder that was chosen may be one that a web server reads.
            paths.append(self.settings.feeds)
        if home.resolve() not in (Path.home().resolve(), Path.cwd().resolve(), Path("/")):
            # Last: once it is closed, nobody reaches what is in it.
            paths.append(home)
        return tighten(paths)

    def _make_home(self) -> None:
        home = self.settings.home
        try:
            make_private_folder(home)
        except OSError as e:
            hint = "set MAPLEWIRE_HOME to a folder that you can write to"
            raise PermanentError(f"{home}: cannot be made ({e.strerror}); {hint}") from e


def make_app(progress: Progress | None = None, *, reading: bool = False, clock: Clock | None = None) -> App:
    """Wire an App from the environment and the note of its data folder.

    Raises CatalogueError for a wrong setting.
    """
    settings, home_beat = settle_beat(read_settings())
    return App(settings, clock, progress, reading=reading, home_beat=home_beat)


def settle_beat(settings: Settings) -> tuple[Settings, HomeBeat]:
    """Return the settings with the beat of their data folder."""
    named = settings.beat if "beat" in settings.model_fields_set else None
    home_beat = choose_beat(settings.home, named, packaged_beat())
    return settings.model_copy(update={"beat": home_beat.folder}), home_beat
