"""The plain way to fetch pages: Scrapy with its defaults, no feed, nothing written.

    python -m maplewire_bench.bare_scrapy < addresses

It prints how many pages came.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Asks for each address and counts the answers."""

    name = "bare"
    pages = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield a request for each address."""
        for line in sys.stdin:
            yield scrapy.Request(line.strip())

    def parse(self, _response: Response, **_: Any) -> None:
        """Count an answer."""
        BareSpider.pages += 1


def main() -> None:
    """Fetch all pages."""
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 80,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 80,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(BareSpider)
    process.start()
    print(BareSpider.pages)


if __name__ == "__main__":
    main()
