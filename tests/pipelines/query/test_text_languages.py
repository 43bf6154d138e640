"""A query asks for no stems of languages that no text is in."""

from __future__ import annotations

import pytest

from pipelines.query import And, Near, Node, Not, Or, Query, Words, parse
from pipelines.query.text_languages import in_languages
from pipelines.text.analyzer import language_of_stem


def languages_asked(node: Node) -> set[str]:
    """Return the languages of all stems of a query."""
    found: set[str] = set()
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                found |= languages_asked(part)
        case Not(part=part):
            found = languages_asked(part)
        case Words(phrases=pieces) | Near(pieces=pieces):
            for piece in pieces:
                found.update(map(language_of_stem, piece))
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "tariffs",
        "Canada-China",
        "tariffs OR -exporting",
        "lang:en (tariffs AND duties)",
        "tariffs NEAR/3 exports",
    ],
)
def test_stems_of_other_languages_are_left_out(typed: str) -> None:
    root = parse(typed).root
    assert languages_asked(root) > {"", "fr"}
    assert languages_asked(in_languages(root, {"fr", "zh"})) == {"", "fr"}
    assert languages_asked(in_languages(root, set())) == {""}


@pytest.mark.parametrize(
    "typed", ['"forced labour"', "油菜籽", "canol*", "source:cbc", "*:*", "author:tremblay"]
)
def test_what_has_no_stems_stays_as_it_is(typed: str) -> None:
    query: Query = parse(typed)
    assert in_languages(query.root, set()) == query.root


def test_a_word_of_another_language_alone_still_finds_nothing_but_itself() -> None:
    words = Words(("body",), (("fr¦national",), ("de¦national",)))
    assert in_languages(words, {"en"}) == Words(("body",), (("fr¦national",),))
