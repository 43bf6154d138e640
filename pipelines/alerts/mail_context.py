"""What mails are written from: what all of a run share, and their items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipelines.alerts.receipt import Receipt
from pipelines.alerts.reported_change import ReportedChange
from pipelines.beat.label import name_in
from pipelines.model import (
    UTC_CLOCK,
    Alert,
    KibanaPlace,
    Likeness,
    ReaderClock,
    ReadingRoom,
    StoredArticle,
    Story,
)


@dataclass(frozen=True, slots=True)
class MailContext:
    """What every mail of a run has in common."""

    mail_from: str
    now: datetime
    receipt: Receipt
    beat: str = ""
    #: Names of topics by their ids.
    topics: Mapping[str, str] = field(default_factory=dict)
    #: English names of Chinese ones, for readers who do not read the headline.
    english: Mapping[str, str] = field(default_factory=dict)
    kibana_url: str | None = None
    kibana_place: KibanaPlace = field(default_factory=KibanaPlace)
    #: Where somebody reads who wants no more mails.
    unsubscribe_mail: str | None = None
    #: Where readers find a story with all its articles; None where no reading room has an address.
    reading_room: ReadingRoom | None = None
    #: Names of sources that a state owns, beside the state media that everybody knows.
    state_media: frozenset[str] = frozenset()
    #: The clocks on which every time is shown, the readers' first.
    clocks: tuple[ReaderClock, ...] = (UTC_CLOCK,)
    #: Names of topics in all languages: id -> language -> name.
    topic_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Names of the beat's sides in all languages, by the name that reasons are written with.
    side_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Names of the beat in all languages.
    beat_names: Mapping[str, str] = field(default_factory=dict)
    #: Of the mail that is written.
    language: str = "en"

    def beat_name(self) -> str:
        """Return what the beat is called in the language of the mail."""
        return name_in(self.beat_names, self.language) or self.beat

    def topic_name(self, topics: tuple[str, ...]) -> str:
        """Return the heading of a story: its first topic's name, or "Other"."""
        if not topics:
            return "Other"
        first = topics[0]
        if self.language != "en" and first in self.topic_names:
            return name_in(self.topic_names[first], self.language)
        return self.topics.get(first, first.capitalize() or "Other")


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A story that a mail names beside its own, with its first article."""

    story: Story
    lead: StoredArticle | None = None
    #: What its text is to that of the mail's own story.
    likeness: Likeness | None = None


@dataclass(frozen=True, slots=True)
class AlertItem:
    """One story with the alerts about it, or alerts about no story."""

    #: The most important alert comes first.
    alerts: tuple[Alert, ...]
    story: Story | None = None
    #: The story's articles, the original first.
    articles: tuple[StoredArticle, ...] = ()
    #: Passages that matched, with the words of the search in <mark>.
    highlights: tuple[str, ...] = ()
    #: Other stories of the same event.
    related: tuple[RelatedItem, ...] = ()
    #: Key of the mail that brought this story first: later ones answer it.
    thread: str | None = None
    #: What became of a new story's pages before this mail, which is the first about it.
    turns: tuple[ReportedChange, ...] = ()
    #: Other stories of the same event that the mail tells of for the first time.
    reports: tuple[AlertItem, ...] = ()
    #: Of such another story: what its text is to that of the first.
    likeness: Likeness | None = None
    #: Pages of other stories that print the story's text inside their own.
    carried_in: int = 0
    #: The words that matched each search that tells of the story, by search id.
    words_by_search: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The searches of one digest that found it, by name, with the words that matched; empty for one search.
    found_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def head(self) -> Alert:
        """The most important alert."""
        return self.alerts[0]

    @property
    def is_later_report(self) -> bool:
        """Whether it is a new story about an event that the readers know."""
        return self.head.reason == "new" and self.thread is not None

    @property
    def all_alerts(self) -> tuple[Alert, ...]:
        """The alerts about this story and about the other reports of its event."""
        found = list(self.alerts)
        for report in self.reports:
            found.extend(report.all_alerts)
        return tuple(found)

    def split(self) -> tuple[AlertItem, ...]:
        """Return the same, one item a story."""
        return replace(self, reports=()), *self.reports

    def with_reports(self, reports: Iterable[AlertItem]) -> AlertItem:
        """Return the item with other stories of its event, which are related no more."""
        likenesses: dict[str, Likeness | None] = {}
        for other in self.related:
            likenesses[other.story.id] = other.likeness
        added = list(self.reports)
        for report in reports:
            added.append(replace(report, likeness=likenesses.get(report.head.story_id)))
        ids = {report.head.story_id for report in added}
        related: list[RelatedItem] = []
        for other in self.related:
            if other.story.id not in ids:
                related.append(other)
        return replace(self, reports=tuple(added), related=tuple(related))
