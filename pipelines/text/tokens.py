"""A text's tokens: Latin words, numbers, single Chinese characters (pure).

    text ──► folded: NFKC, quotation marks, dashes, simplified characters
         ──► tokens, as they are written and as they are compared

What is known of a token is remembered, so that a word is looked at once and not in every article.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple
from zlib import crc32

from pipelines.text.folding import fold_typography

# Kana, Han of the first plane and Hangul syllables: each character is a token. Not `crawlers.scripts.CJK`,
# for prints that are stored were made with these. Korean has spaces, but the particles behind its words are
# what an editor changes first in a copy.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_LAST_BEFORE_CJK = "\u303f"
CJK_CHARACTER = re.compile(f"[{_CJK}]")
TOKEN = re.compile(rf"[{_CJK}]|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*")

# The same tokens of a text that is nothing but ASCII, which most English is once it is folded: in two
# thirds of the time.
_ASCII_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]+(?:[.,][0-9]+)*")
# And of ASCII text in which no number holds anything but digits: all but letters, digits and apostrophes
# become spaces, and `str.split` cuts. That takes a fifth of the time.
_ODD_NUMBER = re.compile("[0-9](?:[.,][0-9]|[A-Za-z]|(?<=[A-Za-z][0-9]))")
_LOOSE_APOSTROPHE = re.compile("'(?:(?![A-Za-z])|(?<![A-Za-z]'))")
_TO_SPACES = str.maketrans({char: " " for char in map(chr, range(128)) if not char.isalnum() and char != "'"})

_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")

#: Tokens that are remembered; all are forgotten when there are more. They take 6 MB in each process that
#: reads pages. The frequent ones are back after some articles, in 20 ms.
_TOKENS_KEPT = 20_000
#: Letters of the longest token that is remembered.
_LETTERS_KEPT = 40
#: Letters of the shortest word that may be a name.
_NAME_LETTERS = 3


class Kind(Enum):
    """What a token may be."""

    WORD = "word"
    NUMBER = "number"
    #: It begins with a capital letter, or does so behind a short word: l'Hérault.
    NAME = "name"


class Word(NamedTuple):
    """What is known of a token."""

    #: As it is compared.
    plain: str
    encoded: bytes
    #: 2, or 1 for a Chinese character: Chinese words have two characters on average.
    weight: int
    #: 32 bits.
    hash: int
    kind: Kind


def tokens(text: str) -> list[str]:
    """Return the tokens of a short text, without case."""
    return [WORDS[token].plain for token in TOKEN.findall(fold_typography(text))]


class _Words(dict[str, Word]):
    """What is known of each token, worked out when first met."""

    def __missing__(self, token: str) -> Word:
        plain = _plain_form(token)
        encoded_form = encoded(plain)
        weight = 1 if is_chinese(plain) else 2
        word = Word(plain, encoded_form, weight, crc32(encoded_form), _kind_of(token))
        if len(self) > _TOKENS_KEPT:
            self.clear()
        if len(token) <= _LETTERS_KEPT:
            self[token] = word
        return word


WORDS = _Words()


def encoded(text: str) -> bytes:
    """Return the bytes of a text, of lone surrogates too."""
    return text.encode("utf-8", "surrogatepass")


def name_mark(token: str) -> int:
    """Return what stands for a name in `TextPrint.names`, in whatever case."""
    return WORDS[token].hash


def is_chinese(word: str) -> bool:
    """Tell whether a token is one character of Chinese, Japanese or Korean."""
    # The comparison spares most words the regular expression.
    return len(word) == 1 and word > _LAST_BEFORE_CJK and CJK_CHARACTER.match(word) is not None


def _plain_form(token: str) -> str:
    """Return a token as it is compared.

    Case and apostrophes are gone, and numbers have one notation.
    """
    if token[0].isdigit():
        return _THOUSANDS.sub("", token).replace(",", ".")
    return token.casefold().replace("'", "")


def _kind_of(token: str) -> Kind:
    if token[0].isdigit():
        return Kind.NUMBER
    if len(token) >= _NAME_LETTERS and (token[0].isupper() or _is_elided_name(token)):
        return Kind.NAME
    return Kind.WORD


def _is_elided_name(token: str) -> bool:
    """Tell whether a short word is joined to a name: l'Hérault, d'Ottawa."""
    short, _apostrophe, name = token.partition("'")
    return short.islower() and name[:1].isupper()


def in_tokens(part: str) -> tuple[list[str], list[bytes]]:
    """Return the tokens of a part, as written and as compared.

    The part is folded already.
    """
    if not part.isascii():
        return _with_compared(TOKEN.findall(part))
    if _ODD_NUMBER.search(part):
        return _with_compared(_ASCII_TOKEN.findall(part))
    if "'" in part:
        part = _LOOSE_APOSTROPHE.sub(" ", part)
    spaced = part.translate(_TO_SPACES)
    return spaced.split(), spaced.replace("'", "").lower().encode().split()


def _with_compared(raw: list[str]) -> tuple[list[str], list[bytes]]:
    if not raw:
        return [], []
    # All at once, since most pages have hundreds of words that no page before had.
    compared = "\n".join(raw).casefold().replace("'", "")
    # Only numbers have these.
    if "." in compared or "," in compared:
        compared = _THOUSANDS.sub("", compared).replace(",", ".")
    return raw, encoded(compared).split(b"\n")
