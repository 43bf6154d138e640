"""Which years have so many articles that they stand by month.

An index costs the server memory however little it holds, so an archive of decades goes by year. A year that
is full goes on by month, so that no index grows without end; what it holds already stays, until an article
changes and moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: Articles of a year that stand in one index, of some 6 kB each on disk.
YEAR_LIMIT = 250_000


class YearSizes:
    """How many articles the index of each year may still take.

    The server is asked as seldom as can be.
    """

    def __init__(self, count_articles: Callable[[str], int], limit: int = YEAR_LIMIT) -> None:
        """`count_articles` gives how many articles the index of a year holds."""
        self._count_articles = count_articles
        self._limit = limit
        #: Year -> articles that it may take before it has to be counted again.
        self._room: dict[str, int] = {}

    def full_years(self, articles: Mapping[str, int]) -> frozenset[str]:
        """Return which of these years are full.

        They are given with how many articles of each are about to be written.
        """
        full: set[str] = set()
        for year, more in articles.items():
            if self._room.get(year, 0) < more:
                # What was written again counted twice, so the room is often larger than it seems.
                self._room[year] = self._limit - self._count_articles(year)
            if self._room[year] <= 0:
                full.add(year)
            else:
                self._room[year] -= more
        return frozenset(full)
