"""Reasons in the language of a mail: what is written in the ledger is found in the catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.alerts.ceiling import ceiling_alert
from pipelines.alerts.digest_content import compose_digest
from pipelines.alerts.mail_content import ALL_READ, NOT_ALL_READ, compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.reason_words import reason_in, reason_sentences
from pipelines.alerts.receipt import SourceFault
from pipelines.alerts.receipt_facts import coverage
from pipelines.alerts.spread import passed_thresholds
from pipelines.alerts.volume import silent_sources
from pipelines.alerts.wording import appeared_at, local_times
from pipelines.beat.source_health import Health, State
from pipelines.ingest.page_history import back_events, gone_event
from pipelines.model import Alert, PageText, RecheckState, Relevance
from pipelines.revisions import edit_between
from tests.builders import NOON, a_source, an_article
from tests.pipelines.alerts.values import (
    CLOCKS,
    DESK,
    RECEIPT,
    a_search,
    a_stored,
    a_story,
    an_alert,
    parts,
    read,
)
from tests.pipelines.beat.test_source_health import POLLED, health, volumes

NAMES = re.compile(r"\{(\w+)\}")
LANGUAGES = ("fr", "zh")

BEFORE = """The navy said 14 sailors were lost near Halifax on 3 March.

“We found nobody,” said Captain Ann Roe. Nobody knows where the ship was going that night.

Rescue ships from Norway and Iceland came to the place early in the morning and searched until dusk fell."""
AFTER = """The navy said 11 sailors were lost near Halifax on 4 March.

“We found three of them,” said Captain Bo Lee. Nobody knows where the ship was going that night.

Now we are told that three of the sailors were seen alive by a fishing boat, which took them home."""


@pytest.mark.parametrize(
    ("text", "french", "chinese"),
    [
        ("Sat 17 Jan", "sam. 17 janv.", "1月17日周六"),
        ("Thu 29 Feb", "jeu. 29 févr.", "2月29日周四"),
        ("Mon 5 Jan 2026", "lun. 5 janv. 2026", "2026年1月5日周一"),
        ("2026-01-08", "jeu. 8 janv. 2026", "2026年1月8日周四"),
        ("a day", "a day", "a day"),
    ],
)
def test_a_day_that_a_reason_names_is_in_the_language_of_the_mail(
    text: str, french: str, chinese: str
) -> None:
    reason = f"nothing new since {text}; going by the weeks before, about 6 stories were expected"
    assert f"depuis le {french} ;" in reason_in("fr", reason)
    assert f"自{chinese}以来" in reason_in("zh", reason)


def written_reasons() -> list[str]:
    """Return reasons as the engine writes them."""
    edit = edit_between(PageText("Sailors lost", BEFORE), PageText("Sailors found", AFTER))
    times = [NOON + timedelta(minutes=5 * number) for number in range(6)]
    story = a_story(*[a_stored(f"https://x.example/{number}") for number in range(8)], independent=7)
    spread = [threshold.why for threshold in passed_thresholds(a_search(), story, times)]
    stored = replace(a_stored(), story_id="s1")
    state = RecheckState(stored.article.id, "daily", stored.article.url, NOON, None, NOON, gone=NOON)
    gone = [gone_event(stored, NOON, "it answered 404 Not Found").text]
    back = [event.text for event in back_events(stored, state, NOON)]
    return [*edit.why, *spread, *gone, *back, *ceiling_alert(a_search(ceiling=1), NOON).why]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [*written_reasons(), ALL_READ, NOT_ALL_READ])
def test_what_the_engine_writes_is_in_the_catalogue(reason: str, language: str) -> None:
    assert reason_in(language, reason) != reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_names_the_same_in_each_language(language: str) -> None:
    for english, words in reason_sentences().items():
        assert sorted(NAMES.findall(words[language])) == sorted(NAMES.findall(english)), english


def test_english_stays_as_it_is() -> None:
    for reason in written_reasons():
        assert reason_in("en", reason) == reason


@pytest.mark.parametrize(
    ("english", "french", "chinese"),
    [
        (
            "number changed: 14 → 11 in “The navy said 11”",
            "chiffre modifié : 14 → 11 dans « The navy said 11 »",
            "数字有改：14 → 11，见“The navy said 11”",
        ),
        (
            "Daily took the page away: it answered 404 Not Found; what it said is kept",
            "Daily a retiré la page : réponse 404 Not Found ; son texte est conservé",
            "Daily 撤下了网页：返回 404 Not Found；原文已保存",
        ),
        (
            "the title names Norway (“Oslo”) and Japan (“Tokyo”, which only hints at it), side by side",
            "dans le titre, Norway (« Oslo ») et Japan (« Tokyo », simple indice) côte à côte",
            "标题并列提到Norway（“Oslo”）和Japan（“Tokyo”，仅为暗示）",
        ),
        (
            "something nobody has thought of",
            "something nobody has thought of",
            "something nobody has thought of",
        ),
        ("sport", "sport", "体育"),
        ("info bar", "barre d’informations", "信息栏"),
        ("authors", "auteurs", "作者"),
        (
            "a matter between them: “canola”, “Ambassador”",
            "affaire entre eux : « canola », « Ambassador »",
            "双方事务：“canola”，“Ambassador”",
        ),
        (
            "set aside: as a “door”, nothing",
            "mis de côté : as a “door”, nothing",
            "未计入：as a “door”, nothing",
        ),
        (
            "answers, but no page for 3 days; 3.0 a day are usual",
            "répond, mais aucune page depuis 3 jours ; d’habitude 3,0 par jour",
            "有应答，但 3 天没有网页；平时每天 3.0 个",
        ),
        (
            "2 articles lost in the last 7 days, of 12; the last one: answered 500 Internal Server Error",
            "2 articles perdus ces 7 derniers jours, sur 12 ; le dernier : réponse 500 Internal Server Error",
            "过去 7 天 12 篇文章中丢失 2 篇；最后一篇：返回 500 Internal Server Error",
        ),
        (
            "none of its 4 entries is used, at 1 poll so far: url_pattern “/news/” is found in no address",
            "aucune de ses 4 entrées n’est utilisée, après 1 lecture : "
            "url_pattern « /news/ » ne se trouve dans aucune adresse",
            "4 条均未采用，已读 1 次：没有地址符合 url_pattern “/news/”",
        ),
        ("", "", ""),
    ],
)
def test_a_reason_is_said_as_a_reader_would(english: str, french: str, chinese: str) -> None:
    assert reason_in("fr", english) == french
    assert reason_in("zh", english) == chinese


@pytest.mark.parametrize(
    ("usual", "french"), [("1.2", "1,2"), ("12.0", "12,0"), ("3", "3"), ("1.2.3", "1.2.3"), ("a.b", "a.b")]
)
def test_a_number_has_the_decimal_mark_of_the_language(usual: str, french: str) -> None:
    reason = f"9 new stories on Sat 17 Jan; over the 14 days before there were {usual} a day"
    assert reason_in("fr", reason).endswith(f"il y en avait {french} par jour")
    assert f"每天 {usual} 条" in reason_in("zh", reason)
    assert reason_in("en", reason) == reason
    dated = f"answers, but its newest entry is of 2026-01-08, 9 days ago; its own dates show {usual} a day"
    assert f"en montrent {french} par jour" in reason_in("fr", dated)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_source_is_silent_is_in_the_catalogue(language: str) -> None:
    found = health(POLLED, volumes(5, quiet=3))
    assert found.state == "silent"
    assert reason_in(language, found.why) != found.why


def silence_of(state: State, why: str) -> Alert:
    """Return the alert that a source which gave much is in trouble."""
    trouble = Health(a_source("wire", name="Wire"), state, why)
    (alert,) = silent_sources(a_search(), [an_alert(sources=("wire",))] * 4, [trouble], NOON)
    return alert


FAILING = silence_of("failing", "failing since 2026-01-17 11:00 UTC (1 h): answered 503")
SILENT = silence_of("silent", "answers, but no page for 3 days; 3.0 a day are usual")


@pytest.mark.parametrize(
    ("alert", "language", "said"),
    [
        (FAILING, "en", "Wire (it gave 4 of the last 4 stories) has been failing since"),
        (FAILING, "fr", "Wire (4 des 4 derniers récits) est en échec depuis"),
        (
            FAILING,
            "zh",
            "Wire（最近 4 条消息中的 4 条）自1月17日周六 06:00 渥太华 · 19:00 北京（1 小时）起读取失败",
        ),
        (
            SILENT,
            "en",
            "Wire (it gave 4 of the last 4 stories) has brought nothing: answers, but no page for 3 days",
        ),
        (
            SILENT,
            "fr",
            "n’a rien apporté : répond, mais aucune page depuis 3 jours ; d’habitude 3,0 par jour",
        ),
        (SILENT, "zh", "Wire（最近 4 条消息中的 4 条）没有带来内容：有应答，但 3 天没有网页"),
    ],
)
def test_a_mail_says_that_a_source_brings_nothing(alert: Alert, language: str, said: str) -> None:
    mail = read(compose(a_search(language=language, name="Canola"), AlertItem((alert,)), DESK))
    assert said in " ".join(parts(mail)[0].split())
    assert re.split(" : |：|: ", said)[0] in mail["Subject"]
    assert "UTC" not in mail["Subject"]


@pytest.mark.parametrize(
    ("read", "due", "french", "chinese"),
    [
        (80, 80, "les 80 sources prévues depuis 24 heures ont toutes été lues", "应读的 80 个来源均已读取"),
        (1, 1, "la seule source prévue depuis 24 heures a été lue", "应读的 1 个来源已读取"),
        (79, 80, "79 des 80 sources prévues depuis 24 heures ont été lues", "应读 80 个来源，已读 79 个"),
    ],
)
def test_a_whole_receipt_says_so_in_each_language(read: int, due: int, french: str, chinese: str) -> None:
    receipt = replace(RECEIPT, read=read, due=due)
    assert coverage(receipt, "fr") == french
    assert coverage(receipt, "zh").endswith(chinese)


def test_what_pages_say_is_filled_in_once() -> None:
    hostile = "headline changed: “{now} {was}” → “a: “b” → “{x}””"
    assert reason_in("fr", hostile) == "titre modifié : « {now} {was} » → « a: “b” → “{x}” »"


@pytest.mark.parametrize(
    "reason", ["x" * 200_000, "number changed: " + "→ in “" * 700, "the title names " + "a and " * 160]
)
def test_a_line_without_end_costs_little(reason: str) -> None:
    assert reason_in("zh", reason)


def test_a_side_has_its_name_in_the_readers_language() -> None:
    sides = {"Norway": {"en": "Norway", "fr": "Norvège", "zh-Hans": "挪威"}, "Siemens": {"en": "Siemens"}}
    both = "the title names Norway (“Oslo”) and Siemens (“Siemens AG”), side by side"
    assert "Norvège (« Oslo »)" in reason_in("fr", both, sides)
    assert "Siemens (« Siemens AG »)" in reason_in("fr", both, sides)
    assert "挪威（“Oslo”）" in reason_in("zh", both, sides)
    assert reason_in("en", both, sides) == both
    assert "Norway" in reason_in("fr", both)
    assert "Norvège" in reason_in("fr", "against: the body never comes back to Norway", sides)


def test_times_are_written_as_a_reader_writes_them() -> None:
    assert local_times(NOON, CLOCKS, NOON, "en") == "Sat 17 Jan, 07:00 Ottawa · 20:00 Beijing"
    assert local_times(NOON, CLOCKS, NOON, "fr") == "sam. 17 janv., 07:00 Ottawa · 20:00 Pékin"
    assert local_times(NOON, CLOCKS, NOON, "zh") == "1月17日周六 07:00 渥太华 · 20:00 北京"
    late = NOON + timedelta(hours=12)
    assert local_times(late, CLOCKS, None, "fr") == "sam. 17 janv. 2026, 19:00 Ottawa · dim. 08:00 Pékin"
    assert appeared_at(an_article(published=None), CLOCKS, NOON, "zh").endswith("见到")


#: Words of the frame, in any mail.
ENGLISH = re.compile(
    r"\b(the|of|and|was|were|now|since|with|this|that|names|words|paragraph|release|through|"
    r"January|Saturday|Sat|Jan|Mon|Sun|fails|failed|rests|mails?|stories)\b"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_stands_around_the_news(language: str) -> None:
    """Everything from pages and files is written without a word that the pattern knows."""
    relevance = Relevance(True, 0.9, ("the title names Norge (“Oslo”) and Nihon (“Kyoto”), side by side",))
    stored = replace(a_stored(title="Accord", body="Accord signé.", outlet="Quotidien"), relevance=relevance)
    copy = a_stored("https://b.example/2", title="Accord 2", outlet="Gazette", published=None)
    story = a_story(stored, copy, headline="Accord", independent=2)
    edit = edit_between(PageText("Titre A", "Il y a 14 marins."), PageText("Titre B", "Il y a 11 marins."))
    search = a_search(language=language, name="Accords", query="accord")
    receipt = replace(
        RECEIPT, newest_source="Dépêche", failing=(SourceFault("Radio", NOON, "HTTP 503"),),
        pause=(NOON, NOON + timedelta(hours=9)), untried=3, quarantined=2,
    )  # fmt: skip
    desk = replace(
        DESK, receipt=receipt, beat="", mail_from="Maplewire <mw@desk.example>", unsubscribe_mail=None
    )
    new = AlertItem((an_alert(),), story, (stored, copy))
    change = AlertItem((an_alert("update", why=edit.why, changed=(("14", "11"),)),), story, (stored, copy))
    grown = AlertItem((an_alert("spread", why=("5 sites ran it within 9 min",)),), story, (stored, copy))
    spike = AlertItem((an_alert("silence", story_id="", why=(NOT_ALL_READ,)),))
    week = [(NOON.date() - timedelta(days=1), 3), (NOON.date(), 12)]
    mails = [compose(search, item, desk, week) for item in (new, change, grown, spike)]
    daily = replace(search, cadence="daily")
    mails.append(compose_digest(daily, "k", [new, change, spike], desk, week, since=NOON - timedelta(days=1)))
    for mail in mails:
        message = read(mail)
        for text in (str(message["Subject"]), parts(message)[0]):
            shown = re.sub(r"https?://\S+|maplewire [^\n]*", "", text)
            assert not ENGLISH.findall(shown), text


def test_a_topic_has_its_name_in_the_readers_language() -> None:
    desk = replace(DESK, topic_names={"canola": {"en": "Canola", "zh": "油菜籽"}})
    story = a_story(a_stored(), topics=("canola",))
    item = AlertItem((an_alert(),), story, (a_stored(),))
    search = a_search(language="zh", cadence="daily")
    digest = compose_digest(search, "k", [item], desk, [], since=None)
    assert "油菜籽" in parts(read(digest))[0]


def test_a_digest_names_its_day_in_full() -> None:
    item = AlertItem((an_alert(),), a_story(a_stored()), (a_stored(),))
    other = replace(item, alerts=(an_alert(story_id="s2"),))
    search = a_search(language="fr", cadence="daily")
    digest = read(compose_digest(search, "k", [item, other], DESK, [], since=None))
    assert "samedi 17 janvier 2026" in parts(digest)[0]
    assert "17 janv." in digest["Subject"]
