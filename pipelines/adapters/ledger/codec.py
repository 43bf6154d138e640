"""Values of the model as JSON in one column, and back. Pydantic does it.

A field that the model gains later, with a default, needs nothing here: old rows read as that default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from crawlers.model import FeedState, SourceReport
from pipelines.adapters.projection import with_leaves
from pipelines.model import (
    Answer,
    Article,
    EventLink,
    EventPrint,
    Link,
    Publisher,
    RecheckState,
    Relevance,
    Route,
    SiteBoilerplate,
    Story,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What an alert has beside the columns of its own."""

    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What a stored article has beside the columns of its own; `article.body` is empty."""

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance


ARTICLE_FACTS = TypeAdapter(ArticleFacts)
ROUTE = TypeAdapter(Route)
STORY = TypeAdapter(Story)
LINK = TypeAdapter(Link)
RECHECK_STATE = TypeAdapter(RecheckState)
SITE_BOILERPLATE = TypeAdapter(SiteBoilerplate)
EVENT_PRINT = TypeAdapter(EventPrint)
EVENT_LINK = TypeAdapter(EventLink)
FEED_STATE = TypeAdapter(FeedState)
SOURCE_REPORT = TypeAdapter(SourceReport)
RECIPIENTS = TypeAdapter(tuple[str, ...])
ANSWERS = TypeAdapter(dict[str, Answer])
ALERT_FACTS = TypeAdapter(AlertFacts)


def to_json(adapter: TypeAdapter[Any], value: object) -> str:
    return adapter.dump_json(value).decode()


def from_json(adapter: TypeAdapter[T], text: str) -> T:
    """Return the value that `to_json` wrote, its times in `datetime.UTC` itself.

    Pydantic gives a zone of its own that equals `UTC` and is another object; `email.utils` insists on this one.
    """
    return with_leaves(adapter.validate_json(text), datetime, _in_utc)


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
