from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from crawlers.model import PollPolicy, Source
from crawlers.sources import MAX_FILE_BYTES, load_sources

SHIPPED = Path(__file__).parents[2] / "beats" / "china-canada" / "sources.yaml"


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "sources.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def problems_of(path: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_sources(path)
    assert all(line.startswith(str(path)) for line in caught.value.problems)
    return [line.removeprefix(f"{path}:").removeprefix(str(path)) for line in caught.value.problems]


def an_entry_with(line: str) -> str:
    head = "sources:\n- id: daily\n  name: The Daily\n  kind: section\n  url: https://daily.example/\n"
    return f"{head}  {line}\n"


def test_only_four_fields_are_needed(write) -> None:
    text = "sources:\n- {id: daily, name: The Daily, kind: section, url: https://daily.example/}\n"
    assert load_sources(write(text)) == (Source("daily", "The Daily", "section", "https://daily.example/"),)


def test_every_field_arrives(write) -> None:
    path = write(
        """
sources:
- id: ribao
  name: 日报
  kind: section
  url: https://ribao.example/world/
  country: CN
  language: zh-Hans
  owner: state
  tier: 1
  sites: [www.Ribao.example, ribao-news.example]
  scope: broad
  timezone: Asia/Shanghai
  enabled: false
  links: h2 a::attr(href)
  next_page: //a[@rel="next"]/@href
  max_pages: 3
  url_pattern: /202\\d/
  poll: {every: 30m, min: 600, max: 6h}
  max_age: 3d
  verify: no
  verify_reason: incomplete chain
  listed: true
  answered: 2026-11-20
  note: nobody answers at night
"""
    )
    assert load_sources(path) == (
        Source(
            id="ribao", name="日报", kind="section", url="https://ribao.example/world/", country="CN",
            language="zh-Hans", owner="state", tier=1, sites=("ribao.example", "ribao-news.example"),
            scope="broad", timezone="Asia/Shanghai", enabled=False,
            links="h2 a::attr(href)", next_page='//a[@rel="next"]/@href', max_pages=3, url_pattern=r"/202\d/",
            poll=PollPolicy(1800, 600, 21_600), max_age_s=259_200,
            verify=False, verify_reason="incomplete chain", listed=True,
            answered=date(2026, 11, 20), note="nobody answers at night",
        ),
    )  # fmt: skip


@pytest.mark.skipif(not SHIPPED.exists(), reason="the beat that comes with the project is not there")
@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("country: CN", "Asia/Shanghai"),
        ("country: HK", "Asia/Hong_Kong"),
        ("country: CA, language: fr", "America/Toronto"),
        ("country: FR", "Europe/Paris"),
        ("country: AU", "Australia/Sydney"),
        ("country: AQ", "UTC"),
        ("language: zh-Hant", "Asia/Shanghai"),
        ("language: en", "UTC"),
        ("country: CN, timezone: UTC", "UTC"),
    ],
)
def test_a_source_without_a_zone_has_that_of_its_country(write, place: str, zone: str) -> None:
    row = f"{{id: a, name: A, kind: feed, url: 'https://a.example/rss', {place}}}"
    assert load_sources(write(f"sources:\n  - {row}\n"))[0].timezone == zone


def test_the_catalogue_that_comes_with_the_project_has_no_mistake() -> None:
    assert len(load_sources(SHIPPED)) >= 60


TEN_MISTAKES = """\
sources:
- id: one
  name: One
  kind: fed
  url: https://one.example/feed
- id: two
  name: Two
  kind: feed
  url: two.example/feed
  timezone: Asia/Shangai
- id: three
  name: Three
  kind: section
  url: https://three.example/
  links: h2 >> a
  poll: {every: soon}
- id: one
  name: Another one
  kind: feed
  url: https://four.example/feed
  lang: en
  country: NO
- id: five
  kind: feed
  url: http://four.example/feed
  url_pattern: (unclosed
"""

TEN_MESSAGES = [
    '4: source "one": kind: “fed” is not one of feed, sitemap, section; write feed',
    '9: source "two": url: “two.example/feed” lacks its scheme; write https://two.example/feed',
    '10: source "two": timezone: “Asia/Shangai” is not a time zone; write Asia/Shanghai',
    '15: source "three": links: “h2 >> a” is not a CSS selector',
    "16: source \"three\": poll.every: 'soon' is not a duration; write 15m, 1h, 24h or a number of seconds",
    '17: source "one": id: is taken by the source in line 2; write one-2',
    '21: source "one": unknown field `lang`. Did you mean `language`?',
    '22: source "one": country: is false: YAML reads yes, no, on and off so; write it in quotes',
    '23: source "five": name: is missing; write “name: ',
    '25: source "five": url: is the address of source "one" (line 17) too; remove one of them',
    '26: source "five": url_pattern: “(unclosed” is not a regular expression',
]


def test_eleven_mistakes_give_eleven_messages_in_the_order_of_the_file(write) -> None:
    found = problems_of(write(TEN_MISTAKES))
    assert len(found) == len(TEN_MESSAGES)
    for line, expected in zip(found, TEN_MESSAGES, strict=True):
        assert line.startswith(expected)


@pytest.mark.parametrize(
    ("line", "field", "advice"),
    [
        ("tier: 4", "tier", "write 1 (must not miss), 2 or 3"),
        ("tier: true", "tier", "write 1"),
        ("sites: daily.example", "sites", "write a list of hosts, as [bbc.com, bbc.co.uk]"),
        ("sites: []", "sites", "write a list of hosts"),
        ("sites: ['https://daily.example/']", "sites", "write the host alone, as bbc.com"),
        ("sites: [daily.example/news]", "sites", "write the host alone"),
        ("sites: [daily.example, 7]", "sites", "in quotes"),
        ("sites: ['two words']", "sites", "is no host"),
        ('enabled: "yes"', "enabled", "write true or false"),
        ("language: English", "language", "write en"),
        ("language: zh-TW", "language", "write zh-Hant"),
        ("language: zh_cn", "language", "write zh-Hans"),
        ("language: fr-CA", "language", "write fr"),
        ("country: ca", "country", "write CA"),
        ("country: Canada", "country", "write CA (two capital letters"),
        ("country: XX", "country", "two capital letters"),
        ("owner: gouvernment", "owner", "write government"),
        ("scope: [all]", "scope", "is a list"),
        ("timezone: Beijing", "timezone", "write "),
        ("timezone: ../../etc/passwd", "timezone", "is not a time zone"),
        ("links: '//h2['", "links", "is not XPath"),
        ("links:", "links", ""),
        ("next_page: 'a['", "next_page", "is not a CSS selector"),
        ("max_pages: 0", "max_pages", "write a number from 1 to 50"),
        ("max_age: soon", "max_age", "write 2d, 7d, 36h"),
        ("max_age: 5m", "max_age", "write something from 1h to 10950d"),
        ("poll: 15m", "poll", "write {every: 15m, min: 5m, max: 24h}"),
        ("poll: {every: 15 minutes}", "poll.every", "write 15m"),
        ("poll: {every: 1s}", "poll.every", "from 1m to 30d"),
        ("poll: {min: 2h, every: 1h}", "poll", "min ≤ every ≤ max"),
        ("tier: 1\n  tier: 2", "tier", "is given twice"),
        ("note: 2026", "note", "in quotes"),
    ],
)
def test_a_wrong_value_says_what_to_write(write, line: str, field: str, advice: str) -> None:
    path = write(an_entry_with(line))
    if line == "links:":  # nothing after the colon is the same as no such line
        assert load_sources(path)[0].links is None
        return
    (problem,) = problems_of(path)
    assert f'source "daily": {field}: ' in problem
    assert advice in problem
    assert problem.split(":")[0] in ("6", "7")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("poll: {evry: 1h}", "poll: unknown field `evry`. Did you mean `every`?"),
        ("tz: Asia/Shanghai", "unknown field `tz`. Did you mean `timezone`?"),
        ("languge: en", "unknown field `languge`. Did you mean `language`?"),
        ("colour: red", "unknown field `colour`. Remove it, or write one of: id, name, kind, url, country"),
    ],
)
def test_an_unknown_field_names_the_one_that_was_meant(write, line: str, message: str) -> None:
    (problem,) = problems_of(write(an_entry_with(line)))
    assert problem.startswith(f'6: source "daily": {message}')


def test_a_certificate_is_checked_but_where_a_reason_says_why_not(write) -> None:
    (checked,) = load_sources(write(an_entry_with("listed: true")))
    (trusted,) = load_sources(write(an_entry_with("verify: no\n  verify_reason: incomplete chain, 2026-01")))
    assert (checked.verify, checked.verify_reason) == (True, None)
    assert (trusted.verify, trusted.verify_reason) == (False, "incomplete chain, 2026-01")
    (problem,) = problems_of(write(an_entry_with("verify: no")))
    assert "write verify_reason: and why" in problem
    (problem,) = problems_of(write(an_entry_with("verify_reason: old server")))
    assert "verify_reason: has no effect where the certificate is checked" in problem


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_selectors_belong_to_sections(write, kind: str) -> None:
    text = an_entry_with("links: h2 a").replace("section", kind)
    (problem,) = problems_of(write(text))
    assert f"links: has no effect on a {kind}; remove it" in problem


@pytest.mark.parametrize(
    ("poll", "policy"),
    [
        ("{every: 1h}", PollPolicy(3600, 300, 86_400)),
        ("{every: 2m}", PollPolicy(120, 120, 86_400)),
        ("{every: 2d}", PollPolicy(172_800, 300, 172_800)),
        ("{min: 1h}", PollPolicy(3600, 3600, 86_400)),
        ("{max: 10m}", PollPolicy(600, 300, 600)),
        ("{every: 1200, min: 20min, max: 1d}", PollPolicy(1200, 1200, 86_400)),
    ],
)
def test_durations_and_their_defaults(write, poll: str, policy: PollPolicy) -> None:
    assert load_sources(write(an_entry_with(f"poll: {poll}")))[0].poll == policy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the file is empty"),
        ("# nothing yet\n", ":1: the file is empty"),
        ("- id: a\n", ":1: the file is a list; write “sources:”"),
        ("hello\n", ":1: the file is not a catalogue"),
        ("sources:\n", ":1: “sources:” is not a list, or empty"),
        ("sources: []\n", ":1: “sources:” is not a list, or empty"),
        ("sources:\n\t- id: a\n", ":2: there is a tab where YAML wants spaces"),
        ("sources:\n- id: a\n  name: b: c\n", ":3: this is not YAML from column"),
        ("sources: [", ":1: the file ends too early; close every bracket and quote"),
        ("\x00", ":1: holds a zero byte, as files in UTF-16 do; save it as UTF-8"),
        ("[" * 20_000 + "]" * 20_000, ": the file is nested too deeply"),
        ("sources: &a [*a]\n", ": its aliases"),
        ("sources:\n- a\n", ":2: source 1: is not a group of fields"),
        ("sources:\n- !!python/object/apply:os.system ['true']\n", ":2: source 1: has the unknown tag"),
        (
            "sources:\n- {id: a, name: !shout b, kind: feed, url: https://a.example}\n",
            ':2: source "a": name: has the unknown tag “!shout”',
        ),
        (b"\xff\xfe\x00", ": the file is not in UTF-8"),
    ],
)
def test_a_file_that_is_no_catalogue_gives_one_clear_line(write, text: str | bytes, message: str) -> None:
    path = write(text)
    with pytest.raises(CatalogueError) as caught:
        load_sources(path)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{path}{message}")
    assert "\n" not in problem


def test_what_does_not_belong_at_the_top_is_reported_with_the_rest(write) -> None:
    found = problems_of(write("feeds: 1\nsources:\n- {id: a, name: A, kind: feed}\nsource: []\n"))
    assert [p.partition(";")[0] for p in found] == [
        "1: unknown field `feeds`. Remove it",
        '3: source "a": url: is missing',
        "4: unknown field `source`. Write `sources`",
    ]


def test_aliases_that_multiply_are_refused_before_they_are_written_out(write) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30))
    (problem,) = problems_of(write(f"l0: &l0 [1]\n{levels}\nsources: *l29\n"))
    assert "aliases" in problem


def test_a_modest_alias_is_welcome(write) -> None:
    text = """
sources:
- &cn {id: one, name: One, kind: feed, url: https://one.example/, timezone: Asia/Shanghai}
- {<<: *cn, id: two, url: https://two.example/}
"""
    assert [s.timezone for s in load_sources(write(text))] == ["Asia/Shanghai", "Asia/Shanghai"]


def test_a_file_beyond_all_measure_is_not_parsed(write) -> None:
    (problem,) = problems_of(write("#" * (MAX_FILE_BYTES + 1)))
    assert "split it" in problem


def test_a_file_that_is_missing_or_a_folder_says_so(tmp_path: Path) -> None:
    assert "there is no such file" in problems_of(tmp_path / "none.yaml")[0]
    assert "cannot be read" in problems_of(tmp_path)[0]


def test_the_older_name_of_listed_is_read_with_one_hint(write, caplog) -> None:
    path = write(an_entry_with("verified: true"))
    (source,) = load_sources(path)
    assert (source.listed, source.answered) == (True, None)
    (hint,) = [record.getMessage() for record in caplog.records]
    assert f"{path}:6: `verified`" in hint
    assert "`listed`" in hint
    (source,) = load_sources(write(an_entry_with("verified: true\n  listed: false")))
    assert not source.listed
    caplog.clear()
    load_sources(write(an_entry_with("listed: true")))
    assert caplog.records == []


@pytest.mark.parametrize("value", ["yes", "2026-13-45", "2026-11-20 10:00:00", "20", "soon"])
def test_the_day_of_an_answer_is_a_day(write, value: str) -> None:
    assert "answered" in problems_of(write(an_entry_with(f"answered: {value}")))[0]
