"""Words of time, and words that say nothing of an event."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.text.vocabulary import Vocabulary, read_vocabulary

Words = tuple[str, ...]


class EventVocabulary(Vocabulary):
    """The words of `event_words.yaml`, by language where a list has several."""

    next_week: Mapping[str, Words]
    next_month: Mapping[str, Words]
    last_week: Mapping[str, Words]
    before_month: Words
    between_day_and_month: Words
    day_endings: Words
    between_office_and_side: Words
    between_side_and_office: Words
    credits: Words
    captions: Words
    common_words: Words
    capital_nouns: Words
    headline_words: Mapping[str, Words]


WORDS = read_vocabulary("pipelines.stories", "event_words.yaml", EventVocabulary)
