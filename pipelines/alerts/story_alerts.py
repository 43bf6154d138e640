"""Decide what is told of stories that changed, and write what leaves now.

    ledger's changes ──► what each search matches ──┐
    ledger's history ──► edits, pages taken away  ──┴─► alerts (told, held, waiting) + mails

Each chunk is one transaction: it reads how far the step has come, works out what follows, and
settles alerts, mails and the new watermark together. Where another worker was quicker, nothing is
written and the step goes on from what that one left. So the step can be killed anywhere and
repeated any number of times, and each thing is told once.

What raises is kept aside (`kept_aside`). A mail that cannot be written is left for the digest of the
next day; a change that cannot even be looked at is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.errors import TemporaryError
from pipelines.alerts.alert_rules import WAIT, decide, told_by
from pipelines.alerts.ceiling import MailLimits
from pipelines.alerts.clock_marks import note_run
from pipelines.alerts.context import NotifyContext, mail_context_of
from pipelines.alerts.earlier_matches import EarlierMatches
from pipelines.alerts.event_groups import gather_events, hold_later_report, without_known
from pipelines.alerts.kept_aside import KeptAside, settle_in_halves
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.messages import event_messages, is_leaving
from pipelines.alerts.reported_change import REPORTED_CHANGES, ReportedChange
from pipelines.alerts.search_matcher import Matcher
from pipelines.alerts.shared_news import SearchNews, news_by_event, stories_of
from pipelines.alerts.spread import FAST
from pipelines.alerts.told_events import ToldEvents
from pipelines.alerts.touched_stories import TouchedStories
from pipelines.beat.organisations import organisations_of
from pipelines.beat.searches import ParsedSearch
from pipelines.model import Alert, Change, Document, OutboxMail, SavedSearch, Story, StoryEvent, Trouble
from pipelines.query import Query

#: Watermark of the last change of a document that was decided.
CHANGES = "alert changes"
#: Watermark of the last line of the stories' history that was decided.
HISTORY = "alert history"
#: Changes decided in one transaction: with a thousand searches that may be some thousand mails.
CHUNK = 200
#: A mail that cannot be written is tried once more so much later: by then Maplewire may be mended.
PUT_OFF = timedelta(days=1)

#: A search and a story, by their ids.
Pair = tuple[str, str]


def decide_alerts(context: NotifyContext, troubles: list[Trouble]) -> int:
    """Decide what is told of everything that changed since the last time.

    Returns the mails owed by it. What is kept aside is added to `troubles`.
    """
    ledger = context.ledger
    now = context.clock.now()
    earlier = EarlierMatches.read(ledger, now)
    note_run(ledger, now)
    searches: list[ParsedSearch] = []
    for parsed in context.beat.searches:
        if parsed.search.enabled:
            searches.append(parsed)
    aside = KeptAside(troubles)
    step = _StoryAlerts(context, searches, aside, earlier)
    owed = 0
    while True:
        seen = ledger.watermark(CHANGES)
        changes = ledger.changes_since(seen, CHUNK)
        if not changes:
            break
        owed += settle_in_halves(changes, seen, _seq_of, step.decide_changes, step.pass_over_change)
    # After the changes: what waited for the reports that came now is told in one mail with them.
    with aside.guard("what is told of stories that waited"):
        owed += step.decide_waiting()
    while True:
        seen = ledger.watermark(HISTORY)
        events = ledger.history_since(seen, CHUNK)
        if not events:
            break
        owed += settle_in_halves(events, seen, _number_of, step.decide_events, step.pass_over_event)
    earlier.note_asked()
    return owed


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What one transaction is about, and the watermark that it moves."""

    watermark: str
    seen: int
    up_to: int
    matched: Mapping[Pair, list[Document]] = field(default_factory=dict)
    #: Stories that changed, whether a search matches them or not.
    story_ids: Collection[str] = ()
    events: Sequence[StoryEvent] = ()


class _StoryAlerts:
    """One run of the step. It compiles the searches and reads the receipt once."""

    def __init__(
        self,
        context: NotifyContext,
        searches: Sequence[ParsedSearch],
        aside: KeptAside,
        earlier: EarlierMatches,
    ) -> None:
        self._earlier = earlier
        self._ledger = context.ledger
        self._organisations = organisations_of(context.beat.outlets)
        self._aside = aside
        self._parsed = searches
        # A search that is paused now may have told its readers of an event.
        self._searches = context.beat.saved_searches
        self._by_id: dict[str, ParsedSearch] = {}
        queries: list[Query] = []
        for parsed in searches:
            self._by_id[parsed.search.id] = parsed
            queries.append(parsed.query)
        self._matcher = Matcher(queries)
        self._mail_context = mail_context_of(context)
        self._limits = MailLimits(self._ledger, self._mail_context.now)

    def decide_waiting(self) -> int:
        """Look again at stories that did not pass a search's conditions yet.

        Returns the mails owed.
        """
        since = self._mail_context.now - WAIT
        matched: dict[Pair, list[Document]] = {}
        for alert in self._ledger.alerts(states=["waiting"]):
            if alert.decided and alert.decided >= since:
                matched[alert.search_id, alert.story_id] = []
        if not matched:
            return 0
        # The watermark stays: nothing new was read. It still guards against a second worker.
        seen = self._ledger.watermark(CHANGES)
        return self._settle_chunk(_Chunk(CHANGES, seen, seen, matched))

    def decide_changes(self, changes: Sequence[Change], seen: int) -> int:
        """Decide one chunk of changes; return the mails owed.

        0 where another worker took the chunk first.
        """
        documents: list[Document] = []
        for change in changes:
            # A change without a document takes an article away: there is nothing to tell of it.
            if change.document is not None:
                documents.append(change.document)
        matched: dict[Pair, list[Document]] = {}
        for parsed, found in zip(self._parsed, self._matcher.match(documents), strict=True):
            for document in found:
                matched.setdefault((parsed.search.id, document.story_id), []).append(document)
        story_ids: set[str] = set()
        for document in documents:
            story_ids.add(document.story_id)
        return self._settle_chunk(_Chunk(CHANGES, seen, changes[-1].seq, matched, story_ids))

    def pass_over_change(self, change: Change, seen: int, error: Exception) -> None:
        """Keep aside a change that nothing can be decided about."""
        self._aside.note(f"what is told of article {change.article_id}", error)
        self._ledger.settle([], [], CHANGES, seen, change.seq)

    def pass_over_event(self, event: StoryEvent, seen: int, error: Exception) -> None:
        """Keep aside a line of the history that nothing can be decided about."""
        self._aside.note(f"what is told of a change of story {event.story_id}", error)
        self._ledger.settle([], [], HISTORY, seen, event.number)

    def decide_events(self, events: Sequence[StoryEvent], seen: int) -> int:
        """Decide about edits that matter and pages that were taken away.

        Returns the mails owed.
        """
        reported: list[StoryEvent] = []
        story_ids: set[str] = set()
        for event in events:
            if event.material and event.turn in REPORTED_CHANGES:
                reported.append(event)
                story_ids.add(event.story_id)
        up_to = events[-1].number
        return self._settle_chunk(_Chunk(HISTORY, seen, up_to, story_ids=story_ids, events=reported))

    def _settle_chunk(self, chunk: _Chunk) -> int:
        """Write what follows from a chunk in one transaction; return the mails owed."""
        story_ids = set(chunk.story_ids)
        for _, story_id in chunk.matched:
            story_ids.add(story_id)
        stories = TouchedStories(self._ledger, story_ids, chunk.events, self._organisations)
        known: dict[Pair, list[Alert]] = {}
        for alert in self._ledger.alerts(stories=stories.story_ids):
            known.setdefault((alert.search_id, alert.story_id), []).append(alert)
        decided = self._decide_groups(chunk, known, stories)
        told = self._told_events_of(decided, stories)
        alerts: list[Alert] = []
        leaving: list[SearchNews] = []
        for search_id, groups in decided.items():
            parsed = self._by_id[search_id]
            # The oldest story first: where a ceiling cuts, what came first is told first.
            groups.sort(key=lambda group: stories.age_order(group[0].story_id))
            telling, settled = self._group_by_event(parsed.search, groups, told)
            alerts.extend(settled)
            for group in self._limits.apply(parsed.search, telling):
                if self._is_mailed_now(parsed.search, group):
                    leaving.append(SearchNews(parsed, tuple(group)))
                else:
                    alerts.extend(group)
        mails: list[OutboxMail] = []
        for event in news_by_event(leaving, told):
            self._tell(event, known, stories, alerts, mails)
        if not self._ledger.settle(alerts, mails, chunk.watermark, chunk.seen, chunk.up_to):
            self._limits.forget_counts()
            return 0
        return len(mails)

    def _told_events_of(
        self, decided: Mapping[str, Sequence[Sequence[Alert]]], stories: TouchedStories
    ) -> ToldEvents:
        """Return what readers know of the events that there is something to tell of."""
        found: dict[str, Story] = {}
        for groups in decided.values():
            for group in groups:
                story = stories.find_story(group[0].story_id)
                if story is not None:
                    found[story.id] = story
        return ToldEvents(self._ledger, found.values(), self._searches)

    def _group_by_event(
        self, search: SavedSearch, groups: Sequence[list[Alert]], told: ToldEvents
    ) -> tuple[Sequence[list[Alert]], list[Alert]]:
        """Return the groups of a search, one an event, and the alerts that are known."""
        if search.group == "story":
            return groups, []
        now = self._mail_context.now
        telling: list[list[Alert]] = []
        settled: list[Alert] = []
        for group in groups:
            unknown, known = without_known(search, group, told, now)
            settled.extend(known)
            if unknown:
                telling.append(hold_later_report(search, unknown, told, now))
        return gather_events(search, telling, told, now), settled

    def _is_mailed_now(self, search: SavedSearch, group: Sequence[Alert]) -> bool:
        """Tell whether a group leaves at once, and does not wait for a mail of several."""
        return not self._limits.is_flooded(search.id) and is_leaving(group[0], self._mail_context.now)

    def _tell(
        self,
        event: Sequence[SearchNews],
        known: Mapping[Pair, Sequence[Alert]],
        stories: TouchedStories,
        alerts: list[Alert],
        mails: list[OutboxMail],
    ) -> None:
        """Add the messages about an event and its alerts.

        What cannot be written is put off, and takes nothing else with it.
        """

        def item_of(shared: Sequence[SearchNews]) -> AlertItem:
            return self._item_of(shared, known, stories)

        try:
            told = event_messages(event, item_of, self._mail_context)
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (noted with its traceback; the others are told)
            self._tell_apart(event, e, known, stories, alerts, mails)
            return
        mails.extend(told.messages)
        for one, key in zip(event, told.keys, strict=True):
            if key is None:
                # There is nobody to write to.
                alerts.extend(one.alerts)
            else:
                alerts.extend(told_by(key, one.alerts, self._mail_context.now))

    def _tell_apart(
        self,
        event: Sequence[SearchNews],
        error: Exception,
        known: Mapping[Pair, Sequence[Alert]],
        stories: TouchedStories,
        alerts: list[Alert],
        mails: list[OutboxMail],
    ) -> None:
        """Tell of each story by itself where they cannot be told together."""
        pieces: list[SearchNews] = []
        for one in event:
            pieces.extend(one.by_story())
        if len(pieces) > 1:
            for piece in pieces:
                self._tell([piece], known, stories, alerts, mails)
            return
        head = pieces[0].head
        self._aside.note(_mail_about(head.search_id, head.story_id), error)
        alerts.extend(_put_off(pieces[0].alerts, self._mail_context.now))

    def _item_of(
        self, shared: Sequence[SearchNews], known: Mapping[Pair, Sequence[Alert]], stories: TouchedStories
    ) -> AlertItem:
        """Return what a mail shows of an event.

        That is its first story, and the other ones below it.
        """
        items: list[AlertItem] = []
        for news in stories_of(shared):
            head = news.head
            thread = _first_mail(known.get((head.search_id, head.story_id), ()))
            item = self._item_of_story(news, thread, stories)
            if item.story is not None or not items:
                items.append(item)
        return items[0].with_reports(items[1:])

    def _item_of_story(self, news: SearchNews, thread: str | None, stories: TouchedStories) -> AlertItem:
        story_id = news.head.story_id
        if story_id and stories.find_story(story_id) is None:
            # A report that was held before changed in no way that this transaction is about.
            stories = TouchedStories(self._ledger, {story_id}, organisations=self._organisations)
        return stories.item_of(news.queries, news.alerts, thread)

    def _decide_groups(
        self, chunk: _Chunk, known: Mapping[Pair, list[Alert]], stories: TouchedStories
    ) -> dict[str, list[list[Alert]]]:
        """Return for each search its groups of alerts, one for each story."""
        decided: dict[str, list[list[Alert]]] = {}
        # What is known is asked too: a story that matches no more may have changed or spread.
        for search_id, story_id in dict.fromkeys([*chunk.matched, *known]):
            parsed = self._by_id.get(search_id)
            story = stories.find_story(story_id)
            if parsed is None or story is None:
                # The search was removed or switched off, or the story was joined into another.
                continue
            pair = search_id, story_id
            documents = chunk.matched.get(pair, [])
            with self._aside.guard(_mail_about(search_id, story_id)):
                group = self._decide_story(parsed, story, documents, known.get(pair, []), stories)
                if group:
                    decided.setdefault(search_id, []).append(group)
        return decided

    def _decide_story(
        self,
        parsed: ParsedSearch,
        story: Story,
        documents: Sequence[Document],
        before: Sequence[Alert],
        stories: TouchedStories,
    ) -> list[Alert]:
        search = parsed.search
        if not before and _is_nothing_news(search, documents, stories):
            return []
        if not before and self._earlier.has_match(parsed, story, stories.is_no_news):
            return []
        # Articles and changes are read from the ledger only where the rules will ask for them.
        published: Sequence[datetime] = ()
        if story.copies >= FAST - 1:
            published = stories.publication_times(story.id)
        changes: Sequence[ReportedChange] = ()
        if any(alert.state == "told" for alert in before):
            changes = stories.changes_of(story.id)
        now = self._mail_context.now
        return decide(search, story, documents, before, now, published=published, changes=changes)


def _first_mail(known: Iterable[Alert]) -> str | None:
    """Return the mail that brought a story first, or None."""
    for alert in known:
        if alert.reason == "new" and alert.mail:
            return alert.mail
    return None


def _seq_of(change: Change) -> int:
    return change.seq


def _number_of(event: StoryEvent) -> int:
    return event.number


def _mail_about(search_id: str, story_id: str) -> str:
    return f"the mail of search {search_id} about story {story_id or '(none)'}"


def _put_off(group: Sequence[Alert], now: datetime) -> list[Alert]:
    """Return the alerts of a mail that could not be written, as held.

    They are held for a later digest.
    """
    found: list[Alert] = []
    for alert in group:
        found.append(replace(alert, due=now + PUT_OFF))
    return found


def _is_nothing_news(search: SavedSearch, documents: Sequence[Document], stories: TouchedStories) -> bool:
    """Tell whether none of the matching articles is news to a search.

    False without any.
    """
    return bool(documents) and all(stories.is_no_news(document, search) for document in documents)
