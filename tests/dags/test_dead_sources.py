"""A person is asked about a source that is gone, by Airflow itself, and the answer is applied."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.model import CrawlResult, FeedState
from crawlers.sources import load_sources
from tests.dags.conftest import DemoDesk, note_of, states

QUESTION = "The Old Almanac answers 410 (gone) since 22 November 2026, for 8 days. Turn it off?"
GONE = {"source": "almanac", "question": QUESTION}


@pytest.fixture
def gone(desk: DemoDesk) -> DemoDesk:
    now = datetime.now(UTC)
    state = FeedState("almanac", last_polled=now, failing_since=now - timedelta(days=8), failure="gone")
    with desk.app() as app:
        run = app.ledger.start_run(now)
        assert app.ledger.adopt(CrawlResult("b", now, now, (state,), ()), "b.warc.gz", run)
    return desk


@contextmanager
def a_person_who_answers(option: str) -> Iterator[list[str]]:
    """Answer what waits, through the code behind Airflow's page; yield what was asked."""
    asked: list[str] = []
    done = Event()

    def wait_and_answer() -> None:
        while not done.wait(0.2):
            if answer_one(option, asked):
                return

    thread = Thread(target=wait_and_answer, daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        done.set()
        thread.join(30)


def answer_one(option: str, asked: list[str]) -> bool:
    from airflow import settings
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
    from airflow.models import TaskInstance
    from airflow.models.hitl import HITLDetail
    from sqlalchemy import select

    person: Any = SimpleNamespace(get_id=lambda: "ada", get_name=lambda: "Ada")
    with settings.Session() as session:
        waits = session.scalars(
            select(TaskInstance).where(
                TaskInstance.dag_id == "dead_sources", TaskInstance.state == "awaiting_input"
            )
        ).first()
        if waits is None:
            return False
        payload = UpdateHITLDetailPayload(chosen_options=[option])
        try:
            update_hitl_detail(waits.dag_id, waits.run_id, waits.task_id, payload, person, session)
            question = select(HITLDetail.subject).where(HITLDetail.ti_id == waits.id)
            asked.extend(session.scalars(question))
        except Exception:
            # Without an answer the run would wait for ever, and the test with it.
            waits.state = "failed"
            logging.getLogger(__name__).exception("no answer was given")
        session.commit()
        return True


def is_on(desk: DemoDesk) -> bool:
    (source,) = [one for one in load_sources(desk.settings.beat / "sources.yaml") if one.id == "almanac"]
    return source.enabled


@pytest.mark.parametrize(("option", "on"), [("Turn off", False), ("Keep", True)])
def test_the_answer_is_applied_and_the_run_says_so(gone: DemoDesk, option: str, on: bool) -> None:
    with a_person_who_answers(option) as asked:
        run = gone.run("dead_sources", **GONE)
    assert asked == [QUESTION]
    assert states(run) == {"ask": ["success"], "apply": ["success"]}
    assert is_on(gone) is on
    assert note_of(run).startswith("The Old Almanac (almanac) ")
    assert "Ada" in note_of(run)


def test_the_watch_asks_once_and_waits_for_nobody(gone: DemoDesk) -> None:
    from airflow import settings
    from airflow.models import DagRun
    from sqlalchemy import select

    with a_person_who_answers("Keep"):
        gone.run("dead_sources", **GONE)  # after it Airflow's database knows the DAG
    assert states(gone.run("watch_sources"))["ask"] == ["success"]
    assert states(gone.run("watch_sources"))["ask"] == ["skipped"]
    with settings.Session() as session:
        runs = session.scalars(
            select(DagRun).where(DagRun.dag_id == "dead_sources", DagRun.run_id.startswith("almanac_"))
        ).all()
        (run,) = runs
        assert run.conf["source"] == "almanac"
        assert "for 8 days. Turn it off?" in run.conf["question"]
        assert run.state == "queued"
        session.delete(run)
        session.commit()


def test_where_no_source_is_gone_nobody_is_asked(desk: DemoDesk) -> None:
    assert states(desk.run("watch_sources"))["ask"] == ["skipped"]
