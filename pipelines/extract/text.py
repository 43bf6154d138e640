"""Plain text: what may stand in a title, a name or a body."""

from __future__ import annotations

import re
import unicodedata

from crawlers.folding import composed

# Control characters, soft hyphens, marks of direction, byte order marks, halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
#: Marks in a row that are kept. No language needs a third of it. Unicode's annex 15 (Stream-Safe Text
#: Format) names this bound, because putting marks in order takes the square of their number.
MOST_MARKS = 30
# What may be a mark: most runs of it are none, and are looked at more closely. The first one stands apart,
# because the search for a class alone is five times as fast as that for a repeated one.
_MAY_BE_MARK = r"[^\x00-\x7f\w\s]"
_LONG_RUN = re.compile(rf"{_MAY_BE_MARK}{_MAY_BE_MARK}{{{MOST_MARKS},}}")
#: What is left of such a run where a text is made ASCII.
_LONG_FOREIGN_RUN = b"?" * (MOST_MARKS + 1)


def clean(text: str) -> str:
    """Return text in NFC, with kana of full width, without invisible characters.

    Line feeds stay. U+200C and U+200D stay as well: Persian words and emoji are made with them.
    """
    # Nothing to do for most texts, and quick to see.
    if text.isascii() and text.isprintable():
        return text
    with_line_feeds = text.replace("\r\n", "\n").replace("\r", "\n")
    return composed(without_heaps(_without_invisible(with_line_feeds)))


def _without_invisible(text: str) -> str:
    """Return a text without invisible characters."""
    # No such character is printable. Most texts have none, and that is seen in a third of the time.
    visible = text.replace("\n", " ").replace("\t", " ").replace("\u00a0", " ").replace("\u3000", " ")
    if visible.isprintable():
        return text
    return _INVISIBLE.sub("", text)


def without_heaps(text: str) -> str:
    """Return a text without the marks beyond `MOST_MARKS` in a row."""
    # All marks are beyond ASCII. Few pages have so long a run, and without one it is quick to see.
    if _LONG_FOREIGN_RUN not in text.encode("ascii", "replace"):
        return text
    return _LONG_RUN.sub(_without_heap, text)


def _without_heap(match: re.Match[str]) -> str:
    """Return a run of signs without the marks beyond `MOST_MARKS` in a row."""
    kept: list[str] = []
    marks = 0
    for character in match.group():
        if unicodedata.category(character).startswith("M"):
            marks += 1
        else:
            marks = 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """Return clean text on one line, with single plain spaces."""
    # Most texts, and quick to see.
    if text.isascii():
        spaced = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        if spaced.isprintable():
            return " ".join(spaced.split())
    return " ".join(clean(text).split())


def lines(text: str) -> list[str]:
    """Return the lines that are not empty, clean and stripped."""
    # In C, since most lines of a page are empty.
    return list(filter(None, map(" ".join, map(str.split, clean(text).split("\n")))))
