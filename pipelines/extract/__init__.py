"""From a fetched page to an article: text, title, byline, times, language, identity, each with its source.

    bytes ─► document (decode, parse, limits) ─► claims (JSON-LD, meta, links)
                                                   ├─► titles, authors, times, identity
                                                   └─► body ─► language            ─► Article

`extract` is the door for the pipeline, `extract_paths` the one for saved files.
"""

from __future__ import annotations

from pipelines.extract.article import extract
from pipelines.extract.saved import extract_paths

__all__ = ["extract", "extract_paths"]
