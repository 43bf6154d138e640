"""From a fetched page to an article: its text, and who wrote it when and where.

    bytes ─► encoding ─► document (a tree within limits) ─► claims (JSON-LD, meta, links)
                                                              ├─► titles, authors, times, identity
                                                              └─► body ─► language         ─► Article

Each field says where it was found. The words of all languages stand in `authors.yaml` and `times.yaml`,
and in `pipelines/text`. `extract` is the door for the pipeline, `extract_paths` the one for saved files.
"""

from __future__ import annotations

from pipelines.extract.article import extract
from pipelines.extract.saved import extract_paths
from pipelines.extract.wall import check_for_wall

__all__ = ["check_for_wall", "extract", "extract_paths"]
