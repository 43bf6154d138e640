"""The JSON of a story (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.model import Edit, Hit, Link, PageAccount, PageVersion, StoredArticle, Story, StoryEvent
from pipelines.stories.pickup_delay import delay_s
from pipelines.text.iso_time import iso

if TYPE_CHECKING:
    from pipelines.stories.carried import CarriedText
    from pipelines.stories.view import NearReport, RelatedReport, StoryView

Json = dict[str, Any]


def story_json(
    story: Story,
    articles: Sequence[StoredArticle],
    hits: Mapping[str, Hit] | None = None,
    carried_in: int = 0,
) -> Json:
    """Return a story.

    With `hits`, the articles carry their `highlights`. `carried_in` is the number of pages of other stories
    that print its text.
    """
    by_id = {}
    for stored in articles:
        by_id[stored.article.id] = stored
    lead = by_id.get(story.lead_id)
    shapes = []
    # In the order of the links, which is that of appearance; an article may be missing from a damaged ledger.
    for link in story.links:
        if link.article_id in by_id:
            shapes.append(_article_json(by_id[link.article_id], link, lead, hits))
    return {
        "id": story.id,
        "headline": story.headline,
        "first_seen": iso(story.first_seen),
        "last_seen": iso(story.last_seen),
        "origin": story.origin,
        "carrier": story.carrier,
        "kind": story.kind,
        "copies": story.copies,
        "carried_in": carried_in,
        "independent": story.independent,
        "kept_out": story.kept_out and story.kept_out.value,
        "languages": list(story.languages),
        "topics": list(story.topics),
        "url": lead and lead.article.url,
        "articles": shapes,
    }


def _article_json(
    stored: StoredArticle, link: Link, lead: StoredArticle | None, hits: Mapping[str, Hit] | None
) -> Json:
    article = stored.article
    shape: Json = {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source": stored.publisher.id,
        "source_name": stored.publisher.name,
        "title": article.title,
        "authors": list(article.authors),
        "credits": [asdict(credit) for credit in article.credits],
        "lang": article.lang,
        "published": None,
        "published_precision": None,
        "published_flags": [],
        "collected": iso(article.collected),
        "relation": link.relation.value,
        "of": link.of,
        "delay_s": delay_s(stored, lead),
        # Shares of the text: kept of the original, own of the copy.
        "kept": round(link.kept, 3),
        "own": round(link.own, 3),
        "why": [*link.why, *stored.relevance.why],
        "score": round(stored.relevance.score, 3),
        "outcome": stored.outcome.value,
        "version": stored.version,
    }
    if article.published is not None:
        shape["published"] = iso(article.published.at)
        shape["published_precision"] = article.published.precision
        shape["published_flags"] = list(article.published.flags)
    if hits is not None:
        # An article of a story that was found need not match itself.
        shape["highlights"] = []
        if article.id in hits:
            shape["highlights"] += hits[article.id].highlights
    return shape


def story_view_json(
    view: StoryView,
    edits: Mapping[str, Edit] | None = None,
    accounts: Mapping[str, PageAccount] | None = None,
) -> Json:
    """Return a story with its versions, history and neighbours.

    With `edits`, each article also has `passages`, or null where it is no copy. `accounts` say in which
    batch its page is kept.
    """
    # Imported here: a search prints stories without their changes, and comparing texts takes long to load.
    from pipelines.stories.view import sentences_by_change

    shape = story_json(view.story, view.articles, carried_in=len(view.carried.carried_in))
    for article in shape["articles"]:
        id_ = article["id"]
        article["gone"] = iso(view.gone.get(id_))
        account = (accounts or {}).get(id_)
        article["passage"] = _passage(view, id_, article["of"])
        article["batch"] = account and account.batch_id
        article["record"] = account and account.record
        article["versions"] = list(map(_version_json, view.versions.get(id_, ())))
        if edits is not None:
            article["passages"] = None
            if id_ in edits:
                article["passages"] = sentences_by_change(edits[id_])
    shape["history"] = list(map(_event_json, view.history))
    shape["related"] = list(map(_related_json, view.related))
    shape["carrying_pages"] = [_carried_json(text, text.carrying.page_id) for text in view.carried.carried_in]
    shape["carries"] = [_carried_json(text, text.carrying.article_id) for text in view.carried.carries]
    before = view.carried.chapter_of
    shape["chapter_of"] = before and before.story.id
    shape["chapters"] = [text.story.id for text in view.carried.chapters]
    shape["nearest"] = view.nearest and _nearest_json(view.nearest)
    return shape


def _carried_json(text: CarriedText, article_id: str) -> Json:
    """Return a carried text, with the article on the other side."""
    carrying = text.carrying
    return {
        "id": text.story.id,
        "article": article_id,
        "page": carrying.page_id,
        "headline": text.story.headline,
        "outlet": text.outlet,
        "url": text.url,
        "share": carrying.share,
        "passage": carrying.passage,
        "place": carrying.place,
    }


def _passage(view: StoryView, article_id: str, original_id: str | None) -> str | None:
    """Return the longest passage that a copy shares with its original."""
    from pipelines.stories.shared_passage import shared_passage

    copy = view.article(article_id)
    original = view.article(original_id)
    if copy is None or original is None:
        return None
    return shared_passage(copy, original)


def _version_json(version: PageVersion) -> Json:
    shape: Json = {
        "number": version.number,
        "title": version.title,
        "collected": iso(version.collected),
        "held": version.held,
        "material": None,
        "why": [],
        "diff": [],
    }
    # The first version has nothing before it to differ from.
    if version.edit is not None:
        shape["why"] += version.edit.why
        shape["diff"] = _diff_json(version.edit)
        # One that was held back may be an error page, of which no change is material.
        if not version.held:
            shape["material"] = version.edit.material
    return shape


def _diff_json(edit: Edit) -> list[list[list[str]]]:
    """Return the passages that changed, the headline first.

    Each is a list of [how, text].
    """
    changed = []
    for passage in (edit.headline, *edit.passages):
        # A diff of 200 sentences of which one changed should be read at a glance.
        if passage.how != "kept":
            changed.append([[piece.how, piece.text] for piece in passage.pieces])
    return changed


def _event_json(event: StoryEvent) -> Json:
    return {
        "at": iso(event.at),
        "turn": event.turn.value,
        "text": event.text,
        "article": event.article_id,
        "version": event.version,
        "material": event.material,
    }


def _related_json(report: RelatedReport) -> Json:
    """Return another story about the same event.

    `through` is a story that is linked to both.
    """
    return {
        "id": report.story.id,
        "headline": report.story.headline,
        "languages": list(report.story.languages),
        "first_seen": iso(report.story.first_seen),
        "outlet": report.outlet,
        "url": report.url,
        "copies": report.story.copies,
        "score": report.related.score,
        "why": list(report.related.why),
        "through": report.related.through,
        "is_translation": report.related.is_translation,
        "rewritten_from": report.related.rewritten_from,
    }


def _nearest_json(report: NearReport) -> Json:
    return {
        "id": report.near.story_id,
        "headline": report.story.headline,
        "title": report.title,
        "outlet": report.outlet,
        "url": report.url,
        "why": report.near.why,
    }
