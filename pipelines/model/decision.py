"""One whole decision on a page, written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.model.article import StoredArticle
from pipelines.model.correction import Correction
from pipelines.model.revision import ArticleVersion, RecheckState
from pipelines.model.run import PageAccount, Quarantined
from pipelines.model.story import Story, StoryEvent


@dataclass(frozen=True, slots=True)
class PageDecision:
    """One whole decision, written in one transaction or not at all."""

    #: None where a person decides and no page was read.
    account: PageAccount | None
    stored: StoredArticle | None = None
    #: The story as arranged with this article in it. None for a page that is off the beat,
    #: unchanged, quarantined or failed.
    story: Story | None = None
    #: Ids of stories that were joined into it: their articles move over and their ids go on resolving.
    absorbed: tuple[str, ...] = ()
    #: Set with outcome QUARANTINED alone.
    quarantine: Quarantined | None = None
    #: The story, arranged, that articles left for `story`.
    rest: Story | None = None
    #: (article id, state) of a page whose new state was not believed.
    held: tuple[str, ArticleVersion] | None = None
    #: When the page is looked at next.
    look: RecheckState | None = None
    #: What the stories will tell of this.
    history: tuple[StoryEvent, ...] = ()
    #: A person's corrections: new ones, and those taken back.
    said: tuple[Correction, ...] = ()
    undone: tuple[Correction, ...] = ()
