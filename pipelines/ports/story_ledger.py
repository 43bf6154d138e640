"""The part of the ledger for articles and stories."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from pipelines.model import (
    Arrival,
    ArticleVersion,
    Carrying,
    Change,
    Correction,
    CountedChange,
    Document,
    Mark,
    RecheckState,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryDocument,
    StoryEvent,
    StoryRank,
    StoryWord,
)
from pipelines.ports.decision import Decisions


class StoryLedger(Protocol):
    """Articles and stories, decided in transactions, with their history.

    Corrections by people and rechecks are kept here, too.
    """

    def deciding(self) -> AbstractContextManager[Decisions]:
        """Open a transaction in which nobody else decides."""
        ...

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        """Return what a site prints around everything, as far as is known."""
        ...

    def repeated_paragraphs(self) -> frozenset[int]:
        """Return the hashes of the paragraphs that any site prints around everything."""
        ...

    # -- stories --------------------------------------------------------------------------------------

    def story(self, story_id: str) -> Story | None:
        """Return a story by its id, or by the id of one that was joined into it."""
        ...

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]:
        """Return these stories by the ids asked for; an id that is none is left out."""
        ...

    def story_ranks(self, story_ids: Collection[str]) -> Mapping[str, StoryRank]:
        """Return what orders these stories, by the ids asked for.

        An id that is none is left out. Thousands are read in one call, without their texts and links.
        """
        ...

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        """Return a story's articles, the original first, then in order of appearance."""
        ...

    def article(self, article_id: str) -> StoredArticle | None: ...

    def carryings(self, story_ids: Collection[str]) -> Sequence[Carrying]:
        """Return what pages of these stories carry, and which pages carry their texts.

        Each comes with the stories that the two are in today. A page and a text of one story are left out.
        In order of page, place and article.
        """
        ...

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        """Return the states of a page that its article does not show, by number.

        Empty for a page that never changed.
        """
        ...

    def history(self, story_id: str) -> Sequence[StoryEvent]:
        """Return what happened to a story, in order of writing.

        What happened to stories that were joined into it is included.
        """
        ...

    def history_since(self, number: int, limit: int = 500) -> Sequence[StoryEvent]:
        """Return what happened to any story after `number`, in that order.

        Story ids are as they were then.
        """
        ...

    def newest_history(self, limit: int = 50) -> Sequence[StoryEvent]:
        """Return what happened last to any story, newest first.

        Story ids are as they were then.
        """
        ...

    def corrections(self, *, include_undone: bool = False) -> Sequence[Correction]:
        """Return all corrections of a person, oldest first."""
        ...

    def story_words(self, *, include_undone: bool = False) -> Sequence[StoryWord]:
        """Return all that people said of stories and their events, oldest first.

        Story ids are as they were then. The numbers are none of corrections.
        """
        ...

    def marks(self, *, include_undone: bool = False) -> Sequence[Mark]:
        """Return all that people said of articles, oldest first."""
        ...

    # -- rechecks -------------------------------------------------------------------------------------

    def due_rechecks(
        self, now: datetime, limit: int = 1000, doubted_after: datetime | None = None
    ) -> Sequence[RecheckState]:
        """Return the rechecks that are due, longest due first, ties by article id.

        What is due only after `doubted_after` was set by a clock that was wrong, and is due too.
        """
        ...

    def recheck_states(self, article_ids: Collection[str]) -> Mapping[str, RecheckState]:
        """Return the recheck states of these articles, by article id."""
        ...

    def save_recheck_states(self, states: Collection[RecheckState]) -> None:
        """Keep these recheck states. An article that has none yet is left without."""
        ...

    # -- documents ------------------------------------------------------------------------------------

    def count_articles(self) -> int:
        """Return the number of on-beat articles, which is the number of documents.

        Those of stories that a mark keeps out do not count.
        """
        ...

    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        """Return what changed after `seq`, in order of `seq`.

        No committed change is ever skipped, whichever worker wrote it. An article that changed twice appears
        once, at its last `seq`.
        """
        ...

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        """Return these stories as a search server keeps them, all read at one moment.

        An id that is no story any more comes without one, and so does every former id that was joined
        into one of these: what is to be removed. It takes a few queries however many they are.
        """
        ...

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        """Return (arrival number, document) of articles that came on beat after `arrival`.

        They come in that order. With `story_id`, only articles that are in this story now are read.
        """
        ...

    def counted_arrivals(self, arrival: int, limit: int = 500) -> Sequence[Arrival]:
        """Return what is counted of arrivals, without their texts.

        They are those of `arrivals_since`, in the same order.
        """
        ...

    def last_change(self) -> int:
        """Return the `seq` of the newest change, 0 where nothing changed yet."""
        ...

    def counted_changes(self, seq: int, limit: int = 500) -> Sequence[CountedChange]:
        """Return what is counted of articles that changed, without texts.

        They are those of `changes_since` after `seq`, in the same order.
        """
        ...

    def arrival_before(self, moment: datetime) -> int:
        """Return the arrival number behind which all since a moment stands.

        That is everything that was collected since.

        Articles that were collected earlier may stand there, too: the order of arrival is another one.
        """
        ...
