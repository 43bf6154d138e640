"""Where writes go: to what is searched, or to what a rebuild fills."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from crawlers.errors import PermanentError
from pipelines.adapters.elastic_index.documents import REMOVED, Operation
from pipelines.adapters.elastic_index.generations import Building, Generations
from pipelines.adapters.elastic_index.index_names import IndexAliases
from pipelines.adapters.elastic_index.year_sizes import YearSizes


class WriteTarget(Protocol):
    """The indices that a writer fills."""

    @property
    def article_indices(self) -> str:
        """Return the indices in which an article may stand."""
        ...

    def full_years(self, articles: Mapping[str, int]) -> frozenset[str]:
        """Return which of these years stand by month.

        They are given with how many articles of each are about to be written.
        """
        ...

    def ensure_indices(self, bases: Collection[str]) -> None:
        """Make the indices of these bases where they are not known to be there."""
        ...

    def ensure_indices_again(self, bases: Collection[str]) -> None:
        """Make indices that turned out to be missing."""
        ...

    def action_of(self, operation: Operation) -> bytes:
        """Return the line of a bulk request that says what is done."""
        ...


class LiveTarget:
    """The indices behind the aliases."""

    def __init__(self, generations: Generations, where: str, year_limit: int) -> None:
        self._generations = generations
        self._where = where
        self._sizes = YearSizes(self._count_articles, year_limit)
        #: Bases whose alias was there when we last looked.
        self._known: set[str] = set()

    @property
    def article_indices(self) -> str:
        return f"{self._generations.alias_of('articles')},{self._generations.alias_of(REMOVED)}"

    def full_years(self, articles: Mapping[str, int]) -> frozenset[str]:
        return self._sizes.full_years(articles)

    def _count_articles(self, year: str) -> int:
        return self._generations.count_documents(self._generations.alias_of(f"articles-{year}"))

    def ensure_indices(self, bases: Collection[str]) -> None:
        if not self._known.issuperset(bases):
            self.ensure_indices_again(bases)

    def ensure_indices_again(self, bases: Collection[str]) -> None:
        state = self._generations.read_state()
        if not state.live:
            raise PermanentError(f"{self._where} is not set up; run: maplewire setup")
        self.make_missing(bases, state)

    def make_missing(self, bases: Iterable[str], state: IndexAliases) -> list[str]:
        """Make what `state` lacks of these; return one line for each."""
        missing = sorted(set(bases) - set(state.live))
        generation = state.live_generation or state.newest_generation + 1
        done = self._generations.create_indices(missing, generation, live=True)
        self._known = set(state.live) | set(missing)
        return done

    def remember_only(self, bases: Iterable[str]) -> None:
        """Note which bases there are after a rebuild."""
        self._known = set(bases)

    def action_of(self, operation: Operation) -> bytes:
        # Where the alias is gone (a rebuild has just moved it), the server must not make an index
        # of that name.
        return operation.action(self._generations.alias_of(operation.base), require_alias=True)


class UnseenTarget:
    """The indices of a generation that nobody searches yet."""

    def __init__(self, building: Building, year_limit: int) -> None:
        self._building = building
        self._sizes = YearSizes(building.count_articles, year_limit)

    @property
    def article_indices(self) -> str:
        return self._building.article_indices

    def full_years(self, articles: Mapping[str, int]) -> frozenset[str]:
        return self._sizes.full_years(articles)

    def ensure_indices(self, bases: Collection[str]) -> None:
        self._building.ensure_indices(bases)

    def ensure_indices_again(self, bases: Collection[str]) -> None:  # noqa: ARG002
        # Only another rebuild takes away what this one made.
        self._building.require_whole()

    def action_of(self, operation: Operation) -> bytes:
        return operation.action(self._building.targets[operation.base], require_alias=False)
