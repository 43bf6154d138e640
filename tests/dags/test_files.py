"""What the DAG files promise: they load fast and light.

Every DAG and task has its limits and its runbook.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dags.conftest import DAGS, plugin, read_bag

IN_ORDER = [
    "collect_news",
    "process_news",
    "send_alerts",
    "send_digests",
    "recheck_articles",
    "watch_sources",
    "dead_sources",
    "backfill_news",
    "process_backfill",
    "rebuild_index",
    "upkeep",
]
BY_HAND = {"backfill_news", "rebuild_index"}
#: Started by another DAG. Its runs wait for a person, each for its own answer.
WAITING = {"dead_sources"}
PARSE_LIMIT_S = 0.5

_LOADED_BY_PARSING = """
import importlib.util, json, sys
from pathlib import Path
import airflow.sdk, airflow.dag_processing.dagbag
folder = Path(sys.argv[1])
sys.path.append(str(folder))
before = set(sys.modules)
for path in sorted(folder.glob("*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def tasks_of(bag: Any) -> list[Any]:
    tasks: list[Any] = []
    for dag in bag.dags.values():
        tasks += dag.tasks
    return tasks


def test_every_file_loads_and_the_dashboard_shows_them_in_order(bag: Any) -> None:
    assert bag.import_errors == {}
    shown = sorted(bag.dags.values(), key=lambda dag: dag.dag_display_name)
    assert [dag.dag_id for dag in shown] == IN_ORDER
    assert {Path(dag.fileloc).stem for dag in shown} == set(IN_ORDER), "a file bears the name of its DAG"


@pytest.mark.parametrize("dag_id", IN_ORDER)
@pytest.mark.usefixtures("bag")  # the first file pays for what the SDK loads late
def test_a_file_takes_less_than_half_a_second_of_the_processor(dag_id: str) -> None:
    began_s = time.process_time()
    read = read_bag(DAGS / f"{dag_id}.py")
    took_s = time.process_time() - began_s
    assert set(read.dags) == {dag_id}
    assert took_s < PARSE_LIMIT_S


def test_reading_the_files_loads_no_crawler_no_index_and_no_extraction(airflow_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_BY_PARSING, DAGS], capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    heavy = (
        "scrapy",
        "elasticsearch",
        "trafilatura",
        "fastwarc",
        "pipelines.stages.process",
    )
    assert [name for name in loaded if name.startswith(heavy)] == []
    assert "pipelines.operations.airflow_tasks" in loaded, "the files were read"


def test_every_dag_says_what_it_does_what_red_means_and_what_to_do(bag: Any) -> None:
    for dag in bag.dags.values():
        assert "**What red means.**" in dag.doc_md, dag.dag_id
        assert dag.description
        assert dag.description in dag.doc_md
        assert "maplewire" in dag.tags
        assert len(dag.tags) == 2
        assert dag.owner == "maplewire"


def test_every_dag_has_a_schedule_or_is_started_by_hand(bag: Any) -> None:
    assert {
        dag.dag_id for dag in bag.dags.values() if not dag.timetable.can_be_scheduled
    } <= BY_HAND | WAITING
    for dag in bag.dags.values():
        assert (dag.max_active_runs == 1) is (dag.dag_id not in WAITING), dag.dag_id
        assert not dag.catchup


def test_limits_are_nested(bag: Any) -> None:
    """Each limit leaves the inner one its time.

    They are a crawl's own limit, the end of its process, the task, the run.
    """
    from maplewire_airflow import BACKFILL_LIMIT, CRAWL_LIMIT

    from pipelines.config import Settings

    crawl = bag.dags["collect_news"].get_task("crawl")
    ending = timedelta(seconds=10)  # TERM, TERM, KILL
    assert CRAWL_LIMIT + ending < crawl.execution_timeout
    assert BACKFILL_LIMIT + ending < bag.dags["backfill_news"].get_task("fetch").execution_timeout
    looking = timedelta(seconds=Settings().crawl_timeout_s)
    assert looking + ending < bag.dags["recheck_articles"].get_task("look_again").execution_timeout
    for task in tasks_of(bag):
        assert task.execution_timeout < task.dag.dagrun_timeout, task.task_id
    for dag in bag.dags.values():
        for alert in dag.deadline or ():
            assert alert.interval < dag.dagrun_timeout, dag.dag_id


def test_every_task_is_tried_again_by_the_kind_of_its_trouble_and_its_failure_is_mailed(bag: Any) -> None:
    from maplewire_airflow import BY_KIND_OF_TROUBLE

    for task in tasks_of(bag):
        assert task.retries >= 1, task.task_id
        assert task.retry_delay >= timedelta(seconds=30)
        assert task.retry_exponential_backoff == 2.0
        assert task.retry_policy is BY_KIND_OF_TROUBLE
        alarm = task.on_failure_callback
        if isinstance(alarm, list):  # of a mapped task it is no list
            (alarm,) = alarm
        assert type(alarm).__name__ == "OperatorMail"


@pytest.mark.parametrize(
    ("error", "action"),
    [
        ("crawlers.errors:TemporaryError", "retry"),
        ("crawlers.errors:PermanentError", "fail"),
        ("builtins:ConnectionError", "default"),
    ],
)
def test_what_may_pass_is_tried_again_and_what_a_person_has_to_mend_is_not(
    bag: Any, error: str, action: str
) -> None:
    from importlib import import_module

    from maplewire_airflow import BY_KIND_OF_TROUBLE

    module, _, name = error.partition(":")
    raised = getattr(import_module(module), name)("told")
    assert BY_KIND_OF_TROUBLE.evaluate(raised, 1, 3).action.value == action


def test_a_bug_is_not_tried_again_since_its_pages_would_look_done(bag: Any) -> None:
    from maplewire_airflow import BY_KIND_OF_TROUBLE

    assert BY_KIND_OF_TROUBLE.evaluate(ExceptionGroup("bugs", [KeyError("x")]), 1, 3).action.value == "fail"


def test_crawls_stand_in_line_for_one_pool(bag: Any) -> None:
    from maplewire_airflow import CRAWL_POOL

    crawling = {task.dag.dag_id for task in tasks_of(bag) if task.pool == CRAWL_POOL}
    assert crawling == {"collect_news", "recheck_articles", "backfill_news"}
    assert bag.dags["collect_news"].get_task("crawl").pool == CRAWL_POOL


def test_a_lost_event_costs_minutes(bag: Any) -> None:
    """What wakes these DAGs may be lost or late, so that the clock does it too."""
    for dag_id, clock in (("process_news", "*/15"), ("send_alerts", "*/10"), ("process_backfill", "25")):
        timetable = bag.dags[dag_id].timetable
        assert [asset.group for asset in timetable.asset_condition.objects] == ["maplewire"]
        assert timetable.timetable.expression == f"{clock} * * * *"


@pytest.mark.parametrize(
    ("task", "read", "written"),
    [
        ("collect_news.crawl", ["sources"], ["pages"]),
        ("backfill_news.fetch", ["sources"], ["past-pages"]),
        ("recheck_articles.look_again", ["stories"], ["pages"]),
        ("process_news.process", ["pages"], ["stories"]),
        ("process_backfill.process", ["past-pages"], ["stories"]),
        ("process_news.index", ["stories"], ["index"]),
        ("rebuild_index.rebuild", ["stories"], ["index"]),
        ("send_alerts.send", ["stories"], ["outbox"]),
        ("send_digests.send", ["stories"], ["outbox"]),
        ("watch_sources.watch", ["sources"], []),
        ("watch_sources.find_dead", ["sources"], []),
        ("dead_sources.apply", [], ["sources"]),
    ],
)
def test_a_task_names_what_it_reads_and_writes_for_openlineage(
    bag: Any, task: str, read: list[str], written: list[str]
) -> None:
    dag_id, _, task_id = task.partition(".")
    found = bag.dags[dag_id].get_task(task_id)
    assert datasets(found, "inlets") == read
    assert datasets(found, "outlets") == written


def datasets(task: Any, side: str) -> list[str]:
    """Return the names of the datasets that a task reads or writes."""
    listed = getattr(task, side, None)
    if hasattr(task, "partial_kwargs"):
        listed = task.partial_kwargs.get(side)
    names = []
    for one in listed or ():
        if hasattr(one, "url"):  # assets have none
            names.append(one.url.removeprefix("maplewire://"))
    return names


def test_no_task_changes_an_asset_by_ending_green(bag: Any) -> None:
    """A task with an asset as outlet would wake others whatever it found."""
    from airflow.sdk import Asset

    for task in tasks_of(bag):
        outlets = getattr(task, "outlets", None) or ()
        assert not any(isinstance(outlet, Asset) for outlet in outlets), task.task_id


def test_airflows_own_backfill_is_not_offered(bag: Any) -> None:
    for dag in bag.dags.values():
        assert "backfill" not in dag.allowed_run_types, dag.dag_id
        assert "manual" in dag.allowed_run_types
    assert "7 · Backfill news" in bag.dags["collect_news"].doc_md


def test_a_mapped_task_bears_a_name_before_it_has_done_anything(bag: Any) -> None:
    mapped = [task for task in tasks_of(bag) if hasattr(task, "expand_input")]
    assert {task.task_id for task in mapped} == {"crawl", "fetch", "process", "source_in_trouble", "ask"}
    for task in mapped:
        if task.task_id == "ask":
            assert task.map_index_template == "{{ task.trigger_run_id }}"
            continue
        (argument,) = task.op_kwargs_expand_input.value
        assert f"default(task.op_kwargs['{argument}']['label'])" in task.map_index_template


def test_the_forms_offer_the_sources_by_name_and_ask_for_nothing(
    airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(DAGS.parent / "beats" / "china-canada"))
    for dag_id in ("collect_news", "backfill_news"):
        sources = read_bag(DAGS / f"{dag_id}.py").dags[dag_id].params.get_param("sources")
        assert len(sources.schema["examples"]) > 100
        shown = sources.schema["values_display"]
        assert set(shown) == set(sources.schema["examples"])
        assert shown["gnw-canada"] != "gnw-canada"
        assert "null" in sources.schema["type"]
        assert sources.resolve(None) is None, "an empty field"
        assert sources.resolve(["not-in-the-list"]), "which a program may send"


def test_links_lead_to_what_is_set_and_hold_no_password() -> None:
    links = plugin().links
    assert links({}) == links({"MAPLEWIRE_WEB_URL": "", "MAPLEWIRE_KIBANA_URL": "javascript:alert(1)"}) == []
    found = links({
        "MAPLEWIRE_WEB_URL": "https://read.newsroom.example/room/",
        "MAPLEWIRE_KIBANA_URL": "https://elastic:secret@kibana.newsroom.example:5601",
    })  # fmt: skip
    assert {(link["name"], link["href"]) for link in found} == {
        ("Reading room", "https://read.newsroom.example/room/"),
        ("Kibana", "https://kibana.newsroom.example:5601/app/dashboards"),
    }
    assert {link["destination"] for link in found} == {"nav", "dag_run"}
