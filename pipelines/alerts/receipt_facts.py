"""A receipt in words, as every mail and page ends with it (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.receipt import WINDOW, Receipt, SourceFault
from pipelines.alerts.wording import local_times, on_clocks, one_line, sentence
from pipelines.beat.source_health import State
from pipelines.text.counts import counted

#: Characters of the reason why a source fails: some servers answer with a whole page.
MAX_REASON = 200
#: What a source does that brings nothing, by its state.
FAULT_WORDS: Mapping[State, str] = {
    "failing": "has failed",
    "empty": "has listed nothing",
    "left out": "has listed nothing that is used",
    "no pages": "has given no page",
    "redesigned": "has shown no article",
    "frozen": "has stood still",
    "stale": "has listed nothing new",
    "silent": "has brought nothing",
    "losing": "has lost articles",
    "low": "has brought less than usual",
    "off beat": "has had nothing about the beat",
}


def coverage(receipt: Receipt, language: str = "en") -> str:
    """Say in half a sentence how much of what was due was read."""
    if language != "en":
        say = words_in(language)
        if not receipt.due:
            return say("No source was due in the last 24 hours")
        if receipt.read == receipt.due == 1:
            return say("The 1 source due in the last 24 hours was read")
        if receipt.read == receipt.due:
            return say("All {n} sources due in the last 24 hours were read", n=receipt.due)
        phrase = "{read} of {due} sources due in the last 24 hours were read"
        return say(phrase, read=receipt.read, due=receipt.due)
    if not receipt.due:
        return "no source was due in the last 24 hours"
    # "All" is what a reader looks for, so a complete receipt says it in place of a number.
    share = f"{receipt.read} of"
    if receipt.read == receipt.due:
        share = "all"
    sources = counted(receipt.due, "source")
    verb = "was" if receipt.due == 1 else "were"
    return f"{share} {sources} due in the last 24 hours {verb} read"


def receipt_facts(context: MailContext, since: datetime | None = None) -> dict[str, Any]:
    """Return what a template shows of the receipt.

    `since` is what the mail looks back to, for whether its silence proves anything.
    """
    receipt = context.receipt
    show_time = partial(local_times, clocks=context.clocks, now=context.now, language=context.language)
    pause: tuple[str, str] | None = None
    # A pause before the time that the mail is about was told in the mails of then.
    if receipt.pause and receipt.pause[1] > (since or receipt.at - WINDOW):
        began, ended = receipt.pause
        pause = show_time(began), show_time(ended)
    failing: list[dict[str, str]] = []
    for fault in receipt.failing:
        failing.append(_fault_facts(fault, show_time, context))
    doubtful: list[dict[str, str]] = []
    for fault in receipt.doubtful:
        doubtful.append(_fault_facts(fault, show_time, context))
    return {
        "at": show_time(receipt.at),
        "listened": sentence(coverage(receipt, context.language)),
        "due": receipt.due,
        "read": receipt.read,
        "is_complete": receipt.proves_quiet(since),
        "pause": pause,
        "failing": failing,
        "doubtful": doubtful,
        "untried": receipt.untried,
        "quarantined": receipt.quarantined,
        "newest": show_time(receipt.newest) if receipt.newest else None,
        "newest_source": one_line(receipt.newest_source or ""),
    }


def _fault_facts(
    fault: SourceFault, show_time: Callable[[datetime], str], context: MailContext
) -> dict[str, str]:
    language = context.language
    say = words_in(language)
    words = say(FAULT_WORDS.get(fault.state, fault.state))
    fails = say("fails") if fault.state == "failing" else words
    if fault.since:
        fails = say("{fails} since {time}", fails=words, time=show_time(fault.since))
    why = on_clocks(reason_in(language, one_line(fault.why)), context.clocks, context.now, language)
    # A reason comes from a stranger's server: it becomes one line, and not a long one.
    return {"name": one_line(fault.name), "fails": fails, "why": why[:MAX_REASON]}
