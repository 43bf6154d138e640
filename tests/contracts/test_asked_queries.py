"""Queries as people ask them, on every index: those of `asked_queries.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.ports import SearchIndex
from pipelines.query import parse
from tests.builders import NOON
from tests.contracts.answers import article_ids
from tests.contracts.query_file import filled_index
from tests.contracts.test_search_index import INDEXES

_ASKED: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("asked_queries.yaml").read_text("utf-8"))
_MOST = 50


@pytest.fixture(scope="module", params=INDEXES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    folder = tmp_path_factory.mktemp("index")
    with filled_index(request, folder, request.param, _ASKED["articles"]) as index:
        yield index


def test_each_query_finds_the_articles_that_answer_it(filled: SearchIndex) -> None:
    wrong: list[str] = []
    for asked, names in _ASKED["queries"].items():
        found = sorted(article_ids(filled.search(parse(str(asked), NOON), limit=_MOST)))
        if found != sorted(names.split()):
            wrong.append(f"{asked} finds {found}, and should find {names.split()}")
    assert not wrong, "\n".join(wrong)
