"""The one analyzer: which texts are the same to a search, and where their tokens stand."""

from __future__ import annotations

from itertools import product
from string import punctuation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.analyzer import (
    main_words,
    near_starts,
    phrase_starts,
    placed,
    places,
    plain_words,
    stems_in,
    stems_of,
    streams,
    word_variants,
)
from pipelines.text.analyzer.word_cutter import cut_words, word_or_run
from pipelines.text.folding import fold_for_search


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("China’s", "china"),
        ("CHINA'S", "china"),
        ("Québec", "quebec"),
        ("Que\u0301bec", "Québec"),
        ("l’ambassade", "ambassade"),
        ("L'ambassade", "ambassades"),
        ("qu’il", "il"),
        ("d'État", "etat"),
        ("aujourd’hui", "aujourd'hui"),
        ("Xi'an", "Xian"),
        ("cœur", "coeur"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("習近平", "习近平"),
        ("臺灣", "台湾"),
        ("意味著", "意味着"),
        ("裏面", "里面"),
        ("Ｃａｎａｄａ", "canada"),
        ("ｶﾅﾀﾞ", "カナタ"),
        ("tariffs", "tariff"),
        ("technologies", "technology"),
        ("soft\u00adhyphen", "softhyphen"),
        ("ﬁsh", "fish"),
        ("foo_bar", "foo bar"),
        ("a:b", "a b"),
    ],
)
def test_these_are_the_same_to_a_search(one: str, other: str) -> None:
    assert main_words(one) == main_words(other)


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("加拿大", ["加拿", "拿大"]),
        ("锂", ["锂"]),
        ("G7峰会", ["g7", "峰会"]),
        ("加拿大，中国", ["加拿", "拿大", "中国"]),
        ("2026年1月", ["2026", "年", "1", "月"]),
        ("Canada-China", ["canada", "china"]),
        ("cbc.ca", ["cbc", "ca"]),
        ("U.S.", ["usa"]),
        ("us, US$5 and US-led", ["us", "us", "5", "and", "usa", "lead"]),
        ("J.P.Morgan, P.R.C.", ["jp", "morgan", "prc"]),
        ("F-35 2-to-1 COVID-19 COVID19", ["f35", "2", "to", "1", "covid", "19", "covid", "19"]),
        ("迈克尔·科夫", ["迈克", "克尔", "尔科", "科夫"]),
        ("1,000", ["1000"]),
        ("1'000,000 1\u202f000", ["1000000", "1000"]),
        ("75.8%", ["75.8"]),
        ("1, 2", ["1", "2"]),
        ("C$3.5bn", ["c", "3.5bn"]),
        ("end.Next", ["end", "next"]),
        ("Canadians' views", ["canadian", "view"]),
        ("…—!?", []),
        ("🍁", []),
        ("x" * 300, ["x" * 255, "x" * 45]),
    ],
)
def test_text_is_cut_into(text: str, main: list[str]) -> None:
    assert main_words(text) == main


@pytest.mark.parametrize(
    ("language", "word", "stemmed"),
    [
        ("en", "caresses", "caress"),
        ("en", "negotiations", "negotiation"),
        ("en", "possibly", "possibli"),
        ("en", "1980s", "1980s"),
        ("en", "is", "is"),
        ("en", "sold", "sell"),
        ("en", "x" * 41, "x" * 41),
        ("en-CA", "duties", "duti"),
        (None, "duties", "duti"),
        ("zh-Hans", "duties", "duti"),
        ("fr", "nationaux", "fr¦national"),
        ("fr-CA", "nationaux", "fr¦national"),
        ("no", "dagene", "nb¦dag"),
        ("ru", "хека", "ru¦хек"),
        ("ru", "tariffs", "tariff"),
        ("uk", "хека", "хека"),
        ("fr", "rogers", "fr¦rogers"),
        ("en", "g7", "g7"),
    ],
)
def test_a_stem_goes_by_the_language_of_its_text(language: str | None, word: str, stemmed: str) -> None:
    assert stems_in(language)(word) == stemmed
    assert stemmed in stems_of(word)


def test_all_languages_of_the_beats_that_have_rules_know_theirs() -> None:
    for language in ("en", "fr", "de", "es", "it", "pt", "nl", "nb", "sv", "pl", "ru"):
        assert stems_in(language)("рублями" if language == "ru" else "bananes")


@pytest.mark.parametrize(
    ("word", "variants"),
    [
        ("labourers", {"labourers", "laborers"}),
        ("organizations", {"organizations", "organisations"}),
        ("rise", {"rise"}),
        ("canola", {"canola"}),
    ],
)
def test_a_word_has_these_spellings(word: str, variants: set[str]) -> None:
    assert set(word_variants(word)) == variants


def test_plain_words_keep_endings_and_single_characters() -> None:
    assert plain_words("Tariffs on 加拿大") == ["tariffs", "on", "加", "拿", "大"]


def test_a_token_stands_where_its_word_stood() -> None:
    text = "L’État, Que\u0301bec’s 習近平"
    stream = placed(text, plain=True)
    where = [text[a:b] for a, b in zip(stream.starts, stream.ends, strict=True)]
    assert where == ["État", "Que\u0301bec", "習", "近", "平"]


@given(st.text())
def test_streams_agree_with_the_places_of_their_tokens(text: str) -> None:
    main, plain = streams(text)
    assert placed(text, plain=False).tokens == main
    assert placed(text, plain=True).tokens == plain
    for stream in (placed(text, plain=False), placed(text, plain=True)):
        assert all(0 <= a < b <= len(text) for a, b in zip(stream.starts, stream.ends, strict=True))
        assert list(stream.starts) == sorted(stream.starts)


#: Pieces that rules join, cut or change by what stands beside them.
_TRICKY = (
    "US", "US$5", "(US)", "U.S.", "P.R.C.", "F-35", "f–35", "1,000", "1\u00a0000", "l’accord", "China’s",
    "covid19", "2-to-1", "a-1", "'", "’", "·", "迈克尔", "科夫", "習", "É", "œ", "\u0301", "\u3000",
    "\n", " ", "-", "1 000", "17", "000", ":",
    "$", "x.y", "ß", "ﬁ", "１２", "\u200b", "\x01", "²", "Ёлка", "الصِّين",
    "5", "5%", "(17)", "½", "canola", "Canola,", "us", "，", "。", "加拿大总理",
)  # fmt: skip


@given(st.lists(st.sampled_from(_TRICKY), max_size=8).map("".join), st.sampled_from([None, "fr", "ru", "zh"]))
def test_pieces_between_spaces_have_the_tokens_of_the_whole_text(text: str, language: str | None) -> None:
    main, plain = streams(text, language)
    assert placed(text, language, plain=False).tokens == main
    assert placed(text, language, plain=True).tokens == plain


@pytest.mark.parametrize("word", ["US", "us", "5", "1000", "Été", "canola", "Ёлка", "F35", "1,000", "習近平"])
def test_marks_around_a_word_change_nothing_that_the_rules_would_not(word: str) -> None:
    for mark in sorted(set(f"{punctuation}‘’“”„«»‹›…–—¿¡")):
        for text in (f"{mark}{word}", f"{word}{mark}", f"{mark}{word}{mark}"):
            main, plain = streams(text, "fr")
            assert (text, main) == (text, placed(text, "fr", plain=False).tokens)
            assert (text, plain) == (text, placed(text, "fr", plain=True).tokens)


@given(st.text())
def test_tokens_analysed_again_are_themselves(text: str) -> None:
    for token in plain_words(text):
        assert plain_words(token) == [token]


def test_nearness_finds_a_stretch_wherever_one_exists() -> None:
    where = places(["a", "x", "b", "y", "a", "z", "c", "b"])
    assert phrase_starts(where, ("a", "z")) == [4]
    assert near_starts(where, (("a",), ("b",)), 0) == []
    assert near_starts(where, (("a",), ("b",)), 1) == [(0, 2), (4, 2)]
    assert near_starts(where, (("c",), ("b",), ("a",)), 1) == [(6, 7, 4)]


@given(st.lists(st.sampled_from("abc"), max_size=12), st.integers(0, 4))
def test_nearness_is_what_trying_all_choices_finds(stream: list[str], slop: int) -> None:
    pieces = (("a",), ("b", "c"))
    where = places(stream)
    starts = [phrase_starts(where, piece) for piece in pieces]
    fits = any(max(a + 1, b + 2) - min(a, b) - 3 <= slop for a, b in product(*starts))
    assert bool(near_starts(where, pieces, slop)) == fits


@given(st.text("abz'9.,_ \x01-", max_size=30))
@settings(max_examples=300)
def test_plain_english_is_cut_as_every_text_is(text: str) -> None:
    folded = fold_for_search(text)
    assert cut_words(folded) == word_or_run().findall(folded)
