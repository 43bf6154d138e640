"""A text's tokens: a word of a Latin script, a number, or one Chinese character (pure).

    text ──► folded: NFKC, quotation marks, dashes, traditional to simplified characters ──► tokens, as written and as compared

What is known of a token is remembered, so that a word is looked at once and not in every article.
"""

from __future__ import annotations

import re
from zlib import crc32

from pipelines.text.folding import fold_typography

_CJK = "぀-ヿ㐀-䶿一-鿿豈-﫿"
_HAS_CJK = re.compile(f"[{_CJK}]")
TOKEN = re.compile(rf"[{_CJK}]|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*")
_ASCII_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]+(?:[.,][0-9]+)*")
"""The same tokens of a text that is nothing but ASCII, which most English is once it is folded, in two thirds of the time."""
_BETWEEN = str.maketrans({code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "'")})
_LOOSE_APOSTROPHE = re.compile("'(?:(?![A-Za-z])|(?<![A-Za-z]'))")
_ODD_NUMBER = re.compile("[0-9](?:[.,][0-9]|[A-Za-z]|(?<=[A-Za-z][0-9]))")
"""The same tokens again are what spaces cut, once all else is a space: in a fifth of the time, where no number holds anything but digits."""
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")


def tokens(text: str) -> list[str]:
    """Return the tokens of a short text (a title, a paragraph), folded and without case."""
    return [WORDS[token][0] for token in TOKEN.findall(fold_typography(text))]


Word = tuple[str, bytes, int, int, int]
"""A token as it is compared, the same in bytes, its weight, its 32-bit hash, and what it may be."""
_ANY, NUMBER, _NAME = range(3)
_WORDS_KEPT = 300_000
_LETTERS_KEPT = 40


class _Words(dict[str, Word]):
    """What is known of each token as it is written; a bounded memory makes that a lookup nearly always."""

    def __missing__(self, token: str) -> Word:
        plain = _plain(token)
        data = encoded(plain)
        may_be = NUMBER if token[0].isdigit() else _NAME if len(token) > 2 and token[0].isupper() else _ANY
        word = plain, data, 1 if is_chinese(plain) else 2, crc32(data), may_be
        if len(self) > _WORDS_KEPT:
            self.clear()
        if len(token) <= _LETTERS_KEPT:
            self[token] = word
        return word


WORDS = _Words()


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def name_mark(token: str) -> int:
    """Return what stands for a name in `TextPrint.names`, in whatever case it is written."""
    return WORDS[token][3]


def _plain(token: str) -> str:
    """Return a token without case and apostrophes, numbers in one notation."""
    if token[0].isdigit():
        return _THOUSANDS.sub("", token).replace(",", ".")
    return token.casefold().replace("'", "")


def is_chinese(word: str) -> bool:
    """Return whether a token is one Chinese or Japanese character."""
    return len(word) == 1 and word > "\u303f" and _HAS_CJK.match(word) is not None


def in_tokens(part: str) -> tuple[list[str], list[bytes]]:
    """Return the tokens of a part of a paragraph, as they are written and as they are compared."""
    if not part.isascii() or _ODD_NUMBER.search(part):
        raw: list[str] = (_ASCII_TOKEN if part.isascii() else TOKEN).findall(part)
        return raw, [WORDS[token][1] for token in raw]
    if "'" in part:
        part = _LOOSE_APOSTROPHE.sub(" ", part)
    spaced = part.translate(_BETWEEN)
    return spaced.split(), spaced.replace("'", "").lower().encode().split()
