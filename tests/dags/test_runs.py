"""Each DAG, run to its end on the demo web, task by task, by Airflow itself."""

from __future__ import annotations

import os
import re
import time
from email import message_from_bytes, policy
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.dags.conftest import DemoDesk, events, labels, note_of, states
from tests.dags.served import add_source, tarpit


def mails(desk: DemoDesk) -> list[Path]:
    return sorted(desk.settings.outbox_dir.glob("*.eml"))


#: Nine of the demo's 21, in three languages, the last two broken.
#: Fewer sources are fewer crawls, which this process does one by one.
SOURCES = (
    "northstar",
    "radio-harbin",
    "boreal-press",
    "prairie-ledger",
    "yardstick",
    "valley-voice",
    "songhua",
    "almanac",
    "lakeshore",
)


def test_from_the_web_to_the_mail(desk: DemoDesk) -> None:
    collected = desk.run("collect_news", sources=list(SOURCES))
    assert states(collected) == {
        "plan": ["success"], "crawl": ["success"] * 2, "account": ["success"], "hand_over": ["success"],
        "all_crawled": ["success"],
    }  # fmt: skip
    assert [label.partition(" · ")[0] for label in labels(collected, "crawl")] == ["Canadian press", "Others"]
    assert sum(" · 2 failed" in label for label in labels(collected, "crawl")) == 1
    assert " from 9 sources, 2 failed (almanac, lakeshore), 0 known already\n- " in note_of(collected)
    assert "The Old Almanac (almanac): answered 410 Gone" in note_of(collected)
    (pages,) = events(collected)
    assert len(pages) <= 6
    assert (pages["sources"], pages["failed"]) == (9, 2)

    processed = desk.run("process_news")
    assert set(chain.from_iterable(states(processed).values())) == {"success"}
    assert labels(processed, "process") == [f"{pages['items']} pages of 2 batches"]
    (stories,) = events(processed)
    assert stories["pages"] == pages["items"]
    assert stories["new"] > 5
    assert len(stories) <= 6
    with desk.app() as app:
        assert app.index.count() == app.ledger.count_articles() > 5
        assert app.ledger.open_batches() == []
        for report in app.ledger.runs():
            assert report.finished
            assert report.fetched == sum(report.outcomes.values())

    sent = desk.run("send_alerts")
    assert note_of(sent) == f"{len(mails(desk))} mails sent."
    assert len(mails(desk)) > 5
    before = mails(desk)
    desk.run("send_alerts")
    assert mails(desk) == before, "nothing is mailed twice"

    digests = desk.run("send_digests")
    assert states(digests) == {"send": ["success"]}
    assert "sent." in note_of(digests)
    before = mails(desk)

    watched = desk.run("watch_sources")
    assert note_of(watched).startswith("21 sources: 7 well, 2 failing (lakeshore, almanac), 0 silent")
    assert labels(watched, "source_in_trouble") == [
        "Lakeshore Courier · failing",
        "The Old Almanac · failing",
    ]
    (told,) = set(mails(desk)) - set(before)
    assert b"2 sources failing or silent" in told.read_bytes()

    rebuilt = desk.run("rebuild_index")
    assert note_of(rebuilt) == f"{stories_in(desk)} documents indexed."


def stories_in(desk: DemoDesk) -> int:
    with desk.app() as app:
        return app.ledger.count_articles()


def test_no_page_is_a_quiet_green_run(desk: DemoDesk) -> None:
    collected = desk.run("collect_news", sources=["almanac"])
    assert states(collected)["hand_over"] == ["success"]
    assert events(collected) == [], "nobody is woken"
    assert str(collected.state) == "success", "a source that fails never makes a run red"
    processed = desk.run("process_news")
    assert set(chain.from_iterable(states(processed).values())) == {"success"}
    assert labels(processed, "process") == ["No batch waited"]
    assert note_of(processed) == "No batch was waiting."
    assert events(processed) == []


def test_a_tick_at_which_nothing_is_due_is_green_and_wakes_nobody(desk: DemoDesk) -> None:
    catalogue = desk.settings.beat / "sources.yaml"
    # Every entry of the demo has its address on a line of its own.
    off = re.sub(r"(?m)^(\s+)(url: )", r"\1enabled: no\n\1\2", catalogue.read_text("utf-8"))
    catalogue.write_text(off, "utf-8")
    quiet = desk.run("collect_news")
    assert set(chain.from_iterable(states(quiet).values())) == {"success"}
    assert labels(quiet, "crawl") == ["Nothing was due"]
    assert note_of(quiet) == "Nothing was due."
    assert events(quiet) == []
    with desk.app() as app:
        assert app.ledger.runs() == [], "and leaves no account"


def test_an_unknown_source_fails_the_run_and_the_operators_are_told(desk: DemoDesk) -> None:
    run = desk.run("collect_news", sources=["no-such-source"])
    assert str(run.state) == "failed"
    assert states(run)["plan"] == ["failed"]
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in mails(desk)]
    (told,) = found
    assert note_of(run) == "“plan” failed: no source “no-such-source”; `maplewire sources list` shows them"
    assert told["Subject"] == "[Maplewire] 1 · Collect news: plan failed"
    assert told["To"] == "ops@newsroom.example"
    assert "no source “no-such-source”" in told.get_content()


def test_a_red_crawl_makes_the_run_red_and_its_note_says_why(desk: DemoDesk) -> None:
    desk.settings.home.mkdir(parents=True)
    desk.settings.batch_dir.write_text("no folder: no crawl can write a batch")
    run = desk.run("collect_news", sources=["prairie-ledger", "songhua"])
    assert set(states(run)["crawl"]) == {"failed"}
    assert states(run)["all_crawled"] == ["upstream_failed"]
    assert str(run.state) == "failed"
    why, _, account = note_of(run).partition("\n\n")
    assert why.startswith("“crawl” failed: ")
    assert str(desk.settings.batch_dir) in why, "what a person can act on"
    assert account == "", "the account failed for the same reason, and says nothing of its own"
    (told,) = mails(desk)
    assert b"Collect_news=3A_crawl_failed" in told.read_bytes()


def test_trouble_in_processing_is_red_and_the_rest_goes_on(desk: DemoDesk) -> None:
    desk.run("collect_news", sources=["lakeshore", "prairie-ledger"])
    with desk.app() as app:
        names: Any = app.parts.batches.names()
    (desk.settings.batch_dir / names[0]).unlink()
    run = desk.run("process_news")
    assert str(run.state) == "failed"
    assert states(run)["process"] == ["failed"]
    assert states(run)["all_processed"] == ["upstream_failed"]
    assert states(run)["account"] == states(run)["index"] == ["success"]


def test_the_past_comes_in_by_hand_and_is_not_mailed(desk: DemoDesk) -> None:
    run = desk.run("backfill_news", since="30d", sources=["prairie-ledger", "almanac"])
    assert str(run.state) == "success"
    (label,) = labels(run, "fetch")
    assert label.startswith("Canadian press · ")
    assert label.endswith(" · 1 failed")
    assert "- The Old Almanac (almanac): answered 410 Gone" in note_of(run)
    (pages,) = events(run)
    assert pages["items"] > 3
    with desk.app() as app:
        assert dict(app.ledger.feed_states()) == {}, "when a source is due is no matter of the past"
    quiet = desk.run("process_news")
    assert labels(quiet, "process") == ["No batch waited"], "the news does not wait for it"
    with desk.app() as app:
        assert app.ledger.count_articles() == 0
    processed = desk.run("process_backfill")
    assert str(processed.state) == "success"
    with desk.app() as app:
        assert app.ledger.count_articles() > 0
    refused = desk.run("backfill_news", since="lately")
    assert states(refused)["plan"] == ["failed"]


def test_pages_are_looked_at_again_when_they_are_due(desk: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = desk.run("recheck_articles")
    assert states(quiet) == {"look_again": ["success"], "hand_over": ["success"]}
    assert events(quiet) == []
    assert note_of(quiet) == "0 pages looked at again."
    both = "0 pages looked at again.\n\nWhat a person wrote, or the account of an earlier try"
    assert note_of(quiet, before=both.partition("\n\n")[2]) == both, (
        "the last account is the line that is shown"
    )
    assert note_of(quiet, before=both) == both, "nothing is said twice"


def test_upkeep_clears_away_what_is_old(desk: DemoDesk, airflow_home: Path) -> None:
    old, recent = airflow_home / "logs" / "dag_id=a" / "old.log", airflow_home / "logs" / "recent.log"
    for path, days in ((old, 31), (recent, 29)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (time.time() - days * 86400,) * 2)
    run = desk.run("upkeep")
    assert states(run) == {"keep_up": ["success"], "clean_airflow": ["success"], "clear_logs": ["success"]}
    assert not old.parent.exists()
    assert recent.exists()
    assert note_of(run).startswith("0 batches removed")
    assert "ANALYZE" in note_of(run)


def test_a_crawl_that_runs_out_of_time_hands_over_and_names_the_source_that_was_too_slow(
    desk: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Starting takes 2 s of a core that is ours alone, and many times that on a busy machine.
    monkeypatch.setenv("MAPLEWIRE_CRAWL_TIMEOUT_S", "40")
    with tarpit() as (address, asked):
        add_source(desk.settings.beat, "tarpit", "Tar Pit Times", f"{address}/rss")
        run = desk.run("collect_news", sources=["tarpit"])
        assert asked
    assert states(run) == {
        "plan": ["success"],
        "crawl": ["success"],
        "account": ["success"],
        "hand_over": ["success"],
        "all_crawled": ["success"],
    }
    with desk.app() as app:
        state = app.ledger.feed_states()["tarpit"]
    assert state.failing_since
    assert "too slow" in (state.last_error or "") or "answer" in (state.last_error or "")
    assert "Tar Pit Times" in note_of_ledger(desk) or "failed" in note_of(run)


def note_of_ledger(desk: DemoDesk) -> str:
    with desk.app() as app:
        return app.ledger.runs(1)[0].note or ""
