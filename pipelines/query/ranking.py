"""The order of stories that suits a query best (pure).

The words of a story's best article count most: an index gives them as BM25, with words of a title before
those of a body. A newer story, and one with more articles that match, goes before another with like words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pipelines.query.fields import STREAMS
from pipelines.query.tree import Node, TextLeaf, wanted_text

#: A word in a title says what a text is about; a summary says it in a few sentences.
TITLE_WEIGHT = 5.0
SUMMARY_WEIGHT = 2.0
#: BM25: how soon more of the same word adds nothing. SQLite counts the length of a text too.
SATURATION = 1.2
#: Leaves of a query by which answers are ranked; a query of a thousand words is a list, not a question.
MOST_LEAVES = 100
#: After so many days a story has half of what newness adds.
_HALF_DAYS = 30.0
#: How many times more articles double a story's weight.
_DOUBLES = 1_000.0
_SECONDS_A_DAY = 86_400.0
#: Digits that count: sums of floats differ in their last ones from run to run.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class RankedStory:
    """A story that was found, with what decides its place."""

    story_id: str
    #: The newest time of its matching articles.
    newest: datetime
    #: Its matching articles.
    articles: int
    #: BM25 of its best article; 0 where the query asks for no words.
    words: float


def best_first(stories: Iterable[RankedStory]) -> list[str]:
    """Return the ids of stories, the best first; ties newest first, then by id."""
    found = list(stories)
    if not found:
        return []
    newest = max(story.newest for story in found)
    asks_for_words = any(story.words > 0 for story in found)

    def place(story: RankedStory) -> tuple[float, float, str]:
        age_days = (newest - story.newest).total_seconds() / _SECONDS_A_DAY
        words = story.words if asks_for_words else 1.0
        freshness = 1 + _HALF_DAYS / (_HALF_DAYS + age_days)
        size = 1 + math.log(max(story.articles, 1), _DOUBLES)
        return -float(f"{words * freshness * size:.{_DIGITS}g}"), age_days, story.story_id

    return [story.story_id for story in sorted(found, key=place)]


def ranking_leaves(root: Node) -> list[TextLeaf]:
    """Return the leaves of text by which answers are ranked."""
    return list(islice(dict.fromkeys(wanted_text(root)), MOST_LEAVES))


def weight_of(stream: str) -> float:
    """Return what a word in one stream of a document weighs."""
    part = stream.partition("_")[0]
    return {"title": TITLE_WEIGHT, "summary": SUMMARY_WEIGHT}.get(part, 1.0)


def rarity(holding: int, documents: int) -> float:
    """Return BM25's weight of a word that so many documents hold, never below 0."""
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


#: The weights of all streams, in their order.
WEIGHTS = tuple(weight_of(name) for name in STREAMS)
