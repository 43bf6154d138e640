"""From a fetched page to an article: its text, and who wrote it when and where.

    bytes ─► encoding ─► document (a tree within limits) ─► claims (JSON-LD, meta, links)
                                                              ├─► titles, authors, times, identity
                                                              └─► body ─► language         ─► Article

Each field says where it was found. The words of all languages stand in `authors.yaml` and `times.yaml`,
and in `pipelines/text`. `extract` is the door for the pipeline, `extract_paths` the one for saved files.
`quick_text` gives all that may be text of the article, for a tenth of the cost.
"""

from __future__ import annotations

from pipelines.extract.article import OpenedPage, extract, open_page
from pipelines.extract.no_article import is_doubtful
from pipelines.extract.quick_text import quick_text, quick_title
from pipelines.extract.saved import extract_paths
from pipelines.extract.wall import check_for_wall

__all__ = [
    "OpenedPage",
    "check_for_wall",
    "extract",
    "extract_paths",
    "is_doubtful",
    "open_page",
    "quick_text",
    "quick_title",
]
