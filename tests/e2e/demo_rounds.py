"""Two rounds on the demo web of a beat, and what they leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawlers.urls import canonical_url
from maplewire_demo.web import DemoWeb, ExpectedPage
from pipelines.adapters.clock import ShiftedClock
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.model import RunReport, StoredArticle, Story, article_id
from pipelines.stages.run import run_once

#: Roles of pages that belong to a story.
ON_BEAT = ("original", "copy", "independent", "update")


@dataclass(frozen=True)
class Rounds:
    """What two rounds on a demo web left behind."""

    home: Path
    expected: tuple[ExpectedPage, ...]
    reports: tuple[RunReport, RunReport]
    mails: tuple[int, int]
    stories: Mapping[str, Story]
    articles: Mapping[str, StoredArticle]

    def story_of(self, url: str) -> Story:
        return self.stories[self.articles[article_id(canonical_url(url))].story_id or ""]

    def expected_texts(self) -> set[frozenset[str]]:
        """Return the articles of each text that should be one story."""
        expected: dict[str, set[str]] = {}
        for page in self.expected:
            if is_fetched(page) and page.role != "off-beat":
                expected.setdefault(page.story, set()).add(article_id(canonical_url(page.url)))
        return {frozenset(ids) for ids in expected.values()}

    def found_texts(self) -> set[frozenset[str]]:
        """Return the articles of each story."""
        return {frozenset(link.article_id for link in story.links) for story in self.stories.values()}

    def page(self, id_: str) -> ExpectedPage:
        return next(page for page in self.expected if page.id == id_)


def play_rounds(folder: Path, beat: str) -> Rounds:
    """Run the demo of a beat in a folder: its home is `home` there, and stays."""
    clock = ShiftedClock(timedelta(hours=1))
    with DemoWeb(datetime.now(UTC), beat=beat) as web:
        settings = Settings(
            home=folder / "home",
            beat=web.beat_folder(folder / "beat"),
            private_hosts=("127.0.0.1",),
            delay_s=0,
            ledger_url=None,
            index_url=None,
            smtp_url=None,
        )
        with App(settings, clock) as app:
            first, findings = run_once(app.parts)
            assert (findings.troubles, findings.bugs) == ([], [])
            mailed = len(app.ledger.mails(1000))
            web.advance()
            clock.behind = timedelta(0)
            second, findings = run_once(app.parts)
            assert (findings.troubles, findings.bugs) == ([], [])
            app.keep_beat()
            documents = [c.document for c in app.ledger.changes_since(0, 10_000) if c.document]
            stories = app.ledger.stories({d.story_id for d in documents})
            articles = {}
            for story_id in stories:
                articles |= {a.article.id: a for a in app.ledger.story_articles(story_id)}
            return Rounds(
                settings.home,
                web.expected(),
                (first, second),
                (mailed, len(app.ledger.mails(1000)) - mailed),
                stories,
                articles,
            )


def is_fetched(page: ExpectedPage) -> bool:
    """Tell whether a page is fetched and has a text."""
    return not page.skipped and page.role in (*ON_BEAT, "off-beat")


def open_home(rounds: Rounds) -> App:
    """Return Maplewire on what the rounds left behind."""
    return App(Settings(home=rounds.home, ledger_url=None, index_url=None, smtp_url=None), reading=True)
