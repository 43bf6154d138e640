"""An alert, and the message that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipelines.model.search import Reason

#: "waiting" while the story does not yet pass the search's conditions, "held" until the next mail
#: that is due, "told" once it stands in a mail. It never goes back.
AlertState = Literal["waiting", "held", "told"]
#: The channel of ordinary mail; any other is a name of searches.yaml.
MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that one saved search has to tell. Its `key` is unique for ever."""

    search_id: str
    #: "" where the thing is no story, such as a source that fell silent.
    story_id: str
    reason: Reason
    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    #: Tells alerts of one reason apart: which version, which threshold, which day.
    step: str = ""
    #: (before, after) of passages.
    changed: tuple[tuple[str, str], ...] = ()
    state: AlertState = "held"
    decided: datetime | None = None
    #: When the mail is due that it waits for.
    due: datetime | None = None
    told: datetime | None = None
    #: The key of the mail that it stands in.
    mail: str | None = None
    #: Ids of the sources that matched.
    sources: tuple[str, ...] = ()
    #: The key that it was noted under, where its story was joined into another since.
    noted: str | None = None

    @property
    def key(self) -> str:
        if self.noted:
            return self.noted
        key = f"{self.search_id}:{self.story_id}:{self.reason}"
        return f"{key}:{self.step}" if self.step else key


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message for one recipient."""

    #: "failed" is refused for good, "due" is to be tried again. "paused" waits for a person: the address
    #: was refused, or somebody paused it.
    state: Literal["sent", "failed", "due", "paused"]
    text: str
    at: datetime


def has_reached_anyone(answers: Mapping[str, Answer]) -> bool:
    """Tell whether a message was sent to one recipient or more."""
    return any(answer.state == "sent" for answer in answers.values())


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a message went, and who was not served."""

    #: In words, for a person: a path, a server's answer.
    where: str
    #: The answer for each recipient who is not to be counted as served.
    refused: Mapping[str, Answer] = field(default_factory=dict)
    #: Why the next message for the same host would not be taken now; None where nothing is known against it.
    blocked: str | None = None

    def __str__(self) -> str:
        return self.where


@dataclass(frozen=True, slots=True)
class MailNote:
    """What a person did with a message."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PausedAddress:
    """A recipient who gets nothing until a person resumes it."""

    #: An address, or the name of a channel.
    address: str
    since: datetime
    #: What the server said of it, or who paused it.
    why: str
    #: Messages that wait for it; counted when it is read.
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A message that we owe or have sent."""

    key: str
    to: tuple[str, ...]
    subject: str
    #: For a mail the complete RFC 5322 message.
    message: bytes
    created: datetime
    #: Goes from "due" to "sent", or to "failed" where nobody could be served. "paused" while nobody was
    #: served and somebody waits for a person. A person can make it "due" again.
    state: Literal["due", "sent", "failed", "paused"] = "due"
    attempts: int = 0
    not_before: datetime | None = None
    sent_at: datetime | None = None
    last_error: str | None = None
    channel: str = MAIL
    #: Recipients for whom it is settled, or has been tried.
    answers: Mapping[str, Answer] = field(default_factory=dict)
    #: Oldest first.
    notes: tuple[MailNote, ...] = ()

    @property
    def owed(self) -> tuple[str, ...]:
        """Recipients to whom it has still to be sent."""
        owed = []
        for recipient in self.to:
            answer = self.answers.get(recipient)
            if answer is None or answer.state == "due":
                owed.append(recipient)
        return tuple(owed)

    @property
    def trouble(self) -> str:
        """Why somebody did not get it, "" where all did.

        What was wrong before is mended then.
        """
        for recipient in self.to:
            answer = self.answers.get(recipient)
            if answer is None or answer.state != "sent":
                return self.last_error or ""
        return ""
