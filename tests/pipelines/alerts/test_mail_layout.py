"""What a reader on a phone meets first: the news, links to tap, the way through a long digest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, MailContext, RelatedItem
from pipelines.model import Evidence, OutboxMail, ReadingRoom
from tests.builders import NOON
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert, parts, read

ROOM = replace(DESK, reading_room=ReadingRoom("https://room.example"))
CHINESE = "习近平会见加拿大总理"


def told(number: int, title: str = "Headline", lang: str = "en") -> AlertItem:
    stored = a_stored(f"https://daily.example/{number}", title=title, lang=lang)
    story = a_story(stored, id=f"s{number}", languages=(lang,))
    return AlertItem((an_alert(story_id=f"s{number}"),), story, (stored,))


def a_digest(*items: AlertItem, context: MailContext = DESK) -> OutboxMail:
    search = a_search(cadence="daily")
    return compose_digest(
        search, "leaders::digest:1", items, context, [(NOON.date(), 2)], since=NOON - timedelta(days=1)
    )


@pytest.mark.parametrize("item", [told(1), told(1).with_reports([told(2, "Another")])])
def test_the_news_stands_before_the_reasons(item: AlertItem) -> None:
    for text in parts(read(compose(a_search(), item, DESK))):
        lowered = text.lower()
        places = [
            lowered.index(x) for x in ("headline", "where it stands", "why this reached you", "receipt")
        ]
        # The style of a page and its title may name the receipt before.
        assert places[:3] == sorted(places[:3])
        assert lowered.rindex("why this reached you") < lowered.rindex("newest item")


def test_reasons_and_receipt_are_folded() -> None:
    html = parts(read(compose(a_search(), told(1), DESK)))[1]
    folded = re.findall(r"<summary>(.*?)</summary>", html)
    assert folded[0] == "Why this reached you"
    assert "All 80 sources" in folded[1]


def test_links_lead_to_the_reading_room_where_it_has_an_address() -> None:
    for mail in (compose(a_search(), told(1), ROOM), a_digest(told(1), context=ROOM)):
        for text in parts(read(mail)):
            assert "https://room.example/story/s1" in text
            assert "kibana" not in text.lower()
            assert "maplewire story s1" not in text
    for mail in (compose(a_search(), told(1), DESK), a_digest(told(1))):
        assert "https://kibana.example/s/news" in parts(read(mail))[1]


def test_a_digest_of_more_than_eight_stories_opens_with_its_contents() -> None:
    items = [told(number, f"Headline {number}") for number in range(1, 10)]
    plain, html = parts(read(a_digest(*items)))
    for number in range(1, 10):
        assert f'href="#s{number}"' in html
        assert f'id="s{number}"' in html
    assert "CONTENTS\n- Headline 1\n" in plain
    assert "Contents" not in parts(read(a_digest(*items[:8])))[1]


def test_a_chinese_headline_says_what_happened_where_an_english_report_does() -> None:
    english = told(2, "Xi meets Canadian prime minister")
    assert english.story is not None
    beside = RelatedItem(english.story, english.articles[0])
    alone = told(1, CHINESE, "zh")
    for item in (alone.with_reports([english]), replace(alone, related=(beside,))):
        for mail in (compose(a_search(), item, DESK), a_digest(item)):
            for text in parts(read(mail)):
                assert "Same event in English:" in text
    for text in parts(read(compose(a_search(language="zh"), alone.with_reports([english]), DESK))):
        assert "同一事件的英文标题" not in text, "who reads Chinese needs no gloss"
    french = told(3, "Rencontre à Pékin", "fr")
    for item in (alone, alone.with_reports([french]), english.with_reports([alone])):
        for text in parts(read(compose(a_search(), item, DESK))):
            assert "Same event in English" not in text


def test_a_digest_counts_stories_and_events_alike_wherever_it_does() -> None:
    event = told(1).with_reports([told(2), told(3)])
    mail = a_digest(event, told(4, "Other"))
    plain = parts(read(mail))[0]
    assert "4 stories (2 events)" in plain
    assert "4 stories, 17 Jan" in mail.subject


def test_a_dateline_is_no_word_on_the_origin() -> None:
    stored = a_stored()
    evidence = (Evidence("dateline", "BERGEN", "first line"),)
    stored = replace(stored, route=replace(stored.route, evidence=evidence))
    story = a_story(stored, origin=None, carrier=None, kind="report")
    for text in parts(read(compose(a_search(), AlertItem((an_alert(),), story, (stored,)), DESK))):
        assert "BERGEN" not in text
