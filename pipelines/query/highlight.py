"""The passages of an article that made it a hit, marked: why it was found.

The same analyzer that found the hit finds its place in the original text, so `Québec` is marked for
`quebec`, `tariffs` for `tariff`, and 習近平 for 习近平.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.query.hit_places import Span, merge_touching, spans_of_leaves
from pipelines.query.signs import Signs, signs_of
from pipelines.query.single_words import SingleWords, is_single_word, single_words_of
from pipelines.query.tree import Query, TextLeaf, wanted_text
from pipelines.text.analyzer import folded_in_one_form, streams
from pipelines.text.languages import base_of

#: Passages of a body; the title comes on top where it has a hit.
PASSAGES = 3
#: Characters shown before and after a hit, where the text has them.
AROUND = 80
MAX_TITLE = 300
#: Characters that are looked through at a time, up to the end of a paragraph.
_BLOCK = 1_200
#: The same where single words are looked for, which costs little.
_BLOCK_OF_WORDS = 10_000
#: Queries of which is remembered what is looked for.
_QUERIES_KEPT = 64
_BLANK = re.compile(r"\s")
#: One or more, or characters that steer a terminal.
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
#: Characters looked through for passages; what lies beyond is found, but not shown.
MAX_BODY = 50_000


class PassageFinder:
    """Finds the passages of articles that made them hits of one query."""

    def __init__(self, query: Query) -> None:
        self._leaves = list(wanted_text(query.root))
        self._looked_for: dict[tuple[str, str | None], _LookedFor] = {}

    def passages(
        self, title: str, body: str, *, summary: str = "", language: str | None = None
    ) -> tuple[str, ...]:
        """Return HTML-escaped passages with `<mark>…</mark>` around each hit.

        The title comes first, then the body's passages, and those of the summary where the body has none.
        Empty for a query that asks for no words. A
        passage is one line, with … where the text goes on.
        """
        if not self._leaves:
            return ()
        passages: list[str] = []
        title = title[:MAX_TITLE]
        title_spans = self._find_spans("title", title, language)
        if title_spans:
            whole_title = (0, len(title))
            passages.append(_mark_hits(title, whole_title, title_spans))
        for part, text in (("body", body), ("summary", summary)):
            spans = self._find_spans(part, text[:MAX_BODY], language)
            for window in _choose_windows(text, spans):
                passages.append(_mark_hits(text, window, spans))
            if spans:
                break
        return tuple(passages)

    def _find_spans(self, part: str, text: str, language: str | None) -> list[Span]:
        """Return the first hits in one text, in order and without overlap.

        There are enough of them for all passages that are shown.
        """
        looked_for = self._looked_for.get((part, language))
        if looked_for is None:
            asked = tuple(leaf for leaf in self._leaves if part in leaf.fields)
            looked_for = _looked_for(asked, base_of(language or ""))
            self._looked_for[part, language] = looked_for
        return looked_for.spans_in(text, language)


# -- where the hits are ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LookedFor:
    """What is looked for in one part of a text of one language."""

    words: SingleWords | None
    #: Of all other leaves.
    signs: Signs | None

    def spans_in(self, text: str, language: str | None) -> list[Span]:
        found: list[Span] = []
        if self.words is not None:
            found = _spans_of_words(text, language, self.words)
        if self.signs is None:
            return found
        others = _spans_of_phrases(text, language, self.signs)
        return merge_touching(sorted([*found, *others]))


@lru_cache(_QUERIES_KEPT)
def _looked_for(leaves: tuple[TextLeaf, ...], language: str) -> _LookedFor:
    single = tuple(filter(is_single_word, leaves))
    others = tuple(leaf for leaf in leaves if not is_single_word(leaf))
    words = single_words_of(single, language) if single else None
    return _LookedFor(words, signs_of(others, language) if others else None)


def _spans_of_words(text: str, language: str | None, words: SingleWords) -> list[Span]:
    found: list[Span] = []
    for start, block in _blocks_of(text, _BLOCK_OF_WORDS):
        if _is_enough(found, text, start):
            break
        for first, last in words.spans_in(block, language):
            found.append((start + first, start + last))
    return found


def _spans_of_phrases(text: str, language: str | None, signs: Signs) -> list[Span]:
    found: list[Span] = []
    may_have_more = False
    for start, block in _blocks_of(text, _BLOCK):
        if _is_enough(found, text, start):
            return found
        if signs.in_letters is not None and not signs.in_letters.may_be_in(block):
            continue
        folded = folded_in_one_form(block)
        if not signs.are_in(folded):
            continue
        if signs.ask_for_nearness:
            # What stands near each other may stand in two paragraphs.
            return spans_of_leaves(text, language, signs.leaves)
        may_have_more = signs.may_cross_paragraphs
        for place, paragraph in _paragraphs_with(signs, block, folded, language):
            for first, last in spans_of_leaves(paragraph, language, signs.leaves):
                found.append((start + place + first, start + place + last))
    if not found and may_have_more:
        return spans_of_leaves(text, language, signs.leaves)
    return found


def _blocks_of(text: str, size: int) -> Iterator[tuple[int, str]]:
    """Yield some paragraphs at a time, with their place."""
    # Hits stand early in most texts, and what is not shown need not be looked through.
    start = 0
    while start < len(text):
        end = text.find("\n", start + size) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _is_enough(found: Sequence[Span], text: str, start: int) -> bool:
    """Tell whether what stands from `start` on is in no passage any more."""
    if len(found) < PASSAGES:
        return False
    windows = _choose_windows(text, found)
    return len(windows) == PASSAGES and windows[-1][1] < start


def _paragraphs_with(signs: Signs, text: str, folded: str, language: str | None) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs that may have a hit.

    Each comes with its place in the text.
    """
    paragraphs = text.split("\n")
    folded_paragraphs = folded.split("\n")
    if len(folded_paragraphs) != len(paragraphs):
        folded_paragraphs = list(map(folded_in_one_form, paragraphs))
    start = 0
    for paragraph, folded_paragraph in zip(paragraphs, folded_paragraphs, strict=True):
        # First what costs least. To find the place of each word costs ten times as much.
        if signs.are_in(folded_paragraph) and signs.are_among(streams(paragraph, language)):
            yield start, paragraph
        start += len(paragraph) + 1


# -- what is shown of them ---------------------------------------------------------------------------------


def _choose_windows(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return up to PASSAGES stretches around the first hits."""
    windows: list[Span] = []
    shown_until = 0
    for start, end in spans:
        if windows and end <= shown_until:
            continue
        if len(windows) == PASSAGES:
            break
        window_start = _word_start(text, max(start - AROUND, shown_until), start)
        # A hit that is itself long (a phrase across a table) does not make the passage long.
        window_end = _word_end(text, min(end, start + AROUND), end + AROUND)
        windows.append((window_start, window_end))
        shown_until = window_end
    return windows


def _word_start(text: str, left: int, hit: int) -> int:
    """Return where the first whole word from `left` on starts."""
    # At the latest that is the hit itself.
    if left == 0:
        return 0
    space = _BLANK.search(text, left - 1, hit)
    if space is None:
        return left
    return space.end()


def _word_end(text: str, hit: int, right: int) -> int:
    """Return where the last whole word before `right` ends."""
    # At the earliest that is the end of the hit.
    if right >= len(text):
        return len(text)
    space = max(text.rfind(" ", hit, right + 1), text.rfind("\n", hit, right + 1))
    if space <= hit:
        return right
    return space


def _mark_hits(text: str, window: Span, spans: Sequence[Span]) -> str:
    """Return one stretch of a text as HTML with its hits marked."""
    left, right = window
    pieces: list[str] = []
    if left > 0:
        pieces.append("… ")
    at = left
    for start, end in spans[_first_span_from(left, spans) :]:
        if start >= right:
            break
        start, end = max(start, at), min(end, right)
        if start < end:
            pieces += [_escape_line(text[at:start]), "<mark>", _escape_line(text[start:end]), "</mark>"]
            at = end
    pieces.append(_escape_line(text[at:right]))
    if right < len(text):
        pieces.append(" …")
    return "".join(pieces).strip()


def _first_span_from(left: int, spans: Sequence[Span]) -> int:
    """Return the index of the first hit that may reach beyond `left`."""
    return max(0, bisect_right(spans, (left, -1)) - 1)


def _escape_line(text: str) -> str:
    return html.escape(_BLANKS.sub(" ", text))
