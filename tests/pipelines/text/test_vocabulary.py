"""A phrase of a vocabulary matches what its signs say, and a mistake in a file is named with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.text import vocabulary
from pipelines.text.vocabulary import (
    PhrasesByLanguage,
    Vocabulary,
    any_of,
    part_by_spacing,
    pattern_of,
    read_vocabulary,
)


class Words(Vocabulary):
    greetings: PhrasesByLanguage


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("read more", "read  more"),
        ("comment[s]", "comment"),
        ("comment[s]", "comments"),
        ("most (read|viewed)", "most viewed"),
        ("share …5", "share this"),
        ("follow …2-5", "follow us"),
        ("[#][ ]comments", "12 comments"),
        ("responsab*", "responsabilité"),
        ("d'après", "d’après"),
        (r"\(c\)", "(c)"),
        (r"-30-", "-30-"),
        ("a.b+c?", "a.b+c?"),
        ("by~…3", "by me"),
    ],
)
def test_a_phrase_matches_what_its_signs_say(phrase: str, text: str) -> None:
    assert re.fullmatch(pattern_of(phrase), text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("a.b", "axb"),
        ("share …5", "share all of this"),
        ("follow …2-5", "follow x"),
        ("by~…3", "bypass"),
        ("#", "one"),
    ],
)
def test_a_phrase_matches_nothing_else(phrase: str, text: str) -> None:
    assert not re.fullmatch(pattern_of(phrase), text)


def test_phrases_of_all_languages_are_alternatives_in_the_order_of_the_file() -> None:
    assert re.findall(
        any_of({"en": ["hello there", "hello"], "fr": ["bonjour"]}, ["你好"]), "hello bonjour 你好"
    )
    match = re.match(any_of({"en": ["hello there", "hello"]}), "hello there")
    assert match
    assert match[0] == "hello there"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("greetings:\n  en: [hello (there]\n", "words.yaml:2: greetings.en.0: "),
        ("greetings:\n  en: [hello]\ngreeting: {}\n", "words.yaml:3: greeting: "),
        ("greetings:\n  en: [no]\n", "words.yaml:2: greetings.en.0: "),
        ("greetings:\n  en: [hello]\n  en: [hi]\n", "words.yaml:3: is given twice"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_line(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.yaml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(vocabulary, "files", lambda package: tmp_path)
    with pytest.raises(CatalogueError) as caught:
        read_vocabulary("anywhere", "words.yaml", Words)
    assert message in str(caught.value)


def test_words_are_parted_by_whether_spaces_surround_them() -> None:
    spaced, unspaced = part_by_spacing(["said", "表示", "заявил", "발표", "ποσό", "ヶ月"])
    assert spaced == ["said", "заявил", "ποσό"]
    assert unspaced == ["表示", "발표", "ヶ月"]
