"""Names that terms.yaml lacks, from what the ledger stores.

accounts of pages ──► headlines ──► suggest_names ──► names to paste
└──► unknown-names.json ──► unknown_names_sentence
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipelines.model import Outcome
from pipelines.relevance.suggestions import SeenHeadline, Suggestion, suggest_names
from pipelines.stages.context import RunContext
from pipelines.stages.unknown_names_note import UnknownNamesNote, write_note

#: How far back the headlines are read where nobody says.
USUAL_SPAN = timedelta(days=90)
#: The newest pages that are read; a scan takes some seconds.
_MOST_PAGES = 20_000
#: Names that the line of health mentions.
_MENTIONED = 3
_WITH_HEADLINE = (Outcome.NEW, Outcome.UPDATE, Outcome.COPY, Outcome.BORDERLINE, Outcome.OFF_BEAT)


def suggest_unknown_names(context: RunContext, since: datetime | None = None) -> list[Suggestion]:
    """Return names seen often since a moment, beside a side and in no list."""
    begin = since or context.clock.now() - USUAL_SPAN
    headlines = []
    for page in context.ledger.accounted_pages(_WITH_HEADLINE, begin, limit=_MOST_PAGES):
        if page.title:
            headlines.append(SeenHeadline(page.title, page.lang))
    outlets = []
    for source in context.beat.sources:
        outlets.append(source.name)
    return suggest_names(headlines, context.beat.terms, outlets)


def note_unknown_names(context: RunContext, found: list[Suggestion]) -> None:
    """Keep how many names are unknown, for `maplewire status` and `maplewire check`."""
    names = tuple(one.name for one in found[:_MENTIONED])
    newest = context.beat.terms.newest_entry
    note = UnknownNamesNote(context.clock.now(), len(found), names, newest.isoformat() if newest else None)
    write_note(context.home, note)
