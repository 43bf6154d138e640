"""Pages, mails and reasons call one thing by one word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from pipelines.alerts.mail_words import phrases
from pipelines.alerts.reason_words import reason_sentences
from pipelines.alerts.wording import KIND_WORDS, RELATION_WORDS
from pipelines.model import Relation
from pipelines.web.wording import InterfaceWords, word_list

#: A word of another part of the house, by language: (word, what to write).
OTHER_WORDS = {
    "fr": [("courrier", "courriel"), ("communiqué d’un gouvernement", "communiqué gouvernemental")],
    "zh": [("检索", "搜索"), ("传播渠道", "发布渠道"), ("全文转载", "逐字转载")],
}


def every_text() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each text in English with its texts in the other languages."""
    for texts in word_list().values():
        many = {}
        for language, text in texts.items():
            many[language] = text["other"] if isinstance(text, dict) else text
        yield many["en"], many
    yield from phrases().items()
    yield from reason_sentences().items()


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_no_text_uses_another_word_for_the_same_thing(language: str) -> None:
    wrong = []
    for english, texts in every_text():
        for other, right in OTHER_WORDS[language]:
            if other in texts.get(language, "").lower():
                wrong.append(f"{english}: write {right}")
    assert wrong == []


def test_a_story_is_not_called_as_the_beat_is() -> None:
    wrong = []
    for english, texts in every_text():
        is_of_stories = re.search(r"\bstor(y|ies)\b", english) and "beat" not in english
        if is_of_stories and "sujet" in texts.get("fr", "").lower():
            wrong.append(english)
    assert wrong == []


def test_an_origin_is_not_called_as_a_source_is() -> None:
    wrong = []
    for english, texts in every_text():
        is_of_origins = re.search(r"\borigins?\b", english) and "source" not in english
        if is_of_origins and "来源" in texts.get("zh", ""):
            wrong.append(english)
    assert wrong == []


@pytest.mark.parametrize("relation", [relation for relation in Relation if relation is not Relation.REPORT])
@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_pages_and_mails_name_relations_alike(relation: Relation, language: str) -> None:
    english = RELATION_WORDS[relation]
    in_mails = phrases()[english].get(language, english)
    assert InterfaceWords(language).of_value("relation", relation) == in_mails


# In mails the others are named with whom they are of: “Text of state media CGTN”.
@pytest.mark.parametrize("kind", ["paid_release", "government_release", "agency", "report"])
@pytest.mark.parametrize("language", ["fr", "zh"])
def test_pages_and_mails_name_kinds_alike(kind: str, language: str) -> None:
    in_mails = phrases()[KIND_WORDS[kind].capitalize()][language]
    assert InterfaceWords(language).of_value("kind", kind).lower() == in_mails.lower()


@pytest.mark.parametrize("key", ["origin", "carrier", "outlet"])
@pytest.mark.parametrize("language", ["fr", "zh"])
def test_pages_and_the_brief_name_the_parts_of_a_route_alike(key: str, language: str) -> None:
    assert InterfaceWords(language)(key) == phrases()[key.capitalize()][language]
