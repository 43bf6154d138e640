"""terms.yaml: what comes with the beat is complete, and every mistake is named with what to write."""

from __future__ import annotations

from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml

from crawlers.errors import CatalogueError
from pipelines.alerts.wording import name_hints
from pipelines.beat.label import name_in
from pipelines.beat.terms import Terms, load_terms, side_words, sides_named
from pipelines.text.folding import fold_in_place
from tests.usual_beat import usual_terms

TERMS = Path(__file__).resolve().parents[3] / "beats" / "china-canada" / "terms.yaml"
TOPICS = {
    "canola", "tariffs", "electric-vehicles", "critical-minerals", "interference", "consular", "diplomacy",
    "hong-kong", "taiwan-strait", "arctic", "research-security", "tech-bans", "fentanyl", "investment",
    "tourism-visas", "seafood-pork", "energy", "human-rights",
}  # fmt: skip


@pytest.fixture(scope="module")
def raw() -> Any:
    return yaml.load(TERMS.read_text("utf-8"), yaml.CSafeLoader)


def a_beat(**changes: Any) -> dict[str, Any]:
    """A small beat that is right, with parts replaced."""
    label = {"en": "x", "fr": "x", "zh-Hans": "某", "zh-Hant": "某"}
    words = {"en": ["talks"]}
    beat: dict[str, Any] = {
        "sides": [
            {"id": "north", "name": label, "names": {"country": [{"en": ["Northland"]}]}},
            {"id": "south", "name": label, "names": {"country": [{"en": ["Southland"]}]}},
        ],
        "others": [{"id": "east", "en": ["Eastland"]}],
        "signals": dict.fromkeys(
            ("bilateral", "dealings", "sport", "diaspora", "roundup", "screen", "disaster"), words
        ),
        "topics": [{"id": "trade", "name": label, "en": ["trade"]}],
    }
    return beat | changes


def problems_of(tmp_path: Path, content: object) -> list[str]:
    path = tmp_path / "terms.yaml"
    path.write_text(
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8"
    )
    with pytest.raises(CatalogueError) as raised:
        load_terms(path)
    assert all(str(path) in p and "\n" not in p for p in raised.value.problems)
    return raised.value.problems


def test_the_beat_has_its_sides_and_topics() -> None:
    terms = usual_terms()
    assert terms.sides == ("china", "canada")
    assert {t.id for t in terms.topics} >= TOPICS
    assert all(set(t.name) == {"en", "fr", "zh-Hans", "zh-Hant"} for t in terms.topics)


def test_beat_and_terms_name_the_same_sides() -> None:
    beat = yaml.safe_load((TERMS.parent / "beat.yaml").read_text("utf-8"))
    assert tuple(s["id"] for s in beat["sides"]) == usual_terms().sides


def test_every_simplified_word_stands_in_traditional_too(raw: Any) -> None:
    to_traditional = opencc.OpenCC("s2t").convert
    entries = []
    for side in raw["sides"]:
        entries += chain.from_iterable(side["names"].values())
    entries += [*raw["others"], *raw["pairs"], *raw["traps"], *raw["signals"].values(), *raw["topics"]]
    for entry in entries:
        for word in entry.get("zh-Hans", []):
            spellings = {to_traditional(word), to_traditional(word).replace("爲", "為")}
            assert spellings & set(entry["zh-Hant"]), word


def test_side_words_cover_all_languages_and_scripts() -> None:
    words = side_words(usual_terms())
    assert {"China", "Chine", "chinois", "习近平", "習近平", "中方", "Pékin"} <= set(words["china"])
    assert {"Canada", "canadienne", "加拿大", "特鲁多", "杜魯多", "加方", "Winnipeg lab"} <= set(
        words["canada"]
    )
    assert not {fold_in_place(w) for w in words["china"]} & {fold_in_place(w) for w in words["canada"]}


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Beijing answers Ottawa", {"china", "canada"}),
        ("Le canola québécois", {"canada"}),
        ("截至北京时间今天16时，三万人参加中部马拉松", set()),
        ("牙買加總理訪問東京", set()),
        ("中驻加大使谈两国关系", {"china", "canada"}),
        ("美加征关税", set()),
        ("加方表示失望", {"canada"}),
        ("联合国呼吁对加沙增加援助", set()),
        ("决赛中加拿大队获胜", {"canada"}),
        ("资金集中国防部门", set()),
        ("将加大使用力度", set()),
        ("当中国宣布时", {"china"}),
        ("She set the table with fine china", set()),
        ("Fire in China, Maine, under control", set()),
        ("Victoire aux Jeux de Pékin", set()),
        ("Taxi drivers asked us to wait", set()),
        ("The Winnipeg lab files", {"china", "canada"}),
    ],
)
def test_traps_hide_names_that_do_not_count(text: str, sides: set[str]) -> None:
    assert sides_named(text, usual_terms()) == sides


@pytest.mark.parametrize(
    ("title", "hints"),
    [
        ("加拿大活龙虾重返中国市场", [("加拿大", "Canada"), ("中国市场", "Chinese market")]),
        ("中国驻加拿大使馆发言人答记者问", [("中国驻加拿大使馆", "Chinese Embassy in Canada")]),
        ("中華人民共和國", [("中華人民共和國", "China")]),
        ("一带一路", [("一带一路", "Belt and Road")]),
        ("东海与南海", [("东海", "East China Sea"), ("南海", "South China Sea")]),
        ("抖音与字节跳动", [("抖音", "TikTok"), ("字节跳动", "ByteDance")]),
        ("加拿大皇家海军", [("加拿大皇家海军", "Royal Canadian Navy")]),
        ("俄总统在莫斯科", [("俄总统", "Vladimir Putin"), ("莫斯科", "Moscow")]),
        # Of these the beat does not know which English name is theirs.
        ("阿里巴巴与腾讯", []),
        ("加拿大食品检验局", [("加拿大", "Canada")]),
        ("新民主党", []),
    ],
)
def test_a_headline_is_never_given_the_name_of_another_thing(
    title: str, hints: list[tuple[str, str]]
) -> None:
    assert name_hints(title, usual_terms().english) == hints


def test_of_a_list_of_things_only_the_first_has_an_english_name(tmp_path: Path) -> None:
    file = a_beat()
    file["sides"][0]["names"] = {
        "company": [{"en": ["Kraft", "Ovnar", "Sild", "Torsk"], "zh-Hans": ["卡夫特", "奥夫纳"]}],
        "person": [{"en": ["Ola Nord", "Nord"], "zh-Hans": ["诺德", "奥拉·诺德", "诺德总统"]}],
        "country": [
            {"en": ["Nordia", "North Nordia", "Nordian", "Old Nordia"], "zh-Hans": ["诺国", "诺迪亚"]}
        ],
    }
    english = load(tmp_path, file).english
    assert english["卡夫特"] == "Kraft"
    assert "奥夫纳" not in english
    assert {english["诺德"], english["奥拉·诺德"], english["诺德总统"]} == {"Ola Nord"}
    # Each of its names has the first in it: all are one country.
    assert {english["诺国"], english["诺迪亚"]} == {"Nordia"}


def test_a_small_beat_of_another_pair_loads(tmp_path: Path) -> None:
    path = tmp_path / "terms.yaml"
    path.write_text(yaml.safe_dump(a_beat(), allow_unicode=True), "utf-8")
    terms = load_terms(path)
    assert terms.sides == ("north", "south")
    assert sides_named("Northland and Southland sign", terms) == {"north", "south"}


def load(tmp_path: Path, content: object) -> Terms:
    path = tmp_path / "terms.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return load_terms(path)


def a_side(id_: str, *spellings: dict[str, Any], kind: str = "country") -> dict[str, Any]:
    return {"id": id_, "name": id_.capitalize(), "names": {kind: list(spellings)}}


@pytest.mark.parametrize("ids", [("salt",), ("north", "south"), ("north", "south", "west", "east")])
def test_beat_has_any_number_of_sides(tmp_path: Path, ids: tuple[str, ...]) -> None:
    terms = load(tmp_path, {"sides": [a_side(id_, {"en": [f"{id_}land"]}) for id_ in ids]})
    assert terms.sides == ids
    assert sides_named(f"News of {ids[-1]}land", terms) == {ids[-1]}


def test_side_is_spelled_in_any_language_alone(tmp_path: Path) -> None:
    sides = [
        a_side("japan", {"ja": ["日本", "ニッポン"]}),
        a_side("norway", {"nb": ["Norge"], "ja": ["ノルウェー"]}),
    ]
    terms = load(tmp_path, {"sides": sides})
    assert set(side_words(terms)["norway"]) == {"Norge", "ノルウェー"}
    assert terms.hints == ()


def test_name_in_a_pair_of_three_sides_speaks_of_two(tmp_path: Path) -> None:
    sides = [a_side(id_, {"en": [id_]}) for id_ in ("north", "south", "west")]
    pairs = [{"between": ["north", "west"], "en": ["North-West"]}]
    terms = load(tmp_path, {"sides": sides, "pairs": pairs})
    assert sides_named("A North-West treaty", terms) == {"north", "west"}


def test_name_may_imply_several_sides(tmp_path: Path) -> None:
    sides = [a_side("north", {"en": ["Northland"]}, {"en": ["Envoy Ice"], "implies": ["south", "west"]})]
    sides += [a_side("south", {"en": ["Southland"]}), a_side("west", {"en": ["Westland"]})]
    assert sides_named("Envoy Ice speaks", load(tmp_path, {"sides": sides})) == {"north", "south", "west"}


def test_several_things_of_one_entry_are_told_apart_in_each_language(tmp_path: Path) -> None:
    towns = {
        "several": True,
        "en": ["Oslo", "Bergen"],
        "ja": ["オスロ", "ベルゲン"],
        "zh-Hans": ["奥斯陆", "卑尔根"],
    }
    terms = load(tmp_path, {"sides": [a_side("norway", towns, kind="place")]})
    for text in ("A day in Bergen", "在卑尔根"):
        assert [entity.key for entity, _, _ in terms.find_entities(text)] == ["norway:Bergen"]


def test_lists_of_several_things_stand_side_by_side(tmp_path: Path) -> None:
    towns = {"several": True, "en": ["Oslo", "Bergen"], "nb": ["Oslo"]}
    problems = problems_of(tmp_path, {"sides": [a_side("norway", towns, kind="place")]})
    assert "several: has 2 in en, 1 in nb; write as many in each language" in problems[0]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ({"from": 2024, "until": 2025}, date(2024, 1, 1), date(2025, 12, 31)),
        ({"from": "2024-02", "until": "2024-02"}, date(2024, 2, 1), date(2024, 2, 29)),
        ({"from": date(2025, 3, 14)}, date(2025, 3, 14), None),
        ({"until": "2025-03-14"}, None, date(2025, 3, 14)),
    ],
)
def test_office_is_held_between_two_days(
    tmp_path: Path, written: dict[str, Any], first: date | None, last: date | None
) -> None:
    person = {"en": ["Ola Nordmann"], "role": "Minister of Fisheries", **written}
    terms = load(tmp_path, {"sides": [a_side("norway", person, kind="person")]})
    ((entity, _, _),) = terms.find_entities("Ola Nordmann speaks")
    assert (entity.held_from, entity.held_until) == (first, last)
    for day in filter(None, (first, last)):
        assert entity.holds_office_on(day)


@pytest.mark.parametrize("written", ["spring", 25, "2024-13", "2024-02-30", True, "0000"])
def test_day_that_is_none_is_told(tmp_path: Path, written: object) -> None:
    person = {"en": ["Ola Nordmann"], "role": "Minister", "until": written}
    problems = problems_of(tmp_path, {"sides": [a_side("norway", person, kind="person")]})
    assert f"until: “{written}” is not a day; write it as 2025-03-14, 2025-03 or 2025" in problems[0]


def test_missing_translation_is_a_hint(tmp_path: Path) -> None:
    terms = load(tmp_path, {"sides": [a_side("norway", {"en": ["Norway"], "zh-Hans": ["挪威"]})]})
    assert terms.hints[0].endswith("has Chinese under zh-Hans only; texts in zh-Hant may miss it")


def test_topic_is_named_in_the_nearest_language() -> None:
    names = {"fr": "pêche", "zh-Hant": "漁業"}
    assert [name_in(names, language) for language in ("fr", "zh", "zh-Hans", "en", "ko")] == [
        "pêche", "漁業", "漁業", "pêche", "pêche",
    ]  # fmt: skip


def with_name(**name: Any) -> dict[str, Any]:
    beat = a_beat()
    beat["sides"][0]["names"]["country"].append(name)
    return beat


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            with_name(en=["X1"], strenght="weak"),
            "sides[north].names.country[2] (X1): unknown field `strenght`. Did you mean `strength`?",
        ),
        (with_name(en=["X1"], strength="medium"), "write 'strong' or 'weak' (found 'medium')"),
        (with_name(en="X1"), "en: must be a list; write it in brackets: [name, name]"),
        (with_name(en=["王"]), "“王” is written in Han letters, which are not those of English"),
        (with_name(en=["..."]), "“...” has no letter or digit; write a name"),
        (with_name(note="nobody"), "has no name at all"),
        (with_name(en=["North*"]), "“North*”: a name takes no *; write each form out"),
        (
            a_beat(topics=[{"id": "work", "name": {"en": "Work"}, "en": ["*ing", "job**", "pay*roll"]}]),
            "“*ing”: a * stands only at the end of a word, once",
        ),
        (with_name(en=["X1"], note=["a"]), "note: is a list, where one text belongs; write it without"),
        (with_name(en=[{"X": "y"}]), "put the whole text in quotes"),
        (with_name(en=[False]), "put False in quotes"),
        (with_name(en=["Southland"]), "“Southland” is a name of north too"),
        (with_name(en=["X1"], implies="west"), "implies: write the other side: south"),
        (
            a_beat(topics=[{"id": "Trade!", "name": {}, "en": ["trade"]}]),
            "is not an id; write lower-case letters",
        ),
        (a_beat(signals={"sports": {"en": ["match"]}}), "signals.sports: write 'bilateral'"),
        (
            a_beat(pairs=[{"between": ["north", "west"], "en": ["N-W"]}]),
            "between: west is not known. Did you mean east?",
        ),
        (
            a_beat(others=[{"id": "north", "en": ["X"]}]),
            "others[north]: is the id of a side; give it another id",
        ),
        (a_beat(sides=[]), "sides: is missing; list who or what the beat is about"),
        (a_beat(traps=["x"]), "traps[1] (“x”): must have fields"),
        (with_name(no=["Nordland"]), "names.country[2]: unknown language `no`. Did you mean `nb`?"),
        (with_name(jp=["北"]), "unknown language `jp`. Did you mean `ja`?"),
        (with_name(zh=["北方"]), "unknown language `zh`. Did you mean `zh-Hans` and `zh-Hant`?"),
        (with_name(English=["Nord"]), "unknown language `English`. Did you mean `en`?"),
        (with_name(en=["X1"], until=2025), "until: is the date of an office; write the office too"),
        (a_beat(pairs=[{"between": ["north"], "en": ["N"]}]), "fewer than two parties; write two of"),
        (a_beat(sides=[a_side("salt", {"en": ["Salt"], "implies": "sugar"})]), "the beat has one side, so"),
        (a_beat(topics=[{"id": "fish", "name": {}, "en": ["fish"]}]), "topics[fish].name"),
        (a_beat(topics=[{"id": "fish", "name": {"no": "fisk"}, "en": ["fish"]}]), "unknown language `no`"),
        (
            a_beat(sides=[{"id": "salt", "name": "Salt", "names": ["Salt"]}]),
            "sides[salt].names: must have fields, as in country: [{en: [name]}]",
        ),
        (
            a_beat(sides=[{"id": "salt", "name": "Salt", "names": {"thing": {"en": ["Salt"]}}}]),
            "names.thing: must be a list; write each entry on a line of its own",
        ),
        (a_beat(sides=[{"id": "salt", "name": "Salt", "names": {}}]), "sides[salt].names: is empty; write"),
        (with_name(en=[""]), "is empty; write a word or remove it"),
        ("sides: [", "terms.yaml:1: the file ends too early; close every bracket and quote"),
        ("- a\n- b\n", "the file must hold fields; begin it with “sides:”"),
        ("", "the file must hold fields; begin it with “sides:”"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_to_write(tmp_path: Path, content: object, says: str) -> None:
    assert any(says in problem for problem in problems_of(tmp_path, content))


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    beat = with_name(en=["X1"], strength="medium")
    beat["topics"][0]["nmae"] = "x"
    beat["others"][0]["en"] = "Eastland"
    beat["pairs"] = [{"between": ["north", "nowhere"], "en": ["..."]}]
    del beat["sides"][1]["names"]
    assert len(problems_of(tmp_path, beat)) == 6


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file"):
        load_terms(tmp_path / "terms.yaml")
