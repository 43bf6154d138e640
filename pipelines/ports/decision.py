"""The port in which decisions are made, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipelines.model import (
    ArticleVersion,
    Correction,
    Corrections,
    EventDecision,
    EventLink,
    EventPrint,
    EventVoice,
    LedgerDecision,
    Mark,
    Member,
    Outcome,
    RecheckState,
    SiteBoilerplate,
    StoredArticle,
    Story,
    TextPrint,
)


class Decisions(Protocol):
    """Decisions, one after the other. Nobody else decides meanwhile, in any process.

    That is what keeps two workers from making two stories of one text. Reads see all that was
    taken before, in the same block too. What is taken stands when the block ends, all of it; an
    exception that leaves the block undoes all of it.
    """

    # -- pages ----------------------------------------------------------------------------------------

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        """Return what became of a page, None while it has no account.

        Only here is the answer certain: another worker may have taken the page since `open_batches`.
        """
        ...

    def article(self, article_id: str) -> StoredArticle | None: ...

    def article_at(self, address_ids: Sequence[str]) -> str | None:
        """Return the id of the article that was found at one of these addresses.

        Its own address is another one. `address_ids` are those of canonical addresses (`article_id`), the
        first that is known decides.
        """
        ...

    def articles_of_guid(self, source_id: str, guid: str) -> Sequence[str]:
        """Return the ids of the articles that a source listed under a guid.

        The latest comes first.
        """
        ...

    def candidates(self, text: TextPrint, limit: int = 50) -> Sequence[Member]:
        """Return on-beat articles that may share text with this print.

        Those with the same exact hash come first, then those with enough lookup keys in common
        (`dedup.lookup`), most in common first, of as many those known longest. They are not
        verified: dedup does that.
        """
        ...

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        """Return all articles of these stories, in order of arrival."""
        ...

    def first_members(self, story_id: str, limit: int) -> Sequence[Member]:
        """Return the first articles of a story, by their place in it: its original first.

        It costs the same however many follow them.
        """
        ...

    def story_size(self, story_id: str) -> int:
        """Return the number of a story's articles.

        It is 0 for an id that is no story's own today.
        """
        ...

    def articles_of_publisher(self, story_id: str, publisher_id: str, most: int) -> int:
        """Return how many articles of a publisher a story has, counted up to `most`.

        Those that were stored before they were counted by publisher may be left out.
        """
        ...

    def story_head(self, story_id: str) -> Story | None:
        """Return a story that has this id itself, without its links."""
        ...

    def story(self, story_id: str) -> Story | None:
        """Return a story by its id, or by the id of one that was joined into it."""
        ...

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        """Return the states of a page that its article does not show, by number."""
        ...

    def recheck_state(self, article_id: str) -> RecheckState | None: ...

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        """Return the corrections that hold for pairs with at least one of these articles."""
        ...

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        """Return the same corrections one by one, with their numbers, oldest first."""
        ...

    def marks(self, article_ids: Collection[str]) -> Sequence[Mark]:
        """Return what people said of these articles and did not undo, oldest first."""
        ...

    def take(self, decision: LedgerDecision, run_id: int) -> None:
        """Write one whole decision, on a page or by a person.

        How a page was listed, and at which other addresses its article was found, is kept with it.

        An account that exists already for (batch_id, record) is replaced: that is how a replay
        corrects the accounts. A decision that is no `PageDecision` has none, and no run counts it.

        Every article whose document changes gets a new `seq`: the page's own, and members of its
        story whose place or label changed; a further copy changes none but its own. So does every
        article whose text the page carries from now on, or carries no more. The article gets an
        arrival number when it first comes on the beat, and keeps it. A state of a page that is
        replaced becomes one of its versions.
        """
        ...

    # -- events ---------------------------------------------------------------------------------------

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        """Return the event of a story, and of those joined into it, by story id."""
        ...

    def event_candidates(
        self, keys: Collection[str], *, without: Collection[str], limit: int
    ) -> Sequence[EventPrint]:
        """Return the events of stories that share a key, except those `without`.

        At most `limit` are looked at: most keys in common first, ties by story id.
        """
        ...

    def event_links(self, story_ids: Collection[str]) -> Sequence[EventLink]:
        """Return the links that have an end among these stories."""
        ...

    def event_times(self, story_ids: Collection[str]) -> Mapping[str, datetime]:
        """Return when these stories were first seen, by id, of those whose event is kept."""
        ...

    def event_voices(self, story_ids: Collection[str]) -> Mapping[str, EventVoice]:
        """Return who tells of these stories' events, by id, of those whose event is kept."""
        ...

    def take_event(self, decision: EventDecision) -> None:
        """Write how a story stands to others about its event.

        It replaces all that was kept of this story and of those joined into it. A story whose
        `independent` changes has its original's `seq` raised, so that the index follows.
        """
        ...

    # -- sites ----------------------------------------------------------------------------------------

    def site_boilerplate(self, site: str) -> SiteBoilerplate: ...

    def save_site_boilerplate(self, site: str, known: SiteBoilerplate) -> None: ...
