"""The passages of an article that made it a hit, marked: why it was found.

The same analyzer that found the hit finds its place in the original text, so `Québec` is marked for
`quebec`, `tariffs` for `tariff`, and 習近平 for 习近平.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.query.signs import Signs, signs_of
from pipelines.query.tree import Near, Prefix, Query, TextLeaf, Wildcard, Words, wanted_text
from pipelines.text.analyzer import (
    Placed,
    Places,
    folded_in_one_form,
    near_starts,
    phrase_starts,
    placed,
    places,
    streams,
    tokens_of_pieces,
    wildcard,
)
from pipelines.text.languages import base_of

#: Characters of a text, [start, end).
Span = tuple[int, int]
#: Tokens of a text: the first one, and how many.
TokenRun = tuple[int, int]

#: Passages of a body; the title comes on top where it has a hit.
PASSAGES = 3
#: Characters shown before and after a hit, where the text has them.
AROUND = 80
MAX_TITLE = 300
#: Characters that are looked through at a time, up to the end of a paragraph.
_BLOCK = 1_200
#: Characters looked through for passages; what lies beyond is found, but not shown.
MAX_BODY = 50_000


def highlights(
    query: Query, title: str, body: str, *, summary: str = "", language: str | None = None
) -> tuple[str, ...]:
    """Return HTML-escaped passages with `<mark>…</mark>` around each hit.

    The title comes first, then the body's passages, and those of the summary where the body has none.
    Empty for a query that asks for no words. A
    passage is one line, with … where the text goes on.
    """
    leaves = list(wanted_text(query.root))
    if not leaves:
        return ()
    passages: list[str] = []
    title = title[:MAX_TITLE]
    title_spans = _find_spans(title, language, "title", leaves)
    if title_spans:
        whole_title = (0, len(title))
        passages.append(_mark_hits(title, whole_title, title_spans))
    for part, text in (("body", body), ("summary", summary)):
        spans = _find_spans(text[:MAX_BODY], language, part, leaves)
        for window in _choose_windows(text, spans):
            passages.append(_mark_hits(text, window, spans))
        if spans:
            break
    return tuple(passages)


# -- where the hits are ------------------------------------------------------------------------------------


class _AnalysedText:
    """One text with its tokens, looked up when first needed."""

    def __init__(self, text: str, language: str | None) -> None:
        self._text = text
        self._language = language
        self._streams: dict[bool, tuple[Placed, Places]] = {}

    def spans_of(self, leaf: TextLeaf) -> Iterator[Span]:
        """Yield the characters that satisfy a leaf."""
        # Prefixes and wildcards are asked of words as written, not of their stems.
        plain = not isinstance(leaf, Words | Near) or leaf.plain
        stream, where = self._analysed_stream(plain)
        for first, length in _token_runs(leaf, where):
            yield stream.starts[first], stream.ends[first + length - 1]

    def _analysed_stream(self, plain: bool) -> tuple[Placed, Places]:
        if plain not in self._streams:
            stream = placed(self._text, self._language, plain=plain)
            self._streams[plain] = stream, places(stream.tokens)
        return self._streams[plain]


def _token_runs(leaf: TextLeaf, where: Places) -> Iterator[TokenRun]:
    """Yield every place where a leaf is satisfied."""
    match leaf:
        case Words(phrases=phrases):
            for phrase in phrases:
                yield from _phrase_runs(phrase, where)
        case Near(pieces=pieces, slop=slop, is_in_order=is_in_order):
            for starts in near_starts(where, pieces, slop, is_in_order=is_in_order):
                yield from zip(starts, map(len, pieces), strict=True)
        case Prefix(prefix=prefix, lead=lead):
            for word in _words_with_prefix(where, prefix):
                yield from _phrase_runs((*lead, word), where)
        case Wildcard(pattern=pattern):
            for word in _words_of_form(where, pattern):
                yield from _phrase_runs((word,), where)


def _phrase_runs(phrase: Sequence[str], where: Places) -> Iterator[TokenRun]:
    for start in phrase_starts(where, phrase):
        yield start, len(phrase)


def _words_with_prefix(where: Places, prefix: str) -> list[str]:
    return [word for word in where if word.startswith(prefix)]


def _words_of_form(where: Places, pattern: str) -> list[str]:
    form = wildcard(pattern)
    return [word for word in where if form.fullmatch(word)]


def _find_spans(text: str, language: str | None, part: str, leaves: Sequence[TextLeaf]) -> list[Span]:
    """Return the first hits in one text, in order and without overlap.

    There are enough of them for all passages that are shown.
    """
    asked = tuple(leaf for leaf in leaves if part in leaf.fields)
    if not asked:
        return []
    signs = signs_of(asked, base_of(language or ""))
    found: list[Span] = []
    may_have_more = False
    for start, block in _blocks_of(text):
        if _is_enough(found, text, start):
            return found
        folded = folded_in_one_form(block)
        if not signs.are_in(folded):
            continue
        if signs.ask_for_nearness:
            # What stands near each other may stand in two paragraphs.
            return _spans_in(text, language, asked)
        may_have_more = signs.may_cross_paragraphs
        for place, paragraph in _paragraphs_with(signs, block, folded, language):
            for first, last in _spans_in(paragraph, language, asked):
                found.append((start + place + first, start + place + last))
    if not found and may_have_more:
        return _spans_in(text, language, asked)
    return found


def _blocks_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield some paragraphs at a time, with their place."""
    # Hits stand early in most texts, and what is not shown need not be looked through.
    start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _is_enough(found: Sequence[Span], text: str, start: int) -> bool:
    """Tell whether what stands from `start` on is in no passage any more."""
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


def _spans_in(text: str, language: str | None, leaves: Sequence[TextLeaf]) -> list[Span]:
    """Return all hits in one text, in order and without overlap."""
    if not all(map(_asks_for_single_words, leaves)):
        return _spans_in_whole(text, language, leaves)
    # To find the place of each word would take most of the time of a search.
    found: list[Span] = []
    words = _SingleWords.of(leaves)
    start = 0
    for piece, main, plain in tokens_of_pieces(text, language):
        if words.are_among(main, plain):
            for first, last in _spans_in_whole(piece, language, leaves):
                found.append((start + first, start + last))
        start += len(piece) + 1
    return found


def _asks_for_single_words(leaf: TextLeaf) -> bool:
    """Tell whether a leaf is satisfied by one token, which it names."""
    if not isinstance(leaf, Words):
        return False
    return all(len(phrase) == 1 and not phrase[0].endswith("*") for phrase in leaf.phrases)


@dataclass(frozen=True, slots=True)
class _SingleWords:
    """The tokens that leaves ask for, in each of the two streams."""

    main: frozenset[str]
    plain: frozenset[str]

    @classmethod
    def of(cls, leaves: Sequence[TextLeaf]) -> _SingleWords:
        tokens: dict[bool, set[str]] = {False: set(), True: set()}
        for leaf in leaves:
            assert isinstance(leaf, Words)
            tokens[leaf.plain].update(*leaf.phrases)
        return cls(frozenset(tokens[False]), frozenset(tokens[True]))

    def are_among(self, main: str, plain: str) -> bool:
        """Tell whether one is among the tokens of a piece, with spaces between."""
        if main in self.main or plain in self.plain:
            return True
        if " " not in plain:
            return False
        return not self.main.isdisjoint(main.split()) or not self.plain.isdisjoint(plain.split())


def _spans_in_whole(text: str, language: str | None, leaves: Sequence[TextLeaf]) -> list[Span]:
    """Return the same, from the places of all words of the text."""
    analysed = _AnalysedText(text, language)
    found: set[Span] = set()
    for leaf in leaves:
        found.update(analysed.spans_of(leaf))
    return _merge_touching(sorted(found))


def _merge_touching(spans: Iterable[Span]) -> list[Span]:
    """Make one of spans that touch."""
    # Chinese is cut into pairs of characters, and neighbours overlap.
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            last_start, last_end = merged[-1]
            merged[-1] = last_start, max(end, last_end)
        else:
            merged.append((start, end))
    return merged


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
    space = re.compile(r"\s").search(text, left - 1, hit)
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
    return html.escape(re.sub(r"[\s\x00-\x1f\x7f]+", " ", text))
