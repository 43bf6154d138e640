"""What only some reports of one event say."""

from __future__ import annotations

from dataclasses import replace

from pipelines.beat.beat import Beat
from pipelines.model import StoredArticle
from pipelines.stories.differences import FactRow, compare_reports
from tests.contracts.ledger_values import a_stored


def a_report(n: int, title: str, body: str, lang: str = "en") -> StoredArticle:
    stored = a_stored(n, title=title, body=body)
    return replace(stored, article=replace(stored.article, lang=lang))


def cells_of(rows: list[FactRow], kind: str) -> set[tuple[str, ...]]:
    return {row.printed for row in rows if row.kind == kind}


def test_a_number_is_one_however_it_is_written(beat: Beat) -> None:
    english = a_report(1, "Canola", "Growers get 86 million dollars.")
    chinese = a_report(2, "油菜籽", "农民获得8600万加元。", "zh-Hans")

    assert ("86 million", "8600万") in cells_of(compare_reports([english, chinese], beat.terms), "number")


def test_a_number_that_one_report_has_shows_a_gap_in_the_other(beat: Beat) -> None:
    first = a_report(1, "Quota", "The quota is 210,000 tonnes.")
    second = a_report(2, "Quota", "The quota is 120,000 tonnes.")

    found = cells_of(compare_reports([first, second], beat.terms), "number")

    assert ("210,000", "") in found
    assert ("", "120,000") in found


def test_a_name_of_the_beat_is_one_in_every_language(beat: Beat) -> None:
    english = a_report(1, "Visit", "The delegation landed in Beijing on Friday.")
    french = a_report(2, "Visite", "La délégation est arrivée à Pékin vendredi.", "fr")
    chinese = a_report(3, "访问", "代表团星期五抵达北京。", "zh-Hans")

    rows = compare_reports([english, french, chinese], beat.terms)

    assert ("Beijing", "Pékin", "北京") in cells_of(rows, "place")


def test_a_name_that_no_list_has_is_told_too(beat: Beat) -> None:
    first = a_report(1, "Farm", "The farmer is called Harold Winslade and he agreed.")
    second = a_report(2, "Farm", "The farmer agreed.")

    assert ("Harold Winslade", "") in cells_of(compare_reports([first, second], beat.terms), "name")


def test_a_quotation_that_one_report_left_out_is_told(beat: Beat) -> None:
    first = a_report(1, "Word", "“We raised every case by its name this morning,” she said.")
    second = a_report(2, "Word", "She said nothing.")

    ((said, unsaid),) = cells_of(compare_reports([first, second], beat.terms), "quotation")

    assert said.startswith("We raised every case")
    assert unsaid == ""


def test_what_all_have_comes_after_what_only_some_have(beat: Beat) -> None:
    first = a_report(1, "Numbers", "It took 12 hours and 77 people.")
    second = a_report(2, "Numbers", "It took 12 hours.")

    rows = [row for row in compare_reports([first, second], beat.terms) if row.kind == "number"]

    assert [row.is_common for row in rows] == [False, True]


def test_one_report_alone_has_nothing_that_others_lack(beat: Beat) -> None:
    rows = compare_reports([a_report(1, "Alone", "It took 12 hours.")], beat.terms)

    assert all(row.is_common for row in rows)


def test_no_reports_state_nothing(beat: Beat) -> None:
    assert compare_reports([], beat.terms) == []


def test_a_number_word_in_a_name_is_no_number(beat: Beat) -> None:
    french = a_report(1, "Usine", "Trois-Rivières et Sept-Îles rouvrent deux usines.", "fr")
    english = a_report(2, "Plant", "A plant reopens in Deux-Montagnes after Twenty-Two weeks.")

    found = cells_of(compare_reports([french, english], beat.terms), "number")

    assert found == {("deux", "Two"), ("", "Twenty")}
