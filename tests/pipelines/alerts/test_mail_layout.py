"""What a reader on a phone meets first: the news, links to tap, the way through a long digest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, MailContext, RelatedItem
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.receipt import SourceFault
from pipelines.model import Evidence, OutboxMail, ReadingRoom
from tests.builders import NOON
from tests.pipelines.alerts.values import DESK, RECEIPT, a_search, a_stored, a_story, an_alert, parts, read

ROOM = replace(DESK, reading_room=ReadingRoom("https://room.example"))
CHINESE = "习近平会见加拿大总理"
HOUR = timedelta(hours=1)


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


def test_a_digest_says_what_a_storys_id_is_for() -> None:
    nowhere = replace(DESK, kibana_url=None)
    for text in parts(read(a_digest(told(1), told(2), context=nowhere))):
        for id_ in ("s1", "s2"):
            assert re.findall(rf"maplewire story {id_}\b", text)
            assert not re.findall(rf"· (?:<code>)?{id_}\b", text)


def test_what_a_long_digest_leaves_out_can_be_shown_by_what_it_says() -> None:
    items = [told(number) for number in range(100, 163)]
    left_out = "story:(s160 OR s161 OR s162)"
    plain, html = parts(read(a_digest(*items)))
    assert f"and 3 more: maplewire search '{left_out}' --limit 3" in plain
    assert "<summary>and 3 more</summary>" in html
    assert left_out in html
    plain, html = parts(read(a_digest(*items, context=ROOM)))
    page = ROOM.reading_room.search(left_out) if ROOM.reading_room else ""
    assert f"and 3 more: {page}" in plain
    assert f'<a href="{page}">and 3 more</a>' in html


#: So long that a mail shows all but the last two sentences of BODY.
BOATS = "Four boats go out with one hand fewer. " + "It costs. " * 24
BODY = BOATS + "Lobster got relief this month. Shrimp did not."


@pytest.mark.parametrize(
    ("passage", "shown"),
    [
        ("… It <mark>costs</mark>. <mark>Lobster</mark> got relief …", "… <mark>Lobster</mark> got relief …"),
        ("… It costs. It <mark>costs. Lobster</mark> got relief …", "… <mark>Lobster</mark> got relief …"),
        ("… It <mark>costs</mark>. Lobster got relief …", None),
        ("… Lobster got <mark>relief</mark> this month …", "… Lobster got <mark>relief</mark> this month …"),
    ],
)
def test_a_passage_begins_where_the_beginning_ends(passage: str, shown: str | None) -> None:
    stored = a_stored(title="Boats", body=BODY)
    item = AlertItem((an_alert(),), a_story(stored, headline="Boats"), (stored,), highlights=(passage,))
    plain, html = parts(read(compose(a_search(), item, DESK)))
    if shown is None:
        assert "Lobster got relief" not in plain
    else:
        assert shown in html
    assert plain.count("Four boats") == 1
    assert "costs. It costs. Lobster" not in plain


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
        assert "Xi Jinping" not in text, "nor English names"
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


# -- what is gone, and what was held --------------------------------------------


def gone(**fields: object) -> AlertItem:
    """Return the news that the page of a known story was taken away."""
    why = ("North Wire took the page away: it answered 404; what it said is kept",)
    alert = an_alert("update", story_id="s1", step="gone-1f0a", why=why)
    return replace(told(1), alerts=(alert,), **fields)


@pytest.mark.parametrize("cadence", ["immediate", "daily"])
def test_the_text_of_a_page_that_is_gone_is_one_tap_away(cadence: str) -> None:
    item = gone()
    kept = f"https://room.example/article/{item.articles[0].article.id}"
    for context, way in ((ROOM, kept), (DESK, "maplewire story s1 --text")):
        mail = (
            compose(a_search(), item, context) if cadence == "immediate" else a_digest(item, context=context)
        )
        for text in parts(read(mail)):
            assert way in text
    # The headline of the mail leads there too, and not to a page that answers 404.
    assert f'<h1 lang="en"><a href="{kept}">' in parts(read(compose(a_search(), item, ROOM)))[1]


def test_a_page_that_is_gone_stood_where_it_no_longer_stands() -> None:
    plain, html = parts(read(compose(a_search(), gone(), DESK)))
    assert "WHERE IT STOOD" in plain
    assert "Where it stood" in html
    assert "The page itself" not in html


def test_times_in_a_reason_are_on_the_clocks_of_the_reader() -> None:
    why = ("the page is back, with the text it had; it had been gone since 2026-01-17 09:20 UTC",)
    alert = an_alert("update", story_id="s1", step="back-1f0a", why=why)
    item = replace(told(1), alerts=(alert,))
    for search in (a_search(), a_search(language="fr"), a_search(language="zh")):
        for text in parts(read(compose(search, item, DESK))):
            assert "UTC" not in text
            assert "04:20" in text
    assert "gone since Sat 17 Jan, 04:20 Ottawa" in parts(read(compose(a_search(), item, DESK)))[0]


def test_what_only_looks_like_a_time_stays() -> None:
    item = replace(
        told(1), alerts=(an_alert("update", why=("date changed: 2026-02-30 29:00 UTC",), step="1f"),)
    )
    assert "2026-02-30 29:00 UTC" in parts(read(compose(a_search(), item, DESK)))[0]


@pytest.mark.parametrize("item", [told(1), gone()])
def test_what_was_held_back_alone_is_a_mail_like_any_other(item: AlertItem) -> None:
    search = a_search(cadence="immediate")
    for text in parts(read(compose_digest(search, "leaders::digest:1", [item], DESK, [], since=NOON))):
        assert "One mail in place of several" not in text
        assert "Several at once" not in text
        assert "where it st" in text.casefold()


def test_what_became_of_a_known_story_says_all_that_did() -> None:
    back = an_alert("update", story_id="s1", step="back-1f0a", why=("the page is back",))
    item = replace(gone(), alerts=(back, *gone().alerts))
    plain, html = parts(read(a_digest(item)))
    assert "  Back again. The page is back\n  - North Wire took the page away" in plain
    assert "<li>North Wire took the page away" in html


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_changes_of_several_hours_stand_in_the_order_of_time(language: str) -> None:
    back = an_alert(
        "update", step="back-1f0a", why=("the page is back, with the text it had",), decided=NOON + 3 * HOUR
    )
    item = replace(gone(), alerts=(back, *gone().alerts))
    search = a_search(cadence="daily", language=language)
    for mail in (compose(search, item, DESK), compose_digest(search, "k", [item], DESK, [], since=None)):
        for text in parts(read(mail)):
            assert text.index("07:00") < text.index("404") < text.index("10:00")
        assert words_in(language)("Back again") in read(mail)["Subject"]


#: A full stop or colon of Chinese is as wide as a blank beside it would be.
BLANK_AFTER_STOP = re.compile(r"[。，：；）”] +\S|\S +（")


def test_no_blank_follows_a_chinese_stop() -> None:
    search = a_search(language="zh", name="会见", query="会见", cadence="daily")
    back = an_alert("update", step="back-1f0a", why=("the page is back, at another address",))
    changed = replace(told(1), alerts=(an_alert("update", why=("x",), changed=(("旧", "新"),)),))
    later = replace(gone(), alerts=(back, *gone().alerts))
    receipt = replace(
        RECEIPT,
        pause=(NOON - HOUR, NOON),
        untried=3,
        quarantined=2,
        failing=(SourceFault("电台", NOON, "no answer"),),
    )
    desk = replace(DESK, receipt=receipt)
    mails = [compose(search, item, desk) for item in (told(1), later, changed)]
    mails.append(compose_digest(search, "k", [told(1), told(2), later], desk, [], since=NOON - 9 * HOUR))
    mails.append(compose_digest(search, "k", [], desk, [], since=NOON - 9 * HOUR))
    for mail in mails:
        plain, html = parts(read(mail))
        body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        shown = unescape(re.sub(r"<[^>]+>", "", body))
        for line in (*plain.splitlines(), *shown.splitlines()):
            assert not BLANK_AFTER_STOP.findall(line), line
            assert not re.search("自 | 起", line), line


def test_a_pause_is_told_by_the_mails_of_its_time() -> None:
    receipt = replace(RECEIPT, pause=(NOON - 50 * HOUR, NOON - 40 * HOUR))
    desk = replace(DESK, receipt=receipt)
    assert "Nothing was read" not in parts(read(compose(a_search(), told(1), desk)))[0]
    digest = compose_digest(a_search(cadence="weekly"), "k", [told(1)], desk, [], since=NOON - 100 * HOUR)
    assert "Nothing was read" in parts(read(digest))[0]
