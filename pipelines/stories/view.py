"""One story as a person looks at it (reads only).

find_story(ledger, wanted)         the story that an id or an address stands for
read_story(ledger, story)          what the ledger knows of it
compare_copies(ledger, view)       how each copy differs from the text it was taken from
sentences_by_change(edit)          the sentences that a copy kept, reworded, dropped and added
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from crawlers.errors import PermanentError, TemporaryError
from crawlers.urls import canonical_url, site_of_canonical
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.dedup.text_print import paragraph_hash
from pipelines.model import (
    Edit,
    Link,
    PageText,
    PageVersion,
    RelatedStory,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
    article_id,
    story_ids_of,
)
from pipelines.ports import Ledger
from pipelines.revisions import page_text, states_of, text_after, text_before
from pipelines.stories.carried import CarriedTexts, read_carried
from pipelines.stories.nearest import NearestStory, closest
from pipelines.stories.other_story import OtherStory


@dataclass(frozen=True, slots=True)
class RelatedReport(OtherStory):
    """Another story about the event, with its first article."""

    related: RelatedStory


@dataclass(frozen=True, slots=True)
class NearReport(OtherStory):
    """The most similar story that was kept apart, with the article that was compared."""

    near: NearestStory


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with what the ledger knows of it."""

    story: Story
    #: In order of appearance.
    articles: Sequence[StoredArticle]
    history: Sequence[StoryEvent] = ()
    #: Versions of the pages that changed, by article id.
    versions: Mapping[str, Sequence[PageVersion]] = field(default_factory=dict)
    #: When pages were taken away, by article id.
    gone: Mapping[str, datetime] = field(default_factory=dict)
    related: Sequence[RelatedReport] = ()
    carried: CarriedTexts = field(default_factory=CarriedTexts)
    nearest: NearReport | None = None
    #: Numbers of the corrections by which a person put articles into the story, by article id.
    corrections: Mapping[str, int] = field(default_factory=dict)
    #: False while the ledger was too busy to be asked for the nearest story: then None says nothing.
    nearest_is_known: bool = True
    #: Those that the beat knows; the credits of earlier states are read by them.
    organisations: Organisations = EVERYWHERE

    @property
    def lead(self) -> StoredArticle | None:
        """Return the article that the others are copies of."""
        return self.article(self.story.lead_id)

    def article(self, article_id: str | None) -> StoredArticle | None:
        """Return one of the story's articles, or None."""
        for stored in self.articles:
            if stored.article.id == article_id:
                return stored
        return None

    def links(self) -> dict[str, Link]:
        """Return what ties each article to the story, by article id."""
        return self.story.links_by_article


def find_story(ledger: Ledger, wanted: str) -> Story:
    """Return the story that an id or an address stands for.

    The id may be that of an article.

    Raises PermanentError, with what to do, where there is none.
    """
    wanted = wanted.strip()
    story = ledger.story(wanted)
    if story is not None:
        return story
    stored = ledger.article(article_id_of(wanted))
    if stored is None:
        raise PermanentError(f"no story “{wanted}”; `maplewire search '*:*'` shows the newest with their ids")
    if stored.story_id:
        story = ledger.story(stored.story_id)
        if story is not None:
            return story
    reason = "it names no side of the beat"
    if stored.relevance.why:
        reason = stored.relevance.why[0]
    raise PermanentError(f"{wanted} is off the beat and in no story: {reason}")


def article_id_of(wanted: str) -> str:
    """Return the id of an article, given by its id or its address."""
    # No id holds a colon.
    if "://" in wanted:
        return article_id(canonical_url(wanted))
    return wanted


def read_story(
    ledger: Ledger,
    story: Story,
    organisations: Organisations = EVERYWHERE,
    *,
    with_nearest: bool = True,
) -> StoryView:
    """Read a story's articles, history, versions and neighbours.

    `organisations` are those that the beat knows. Asking for the nearest story takes the ledger's lock;
    many readers go without.
    """
    articles = ledger.story_articles(story.id)
    history = ledger.history(story.id)
    nearest, nearest_is_known = None, False
    if with_nearest:
        nearest, nearest_is_known = read_nearest(ledger, story)
    return StoryView(
        story,
        articles,
        history,
        versions=_read_versions(ledger, articles, history, organisations),
        gone=_read_gone(ledger, articles),
        related=_read_related(ledger, story),
        carried=read_carried(ledger, story),
        nearest=nearest,
        corrections=_read_corrections(ledger, story, history),
        nearest_is_known=nearest_is_known,
        organisations=organisations,
    )


def _read_versions(
    ledger: Ledger,
    articles: Sequence[StoredArticle],
    history: Sequence[StoryEvent],
    organisations: Organisations,
) -> dict[str, Sequence[PageVersion]]:
    """Return versions of pages that changed or were held back."""
    changed = set()
    for event in history:
        if event.turn in (StoryChange.UPDATE, StoryChange.HELD):
            changed.add(event.article_id)
    versions: dict[str, Sequence[PageVersion]] = {}
    for stored in articles:
        # A page may have changed in a story that it left: then only its number says so.
        if stored.article.id in changed or stored.version > 1:
            kept = ledger.versions(stored.article.id)
            versions[stored.article.id] = states_of(stored, kept, organisations)
    return versions


def _read_gone(ledger: Ledger, articles: Sequence[StoredArticle]) -> dict[str, datetime]:
    """Return when pages were taken away, by article id."""
    states = ledger.recheck_states([stored.article.id for stored in articles])
    gone = {}
    for id_, look in states.items():
        if look.gone is not None:
            gone[id_] = look.gone
    return gone


def _read_related(ledger: Ledger, story: Story) -> list[RelatedReport]:
    """Return the other stories about the same event."""
    found = ledger.related(story.id)
    stories = ledger.stories(story_ids_of(found))
    reports = []
    for related in found:
        other = stories.get(related.story_id)
        # A story that joined this one is answered with this one.
        if other is not None and other.id != story.id:
            reports.append(RelatedReport(other, ledger.article(other.lead_id), related))
    return reports


def read_nearest(ledger: Ledger, story: Story) -> tuple[NearReport | None, bool]:
    """Return the nearest story, and whether it is known.

    Asking takes the ledger's lock. While that is busy, the rest of the story is shown all the same.
    """
    try:
        near = closest(ledger, story)
    except TemporaryError:
        return None, False
    if near is None:
        return None, True
    other = ledger.story(near.story_id)
    # It may have been joined or emptied since.
    if other is None:
        return None, True
    return NearReport(other, ledger.article(near.article_id), near), True


def _read_corrections(ledger: Ledger, story: Story, history: Sequence[StoryEvent]) -> dict[str, int]:
    """Return corrections that put articles into a story.

    Their numbers by article id.
    """
    # Nearly no story was corrected, and the history is read already.
    if not any(event.turn is StoryChange.WORD for event in history):
        return {}
    members = set(story.article_ids)
    # Of several corrections of one article the newest counts: they come in order.
    numbers = {}
    for correction in ledger.corrections():
        if correction.together and {correction.a, correction.b} <= members:
            numbers[correction.a] = correction.number
            numbers[correction.b] = correction.number
    return numbers


def compare_copies(ledger: Ledger, view: StoryView, *, only: str | None = None) -> dict[str, Edit]:
    """Return how copies differ from their originals.

    By article id; with `only`, that copy alone.

    What a site prints around all of its articles is left out. Where an original changed later, the
    version that stood when the copy was fetched is compared.
    """
    from pipelines.revisions import edit_between  # its patterns take long to load

    # Copies of one site are many: its boilerplate is read once.
    repeated_by = cache(lambda site: frozenset(ledger.site_boilerplate(site).repeated))
    edits: dict[str, Edit] = {}
    for link in view.story.links:
        if only is not None and link.article_id != only:
            continue
        copy = view.article(link.article_id)
        original = view.article(link.of)
        if copy is None or original is None:
            continue
        standing = _original_at(ledger, original, copy, view.organisations)
        source_text = _report_text(standing, repeated_by)
        edits[link.article_id] = edit_between(source_text, _report_text(copy, repeated_by))
    return edits


def _original_at(
    ledger: Ledger, original: StoredArticle, copy: StoredArticle, organisations: Organisations
) -> StoredArticle:
    """Return an original as it stood when a copy was fetched.

    For an even earlier copy, its first version.
    """
    if not changed_after(original, copy):
        return original
    standing = None
    for version in ledger.versions(original.article.id):
        # What was held back was an error page or the like, and never the article.
        if version.held:
            continue
        if standing is None or version.collected <= copy.article.collected:
            standing = version
    if standing is None:
        return original
    from pipelines.route import find_route  # its patterns take long to load

    article = replace(original.article, title=standing.title, body=standing.body)
    route = find_route(article, original.publisher, organisations)
    return replace(original, article=article, route=route, version=standing.number)


def changed_after(original: StoredArticle, copy: StoredArticle) -> bool:
    """Tell whether an original changed after a copy of it."""
    return original.version > 1 and original.article.collected > copy.article.collected


def _report_text(stored: StoredArticle, repeated_by: Callable[[str], frozenset[int]]) -> PageText:
    """Return a page's text without its site's boilerplate.

    Spaces, so that marked positions in the text still hold.
    """
    text = page_text(stored)
    repeated = repeated_by(site_of_canonical(stored.article.canonical_url))
    if not repeated:
        return text
    lines = []
    for line in text.body.split("\n"):
        if paragraph_hash(line.strip()) in repeated:
            line = " " * len(line)
        lines.append(line)
    return PageText(text.title, "\n".join(lines), text.boilerplate)


def sentences_by_change(edit: Edit) -> dict[str, list[str]]:
    """Return sentences "kept", "reworded", "dropped", "added".

    Dropped sentences are the original's, all others are as the copy has them.
    """
    sentences: dict[str, list[str]] = {"kept": [], "reworded": [], "dropped": [], "added": []}
    for passage in edit.passages:
        match passage.how:
            case "kept":
                sentences["kept"].append(text_after(passage))
            case "changed":
                sentences["reworded"].append(text_after(passage))
            case "removed":
                sentences["dropped"].append(text_before(passage))
            case "added":
                sentences["added"].append(text_after(passage))
    return sentences
