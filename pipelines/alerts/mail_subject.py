"""The subject of a mail: what is inside, in at most 90 characters (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_words import Say
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.receipt_facts import coverage
from pipelines.alerts.story_facts import kicker_of
from pipelines.alerts.story_turns import is_taken_away, turn_kicker
from pipelines.alerts.wording import one_line

#: Characters of a subject: what lists of mails show of it on a wide screen.
MAX_SUBJECT = 90
#: Characters of the names of searches before it.
MAX_NAMES = 30
#: A word is cut where the blank before it would leave less than this share of the text.
_LEAST_SHOWN = 0.5
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
    kicker = say(kicker_of(head))
    if item.story is not None:
        headline = item.story.headline
        turn = turn_kicker(item)
        if turn is not None:
            return f"{say(turn)}: {headline}"
        if item.is_later_report:
            return f"{say('Another report')}: {headline}"
        # A new story's headline stands alone: in a list of mails it is the news.
        return headline if head.reason == "new" else f"{kicker}: {headline}"
    if head.reason == "ceiling":
        return kicker
    if head.reason == "watch":
        return f"{kicker}: {coverage(context.receipt, context.language)}"
    return f"{kicker}: {_first_clause(reason_in(context.language, ''.join(head.why[:1])))}"


def digest_subject(items: Sequence[AlertItem], day: str, context: MailContext, say: Say) -> str:
    """Return what the subject of a digest says, the most important first."""
    if not items:
        return f"{say('nothing new')}, {day}"
    first = item_subject(items[0], context, say)
    if len(items) == 1:
        return first
    return f"{', '.join(_counts_of(items, say))}, {day}: {first}"


def count_stories(items: Sequence[AlertItem]) -> int:
    """Return how many stories items tell of, with the other reports of their events."""
    return sum(len(item.split()) for item in items)


def _counts_of(items: Sequence[AlertItem], say: Say) -> list[str]:
    """Return in words how many things of each kind there are."""
    new = gone = more = changes = growing = 0
    kinds: dict[str, None] = {}
    for item in items:
        if item.story is None:
            kinds[say(kicker_of(item.head)).lower()] = None
        elif item.is_later_report:
            more += count_stories([item])
        elif item.head.reason == "new":
            new += count_stories([item])
            gone += is_taken_away(item)
        elif item.head.reason == "update":
            changes += 1
        else:
            growing += 1
    counts = [
        (new, say("1 story") if new == 1 else say("{n} stories", n=new)),
        (gone, say("1 taken away since") if gone == 1 else say("{n} taken away since", n=gone)),
        (changes, say("1 change") if changes == 1 else say("{n} changes", n=changes)),
        (growing, say("1 spreading") if growing == 1 else say("{n} spreading", n=growing)),
        (more, say("1 more report") if more == 1 else say("{n} more reports", n=more)),
    ]
    words: list[str] = []
    for number, text in counts:
        if number:
            words.append(text)
    return [*words, *kinds]


def _first_clause(text: str) -> str:
    """Return the beginning of a reason, without the details that follow."""
    for end in _ENDS_OF_CLAUSE:
        text = text.partition(end)[0]
    return text
