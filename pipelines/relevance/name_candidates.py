"""What may be a name in a headline (pure).

    Latin, Cyrillic, Greek   words with capitals, in a headline that has others without
    Han, kana, Hangul, Arabic   what stands beside an office: 外长林芳, 이영희 장관; words in katakana
    Han, besides             characters that recur beside ever other neighbours

Nothing here knows whether it is one: `pipelines.relevance.suggestions` counts what recurs. The words stand in
`name_words.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from crawlers.scripts import ARABIC, HAN, HANGUL
from pipelines.text.languages import base_of
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: What known names are replaced with: no name reaches across it.
GAP = "\x1f"
#: Words of one name; longer ones are headlines in capitals.
_MOST_WORDS = 4
#: From this share of capitals among the longer words on, a headline has them on every word.
_TITLE_CASE_SHARE = 0.6
#: Shorter words (of, the, et) have none even there.
_LONG_WORD = 4
#: A headline with so few of them may have capitals by chance.
_FEW_LONG_WORDS = 4
#: A word of all capitals that is longer is shouted, and no abbreviation.
_LONGEST_ABBREVIATION = 6
_SHORTEST_ABBREVIATION = 3

_WORD = re.compile(r"[^\W\d_](?:[\w]|[’'\-.&](?=\w))*")
#: Between the words of one name stand spaces alone.
_BETWEEN = re.compile(r" {1,2}")

_KATAKANA = re.compile(r"[ァ-ヶー][ァ-ヶー・]{2,}")
_HAN_RUN = re.compile(f"[{HAN}]+")


class _NameWords(Vocabulary):
    offices: Mapping[str, tuple[str, ...]]
    no_names: Mapping[str, tuple[str, ...]]
    nouns_have_capitals: tuple[str, ...]
    particles: tuple[str, ...]
    begin_no_name: str
    end_no_name: str


@cache
def _words() -> _NameWords:
    return read_vocabulary("pipelines.relevance", "name_words.yaml", _NameWords)


def candidates_in(headline: str, language: str | None) -> Iterator[str]:
    """Yield what may be a name in a headline.

    Known names are replaced with `GAP` in it. One stretch may be yielded in several lengths. `language` is a
    code, None where it is unknown.
    """
    base = base_of(language) if language else "en"
    if base in ("zh", "ja"):
        yield from _han_beside_offices(headline, base)
        for match in _KATAKANA.finditer(headline):
            yield match[0].strip("・")
    elif base in ("ko", "ar"):
        yield from _words_beside_offices(headline, base)
    else:
        yield from _capitalised(headline, base)


def word_groups(headline: str) -> Iterator[str]:
    """Yield each word, and each two to four in a row, but for scripts without spaces.

    So names that are known from elsewhere are found where capitals say nothing: at the beginning, and in a
    headline that has them on every word.
    """
    group: list[re.Match[str]] = []
    for word in _WORD.finditer(headline):
        if group and not _continues(group[-1], word, headline):
            group = []
        group = [*group, word][-_MOST_WORDS:]
        for start in range(len(group)):
            yield _without_possessive(" ".join(match[0] for match in group[start:]))


def _without_possessive(name: str) -> str:
    return re.sub(r"[’']s$", "", name)


# -- letters with capitals ------------------------------------------------------------------------------


def _capitalised(headline: str, base: str) -> Iterator[str]:
    words = list(_WORD.finditer(headline))
    if has_title_case(headline, base):
        return
    run: list[re.Match[str]] = []
    for word in words:
        if run and not _continues(run[-1], word, headline):
            yield from _names_of_run(run, words[0], base)
            run = []
        if _is_proper(word[0]) or (run and word[0] in _words().particles):
            run.append(word)
        elif run:
            yield from _names_of_run(run, words[0], base)
            run = []
    if run:
        yield from _names_of_run(run, words[0], base)


def has_title_case(headline: str, base: str) -> bool:
    """Tell whether a headline has capitals on every word, so that they say nothing."""
    if base in _words().nouns_have_capitals:
        return False
    long_words = 0
    capitals = 0
    for word in _WORD.findall(headline):
        if len(word) < _LONG_WORD:
            continue
        long_words += 1
        if word[0].isupper():
            capitals += 1
    if long_words <= _FEW_LONG_WORDS:
        return False
    return capitals > _TITLE_CASE_SHARE * long_words


def _continues(last: re.Match[str], word: re.Match[str], headline: str) -> bool:
    return _BETWEEN.fullmatch(headline[last.end() : word.start()]) is not None


def _is_proper(word: str) -> bool:
    is_shouted = word.isupper() and len(word) > _LONGEST_ABBREVIATION
    return word[0].isupper() and not is_shouted


def _names_of_run(run: Sequence[re.Match[str]], first: re.Match[str], base: str) -> Iterator[str]:
    """Yield the name that a run of words with capitals holds.

    Offices before it are left out, and the first word of a headline, which has a capital in any case.
    """
    words = []
    for word in run:
        words.append(word[0])
    while words and words[-1] in _words().particles:
        words.pop()
    is_first = run[0] is first
    while words and _is_no_name(words, base):
        words = words[1:]
        is_first = False
    if not words or len(words) > _MOST_WORDS:
        return
    name = _without_possessive(" ".join(words))
    if len(words) == 1:
        is_noun = base in _words().nouns_have_capitals and not name.isupper()
        is_short = len(name) < (_SHORTEST_ABBREVIATION if name.isupper() else _LONG_WORD)
        if is_first or is_noun or is_short:
            return
    yield name


def is_name_word(word: str, base: str) -> bool:
    """Tell whether a word may be a whole name: it is no day, no office and the like."""
    return not _is_no_name([word], base)


def _is_no_name(words: Sequence[str], base: str) -> bool:
    """Tell whether the first of these words is an office, a day or the like."""
    vocabulary = _words()
    if words[0] in vocabulary.no_names.get(base, ()):
        return True
    return words[0].casefold() in _office_words(base)


@cache
def _office_words(base: str) -> frozenset[str]:
    found: set[str] = set()
    for office in _words().offices.get(base, ()):
        found.update(office.casefold().split())
    return frozenset(found)


# -- letters without capitals -----------------------------------------------------------------------------


@cache
def _office_pattern(base: str) -> re.Pattern[str]:
    offices = sorted(_words().offices.get(base, ()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, offices)) or r"(?!)")


def _han_beside_offices(headline: str, base: str) -> Iterator[str]:
    """Yield two to four characters before an office, in Chinese also behind it."""
    for match in _office_pattern(base).finditer(headline):
        start, end = match.span()
        for length in (2, 3, 4):
            beside = [headline[max(0, start - length) : start]]
            if base == "zh":
                beside.append(headline[end : end + length])
            for name in beside:
                if len(name) == length and _HAN_RUN.fullmatch(name) and _may_be_han_name(name):
                    yield name


def _may_be_han_name(name: str) -> bool:
    vocabulary = _words()
    if name[0] in vocabulary.begin_no_name or name[-1] in vocabulary.end_no_name:
        return False
    return _office_pattern("zh").search(name) is None


def recurring_parts(headline: str) -> Iterator[tuple[str, str, str]]:
    """Yield each three or four Han in a row, with their neighbours.

    That is (characters, the one before, the one behind); "" stands for no neighbour.
    """
    for run in _HAN_RUN.finditer(headline):
        text = run[0]
        for length in (3, 4):
            for start in range(len(text) - length + 1):
                part = text[start : start + length]
                if _may_be_han_name(part):
                    yield part, text[start - 1 : start], text[start + length : start + length + 1]


def _words_beside_offices(headline: str, base: str) -> Iterator[str]:
    """Yield the word before an office in Korean, the one or two behind it in Arabic."""
    letters = HANGUL if base == "ko" else ARABIC
    word = f"[{letters}]{{2,}}"
    for match in _office_pattern(base).finditer(headline):
        if base == "ko":
            before = re.search(f"({word}) ?$", headline[: match.start()])
            if before is not None:
                yield before[1]
            continue
        behind = re.match(f" ({word}(?: {word})?)", headline[match.end() :])
        if behind is not None:
            yield behind[1]
