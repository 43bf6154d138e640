"""Reports of one event are linked, those of one day and subject are not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from maplewire_demo.content import DemoPage, build_pages, load_items, load_sites
from pipelines.beat.beat import Beat, load_beat
from pipelines.config import packaged_beat
from pipelines.model import EventPrint
from pipelines.stories.event_days import find_days
from pipelines.stories.event_print import event_print
from pipelines.stories.events import keys_of, same_event
from pipelines.stories.related_stories import WINDOW
from tests.usual_beat import usual_beat

NOON = datetime(2026, 1, 17, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def beat() -> Beat:
    return usual_beat()


def told(beat: Beat, title: str, body: str = "", lang: str = "en", hours: float = 0) -> EventPrint:
    return event_print(
        f"s{title}", title, body, lang, NOON + timedelta(hours=hours), beat.terms, beat.event_rules
    )


MEETING = {
    "en": (
        "Chinese president meets prime minister of Canada",
        "The prime minister arrived in Beijing on Friday for talks with President Xi.",
    ),
    "fr": (
        "Le président chinois reçoit le premier ministre canadien",
        "Le premier ministre est à Pékin pour un entretien avec Xi Jinping.",
    ),
    "zh-Hans": ("国家主席习近平会见加拿大总理", "会谈16日在北京举行，双方就关税等问题交换意见。"),
    "zh-Hant": ("國家主席習近平會見加拿大總理", "會談16日在北京舉行，雙方就關稅等問題交換意見。"),
}


def test_one_meeting_in_four_scripts_is_one_event(beat: Beat) -> None:
    prints = [told(beat, title, body, lang) for lang, (title, body) in MEETING.items()]
    for a, b in combinations(prints, 2):
        link = same_event(a, b)
        assert link is not None, (a, b)
        assert any(why.startswith("leaders: ") for why in link.why)


RELEASE = {
    "en": (
        "The port of Sept-Rives has a contract with a shipping line from Ningbo. The line will bring 14,500 "
        "containers a year, said Margaux Tessier. The port spends 85 million dollars."
    ),
    "fr": (
        "Le port de Sept-Rives a signé un contrat avec une ligne de Ningbo. La ligne apportera 14 500 "
        "conteneurs par an, a dit Margaux Tessier. Le port dépense 85 millions de dollars."
    ),
}


@pytest.mark.parametrize(
    ("one", "other", "lang", "suspected"),
    [
        ("Sept-Rives", "Sept-Rives", "fr", True),
        ("Sept-Rives", None, "fr", False),
        ("Sept-Rives", "Sept-Rives", "en", False),
    ],
)
def test_release_in_two_languages_is_suspected_to_be_translated_and_no_other_pair(
    beat: Beat, one: str, other: str | None, lang: str, suspected: bool
) -> None:
    prints = [
        event_print(f"s{by}{lang_}", "Port", RELEASE[lang_], lang_, NOON, beat.terms, beat.event_rules, by)
        for by, lang_ in ((one, "en"), (other, lang))
    ]
    if lang == "en":
        prints[1] = event_print(
            "sagain", "Port", RELEASE["en"], "en", NOON, beat.terms, beat.event_rules, other
        )
    link = same_event(*prints)
    assert link is not None
    assert any(why.startswith("perhaps a translation") for why in link.why) is suspected


def test_what_is_shared_is_told_as_one_would_write_it(beat: Beat) -> None:
    a, b = (
        event_print(f"s{lang}", "Port", RELEASE[lang], lang, NOON, beat.terms, beat.event_rules)
        for lang in ("en", "fr")
    )
    link = same_event(a, b)
    assert link is not None
    why = "; ".join(link.why)
    assert "Ningbo" in why
    assert "Sept-Rives" in why
    assert "14,500" in why
    assert "85 million" in why
    assert link.why[-1] == "first seen within the same hour"


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("86e6", "86 million"),
        ("1.25e9", "1.25 billion"),
        ("3e4", "30,000"),
        ("3e8", "300 million"),
        ("12.5", "12.5"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_figures_are_told_with_their_size(mark: str, said: str) -> None:
    a, b = (EventPrint(id_, NOON, "en", {f"number:{mark}": 2.0, "name:kitimat": 2.5}) for id_ in ("sa", "sb"))
    link = same_event(a, b)
    assert link is not None
    assert f"figures: {said}" in link.why


SAME = [
    (
        (
            "Quebec port signs with Chinese line",
            "The port of Sept-Rives has a contract with a line from Beihai. It spends 85 million dollars.",
        ),
        (
            "Une ligne de conteneurs vers la Chine",
            "Le port de Sept-Rives sera relié à Beihai. Coût : 85 millions de dollars.",
        ),
    ),
    (
        (
            "Tories want Chinese diplomat out over threats to Chong",
            "The expulsion is overdue, said Michael Chong, a member of Parliament, of the envoy.",
        ),
        (
            "Diplomate chinois : Michael Chong réclame l'expulsion",
            "Le député dit que sa famille a été visée.",
        ),
    ),
    (
        (
            "Second buyer for LNG from Squamish",
            "The terminal in Squamish sells 810,000 tonnes a year to a buyer from China.",
        ),
        ("Un acheteur chinois pour le GNL", "Le terminal de Squamish vendra 810 000 tonnes par an."),
    ),
]
OTHER = [
    ("Canada keeps surtax on Chinese electric cars", "Canada opens door to Chinese car plant in Ontario"),
    ("Canola growers wait for China", "China lifts duty on Canadian canola oil"),
    ("Ambassador speaks to growers in Winnipeg", "Ambassador warns Canada over transit of strait"),
    ("Trudeau says China interfered", "Trudeau visits steel plant hit by Chinese duties"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_reports_that_share_a_name_or_a_figure_are_linked(
    beat: Beat, one: tuple[str, str], two: tuple[str, str]
) -> None:
    assert same_event(told(beat, *one), told(beat, *two, lang="fr")) is not None


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_reports_of_one_subject_are_not_one_event(beat: Beat, one: str, two: str) -> None:
    assert same_event(told(beat, one), told(beat, two)) is None


def test_link_does_not_depend_on_order_and_ends_with_the_window(beat: Beat) -> None:
    (title, body), (titre, corps) = MEETING["en"], MEETING["fr"]
    a, b = told(beat, title, body), told(beat, titre, corps, "fr", hours=35)
    assert same_event(a, b) == same_event(b, a) is not None
    late = told(beat, titre, corps, "fr", hours=WINDOW.total_seconds() / 3600 + 1)
    assert same_event(a, late) is None
    assert same_event(a, a) is None


def test_stories_within_the_window_share_a_key(beat: Beat) -> None:
    title, body = MEETING["en"]
    for hours in range(int(WINDOW.total_seconds() // 3600) + 1):
        for start in (0, 6, 13, 23):
            a, b = told(beat, title, body, hours=start), told(beat, title, body, hours=start + hours)
            shared = set(keys_of(a)) & set(keys_of(b))
            assert shared, (start, hours)


def demo(beat: Beat) -> tuple[Mapping[str, DemoPage], Mapping[str, EventPrint]]:
    sites = {site.id: site for site in load_sites()}
    pages = build_pages(sites, load_items(), NOON, 9)
    told_of = {
        p.story: p for p in pages if p.item.on_beat and p.role in ("original", "independent", "update")
    }
    prints = {
        id_: event_print(
            id_,
            p.title,
            "\n".join(p.paragraphs),
            p.lang,
            p.published.astimezone(UTC),
            beat.terms,
            beat.event_rules,
        )
        for id_, p in told_of.items()
    }
    return told_of, prints


def test_events_of_the_demo_web_are_found_and_nothing_else(beat: Beat) -> None:
    pages, prints = demo(beat)
    pairs = list(combinations(sorted(prints), 2))
    random.Random(1).shuffle(pairs)
    linked = {frozenset((a, b)) for a, b in pairs if same_event(prints[a], prints[b])}
    true = {frozenset((a, b)) for a, b in pairs if pages[a].event and pages[a].event == pages[b].event}
    assert len(true) == 11
    assert linked == true


OTHER_LANGUAGES = [
    (
        ("ko", "법원, 한울전자에 과징금 120억 원 부과", "법원은 3일 한울전자가 담합했다고 판단했다."),
        ("de", "Gericht verhängt Bußgeld gegen Hanwool", "Hanwool soll 12 Milliarden Won zahlen."),
    ),
    (
        ("es", "Huelga en el puerto de Valparaíso", "Los trabajadores iniciaron este lunes la huelga."),
        ("pt", "Greve no porto de Valparaíso", "Os trabalhadores iniciaram a greve na segunda-feira."),
    ),
    (
        ("pt", "Presidente do Chile visita Lisboa na próxima semana", "Chega no dia 22 de janeiro."),
        ("es", "El presidente de Chile visitará Lisboa", "Llegará a Portugal el 22 de enero."),
    ),
    (
        ("de", "Siemens streicht 2.700 Stellen in München", "Das teilte der Konzern mit."),
        ("ja", "シーメンス、ミュンヘンで2700人削減", "独シーメンスが3日、人員削減を明らかにした。"),
    ),
]


@pytest.mark.parametrize(("one", "other"), OTHER_LANGUAGES)
def test_reports_in_other_languages_of_another_beat_are_linked(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    company = load_beat(packaged_beat().parent / "siemens")
    a, b = (told(company, title, body, lang) for lang, title, body in (one, other))
    assert same_event(a, b) is not None, (a, b)


def test_what_a_beat_is_about_links_no_two_reports() -> None:
    company = load_beat(packaged_beat().parent / "siemens")
    reports = [
        told(company, "Siemens gewinnt Auftrag der Bahn", "Siemens liefert Züge.", "de"),
        told(company, "Siemens übernimmt Altair", "Siemens kauft die Firma Altair.", "de"),
        told(company, "Siemens names new finance chief", "Siemens said on Tuesday.", "en"),
        told(company, "シーメンス、新工場を公開", "独シーメンスは3日。", "ja"),
    ]
    for a, b in combinations(reports, 2):
        assert same_event(a, b) is None, (a, b)


def test_entry_that_holds_many_companies_is_not_one_of_them() -> None:
    fisheries = load_beat(packaged_beat().parent / "norway-japan-fisheries")
    marks = told(fisheries, "SalMar and Mowi sell salmon to Tokyo").marks
    named = {mark for mark in marks if mark.startswith("company:")}
    assert len(named) == 2


def test_nothing_of_an_agency_or_a_caption_is_a_mark(beat: Beat) -> None:
    body = (
        "La Presse Canadienne. Temps de lecture : 3 min. Michael Chong rises in the House of Commons in "
        "Ottawa, in a file photo. (The Canadian Press/Sean Kilpatrick)"
    )
    marks = " ".join(told(beat, "Growers wait", body).marks)
    for word in ("presse", "temps", "kilpatrick", "chong", "commons"):
        assert word not in marks.casefold()


@pytest.mark.parametrize(
    "kind", ["", "…", "€" * 40, "1" * 400, "加" * 3000, "A" * 3000, "31 février 99月99日"]
)
def test_odd_texts_have_a_print(beat: Beat, kind: str) -> None:
    for lang in ("en", "zh", "ko", None):
        event_print("s", kind, kind, lang, NOON, beat.terms, beat.event_rules)


@pytest.mark.parametrize(
    "text", ["On March 200 workers left", "3月100人离开", "5월 120명", "March 3.5 per cent"]
)
def test_a_number_behind_a_month_is_no_day(text: str) -> None:
    assert find_days(text, NOON) == (set(), text.casefold())


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("text", ["Talks next week and last week", "10日举行会谈，20日结束"])
def test_a_report_at_an_end_of_the_calendar_has_days(year: int, text: str) -> None:
    marks, _ = find_days(text, NOON.replace(year=year, month=1, day=1))
    assert marks


@pytest.mark.parametrize(
    ("title", "lang"), [("Japan's prime minister visits Oslo", "en"), ("日本の首相がオスロを訪問", "ja")]
)
def test_a_side_owns_the_office_behind_it(title: str, lang: str) -> None:
    fisheries = load_beat(packaged_beat().parent / "norway-japan-fisheries")
    assert "leader:japan head-of-government" in told(fisheries, title, lang=lang).marks
