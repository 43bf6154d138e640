"""Texts in memory, grouped into stories as they come (pure).

Candidates are found as the ledger finds them: the same exact hash, or enough lookup keys in common
(`dedup.lookup`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace

from pipelines.dedup import decide
from pipelines.dedup.lookup import CANDIDATES, FIRST, FREQUENT, is_candidate, lookup_keys, near
from pipelines.model import Carrying, Member, Sketch


class Corpus:
    """Texts seen so far, and the story that each is in."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._by_key: defaultdict[int, list[str]] = defaultdict(list)
        self._by_exact_hash: defaultdict[str, list[str]] = defaultdict(list)
        self._key_counts: dict[str, int] = {}
        self._stories: dict[str, list[str]] = {}
        self._carries: list[Carrying] = []

    def take(self, member: Member) -> str:
        """Decide on one text and file it; return the id of its story."""
        article = _copy_for_comparison(member)
        decision = decide(article, self.candidates(article), members_of=self._list_members)
        story_id, *absorbed = decision.story_ids or (f"s{member.article_id}",)
        moved: list[str] = []
        for absorbed_id in absorbed:
            moved += self._stories.pop(absorbed_id)
        self._stories.setdefault(story_id, []).extend([*moved, member.article_id])
        for article_id in moved:
            self._members[article_id] = replace(self._members[article_id], story_id=story_id)
        self._file_member(replace(member, story_id=story_id))
        self._carries += decision.carries
        return story_id

    def candidates(self, member: Member) -> list[Member]:
        """Return texts that may be the same as one, the most similar first.

        Those with the same exact hash come before those that share most keys.
        """
        article_ids: dict[str, None] = {}
        if member.text.exact:
            same = self._by_exact_hash.get(member.text.exact, [])
            article_ids |= dict.fromkeys(same[:CANDIDATES])
        sketches = []
        for id_ in self._find_sharing(member)[:CANDIDATES]:
            sketches.append((id_, self._sketch_text(id_)))
        article_ids |= dict.fromkeys(near(member.text, sketches))
        found = []
        for article_id in article_ids:
            found.append(_copy_for_comparison(self._members[article_id]))
        return found

    def stories(self) -> Iterator[tuple[str, list[Member]]]:
        """Yield each story's id and texts."""
        for story_id in self._stories:
            yield story_id, self._list_members([story_id])

    def carries(self) -> Iterator[Carrying]:
        """Yield which pages carry texts of other stories, with the stories of both."""
        for carrying in self._carries:
            page_story_id = self._members[carrying.page_id].story_id
            story_id = self._members[carrying.article_id].story_id
            # A later text may have joined the two.
            if page_story_id != story_id:
                yield replace(carrying, page_story_id=page_story_id, story_id=story_id)

    def _find_sharing(self, member: Member) -> list[str]:
        """Return the ids of texts with enough keys in common, those that share most first."""
        common: Counter[str] = Counter()
        keys = lookup_keys(member.text)
        for key in keys:
            found = self._by_key.get(key, [])
            # A key that half of the texts have says little, and would cost most of the time.
            if len(found) > FREQUENT:
                found = found[:FIRST]
            common.update(found)
        sharing = []
        for article_id, count in common.items():
            if is_candidate(count, len(keys), self._key_counts[article_id]):
                sharing.append(article_id)
        sharing.sort(key=lambda id_: (-common[id_], id_))
        return sharing

    def _sketch_text(self, article_id: str) -> Sketch:
        text = self._members[article_id].text
        return Sketch(text.shingles, text.quoted)

    def _list_members(self, story_ids: Collection[str]) -> list[Member]:
        members = []
        for story_id in story_ids:
            for article_id in self._stories[story_id]:
                members.append(_copy_for_comparison(self._members[article_id]))
        return members

    def _file_member(self, member: Member) -> None:
        self._members[member.article_id] = member
        if member.text.exact:
            self._by_exact_hash[member.text.exact].append(member.article_id)
        keys = lookup_keys(member.text)
        self._key_counts[member.article_id] = len(keys)
        for key in keys:
            if len(self._by_key[key]) <= FREQUENT:
                self._by_key[key].append(member.article_id)


def _copy_for_comparison(member: Member) -> Member:
    """Return a copy of a text that can be thrown away after a comparison.

    A print makes sets for that and keeps them, which take more room than the print itself.
    """
    return replace(member, text=replace(member.text))
