"""The subject of a mail: what is inside, in at most 90 characters (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_words import Say
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.receipt_facts import coverage
from pipelines.alerts.reported_change import UpdateStep
from pipelines.alerts.story_facts import item_kicker, kicker_of
from pipelines.alerts.story_turns import is_taken_away, turn_kicker
from pipelines.alerts.wording import on_clocks, one_line
from pipelines.model import StoryChange

#: Characters of a subject: what lists of mails show of it on a wide screen.
MAX_SUBJECT = 90
#: Characters of the names of searches before it.
MAX_NAMES = 30
#: A word is cut where the blank before it would leave less than this share of the text.
_LEAST_SHOWN = 0.5
#: What a subject counts: one of it, and many.
COUNTED = {
    "new": ("1 story", "{n} stories"),
    "taken away": ("1 taken away since", "{n} taken away since"),
    StoryChange.GONE.value: ("1 taken away", "{n} taken away"),
    StoryChange.BACK.value: ("1 back again", "{n} back again"),
    "update": ("1 change", "{n} changes"),
    "spread": ("1 spreading", "{n} spreading"),
    "more": ("1 more report", "{n} more reports"),
}
#: After these a reason goes on with details, which the mail shows.
_ENDS_OF_CLAUSE = (" ; ", "; ", "；", " : ", ": ", "：")


def full_subject(names: Sequence[str], text: str) -> str:
    """Return a subject with the names of the searches that it is from, shortened."""
    shown = ", ".join(names)
    if len(names) > 1 and len(shown) > MAX_NAMES:
        more = f" +{len(names) - 1}"
        shown = shorten(names[0], MAX_NAMES - len(more)) + more
    prefix = f"[{shorten(shown, MAX_NAMES)}] "
    return prefix + shorten(text, MAX_SUBJECT - len(prefix))


def shorten(text: str, most: int) -> str:
    """Return text as one line of at most so many characters.

    It is cut at a blank, where there is one near the end.
    """
    line = one_line(text)
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    words = cut.rpartition(" ")[0]
    if len(words) >= _LEAST_SHOWN * most:
        cut = words
    return f"{cut.rstrip(' ,;:–-')}…"


def item_subject(item: AlertItem, context: MailContext, say: Say) -> str:
    """Return what the subject of a mail about one thing says."""
    head = item.head
    kicker = say(item_kicker(item))
    if item.story is not None:
        headline = item.story.headline
        turn = turn_kicker(item)
        if turn is not None:
            return say(turn) + say(": ") + headline
        if item.is_later_report:
            return say("Another report") + say(": ") + headline
        # A new story's headline stands alone: in a list of mails it is the news.
        return headline if head.reason == "new" else kicker + say(": ") + headline
    if head.reason == "ceiling":
        return kicker
    if head.reason == "watch":
        return kicker + say(": ") + coverage(context.receipt, context.language)
    why = reason_in(context.language, "".join(head.why[:1]))
    why = on_clocks(why, context.clocks, context.now, context.language)
    return kicker + say(": ") + _first_clause(why)


def digest_subject(items: Sequence[AlertItem], day: str, context: MailContext, say: Say) -> str:
    """Return what the subject of a digest says, the most important first."""
    if not items:
        return say("nothing new") + say(", ") + day
    first = item_subject(items[0], context, say)
    if len(items) == 1:
        return first
    return say(", ").join([*_counts_of(items, say), day]) + say(": ") + first


def count_stories(items: Sequence[AlertItem]) -> int:
    """Return how many stories items tell of, with the other reports of their events."""
    return sum(len(item.split()) for item in items)


def _counts_of(items: Sequence[AlertItem], say: Say) -> list[str]:
    """Return in words how many things of each kind there are."""
    counts: Counter[str] = Counter()
    kinds: dict[str, None] = {}
    for item in items:
        if item.story is None:
            kinds[say(kicker_of(item.head)).lower()] = None
            continue
        is_new = item.head.reason == "new"
        counts[_kind_of(item)] += count_stories([item]) if is_new else 1
        if is_new and is_taken_away(item):
            counts["taken away"] += 1
    words: list[str] = []
    for kind, (one, many) in COUNTED.items():
        if counts[kind]:
            words.append(say(one) if counts[kind] == 1 else say(many, n=counts[kind]))
    return [*words, *kinds]


def _kind_of(item: AlertItem) -> str:
    """Return what a story in a digest counts as."""
    head = item.head
    if item.is_later_report:
        return "more"
    if head.reason != "update":
        return head.reason
    change = UpdateStep.of_text(head.step).change
    if change in (StoryChange.GONE, StoryChange.BACK):
        return change.value
    return head.reason


def _first_clause(text: str) -> str:
    """Return the beginning of a reason, without the details that follow."""
    for end in _ENDS_OF_CLAUSE:
        text = text.partition(end)[0]
    return text
