"""How long a text is, in English words, and where it is cut (pure)."""

from __future__ import annotations

import re

from crawlers.scripts import ARABIC, BASIC_HAN, CYRILLIC, GREEK, HANGUL, HEBREW, KANA, LATIN

#: Characters for one English word, in news text.
HAN_A_WORD = 1.7
KANA_A_WORD = 2.2
HANGUL_A_WORD = 2.1

#: A line is cut at a blank where that leaves at least this share of it. Chinese has few blanks.
_LEAST_KEPT = 0.8

_HAN = re.compile(f"[{BASIC_HAN}]")
_KANA = re.compile(f"[{KANA}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_WORD = re.compile(f"[{LATIN}{GREEK}{CYRILLIC}{HEBREW}{ARABIC}0-9]+")
_HAS_KANA_OR_HANGUL = re.compile(f"[{KANA}{HANGUL}]")


def length_in_words(text: str) -> float:
    """Return the length of a text in English words.

    Characters of scripts without spaces, and of Korean, count by the word that they make.
    """
    if text.isascii():
        return len(_ASCII_WORD.findall(text))
    words = len(_WORD.findall(text)) + len(_HAN.findall(text)) / HAN_A_WORD
    if _HAS_KANA_OR_HANGUL.search(text) is None:
        return words
    return words + len(_KANA.findall(text)) / KANA_A_WORD + len(_HANGUL.findall(text)) / HANGUL_A_WORD


def cut_line(line: str, most: int) -> str:
    """Return a line of at most so many characters, cut behind a word.

    >>> cut_line("before it goes on board", 11)
    'before it…'
    """
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    # A blank behind it says that the last word is whole.
    if line[most - 1] != " ":
        words = cut.rpartition(" ")[0]
        if len(words) >= _LEAST_KEPT * most:
            cut = words
    return f"{cut.rstrip()}…"
