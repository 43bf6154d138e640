"""Link a story to others about the same event: read, decide, write.

what a story tells of ──► candidates by shared keys ──► links ──► counts of independent reports
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from pipelines.model import EventDecision, EventLink, EventPrint
from pipelines.ports import Decisions, Ledger
from pipelines.stories.event_counts import LinksAfterwards, count_independent, ends_of
from pipelines.stories.events import keys_of, same_event

#: Stories that are compared with a new one, those that share most keys first. A busy day has some hundred.
CANDIDATES = 50


def relate_events(ledger: Ledger, *events: EventPrint) -> int:
    """Link stories to those of the same events; return how many changed.

    They come one after the other.
    The counts of all stories concerned are brought up to date, in the same transaction.
    """
    unknown = []
    for event in events:
        # Most changes of a story change nothing of what it tells: this is asked without making others wait.
        if not _is_known(event, ledger.event_prints(event.story_id)):
            unknown.append(event)
    if not unknown:
        return 0
    changed = 0
    with ledger.deciding() as deciding:
        for event in unknown:
            decision = decide_event(event, deciding)
            if decision is not None:
                deciding.take_event(decision)
                changed += 1
    return changed


def decide_event(event: EventPrint, deciding: Decisions) -> EventDecision | None:
    """Decide which stories tell of the same event; None where nothing changes."""
    story = deciding.story(event.story_id)
    is_present = story is not None and story.id == event.story_id
    kept = deciding.event_prints(event.story_id)
    if not is_present or _is_known(event, kept):
        return None
    joined = frozenset(kept) - {event.story_id}
    keys = tuple(dict.fromkeys(keys_of(event)))
    links = []
    for other in deciding.event_candidates(keys, without={event.story_id, *joined}, limit=CANDIDATES):
        link = same_event(event, other)
        if link is not None:
            links.append(link)
    links = with_words(links, _words_about(event.story_id, joined, deciding))
    return decision_of(event, keys, links, joined, deciding)


def decision_of(
    event: EventPrint,
    keys: tuple[str, ...],
    links: Collection[EventLink],
    joined: frozenset[str],
    deciding: Decisions,
) -> EventDecision:
    """Return the decision that a story has these links, and no others."""
    after = LinksAfterwards(deciding, {event.story_id, *joined}, event, links)
    concerned = _concerned_stories(deciding, event, joined, links, after)
    independent = count_independent(concerned, after)
    return EventDecision(event, keys, tuple(links), joined, independent)


def with_words(links: Iterable[EventLink], words: Iterable[EventLink]) -> list[EventLink]:
    """Return links in which a person's word stands in place of what the texts say.

    Who links two stories does not say that their texts are independent: a translation stays one.
    """
    by_pair = {(link.a, link.b): link for link in links}
    for word in words:
        known = by_pair.get((word.a, word.b))
        if known is not None and word.word == "linked":
            word = replace(word, is_translation=known.is_translation, rewritten_from=known.rewritten_from)
        by_pair[word.a, word.b] = word
    return list(by_pair.values())


def _words_about(story_id: str, joined: Collection[str], deciding: Decisions) -> list[EventLink]:
    """Return what people said of the event of a story and of those joined into it."""
    words: list[EventLink] = []
    own = {story_id, *joined}
    for link in deciding.event_links(own):
        if link.word is None or {link.a, link.b} <= own:
            continue
        other = link.b if link.a in own else link.a
        first, second = sorted((story_id, other))
        words.append(replace(link, a=first, b=second))
    return words


def _is_known(event: EventPrint, kept: Mapping[str, EventPrint]) -> bool:
    """Return whether just this is kept of a story, and nothing of joined ones."""
    return kept == {event.story_id: event}


def _concerned_stories(
    deciding: Decisions,
    event: EventPrint,
    joined: frozenset[str],
    links: Collection[EventLink],
    after: LinksAfterwards,
) -> set[str]:
    """Return the stories whose count may change.

    They are two steps from this one, before or after.
    """
    links_before = deciding.event_links({event.story_id, *joined})
    concerned = {event.story_id} | ends_of(links_before) | ends_of(links)
    concerned -= joined
    return concerned | ends_of(after.links_of(concerned))
