"""What the subject of each kind of mail says: what is inside, in at most 90 characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.mail_subject import MAX_SUBJECT, full_subject, shorten
from pipelines.alerts.reported_change import ReportedChange
from pipelines.model import StoryChange
from tests.builders import NOON
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert, read

CANOLA = a_search(id="canola", name="Canola")
LONG = (
    "Canada and China agree on canola, electric cars, pandas, flights, tourism, steel and a visit in autumn"
)
FAILING = (
    "North Wire (it gave 5 of the last 20 stories) has been failing since 2026-01-15 18:00 UTC (42 h): "
    "answered 503 Service Unavailable"
)
QUIET = "nothing new since Mon 5 Jan; going by the weeks before, about 6 stories were expected"


def told(reason: Any = "new", headline: str = "Canola port closed", **fields: Any) -> AlertItem:
    story_id = fields.pop("story_id", "s1")
    own = {name: fields.pop(name) for name in ("thread", "turns") if name in fields}
    stored = a_stored(f"https://wire.example/{story_id}", title=headline)
    alert = an_alert(reason, story_id=story_id, **fields)
    return AlertItem((alert,), a_story(stored, id=story_id, headline=headline), (stored,), **own)


def note(reason: Any, *why: str) -> AlertItem:
    return AlertItem((an_alert(reason, story_id="", why=why),))


def change(turn: StoryChange) -> str:
    return str(ReportedChange("s1", "a1", NOON, ("The page is gone: 404",), change=turn).step)


GONE = ReportedChange("s1", "a1", NOON, ("The page is gone: 404",), change=StoryChange.GONE)


@pytest.mark.parametrize(
    ("item", "subject"),
    [
        (told(), "[Canola] Canola port closed"),
        (told(turns=(GONE,)), "[Canola] Taken away since: Canola port closed"),
        (told("update", step=change(StoryChange.UPDATE)), "[Canola] Changed: Canola port closed"),
        (told("update", step=change(StoryChange.GONE)), "[Canola] Taken away: Canola port closed"),
        (told("update", step=change(StoryChange.BACK)), "[Canola] Back again: Canola port closed"),
        (told("spread", step="copies-5"), "[Canola] Spreading: Canola port closed"),
        (note("silence", QUIET), "[Canola] Unusually quiet: nothing new since Mon 5 Jan"),
        (
            note("silence", FAILING),
            "[Canola] Unusually quiet: North Wire (it gave 5 of the last 20 stories) has been failing…",
        ),
        (
            note("spike", "9 new stories so far today; usual is 1"),
            "[Canola] Unusually many: 9 new stories so far today",
        ),
        (
            note("watch", "3 new."),
            "[Canola] Coverage receipt: all 80 sources due in the last 24 hours were read",
        ),
        (note("ceiling", "This search has sent its mail of the day."), "[Canola] No more mails today"),
        (
            told(headline=LONG),
            "[Canola] Canada and China agree on canola, electric cars, pandas, flights, tourism…",
        ),
    ],
)  # fmt: skip
def test_the_mail_of_one_thing(item: AlertItem, subject: str) -> None:
    assert compose(CANOLA, item, DESK).subject == subject


@pytest.mark.parametrize(
    ("items", "subject"),
    [
        ((), "[Canola] nothing new, 17 Jan"),
        ((told(),), "[Canola] Canola port closed"),
        ((told("update", step=change(StoryChange.UPDATE)),), "[Canola] Changed: Canola port closed"),
        ((told(thread="canola:s9:new"),), "[Canola] Another report: Canola port closed"),
        ((note("silence", QUIET),), "[Canola] Unusually quiet: nothing new since Mon 5 Jan"),
        (
            (told(), told(headline="Second", story_id="s2")),
            "[Canola] 2 stories, 17 Jan: Canola port closed",
        ),
        (
            (note("silence", QUIET), told("update", step=change(StoryChange.UPDATE)), told(story_id="s2")),
            "[Canola] 1 story, 1 change, unusually quiet, 17 Jan: Canola port closed",
        ),
        (
            (told(turns=(GONE,)), told(headline="Second", story_id="s2")),
            "[Canola] 2 stories, 1 taken away since, 17 Jan: Taken away since: Canola port closed",
        ),
        (
            (
                told("update", step=change(StoryChange.GONE)),
                told("update", step=change(StoryChange.BACK), story_id="s2"),
                told("update", step=change(StoryChange.UPDATE), story_id="s3"),
            ),
            "[Canola] 1 taken away, 1 back again, 1 change, 17 Jan: Taken away: Canola port closed",
        ),
        (
            (told("spread", step="copies-5"), told(thread="canola:s9:new", story_id="s2")),
            "[Canola] 1 spreading, 1 more report, 17 Jan: Spreading: Canola port closed",
        ),
    ],
)
def test_a_digest(items: tuple[AlertItem, ...], subject: str) -> None:
    search = replace(CANOLA, cadence="daily")
    mail = compose_digest(search, "canola::digest:1", items, DESK, [], since=NOON - timedelta(days=1))
    assert mail.subject == subject


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("fr", "Retiré : Canola port closed", "1 retiré, 1 modification, 17 janv. : Retiré : Canola"),
        ("zh", "已撤下：Canola port closed", "1 条已撤下，1 处改动，1月17日：已撤下：Canola port closed"),
    ],
)
def test_a_subject_is_punctuated_as_its_language_is(language: str, one: str, several: str) -> None:
    search = replace(CANOLA, cadence="daily", language=language)
    items = [told("update", step=change(StoryChange.GONE))]
    assert one in compose_digest(search, "k", items, DESK, [], since=NOON).subject
    items.append(told("update", step=change(StoryChange.UPDATE), story_id="s2"))
    assert several in compose_digest(search, "k", items, DESK, [], since=NOON).subject


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["Canola"], "[Canola] "),
        (["Canola", "Ports"], "[Canola, Ports] "),
        (["Canola and other farm goods of the west", "Ports"], "[Canola and other farm… +1] "),
        (["A" * 200], "[" + "A" * 29 + "…] "),
        (["一" * 40, "Ports", "x" * 9], "[" + "一" * 26 + "… +2] "),
    ],
)
def test_names_of_searches_leave_room_for_what_is_inside(names: list[str], prefix: str) -> None:
    subject = full_subject(names, LONG)
    assert subject.startswith(prefix)
    assert len(subject) <= MAX_SUBJECT


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two, three", 12, "one two…"),
        ("一二三四五六七八九十", 5, "一二三四…"),
        ("x supercalifragilistic", 10, "x superca…"),
        ("two\nlines", 20, "two lines"),
    ],
)
def test_a_text_is_cut_at_a_blank_where_one_is_near(text: str, most: int, shown: str) -> None:
    assert shorten(text, most) == shown


def test_a_copy_that_was_taken_away_before_the_first_mail_is_not_taken_for_the_first_page() -> None:
    first, copy = a_stored("https://wire.example/1"), a_stored("https://river.example/2")
    story = a_story(first, copy, headline="Canola port closed")
    for stored, kicker in ((copy, "A copy taken away since"), (first, "Taken away since")):
        turn = replace(GONE, article_id=stored.article.id)
        item = AlertItem((an_alert(),), story, (first, copy), turns=(turn,))
        subject = read(compose(CANOLA, item, DESK))["Subject"]
        assert str(subject) == f"[Canola] {kicker}: Canola port closed"
