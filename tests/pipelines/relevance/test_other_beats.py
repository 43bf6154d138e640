"""Small beats in other languages, without words of their own; all texts are invented."""

from __future__ import annotations

import pytest

from pipelines.beat.terms import Terms, load_terms
from pipelines.relevance import judge

PAIR = """
sides:
  - id: argentina
    name: Argentina
    names:
      country: [{es: [Argentina], pt: [Argentina]}]
      demonym: [{es: [argentino, argentina, argentinos], pt: [argentino, argentina, argentinos]}]
      place: [{es: [Buenos Aires], pt: [Buenos Aires]}]
      person: [{es: [Milei], pt: [Milei]}]
  - id: brasil
    name: Brasil
    names:
      country: [{es: [Brasil], pt: [Brasil]}]
      demonym: [{es: [brasileño, brasileños], pt: [brasileiro, brasileira, brasileiros]}]
      place: [{es: [Brasilia, San Pablo], pt: [Brasília, São Paulo]}]
      person: [{es: [Lula], pt: [Lula]}]
others:
  - {id: united-states, es: [Estados Unidos, Washington], pt: [Estados Unidos, Washington]}
"""
COMPANY = """
sides:
  - {id: hanwha, name: Hanwha, names: {company: [{de: [Hanwha, Qcells], ko: [한화, 한화그룹, 큐셀]}]}}
"""

CASES = [
    (PAIR, True, "Milei y Lula se reúnen", "Los presidentes hablaron del comercio bilateral en Brasilia."),
    (PAIR, True, "Brasil e Argentina fecham acordo", "O pacto automotivo vale por cinco anos."),
    (
        PAIR,
        True,
        "Piden una extradición",
        "La justicia argentina solicitó a Brasil la entrega de un acusado.",
    ),
    (
        PAIR,
        True,
        "Tarifa antidumping ao leite argentino",
        "O governo brasileiro publicou a medida na segunda.",
    ),
    (PAIR, False, "Argentina derrotó a Brasil por 4 a 1", "Ganó con goles de Álvarez en las eliminatorias."),
    (PAIR, False, "Copom mantém juros", "O Banco Central do Brasil manteve a taxa."),
    (PAIR, False, "Chef de São Paulo abre restaurante", "O cardápio tem vinhos do Chile e da Argentina."),
    (
        PAIR,
        False,
        "Estados Unidos anuncia aranceles a Argentina, Brasil y México",
        "Washington no dio fecha.",
    ),
    (COMPANY, True, "큐셀, 조지아 공장 인력 감축", "태양광 수요 둔화에 따른 조치다."),
    (COMPANY, True, "Qcells streicht Stellen in Thalheim", "Die Entwicklung geht nach Korea."),
    (COMPANY, True, "Solarfirmen klagen", "Hanwha liefert nicht mehr. Hanwha will vor Gericht ziehen."),
    (COMPANY, False, "Messe zieht Bilanz", "Es kamen 80.000 Gäste. Auch Hanwha war dabei."),
    (COMPANY, False, "프로야구 순위", "한화 감독은 투수 교체를 아쉬워했다."),
    (COMPANY, False, "서울 지하철 파업", "노조는 임금 인상을 요구했다."),
]


@pytest.fixture(scope="module")
def beats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Terms]:
    loaded = {}
    for text in (PAIR, COMPANY):
        path = tmp_path_factory.mktemp("beat") / "terms.yaml"
        path.write_text(text, "utf-8")
        loaded[text] = load_terms(path)
    return loaded


@pytest.mark.parametrize(("beat", "expected", "title", "text"), CASES, ids=[case[2] for case in CASES])
def test_a_beat_of_names_alone_is_judged_right(
    beats: dict[str, Terms], beat: str, expected: bool, title: str, text: str
) -> None:
    verdict = judge(title, text, None, beats[beat])
    assert verdict.relevant == expected, verdict
    assert not any("China" in why or "Canada" in why for why in verdict.why)
