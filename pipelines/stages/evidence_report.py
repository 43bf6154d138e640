"""The report of an evidence pack: a page that is read without Maplewire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.model import ArticleVersion, Edit
from pipelines.stages.context import RunContext
from pipelines.stories.view import StoryView, sentences_by_change
from pipelines.text.iso_time import iso


def evidence_report(
    context: RunContext, view: StoryView, edits: Mapping[str, Edit], pages: Collection[str], made: datetime
) -> str:
    """Return the report. `pages` are ids of the articles whose pages are in the pack."""
    environment = Environment(
        loader=PackageLoader("pipelines.stages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    earlier: dict[str, list[ArticleVersion]] = {}
    for stored in view.articles:
        earlier[stored.article.id] = list(context.ledger.versions(stored.article.id))
    changes = {article_id: sentences_by_change(edit) for article_id, edit in edits.items()}
    return environment.get_template("evidence.html.j2").render(
        beat=context.beat.name,
        view=view,
        links=view.links(),
        changes=changes,
        earlier=earlier,
        pages=pages,
        made=made,
        iso=iso,
    )
