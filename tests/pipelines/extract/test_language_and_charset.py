"""The language of a text, and bytes in whatever encoding a server sends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipelines.extract import extract
from pipelines.extract.encoding import decode
from pipelines.extract.language import chinese_script, detect_language
from pipelines.text.languages import base_of
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import ENGLISH, FRENCH, SIMPLIFIED, TRADITIONAL, a_html, in_paragraphs
from tests.pipelines.text.reports import REPORTS

NOW = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "lang"), [(ENGLISH, "en"), (FRENCH, "fr"), (SIMPLIFIED, "zh-Hans"), (TRADITIONAL, "zh-Hant")]
)
def test_language_is_that_of_the_text_whatever_the_page_claims(text: Sequence[str], lang: str) -> None:
    for claim in ("en", "fr-CA", "zh-TW", "zh-CN"):
        article = extract(a_page(body=a_html(*text, title=text[0][:18], lang=claim)), None, NOW)
        assert (article.lang, article.lang_claimed) == (lang, claim)


def test_claim_decides_for_a_text_that_is_too_short_to_tell() -> None:
    assert detect_language("Total: 12", "fr-CA") == "fr"


def test_text_without_letters_has_no_language() -> None:
    assert detect_language("2026 — 12,5 %", "fr") is None


def test_claim_stands_for_a_language_that_the_detector_does_not_know() -> None:
    assert (
        detect_language("Uhulumeni uthe izolo ukuthi izingxoxo zizoqhubeka ngesonto elizayo. " * 5, "zu")
        == "zu"
    )


def test_other_east_asian_scripts_are_told_apart() -> None:
    assert detect_language("政府は土曜日に新しい協議の予定を発表しました。") == "ja"
    assert detect_language("정부는 토요일에 새로운 협의 일정을 발표했다.") == "ko"


@pytest.mark.parametrize("lang", list(REPORTS))
def test_every_language_of_a_beat_is_told_from_its_text(lang: str) -> None:
    for report in REPORTS[lang]:
        for claim in (None, "en", f"{lang}-XX"):
            detected = detect_language("\n".join(report), claim)
            assert detected is not None
            assert base_of(detected) == lang


@pytest.mark.parametrize("claim", ["no", "nb-NO", "no_NO", None])
def test_norwegian_has_one_code_whatever_the_page_calls_it(claim: str | None) -> None:
    assert detect_language("\n".join(REPORTS["nb"][0]), claim) == "no"


def test_new_norwegian_keeps_its_own_code_where_the_page_claims_it() -> None:
    text = "Hamna i Solvik opna tysdag ein fiskehall, og dei som arbeider der ventar ikkje ute lenger."
    assert detect_language(text, "nn-NO") == "nn"


@pytest.mark.parametrize(
    ("lang", "encoding"),
    [
        ("ko", "euc-kr"),
        ("ja", "shift_jis"),
        ("ja", "euc-jp"),
        ("ru", "windows-1251"),
        ("uk", "windows-1251"),
        ("pl", "iso-8859-2"),
        ("ar", "windows-1256"),
        ("de", "cp1252"),
        ("nb", "iso-8859-1"),
    ],
)
@pytest.mark.parametrize("is_named", [True, False], ids=["named in the page", "named in the header"])
def test_pages_in_old_encodings_are_read(lang: str, encoding: str, is_named: bool) -> None:
    body = in_paragraphs(REPORTS[lang][0])
    meta = f'<meta charset="{encoding}">' if is_named else ""
    header = "text/html" if is_named else f"text/html; charset={encoding}"
    page = f"<html><head>{meta}</head><body>{body}</body></html>".encode(encoding, "xmlcharrefreplace")
    first_words = REPORTS[lang][0][0][:12]
    assert first_words in decode(page, header)[0]


def test_characters_that_both_scripts_share_tell_no_script() -> None:
    assert chinese_script("中文") is None


@pytest.mark.parametrize(
    "header",
    [
        None,
        "text/html",
        "text/html; charset=iso-8859-1",
        "text/html; charset=utf-8",
        "text/html; charset=gb2312",
        "text/html; charset=big5",
    ],
)
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gbk"),
        (SIMPLIFIED, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-8"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-8"),
        (FRENCH, "utf-16"),
    ],
)
def test_text_is_read_right_whatever_the_header_claims(
    text: Sequence[str], encoding: str, header: str | None
) -> None:
    page = in_paragraphs(text)
    assert decode(f"<html><body>{page}</body></html>".encode(encoding), header)[0].endswith(
        f"{page}</body></html>"
    )


def test_characters_outside_gb2312_survive_a_page_labelled_gb2312() -> None:
    raw = (
        b'<html><head><meta charset="gb2312"></head><body>'
        + "朱镕基与陶喆出席会议的新闻，记者在北京报道。".encode("gbk")
    )
    assert "朱镕基与陶喆" in decode(raw, None)[0]


def test_stray_byte_does_not_turn_utf8_into_something_else() -> None:
    text, encoding = decode("".join(SIMPLIFIED).encode() + b"\xff</p>", "text/html; charset=gb2312")
    assert encoding == "utf-8"
    assert SIMPLIFIED[0] in text


@pytest.mark.parametrize("noise", ["tips@daily.example " * 9, "https://daily.example/a ", "12_500 " * 9])
def test_addresses_and_numbers_are_no_text(noise: str) -> None:
    assert detect_language(f"{noise}2026") == detect_language("2026")
    text = " ".join(FRENCH)
    assert detect_language(f"{noise}{text}", "en") == "fr"
