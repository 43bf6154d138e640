"""What the cluster holds of an article, a story and a run, as JSON.

article   by year of publication, NEWS-articles-2026; of a full year by month: NEWS-articles-2026.01
story     NEWS-stories, one document each
run       NEWS-runs, one document for the run and one for each of its sources, and one for each source of
          the catalogue
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from pipelines.adapters.microseconds import microseconds
from pipelines.adapters.stored_text import clean_plain
from pipelines.model import (
    COPY_RELATIONS,
    Change,
    Document,
    RejectedDocument,
    RunReport,
    SourceAccount,
    Story,
    StoryDocument,
    count_by_outcome,
)
from pipelines.query.fields import STEMMED, joined_token_streams, names, sort_time, stream, texts
from pipelines.text.analyzer import streams, word_forms
from pipelines.text.folding import keyword

#: Characters of an error in the account of a run: what a dashboard can show, and its keyword takes.
ERROR_LENGTH = 1_000
#: Versions of accounts. How a source did is known when its run is over and never again, so an account that is
#: written later from the ledger does not replace one that tells it.
_WITHOUT_STATE, _WITH_STATE = 1, 2
#: Takes everything older too: a wrong date must not make an index for every year since the year 1.
FIRST_MONTH = "2000.01"
#: Characters of a month that name its year.
YEAR = 4
#: Where an article that left the beat leaves its number, so that a late, older write cannot bring
#: it back.
REMOVED = "removed"
#: Kinds of text whose share dashboards show: what state media wrote, and what was paid for.
STATE_OR_PAID = frozenset({"state_media", "paid_release"})
_DAY = timedelta(days=1)


class Operation(NamedTuple):
    """One write to the cluster.

    `base` is the index without prefix and generation, `source` is JSON, or None to delete.
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
        """Return the line of a bulk request before the source."""
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
    """Return the lines of a bulk request."""
    # One join at the end copies each text once; a request has megabytes of them.
    lines: list[bytes] = []
    for operation in operations:
        lines.append(action(operation))
        if operation.source is not None:
            lines.append(operation.source)
            lines.append(b"\n")
    return b"".join(lines)


def encoded(fields: Mapping[str, Any]) -> bytes:
    """Return fields as JSON in UTF-8, with instants in ISO 8601.

    Halves of characters, which UTF-8 cannot hold, are left out.
    """
    try:
        return orjson.dumps(fields)
    except orjson.JSONEncodeError:  # rare, and looking beforehand costs more than making the JSON
        return orjson.dumps(clean_plain(fields))


# -- articles --------------------------------------------------------------------------------------------


def article_operation(change: Change, years_by_month: Collection[str] = ()) -> Operation:
    """Return the write of a change.

    Articles of a year stand together, or by month in `years_by_month`.
    """
    # A removed article leaves its number, see REMOVED.
    if change.document is None:
        source = encoded({"id": change.article_id, "seq": change.seq})
        return Operation(REMOVED, change.article_id, change.seq, source)
    month = month_of(change.document)
    period = month if month[:YEAR] in years_by_month else month[:YEAR]
    base = f"articles-{period}"
    return Operation(base, change.article_id, change.seq, encoded(article_source(change.document)))


def month_of(document: Document) -> str:
    """Return the month in whose index an article may stand, as 2026.01.

    It is the month of publication, as far as that can be true: a date after the day of collection,
    or before the web had news, is a mistake of the page.
    """
    time = sort_time(document)
    return _possible_month(time.year, time.month, document.collected.date())


@lru_cache(maxsize=1 << 10)
def _possible_month(year: int, month: int, collected: date) -> str:
    # One day later: a page of New Zealand may be dated tomorrow.
    latest = f"{collected + _DAY:%Y.%m}"
    return max(FIRST_MONTH, min(f"{year:04}.{month:02}", latest))


def present_year() -> str:
    """Return the base of the index in which today's articles stand."""
    return f"articles-{datetime.now(UTC):%Y}"


#: Texts of a document that the cluster holds under the same name.
_TEXTS = (
    "url",
    "source",
    "source_name",
    "title",
    "body",
    "summary",
    "lang",
    "origin",
    "carrier",
    "owner",
    "country",
)
_FOLDED = frozenset({"url", "source", "source_name"})
#: Characters of a text that folds to no more than the server takes.
_SURELY_SHORT = 900
#: Bytes of the longest term in an index.
_LONGEST_TERM = 32_766


def article_source(document: Document) -> dict[str, Any]:
    """Return an article's fields, without those that are blank."""
    # So that `field:*` means "has a value".
    time = sort_time(document)
    published = document.published
    fields: dict[str, Any] = {
        "id": document.id,
        "seq": document.seq,
        "story_id": document.story_id,
        "collected": document.collected,
        "collected_us": microseconds(document.collected),
        "time": time,
        "@timestamp": time,
        "time_us": microseconds(time),
        "kind": document.kind,
        "relation": document.relation,
        "is_copy": document.relation in COPY_RELATIONS,
        "state_or_paid": int(document.kind in STATE_OR_PAID),
        "tier": document.tier,
        "score": document.score,
        **_derived_fields(document.site, document.lang),
    }
    for name in _TEXTS:
        text = getattr(document, name)
        if text and not text.isspace() and _is_indexable(name, text):
            fields[name] = text
    authors = _filled_texts(document.authors)
    if authors:
        fields["authors"] = authors
    credits_ = _filled_texts(document.credits)
    if credits_:
        fields["credits"] = credits_
    if document.topics:
        fields["topics"] = document.topics
    if published is not None:
        fields["published"] = published
        fields["published_us"] = microseconds(published)
    fields["words"] = words = _words_of(document)
    fields["forms"] = _forms_of(words, document.lang)
    if document.pickup_delay_s is not None:
        fields["pickup_delay_minutes"] = int(document.pickup_delay_s / 60)
    return fields


def _is_indexable(name: str, text: str) -> bool:
    """Return whether the server takes a value."""
    # It refuses a document with a longer one. A sign may fold to eighteen, and only names and addresses are
    # folded whole: a hostile one is left out, so that its article is found by all else.
    if name not in _FOLDED or len(text) < _SURELY_SHORT:
        return True
    return len(keyword(text).encode("utf-8", "replace")) <= _LONGEST_TERM


def _words_of(document: Document) -> dict[str, str]:
    """Return the tokens of each stream, with spaces between them."""
    found: dict[str, str] = {}
    for name, tokens in joined_token_streams(texts(document), document.lang, names(document)).items():
        if tokens.strip():
            found[name] = tokens
    return found


def _forms_of(words: Mapping[str, str], lang: str | None) -> str:
    """Return the forms of all words of an article's texts."""
    distinct: dict[str, None] = {}
    for part in STEMMED:
        distinct |= dict.fromkeys(words.get(stream(part, plain=True), "").split())
    return word_forms(distinct, lang)


def _filled_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        if text and not text.isspace():
            found.append(text)
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _derived_fields(site: str, lang: str | None) -> dict[str, Any]:
    """Return what queries compare besides the values themselves."""
    # The same as `pipelines.query.fields.keywords`. There are few sites, and many articles of each.
    derived: dict[str, Any] = {}
    if site:
        derived["site"] = site
    labels = keyword(site).split(".")
    derived["domains"] = [".".join(labels[place:]) for place in range(len(labels))]
    language = (lang or "").split("-")[0]
    if language:
        derived["language"] = language
    return derived


# -- stories ---------------------------------------------------------------------------------------------


def story_operation(document: StoryDocument) -> Operation:
    """Return the write of a story; one without a story takes it away."""
    source = None
    if document.story is not None:
        source = encoded(story_source(document))
    return Operation("stories", document.id, document.seq, source, "story", again=True)


def story_source(document: StoryDocument) -> dict[str, Any]:
    """Return a story's fields, without those that are blank."""
    story = document.story
    assert story is not None, f"{document.id} is no story"
    fields = {
        "id": document.id,
        "seq": document.seq,
        "headline": story.headline,
        "forms": _headline_forms(story),
        "url": document.url,
        "first_seen": story.first_seen,
        "@timestamp": story.first_seen,
        "last_seen": story.last_seen,
        "origin": story.origin,
        "carrier": story.carrier,
        "kind": story.kind,
        "copies": story.copies,
        "independent": story.independent,
        "outlets": document.outlets,
        "countries": document.countries,
        "carried_in": document.carried_in,
        "languages": story.languages,
        "topics": story.topics,
    }
    return _without_blank(fields)


def _headline_forms(story: Story) -> str:
    # The original's language comes first.
    lang = next(iter(story.languages), None)
    _, plain = streams(story.headline, lang)
    return word_forms(plain, lang)


def _without_blank(fields: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if not _is_blank(value):
            found[name] = value
    return found


def _is_blank(value: object) -> bool:
    # Zero and False are values.
    return value is None or value == () or (isinstance(value, str) and not value.strip())


# -- runs ------------------------------------------------------------------------------------------------


def run_operations(report: RunReport, source_names: Mapping[str, str]) -> Iterator[Operation]:
    """Yield the account of a run, then of each source in it."""
    whole = {
        "level": "run",
        "fetched": report.fetched,
        "mails": report.mails,
        "error": _shortened(report.note),
    }
    yield _run_operation(report, f"{report.run_id}", whole | count_by_outcome(report.outcomes))
    for account in report.sources:
        own = {
            "level": "source",
            **_source_facts(account, source_names),
            "entries": account.entries,
            "known": account.known,
            "skipped": account.skipped,
            "fetched": account.fetched,
            "error": _shortened(account.error),
            "problems": list(map(_shortened, account.problems)),
        }
        own |= count_by_outcome(account.outcomes)
        yield _run_operation(report, f"{report.run_id}-{account.source_id}", own)


def catalogue_operations(
    sources: Iterable[SourceAccount], source_names: Mapping[str, str], at: datetime
) -> list[Operation]:
    """Return one write for each source that there is.

    One that nobody has polled is in no account of a run.
    """
    found: list[Operation] = []
    for source in sources:
        fields = {
            "level": "catalogue",
            "started": at,
            "@timestamp": at,
            **_source_facts(source, source_names),
        }
        found.append(account_operation(f"source-{source.source_id}", _without_blank(fields)))
    return found


def account_operation(id_: str, fields: Mapping[str, Any]) -> Operation:
    """Return the write of an account, as JSON fields."""
    version = _WITH_STATE if "state" in fields else _WITHOUT_STATE
    return Operation("runs", id_, version, encoded(fields), "account", again=True)


def _source_facts(account: SourceAccount, source_names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source": account.source_id,
        "source_name": source_names.get(account.source_id, account.source_id),
        "result": account.result,
        "state": account.state,
        "why": _shortened(account.why),
    }


def _run_operation(report: RunReport, id_: str, fields: dict[str, Any]) -> Operation:
    when = {
        "run": report.run_id,
        "started": report.started,
        "@timestamp": report.started,
        "finished": report.finished,
    }
    return account_operation(id_, _without_blank(when | fields))


def _shortened(text: str | None) -> str | None:
    if text is None or len(text) <= ERROR_LENGTH:
        return text
    return text[: ERROR_LENGTH - 1] + "…"
