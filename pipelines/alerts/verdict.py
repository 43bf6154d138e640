"""Why a search did or did not tell of a story (pure)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.alerts.conditions import lacking, refusal
from pipelines.model import Alert, Document, SavedSearch, Story

#: What an immediate mail waits for.
_WHY_HELD = "a further report of an event that was told, quiet hours, or the ceiling of mails a day"


def in_utc(at: datetime) -> str:
    """Return an instant as logs and commands write it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class MailNotes:
    """What is known of mails, and how their times are written."""

    #: The state of each mail by its key, perhaps of the newest alone.
    states: Mapping[str, str]
    write_time: Callable[[datetime], str] = in_utc


@dataclass(frozen=True, slots=True)
class SearchVerdict:
    """What one search did with one story, and why."""

    search_id: str
    did: str
    why: str
    #: The key of the mail that told of it; `why` names it too.
    mail: str | None = None


def verdict(
    search: SavedSearch,
    matching: Sequence[Document],
    story: Story,
    known: Sequence[Alert],
    mails: MailNotes,
    *,
    decided_up_to: int,
    past: Collection[str] = (),
    old: Collection[str] = (),
) -> SearchVerdict:
    """Return what a search did with a story, and why.

    `matching` are the story's documents that match now, `known` the alerts of the search for it, and
    `mails` has the state of each mail by key. `decided_up_to` is the change up to which searches were
    asked. `past` are ids of articles that were fetched from the past on purpose, `old` are those that were no
    news when they were first seen.
    """
    # The first that knows an answer gives it.
    told = _mailed_alert(known)
    if told is not None:
        return SearchVerdict(search.id, "told", _mail_sentence(told, known, mails), told.mail)
    did, why = (
        _verdict_of_alerts(search, story, known, mails)
        or _verdict_against(search, story, matching)
        or _verdict_of_arrival(search, matching, decided_up_to, past, old)
    )
    return SearchVerdict(search.id, did, why)


def _mailed_alert(known: Sequence[Alert]) -> Alert | None:
    """Return the alert by whose mail the story was told, or None.

    A story joined from two may have two alerts of a search: the one that was mailed speaks.
    """
    for alert in known:
        if alert.reason == "new" and alert.mail and alert.state == "told":
            return alert
    return None


def _verdict_of_alerts(
    search: SavedSearch, story: Story, known: Sequence[Alert], mails: MailNotes
) -> tuple[str, str] | None:
    """Return (did, why) from alerts that were not mailed, or None without."""
    by_state: dict[str, Alert] = {}
    for alert in known:
        if alert.reason == "new":
            by_state.setdefault(alert.state, alert)
    if "held" in by_state:
        due = by_state["held"].due
        when = mails.write_time(due) if due is not None else "the next run"
        if search.cadence == "immediate":
            return "held", f"for its mail of {when}: {_WHY_HELD}"
        return "held", f"for its mail of {when} ({search.cadence})"
    if "told" in by_state:
        return "not told", "new stories are not among its reasons, or it was told under another name"
    if "waiting" in by_state:
        return "waits", lacking(search, story) or "it is told at the next run"
    return None


def _mail_sentence(told: Alert, known: Sequence[Alert], mails: MailNotes) -> str:
    """Say when and in which mail a story was told, and what was told of it later."""
    later: dict[str, None] = {}
    for alert in known:
        if alert.reason != "new" and alert.state == "told":
            later[alert.reason] = None
    assert told.mail is not None, "only a mailed alert is asked for its mail"
    assert told.told is not None, "what was told has its time"
    state = mails.states.get(told.mail, "unknown")
    sentence = f"{mails.write_time(told.told)} in mail {told.mail} ({state})"
    if later:
        sentence += f"; later told: {', '.join(later)}"
    return sentence


def _verdict_against(
    search: SavedSearch, story: Story, matching: Sequence[Document]
) -> tuple[str, str] | None:
    """Return (did, why) where the search never tells of the story, or None."""
    # What its owner did comes before what the story lacks.
    if not search.enabled:
        return "not told", "the search is paused"
    if story.kept_out is not None:
        return "not told", f"a person marked it {story.kept_out.value.replace('_', '-')}"
    if not matching:
        return "not told", f"no article of the story matches {search.query}"
    reason = refusal(search, story, matching)
    if reason is not None:
        return "not told", reason
    return None


def _verdict_of_arrival(
    search: SavedSearch,
    matching: Sequence[Document],
    decided_up_to: int,
    past: Collection[str],
    old: Collection[str],
) -> tuple[str, str]:
    """Return (did, why) from when and how the articles came in."""
    # The order of these questions is that of the steps which a story passes.
    if any(document.seq > decided_up_to for document in matching):
        return "not yet", "it has just come in; the next run tells of it"
    if not search.backfill and all(document.id in past for document in matching):
        reason = "it was fetched from the past on purpose, which this search does not ask for"
        return "not told", f"{reason} (backfill: true)"
    if all(document.id in old or document.id in past for document in matching):
        return (
            "not told",
            "it was no news any more when it was first seen: older than its source's max_age",
        )
    return "not told", "it came in before the search was added, resumed or changed to what it is now"
