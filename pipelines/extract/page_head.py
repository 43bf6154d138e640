"""The lines around an article's title, where bylines and bars of facts stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.page_lines import INLINE_TAGS
from pipelines.extract.text import one_line
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import any_of

#: Lines before and behind the title in which a page says who wrote the text and when.
LINES_ABOVE = 8
LINES_BELOW = 14
#: Characters of a page in which its title is looked for.
_MOST_CHARS = 100_000
#: Characters of a line that are kept, and of a title that show that it is the same.
_LINE_CHARS = 400
_SHORTEST_TITLE = 6
#: Pictures have credits of their own. What is no text of readers has none.
_SKIPPED_TAGS = frozenset(
    ("script", "style", "noscript", "template", "nav", "footer", "head", "figure", "figcaption", "picture",
     "video", "audio", "select", "button", "svg", "iframe", "textarea", "option")
)  # fmt: skip
_HEADING_TAGS = frozenset(("h1", "h2", "h3"))
_LESSER_HEADING = 3
_SKIPPED_NAME = re.compile(
    rf"{any_of(AUTHOR_WORDS.picture_elements)}"
    rf"|(?:^|[\s_]){any_of(AUTHOR_WORDS.other_article_elements)}(?:$|[\s_])",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class PageHead:
    """The lines before and behind a title, the nearest last and first."""

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Those behind the title first, which sign more often."""
        return (*self.below, *self.above)


@dataclass(slots=True)
class _Line:
    #: As the page has it, with all its spaces.
    raw: str
    #: 1 for the page's main heading, 3 for a lesser one, 9 for none.
    level: int

    @property
    def text(self) -> str:
        return one_line(self.raw[:_LINE_CHARS])


def read_head(tree: HtmlElement, title: str) -> PageHead:
    """Return the lines around the title, none where it is not shown."""
    key = _key_of(title)
    if len(key) < 2:
        return PageHead()
    lines = _read_lines(tree, key)
    position = _find_title(lines, key)
    if position is None:
        return PageHead()
    above = lines[max(0, position - LINES_ABOVE) : position]
    below = lines[position + 1 : position + 1 + LINES_BELOW]
    return PageHead(_texts_of(above), _texts_of(below))


def _texts_of(lines: Iterable[_Line]) -> tuple[str, ...]:
    return tuple(filter(None, (line.text for line in lines)))


def _read_lines(tree: HtmlElement, key: str) -> list[_Line]:
    """Return the lines of a page up to some behind its title."""
    lines: list[_Line] = []
    pieces: list[str] = []
    size = 0
    level = 9
    # Lines that are wanted in all, once the title was seen as the main heading.
    wanted: int | None = None
    walk = etree.iterwalk(tree, events=("start", "end", "comment"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and _is_skipped(element, tag):
            walk.skip_subtree()
            continue
        if pieces and tag not in INLINE_TAGS and event != "comment":
            line = _Line(" ".join(pieces), level)
            pieces = []
            lines.append(line)
            if len(lines) == wanted:
                break
            if level == 1 and wanted is None and _key_of(line.text) == key:
                wanted = len(lines) + LINES_BELOW
        if tag in _HEADING_TAGS:
            level = int(tag[1]) if event == "start" else 9
        text = element.text if event == "start" else element.tail
        if text and not text.isspace():
            pieces.append(text)
            size += len(text)
            if size > _MOST_CHARS:
                break
    return lines


def _is_skipped(element: HtmlElement, tag: str) -> bool:
    if tag in _SKIPPED_TAGS:
        return True
    names = element.get("class")
    return names is not None and _names_other_part(names)


@lru_cache(maxsize=2_000)
def _names_other_part(names: str) -> bool:
    return _SKIPPED_NAME.search(names[:_LINE_CHARS]) is not None


def _find_title(lines: Sequence[_Line], key: str) -> int | None:
    """Return the position of the title, the main heading first."""
    levels: dict[int, int] = {}
    for position, line in enumerate(lines):
        if _key_of(line.text) == key:
            levels[position] = _LESSER_HEADING if 1 < line.level <= _LESSER_HEADING else line.level
    if levels:
        # The first one of several on a level.
        return min(levels, key=levels.__getitem__)
    for position, line in enumerate(lines):
        if line.level == 1 and _begins_alike(_key_of(line.text), key):
            return position
    return None


def _begins_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST_TITLE and longer.startswith(shorter)


def _key_of(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
