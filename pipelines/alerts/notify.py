"""What readers are told: decide, collect into digests, watch for the unusual. Every step is one transaction.

    ledger's changes ──► decide_alerts ──► alerts (told, held, waiting) + mails of immediate searches
    held alerts      ──► send_digests  ──► one mail for each search whose hour has come
    counts by day    ──► watch_searches ─► spike, silence, coverage receipts

Each step reads how far it has come, works that out, and settles alerts, mails and the new watermark together; where
another worker was quicker, nothing is written and the step starts again from what that one left. So a step can be killed
anywhere and repeated any number of times, and each thing is told once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Protocol

from pipelines.alerts.alert_rules import (
    FAST,
    WAIT,
    ReportedChange,
    ceiling_reached,
    decide,
    told_by,
    within_ceiling,
)
from pipelines.alerts.atom import ENTRIES, Entry, atom
from pipelines.alerts.brief import STORIES, brief, ranked
from pipelines.alerts.cadence import day_start, due_at, last_slot, local_day, next_morning
from pipelines.alerts.mail_content import AlertItem, MailContext, RelatedItem, compose, compose_digest
from pipelines.alerts.payload import channel_messages
from pipelines.alerts.receipt import PAUSE, receipt
from pipelines.alerts.search_matcher import Matcher
from pipelines.alerts.volume import USUAL_DAYS, silence, silent_sources, spike
from pipelines.beat.beat import Beat
from pipelines.beat.searches import ParsedSearch
from pipelines.beat.source_health import health_of
from pipelines.model import (
    Alert,
    Document,
    OutboxMail,
    SavedSearch,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Clock, Ledger
from pipelines.query import Query, highlights
from pipelines.revisions import said_before, says_now, states_of, told

CHANGES = "alert changes"
HISTORY = "alert history"
WATCHED = "searches watched"
LISTENED = "last run told"
PAUSE_MARKS = ("pause began", "pause ended")
"""Moments of the last long pause, in seconds since 1970."""
CHUNK = 200
"""Changes decided in one transaction: with a thousand searches that may be some thousand mails."""
FLOOD = 10
"""So many mails of a search at once are read; more than that, after an outage or a first run, are one mail of them all."""
WEEK_DAYS = 7
FEED_DAYS = 30
RELATED = 8
NEWS = (StoryChange.UPDATE, StoryChange.GONE, StoryChange.BACK, StoryChange.ORIGIN)
HIGHLIGHTED = 2
CHANGED_SHOWN = 8


class NotifyContext(Protocol):
    """What the steps work with."""

    @property
    def beat(self) -> Beat: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def kibana_url(self) -> str | None: ...


def desk_of(house: NotifyContext) -> MailContext:
    """Return what all mails written now have in common, the receipt above all."""
    ledger, beat, now = house.ledger, house.beat, house.clock.now()
    return MailContext(
        house.mail_from,
        now,
        receipt(beat.sources, ledger.feed_states(), ledger.quarantined(), now, _last_pause(ledger)),
        beat.name,
        {topic.id: topic.name["en"] for topic in beat.terms.topics},
        beat.terms.english,
        house.kibana_url,
        frozenset(source.name for source in beat.sources if source.owner == "state"),
    )


def _last_pause(ledger: Ledger) -> tuple[datetime, datetime] | None:
    begin, end = (ledger.watermark(name) for name in PAUSE_MARKS)
    return (datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)) if end else None


def _note_run(ledger: Ledger, now: datetime) -> None:
    """Note that somebody is here, and a pause where nobody was for long; killed anywhere, it is noted by the next run."""
    last, at = ledger.watermark(LISTENED), int(now.timestamp())
    if last and at - last > PAUSE.total_seconds():
        for name, moment in zip(PAUSE_MARKS, (last, at), strict=True):
            ledger.set_watermark(name, moment)
    if at > last:
        ledger.set_watermark(LISTENED, at)


# -- decide ---------------------------------------------------------------------------------------------------


def decide_alerts(house: NotifyContext) -> int:
    """Decide what is to be told of everything that changed since the last time; return the mails owed by it."""
    _note_run(house.ledger, house.clock.now())
    standing = [s for s in house.beat.searches if s.search.enabled]
    step = _Deciding(house, standing)
    owed = step.waiting()
    while changes := house.ledger.changes_since(seen := house.ledger.watermark(CHANGES), CHUNK):
        owed += step.take([c.document for c in changes if c.document], seen, changes[-1].seq)
    while lines := house.ledger.history_since(seen := house.ledger.watermark(HISTORY), CHUNK):
        owed += step.learn(lines, seen, lines[-1].number)
    return owed


class _Deciding:
    """One run of the step, which compiles the searches and reads the receipt once."""

    def __init__(self, house: NotifyContext, standing: Sequence[ParsedSearch]) -> None:
        self._ledger = house.ledger
        self._standing = standing
        self._searches = {s.search.id: s for s in standing}
        self._matcher = Matcher([s.query for s in standing])
        self._desk = desk_of(house)
        self._sent: dict[str, int] = {}
        # What is held and due stands in one mail right after this step; what else comes for that search joins it.
        held = self._ledger.alerts(states=["held"])
        self._flooded = {a.search_id for a in held if _leaves(a, self._desk.now)}

    def waiting(self) -> int:
        """Look again at stories that did not pass a search's conditions yet."""
        since = self._desk.now - WAIT
        known = [a for a in self._ledger.alerts(states=["waiting"]) if a.decided and a.decided >= since]
        seen = self._ledger.watermark(CHANGES)
        return (
            self._settle({(a.search_id, a.story_id): [] for a in known}, (), CHANGES, seen, seen)
            if known
            else 0
        )

    def take(self, documents: Sequence[Document], seen: int, up_to: int) -> int:
        """Decide one chunk of changes; return the mails owed, 0 where another worker took it first."""
        matched: dict[tuple[str, str], list[Document]] = {}
        for standing, found in zip(self._standing, self._matcher.match(documents), strict=True):
            for document in found:
                matched.setdefault((standing.search.id, document.story_id), []).append(document)
        touched = dict.fromkeys(document.story_id for document in documents)
        return self._settle(matched, touched, CHANGES, seen, up_to)

    def learn(self, lines: Sequence[StoryEvent], seen: int, up_to: int) -> int:
        """Decide what became of stories: edits that matter, pages that were taken away; return the mails owed."""
        lines = [line for line in lines if line.material and line.turn in NEWS]
        return self._settle({}, dict.fromkeys(line.story_id for line in lines), HISTORY, seen, up_to, lines)

    def _settle(
        self,
        matched: Mapping[tuple[str, str], list[Document]],
        touched: Collection[str],
        watermark: str,
        seen: int,
        up_to: int,
        lines: Sequence[StoryEvent] = (),
    ) -> int:
        stories = _Stories(self._ledger, {story_id for _, story_id in matched} | set(touched), lines)
        ids = stories.ids
        known: dict[tuple[str, str], list[Alert]] = {}
        for alert in self._ledger.alerts(stories=ids):
            known.setdefault((alert.search_id, alert.story_id), []).append(alert)
        decided: dict[str, list[list[Alert]]] = {}
        for search_id, story_id in {**matched, **known}:
            standing, story = self._searches.get(search_id), stories.get(story_id)
            if standing is None or story is None:
                continue
            before = known.get((search_id, story_id), [])
            group = self._decide(
                standing.search, story, matched.get((search_id, story_id), []), before, stories
            )
            if group:
                decided.setdefault(search_id, []).append(group)
        alerts: list[Alert] = []
        mails: list[OutboxMail] = []
        for search_id, groups in decided.items():
            standing = self._searches[search_id]
            for group in self._in_time(standing.search, groups, stories):
                wrote = self._written(standing, group, known, stories)
                mails += wrote
                alerts += told_by(wrote[0].key, group, self._desk.now) if wrote else group
        if not self._ledger.settle(alerts, mails, watermark, seen, up_to):
            self._sent.clear()
            return 0
        return len(mails)

    def _decide(
        self,
        search: SavedSearch,
        story: Story,
        documents: Sequence[Document],
        before: Sequence[Alert],
        stories: _Stories,
    ) -> list[Alert]:
        was_told = any(alert.state == "told" for alert in before)
        if not before and not search.backfill and documents and all(map(stories.is_backfilled, documents)):
            return []
        return decide(
            search,
            story,
            documents,
            before,
            self._desk.now,
            appeared=stories.appeared(story.id) if story.copies >= FAST - 1 else (),
            turned=stories.turned(story.id) if was_told else (),
        )

    def _in_time(
        self, search: SavedSearch, groups: Sequence[list[Alert]], stories: _Stories
    ) -> Iterator[list[Alert]]:
        """Yield the groups, oldest story first, with those held back that go beyond the day's ceiling."""
        now = self._desk.now
        ordered = sorted(groups, key=lambda group: stories.first_seen(group[0].story_id))
        leaving = [group for group in ordered if _leaves(group[0], now)]
        yield from (group for group in ordered if not _leaves(group[0], now))
        if len(leaving) > FLOOD:
            self._flooded.add(search.id)
        if search.id in self._flooded:
            yield from leaving
            return
        heads = [group[0] for group in leaving]
        if search.ceiling is None or not heads:
            yield from leaving
            return
        sent = self._sent_today(search)
        within = within_ceiling(search, heads, sent, now, next_morning(search, now))
        for group, head in zip(leaving, within, strict=False):
            yield [replace(alert, due=head.due) for alert in group]
        self._sent[search.id] = sent + min(len(heads), max(0, search.ceiling - sent))
        if len(within) > len(heads):
            told_of = self._ledger.known_keys([within[-1].key])
            yield from [] if told_of else [[within[-1]]]

    def _sent_today(self, search: SavedSearch) -> int:
        if search.id not in self._sent:
            self._sent[search.id] = _mails_today(self._ledger, search, self._desk.now)
        return self._sent[search.id]

    def _written(
        self,
        standing: ParsedSearch,
        group: Sequence[Alert],
        known: Mapping[tuple[str, str], Sequence[Alert]],
        stories: _Stories,
    ) -> list[OutboxMail]:
        if not _leaves(group[0], self._desk.now) or standing.search.id in self._flooded:
            return []
        first = [
            a for a in known.get((standing.search.id, group[0].story_id), ()) if a.reason == "new" and a.mail
        ]
        shown = stories.told(standing.query, group, first[0].mail if first else None)
        return _messages(standing.search, compose(standing.search, shown, self._desk), [shown], self._desk)


def _leaves(alert: Alert, now: datetime) -> bool:
    """Tell whether an alert is told at once."""
    return alert.state == "held" and alert.due is not None and alert.due <= now


def _note(
    search: SavedSearch,
    alert: Alert,
    desk: MailContext,
    week: Sequence[tuple[str, int]] = (),
    beside: tuple[RelatedItem, ...] = (),
) -> list[OutboxMail]:
    """Return the mail of an alert that is of no story, and the same for each channel."""
    shown = AlertItem((alert,), related=beside)
    return _messages(search, compose(search, shown, desk, week), [shown], desk)


def _mails_today(ledger: Ledger, search: SavedSearch, now: datetime) -> int:
    """Return how many mails a search has sent since its reader's day began, the one about its ceiling not counted."""
    today = ledger.alerts(search=search.id, told_since=day_start(search, now))
    return len({a.mail for a in today if a.mail and a.reason != "ceiling"})


def _is_full(ledger: Ledger, search: SavedSearch, now: datetime) -> bool:
    return search.ceiling is not None and _mails_today(ledger, search, now) >= search.ceiling


def _messages(
    search: SavedSearch, mail: OutboxMail, shown: Sequence[AlertItem], desk: MailContext
) -> list[OutboxMail]:
    """Return the mail, and the same for each channel of the search; the first's key is the alert's."""
    others = channel_messages(search, mail, shown, desk)
    return (
        [mail, *others]
        if search.to
        else [replace(other, key=mail.key if n == 0 else other.key) for n, other in enumerate(others)]
    )


class _Stories:
    """The stories of one chunk, with what the mails show of them, read when first needed."""

    def __init__(self, ledger: Ledger, asked: set[str], lines: Sequence[StoryEvent] = ()) -> None:
        self._ledger = ledger
        found = ledger.stories(asked)
        self._stories = {story.id: story for story in found.values()}
        self._lines: dict[str, list[StoryEvent]] = {}
        for line in lines:
            if line.story_id in found:
                self._lines.setdefault(found[line.story_id].id, []).append(line)
        self._articles: dict[str, tuple[StoredArticle, ...]] = {}
        self._turned: dict[str, list[ReportedChange]] = {}

    @property
    def ids(self) -> Collection[str]:
        """The stories as they are named today."""
        return self._stories.keys()

    def get(self, story_id: str) -> Story | None:
        return self._stories.get(story_id)

    def first_seen(self, story_id: str) -> tuple[datetime, str]:
        return self._stories[story_id].first_seen, story_id

    def articles(self, story_id: str) -> tuple[StoredArticle, ...]:
        if story_id not in self._articles:
            self._articles[story_id] = tuple(self._ledger.story_articles(story_id))
        return self._articles[story_id]

    def is_backfilled(self, document: Document) -> bool:
        """Tell whether an article was fetched from the past on purpose: no news to anybody who did not ask."""
        stored = {s.article.id: s for s in self.articles(document.story_id)}.get(document.id)
        return stored is not None and "backfill" in stored.article.flags

    def appeared(self, story_id: str) -> list[datetime]:
        """Return when the articles appeared, those alone whose hour is known."""
        stamps = [s.article.published for s in self.articles(story_id)]
        return [p.at for p in stamps if p and p.precision not in ("day", "month", "year")]

    def turned(self, story_id: str) -> list[ReportedChange]:
        """Return what became of a story since the last time, as far as readers should hear of it."""
        if story_id not in self._turned:
            self._turned[story_id] = [self._turn(story_id, line) for line in self._lines.get(story_id, ())]
        return self._turned[story_id]

    def _turn(self, story_id: str, line: StoryEvent) -> ReportedChange:
        edit = None
        if (
            line.turn is StoryChange.UPDATE
            and line.article_id
            and (stored := self._ledger.article(line.article_id))
        ):
            states = states_of(stored, self._ledger.versions(line.article_id))
            edit = next((state.edit for state in states if state.number == line.version), None)
        if edit is None:
            return ReportedChange(
                story_id, line.article_id or "", line.at, (line.text,), turn=line.turn.value
            )
        changed = tuple(
            (said_before(p) if p.how != "added" else "", says_now(p) if p.how != "removed" else "")
            for p in told(edit)
        )
        return ReportedChange(story_id, line.article_id or "", line.at, edit.why, changed[:CHANGED_SHOWN])

    def told(self, query: Query, group: Sequence[Alert], thread: str | None) -> AlertItem:
        """Return what a mail shows of one story, its matching passages marked."""
        story = self._stories.get(group[0].story_id)
        if story is None:
            return AlertItem(tuple(group))
        articles = self.articles(story.id)
        ids = {id_ for alert in group for id_ in alert.article_ids} or {s.article.id for s in articles}
        matching = [s.article for s in articles if s.article.id in ids][:HIGHLIGHTED]
        passages = (
            passage for article in matching for passage in highlights(query, article.title, article.body)
        )
        return AlertItem(
            tuple(group), story, articles, tuple(dict.fromkeys(passages)), self._related(story), thread
        )

    def _related(self, story: Story) -> tuple[RelatedItem, ...]:
        """Return other stories of the same event, the best first, as many as a mail shows."""
        if story.independent < 2:
            return ()
        return _beside(self._ledger, [one.story_id for one in self._ledger.related(story.id)[:RELATED]])


def _beside(ledger: Ledger, story_ids: Sequence[str]) -> tuple[RelatedItem, ...]:
    found = ledger.stories(story_ids)
    return tuple(RelatedItem(found[i], ledger.article(found[i].lead_id)) for i in story_ids if i in found)


# -- digests --------------------------------------------------------------------------------------------------


def send_digests(house: NotifyContext) -> int:
    """Owe one mail to each search whose hour has come and that has something to tell, or asks for empty ones.

    Returns the mails owed. Nothing is sent here.
    """
    held: dict[str, list[Alert]] = {}
    now = house.clock.now()
    for alert in house.ledger.alerts(states=["held"]):
        if alert.due is not None and alert.due <= now:
            held.setdefault(alert.search_id, []).append(alert)
    counts = house.ledger.alert_counts(now - timedelta(days=WEEK_DAYS))
    step: _Digests | None = None
    owed = 0
    for standing in house.beat.searches:
        due = held.get(standing.search.id, [])
        mark = _mark(house.ledger, standing.search, due, now)
        if standing.search.enabled and mark is not None:
            step = step or _Digests(house)
            if standing.search.cadence == "hourly" and due and _is_full(house.ledger, standing.search, now):
                owed += step.say_full(standing.search, mark[0])
            else:
                owed += step.owe(standing, due, *mark, counts.get(standing.search.id, {}))
    return owed


def _mark(ledger: Ledger, search: SavedSearch, due: Sequence[Alert], now: datetime) -> tuple[int, int] | None:
    """Return (how far its digests have come, how far they come now), None where there is nothing to do yet."""
    if search.cadence == "immediate" and not due:
        return None
    seen = ledger.watermark(f"digest {search.id}")
    if search.cadence == "immediate":
        return seen, max(seen + 1, int(now.timestamp()))
    slot = int(last_slot(search, now).timestamp())
    return (seen, slot) if slot > seen else None


class _Digests:
    """One run of the step, which reads the receipt once."""

    def __init__(self, house: NotifyContext) -> None:
        self._ledger = house.ledger
        self._desk = desk_of(house)

    def owe(
        self,
        standing: ParsedSearch,
        due: Sequence[Alert],
        seen: int,
        slot: int,
        counts: Mapping[str, int],
    ) -> int:
        search, now = standing.search, self._desk.now
        key = f"{search.id}::digest:{slot}"
        shown, again = self._shown(standing, due)
        mails: list[OutboxMail] = []
        # The first slot after a search was made has nothing to look back on.
        if shown or (search.empty and search.cadence != "immediate" and seen):
            since = datetime.fromtimestamp(seen, now.tzinfo) if seen else None
            mail = compose_digest(search, key, shown, self._desk, week_of(counts, now), since=since)
            mails = _messages(search, mail, shown, self._desk)
        told = [alert for one in shown for alert in one.alerts]
        done = [*told_by(key, told, now), *(replace(a, state="told", told=now) for a in again)]
        settled = self._ledger.settle(done, mails, f"digest {search.id}", seen, slot)
        return len(mails) if settled else 0

    def say_full(self, search: SavedSearch, seen: int) -> int:
        """Leave all that is held for the first mail of the reader's next day, and say so once."""
        full = ceiling_reached(search, self._desk.now)
        if self._ledger.known_keys([full.key]):
            return 0
        mails = _note(search, full, self._desk)
        alerts = told_by(full.key, [full], self._desk.now)
        return len(mails) if self._ledger.settle(alerts, mails, f"digest {search.id}", seen, seen) else 0

    def _shown(self, standing: ParsedSearch, due: Sequence[Alert]) -> tuple[list[AlertItem], list[Alert]]:
        """Return what the digest shows, and alerts that have nothing to say any more.

        Stories that were joined since stand in it once; one that was told meanwhile, under another's name, not again.
        """
        ids = {alert.story_id for alert in due if alert.story_id}
        stories = _Stories(self._ledger, ids)
        known = [
            a for a in self._ledger.alerts(stories=ids, states=["told"]) if a.search_id == standing.search.id
        ]
        threads = {a.story_id: a.mail for a in known if a.reason == "new" and a.mail}
        told_in = {(a.story_id, a.reason, a.step): a.mail for a in known}
        groups: dict[tuple[str, str], list[Alert]] = {}
        again: list[Alert] = []
        for alert in due:
            if alert.story_id and (thing := (alert.story_id, alert.reason, alert.step)) in told_in:
                again.append(replace(alert, mail=told_in[thing]))
            elif alert.story_id and stories.get(alert.story_id) is None:
                again.append(alert)
            else:
                apart = "" if alert.story_id else alert.key
                groups.setdefault((alert.story_id, apart), []).append(alert)
        # A threshold that was passed before the first mail says nothing of its own.
        mute = [place for place, group in groups.items() if not any(alert.why for alert in group)]
        again += [alert for place in mute for alert in groups.pop(place)]
        order = {"new": 0, "update": 1}
        return [
            stories.told(
                standing.query, sorted(group, key=lambda a: order.get(a.reason, 2)), threads.get(story_id)
            )
            for (story_id, _), group in groups.items()
        ], again


def week_of(counts: Mapping[str, int], now: datetime) -> list[tuple[str, int]]:
    """Return (day, new stories) of the last seven days, oldest first."""
    days = [now.date() - timedelta(days=n) for n in range(WEEK_DAYS - 1, -1, -1)]
    return [(f"{day:%a} {day.day} {day:%b}", counts.get(day.isoformat(), 0)) for day in days]


# -- the unusual ------------------------------------------------------------------------------------------------


def watch_searches(house: NotifyContext) -> int:
    """Owe mails of what is unusual: spikes, silence of a search or of its sources, coverage receipts.

    Each has a key of its day (or of its silence), so that asking often tells nothing twice. Returns the mails owed.
    """
    ledger, now = house.ledger, house.clock.now()
    watching = [
        s
        for s in house.beat.searches
        if s.search.enabled and set(s.search.reasons) & {"spike", "silence", "watch"}
    ]
    if not watching:
        return 0
    seen = ledger.watermark(WATCHED)
    counts = ledger.alert_counts(now - timedelta(days=USUAL_DAYS + 1))
    countries = sorted({c for side in house.beat.sides for c in side.countries})
    volumes = ledger.volumes(
        (now - timedelta(days=USUAL_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    health = health_of(house.beat.sources, ledger.feed_states(), volumes, now)
    troubled = [h for h in health if h.state in ("silent", "failing")]
    found: list[tuple[SavedSearch, Alert]] = []
    for standing in watching:
        search, numbers = standing.search, counts.get(standing.search.id, {})
        alerts: list[Alert | None] = []
        if "spike" in search.reasons:
            alerts.append(spike(search, numbers, now))
        if "silence" in search.reasons:
            alerts.append(silence(search, numbers, countries, now))
            if troubled and numbers:
                told_lately = ledger.alerts(search=search.id, told_since=now - timedelta(days=USUAL_DAYS))
                alerts += silent_sources(search, [a for a in told_lately if a.reason == "new"], troubled, now)
        if "watch" in search.reasons:
            alerts.append(_coverage(search, numbers, now))
        found += [(search, alert) for alert in alerts if alert]
    known = _known(ledger, {search.id for search, _ in found})
    fresh = [(search, alert) for search, alert in found if alert.key not in known]
    if not fresh:
        return 0
    desk = desk_of(house)
    mails: list[OutboxMail] = []
    settled: list[Alert] = []
    for search, alert in fresh:
        due = due_at(search, now) if alert.reason != "watch" else now
        if due <= now and _is_full(ledger, search, now):
            due = next_morning(search, now)
        if due <= now:
            beside = _of_today(ledger, search, now) if alert.reason == "spike" else ()
            mails += _note(search, alert, desk, week_of(counts.get(search.id, {}), now), beside)
            settled += told_by(alert.key, [alert], now)
        else:
            settled.append(replace(alert, due=due))
    return (
        len(mails) if ledger.settle(settled, mails, WATCHED, seen, max(seen + 1, int(now.timestamp()))) else 0
    )


def _of_today(ledger: Ledger, search: SavedSearch, now: datetime) -> tuple[RelatedItem, ...]:
    """Return stories that a search has found since the day began (in UTC, as they are counted), the newest first."""
    new = [
        a
        for a in ledger.alerts(search=search.id)
        if a.reason == "new" and a.decided and a.decided.date() == now.date()
    ]
    return _beside(ledger, list(dict.fromkeys(a.story_id for a in reversed(new)))[:RELATED])


def _known(ledger: Ledger, search_ids: set[str]) -> set[str]:
    return {a.key for id_ in search_ids for a in ledger.alerts(search=id_, stories=[""])}


def _coverage(search: SavedSearch, counts: Mapping[str, int], now: datetime) -> Alert | None:
    """Return the receipt of a day, from the reader's hour on."""
    daily = replace(search, cadence="daily")
    slot = last_slot(daily, now)
    day = local_day(search, slot)
    week = sum(number for _, number in week_of(counts, now))
    why = (f"{week} new stories in the last seven days.",)
    return Alert(search.id, "", "watch", (), why, f"{day}", decided=now, due=now)


# -- feeds ----------------------------------------------------------------------------------------------------


def feed_of(house: NotifyContext, search: SavedSearch) -> bytes:
    """Return what a search has told lately as an Atom feed: each story once, at what was told of it last."""
    now = house.clock.now()
    lately = house.ledger.alerts(search=search.id, told_since=now - timedelta(days=FEED_DAYS))
    newest: dict[str, Alert] = {}
    for alert in sorted(lately, key=lambda a: a.told or now, reverse=True):
        if alert.story_id and alert.mail:
            newest.setdefault(alert.story_id, alert)
    shown = list(newest)[:ENTRIES]
    stories = house.ledger.stories(shown)
    entries = [
        Entry(newest[id_], stories[id_], lead)
        for id_ in shown
        if id_ in stories and (lead := house.ledger.article(stories[id_].lead_id))
    ]
    domain = parseaddr(house.mail_from)[1].rpartition("@")[2] or "localhost"
    return atom(search, entries, domain, now)


# -- brief ----------------------------------------------------------------------------------------------------


def brief_of(house: NotifyContext, since: datetime) -> str:
    """Return the page on everything that came in since a moment."""
    documents: list[Document] = []
    arrival = 0
    while arrivals := house.ledger.arrivals_since(arrival, 2000):
        arrival = arrivals[-1][0]
        documents += [d for _, d in arrivals if d.collected >= since]
    stories = house.ledger.stories({d.story_id for d in documents})
    shown = ranked(documents, stories)[:STORIES]
    articles = {story.id: house.ledger.story_articles(story.id) for story in shown}
    return brief(documents, stories, articles, desk_of(house), since)
