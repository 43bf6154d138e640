"""What the ledger writes in one transaction: a decision on a page, or by a person.

a page of a batch ──► PageDecision: PagePlaced │ PageAppended │ PageOffBeat │ PageUnchanged
                                    │ PageHeldBack │ PageQuarantined │ PageFailed
a page asked for again that gave no page of a batch ──► PageRechecked
a person ──► StoriesCorrected │ CorrectionsUndone │ StoryMarked │ StoryWordsSaid
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TypeAlias

from crawlers.model import ListedEntry
from pipelines.model.article import StoredArticle
from pipelines.model.correction import Correction
from pipelines.model.mark import Mark
from pipelines.model.revision import ArticleVersion, RecheckState
from pipelines.model.run import PageAccount, Quarantined
from pipelines.model.story import Carrying, Link, Story, StoryEvent
from pipelines.model.story_word import StoryWord

# -- a page of a batch ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageDecision:
    """The decision on one page of a batch: what its kinds have in common."""

    account: PageAccount
    _: KW_ONLY
    #: When the page is fetched next; None leaves that as it is.
    recheck_state: RecheckState | None = None
    #: The lines that the decision adds to the histories of stories.
    history: tuple[StoryEvent, ...] = ()
    #: How the page was listed, with its article.
    listed: ListedEntry | None = None
    #: Ids of other addresses at which the article was found.
    other_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagePlaced(PageDecision):
    """An article on the beat, new or with a new text, and the story it is in."""

    stored: StoredArticle
    #: The story as arranged with this article in it.
    story: Story
    #: Stories that become part of it: their articles move over, their ids go on resolving.
    joined_story_ids: tuple[str, ...] = ()
    #: The story that the article left, as arranged without it.
    story_left: Story | None = None
    #: What it prints of other stories, and the pages that print its text: all that is kept of it.
    carries: tuple[Carrying, ...] = ()


@dataclass(frozen=True, slots=True)
class PageAppended(PageDecision):
    """An article of a story of so many that the others are not arranged anew."""

    stored: StoredArticle
    #: The story as it stands then, without its links.
    story_head: Story
    #: The article's own link. It comes last, or stays where it was in this story.
    link: Link
    #: As in `PagePlaced`.
    carries: tuple[Carrying, ...] = ()


@dataclass(frozen=True, slots=True)
class PageOffBeat(PageDecision):
    """An article off the beat. It is in no story, and is kept without print.

    It is kept without body, too, unless it is borderline.
    """

    stored: StoredArticle


@dataclass(frozen=True, slots=True)
class PageUnchanged(PageDecision):
    """A page that gives no new text: what is stored of it stays."""


@dataclass(frozen=True, slots=True)
class PageHeldBack(PageDecision):
    """A new state of a page that is not believed, kept beside the article."""

    article_id: str
    version: ArticleVersion


@dataclass(frozen=True, slots=True)
class PageQuarantined(PageDecision):
    """A page that is kept aside for a person to look at."""

    entry: Quarantined


@dataclass(frozen=True, slots=True)
class PageFailed(PageDecision):
    """A page that a damaged file no longer holds: it is counted, and nothing else."""


# -- apart from the pages of a batch ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRechecked:
    """A known page that was asked for again and gave no page of a batch.

    It is gone, or leads to another page. No run counts it.
    """

    recheck_state: RecheckState
    history: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class StoriesCorrected:
    """Stories arranged as a person decided.

    Texts decide again once a correction is undone.

    No page was read, so no run counts it.
    """

    #: The story that articles came into, as arranged with them.
    story: Story
    #: Stories that become part of it: their articles move over, their ids go on resolving.
    joined_story_ids: tuple[str, ...] = ()
    #: The story that articles left for it, as arranged without them.
    story_left: Story | None = None
    #: New ones; the ledger gives them their numbers.
    corrections: tuple[Correction, ...] = ()
    #: Earlier ones that these contradict, with the time when they were undone.
    undone_corrections: tuple[Correction, ...] = ()
    history: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectionsUndone:
    """Corrections that a person took back.

    The stories are settled afterwards, step by step.
    """

    #: Each with the time when it was undone.
    undone_corrections: tuple[Correction, ...]
    history: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryWordsSaid:
    """What a person said of stories, or took back."""

    words: tuple[StoryWord, ...] = ()
    #: Each with the time when it was undone.
    undone_words: tuple[StoryWord, ...] = ()
    history: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMarked:
    """What a person said of an article, and its story as that makes it.

    No page was read, so no run counts it.
    """

    #: New ones; the ledger gives them their numbers.
    marks: tuple[Mark, ...] = ()
    #: Each with the time when it was undone.
    undone_marks: tuple[Mark, ...] = ()
    #: None where the article is in no story. Only what keeps it out has changed.
    story: Story | None = None
    #: When a page is fetched that is wanted and of which no text is kept.
    recheck_state: RecheckState | None = None
    history: tuple[StoryEvent, ...] = ()


#: Whatever the ledger writes whole or not at all.
LedgerDecision: TypeAlias = (
    PageDecision | PageRechecked | StoriesCorrected | CorrectionsUndone | StoryMarked | StoryWordsSaid
)
