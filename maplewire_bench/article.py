"""What extracting an article costs, beside trafilatura with its metadata, on the same pages.

Both read in this process and in turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import contextlib
import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import Page
from maplewire_bench.made_up_pages import pages_of_news
from maplewire_bench.row import Row

#: Rounds over all pages. The first one loads what is loaded at its first use, and is not counted.
_ROUNDS = 3


def bench_article(pages: int, folder: Path | None = None) -> list[Row]:
    """Return what a page costs, made-up ones or the saved pages of a folder.

    Raises CatalogueError for a folder without pages.
    """
    bodies = _saved_pages(folder) if folder is not None else [body for _, body in pages_of_news(pages)]
    ours: list[float] = []
    theirs: list[float] = []
    for round_number in range(_ROUNDS + 1):
        our_s = their_s = 0.0
        for body in bodies:
            our_s += _cpu_s(_extract, body)
            their_s += _cpu_s(_extract_with_trafilatura, body)
        if round_number:
            ours.append(our_s / len(bodies))
            theirs.append(their_s / len(bodies))
    our_cost, their_cost = statistics.median(ours), statistics.median(theirs)
    return [
        Row("pages", len(bodies), ""),
        Row("bytes a page", statistics.mean(map(len, bodies)), ""),
        Row("page to article, CPU a page", our_cost * 1e3, "ms"),
        Row("trafilatura with metadata, CPU a page", their_cost * 1e3, "ms"),
        Row("ours to trafilatura", our_cost / their_cost, "×"),
    ]


def _saved_pages(folder: Path) -> Sequence[bytes]:
    """Return the saved pages of a folder, also those that are packed."""
    bodies = []
    for path in sorted(folder.rglob("*.html*")):
        content = path.read_bytes()
        bodies.append(gzip.decompress(content) if path.suffix == ".gz" else content)
    if not bodies:
        raise CatalogueError(
            [f"--folder: {folder} holds no saved pages; their names end in .html or .html.gz"]
        )
    return bodies


def _cpu_s(read: Callable[[bytes], None], body: bytes) -> float:
    before = time.process_time()
    read(body)
    return time.process_time() - before


def _extract(body: bytes) -> None:
    from pipelines.extract import extract

    now = datetime(2026, 1, 1, tzinfo=UTC)
    # A page without an article costs what it takes to see that.
    with contextlib.suppress(PermanentError):
        extract(Page("https://daily.example/story", "", body, now), None, now)


def _extract_with_trafilatura(body: bytes) -> None:
    from trafilatura import bare_extraction

    bare_extraction(body, url="https://daily.example/story", with_metadata=True)
