"""Plain text: what may stand in a title, a name or a body."""

from __future__ import annotations

import re
import unicodedata

# Control characters, soft hyphens, marks of direction, byte order marks, halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")
_INNER_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """Return text in NFC without invisible characters.

    Line feeds stay. U+200C and U+200D stay as well: Persian words and emoji are made with them.
    """
    with_line_feeds = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", with_line_feeds))


def one_line(text: str) -> str:
    """Return clean text on one line, with single plain spaces."""
    return _SPACES.sub(" ", clean(text)).strip()


def lines(text: str) -> list[str]:
    """Return the lines that are not empty, clean and stripped."""
    kept = []
    for line in clean(text).split("\n"):
        stripped = _INNER_SPACES.sub(" ", line).strip()
        if stripped:
            kept.append(stripped)
    return kept
