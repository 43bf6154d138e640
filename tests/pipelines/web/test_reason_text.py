"""Reasons on pages: in the language of the page, on the reader's clock, and never markup."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import httpx
import pytest

from pipelines.beat.source_advice import advice_on
from pipelines.beat.source_health import STATES
from pipelines.model import ReaderClock
from pipelines.web.reason_text import ReasonText
from pipelines.web.wording import word_list
from tests.builders import NOON
from tests.pipelines.web.room_server import HOSTILE

SIDES = {"China": {"en": "China", "fr": "Chine", "zh": "中国"}}
KEEPS = "keeps 60 of the 80 words of the original's text (75%); 3 of its 63 words are its own (5%)"


def reasons_in(language: str, clock: ReaderClock | None = None) -> ReasonText:
    return ReasonText(language, SIDES, clock or ReaderClock("UTC", UTC), NOON)


@pytest.mark.parametrize(
    ("reason", "french", "chinese"),
    [
        (
            KEEPS,
            "garde 60 des 80 mots du texte de l’original (75%) ; 3 de ses 63 mots lui sont propres (5%)",
            "保留原文 80 词中的 60（75%）；其 63 词中有 3 为自有（5%）",
        ),
        ("China is not named", "ne nomme pas : Chine", "未提到中国"),
        (
            "Daily: number changed: 5 → 7 in “7 ships”; 2 sentences added (19 words)",
            "Daily : chiffre modifié : 5 → 7 dans « 7 ships » ; 2 phrases ajoutées (19 mots)",
            "Daily：数字有改：5 → 7，见“7 ships”；新增 2 句（19 词）",
        ),
        ("the search is paused", "la recherche est en pause", "搜索已暂停"),
        (
            "it thinks; 2 sentences added (19 words)",
            '<span lang="en">it thinks</span> ; 2 phrases ajoutées (19 mots)',
            '<span lang="en">it thinks</span>；新增 2 句（19 词）',
        ),
        ("", "", ""),
    ],
)
def test_a_reason_is_in_the_language_of_the_page(reason: str, french: str, chinese: str) -> None:
    assert reasons_in("en")(reason).unescape() == reason
    assert reasons_in("fr")(reason) == french
    assert reasons_in("zh")(reason) == chinese


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_what_a_stranger_writes_into_a_reason_is_no_markup(language: str) -> None:
    for reason in (HOSTILE, f"Daily: {HOSTILE}", f"number added: {HOSTILE} in “{HOSTILE}”; {HOSTILE}"):
        assert "<" not in reasons_in(language)(reason).replace('<span lang="en">', "").replace("</span>", "")


def test_a_time_in_a_reason_is_on_the_clock_of_the_reader() -> None:
    clock = ReaderClock("Vancouver", ZoneInfo("America/Vancouver"))
    shown = reasons_in("en", clock)("failing since 2026-01-17 12:00 UTC (2 h): no answer")
    assert "04:00 Vancouver" in shown
    assert "UTC" not in shown


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_every_advice_and_every_state_of_a_source_is_in_the_language(language: str) -> None:
    for state in STATES:
        assert language in word_list()[f"health_{state}"]
        advice = advice_on(state, "daily")
        assert not advice or reasons_in(language).plain(advice) != advice, advice


def test_pages_in_french_have_french_reasons(room: httpx.Client) -> None:
    french = {"Accept-Language": "fr"}
    story = room.get("/story/s1", headers=french).text
    assert "Communiqué payé du média d’État CGTN via GlobeNewswire" in story
    assert "aucun article du récit ne répond à" in story
    today = room.get("/?since=30d", headers=french).text
    assert "Communiqué payé du média d’État CGTN via GlobeNewswire" in today
    assert "pas encore essayée" in room.get("/sources", headers=french).text


def test_what_no_page_does_is_said_to_be_a_command(room: httpx.Client) -> None:
    assert "the command `maplewire run` asks it" in room.get("/sources").text
