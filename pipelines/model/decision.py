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
    """One whole decision, written in one transaction or not at all.

    `account` is None where a person decides and no page was read. `story` is the story as arranged with this article in it (None
    for off-beat, unchanged, quarantined, failed). `absorbed` are ids of stories that were joined into it: their
    articles move over and their ids go on resolving. `rest` is the story, arranged, that articles left for
    `story`. `quarantine` is set with outcome QUARANTINED alone. `held` is a state of the page that was not believed,
    `look` when its page is looked at next, `history` what the stories will tell of this; `said` and
    `undone` are a person's words, new ones and those taken back.
    """

    account: PageAccount | None
    stored: StoredArticle | None = None
    story: Story | None = None
    absorbed: tuple[str, ...] = ()
    quarantine: Quarantined | None = None
    rest: Story | None = None
    held: tuple[str, ArticleVersion] | None = None
    look: RecheckState | None = None
    history: tuple[StoryEvent, ...] = ()
    said: tuple[Correction, ...] = ()
    undone: tuple[Correction, ...] = ()
