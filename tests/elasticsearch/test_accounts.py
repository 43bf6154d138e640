"""Accounts of runs and sources in a real Elasticsearch: from the ledger, whatever the index was before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import CrawlSettings
from crawlers.model import SourceReport
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.sqlite_index import SqliteIndex
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes, index_run_accounts, rebuild_search_index
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_result, a_stored, a_story, take
from tests.elasticsearch.fixtures import Elastic
from tests.usual_beat import usual_beat

POLLED, UNPOLLED = usual_beat().sources[:2]
RUNS = 3
#: The source whose pages the builders make.
PAGES_OF = "daily"


@pytest.fixture
def context(elastic: Elastic, elastic_prefix: str, tmp_path: Path) -> Iterator[RunContext]:
    """Three runs that have ended, of which the last is fresh; the index is in the cluster."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    for number in range(1, RUNS + 1):
        at = NOON - timedelta(days=RUNS - number)
        run = ledger.start_run(at)
        report = SourceReport(POLLED.id, "ok", 5, 3, 1)
        ledger.adopt(a_result(f"b{number}", reports=(report,), pages=1), f"b{number}.warc.gz", run)
        take(ledger, a_page_placed(a_stored(number), a_story(f"s{number}", number), batch=f"b{number}"), run)
        ledger.finish_run(run, at, 0)
    index = ElasticIndex(elastic.url, prefix=elastic_prefix)
    yield RunContext(
        beat=usual_beat(), ledger=ledger, index=index,
        mailer=None,  # type: ignore[arg-type]  # nothing is mailed
        clock=FixedClock(NOON), crawl=CrawlSettings(batch_dir=tmp_path, user_agent="test"), home=tmp_path,
        mail_from="Maplewire <mw@desk.example>",
    )  # fmt: skip
    index.close()
    ledger.close()


def held(context: RunContext, elastic: Elastic) -> dict[str, dict[str, Any]]:
    assert isinstance(context.index, ElasticIndex)
    runs = f"{context.index.prefix}-runs"
    elastic("POST", f"/{runs}/_refresh")
    hits = elastic("POST", f"/{runs}/_search", {"size": 10_000})["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def account_ids() -> set[str]:
    runs = {f"{run}" for run in range(1, RUNS + 1)}
    for source in (POLLED.id, PAGES_OF):
        runs |= {f"{run}-{source}" for run in range(1, RUNS + 1)}
    return runs


def of_runs(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {id_: account for id_, account in found.items() if account["level"] != "catalogue"}


def test_a_move_from_sqlite_brings_every_account(
    context: RunContext, elastic: Elastic, tmp_path: Path
) -> None:
    before = SqliteIndex(f"sqlite:///{tmp_path / 'index.sqlite'}")
    with_sqlite = replace(context, index=before)
    index_changes(with_sqlite, RunProblems())
    index_run_accounts(with_sqlite, RunProblems())
    before.close()
    context.index.setup()
    assert rebuild_search_index(context) == RUNS
    found = of_runs(held(context, elastic))
    assert set(found) == account_ids()
    assert found[f"2-{PAGES_OF}"]["new"] == 1
    assert found[f"2-{POLLED.id}"]["source_name"] == POLLED.name
    assert found["1"]["fetched"] == 1


def test_a_rebuild_brings_back_what_the_cluster_lost_and_keeps_what_the_ledger_does_not_know(
    context: RunContext, elastic: Elastic
) -> None:
    index_changes(context, RunProblems())
    index_run_accounts(context, RunProblems())
    assert isinstance(context.index, ElasticIndex)
    before = held(context, elastic)
    fresh = f"{RUNS}-{POLLED.id}"
    assert before[fresh]["state"], "a run that has just ended says how its sources do"
    for id_ in ("1", f"1-{POLLED.id}"):
        elastic("DELETE", f"/{context.index.prefix}-runs/_doc/{id_}?refresh=true")
    assert isinstance(context.clock, FixedClock)
    context.clock.at = NOON + timedelta(days=9)
    rebuild_search_index(context)
    after = held(context, elastic)
    assert of_runs(after) == of_runs(before)


def test_a_run_that_is_still_going_comes_when_it_has_ended(context: RunContext, elastic: Elastic) -> None:
    going = context.ledger.start_run(NOON)
    rebuild_search_index(context)
    assert set(of_runs(held(context, elastic))) == account_ids()
    context.ledger.finish_run(going, NOON, 1)
    index_run_accounts(context, RunProblems())
    assert set(of_runs(held(context, elastic))) == account_ids() | {f"{going}"}


def test_a_source_that_nobody_has_polled_is_in_the_index(context: RunContext, elastic: Elastic) -> None:
    index_changes(context, RunProblems())
    index_run_accounts(context, RunProblems())
    catalogue = {}
    for account in held(context, elastic).values():
        if account["level"] == "catalogue":
            catalogue[account["source"]] = account
    assert set(catalogue) == {source.id for source in context.beat.sources if source.enabled}
    assert catalogue[UNPOLLED.id]["state"] == "not tried"
    assert catalogue[UNPOLLED.id]["source_name"] == UNPOLLED.name
    assert catalogue[UNPOLLED.id]["started"].startswith(f"{NOON:%Y-%m-%dT%H}")
    index_run_accounts(context, RunProblems())
    assert len(held(context, elastic)) == len(catalogue) + len(account_ids())
