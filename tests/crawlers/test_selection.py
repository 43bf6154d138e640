from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawlers.errors import CatalogueError
from crawlers.listed_before import SourceHistory
from crawlers.model import Entry, FeedState
from crawlers.sample import is_sampled
from crawlers.selection import names_one_of, select
from crawlers.urls import canonical_url
from tests.builders import NOON, a_source, an_entry

WORDS = ("Canada", "embassy", "ambassade", "Xi Jinping", "Xi'an", "Québec", "PRC", "加拿大", "華為")


@pytest.mark.parametrize(
    "text",
    [
        "Talks with Canada resume",
        "CANADA: talks resume",
        "Canada's canola growers wait",
        "Canada’s canola growers wait",
        "The two Canadas",
        "« L’ambassade fermée »",
        "Les ambassades",
        "XI JINPING speaks",
        "the Xi-Jinping meeting",
        "A day in Xi’an",
        "Quebec votes",
        "Á QUÉBEC",
        "the PRC, again",
        "中国与加拿大举行会谈",
        "習近平：華為之後",
        "中国Canada会谈",
        "Canada-China talks",
    ],
)
def test_a_text_that_names_a_word_is_found(text: str) -> None:
    assert names_one_of(text, WORDS)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("한국타이어가 공장을 증설한다", "한국타이어"),
        ("LG화학은 투자를 늘린다", "LG화학"),
        ("والصين تعلن", "الصين"),
        ("ノルウェー産サバ", "ノルウェー"),
        ("Hankooks neues Werk", "Hankook"),
    ],
)
def test_word_is_found_with_what_its_language_writes_in_one_word_with_it(text: str, word: str) -> None:
    assert names_one_of(text, (word,))


@pytest.mark.parametrize(
    ("text", "word"), [("북한 소식", "한국"), ("Россияне", "Россия"), ("Kenyatta", "Kenya")]
)
def test_longer_word_of_another_meaning_is_not_the_word(text: str, word: str) -> None:
    assert not names_one_of(text, (word,))


@pytest.mark.parametrize(
    "text",
    ["", "Canadair flies", "Xi and Jinping", "The embassytown novel", "Granada", "中国与澳大利亚", "加 拿"],
)
def test_a_text_that_only_looks_like_it_is_not(text: str) -> None:
    assert not names_one_of(text, ("Canada", "embassy", "Xi Jinping", "加拿大"))


def test_every_entry_ends_in_exactly_one_place() -> None:
    entries = [an_entry(n) for n in (1, 2, 2, 3)] + [an_entry(4, url="mailto:x@daily.example")]
    chosen = select(entries, a_source(), {"https://daily.example/1"}, ())
    assert [e.url for e in chosen.to_fetch] == ["https://daily.example/2", "https://daily.example/3"]
    assert (chosen.known, chosen.skipped) == (1, 2)
    assert len(entries) == len(chosen.to_fetch) + chosen.known + chosen.skipped


def test_what_is_no_address_stops_no_other_entry() -> None:
    # A token in the path is looked for in every address.
    entries = [an_entry(1, url="http://[x/8f3Ab21c90"), an_entry(2)]
    assert [e.url for e in select(entries, a_source(), (), ()).to_fetch] == ["https://daily.example/2"]


def test_an_entry_known_under_its_canonical_address_is_not_asked_for_again() -> None:
    entry = an_entry(url="http://daily.example/1?utm_source=rss")
    assert select([entry], a_source(), ["https://daily.example/1"], ()).known == 1


def test_the_address_is_fetched_as_it_was_listed() -> None:
    entry = an_entry(url="http://daily.example/1?utm_source=rss")
    assert select([entry], a_source(), (), ()).to_fetch == (entry,)


def test_only_addresses_that_match_the_pattern_are_fetched() -> None:
    entries = [an_entry(url="https://daily.example/news/1"), an_entry(url="https://daily.example/video/1")]
    chosen = select(entries, a_source(url_pattern=r"/news/\d+"), (), ())
    assert chosen.to_fetch == (entries[0],)
    assert chosen.skipped == 1


def test_a_broken_pattern_is_a_mistake_of_the_catalogue() -> None:
    with pytest.raises(CatalogueError, match="url_pattern"):
        select([an_entry()], a_source(url_pattern="("), (), ())


def test_a_broad_feed_is_fetched_where_title_or_summary_names_the_other_side() -> None:
    entries = [
        an_entry(1, title="Curling final"),
        an_entry(2, title="Market day", summary="Ottawa and 加拿大 agree"),
        an_entry(3, title="Embassy reopens"),
    ]
    chosen = select(entries, a_source(scope="broad"), (), WORDS)
    assert chosen.to_fetch == tuple(entries[1:])
    assert chosen.skipped == 1
    assert chosen.out_of_scope == (entries[0],)


def test_only_what_the_scope_leaves_out_is_out_of_scope() -> None:
    entries = [
        an_entry(1, title="Embassy reopens"),
        an_entry(2, title="Curling final"),
        an_entry(2, title="Curling final at the embassy"),
        an_entry(3, title="Curling final"),
        an_entry(3, title="Curling final"),
    ]
    chosen = select(entries, a_source(scope="broad"), (), WORDS)
    # A second one of an address is a repetition, and one that names a word counts.
    assert chosen.to_fetch == (entries[0], entries[2])
    assert chosen.out_of_scope == (entries[3],)
    assert len(entries) == len(chosen.to_fetch) + chosen.skipped
    by_pattern = select(entries[:1], a_source(scope="broad", url_pattern="/none/"), (), WORDS)
    assert (by_pattern.skipped, by_pattern.out_of_scope) == (1, ())


# -- one in a hundred of what the scope leaves out ------------------------------------------------------

SAMPLED = [n for n in range(3000) if is_sampled(f"https://daily.example/{n}")]
UNSAMPLED = next(n for n in range(3000) if not is_sampled(f"https://daily.example/{n}"))


def listed(number: int, title: str = "Curling final", **fields: Any) -> Entry:
    return an_entry(url=f"https://daily.example/{number}", title=title, **fields)


def test_of_what_the_scope_leaves_out_always_the_same_hundredth_is_fetched_after_the_rest() -> None:
    entries = [listed(SAMPLED[0]), listed(UNSAMPLED), listed(SAMPLED[1]), listed(9999, "Embassy reopens")]
    for order in (entries, entries[::-1]):
        chosen = select(order, a_source(scope="broad"), (), WORDS)
        assert chosen.to_fetch[0] == entries[3]
        assert set(chosen.to_fetch[1:]) == {entries[0], entries[2]}
        assert chosen.scope_sample == {entries[0].url, entries[2].url}
        assert chosen.out_of_scope == (entries[1],)
        assert chosen.skipped_for == {"off_beat": 1}


def test_a_sampled_entry_that_is_listed_again_is_fetched_once_and_all_are_counted() -> None:
    twice = [listed(SAMPLED[0]), listed(SAMPLED[0], "Curling: the final")]
    chosen = select(twice, a_source(scope="broad"), (), WORDS)
    assert (len(chosen.to_fetch), chosen.skipped) == (1, 1)
    with_words = [listed(SAMPLED[0]), listed(SAMPLED[0], "Curling at the embassy")]
    for order in (with_words, with_words[::-1]):
        chosen = select(order, a_source(scope="broad"), (), WORDS)
        # Its words chose it, so it says nothing of what the scope loses.
        assert chosen.to_fetch == (with_words[1],)
        assert (chosen.scope_sample, chosen.skipped) == (frozenset(), 1)


def test_no_sample_is_taken_of_what_is_left_out_for_another_reason() -> None:
    known = select([listed(SAMPLED[0])], a_source(scope="broad"), [listed(SAMPLED[0]).url], WORDS)
    assert (known.to_fetch, known.known, known.known_sample) == ((), 1, 1)
    other = select([listed(SAMPLED[0])], a_source(scope="broad", url_pattern="/none/"), (), WORDS)
    assert (other.to_fetch, other.skipped_for) == ((), {"other_address": 1})
    old = listed(SAMPLED[0], published=NOON - timedelta(days=900))
    history = SourceHistory(FeedState("daily", first_polled=NOON, polls=3, last_success=NOON), ())
    late = select([old], a_source(scope="broad"), (), WORDS, NOON, None, history)
    assert (late.to_fetch, late.skipped_for, late.out_of_scope) == ((), {"off_beat": 1}, (old,))
    plain = select([listed(SAMPLED[0])], a_source(), (), WORDS)
    assert (len(plain.to_fetch), plain.scope_sample) == (1, frozenset())


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("삼성전자", "삼성전자가 실적을 발표"),
        ("독일", "독일에서 열린 회의"),
        ("현대 자동차", "현대자동차, 현대 자동차의 신차"),
        ("LG전자", "LG전자는 17일"),
        ("Siemens", "지멘스(Siemens)가, Siemens는"),
        ("ノルウェー", "日本とノルウェーの交渉"),
        ("Königsberg", "Hafen in Königsberg"),
        ("الصين", "إلى الصين"),
    ],
)
def test_words_of_other_scripts_are_named_with_what_is_written_with_them(word: str, text: str) -> None:
    assert names_one_of(text, (word,))


@pytest.mark.parametrize(
    ("word", "text"),
    [("독일", "기독일보 발행"), ("LG", "KLG전자"), ("Siemens", "시멘스는"), ("الصين", "حصين")],
)
def test_a_part_of_another_word_names_nothing(word: str, text: str) -> None:
    assert not names_one_of(text, (word,))


def test_a_broad_entry_without_any_text_gets_the_benefit_of_the_doubt() -> None:
    entry = an_entry(title="", summary="")
    assert select([entry], a_source(scope="broad"), (), WORDS).to_fetch == (entry,)


def test_a_feed_of_the_beat_needs_no_words() -> None:
    entry = an_entry(title="Curling final")
    assert select([entry], a_source(scope="all"), (), WORDS).to_fetch == (entry,)


@pytest.mark.parametrize(
    ("hours", "fetched"), [(-1, False), (0, False), (1, True), (2, True), (3, False)], ids=str
)
def test_a_known_entry_is_fetched_again_only_if_listed_as_changed_since_we_looked(
    hours: int, fetched: bool
) -> None:
    entry = an_entry(1, updated=NOON + timedelta(hours=hours))
    chosen = select([entry], a_source(), {canonical_url(entry.url): NOON}, (), NOON + timedelta(hours=2))
    assert (len(chosen.to_fetch), chosen.known) == ((1, 0) if fetched else (0, 1))
