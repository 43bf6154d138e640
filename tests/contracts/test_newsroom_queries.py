"""Queries of `newsroom_queries.yaml` on every index: headlines, habits and mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.ports import SearchIndex
from pipelines.query import QueryError, parse
from tests.builders import NOON
from tests.contracts.answers import article_ids
from tests.contracts.query_file import filled_index
from tests.contracts.test_search_index import INDEXES

_FILE = Path(__file__).with_name("newsroom_queries.yaml")
_ASKED: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
_MOST = 50
_REFUSED = "refused: "


@pytest.fixture(scope="module", params=INDEXES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    with filled_index(request, tmp_path_factory.mktemp("index"), _ASKED["articles"]) as index:
        yield index


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


def test_each_query_is_answered_as_a_person_expects(filled: SearchIndex) -> None:
    wrong: list[str] = []
    for line in _ASKED["queries"].splitlines():
        asked, arrow, wanted = line.partition(" => ")
        if not arrow:
            continue
        answer = _answer(filled, asked)
        if not _is_as_wanted(answer, wanted):
            wrong.append(f"{asked} is answered “{answer}”, and should be “{wanted}”")
    assert not wrong, "\n".join(wrong)
