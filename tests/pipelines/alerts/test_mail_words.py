"""Mails in the language of their reader: every phrase in each language, none left in English."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import alerts
from pipelines.alerts.digest_content import KICKERS as DIGEST_KICKERS
from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.mail_subject import COUNTED
from pipelines.alerts.mail_words import phrases, words_in
from pipelines.alerts.receipt_facts import FAULT_WORDS
from pipelines.alerts.story_facts import CHANGE_KICKERS, COPY_KICKERS, KICKERS
from pipelines.alerts.story_turns import COPY_TAKEN_AWAY
from pipelines.alerts.wording import RELATION_WORDS
from pipelines.beat.searches.fields import MAIL_LANGUAGES
from tests.builders import NOON
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert, parts, read

TEMPLATES = Path(alerts.__file__).parent / "templates"
NAMES = re.compile(r"\{(\w+)\}")


def said_in_templates() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES.glob("*.j2"):
        found.update(re.findall(r'say\("([^"]+)"', path.read_text("utf-8")))
    return found


def told(number: int, **fields: object) -> AlertItem:
    stored = a_stored(f"https://daily.example/{number}", title=f"Titre {number}")
    story = a_story(stored, id=f"s{number}", independent=2)
    return AlertItem((an_alert(story_id=f"s{number}", **fields),), story, (stored,))


def test_every_phrase_of_a_template_is_known() -> None:
    assert said_in_templates() <= phrases().keys()


def test_every_word_that_a_mail_begins_with_is_known() -> None:
    words = {COPY_TAKEN_AWAY, *RELATION_WORDS.values()}
    for kickers in (KICKERS, CHANGE_KICKERS, COPY_KICKERS, DIGEST_KICKERS):
        words.update(kickers.values())
    assert words <= phrases().keys()


def test_all_that_a_source_does_and_a_subject_counts_is_known() -> None:
    words = {"fails", "nothing new", *FAULT_WORDS.values()}
    for one, many in COUNTED.values():
        words |= {one, many}
    assert words <= phrases().keys()


@pytest.mark.parametrize("language", [language for language in MAIL_LANGUAGES if language != "en"])
def test_a_phrase_names_the_same_in_each_language(language: str) -> None:
    for phrase, words in phrases().items():
        assert sorted(NAMES.findall(words[language])) == sorted(NAMES.findall(phrase)), phrase


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_no_phrase_of_a_mail_is_left_in_english(language: str) -> None:
    search = a_search(language=language)
    daily = replace(search, cadence="daily")
    first = told(1).with_reports([told(2)])
    later = told(3)
    digest = compose_digest(
        daily, "k", [first, replace(later, thread="leaders:s9:new")], DESK, [(NOON.date(), 2)], since=NOON
    )
    empty = compose_digest(daily, "k", [], DESK, [], since=NOON - timedelta(days=1))
    for mail in (compose(search, first, DESK), digest, empty):
        for text in (mail.subject, *parts(read(mail))):
            visible = re.sub(r"(?s)<style>.*?</style>|<[^>]*>|mailto:\S+", " ", text).casefold()
            for phrase in phrases():
                # Short ones stand in names and addresses too.
                if len(phrase) > 9 and "{" not in phrase and phrase != words_in(language)(phrase):
                    assert phrase.casefold() not in visible, phrase


def test_a_french_mail_and_a_chinese_one_say_so() -> None:
    for language, word in (("fr", "Pourquoi ce courriel"), ("zh", "为何发给您")):
        plain, html = parts(read(compose(a_search(language=language), told(1), DESK)))
        assert word.upper() in plain
        assert word in html
        assert f'<html lang="{language}">' in html


def test_names_are_filled_in_and_an_unknown_phrase_stays_english() -> None:
    assert words_in("fr")("{n} copies", n=3) == "3 reprises"
    assert words_in("zh")("a phrase that nobody knows") == "a phrase that nobody knows"
