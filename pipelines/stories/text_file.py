"""Texts of a file, grouped into stories by the pipeline's own deciders (pure).

lines ──► route ──► print ──► decide against what came before ──► arrange every story ──► link events
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.errors import PermanentError
from crawlers.model import Precision
from pipelines.beat.event_rules import EventRules
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.beat.terms import Terms
from pipelines.dedup import arrange, learnt, print_of, read_page, repeated_on_page
from pipelines.extract.language import detect_language
from pipelines.model import (
    Article,
    Carrying,
    EventPrint,
    Link,
    Member,
    PageParagraphs,
    Publisher,
    SiteBoilerplate,
)
from pipelines.route import find_route
from pipelines.stories.corpus import Corpus
from pipelines.stories.event_print import event_print
from pipelines.stories.file_events import link_events

__all__ = ["Corpus", "EventWords", "cluster_lines", "members_of"]

#: Texts without a time come after those with one, in the order of the file.
_UNDATED = datetime(9000, 1, 1, tzinfo=UTC)
_DAY_CHARS = len("2026-01-17")


@dataclass(frozen=True, slots=True)
class EventWords:
    """The words of a beat by which events are recognised."""

    terms: Terms
    rules: EventRules


def cluster_lines(
    lines: Iterable[Mapping[str, Any]],
    words: EventWords | None = None,
    organisations: Organisations = EVERYWHERE,
) -> Iterator[dict[str, Any]]:
    """Group texts into stories, and tell which stories report one event.

    Takes `{id, url, title, body, published?, source?, lang?}` and yields `{id, cluster, relation, of, why,
    related, carries, continues}`, in the order of the file. All lines are read first, to learn which
    paragraphs a source prints around everything. Then each is decided in order of appearance, so the answer
    is the same whatever the order of the file.

    `cluster` is the story of a text's own words. `carries` are the clusters whose texts it prints beside
    them. `continues` is the cluster of which it begins a new chapter, or None. `related` are the other
    stories about the event of a line's story, `{id, cluster, score, why}` with the id of their first report,
    the best first. Without `words` nothing is related. A text without a time is related to others without
    one. Credits are read by the `organisations` that the beat knows.

    Numbers are good ids and come back as text. Raises PermanentError, naming the line, for one without id
    or text, with an id that was used before, or with a time that cannot be read.
    """
    texts = _check_lines(lines)
    members = _make_members(texts, organisations)
    corpus = Corpus()
    for member in sorted(members, key=_order_of_appearance):
        corpus.take(member)
    # Arranged at the end, since a later text may join two stories.
    links = {}
    for story_id, together in corpus.stories():
        for link in arrange(story_id, together).links:
            links[link.article_id] = (story_id, link)
    related = _relate_stories(texts, members, links, words) if words else {}
    carries = _carried_stories(corpus, continues=False)
    chapters = _carried_stories(corpus, continues=True)
    for member in members:
        story_id, link = links[member.article_id]
        yield {
            "id": member.article_id,
            "cluster": story_id,
            "relation": link.relation.value,
            "of": link.of,
            "why": list(link.why),
            "related": related.get(story_id, []),
            "carries": carries.get(member.article_id, []),
            "continues": next(iter(chapters.get(member.article_id, [])), None),
        }


def _carried_stories(corpus: Corpus, *, continues: bool) -> dict[str, list[str]]:
    """Return the stories that pages carry, or continue, by page.

    In the order in which they stand on it.
    """
    carries: dict[str, list[str]] = {}
    for carrying in sorted(corpus.carries(), key=_place_of):
        assert carrying.story_id is not None
        if carrying.continues is not continues:
            continue
        story_ids = carries.setdefault(carrying.page_id, [])
        if carrying.story_id not in story_ids:
            story_ids.append(carrying.story_id)
    return carries


def _place_of(carrying: Carrying) -> tuple[int, str]:
    return carrying.place, carrying.article_id


def members_of(lines: Iterable[Mapping[str, Any]], organisations: Organisations = EVERYWHERE) -> list[Member]:
    """Return the texts of a file as dedup sees them, in its order.

    Raises as `cluster_lines` does.
    """
    return _make_members(_check_lines(lines), organisations)


def _make_members(texts: Sequence[_TextLine], organisations: Organisations = EVERYWHERE) -> list[Member]:
    repeated = _learn_repeated_paragraphs(texts)
    members = []
    for number, text in enumerate(texts):
        members.append(_make_member(text, number, repeated[text.id], organisations))
    return members


def _order_of_appearance(member: Member) -> tuple[datetime, int, str, str]:
    """Return what puts texts in the order of a newsroom's day.

    Undated ones come last, and long ones before short ones. The rest only makes the order certain.
    """
    return member.published or _UNDATED, -member.text.words, member.text.exact, member.article_id


# -- lines -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _TextLine:
    """One line of the file, checked."""

    id: str
    url: str
    title: str
    body: str
    source: str
    published: datetime | None
    precision: Precision
    lang: str | None


def _check_lines(lines: Iterable[Mapping[str, Any]]) -> list[_TextLine]:
    texts = []
    first_lines: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        text = _check_line(line, number)
        first = first_lines.setdefault(text.id, number)
        if first != number:
            advice = "give every text an id of its own"
            raise PermanentError(f"line {number}: id {text.id} is that of line {first} already; {advice}")
        texts.append(text)
    return texts


def _check_line(line: Mapping[str, Any], number: int) -> _TextLine:
    text_id = _check_id(line, number)
    title, body = line.get("title") or "", line.get("body") or ""
    are_texts = isinstance(title, str) and isinstance(body, str)
    if not are_texts or not (title or body):
        raise PermanentError(
            f"line {number} (id {text_id}): title and body must be text, and one of them not empty"
        )
    published = line.get("published")
    has_day_alone = len(str(published)) == _DAY_CHARS
    return _TextLine(
        id=text_id,
        url=str(line.get("url") or ""),
        title=title,
        body=body,
        source=str(line.get("source") or ""),
        published=_read_time(published, number),
        precision="day" if has_day_alone else "second",
        lang=str(line.get("lang") or "") or None,
    )


def _check_id(line: Mapping[str, Any], number: int) -> str:
    text_id = line.get("id") if isinstance(line, Mapping) else None
    if text_id is None or text_id == "" or isinstance(text_id, dict | list):
        raise PermanentError(f'line {number} has no id; write {{"id": …, "title": …, "body": …}}')
    return str(text_id)


def _read_time(value: Any, number: int) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as e:
        raise PermanentError(
            f"line {number}: published {value!r} is not an ISO 8601 time such as 2026-01-17T14:05:00Z"
        ) from e
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment


# -- members ---------------------------------------------------------------------------------------


def _learn_repeated_paragraphs(texts: Sequence[_TextLine]) -> dict[str, frozenset[int]]:
    """Return the hashes of the repeated paragraphs that texts may have, by text."""
    pages: dict[str, PageParagraphs] = {}
    pages_of_source: defaultdict[str, list[PageParagraphs]] = defaultdict(list)
    for text in texts:
        page = read_page(text.id, text.body)
        if page is None:
            continue
        pages[text.id] = page
        # Without a source nobody prints them.
        if text.source:
            pages_of_source[text.source].append(page)
    by_source: dict[str, frozenset[int]] = {}
    for source, pages_of_one in pages_of_source.items():
        by_source[source] = frozenset(learnt(SiteBoilerplate(), pages_of_one).repeated)
    anywhere = frozenset[int]().union(*by_source.values())
    repeated = {}
    for text in texts:
        by_own_source = by_source.get(text.source, frozenset())
        repeated[text.id] = repeated_on_page(pages.get(text.id), by_own_source, anywhere)
    return repeated


def _make_member(
    text: _TextLine, number: int, repeated: frozenset[int], organisations: Organisations
) -> Member:
    # Stands for the moment of collection, so that undated texts keep the order of the file.
    collected = _UNDATED + timedelta(seconds=number)
    article = Article(text.id, text.url, text.url, text.source, text.title, text.body, collected)
    route = find_route(article, Publisher(text.source, text.source), organisations)
    text_print = print_of(text.title, text.body, route.boilerplate, None, repeated)
    return Member(
        text.id,
        text.source,
        text.title,
        None,
        text_print,
        route,
        text.published,
        collected,
        precision=text.precision,
    )


# -- events ----------------------------------------------------------------------------------------


def _relate_stories(
    texts: Sequence[_TextLine],
    members: Sequence[Member],
    links: Mapping[str, tuple[str, Link]],
    words: EventWords,
) -> dict[str, list[dict[str, Any]]]:
    """Return what `cluster_lines` tells of related stories, by story."""
    first_texts = {}
    prints = []
    for text, member in zip(texts, members, strict=True):
        story_id, link = links[text.id]
        # A story tells of an event what its original tells.
        if link.of is None and story_id not in first_texts:
            first_texts[story_id] = text.id
            prints.append(_print_event(story_id, text, member, words))
    related = {}
    for story_id, found in link_events(prints).items():
        related[story_id] = [
            {
                "id": first_texts[link.other(story_id)],
                "cluster": link.other(story_id),
                "score": link.score,
                "why": list(link.why),
            }
            for link in found
        ]
    return related


def _print_event(story_id: str, text: _TextLine, member: Member, words: EventWords) -> EventPrint:
    lang = text.lang or detect_language(f"{text.title}\n{text.body}")
    at = text.published or member.collected
    return event_print(story_id, text.title, text.body, lang, at, words.terms, words.rules)
