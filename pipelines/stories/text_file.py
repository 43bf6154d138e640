"""Texts of a file, grouped into stories by the pipeline's own deciders (pure).

    lines ──► route ──► print ──► decide against what came before ──► arrange every story ──► lines

Candidates are found as the ledger finds them: the same exact hash, or enough lookup keys in common (`dedup.lookup`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.errors import PermanentError
from pipelines.dedup import arrange, decide, learnt, print_of, read_page
from pipelines.dedup.lookup import CANDIDATES, FIRST, FREQUENT, Sketch, is_candidate, lookup_keys, near
from pipelines.model import Article, Member, PageParagraphs, Publisher, SiteBoilerplate
from pipelines.route import find_route

_UNDATED = datetime(9000, 1, 1, tzinfo=UTC)
"""Texts without a time come after those with one, in the order of the file."""


class Corpus:
    """Texts seen so far, with the lookup keys to find them again and the story each is in."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._by_key: defaultdict[int, list[str]] = defaultdict(list)
        self._by_exact: defaultdict[str, list[str]] = defaultdict(list)
        self._keys: dict[str, int] = {}
        self._stories: dict[str, list[str]] = {}

    def take(self, member: Member) -> str:
        """Decide on one text and file it; return the id of its story."""
        article = _lent(member)
        decision = decide(article, self.candidates(article), members_of=self._members_of)
        story_id, *absorbed = decision.story_ids or (f"s{member.article_id}",)
        moved = [i for old in absorbed for i in self._stories.pop(old)]
        self._stories.setdefault(story_id, []).extend([*moved, member.article_id])
        for article_id in moved:
            self._members[article_id] = _in_story(self._members[article_id], story_id)
        self._file(_in_story(member, story_id))
        return story_id

    def _members_of(self, story_ids: Collection[str]) -> list[Member]:
        return [_lent(self._members[i]) for story_id in story_ids for i in self._stories[story_id]]

    def _file(self, member: Member) -> None:
        self._members[member.article_id] = member
        if member.text.exact:
            self._by_exact[member.text.exact].append(member.article_id)
        keys = lookup_keys(member.text)
        self._keys[member.article_id] = len(keys)
        for key in keys:
            if len(self._by_key[key]) <= FREQUENT:
                self._by_key[key].append(member.article_id)

    def candidates(self, member: Member) -> list[Member]:
        """Return texts with the same exact hash or enough in common, those that share most keys first."""
        common: Counter[str] = Counter()
        keys = lookup_keys(member.text)
        for key in keys:
            found = self._by_key.get(key, ())
            common.update(found if len(found) <= FREQUENT else found[:FIRST])
        exact = self._by_exact.get(member.text.exact, []) if member.text.exact else []
        sharing = [i for i, n in common.items() if is_candidate(n, len(keys), self._keys[i])]
        sharing.sort(key=lambda i: (-common[i], i))
        worth = near(member.text, ((i, self._sketch(i)) for i in sharing[:CANDIDATES]))
        return [_lent(self._members[i]) for i in dict.fromkeys([*exact[:CANDIDATES], *worth])]

    def _sketch(self, article_id: str) -> Sketch:
        text = self._members[article_id].text
        return Sketch(text.shingles, text.quoted)

    def stories(self) -> Iterator[tuple[str, list[Member]]]:
        for story_id, ids in self._stories.items():
            yield story_id, [_lent(self._members[i]) for i in ids]


def _in_story(member: Member, story_id: str) -> Member:
    return replace(member, story_id=story_id)


def _lent(member: Member) -> Member:
    """Return a member to compare: its print makes sets for that, which take more room than itself and are not to be kept."""
    return replace(member, text=replace(member.text))


def cluster_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Group texts into stories: `{id, url, title, body, published?, source?}` to `{id, cluster, relation, of, why}`.

    All lines are read first, to learn which paragraphs a source prints around everything; then each is
    decided in order of appearance, whatever the order of the file, and told in the order of the file. Numbers are
    good ids and come back as text. Raises PermanentError, naming the line, for one without id or text, with an id seen before or a time that is none.
    """
    members = members_of(lines)
    corpus = Corpus()
    for member in sorted(members, key=_appearance):
        corpus.take(member)
    links = {}
    for story_id, together in corpus.stories():
        for link in arrange(story_id, together).links:
            links[link.article_id] = (story_id, link)
    for member in members:
        story_id, link = links[member.article_id]
        yield {
            "id": member.article_id,
            "cluster": story_id,
            "relation": link.relation.value,
            "of": link.of,
            "why": list(link.why),
        }


def members_of(lines: Iterable[Mapping[str, Any]]) -> list[Member]:
    """Return the texts of a file as dedup sees them, in the order of the file. Raises as `cluster_lines` does."""
    rows = _checked_rows(lines)
    repeated = _repeated(rows)
    return [_member(row, n, repeated.get(row["source"], frozenset())) for n, row in enumerate(rows)]


def _appearance(member: Member) -> tuple[datetime, int, str, str]:
    """Return what puts texts in the order of a newsroom's day, whatever the order of the file; undated ones last, long before short."""
    return member.published or _UNDATED, -member.text.words, member.text.exact, member.article_id


def _checked_rows(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        row = _checked(line, number)
        if (first := seen.setdefault(row["id"], number)) != number:
            raise PermanentError(
                f"line {number}: id {row['id']} is that of line {first} already; give every text an id of its own"
            )
        rows.append(row)
    return rows


def _checked(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    if not isinstance(row, Mapping) or isinstance(row.get("id"), dict | list) or row.get("id") in (None, ""):
        raise PermanentError(f'line {number} has no id; write {{"id": …, "title": …, "body": …}}')
    title, body = row.get("title") or "", row.get("body") or ""
    if not isinstance(title, str) or not isinstance(body, str) or not (title or body):
        raise PermanentError(
            f"line {number} (id {row['id']}): title and body must be text, and one of them not empty"
        )
    return {
        "id": str(row["id"]),
        "url": str(row.get("url") or ""),
        "title": title,
        "body": body,
        "published": _time(row.get("published"), number),
        "precision": "day" if len(str(row.get("published"))) == len("2026-01-17") else "second",
        "source": str(row.get("source") or ""),
    }


def _time(value: Any, number: int) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as e:
        raise PermanentError(
            f"line {number}: published {value!r} is no ISO 8601 time such as 2026-01-17T14:05:00Z"
        ) from e
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _repeated(rows: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[int]]:
    pages: defaultdict[str, list[PageParagraphs]] = defaultdict(list)
    for row in rows:
        if row["source"] and (page := read_page(row["id"], row["body"])):
            pages[row["source"]].append(page)
    return {source: frozenset(learnt(SiteBoilerplate(), some).repeated) for source, some in pages.items()}


def _member(row: Mapping[str, Any], number: int, repeated: frozenset[int]) -> Member:
    collected = _UNDATED + timedelta(seconds=number)
    article = Article(row["id"], row["url"], row["url"], row["source"], row["title"], row["body"], collected)
    route = find_route(article, Publisher(row["source"], row["source"]))
    text = print_of(row["title"], row["body"], route.boilerplate, None, repeated)
    return Member(
        row["id"], row["source"], row["title"], None, text, route, row["published"], collected,
        precision=row["precision"],
    )  # fmt: skip
