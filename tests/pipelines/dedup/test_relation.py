"""What a copy is said to be beside its original, and why: true of both texts, and plain."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipelines.dedup import arrange
from pipelines.dedup.overlap import compare
from pipelines.dedup.relation import link_between
from pipelines.model import Link, Relation
from tests.pipelines.dedup.newsroom import a_member, link_of, text_of
from tests.pipelines.dedup.texts import BLOG, OWN, PAID, PRESS


def link(copy: tuple[str, ...], original: tuple[str, ...], source: str = "b", first: str = "a") -> Link:
    later = a_member("copy", "Copy", text_of(*copy), 1, source=source)
    known = a_member("first", "First", text_of(*original), source=first)
    return link_between(later, known, compare(later.text, known.text))


def test_text_that_grew_between_its_paragraphs_is_edited_and_not_in_one_piece() -> None:
    grown = link((PRESS[0], OWN[0], PRESS[1], *OWN[1:], PRESS[2], BLOG[0], *PRESS[3:]), PRESS)
    assert (grown.relation, grown.kept > 0.9) == (Relation.EDITED, True)
    assert "in one piece" not in " ".join(grown.why)
    assert "the longest passage has " in grown.why[1]


def test_text_inside_a_longer_page_stands_there_in_one_piece() -> None:
    inside = link((*BLOG[:2], *PAID, BLOG[2]), PAID)
    assert inside.relation is Relation.EMBEDDED
    assert re.fullmatch(r"in one piece of \d+ words, after \d+ of its own", inside.why[1])


def test_copy_as_long_as_its_original_is_not_shortened() -> None:
    assert link((*PRESS[:4], OWN[0]), PRESS[:5]).relation is Relation.EDITED


@pytest.mark.parametrize("source", ["a", "b"])
def test_text_that_nobody_could_tell_apart_is_no_update(source: str) -> None:
    assert link(PRESS, PRESS, source).relation is Relation.VERBATIM


def test_update_says_that_it_is_another_page_of_the_outlet() -> None:
    changed = link((*PRESS, OWN[0]), PRESS, "a")
    assert changed.relation is Relation.UPDATE
    assert changed.why[0] == "another page of the same outlet with this text, changed"


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    whole, cut = link(PRESS, PRESS), link(PRESS[:1], PRESS)
    assert re.fullmatch(r"keeps all \d+ words of the original's text; adds nothing of its own", whole.why[0])
    assert "keeps all" not in cut.why[0]


def test_copy_of_another_member_says_whose_text_it_keeps() -> None:
    first = a_member("first", "First", text_of(*PRESS), 0)
    middle = a_member("middle", "Middle", text_of(*PRESS, *PAID), 1)
    last = a_member("last", "Last", text_of(*PAID), 2)
    of_middle = link_of(arrange("s", [first, middle, last]), "last")
    assert of_middle.of == "middle"
    assert "of the text as middle has it" in of_middle.why[0]
    nameless = [replace(member, publisher_id="") for member in (first, middle, last)]
    assert "of another copy's text" in link_of(arrange("s", nameless), "last").why[0]


@pytest.mark.parametrize(
    ("hour", "precision", "said"),
    [(None, "second", "gives no time"), (10**6, "second", "ahead of that"), (0, "day", "no hour")],
)
def test_earliest_page_says_what_its_place_rests_on(hour: float | None, precision: str, said: str) -> None:
    lead = a_member("a", "A", text_of(*PRESS), hour, precision=precision, tier=0)
    copy = a_member("b", "B", text_of(*PRESS), 10**6 if hour != 0 else 48)
    (why,) = arrange("s", [lead, copy]).links[0].why
    assert said in why


def test_story_of_one_does_not_say_that_nobody_shares_a_word_of_it() -> None:
    assert arrange("s", [a_member("a", "A", text_of(*PRESS))]).links[0].why == (
        "no other page known has this text",
    )


def test_text_that_only_a_person_put_beside_another_is_said_to_keep_nothing() -> None:
    stranger = link(OWN, PAID)
    assert stranger.relation is Relation.EDITED
    assert stranger.why == ("keeps nothing of the original's text", "no three words in a row in common")


def counted(why: str) -> list[int]:
    return [int(number) for number in re.findall(r"\b\d+\b(?!%)", why)]


LETTERS = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(120)]
HAN = [chr(0x4E00 + 7 * n) for n in range(120)]


def of_tokens(copy: list[str], original: list[str], between: str) -> Link:
    later = a_member("copy", "Copy", between.join(copy), 1)
    known = a_member("first", "First", between.join(original))
    return link_between(later, known, compare(later.text, known.text))


@pytest.mark.parametrize(("tokens", "between", "unit"), [(LETTERS, " ", "words"), (HAN, "", "characters")])
def test_numbers_add_up_for_a_reader_who_counts(tokens: list[str], between: str, unit: str) -> None:
    own = list(reversed(tokens[90:]))
    copy = [*own[:12], *tokens[:40], own[12], *tokens[41:80], *own[13:]]
    found = of_tokens(copy, tokens[:90], between)
    kept, of_original, own_words, of_copy = counted(found.why[0])
    assert (kept, of_original) == (79, 90)
    assert (own_words, of_copy) == (30, 109)
    assert kept + own_words == of_copy
    assert found.why[1] == f"the longest passage has 40 {unit}, after 12 of its own"
    assert f"of the 90 {unit} of the original's text (88%)" in found.why[0]
    assert (found.kept, found.own) == pytest.approx((79 / 90, 30 / 109), abs=1e-6)


def test_a_copy_in_one_piece_says_how_many_words_it_has() -> None:
    found = of_tokens(LETTERS[:70], LETTERS, " ")
    assert found.why == (
        "keeps 70 of the 120 words of the original's text (58%); adds nothing of its own",
        "in one piece of 70 words",
    )
