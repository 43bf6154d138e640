"""`make airflow DEMO=1`, from the first start to Ctrl-C: the work, the dashboard, and what happens when parts are killed.

One Airflow for all: it takes a minute to start. The tests of this file belong to one process, in this order.
"""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import quote

import pytest

from pipelines.cli.airflow import ask, token_of
from tests.browser import a_browser
from tests.dags.served import Served, add_source, eventually, served, tarpit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.xdist_group("served airflow"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served") / "demo") as running:
        yield running


def test_from_crawl_to_mail_though_the_scheduler_is_killed_in_the_middle(desk: Served) -> None:
    desk.unpause("process_news", "send_alerts", "collect_news")
    eventually(desk.crawls, 180, desk.told)
    os.kill(desk.scheduler(), signal.SIGKILL)
    eventually(
        lambda: "The scheduler had ended; it was started again." in desk.output.read_text(), 20, desk.told
    )

    def is_done() -> bool:
        states = {run["dag_id"]: run for run in reversed(desk.runs()) if run["state"] == "success"}
        return len(desk.mails()) > 20 and "send_alerts" in states and not desk.crawls()

    eventually(is_done, 300, desk.told)
    eventually(
        lambda: all(r["state"] == "success" for r in desk.runs() if r["dag_id"] != "send_alerts"),
        120,
        desk.runs,
    )
    with desk.app() as app:
        assert app.ledger.open_batches() == []
        outcomes: Counter[str] = Counter()
        for report in app.ledger.runs(100):
            assert report.fetched == sum(report.outcomes.values())
            outcomes.update({outcome.value: n for outcome, n in report.outcomes.items()})
        assert outcomes["new"] == 22, "each story of the demo web once, none lost"
        assert outcomes["copy"] == 13
    keys = Counter(mail["X-Maplewire-Key"] for mail in desk.mails())
    assert set(keys.values()) == {1}, "nothing is mailed twice"
    assert "The api-server" not in desk.output.read_text(), "only what had ended was started again"


def test_the_desk_sees_the_work_in_a_browser(desk: Served) -> None:
    """Logs in as who may only look, and keeps what it sees where the documents want it (MAPLEWIRE_KEEP_SCREENSHOTS)."""
    (run,) = [run for run in desk.runs("collect_news") if "95 items" in (run["note"] or "")]
    at = f"{desk.place.url}/dags/collect_news/runs/{quote(run['dag_run_id'], safe='')}"
    with a_browser() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 720}, color_scheme="light")
        page.set_default_timeout(60_000)
        log_in(page, desk.place.url, "desk")
        page.goto(f"{desk.place.url}/dags")
        for name in ("1 · Collect news", "2 · Process news", "3 · Send alerts"):
            page.get_by_text(name).first.wait_for()
        keep(page, "airflow-dags")
        page.goto(at)
        page.get_by_text("95 items from 21 sources, 2 failed").first.wait_for()
        keep(page, "airflow-run")
        page.goto(f"{at}/tasks/crawl/mapped")
        page.get_by_text("12 items · 2 failed").first.wait_for()
        keep(page, "airflow-crawls")
        page.get_by_text("12 items · 2 failed").first.click()
        page.get_by_text("almanac failed: answered 410 Gone").first.wait_for()
        keep(page, "airflow-log")


def test_a_statsd_receiver_hears_what_the_document_says_to_watch(desk: Served) -> None:
    text = (Path(__file__).parents[2] / "docs" / "production.md").read_text("utf-8")
    watched = set(re.findall(r"`(airflow\.[a-z_.]+?)(?:\.NAME)?`", text))
    assert len(watched) > 5
    eventually(lambda: not _unheard(watched, desk), 60, lambda: (_unheard(watched, desk), desk.statsd.names))


def _unheard(watched: set[str], desk: Served) -> set[str]:
    return {name for name in watched if not any(heard.startswith(name) for heard in desk.statsd.names)}


def test_who_may_only_look_starts_nothing(desk: Served) -> None:
    viewer = token_of(desk.place, "desk")
    with pytest.raises(HTTPError, match="403"):
        ask(desk.place, "/api/v2/dags/collect_news/dagRuns", {"logical_date": None}, token=viewer)


def log_in(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", name)
    page.click("button[type=submit]")
    page.wait_for_url(lambda address: "login" not in address)


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("MAPLEWIRE_KEEP_SCREENSHOTS"):
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_crawl_marked_failed_in_the_dashboard_leaves_no_spider_and_no_batch(desk: Served) -> None:
    batches = sorted((desk.home / "batches").iterdir())
    with tarpit() as (address, asked):
        add_source(desk.home / "beat", "tarpit", "Tar Pit Times", f"{address}/rss")
        run = desk.trigger("collect_news", sources=["tarpit"])
        eventually(lambda: asked and desk.crawls(), 180, desk.told)
        path = f"/dags/collect_news/dagRuns/{quote(run, safe='')}/taskInstances/crawl/0"
        desk.ask(path, {"new_state": "failed"}, method="PATCH")
        eventually(lambda: not desk.crawls(), 15, desk.processes)
        eventually(
            lambda: desk.run("collect_news", run)["state"] == "failed",
            90,
            lambda: desk.tasks("collect_news", run),
        )
    assert sorted((desk.home / "batches").iterdir()) == batches, "no batch, and no part of one"
    with desk.app() as app:
        assert "tarpit" not in app.ledger.feed_states(), "it stays due"


def test_ctrl_c_leaves_nothing_running(desk: Served) -> None:
    assert len(desk.processes()) > 8
    desk.process.send_signal(signal.SIGINT)
    assert desk.process.wait(60) == 0
    assert desk.processes() == {}
    assert desk.output.read_text("utf-8").endswith("Stopped; nothing of it is left running.\n")
