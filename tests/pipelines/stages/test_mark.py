"""What a person's mark does to pages and stories.

By kind: a page that is brought in, a story that is kept out, copies and states that come later, undoing,
what is told and counted, and what is asked for wrongly.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.ingest import judged_article
from pipelines.model import MarkLabel, Outcome, Relevance, Story, article_id
from pipelines.stages.context import RunProblems
from pipelines.stages.index import rebuild_search_index
from pipelines.stages.mark import mark_page, undo_page_mark
from pipelines.stages.notify import send_due_digests
from pipelines.stories.corrections import merge, split
from pipelines.stories.labelled import labelled_texts
from pipelines.stories.marks import MarkedArticle, mark_article, undo_mark
from tests.builders import NOON
from tests.pipelines.world import LATE, LOCAL, RELEASE, REPORT, World, a_page

DAY = timedelta(days=1)
LIBRARY = a_page("c", "Canola library closes for two weeks", LOCAL)
AGAIN = a_page("d", "Canola library closed", LOCAL, source="courier", hours=1)
LIBRARY_ID = article_id(LIBRARY.url)
REPORT_ID = article_id(REPORT.url)
COPY = a_page("b", "A better day than feared", RELEASE, source="courier", hours=1)


def mark(world: World, wanted: str, label: MarkLabel, note: str = "") -> MarkedArticle:
    return mark_page(world.parts, wanted, label, "Ana", note, world.findings)


def undo(world: World, wanted: str) -> MarkedArticle:
    return undo_page_mark(world.parts, wanted, world.findings)


def story_of(world: World, wanted: str) -> Story:
    stored = world.ledger.article(wanted)
    assert stored is not None
    assert stored.story_id is not None
    story = world.ledger.story(stored.story_id)
    assert story is not None
    return story


@pytest.fixture
def nearly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the judge find every page nearly on the beat."""
    near = Relevance(False, 0.4, ("Canada stands in the lead alone",), is_borderline=True)
    monkeypatch.setattr(judged_article, "judge", lambda *_: near)


# -- brought in -------------------------------------------------------------------------------------


def test_an_off_beat_page_that_is_marked_relevant_comes_in_and_is_told_once(world: World) -> None:
    assert world.process(LIBRARY) == {Outcome.OFF_BEAT: 1}
    assert world.alert() == []
    world.clock.at = NOON + 3 * DAY
    done = mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    assert done.story is not None
    assert done.story.headline == "Canola library closes for two weeks"
    assert world.ledger.count_articles() == 1
    assert world.index.count() == 1
    stored = world.ledger.article(LIBRARY_ID)
    assert stored is not None
    assert "mobile library" in stored.article.body
    assert len(world.alert()) == 1
    assert world.alert() == []
    assert world.process(LIBRARY) == {Outcome.UNCHANGED: 1}
    assert world.alert() == []


@pytest.mark.usefixtures("nearly")
def test_a_borderline_page_comes_in_by_its_stored_text_without_its_batch(world: World) -> None:
    path = world.hand_over(LIBRARY)
    world.process()
    path.unlink()
    done = mark(world, LIBRARY_ID, MarkLabel.RELEVANT)
    assert done.story is not None
    assert world.ledger.count_articles() == 1


def test_copies_of_a_page_that_was_brought_in_follow_it(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    assert world.process(AGAIN) == {Outcome.COPY: 1}
    assert len(story_of(world, LIBRARY_ID).links) == 2


def test_the_accounts_go_on_adding_up_and_tell_what_the_page_is_now(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    newest = world.ledger.runs()[0]
    assert newest.outcomes[Outcome.NEW] == 1 == newest.fetched
    total = sum(run.fetched for run in world.ledger.runs())
    assert total == 1
    assert list(world.ledger.accounted_pages([Outcome.OFF_BEAT], NOON - DAY)) == []


def test_a_page_whose_text_is_gone_is_fetched_again_and_comes_in_then(world: World) -> None:
    path = world.hand_over(LIBRARY)
    world.process()
    path.unlink()
    done = mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    assert (done.story, done.is_awaited) == (None, True)
    due = world.ledger.due_rechecks(world.clock.now())
    assert [state.article_id for state in due] == [LIBRARY_ID]
    # What the recheck brings is a page of a batch like any other.
    assert world.process(replace(LIBRARY, entry=None)) == {Outcome.NEW: 1}
    assert story_of(world, LIBRARY_ID).is_on_beat
    assert len(world.alert()) == 1


def test_a_mark_is_not_written_twice_but_brings_in_what_is_still_out(world: World) -> None:
    path = world.hand_over(LIBRARY)
    world.process()
    body = path.read_bytes()
    path.unlink()
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    path.write_bytes(body)
    assert mark(world, LIBRARY.url, MarkLabel.RELEVANT).story is not None
    assert mark(world, LIBRARY.url, MarkLabel.RELEVANT).was_so


def test_a_page_that_a_person_wants_may_tell_something_else_of_the_same_kind(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    other = (
        "The pool on Oak Street opens an hour earlier from Tuesday, since swimmers had asked the council.",
        "Lockers are free until noon, and the café sells soup again after a winter without a cook.",
    )
    renewed = a_page("c", "Canola library closes for two weeks", other)
    world.clock.at = NOON + DAY
    assert world.process(replace(renewed, fetched_at=NOON + DAY)) == {Outcome.UPDATE: 1}
    stored = world.ledger.article(LIBRARY_ID)
    assert stored is not None
    assert "swimmers" in stored.article.body
    assert story_of(world, LIBRARY_ID).is_on_beat


# -- kept out ---------------------------------------------------------------------------------------


def test_a_story_marked_off_beat_leaves_searches_mails_and_counts_and_stays(world: World) -> None:
    world.process(REPORT, COPY)
    done = mark(world, REPORT.url, MarkLabel.OFF_BEAT, "a test page")
    assert done.story is not None
    assert done.story.kept_out is Outcome.OFF_BEAT
    assert world.ledger.count_articles() == world.index.count() == 0
    assert world.alert() == []
    assert len(world.ledger.story_articles(done.story.id)) == 2
    (line,) = world.ledger.history(done.story.id)[-1:]
    assert line.text.startswith("Ana marked “Canada and China agree on canola” off-beat: a test page")


def test_copies_that_come_later_follow_a_story_that_is_kept_out(world: World) -> None:
    world.process(REPORT)
    mark(world, REPORT.url, MarkLabel.BORDERLINE)
    assert world.process(COPY) == {Outcome.BORDERLINE: 1}
    assert world.ledger.count_articles() == 0
    assert world.alert() == []
    assert len(story_of(world, REPORT_ID).links) == 2


def test_a_later_state_of_a_page_that_is_kept_out_stays_out(world: World) -> None:
    world.process(REPORT)
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    edited = a_page("a", "Canada and China agree on canola", (*RELEASE, "Correction: it takes two years."))
    assert world.process(edited) == {Outcome.OFF_BEAT: 1}
    assert world.ledger.count_articles() == 0
    assert not story_of(world, REPORT_ID).is_on_beat


def test_what_was_held_for_a_digest_is_not_told_once_its_story_is_kept_out(world: World) -> None:
    (parsed,) = world.parts.beat.searches
    daily = replace(parsed, search=replace(parsed.search, cadence="daily"))
    world.parts = replace(world.parts, beat=replace(world.parts.beat, searches=(daily,)))
    world.process(REPORT)
    world.alert()
    assert [alert.state for alert in world.ledger.alerts()] == ["held"]
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    world.clock.at = NOON + 2 * DAY
    send_due_digests(world.parts, world.findings)
    assert world.mailbox.sent == []


def test_a_page_outside_of_stories_is_counted_as_it_is_marked(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.BORDERLINE)
    (page,) = world.ledger.accounted_pages([Outcome.BORDERLINE], NOON - DAY)
    assert page.account.reason.startswith("a person marked it")
    assert list(world.ledger.accounted_pages([Outcome.OFF_BEAT], NOON - DAY)) == []
    stored = world.ledger.article(LIBRARY_ID)
    assert stored is not None
    assert "mobile library" in stored.article.body


@pytest.mark.parametrize("label", [MarkLabel.OFF_BEAT, MarkLabel.BORDERLINE])
def test_copies_of_a_page_that_was_never_in_a_story_follow_its_mark(world: World, label: MarkLabel) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, label)
    assert label.outcome is not None
    assert world.process(AGAIN) == {label.outcome: 1}
    assert world.ledger.count_articles() == 0
    assert world.alert() == []
    undo(world, LIBRARY.url)
    assert story_of(world, LIBRARY_ID).kept_out is Outcome.OFF_BEAT


def test_a_page_that_is_marked_anew_is_counted_as_it_is_then(world: World) -> None:
    world.process(LIBRARY)
    outcomes = []
    for label in (MarkLabel.BORDERLINE, MarkLabel.RELEVANT, MarkLabel.OFF_BEAT):
        mark(world, LIBRARY.url, label)
        account = world.ledger.account_of(LIBRARY_ID)
        assert account is not None
        outcomes.append(account.outcome)
    assert outcomes == [Outcome.BORDERLINE, Outcome.NEW, Outcome.NEW]
    assert sum(run.fetched for run in world.ledger.runs()) == 1
    assert world.ledger.count_articles() == 0


def test_a_page_that_is_left_out_takes_no_story_of_the_beat_out_with_it(world: World) -> None:
    path = world.hand_over(a_page("e", "Canola library closes for two weeks", LOCAL))
    world.process()
    path.unlink()
    mark(world, "https://daily.example/e", MarkLabel.OFF_BEAT)
    world.process(a_page("f", "Canola library closes for two weeks", LOCAL, source="wire", hours=1))
    mark(world, "https://wire.example/f", MarkLabel.RELEVANT)
    assert world.ledger.count_articles() == 1
    again = a_page("e", "Canola library closes for two weeks", LOCAL)
    assert world.process(replace(again, entry=None)) == {Outcome.OFF_BEAT: 1}
    assert world.ledger.count_articles() == 1


def test_the_judge_does_not_bring_in_what_a_person_left_out(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.OFF_BEAT)
    now_relevant = a_page("c", "Canada and China agree on canola", LATE)
    assert world.process(now_relevant) == {Outcome.OFF_BEAT: 1}
    assert world.ledger.count_articles() == 0


def test_an_index_that_is_built_again_has_nothing_that_is_kept_out(world: World) -> None:
    world.process(REPORT, a_page("late", "Canola ships in Vancouver", LATE))
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    rebuild_search_index(world.parts, RunProblems())
    assert world.index.count() == 1


# -- undone -----------------------------------------------------------------------------------------


def test_a_story_comes_back_when_its_mark_is_undone_and_is_told_once(world: World) -> None:
    world.process(REPORT)
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    assert world.alert() == []
    done = undo(world, REPORT.url)
    assert done.story is not None
    assert done.story.is_on_beat
    assert world.ledger.count_articles() == world.index.count() == 1
    assert len(world.alert()) == 1
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    undo(world, REPORT.url)
    assert world.alert() == []


def test_undoing_goes_back_to_the_mark_before(world: World) -> None:
    world.process(REPORT, COPY)
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    mark(world, COPY.url, MarkLabel.RELEVANT)
    assert story_of(world, REPORT_ID).is_on_beat
    # By whichever article of the story it is asked.
    undo(world, REPORT.url)
    assert not story_of(world, REPORT_ID).is_on_beat
    undo(world, REPORT.url)
    assert story_of(world, REPORT_ID).is_on_beat
    with pytest.raises(PermanentError, match="no mark to undo"):
        undo(world, REPORT.url)


def test_what_a_mark_alone_brought_in_goes_out_with_it_and_comes_back_by_a_report(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    undo(world, LIBRARY.url)
    story = story_of(world, LIBRARY_ID)
    assert story.kept_out is Outcome.OFF_BEAT
    assert world.ledger.count_articles() == 0
    assert world.process(AGAIN) == {Outcome.OFF_BEAT: 1}
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    assert world.ledger.count_articles() == 2


def test_a_page_outside_of_stories_is_as_the_judge_had_it_once_its_mark_is_undone(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.BORDERLINE)
    undo(world, LIBRARY.url)
    (page,) = world.ledger.accounted_pages([Outcome.OFF_BEAT], NOON - DAY)
    assert "a person" not in page.account.reason
    assert len(world.ledger.marks(include_undone=True)) == 1


# -- with corrections -------------------------------------------------------------------------------


def test_marks_follow_their_articles_through_a_merge_and_a_split(world: World) -> None:
    other = a_page("late", "Canola ships in Vancouver", LATE)
    world.process(REPORT, other)
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    first, second = story_of(world, REPORT_ID), story_of(world, article_id(other.url))
    merge(world.ledger, NOON, second.id, first.id)
    assert not story_of(world, REPORT_ID).is_on_beat
    split(world.ledger, NOON + DAY, second.id, [REPORT_ID])
    assert not story_of(world, REPORT_ID).is_on_beat
    assert story_of(world, article_id(other.url)).is_on_beat


def test_what_no_mark_keeps_out_any_more_stays_out_through_a_split_and_a_merge(world: World) -> None:
    world.process(LIBRARY)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    world.process(AGAIN)
    undo(world, LIBRARY.url)
    story = story_of(world, LIBRARY_ID)
    new_id = split(world.ledger, NOON + DAY, story.id, [article_id(AGAIN.url)])
    assert not story_of(world, LIBRARY_ID).is_on_beat
    assert not story_of(world, article_id(AGAIN.url)).is_on_beat
    merge(world.ledger, NOON + 2 * DAY, story.id, new_id)
    assert not story_of(world, LIBRARY_ID).is_on_beat


def test_a_story_of_the_beat_stays_there_when_one_is_joined_to_it_that_no_mark_keeps_out(
    world: World,
) -> None:
    world.process(LIBRARY, REPORT)
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    undo(world, LIBRARY.url)
    merge(world.ledger, NOON + DAY, story_of(world, LIBRARY_ID).id, story_of(world, REPORT_ID).id)
    assert story_of(world, REPORT_ID).is_on_beat


def test_an_article_that_changed_since_it_was_read_is_not_marked(world: World) -> None:
    world.process(LIBRARY)
    stale = world.ledger.article(LIBRARY_ID)
    assert stale is not None
    mark(world, LIBRARY.url, MarkLabel.RELEVANT)
    word = replace(world.ledger.marks()[0], label=MarkLabel.OFF_BEAT)
    with pytest.raises(TemporaryError, match="try again"):
        mark_article(world.ledger, stale, word, None)
    with pytest.raises(TemporaryError, match="try again"):
        undo_mark(world.ledger, stale, world.ledger.marks()[0], NOON, None)
    assert story_of(world, LIBRARY_ID).is_on_beat
    assert len(world.ledger.marks()) == 1


# -- told and asked ---------------------------------------------------------------------------------


def test_marks_are_labelled_texts(world: World) -> None:
    world.process(REPORT, LIBRARY)
    mark(world, REPORT.url, MarkLabel.OFF_BEAT)
    mark(world, REPORT.url, MarkLabel.RELEVANT, "it is")
    mark(world, LIBRARY.url, MarkLabel.OFF_BEAT)
    report, library = labelled_texts(world.ledger)
    assert (report["label"], report["note"], report["by"]) == ("relevant", "it is", "Ana")
    assert report["text"].startswith("The Chinese president received")
    assert (library["label"], library["lang"], library["url"]) == ("off-beat", "en", LIBRARY.url)
    assert "mobile library" in library["text"]


@pytest.mark.parametrize("wanted", ["https://nobody.example/x", "0123456789abcdef", "", "not an address"])
def test_an_article_that_nobody_knows_is_an_error_that_says_where_to_look(world: World, wanted: str) -> None:
    with pytest.raises(PermanentError, match="maplewire pages"):
        mark(world, wanted, MarkLabel.RELEVANT)


def test_an_article_may_be_named_by_any_address_at_which_it_was_found(world: World) -> None:
    own = "https://daily.example/library"
    listed = replace(
        LIBRARY, body=LIBRARY.body.replace(b"<title>", f'<link rel=canonical href="{own}"><title>'.encode())
    )
    world.process(listed)
    (page,) = world.ledger.accounted_pages([Outcome.OFF_BEAT], NOON - DAY)
    for wanted in (LIBRARY.url, own, page.account.url, str(page.account.article_id)):
        assert mark(world, wanted, MarkLabel.OFF_BEAT).mark.article_id == page.account.article_id


def test_a_story_may_be_named_by_its_own_id(world: World) -> None:
    world.process(REPORT)
    done = mark(world, story_of(world, REPORT_ID).id, MarkLabel.OFF_BEAT)
    assert done.mark.article_id == REPORT_ID
