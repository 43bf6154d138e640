"""What came closest to a story and was kept apart from it, and why (reads only).

It is decided anew, with all that is known when somebody asks, for a story's first report, whoever came
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.dedup import decide
from pipelines.dedup.overlap import compare
from pipelines.dedup.shared_words import count_shared
from pipelines.model import Member, Story
from pipelines.ports import Ledger

#: Words that are somebody else's are told from this share of the common words on.
_TOLD_SHARE = 10


@dataclass(frozen=True, slots=True)
class NearestStory:
    """An article of another story, and why it is no copy."""

    story_id: str
    article_id: str
    why: str


def closest(ledger: Ledger, story: Story) -> NearestStory | None:
    """Return the most similar story that was not merged with this one.

    None where no other story shares enough to be compared.
    """
    with ledger.deciding() as deciding:
        lead = _find_member(deciding.members([story.id]), story.lead_id)
        if lead is None:
            return None
        others = []
        article_ids = [lead.article_id]
        for other in deciding.candidates(lead.text):
            if other.story_id != story.id:
                others.append(other)
                article_ids.append(other.article_id)
        corrections = deciding.corrected_pairs(article_ids)
        decision = decide(lead, others, corrections, deciding.members)
    if decision.story_ids:
        why = f"would be one story with it if it came today: {decision.link.why[0]}"
        return _name_nearest(_find_member(others, decision.link.of), why)
    if decision.nearest is None:
        return None
    member = _find_member(others, decision.nearest.article_id)
    if member is None:
        return None
    return _name_nearest(member, f"{_describe_common_words(lead, member)}; {decision.nearest.why}")


def _find_member(members: Sequence[Member], article_id: str | None) -> Member | None:
    for member in members:
        if member.article_id == article_id:
            return member
    return None


def _name_nearest(member: Member | None, why: str) -> NearestStory:
    # A decision only names articles that it was given.
    assert member is not None
    return NearestStory(member.story_id or "", member.article_id, why)


def _describe_common_words(lead: Member, member: Member) -> str:
    """Say how many words two texts share, and how many of them make no copy.

    Those are somebody else's words: both quote the same statement.
    """
    overlap = compare(lead.text, member.text)
    shared = count_shared(lead.text, member.text)
    common, unit = shared.shared, shared.unit
    quoted = 0
    if overlap.shared:
        quoted = round(common * (1 - overlap.shared_unquoted / overlap.shared))
    if quoted < common / _TOLD_SHARE:
        return f"about {common} {unit} in common"
    return f"about {common} {unit} in common, {quoted} of them as somebody's words"
