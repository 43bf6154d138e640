"""Another story, as the view of one story names it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.model import StoredArticle, Story


@dataclass(frozen=True, slots=True)
class OtherStory:
    """Another story, with the article by which it is known here."""

    story: Story
    #: None where the ledger has it no more.
    stored: StoredArticle | None

    @property
    def title(self) -> str | None:
        """Return the title of the article."""
        if self.stored is None:
            return None
        return self.stored.article.title

    @property
    def outlet(self) -> str | None:
        """Return who published the article."""
        if self.stored is None:
            return None
        return self.stored.publisher.name

    @property
    def url(self) -> str | None:
        """Return the article's address."""
        if self.stored is None:
            return None
        return self.stored.article.url
