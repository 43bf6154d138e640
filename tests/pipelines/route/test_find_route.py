"""Marks where printers put them tell origin and carrier; a name in prose does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import Route
from pipelines.route import find_route
from tests.builders import a_publisher, an_article

PROSE = (
    "The two delegations spent four hours on canola, seafood and student visas, and agreed to meet again "
    "in the spring. Officials on both sides described the mood as businesslike, though neither would name a "
    "figure."
)
MORE = (
    "Farm groups on the prairies welcomed the news with caution. Growers have heard promises before, one "
    "of them said, and the bins at the elevator in Rosetown are still full."
)
PROSE_FR = (
    "Les deux délégations ont parlé pendant quatre heures de canola, de fruits de mer et de visas d'études, "
    "et elles se reverront au printemps. Personne n'a voulu avancer de chiffre."
)
PROSE_ZH = (
    "两国代表团就油菜籽、海产品和留学签证谈了四个小时，并商定春天再次会面。双方官员都说气氛务实，"
    "但谁也不肯透露具体数字。"
)
PROSE_HANT = (
    "兩國代表團就油菜籽、海產品和留學簽證談了四個小時，並商定春天再次會面。雙方官員都說氣氛務實，"
    "但誰也不肯透露具體數字。"
)


def route_of(*paragraphs: str, publisher: dict[str, Any] | None = None, **article: Any) -> Route:
    return find_route(
        an_article(body="\n\n".join(paragraphs), **article),
        a_publisher(**{"id": "daily", "name": "The Prairie Daily"} | (publisher or {})),
    )


def labels_of(route: Route) -> list[str]:
    return [span.label for span in route.boilerplate]


def marks_of(route: Route) -> list[str]:
    return [evidence.mark for evidence in route.evidence]


@pytest.mark.parametrize(
    ("dateline", "origin", "carrier", "place"),
    [
        ("BEIJING, Jan. 17 (Xinhua) -- ", "Xinhua", None, "BEIJING"),
        ("(Xinhua) BEIJING, Jan. 17 -- ", "Xinhua", None, "BEIJING"),
        ("OTTAWA (Reuters) - ", "Reuters", None, "OTTAWA"),
        ("VANCOUVER, British Columbia (AP) — ", "The Associated Press", None, "VANCOUVER, British Columbia"),
        ("PÉKIN (AFP) – ", "AFP", None, "PÉKIN"),
        ("Pékin (AFP) – ", "AFP", None, "Pékin"),
        ("OTTAWA — (La Presse canadienne) — ", "The Canadian Press", None, "OTTAWA"),
        ("BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE) -- ", None, "GlobeNewswire", "BEIJING"),
        ("BEIJING, Jan. 17, 2026 /PRNewswire/ -- ", None, "PR Newswire", "BEIJING"),
        ("MONTRÉAL, le 16 janv. 2026 /CNW/ - ", None, "CNW", "MONTRÉAL"),
        ("OTTAWA, ON, Jan. 16, 2026 /CNW/ - ", None, "CNW", "OTTAWA, ON"),
        ("OTTAWA (MAPLE PRESS) — ", "MAPLE PRESS", None, "OTTAWA"),
        ("OTTAWA (NORTHSTAR NEWSWIRE) — ", None, "NORTHSTAR NEWSWIRE", "OTTAWA"),
    ],
)
def test_dateline_names_the_agency_or_the_release_service(
    dateline: str, origin: str | None, carrier: str | None, place: str
) -> None:
    route = route_of(dateline + PROSE, MORE)
    assert (route.origin, route.carrier) == (origin, carrier)
    assert route.dateline is not None
    assert route.dateline.place == place


PROSE_DE = (
    "Die Delegationen sprachen vier Stunden lang über Zölle, Fisch und Visa und wollen sich im Frühjahr "
    "wieder treffen. Beide Seiten nannten die Stimmung sachlich, aber niemand wollte eine Zahl nennen."
)
PROSE_JA = (
    "両国の代表団は関税と水産物、留学ビザについて四時間にわたり協議し、春に再び会うことで一致した。雰囲気は"
    "実務的だったというが、数字は明らかにしなかった。"
)
PROSE_KO = (
    "양국 대표단은 관세와 수산물, 유학 비자를 놓고 네 시간 동안 협의했으며 봄에 다시 만나기로 했다. 분위기는 "
    "실무적이었지만 구체적인 수치는 밝히지 않았다."
)
PROSE_RU = (
    "Делегации четыре часа обсуждали пошлины, рыбу и визы и договорились встретиться весной. Обе стороны "
    "назвали разговор деловым, но цифр не привели."
)


@pytest.mark.parametrize(
    ("dateline", "prose", "origin", "place"),
    [
        ("Berlin (dpa) - ", PROSE_DE, "dpa", "Berlin"),
        ("BERLIN, 17. Januar (Reuters) - ", PROSE_DE, "Reuters", "BERLIN"),
        ("MÜNCHEN (Isar Presse-Agentur) – ", PROSE_DE, "Isar Presse-Agentur", "MÜNCHEN"),
        ("Wien (APA) – ", PROSE_DE, "APA", "Wien"),
        ("OSLO (NTB): ", PROSE_DE, "NTB", "OSLO"),
        ("TROMSØ (Nordisk Telegram): ", PROSE_DE, "Nordisk Telegram", "TROMSØ"),
        ("Stockholm (TT) – ", PROSE_DE, "TT", "Stockholm"),
        ("Madrid, 17 ene (EFE).- ", PROSE_DE, "EFE", "Madrid"),
        ("Ciudad de México, 17 de enero (EFE) - ", PROSE_DE, "EFE", "Ciudad de México"),
        ("Lisboa, 17 jan 2026 (Lusa) – ", PROSE_DE, "Lusa", "Lisboa"),
        ("São Paulo (Agência Ipê) – ", PROSE_DE, "Agência Ipê", "São Paulo"),
        ("(ANSA) - ROMA, 17 GEN - ", PROSE_DE, "ANSA", "ROMA"),
        ("WARSZAWA (PAP) – ", PROSE_DE, "PAP", "WARSZAWA"),
        ("МОСКВА, 17 января. /ТАСС/. ", PROSE_RU, "TASS", "МОСКВА"),
        ("【ソウル共同】", PROSE_JA, "Kyodo News", "ソウル"),
        ("【東京時事】", PROSE_JA, "Jiji Press", "東京"),
        ("［東京　１７日　ロイター］ - ", PROSE_JA, "Reuters", "東京"),
        ("(서울=연합뉴스) 홍길동 기자 = ", PROSE_KO, "Yonhap", "서울"),
        ("[부산=뉴시스] 김영희 박철수 기자 = ", PROSE_KO, "Newsis", "부산"),
        ("(제주=한라통신) ", PROSE_KO, "한라통신", "제주"),
    ],
)
def test_datelines_of_other_languages_name_the_agency(
    dateline: str, prose: str, origin: str, place: str
) -> None:
    route = route_of(dateline + prose, prose)
    assert route.dateline is not None
    assert (route.origin, route.carrier, route.dateline.place) == (origin, None, place)
    assert labels_of(route) == ["dateline"]


@pytest.mark.parametrize(
    "opening",
    [
        "Berlin (Ost) war ",
        "Madrid (la capital) ",
        "【速報】",
        "【写真特集】",
        "(서울) ",
        "[단독] ",
        "(사진=연합뉴스) ",
        "Angela Meier (CDU) ",
    ],
)
def test_brackets_of_other_languages_are_no_dateline(opening: str) -> None:
    route = route_of(opening + (PROSE_JA if "【" in opening else PROSE_KO), PROSE_DE)
    assert (route.origin, route.carrier, route.dateline) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("Quelle: dpa", "dpa"),
        ("Fuente: EFE", "EFE"),
        ("Fonte: Lusa", "Lusa"),
        ("Kilde: NTB", "NTB"),
        ("출처: 연합뉴스", "Yonhap"),
        ("Von Jana Krüger, dpa", "dpa"),
        ("© 2026 dpa", "dpa"),
        ("(dpa)", "dpa"),
        ("Por Ana Ruiz, EFE", "EFE"),
    ],
)
def test_credits_of_other_languages_name_the_agency(line: str, origin: str) -> None:
    assert route_of(PROSE_DE, PROSE_DE, line).origin == origin


@pytest.mark.parametrize(
    ("dateline", "origin", "place"),
    [
        ("新华社北京1月16日电（记者李明、王芳）", "Xinhua", "北京"),
        ("新华社渥太华1月16日电 ", "Xinhua", "渥太华"),
        ("新华社 渥太华 1月16日电 ", "Xinhua", "渥太华"),
        ("【新华社北京2026年1月16日电】", "Xinhua", "北京"),
        ("新華社北京1月16日電 ", "Xinhua", "北京"),
        ("中新社多伦多1月16日电 (记者 李明)", "China News Service", "多伦多"),
        ("中新网1月16日电 ", "China News Service", ""),
        ("（中央社記者李明台北16日電）", "Central News Agency", "台北"),
    ],
)
def test_chinese_dateline_names_the_agency(dateline: str, origin: str, place: str) -> None:
    prose = PROSE_HANT if "電" in dateline else PROSE_ZH
    route = route_of(dateline + prose, prose)
    assert (route.origin, route.carrier) == (origin, None)
    assert route.dateline is not None
    assert route.dateline.place == place


@pytest.mark.parametrize(
    "dateline",
    [
        "OTTAWA — ",
        "WASHINGTON, March 3 — ",
        "Ottawa, le 16 janvier 2026 – ",
        "(Pékin) ",
        "本报北京1月16日电 ",
        "北京1月16日电 ",
        "OTTAWA (Ontario) — ",
        "OTTAWA (Prairie Daily News) — ",
    ],
)
def test_own_report_with_a_dateline_has_neither_origin_nor_carrier(dateline: str) -> None:
    publisher = {"name": "Prairie Daily"}
    route = route_of(dateline + (PROSE_ZH if "日电" in dateline else PROSE), publisher=publisher)
    assert (route.origin, route.carrier, route.kind) == (None, None, "report")
    assert labels_of(route) == ["dateline"]


@pytest.mark.parametrize(
    "opening",
    [
        "Acme Corp. (TSX: ACM) shares rose on the news from Beijing. ",
        "Trade Minister Lee (Reuters had her as a candidate) refused to speak. ",
        "1月16日，来自两国的代表见面。",
    ],
)
def test_brackets_and_dates_in_prose_are_no_dateline(opening: str) -> None:
    route = route_of(opening + PROSE)
    assert (route.origin, route.carrier, route.dateline, route.boilerplate) == (None, None, None, ())


@pytest.mark.parametrize(
    "mention",
    [
        "CGTN, the state broadcaster, told another story, and so did Xinhua and the Global Times.",
        "Selon l'agence Xinhua, la rencontre a été cordiale; l'AFP n'a pas obtenu de réponse de l'ambassade.",
        (
            "据新华社报道，两国领导人会面时气氛友好，路透社则援引外交人士的话说分歧仍在，"
            "加拿大通讯社没有得到使馆答复。"
        ),
        (
            "據新華社報道，兩國領導人會面時氣氛友好，路透社則援引外交人士的話說分歧仍在，"
            "加拿大通訊社沒有得到使館答覆。"
        ),
        "Paid content creators in both countries praised the visit, the researchers found.",
        "Avec la Chine, il faut parler.",
        "The ministry declined to say whether the report by GlobeNewswire was right.",
        "赞助商表示，他们会继续支持两国之间的比赛。",
    ],
)
def test_name_in_prose_is_no_origin(mention: str) -> None:
    for body in ((mention, PROSE, MORE), (PROSE, MORE, mention)):
        route = route_of(*body, title="CGTN: how state television saw the visit")
        assert (route.origin, route.carrier, route.kind, route.boilerplate) == (None, None, "report", ())


@pytest.mark.parametrize(
    "line",
    [
        "With files from The Canadian Press",
        "— With files from Reuters and The Associated Press",
        "Avec des informations de La Presse canadienne",
        "Avec La Presse canadienne",
        "Avec l'Agence France-Presse",
        "（综合新华社、路透社报道）",
        "(綜合新華社報導)",
    ],
)
def test_helpers_are_noted_and_are_no_origin(line: str) -> None:
    route = route_of(PROSE, MORE, line)
    assert (route.origin, route.carrier) == (None, None)
    assert marks_of(route) == ["with files from"]
    assert labels_of(route) == ["byline"]


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("The Canadian Press", "The Canadian Press"),
        ("By Jo Smith, The Canadian Press", "The Canadian Press"),
        ("By Jo Smith | Reuters | Jan. 16, 2026", "Reuters"),
        ("Par Lucie Roy, La Presse canadienne", "The Canadian Press"),
        ("This report by The Canadian Press was first published Jan. 16, 2026.", "The Canadian Press"),
        ("Cette dépêche de La Presse canadienne a été publiée le 16 janvier 2026.", "The Canadian Press"),
        ("© 2026 Agence France-Presse. Tous droits réservés.", "AFP"),
        ("(Reporting by Jo Smith in Ottawa; Editing by Lee Chan)", "Reuters"),
        ("来源：新华社", "Xinhua"),
        ("來源：新華社", "Xinhua"),
        ("文章來源：中新社", "China News Service"),
        ("来源：环球时报", "Global Times"),
    ],
)
def test_credit_line_at_the_end_names_the_origin(line: str, origin: str) -> None:
    route = route_of(PROSE, MORE, line)
    assert (route.origin, route.carrier) == (origin, None)
    assert len(route.boilerplate) == 1


def test_credit_that_closes_the_last_paragraph_is_read() -> None:
    body = f"{PROSE}\n\n{MORE} — The Canadian Press"
    route = find_route(an_article(body=body), a_publisher())
    assert route.origin == "The Canadian Press"
    assert [body[s.start : s.end] for s in route.boilerplate] == [" — The Canadian Press"]


def test_byline_of_an_agency_is_a_credit() -> None:
    assert route_of(PROSE, authors=("Jo Smith, The Canadian Press",)).origin == "The Canadian Press"
    assert route_of(PROSE, authors=("Agence France-Presse",)).origin == "AFP"
    assert route_of(PROSE, authors=("Jo Smith",)).origin is None


@pytest.mark.parametrize("line", ["来源：本报记者", "来源：网络", "来源：环球时讯", "來源：環球時訊綜合"])
def test_source_line_that_names_the_own_house_is_no_origin(line: str) -> None:
    name = "環球時訊" if "環" in line else "环球时讯"
    assert route_of(PROSE_ZH, PROSE_ZH, line, publisher={"name": name}).origin is None


def test_photo_credit_above_a_report_is_no_origin() -> None:
    assert route_of("© Reuters", PROSE, MORE).origin is None


def test_source_under_a_quoted_table_is_no_origin_of_the_page() -> None:
    assert route_of(PROSE, "Source: Statistics Canada", MORE, PROSE).origin is None


RELEASE = (
    "OTTAWA, ON, Jan. 16, 2026 /CNW/ - " + PROSE,
    MORE,
    "About the Canola Growers' Forum",
    "The Forum speaks for eleven thousand farms.",
    "SOURCE Canola Growers' Forum",
    "For further information: Ann Lee, 613-555-0117, ann@forum.example",
)


def test_release_has_who_paid_as_origin_and_the_service_as_carrier() -> None:
    route = route_of(*RELEASE)
    assert (route.origin, route.carrier, route.kind) == ("Canola Growers' Forum", "CNW", "paid_release")
    labels = labels_of(route)
    assert labels == ["dateline", "release_tail", "release_tail", "release_tail", "contact"]


def test_french_release_is_read_the_same_way() -> None:
    route = route_of(
        "OTTAWA, ON, le 16 janv. 2026 /CNW/ - " + PROSE_FR,
        PROSE_FR,
        "À propos du Forum des producteurs de canola",
        "Le Forum parle au nom de onze mille fermes.",
        "SOURCE Forum des producteurs de canola",
        "Renseignements : Anne Roy, 613-555-0117, anne@forum.example",
    )
    assert (route.origin, route.carrier) == ("Forum des producteurs de canola", "CNW")
    assert labels_of(route) == [
        "dateline",
        "release_tail",
        "release_tail",
        "release_tail",
        "contact",
    ]


def test_unknown_newswire_with_a_source_line_is_a_carrier() -> None:
    route = route_of(
        "BEIJING, Jan. 17, 2026 (NORTHSTAR NEWSWIRE) -- " + PROSE, MORE, "SOURCE Jade Harbour Media"
    )
    assert (route.origin, route.carrier, route.kind) == (
        "Jade Harbour Media",
        "NORTHSTAR NEWSWIRE",
        "paid_release",
    )


def test_release_without_a_source_line_is_by_whom_it_speaks_of() -> None:
    announced = "VANCOUVER, Jan. 16, 2026 (GLOBE NEWSWIRE) -- Acme Canola Ltd. (TSX: ACM) announced a plant. "
    assert route_of(announced + PROSE).origin == "Acme Canola Ltd."
    about = (
        "VANCOUVER, Jan. 16, 2026 (GLOBE NEWSWIRE) -- " + PROSE,
        "About Acme Canola",
        "A crusher of seed.",
    )
    assert route_of(*about).origin == "Acme Canola"


@pytest.mark.parametrize(
    "disclaimer",
    [
        "This press release was issued through GlobeNewswire. The Prairie Daily is not responsible for its"
        " content.",
        "Ce communiqué a été diffusé par GlobeNewswire.",
        "本文由 GlobeNewswire 提供，不代表本站立场。",
    ],
)
def test_disclaimer_names_the_service_and_is_no_part_of_the_text(disclaimer: str) -> None:
    route = route_of(PROSE, MORE, disclaimer)
    assert route.carrier == "GlobeNewswire"
    assert labels_of(route) == ["disclaimer"]


def test_disclaimer_in_chinese_names_a_service_without_a_space() -> None:
    assert route_of(PROSE_ZH, PROSE_ZH, "以上新闻稿由美通社发布。").carrier == "PR Newswire"


@pytest.mark.parametrize("label", ["Paid content", "Sponsored content by Acme", "Contenu commandité", "广告"])
def test_paid_label_makes_a_paid_release(label: str) -> None:
    assert route_of(label, PROSE, MORE).kind == "paid_release"


def test_site_of_a_release_service_is_the_carrier_and_says_so() -> None:
    wire = {"id": "globenewswire", "name": "GlobeNewswire", "owner": "wire"}
    route = route_of(PROSE, MORE, "SOURCE CGTN", publisher=wire)
    assert (route.origin, route.carrier) == ("CGTN", "GlobeNewswire")
    assert "carrier site" in marks_of(route)


def test_agency_that_shows_its_own_report_is_the_origin_and_at_home() -> None:
    press = {"id": "cp", "name": "The Canadian Press", "owner": "wire"}
    route = route_of("OTTAWA — " + PROSE, publisher=press)
    assert (route.origin, route.carrier, route.kind) == ("The Canadian Press", None, "agency")
    assert "own site" in marks_of(route)


def test_unknown_agency_that_shows_its_own_report_is_at_home() -> None:
    press = {"id": "maple", "name": "Maple Press", "owner": "wire"}
    route = route_of("OTTAWA (Maple Press) — " + PROSE, publisher=press)
    assert (route.origin, route.carrier, route.kind) == ("Maple Press", None, "agency")
    assert "own site" in marks_of(route)


def test_unknown_newswire_goes_by_its_own_name_on_its_own_site() -> None:
    wire = {"id": "north", "name": "Northstar Newswire", "owner": "wire"}
    route = route_of("OTTAWA, Jan. 16, 2026 (NORTHSTAR NEWSWIRE) -- " + PROSE, "SOURCE Acme", publisher=wire)
    assert (route.origin, route.carrier) == ("Acme", "Northstar Newswire")
    assert "carrier site" in marks_of(route)


@pytest.mark.parametrize(("owner", "kind"), [("state", "state_media"), ("government", "government")])
def test_own_report_takes_its_kind_from_the_owner(owner: str, kind: str) -> None:
    route = route_of(PROSE, publisher={"owner": owner})
    assert (route.origin, route.carrier, route.kind) == (None, None, kind)


def test_title_prefix_names_the_payer_only_of_what_is_marked_as_a_release() -> None:
    title = "CGTN: China and Canada look ahead"
    assert route_of(PROSE, title=title).origin is None
    released = route_of("BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE) -- " + PROSE, title=title)
    assert released.origin == "CGTN"


def test_canonical_link_to_an_agency_is_a_credit() -> None:
    elsewhere = "https://apnews.com/article/visit-1"
    assert route_of(PROSE, cross_canonical=elsewhere).origin == "The Associated Press"


def test_a_paragraph_of_chinese_prose_with_a_space_is_no_credit_line() -> None:
    prose = "本文记者在 Ottawa 见到了由美通社发布新闻的公司负责人，" + PROSE_ZH * 3
    assert route_of(PROSE_ZH, prose).boilerplate == ()


LINES = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            *RELEASE,
            PROSE,
            PROSE_FR,
            PROSE_ZH,
            PROSE_HANT,
            "来源：新华社",
            "(AFP)",
            "/CNW/ -",
            "SOURCE ",
            "By ",
        ]
    ),
)


@given(st.lists(LINES, max_size=12), st.text(max_size=60), st.text(max_size=40))
def test_any_text_has_a_route_whose_spans_lie_in_order_inside_it(
    lines: list[str], title: str, author: str
) -> None:
    body = "\n\n".join(lines)
    route = find_route(an_article(body=body, title=title, authors=(author,)), a_publisher())
    ends = [0]
    for span in route.boilerplate:
        assert ends[-1] <= span.start < span.end <= len(body)
        assert body[span.start : span.end].strip()
        ends.append(span.end)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        "By " + "A-" * 5_000 + "!",
        "Source" + " " * 100_000 + "x" * 100,
        "©" + " " * 100_000 + "x" * 100,
        "Contact: " + "a" * 100_000,
        "This press release was issued " + "by " * 50_000,
        "(Reporting by " * 20_000,
        "\n\n".join(["OTTAWA (CNW) - x"] * 20_000),
        "\n\n".join(["About us"] * 20_000),
        "word " * 200_000,
    ],
    ids=["hyphens", "spaces", "copyright", "contact", "by", "brackets", "datelines", "headings", "words"],
)
def test_hostile_text_is_read_in_linear_time(body: str) -> None:
    assert find_route(an_article(body=body), a_publisher()).kind in ("report", "paid_release", "agency")
