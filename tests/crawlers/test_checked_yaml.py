from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from crawlers.checked_yaml import (
    MAX_BYTES,
    MAX_DEPTH,
    YamlDocument,
    describe_unknown_field,
    parse_yaml,
    read_yaml,
)
from crawlers.errors import CatalogueError

FILE = Path("beat.yaml")


def parse(text: str) -> YamlDocument:
    return parse_yaml(text.encode(), FILE)


def problem_of(content: bytes) -> str:
    with pytest.raises(CatalogueError) as caught:
        parse_yaml(content, FILE)
    (problem,) = caught.value.problems
    assert "\n" not in problem
    return problem


def test_values_come_plain_with_the_line_of_every_key_and_item() -> None:
    document = parse("# a comment\nname: Trade\nsides:\n- id: china\n  countries: [CN, HK]\n")
    assert document.values == {"name": "Trade", "sides": [{"id": "china", "countries": ["CN", "HK"]}]}
    assert document.find_line(("name",)) == 2
    assert document.find_line(("sides",)) == 3
    assert document.find_line(("sides", 0, "countries", 1)) == 5
    assert document.locate(("sides", 0, "id")) == "beat.yaml:4"


def test_what_is_missing_has_the_line_of_the_group_around_it() -> None:
    document = parse("sides:\n- id: china\n- id: canada\n")
    assert document.find_line(("sides", 1, "countries", 0)) == 3
    assert document.find_line(("name",)) == 1


def test_an_empty_file_is_none() -> None:
    assert parse("# nothing yet\n").values is None


def test_a_byte_order_mark_is_left_out() -> None:
    assert parse_yaml(b"\xef\xbb\xbfa: 1\n", FILE).values == {"a": 1}


def test_keys_are_text_as_written() -> None:
    assert parse("on: yes\n1: a\n2026-01-02: b\n").values == {"on": True, "1": "a", "2026-01-02": "b"}


def test_values_have_the_types_of_yaml() -> None:
    values = parse("[1, 1.5, true, ~, text, 2026-01-02, '1']").values
    assert values == [1, 1.5, True, None, "text", datetime.date(2026, 1, 2), "1"]


def test_an_alias_gives_its_fields_and_the_own_ones_win() -> None:
    document = parse("- &cn {id: one, zone: Asia/Shanghai}\n- {<<: *cn, id: two}\n- {<<: [{a: 1}, {a: 2}]}\n")
    assert document.values[1] == {"id": "two", "zone": "Asia/Shanghai"}
    assert document.values[2] == {"a": 1}
    assert document.find_line((1, "zone")) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "is given twice; keep one of them"),
        ("a: 1\nb: !shout hello\n", 2, "has the unknown tag “!shout”"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "has the unknown tag “!!python/object"),
        ("a: 1\nb: 2026-13-45\n", 2, "put it in quotes"),
        ("a:\n  ? [1, 2]\n  : 3\n", 2, "where a field's name belongs"),
        ("a:\n  <<: text\n", 2, "write <<: *name"),
    ],
)
def test_a_mistake_in_one_value_leaves_the_others_readable(text: str, line: int, message: str) -> None:
    document = parse(text)
    (problem,) = document.problems
    assert problem.line == line
    assert message in problem.text
    assert "a" in document.values


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"sides:\n\t- id: a\n", "beat.yaml:2: there is a tab where YAML wants spaces"),
        (b"a: 1\nname: b: c\n", "beat.yaml:2: this is not YAML from column"),
        (b"sides: [", "beat.yaml:1: the file ends too early"),
        (b"a: *nobody\n", "beat.yaml:1: this is not YAML"),
        (b"--- a\n--- b\n", "beat.yaml:2: this is not YAML"),
        (b"\x00", "beat.yaml:1: holds a zero byte, as files in UTF-16 do; save it as UTF-8"),
        (b"\xff\xfe\x00", "beat.yaml: the file is not in UTF-8 (byte 0)"),
        (b"a: &a [*a]\n", "beat.yaml: its aliases"),
        (b"[" * 60 + b"]" * 60, "beat.yaml: the file is nested too deeply"),
        (b"[" * 200_000 + b"]" * 200_000, "beat.yaml: the file is nested too deeply"),
        (b"- " * 200_000 + b"a", "beat.yaml: the file is nested too deeply"),
    ],
    ids=[
        "a tab", "two colons", "an open bracket", "an unknown alias", "two documents", "a NUL", "not UTF-8",
        "an alias in itself", "60 levels", "200,000 lists in brackets", "200,000 lists in one line",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gives_one_clear_line(content: bytes, message: str) -> None:
    assert problem_of(content).startswith(message)


def test_the_deepest_file_that_is_allowed_is_read() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).values


def test_aliases_that_multiply_are_counted_before_they_are_written_out() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30))
    assert "aliases" in problem_of(f"l0: &l0 [1]\n{levels}\n".encode())


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "beat.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(CatalogueError, match="split it"):
        read_yaml(path)


def test_a_file_that_is_missing_or_a_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such file"):
        read_yaml(tmp_path / "none.yaml")
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_yaml(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("contry", "unknown field `contry`. Did you mean `country`?"),
        ("tz", "unknown field `tz`. Did you mean `timezone`?"),
        ("colour", "unknown field `colour`. Remove it, or write one of: country, timezone"),
    ],
)
def test_an_unknown_field_names_the_one_that_was_meant(name: str, message: str) -> None:
    assert describe_unknown_field(name, ["country", "timezone"], {"tz": "timezone"}) == message
