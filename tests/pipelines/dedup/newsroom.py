"""A small newsroom for tests: pages of invented outlets become stories.

Pages become members, arrive one after the other, and are joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.model import Owner
from pipelines.dedup import arrange, print_of
from pipelines.model import Link, Member, Publisher, Route, Story
from pipelines.route import find_route
from pipelines.stories.text_file import Corpus
from tests.builders import NOON, a_stamp, an_article


@dataclass(frozen=True)
class Page:
    """One page of one outlet.

    `hour` is when it says it appeared, after noon of 16 January 2026; None: it does not say.
    """

    id: str
    outlet: str
    title: str
    body: str
    hour: float | None = 0
    owner: Owner = "private"
    lang: str = "en"
    article: dict[str, Any] = field(default_factory=dict)

    def member(self, collected: datetime) -> Member:
        published = None if self.hour is None else NOON - timedelta(days=1) + timedelta(hours=self.hour)
        address = f"https://{self.outlet.split()[0].casefold()}.example/{self.id}"
        article = an_article(
            address,
            title=self.title,
            body=self.body,
            published=a_stamp(published) if published else None,
            lang=self.lang,
            **self.article,
        )
        route = find_route(article, Publisher(self.outlet, self.outlet, self.owner))
        text = print_of(self.title, self.body, route.boilerplate, self.lang)
        return Member(
            self.id, self.outlet, self.title, self.lang, text, route, published, collected, self.owner
        )


COLLECTED = datetime(2026, 2, 1, tzinfo=UTC)


def members_of(pages: Iterable[Page]) -> list[Member]:
    return [page.member(COLLECTED) for page in pages]


def stories_of(arrivals: Sequence[Member]) -> list[Story]:
    """Return the stories that these members make when they arrive in this order, an hour apart."""
    corpus = Corpus()
    for hours, member in enumerate(arrivals):
        corpus.take(replace(member, collected=member.collected + timedelta(hours=hours)))
    return [arrange(story_id, members) for story_id, members in corpus.stories()]


def shape(story: Story) -> tuple[str, str | None, str | None, str, dict[str, str]]:
    """Return what must not depend on the order of arrival.

    That is the original, the label, and every page's relation.
    """
    relations = {link.article_id: link.relation.value for link in story.links}
    return story.lead_id, story.origin, story.carrier, story.kind, relations


def text_of(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def a_member(id: str, title: str, body: str, hour: float | None = 0, **fields: Any) -> Member:  # noqa: A002
    """Return a member whose text is taken as it is, without a route."""
    published = None if hour is None else NOON + timedelta(hours=hour)
    story_id = fields.pop("story_id", f"s{id}")
    return Member(
        id,
        fields.pop("source", id),
        title,
        fields.pop("lang", None),
        print_of(title, body),
        fields.pop("route", Route()),
        published,
        COLLECTED,
        story_id=story_id,
        **fields,
    )


def link_of(story: Story, article_id: str) -> Link:
    return next(link for link in story.links if link.article_id == article_id)
