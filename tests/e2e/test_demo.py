"""The demo web from feeds to stories, in two rounds, against what a perfect pipeline makes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.urls import canonical_url
from maplewire_demo.content import USUAL_BEAT
from pipelines.model import Outcome, article_id
from pipelines.query import parse
from tests.e2e.conftest import Maplewire
from tests.e2e.demo_rounds import Rounds, is_fetched, open_home, play_rounds


def test_the_demo_runs_the_whole_job_and_tells_what_it_did(installed: Maplewire, tmp_path: Path) -> None:
    told = installed("demo", "--keep", tmp_path / "demo")
    for part in (
        "Round one",
        "Round two",
        "stories, the most copied first",
        "mails: a reader gets one about an event",
        "Chinese:",
        "French:",
        "English:",
    ):
        assert part in told
    mails = list((tmp_path / "demo/outbox").glob("*.eml"))
    assert len(mails) >= 10
    assert str(tmp_path / "demo/outbox") in told
    ids = re.findall(r"s[0-9a-f]{16}", told)
    story = installed.with_settings(home=tmp_path / "demo").json("story", ids[0], "--passages")
    assert story["copies"] >= 5
    first, *copies = story["articles"]
    assert (first["delay_s"], first["passages"]) == (None, None)
    assert all(copy["delay_s"] > 0 for copy in copies)
    cut = next(copy for copy in copies if copy["relation"] == "shortened")
    assert all(cut["passages"][how] for how in ("kept", "dropped"))
    assert story["carrier"] == "NorthStar Newswire"
    proposed = told.partition("What to try next:")[2].partition("To watch the real news")[0]
    for command in ("story", "serve", "searches list", "sources list", "status"):
        assert f" {command}" in proposed
    # Each of them is about the demo, and none about the beat of another data folder.
    assert proposed.count("MAPLEWIRE_HOME=") == len(proposed.strip().splitlines())
    assert f"and {len(mails) - 6} more" in told
    refused = installed("demo", "--keep", installed.command.parent, status=1)
    assert "holds something that no demo made" in refused


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    return play_rounds(tmp_path_factory.mktemp("rounds"), USUAL_BEAT)


def test_every_text_is_one_story_and_nothing_else(rounds: Rounds) -> None:
    assert rounds.found_texts() == rounds.expected_texts()


def test_origins_carriers_and_originals_are_right(rounds: Rounds) -> None:
    for page in rounds.expected:
        if is_fetched(page) and page.role != "off-beat":
            story = rounds.story_of(page.url)
            assert (page.url, story.origin, story.carrier) == (page.url, page.origin, page.carrier)
            link = next(x for x in story.links if x.article_id == article_id(canonical_url(page.url)))
            assert (page.url, link.of is None) == (page.url, page.role != "copy")


def test_off_beat_pages_stay_out(rounds: Rounds) -> None:
    off_beat = {article_id(canonical_url(p.url)) for p in rounds.expected if p.role == "off-beat"}
    assert not off_beat & rounds.articles.keys()


def test_the_accounts_add_up_in_both_rounds(rounds: Rounds) -> None:
    for report in rounds.reports:
        assert report.fetched == sum(report.outcomes.values())
        for source in report.sources:
            assert source.entries >= source.known + source.skipped
    first, second = rounds.reports
    off_beat = sum(is_fetched(p) and p.role == "off-beat" and p.round == 1 for p in rounds.expected)
    assert first.outcomes[Outcome.OFF_BEAT] == off_beat
    assert (second.outcomes[Outcome.UPDATE], second.outcomes[Outcome.NEW], second.outcomes[Outcome.COPY]) == (
        1,
        1,
        1,
    )


def test_trouble_of_one_source_is_told_and_stops_no_other(rounds: Rounds) -> None:
    failed = {s.source_id for s in rounds.reports[0].sources if s.result == "failed"}
    assert len(failed) == 2, "one feed is broken, one is gone"
    assert all(s.error for s in rounds.reports[0].sources if s.source_id in failed)
    assert any(s.result == "not_modified" for s in rounds.reports[1].sources)


def test_the_late_copy_brings_no_mail_and_the_new_story_does(rounds: Rounds) -> None:
    assert rounds.mails[0] >= 10
    assert rounds.mails[1] >= 1
    late = next(p for p in rounds.expected if p.round == 2 and p.role == "copy")
    assert rounds.story_of(late.url).copies >= 6


@pytest.mark.parametrize(
    "query",
    ["canola AND (tariff* OR dut*)", "ambassade lang:fr", "關稅", "kind:paid_release", "习近平 OR 总理"],
)
def test_each_language_is_found(rounds: Rounds, query: str) -> None:
    with open_home(rounds) as app:
        assert app.index.search(parse(query)).total >= 1
