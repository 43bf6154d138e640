"""rules.yaml: its mistakes, and what the saved pages give."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.beat import load_beat
from pipelines.beat.site_rules import SiteRules, load_site_rules
from pipelines.operations.new_beat import NewBeat, write_beat
from pipelines.operations.rule_check import check_site_rules
from tests.builders import NOON
from tests.cli.test_command import maplewire
from tests.pipelines.extract.rule_pages import PAGE, RULES, a_rule

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def write_rules(folder: Path, rules: str = RULES, page: str = PAGE) -> Path:
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "kraanvogel.html").write_text(page, "utf-8")
    path = folder / "rules.yaml"
    path.write_text(rules, "utf-8")
    return path


def a_beat_folder(tmp_path: Path, rules: str = RULES, page: str = PAGE) -> Path:
    folder = tmp_path / "fish"
    write_beat(folder, NewBeat("Fish", ("Norway", "Japan"), ("NO", "JP"), ("en",)))
    write_rules(folder, rules, page)
    return folder


def test_beat_without_the_file_has_no_rules(tmp_path: Path) -> None:
    assert load_site_rules(tmp_path / "rules.yaml") == ()
    assert SiteRules(()).find_rule("https://daily.example/1", NOON) is None


def test_rule_is_read_as_written(tmp_path: Path) -> None:
    (rule,) = load_site_rules(write_rules(tmp_path / "b"))
    assert (rule.site, rule.until, rule.drop) == ("kraanvogel.example", date(2027, 6, 30), (".reclame",))
    assert rule.take.authors == "li.schrijver"
    assert rule.gives.date == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "until:",
            "untill:",
            (":3: rules[1]: unknown field `untill`", "Did you mean `until`?", "is missing"),
        ),
        ("2027-06-30", "soon", (":3: rules[1].until", "“soon” is not a day")),
        ("p.kop", "p..kop", (":4: rules[1].take.title", "“p..kop” is not a CSS selector")),
        ("[.reclame]", "['<a>']", (":5: rules[1].drop[1]", "is not a CSS selector")),
        ("[.reclame]", "[svg|rect]", (":5: rules[1].drop[1]", "is not a CSS selector")),
        ("kraanvogel.html", "gone.html", (":6: rules[1].page", "there is no file", "curl -o")),
        ("rules/kraanvogel.html", "../beat.yaml", (":6: rules[1].page", "outside of the beat's folder")),
        ("      date: 2026-11-20\n", "", (":7: rules[1].gives.date", "take has date")),
        ("2026-11-20", "some day", (":10: rules[1].gives.date", "“some day” is no day or time")),
        ("site: kraan", "site: https://kraan", (":2: rules[1].site", "is no host")),
    ],
    ids=[
        "field",
        "day",
        "selector",
        "drop",
        "namespace",
        "no page",
        "outside",
        "not given",
        "given day",
        "site",
    ],
)
def test_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: tuple[str, ...]) -> None:
    path = write_rules(tmp_path / "b", RULES.replace(old, new))
    with pytest.raises(CatalogueError) as refusal:
        load_site_rules(path)
    problems = "\n".join(refusal.value.problems)
    for part in told:
        assert part in problems


def test_two_rules_of_one_site_and_a_rule_that_does_nothing_are_mistakes(tmp_path: Path) -> None:
    empty = (
        "  - {site: WWW.Kraanvogel.example, until: 2027, page: rules/kraanvogel.html, gives: {title: A}}\n"
    )
    with pytest.raises(CatalogueError) as refusal:
        load_site_rules(write_rules(tmp_path / "b", RULES + empty))
    twice, idle = sorted(refusal.value.problems, key=lambda problem: "takes nothing" in problem)
    assert "kraanvogel.example has the rule of line 2 already" in twice
    assert "takes nothing and drops nothing" in idle


def test_rule_of_the_nearest_host_is_taken() -> None:
    sport = a_rule(site="sport.kraanvogel.example")
    rules = SiteRules((a_rule(), sport))
    assert rules.find_rule("https://sport.kraanvogel.example/1", NOW) is sport
    assert rules.find_rule("https://example/1", NOW) is None


def test_saved_page_that_gives_what_its_rule_says_is_no_problem(tmp_path: Path) -> None:
    assert check_site_rules(load_beat(a_beat_folder(tmp_path)), NOW) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Seed talks end", "Seed talks begin", ":8: rules[1].gives.title: … gives “Seed"),
        (
            "[Anne Roy, Luc Gagnon]",
            "[Anne Roy]",
            ":9: rules[1].gives.authors: … gives [An",
        ),
        (
            "2026-11-20",
            "2026-11-19",
            ":10: rules[1].gives.date: … gives 2026-11-20T14:05",
        ),
        (
            "2026-11-20",
            "2026-11-20 14:06",
            ":10: rules[1].gives.date: … gives 2026-11-20T",
        ),
        (
            "begins: Harvest",
            "begins: Herring",
            ":11: rules[1].gives.begins: … gives “Harv",
        ),
        ("in May.", "in June.", ":12: rules[1].gives.ends: … gives “…"),
    ],
    ids=["title", "authors", "day", "time", "begins", "ends"],
)
def test_what_the_saved_page_gives_otherwise_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    beat = load_beat(a_beat_folder(tmp_path, RULES.replace(old, new)))
    with pytest.raises(CatalogueError) as refusal:
        check_site_rules(beat, NOW)
    (problem,) = refusal.value.problems
    assert told.replace("…", "rules/kraanvogel.html", 1) in problem
    assert "mend the selector, or write what it gives" in problem


@pytest.mark.parametrize("given", ["2026-11-20T14:05", "2026-11-20 14:05:00Z", "'2026-11-20T15:05+01:00'"])
def test_time_may_be_given_with_and_without_an_offset(tmp_path: Path, given: str) -> None:
    beat = load_beat(a_beat_folder(tmp_path, RULES.replace("2026-11-20", given)))
    assert check_site_rules(beat, NOW) == ()


def test_saved_page_without_an_article_is_told(tmp_path: Path) -> None:
    beat = load_beat(a_beat_folder(tmp_path, page="<html><body><p>404</p></body></html>"))
    with pytest.raises(CatalogueError, match=r"rules\[1\].page: rules/kraanvogel.html gives no article"):
        check_site_rules(beat, NOW)


def test_rule_that_is_past_its_day_is_hinted_at_and_its_page_not_read(tmp_path: Path) -> None:
    beat = load_beat(a_beat_folder(tmp_path, RULES.replace("Seed talks end", "Seed talks begin")))
    (hint,) = check_site_rules(beat, datetime(2027, 7, 1, tzinfo=UTC))
    assert "rules.yaml:3: rules[1].until: 2027-06-30 is past" in hint
    assert "write a later day" in hint


def test_command_tells_what_a_rule_gives(tmp_path: Path) -> None:
    rules = RULES.replace("2027-06-30", "2999").replace("Seed talks end", "Seed talks begin")
    folder = a_beat_folder(tmp_path, rules)
    done = maplewire("beat", "check", str(folder), home=tmp_path / "home")
    assert done.returncode == 2
    assert "gives “Seed talks end without a word”" in done.stderr
