"""What a person types in Kibana finds what the same words find in `maplewire search`, on a real node."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.model import Change
from pipelines.query import parse
from pipelines.query.fields import texts
from pipelines.text.analyzer import streams
from tests.contracts.answers import article_ids
from tests.contracts.searches import DOCUMENTS
from tests.contracts.test_word_pairs import DOCUMENTS as PAIR_DOCUMENTS
from tests.contracts.test_word_pairs import PAIRS
from tests.elasticsearch.fixtures import Elastic
from tests.kibana.sending import query_string

#: Languages whose forms are in `forms.yaml`; of others Kibana finds a word as it is written.
WITH_FORMS = ("en", "fr", "zh")


@pytest.fixture(scope="module")
def index(elastic_node: Elastic) -> Iterator[ElasticIndex]:
    from tests.elasticsearch.fixtures import forget

    # Another process may run tests of this file on the same node.
    made = ElasticIndex(elastic_node.url, prefix=f"k{uuid.uuid4().hex[:10]}")
    made.setup()
    yield made
    made.close()
    forget(elastic_node, made.prefix)


def in_kibana(elastic: Elastic, index: ElasticIndex, typed: str) -> set[str]:
    body: dict[str, Any] = {"query": query_string(typed), "size": 1_000, "_source": False}
    return {hit["_id"] for hit in elastic("POST", f"/{index.prefix}-articles/_search", body)["hits"]["hits"]}


def test_every_word_of_the_articles_finds_the_same(elastic: Elastic, index: ElasticIndex) -> None:
    index.rebuild([[Change(document.seq, document.id, document) for document in DOCUMENTS]])
    words: set[str] = set()
    for document in DOCUMENTS:
        for text in texts(document).values():
            words |= {word for word in streams(text)[1] if word.isascii() and word.isalpha()}
    different = []
    for word in sorted(words - {"and", "or", "not", "us"}):
        ours = set(article_ids(index.search(parse(word), limit=1_000)))
        theirs = in_kibana(elastic, index, word)
        if ours != theirs:
            different.append((word, sorted(theirs - ours), sorted(ours - theirs)))
    assert len(words) > 200
    assert not different


def is_plain_word(text: str) -> bool:
    """Return whether a text is of words alone, and of no code such as US, F-35 or 1,000."""
    return text.replace(" ", "").isalpha() and not text.isupper()


def test_pairs_are_one_or_two_words_in_kibana(elastic: Elastic, index: ElasticIndex) -> None:
    index.rebuild([[Change(one.seq, one.id, one) for one in PAIR_DOCUMENTS.values()]])
    wrong = []
    compared = 0
    for pair in PAIRS:
        is_comparable = pair.lang in WITH_FORMS and is_plain_word(pair.typed) and is_plain_word(pair.text)
        # In quotes Kibana asks for one spelling, and we for all.
        if not is_comparable or (pair.is_quoted and pair.is_one):
            continue
        compared += 1
        typed = f'"{pair.typed}"' if pair.is_quoted else pair.typed
        found = in_kibana(elastic, index, typed)
        if (PAIR_DOCUMENTS[pair.lang, pair.text].id in found) != pair.is_one:
            wrong.append(str(pair))
    assert compared > 350
    assert not wrong


def test_chinese_finds_the_same_character_by_character_and_in_pairs(
    elastic: Elastic, index: ElasticIndex
) -> None:
    chinese = [document for document in DOCUMENTS if (document.lang or "").startswith("zh")]
    index.rebuild([[Change(document.seq, document.id, document) for document in chinese]])
    asked: set[str] = set()
    for document in chinese:
        runs = re.findall(r"[\u4e00-\u9fff]+", document.title)
        for run in runs:
            asked |= set(run) | {run} | {run[place : place + 2] for place in range(len(run) - 1)}
    assert len(asked) > 100
    different = []
    for word in sorted(asked):
        ours = set(article_ids(index.search(parse(f'"{word}"'), limit=1_000)))
        if in_kibana(elastic, index, f'"{word}"') != ours:
            different.append(word)
    assert not different
    assert in_kibana(elastic, index, "锂") == set(article_ids(index.search(parse("锂"), limit=1_000)))
