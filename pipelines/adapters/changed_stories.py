"""What a decision means for the stories and articles around it (pure).

It is the same for every ledger.

    decision + the stories it touches ──► rearrange() ──► stories as they stand afterwards
                                                          └─► articles whose document changed

Other members' own facts never change by a decision. So comparing placements is enough to find the
documents that changed, and nobody has to read the bodies of a story's other articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines.adapters.projection import StoryPlacement, placements
from pipelines.model import (
    Correction,
    Corrections,
    Link,
    Outcome,
    PagePlaced,
    Relation,
    StoredArticle,
    StoriesCorrected,
    Story,
)


@dataclass(frozen=True, slots=True)
class ChangedStories:
    """Stories after a decision."""

    stories: Mapping[str, Story]
    #: Ids that are no story any more, with the story that each resolves to, or None.
    gone: Mapping[str, str | None]

    def ended_story_ids(self) -> list[str]:
        """Return the ids of stories that are gone and joined into none."""
        return [story_id for story_id, joined_into in self.gone.items() if joined_into is None]

    def kept_out_story_ids(self) -> list[str]:
        """Return the ids of stories that are kept out: they count in no event."""
        return [story_id for story_id, story in self.stories.items() if not story.is_on_beat]


def rearrange(decision: PagePlaced | StoriesCorrected, touched: Mapping[str, Story]) -> ChangedStories:
    """Return how the stories stand after a decision that arranged one.

    `touched` are the stories as they stand that hold any article of the arranged one. Raises
    AssertionError where the decision would leave an article on the beat without a story.
    """
    story = decision.story
    arriving = set(_article_ids_of(story))
    stories: dict[str, Story] = {}
    gone: dict[str, str | None] = {}
    for story_id, before in touched.items():
        remaining = without(before, arriving)
        if decision.story_left and decision.story_left.id == story_id:
            remaining = _arranged_without(decision.story_left, remaining)
        if story_id == story.id or story_id in decision.joined_story_ids:
            left = _article_ids_of(remaining)
            assert not left, f"story {story.id} was arranged without {left}, which it holds"
        if remaining is None:
            gone[story_id] = story.id
        else:
            stories[story_id] = remaining
    for story_id in decision.joined_story_ids:
        gone[story_id] = story.id
    gone.pop(story.id, None)
    stories[story.id] = story
    return ChangedStories(stories, gone)


def rearrange_without(article_id: str, touched: Mapping[str, Story]) -> ChangedStories:
    """Return how the stories stand after an article left the beat.

    `touched` is the story that holds it, if any does.
    """
    stories: dict[str, Story] = {}
    gone: dict[str, str | None] = {}
    for story_id, before in touched.items():
        remaining = without(before, {article_id})
        if remaining is None:
            gone[story_id] = None
        else:
            stories[story_id] = remaining
    return ChangedStories(stories, gone)


def _article_ids_of(story: Story | None) -> list[str]:
    return story.article_ids if story else []


def _arranged_without(arranged: Story, left: Story | None) -> Story:
    """Return what remains of a story as its decision arranged it.

    Raises AssertionError where it does not hold just the articles that remain.
    """
    remaining = set(_article_ids_of(left))
    named = set(_article_ids_of(arranged))
    assert named == remaining, f"story {arranged.id} was arranged with {named}, but {remaining} remain in it"
    return arranged


def check_place(placed: PagePlaced) -> None:
    """Raise AssertionError where the story does not hold the article.

    The article must have a print, too.
    """
    article_id = placed.stored.article.id
    assert placed.stored.text is not None, f"{article_id} has no print and cannot be in a story"
    is_in_story = article_id in placed.story.article_ids
    assert is_in_story, f"{article_id} is on the beat and in no story"


def without(story: Story, article_ids: Collection[str]) -> Story | None:
    """Return the story without these articles, None where nothing remains.

    Where the original leaves, the next in order takes its place. The headline stays: whoever
    arranges the story next gives it a new one.
    """
    rest = []
    for link in story.links:
        if link.article_id not in article_ids:
            rest.append(link)
    if not rest:
        return None
    if len(rest) == len(story.links):
        return story
    lead = story.lead_id
    if lead in article_ids:
        lead = rest[0].article_id
        rest[0] = replace(rest[0], relation=Relation.ORIGINAL, of=None, kept=1.0, own=0.0)
    links = tuple(_repointed(link, article_ids, lead) for link in rest)
    return replace(story, lead_id=lead, links=links)


def _repointed(link: Link, gone: Collection[str], lead: str) -> Link:
    return replace(link, of=lead) if link.of in gone else link


def changed_articles(before: Mapping[str, Story], after: Mapping[str, Story]) -> list[str]:
    """Return the articles whose placement differs, in the order of their stories."""
    old, new = _placements_of(before), _placements_of(after)
    changed = []
    for article_id in {**new, **old}:
        if old.get(article_id) != new.get(article_id):
            changed.append(article_id)
    return changed


def _placements_of(stories: Mapping[str, Story]) -> dict[str, StoryPlacement]:
    found: dict[str, StoryPlacement] = {}
    for story in stories.values():
        found |= placements(story)
    return found


def without_text(stored: StoredArticle) -> StoredArticle:
    """Return an article as it is stored off the beat: without print and story.

    A borderline one keeps its body.
    """
    article = stored.article
    if stored.outcome is not Outcome.BORDERLINE:
        article = replace(article, body="")
    return replace(stored, article=article, text=None, story_id=None)


def corrected_pairs(corrections: Iterable[Correction]) -> Corrections:
    """Return corrections, oldest first, as sets of pairs; the last one holds."""
    is_together = {}
    for correction in corrections:
        is_together[frozenset((correction.a, correction.b))] = correction.together
    together = frozenset(pair for pair in is_together if is_together[pair])
    return Corrections(together, frozenset(is_together) - together)
