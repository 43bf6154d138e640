"""Backfill: the past, by the normal path.

    dates, sources ─► crawl of the archive ─┐
                                            ├─► batches named "backfill-…" ─► process ─► ledger ─► index
    WARC files ─► pages that fit ───────────┘   (written as they are read, one at a time)

Archives of sitemaps and WARC files become batches, and batches are processed as ever. The name of such a
batch marks its articles (flag "backfill"), and no search mails them as new unless it asks for it. A page
that is known already in a later state stays as it is, so that a backfill may be repeated and may overlap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.batch import BACKFILL, SUFFIX, BatchWriter, discard_leftovers, open_path, read_pages
from crawlers.crawl import crawl
from crawlers.errors import CatalogueError, PermanentError, TemporaryError
from crawlers.model import CrawlResult, Page, Source, Window
from pipelines.beat.source_sites import SourceSites
from pipelines.stages.batches import hand_over, read_crawl_result
from pipelines.stages.collect import known_pages
from pipelines.stages.process import SORTED_PAGES
from pipelines.stages.typed_time import read_typed_time

if TYPE_CHECKING:
    from pipelines.stages.context import RunContext

#: Pages of one source in one crawl. What is left over is found when the backfill is run again.
PAGES_PER_SOURCE = 5000
#: Seconds after which a crawl of the past is ended.
CRAWL_LIMIT_S = 2 * 3600.0
#: No news site on the web is older by much, so an earlier date is a slip of the finger.
LONGEST_WINDOW = timedelta(days=20 * 365)
#: Addresses of known pages that a crawl is given for each source, so that it does not fetch them again.
_KNOWN_URLS_EACH = 100_000
#: Bytes of a file that are read at once.
_BLOCK = 1 << 20
#: Bytes of pages in a batch, as many as `SORTED_PAGES` usually have. A page may have a hundred times as many,
#: and a small file may unpack to thousands of such.
BATCH_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class WarcImport:
    """What became of a WARC file.

    Batches made, pages in them, and pages that did not fit.
    """

    batches: tuple[str, ...]
    pages: int
    left_out: int
    #: All of it was taken before, with the same dates and sources.
    known: bool = False
    #: Pages that an earlier try in this run took: a task that was killed or cleared is done again.
    earlier: int = 0


# -- what is asked for ----------------------------------------------------------------------------------


def window_of(since: datetime, until: datetime | None, now: datetime) -> Window:
    """Return a window that ends at `until`, by default now.

    Raises CatalogueError where it would be empty, or longer than `LONGEST_WINDOW`.
    """
    end = min(until or now, now)
    if since >= end:
        raise CatalogueError(
            [f"since {since:%Y-%m-%d %H:%M} is not before until {end:%Y-%m-%d %H:%M}; name an earlier one"]
        )
    if end - since > LONGEST_WINDOW:
        raise CatalogueError([f"since {since:%Y-%m-%d} is more than 20 years ago; name a later one"])
    return Window(since, end)


def asked_window(since: str | None, until: str | None, now: datetime, *, has_files: bool) -> Window | None:
    """Read the dates that a person typed; None where only files were named.

    Raises CatalogueError for what is no time, and for an empty window.
    """
    if since is None and not has_files:
        raise CatalogueError(
            ["say how far back: --since 30d, or --since 2026-01-01; or name files with --warc"]
        )
    if since is None and until is None:
        return None
    begin = now - LONGEST_WINDOW
    if since is not None:
        begin = read_typed_time(since, now)
    end = None
    if until is not None:
        end = read_typed_time(until, now)
    return window_of(begin, end, now)


def named_sources(context: RunContext, source_ids: Collection[str]) -> list[Source]:
    """Return the enabled sources that are named, all of them where none is.

    Raises CatalogueError with a line for each one that is unknown or turned off.
    """
    problems: list[str] = []
    for source_id in source_ids:
        source = context.beat.source(source_id)
        if source is None:
            problems.append(f"no source “{source_id}”; `maplewire sources list` shows them")
        elif not source.enabled:
            problems.append(f"source “{source_id}” is turned off in the catalogue")
    if problems:
        raise CatalogueError(problems)
    return context.enabled_sources(source_ids)


# -- crawling the archives ------------------------------------------------------------------------------


def crawl_past(
    context: RunContext,
    run_id: int,
    source_ids: Collection[str],
    window: Window,
    *,
    limit_s: float = CRAWL_LIMIT_S,
) -> CrawlResult | None:
    """Ask sources for what they published in a window, into one batch.

    None where there is no source. Sitemaps lead into their archive; a feed has only what it still lists.
    Raises CrawlInterrupted when the crawl did not finish.
    """
    sources = named_sources(context, source_ids)
    settings = replace(
        context.crawl,
        timeout_s=limit_s,
        page_limit_per_source=max(PAGES_PER_SOURCE, context.crawl.page_limit_per_source),
    )
    batch = crawl(
        sources,
        {},  # no feed states: an archive is read whole, whenever it was read before
        known_pages(context, sources, _KNOWN_URLS_EACH),
        words=context.beat.broad_words(),
        now=context.clock.now(),
        settings=settings,
        window=window,
        listed=context.ledger.listed_entries([source.id for source in sources]),
        on_event=context.progress,
    )
    if batch is None:
        return None
    path, result = batch
    hand_over(context, path, result, run_id)
    return result


# -- importing WARC files -------------------------------------------------------------------------------


def import_warc(
    context: RunContext, run_id: int, path: Path, window: Window | None, source_ids: Collection[str]
) -> WarcImport:
    """Take the pages of a WARC file into batches of our own.

    Only those that were fetched in the window are taken.

    Pages get the source whose site they are from; where sources are named, those of others are left out.
    What can be read of a damaged file is taken before PermanentError is raised; TemporaryError where another
    backfill takes the same file at this moment. The batches are named by the
    file's content and by what was asked of it, so that a repetition finds them done.
    """
    stem = f"{BACKFILL}{_request_digest(path, window, source_ids)}"
    sites = SourceSites(named_sources(context, source_ids))
    # A backfill that was killed may have left half a batch, of the same name.
    discard_leftovers(context.crawl.batch_dir)
    wanted = _WantedPages(path, window, source_ids, sites)
    names: list[str] = []
    taken = 0
    earlier = 0
    parts = 0
    while wanted.has_more():
        batch_id = f"{stem}-{parts:04}"
        parts += 1
        # A backfill that was killed may have made this batch already.
        if context.ledger.batch_path(batch_id) is None:
            taken += _write_batch(context, run_id, batch_id, wanted.read_part())
            names.append(batch_id)
            continue
        pages = sum(1 for _page in wanted.read_part())
        if _was_made_in(context, run_id, batch_id):
            earlier += pages
    if wanted.damage is not None:
        raise wanted.damage
    known = parts > 0 and not names
    return WarcImport(tuple(names), taken, wanted.left_out, known=known, earlier=earlier)


class _WantedPages:
    """The pages of a file that are wanted, one at a time.

    They come in parts, each of as many pages as a batch has. `left_out` counts the others. `damage` is why
    the file could not be read to its end.
    """

    def __init__(
        self,
        path: Path,
        window: Window | None,
        source_ids: Collection[str],
        sites: SourceSites,
    ) -> None:
        self.left_out = 0
        self.damage: PermanentError | None = None
        self._path = path
        self._window = window
        self._source_ids = source_ids
        self._sites = sites
        self._pages = self._read_wanted()
        #: A page that was read, and that nobody took yet.
        self._next: Page | None = None

    def has_more(self) -> bool:
        """Tell whether the file has another page that is wanted."""
        if self._next is None:
            self._next = next(self._pages, None)
        return self._next is not None

    def read_part(self) -> Iterator[Page]:
        """Yield the pages of the next part."""
        pages = 0
        size = 0
        while pages < SORTED_PAGES and size < BATCH_BYTES and self.has_more():
            page = self._take_next()
            pages += 1
            size += _page_size(page)
            yield page

    def _take_next(self) -> Page:
        page = self._next
        assert page is not None, "who takes a page asked whether there is one"
        self._next = None
        return page

    def _read_wanted(self) -> Iterator[Page]:
        try:
            for _, page in read_pages(self._path):
                source_id = page.source_id or self._source_id_of(page.url)
                if self._is_wanted(page, source_id):
                    yield replace(page, source_id=source_id)
                else:
                    self.left_out += 1
        except PermanentError as e:
            self.damage = e

    def _source_id_of(self, url: str) -> str:
        """Return the id of the source whose site an address is on, "" for none."""
        source = self._sites.find_source(url)
        return source.id if source else ""

    def _is_wanted(self, page: Page, source_id: str) -> bool:
        if self._source_ids and source_id not in self._source_ids:
            return False
        return self._window is None or self._window.holds(page.fetched_at)


def _page_size(page: Page) -> int:
    """Return how many bytes of memory a page takes, nearly."""
    size = len(page.body)
    for name, value in page.headers.items():
        size += len(name) + len(value)
    if page.entry is not None:
        size += len(page.entry.title) + len(page.entry.summary)
    return size


def _write_batch(context: RunContext, run_id: int, batch_id: str, pages: Iterable[Page]) -> int:
    """Write pages into a batch as they come, and hand it over.

    Returns how many they are.
    """
    if open_path(context.crawl.batch_dir, batch_id).exists():
        raise TemporaryError("another backfill takes this file at this moment; try again when it has ended")
    now = context.clock.now()
    with BatchWriter(context.crawl.batch_dir, batch_id) as writer:
        for page in pages:
            writer.write(page)
        result = CrawlResult(batch_id, now, now, (), (), pages=writer.pages)
        path = writer.finish(result)
    hand_over(context, path, result, run_id)
    return writer.pages


def _was_made_in(context: RunContext, run_id: int, batch_id: str) -> bool:
    """Tell whether a batch of a file was made since a run began."""
    (run,) = context.ledger.runs(1, after=run_id - 1)
    try:
        result = read_crawl_result(context, f"{batch_id}{SUFFIX}")
    except PermanentError:
        # Whoever processes the batch tells that it is damaged.
        return False
    return result is not None and result.started >= run.started


def _request_digest(path: Path, window: Window | None, source_ids: Collection[str]) -> str:
    """Return a short hash of a file's content and of what is asked of it."""
    dates = ""
    if window is not None:
        dates = f"{window.since.isoformat()} {window.until.isoformat()}"
    digest = hashlib.sha256(f"{dates} {' '.join(sorted(source_ids))}\0".encode())
    # A device or a pipe may have no end, and is read once only.
    if path.exists() and not path.is_file():
        raise CatalogueError([f"{path}: is no file; name a WARC file"])
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as e:
        raise CatalogueError([f"{path}: cannot be read ({e.strerror}); name a WARC file"]) from e
    return digest.hexdigest()[:20]
