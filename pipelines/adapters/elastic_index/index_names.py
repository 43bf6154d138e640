"""The names of a cluster's indices, and what there is of them.

    news-articles ──► news-articles-2025    ──► news-articles-2025-000002         one a year
                      news-articles-2026.01 ──► news-articles-2026.01-000002      or one a month
                      news-stories          ──► news-stories-000002
                      news-runs             ──► news-runs-000002
                      news-removed          ──► news-removed-000002
                                                  numbers of articles that left the beat

What people and dashboards name are aliases; the number behind is the *generation*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.adapters.elastic_index.documents import REMOVED

#: Bases that every generation has, beside its years and months.
ALWAYS = (REMOVED, "stories", "runs")


@dataclass(frozen=True, slots=True)
class IndexName:
    """A concrete index: its base, as articles-2026 or stories, and its generation."""

    base: str
    generation: int


@dataclass(frozen=True, slots=True)
class IndexAliases:
    """The indices that bear our names, each with its aliases."""

    prefix: str
    indices: Mapping[str, frozenset[str]]

    def split_name(self, index: str) -> IndexName | None:
        """Return the parts of an index's name, or None."""
        # A person may keep indices of their own under our prefix.
        pattern = rf"{re.escape(self.prefix)}-(articles-\d{{4}}(?:\.\d\d)?|stories|runs|removed)-(\d{{6}})"
        found = re.fullmatch(pattern, index)
        if found is None:
            return None
        return IndexName(found[1], int(found[2]))

    @property
    def our_indices(self) -> dict[str, IndexName]:
        """Return concrete index -> its parts, sorted by name."""
        found: dict[str, IndexName] = {}
        for index in sorted(self.indices):
            name = self.split_name(index)
            if name is not None:
                found[index] = name
        return found

    @property
    def live(self) -> dict[str, str]:
        """Return base -> the concrete index behind its alias."""
        found: dict[str, str] = {}
        for index, name in self.our_indices.items():
            if f"{self.prefix}-{name.base}" in self.indices[index]:
                found[name.base] = index
        return found

    @property
    def live_generation(self) -> int:
        """Return the generation that is searched, or 0."""
        live = set(self.live.values())
        return max([name.generation for index, name in self.our_indices.items() if index in live], default=0)

    @property
    def newest_generation(self) -> int:
        """Return the newest generation, searched or not.

        A rebuild may have been killed; its number is not used again. 0: there is none.
        """
        return max((name.generation for name in self.our_indices.values()), default=0)
