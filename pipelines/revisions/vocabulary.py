"""The words by which an edit is judged, read from `vocabulary.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from pipelines.text.vocabulary import Phrases, Vocabulary, read_vocabulary


def _split_words(value: object) -> object:
    """Return the words of a folded text: long lists need no marks between them."""
    if isinstance(value, str):
        return value.split()
    return value


#: Words given as a list, or as one text with spaces between them.
Words = Annotated[tuple[str, ...], BeforeValidator(_split_words)]


def _without_space(value: object) -> object:
    """Return a text without the spaces that YAML puts where a line goes on."""
    if isinstance(value, str):
        return "".join(value.split())
    return value


Characters = Annotated[str, BeforeValidator(_without_space)]


class RevisionVocabulary(Vocabulary):
    """The lists of `vocabulary.yaml`; what each is for stands there."""

    spelled_numbers: dict[str, Words]
    scales: dict[str, Words]
    chinese_digits: dict[str, int]
    chinese_units: dict[str, int]
    chinese_large_units: dict[str, str]
    counted_in_chinese: Characters
    ages: Phrases
    ages_in_chinese: Phrases
    months: tuple[Words, ...]
    more_months: dict[str, int]
    weekdays: tuple[Words, ...]
    not_names: Words
    saying: Words
    chinese_surnames: Characters
    chinese_titles_before_a_name: Words
    chinese_titles_behind_a_name: Words
    chinese_words_behind_a_titled_name: Words
    chinese_words_behind_a_name: Words
    chinese_endings_of_names: Words
    manners: dict[str, Words]
    helping_verbs: Words
    helping_verbs_behind_a_quotation: Words
    according_to: Words
    words_that_end_a_speaker: Words
    according_to_in_chinese: Words
    reported_in_chinese: Words
    pronouns: Words
    negations: Words
    negation_endings: Words
    negation_beginnings: Words
    before_paired_negations: Words
    paired_negations: Words
    chinese_negations: Words
    chinese_words_that_do_not_deny: Words
    headline_labels: Phrases
    headline_labels_in_brackets: Phrases
    time_of_page: Phrases
    time_of_page_goes_on_with: Words
    words_of_a_time: Words
    time_of_page_alone: Phrases
    date_words: Phrases
    date_words_that_begin_with: Phrases
    date_words_of_one_letter_more: Phrases


VOCABULARY = read_vocabulary("pipelines.revisions", "vocabulary.yaml", RevisionVocabulary)
