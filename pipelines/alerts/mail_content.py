"""The mail of one alert: what its subject and its lines say (pure).

AlertItem (alerts, story, articles, highlights) ──┐
MailContext (sender, receipt, names, Kibana)    ──┴─► compose ──► OutboxMail
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_message import MailDraft, write_mail
from pipelines.alerts.mail_subject import item_subject
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.receipt_facts import coverage
from pipelines.alerts.rendering import bars_of
from pipelines.alerts.story_facts import item_facts, item_kicker
from pipelines.alerts.wording import sentence
from pipelines.model import OutboxMail, SavedSearch

ALL_READ = "All sources that were due were read, so nothing was missed."
NOT_ALL_READ = "Not every source could be read (see the receipt), so something may have been missed."


def _kicker_of(item: AlertItem) -> str:
    return "Another report" if item.is_later_report else item_kicker(item)


def _coverage_sentence(context: MailContext) -> str:
    end = words_in(context.language)(".")
    return sentence(coverage(context.receipt, context.language)) + end


def compose(
    search: SavedSearch,
    item: AlertItem,
    context: MailContext,
    week: Sequence[tuple[date, int]] = (),
    *,
    others: Sequence[SavedSearch] = (),
    key: str | None = None,
) -> OutboxMail:
    """Return the mail of one item. Its key is that of the item's first alert.

    `key` is another one, of a mail beside that of other readers ("…~2"), or of a digest. `others` are
    further searches of its readers that tell the same. `week` are the (day, new stories) of the last days,
    which a mail about no story shows as bars.
    """
    context = replace(context, language=search.language)
    head = item.head
    facts = item_facts(item, context)
    if head.reason == "watch":
        facts["why"] = [_coverage_sentence(context), *facts["why"]]
    if head.reason == "silence":
        # Silence is news only when it is not we who were deaf.
        is_proven = context.receipt.proves_quiet()
        facts["why"].append(reason_in(context.language, ALL_READ if is_proven else NOT_ALL_READ))
    own_key = key or head.key
    draft = MailDraft(
        own_key,
        item_subject(item, context, words_in(search.language)),
        "alert",
        {"items": [facts], "week": bars_of(week, context), "kicker": _kicker_of(item)},
        thread=item.thread,
        others=tuple(others),
        twin=head.key if own_key.startswith(f"{head.key}~") else None,
    )
    return write_mail(search, draft, context)
