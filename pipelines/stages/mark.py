"""Mark: keep a person's word on an article, and bring its story to what it says.

    stored text, or the page in its batch ──► judged ──► mark and story, in one transaction
                                                         ──► events and the search index follow

Whoever is to be mailed of a story that comes in is mailed by the next run, as of any other.
"""

from __future__ import annotations

from collections.abc import Callable

from crawlers.batch import BACKFILL, read_page
from crawlers.errors import PermanentError
from crawlers.urls import site_of_canonical
from pipelines.dedup import read_page as read_paragraphs
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_reader import read_alone
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import Mark, MarkLabel, PageAccount, StoredArticle
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes
from pipelines.stages.relate import relate_changed_stories
from pipelines.stories.marks import (
    KEPT_OUT,
    MarkedArticle,
    MarkedPage,
    find_article,
    mark_article,
    newest_mark,
    undo_mark,
)


def mark_page(
    context: RunContext, wanted: str, label: MarkLabel, by: str, note: str, problems: RunProblems
) -> MarkedArticle:
    """Mark an article, given by its id or address; events and the index follow.

    Raises PermanentError where there is none.
    """
    ledger = context.ledger
    stored = find_article(ledger, wanted)
    account = ledger.account_of(stored.article.id)
    judged = _judged_again(context, stored, account)
    article = judged.article if judged is not None else stored.article
    mark = Mark(
        article_id=stored.article.id,
        label=label,
        at=context.clock.now(),
        by=by,
        note=note,
        title=stored.article.title,
        text=article.body or stored.article.summary,
        lang=stored.article.lang,
    )

    def keep(page: MarkedPage | None) -> MarkedArticle:
        return mark_article(ledger, stored, mark, page)

    return _with_page(context, stored, account, judged, keep, problems)


def undo_page_mark(context: RunContext, wanted: str, problems: RunProblems) -> MarkedArticle:
    """Undo the mark that holds for an article; events and the index follow.

    Raises PermanentError where there is none.
    """
    ledger = context.ledger
    stored = find_article(ledger, wanted)
    mark = newest_mark(ledger, stored)
    account = ledger.account_of(stored.article.id)

    def undo(page: MarkedPage | None) -> MarkedArticle:
        return undo_mark(ledger, stored, mark, context.clock.now(), page)

    return _with_page(context, stored, account, None, undo, problems)


def _with_page(
    context: RunContext,
    stored: StoredArticle,
    account: PageAccount | None,
    judged: JudgedArticle | None,
    act: Callable[[MarkedPage | None], MarkedArticle],
    problems: RunProblems,
) -> MarkedArticle:
    """Do what a person asked for.

    A page of no story, or that was kept out, is counted again, in a run of its own.
    """
    if stored.story_id is None and account is None:
        raise PermanentError(f"{stored.article.url}: nothing says which page it was read from")
    is_counted = stored.story_id is None or (account is not None and account.outcome in KEPT_OUT)
    if account is None or not is_counted:
        done = act(None)
    else:
        run_id = context.ledger.start_run(context.clock.now())
        try:
            done = act(MarkedPage(account, judged, run_id))
        finally:
            context.ledger.finish_run(run_id, context.clock.now(), 0, f"a mark: {stored.article.title}")
    relate_changed_stories(context)
    index_changes(context, problems)
    return done


def _judged_again(
    context: RunContext, stored: StoredArticle, account: PageAccount | None
) -> JudgedArticle | None:
    """Return an article judged anew.

    By the text that is kept of it, or by its page in the batch. None where neither is there any more, or
    the page cannot be read again.
    """
    learner = BoilerplateLearner(context.ledger)
    article = stored.article
    if article.body:
        paragraphs = read_paragraphs(article.id, article.body)
        repeated = learner.repeated_on(site_of_canonical(article.canonical_url), paragraphs)
        return JudgedArticle.of(article, stored.publisher, context.beat, repeated)
    if account is None:
        return None
    name = context.ledger.batch_path(account.batch_id)
    if name is None:
        return None
    try:
        with context.batches.reading(name) as path:
            if path is None:
                return None
            page = read_page(path, account.record)
        is_backfill = account.batch_id.startswith(BACKFILL)
        judged = read_alone(context.reader, page, learner.repeated_on, is_backfill=is_backfill)
    except PermanentError:
        return None
    return judged.as_state_of(article)
