"""Decisions on a database (`ports.Decisions`): reads, and how one is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, select

from pipelines.adapters.changed_stories import (
    ChangedStories,
    changed_articles,
    check_place,
    corrected_pairs,
    rearrange,
    rearrange_without,
    without_text,
)
from pipelines.adapters.ledger.accounts import read_crawl_start, read_outcome, write_account
from pipelines.adapters.ledger.article_rows import (
    read_article_row,
    read_first_members,
    read_members_by_number,
    read_members_by_story,
    read_versions,
    stored_article,
)
from pipelines.adapters.ledger.article_writer import (
    KnownArticle,
    number_changes,
    write_article,
    write_version,
)
from pipelines.adapters.ledger.boilerplate import read_site_boilerplate, write_site_boilerplate
from pipelines.adapters.ledger.carried_texts import write_carried_texts
from pipelines.adapters.ledger.corrections import read_corrections_of, write_corrections, write_story_words
from pipelines.adapters.ledger.event_rows import (
    read_event_candidates,
    read_event_links,
    read_event_prints,
    read_event_times,
    read_event_voices,
    write_ended_events,
    write_event,
)
from pipelines.adapters.ledger.listed import read_article_at, read_articles_of_guid, write_listing
from pipelines.adapters.ledger.marks import read_marks_of, write_marks
from pipelines.adapters.ledger.print_index import PrintIndex
from pipelines.adapters.ledger.quarantine import replace_page_entry
from pipelines.adapters.ledger.rechecks import read_recheck_states, write_recheck_state
from pipelines.adapters.ledger.schema import corrections, links, marks, story_redirects
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.story_events import write_history
from pipelines.adapters.ledger.story_rows import (
    present_ids,
    read_articles_of_publisher,
    read_stories,
    read_story,
    read_story_head,
    read_story_size,
)
from pipelines.adapters.ledger.story_writer import (
    delete_stories,
    write_appended_link,
    write_publisher_of_link,
    write_stories,
)
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.adapters.projection import document_of
from pipelines.dedup import lookup
from pipelines.model import (
    ArticleVersion,
    Carrying,
    Correction,
    Corrections,
    CorrectionsUndone,
    EventDecision,
    EventLink,
    EventPrint,
    EventVoice,
    LedgerDecision,
    Mark,
    Member,
    Outcome,
    PageAppended,
    PageDecision,
    PageHeldBack,
    PageOffBeat,
    PagePlaced,
    PageQuarantined,
    PageRechecked,
    RecheckState,
    SiteBoilerplate,
    StoredArticle,
    StoriesCorrected,
    Story,
    StoryMarked,
    StoryWordsSaid,
    TextPrint,
)
from pipelines.stories.event_counts import decide_ended

# Statements are made once: making one costs several times what running it does.
_ANY_CORRECTION = Statement(lambda _: select(corrections.c.number).limit(1))
_ANY_MARK = Statement(lambda _: select(marks.c.number).limit(1))
_ANY_REDIRECT = Statement(lambda _: select(story_redirects.c.old_id).limit(1))


@Statement
def _stories_of_articles(dialect: str) -> Select[Any]:
    article_ids = select(listed_values(dialect, Text).c.value)
    return select(links.c.story_id).where(links.c.article_id.in_(article_ids)).distinct()


class SqlDecisions:
    """Decisions on a connection on which nobody else decides meanwhile.

    What was read once stays true until something is taken, so it is kept until then.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._prints = PrintIndex(connection)
        self._rows: dict[str, Row[Any] | None] = {}
        #: Stories by any id that was asked for; None stands for an id that is no story.
        self._stories: dict[str, Story | None] = {}
        self._members: dict[int, Member] = {}
        self._members_of_stories: dict[frozenset[str], Sequence[Member]] = {}
        self._is_empty_table: dict[Statement, bool] = {}
        self._crawl_starts: dict[tuple[str, int], datetime] = {}

    # -- reading --------------------------------------------------------------------------------------

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        return read_outcome(self._connection, batch_id, record)

    def article(self, article_id: str) -> StoredArticle | None:
        row = self._article_row(article_id)
        return stored_article(row, row.body) if row else None

    def _article_row(self, article_id: str) -> Row[Any] | None:
        if article_id not in self._rows:
            self._rows[article_id] = read_article_row(self._connection, article_id)
        return self._rows[article_id]

    def story(self, story_id: str) -> Story | None:
        if story_id not in self._stories:
            self._stories[story_id] = read_story(self._connection, story_id)
        return self._stories[story_id]

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return read_versions(self._connection, article_id)

    def recheck_state(self, article_id: str) -> RecheckState | None:
        return read_recheck_states(self._connection, [article_id]).get(article_id)

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        return corrected_pairs(self.corrections(article_ids))

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        if self._is_empty(_ANY_CORRECTION):
            return []
        return read_corrections_of(self._connection, article_ids)

    def marks(self, article_ids: Collection[str]) -> Sequence[Mark]:
        if self._is_empty(_ANY_MARK):
            return []
        return read_marks_of(self._connection, article_ids)

    def _is_empty(self, any_row: Statement) -> bool:
        """Return whether a table has no rows.

        Corrections, marks and redirects have none in most newsrooms, and then need no query.
        """
        if any_row not in self._is_empty_table:
            self._is_empty_table[any_row] = any_row.first_row(self._connection, {}) is None
        return self._is_empty_table[any_row]

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        asked = frozenset(story_ids)
        if not asked:
            return []
        if asked not in self._members_of_stories:
            today = asked
            if not self._is_empty(_ANY_REDIRECT):
                today = frozenset(present_ids(self._connection, asked).values())
            found = read_members_by_story(self._connection, today, self._members)
            self._members |= found
            self._members_of_stories[asked] = list(found.values())
        return self._members_of_stories[asked]

    def first_members(self, story_id: str, limit: int) -> Sequence[Member]:
        return read_first_members(self._connection, story_id, limit)

    def story_size(self, story_id: str) -> int:
        return read_story_size(self._connection, story_id)

    def articles_of_publisher(self, story_id: str, publisher_id: str, most: int) -> int:
        return read_articles_of_publisher(self._connection, story_id, publisher_id, most)

    def story_head(self, story_id: str) -> Story | None:
        return read_story_head(self._connection, story_id)

    def article_at(self, address_ids: Sequence[str]) -> str | None:
        return read_article_at(self._connection, address_ids)

    def articles_of_guid(self, source_id: str, guid: str) -> Sequence[str]:
        return read_articles_of_guid(self._connection, source_id, guid)

    def candidates(self, text: TextPrint, limit: int = lookup.CANDIDATES) -> Sequence[Member]:
        numbers = self._prints.find_similar(text, limit)
        if not numbers:
            return []
        self._members |= read_members_by_number(self._connection, numbers)
        return list(map(self._members.__getitem__, numbers))

    # -- writing --------------------------------------------------------------------------------------

    def take(self, decision: LedgerDecision, run_id: int) -> None:
        match decision:
            case PageDecision():
                self._write_account(decision, run_id)
                self._write_page(decision)
                write_listing(self._connection, decision)
                self._write_recheck_state(decision.recheck_state)
            case PageRechecked():
                self._write_recheck_state(decision.recheck_state)
            case StoriesCorrected():
                self._write_corrected_stories(decision)
                self._write_corrections(decision.corrections, decision.undone_corrections)
            case CorrectionsUndone():
                self._write_corrections((), decision.undone_corrections)
            case StoryWordsSaid():
                write_story_words(self._connection, decision.words, decision.undone_words)
            case StoryMarked():
                self._write_marks(decision.marks, decision.undone_marks)
                self._write_marked_story(decision.story)
                self._write_recheck_state(decision.recheck_state)
        write_history(self._connection, decision.history)
        self._forget_reads()

    def _forget_reads(self) -> None:
        self._rows.clear()
        self._stories.clear()
        self._members.clear()
        self._members_of_stories.clear()

    def _write_account(self, decision: PageDecision, run_id: int) -> None:
        account = decision.account
        batch = (account.batch_id, run_id)
        if batch not in self._crawl_starts:
            self._crawl_starts[batch] = read_crawl_start(self._connection, account.batch_id, run_id)
        write_account(self._connection, decision, run_id, self._crawl_starts[batch])

    def _write_page(self, decision: PageDecision) -> None:
        """Write what a decision says of its page.

        There is nothing to write of one that is unchanged or failed.
        """
        match decision:
            case PagePlaced():
                self._write_placed_article(decision)
            case PageAppended():
                self._write_appended_article(decision)
            case PageOffBeat():
                self._write_off_beat_article(without_text(decision.stored))
            case PageHeldBack():
                write_version(self._connection, decision.article_id, decision.version)
            case PageQuarantined():
                replace_page_entry(self._connection, decision.entry)

    def _write_recheck_state(self, state: RecheckState | None) -> None:
        if state is not None:
            write_recheck_state(self._connection, state)

    def _write_corrections(self, made: Sequence[Correction], undone: Sequence[Correction]) -> None:
        if made or undone:
            self._is_empty_table.pop(_ANY_CORRECTION, None)
            write_corrections(self._connection, made, undone)

    def _write_marks(self, made: Sequence[Mark], undone: Sequence[Mark]) -> None:
        self._is_empty_table.pop(_ANY_MARK, None)
        write_marks(self._connection, made, undone)

    # -- writing articles and stories -----------------------------------------------------------------

    def _write_placed_article(self, placed: PagePlaced) -> None:
        """Write an article on the beat, and the stories that it comes into and leaves."""
        check_place(placed)
        stored = placed.stored
        known = self._known_article(stored.article.id)
        touched = self._read_touched_by_article(placed, is_new=known is None)
        changed_stories = rearrange(placed, touched)
        changed = changed_articles(touched, changed_stories.stories)
        write_article(self._connection, self._prints, stored, known, is_on_beat=True)
        self._write_changed_stories(touched, changed_stories)
        write_publisher_of_link(self._connection, stored)
        changed += self._write_carried_texts(stored, placed.carries, known)
        changed = list(dict.fromkeys(changed))
        number_changes(self._connection, _with_article_changes(changed, stored, known, placed.story))

    def _write_carried_texts(
        self, stored: StoredArticle, carries: Sequence[Carrying], known: KnownArticle | None
    ) -> list[str]:
        """Write what an article carries; return the articles whose stories it concerns."""
        return write_carried_texts(self._connection, stored.article.id, carries, is_new=known is None)

    def _write_appended_article(self, appended: PageAppended) -> None:
        """Write an article into a story, of which no other article is read or written."""
        stored = appended.stored
        known = self._known_article(stored.article.id)
        write_article(self._connection, self._prints, stored, known, is_on_beat=True)
        write_appended_link(self._connection, appended.story_head, appended.link)
        write_publisher_of_link(self._connection, stored)
        changed = self._write_carried_texts(stored, appended.carries, known)
        if known and known.arrival is not None:
            changed.append(stored.article.id)
        elif stored.article.id in changed:
            # It is numbered as it arrives.
            changed.remove(stored.article.id)
        number_changes(self._connection, list(dict.fromkeys(changed)))

    def _write_off_beat_article(self, stored: StoredArticle) -> None:
        """Write an article off the beat, and the story that it leaves, if it was in one."""
        article_id = stored.article.id
        known = self._known_article(article_id)
        touched: Mapping[str, Story] = {}
        if known is not None:
            touched = self._read_stories_around((), [article_id])
        changed_stories = rearrange_without(article_id, touched)
        write_article(self._connection, self._prints, stored, known, is_on_beat=False)
        self._write_changed_stories(touched, changed_stories)
        changed = changed_articles(touched, changed_stories.stories)
        changed += self._write_carried_texts(stored, (), known)
        number_changes(self._connection, list(dict.fromkeys(changed)))

    def _write_corrected_stories(self, decision: StoriesCorrected) -> None:
        """Write the story that a person arranged, and those that articles leave for it."""
        story_ids = {decision.story.id, *decision.joined_story_ids}
        touched = self._read_stories_around(story_ids, decision.story.article_ids)
        changed_stories = rearrange(decision, touched)
        self._write_changed_stories(touched, changed_stories)
        number_changes(self._connection, changed_articles(touched, changed_stories.stories))

    def _write_marked_story(self, story: Story | None) -> None:
        """Write what keeps a story out, or does so no more."""
        if story is None:
            return
        touched = self._read_stories([story.id])
        self._write_changed_stories(touched, ChangedStories({story.id: story}, {}))
        number_changes(self._connection, changed_articles(touched, {story.id: story}))

    def _write_changed_stories(self, touched: Mapping[str, Story], changed_stories: ChangedStories) -> None:
        """Write how stories differ from what they were; delete those that are gone."""
        new_ids = set()
        for story_id, story in self._stories.items():
            if story is None:
                new_ids.add(story_id)
        write_stories(self._connection, touched, changed_stories.stories, new_ids)
        if changed_stories.gone:
            self._is_empty_table.pop(_ANY_REDIRECT, None)
            # Before former ids are forgotten: what was kept under them goes, too.
            ended = decide_ended(changed_stories.ended_story_ids(), self)
            delete_stories(self._connection, changed_stories.gone)
            if ended is not None:
                write_ended_events(self._connection, ended)
        # After stories were joined to it: what was kept of their events goes, too.
        kept_out = decide_ended(changed_stories.kept_out_story_ids(), self)
        if kept_out is not None:
            write_ended_events(self._connection, kept_out)

    def _known_article(self, article_id: str) -> KnownArticle | None:
        row = self._article_row(article_id)
        if row is None:
            return None
        return KnownArticle(row.number, row.arrival, stored_article(row, row.body))

    def _read_touched_by_article(self, placed: PagePlaced, *, is_new: bool) -> Mapping[str, Story]:
        """Return the stories, as they stand, that hold an article of the arranged one."""
        story_ids = {placed.story.id, *placed.joined_story_ids}
        article_ids = set(placed.story.article_ids)
        if is_new:
            article_ids.discard(placed.stored.article.id)
            if not article_ids and not placed.joined_story_ids:
                # A page that was never seen opens a story of its own: there is nothing to read.
                self._stories[placed.story.id] = None
                return {}
        return self._read_stories_around(story_ids, article_ids)

    def _read_stories_around(
        self, story_ids: Collection[str], article_ids: Collection[str]
    ) -> dict[str, Story]:
        """Return the stories with these ids, and those that hold one of these articles."""
        wanted_ids = set(story_ids)
        unplaced = set(article_ids)
        for story_id in story_ids:
            known = self._stories.get(story_id)
            # One that answers to a former id stands under its own, which nobody asked for.
            if known and known.id == story_id:
                unplaced.difference_update(known.article_ids)
        if unplaced:
            wanted = value_list(self._connection, unplaced)
            rows = _stories_of_articles.all_rows(self._connection, wanted)
            wanted_ids.update(row.story_id for row in rows)
        return self._read_stories(wanted_ids)

    def _read_stories(self, story_ids: Collection[str]) -> dict[str, Story]:
        known = self._stories.keys() & set(story_ids)
        found = read_stories(self._connection, set(story_ids) - known)
        for story_id in known:
            story = self._stories[story_id]
            # One that answers to a former id stands under its own.
            if story and story.id == story_id:
                found[story_id] = story
        return found

    # -- events and sites -----------------------------------------------------------------------------

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        return read_event_prints(self._connection, story_id)

    def event_candidates(
        self, keys: Collection[str], *, without: Collection[str], limit: int
    ) -> Sequence[EventPrint]:
        return read_event_candidates(self._connection, keys, without=without, limit=limit)

    def event_links(self, story_ids: Collection[str]) -> Sequence[EventLink]:
        return read_event_links(self._connection, story_ids)

    def event_times(self, story_ids: Collection[str]) -> Mapping[str, datetime]:
        return read_event_times(self._connection, story_ids)

    def event_voices(self, story_ids: Collection[str]) -> Mapping[str, EventVoice]:
        return read_event_voices(self._connection, story_ids)

    def take_event(self, decision: EventDecision) -> None:
        write_event(self._connection, decision)
        self._forget_reads()

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        return read_site_boilerplate(self._connection, site)

    def save_site_boilerplate(self, site: str, known: SiteBoilerplate) -> None:
        write_site_boilerplate(self._connection, site, known)


def _with_article_changes(
    changed: Sequence[str], stored: StoredArticle, known: KnownArticle | None, home: Story
) -> list[str]:
    """Return the articles to number, with this one where its own document changed too."""
    article_id = stored.article.id
    if known is None or known.arrival is None:
        # One that arrives is numbered as it is written, before all others.
        found: list[str] = []
        for other in changed:
            if other != article_id:
                found.append(other)
        return found
    has_changed = document_of(known.stored, home, 0) != document_of(stored, home, 0)
    if has_changed and article_id not in changed:
        return [*changed, article_id]
    return list(changed)
