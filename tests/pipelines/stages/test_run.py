"""The stages on real batches, with the memory adapters.

Outcomes, accounts, and the three ends for trouble.
"""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.errors import PermanentError, TemporaryError
from crawlers.model import FetchFailure
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.ingest import batch as processing
from pipelines.ingest import judged_article, page_decision
from pipelines.model import (
    Change,
    OpenBatch,
    Outcome,
    PageDecision,
    Publisher,
    RejectedDocument,
    Relation,
    Relevance,
    RunReport,
    StoryDocument,
    article_id,
)
from pipelines.stages.batches import add_batch, adopt_waiting_batches
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes, index_run_accounts, rebuild_search_index
from pipelines.stages.locks import lock_outbox, lock_runs
from pipelines.stages.process import PagesInOrder, process_open_batches
from pipelines.stages.replay import replay_quarantine
from pipelines.stages.typed_time import read_typed_time
from tests.builders import NOON, a_source
from tests.pipelines.world import LATE, LOCAL, RELEASE, REPORT, World, a_page


def test_each_page_gets_the_outcome_it_deserves(world: World) -> None:
    copy = a_page("b", "A better day than feared", RELEASE, source="courier", hours=1)
    off_beat = a_page("c", "Library closes for two weeks", LOCAL, hours=2)
    empty = a_page("d", "Nothing here", [], hours=3)
    failure = FetchFailure("wire", "https://wire.example/x", "temporary", "timeout", NOON)
    assert world.process(REPORT, copy, off_beat, empty, failures=(failure,)) == {
        Outcome.NEW: 1, Outcome.COPY: 1, Outcome.OFF_BEAT: 1, Outcome.QUARANTINED: 1,
    }  # fmt: skip
    run = world.ledger.runs()[0]
    assert run.outcomes[Outcome.FAILED] == 1
    assert run.fetched == 5 == sum(run.outcomes.values())


def test_a_page_that_is_nearly_on_the_beat_is_counted_apart_and_kept_with_its_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Relevance(False, 0.4, ("Canada stands in the lead alone",), is_borderline=True)
    monkeypatch.setattr(judged_article, "judge", lambda *_: near)
    assert world.process(a_page("c", "Library closes for two weeks", LOCAL)) == {Outcome.BORDERLINE: 1}
    run = world.ledger.runs()[0]
    assert run.fetched == 1 == sum(run.outcomes.values())
    (page,) = world.ledger.accounted_pages([Outcome.BORDERLINE], NOON)
    assert (page.account.reason, page.relevance) == ("Canada stands in the lead alone", near)
    stored = world.ledger.article(page.account.article_id or "")
    assert stored is not None
    assert "mobile library" in stored.article.body
    assert world.alert() == []


def test_pages_are_decided_in_order_of_publication_not_of_arrival(world: World) -> None:
    later = a_page("later", "A better day than feared", RELEASE, source="courier", hours=2)
    world.process(later, REPORT)
    stories = world.ledger.stories([c.document.story_id for c in world.ledger.changes_since(0) if c.document])
    (story,) = stories.values()
    assert story.headline == "Canada and China agree on canola"
    assert story.id.endswith(story.lead_id)


def test_the_same_page_again_is_unchanged_and_an_edit_is_an_update_of_its_story(world: World) -> None:
    assert world.process(REPORT) == {Outcome.NEW: 1}
    assert world.process(REPORT) == {Outcome.UNCHANGED: 1}
    edited = a_page(
        "a", "Canada and China agree on canola", (*RELEASE, "Correction: the review takes two years.")
    )
    assert world.process(edited) == {Outcome.UPDATE: 1}
    assert world.ledger.count_articles() == 1


HOUSE = (
    (
        "The Daily has a newsletter for every hour: the harvest in the morning, the rink at noon and the "
        "council after supper, free for readers."
    ),
    (
        "Have you seen something that we should know? Our newsroom reads every letter and protects whoever "
        "writes it."
    ),
    (
        "Leave your name at the desk on Water Street, or with the carrier who brings the paper, and "
        "somebody will come by soon."
    ),
)


@pytest.mark.parametrize("asked_first", ["daily", "state", "wire"])
def test_an_article_is_its_own_sites_whoever_asks_first(world: World, asked_first: str) -> None:
    state = a_source("state", owner="state", country="CN", tier=3)
    watched = replace(world.parts.beat, sources=(state, *world.parts.beat.sources))
    world.parts = replace(world.parts, beat=watched)
    others = [source_id for source_id in ("daily", "state", "wire") if source_id != asked_first]
    for source_id in (asked_first, *others):
        world.process(replace(REPORT, source_id=source_id))
    stored = world.ledger.article(article_id(REPORT.url))
    assert stored
    assert stored.publisher == Publisher("daily", "Daily")
    assert (stored.route.kind, stored.route.carrier) == ("report", None)
    assert stored.article.source_id == asked_first, "where it was found"


def test_accounts_name_the_source_that_found_a_page_and_documents_its_publisher(world: World) -> None:
    world.process(replace(REPORT, source_id="wire"))
    ((found_by, by_day),) = world.ledger.volumes(NOON - timedelta(days=2)).items()
    assert found_by == "wire"
    assert list(by_day.values()) == [{Outcome.NEW: 1}]
    (document,) = [change.document for change in world.ledger.changes_since(0) if change.document]
    assert (document.source, document.source_name, document.owner) == ("daily", "Daily", "private")


def test_two_papers_that_one_aggregator_lists_are_no_update_of_each_other(world: World) -> None:
    world.process(REPORT, a_page("b", "Canola deal", RELEASE[:4], source="courier", hours=1))
    there = world.ledger.article(article_id("https://courier.example/b"))
    world.process(replace(a_page("c", "Canola deal", RELEASE[:4], source="wire", hours=1), source_id="daily"))
    found = world.ledger.article(article_id("https://wire.example/c"))
    assert there
    assert found
    assert found.story_id == there.story_id
    story = world.ledger.story(found.story_id or "")
    assert story
    relations = {link.article_id: link.relation for link in story.links}
    assert relations[found.article.id] == relations[there.article.id] != Relation.UPDATE


def test_what_a_site_prints_around_everything_is_no_text_in_common(world: World) -> None:
    """Learnt in one batch, from pages off the beat, and known in the next."""
    off_beat = [
        a_page(f"c{n}", f"Elm Street {n}", (line, *HOUSE)) for n, line in enumerate((*LOCAL, LATE[1][:90]))
    ]
    world.process(*off_beat)
    lines = (RELEASE[0], LATE[0])
    briefs = [a_page(f"b{n}", line[:50], (line, *HOUSE), hours=n) for n, line in enumerate(lines)]
    assert world.process(*briefs) == {Outcome.NEW: 2}
    assert world.process(
        a_page("d", "Again", (RELEASE[0], "No such letter here."), source="courier", hours=3)
    ) == {Outcome.COPY: 1}


def test_a_page_that_breaks_us_is_kept_aside_and_the_others_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = judged_article.judge

    def breaks(title: str, *rest: Any) -> Any:
        if title == "Poison":
            raise ZeroDivisionError("a bug")
        return real(title, *rest)

    monkeypatch.setattr(judged_article, "judge", breaks)
    poison = a_page("p", "Poison", RELEASE[::-1], source="courier")
    assert world.process(poison, REPORT) == {Outcome.QUARANTINED: 1, Outcome.NEW: 1}
    assert isinstance(world.findings.bugs[0], ZeroDivisionError)
    (kept,) = world.ledger.quarantined()
    assert (kept.stage, kept.url) == ("bug", "https://courier.example/p")
    monkeypatch.setattr(judged_article, "judge", real)
    ((_, outcome),) = replay_quarantine(world.parts, RunProblems())
    assert outcome in (Outcome.NEW, Outcome.COPY)
    assert not world.ledger.quarantined()


def test_a_bug_in_one_decision_leaves_the_others_of_its_transaction_as_they_would_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = a_page("p", "Poison", LATE, source="courier", hours=1)
    copy = a_page("a", "Canada and China agree on canola", RELEASE, source="wire", hours=2)

    def breaks(judged: judged_article.JudgedArticle, *rest: Any) -> PageDecision:
        if judged.article.title == "Poison":
            raise ZeroDivisionError("a bug")
        return page_decision.decide_page(judged, *rest)

    monkeypatch.setattr(processing, "decide_page", breaks)
    counts = {Outcome.NEW: 1, Outcome.COPY: 1, Outcome.QUARANTINED: 1}
    assert world.process(REPORT, poison, copy) == counts
    assert [type(bug) for bug in world.findings.bugs] == [ZeroDivisionError]
    (report,) = world.ledger.runs()
    assert {outcome: n for outcome, n in report.outcomes.items() if n} == counts
    assert [change.seq for change in world.ledger.changes_since(0)] == [1, 2], (
        "nothing of the first try stands"
    )


def test_a_ledger_that_goes_away_in_the_middle_leaves_pages_to_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_away(judged: judged_article.JudgedArticle, *rest: Any) -> PageDecision:
        if judged.article.source_id == "wire":
            raise TemporaryError("the ledger cannot be reached; try again")
        return page_decision.decide_page(judged, *rest)

    monkeypatch.setattr(processing, "decide_page", goes_away)
    with pytest.raises(TemporaryError):
        world.process(REPORT, a_page("a", "Agreed", LATE, source="wire", hours=2))
    assert (world.ledger.count_articles(), world.ledger.quarantined()) == (0, [])
    monkeypatch.undo()
    assert process_open_batches(world.parts, 1, world.findings) == {Outcome.NEW: 2}


def test_more_pages_than_a_transaction_holds_are_all_taken_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "AT_ONCE", 2)
    empty = a_page("d", "Nothing here", [], hours=2)
    pages = [
        REPORT,
        *(a_page(f"{n}", "Agreed", RELEASE, source="wire", hours=n / 2) for n in range(1, 6)),
        empty,
    ]
    assert world.process(*pages) == {Outcome.NEW: 1, Outcome.COPY: 5, Outcome.QUARANTINED: 1}
    arrived = [change.document.url for change in world.ledger.changes_since(0) if change.document]
    assert sorted(arrived) == sorted(page.url for page in pages[:-1])
    document = next(iter(world.ledger.changes_since(0))).document
    assert document
    story = world.ledger.story(document.story_id)
    assert story
    assert story.lead_id == article_id(REPORT.url)


def test_a_damaged_batch_gives_what_can_be_read_and_accounts_for_the_rest(world: World) -> None:
    path = world.hand_over(REPORT, a_page("c", "Library closes for two weeks", LOCAL, hours=2))
    run_id = world.ledger.start_run(NOON)
    adopt_waiting_batches(world.parts, run_id)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    outcomes = process_open_batches(world.parts, run_id, world.findings)
    assert outcomes.total() == 2
    assert outcomes[Outcome.FAILED] >= 1
    assert any(path.name.removesuffix(".warc.gz") in sentence for sentence in world.findings.sentences)
    assert not world.ledger.open_batches()


def undone_in_order(path: Path, pages: int, done: frozenset[int] = frozenset()) -> PagesInOrder:
    return PagesInOrder(path, OpenBatch("late", path.name, pages, done))


def test_pages_that_were_done_before_their_file_was_damaged_are_not_lost(world: World) -> None:
    others = [a_page(name, f"Library {name} closes", LOCAL, hours=2) for name in "cde"]
    path = world.hand_over(REPORT, *others)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    pages = undone_in_order(path, 4, frozenset([3]))
    met = [record for record, _ in pages]
    assert pages.damage is not None
    assert met
    assert met + pages.lost() == [0, 1, 2]


def test_pages_come_in_order_of_publication_each_with_what_it_says(world: World) -> None:
    later = a_page("c", "Library closes", LOCAL, hours=2)
    earlier = a_page("d", "Library opens", LOCAL, hours=1)
    path = world.hand_over(later, earlier, REPORT)
    said = [(record, page.body) for record, page in undone_in_order(path, 3)]
    assert said == [(2, REPORT.body), (1, earlier.body), (0, later.body)]
    assert [record for record, _ in undone_in_order(path, 3, frozenset([1]))] == [2, 0]


def test_pages_that_are_packed_together_come_as_they_lie(world: World) -> None:
    later = a_page("c", "Library closes", LOCAL, hours=2)
    path = world.hand_over(later, REPORT)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    said = [(record, page.body) for record, page in undone_in_order(path, 2)]
    assert said == [(0, later.body), (1, REPORT.body)]


def test_pages_whose_file_goes_before_their_turn_are_lost(world: World) -> None:
    path = world.hand_over(REPORT, a_page("c", "Library closes", LOCAL, hours=2))
    pages = undone_in_order(path, 2)
    in_order = iter(pages)
    assert next(in_order)[0] == 0
    path.unlink()
    assert list(in_order) == []
    assert pages.damage is not None
    assert pages.lost() == [1]


def test_pages_of_a_batch_are_not_held_while_they_wait(world: World) -> None:
    size = 1_000_000
    pages = [a_page(f"p{number}", "Library closes", ["x" * size], hours=number) for number in range(12)]
    path = world.hand_over(*pages)
    del pages
    tracemalloc.start()
    try:
        for _record, _page in undone_in_order(path, 12):
            assert tracemalloc.get_traced_memory()[1] < 6 * size
    finally:
        tracemalloc.stop()


def test_a_missing_batch_waits_and_is_told(world: World) -> None:
    path = world.hand_over(REPORT)
    run_id = world.ledger.start_run(NOON)
    adopt_waiting_batches(world.parts, run_id)
    content = path.read_bytes()
    path.unlink()
    assert not process_open_batches(world.parts, run_id, world.findings)
    assert "missing" in world.findings.sentences[0]
    path.write_bytes(content)
    assert process_open_batches(world.parts, run_id, world.findings) == {Outcome.NEW: 1}


def test_one_mail_for_a_story_however_many_copies(world: World) -> None:
    world.process(REPORT)
    keys = world.alert()
    assert len(keys) == 1
    world.process(a_page("b", "A better day than feared", RELEASE, source="courier", hours=1))
    assert world.alert() == []
    assert len(world.ledger.mails()) == 1


def test_a_late_article_still_alerts(world: World) -> None:
    world.process(REPORT)
    world.alert()
    late = a_page("z", "China lifts canola duties, Canada told", LATE, hours=-24 * 6)
    assert world.process(late) == {Outcome.NEW: 1}
    assert len(world.alert()) == 1


def test_a_mail_server_that_is_away_makes_the_mail_wait(world: World) -> None:
    world.process(REPORT)
    world.mailbox.error = TemporaryError("451 busy")
    assert world.alert() == []
    (waiting,) = world.ledger.mails()
    assert (waiting.state, waiting.attempts) == ("due", 1)
    world.mailbox.error = None
    assert world.alert() == [], "not before its pause is over"
    world.clock.at += timedelta(hours=1)
    assert world.alert() == [waiting.key]


def test_a_refused_mail_stays_visible(world: World) -> None:
    world.process(REPORT)
    world.mailbox.error = PermanentError("550 no such user")
    world.alert()
    (mail,) = world.ledger.mails()
    assert (mail.state, mail.last_error) == ("failed", "550 no such user")
    assert "refused for good" in world.findings.sentences[0]
    assert world.findings.has_permanent_trouble


class _AwayIndex(MemoryIndex):
    away = False

    def write(
        self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()
    ) -> Sequence[RejectedDocument]:
        if self.away:
            raise TemporaryError("connection refused")
        return super().write(changes, stories)


class _PickyIndex(MemoryIndex):
    """Refuses one article for good, until it is mended; keeps the accounts it was given."""

    mended = False
    keeps_accounts = True

    def __init__(self) -> None:
        super().__init__()
        self.accounts: list[int] = []

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),
        rejected: list[RejectedDocument] | None = None,
    ) -> int:
        count = super().rebuild(changes, stories, rejected)
        self.accounts = []  # a rebuild leaves nothing of an index in memory
        return count

    def write(
        self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()
    ) -> Sequence[RejectedDocument]:
        if self.mended:
            return super().write(changes, stories)
        return [RejectedDocument("article", change.article_id, "no such field") for change in changes]

    def write_runs(self, reports: Sequence[RunReport], source_names: Mapping[str, str]) -> None:
        self.accounts += [report.run_id for report in reports]


def test_what_the_index_refuses_is_kept_aside_until_a_rebuild_takes_it(world: World) -> None:
    index = _PickyIndex()
    parts = replace(world.parts, index=index)
    world.process(REPORT)
    findings = RunProblems()
    index_changes(parts, findings)
    (kept,) = world.ledger.quarantined()
    assert (kept.stage, kept.reason) == ("index", "no such field")
    assert kept.url.startswith("https://")
    assert "no such field" in findings.sentences[0]
    assert replay_quarantine(parts, RunProblems()) == [], "there is no page to process again"
    index.mended = True
    assert rebuild_search_index(parts) == 1
    assert world.ledger.quarantined() == []


def test_the_account_of_a_run_goes_to_the_index_once_when_it_is_finished(world: World) -> None:
    index = _PickyIndex()
    parts = replace(world.parts, index=index)
    before = [run.run_id for run in world.ledger.runs() if run.finished]
    going = world.ledger.start_run(NOON)
    index_run_accounts(parts, RunProblems())
    world.ledger.finish_run(going, NOON, 0)
    for _ in range(2):
        index_run_accounts(parts, RunProblems())
    assert index.accounts == [*before, going]


def test_the_account_of_a_run_that_outlasts_later_ones_is_not_forgotten(world: World) -> None:
    index = _PickyIndex()
    parts = replace(world.parts, index=index)
    killed = world.ledger.start_run(world.clock.now() - timedelta(days=1))
    long, short = (world.ledger.start_run(world.clock.now()) for _ in range(2))
    world.ledger.finish_run(short, NOON, 0)
    index_run_accounts(parts, RunProblems())
    assert short in index.accounts
    world.ledger.finish_run(long, NOON, 0)
    index_run_accounts(parts, RunProblems())
    assert index.accounts[-2:] == [long, short]
    assert killed not in index.accounts
    told = len(index.accounts)
    index_run_accounts(parts, RunProblems())
    assert len(index.accounts) == told, "nothing waits for a run that was killed"


def test_an_index_that_is_new_gets_the_accounts_of_earlier_runs_too(world: World) -> None:
    world.process(REPORT)
    world.ledger.finish_run(world.ledger.start_run(NOON), NOON, 0)
    index_changes(world.parts, RunProblems())
    index_run_accounts(world.parts, RunProblems())
    finished = [run.run_id for run in reversed(world.ledger.runs(100)) if run.finished]
    for fill in (index_changes, rebuild_search_index):
        index = _PickyIndex()
        index.mended = True
        parts = replace(world.parts, index=index)
        fill(parts, RunProblems())
        index_run_accounts(parts, RunProblems())
        assert index.accounts == finished


def test_an_index_that_is_away_makes_indexing_wait_and_nothing_is_lost(world: World) -> None:
    index = _AwayIndex()
    index.away = True
    parts = replace(world.parts, index=index)
    world.process(REPORT)
    findings = RunProblems()
    index_changes(parts, findings)
    assert findings.sentences == ["indexing waits: connection refused"]
    assert len(world.alert()) == 1, "alerts do not wait for the index"
    index.away = False
    assert index_changes(parts, RunProblems()) == 1
    assert index.count() == world.ledger.count_articles() == 1


def test_an_index_that_was_emptied_is_filled_again(world: World) -> None:
    world.process(REPORT)
    index_changes(world.parts, RunProblems())
    empty = MemoryIndex()
    index_changes(replace(world.parts, index=empty), RunProblems())
    assert empty.count() == 1


def test_reindex_gives_the_ledger_again(world: World) -> None:
    world.process(REPORT, a_page("c", "Library closes for two weeks", LOCAL))
    assert rebuild_search_index(world.parts) == world.index.count() == 1


def test_a_batch_that_a_killed_run_left_is_adopted_once(world: World) -> None:
    world.hand_over(REPORT)
    assert process_open_batches(world.parts, world.ledger.start_run(NOON), world.findings) == {Outcome.NEW: 1}
    assert not process_open_batches(world.parts, world.ledger.start_run(NOON), world.findings)


class _LateLedger(MemoryLedger):
    """A ledger whose reader asked for open batches before another worker processed them."""

    seen: Sequence[OpenBatch] | None = None

    def open_batches(self) -> Sequence[OpenBatch]:
        return super().open_batches() if self.seen is None else self.seen


def test_a_page_that_two_workers_drain_at_once_is_counted_by_the_first_alone(world: World) -> None:
    world.ledger = _LateLedger()
    world.parts = replace(world.parts, ledger=world.ledger)
    empty = a_page("d", "Nothing here", [], hours=3)
    path = world.hand_over(REPORT, a_page("c", "Library closes for two weeks", LOCAL, hours=2), empty)
    first, second = world.ledger.start_run(NOON), world.ledger.start_run(NOON)
    add_batch(world.parts, path, first)
    world.ledger.seen = world.ledger.open_batches()
    taken = process_open_batches(world.parts, first, world.findings)
    assert taken == {Outcome.NEW: 1, Outcome.OFF_BEAT: 1, Outcome.QUARANTINED: 1}
    assert process_open_batches(world.parts, second, world.findings) == {}
    accounts = [world.ledger.finish_run(run, NOON, 0) for run in (first, second)]
    assert [report.fetched for report in accounts] == [3, 0]
    assert accounts[0].outcomes[Outcome.NEW] == 1, "the later worker did not turn it into an unchanged one"
    assert len(world.ledger.quarantined()) == 1


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with (
        lock_runs(tmp_path),
        pytest.raises(TemporaryError, match="another run"),
        lock_runs(tmp_path),
    ):
        pass
    with lock_runs(tmp_path):
        pass


@pytest.mark.parametrize(("text", "hours"), [("36h", 36), ("7d", 168), ("2w", 336)])
def test_since_counts_back(text: str, hours: int) -> None:
    assert read_typed_time(text, NOON) == NOON - timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "d", "yesterday", "7x", "99999999d", "2026-13-01"])
def test_since_that_is_no_time_says_what_to_write(text: str) -> None:
    with pytest.raises(PermanentError, match="36h, 7d, 2w or 2026-01-17"):
        read_typed_time(text, NOON)


def test_a_second_sender_leaves_the_mails_to_the_first(world: World) -> None:
    world.process(REPORT)
    with lock_outbox(world.parts.home):
        assert world.alert() == []
        assert world.findings.sentences == [], "that one sends it, and tells what goes wrong"
    assert len(world.alert()) == 1
