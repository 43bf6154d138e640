"""Decisions in memory (`ports.Decisions`): reads, and how one is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

from pipelines.adapters.changed_stories import (
    ChangedStories,
    changed_articles,
    check_place,
    corrected_pairs,
    rearrange,
    rearrange_without,
    without_text,
)
from pipelines.adapters.crawl_accounts import entry_key, new_text_length
from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.documents import MemoryDocuments
from pipelines.adapters.memory.events import MemoryEvents
from pipelines.adapters.memory.ledger_state import StoredAccount
from pipelines.adapters.memory.runs import MemoryRuns
from pipelines.adapters.projection import document_of, member_of
from pipelines.adapters.stored_text import clean_text
from pipelines.dedup.lookup import CANDIDATES, is_candidate, lookup_keys, near
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
    Sketch,
    StoredArticle,
    StoriesCorrected,
    Story,
    StoryMarked,
    StoryWord,
    StoryWordsSaid,
    TextPrint,
)
from pipelines.stories.event_counts import decide_ended


class DecidedState(MemoryDocuments, MemoryEvents, MemoryRuns):
    """A ledger that can write one whole decision."""

    def _take(self, decision: LedgerDecision, run_id: int) -> None:
        decision = clean_value(decision)
        match decision:
            case PageDecision():
                assert run_id in self._runs, f"run {run_id} was never started"
                self._write_account(decision, run_id)
                self._write_page(decision)
                self._write_listing(decision)
                self._write_recheck_state(decision.recheck_state)
            case PageRechecked():
                self._write_recheck_state(decision.recheck_state)
            case StoriesCorrected():
                self._write_corrected_stories(decision)
                self._write_corrections(decision.corrections, decision.undone_corrections)
            case CorrectionsUndone():
                self._write_corrections((), decision.undone_corrections)
            case StoryWordsSaid():
                self._write_story_words(decision.words, decision.undone_words)
            case StoryMarked():
                self._write_marks(decision.marks, decision.undone_marks)
                self._write_marked_story(decision.story)
                self._write_recheck_state(decision.recheck_state)
        for event in decision.history:
            self._history.append(replace(event, number=len(self._history) + 1))

    def _write_account(self, decision: PageDecision, run_id: int) -> None:
        page = decision.account
        if page.batch_id in self._batches:
            result, _ = self._batches[page.batch_id]
            crawled = result.started
        else:
            crawled = self._runs[run_id].started
        self._accounts[page.batch_id, page.record] = StoredAccount(
            page, run_id, crawled, length=new_text_length(decision)
        )

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
                self._write_version(decision.article_id, decision.version)
            case PageQuarantined():
                self._replace_page_entry(decision.entry)

    def _write_listing(self, decision: PageDecision) -> None:
        """Write how a page was listed, and where else its article is."""
        if decision.listed is not None:
            self._listed[decision.listed.source_id, entry_key(decision.listed)] = decision.listed
        for address_id in decision.other_addresses:
            assert decision.account.article_id is not None
            self._addresses[address_id] = decision.account.article_id

    def _write_version(self, article_id: str, version: ArticleVersion) -> None:
        others = []
        for known in self._versions.get(article_id, []):
            if known.number != version.number:
                others.append(known)
        self._versions[article_id] = [*others, version]

    def _write_recheck_state(self, state: RecheckState | None) -> None:
        if state is not None:
            self._recheck_states[state.article_id] = state

    def _write_corrections(self, made: Sequence[Correction], undone: Sequence[Correction]) -> None:
        for correction in made:
            number = self._next_word()
            self._corrections[number] = replace(correction, number=number)
        for correction in undone:
            known = self._corrections[correction.number]
            self._corrections[correction.number] = replace(known, undone=correction.undone)

    def _write_story_words(self, made: Sequence[StoryWord], undone: Sequence[StoryWord]) -> None:
        for word in made:
            number = self._next_word()
            self._story_words[number] = replace(word, number=number)
        for word in undone:
            known = self._story_words[word.number]
            self._story_words[word.number] = replace(known, undone=word.undone)

    def _next_word(self) -> int:
        """Return the next number; corrections and words on stories share them."""
        return len(self._corrections) + len(self._story_words) + 1

    def _write_marks(self, made: Sequence[Mark], undone: Sequence[Mark]) -> None:
        for mark in made:
            self._marks.append(replace(mark, number=len(self._marks) + 1))
        for mark in undone:
            place = mark.number - 1
            self._marks[place] = replace(self._marks[place], undone=mark.undone)

    # -- writing articles and stories -----------------------------------------------------------------

    def _write_placed_article(self, placed: PagePlaced) -> None:
        """Write an article on the beat, and the stories that it comes into and leaves."""
        check_place(placed)
        article_id = placed.stored.article.id
        touched = self._touched_stories(placed)
        changed_stories = rearrange(placed, touched)
        changed = changed_articles(touched, changed_stories.stories)
        before = self._articles.get(article_id)
        self._write_article(placed.stored)
        if article_id not in self._arrivals:
            self._arrivals[article_id] = len(self._arrivals) + 1
        if article_id not in changed and _has_changed(before, placed.stored, placed.story):
            changed.append(article_id)
        self._write_changed_stories(touched, changed_stories)
        changed += self._write_carried_texts(article_id, placed.carries)
        self._number_changes(list(dict.fromkeys(changed)))

    def _write_carried_texts(self, article_id: str, carries: Sequence[Carrying]) -> list[str]:
        """Write what an article carries, and what carries it.

        Returns the articles whose texts those are.
        """
        others = []
        concerned = {carrying.article_id for carrying in carries}
        for carrying in self._carryings:
            if article_id in (carrying.page_id, carrying.article_id):
                concerned.add(carrying.article_id)
            else:
                others.append(carrying)
        self._carryings = [*others, *carries]
        return sorted(concerned)

    def _write_appended_article(self, appended: PageAppended) -> None:
        """Write an article behind the others of a story, or where it stands in it."""
        article_id = appended.stored.article.id
        links = {}
        for link in (*self._stories[appended.story_head.id].links, appended.link):
            links[link.article_id] = link
        self._stories[appended.story_head.id] = replace(appended.story_head, links=tuple(links.values()))
        self._write_article(appended.stored)
        if article_id not in self._arrivals:
            self._arrivals[article_id] = len(self._arrivals) + 1
        changed = [article_id, *self._write_carried_texts(article_id, appended.carries)]
        self._number_changes(list(dict.fromkeys(changed)))

    def _write_off_beat_article(self, stored: StoredArticle) -> None:
        """Write an article off the beat, and the story that it leaves, if it was in one."""
        touched = self._stories_around((), [stored.article.id])
        changed_stories = rearrange_without(stored.article.id, touched)
        self._write_article(stored)
        self._write_changed_stories(touched, changed_stories)
        changed = changed_articles(touched, changed_stories.stories)
        changed += self._write_carried_texts(stored.article.id, ())
        self._number_changes(list(dict.fromkeys(changed)))

    def _write_corrected_stories(self, decision: StoriesCorrected) -> None:
        """Write the story that a person arranged, and those that articles leave for it."""
        touched = self._touched_stories(decision)
        changed_stories = rearrange(decision, touched)
        self._write_changed_stories(touched, changed_stories)
        self._number_changes(changed_articles(touched, changed_stories.stories))

    def _write_marked_story(self, story: Story | None) -> None:
        """Write what keeps a story out, or does so no more."""
        if story is None:
            return
        touched = self._stories_around([story.id], ())
        self._write_changed_stories(touched, ChangedStories({story.id: story}, {}))
        self._number_changes(changed_articles(touched, {story.id: story}))

    def _write_article(self, stored: StoredArticle) -> None:
        article_id = stored.article.id
        before = self._articles.get(article_id)
        if before and before.content_hash != stored.content_hash:
            self._versions[article_id] = [*self._versions.get(article_id, ()), _version_of(before)]
        self._articles[article_id] = stored

    def _write_changed_stories(self, touched: Mapping[str, Story], changed_stories: ChangedStories) -> None:
        """Write how stories differ from what they were; delete those that are gone."""
        # Before former ids are forgotten: what was kept under them goes, too.
        ended = decide_ended(changed_stories.ended_story_ids(), MemoryDecisions(self))
        for story_id in touched:
            if story_id not in changed_stories.stories:
                del self._stories[story_id]
        self._stories |= changed_stories.stories
        self._redirect(changed_stories.gone, changed_stories.stories)
        if ended is not None:
            self._take_ended_events(ended)
        # After stories were joined to it: what was kept of their events goes, too.
        kept_out = decide_ended(changed_stories.kept_out_story_ids(), MemoryDecisions(self))
        if kept_out is not None:
            self._take_ended_events(kept_out)

    def _touched_stories(self, decision: PagePlaced | StoriesCorrected) -> dict[str, Story]:
        """Return the stories, as they stand, that hold an article of the arranged one."""
        story_ids = {decision.story.id, *decision.joined_story_ids}
        return self._stories_around(story_ids, decision.story.article_ids)

    def _stories_around(self, story_ids: Collection[str], article_ids: Collection[str]) -> dict[str, Story]:
        """Return the stories with these ids, and those that hold one of these articles."""
        wanted = set(article_ids)
        touched = {}
        for story_id, story in self._stories.items():
            holds_one = not wanted.isdisjoint(story.article_ids)
            if story_id in story_ids or holds_one:
                touched[story_id] = story
        return touched

    def _redirect(self, gone: Mapping[str, str | None], made: Collection[str]) -> None:
        """Let former ids resolve to the stories given with them, or to none."""
        for old_id, new_id in gone.items():
            followed: dict[str, str] = {}
            for former, target in {**self._redirects, old_id: old_id}.items():
                # What led to the story that is gone leads to the new one.
                present = new_id if target == old_id else target
                if present is not None:
                    followed[former] = present
            self._redirects = followed
        for story_id in made:
            self._redirects.pop(story_id, None)


class MemoryDecisions:
    """An open decision: it reads the ledger itself, which nobody changes meanwhile."""

    def __init__(self, ledger: DecidedState) -> None:
        self._ledger = ledger

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        account = self._ledger._accounts.get((batch_id, record))
        return account.page.outcome if account else None

    def article(self, article_id: str) -> StoredArticle | None:
        return self._ledger.article(article_id)

    def article_at(self, address_ids: Sequence[str]) -> str | None:
        for address_id in address_ids:
            if address_id in self._ledger._addresses:
                return self._ledger._addresses[address_id]
        return None

    def articles_of_guid(self, source_id: str, guid: str) -> Sequence[str]:
        found: dict[str, None] = {}
        for listed in self._ledger._entries_listed_by(source_id):
            if listed.guid is not None and listed.guid == clean_text(guid) and listed.article_id:
                found[listed.article_id] = None
        return list(found)

    def story(self, story_id: str) -> Story | None:
        return self._ledger.story(story_id)

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return self._ledger.versions(article_id)

    def recheck_state(self, article_id: str) -> RecheckState | None:
        return self._ledger.recheck_states([article_id]).get(article_id)

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        return corrected_pairs(self.corrections(article_ids))

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        found = []
        for correction in self._ledger.corrections():
            if correction.a in article_ids or correction.b in article_ids:
                found.append(correction)
        return found

    def marks(self, article_ids: Collection[str]) -> Sequence[Mark]:
        found = []
        for mark in self._ledger.marks():
            if mark.article_id in article_ids:
                found.append(mark)
        return found

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        stories = self._ledger.stories(story_ids)
        article_ids: set[str] = set()
        for story in stories.values():
            article_ids.update(story.article_ids)
        by_arrival = sorted(article_ids, key=self._ledger._arrivals.__getitem__)
        return list(map(self._member, by_arrival))

    def first_members(self, story_id: str, limit: int) -> Sequence[Member]:
        return [self._member(link.article_id) for link in self._ledger._stories[story_id].links[:limit]]

    def story_size(self, story_id: str) -> int:
        story = self._ledger._stories.get(story_id)
        return len(story.links) if story else 0

    def articles_of_publisher(self, story_id: str, publisher_id: str, most: int) -> int:
        story = self._ledger._stories.get(story_id)
        if story is None:
            return 0
        count = 0
        for link in story.links:
            if self._ledger._articles[link.article_id].publisher.id == publisher_id:
                count += 1
        return min(count, most)

    def story_head(self, story_id: str) -> Story | None:
        story = self._ledger._stories.get(story_id)
        return replace(story, links=()) if story else None

    def _member(self, article_id: str) -> Member:
        return member_of(self._ledger._stored_article(article_id))

    def candidates(self, text: TextPrint, limit: int = CANDIDATES) -> Sequence[Member]:
        keys = lookup_keys(text)
        same_text = []
        sharing = []
        for article_id, stored in self._ledger._articles.items():
            other = stored.text
            if other is None:
                continue
            other_keys = lookup_keys(other)
            common = len(other_keys & keys)
            if text.exact and other.exact == text.exact:
                same_text.append(article_id)
            elif is_candidate(common, len(keys), len(other_keys)):
                sharing.append((common, (article_id, Sketch(other.shingles, other.quoted))))
        # Most in common first; of as many, in order of arrival.
        sharing.sort(key=itemgetter(0), reverse=True)
        best = sharing[: max(0, limit - len(same_text))]
        similar = near(text, [sketch for _, sketch in best])
        return list(map(self._member, [*same_text[:limit], *similar]))

    def take(self, decision: LedgerDecision, run_id: int) -> None:
        self._ledger._take(decision, run_id)

    # -- events and sites -----------------------------------------------------------------------------

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        return self._ledger.event_prints(story_id)

    def event_candidates(
        self, keys: Collection[str], *, without: Collection[str], limit: int
    ) -> Sequence[EventPrint]:
        return self._ledger._event_candidates(keys, without, limit)

    def event_links(self, story_ids: Collection[str]) -> Sequence[EventLink]:
        return self._ledger._event_links_of(story_ids)

    def event_times(self, story_ids: Collection[str]) -> Mapping[str, datetime]:
        return self._ledger._event_times_of(story_ids)

    def event_voices(self, story_ids: Collection[str]) -> Mapping[str, EventVoice]:
        return self._ledger._event_voices_of(story_ids)

    def take_event(self, decision: EventDecision) -> None:
        self._ledger._take_event(decision)

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        return self._ledger.site_boilerplate(site)

    def save_site_boilerplate(self, site: str, known: SiteBoilerplate) -> None:
        self._ledger._boilerplate[site] = known


def _has_changed(before: StoredArticle | None, after: StoredArticle, home: Story) -> bool:
    return before is None or document_of(before, home, 0) != document_of(after, home, 0)


def _version_of(before: StoredArticle) -> ArticleVersion:
    article = before.article
    return ArticleVersion(before.version, before.content_hash, article.title, article.body, article.collected)
