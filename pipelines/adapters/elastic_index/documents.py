"""What the cluster holds of an article, a story and a run: values of the model to JSON, and where it goes.

article   by month of publication: NEWS-articles-2026.01
story     NEWS-stories, one document each
run       NEWS-runs, one document for the run and one for each of its sources
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from pipelines.adapters.projection import clean_text
from pipelines.analysis import keyword
from pipelines.model import (
    COPY_RELATIONS,
    Change,
    Document,
    Outcome,
    Relation,
    RunReport,
    StoryDocument,
)
from pipelines.query.fields import sort_time

FIRST_MONTH = "2000.01"
"""Takes everything older too: a wrong date must not make an index of its own in every month since the year 1."""
REMOVED = "removed"
"""Where an article that left the beat leaves its number, so that a late, older write cannot bring it back."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Operation(NamedTuple):
    """One write: `base` is the index without prefix and generation, `source` JSON, None to delete.

    `version` decides between two writes of one id, the greater wins; None means that the last one wins.
    `again` lets an equal version replace what is there.
    """

    base: str
    id: str
    version: int | None
    source: str | None
    kind: str = "article"
    again: bool = False

    def lines(self, index: str, *, require_alias: bool) -> str:
        """Return the lines of a bulk request, addressed to this index."""
        action: dict[str, Any] = {"_index": index, "_id": self.id}
        if self.version is not None:
            action["version"] = self.version
            action["version_type"] = "external_gte" if self.again else "external"
        if self.source is None:
            return encoded({"delete": action}) + "\n"
        if require_alias:
            action["require_alias"] = True
        return f"{encoded({'index': action})}\n{self.source}\n"


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
    latest = f"{document.collected + timedelta(days=1):%Y.%m}"
    at = sort_time(document)
    return max(FIRST_MONTH, min(f"{at.year:04}.{at.month:02}", latest))


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
        "url": clean_text(document.url),
        "source": document.source,
        "source_name": document.source_name,
        "title": _text(document.title),
        "body": _text(document.body),
        "summary": _text(document.summary),
        "lang": document.lang,
        "collected": document.collected.isoformat(),
        "collected_us": microseconds(document.collected),
        "time": time.isoformat(),
        "time_us": microseconds(time),
        "authors": [name for author in document.authors if (name := _text(author))],
        "origin": _text(document.origin),
        "carrier": _text(document.carrier),
        "kind": document.kind,
        "relation": document.relation,
        "is_copy": document.relation in COPY_RELATIONS,
        "owner": document.owner,
        "country": document.country,
        "tier": document.tier,
        "topics": document.topics,
        "score": document.score,
        **_derived(document.site, document.lang),
    }
    if published is not None:
        fields["published"] = published.isoformat()
        fields["published_us"] = microseconds(published)
    if first_seen is not None and document.relation is not Relation.ORIGINAL:
        fields["pickup_delay_minutes"] = max(0, (time - first_seen) // timedelta(minutes=1))
    return {name: value for name, value in fields.items() if value not in (None, "", (), [])}


def _text(text: str | None) -> str | None:
    return clean_text(text) if text and not text.isspace() else None


@lru_cache(maxsize=1 << 14)
def _derived(site: str, lang: str | None) -> dict[str, Any]:
    """Return what the query language compares besides the values themselves, as `fields.keywords` does."""
    labels = keyword(site).split(".")
    domains = [".".join(labels[at:]) for at in range(len(labels))]
    return {"site": site, "domains": domains, "language": lang.split("-")[0] if lang else None}


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
        "headline": _text(story.headline),
        "url": clean_text(document.url),
        "first_seen": story.first_seen.isoformat(),
        "last_seen": story.last_seen.isoformat(),
        "origin": _text(story.origin),
        "carrier": _text(story.carrier),
        "kind": story.kind,
        "copies": story.copies,
        "independent": story.independent,
        "outlets": document.outlets,
        "countries": document.countries,
        "languages": story.languages,
        "topics": story.topics,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", ())}


# -- runs ------------------------------------------------------------------------------------------------


def run_operations(report: RunReport, source_names: Mapping[str, str]) -> Iterator[Operation]:
    """Yield the account of a run, then of each source in it."""
    whole = {"level": "run", "fetched": report.fetched, "mails": report.mails, "error": report.note}
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
            "error": account.error,
        }
        yield _run_operation(report, f"{report.run_id}-{account.source_id}", own | _counts(account.outcomes))


def _run_operation(report: RunReport, id_: str, fields: dict[str, Any]) -> Operation:
    when = {
        "run": report.run_id,
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat() if report.finished else None,
    }
    known = {name: value for name, value in (when | fields).items() if value not in (None, "")}
    return Operation("runs", id_, None, encoded(known), "account")


def _counts(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome}
