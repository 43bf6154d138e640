"""`maplewire search --sort`, `--cursor`, `--texts` and `--zone`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.query import Query, Range, parse
from tests.cli.test_search_query import indexed, search
from tests.cli.test_searching import home

__all__ = ["home", "indexed"]

JsonPage = dict[str, Any]
TORONTO = "America/Toronto"


@pytest.fixture
def page(indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that gives the JSON of a search."""

    def ask(*words: str) -> JsonPage:
        status, out, err = search(monkeypatch, capsys, "*:*", "--json", *words)
        assert status == 0, err
        found: JsonPage = json.loads(out)
        return found

    return ask


def _headlines(page: JsonPage) -> list[str]:
    return [story["headline"] for story in page["stories"]]


def test_an_order_is_chosen(page: Any) -> None:
    newest = _headlines(page())
    assert newest == ["Canola duties fall", "Canola growers wait", "Lobsters fly"]
    assert _headlines(page("--sort", "oldest")) == newest[::-1]
    assert sorted(_headlines(page("--sort", "best"))) == sorted(newest)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_cursors_lead_through_everything(page: Any, order: str) -> None:
    first = page("--sort", order, "-n", "2")
    second = page("--sort", order, "-n", "2", "--cursor", first["next"])
    assert _headlines(first) + _headlines(second) == _headlines(page("--sort", order))
    assert (second["next"], second["total"]) == (None, 3)


def test_the_best_have_no_cursor(page: Any) -> None:
    assert page("--sort", "best", "-n", "1")["next"] is None


@pytest.mark.parametrize(
    "cursor", ["", "x", "%", "é", "W10", "bnVsbA", "WyJuZXdlc3QiLCAxLCAyXQ", "a" * 5_000]
)
def test_a_cursor_that_is_none_is_refused(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cursor: str
) -> None:
    status, out, err = search(monkeypatch, capsys, "*:*", "--cursor", cursor)
    assert (status, out) == (2, "")
    assert "no cursor" in err


def test_a_cursor_of_another_order_and_an_offset_are_refused(
    page: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cursor = page("--sort", "oldest", "-n", "1")["next"]
    status, _, err = search(monkeypatch, capsys, "*:*", "--cursor", cursor)
    assert (status, "--sort oldest" in err) == (2, True)
    status, _, err = search(
        monkeypatch, capsys, "*:*", "--cursor", cursor, "--sort", "oldest", "--offset", "1"
    )
    assert (status, "--offset" in err) == (2, True)


def test_texts_are_given_where_they_are_asked_for(page: Any) -> None:
    (article,) = page("--texts", "-n", "1")["stories"][0]["articles"]
    assert article["text"]
    assert "summary" in article
    assert "text" not in page("-n", "1")["stories"][0]["articles"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--texts",), "--json"),
        (("--zone", "Toronto"), "America/Toronto"),
        (("--zone", "../etc/passwd"), "not a time"),
        (("--sort", "oldst"), "oldest"),
    ],
)
@pytest.mark.usefixtures("indexed")
def test_a_wrong_option_is_told_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    status, _, err = search(monkeypatch, capsys, "canola", *words)
    assert (status, said in err) == (2, True), err


@pytest.mark.usefixtures("indexed")
def test_times_are_shown_in_the_readers_zone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert " UTC " in search(monkeypatch, capsys, "lobsters")[1]
    assert f" {TORONTO} " in search(monkeypatch, capsys, "lobsters", "--zone", TORONTO)[1]


# -- dates of a query in a zone ----------------------------------------------------------------------------


def _range_of(query: str, now: datetime) -> tuple[str, str]:
    parsed: Query = parse(query, now)
    assert isinstance(parsed.root, Range)
    ends = []
    for bound in (parsed.root.low, parsed.root.high):
        assert isinstance(bound, datetime)
        assert bound.utcoffset() == timedelta()
        ends.append(f"{bound:%m-%dT%H:%M}")
    return ends[0], ends[1]


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("published:2026-01-17", "01-17T05:00", "01-18T05:00"),
        ("published:2026-01", "01-01T05:00", "02-01T05:00"),
        ("published:2026", "01-01T05:00", "01-01T05:00"),
        # The day on which clocks are put forward has 23 hours, and that hour is not counted twice.
        ("published:2026-03-08", "03-08T05:00", "03-09T04:00"),
        ("published:2026-03-08T01", "03-08T06:00", "03-08T07:00"),
        ("published:2026-01-17T09:30", "01-17T14:30", "01-17T14:31"),
        # What is written with a zone is in that zone.
        ("published:2026-01-17T09:30Z", "01-17T09:30", "01-17T09:31"),
        ("published:2026-01-17T09:30+08:00", "01-17T01:30", "01-17T01:31"),
        ("published:[2026-01-16 TO 2026-01-17]", "01-16T05:00", "01-18T05:00"),
        # It is still the 19th in Toronto.
        ("published:now/d", "01-19T05:00", "01-20T05:00"),
        ("published:[now-1d/d TO now/d}", "01-18T05:00", "01-19T05:00"),
        ("published:[now-24h TO now]", "01-19T02:00", "01-20T02:00"),
    ],
)
def test_dates_are_days_of_the_readers_zone(query: str, start: str, end: str) -> None:
    from zoneinfo import ZoneInfo

    now = datetime(2026, 1, 20, 2, tzinfo=UTC)
    assert _range_of(query, now.astimezone(ZoneInfo(TORONTO))) == (start, end)
