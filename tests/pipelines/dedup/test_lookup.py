"""Which of the texts that share lookup keys are read."""

from __future__ import annotations

from pipelines.dedup.lookup import near
from pipelines.model import Sketch, TextPrint

TEXT = TextPrint("t", tuple(range(100)), 102)


def sketch(common: int, size: int = 100, quoted: tuple[int, ...] = ()) -> Sketch:
    """A text of so many shingles of which the first are those of `TEXT`."""
    return Sketch((*range(common), *range(1000, 1000 + size - common)), quoted)


def test_texts_that_may_be_copies_are_read_in_the_order_given() -> None:
    assert near(TEXT, [("b", sketch(90)), ("a", sketch(33))]) == ["b", "a"]


def test_turns_of_phrase_are_not_read() -> None:
    assert near(TEXT, [("a", sketch(19))]) == []


def test_of_those_that_cannot_be_copies_the_first_is_read_to_tell_of_it() -> None:
    assert near(TEXT, [("a", sketch(25)), ("b", sketch(30)), ("c", sketch(80))]) == ["a", "c"]


def test_a_text_that_is_mostly_quoted_is_measured_by_what_it_tells() -> None:
    found = [
        ("first", sketch(25)),
        ("quoting", sketch(25, quoted=(0, 40))),
        ("wholly", sketch(21, quoted=(0, 99))),
    ]
    assert near(TEXT, found) == ["first", "quoting", "wholly"]
    mostly_quoted = TextPrint("t", tuple(range(100)), 102, quoted=(0, 40))
    assert near(mostly_quoted, [("a", sketch(21)), ("b", sketch(22))]) == ["a", "b"]


def test_a_short_text_inside_a_long_one_is_read() -> None:
    assert near(TEXT, [("brief", sketch(14, size=30)), ("page", sketch(40, size=2000))]) == ["brief", "page"]


def test_what_a_text_repeats_counts_once() -> None:
    chorus = (*range(30), *[5000] * 60)
    assert near(TEXT, [("song", Sketch(chorus, ()))]) == ["song"]
