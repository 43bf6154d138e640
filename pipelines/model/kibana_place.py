"""Where Kibana's objects stand, by which their names are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The prefix of indices that nobody has set.
USUAL_PREFIX = "news"
#: The space that every Kibana has.
DEFAULT_SPACE = "default"
#: The data view that Kibana opens with, and that mails lead to.
ARTICLES_VIEW = "maplewire-articles"


@dataclass(frozen=True, slots=True)
class KibanaPlace:
    """A space of a Kibana, and the prefix of the indices it shows.

    Kibana gives an object another id where a second space has one of the same id. So each space and each
    prefix has ids of its own, which stay the same from import to import.
    """

    prefix: str = USUAL_PREFIX
    space: str | None = None

    @property
    def path(self) -> str:
        """Return what stands before every path of the space, such as /s/desk."""
        if self._space is None:
            return ""
        return f"/s/{self._space}"

    @property
    def _space(self) -> str | None:
        if self.space == DEFAULT_SPACE:
            return None
        return self.space or None

    def id_of(self, object_id: str) -> str:
        """Return the id of an object in this place."""
        parts = [object_id]
        if self.prefix != USUAL_PREFIX:
            parts.append(self.prefix)
        if self._space is not None:
            # What an id may hold.
            parts.append(re.sub(r"[^a-z0-9-]+", "-", self._space.lower()).strip("-"))
        return "-".join(parts)

    def title_of(self, title: str) -> str:
        """Return the title of an object.

        Of two beats in one space each says whose it is.
        """
        if self.prefix == USUAL_PREFIX:
            return title
        return f"{title} ({self.prefix})"

    def index_of(self, index: str) -> str:
        """Return the alias that a data view looks into, given as news-articles."""
        return re.sub(f"^{USUAL_PREFIX}-", f"{self.prefix}-", index)
