"""A digest: one mail of all that a search has to tell (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_message import MailDraft, write_mail
from pipelines.alerts.mail_subject import count_stories, digest_subject
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.rendering import bars_of
from pipelines.alerts.story_facts import item_facts, topic_groups
from pipelines.alerts.wording import day_of_month, local_times, whole_day
from pipelines.model import OutboxMail, SavedSearch

#: New stories that a digest tells of; the rest is a number and a hint at `maplewire search`.
DIGEST_STORIES = 60
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
    """Return one mail of all items.

    New stories come first, by topic and the most reported first; then further reports of what was told,
    then the rest. `since` is the hour of the digest before this one, None for the first.
    """
    context = replace(context, language=search.language)
    # New stories are ranked before their facts are made, because only some of them are shown.
    new: list[AlertItem] = []
    more: list[AlertItem] = []
    later: list[AlertItem] = []
    notes: list[AlertItem] = []
    for item in items:
        if item.story is None:
            notes.append(item)
        elif item.is_later_report:
            more.append(item)
        elif item.head.reason == "new":
            new.append(item)
        else:
            later.append(item)
    new.sort(key=_rank)
    day = context.now.astimezone(ZoneInfo(search.zone))
    is_immediate = search.cadence == "immediate"
    since_words: str | None = None
    if since and not is_immediate:
        # An immediate search has no hours that its readers could count from.
        since_words = local_times(since, context.clocks, context.now, context.language)
    facts = {
        "groups": topic_groups(new[:DIGEST_STORIES], context),
        "more": _facts_of(more, context),
        "later": _facts_of(later, context),
        "notes": _facts_of(notes, context),
        "stories": count_stories(new),
        "events": len(new),
        "has_contents": len(new) >= CONTENTS_FROM,
        "left_out": max(0, len(new) - DIGEST_STORIES),
        "week": bars_of(week, context),
        "since": since_words,
        "kicker": KICKERS[search.cadence],
        "kept": is_immediate,
        "day": whole_day(day, context.language),
    }
    # A change of what readers know is more to them than another report of it.
    say = words_in(search.language)
    subject = digest_subject([*new, *later, *more, *notes], day_of_month(day, context.language), context, say)
    draft = MailDraft(key, subject, "digest", facts, thread=_thread_of(items), since=since)
    return write_mail(search, draft, context)


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
