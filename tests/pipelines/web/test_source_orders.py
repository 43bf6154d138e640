"""A person has a source asked again, on its page."""

from __future__ import annotations

import httpx
import pytest

from crawlers.model import FeedState
from crawlers.schedule import after_failure, is_due
from pipelines.bootstrap import App
from pipelines.stages.locks import lock_runs
from pipelines.web.accounts import machine_user
from pipelines.web.pages_for_commands import with_page_names
from pipelines.web.wording import InterfaceWords
from tests.contracts.ledger_values import MINUTE
from tests.pipelines.web.room_server import LATER, send

SOURCE = "gnw-canada"


def test_a_failing_source_is_asked_by_the_next_run(room: httpx.Client, maplewire: App) -> None:
    failing = FeedState(SOURCE, etag='"1"', failure_weight=4.0, next_due=LATER + 20 * MINUTE, polls=7)
    maplewire.ledger.save_feed_states([failing])
    source = maplewire.beat.source(SOURCE)
    assert source is not None
    assert not is_due(failing, LATER, source.poll)

    answer = send(room, f"/sources/{SOURCE}/retry")

    assert answer.headers["location"] == f"/sources/{SOURCE}?done=asked"
    state = maplewire.ledger.feed_states()[SOURCE]
    assert is_due(state, LATER, source.poll)
    assert (state.asked_at, state.asked_by) == (LATER, machine_user())
    assert (state.etag, state.failure_weight, state.polls) == ('"1"', 4.0, 7), "what is known stays"
    shown = room.get(answer.headers["location"]).text
    assert "The next run asks this source." in shown
    assert machine_user() in shown


def test_a_source_that_was_never_asked_may_be_asked_for(room: httpx.Client, maplewire: App) -> None:
    assert send(room, f"/sources/{SOURCE}/retry").status_code == 303
    assert maplewire.ledger.feed_states()[SOURCE].next_due == LATER


def test_who_asked_is_kept_after_the_poll(maplewire: App) -> None:
    source = maplewire.beat.source(SOURCE)
    assert source is not None
    asked = FeedState(SOURCE).asked_by_person("nadia", LATER)
    polled = after_failure(asked, source, now=LATER + MINUTE, weight=0.5, error="timeout")
    assert (polled.asked_by, polled.asked_at) == ("nadia", LATER)
    assert not is_due(polled, LATER + 2 * MINUTE, source.poll)


def test_a_source_that_is_not_there_is_told(room: httpx.Client, maplewire: App) -> None:
    answer = send(room, "/sources/nobody/retry")
    assert answer.status_code == 400
    assert "no source “nobody”" in answer.text
    assert not maplewire.ledger.feed_states()


def test_a_run_at_work_comes_first(room: httpx.Client, maplewire: App) -> None:
    with lock_runs(maplewire.settings.home):
        assert send(room, f"/sources/{SOURCE}/retry").status_code == 503
    assert not maplewire.ledger.feed_states()


def test_a_form_without_its_token_changes_nothing(room: httpx.Client, maplewire: App) -> None:
    assert room.post(f"/sources/{SOURCE}/retry").status_code == 403
    assert not maplewire.ledger.feed_states()


def test_advice_names_the_button_and_says_what_is_a_command() -> None:
    words = InterfaceWords("en")
    told = with_page_names("try it with `maplewire sources check daily`", words)
    assert told == "try it with “Try again with the next run”"
    told = with_page_names("`maplewire pages --outcome lost --source daily` names them", words)
    assert told == "“What became of its pages” names them"
    told = with_page_names("or `maplewire sources off daily`", words)
    assert told == "or the command `maplewire sources off daily`"


@pytest.mark.parametrize(
    ("language", "state", "why"),
    [
        ("en", "failing", "the host name has no address"),
        ("fr", "en échec", "le nom d’hôte n’a pas d’adresse"),
        ("zh", "读取失败", "主机名没有对应地址"),
    ],
)
def test_a_source_that_fails_says_so_in_the_readers_language(
    room: httpx.Client, maplewire: App, language: str, state: str, why: str
) -> None:
    failing = FeedState(
        SOURCE,
        polls=7,
        last_polled=LATER,
        failing_since=LATER,
        failure="dns",
        failure_weight=9.0,
        last_error="the host name has no address",
    )
    maplewire.ledger.save_feed_states([failing])
    for address in ("/sources?show=troubled", f"/sources/{SOURCE}"):
        shown = room.get(address, headers={"Accept-Language": language}).text
        assert state in shown
        assert why in shown
