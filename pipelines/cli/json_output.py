"""The JSON shapes that other programs rely on (docs/json.md). Times are ISO 8601 in UTC, an unknown is null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipelines.model import (
    Edit,
    Hit,
    Outcome,
    PageVersion,
    Passage,
    Quarantined,
    RelatedStory,
    RunReport,
    SourceAccount,
    StoredArticle,
    Story,
    StoryEvent,
)
from pipelines.revisions import text_after, text_before
from pipelines.stories.nearest import NearestStory


def iso(at: datetime | None) -> str | None:
    """Write an instant as `2026-01-17T14:05:00Z`, with microseconds only where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def story_shape(
    story: Story, articles: Sequence[StoredArticle], hits: Mapping[str, Hit] | None = None
) -> dict[str, Any]:
    """Return one STORY; with `hits`, each article that matched carries its `highlights`."""
    by_id = {stored.article.id: stored for stored in articles}
    lead = by_id.get(story.lead_id)
    return {
        "id": story.id,
        "headline": story.headline,
        "first_seen": iso(story.first_seen),
        "last_seen": iso(story.last_seen),
        "origin": story.origin,
        "carrier": story.carrier,
        "kind": story.kind,
        "copies": story.copies,
        "independent": story.independent,
        "languages": list(story.languages),
        "topics": list(story.topics),
        "url": lead.article.url if lead else None,
        "articles": [
            article_shape(by_id[link.article_id], story, hits, lead)
            for link in story.links
            if link.article_id in by_id
        ],
    }


_EXACT = ("second", "minute")


def delay_s(stored: StoredArticle, lead: StoredArticle | None) -> int | None:
    """Return the seconds from the original's appearance to a copy's; None where a page names no hour, and of the original."""
    mine, first = stored.article.published, lead.article.published if lead else None
    if lead is None or stored is lead or mine is None or first is None:
        return None
    if mine.precision not in _EXACT or first.precision not in _EXACT:
        return None
    return round((mine.at - first.at).total_seconds())


def passages_shape(edit: Edit) -> dict[str, list[str]]:
    """Return what a copy kept of its original, what it reworded (as it says it), left out, and what is its own, by sentence."""
    told: dict[str, list[str]] = {"kept": [], "reworded": [], "dropped": [], "added": []}
    names = {"kept": "kept", "changed": "reworded", "removed": "dropped", "added": "added"}
    for passage in edit.passages:
        says = text_before if passage.how == "removed" else text_after
        told[names[passage.how]].append(says(passage))
    return told


def near_shape(near: NearestStory, story: Story, stored: StoredArticle | None) -> dict[str, Any]:
    """Return what came closest to a story of all that was kept apart, and why it was not enough."""
    return {
        "id": near.story_id,
        "headline": story.headline,
        "title": stored.article.title if stored else None,
        "outlet": stored.publisher.name if stored else None,
        "url": stored.article.url if stored else None,
        "why": near.why,
    }


def article_shape(
    stored: StoredArticle,
    story: Story,
    hits: Mapping[str, Hit] | None = None,
    lead: StoredArticle | None = None,
) -> dict[str, Any]:
    article = stored.article
    link = next(x for x in story.links if x.article_id == article.id)
    shape: dict[str, Any] = {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source": stored.publisher.id,
        "source_name": stored.publisher.name,
        "title": article.title,
        "lang": article.lang,
        "published": iso(article.published.at) if article.published else None,
        "published_precision": article.published.precision if article.published else None,
        "published_flags": list(article.published.flags) if article.published else [],
        "collected": iso(article.collected),
        "relation": link.relation.value,
        "of": link.of,
        "delay_s": delay_s(stored, lead),
        "kept": round(link.kept, 3),
        "own": round(link.own, 3),
        "why": [*link.why, *stored.relevance.why],
        "score": round(stored.relevance.score, 3),
        "outcome": stored.outcome.value,
        "version": stored.version,
    }
    if hits is not None:
        shape["highlights"] = list(hits[article.id].highlights) if article.id in hits else []
    return shape


def told_shape(
    shape: dict[str, Any],
    versions: Mapping[str, Sequence[PageVersion]],
    gone: Mapping[str, datetime],
    history: Sequence[StoryEvent],
) -> dict[str, Any]:
    """Return a STORY with what became of it: its history, and for each article its versions and when it was deleted."""
    articles = [
        article
        | {
            "gone": iso(gone.get(article["id"])),
            "versions": [version_shape(v) for v in versions.get(article["id"], ())],
        }
        for article in shape["articles"]
    ]
    return shape | {"articles": articles, "history": [history_shape(line) for line in history]}


def related_shape(related: RelatedStory, story: Story, url: str | None, outlet: str | None) -> dict[str, Any]:
    """Return another story about the same event, with what links it; `through` is a story linked to both."""
    return {
        "id": story.id,
        "headline": story.headline,
        "languages": list(story.languages),
        "first_seen": iso(story.first_seen),
        "outlet": outlet,
        "url": url,
        "copies": story.copies,
        "score": related.score,
        "why": list(related.why),
        "through": related.through,
    }


def version_shape(version: PageVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "title": version.title,
        "collected": iso(version.collected),
        "held": version.held,
        "material": version.edit.material if version.edit and not version.held else None,
        "why": list(version.edit.why) if version.edit else [],
        "diff": diff_shape(version.edit) if version.edit else [],
    }


def diff_shape(edit: Edit) -> list[list[list[str]]]:
    """Return the passages that changed, the headline first where it did: each a list of [how, text]."""
    headline = [edit.headline] if edit.headline.how != "kept" else []
    changed: list[Passage] = [*headline, *(p for p in edit.passages if p.how != "kept")]
    return [[[piece.how, piece.text] for piece in passage.pieces] for passage in changed]


def history_shape(line: StoryEvent) -> dict[str, Any]:
    return {
        "at": iso(line.at),
        "turn": line.turn.value,
        "text": line.text,
        "article": line.article_id,
        "version": line.version,
        "material": line.material,
    }


def run_shape(run: RunReport) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "started": iso(run.started),
        "finished": iso(run.finished),
        "fetched": run.fetched,
        "outcomes": _counts(run.outcomes),
        "mails": run.mails,
        "note": run.note,
        "sources": [source_shape(s) for s in run.sources],
    }


def source_shape(account: SourceAccount) -> dict[str, Any]:
    return {
        "source": account.source_id,
        "result": account.result,
        "entries": account.entries,
        "known": account.known,
        "skipped": account.skipped,
        "fetched": account.fetched,
        "outcomes": _counts(account.outcomes),
        "error": account.error,
    }


def quarantine_shape(kept: Quarantined) -> dict[str, Any]:
    return {
        "id": kept.id,
        "source": kept.source_id,
        "url": kept.url,
        "stage": kept.stage,
        "reason": kept.reason,
        "at": iso(kept.at),
        "batch": kept.batch_id,
        "record": kept.record,
        "replayed": iso(kept.replayed),
    }


def _counts(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    return {o.value: outcomes.get(o, 0) for o in Outcome}
