"""A file of articles, and of queries with the answers that they should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.model import Change
from pipelines.ports import SearchIndex
from pipelines.query import QueryError, parse
from tests.builders import NOON, a_document
from tests.contracts.answers import article_ids
from tests.contracts.test_search_index import INDEXES

_MOST = 50
_REFUSED = "refused: "


@contextmanager
def filled_index(
    request: pytest.FixtureRequest, folder: Path, name: str, articles: Mapping[str, Any]
) -> Iterator[SearchIndex]:
    """Give the index of that name, with the articles of such a file."""
    made = INDEXES[name](request, folder)
    changes: list[Change] = []
    for number, (name, fields) in enumerate(articles.items(), 1):
        changes.append(Change(number, name, a_document(number, id=name, **fields)))
    made.write(changes)
    yield made
    made.close()


def wrong_answers(index: SearchIndex, lines: str) -> list[str]:
    """Return a sentence for each query of such a file that is not answered as it says."""
    wrong: list[str] = []
    for line in lines.splitlines():
        asked, arrow, wanted = line.partition(" => ")
        if not arrow:
            continue
        answer = _answer(index, asked)
        if not _is_as_wanted(answer, wanted):
            wrong.append(f"{asked} is answered “{answer}”, and should be “{wanted}”")
    return wrong


def _answer(index: SearchIndex, asked: str) -> str:
    try:
        query = parse(asked, NOON)
    except QueryError as e:
        return f"{_REFUSED}{e}"
    return " ".join(sorted(article_ids(index.search(query, limit=_MOST)))) or "nothing"


def _is_as_wanted(answer: str, wanted: str) -> bool:
    if wanted.startswith(_REFUSED):
        said = wanted.removeprefix(_REFUSED)
        return answer.startswith(_REFUSED) and said.casefold() in answer.casefold()
    return answer == " ".join(sorted(wanted.split()))
