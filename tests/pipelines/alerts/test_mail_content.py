"""What a mail says, and that nothing hostile gets into its headers or its HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from pipelines.alerts.atom import AtomEntry, write_atom
from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, RelatedItem
from pipelines.alerts.mail_message import message_id
from pipelines.alerts.payload import channel_messages
from pipelines.alerts.receipt import Receipt, SourceFault
from pipelines.alerts.wording import (
    first_lines,
    kibana_link,
    local_times,
    name_hints,
    route_label,
    web_address,
    without_beginning,
)
from pipelines.beat.searches import is_address
from pipelines.model import UTC_CLOCK, KibanaPlace, OutboxMail, ReaderClock, ReadingRoom, StoredArticle
from tests.builders import NOON, a_stamp
from tests.pipelines.alerts.values import CLOCKS, DESK, a_search, a_stored, a_story, an_alert, parts, read


def composed(
    *stored: StoredArticle, highlight: str = "a <mark>hit</mark>", **story: Any
) -> tuple[OutboxMail, EmailMessage]:
    shown = AlertItem((an_alert(),), a_story(*stored, **story), stored, (highlight,))
    mail = compose(a_search(), shown, DESK)
    return mail, read(mail)


def test_a_mail_says_what_where_from_why_and_every_copy() -> None:
    wire = a_stored()
    copy = a_stored("https://finance.example/9", "Market Ledger", title="Broad prospects")
    _, message = composed(wire, copy)
    for text in parts(message):
        for told in (
            "China, Canada share prospects",
            "Paid release of state media CGTN through GlobeNewswire",
            "Both sides stand in the title.",
            "Market Ledger",
            "https://finance.example/9",
            "97% kept",
            "word for word",
            "07:00 Ottawa",
            "20:00 Beijing",
            "(GLOBE NEWSWIRE)",
            "All 80 sources due",
            "maplewire story s1",
            "kibana.example/s/news/app/discover",
        ):
            assert told in text.replace("\n", " "), told
    assert message["Subject"] == "[Leaders’ meetings] China, Canada share prospects"


def test_the_headers_let_programs_thread_filter_and_leave() -> None:
    mail, message = composed(a_stored())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<leaders.maplewire.desk.example>"
    assert message["List-Unsubscribe"] == "<mailto:leave@desk.example?subject=unsubscribe%20leaders>"
    assert message["Message-ID"] == message_id("leaders:s1:new", "desk.example")
    assert message["In-Reply-To"] is None
    later = compose(
        a_search(),
        AlertItem((an_alert("spread", step="copies-5"),), a_story(), (a_stored(),), thread=mail.key),
        DESK,
    )
    assert read(later)["In-Reply-To"] == read(later)["References"] == message["Message-ID"]
    assert read(later)["Message-ID"] != message["Message-ID"]


def test_the_same_key_gives_the_same_bytes_but_for_the_border() -> None:
    first, message = composed(a_stored())
    again, repeated = composed(a_stored())
    assert (first.key, message["Message-ID"]) == (again.key, repeated["Message-ID"])


def test_a_mail_offers_to_unsubscribe_only_where_somebody_reads_it() -> None:
    nobody = replace(DESK, unsubscribe_mail=None)
    message = read(compose(a_search(), AlertItem((an_alert(),), a_story(a_stored()), (a_stored(),)), nobody))
    assert "List-Unsubscribe" not in message
    for text in parts(message):
        assert "mailto:" not in text
        assert "ask whoever runs this Maplewire" in " ".join(text.split())
    wide = replace(DESK, unsubscribe_mail="编辑+x@desk.example")
    message = read(compose(a_search(), AlertItem((an_alert(),), a_story(a_stored()), (a_stored(),)), wide))
    assert (
        message["List-Unsubscribe"].strip().startswith("<mailto:%E7%BC%96%E8%BE%91+x@desk.example?subject=")
    )


def test_chinese_survives_headers_and_body_with_its_names_in_english() -> None:
    _, message = composed(a_stored(title="习近平会见加拿大总理卡尼", lang="zh-Hans"))
    assert "习近平会见加拿大总理卡尼" in message["Subject"]
    for text in parts(message):
        assert "习近平会见加拿大总理卡尼" in text
        assert "Xi Jinping" in text


def test_the_frame_is_english_and_what_is_quoted_keeps_its_language() -> None:
    html = parts(composed(a_stored(title="习近平会见", lang="zh-Hans"))[1])[1]
    assert '<html lang="en">' in html
    assert '<h1 lang="zh-Hans">' in html


def test_every_line_fits_what_a_mail_server_takes() -> None:
    mail, _ = composed(a_stored(title="长" * 900, body="x" * 5000))
    assert all(len(line) <= 998 for line in mail.message.split(b"\r\n"))


@pytest.mark.parametrize(
    "title", ["Hello\r\nBcc: all@desk.example", "Hello\nX-Evil: 1", "a\x00b\x1b[31m\u2028c"]
)
def test_a_title_cannot_add_headers(title: str) -> None:
    _, message = composed(a_stored(title=title), headline=title)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["To"] == "desk@newsroom.example"


def test_html_from_outside_stays_text_and_nothing_is_fetched() -> None:
    hostile = a_stored("https://evil.example/1", "<b>Outlet</b>", title="<script>alert(1)</script>")
    _, message = composed(hostile, highlight='<mark>hit</mark><img src=x onerror="alert(1)">')
    html = parts(message)[1]
    for harmful in ("<script", "<img", "<b>Outlet", "src=", "<link", "url(", "@import"):
        assert harmful not in html
    assert "<mark>hit</mark>" in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://[bad", "https://a.example/\u202e"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) == "#"


@pytest.mark.parametrize(
    ("to", "shown"),
    [
        (("编辑@新闻.example",), "编辑@新闻.example"),
        (("desk@nouvelles-été.example",), "desk@xn--nouvelles-t-kbb"),
    ],
)
def test_addresses_of_every_script_can_be_written_to(to: tuple[str, ...], shown: str) -> None:
    mail = compose(a_search(to=to), AlertItem((an_alert(),), a_story(), (a_stored(),)), DESK)
    assert mail.to == to
    assert shown[:20] in str(read(mail)["To"])


@given(st.text("ab.é编-_'=?@+~ ", min_size=3, max_size=14))
@settings(max_examples=300, deadline=None)
@example("a@b.é")
def test_whatever_counts_as_an_address_can_be_written_to(address: str) -> None:
    if is_address(address):
        message = read(compose(a_search(to=(address,)), AlertItem((an_alert("watch", story_id=""),)), DESK))
        assert "@" in str(message["To"])


def test_an_update_shows_what_changed() -> None:
    alert = an_alert(
        "update",
        step="abc",
        why=("number changed: 75 → 85",),
        changed=(("It was 75.", "It is 85."), ("", "新的一句。")),
    )
    message = read(
        compose(a_search(), AlertItem((alert,), a_story(), (a_stored(),), thread="leaders:s1:new"), DESK)
    )
    assert str(message["Subject"]).startswith("[Leaders’ meetings] Changed: ")
    plain, html = parts(message)
    assert "was: It was 75." in plain
    assert "<del>It was 75.</del>" in html
    assert "<ins>新的一句。</ins>" in html


COPY = a_stored("https://river.example/2", outlet="River Post", title="Leaders meet", body="Copied.")


@pytest.mark.parametrize(
    ("change", "kicker"),
    [
        ("abc", "A copy is changed"),
        ("gone-abc", "A copy is taken away"),
        ("back-abc", "A copy is back again"),
    ],
)
def test_what_became_of_a_copy_is_not_said_of_the_first_page(change: str, kicker: str) -> None:
    first = a_stored()
    alert = an_alert("update", step=change, why=("number changed: 75 → 85",), article_ids=(COPY.article.id,))
    item = AlertItem((alert,), a_story(first, COPY), (first, COPY))
    message = read(compose(a_search(), item, DESK))
    assert str(message["Subject"]).startswith(f"[Leaders’ meetings] {kicker}: ")
    plain, html = parts(message)
    assert kicker.upper() in plain
    assert kicker in html
    assert ("River Post: Number changed: 75 → 85" in plain) == (change == "abc")
    # The link of the headline leads to the page that is as it was.
    assert first.article.url in plain
    assert (f"maplewire story {COPY.article.id} --text" in plain) == (change == "gone-abc")
    assert (f"maplewire story {COPY.article.id} --text" in html) == (change == "gone-abc")


def test_a_taken_away_copy_is_read_in_the_reading_room_by_its_own_address() -> None:
    first = a_stored()
    room = replace(DESK, reading_room=ReadingRoom("https://news.example.org"))
    for article, leads_to_room in ((COPY, False), (first, True)):
        alert = an_alert("update", step="gone-abc", why=("It is gone.",), article_ids=(article.article.id,))
        item = AlertItem((alert,), a_story(first, COPY), (first, COPY))
        plain, _html = parts(read(compose(a_search(), item, room)))
        assert f"https://news.example.org/article/{article.article.id}" in plain
        # Where the first page is gone, its headline leads there too.
        assert (first.article.url not in plain.partition("WHAT CHANGED")[0]) == leads_to_room


def test_a_taken_away_page_is_told_as_such_with_what_it_said() -> None:
    alert = an_alert("update", step="gone-abc", why=("North Wire took the page away: 404",))
    stored = a_stored(body="The duty falls to 15 per cent.")
    message = read(compose(a_search(), AlertItem((alert,), a_story(stored), (stored,)), DESK))
    assert str(message["Subject"]).startswith("[Leaders’ meetings] Taken away: ")
    for text in parts(message):
        assert "North Wire took the page away: 404" in text
        assert "The duty falls to 15 per cent." in text


@pytest.mark.parametrize(
    ("passage", "shown", "rest"),
    [
        ("… 加拿大<mark>油菜籽</mark>理事会表示欢迎。", "风险可控。加拿大油菜籽理事 …", "… 会表示欢迎。"),
        ("… 加拿大<mark>油菜籽</mark>&amp;大豆", "可控。加拿大油菜 …", "… <mark>籽</mark>&amp;大豆"),
        ("… 加拿大<mark>油菜籽</mark>&amp;大豆", "可控。加拿大油菜籽 …", "… &amp;大豆"),
        ("… 加拿大<mark>油菜籽</mark>", "中国海关说，大豆 …", "… 加拿大<mark>油菜籽</mark>"),
        ("… 加拿大<mark>油菜籽</mark>", "加拿大 …", "… 加拿大<mark>油菜籽</mark>"),
    ],
)
def test_a_chinese_passage_does_not_repeat_the_end_of_the_first_lines(
    passage: str, shown: str, rest: str
) -> None:
    assert without_beginning(Markup(passage), shown) == rest


def test_first_lines_in_chinese_have_no_blank_between_paragraphs() -> None:
    body = "进口已暂停十一周。\n\n海关总署说，风险可控。\n\n中方认为可行 Canola Council 。" * 3
    assert "十一周。海关总署说，风险可控。中方认为可行 Canola" in first_lines(body, (), 200)


def test_a_taken_away_page_without_a_kept_one_is_no_link_above_its_mail() -> None:
    gone = AlertItem(
        (an_alert("update", step="gone-1f0a", why=("North Wire took the page away",)),), a_story(a_stored())
    )
    html = parts(read(compose(a_search(), replace(gone, articles=(a_stored(),)), DESK)))[1]
    assert "<a" not in html.partition("<h1")[2].partition("</h1>")[0]


def test_a_mail_begins_with_the_first_lines_and_names_the_words_that_matched() -> None:
    body = "Growers met on Monday.\n\nCanola & peas were on the table; canola came first."
    stored = a_stored(body=body)
    shown = AlertItem(
        (an_alert(),), a_story(stored), (stored,), ("… <mark>Canola</mark> &amp; <mark>peas</mark> …",)
    )
    shown = replace(shown, words_by_search={shown.head.search_id: ("Canola", "peas")})
    plain, html = parts(read(compose(a_search(), shown, DESK)))
    assert "Growers met on Monday. <mark>Canola</mark> &amp; <mark>peas</mark> were on the table" in html
    assert "on the table; <mark>canola</mark> came" in html
    assert "- It matches.: “Canola”, “peas”\n" in plain
    assert plain.count("on the table") == 1


def test_the_headline_is_not_repeated_for_copies_that_kept_it() -> None:
    wire, copy = (
        a_stored(),
        a_stored("https://finance.example/9", "Market Ledger", title="CHINA, CANADA SHARE PROSPECTS"),
    )
    plain = parts(composed(wire, copy)[1])[0]
    assert plain.casefold().count("china, canada share prospects") == 1


def test_a_report_beside_is_named_with_its_outlet_address_and_names() -> None:
    other = a_stored("https://news.example/7", "新华社", title="习近平会见", lang="zh-Hans")
    beside = RelatedItem(a_story(other, id="s2", origin="Xinhua", carrier=None, kind="state_media"), other)
    shown = AlertItem((an_alert(),), a_story(independent=2), (a_stored(),), related=(beside,))
    for text in parts(read(compose(a_search(), shown, DESK))):
        for told in (
            "习近平会见",
            "Xi Jinping",
            "新华社",
            "Text of state media Xinhua",
            "https://news.example/7",
        ):
            assert told in text, told


@pytest.mark.parametrize(
    ("number", "told"), [(0, None), (1, "also carried inside 1 page"), (2, "also carried inside 2 pages")]
)
def test_mails_say_inside_how_many_pages_of_others_a_text_is_carried(number: int, told: str | None) -> None:
    shown = AlertItem((an_alert(),), a_story(), (a_stored(),), carried_in=number)
    beside = shown.with_reports([replace(told_of(2), carried_in=number)])
    digest = a_digest(replace(told_of(1), carried_in=number))[1:]
    for text in (*parts(read(compose(a_search(), shown, DESK))), *digest):
        assert text.count("also carried inside") == (told is not None)
        assert told is None or told in text
    for text in parts(read(compose(a_search(), beside, DESK))):
        assert text.count("also carried inside") == 2 * (told is not None)


@pytest.mark.parametrize(
    ("kind", "independent", "told"),
    [
        ("paid_release", 0, None),
        ("paid_release", 1, "1 independent report"),
        ("government_release", 3, "3 independent reports"),
        ("report", 1, None),
        ("report", 2, "2 independent reports"),
    ],
)
def test_a_mail_counts_the_reports_beside_a_release(kind: str, independent: int, told: str | None) -> None:
    shown = AlertItem((an_alert(),), a_story(kind=kind, independent=independent), (a_stored(),))
    digest = a_digest(told_of(1, kind=kind, independent=independent))[1:]
    for text in (*parts(read(compose(a_search(), shown, DESK))), *digest):
        if told is None:
            assert "independent report" not in text
        else:
            assert f"{told} " in f"{text} ".replace("<", " ").replace("\n", " ")


@pytest.mark.parametrize(
    ("read_", "told"), [(80, "so nothing was missed"), (79, "something may have been missed")]
)
def test_silence_says_whether_something_may_have_been_missed(read_: int, told: str) -> None:
    alert = an_alert("silence", story_id="", step="2026-01-09", why=("nothing new since Fri 9 Jan",))
    desk = replace(DESK, receipt=Receipt(NOON, due=80, read=read_))
    plain, html = parts(read(compose(a_search(), AlertItem((alert,)), desk, [(NOON.date(), 0)])))
    assert told in plain
    assert "Nothing new since Fri 9 Jan" in plain
    assert 'class="bar"' not in html, "no story is no bar"


def test_a_source_that_was_never_tried_leaves_quiet_unproven() -> None:
    assert not Receipt(NOON, due=80, read=80, untried=1).is_complete


def test_a_note_without_a_story_has_bars_and_a_receipt() -> None:
    alert = an_alert("spike", story_id="", step="2026-01-17", why=("12 new stories so far today",))
    week = [(NOON.date() - timedelta(days=1), 3), (NOON.date(), 12)]
    message = read(compose(a_search(), AlertItem((alert,)), DESK, week))
    plain, html = parts(message)
    assert "████████████████████ 12" in plain
    assert "width:25%" in html
    assert "RECEIPT" in plain


# -- digests ----------------------------------------------------------------------------------------------


def a_digest(*told: AlertItem, desk: Any = DESK) -> tuple[OutboxMail, str, str]:
    search = a_search(cadence="daily")
    mail = compose_digest(
        search, "leaders::digest:1", told, desk, [(NOON.date(), 2)], since=NOON - timedelta(days=1)
    )
    return mail, *parts(read(mail))


def told_of(number: int, topic: str = "canola", **story: Any) -> AlertItem:
    stored = a_stored(f"https://daily.example/{number}", title=f"Headline {number}")
    return AlertItem((an_alert(),), a_story(stored, id=f"s{number}", topics=(topic,), **story), (stored,))


def test_a_digest_groups_by_topic_and_ranks_by_independent_reports() -> None:
    mail, plain, html = a_digest(told_of(1), told_of(2, independent=4), told_of(3, "", independent=9))
    assert "3 stories, 17 Jan" in mail.subject
    order = [plain.index(x) for x in ("CANOLA\n", "Headline 2", "Headline 1", "OTHER\n", "Headline 3")]
    assert order == sorted(order)
    assert "4 independent reports" in html
    assert "New stories, day by day" in html


def test_a_story_told_under_two_names_stands_in_a_digest_once_and_thresholds_are_no_news() -> None:
    one = replace(told_of(1), alerts=(an_alert(), an_alert("spread", step="copies-5", why=("5 copies",))))
    _, plain, _ = a_digest(one)
    assert plain.count("Headline 1") == 1


def test_an_empty_digest_says_that_it_is_provably_quiet() -> None:
    mail, plain, _ = a_digest()
    assert "nothing new" in mail.subject
    assert "All 80 sources that were due were read, so it was quiet: nothing was missed." in plain


def test_an_empty_digest_says_so_where_quiet_is_not_proven() -> None:
    fault = SourceFault("CBC", NOON, "404 Not Found")
    desk = replace(DESK, receipt=Receipt(NOON, due=80, read=79, failing=(fault,)))
    _, plain, html = a_digest(desk=desk)
    assert "quiet is likely, not proven" in plain
    for text in (plain, html):
        assert "has failed since Sat 17 Jan, 07:00 Ottawa · 20:00 Beijing: 404 Not Found" in text


def test_a_pause_of_ours_leaves_quiet_unproven_for_what_it_fell_into() -> None:
    pause = (NOON - timedelta(days=3), NOON - timedelta(days=2))
    whole = Receipt(NOON, due=80, read=80, pause=pause)
    assert [whole.proves_quiet(NOON - timedelta(days=d)) for d in (1, 2, 7)] == [True, True, False]
    for since, told in ((1, "nothing was missed"), (7, "quiet is likely, not proven")):
        mail = compose_digest(
            a_search(cadence="weekly", empty=True),
            "k",
            [],
            replace(DESK, receipt=whole),
            [],
            since=NOON - timedelta(days=since),
        )
        for text in parts(read(mail)):
            assert told in text
            is_told = "Nothing was read from Wed 14 Jan, 07:00 Ottawa · 20:00 Beijing to Thu 15 Jan" in text
            assert is_told == (since == 7), "a pause of earlier days stood in the mails of then"


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "carrier", "kind", "label"),
    [
        ("CGTN", "GlobeNewswire", "paid_release", "Paid release of state media CGTN through GlobeNewswire"),
        ("The Canadian Press", None, "agency", "Agency report of The Canadian Press"),
        ("Xinhua", None, "state_media", "Text of state media Xinhua"),
        ("City of Regina", "CNW", "paid_release", "Paid release of City of Regina through CNW"),
        (None, "CNW", "paid_release", "Paid release through CNW"),
        (None, None, "report", ""),
    ],
)
def test_the_label_says_where_the_text_comes_from(
    origin: str | None, carrier: str | None, kind: Any, label: str
) -> None:
    assert route_label(a_story(origin=origin, carrier=carrier, kind=kind)) == label


def test_a_source_of_the_catalogue_that_a_state_owns_is_called_state_media() -> None:
    stored = a_stored()
    desk = replace(DESK, state_media=frozenset({"Radio Harbin"}))
    shown = AlertItem((an_alert(),), a_story(stored, origin="Radio Harbin", carrier="North Wire"), (stored,))
    for text in parts(read(compose(a_search(), shown, desk))):
        assert "Paid release of state media Radio Harbin through North Wire" in text


def test_names_are_hinted_once_the_longest_first() -> None:
    english = {
        "加拿大": "Canada",
        "加拿大国会": "the Parliament",
        "习近平": "Xi Jinping",
        "习主席": "Xi Jinping",
    }
    assert name_hints("习近平：加拿大国会与加拿大，习主席", english) == [
        ("习近平", "Xi Jinping"), ("加拿大国会", "the Parliament"), ("加拿大", "Canada"),
    ]  # fmt: skip
    assert name_hints("Plain English", english) == []


def test_times_stand_on_all_clocks_of_the_beat() -> None:
    assert local_times(NOON, CLOCKS) == "Sat 17 Jan 2026, 07:00 Ottawa · 20:00 Beijing"
    later = NOON + timedelta(hours=8)
    assert local_times(later, CLOCKS) == "Sat 17 Jan 2026, 15:00 Ottawa · Sun 04:00 Beijing"
    assert local_times(NOON, (UTC_CLOCK,), NOON) == "Sat 17 Jan, 12:00 UTC"
    three = (*CLOCKS, ReaderClock("Canberra", ZoneInfo("Australia/Canberra")))
    assert local_times(NOON, three, NOON) == "Sat 17 Jan, 07:00 Ottawa · 20:00 Beijing · 23:00 Canberra"


def test_the_link_to_kibana_holds_no_password() -> None:
    link = kibana_link("https://desk:secret@kibana.example:5601/", "s1", NOON)
    assert link is not None
    assert link.startswith("https://kibana.example:5601/app/discover#/?_g=(time:(from:'2026-01-17T12:00:00Z'")
    assert kibana_link(None, "s1", NOON) is None
    elsewhere = kibana_link("https://kibana.example/base", "s1", NOON, KibanaPlace("sea", "desk one")) or ""
    assert elsewhere.startswith("https://kibana.example/base/s/desk%20one/app/discover#/")
    assert "dataViewId:maplewire-articles-sea-desk-one," in elsewhere


@pytest.mark.parametrize(
    "at",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_story_of_the_first_or_last_day_of_the_calendar_can_be_written(at: datetime) -> None:
    """A ledger of an earlier version holds such dates."""
    stored = a_stored(published=a_stamp(at), updated=a_stamp(at))
    story = a_story(stored, first_seen=at, last_seen=at)
    item = AlertItem((an_alert(),), story, (stored,), (), (RelatedItem(story, stored),))
    receipt = Receipt(
        NOON, due=1, failing=(SourceFault("North", at, "silent"),), newest=at, newest_source="North"
    )
    context = replace(DESK, receipt=receipt)
    search = a_search(channels=("room",))
    mail = compose(search, item, context)
    assert str(at.year) in parts(read(mail))[0]
    assert channel_messages(search, mail, [item], context)
    assert compose_digest(search, "key", [item], context, [], since=NOON).message
    assert write_atom(search, [AtomEntry(an_alert(told=NOON), story, stored)], "desk.example", NOON)
