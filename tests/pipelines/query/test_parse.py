"""What queries mean, and what is said where one means nothing."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.errors import PermanentError
from pipelines.query import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Prefix,
    QueryError,
    Range,
    Wildcard,
    Words,
    parse,
)
from pipelines.text.analyzer import stemmed_phrases

NOW = datetime(2026, 3, 31, 15, 4, 5, tzinfo=UTC)
TEXT = ("title", "summary", "body")


def root(text: str) -> Node:
    return parse(text, NOW).root


def word(typed: str, fields: tuple[str, ...] = TEXT) -> Words:
    """Return what a word asks for: its stems, in the tables of the analyzer."""
    return Words(fields, stemmed_phrases(typed))


def exact(*tokens: str, fields: tuple[str, ...] = TEXT) -> Words:
    return Words(fields, (tokens,), plain=True)


def days(field: str, low: str | None, high: str | None) -> Range:
    return Range(field, _instant(low), _instant(high), include_high=False)


def _instant(written: str | None) -> datetime | None:
    if written is None:
        return None
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def refusal(text: str) -> QueryError | None:
    """Return what is said against a query, None where it is answered."""
    try:
        parse(text, NOW)
    except QueryError as e:
        return e
    return None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("canola", word("canola")),
        ("canola tariffs", And((word("canola"), word("tariffs")))),
        ('"canola"', exact("canola")),
        ('"labour act"', Words(TEXT, (("labour", "act"), ("labor", "act")), plain=True)),
        ('"加拿大"', Words(TEXT, (("加拿", "拿大"),))),
        ("canola US", And((word("canola"), word("USA")))),
        ("a OR b AND c", Or((word("a"), And((word("b"), word("c")))))),
        ("a b OR c", And((word("a"), Or((word("b"), word("c")))))),
        ("a OR b +c", Or((word("a"), And((word("b"), word("c")))))),
        ("a +b OR c", And((word("a"), word("b")))),
        ("a AND b c OR d", And((word("a"), word("b"), Or((word("c"), word("d")))))),
        ("(a OR (+b))", Or((word("a"), word("b")))),
        ("a OR NOT b", Or((word("a"), Not(word("b"))))),
        ("-a", Not(word("a"))),
        ("NOT (NOT a)", word("a")),
        ("a OR +b", word("b")),
        ("a a A", word("a")),
        ("((a) AND ((b)))", And((word("a"), word("b")))),
        ("a AND (b AND (c AND d))", And((word("a"), word("b"), word("c"), word("d")))),
        ("cbc.ca", word("cbc.ca")),
        ("加拿大", Words(TEXT, (("加拿", "拿大"),))),
        ("加", exact("加")),
        ("title:canola", word("canola", ("title",))),
        ("title:(a OR b)", Or((word("a", ("title",)), word("b", ("title",))))),
        ("text:(title:a)", word("a", ("title",))),
        ("origin:CGTN", exact("cgtn", fields=("origin",))),
        ("tariff*", Prefix(TEXT, "tariff")),
        ("Sino-Canad*", Prefix(TEXT, "canad", ("sino",))),
        ("加拿*", Words(TEXT, (("加拿",),))),
        ("t?r*ff", Wildcard(TEXT, "t?r*ff")),
        ("*anola", Wildcard(TEXT, "*anola")),
        ("source:*news", Pattern("source", "*news")),
        ("a**b", Wildcard(TEXT, "a*b")),
        ('"canola tariffs"~4', Near(TEXT, (("canola",), ("tariffs",)), 4, plain=True)),
        ('"canola tariffs"~0', exact("canola", "tariffs")),
        ('"canola Canola"~4', Near(TEXT, (("canola",), ("canola",)), 4, plain=True, is_in_order=True)),
        ("source:CBC", Keyword("source", "cbc")),
        ("source:cb*", Pattern("source", "cb*")),
        ("source:cb\\*", Keyword("source", "cb*")),
        ("site:www.CBC.ca", Keyword("site", "cbc.ca")),
        ("kind:Paid-Release", Keyword("kind", "paid_release")),
        ("language:fr", Keyword("lang", "fr")),
        ("*:*", All()),
        ("*", All()),
        ("carrier:*", Exists(("carrier",))),
        ("_exists_:text", Exists(TEXT)),
        ("published:[* TO *]", Exists(("published",))),
        ("published:2026-02", days("published", "2026-02-01", "2026-03-01")),
        ("published:[2026-02-01 TO 2026-02-03]", days("published", "2026-02-01", "2026-02-04")),
        ("published:{2026-02-01 TO 2026-02-03}", days("published", "2026-02-02", "2026-02-03")),
        ("date:>2025", days("published", "2026-01-01", None)),
        ("published:<=2025", days("published", None, "2026-01-01")),
        ("collected:[now-1M/M TO now/d}", days("collected", "2026-02-01", "2026-03-31")),
        ("published:[now/w TO now/y]", days("published", "2026-03-30", "2027-01-01")),
        ("published:>=now-7d", days("published", "2026-03-24T15:04:05", None)),
        ("published:2026-01-17T09:30+08:00", days("published", "2026-01-17T01:30", "2026-01-17T01:31")),
        ("tier:[1 TO 2}", Range("tier", 1.0, 2.0, include_high=False)),
        ("score:>=0.8", Range("score", 0.8, None)),
        ("lobster ?", word("lobster")),
        ("canola tariffs?", And((word("canola"), word("tariffs")))),
        ("can\\u006fla", word("canola")),
        ("site:*.gc.ca", Keyword("site", "gc.ca")),
        ("Ottawa: canola", And((word("ottawa"), word("canola")))),
        ("快讯：加拿大", And((Words(TEXT, (("快讯",),)), Words(TEXT, (("加拿", "拿大"),))))),
        ("a b c - d", And((word("a"), word("b"), word("c"), word("d")))),
        ("a and b! [c] d:e “f", And(tuple(map(word, ("a", "and", "b", "c", "d", "e", "f"))))),
        ("canola w/5 tariff*", Near(TEXT, (("canola",), ("tariff*",)), 5, plain=True)),
        (
            "title:(ab* pre/3 (b OR c))",
            Or(
                (
                    Near(("title",), (("ab*",), ("b",)), 3, plain=True, is_in_order=True),
                    Near(("title",), (("ab*",), ("c",)), 3, plain=True, is_in_order=True),
                )
            ),
        ),
    ],
)
def test_a_query_means(text: str, meaning: Node) -> None:
    assert root(text) == meaning


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "nothing to search for"),
        ("   ", 0, "*:* for everything"),
        ("–", 0, "nothing to search for"),
        ("tittle:canola", 0, "Did you mean title:?"),
        ("canola AND sauce:cbc", 11, "Did you mean source:?"),
        ("标题:加拿大", 0, "Write title:canola"),
        ("Ottawa:report", 0, "quote them"),
        ("tittle: canola", 0, "Did you mean title:?"),
        ("country:Canada", 8, "Unknown country “Canada”. Did you mean country:CA?"),
        ("lang:English", 5, "Unknown lang “English”. Did you mean lang:en?"),
        ("country:Atlantis", 8, "two letters: CA"),
        ("title : canola", 6, "colon right behind it"),
        ("tier >= 1", 5, "without spaces"),
        ("published=2026", 0, "Write published:…"),
        ("https://rivage.example/x", 0, "url:"),
        ('canola "strategic partnership', 7, "never closed"),
        ("“strategic", 0, "put ” after"),
        ("canola (a OR (b", 13, "add ) where the group ends"),
        ("canola)", 6, "closes nothing"),
        ("a ()", 2, "parentheses are empty"),
        ("*an", 0, "needs 3 letters"),
        ("a ?an", 2, "needs 3 letters"),
        ("source:*b", 7, "needs 3 letters"),
        ("canola~2", 6, "stands ~1"),
        ("source:cbc~1", 7, "whole value"),
        ("abc~1", 0, "4 to 30 letters"),
        ("can*-ola", 0, "inside one word"),
        ("习?平", 0, "no * in Chinese"),
        ("canada-*", 0, "right after a letter"),
        ("a*b*c*d*e", 0, "at most 3 stars"),
        ("a*b??????c", 0, "at most 5 question marks"),
        ("url:https://daily.example/" + "x" * 400 + "*", 4, "at most 400 characters"),
        ('"canola tariff*"', 0, "inside quotes"),
        ("canola AND", 7, "AND needs a word or phrase on its right"),
        ("OR canola", 0, "OR needs a word or phrase on its left"),
        ("a AND OR b", 6, "on its left"),
        ("(a OR) b", 3, "on its right"),
        ("a && || b", 5, "|| needs"),
        ("NOT", 0, "NOT needs"),
        ("NOT -a", 4, "Two signs in a row"),
        ("Canada - China", 7, "A - excludes the word"),
        ("canola or wheat", 7, "Write OR in capitals"),
        ("not canola", 0, "Write NOT in capitals"),
        ("canola^2", 6, "chosen with --sort"),
        ('"a b"~x', 5, "number of words"),
        ('author:"a b"~2', 7, "Nearness"),
        ("/can.*/", 0, "Regular expressions"),
        ("title:", 0, "needs a value right after it"),
        ("title: AND a", 0, "needs a value"),
        ("title:-a", 0, "write -title:canola"),
        ("title:&", 6, "letter or digit"),
        ('""', 0, "between these quotes"),
        ("title:(body:a)", 7, "close that group first"),
        ("lang:&", None, ""),
        ('lang:""', 5, "lang:* for any"),
        ("owner:stat", 6, "Did you mean state?"),
        ("relation:copy", 9, "It is one of original"),
        ("published:yesterday", 10, "write one like 2026"),
        ("published:2026-02-30", 10, "not a date"),
        ("published:2026-00", 10, "not a date"),
        ("published:2026-01-00", 10, "not a date"),
        ("published:2026年1月", 10, "not a date"),
        ("published:>now-999999y", 10, "not a date"),
        ("published:[2026-01-01]", 10, "with * for an open end"),
        ("published:[2026-02-01 TO 2026-01-01]", 10, "ends before it begins"),
        ("published:[2026-02 TO 2026-01]", 10, "ends before it begins"),
        ("published:[2026-01-01 TO", 10, "never closed"),
        ("published:>=", 10, "date or number after >="),
        ("published>=2026-01-01", 0, "published:>="),
        ("title:[a TO b]", 6, "Ranges are for published:"),
        ("[2026 TO 2027]", 0, "Ranges are for published:"),
        ("tier:one", 5, "is a number"),
        ("_exists_:carier", 9, "_exists_:carrier"),
        ("abc\\", 3, "backslash"),
        ("a ]", 2, "closes nothing"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, at: int | None, says: str) -> None:
    if at is None:
        assert parse(text, NOW).text == text
        return
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    assert isinstance(caught.value, PermanentError)
    assert (caught.value.position, caught.value.text) == (at, text)
    assert says in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).pointing() == caught.value.pointing()


def test_the_caret_stands_under_the_mistake() -> None:
    with pytest.raises(QueryError) as caught:
        parse("canola AND tittle:tariff")
    line, caret, message = caught.value.pointing().split("\n")
    assert line == "canola AND tittle:tariff"
    assert caret == "           ^^^^^^"
    assert message.startswith("There is no field “tittle”.")


def test_the_caret_counts_chinese_characters_as_two_columns_and_long_queries_are_cut() -> None:
    with pytest.raises(QueryError) as chinese:
        parse("油菜籽 tittle:关税")
    assert chinese.value.pointing().split("\n")[1] == " " * 7 + "^" * 6
    with pytest.raises(QueryError) as long:
        parse("canola " * 50 + "tittle:tariff " + "wheat " * 50)
    line, caret, _ = long.value.pointing().split("\n")
    assert len(line) <= 76
    assert line[caret.index("^") :].startswith("tittle")


# -- hostile input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 19_999,
        "NOT " * 5_000 + "a",
        "-" * 20_000,
        "!" * 20_000,
        "a AND " * 3_000 + "a",
        "a OR (" * 3_000,
        "title:" * 3_000,
        "title: " * 2_000,
        '"' * 19_999,
        "\\" * 19_999,
        "[" * 20_000,
        "[a TO " * 3_000,
        "a:" * 10_000,
        "a*" * 10_000,
        "*" * 20_000,
        "x" * 20_000,
        "x" * 50_000,
        "中" * 20_000,
        "'" * 20_000,
        "l'" * 10_000,
        "1." * 10_000,
        "“" * 20_000,
        "« " * 10_000,
        '"' + "a " * 9_999 + '"~5',
        "~" * 20_000,
        ">" * 20_000,
        "\ud800" * 1_000,
        "\0" * 1_000,
    ],
    ids=lambda text: repr(text[:8]),
)
@pytest.mark.timeout(60)  # an idle machine needs milliseconds
def test_hostile_queries_are_answered_or_refused(text: str) -> None:
    error = refusal(text)
    assert error is None or error.pointing().count("\n") == 2


def _hyphenated(count: int) -> str:
    """Return so many different words, each with a hyphen in it."""
    return " ".join(f"well-{'a' * (number % 15 + 1)}{'b' * (number // 15)}" for number in range(count))


def test_limits_are_named() -> None:
    for text, limit in (
        ("x" * 20_001, "20,000"),
        ("(" * 21 + "a" + ")" * 21, "20 deep"),
        ("a b " * 501, "1,000"),
        (_hyphenated(210), "in quotes"),
        ("a AND (b OR " * 18 + "c" + ")" * 18, "24 deep"),
    ):
        with pytest.raises(QueryError, match=limit):
            parse(text)


PIECES = st.sampled_from(
    [
        *("canola", "Québec", "加拿大", "习", "l’or", "title:", "source:", "published:", "tier:", "_exists_:",
        "AND", "OR"),
        *("NOT", "and", "&&", "||", "!", "-", "+", "(", ")", "（", "）", '"', "“", "”", "«", "»", "《", "[",
        "]", "{", "}"),
        *(" TO ", "*", "?", "~", "^", "\\", "/", ":", "：", ">=", "<", "2026-01-01", "now-7d", "now/d",
        " ", "\n", ",", "1.5"),
        *("*:*", "\ud800", "\0", "\u200b", "’", "a*b", "ｶﾅ", "e\u0301", "🍁"),
    ]
)  # fmt: skip


@pytest.mark.parametrize("query", ["\\\nA:0", 'country:"At\nlantis"', 'kind:"a\x1b[2Jb"'])
def test_what_is_said_of_a_mistake_is_one_printable_line(query: str) -> None:
    error = refusal(query)
    assert error is not None
    lines = error.pointing().split("\n")
    assert len(lines) == 3
    assert all(map(str.isprintable, lines))


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=14).map("".join),
        st.lists(PIECES, max_size=14).map(" ".join),
    )
)
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    error = refusal(text)
    if error is None:
        assert parse(text, NOW).text == text
        assert parse(text, NOW) == parse(text, NOW)
    else:
        assert 0 <= error.position <= len(text)
        assert error.text == text
        assert error.pointing().count("\n") == 2


@pytest.mark.parametrize("typed", ["lang:no", "lang:nb", "lang:NB", 'lang:"nb"'])
def test_norwegian_is_found_by_either_of_its_codes(typed: str) -> None:
    assert parse(typed).root == Keyword("lang", "no")


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("Exports -8% as China buys less", "Exports 8 as China buys less"),
        ("Canola slips -2.5% in a day", "Canola slips 2.5 in a day"),
        ("Weather: -30 in Winnipeg, +30 in Hainan", "Weather 30 in Winnipeg 30 in Hainan"),
        ("习近平会见卡尼:推动中加关系发展", "习近平会见卡尼 推动中加关系发展"),
    ],
)
def test_a_number_with_its_sign_and_a_clause_before_a_colon_are_words(headline: str, words: str) -> None:
    assert parse(headline).root == parse(words).root


@pytest.mark.parametrize("query", ["canola tariff price -2019", "canola tariff duty -wheat", "canola -8"])
def test_a_minus_before_a_year_or_in_a_short_query_excludes(query: str) -> None:
    root = parse(query).root
    assert isinstance(root, And)
    assert isinstance(root.parts[-1], Not)


@pytest.mark.parametrize(
    "headline",
    [
        "Ottawa says it will NOT lift tariffs",
        "OTTAWA WILL NOT LIFT TARIFFS",
        "Growers want trade, NOT the duties of old",
        "NOT in my harbour: village fights port",
        "Carney: we will NOT be bought (video)",
        "China is NOT happy about it: minister",
        "Norway NOT Sweden’s enemy",
        "Norway NOT Sweden's enemy, envoy says",
        "Teachers NOT pupils’ parents to pay",
    ],
)
def test_a_not_of_a_sentence_is_a_word(headline: str) -> None:
    assert parse(headline).root == parse(headline.lower()).root


@pytest.mark.parametrize(
    "query",
    [
        "canola tariff duty NOT futures",
        "canola tariff duty NOT Norway's",
        "canola tariff NOT Norway's OR Sweden's",
        "NOT canola tariff duty wheat",
        "will NOT canola",
        "canola AND tariff will NOT rise",
        "lang:en canola is NOT futures",
        "minister of trade is (canola NOT futures)",
    ],
)
def test_a_not_of_a_composed_query_excludes(query: str) -> None:
    root = parse(query).root
    assert isinstance(root, And)
    assert "Not(" in repr(root)
