"""An invented fortnight of news, written as the adapter writes it.

There is something for every panel and search to find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.adapters.elastic_index.documents import (
    article_source,
    catalogue_operations,
    encoded,
    run_operations,
    story_source,
)
from pipelines.model import Document, Link, Outcome, Relation, RunReport, SourceAccount, Story, StoryDocument

OUTLETS = {
    "prairie-post": ("The Prairie Post", "www.prairiepost.example", "CA", "private", 2),
    "rivage": ("Le Rivage de Québec", "rivage.example", "CA", "private", 2),
    "north-radio": ("North Radio", "northradio.example", "CA", "public", 1),
    "lantern": ("灯塔日报", "lantern.example", "CN", "state", 1),
    "harbour": ("海港時報", "harbour.example", "HK", "private", 2),
    "wirepoint": ("WirePoint", "wirepoint.example", "US", "wire", 3),
    "ministry": ("Ministry of Exchange", "trade.gov.example", "CA", "government", 1),
    "lake": ("Lake Institute", "lake.example", "CA", "research", 3),
    "sunset": ("Sunset Daily", "sunset.example", "CA", "private", 3),
}
LANTERN, WIRE, GLOW = "Lantern Global Network", "WirePoint", "灯塔通讯社"

# id, story, outlet, days and hours ago, language, kind, relation, origin, carrier, topics, title, body
ARTICLES: tuple[tuple[Any, ...], ...] = (
    ("a1", "s1", "wirepoint", 9, 12, "en", "paid_release", "original", LANTERN, WIRE, "diplomacy",
     "The president meets the prime minister: talks on a partnership",
     "The president and the prime minister met for talks."),
    ("a2", "s1", "prairie-post", 9, 11.5, "en", "paid_release", "verbatim", LANTERN, WIRE, "diplomacy",
     "A partnership is announced", "The president and the prime minister met for talks."),
    ("a3", "s1", "north-radio", 9, 8, "en", "paid_release", "shortened", LANTERN, WIRE, "diplomacy",
     "Leaders meet", "The president and the prime minister met."),
    ("a4", "s1", "rivage", 8, 2, "fr", "paid_release", "edited", LANTERN, WIRE, "diplomacy",
     "Rencontre du président et du premier ministre", "Le premier ministre a rencontré le président."),
    ("a5", "s1", "lake", 8, 1, "en", "paid_release", "embedded", LANTERN, WIRE, "diplomacy tariffs",
     "What the release leaves out", "The release says that they met for talks."),
    ("a6", "s1", "harbour", 7, 20, "zh-Hant", "paid_release", "verbatim", LANTERN, WIRE, "diplomacy",
     "國家主席會見總理", "國家主席同總理會談。"),
    ("a7", "s2", "lantern", 9, 12, "zh-Hans", "state_media", "original", GLOW, None, "diplomacy",
     "国家主席会见总理", "国家主席在京会见总理。"),
    ("a8", "s2", "harbour", 9, 11, "zh-Hant", "state_media", "verbatim", GLOW, None, "diplomacy",
     "國家主席會見總理一行", "國家主席在京會見總理。"),
    ("a9", "s3", "prairie-post", 6, 5, "en", "report", "original", None, None, "canola tariffs",
     "Canola growers count the cost of duties",
     "Growers of canola and hog farmers say that the tariff on pork hurts."),
    ("a10", "s4", "north-radio", 5, 6, "en", "agency", "original", "Northern Press", "Northern Press",
     "electric-vehicles tariffs",
     "Surtax on each electric vehicle under review",
     "The surtax on every electric vehicle and on steel is under review."),
    ("a11", "s4", "prairie-post", 5, 5.8, "en", "agency", "verbatim", "Northern Press", "Northern Press",
     "electric-vehicles tariffs",
     "Surtax on electric vehicle imports under review",
     "The surtax on every electric vehicle and on steel is under review."),
    ("a12", "s5", "rivage", 4, 3, "fr", "report", "original", None, None, "interference",
     "Ingérence : la commission poursuit ses travaux", "Des témoins ont parlé d’ingérence."),
    ("a13", "s6", "ministry", 3, 2, "en", "government", "original", "Ministry of Exchange", None, "consular",
     "Statement on the consular visit to a detained citizen", "The ministry confirms a consular visit."),
    ("a14", "s7", "lantern", 2, 4, "zh-Hans", "report", "original", None, None,
     "critical-minerals investment",
     "锂矿投资受审查", "加国审查锂矿交易，稀土亦受关注。"),
    ("a15", "s8", "lake", 1, 1, "en", "report", "original", None, None, "critical-minerals",
     "Lithium, graphite and a rare earth review", "A review of one rare earth mine."),
    # No copy: nobody picked it up, so its delay counts nowhere.
    ("a16", "s4", "north-radio", 5, 5.5, "en", "agency", "report", "Northern Press", "Northern Press",
     "electric-vehicles",
     "A plant for the electric vehicle opens", "The plant makes one electric vehicle a minute."),
    # A copy that is dated before its original: how long it took is not known.
    ("a17", "s4", "lake", 5, 6.2, "en", "agency", "verbatim", "Northern Press", "Northern Press",
     "electric-vehicles tariffs",
     "Surtax under review", "The surtax on every electric vehicle and on steel is under review."),
    ("a18", "s11", "wirepoint", 3, 1, "en", "government_release", "original", "Ministry of Exchange", WIRE,
     "consular", "Office hours of the visa section", "The visa section opens at nine."),
    ("a19", "s11", "lake", 3, 0.3, "en", "government_release", "verbatim", "Ministry of Exchange", WIRE,
     "consular", "Office hours of the visa section", "The visa section opens at nine."),
)  # fmt: skip

# As above. They are older than any time range that a dashboard or a search begins with.
EARLIER_ARTICLES: tuple[tuple[Any, ...], ...] = (
    ("b1", "t1", "lantern", 130, 0, "zh-Hans", "state_media", "original", GLOW, None, "diplomacy",
     "国家主席会见总理", "国家主席在京会见总理。"),
    ("b2", "t1", "sunset", 130, -10, "zh-Hans", "state_media", "verbatim", GLOW, WIRE, "diplomacy",
     "国家主席会见总理", "国家主席在京会见总理。"),
)  # fmt: skip

DATED_BY_DAY = ("a4",)
"""Copies whose pages name no hour: their delay is not known."""

# id, headline's article, copies, independent
STORIES = (
    ("s1", "a1", 5, 2),
    ("s2", "a7", 1, 2),
    ("s3", "a9", 0, 1),
    ("s4", "a10", 2, 1),
    ("s5", "a12", 0, 1),
    ("s6", "a13", 0, 1),
    ("s7", "a14", 0, 1),
    ("s8", "a15", 0, 1),
    ("s9", "a9", 3, 1),
    ("s10", "a10", 12, 1),
    ("s11", "a18", 1, 1),
    ("t1", "b1", 1, 2),
)

CARRIED_IN = {"s1": 3}
"""Pages of other stories that carry a story's text inside their own."""

WITHOUT_ARTICLES = frozenset({"s9", "s10"})
"""Stories that stand here for their numbers alone."""

# hours ago, source, result, entries, known, skipped, then the outcomes in the order of OUTCOMES, error
OUTCOMES = tuple(Outcome)
POLLS: tuple[tuple[Any, ...], ...] = (
    (30, "prairie-post", "ok", 20, 10, 2, (2, 1, 1, 1, 1, 1, 1, 0, 0), None),
    (30, "rivage", "not_modified", 0, 0, 0, (0, 0, 0, 0, 0, 0, 0, 0, 0), None),
    (
        30,
        "lantern",
        "failed",
        0,
        0,
        0,
        (0, 0, 0, 0, 0, 0, 0, 0, 0),
        "HTTP 503 for https://lantern.example/feed",
    ),
    (6, "prairie-post", "ok", 20, 18, 0, (1, 0, 0, 0, 0, 0, 0, 0, 1), None),
    (6, "rivage", "ok", 12, 8, 1, (1, 0, 0, 0, 1, 0, 0, 1, 0), None),
    (
        6,
        "lantern",
        "failed",
        0,
        0,
        0,
        (0, 0, 0, 0, 0, 0, 0, 0, 0),
        "HTTP 503 for https://lantern.example/feed",
    ),
)

# As above, of a run that is older than any time range.
EARLIER_POLLS: tuple[tuple[Any, ...], ...] = (
    (3_000, "prairie-post", "ok", 20, 10, 2, (2, 1, 1, 1, 1, 1, 1, 1, 1), None),
    (3_000, "rivage", "ok", 9, 9, 0, (0, 0, 0, 0, 0, 0, 0, 0, 0), None),
    (3_000, "lantern", "failed", 0, 0, 0, (0, 0, 0, 0, 0, 0, 0, 0, 0), "HTTP 410"),
)

# What the account of a source says of its health, and what its listing complains of.
STATES = {
    "prairie-post": ("ok", None),
    "rivage": ("low", "2 articles a day; usual are 9"),
    "lantern": ("failing", "HTTP 503 for https://lantern.example/feed"),
}
PROBLEMS = {"rivage": ("the date “31 février” of “Réunion” cannot be read",)}


def bulk_lines(prefix: str, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return the lines of a bulk request that writes all samples into `prefix-…` indices."""
    now = now or datetime.now(UTC)
    written = (
        *((f"{prefix}-articles-2026.01", one.id, article_source(one)) for one in articles(now)),
        *((f"{prefix}-stories-000001", one.id, story_source(one)) for one in stories(now)),
        *((f"{prefix}-runs-000001", id_, source) for id_, source in accounts(now)),
    )
    lines: list[dict[str, Any]] = []
    for index, id_, source in written:
        lines += [{"create": {"_index": index, "_id": id_}}, json.loads(encoded(source))]
    return lines


def articles(now: datetime) -> list[Document]:
    found: list[Document] = []
    firsts: dict[str, datetime] = {}
    for seq, row in enumerate((*ARTICLES, *EARLIER_ARTICLES), 1):
        id_, story, source, days, hours, lang, kind, relation, origin, carrier, topics, title, body = row
        name, site, country, owner, tier = OUTLETS[source]
        at = now - timedelta(days=days, hours=hours)
        found.append(
            Document(
                id=id_, seq=seq, story_id=story, url=f"https://{site}/{id_}", site=site, source=source,
                source_name=name,
                title=title, body=body, lang=lang, collected=at + timedelta(minutes=20), published=at,
                origin=origin,
                carrier=carrier, kind=kind, relation=Relation(relation), owner=owner, country=country,
                tier=tier,
                topics=tuple(topics.split()), score=0.9, story_first_seen=firsts.setdefault(story, at),
                pickup_delay_s=_delay_s(id_, relation, at - firsts[story]),
            )
        )  # fmt: skip
    return found


def _delay_s(id_: str, relation: str, delay: timedelta) -> int | None:
    if relation == "original" or id_ in DATED_BY_DAY:
        return None
    return round(delay.total_seconds())


def stories(now: datetime) -> Iterator[StoryDocument]:
    every = articles(now)
    for seq, (id_, lead_id, copies, independent) in enumerate(STORIES, 1):
        [lead] = [one for one in every if one.id == lead_id]
        told = [one for one in every if one.story_id == id_] or [lead]
        story = Story(
            id=id_, headline=lead.title, lead_id=lead.id, first_seen=told[0].collected,
            last_seen=told[-1].collected,
            origin=lead.origin, carrier=lead.carrier, kind=lead.kind, links=_links(lead_id, copies),
            languages=_once(one.lang for one in told), topics=lead.topics, independent=independent,
        )  # fmt: skip
        yield StoryDocument(
            id_,
            seq,
            story,
            lead.url,
            _once(one.source_name for one in told),
            _once(one.country for one in told),
            CARRIED_IN.get(id_, 0),
        )


def _links(lead: str, copies: int) -> tuple[Link, ...]:
    first = Link(lead, Relation.ORIGINAL, None, 1.0, 0.0, ())
    return (first, *(Link(f"{lead}-{n}", Relation.VERBATIM, lead, 1.0, 0.0, ()) for n in range(copies)))


def _once(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def accounts(now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    names = {id_: name for id_, (name, *_) in OUTLETS.items()}
    by_now = [SourceAccount(id_, "", state=state, why=why) for id_, (state, why) in STATES.items()]
    by_now.append(SourceAccount("north-radio", "", state="not tried", why="it was never asked"))
    for operation in catalogue_operations(by_now, names, now - timedelta(hours=1)):
        assert operation.source is not None
        yield operation.id, json.loads(operation.source)
    polls = (*EARLIER_POLLS, *POLLS)
    for number, hours in enumerate(dict.fromkeys(row[0] for row in polls), 1):
        started = now - timedelta(hours=hours)
        sources = tuple(_account(*row[1:]) for row in polls if row[0] == hours)
        report = RunReport(number, started, started + timedelta(minutes=3), sources, mails=2)
        for operation in run_operations(report, names):
            assert operation.source is not None
            yield operation.id, json.loads(operation.source)


def _account(
    source: str,
    result: str,
    entries: int,
    known: int,
    skipped: int,
    counts: tuple[int, ...],
    error: str | None,
) -> SourceAccount:
    outcomes = dict(zip(OUTCOMES, counts, strict=True))
    state, why = STATES[source]
    return SourceAccount(
        source,
        result,
        entries,
        known,
        skipped,
        error,
        outcomes,
        problems=PROBLEMS.get(source, ()),
        state=state,
        why=why,
    )
