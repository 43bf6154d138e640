"""A batch: what one crawl fetched, as a WARC 1.1 file (ISO 28500).

    warcinfo                         who wrote the file
    metadata, response   (each page) what the listing said of the page; the page as it came
    metadata             (the end)   the CrawlResult: new feed states, reports, failures

The description stands before its page, so that a reader that has a page has all of it. A batch is
written as `ID.warc.gz.open` and renamed when it is complete: its pages, the new feed states and the
accounts arrive together or not at all. Any other WARC file, one of Common Crawl's news archives for
example, reads as a batch whose pages nobody described.

Bodies are stored decompressed. The headers that would then be wrong (content-encoding,
transfer-encoding, content-length) keep their values under `x-crawl-…`, the name Common Crawl uses.
"""

from crawlers.batch.folder import BatchFacts, BatchFolder, completed, discard_leftovers
from crawlers.batch.format import BACKFILL, PAGE_LIMIT, RESULT_LIMIT, SUFFIX, open_path
from crawlers.batch.reader import read_page, read_page_at, read_pages, read_placed_pages, read_result
from crawlers.batch.writer import BatchWriter

__all__ = [
    "BACKFILL",
    "PAGE_LIMIT",
    "RESULT_LIMIT",
    "SUFFIX",
    "BatchFacts",
    "BatchFolder",
    "BatchWriter",
    "completed",
    "discard_leftovers",
    "open_path",
    "read_page",
    "read_page_at",
    "read_pages",
    "read_placed_pages",
    "read_result",
]
