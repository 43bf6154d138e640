"""The form in which compiled terms are written as JSON."""

from __future__ import annotations

from pipelines.beat.plain_values import PlainForm
from pipelines.beat.terms.names import Entity, Meaning, Party, TermEntry, Terms, Topic
from pipelines.beat.weights import Weights
from pipelines.text.name_matcher import NameMatcher, SpacedName, Spelling


def _parts_of_matcher(matcher: NameMatcher) -> tuple[object, object]:
    return matcher.spaced, matcher.unspaced


PLAIN_TERMS = PlainForm(
    (Entity, TermEntry, Meaning, Party, SpacedName, Spelling, Terms, Topic, Weights),
    {NameMatcher: (_parts_of_matcher, NameMatcher.of_names)},
)
