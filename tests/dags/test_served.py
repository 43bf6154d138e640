"""`make airflow DEMO=1`, from the first start to Ctrl-C.

The work, the dashboard, and what happens when parts are killed. One Airflow for all, since it takes a
minute to start. The tests run in any order, and in several processes too: each process then has an
Airflow of its own, and they take turns where the machine's cores count.
"""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from pipelines.cli.airflow import call_api, fetch_token
from tests.browser import a_browser
from tests.dags.served import Served, add_source, alone, eventually, served, tarpit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.xdist_group("served airflow"), pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp().parent / "served-airflow.turn"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, turns: Path) -> Iterator[Served]:
    """Return the demo, which was stopped in mid-crawl and started again.

    Its end is a claim too: Ctrl-C leaves nothing running.
    """
    home = tmp_path_factory.mktemp("served") / "demo"
    with served(home, turns) as stopped:
        stopped.unpause("process_news", "send_alerts", "collect_news")
        eventually(stopped.crawls, 180, stopped.told)
    with served(home, turns) as running:
        yield running


@dataclass(frozen=True)
class Worked:
    """What was there when all news had come in and all mails were out.

    All was stopped and started, and the scheduler was killed, each while crawls ran.
    """

    open_batches: list[str]
    outcomes: Counter[str]
    mails: Counter[str]
    """By their keys."""
    output: str
    """What the command had told by then."""


@pytest.fixture(scope="module")
def worked(desk: Served, turns: Path) -> Worked:
    """Have the demo do its work once, from crawl to mail."""
    with alone(turns):
        eventually(desk.crawls, 180, desk.told)
        os.kill(desk.scheduler(), signal.SIGKILL)
        eventually(
            lambda: "The scheduler had ended; it was started again." in desk.output.read_text(),
            20,
            desk.told,
        )
        eventually(lambda: _is_done(desk), 300, desk.told)
        # The demo publishes its second round by itself and has it collected.
        eventually(lambda: _outcomes(desk)["new"] == 23, 300, desk.told)
        eventually(
            lambda: all(r["state"] == "success" for r in desk.runs() if r["dag_id"] != "send_alerts"),
            120,
            desk.runs,
        )
    with desk.app() as app:
        return Worked(
            list(app.ledger.open_batches()),
            _outcomes(desk),
            Counter(str(mail["X-Maplewire-Key"]) for mail in desk.mails()),
            desk.output.read_text("utf-8"),
        )


def _outcomes(desk: Served) -> Counter[str]:
    """Return what became of all pages so far."""
    outcomes: Counter[str] = Counter()
    with desk.app() as app:
        for report in app.ledger.runs(100):
            outcomes.update({outcome.value: n for outcome, n in report.outcomes.items()})
    return outcomes


def _is_done(desk: Served) -> bool:
    states = {run["dag_id"]: run for run in reversed(desk.runs()) if run["state"] == "success"}
    return len(desk.mails()) > 10 and "send_alerts" in states and not desk.crawls()


def test_from_crawl_to_mail_though_the_scheduler_is_killed_in_the_middle(worked: Worked) -> None:
    assert worked.open_batches == []
    assert worked.outcomes["new"] == 23, "each story of the demo web once, none lost"
    assert worked.outcomes["copy"] == 14
    assert len(worked.mails) > 10
    assert set(worked.mails.values()) == {1}, "nothing is mailed twice"
    assert "The api-server" not in worked.output, "only what had ended was started again"


@pytest.mark.usefixtures("worked")
def test_the_desk_sees_the_work_in_a_browser(desk: Served) -> None:
    """Logs in as a person who may only look.

    What it sees is kept where the documents want it (MAPLEWIRE_KEEP_SCREENSHOTS).
    """
    # Which of the 95 items count as new depends on what the killed scheduler had heard of: a crawl may
    # be done twice.
    failed = " from 21 sources, 2 failed (almanac, lakeshore), "
    (run,) = [run for run in desk.runs("collect_news") if failed in (run["note"] or "")]
    labels = [ti["rendered_map_index"] or "" for ti in desk.tasks("collect_news", run["dag_run_id"])]
    (label,) = [label for label in labels if label.endswith(" · 2 failed")]
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
        page.get_by_text(failed).first.wait_for()
        keep(page, "airflow-run")
        page.goto(f"{at}/tasks/crawl/mapped")
        page.get_by_text(label).first.wait_for()
        keep(page, "airflow-crawls")
        page.get_by_text(label).first.click()
        page.get_by_text("almanac failed: answered 410 Gone").first.wait_for()
        keep(page, "airflow-log")


@pytest.mark.usefixtures("worked")
def test_a_statsd_receiver_hears_what_the_document_says_to_watch(desk: Served) -> None:
    text = (Path(__file__).parents[2] / "docs" / "production.md").read_text("utf-8")
    watched = set(re.findall(r"`(airflow\.[a-z_.]+?)(?:\.NAME)?`", text))
    assert len(watched) > 5
    eventually(lambda: not _unheard(watched, desk), 60, lambda: (_unheard(watched, desk), desk.statsd.names))


def _unheard(watched: set[str], desk: Served) -> set[str]:
    return {name for name in watched if not any(heard.startswith(name) for heard in desk.statsd.names)}


@pytest.mark.usefixtures("worked")
def test_a_typo_is_a_red_run_whose_note_says_why_and_one_mail(desk: Served) -> None:
    run_id = desk.trigger("collect_news", sources=["Northstar Gazette"])
    eventually(lambda: desk.run("collect_news", run_id)["state"] == "failed", 180, desk.told)
    note = desk.run("collect_news", run_id)["note"]
    assert note.startswith("“plan” failed: no source “Northstar Gazette”")
    told = [str(mail["Subject"]) for mail in desk.mails()]
    assert [subject for subject in told if "failed" in subject] == [
        "[Maplewire] 1 · Collect news: plan failed"
    ]


@pytest.mark.usefixtures("worked")
def test_a_crawl_that_is_cleared_lowers_no_account_and_wakes_nobody(desk: Served) -> None:
    failed = " from 21 sources, 2 failed (almanac, lakeshore), "
    (run,) = [run for run in desk.runs("collect_news") if failed in (run["note"] or "")]
    run_id = run["dag_run_id"]
    before = {run["dag_run_id"] for run in desk.runs("process_news")}
    body = {
        "dry_run": False,
        "only_failed": False,
        "dag_run_id": run_id,
        "task_ids": [["crawl", 0]],
        "include_downstream": True,
    }
    desk.ask("/dags/collect_news/clearTaskInstances", body)
    # Cleared tasks are asked for by their states: the run itself is over only when the last of them is.
    eventually(lambda: _is_over_again(desk, run_id), 240, lambda: desk.tasks("collect_news", run_id))
    assert failed in desk.run("collect_news", run_id)["note"].splitlines()[0]
    items = int(run["note"].split(" ")[0])
    assert int(desk.run("collect_news", run_id)["note"].split(" ")[0]) >= items
    states = {task["task_id"]: task["state"] for task in desk.tasks("collect_news", run_id)}
    assert states["hand_over"] == "success"
    runs = desk.runs("process_news")
    woken = [run["dag_run_id"] for run in runs if run["run_type"] == "asset_triggered"]
    assert set(woken) <= before


def _is_over_again(desk: Served, run_id: str) -> bool:
    tasks = desk.tasks("collect_news", run_id)
    is_run_over = desk.run("collect_news", run_id)["state"] == "success"
    tried_again = any(task["try_number"] > 1 and task["task_id"] == "account" for task in tasks)
    return is_run_over and tried_again


def test_airflows_own_backfill_is_refused(desk: Served) -> None:
    body = {
        "dag_id": "collect_news",
        "from_date": "2026-01-01T00:00:00Z",
        "to_date": "2026-01-02T00:00:00Z",
    }
    with pytest.raises(httpx.HTTPStatusError, match=r"4\d\d"):
        desk.ask("/backfills", body)
    (dag,) = [dag for dag in desk.ask("/dags?limit=50")["dags"] if dag["dag_id"] == "collect_news"]
    assert not dag["is_backfillable"], "so the form does not offer it"


def test_who_may_only_look_starts_nothing(desk: Served) -> None:
    viewer = fetch_token(desk.place, "desk")
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        call_api(desk.place, "/api/v2/dags/collect_news/dagRuns", {"logical_date": None}, token=viewer)


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


@pytest.mark.usefixtures("worked")
def test_a_crawl_marked_failed_in_the_dashboard_leaves_no_spider_and_no_batch(
    desk: Served, turns: Path
) -> None:
    batches = sorted((desk.home / "batches").iterdir())
    with alone(turns), tarpit() as (address, asked):
        add_source(desk.home / "beat", "tarpit", "Tar Pit Times", f"{address}/rss")
        desk.trigger("collect_news", sources=["tarpit"])
        eventually(lambda: asked and desk.crawls() and desk.crawling(), 180, desk.told)
        (crawl,) = desk.crawling()  # of our run, or of one by the clock that came first
        assert crawl["rendered_map_index"], "it has a name while it runs"
        spiders = set(desk.crawls())
        run = quote(crawl["dag_run_id"], safe="")
        path = f"/dags/collect_news/dagRuns/{run}/taskInstances/crawl/{crawl['map_index']}"
        desk.ask(path, {"new_state": "failed"}, method="PATCH")
        eventually(lambda: not spiders & set(desk.crawls()), 15, desk.processes)
        eventually(
            lambda: desk.run("collect_news", crawl["dag_run_id"])["state"] == "failed",
            90,
            lambda: desk.tasks("collect_news", crawl["dag_run_id"]),
        )
    assert sorted((desk.home / "batches").iterdir()) == batches, "no batch, and no part of one"
    with desk.app() as app:
        assert "tarpit" not in app.ledger.feed_states(), "it stays due"
