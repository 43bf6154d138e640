"""Feeds: write what each search has told as an Atom feed, beside the mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawlers.errors import PermanentError
from crawlers.private_files import is_private, make_private_folder, open_private
from pipelines.alerts.exports import feed_of, last_told
from pipelines.alerts.kept_aside import KeptAside
from pipelines.model import SavedSearch
from pipelines.stages.context import RunContext, RunProblems

#: A feed is written anew after so long, whatever was told: stories gain copies, and people correct them.
LONGEST_AGE = timedelta(days=1)


def write_feeds(context: RunContext, problems: RunProblems) -> int:
    """Write the feed of each search that has told something since; return how many."""
    if context.feeds_dir is None:
        return 0
    written = 0
    aside = KeptAside(problems.troubles)
    for parsed in context.beat.searches:
        path = context.feeds_dir / f"{parsed.search.id}.atom"
        with aside.guard(f"the feed of search {parsed.search.id}"):
            if not _is_stale(context, parsed.search, path):
                continue
            try:
                write_feed(path, feed_of(context, parsed.search))
            except PermanentError as e:
                # The others lie in the same folder.
                problems.add_permanent(str(e))
                return written
            written += 1
    return written


def _is_stale(context: RunContext, search: SavedSearch, path: Path) -> bool:
    """Tell whether a feed has to be written: what was told last is not in it."""
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return True
    now = context.clock.now()
    # A file of the future was written by a clock that was ahead.
    if not timedelta(0) <= now - written < LONGEST_AGE:
        return True
    told = last_told(context.ledger, search, now)
    return told is not None and told >= written - timedelta(seconds=1)


def write_feed(path: Path, feed: bytes) -> None:
    """Write a feed to a file. Raises PermanentError where that is not possible.

    A folder that this makes is for its owner alone. In one that others may read, they may read the feed.
    """
    try:
        make_private_folder(path.parent)
        # Renamed when complete: a web server may read the file at any moment.
        partial = path.with_suffix(".part")
        if is_private(path.parent):
            with open_private(partial, "wb") as file:
                file.write(feed)
        else:
            partial.write_bytes(feed)
        partial.replace(path)
    except OSError as e:
        raise PermanentError(
            f"{path}: the feed cannot be written: {e.strerror}; set MAPLEWIRE_FEEDS_DIR to another folder"
        ) from e
