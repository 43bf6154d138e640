"""What people said of articles, and the stories that it keeps out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import create_engine

from pipelines.adapters.ledger import open_ledger
from pipelines.model import (
    Alert,
    Mark,
    MarkLabel,
    Outcome,
    PageAccount,
    PageUnchanged,
    StoriesCorrected,
    StoryChange,
    StoryEvent,
    StoryMarked,
)
from pipelines.ports import Ledger
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_page_off_beat,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    changes,
    engine_of,
    ident,
    last_seq,
    off_beat,
    page,
    take,
    take_story,
)
from tests.contracts.test_ledger_events import a_told, independents
from tests.contracts.test_ledger_migrations import BEFORE_MARKS


def a_mark(n: int, label: MarkLabel = MarkLabel.OFF_BEAT, minutes: int = 0) -> Mark:
    at = NOON + minutes * MINUTE
    return Mark(ident(n), label, at, "Ana", "it is about hockey", "Title", "Text 一", "en")


def keep_out(ledger: Ledger, story_id: str, outcome: Outcome | None = Outcome.OFF_BEAT) -> None:
    story = ledger.story(story_id)
    assert story is not None
    take(ledger, StoryMarked(story=replace(story, kept_out=outcome)), 0)


def test_marks_are_kept_in_order_with_all_that_was_said(ledger: Ledger) -> None:
    first = a_mark(1)
    second = a_mark(1, MarkLabel.RELEVANT, 5)
    other = a_mark(2, MarkLabel.BORDERLINE, 6)
    take(ledger, StoryMarked(marks=(first,)), 0)
    take(ledger, StoryMarked(marks=(second, other)), 0)
    found = ledger.marks()
    assert [mark.number for mark in found] == [1, 2, 3]
    assert [replace(mark, number=0) for mark in found] == [first, second, other]
    assert [type(mark.label) for mark in found] == [MarkLabel] * 3
    with ledger.deciding() as deciding:
        assert [mark.label for mark in deciding.marks([ident(1)])] == [first.label, second.label]
        assert list(deciding.marks([ident(9)])) == []
        assert list(deciding.marks([])) == []


def test_a_mark_that_is_undone_stays_with_the_time(ledger: Ledger) -> None:
    take(ledger, StoryMarked(marks=(a_mark(1), a_mark(2))), 0)
    undone = replace(ledger.marks()[0], undone=NOON + MINUTE)
    take(ledger, StoryMarked(undone_marks=(undone,)), 0)
    assert [mark.article_id for mark in ledger.marks()] == [ident(2)]
    assert ledger.marks(include_undone=True)[0].undone == NOON + MINUTE
    with ledger.deciding() as deciding:
        assert list(deciding.marks([ident(1)])) == []


def test_a_mark_is_seen_in_the_transaction_that_takes_it(ledger: Ledger) -> None:
    with ledger.deciding() as deciding:
        assert list(deciding.marks([ident(1)])) == []
        deciding.take(StoryMarked(marks=(a_mark(1),)), 0)
        assert len(deciding.marks([ident(1)])) == 1


def test_texts_that_no_database_holds_are_marked_all_the_same(ledger: Ledger) -> None:
    mark = replace(a_mark(1), note="nul \0 here", title="half \ud83d", text="\0")
    take(ledger, StoryMarked(marks=(mark,)), 0)
    (found,) = ledger.marks()
    assert found.note == "nul \N{REPLACEMENT CHARACTER} here"
    assert found.text == "\N{REPLACEMENT CHARACTER}"


def test_a_story_that_is_kept_out_has_no_document_and_is_not_counted(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    take_story(ledger, "s3", 3)
    before = last_seq(ledger)
    keep_out(ledger, "s1")
    assert ledger.count_articles() == 1
    found = ledger.changes_since(before)
    assert [(change.article_id, change.document) for change in found] == [(ident(1), None), (ident(2), None)]
    assert [document.id for _, document in ledger.arrivals_since(0)] == [ident(3)]
    assert [document.id for _, document in ledger.arrivals_since(0, 1)] == [ident(3)]
    assert [document.story for document in ledger.story_documents(["s1"])] == [None]


def test_a_story_that_is_kept_out_stays_with_its_articles_and_texts(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    keep_out(ledger, "s1", Outcome.BORDERLINE)
    story = ledger.story("s1")
    assert story is not None
    assert (story.kept_out, len(story.links), story.is_on_beat) == (Outcome.BORDERLINE, 2, False)
    assert ledger.stories(["s1"])["s1"] == story
    assert ledger.story_articles("s1")[0].article.body
    with ledger.deciding() as deciding:
        text = ledger.story_articles("s1")[0].text
        assert text is not None
        assert [member.article_id for member in deciding.candidates(text)] == [ident(1)]
        assert len(deciding.members(["s1"])) == 2


def test_a_story_comes_back_with_every_document_as_a_change(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    keep_out(ledger, "s1")
    before = last_seq(ledger)
    keep_out(ledger, "s1", None)
    assert set(changes(ledger, before)) == {ident(1), ident(2)}
    assert all(change.document for change in ledger.changes_since(before))
    assert ledger.count_articles() == 2
    assert [number for number, _ in ledger.arrivals_since(0)] == [1, 2]


def test_a_copy_that_comes_into_a_story_kept_out_has_no_document_either(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    keep_out(ledger, "s1")
    story = replace(a_story("s1", 1, 2), kept_out=Outcome.OFF_BEAT)
    take(ledger, a_page_placed(a_stored(2, outcome=Outcome.COPY), story))
    assert ledger.count_articles() == 0
    assert all(change.document is None for change in ledger.changes_since(0))
    stored = ledger.article(ident(2))
    assert stored is not None
    assert stored.story_id == "s1"


def test_a_story_that_is_kept_out_is_related_to_none(ledger: Ledger) -> None:
    for n in (1, 2):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian", hours=n))
    assert independents(ledger) == {"s1": 2, "s2": 2}
    keep_out(ledger, "s1")
    assert independents(ledger)["s2"] == 1
    assert list(ledger.related("s2")) == []


def test_a_story_that_is_kept_out_by_a_merge_is_related_to_none(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
    for n in (2, 3):
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian", hours=n))
    keep_out(ledger, "s1")
    assert independents(ledger)["s3"] == 2
    joined = replace(a_story("s1", 1, 2), kept_out=Outcome.OFF_BEAT)
    take(ledger, StoriesCorrected(joined, joined_story_ids=("s2",)))
    assert independents(ledger) == {"s1": 1, "s2": 1, "s3": 1}
    assert list(ledger.related("s3")) == []


def test_what_was_told_of_a_story_kept_out_counts_no_more(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    alert = Alert(search_id="canola", story_id="s1", reason="new", decided=NOON)
    ledger.settle([alert, replace(alert, story_id="s2")], [], "mark", 0, 1)
    day = NOON.date().isoformat()
    assert ledger.alert_counts(NOON) == {"canola": {day: 2}}
    keep_out(ledger, "s1")
    assert ledger.alert_counts(NOON) == {"canola": {day: 1}}


def test_a_mark_writes_the_history_of_its_story(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    line = StoryEvent("s1", NOON, StoryChange.WORD, "Ana marked this off-beat", ident(1))
    take(ledger, StoryMarked(marks=(a_mark(1),), story=ledger.story("s1"), history=(line,)), 0)
    assert [event.text for event in ledger.history("s1")] == ["Ana marked this off-beat"]


def test_the_last_page_of_an_article_is_found(ledger: Ledger) -> None:
    for number, batch in enumerate(("old", "new")):
        started = NOON + number * timedelta(days=1)
        ledger.adopt(a_result(batch, pages=1, started=started), batch, 1)
        take(ledger, a_page_off_beat(off_beat(1), batch=batch, record=0))
    ledger.adopt(a_result("same", pages=1, started=NOON + timedelta(days=3)), "same", 1)
    again = PageAccount("same", 0, "daily", page(1), Outcome.UNCHANGED, "as before", ident(1))
    take(ledger, PageUnchanged(again))
    account = ledger.account_of(ident(1))
    assert account is not None
    assert (account.batch_id, account.record, account.url) == ("new", 0, page(1))
    assert ledger.account_of(ident(2)) is None
    assert ledger.accounts_of([ident(1), ident(2)]) == {ident(1): account}


def test_a_story_of_an_older_ledger_is_on_the_beat(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take_story(ledger, "s1", 1)
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        for statement in BEFORE_MARKS:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0013'")
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        assert ledger.count_articles() == 1
        assert list(ledger.marks()) == []
        take(ledger, StoryMarked(marks=(a_mark(1),)), 0)
        keep_out(ledger, "s1")
        assert ledger.count_articles() == 0


def test_marks_survive_opening_the_ledger_again(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)))
        keep_out(ledger, "s1")
        take(ledger, StoryMarked(marks=(a_mark(1),)), 0)
    with closing(open_ledger(url)) as ledger:
        assert len(ledger.marks()) == 1
        assert ledger.count_articles() == 0
