"""A file of articles, and of queries with the answers that they should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.model import Change
from pipelines.ports import SearchIndex
from tests.builders import a_document
from tests.contracts.test_search_index import INDEXES


@contextmanager
def filled_index(
    request: pytest.FixtureRequest, folder: Path, articles: Mapping[str, Any]
) -> Iterator[SearchIndex]:
    """Give the index that a fixture is asked for, with the articles of such a file."""
    made = INDEXES[request.param](request, folder)
    changes: list[Change] = []
    for number, (name, fields) in enumerate(articles.items(), 1):
        changes.append(Change(number, name, a_document(number, id=name, **fields)))
    made.write(changes)
    yield made
    made.close()
