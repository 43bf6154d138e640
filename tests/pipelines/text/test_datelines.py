"""The dateline of a report is known in every language, and a sentence that looks like one is none."""

from __future__ import annotations

import pytest

from pipelines.text.datelines import CREDIT, end_of_dateline


@pytest.mark.parametrize(
    ("dateline", "report"),
    [
        ("OTTAWA — ", "The minister left."),
        ("OTTAWA, Jan. 17 (Reuters) - ", "The minister left."),
        ("(Ottawa) ", "La ministre est partie."),
        ("新华社北京1月17日电", " 外交部发言人表示"),
        ("北京1月17日讯", " 外交部发言人表示"),
        ("Madrid, 17 ene (EFE).- ", "El ministro se fue."),
        ("Lisboa, 17 jan 2026 (Lusa) – ", "O ministro partiu."),
        ("München (dpa/lby) - ", "Der Minister reist ab."),
        ("Warszawa (PAP) - ", "Minister wyjechał."),
        ("OSLO (NTB): ", "Ministeren reiste."),
        ("МОСКВА, 17 янв — РИА Новости. ", "Министр уехал."),
        ("КИЇВ — ", "Міністр поїхав."),
        ("ŁÓDŹ — ", "Minister wyjechał."),
        ("ΑΘΗΝΑ — ", "Ο υπουργός έφυγε."),
        ("برلين (رويترز) - ", "غادر الوزير."),
        ("الرياض - واس: ", "غادر الوزير."),
        ("(서울=연합뉴스)", " 홍길동 기자 = 장관이 떠났다."),
        ("[베를린=뉴시스]", " 장관이 떠났다."),
        ("【ワシントン共同】", "首相は述べた。"),
        ("［東京 17日 ロイター］", " 首相は述べた。"),
    ],
)
def test_a_dateline_ends_where_the_report_begins(dateline: str, report: str) -> None:
    assert end_of_dateline(dateline + report) == len(dateline)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The minister told Reuters (and AFP) that he left.",
        "Spanien (EU-Mitglied) — ein Land mit Küste.",
        "A ministra – que chegou ontem – partiu.",
        "【速報】首相が辞任",
        "(그는) 떠났다.",
        "외교부=서울 소재 기관",
        "Китай — крупнейший покупатель.",
    ],
)
def test_a_sentence_that_begins_like_one_has_no_dateline(text: str) -> None:
    assert end_of_dateline(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "(Getty Images)",
        "（图片来源：新华社）",
        "(Sean Hill/Harbour Press)",
        "(사진=자료사진)",
        "(Archivfoto)",
    ],
)
def test_a_credit_is_a_bracket_with_its_mark(text: str) -> None:
    assert CREDIT.fullmatch(text)


def test_any_other_bracket_is_no_credit() -> None:
    assert CREDIT.search("The port (the largest) opened.") is None
