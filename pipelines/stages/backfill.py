"""The past, by the normal path: archives of sitemaps and WARC files become batches, and batches are processed as ever.

    dates, sources ─► crawl of the archive ─┐
                                            ├─► batches named "backfill-…" ─► process ─► ledger ─► index
    WARC files ─► pages that fit ───────────┘

The name of such a batch marks its articles (flag "backfill"), and no search mails them as new unless it asks for it.
A page that is known already in a later state stays as it is, so that a backfill may be repeated and may overlap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.batch import BACKFILL, SUFFIX, BatchWriter, read_pages
from crawlers.crawl import crawl
from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import CrawlResult, Page, Source, Window
from crawlers.urls import same_site
from pipelines.stages.moments import read_moment
from pipelines.stages.process import SORTED_PAGES

if TYPE_CHECKING:
    from pipelines.stages.context import RunContext

PAGES_PER_SOURCE = 5000
"""In one crawl; what is left over is found when the backfill is run again."""
CRAWL_LIMIT_S = 2 * 3600.0
LONGEST = timedelta(days=20 * 365)


@dataclass(frozen=True, slots=True)
class Import:
    """What became of a WARC file: batches made, pages in them, and pages that did not fit."""

    batches: tuple[str, ...]
    pages: int
    left_out: int
    known: bool = False
    """All of it was taken before, with the same dates and sources."""


def window_of(since: datetime, until: datetime | None, now: datetime) -> Window:
    """Return a window that ends at `until`, by default now. Raises CatalogueError where it is none."""
    end = min(until or now, now)
    if since >= end:
        raise CatalogueError([f"since {since:%Y-%m-%d %H:%M} is not before until {end:%Y-%m-%d %H:%M}"])
    if end - since > LONGEST:
        raise CatalogueError([f"since {since:%Y-%m-%d} is more than 20 years ago; is it a mistake?"])
    return Window(since, end)


def asked_window(since: str | None, until: str | None, now: datetime, *, has_files: bool) -> Window | None:
    """Read the dates that were typed. Raises CatalogueError for what is no time, or no window."""
    if since is None and not has_files:
        raise CatalogueError(
            ["say how far back: --since 30d, or --since 2026-01-01; or name files with --warc"]
        )
    if since is None and until is None:
        return None
    return window_of(
        read_moment(since, now) if since else now - LONGEST, read_moment(until, now) if until else None, now
    )


def named_sources(parts: RunContext, source_ids: Collection[str]) -> list[Source]:
    """Return the enabled sources named, all of them where none is. CatalogueError names who is unknown or turned off."""
    problems = []
    for source_id in source_ids:
        source = parts.beat.source(source_id)
        if source is None:
            problems.append(f"no source “{source_id}”; `maplewire sources list` shows them")
        elif not source.enabled:
            problems.append(f"source “{source_id}” is turned off in the catalogue")
    if problems:
        raise CatalogueError(problems)
    return [s for s in parts.beat.sources if s.enabled and (not source_ids or s.id in source_ids)]


def crawl_past(
    parts: RunContext,
    run_id: int,
    source_ids: Collection[str],
    window: Window,
    *,
    limit_s: float = CRAWL_LIMIT_S,
) -> CrawlResult | None:
    """Ask sources for what they published in a window, into one batch; None where no source is named.

    Sitemaps lead into their archive; a feed has only what it still lists. Raises CrawlInterrupted when it did not finish.
    """
    sources = named_sources(parts, source_ids)
    settings = replace(
        parts.crawl,
        timeout_s=limit_s,
        page_limit_per_source=max(PAGES_PER_SOURCE, parts.crawl.page_limit_per_source),
    )
    handed_over = crawl(
        sources,
        {},
        parts.ledger.known_urls([s.id for s in sources], limit_each=100_000),
        words=parts.beat.broad_words(),
        now=parts.clock.now(),
        settings=settings,
        window=window,
        on_event=parts.progress,
    )
    if handed_over is None:
        return None
    path, result = handed_over
    parts.batches.publish(path)
    parts.ledger.adopt(result, path.name, run_id)
    return result


def import_warc(
    parts: RunContext, run_id: int, path: Path, window: Window | None, source_ids: Collection[str]
) -> Import:
    """Take the pages of a WARC file that were fetched in the window, in batches of our own; return the account.

    Pages get the source whose site they are from; where sources are named, those of others are left out. What can be read of
    a damaged file is taken before PermanentError is raised. The batches are named by the file's content and by what was
    asked of it, so that a repetition finds them done.
    """
    stem = f"{BACKFILL}{_digest(path, window, source_ids)}"
    fitting = _Fitting(path, window, source_ids, _finder(named_sources(parts, source_ids)))
    names: list[str] = []
    taken = read = 0
    while chunk := fitting.next(SORTED_PAGES):
        batch_id = f"{stem}-{read // SORTED_PAGES:04}"
        read += len(chunk)
        if parts.ledger.batch_path(batch_id) is None:  # a backfill that was killed may have made it
            names.append(_write(parts, run_id, batch_id, chunk))
            taken += len(chunk)
    if fitting.damage is not None:
        raise fitting.damage
    return Import(tuple(names), taken, fitting.left_out, known=bool(read and not names))


class _Fitting:
    """The pages of a file that are wanted, some at a time; `damage` is why it could not be read to its end."""

    def __init__(
        self, path: Path, window: Window | None, source_ids: Collection[str], find: Callable[[str], str]
    ) -> None:
        self.left_out = 0
        self.damage: PermanentError | None = None
        self._pages = self._wanted(path, window, source_ids, find)

    def next(self, most: int) -> list[Page]:
        return list(islice(self._pages, most))

    def _wanted(
        self, path: Path, window: Window | None, source_ids: Collection[str], find: Callable[[str], str]
    ) -> Iterator[Page]:
        try:
            for _, page in read_pages(path):
                source = page.source_id or find(page.url)
                if (source_ids and source not in source_ids) or (
                    window and not window.holds(page.fetched_at)
                ):
                    self.left_out += 1
                else:
                    yield replace(page, source_id=source)
        except PermanentError as e:
            self.damage = e


def _write(parts: RunContext, run_id: int, batch_id: str, pages: Sequence[Page]) -> str:
    now = parts.clock.now()
    result = CrawlResult(batch_id, now, now, (), (), pages=len(pages))
    with BatchWriter(parts.crawl.batch_dir, batch_id) as writer:
        for page in pages:
            writer.write(page)
        path = writer.finish(result)
    parts.batches.publish(path)
    parts.ledger.adopt(result, batch_id + SUFFIX, run_id)
    return batch_id


def _finder(sources: Sequence[Source]) -> Callable[[str], str]:
    """Return a function from a page's address to the id of the source whose site it is on, "" for none."""
    by_end: dict[str, list[Source]] = {}
    for source in sources:
        by_end.setdefault(_end(source.url), []).append(source)

    def find(url: str) -> str:
        near = by_end.get(_end(url), ())
        return next((source.id for source in near if same_site(source.url, url)), "")

    return find


def _end(url: str) -> str:
    """Return what pages of one site have in common; asking `same_site` of every source for every page would take hours."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _digest(path: Path, window: Window | None, source_ids: Collection[str]) -> str:
    asked = f"{window.since.isoformat()} {window.until.isoformat()}" if window else ""
    digest = hashlib.sha256(f"{asked} {' '.join(sorted(source_ids))}\0".encode())
    try:
        with path.open("rb") as file:
            while some := file.read(1 << 20):
                digest.update(some)
    except OSError as e:
        raise CatalogueError([f"{path}: cannot be read ({e.strerror})"]) from e
    return digest.hexdigest()[:20]
