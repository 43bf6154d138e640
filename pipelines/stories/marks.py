"""A person's marks: this article is on the beat, off it, or near it.

    mark_article(...)      its story follows, whatever the judge says of it or of later copies
    undo_mark(...)         the mark before it holds, else the judge

An article of a story stays there: off the beat, the story is kept out of searches, mails and counts. An
article without a story comes into one as if it had arrived now, so that later copies follow it. Each act is
one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.errors import PermanentError, TemporaryError
from pipelines.ingest.held_back import Fetch
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.marked import judged_outcome, kept_out_as, marked_label, marked_reason, outcome_of
from pipelines.ingest.page_decision import decide_page
from pipelines.model import (
    Mark,
    MarkLabel,
    Outcome,
    PageAccount,
    PageOffBeat,
    PageUnchanged,
    RecheckState,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
    StoryMarked,
)
from pipelines.ports import Decisions, Ledger
from pipelines.stories.view import article_id_of

#: A person's word on a story belongs to no run: no page is counted.
NO_RUN = 0
#: Outcomes of pages that a mark may have kept out.
KEPT_OUT = frozenset({Outcome.OFF_BEAT, Outcome.BORDERLINE})


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """What became of an article by a mark, or by undoing one."""

    mark: Mark
    #: The story that it is in now, None where it is in none.
    story: Story | None
    #: Whether it is wanted and no text of it is kept: its page is fetched again.
    is_awaited: bool = False
    #: Whether it was marked so before, and nothing was written.
    was_so: bool = False


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """The page that an article was read from, where it is counted again."""

    account: PageAccount
    #: None where its text is not kept any more.
    judged: JudgedArticle | None
    #: The run that counts it again, with what it is now.
    run_id: int


def find_article(ledger: Ledger, wanted: str) -> StoredArticle:
    """Return the article that an id or an address stands for.

    The id of a story stands for its first article. Raises PermanentError, with what to do, where there is
    none.
    """
    wanted = wanted.strip()
    article_id = article_id_of(wanted)
    stored = ledger.article(article_id)
    if stored is None:
        story = ledger.story(wanted)
        if story is not None:
            stored = ledger.article(story.lead_id)
    if stored is None:
        # A page may be listed, or reached, at another address than its own.
        with ledger.deciding() as deciding:
            own_id = deciding.article_at([article_id])
        if own_id is not None:
            stored = ledger.article(own_id)
    if stored is None:
        raise PermanentError(
            f"no article “{wanted}”; `maplewire pages` and `maplewire search '*:*' --articles` show addresses"
        )
    return stored


# -- marking ----------------------------------------------------------------------------------------


def mark_article(ledger: Ledger, stored: StoredArticle, mark: Mark, page: MarkedPage | None) -> MarkedArticle:
    """Keep a mark, and bring the article's story to what it says.

    `page` is asked for where the article is in no story, or was counted as kept out. Raises TemporaryError
    where the article has changed since it was read.
    """
    with ledger.deciding() as deciding:
        stored = _read_again(stored, deciding)
        marks = deciding.marks([mark.article_id])
        is_settled = stored.story_id is not None or mark.label is not MarkLabel.RELEVANT
        if is_settled and marks and _is_same_word(marks[-1], mark):
            return MarkedArticle(marks[-1], _story_of(stored.article.id, deciding), was_so=True)
        if stored.story_id is not None:
            _mark_story(stored, mark, deciding)
            story = _story_of(stored.article.id, deciding)
            _count_again(stored, story, page, deciding)
            return MarkedArticle(mark, story)
        assert page is not None, "an article of no story has a page"
        if page.judged is not None:
            return _bring_in(stored, page.judged, mark, page, deciding)
        if mark.label is MarkLabel.RELEVANT:
            awaited = _awaited_page(stored, mark.at, deciding)
            deciding.take(StoryMarked(marks=(mark,), recheck_state=awaited), NO_RUN)
            return MarkedArticle(mark, None, is_awaited=True)
        deciding.take(StoryMarked(marks=(mark,)), NO_RUN)
        _keep_out(stored, page, deciding)
        return MarkedArticle(mark, None)


def _read_again(stored: StoredArticle, deciding: Decisions) -> StoredArticle:
    """Return an article as it is now.

    Raises TemporaryError where a run that is at work has changed it.
    """
    now = deciding.article(stored.article.id)
    has_place = stored.story_id is not None
    if now is None or now.version != stored.version or (now.story_id is not None) != has_place:
        raise TemporaryError(f"“{stored.article.title}” has just changed, so nothing is written; try again")
    return now


def _is_same_word(known: Mark, mark: Mark) -> bool:
    return known.label is mark.label and mark.note in ("", known.note)


def _mark_story(stored: StoredArticle, mark: Mark, deciding: Decisions) -> None:
    story = _story_of(stored.article.id, deciding)
    assert story is not None, f"{stored.article.id} is in a story"
    line = StoryEvent(story.id, mark.at, StoryChange.WORD, _sentence(stored, mark), stored.article.id)
    marked = kept_out_as(story, mark.label.outcome)
    deciding.take(StoryMarked(marks=(mark,), story=marked, history=(line,)), NO_RUN)


def _bring_in(
    stored: StoredArticle, judged: JudgedArticle, mark: Mark, page: MarkedPage, deciding: Decisions
) -> MarkedArticle:
    """Bring an article into a story, as if it had arrived now."""
    deciding.take(StoryMarked(marks=(mark,)), NO_RUN)
    account = replace(page.account, article_id=stored.article.id)
    deciding.take(decide_page(judged, account, deciding, Fetch(mark.at)), page.run_id)
    story = _story_of(stored.article.id, deciding)
    if story is not None:
        line = StoryEvent(story.id, mark.at, StoryChange.WORD, _sentence(stored, mark), stored.article.id)
        deciding.take(StoryMarked(history=(line,)), NO_RUN)
    return MarkedArticle(mark, story)


def _awaited_page(stored: StoredArticle, at: datetime, deciding: Decisions) -> RecheckState:
    """Return that a page is to be fetched at once."""
    state = deciding.recheck_state(stored.article.id)
    if state is not None:
        return replace(state, due=at, is_final=False)
    article = stored.article
    return RecheckState(article.id, article.source_id, article.url, article.collected, at, at)


def _keep_out(stored: StoredArticle, page: MarkedPage, deciding: Decisions) -> None:
    """Count the page of an article without a story and without a text anew.

    As what the marks make of it, or the judge where there are none.
    """
    label = marked_label([stored.article.id], deciding)
    outcome = outcome_of(stored.relevance)
    if label is not None and label.outcome is not None:
        outcome = label.outcome
    account = _account_of(stored, outcome, page, is_marked=label is not None)
    deciding.take(PageOffBeat(account, replace(stored, outcome=outcome)), page.run_id)


def _count_again(
    stored: StoredArticle, story: Story | None, page: MarkedPage | None, deciding: Decisions
) -> None:
    """Count a page that was counted as kept out as what it is now."""
    if page is None or story is None:
        return
    label = marked_label(story.article_ids, deciding)
    outcome = story.kept_out or stored.outcome
    account = _account_of(stored, outcome, page, is_marked=label is not None)
    deciding.take(PageUnchanged(account), page.run_id)


def _account_of(stored: StoredArticle, outcome: Outcome, page: MarkedPage, *, is_marked: bool) -> PageAccount:
    """Return a page's account with another outcome, and why it has that."""
    reason = stored.relevance.why[0] if stored.relevance.why else page.account.reason
    if is_marked and outcome in KEPT_OUT:
        reason = marked_reason(outcome)
    return replace(page.account, outcome=outcome, reason=reason, article_id=stored.article.id)


def _sentence(stored: StoredArticle, mark: Mark) -> str:
    """Return what a story's history says of a mark."""
    who = mark.by or "a person"
    text = f"{who} marked “{stored.article.title}” {mark.label.value}"
    if mark.note:
        text += f": {mark.note}"
    return text


# -- undo -------------------------------------------------------------------------------------------


def newest_mark(ledger: Ledger, stored: StoredArticle) -> Mark:
    """Return the mark that holds for an article: the newest of its story's.

    Raises PermanentError where there is none.
    """
    article_ids = {stored.article.id}
    story = ledger.story(stored.story_id) if stored.story_id else None
    if story is not None:
        article_ids.update(story.article_ids)
    newest = None
    for mark in ledger.marks():
        if mark.article_id in article_ids:
            newest = mark
    if newest is None:
        raise PermanentError(
            f"“{stored.article.title}” has no mark to undo; `maplewire marks list` shows all of them"
        )
    return newest


def undo_mark(
    ledger: Ledger, stored: StoredArticle, mark: Mark, at: datetime, page: MarkedPage | None
) -> MarkedArticle:
    """Undo a mark: the one before it holds again, else the judge.

    Raises TemporaryError where the article has changed since it was read.
    """
    undone = replace(mark, undone=at)
    with ledger.deciding() as deciding:
        stored = _read_again(stored, deciding)
        story = _story_of(stored.article.id, deciding)
        if story is None:
            assert page is not None, "an article of no story has a page"
            deciding.take(StoryMarked(undone_marks=(undone,)), NO_RUN)
            _keep_out(stored, page, deciding)
            return MarkedArticle(undone, None)
        deciding.take(StoryMarked(undone_marks=(undone,)), NO_RUN)
        text = f"the word of {mark.by or 'a person'} was taken back ({mark.label.value})"
        line = StoryEvent(story.id, at, StoryChange.WORD, text, mark.article_id)
        unmarked = kept_out_as(story, _outcome_without(story, deciding))
        deciding.take(StoryMarked(story=unmarked, history=(line,)), NO_RUN)
        _count_again(stored, unmarked, page, deciding)
        return MarkedArticle(undone, _story_of(stored.article.id, deciding))


def _outcome_without(story: Story, deciding: Decisions) -> Outcome | None:
    """Return what keeps a story out by the marks that are left, or by the judge."""
    label = marked_label(story.article_ids, deciding)
    if label is not None:
        return label.outcome
    return judged_outcome(story.article_ids, deciding)


# -- stories ----------------------------------------------------------------------------------------


def _story_of(article_id: str, deciding: Decisions) -> Story | None:
    stored = deciding.article(article_id)
    if stored is None or stored.story_id is None:
        return None
    return deciding.story(stored.story_id)
