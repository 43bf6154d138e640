"""Made-up articles and searches, for matching."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from maplewire_bench.made_up_articles import made_up
from maplewire_bench.stream import zipf_weights
from pipelines.model import Document
from pipelines.query import Query, parse

ARTICLES = 500
SEARCHES = 1000

_START = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = (
    "ca", "no", "la", "ter", "ri", "fa", "mi", "si", "on", "bre",
    "ka", "lo", "ven", "tu", "pro", "de", "gra", "sel", "mon", "ti",
)  # fmt: skip
_VOCABULARY = 20_000

# Ranks of the words that people search for: none of the most frequent.
_COMMONEST_SEARCHED = 400
_RAREST_SEARCHED = 20_000

# Every fifth article is Chinese.
_CHINESE_EVERY = 5
_TITLE_WORDS, _BODY_WORDS = 10, 420
_TITLE_CHARACTERS, _BODY_CHARACTERS = 14, 600

# What people search for in Chinese, and the characters of all other text.
_SEARCHED_HAN = (
    "油菜籽关税总理贸易农民草原出口使馆签证学生战略伙伴关系钢铁市场对话港口"
    "铁路科学气候会谈协议代表团领事矿产北极海峡"
)
_COMMON_HAN = list(map(chr, range(0x4E00, 0x4E00 + 1500)))
_SHARE_OF_SEARCHED_HAN = 0.02

_FILTERS = ("lang:zh", "country:CA", "topic:canola", "owner:private", "kind:report")


class _Language:
    """Invented words, used as often as words are.

    By Zipf's law the n-th word is used about 1/n as often as the first.
    """

    def __init__(self, chance: random.Random) -> None:
        words = list(map("".join, product(_SYLLABLES, repeat=3)))
        words += map("".join, product(_SYLLABLES[:11], repeat=4))
        chance.shuffle(words)
        self._words = words[:_VOCABULARY]
        self._cumulated = zipf_weights(len(self._words), flattened_by=3)

    def write_text(self, chance: random.Random, length: int) -> str:
        """Return so many words."""
        return " ".join(chance.choices(self._words, cum_weights=self._cumulated, k=length))

    def searched_word(self, chance: random.Random) -> str:
        """Return a word that people search for."""
        ratio = _RAREST_SEARCHED / _COMMONEST_SEARCHED
        rank = int(_COMMONEST_SEARCHED * ratio ** chance.random())
        return self._words[rank - 1]


def articles_and_queries(
    articles: int = ARTICLES, searches: int = SEARCHES, seed: int = 1
) -> tuple[list[Document], list[Query]]:
    """Return made-up articles and standing queries.

    They are the same for the same arguments.
    """
    chance = random.Random(seed)  # noqa: S311 - not a secret
    language = _Language(chance)
    documents = []
    for n, document in enumerate(made_up(articles, seed)):
        if n % _CHINESE_EVERY == 0:
            lang = "zh-Hans"
            title = _write_han(chance, _TITLE_CHARACTERS)
            body = _write_han(chance, _BODY_CHARACTERS)
        else:
            lang = "en"
            title = language.write_text(chance, _TITLE_WORDS)
            body = language.write_text(chance, _BODY_WORDS)
        published = _START + timedelta(minutes=n)
        documents.append(replace(document, lang=lang, title=title, body=body, published=published))
    queries = []
    for _ in range(searches):
        queries.append(parse(_make_query(chance, language), now=_START))
    return documents, queries


def _write_han(chance: random.Random, length: int) -> str:
    """Return Chinese, now and then as people search for it."""
    parts = []
    for _ in range(length // 4):
        start = chance.randrange(len(_SEARCHED_HAN) - 4)
        if chance.random() < _SHARE_OF_SEARCHED_HAN:
            parts.append(_SEARCHED_HAN[start : start + 4])
        else:
            parts.append("".join(chance.choices(_COMMON_HAN, k=4)))
    clauses = ["".join(parts[first : first + 4]) for first in range(0, len(parts), 4)]
    return "，".join(clauses)


def _make_query(chance: random.Random, language: _Language) -> str:
    """Return a query as desks write them."""
    some = _join_terms(chance, language, chance.randint(2, 14))
    others = _join_terms(chance, language, chance.randint(1, 8))
    # One in ten is narrowed by a field, one in seven excludes something.
    form = chance.random()
    if form < 0.45:
        return some
    if form < 0.75:
        return f"({some}) AND ({others})"
    if form < 0.9:
        return f"({some}) AND NOT ({others})"
    return f"({some}) AND {chance.choice(_FILTERS)}"


def _join_terms(chance: random.Random, language: _Language, number: int) -> str:
    terms = []
    for _ in range(number):
        terms.append(_make_term(chance, language))
    return " OR ".join(terms)


def _make_term(chance: random.Random, language: _Language) -> str:
    """Return a word, a prefix, a phrase, Chinese, or a title."""
    word: Callable[[random.Random], str] = language.searched_word
    form = chance.random()
    if form < 0.35:
        return word(chance)
    if form < 0.55:
        return f"{word(chance)[:-1]}*"
    if form < 0.7:
        return f'"{word(chance)} {word(chance)}"'
    if form < 0.95:
        start = chance.randrange(len(_SEARCHED_HAN) - 4)
        return f'"{_SEARCHED_HAN[start : start + chance.randint(2, 4)]}"'
    return f"title:{word(chance)}"
