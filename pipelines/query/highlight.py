"""The passages of an article that made it a hit, marked, for people to see why it was found.

The same analyzer that found the hit finds its place in the original text, so `Québec` is marked for `quebec`, `tariffs`
for `tariff`, and 習近平 for 习近平.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipelines.query.tree import Near, Prefix, Query, TextLeaf, Wildcard, Words, wanted_text
from pipelines.text.analyzer import Placed, Places, near_starts, phrase_starts, placed, places, wildcard

Span = tuple[int, int]

PASSAGES = 3
"""Passages of a body; the title comes on top where it has a hit."""
AROUND = 80
"""Characters shown before and after a hit, where the text has them."""
MAX_TITLE = 300
MAX_BODY = 50_000
"""Characters looked through for passages; what lies beyond is found, but not shown."""


class _Text:
    """One text with its tokens, looked up when first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._streams: dict[bool, tuple[Placed, Places]] = {}

    def _stream(self, plain: bool) -> tuple[Placed, Places]:
        if plain not in self._streams:
            stream = placed(self.text, plain=plain)
            self._streams[plain] = stream, places(stream.tokens)
        return self._streams[plain]

    def spans(self, leaf: TextLeaf) -> Iterator[Span]:
        """Yield the characters that satisfy a leaf."""
        stream, where = self._stream(leaf.plain if isinstance(leaf, Words | Near) else True)
        for start, length in _runs(leaf, where):
            yield stream.starts[start], stream.ends[start + length - 1]


def _runs(leaf: TextLeaf, where: Places) -> Iterator[tuple[int, int]]:
    """Yield (first token, number of tokens) of every place where a leaf is satisfied."""
    match leaf:
        case Words(tokens=phrase):
            yield from ((start, len(phrase)) for start in phrase_starts(where, phrase))
        case Near(pieces=pieces, slop=slop):
            for starts in near_starts(where, pieces, slop):
                yield from ((start, len(piece)) for start, piece in zip(starts, pieces, strict=True))
        case Prefix(prefix=prefix, lead=lead):
            for word in [word for word in where if word.startswith(prefix)]:
                phrase = (*lead, word)
                yield from ((start, len(phrase)) for start in phrase_starts(where, phrase))
        case Wildcard(pattern=pattern):
            form = wildcard(pattern)
            for word in [word for word in where if form.fullmatch(word)]:
                yield from ((start, 1) for start in where[word])


def highlights(query: Query, title: str, body: str) -> tuple[str, ...]:
    """Return HTML-escaped passages in which `<mark>…</mark>` surrounds each hit: the title first, then the body's.

    Empty for a query that asks for no words. A passage is one line, with … where the text goes on.
    """
    leaves = list(wanted_text(query.root))
    if not leaves:
        return ()
    found: list[str] = []
    if spans := _spans(title[:MAX_TITLE], "title", leaves):
        found.append(_marked(title[:MAX_TITLE], (0, min(len(title), MAX_TITLE)), spans))
    if spans := _spans(body[:MAX_BODY], "body", leaves):
        found += [_marked(body, window, spans) for window in _windows(body, spans)]
    return tuple(found)


def _spans(text: str, part: str, leaves: Sequence[TextLeaf]) -> list[Span]:
    """Return the hits in one text, in order, with those that touch made one (pairs of characters overlap)."""
    analysed = _Text(text)
    raw = sorted({span for leaf in leaves if part in leaf.fields for span in analysed.spans(leaf)})
    merged: list[Span] = []
    for start, end in raw:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _windows(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return up to PASSAGES stretches of a text around hits, from the first on, without overlap."""
    found: list[Span] = []
    for start, end in spans:
        if found and end <= found[-1][1]:
            continue
        if len(found) == PASSAGES:
            break
        left = max(start - AROUND, found[-1][1] if found else 0)
        found.append(
            (_word_start(text, left, start), _word_end(text, min(end, start + AROUND), end + AROUND))
        )
    return found


def _word_start(text: str, left: int, hit: int) -> int:
    """Return the start of the first whole word at or after `left`, the hit's own start at the latest."""
    if left == 0:
        return 0
    space = re.compile(r"\s").search(text, left - 1, hit)
    return space.end() if space else left


def _word_end(text: str, hit: int, right: int) -> int:
    """Return the end of the last whole word before `right`, the hit's own end at the earliest."""
    if right >= len(text):
        return len(text)
    space = max(text.rfind(" ", hit, right + 1), text.rfind("\n", hit, right + 1))
    return space if space > hit else right


def _marked(text: str, window: Span, spans: Sequence[Span]) -> str:
    """Return one stretch of a text as one line of HTML with its hits marked."""
    left, right = window
    parts = ["… " if left > 0 else ""]
    at = left
    for start, end in spans[max(0, bisect_right(spans, (left, -1)) - 1) :]:
        if start >= right:
            break
        start, end = max(start, at), min(end, right)
        if start < end:
            parts += [_escaped(text[at:start]), "<mark>", _escaped(text[start:end]), "</mark>"]
            at = end
    parts += [_escaped(text[at:right]), " …" if right < len(text) else ""]
    return "".join(parts).strip()


def _escaped(text: str) -> str:
    return html.escape(re.sub(r"[\s\x00-\x1f\x7f]+", " ", text))
