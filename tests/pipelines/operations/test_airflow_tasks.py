"""What a scheduler's tasks do, called by hand: what they return, say, and raise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawlers.batch import BACKFILL, BatchWriter
from crawlers.errors import CatalogueError, PermanentError, TemporaryError
from crawlers.model import CrawlResult, FeedState, Page, SourceReport
from crawlers.sources import load_sources
from pipelines.adapters.clock import FixedClock
from pipelines.alerts.restore_hold import hold_mail, release_mail
from pipelines.bootstrap import App, make_app
from pipelines.cli.airflow import free_port
from pipelines.model import OutboxMail
from pipelines.operations import airflow_tasks as tasks
from pipelines.operations.airflow_tasks import processing
from pipelines.operations.airflow_tasks.accounts import NOTE_CHARS, ClosedAccount, Counts, Piece
from pipelines.stages.batches import adopt_waiting_batches
from tests.builders import NOON
from tests.small_beat import give_heading_and_terms

CATALOGUE = """
sources:
  - {id: cbc, name: CBC, kind: feed, url: "https://cbc.example/rss", country: CA, owner: public}
  - {id: globe, name: The Globe, kind: feed, url: "https://globe.example/rss", country: CA, owner: private}
  - {id: xinhua, name: Xinhua, kind: feed, url: "https://xinhua.example/rss", country: CN, owner: state}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir()
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text(CATALOGUE, "utf-8")
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(beat))
    monkeypatch.setenv("MAPLEWIRE_OPERATOR_MAIL", "ops@newsroom.example")
    return tmp_path / "data"


def a_batch(home: Path, batch_id: str, *, pages: int = 1, known: int = 0, failed: str | None = None) -> None:
    """Write a complete batch that nobody has handed over.

    A crawl that is killed at its end leaves one like it.
    """
    with BatchWriter(home / "batches", batch_id) as writer:
        for n in range(pages):
            writer.write(
                Page(f"https://cbc.example/{batch_id}/{n}", "cbc", b"<p>Nothing of note</p>", fetched_at=NOON)
            )
        result = "failed" if failed else "ok"
        entries = pages + known
        report = SourceReport("cbc", result, entries, known, fetched=pages, error=failed)
        writer.finish(CrawlResult(batch_id, NOON, NOON, (FeedState("cbc"),), (report,), pages=pages))


def adopt(run_id: int) -> None:
    """Hand over every batch that waits for it, as the crawls of a run do."""
    with make_app() as app:
        adopt_waiting_batches(app.parts, run_id)


#: The account of one crawl that finished. What it says is not counted: the ledger knows better.
ONE_CRAWL = [{"items": 0, "sources": 1, "failed": 0, "known": 3, "missed": 0}]
Close = Callable[[Sequence[Piece] | None, Sequence[Counts]], ClosedAccount]


def mails(home: Path) -> list[tuple[str, str]]:
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((home / "outbox").glob("*.eml"))
    ]
    return [(str(m["Subject"]), m.get_content()) for m in found]


def test_what_is_due_is_planned_in_pieces_with_labels() -> None:
    (piece,) = tasks.plan_collection(8)
    assert piece == {"run": 1, "label": "Others", "sources": ["cbc", "globe", "xinhua"]}
    (named,) = tasks.plan_collection(8, ["xinhua"])
    assert named["label"] == "Chinese state media"


def test_an_unknown_source_is_named_and_no_run_is_started() -> None:
    with pytest.raises(CatalogueError, match="no source “cba”"):
        tasks.plan_collection(8, ["cba"])
    with make_app() as app:
        assert app.ledger.runs() == []


@pytest.mark.parametrize(
    ("counts", "label"),
    [
        ({"items": 41, "failed": 2}, "Canadian press · 41 items · 2 failed"),
        ({"items": 1, "failed": 0}, "Canadian press · 1 item"),
        ({"items": 0, "failed": 0}, "Canadian press · 0 items"),
    ],
)
def test_a_label_says_what_came_and_what_failed(counts: dict[str, int], label: str) -> None:
    assert tasks.shard_label("Canadian press", counts) == label


def test_an_account_names_each_source_that_failed_and_each_crawl_that_did_not_finish(home: Path) -> None:
    plan = tasks.plan_collection(8)
    a_batch(home, "20260101T000000Z-a", known=4, failed="answered 410 Gone")
    adopt(plan[0]["run"])
    counts, note, pages_wait = tasks.close_collection(
        [*plan, {"run": 1, "label": "Wires", "sources": []}], ONE_CRAWL
    )
    assert counts == {"items": 1, "sources": 1, "failed": 1, "known": 4, "missed": 0, "crawls": 1}
    assert pages_wait
    assert note.splitlines() == [
        "1 item from 1 source, 1 failed (cbc), 4 known already; "
        "1 of 2 crawls did not finish, their sources stay due",
        "- CBC (cbc): answered 410 Gone",
    ]
    with make_app() as app:
        assert app.ledger.runs()[0].note == note


@pytest.mark.parametrize("close", [tasks.close_collection, tasks.close_backfill])
def test_clearing_a_crawl_lowers_no_account_and_wakes_nobody_for_nothing(home: Path, close: Close) -> None:
    of_past = close is tasks.close_backfill
    kind = BACKFILL if of_past else ""
    plan = [{"run": tasks.plan_collection(8)[0]["run"], "label": "Others", "file": None}]
    a_batch(home, f"{kind}20260101T000000Z-a", pages=3)
    adopt(1)
    assert close(plan, ONE_CRAWL).counts["items"] == 3
    (piece,) = tasks.plan_processing(4, of_past=of_past)
    tasks.process_batches(piece["run"], piece["batches"])
    a_batch(home, f"{kind}20260101T000500Z-a", pages=0, known=3)  # what the cleared crawl finds
    adopt(1)
    counts, note, pages_wait = close(plan, ONE_CRAWL)
    assert (counts["items"], counts["sources"]) == (3, 1)
    assert note.startswith("3 items from ")
    assert not pages_wait
    a_batch(home, f"{kind}20260101T001000Z-a", pages=2, known=3)  # and what it finds after more was published
    adopt(1)
    again = close(plan, ONE_CRAWL)
    assert again.counts["items"] == 5
    assert again.pages_wait


def test_a_file_of_a_backfill_that_is_cleared_keeps_its_count(home: Path, tmp_path: Path) -> None:
    a_batch(home, "from-elsewhere", pages=3)
    file = next((home / "batches").iterdir()).rename(tmp_path / "CC-NEWS-20260101.warc.gz")
    asked = {"since": None, "until": None, "sources": [], "files": [str(file)]}
    plan = tasks.plan_backfill(1, asked)
    first = tasks.backfill_piece(plan[0], limit_s=60)
    again = tasks.backfill_piece(plan[0], limit_s=60)
    assert (first["items"], again["items"]) == (3, 3)
    assert tasks.close_backfill(plan, [again]).counts["items"] == 3
    assert tasks.backfill_piece(tasks.plan_backfill(1, asked)[0], limit_s=60)["items"] == 0, "another run"


def test_when_no_crawl_finished_the_machine_is_the_trouble() -> None:
    plan = tasks.plan_collection(8)
    with pytest.raises(PermanentError, match="no crawl finished; the sources stay due"):
        tasks.close_collection(plan, [])


@pytest.mark.parametrize("close", [lambda plan: tasks.close_collection(plan, []), tasks.close_processing])
def test_an_account_without_a_plan_is_no_quiet_success(close) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PermanentError, match="nothing was planned"):
        close(None)


def test_nothing_to_do_is_said_and_counted_as_nothing() -> None:
    assert tasks.plan_processing(4) == []
    assert tasks.close_processing([]) == ({"pages": 0}, "No batch was waiting.")
    assert tasks.close_collection([], []) == ({"items": 0}, "Nothing was due.", False)


def test_batches_are_divided_among_workers_by_their_pages(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "LEAST_PAGES", 2)
    for name, pages in (("a", 5), ("b", 3), ("c", 2), ("d", 1)):
        a_batch(home, name, pages=pages)
    plan = tasks.plan_processing(2)
    assert [(p["label"], p["batches"]) for p in plan] == [
        ("6 pages of 2 batches", ["a", "d"]),
        ("5 pages of 2 batches", ["b", "c"]),
    ]
    assert len(tasks.plan_processing(1)) == 1


def test_a_backfill_keeps_no_news_waiting(home: Path) -> None:
    a_batch(home, f"{BACKFILL}old", pages=9)
    assert tasks.plan_processing(4) == []
    with make_app() as app:
        assert app.ledger.runs() == [], "and no run of nothing is in the accounts"
    a_batch(home, "new", pages=2)
    (news,) = tasks.plan_processing(4)
    assert news["batches"] == ["new"]
    (past,) = tasks.plan_processing(1, of_past=True)
    assert past["batches"] == [f"{BACKFILL}old"]
    tasks.process_batches(past["run"], past["batches"])
    assert tasks.plan_processing(1, of_past=True) == []
    assert len(tasks.plan_processing(4)) == 1, "what is new is still there"


def test_the_form_has_the_names_of_sources_that_are_turned_on(home: Path) -> None:
    catalogue = home.parent / "beat" / "sources.yaml"
    off = '  - {id: gone, name: Gone, kind: feed, url: "https://gone.example/rss", enabled: false}\n'
    catalogue.write_text(CATALOGUE + off, "utf-8")
    assert tasks.source_names() == {"cbc": "CBC", "globe": "The Globe", "xinhua": "Xinhua"}
    assert list(tasks.source_names()) == ["cbc", "globe", "xinhua"]


@pytest.mark.parametrize(
    "text",
    ["", "sources: 3", "sources: [{id: cbc}]", "- a", "sources: {a: b}", "\0", "a: !!python/name:os.system"],
)
def test_a_form_does_without_names_where_the_catalogue_is_damaged(home: Path, text: str) -> None:
    (home.parent / "beat" / "sources.yaml").write_text(text, "utf-8")
    assert tasks.source_names() == {}


def test_a_form_has_no_names_where_there_is_no_catalogue_or_a_very_long_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"  - {{id: s{n}, name: S}}\n" for n in range(501)]
    (home.parent / "beat" / "sources.yaml").write_text("sources:\n" + "".join(rows), "utf-8")
    assert tasks.source_names() == {}
    monkeypatch.delenv("MAPLEWIRE_BEAT")
    assert tasks.source_names() == {}


def test_a_damaged_batch_is_told_after_all_others_were_processed(home: Path) -> None:
    a_batch(home, "a", pages=2)
    a_batch(home, "b", pages=2)
    (piece,) = tasks.plan_processing(4)
    (home / "batches" / "a.warc.gz").unlink()
    with pytest.raises(PermanentError, match=r"batch .*a\.warc\.gz is missing"):
        tasks.process_batches(piece["run"], piece["batches"])
    counts, note = tasks.close_processing([piece])
    assert counts["pages"] == 2, "those of the other batch"
    assert note.startswith("2 pages: 0 new stories")
    assert not tasks.has_arrivals(counts)


def test_a_failure_is_mailed_once_a_day_with_what_why_and_where(home: Path) -> None:
    context = {
        "ti": SimpleNamespace(
            task_id="index",
            dag_id="process_news",
            run_id="r1",
            log_url="http://desk/log",
            rendered_map_index=None,
        ),
        "dag": SimpleNamespace(dag_display_name="2 · Process news"),
        "exception": TemporaryError("the index is away"),
    }
    tasks.tell_of_failure(context)
    tasks.tell_of_failure(context)
    ((subject, text),) = mails(home)
    assert subject == "[Maplewire] 2 · Process news: index failed"
    assert "the index is away" in text
    assert "http://desk/log" in text
    tasks.tell_of_failure(context | {"exception": TemporaryError("something else")})
    assert len(mails(home)) == 2


def failed_task(error: Exception | None, run_id: str = "r1", task_id: str = "crawl") -> dict[str, object]:
    """Return the context of a failure as Airflow gives it; a killed task has no exception."""
    instance = SimpleNamespace(task_id=task_id, dag_id="collect_news", run_id=run_id)
    return {"ti": instance, "exception": error}


def test_the_same_reason_with_another_count_is_one_mail(home: Path) -> None:
    for run_id, seconds in (("r1", 480), ("r1", 481), ("r2", 480)):
        tasks.tell_of_failure(failed_task(TemporaryError(f"did not end within {seconds} s"), run_id))
    assert len(mails(home)) == 1


def test_a_server_that_is_away_stops_many_tasks_and_is_one_mail(home: Path) -> None:
    for task_id in ("plan", "crawl", "send"):
        tasks.tell_of_failure(failed_task(TemporaryError("the ledger is away"), task_id=task_id))
    assert len(mails(home)) == 1
    for task_id in ("plan", "crawl"):
        tasks.tell_of_failure(failed_task(TimeoutError("ended after 600 s"), task_id=task_id))
    assert len(mails(home)) == 3, "two tasks that take too long may do so for two reasons"


def test_a_ledger_that_is_away_is_told_of_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_LEDGER_URL", f"postgresql://maplewire:secret@127.0.0.1:{free_port()}/news")
    for task_id in ("plan", "send"):
        with pytest.raises(TemporaryError) as away:
            tasks.plan_collection(8)
        tasks.tell_of_failure(failed_task(away.value, task_id=task_id))
    ((_, text),) = mails(home)
    assert "cannot be reached" in text
    assert "secret" not in text


def test_a_mail_says_what_each_bug_is_and_another_bug_is_another_mail(home: Path) -> None:
    for bug in (KeyError("dateline"), KeyError("dateline"), ValueError("no such zone")):
        tasks.tell_of_failure(failed_task(ExceptionGroup("a bug in Maplewire", [bug]), task_id="process"))
    texts = sorted(text for _, text in mails(home))
    assert len(texts) == 2
    assert "a bug in Maplewire; KeyError('dateline')" in texts[0]
    assert "no such zone" in texts[1]


def test_the_reason_of_a_failure_is_left_for_the_note_of_the_run() -> None:
    pushed: dict[str, str] = {}
    context = failed_task(CatalogueError(["no source “cba”"]), task_id="plan")
    context["ti"].xcom_push = pushed.__setitem__  # type: ignore[attr-defined]
    tasks.tell_of_failure(context)
    assert pushed == {"note": "“plan” failed: no source “cba”"}
    context["exception"] = TemporaryError("x" * 5000)
    tasks.tell_of_failure(context)
    assert len(pushed["note"]) == NOTE_CHARS


def test_tasks_that_were_killed_are_mailed_again_in_the_next_hour(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.bootstrap.SystemClock", lambda: FixedClock(NOON))
    tasks.tell_of_failure(failed_task(None, "r1"))
    tasks.tell_of_failure(failed_task(None, "r1"))
    assert len(mails(home)) == 1
    monkeypatch.setattr("pipelines.bootstrap.SystemClock", lambda: FixedClock(NOON + timedelta(hours=1)))
    tasks.tell_of_failure(failed_task(None, "r2"))
    ((_, first), (_, second)) = mails(home)
    assert "no reason was given" in first
    assert "Run: r2" in second


def test_one_typo_is_one_mail(home: Path) -> None:
    """The plan failed, so the account does too, and the run's deadline passes later."""
    with pytest.raises(CatalogueError) as planned:
        tasks.plan_collection(8, ["cba"])
    tasks.tell_of_failure(failed_task(planned.value, task_id="plan"))
    with pytest.raises(PermanentError) as closed:
        tasks.close_collection(None, [])
    tasks.tell_of_failure(failed_task(closed.value, task_id="account"))
    late("r1", "failed")
    assert [subject for subject, _ in mails(home)] == ["[Maplewire] collect_news: plan failed"]


def test_crawls_that_all_failed_are_told_by_themselves_and_not_by_the_account(home: Path) -> None:
    plan = tasks.plan_collection(8)
    for _ in plan:
        tasks.tell_of_failure(failed_task(TemporaryError("no way to the network")))
    with pytest.raises(PermanentError, match="no crawl finished") as closed:
        tasks.close_collection(plan, [])
    tasks.tell_of_failure(failed_task(closed.value, task_id="account"))
    assert [subject for subject, _ in mails(home)] == ["[Maplewire] collect_news: crawl failed"]


def late(run_id: str | None, state: str | None = "running") -> None:
    """Have the deadline of a run pass, with what Airflow 3.3 says of the run."""
    run = {"dag_id": "collect_news", "dag_display_name": "1 · Collect news"}
    if run_id:
        run["dag_run_id"] = run_id
    if state:
        run["state"] = state
    asyncio.run(tasks.tell_of_delay("It was not done in time.", {"dag_run": run}))


def test_a_late_run_is_mailed_once_and_each_late_run_of_a_day_is(home: Path) -> None:
    late("scheduled__2026-01-17T00:15:00+00:00")
    late("scheduled__2026-01-17T00:15:00+00:00")
    ((subject, text),) = mails(home)
    assert subject == "[Maplewire] 1 · Collect news is late"
    assert "It was not done in time." in text
    assert "Run: scheduled__2026-01-17T00:15:00+00:00" in text
    late("scheduled__2026-01-17T00:20:00+00:00", "queued")
    assert len(mails(home)) == 2


@pytest.mark.parametrize("state", ["failed", "success"])
def test_a_run_that_is_over_is_not_late_and_hides_no_run_that_is(home: Path, state: str) -> None:
    late("manual__1", state)
    assert mails(home) == []
    late("manual__2")
    ((_, text),) = mails(home)
    assert "Run: manual__2" in text


def test_a_delay_without_a_run_is_mailed_once_a_day(home: Path) -> None:
    for _ in range(2):
        asyncio.run(tasks.tell_of_delay("It was not done in time."))
        late(None, None)
    subjects = [subject for subject, _ in mails(home)]
    assert sorted(subjects) == ["[Maplewire] 1 · Collect news is late", "[Maplewire] A Dag is late"]


@pytest.fixture
def failing(home: Path) -> None:
    with make_app() as app:
        run = app.ledger.start_run(app.clock.now())
        now = app.clock.now()
        state = FeedState(
            "cbc", last_polled=now, failing_since=now, failure_weight=2.0, last_error="answered 410 Gone"
        )
        result = CrawlResult("x", now, now, (state,), (SourceReport("cbc", "failed", error="410"),))
        app.ledger.adopt(result, "x.warc.gz", run)


@pytest.mark.usefixtures("failing")
def test_watching_names_who_is_in_trouble_and_mails_it_once_a_day(home: Path) -> None:
    watched = tasks.watch_sources()
    assert watched.counts == {"sources": 3, "ok": 0, "failing": 1, "silent": 0, "not_tried": 2, "off": 0}
    assert "CBC (cbc): failing since" in watched.note
    assert "operators were told" in watched.note
    (trouble,) = watched.troubles
    assert trouble["label"] == "CBC · failing"
    assert "failing since" in trouble["text"]
    assert "To do: " in trouble["text"]
    assert "know of it already" in tasks.watch_sources().note
    assert [subject for subject, _ in mails(home)] == ["[Maplewire] 1 source failing or silent"]


@pytest.fixture
def gone(home: Path) -> Path:
    """Let a source be gone for eight days; return the catalogue."""
    with make_app() as app:
        now = app.clock.now()
        since = now - timedelta(days=8)
        note_state(app, FeedState("cbc", last_polled=now, failing_since=since, failure="gone"))
    return home.parent / "beat" / "sources.yaml"


def note_state(app: App, state: FeedState) -> None:
    now = app.clock.now()
    run = app.ledger.start_run(now)
    assert app.ledger.adopt(CrawlResult(f"b{run}", now, now, (state,), ()), f"b{run}.warc.gz", run)


def test_a_source_that_is_gone_is_asked_about_and_the_answer_is_written(gone: Path) -> None:
    (asked,) = tasks.dead_source_questions()
    assert asked["source"] == "cbc"
    assert asked["question"].startswith("CBC answers 410 (gone) since ")
    assert tasks.dead_source_questions() == [asked], "the same question has the same key"
    before = gone.read_text()
    assert "stays on: nobody answered" in tasks.settle_dead_source("cbc", turn_off=False, by=None)
    assert "stays on: Ada answered so" in tasks.settle_dead_source("cbc", turn_off=False, by="Ada")
    assert gone.read_text() == before
    note = tasks.settle_dead_source("cbc", turn_off=True, by="Ada\n# x")
    assert "CBC (cbc) is off: answers 410 (gone) since " in note
    (source,) = [source for source in load_sources(gone) if source.id == "cbc"]
    assert source.enabled is False
    assert str(source.off_reason).endswith("; turned off by Ada # x")
    assert "is off already" in tasks.settle_dead_source("cbc", turn_off=True, by="Ada")
    assert tasks.dead_source_questions() == []


def test_a_source_that_came_back_before_the_answer_stays_on(gone: Path) -> None:
    before = gone.read_text()
    with make_app() as app:
        note_state(app, FeedState("cbc", last_polled=app.clock.now(), last_success=app.clock.now()))
    assert "answers, so it stays on" in tasks.settle_dead_source("cbc", turn_off=True, by="Ada")
    assert gone.read_text() == before


def test_an_answer_about_a_source_that_is_not_in_the_catalogue_changes_nothing(gone: Path) -> None:
    before = gone.read_text()
    assert "no longer in the catalogue" in tasks.settle_dead_source("nobody", turn_off=True, by="Ada")
    assert gone.read_text() == before


def test_held_mail_makes_no_task_red_and_is_told_in_notes_and_once_a_day_by_mail(home: Path) -> None:
    with make_app() as app:
        hold_mail(app.ledger, app.clock.now())
        owed = OutboxMail("k", ("reader@desk.example",), "News", b"To: desk\r\n\r\n", created=app.clock.now())
        app.ledger.enqueue([owed], "test", 0)
    for send in (tasks.send_alerts, tasks.send_digests):
        counts, note = send()
        assert counts == {"mails": 0}
        assert "mail is held since" in note
        assert "1 wait" in note
        assert "maplewire outbox release" in note
    assert "mail is held since" in tasks.watch_sources().note
    assert "know of it already" in tasks.watch_sources().note
    assert [subject for subject, _ in mails(home)] == ["[Maplewire] mail to readers is held"]
    with make_app() as app:
        release_mail(app.ledger)
    counts, note = tasks.send_alerts()
    assert counts == {"mails": 1}
    assert "held" not in note
    assert "held" not in tasks.watch_sources().note
