"""A digest: one mail of all that a search has to tell (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.alerts.digest_section import DigestSection, tell_once
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_message import MailDraft, write_mail
from pipelines.alerts.mail_subject import count_stories, digest_subject
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.rendering import bars_of
from pipelines.alerts.story_facts import item_facts, topic_groups
from pipelines.alerts.wording import day_of_month, local_times, whole_day
from pipelines.model import OutboxMail, SavedSearch

#: New stories that a digest tells of; the rest is a number and what shows them.
DIGEST_STORIES = 60
#: Stories that an address can name; browsers and proxies take 8,000 characters.
_STORIES_OF_ADDRESS = 200
#: From so many stories on a digest opens with a table of contents.
CONTENTS_FROM = 9
#: What a digest begins with, by the cadence of its search.
KICKERS = {
    "immediate": "Several at once",
    "hourly": "Hourly",
    "daily": "Daily",
    "weekly": "Weekly",
}


def compose_digest(
    search: SavedSearch,
    key: str,
    items: Sequence[AlertItem],
    context: MailContext,
    week: Sequence[tuple[date, int]],
    *,
    since: datetime | None,
) -> OutboxMail:
    """Return one mail of all items of a search.

    What an immediate search held back alone is written as it would have been at once.
    """
    if search.cadence == "immediate" and len(items) == 1:
        return compose(search, items[0], context, week, key=key)
    return compose_sections([DigestSection(search, items, week, since)], search.to, key, context)


def compose_sections(
    sections: Sequence[DigestSection],
    to: tuple[str, ...],
    key: str,
    context: MailContext,
    *,
    twin: str | None = None,
) -> OutboxMail:
    """Return one mail of what several searches tell the same readers.

    It is in the language of the first. A story that several found stands in the first of their sections. In
    a section new stories come first, by topic and the most reported first; then further reports of what
    was told, then the rest. `twin` is the key of the mail that other readers get in its place.
    """
    sections = tell_once(sections)
    first = sections[0].search
    context = replace(context, language=first.language)
    shown: list[dict[str, Any]] = []
    ranked: list[AlertItem] = []
    for number, section in enumerate(sections, 1):
        kinds = _kinds_of(section.items)
        shown.append(_section_facts(section, kinds, context, prefix="" if number == 1 else f"{number}-"))
        ranked.extend(kinds.by_weight())
    day = day_of_month(_day_of(first, context), context.language)
    subject = digest_subject(ranked, day, context, words_in(first.language))
    others = tuple(section.search for section in sections[1:])
    draft = MailDraft(
        key,
        subject,
        "digest",
        {"sections": shown},
        thread=_thread_of(ranked),
        since=_earliest(sections),
        others=others,
        twin=twin,
    )
    return write_mail(replace(first, to=to), draft, context)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The items of a section, by what they are."""

    new: list[AlertItem] = field(default_factory=list)
    more: list[AlertItem] = field(default_factory=list)
    later: list[AlertItem] = field(default_factory=list)
    notes: list[AlertItem] = field(default_factory=list)

    def by_weight(self) -> list[AlertItem]:
        # A change of what readers know is more to them than another report of it.
        return [*self.new, *self.later, *self.more, *self.notes]


def _kinds_of(items: Sequence[AlertItem]) -> _Kinds:
    kinds = _Kinds()
    for item in items:
        if item.story is None:
            kinds.notes.append(item)
        elif item.is_later_report:
            kinds.more.append(item)
        elif item.head.reason == "new":
            kinds.new.append(item)
        else:
            kinds.later.append(item)
    # They are ranked before their facts are made, because only some of them are shown.
    kinds.new.sort(key=_rank)
    return kinds


def _section_facts(
    section: DigestSection, kinds: _Kinds, context: MailContext, *, prefix: str
) -> dict[str, Any]:
    """Return what the template shows of a section.

    `prefix` makes its places unlike those of others.
    """
    search = section.search
    is_immediate = search.cadence == "immediate"
    since_words: str | None = None
    if section.since and not is_immediate:
        # An immediate search has no hours that its readers could count from.
        since_words = local_times(section.since, context.clocks, context.now, context.language)
    return {
        "name": search.name,
        "prefix": prefix,
        "groups": topic_groups(kinds.new[:DIGEST_STORIES], context),
        "more": _facts_of(kinds.more, context),
        "later": _facts_of(kinds.later, context),
        "notes": _facts_of(kinds.notes, context),
        "stories": section.new_stories(),
        "events": len(kinds.new) + len(section.new_above()),
        "above": count_stories(section.above),
        "is_ranked": len(kinds.new) > 1,
        "has_contents": len(kinds.new) >= CONTENTS_FROM,
        "left_out": max(0, len(kinds.new) - DIGEST_STORIES),
        **_ways_to(kinds.new[DIGEST_STORIES:], context),
        "week": bars_of(section.week, context),
        "since": since_words,
        "kicker": KICKERS[search.cadence],
        "kept": is_immediate,
        "day": whole_day(_day_of(search, context), context.language),
    }


def _ways_to(items: Sequence[AlertItem], context: MailContext) -> dict[str, str | None]:
    """Return the query and the page that show just these stories.

    Without a page where no reading room has an address, or where there are more than an address holds.
    """
    story_ids = [item.story.id for item in items if item.story]
    if not story_ids:
        return {"rest_query": None, "rest_page": None}
    query = f"story:({' OR '.join(story_ids)})"
    room = context.reading_room
    page = room.search(query) if room and len(story_ids) <= _STORIES_OF_ADDRESS else None
    return {"rest_query": query, "rest_page": page}


def _day_of(search: SavedSearch, context: MailContext) -> datetime:
    return context.now.astimezone(ZoneInfo(search.zone))


def _earliest(sections: Sequence[DigestSection]) -> datetime | None:
    """Return how far the sections look back; None where one has no limit."""
    moments: list[datetime] = []
    for section in sections:
        if section.since is None:
            return None
        moments.append(section.since)
    return min(moments)


def _facts_of(items: Sequence[AlertItem], context: MailContext) -> list[dict[str, Any]]:
    return [item_facts(item, context) for item in items]


def _thread_of(items: Sequence[AlertItem]) -> str | None:
    """Return the mail that a digest answers, or None.

    It is the one that brought first all that the digest tells of.
    """
    threads = {item.thread for item in items}
    if len(threads) != 1:
        return None
    return threads.pop()


def _rank(item: AlertItem) -> tuple[int, int, datetime]:
    """Return what sorts new stories, the most reported first.

    Independent reports count before copies; of equals the oldest comes first.
    """
    assert item.story is not None, "only stories are ranked"
    return -item.story.independent, -item.story.copies, item.story.first_seen
