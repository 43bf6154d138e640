"""A beat is read as a whole: every mistake of every file is told at once, with what to write."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.beat import Beat, load_beat
from pipelines.relevance import judge

HEADING = """\
name: Fisheries of Norway and Japan
sides:
  - {id: norway, countries: ["NO"]}
  - {id: japan, countries: [JP]}
languages: [en, nb, ja]
clocks:
  - {name: Oslo, zone: Europe/Oslo}
"""
TERMS = """\
sides:
  - id: norway
    name: {en: Norway, nb: Norge}
    names:
      country:
        - {en: [Norway], nb: [Norge], ja: [ノルウェー]}
  - id: japan
    name: Japan
    names:
      country:
        - {en: [Japan], nb: [Japan], ja: [日本]}
"""
SOURCES = """\
sources:
  - {id: fjord, name: Fjord Times, kind: feed, scope: broad, country: "NO", language: nb,
     url: "https://fjord.example/rss"}
  - {id: umi, name: Umi Shimbun, kind: feed, scope: broad, country: JP, language: ja,
     url: "https://umi.example/rss"}
  - {id: world, name: World Wire, kind: feed, scope: broad, language: en, url: "https://world.example/rss"}
"""
FILES = {"beat.yaml": HEADING, "terms.yaml": TERMS, "sources.yaml": SOURCES}


def write(folder: Path, **changes: str | None) -> Path:
    """Write a beat that is right but for some files; None leaves one out."""
    for name, text in {**FILES, **{f"{stem}.yaml": text for stem, text in changes.items()}}.items():
        if text is not None:
            (folder / name).write_text(text, "utf-8")
    return folder


def load(folder: Path, **changes: str | None) -> Beat:
    return load_beat(write(folder, **changes))


def problems_of(folder: Path, **changes: str | None) -> list[str]:
    with pytest.raises(CatalogueError) as refusal:
        load(folder, **changes)
    return [problem.replace(f"{folder}/", "") for problem in refusal.value.problems]


# -- what a beat can be ------------------------------------------------------------------------------------


def test_pair_is_read_with_its_clocks_and_languages(tmp_path: Path) -> None:
    beat = load(tmp_path)
    assert (beat.name, beat.languages) == ("Fisheries of Norway and Japan", ("en", "nb", "ja"))
    assert beat.sides[0].countries == ("NO",)
    assert beat.hints == ()


def test_languages_are_those_of_the_sources_where_none_are_named(tmp_path: Path) -> None:
    assert load(tmp_path, beat="name: Fish\n").languages == ("en", "nb", "ja")


def test_beat_is_named_by_language(tmp_path: Path) -> None:
    beat = load(tmp_path, beat=HEADING.replace("Fisheries of Norway and Japan", "{nb: Fiske, ja: 漁業}"))
    assert (beat.name, beat.names["ja"]) == ("Fiske", "漁業")


def test_beat_without_terms_takes_all_that_its_sources_bring(tmp_path: Path) -> None:
    beat = load(tmp_path, beat="{name: Salt, relevance: all}", terms=None)
    assert (beat.terms.sides, beat.terms.relevance) == ((), "all")
    assert beat.broad_words() == {}
    assert judge("Rain in Lima", "It rained all day. " * 20, "en", beat.terms).relevant


def test_beat_of_everything_may_have_topics_alone(tmp_path: Path) -> None:
    terms = "topics: [{id: rain, name: Rain, en: [rain]}]"
    assert [
        topic.id for topic in load(tmp_path, beat="{name: Salt, relevance: all}", terms=terms).terms.topics
    ] == ["rain"]


def test_general_source_is_searched_for_the_other_sides(tmp_path: Path) -> None:
    words = load(tmp_path).broad_words()
    assert words["fjord"] == ("Japan", "日本")
    assert words["umi"] == ("Norway", "Norge", "ノルウェー")
    assert set(words["world"]) == {*words["fjord"], *words["umi"]}


def test_general_source_of_the_only_side_is_searched_for_its_names(tmp_path: Path) -> None:
    beat = load(
        tmp_path,
        beat='{name: Norway, sides: [{id: norway, countries: ["NO"]}]}',
        terms=TERMS[: TERMS.index("  - id: japan")],
    )
    assert beat.broad_words()["fjord"] == ("Norway", "Norge", "ノルウェー")


def test_general_source_of_one_of_three_sides_is_searched_for_two(tmp_path: Path) -> None:
    iceland = "  - {id: iceland, name: Iceland, names: {country: [{en: [Iceland]}]}}\n"
    beat = load(
        tmp_path,
        beat='name: Fish\nsides: [{id: norway, countries: ["NO"]}, {id: japan}, {id: iceland}]',
        terms=TERMS + iceland,
    )
    assert beat.broad_words()["fjord"] == ("Japan", "日本", "Iceland")


# -- hints: what is no mistake -----------------------------------------------------------------------------


def test_languages_without_spellings_are_hinted_at_by_side(tmp_path: Path) -> None:
    heading = HEADING.replace("[en, nb, ja]", "[en, ko, sv]")
    hints = [hint.replace(f"{tmp_path}/", "") for hint in load(tmp_path, beat=heading).hints]
    assert hints == [
        "terms.yaml:2: sides[norway]: has no name in ko, so no text in that language is on the beat for it",
        "terms.yaml:2: sides[norway]: has no name in sv, so no text in that language is on the beat for it",
        "terms.yaml:7: sides[japan]: has no name in ko, so no text in that language is on the beat for it",
        "terms.yaml:7: sides[japan]: has no name in sv, so no text in that language is on the beat for it",
    ]


def test_name_that_another_script_lacks_is_counted(tmp_path: Path) -> None:
    town = "      place:\n        - {nb: [Bodø]}\n        - {nb: [Oslo], ja: [オスロ]}\n"
    topics = "topics: [{id: cod, name: Cod, en: [cod], nb: [torsk]}]\n"
    hints = load(tmp_path, terms=TERMS.replace("  - id: japan", f"{town}  - id: japan") + topics).hints
    assert [hint.partition(": ")[2] for hint in hints] == [
        "sides[norway].names: 1 of 3 names have no spelling in ja: Bodø",
        "topics: 1 of 1 topics have no words in ja: cod",
    ]


@pytest.mark.parametrize(
    ("entry", "is_hinted_at"),
    [
        ("{nb: [Oslo, Bergen, Bodø], ja: [オスロ, ベルゲン, ボードー]}", True),
        ("{several: true, nb: [Oslo, Bergen, Bodø], ja: [オスロ, ベルゲン, ボードー]}", False),
        ("{several: false, nb: [Oslo, Kristiania, Christiania]}", False),
        ("{nb: [Oslo, Kristiania, Christiania], ja: [オスロ]}", False),
    ],
)
def test_entry_that_may_be_a_list_of_towns_is_hinted_at(
    tmp_path: Path, entry: str, is_hinted_at: bool
) -> None:
    terms = TERMS.replace("  - id: japan", f"      place:\n        - {entry}\n  - id: japan")
    hints = [hint for hint in load(tmp_path, terms=terms).hints if "several: true" in hint]
    assert bool(hints) == is_hinted_at


# -- mistakes ----------------------------------------------------------------------------------------------

NAME_MISTAKES = [
    ("name: 7", "beat.yaml:1: name: write what the beat is called"),
    ("name: ''", "beat.yaml:1: name: write what the beat is called"),
    ("name: [a]", "beat.yaml:1: name: write a text, or texts by language"),
    ("name: {xx: Fiske}", "beat.yaml:1: name.xx: “xx” is not a known language; write one of en, "),
    ("name: {no: Fiske}", "beat.yaml:1: name.no: “no” is not a known language; write nb"),
    ('name: "a\\nb"', "beat.yaml:1: name: write what the beat is called"),
    ("name: Fish\nname: Sea", "beat.yaml:2: name: is given twice; keep one of them"),
    ("- a", "beat.yaml:1: the file must hold fields; begin it with “name: ”"),
    ("", "beat.yaml:1: the file must hold fields; begin it with “name: ”"),
    ("name: [", "beat.yaml:1: the file ends too early"),
]
#: What stands under a name that is right.
FIELD_MISTAKES = [
    ("clock: []", "unknown field `clock`. Did you mean `clocks`?"),
    ("relevance: any", "relevance: write sides (a text must speak of the sides) or all"),
    ("relevance:", "relevance: write sides"),
    ("languages: en", "languages: write a list of codes"),
    ("languages: [no]", "languages[1]: YAML reads no as “false”; write nb for Norwegian"),
    ("languages: [English]", "“English” is not a known language; write en"),
    ("languages: [zh]", "write zh-Hans or zh-Hant"),
    ("clocks: [{name: Oslo, zone: UTC}, {name: Oslo, zone: UTC}]", "clocks: “Oslo” is listed twice"),
    ("sides: norway", "sides: write a list of {id: "),
    ("sides: []", "sides: write a list of {id: "),
    ("sides: [norway, {id: japan}]", "sides[1] (“norway”): write a list of {id: "),
    ("sides: [{id: norway}]", "sides: japan of terms.yaml is missing; write {id: japan, countries"),
    ("sides: [{id: norwya}, {id: japan}]", "“norwya” is not a side in terms.yaml. Did you mean norway?"),
    (
        "sides: [{id: norway}, {id: japan}, {id: eu}]",
        "sides[eu].id: “eu” is not a side in terms.yaml; write one of norway, japan",
    ),
    ("sides: [{id: norway}, {id: norway}, {id: japan}]", "sides: “norway” is listed twice"),
]
#: What stands beside the id of Norway.
COUNTRY_MISTAKES = [
    ("country: JP", "sides[norway]: unknown field `country`. Did you mean `countries`?"),
    ("countries: [Norway]", '“Norway” is not a code; write "NO", in quotes'),
    ("countries: [NO]", 'countries[1]: YAML reads NO as “false”; write "NO" in quotes'),
    ("countries: NO", 'countries: YAML reads NO as “false”; write "NO" in quotes'),
    ("countries: SE", "sides[norway].countries: write a list of codes"),
    ("countries: [se]", "“se” is not a code; write SE"),
    ("countries: [XQ]", "'XQ' is not a country; write a list of codes"),
]


def assert_one_problem(folder: Path, heading: str, message: str) -> None:
    (problem,) = problems_of(folder, beat=heading)
    assert problem.startswith("beat.yaml:")
    assert message in problem


@pytest.mark.parametrize(("heading", "message"), NAME_MISTAKES)
def test_mistake_in_the_name_of_a_beat_is_told(tmp_path: Path, heading: str, message: str) -> None:
    assert_one_problem(tmp_path, heading, message)


@pytest.mark.parametrize(("field", "message"), FIELD_MISTAKES)
def test_mistake_in_a_field_of_the_heading_is_told_with_its_line(
    tmp_path: Path, field: str, message: str
) -> None:
    assert_one_problem(tmp_path, f"name: Fish\n{field}", message)
    assert "beat.yaml:2: " in problems_of(tmp_path, beat=f"name: Fish\n{field}")[0]


@pytest.mark.parametrize(("field", "message"), COUNTRY_MISTAKES)
def test_mistake_in_the_countries_of_a_side_is_told(tmp_path: Path, field: str, message: str) -> None:
    heading = f"name: Fish\nsides:\n- {{id: norway, {field}}}\n- {{id: japan}}"
    assert_one_problem(tmp_path, heading, message)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("beat", "beat.yaml: there is no such file; create it with one line, as “name: "),
        (
            "terms",
            "terms.yaml: there is no such file; create it and list there who or what the beat is about",
        ),
        ("sources", "sources.yaml: there is no such file"),
    ],
)
def test_missing_file_is_told_and_never_taken_from_another_beat(
    tmp_path: Path, missing: str, message: str
) -> None:
    assert [message in problem for problem in problems_of(tmp_path, **{missing: None})] == [True]


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        beat=HEADING.replace("id: norway", "id: norge") + "colour: red\n",
        terms=TERMS.replace("names:\n      country", "names:\n      cuontry", 1) + "topics: {}\n",
        sources=SOURCES.replace("kind: feed", "kind: fed", 1),
        events="capitals: {sweden: Stockholm}\n",
        searches="searches: [{id: a, query: fish AND, to: [a@b.example]}]",
        weights="nothing: 1",
    )
    files = [problem.partition(":")[0] for problem in problems]
    assert set(files) == {
        "beat.yaml", "terms.yaml", "sources.yaml", "events.yaml", "searches.yaml", "weights.yaml",
    }  # fmt: skip
    assert files.count("beat.yaml") == 2
    assert files.count("terms.yaml") == 2


def test_side_with_a_wrong_id_makes_nothing_else_wrong(tmp_path: Path) -> None:
    terms = TERMS.replace("- id: norway", "- id: Norway") + "pairs: [{between: [norway, japan], en: [NJ]}]\n"
    assert problems_of(tmp_path, terms=terms, events="capitals: {norway: Oslo}") == [
        "terms.yaml:2: sides[Norway].id: 'Norway' is not an id; write lower-case letters, digits and hyphens,"
        " a letter first"
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("events.yml", "events.yml: is not read; rename it to events.yaml, or take it out"),
        ("search.yaml", "search.yaml: is not read; rename it to searches.yaml, or take it out"),
    ],
)
def test_file_under_a_wrong_name_is_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / name).write_text("acts: []", "utf-8")
    assert problems_of(tmp_path) == [message]


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("README.md", "notes.yaml", ".DS_Store"):
        (tmp_path / name).write_text("x", "utf-8")
    assert load(tmp_path).hints == ()


def test_mistakes_of_an_events_file_are_told_beside_wrong_types(tmp_path: Path) -> None:
    events = """\
capitals: {norway: Norge, japan: Japam, sweden: Stockholm}
acts:
  - {id: landing, jp: [水揚げ], en: cod}
  - {id: landing, en: [land*, "catch (big)"]}
visits:
  - {from: norway, to: finland, en: [visit]}
"""
    assert problems_of(tmp_path, events=events) == [
        "events.yaml:1: capitals.sweden: “sweden” is not a side in terms.yaml; write one of norway, japan",
        "events.yaml:1: capitals.japan: “Japam” is not a name of japan in terms.yaml; correct it, or list it"
        " there as a place",
        "events.yaml:3: acts[landing].en: must be a list; write it in brackets: [name, name]",
        "events.yaml:3: acts[landing]: unknown language `jp`. Did you mean `ja`?",
        "events.yaml:3: acts[landing].id: is used twice; give each its own id",
        "events.yaml:4: acts[landing].en[2] (“catch (big)”): has signs that no word has; write each form out,"
        " or * at the end for any ending",
        "events.yaml:4: acts[landing].id: is used twice; give each its own id",
        "events.yaml:6: visits[1] (visit).to: “finland” is not a side in terms.yaml; write one of norway,"
        " japan",
    ]


def test_capital_may_be_written_in_any_spelling(tmp_path: Path) -> None:
    rules = load(tmp_path, events="capitals: {norway: Norge, japan: 日本}").event_rules
    assert rules.capitals == {"norway:Norway", "japan:Japan"}


# -- searches of the data folder ---------------------------------------------------------------------------


COD = "{id: cod, name: Cod, query: cod, to: [a@b.example]}"


def a_home_file(folder: Path, text: str) -> Path:
    path = folder / "home-searches.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "{id: fish, name: Fish, query: fish, channels: [team]}",
            '"fish": channels: “team” is not a channel',
        ),
        ("{id: fish, enabled: false}", '"fish": changes a search that this beat does not have'),
    ],
)
def test_search_of_home_that_this_beat_cannot_serve_is_kept_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, entry: str, message: str
) -> None:
    home = a_home_file(tmp_path, f"searches:\n- {COD}\n- {entry}\n")
    (tmp_path / "beat").mkdir()
    with caplog.at_level(logging.WARNING):
        beat = load_beat(write(tmp_path / "beat"), own_searches=home)
    assert [parsed.search.id for parsed in beat.searches] == ["cod"]
    (hint,) = beat.hints
    assert hint.startswith(f"{home}:3: search ")
    assert message in hint
    assert message in caplog.text


def test_other_mistake_in_a_search_of_home_is_an_error(tmp_path: Path) -> None:
    home = a_home_file(tmp_path, "searches: [{id: fish, query: fish AND, to: [a@b.example]}]")
    (tmp_path / "beat").mkdir()
    with pytest.raises(CatalogueError):
        load_beat(write(tmp_path / "beat"), own_searches=home)


def test_channel_that_the_beats_own_search_lacks_is_an_error(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, searches="searches: [{id: a, name: A, query: fish, channels: [team]}]")
    assert "“team” is not a channel" in problems[0]
