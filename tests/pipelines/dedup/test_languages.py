"""A copy is found in every language, and two reports of one event are two stories in every language."""

from __future__ import annotations

import pytest

from pipelines.dedup import decide, print_of
from pipelines.dedup.lookup import lookup_keys
from pipelines.model import Relation
from tests.pipelines.dedup.newsroom import a_member, text_of
from tests.pipelines.text.reports import REPORTS

LANGUAGES = pytest.mark.parametrize("lang", list(REPORTS))


@LANGUAGES
def test_a_verbatim_text_is_a_copy(lang: str) -> None:
    report = text_of(*REPORTS[lang][0])
    decision = decide(a_member("copy", "One", report), [a_member("first", "Two", report)])
    assert decision.story_ids == ("sfirst",)
    assert decision.link.relation is Relation.VERBATIM


@LANGUAGES
def test_a_shortened_text_shares_keys_and_is_a_copy(lang: str) -> None:
    whole, part = text_of(*REPORTS[lang][0]), text_of(*REPORTS[lang][0][:2])
    assert lookup_keys(print_of("", whole)) & lookup_keys(print_of("", part))
    decision = decide(a_member("copy", "One", part), [a_member("first", "Two", whole)])
    assert decision.story_ids == ("sfirst",)
    assert decision.link.relation is Relation.SHORTENED


@LANGUAGES
def test_a_text_inside_a_longer_page_is_a_copy(lang: str) -> None:
    report, other = REPORTS[lang]
    decision = decide(
        a_member("copy", "One", text_of(*report, *other)), [a_member("first", "Two", text_of(*report))]
    )
    assert decision.story_ids == ("sfirst",)


@LANGUAGES
def test_another_report_of_the_same_event_is_a_story_of_its_own(lang: str) -> None:
    report, other = REPORTS[lang]
    decision = decide(
        a_member("second", "One", text_of(*other)), [a_member("first", "Two", text_of(*report))]
    )
    assert not decision.story_ids


@LANGUAGES
def test_a_report_has_about_as_many_words_in_every_language(lang: str) -> None:
    """The thresholds are in words, so a language whose texts counted half would lose its copies."""
    assert 75 <= print_of("", text_of(*REPORTS[lang][0])).words <= 165
