"""What each saved search did with one story, read from the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pipelines.alerts.arrived_documents import read_documents
from pipelines.alerts.search_matcher import Matcher
from pipelines.alerts.story_alerts import CHANGES
from pipelines.alerts.verdict import MailNotes, SearchVerdict, in_utc, verdict
from pipelines.beat.searches import ParsedSearch
from pipelines.model import BACKFILLED, OLD, Story
from pipelines.ports import Ledger

#: More mails than any outbox holds: all of them are asked for.
ALL_MAILS = 100_000


def story_verdicts(
    ledger: Ledger,
    searches: Sequence[ParsedSearch],
    story: Story,
    most_mails: int = ALL_MAILS,
    write_time: Callable[[datetime], str] = in_utc,
) -> list[SearchVerdict]:
    """Return what each saved search did with a story, and why.

    The states of the newest `most_mails` mails are looked at.
    """
    documents = list(read_documents(ledger, story_id=story.id))
    matching = Matcher([parsed.query for parsed in searches]).match(documents)
    alerts = ledger.alerts(stories=[story.id])
    mail_states = {}
    for mail in ledger.mails(most_mails):
        mail_states[mail.key] = mail.state
    decided_up_to = ledger.watermark(CHANGES)
    # Articles that are not mailed as new.
    past = set()
    old = set()
    for stored in ledger.story_articles(story.id):
        if BACKFILLED in stored.article.flags:
            past.add(stored.article.id)
        if OLD in stored.article.flags:
            old.add(stored.article.id)
    verdicts = []
    for parsed, matched in zip(searches, matching, strict=True):
        own_alerts = []
        for alert in alerts:
            if alert.search_id == parsed.search.id:
                own_alerts.append(alert)
        verdicts.append(
            verdict(
                parsed.search,
                matched,
                story,
                own_alerts,
                MailNotes(mail_states, write_time),
                decided_up_to=decided_up_to,
                past=past,
                old=old,
            )
        )
    return verdicts
