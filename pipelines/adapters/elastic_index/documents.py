"""What the cluster holds of an article, a story and a run: values of the model to JSON, and where it goes.

article   by month of publication: NEWS-articles-2026.01
story     NEWS-stories, one document each
run       NEWS-runs, one document for the run and one for each of its sources
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from pipelines.adapters.stored_text import clean_plain
from pipelines.model import (
    COPY_RELATIONS,
    Change,
    Document,
    Outcome,
    RejectedDocument,
    Relation,
    RunReport,
    StoryDocument,
)
from pipelines.query.fields import sort_time
from pipelines.text.analyzer import keyword

ERROR_LENGTH = 1_000
"""Characters of an error in the account of a run: what a dashboard can show, and what its keyword takes."""
FIRST_MONTH = "2000.01"
"""Takes everything older too: a wrong date must not make an index of its own in every month since the year 1."""
REMOVED = "removed"
"""Where an article that left the beat leaves its number, so that a late, older write cannot bring it back."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Operation(NamedTuple):
    """One write: `base` is the index without prefix and generation, `source` JSON, None to delete.

    `version` decides between two writes of one id, the greater wins; None means that the last one wins.
    `again` lets an equal version replace what is there.
    """

    base: str
    id: str
    version: int | None
    source: bytes | None
    kind: str = "article"
    again: bool = False

    def action(self, index: str, *, require_alias: bool) -> bytes:
        """Return the line of a bulk request that comes before the source and says where it goes."""
        fields: dict[str, Any] = {"_index": index, "_id": self.id}
        if self.version is not None:
            fields["version"] = self.version
            fields["version_type"] = "external_gte" if self.again else "external"
        if self.source is None:
            return encoded({"delete": fields}) + b"\n"
        if require_alias:
            fields["require_alias"] = True
        return encoded({"index": fields}) + b"\n"

    def rejected(self, reason: str) -> RejectedDocument:
        return RejectedDocument(self.kind, self.id, reason)


def bulk_body(operations: Sequence[Operation], action: Callable[[Operation], bytes]) -> bytes:
    """Return the lines of a bulk request; `action` gives the first line of each write. Every text is copied once."""
    lines: list[bytes] = []
    for operation in operations:
        lines.append(action(operation))
        if operation.source is not None:
            lines.append(operation.source)
            lines.append(b"\n")
    return b"".join(lines)


def encoded(fields: Mapping[str, Any]) -> bytes:
    """Return fields as JSON in UTF-8, instants in ISO 8601, without the halves of characters that UTF-8 cannot hold."""
    try:
        return orjson.dumps(fields)
    except orjson.JSONEncodeError:  # rare, and looking beforehand costs more than making the JSON
        return orjson.dumps(clean_plain(fields))


# -- articles --------------------------------------------------------------------------------------------


def article_operation(change: Change) -> Operation:
    """Return the write that brings an article to where a change says it is, or marks it as removed."""
    if change.document is None:
        source = encoded({"id": change.article_id, "seq": change.seq})
        return Operation(REMOVED, change.article_id, change.seq, source)
    base = f"articles-{month(change.document)}"
    return Operation(base, change.article_id, change.seq, encoded(article_source(change.document)))


def month(document: Document) -> str:
    """Return the month in whose index an article stands: of publication, as far as that can be true.

    A date after the day of collection, or before the web had news, is a mistake of the page.
    """
    at = sort_time(document)
    return _month(at.year, at.month, document.collected.date())


@lru_cache(maxsize=1 << 10)
def _month(year: int, number: int, collected: date) -> str:
    latest = f"{collected + _DAY:%Y.%m}"
    return max(FIRST_MONTH, min(f"{year:04}.{number:02}", latest))


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970, exactly; a `date` of the server has milliseconds."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime:
    return _EPOCH + count * _MICROSECOND


def article_source(document: Document) -> dict[str, Any]:
    """Return an article's fields. What is blank is left out, so that `field:*` means "has a value"."""
    time = sort_time(document)
    published, first_seen = document.published, document.story_first_seen
    fields: dict[str, Any] = {
        "id": document.id,
        "seq": document.seq,
        "story_id": document.story_id,
        "collected": document.collected,
        "collected_us": microseconds(document.collected),
        "time": time,
        "time_us": microseconds(time),
        "kind": document.kind,
        "relation": document.relation,
        "is_copy": document.relation in COPY_RELATIONS,
        "tier": document.tier,
        "score": document.score,
        **_derived(document.site, document.lang),
    }
    for name, text in (
        ("url", document.url),
        ("source", document.source),
        ("source_name", document.source_name),
        ("title", document.title),
        ("body", document.body),
        ("summary", document.summary),
        ("lang", document.lang),
        ("origin", document.origin),
        ("carrier", document.carrier),
        ("owner", document.owner),
        ("country", document.country),
    ):
        if text and not text.isspace():
            fields[name] = text
    if authors := _filled(document.authors):
        fields["authors"] = authors
    if document.topics:
        fields["topics"] = document.topics
    if published is not None:
        fields["published"] = published
        fields["published_us"] = fields["time_us"]
    if first_seen is not None and document.relation is not Relation.ORIGINAL:
        fields["pickup_delay_minutes"] = max(0, (time - first_seen) // _MINUTE)
    return fields


def _filled(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text and not text.isspace())


@lru_cache(maxsize=1 << 14)
def _derived(site: str, lang: str | None) -> dict[str, Any]:
    """Return what the query language compares besides the values themselves, as `fields.keywords` does."""
    labels = keyword(site).split(".")
    domains = [".".join(labels[at:]) for at in range(len(labels))]
    derived = {"site": site, "domains": domains, "language": lang.split("-")[0] if lang else None}
    return {name: value for name, value in derived.items() if value}


# -- stories ---------------------------------------------------------------------------------------------


def story_operation(document: StoryDocument) -> Operation:
    source = None if document.story is None else encoded(story_source(document))
    return Operation("stories", document.id, document.seq, source, "story", again=True)


def story_source(document: StoryDocument) -> dict[str, Any]:
    story = document.story
    assert story is not None, f"{document.id} is no story"
    fields = {
        "id": document.id,
        "seq": document.seq,
        "headline": story.headline,
        "url": document.url,
        "first_seen": story.first_seen,
        "last_seen": story.last_seen,
        "origin": story.origin,
        "carrier": story.carrier,
        "kind": story.kind,
        "copies": story.copies,
        "independent": story.independent,
        "outlets": document.outlets,
        "countries": document.countries,
        "languages": story.languages,
        "topics": story.topics,
    }
    return {name: value for name, value in fields.items() if not _is_blank(value)}


def _is_blank(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


# -- runs ------------------------------------------------------------------------------------------------


def run_operations(report: RunReport, source_names: Mapping[str, str]) -> Iterator[Operation]:
    """Yield the account of a run, then of each source in it."""
    whole = {"level": "run", "fetched": report.fetched, "mails": report.mails, "error": _cut(report.note)}
    yield _run_operation(report, f"{report.run_id}", whole | _counts(report.outcomes))
    for account in report.sources:
        own = {
            "level": "source",
            "source": account.source_id,
            "source_name": source_names.get(account.source_id, account.source_id),
            "result": account.result,
            "entries": account.entries,
            "known": account.known,
            "skipped": account.skipped,
            "fetched": account.fetched,
            "error": _cut(account.error),
        }
        yield _run_operation(report, f"{report.run_id}-{account.source_id}", own | _counts(account.outcomes))


def _run_operation(report: RunReport, id_: str, fields: dict[str, Any]) -> Operation:
    when = {"run": report.run_id, "started": report.started, "finished": report.finished}
    known = {name: value for name, value in (when | fields).items() if not _is_blank(value)}
    return Operation("runs", id_, None, encoded(known), "account")


def _cut(text: str | None) -> str | None:
    return text[: ERROR_LENGTH - 1] + "…" if text and len(text) > ERROR_LENGTH else text


def _counts(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome}
