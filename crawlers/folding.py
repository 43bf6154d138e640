"""Letters composed, without their accents, and read from references (pure).

The folds of texts stand in `pipelines/text/folding.py`; this is the one that names, dates and the words
of a beat are compared by.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import filterfalse

#: Katakana as narrow as a Latin letter, with the marks that NFC leaves apart.
_HALF_WIDTH_KANA = re.compile("[\uff65-\uff9f]+")
#: The first two bytes of each in UTF-8.
_BEGINNINGS_OF_HALF_WIDTH_KANA = (b"\xef\xbd", b"\xef\xbe")
#: Such a reference names no character, and Python refuses to read a number of thousands of digits.
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")


def read_references(text: str) -> str:
    """Return a text with its HTML references read; those without end become spaces.

    >>> read_references("fish &amp; chips&#33;")
    'fish & chips!'
    """
    return html.unescape(_ENDLESS_REFERENCE.sub(" ", text))


def composed(text: str) -> str:
    """Return a text in NFC, with kana of full width.

    >>> composed("ｶﾅﾀﾞ")
    'カナダ'
    """
    in_nfc = unicodedata.normalize("NFC", text)
    encoded = in_nfc.encode("utf-8", "surrogatepass")
    # Few texts have such kana, and without them it is seen in a tenth of the time.
    if not any(map(encoded.__contains__, _BEGINNINGS_OF_HALF_WIDTH_KANA)):
        return in_nfc
    return _HALF_WIDTH_KANA.sub(_of_full_width, in_nfc)


def _of_full_width(kana: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", kana[0])


def without_accents(text: str) -> str:
    """Return a text without accents and variants of width. Case stays.

    >>> without_accents("Québec ２０２６")
    'Quebec 2026'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    unmarked = "".join(filterfalse(unicodedata.combining, decomposed))
    # Korean syllables were taken apart, too, and are put together again.
    return unicodedata.normalize("NFC", unmarked)
