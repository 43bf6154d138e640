"""A person's word on stories, from the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crawlers.urls import canonical_url
from pipelines.cli.console import print_json_line, print_table, say
from pipelines.cli.json_output import iso
from pipelines.cli.tables import find_story
from pipelines.model import StoredArticle, article_id
from pipelines.ports import Ledger
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from pipelines.stages.relate import relate_changed_stories
from pipelines.stories import corrections as correcting

if TYPE_CHECKING:
    from pipelines.bootstrap import App


def merge(app: App, a: str, b: str) -> str:
    first, second = find_story(app.ledger, a), find_story(app.ledger, b)
    made = correcting.merge(app.ledger, app.clock.now(), first.id, second.id)
    _follow(app)
    return made


def split(app: App, story_id: str, articles: Sequence[str]) -> str:
    story = find_story(app.ledger, story_id)
    ids = [article_id(canonical_url(a)) if "://" in a else a for a in articles]
    made = correcting.split(app.ledger, app.clock.now(), story.id, ids)
    _follow(app)
    return made


def undo(app: App, number: int) -> list[str]:
    stories = correcting.undo(app.ledger, app.clock.now(), number)
    _follow(app)
    return stories


def _follow(app: App) -> None:
    """Bring links between stories and the index up to what was said; where the index is away, the next run does."""
    findings = RunProblems()
    relate_changed_stories(app.parts)
    index_changes(app.parts, findings)
    for sentence in findings.sentences:
        say(sentence)


def show(ledger: Ledger, *, as_json: bool) -> None:
    """Print what people said. As JSON each line holds a pair of whole articles and whether they are one story."""
    words = ledger.corrections()
    if as_json:
        for word in words:
            a, b = ledger.article(word.a), ledger.article(word.b)
            if a and b:
                pair = {"number": word.number, "at": iso(word.at), "together": word.together}
                print_json_line(pair | {"a": _document(a), "b": _document(b)})
        return
    rows = [(w.number, f"{w.at:%Y-%m-%d %H:%M}", "one story" if w.together else "apart",
             _title(ledger, w.a), _title(ledger, w.b)) for w in words]  # fmt: skip
    print_table("", ["number", "said (UTC)", "word", "article", "and article"], rows)
    if not rows:
        say("nobody has corrected a story; see: maplewire story merge --help")


def _title(ledger: Ledger, id_: str) -> str:
    stored = ledger.article(id_)
    return f"{stored.publisher.name}: {stored.article.title}" if stored else id_


def _document(stored: StoredArticle) -> dict[str, Any]:
    """Return an article as `maplewire dedup` reads it."""
    article = stored.article
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "body": article.body,
        "published": iso(article.published.at) if article.published else None,
        "source": stored.publisher.id,
        "lang": article.lang,
    }
