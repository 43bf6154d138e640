"""Saved searches x what arrived or changed -> what to tell whom, and the finished mails. Pure: nothing is sent here.

matching    which search asks for which document
deciding    what a search has to tell of a story: new, update, spread; what is held back
cadence     when it is told, by the reader's clock
receipts    what was listened to, under every mail
writing     the mails themselves
"""

from pipelines.alerts.mail_content import message_id
from pipelines.alerts.wording import KIND_WORDS, route_label

__all__ = ["KIND_WORDS", "message_id", "route_label"]
