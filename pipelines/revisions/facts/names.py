"""The names in a sentence (pure).

Names in a Latin script are words with a capital inside a sentence. Chinese has no capitals: there a name
is known by what stands beside it (a title, a verb of saying) or by its ending (部, 公司, 省). A Chinese name
without either is missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from crawlers.scripts import CAPITALS, CJK, HAN
from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.folding import fold_typography
from pipelines.text.vocabulary import any_word

_WORD = re.compile(rf"[^\W\d_{CJK}]+(?:['’.-][^\W\d_{CJK}]+)*")
_NOT_NAMES = frozenset(VOCABULARY.not_names)
#: Behind these marks any word has a capital.
_OPENING_MARKS = ".!?…:;\"“«‘'(—–-•|"
#: "Leblanc Tremblay said": a second name may stand between the first word and the verb.
_SPEAKS = re.compile(rf" (?P<second>[{CAPITALS}][\w’'-]+ )?(?:{'|'.join(VOCABULARY.saying)})\b")


def _behind(words: Collection[str]) -> str:
    """Return a pattern that holds behind any of some words.

    Python's patterns look behind for one length only, so each word has its own.
    """
    return "|".join(f"(?<={re.escape(word)})" for word in words)


_CHINESE_NAMES = (
    # 让·克雷蒂安: a foreign name is written with a dot between its parts.
    re.compile(rf"[{HAN}]{{1,8}}(?:·[{HAN}]{{1,8}})+"),
    # 外长王毅表示: a title before, a word behind.
    re.compile(
        rf"(?<=[{HAN}])(?:{_behind(VOCABULARY.chinese_titles_before_a_name)})[{HAN}]{{2,4}}?"
        rf"(?=(?:{any_word(VOCABULARY.chinese_words_behind_a_titled_name)}|$))"
    ),
    # 王毅部长: a surname before, a title or a verb of saying behind.
    re.compile(
        rf"[{VOCABULARY.chinese_surnames}][{HAN}]{{1,2}}"
        rf"(?={any_word(VOCABULARY.chinese_titles_behind_a_name)}"
        rf"|{any_word(VOCABULARY.chinese_words_behind_a_name)})"
    ),
    # 广东省, 华为公司: an ending.
    re.compile(rf"[{HAN}]{{2,6}}(?:{any_word(VOCABULARY.chinese_endings_of_names)})"),
)


class Name(NamedTuple):
    """A name as printed, and the folded words by which it is the same as another."""

    printed: str
    words: frozenset[str]


def capitalised_words(text: str) -> frozenset[str]:
    """Return the words that a text writes with a capital inside its sentences.

    They are returned in small letters.

    What stands among them may be a name where a sentence begins with it.
    """
    words: set[str] = set()
    for match in _WORD.finditer(text):
        word = match[0]
        if word[0].isupper() and not _opens_sentence(text, match.start()):
            words.add(word.lower())
    return frozenset(words)


def _opens_sentence(text: str, start: int) -> bool:
    """Return whether a word stands where a sentence or a quotation begins.

    Any word has a capital there.
    """
    before = text[max(0, start - 3) : start].rstrip()[-1:]
    return not before or before in _OPENING_MARKS


def find_names(sentence: str, known: Collection[str]) -> list[Name]:
    """Return the names of a sentence.

    `known` are words seen with a capital inside sentences.
    """
    if sentence.isupper():
        return []
    text = " ".join(sentence.split())
    found: list[Name] = []
    for printed in _capitalised_runs(text, known):
        words = _folded_words(printed) - _NOT_NAMES
        if words:
            found.append(Name(printed, words))
    folded = fold_typography(text)
    # True of most sentences, and all that the patterns ask for is Han.
    if folded.isascii():
        return found
    for pattern in _CHINESE_NAMES:
        for match in pattern.finditer(folded):
            found.append(Name(match.group(), frozenset((match.group(),))))
    return found


def _folded_words(printed: str) -> frozenset[str]:
    """Return the words of a name in small letters, without the mark of a possession."""
    words: set[str] = set()
    for word in printed.split():
        words.add(fold_typography(word).lower().removesuffix("'s").removesuffix("'"))
    return frozenset(words)


def _capitalised_runs(text: str, known: Collection[str]) -> Iterator[str]:
    """Yield stretches of capitalised words side by side."""
    run: list[str] = []
    end = -2  # of the last word of the run
    for match in _WORD.finditer(text):
        word = match[0]
        # A word in small letters ends the run by its place: the next name is no longer side by side with it.
        if not word[0].isupper():
            continue
        follows = match.start() == end + 1 and text[end] == " "
        is_name = follows or _is_name_by_place(text, match, known)
        if run and not follows:
            yield " ".join(run)
            run = []
        if is_name:
            run.append(word)
            end = match.end()
    if run:
        yield " ".join(run)


def _is_name_by_place(text: str, match: re.Match[str], known: Collection[str]) -> bool:
    """Return whether a word with a capital is a name by where it stands.

    Inside a sentence it always is, at its head sometimes.
    """
    return not _opens_sentence(text, match.start()) or _begins_with_name(text, match, known)


def _begins_with_name(text: str, match: re.Match[str], known: Collection[str]) -> bool:
    """Return whether the first word of a sentence is a name.

    It is where it is one elsewhere, or where it speaks; but "Analysts said" names nobody.
    """
    word = match.group().lower()
    if word in _NOT_NAMES:
        return False
    if word in known:
        return True
    speaks = _SPEAKS.match(text[match.end() : match.end() + 30])
    if speaks is None:
        return False
    return speaks["second"] is not None or not word.endswith("s")
