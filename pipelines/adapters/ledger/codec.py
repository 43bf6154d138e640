"""Values of the model as JSON in one column, and back. Pydantic does it.

A field that the model gains later, with a default, needs nothing here: old rows read as that default.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, SchemaValidator, core_schema

from crawlers.model import FeedState, PageRetry, SourceReport
from pipelines.adapters.stored_text import clean_plain
from pipelines.model import (
    Answer,
    Article,
    Carrying,
    EventLink,
    EventPrint,
    Link,
    MailNote,
    Publisher,
    RecheckState,
    Relevance,
    Route,
    SiteBoilerplate,
    Story,
)

T = TypeVar("T")


class JsonCodec(Generic[T]):
    """Values of one type as JSON text, and back."""

    def __init__(self, value_type: type[T]) -> None:
        self._value_type = value_type

    # Made when they are first used: a command that reads needs few of them.

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._value_type)

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(_with_utc_times(self._adapter.core_schema))

    def dump(self, value: T) -> str:
        """Return a value as JSON whose texts every database can hold."""
        try:
            text = self._adapter.dump_json(value).decode()
        except PydanticSerializationError:  # a lone surrogate
            text = None
        # To look at the JSON costs less than to look at each text before (`bench dedup`).
        if text is None or "\\u0000" in text:
            plain = clean_plain(self._adapter.dump_python(value, mode="json"))
            text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return text

    def load(self, text: str) -> T:
        """Return the value that `dump` wrote, its times in `datetime.UTC` itself."""
        value: T = self._validator.validate_json(text)
        return value

    def load_plain(self, value: object) -> T:
        """Return the value of JSON that was parsed already."""
        loaded: T = self._validator.validate_python(value)
        return loaded


def _with_utc_times(schema: Any) -> Any:
    """Return a schema of pydantic whose times come in `datetime.UTC` itself.

    Pydantic gives a zone of its own that equals `UTC` and is another object; `email.utils` insists
    on this one. Changed once here, no value has to be searched for its times after it was read.
    """
    if isinstance(schema, dict):
        if schema.get("type") == "datetime":
            return core_schema.no_info_after_validator_function(_in_utc, schema)
        found = {}
        for key, item in schema.items():
            found[key] = _with_utc_times(item)
        return found
    if isinstance(schema, list | tuple):
        return type(schema)([_with_utc_times(item) for item in schema])
    return schema


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What an alert has beside the columns of its own."""

    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What a stored article has beside the columns of its own. It has no body."""

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance


@dataclass(frozen=True, slots=True)
class RepeatedParagraphs:
    """What a site repeats, of all that its boilerplate was learnt from."""

    repeated: tuple[int, ...] = ()


ARTICLE_FACTS = JsonCodec(ArticleFacts)
ROUTE = JsonCodec(Route)
STORY = JsonCodec(Story)
LINK = JsonCodec(Link)
CARRYING = JsonCodec(Carrying)
RECHECK_STATE = JsonCodec(RecheckState)
SITE_BOILERPLATE = JsonCodec(SiteBoilerplate)
REPEATED_PARAGRAPHS = JsonCodec(RepeatedParagraphs)
EVENT_PRINT = JsonCodec(EventPrint)
EVENT_LINK = JsonCodec(EventLink)
FEED_STATE = JsonCodec(FeedState)
PAGE_RETRY = JsonCodec(PageRetry)
SOURCE_REPORT = JsonCodec(SourceReport)
RECIPIENTS = JsonCodec(tuple[str, ...])
ANSWERS = JsonCodec(dict[str, Answer])
MAIL_NOTES = JsonCodec(tuple[MailNote, ...])
ALERT_FACTS = JsonCodec(AlertFacts)
