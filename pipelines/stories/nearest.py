"""What came closest to a story and was kept apart from it, and why it was not enough (reads only).

It is decided anew, with all that is known when somebody asks. Asked of a story's first report, whoever came first.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.dedup import decide
from pipelines.dedup.overlap import compare
from pipelines.model import Member, Story
from pipelines.ports import Ledger


@dataclass(frozen=True, slots=True)
class NearestStory:
    """An article of another story, and why it is no copy."""

    story_id: str
    article_id: str
    why: str


def closest(ledger: Ledger, story: Story) -> NearestStory | None:
    """Return what of all other stories shares most with a story's first report; None where nothing shares enough to be looked at."""
    with ledger.deciding() as deciding:
        members = deciding.members([story.id])
        lead = next((m for m in members if m.article_id == story.lead_id), None)
        if lead is None:
            return None
        others = [m for m in deciding.candidates(lead.text) if m.story_id != story.id]
        word = deciding.corrected_pairs([lead.article_id, *(m.article_id for m in others)])
        decision = decide(lead, others, word, deciding.members)
    if decision.story_ids:
        original = next(m for m in others if m.article_id == decision.link.of)
        why = f"would be one story with it if it came today: {decision.link.why[0]}"
        return NearestStory(original.story_id or "", original.article_id, why)
    nearest = decision.nearest
    member = next((m for m in others if nearest and m.article_id == nearest.article_id), None)
    if nearest is None or member is None:
        return None
    return NearestStory(
        member.story_id or "", member.article_id, f"{_in_common(lead, member)}; {nearest.why}"
    )


def _in_common(lead: Member, member: Member) -> str:
    """Say how many words two texts share, and how many of them are somebody else's, which make no copy."""
    overlap = compare(lead.text, member.text)
    words = lead.text.words / max(len(lead.text.shingles), 1)
    common, told = (round(some * words) for some in (overlap.shared, overlap.shared_unquoted))
    said = f", {common - told} of them as somebody's words" if common - told >= common / 10 else ""
    return f"about {common} words in common{said}"
