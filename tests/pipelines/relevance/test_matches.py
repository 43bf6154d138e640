"""A match between two sides is off the beat, and what states make of one is on it; all texts are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.beat.terms import Terms, load_terms
from pipelines.relevance import judge

ARGENTINA_BRAZIL = """
sides:
  - id: argentina
    name: Argentina
    names:
      country: [{es: [Argentina], pt: [Argentina], en: [Argentina]}]
      demonym: [{es: [argentino, argentina, argentinos], pt: [argentino, argentina], en: [Argentine]}]
      person: [{es: [Milei], pt: [Milei], en: [Milei]}]
  - id: brasil
    name: Brasil
    names:
      country: [{es: [Brasil], pt: [Brasil], en: [Brazil]}]
      demonym: [{es: [brasileño, brasileños], pt: [brasileiro, brasileira], en: [Brazilian]}]
      person: [{es: [Lula], pt: [Lula], en: [Lula]}]
"""
GERMANY_POLAND = """
sides:
  - id: germany
    name: Deutschland
    names:
      country: [{de: [Deutschland], en: [Germany]}]
      demonym: [{de: [deutsche, deutscher, deutschen], en: [German, Germans]}]
      person: [{de: [Merz], en: [Merz]}]
  - id: poland
    name: Polen
    names:
      country: [{de: [Polen], en: [Poland]}]
      demonym: [{de: [polnische, polnischer, polnischen], en: [Polish, Poles]}]
      place: [{de: [Warschau], en: [Warsaw]}]
      person: [{de: [Tusk], en: [Tusk]}]
"""
KOREA_JAPAN = """
sides:
  - {id: korea, name: Korea, names: {country: [{ko: [한국]}], place: [{ko: [서울]}]}}
  - {id: japan, name: Japan, names: {country: [{ko: [일본]}], place: [{ko: [도쿄]}]}}
pairs:
  - {between: [korea, japan], ko: [한일]}
"""

MATCHES = [
    (
        ARGENTINA_BRAZIL,
        "Argentina le gana a Brasil con dos goles en el Monumental",
        "Argentina venció a Brasil por 2 a 0. Los hinchas silbaron al entrenador de Brasil.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Brasil y Argentina empatan sin goles",
        "El clásico terminó 0 a 0 por las eliminatorias.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Brasil perde para a Argentina no Maracanã",
        "O Brasil foi derrotado pela Argentina por 1 a 0 pelas eliminatórias. O jogador do gol foi expulso.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Vôlei: Brasil vence Argentina e vai à semifinal",
        "A torcida viu o Brasil vencer a Argentina por 3 sets a 1.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Argentina 4-1 Brazil: hosts cruise in qualifier",
        "Argentina's midfielders outplayed Brazil from kick-off. Brazil striker Cunha pulled one back.",
    ),
    (
        GERMANY_POLAND,
        "Deutschland schlägt Polen 3:1",
        "Die deutsche Nationalmannschaft hat gegen Polen gewonnen. Wirtz schoss zwei Tore.",
    ),
    (
        GERMANY_POLAND,
        "Deutschland verliert gegen Polen im Elfmeterschießen",
        "Im Viertelfinale scheiterte Deutschland an Polen. Bundestrainer Nagelsmann war enttäuscht.",
    ),
    (
        GERMANY_POLAND,
        "Handball: Deutschland gewinnt Testspiel gegen Polen",
        "Die deutschen Handballer besiegten Polen 31:24.",
    ),
    (
        GERMANY_POLAND,
        "Poland hold Germany to draw in Warsaw friendly",
        "Germany's midfielder equalised after half-time. Poland striker Lewandowski had scored first.",
    ),
    (KOREA_JAPAN, "한국, 일본에 2-1 역전승", "한국 축구 대표팀이 일본과의 평가전에서 2-1로 이겼다."),
    (KOREA_JAPAN, "한일전 승부차기 끝 한국 승리", "한국이 도쿄에서 일본을 꺾고 결승에 올랐다."),
    (KOREA_JAPAN, "한국, 일본 꺾고 결승 진출", "여자 배구 대표팀이 서울에서 일본을 3-1로 이겼다."),
]

DEALINGS = [
    (
        ARGENTINA_BRAZIL,
        "Argentina boicotea el partido contra Brasil",
        "La federación de fútbol de Argentina no jugará en Brasil y pidió explicaciones a Brasil.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Argentina y Brasil negocian una sede común del Mundial de fútbol",
        "Milei y Lula hablaron de una candidatura. Brasil y Argentina firmaron un acuerdo.",
    ),
    (
        ARGENTINA_BRAZIL,
        "Milei e Lula se reúnem antes do jogo entre Argentina e Brasil",
        "Os presidentes discutiram o Mercosul antes do jogo de futebol no Maracanã.",
    ),
    (
        GERMANY_POLAND,
        "Merz trifft Tusk vor dem Länderspiel Deutschland gegen Polen",
        "Beide sprachen über Grenzkontrollen, bevor sie das Fußballspiel in Warschau sahen.",
    ),
    (
        GERMANY_POLAND,
        "Polen boykottiert die Leichtathletik-EM in Deutschland",
        "Athleten aus Polen reisen nicht nach Deutschland.",
    ),
    (
        GERMANY_POLAND,
        "Poland boycotts football friendly in Germany",
        "Polish officials said the team would not play while Germany keeps border checks.",
    ),
    (KOREA_JAPAN, "한국, 일본 올림픽 보이콧 검토", "정부는 일본에 항의했다. 한국 선수단은 불참할 수 있다."),
    (KOREA_JAPAN, "한일 정상, 축구 경기 함께 관람하며 회담", "한국과 일본 정상이 서울에서 회담했다."),
]


@pytest.fixture(scope="module")
def beats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Terms]:
    loaded = {}
    for text in (ARGENTINA_BRAZIL, GERMANY_POLAND, KOREA_JAPAN):
        path: Path = tmp_path_factory.mktemp("beat") / "terms.yaml"
        path.write_text(text, "utf-8")
        loaded[text] = load_terms(path)
    return loaded


@pytest.mark.parametrize(("beat", "title", "text"), MATCHES, ids=[case[1] for case in MATCHES])
def test_a_match_between_two_sides_is_off_the_beat(
    beats: dict[str, Terms], beat: str, title: str, text: str
) -> None:
    # The body of such a report keeps naming both, as that of a summit does.
    for whole in (text, " ".join([text] * 8)):
        verdict = judge(title, whole, None, beats[beat])
        assert not verdict.relevant, verdict


@pytest.mark.parametrize(("beat", "title", "text"), DEALINGS, ids=[case[1] for case in DEALINGS])
def test_what_states_make_of_a_match_is_on_the_beat(
    beats: dict[str, Terms], beat: str, title: str, text: str
) -> None:
    verdict = judge(title, text, None, beats[beat])
    assert verdict.relevant, verdict


@pytest.mark.parametrize(
    ("language", "sides", "title", "text"),
    [
        (
            "fr",
            ("France", "Maroc"),
            "La France domine le Maroc 2-0",
            "Les Bleus ont battu le Maroc. La France jouera la finale dimanche.",
        ),
        (
            "it",
            ("Italia", "Spagna"),
            "L'Italia batte la Spagna 2-1",
            "Doppietta di Retegui, gli azzurri superano la Spagna.",
        ),
        (
            "nl",
            ("Nederland", "België"),
            "Nederland verslaat België met 3-1",
            "Twee goals van Depay. Nederland staat in de halve finale.",
        ),
        (
            "nb",
            ("Norge", "Sverige"),
            "Norge slo Sverige 3-2",
            "Haaland scoret da Norge vant over Sverige i VM-kvalifiseringen.",
        ),
        (
            "sv",
            ("Sverige", "Norge"),
            "Sverige föll mot Norge",
            "Sverige förlorade med 1-3 mot Norge i hockey-VM.",
        ),
        (
            "pl",
            ("Polska", "Czechy"),
            "Polska wygrywa, Czechy bez bramki",
            "Gole dla Polski strzelił Lewandowski. Polska gra o mistrzostwo.",
        ),
        (
            "ru",
            ("Россия", "Сербия"),
            "Россия обыграла Сербию 2:1",
            "Сборная России победила Сербию в товарищеском матче.",
        ),
        (
            "uk",
            ("Україна", "Польща"),
            "Україна перемогла Польщу 2:0",
            "Збірна України забила два голи збірній Польщі.",
        ),
        ("ar", ("مصر", "المغرب"), "مصر تفوز على المغرب بهدفين", "تغلبت مصر على المغرب في مباراة ودية."),
        ("ja", ("日本", "韓国"), "日本、韓国に逆転勝ち", "日本は韓国との親善試合で2点を決めた。"),
        ("zh-Hans", ("中国", "日本"), "中国队0比1不敌日本队", "国足在世预赛客场负于日本队。"),
        ("zh-Hant", ("中國", "日本"), "中國女排橫掃日本", "世界聯賽澳門站，中國女排擊敗日本女排。"),
    ],
)
def test_a_match_is_known_in_every_language(
    tmp_path: Path, language: str, sides: tuple[str, str], title: str, text: str
) -> None:
    lines = ["sides:"]
    for number, side in enumerate(sides, 1):
        names = f"{{country: [{{{language}: [{side}]}}]}}"
        lines.append(f"  - {{id: side-{number}, name: {side}, names: {names}}}")
    path = tmp_path / "terms.yaml"
    path.write_text("\n".join(lines), "utf-8")
    verdict = judge(title, text, None, load_terms(path))
    assert not verdict.relevant, verdict
