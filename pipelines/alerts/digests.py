"""Digests: one mail for each search whose hour has come.

    held alerts ──► by search ──► what is told no more is left out ──► one mail ──► told

Digests of one reader that are due at once are one mail. Each mail is one transaction that moves the marks
of its searches, so it is sent once for its hour. A story that
cannot be written is left out of it and counts as told; where that is so of a whole digest, all it would
have told stays for the next hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from crawlers.errors import TemporaryError
from pipelines.alerts.alert_rules import told_by
from pipelines.alerts.bug_log import log_bug
from pipelines.alerts.cadence import is_quiet, last_slot, next_slot
from pipelines.alerts.ceiling import ceiling_alert, is_ceiling_reached
from pipelines.alerts.clock_marks import (
    ClockMark,
    digest_mark,
    is_doubtful,
    moment_after,
    settle_marks,
)
from pipelines.alerts.context import NotifyContext, mail_context_of
from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.digest_section import DigestSection
from pipelines.alerts.event_items import items_by_event
from pipelines.alerts.kept_aside import KeptAside
from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.messages import is_leaving, messages_of, note_messages
from pipelines.alerts.shared_digests import DigestPart, groups_of_readers, shared_messages
from pipelines.alerts.silences import refresh_silences
from pipelines.alerts.told_events import ToldEvents
from pipelines.alerts.touched_stories import TouchedStories
from pipelines.beat.organisations import organisations_of
from pipelines.beat.searches import ParsedSearch
from pipelines.model import Alert, OutboxMail, SavedSearch, Story, Trouble, story_ids_of
from pipelines.ports import Ledger

#: A digest that leaves so long after its hour tells all that is known by then.
LATE = timedelta(hours=1)
#: Days of the bars under a digest.
WEEK_DAYS = 7
#: What a story's alerts stand in order of; any other reason comes last.
_ORDER_OF_REASONS = {"new": 0, "update": 1}


def send_digests(context: NotifyContext, troubles: list[Trouble]) -> int:
    """Owe one mail to each search whose hour has come and that has something to tell.

    A search may ask for empty digests too. Returns the mails owed. Nothing is sent here. What is kept
    aside is added to `troubles`.
    """
    now = context.clock.now()
    ledger = context.ledger
    held: dict[str, list[Alert]] = {}
    for alert in ledger.alerts(states=["held"]):
        held.setdefault(alert.search_id, []).append(alert)
    counts = ledger.alert_counts(now - timedelta(days=WEEK_DAYS))
    aside = KeptAside(troubles)
    digests = _Digests(context, aside)
    owed = 0
    due: list[_DueDigest] = []
    for parsed in context.beat.searches:
        search = parsed.search
        if not search.enabled:
            continue
        with aside.guard(f"the digest of search {search.id}"):
            waiting = held.get(search.id, [])
            alerts = refresh_silences(context, search, _leaving_alerts(waiting, now))
            slot = _open_slot(ledger, search, alerts, now)
            if slot is not None:
                if _is_late(search, slot, now):
                    waiting = _leaving_alerts(waiting, now, next_slot(search, slot.due))
                    alerts = refresh_silences(context, search, waiting)
                due.append(_DueDigest(parsed, alerts, slot, counts.get(search.id, {})))
    for search_ids in groups_of_readers([one.parsed.search for one in due]):
        members = [one for one in due if one.parsed.search.id in search_ids]
        with aside.guard(f"the digest of search {', '.join(sorted(search_ids))}"):
            owed += digests.serve(members)
    return owed


def _leaving_alerts(held: Sequence[Alert], now: datetime, next_hour: datetime | None = None) -> list[Alert]:
    """Return the alerts of a search that leave now.

    What is held for later of a story that stands in the mail goes with it: a page that is back is not told
    as taken away. In a mail that is late, so does what waits for its next hour.
    """
    due: set[str] = set()
    story_ids: set[str] = set()
    for alert in held:
        if is_leaving(alert, now) or (next_hour is not None and alert.due == next_hour):
            due.add(alert.key)
            story_ids.add(alert.story_id)
    # What is told of no story has no id of one.
    story_ids.discard("")
    leaving: list[Alert] = []
    for alert in held:
        if alert.key in due or alert.story_id in story_ids:
            leaving.append(alert)
    return leaving


def _is_late(search: SavedSearch, slot: _Slot, now: datetime) -> bool:
    """Tell whether a digest leaves long after its hour, as after an outage.

    What the run found that ended the outage would else wait for a day or a week, and the mail would say that
    there is nothing.
    """
    return search.cadence in ("daily", "weekly") and slot.since is not None and now - slot.due > LATE


def week_of(counts: Mapping[str, int], now: datetime) -> list[tuple[date, int]]:
    """Return (day, new stories) of the last seven days, oldest first.

    Days are those of UTC, as stories are counted.
    """
    week: list[tuple[date, int]] = []
    for days_ago in range(WEEK_DAYS - 1, -1, -1):
        day = now.date() - timedelta(days=days_ago)
        week.append((day, counts.get(day.isoformat(), 0)))
    return week


@dataclass(frozen=True, slots=True)
class _Slot:
    """An hour of a digest: the one that was served last, and the one that is due now."""

    last: datetime | None
    due: datetime

    @property
    def since(self) -> datetime | None:
        """The hour that was served last; None where a clock that was wrong noted it."""
        if self.last is not None and self.last > self.due:
            return None
        return self.last


@dataclass(frozen=True, slots=True)
class _DueDigest:
    """A search whose hour has come, and what is held for it."""

    parsed: ParsedSearch
    alerts: Sequence[Alert]
    slot: _Slot
    #: New stories by day.
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Digest:
    """One digest, whatever it will tell."""

    search: SavedSearch
    key: str
    slot: _Slot
    #: New stories of each of the last days.
    week: Sequence[tuple[date, int]]

    def section(self, items: Sequence[AlertItem]) -> DigestSection:
        """Return what a mail tells of it."""
        return DigestSection(self.search, items, self.week, self.slot.since)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a digest has to tell."""

    digest: _Digest
    #: By story; `items` are by event.
    stories: Sequence[AlertItem]
    items: Sequence[AlertItem]
    already_told: Sequence[Alert]
    events: ToldEvents

    def done(self, key: str, items: Sequence[AlertItem], now: datetime) -> list[Alert]:
        """Return the alerts that are done with, those of items as told."""
        done: list[Alert] = []
        for item in items:
            done.extend(told_by(key, item.all_alerts, now))
        for alert in self.already_told:
            done.append(replace(alert, state="told", told=now))
        return done


def _open_slot(ledger: Ledger, search: SavedSearch, alerts: Sequence[Alert], now: datetime) -> _Slot | None:
    """Return the hour of a search that is due and was not served yet, or None."""
    if search.cadence == "immediate" and not alerts:
        return None
    last = digest_mark(ledger, search.id).read_stored_time()
    if search.cadence == "immediate":
        # It has no hours: what was held back for it leaves as soon as it may.
        return _Slot(last, moment_after(last, now))
    due = last_slot(search, now)
    if last is not None and due <= last and not is_doubtful(last, now):
        return None
    # What is overdue, as after an outage, keeps quiet hours. An hour within them was chosen by the reader.
    if is_quiet(search, now) and not is_quiet(search, due):
        return None
    return _Slot(last, due)


class _Digests:
    """One run of the step, which reads the receipt once."""

    def __init__(self, context: NotifyContext, aside: KeptAside) -> None:
        self._context = context
        self._ledger = context.ledger
        self._aside = aside

    @cached_property
    def _mail_context(self) -> MailContext:
        # The receipt costs a look at every source: it is read when the first digest is due.
        return mail_context_of(self._context)

    def serve(self, members: Sequence[_DueDigest]) -> int:
        """Write what searches of common readers tell; return the mails owed."""
        owed = 0
        contents: list[_Content] = []
        for one in members:
            search = one.parsed.search
            with self._aside.guard(f"the digest of search {search.id}"):
                if self._is_beyond_ceiling(one):
                    owed += self.announce_ceiling(search, one.slot)
                else:
                    contents.append(self._content_of(one))
        shared: list[_Content] = []
        for content in contents:
            if content.items or _wants_empty_digest(content.digest.search, content.digest.slot):
                shared.append(content)
        if len(shared) > 1:
            together = self._owe_shared(shared)
            if together is not None:
                owed += together
                contents = [content for content in contents if content not in shared]
        for content in contents:
            with self._aside.guard(f"the digest of search {content.digest.search.id}"):
                owed += self.owe_digest(content)
        return owed

    def _is_beyond_ceiling(self, due: _DueDigest) -> bool:
        # A daily or weekly digest is at most one mail a day. An immediate search met its ceiling earlier.
        search = due.parsed.search
        if search.cadence != "hourly" or not due.alerts:
            return False
        return is_ceiling_reached(self._ledger, search, self._context.clock.now())

    def _content_of(self, due: _DueDigest) -> _Content:
        """Return what the digest of a search has to tell."""
        search = due.parsed.search
        key = self._free_key(f"{search.id}::digest:{int(due.slot.due.timestamp())}")
        # "" stands for alerts about no story.
        story_ids = set(story_ids_of(due.alerts)) - {""}
        organisations = organisations_of(self._context.beat.outlets)
        touched = TouchedStories(self._ledger, story_ids, organisations=organisations)
        events = self._told_events_of(touched)
        stories, already_told = self._items_of(due.parsed, due.alerts, touched, events)
        digest = _Digest(search, key, due.slot, week_of(due.counts, self._mail_context.now))
        return _Content(digest, stories, items_by_event(search, stories, events), already_told, events)

    def _owe_shared(self, contents: Sequence[_Content]) -> int | None:
        """Write the digests as shared mails; return the mails owed.

        None, and nothing written, where they cannot be written together.
        """
        now = self._mail_context.now
        parts: list[DigestPart] = []
        for content in contents:
            parts.append(DigestPart(content.digest.key, content.digest.section(content.items)))
        try:
            mails, keys = shared_messages(parts, self._mail_context)
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (each is written alone, which tells the one that fails)
            names = ", ".join(content.digest.search.id for content in contents)
            log_bug("bug while writing digests as one mail", e, searches=names)
            return None
        done: list[Alert] = []
        moves: list[tuple[ClockMark, datetime | None, datetime | None]] = []
        for content, key in zip(contents, keys, strict=True):
            done.extend(content.done(key, content.items, now))
            slot = content.digest.slot
            moves.append((digest_mark(self._ledger, content.digest.search.id), slot.last, slot.due))
        # Where another worker served one of them meanwhile, the others are told by the next run.
        if not settle_marks(self._ledger, done, mails, moves):
            return 0
        return len(mails)

    def owe_digest(self, content: _Content) -> int:
        """Write the digest of one search; return the mails owed."""
        digest, stories, items = content.digest, content.stories, content.items
        search, slot, now = digest.search, digest.slot, self._mail_context.now
        done: list[Alert] = []
        mails: list[OutboxMail] = []
        try:
            mails = self._messages_of_digest(digest, items)
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (sorted out below: whatever fails is noted)
            writable = self._writable_items(digest, stories)
            unwritable: list[AlertItem] = []
            for item in stories:
                if item not in writable:
                    unwritable.append(item)
            if not unwritable:
                self._aside.note(f"the digest of search {search.id}", e)
                digest_mark(self._ledger, search.id).settle([], [], slot.last, slot.due)
                return 0
            items = items_by_event(search, writable, content.events)
            mails = self._messages_of_digest(digest, items)
            for item in unwritable:
                for alert in item.alerts:
                    done.append(replace(alert, state="told", told=now))
        done.extend(content.done(digest.key, items, now))
        # Also without a mail: the hour is served, and what has nothing to tell is done with.
        if not digest_mark(self._ledger, search.id).settle(done, mails, slot.last, slot.due):
            return 0
        return len(mails)

    def _free_key(self, key: str) -> str:
        """Return a key that no mail has.

        A clock that was ahead may have sent the mail of this hour already. Under its key what is told
        now would count as sent.
        """
        if self._ledger.known_keys([key]):
            return f"{key}:{int(self._mail_context.now.timestamp())}"
        return key

    def _messages_of_digest(self, digest: _Digest, items: Sequence[AlertItem]) -> list[OutboxMail]:
        """Return the messages that tell these items, none where nothing is to be told."""
        search, slot = digest.search, digest.slot
        if not items and not _wants_empty_digest(search, slot):
            return []
        mail = compose_digest(search, digest.key, items, self._mail_context, digest.week, since=slot.since)
        return messages_of(search, mail, items, self._mail_context)

    def _writable_items(self, digest: _Digest, items: Sequence[AlertItem]) -> list[AlertItem]:
        """Return the items that a digest can tell, and note the others."""
        writable: list[AlertItem] = []
        for item in items:
            about = f"story {item.head.story_id} in the digest of search {digest.search.id}"
            with self._aside.guard(about):
                self._messages_of_digest(digest, [item])
                writable.append(item)
        return writable

    def announce_ceiling(self, search: SavedSearch, slot: _Slot) -> int:
        """Leave what is held for the first mail of the reader's next day, and say so once.

        The mark stays where it is, because the hour was not served.
        """
        now = self._mail_context.now
        alert = ceiling_alert(search, now)
        if self._ledger.known_keys([alert.key]):
            return 0
        mails = note_messages(search, alert, self._mail_context)
        told = told_by(alert.key, [alert], now)
        if not digest_mark(self._ledger, search.id).settle(told, mails, slot.last, slot.last):
            return 0
        return len(mails)

    def _told_events_of(self, touched: TouchedStories) -> ToldEvents:
        """Return what readers were told of the events of stories."""
        stories: list[Story] = []
        for story_id in touched.story_ids:
            story = touched.find_story(story_id)
            if story is not None:
                stories.append(story)
        return ToldEvents(self._ledger, stories, self._context.beat.saved_searches)

    def _items_of(
        self,
        parsed: ParsedSearch,
        alerts: Sequence[Alert],
        stories: TouchedStories,
        events: ToldEvents,
    ) -> tuple[list[AlertItem], list[Alert]]:
        """Return what the digest shows, and the alerts that have nothing to tell any more.

        Stories that were joined since stand in it once. A story that was told meanwhile under the
        name of another is not told again.
        """
        told = _ToldAlerts(parsed.search, events)
        groups: dict[tuple[str, str], list[Alert]] = {}
        already_told: list[Alert] = []
        for alert in alerts:
            known = told.find_same(alert)
            if known is not None:
                already_told.append(replace(alert, mail=known.mail))
            elif _is_about_lost_story(alert, stories):
                already_told.append(alert)
            else:
                groups.setdefault(_group_key(alert), []).append(alert)
        items: list[AlertItem] = []
        for (story_id, _), group in groups.items():
            if not any(alert.why for alert in group):
                # A threshold that was passed before the first mail says nothing of its own.
                already_told.extend(group)
                continue
            # Of several changes the last one speaks: it is how the page is now.
            group.reverse()
            group.sort(key=lambda alert: _ORDER_OF_REASONS.get(alert.reason, len(_ORDER_OF_REASONS)))
            try:
                queries = {parsed.search.id: parsed.query}
                items.append(stories.item_of(queries, group, told.thread_of(story_id)))
            except TemporaryError:
                raise
            except Exception as e:  # noqa: BLE001  (noted with its traceback; the others are told)
                self._aside.note(f"story {story_id} in the digest of search {parsed.search.id}", e)
                already_told.extend(group)
        return items, already_told


def _is_about_lost_story(alert: Alert, stories: TouchedStories) -> bool:
    """Tell whether an alert is about a story that is not there any more."""
    return bool(alert.story_id) and stories.find_story(alert.story_id) is None


def _group_key(alert: Alert) -> tuple[str, str]:
    """Return what the alerts of one item share.

    That is their story. An alert about no story stands alone, under its own key.
    """
    if alert.story_id:
        return alert.story_id, ""
    return "", alert.key


class _ToldAlerts:
    """What the readers of a search were told of some stories."""

    def __init__(self, search: SavedSearch, events: ToldEvents) -> None:
        self._search = search
        self._events = events

    def find_same(self, alert: Alert) -> Alert | None:
        """Return the alert that told the same of the alert's story already, or None."""
        if not alert.story_id:
            return None
        for known in self._told_of(alert.story_id):
            if (known.reason, known.step) == (alert.reason, alert.step):
                return known
        # A digest has all that its search found, also what its readers know from the mail of another one.
        if self._search.group == "story" or self._search.cadence != "immediate":
            return None
        return self._events.same_to_all(self._search, alert)

    def thread_of(self, story_id: str) -> str | None:
        """Return the key of the mail that brought a story, or its event, first."""
        for known in self._told_of(story_id):
            if known.reason == "new" and known.mail:
                return known.mail
        if self._search.group == "story":
            return None
        return self._events.mail_about_event(self._search, story_id)

    def _told_of(self, story_id: str) -> list[Alert]:
        """Return what this search has told of a story."""
        found: list[Alert] = []
        for known in self._events.alerts_of(story_id):
            if known.search_id == self._search.id and known.state == "told":
                found.append(known)
        return found


def _wants_empty_digest(search: SavedSearch, slot: _Slot) -> bool:
    """Tell whether a search is mailed though there is nothing to tell.

    The first hour after a search was made has nothing to look back on.
    """
    return search.empty and search.cadence != "immediate" and slot.last is not None
