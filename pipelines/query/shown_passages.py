"""The passages of a story that tell a reader something beside its headline (pure)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_MARK = re.compile(r"</?mark>")


def shown_passages(passages: Iterable[str], headline: str, most: int) -> list[str]:
    """Return the first passages that repeat nothing that was read.

    Read are the headline, and the passages that are shown before.

    Copies of a text have their hits at the same place, a few words more or less around them: a passage
    whose middle half was read already is left out.

    >>> shown_passages(["<mark>Canola</mark> talks open", "… as <mark>canola</mark> fell …"],
    ...                "Canola talks open", 2)
    ['… as <mark>canola</mark> fell …']
    """
    read = [_plain(html.escape(headline))]
    shown: list[str] = []
    for passage in passages:
        text = _plain(passage)
        if not _is_repeated(text, read):
            shown.append(passage)
            read.append(text)
        if len(shown) == most:
            break
    return shown


def marked_headline(passages: Iterable[str], headline: str) -> str:
    """Return a headline as HTML, with its hits marked where a passage is the headline."""
    plain = _plain(html.escape(headline))
    for passage in passages:
        if _plain(passage) == plain:
            return passage
    return html.escape(headline)


def _is_repeated(text: str, read: Iterable[str]) -> bool:
    quarter = len(text) // 4
    middle = text[quarter : len(text) - quarter]
    return any(middle in one for one in read)


def _plain(passage: str) -> str:
    """Return a passage without marks and ends, its letters and blanks in one form."""
    text = html.unescape(_MARK.sub("", passage)).strip(" …")
    return " ".join(text.split()).casefold()
