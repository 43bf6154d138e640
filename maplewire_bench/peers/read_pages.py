"""Read pages with news-please: one page after the other, with what it cost.

`maplewire bench screen` runs this in an environment of its own:

    paths of pages on standard input, a line each ──► one JSON line: {name, cpu_s, pages}
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Measure news-please on the pages of standard input."""
    from newsplease import NewsPlease

    pages = []
    for line in sys.stdin:
        pages.append(Path(line.strip()).read_text("utf-8", "replace"))
    # What is loaded at the first page is no part of a page's cost.
    NewsPlease.from_html(pages[0], url="https://example.org/1")
    started = time.process_time()
    for number, page in enumerate(pages):
        NewsPlease.from_html(page, url=f"https://example.org/{number}")
    spent_s = time.process_time() - started
    print(json.dumps({"name": "news-please", "cpu_s": spent_s, "pages": len(pages)}))


if __name__ == "__main__":
    main()
