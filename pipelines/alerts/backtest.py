"""What a search would have done: stories, mails a week, overlap, near misses, and why something was or was not told (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.alerts.alert_rules import lacking, refusal
from pipelines.alerts.cadence import next_slot
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Alert, Document, SavedSearch, Story
from pipelines.query import All, And, Near, Node, Not, Or, Prefix, Query, Words


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a search would have found in some weeks. `refused` counts stories by what kept them out."""

    days: int
    stories: tuple[str, ...]
    mails: int
    refused: Mapping[str, int]
    overlap: Mapping[str, int]
    missed: tuple[str, ...]
    looser: str

    @property
    def mails_a_week(self) -> float:
        return 7 * self.mails / self.days


def back_test(
    search: SavedSearch,
    query: Query,
    documents: Sequence[Document],
    stories: Mapping[str, Story],
    others: Sequence[tuple[str, Query]],
    days: int,
) -> BackTest:
    """Run a search on what came in over some days; `documents` in order of arrival, `others` the saved searches there are."""
    loose, how = looser(query.root)
    found, loosely, *rest = Matcher([query, Query(query.text, loose), *(q for _, q in others)]).match(
        documents
    )
    matched = _by_story(found)
    told: dict[str, datetime] = {}
    refused: dict[str, int] = {}
    for story_id, some in matched.items():
        story = stories.get(story_id)
        if story is None:
            continue
        why = refusal(search, story, some) or lacking(search, story)
        if why:
            refused[why] = refused.get(why, 0) + 1
        else:
            told[story_id] = min(d.collected for d in some)
    overlap = {
        id_: len(_by_story(hits).keys() & told.keys()) for (id_, _), hits in zip(others, rest, strict=True)
    }
    missed = [id_ for id_ in _by_story(loosely) if id_ not in matched]
    return BackTest(
        days,
        tuple(sorted(told, key=lambda id_: told[id_], reverse=True)),
        _mails(search, list(told.values())),
        refused,
        {id_: n for id_, n in sorted(overlap.items(), key=lambda pair: -pair[1]) if n},
        tuple(missed),
        how,
    )


def _by_story(documents: Sequence[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(document.story_id, []).append(document)
    return found


def _mails(search: SavedSearch, times: Sequence[datetime]) -> int:
    """Return how many mails these stories are: one each, or one for each slot that has any."""
    if search.cadence == "immediate":
        return len(times)
    return len({next_slot(search, at) for at in times})


def looser(node: Node) -> tuple[Node, str]:
    """Return a form of a query that asks for less, and what was given up, in words.

    A phrase becomes its words near each other, a word its prefix; what is excluded is let in.
    """
    given_up: list[str] = []
    loose = _loosened(node, given_up)
    return loose, "; ".join(dict.fromkeys(given_up)) or "it cannot be loosened"


def _loosened(node: Node, given_up: list[str]) -> Node:
    match node:
        case And(parts=parts):
            kept = tuple(_loosened(part, given_up) for part in parts if not isinstance(part, Not))
            if len(kept) < len(parts):
                given_up.append("what NOT excludes is let in")
            return And(kept) if len(kept) > 1 else kept[0] if kept else All()
        case Or(parts=parts):
            return Or(tuple(_loosened(part, given_up) for part in parts))
        case Words(fields=fields, tokens=tokens, plain=plain) if len(tokens) > 1 and len(set(tokens)) > 1:
            given_up.append("the words of a phrase may stand up to eight words apart")
            return Near(fields, tuple((token,) for token in dict.fromkeys(tokens)), 8, plain)
        case Words(fields=fields, tokens=(token,)) if len(token) > 4 and token.isascii():
            given_up.append("words may have other endings")
            return Or((node, Prefix(fields, token[:-1] if len(token) > 5 else token)))
        case Near(fields=fields, pieces=pieces, slop=slop, plain=plain):
            given_up.append("nearness counts twice as far")
            return Near(fields, pieces, 2 * slop + 4, plain)
    return node


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one search did with one story, and why."""

    search_id: str
    did: str
    why: str


def verdict(
    search: SavedSearch,
    matching: Sequence[Document],
    story: Story,
    known: Sequence[Alert],
    mails: Mapping[str, str],
    *,
    decided_up_to: int,
    past: Collection[str] = (),
) -> Verdict:
    """Say for one search why it did or did not tell of a story.

    `mails` has the state of each mail by key, `decided_up_to` is the change up to which searches were asked, `past` are ids of
    articles that were fetched from the past on purpose.
    """
    new = [alert for alert in known if alert.reason == "new"]
    told = next((a for a in new if a.state == "told" and a.mail), None)
    if told is not None and told.mail is not None:
        later = [a.reason for a in known if a.reason != "new" and a.state == "told"]
        more = f"; later told: {', '.join(dict.fromkeys(later))}" if later else ""
        state = mails.get(told.mail, "unknown")
        return Verdict(
            search.id, "told", f"{told.told:%Y-%m-%d %H:%M} UTC in mail {told.mail} ({state}){more}"
        )
    if held := next((a for a in new if a.state == "held"), None):
        return Verdict(search.id, "held", f"for its mail of {held.due:%Y-%m-%d %H:%M} UTC ({search.cadence})")
    if any(a.state == "told" for a in new):
        return Verdict(
            search.id, "not told", "new stories are not among its reasons, or it was told under another name"
        )
    if any(a.state == "waiting" for a in new):
        return Verdict(search.id, "waits", lacking(search, story) or "it is told at the next run")
    if not search.enabled:
        return Verdict(search.id, "not told", "the search is paused")
    if not matching:
        return Verdict(search.id, "not told", f"no article of the story matches {search.query}")
    if why := refusal(search, story, matching):
        return Verdict(search.id, "not told", why)
    if any(document.seq > decided_up_to for document in matching):
        return Verdict(search.id, "not yet", "it has just come in; the next run tells of it")
    if not search.backfill and all(document.id in past for document in matching):
        why = "it was fetched from the past on purpose, which this search does not ask for (backfill: true)"
        return Verdict(search.id, "not told", why)
    return Verdict(
        search.id, "not told", "it came in before the search was added, resumed or changed to what it is now"
    )
