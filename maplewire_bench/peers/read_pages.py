"""Read pages with news-please: one page after the other, with what it cost.

`maplewire bench screen` runs this in an environment of its own:

    paths of pages on standard input, a line each ──► one JSON line: {name, cpu_s, pages, refused}
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
    NewsPlease.from_html("<html><p>A page.</p></html>", url="https://example.org/1")
    refused = 0
    started = time.process_time()
    for number, page in enumerate(pages):
        try:
            NewsPlease.from_html(page, url=f"https://example.org/{number}")
        except Exception:  # noqa: BLE001 - such as a language that it has no library for
            refused += 1
    spent_s = time.process_time() - started
    print(json.dumps({"name": "news-please", "cpu_s": spent_s, "pages": len(pages), "refused": refused}))


if __name__ == "__main__":
    main()
