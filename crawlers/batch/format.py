"""What writer and reader of a batch agree on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from crawlers.model import CrawlResult, Entry

SUFFIX = ".warc.gz"
#: What a batch's name ends in until it is complete.
OPEN = ".open"
#: How the ids of batches from the past begin: what they hold is no news.
BACKFILL = "backfill-"
#: Bytes of a decompressed page. Larger pages of foreign files are left out, like those of the web.
PAGE_LIMIT = 10 * 1024 * 1024
#: Bytes of a crawl's own result; a result is some kilobytes for each source. Read, it takes ten times as much
#: memory, and a foreign file may claim to hold one.
RESULT_LIMIT = 64 * 1024 * 1024

SOFTWARE = "maplewire"
PAGE_TYPE = "application/vnd.maplewire.page+json"
RESULT_TYPE = "application/vnd.maplewire.crawl-result+json"


@dataclass(frozen=True, slots=True)
class PageDescription:
    """The part of a Page that a WARC response has no place for."""

    source_id: str
    requested_url: str | None
    found_through: str | None
    entry: Entry | None
    former_url: str | None = None
    is_scope_sample: bool = False


@cache
def page_description_json() -> TypeAdapter[PageDescription]:
    """Return what reads and writes the description of a page."""
    return TypeAdapter(PageDescription)


@cache
def crawl_result_json() -> TypeAdapter[CrawlResult]:
    """Return what reads and writes the result of a crawl.

    Made when it is needed: most who load this read no batch.
    """
    return TypeAdapter(CrawlResult)


def open_path(folder: Path, batch_id: str) -> Path:
    """Return where a batch is written until it is complete."""
    return folder / f"{batch_id}{SUFFIX}{OPEN}"
