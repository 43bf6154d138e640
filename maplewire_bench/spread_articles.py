"""The made-up stream as documents of an index, with days spread over a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from maplewire_bench.stream import Made, stream
from pipelines.model import Document, Relation, article_id

_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=365)
_PICKED_UP_AFTER = timedelta(minutes=20)
_COUNTRIES = ("CA", "CN", "US", "HK")
_OWNERS = ("private", "state", "public")
#: Characters of a summary, taken from the body.
_SUMMARY = 200


def spread_articles(number: int) -> Iterator[Document]:
    """Yield so many articles in order of their days.

    A report and its reprints are one story.
    """
    for made in stream(number):
        yield _document_of(made, _FIRST_DAY + _YEAR * (made.number / number))


def _document_of(made: Made, at: datetime) -> Document:
    site = f"www.{made.outlet}.example"
    url = f"https://{site}/{made.number}"
    return Document(
        id=article_id(url),
        seq=made.number + 1,
        story_id=f"s{made.report}",
        url=url,
        site=site,
        source=made.outlet,
        source_name=made.outlet.title(),
        title=made.title,
        summary=made.body[:_SUMMARY],
        body=made.body,
        lang=made.lang,
        published=at,
        collected=at + _PICKED_UP_AFTER,
        relation=Relation.ORIGINAL if made.report == made.number else Relation.VERBATIM,
        owner=_OWNERS[made.number % len(_OWNERS)],
        country=_COUNTRIES[made.number % len(_COUNTRIES)],
    )
