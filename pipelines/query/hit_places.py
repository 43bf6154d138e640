"""Where a text satisfies leaves of a query, by its tokens (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipelines.query.tree import Near, Prefix, TextLeaf, Wildcard, Words
from pipelines.text.analyzer import Placed, Places, near_starts, phrase_starts, placed, places, wildcard

#: Characters of a text, [start, end).
Span = tuple[int, int]
#: Tokens of a text: the first one, and how many.
TokenRun = tuple[int, int]


def spans_of_leaves(text: str, language: str | None, leaves: Sequence[TextLeaf]) -> list[Span]:
    """Return all hits in one text, in order and without overlap."""
    analysed = _AnalysedText(text, language)
    found: set[Span] = set()
    for leaf in leaves:
        found.update(analysed.spans_of(leaf))
    return merge_touching(sorted(found))


def merge_touching(spans: Iterable[Span]) -> list[Span]:
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
