"""A person's word on the event of two stories goes before what their texts say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.model import EventLink
from pipelines.stories.event_links import with_words

BY_TEXTS = EventLink("a", "b", 0.9, ("the same names",))
LINKED = EventLink("a", "b", 1.0, ("linked by anna",), word="linked")
UNLINKED = EventLink("a", "b", 1.0, ("unlinked by anna",), word="unlinked")


@pytest.mark.parametrize("word", [LINKED, UNLINKED])
def test_a_word_stands_in_place_of_what_the_texts_say(word: EventLink) -> None:
    other = EventLink("a", "c", 0.8, ("the same figures",))
    assert with_words([BY_TEXTS, other], [word]) == [word, other]


def test_a_word_on_other_stories_is_added() -> None:
    assert with_words([], [LINKED]) == [LINKED]


def test_who_links_a_translation_leaves_it_one() -> None:
    assert with_words([replace(BY_TEXTS, is_translation=True)], [LINKED]) == [
        replace(LINKED, is_translation=True)
    ]


def test_who_links_a_rewritten_text_leaves_it_one() -> None:
    assert with_words([replace(BY_TEXTS, rewritten_from="a")], [LINKED]) == [
        replace(LINKED, rewritten_from="a")
    ]


def test_what_is_unlinked_is_neither() -> None:
    known = replace(BY_TEXTS, is_translation=True, rewritten_from="b")
    assert with_words([known], [UNLINKED]) == [UNLINKED]
