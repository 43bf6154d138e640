"""What became of a story's pages: edits, deletions, returns.

Each is read from the ledger's history. Readers who know the story hear of it as a change (`alert_rules`);
for others it stands in the mail that brings the story.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pipelines.alerts.changed_page import find_copy_taken_away
from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.reported_change import ReportedChange
from pipelines.alerts.wording import local_times, on_clocks, one_line
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.model import Edit, Passage, StoryChange, StoryEvent
from pipelines.ports import Ledger
from pipelines.revisions import changed_passages, states_of, text_after, text_before

#: Changed passages that an alert keeps.
CHANGED_SHOWN = 8
#: Turns that a mail shows of one story, the newest.
_TURNS_SHOWN = 6
#: What a turn is called beside a story that is told for the first time.
_KICKERS = {
    StoryChange.UPDATE: "Changed since",
    StoryChange.GONE: "Taken away since",
    StoryChange.BACK: "Back since",
}
#: The same in a subject, where the story's first page is still there.
COPY_TAKEN_AWAY = "A copy taken away since"


def read_change(
    ledger: Ledger, story_id: str, event: StoryEvent, organisations: Organisations = EVERYWHERE
) -> ReportedChange:
    """Return a line of a story's history as readers hear of it.

    `organisations` are those that the beat knows; the credits of earlier states are read by them.
    """
    edit = _edit_of(ledger, event, organisations)
    article_id = event.article_id or ""
    if edit is None:
        # A page that is gone or back has no passages; the line of the history says it all.
        return ReportedChange(story_id, article_id, event.at, (event.text,), change=event.turn)
    changed = tuple(map(_before_and_after, changed_passages(edit)[:CHANGED_SHOWN]))
    return ReportedChange(story_id, article_id, event.at, edit.why, changed)


def read_turns(
    ledger: Ledger,
    story_id: str,
    article_ids: Collection[str],
    organisations: Organisations = EVERYWHERE,
) -> tuple[ReportedChange, ...]:
    """Return what became of these articles of a story until now, each thing once.

    Whose text a story is changes too, but whoever hears of it for the first time sees that it is so.
    """
    turns: dict[str, ReportedChange] = {}
    for event in ledger.history(story_id):
        if event.material and event.turn in _KICKERS and event.article_id in article_ids:
            turn = read_change(ledger, story_id, event, organisations)
            # Copies repeat a change of their original.
            turns.setdefault(f"{turn.step}", turn)
    return tuple(turns.values())[-_TURNS_SHOWN:]


def turn_facts(item: AlertItem, context: MailContext) -> list[dict[str, Any]]:
    """Return what a template shows of the turns before the first mail."""
    found: list[dict[str, Any]] = []
    for turn in item.turns:
        changed: list[tuple[str, str]] = []
        for before, after in turn.changed:
            changed.append((one_line(before), one_line(after)))
        found.append(
            {
                "kicker": _KICKERS[turn.change],
                "time": local_times(turn.at, context.clocks, context.now, context.language),
                "why": [_reason_for(line, context) for line in turn.why],
                "changed": changed,
            }
        )
    return found


def _reason_for(line: str, context: MailContext) -> str:
    reason = reason_in(context.language, one_line(line))
    return on_clocks(reason, context.clocks, context.now, context.language)


def turn_sentences(turns: Sequence[ReportedChange]) -> list[str]:
    """Return the turns before the first mail in a sentence each."""
    sentences: list[str] = []
    for turn in turns:
        sentences.append(f"{_KICKERS[turn.change]}: {one_line('; '.join(turn.why))}")
    return sentences


def turn_kicker(item: AlertItem) -> str | None:
    """Return what a subject says of the turns, None without any.

    That a page is gone goes before its edits, and one that is back needs no word.
    """
    last = _last_presence(item.turns)
    if last is StoryChange.GONE:
        return _KICKERS[last] if find_copy_taken_away(item) is None else COPY_TAKEN_AWAY
    if any(turn.change is StoryChange.UPDATE for turn in item.turns):
        return _KICKERS[StoryChange.UPDATE]
    return None


def is_taken_away(item: AlertItem) -> bool:
    """Tell whether a page of the story is gone at the time of its first mail."""
    return _last_presence(item.turns) is StoryChange.GONE


def _last_presence(turns: Sequence[ReportedChange]) -> StoryChange | None:
    for turn in reversed(turns):
        if turn.change is not StoryChange.UPDATE:
            return turn.change
    return None


def _edit_of(ledger: Ledger, event: StoryEvent, organisations: Organisations) -> Edit | None:
    """Return what an update changed, or None where it was no edit.

    None too where its page is not kept.
    """
    if event.turn is not StoryChange.UPDATE or not event.article_id:
        return None
    stored = ledger.article(event.article_id)
    if stored is None:
        return None
    # The states are compared anew, since the ledger keeps texts and no diffs.
    for state in states_of(stored, ledger.versions(event.article_id), organisations):
        if state.number == event.version:
            return state.edit
    return None


def _before_and_after(passage: Passage) -> tuple[str, str]:
    """Return a changed passage as it was and as it is; "" for what was not there."""
    if passage.how == "added":
        return "", text_after(passage)
    if passage.how == "removed":
        return text_before(passage), ""
    return text_before(passage), text_after(passage)
