"""Queries as people ask them, on every index: those of `asked_queries.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.model import Change
from pipelines.ports import SearchIndex
from pipelines.query import parse
from tests.builders import NOON, a_document
from tests.contracts.answers import article_ids
from tests.contracts.test_search_index import INDEXES

_ASKED: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("asked_queries.yaml").read_text("utf-8"))
_MOST = 50


@pytest.fixture(scope="module", params=INDEXES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = INDEXES[request.param](request, tmp_path_factory.mktemp("index"))
    changes: list[Change] = []
    for number, (name, fields) in enumerate(_ASKED["articles"].items(), 1):
        changes.append(Change(number, name, a_document(number, id=name, **fields)))
    made.write(changes)
    yield made
    made.close()


def test_each_query_finds_the_articles_that_answer_it(filled: SearchIndex) -> None:
    wrong: list[str] = []
    for asked, names in _ASKED["queries"].items():
        found = sorted(article_ids(filled.search(parse(str(asked), NOON), limit=_MOST)))
        if found != sorted(names.split()):
            wrong.append(f"{asked} finds {found}, and should find {names.split()}")
    assert not wrong, "\n".join(wrong)
