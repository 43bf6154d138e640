"""An alert, and the message that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipelines.model.search import Reason

AlertState = Literal["waiting", "held", "told"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that one saved search has to tell. `key` is unique for ever.

    `story_id` is "" where the thing is no story, `step` tells alerts of one reason apart (which version, which
    threshold, which day). `state` is "waiting" while the story does not yet pass the search's conditions, "held"
    until the mail of `due`, "told" once it stands in the mail `mail`; it never goes back. `changed` holds
    (before, after) of passages, `sources` the ids of the sources that matched. `noted` is the key that it was noted
    under, where its story was joined into another since.
    """

    search_id: str
    story_id: str
    reason: Reason
    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    step: str = ""
    changed: tuple[tuple[str, str], ...] = ()
    state: AlertState = "held"
    decided: datetime | None = None
    due: datetime | None = None
    told: datetime | None = None
    mail: str | None = None
    sources: tuple[str, ...] = ()
    noted: str | None = None

    @property
    def key(self) -> str:
        if self.noted:
            return self.noted
        key = f"{self.search_id}:{self.story_id}:{self.reason}"
        return f"{key}:{self.step}" if self.step else key


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message for one recipient: taken, refused for good, or to be tried again."""

    state: Literal["sent", "failed", "due"]
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a message went, in words, and the answer for each recipient who is not to be counted as served."""

    where: str
    refused: Mapping[str, Answer] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.where


MAIL = "mail"
"""The channel of ordinary mail; any other is a name of searches.yaml."""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A message that we owe or have sent. For a mail `message` is the complete RFC 5322 message.

    `state` goes from "due" to "sent", or to "failed" where nobody could be served. `answers` has those
    recipients for whom it is settled, or has been tried.
    """

    key: str
    to: tuple[str, ...]
    subject: str
    message: bytes
    created: datetime
    state: Literal["due", "sent", "failed"] = "due"
    attempts: int = 0
    not_before: datetime | None = None
    sent_at: datetime | None = None
    last_error: str | None = None
    channel: str = MAIL
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def owed(self) -> tuple[str, ...]:
        """Recipients to whom it has still to be sent."""
        return tuple(a for a in self.to if a not in self.answers or self.answers[a].state == "due")
