"""A print remembers the report and not what is printed around it, for any text there is."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup import print_of
from pipelines.dedup.lookup import LEAST, lookup_keys
from pipelines.dedup.overlap import compare
from pipelines.dedup.text_print import LONGEST, SHINGLE_WEIGHT, WIDE_WINDOW, WINDOW, winnow
from pipelines.model import MANY, Span
from pipelines.text.folding import fold_typography
from pipelines.text.tokens import TOKEN, in_tokens, is_chinese, tokens
from tests.pipelines.dedup.newsroom import text_of
from tests.pipelines.dedup.texts import PAID, PRESS, XINHUA, XINHUA_HANT

ANY_TEXT = st.text(st.characters(), max_size=400)


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_has_a_print(title: str, body: str) -> None:
    print_ = print_of(title, body)
    assert print_ == print_of(title, body)
    assert bool(print_.exact) == bool(print_.shingles) == bool(lookup_keys(print_))
    assert len(print_.quoted) % 2 == 0
    assert list(print_.quoted) == sorted(print_.quoted)


@given(ANY_TEXT, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=5))
def test_any_spans_may_be_left_out(body: str, cuts: list[tuple[int, int]]) -> None:
    spans = [Span(min(cut), max(cut), "contact") for cut in cuts]
    print_of("A title", body, spans)


@given(ANY_TEXT, ANY_TEXT)
def test_shares_lie_between_nothing_and_all(one: str, two: str) -> None:
    overlap = compare(print_of("", one), print_of("", two))
    for share in (overlap.of_a, overlap.of_b, overlap.unquoted_of_a, overlap.unquoted_of_b):
        assert 0 <= share <= 1


def test_eighteen_words_in_a_row_share_a_lookup_key() -> None:
    one = print_of("", text_of(PRESS[0], " ".join(PAID[1].split()[:18])))
    assert lookup_keys(one) & lookup_keys(print_of("", text_of(*PAID)))


@pytest.mark.parametrize("width", [WINDOW, WIDE_WINDOW])
@given(hashes=st.lists(st.integers(0, 50), max_size=90))
def test_lookup_keys_are_the_least_hashes_of_all_windows(hashes: list[int], width: int) -> None:
    windows = [hashes[at : at + width] for at in range(max(1, len(hashes) - width + 1))]
    assert winnow(hashes, width) == frozenset(min(window) for window in windows if window)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=400))
def test_keys_of_a_long_text_are_among_those_it_would_have_as_a_short_one(hashes: list[int]) -> None:
    assert winnow(hashes, WIDE_WINDOW) <= winnow(hashes, WINDOW)


def test_brief_inside_a_page_of_a_thousand_words_shares_keys_with_it() -> None:
    brief = text_of(*PRESS[:2])
    page_ = " ".join([f"before{n}" for n in range(500)] + [brief] + [f"behind{n}" for n in range(500)])
    assert len(lookup_keys(print_of("", brief)) & lookup_keys(print_of("", page_))) >= LEAST


def test_words_and_chinese_characters_make_one_shingle_wherever_they_meet() -> None:
    alone = print_of("", "新的油菜籽协议").shingles
    mixed = print_of("", "Ottawa and Beijing agree 新的油菜籽协议 after ten talks").shingles
    assert set(alone) < set(mixed)
    assert set(print_of("", "Ottawa and Beijing agree").shingles) < set(mixed)


def test_scripts_of_chinese_have_one_print() -> None:
    assert print_of("", text_of(*XINHUA)).shingles == print_of("", text_of(*XINHUA_HANT)).shingles


def test_words_count_two_chinese_characters_as_one() -> None:
    assert print_of("", "two words").words == 2
    assert print_of("", "港口开放").words == 2


def test_entities_and_invisible_characters_are_read_as_what_they_stand_for() -> None:
    assert print_of("", "Trade &amp; ports &eacute;lus") == print_of("", "Trade & ports é\u200blus")


@pytest.mark.parametrize(("opened", "closed"), ["“”", "«»", "「」"])
def test_long_quotation_is_one_with_or_without_a_mark_before_every_paragraph(
    opened: str, closed: str
) -> None:
    first, second, third = PAID[:3]
    again = text_of(f"He wrote: {opened}{first}", f"{opened}{second}", f"{opened}{third}{closed} So it ends.")
    once = text_of(f"He wrote: {opened}{first}", second, f"{third}{closed} So it ends.")
    assert print_of("", once) == print_of("", again)
    assert print_of("", once).quoted


def test_text_after_a_mark_that_nobody_closes_is_no_quotation() -> None:
    print_ = print_of("", text_of(f"“{PAID[0]}", PAID[1], f"“{PAID[2]}”"))
    assert len(print_.quoted) == 4


@pytest.mark.parametrize(
    "body",
    [
        'The mayor said: “They call it a "pilot project" and mean it,” and went home to bed.',
        "Le maire a dit : « Ils appellent cela un “projet pilote” sans rire », avant de rentrer.",
        "市长说：「他們把這件事叫作『試點項目』，說得很認真」，然後就回家去了。",
        "市长说：“他们把这件事叫作“试点项目”，说得很认真”，然后就回家去了。",
    ],
)
def test_what_is_quoted_inside_a_quotation_is_part_of_it(body: str) -> None:
    assert len(print_of("", body).quoted) == 2


def test_mark_that_opens_a_paragraph_of_a_quotation_anew_inside_a_line_does_not_close_it() -> None:
    courier = "The man known as the courier was seen on Monday."
    body = 'She said: "We have asked for the file. "We have had no answer to that." ' + courier
    again = 'She said: "We have asked for the file. We have had no answer to that." ' + courier
    assert print_of("", body) == print_of("", again)


@pytest.mark.parametrize(
    "announcement",
    ["The statement that the office released reads in full:", "总理办公室发表的声明全文如下："],
)
def test_paragraph_that_is_announced_is_a_quotation(announcement: str) -> None:
    assert print_of("", text_of(announcement, PAID[0], PAID[1])).quoted
    assert not print_of("", text_of(announcement[:-1] + ".", PAID[0], PAID[1])).quoted


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("the envoy met Erin Calloway in Harrowgate on May 12 and the envoy left", "00011010110000"),
        ("赞比亚外长来访，Erin 3人", "1110011110"),
    ],
)
def test_print_remembers_where_names_and_numbers_stand(body: str, facts: str) -> None:
    text = print_of("", body)
    assert [fact > 0 for fact in text.facts] == [digit == "1" for digit in facts]
    assert {text.marks[fact - 1] for fact in text.facts if fact} == text.names | text.numbers


def test_names_of_the_longest_texts_keep_their_places() -> None:
    names = []
    for first in "BCDFGHKLMN":
        for second in "abcdefghijklmnopqrstuvwxyzabc":
            names.append(f"{first}{second}za")
    text = print_of("", " ".join(names))
    assert len(text.names) == len(set(names)) > MANY
    assert text.facts.count(MANY) == len(text.names) - (MANY - 1)
    assert 0 not in text.facts


@given(st.text("ab XI'1.,\t\x1f-2", max_size=40))
def test_plain_ascii_has_the_tokens_that_it_has_among_other_characters(part: str) -> None:
    raw, plain = in_tokens(part)
    assert raw == TOKEN.findall(part)
    assert plain == [token.encode() for token in tokens(part)]


@given(st.text("aX中가éßİΣ1.,'\x1f -ŉ½", max_size=40))
def test_each_token_is_compared_without_case_apostrophes_and_marks_of_thousands(text: str) -> None:
    raw, plain = in_tokens(fold_typography(text))
    assert plain == [token.encode() for token in tokens(text)]
    assert len(raw) == len(plain)


@given(st.lists(st.sampled_from(["中国加拿大", "port", "canola", "2026", "x"]), min_size=7, max_size=40))
def test_mixed_text_is_cut_into_runs_of_the_weight_of_a_shingle(words: list[str]) -> None:
    words = [*words, "港", "port"]
    cut = tokens(" ".join(words))
    plain = [word.encode() for word in cut]
    weights = []
    for word in cut:
        weights.append(1 if is_chinese(word) else 2)
    shingles = []
    for start in range(len(plain)):
        ends = [end for end in range(start, len(plain) + 1) if sum(weights[start:end]) >= SHINGLE_WEIGHT]
        if ends:
            shingles.append(crc32(b" ".join(plain[start : ends[0]])))
    assert print_of("", " ".join(words)).shingles == tuple(shingles)


def test_boilerplate_is_not_read() -> None:
    body = text_of(*PRESS, "For more information call the desk at any hour.")
    tail = Span(body.index("For more"), len(body), "contact")
    assert print_of("", body, [tail]) == print_of("", text_of(*PRESS))


def test_page_of_which_nothing_is_left_is_known_by_its_title() -> None:
    body = "Contact: the desk"
    assert print_of("Ports reopen", body, [Span(0, len(body), "contact")]) == print_of("", "Ports reopen")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "body",
    [
        "'a " * 200_000,
        '"a ' * 200_000,
        "“a\n\n" * 100_000,
        "「『“a" * 100_000,
        "“a「" * 100_000,
        "word " * 200_000,
        "ab c\n\n" * 100_000,
        "a" * 1_000_000,
        "中" * 1_000_000,
        "&#" + "9" * 10_000 + ";",
        "&" * 200_000,
        "\ud800" * 1_000,
        "1," * 300_000,
    ],
    ids=[
        "openings",
        "quotes",
        "reopened",
        "nested",
        "mixed",
        "words",
        "paragraphs",
        "line",
        "chinese",
        "reference",
        "amps",
        "surrogates",
        "digits",
    ],
)  # fmt: skip
def test_hostile_text_is_printed_in_linear_time(body: str) -> None:
    print_ = print_of("", body)
    assert print_.words <= LONGEST
    assert compare(print_, print_).of_a in (0.0, 1.0)
