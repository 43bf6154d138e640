"""More articles than one answer holds, and a rebuild while all goes on."""

from __future__ import annotations

import multiprocessing
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import CrawlSettings
from pipelines.adapters.clock import SystemClock
from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.elastic_index import index as adapter
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.model import Change, Document, StoryHits
from pipelines.query import Query, parse
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes, rebuild_search_index
from tests.builders import NOON, a_document
from tests.contracts.answers import article_ids
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take
from tests.elasticsearch.arriving import arrive
from tests.elasticsearch.fixtures import Elastic, forget
from tests.elasticsearch.owed import assert_equal_to_the_ledger
from tests.usual_beat import usual_beat

MANY = 11_000
"""A server gives at most 10,000 documents in one answer."""
EVERYTHING = parse("*:*")


@contextmanager
def _an_index(node: Elastic, prefix: str) -> Iterator[ElasticIndex]:
    index = ElasticIndex(node.url, prefix=prefix)
    index.setup()
    try:
        yield index
    finally:
        index.close()
        forget(node, prefix)


def _numbered(n: int) -> Document:
    """One of many: stories of one to four articles, up to a year apart."""
    return a_document(
        n,
        story_id=f"s{n // 4 if n % 3 else n}",
        title=("canola talks", "wheat talks", "canola and wheat")[n % 3],
        body=f"paragraph {n % 7}",
        published=NOON - timedelta(minutes=n * 7919 % 500_000),
    )


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [_numbered(n) for n in range(1, MANY + 1)]


@pytest.fixture(scope="module")
def many(elastic_node: Elastic, documents: list[Document]) -> Iterator[ElasticIndex]:
    with _an_index(elastic_node, f"t{uuid.uuid4().hex[:10]}") as index:
        for at in range(0, MANY, 2_000):
            index.write([Change(d.seq, d.id, d) for d in documents[at : at + 2_000]])
        yield index


@pytest.fixture(scope="module")
def plain(documents: list[Document]) -> MemoryIndex:
    return MemoryIndex(documents)


@pytest.mark.parametrize(
    ("text", "limit", "offset"),
    [
        ("canola", 20, 0),
        ("canola AND wheat", 10, 40),
        ("title:wheat -canola", 70, 0),
        ('"paragraph 3"', 5, 1_000),
        ("*:*", 20, 0),
        ("*:*", 20, 5_000),
        ("*:*", 0, 0),
    ],
)
def test_pages_are_those_of_the_plain_index_however_far_down(
    many: ElasticIndex, plain: MemoryIndex, text: str, limit: int, offset: int
) -> None:
    query = parse(text)
    assert many.search(query, limit=limit, offset=offset) == plain.search(query, limit=limit, offset=offset)


def test_everything_comes_once_while_others_write(
    elastic_node: Elastic, many: ElasticIndex, documents: list[Document]
) -> None:
    writer = ElasticIndex(elastic_node.url, prefix=many.prefix)
    is_done = threading.Event()

    def write_newer_and_older() -> None:
        n = MANY
        while not is_done.is_set():
            n += 1
            later = replace(_numbered(n), published=NOON + timedelta(minutes=n % 2 * n - 1_000))
            moved = replace(_numbered(n % 50 + 1), seq=n, published=NOON - timedelta(days=n % 90))
            writer.write([Change(n, later.id, later), Change(n, moved.id, moved)])

    with _beside(write_newer_and_older, is_done):
        answers = [many.search(EVERYTHING, limit=2 * MANY) for _ in range(3)]
    writer.close()
    many.write([Change(10 * MANY, d.id, replace(d, seq=10 * MANY)) for d in documents[:51]])
    for answer in answers:
        articles = article_ids(answer)
        assert len(articles) == len(set(articles)), "an article came twice"
        assert set(articles) >= {document.id for document in documents}, "an article is missing"
        assert answer.total == len({story for story, _ in answer.stories}) == len(answer.stories)


def test_a_view_that_the_server_gave_up_is_opened_again(
    many: ElasticIndex, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, given_up = Cluster.searches, []

    def give_up_the_first_view(self: Cluster, index: str | None, searches: list[dict[str, Any]]) -> Any:
        view = searches[0].get("pit")
        if view and "search_after" in searches[0] and not given_up:
            given_up.append(view["id"])
            self.client.close_point_in_time(id=view["id"])
        return ask(self, index, searches)

    monkeypatch.setattr(Cluster, "searches", give_up_the_first_view)
    answer = many.search(EVERYTHING, limit=2 * MANY)
    assert given_up
    assert set(article_ids(answer)) >= {document.id for document in documents}


def test_accounts_are_carried_on_after_a_view_that_the_server_gave_up(
    elastic_node: Elastic, elastic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.model import RunReport

    scan, given_up = Cluster.scan, []

    def end_after_two(self: Cluster, index: str, clause: dict[str, Any], by: str) -> Iterator[Any]:
        for n, row in enumerate(scan(self, index, clause, by)):
            if n == 2 and not given_up:
                given_up.append(n)
                raise adapter.Gone("no search context found")
            yield row

    with _an_index(elastic_node, elastic_prefix) as index:
        index.write_runs([RunReport(number, NOON, NOON) for number in range(1, 6)], {})
        monkeypatch.setattr(Cluster, "scan", end_after_two)
        index.rebuild([])
        assert given_up
        elastic_node("POST", f"/{elastic_prefix}-runs/_refresh")
        assert elastic_node("GET", f"/{elastic_prefix}-runs/_count")["count"] == 5


# -- a rebuild while articles arrive and people search ------------------------------------------------------

STANDING = 200
"""Articles that are there all the while, two in a story."""


@contextmanager
def _beside(work: Callable[[], None], is_done: threading.Event) -> Iterator[None]:
    """Run work in a thread until the end of the block, and raise what went wrong in it."""
    wrong: list[BaseException] = []

    def watched() -> None:
        try:
            work()
        except BaseException as e:  # noqa: BLE001 - raised in the test below
            wrong.append(e)

    thread = threading.Thread(target=watched)
    thread.start()
    try:
        yield
    finally:
        is_done.set()
        thread.join()
    if wrong:
        raise wrong[0]


def _parts(url: str, index: ElasticIndex, home: Path) -> RunContext:
    return RunContext(
        beat=usual_beat(), ledger=open_ledger(url), index=index,
        mailer=None,  # type: ignore[arg-type]  # nothing is mailed
        clock=SystemClock(), crawl=CrawlSettings(batch_dir=home, user_agent="test"), home=home,
        mail_from="Maplewire <mw@desk.example>",
    )  # fmt: skip


def _fill(ledger: SqlLedger) -> None:
    run = ledger.start_run(NOON)
    for n in range(1, STANDING, 2):
        numbers = (10_000_000 + n, 10_000_001 + n)
        for count, number in enumerate(numbers, 1):
            stored = a_stored(number, title=f"Standing {number}", published=None)
            take(ledger, a_page_placed(stored, a_story(f"s{numbers[0]}", *numbers[:count])), run)


def test_a_rebuild_under_load_answers_every_search_in_full_and_loses_nothing(
    elastic_node: Elastic, elastic_prefix: str, tmp_path: Path
) -> None:
    """Another process decides, a second worker writes, people search, two rebuilds run."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with closing(open_ledger(url)) as ledger:
        _fill(ledger)
    is_done, answers = threading.Event(), list[StoryHits]()
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    arriving = context.Process(target=arrive, args=(url, sender), daemon=True)
    with _an_index(elastic_node, elastic_prefix) as index:
        parts = _parts(url, index, tmp_path)
        index_changes(parts, RunProblems())
        arriving.start()
        assert receiver.recv() == "ready"

        def search() -> None:
            reader = ElasticIndex(elastic_node.url, prefix=elastic_prefix)
            standing: Query = parse("title:standing")
            while not is_done.is_set():
                answers.append(reader.search(standing, limit=STANDING))
            reader.close()

        def write() -> None:
            other = _parts(url, ElasticIndex(elastic_node.url, prefix=elastic_prefix), tmp_path)
            while not is_done.is_set():
                findings = RunProblems()
                index_changes(other, findings)
                assert not findings.troubles
            other.index.close()
            other.ledger.close()

        try:
            with _beside(write, is_done), _beside(search, is_done):
                for _ in range(2):
                    rebuild_search_index(parts)
        finally:
            arriving.kill()
            arriving.join()
        assert len(answers) > 5
        for answer in answers:
            articles = article_ids(answer)
            assert (answer.total, len(articles), len(set(articles))) == (STANDING // 2, STANDING, STANDING)
        index_changes(parts, RunProblems())
        assert parts.ledger.count_articles() > STANDING, "nothing arrived meanwhile"
        assert_equal_to_the_ledger(elastic_node, elastic_prefix, parts.ledger)
        parts.ledger.close()
