"""The two streams of tokens of a text: main ones, and plain ones (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice, product
from operator import add
from string import punctuation
from typing import Final, NamedTuple

from pipelines.text.analyzer.one_form import (
    folded_in_one_form,
    folded_in_one_form_with_positions,
    with_numbers_in_one,
)
from pipelines.text.analyzer.spelling_variants import capitals, hyphenated, run_variants, word_variants
from pipelines.text.analyzer.stemmer import Stem, languages_with_stems, stems_in, stems_of
from pipelines.text.analyzer.word_cutter import (
    FIRST_CJK,
    MAX_WORD,
    cut_words,
    is_run,
    pieces_with_positions,
    plain_pieces,
    word_or_run,
)
from pipelines.text.folding import fold_for_search

#: Letters of the longest piece of text that is remembered; longer ones are addresses, or lines of Chinese.
_LONGEST_PIECE_KEPT: Final = 30
#: Pieces of one language are forgotten all at once when there are more: some 15 MB.
_PIECES_KEPT: Final = 1 << 16
#: What stands around a word and is no part of it.
_MARKS: Final = f"{punctuation}‘’“”„«»‹›…–—¿¡"


class Placed(NamedTuple):
    """A stream of tokens, and of each its [start, end) in the original text."""

    tokens: list[str]
    starts: list[int]
    ends: list[int]


def streams(text: str, language: str | None = None) -> tuple[list[str], list[str]]:
    """Return the main and the plain tokens of a text, in order.

    The main ones are stems by the rules of the text's language, the plain ones the words as written.
    """
    main, plain = joined_streams(text, language)
    return main.split(), plain.split()


def joined_streams(text: str, language: str | None = None) -> tuple[str, str]:
    """Return the tokens with one space or more between them, for an index."""
    tokens = list(map(_pieces_in_text(stems_in(language)).__getitem__, _pieces_of(text)))
    main = " ".join([of_piece[0] for of_piece in tokens])
    plain = " ".join([of_piece[1] for of_piece in tokens])
    return main, plain


def pieces_with_places(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between spaces and ends of lines, each with its place."""
    place = 0
    for piece in _pieces_of(text):
        yield place, piece
        place += len(piece) + 1


def tokens_by_piece(language: str | None = None) -> Callable[[str], tuple[str, str]]:
    """Return what gives the main and the plain tokens of a piece of a text.

    They go by the rules of a language, and have spaces between them.
    """
    return _pieces_in_text(stems_in(language)).__getitem__


def _pieces_of(text: str) -> list[str]:
    """Return what stands between spaces and ends of lines; a number is one piece."""
    # No other rule looks across a space or the end of a line, so tokens of pieces can be remembered.
    return with_numbers_in_one(text).replace("\n", " ").split(" ")


class _PiecesInText(dict[str, tuple[str, str]]):
    """Tokens of pieces of text, worked out when a piece is first met."""

    def __init__(self, stem: Stem) -> None:
        super().__init__()
        self._stem = stem
        self._between_marks = _WordsBetweenMarks(stem)

    def __missing__(self, piece: str) -> tuple[str, str]:
        if len(piece) > _LONGEST_PIECE_KEPT:
            return self._tokens_of(piece)
        tokens = self._between_marks[piece.strip(_MARKS)] or self._tokens_of(piece)
        if len(self) >= _PIECES_KEPT:
            self.clear()
        self[piece] = tokens
        return tokens

    def _tokens_of(self, piece: str) -> tuple[str, str]:
        return _streams_of_folded(folded_in_one_form(piece), self._stem)


class _WordsBetweenMarks(dict[str, tuple[str, str] | None]):
    """Tokens of what stands between marks, or None where the marks may count.

    A word has many pieces: canola, Canola. “canola (canola) are four. Each costs a twentieth of the first.
    """

    def __init__(self, stem: Stem) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, word: str) -> tuple[str, str] | None:
        if len(self) >= _PIECES_KEPT:
            self.clear()
        tokens = None
        folded = _folded_word(word)
        if folded is not None:
            tokens = self._stem(folded), folded
        self[word] = tokens
        return tokens


_pieces_in_text = cache(_PiecesInText)


def _folded_word(word: str) -> str | None:
    """Return a word of letters alone as folded, or a number, else None."""
    # Nearly every one. All rules for it would take ten times as long.
    if word.isascii() and word.isdigit():
        return word
    if not word.isalpha() or max(word) >= FIRST_CJK or word in capitals():
        return None
    folded = fold_for_search(word)
    return folded if folded.isalpha() else None


def _streams_of_folded(folded: str, stem: Stem) -> tuple[str, str]:
    """Return the main and the plain tokens of a folded text, with spaces between them.

    Everything is in one form in it already.
    """
    main: list[str] = []
    plain: list[str] = []
    for word in cut_words(folded):
        if is_run(word):
            plain.append(" ".join(word))
            main.append(" ".join(_pairs_of(word)))
        else:
            pieces = plain_pieces(word)
            plain.extend(pieces)
            main.extend(map(stem, pieces))
    return " ".join(main), " ".join(plain)


def _pairs_of(run: str) -> Iterable[str]:
    """Return the overlapping pairs of a run; a lone character stands for itself."""
    if len(run) == 1:
        return run
    return map(add, run, run[1:])


def main_words(text: str, language: str | None = None) -> list[str]:
    """Return the main tokens of a text: stems and pairs of characters."""
    return streams(text, language)[0]


def plain_words(text: str) -> list[str]:
    """Return the plain tokens of a text: folded words, single Chinese characters."""
    return streams(text)[1]


# -- what a search asks for --------------------------------------------------------------------------------

#: Phrases that one phrase of a search may stand for.
_MOST_PHRASES = 64

#: Tokens side by side.
Phrase = tuple[str, ...]


def exact_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the plain tokens of a text in each of its spellings."""
    return _phrases(_spellings_of(text), _plain_tokens)


def pair_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the main tokens of Chinese in each of its wordings."""
    return _phrases(_spellings_of(text), lambda words: _main_tokens(words, str))


def stemmed_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the main tokens that texts of any language may have for this.

    A phrase has the stems of one language throughout, as a text has.
    """
    words = cut_words(folded_in_one_form(text))
    pieces: list[str] = []
    for word in words:
        pieces += [word] if is_run(word) else plain_pieces(word)
    if not pieces:
        return ()
    if len(pieces) == 1 and not is_run(pieces[0]) and hyphenated(pieces[0]) is None:
        return tuple((stem,) for stem in _stems_of_variants(pieces[0]))
    found: dict[Phrase, None] = {}
    for phrases in stemmed_phrases_by_language(text):
        found |= dict.fromkeys(phrases)
    return tuple(found)[:_MOST_PHRASES]


def stemmed_phrases_by_language(text: str) -> list[tuple[Phrase, ...]]:
    """Return the main tokens of each spelling of a text, by language."""
    spellings = _spellings_of(text)
    found: list[tuple[Phrase, ...]] = []
    for language in (None, *languages_with_stems("Latin"), *languages_with_stems("Cyrillic")):
        stem = stems_in(language)
        found.append(tuple(dict.fromkeys(_main_tokens(words, stem) for words in spellings)))
    return found


def _stems_of_variants(word: str) -> Iterable[str]:
    found = dict.fromkeys(stems_of(word))
    # A spelling is one of English words.
    stem = stems_in(None)
    for variant in word_variants(word):
        found[stem(variant)] = None
    return found


def _spellings_of(text: str) -> list[list[str]]:
    """Return the words of a text, cut and without elision, in each of its spellings."""
    pieces: list[str] = []
    for word in cut_words(folded_in_one_form(text)):
        pieces += [word] if is_run(word) else plain_pieces(word)
    choices: list[Sequence[Phrase]] = []
    place = 0
    while place < len(pieces):
        pair = tuple(pieces[place : place + 2])
        if len(pair) == 2 and hyphenated("".join(pair)) == pair:
            choices.append([pair, ("".join(pair),)])
            place += 2
            continue
        choices.append(_spellings_of_word(pieces[place]))
        place += 1
    found: list[list[str]] = []
    for phrases in islice(product(*choices), _MOST_PHRASES):
        found.append(list(chain.from_iterable(phrases)))
    return found


def _spellings_of_word(word: str) -> list[Phrase]:
    if is_run(word):
        return [(run,) for run in run_variants(word)]
    found: list[Phrase] = [(variant,) for variant in word_variants(word)]
    parts = hyphenated(word)
    if parts is not None:
        found.append(parts)
    return found


def _phrases(spellings: Iterable[list[str]], tokens_of: Callable[[list[str]], Phrase]) -> tuple[Phrase, ...]:
    found: dict[Phrase, None] = {}
    for words in spellings:
        tokens = tokens_of(words)
        if tokens:
            found[tokens] = None
    return tuple(found)


def _plain_tokens(words: Iterable[str]) -> Phrase:
    found: list[str] = []
    for word in words:
        found += word if is_run(word) else (word,)
    return tuple(found)


def _main_tokens(words: Iterable[str], stem: Stem) -> Phrase:
    found: list[str] = []
    for word in words:
        found += _pairs_of(word) if is_run(word) else (stem(word),)
    return tuple(found)


def has_lone_character(text: str) -> bool:
    """Tell whether a Chinese character stands alone, where no pair can answer for it."""
    return any(len(word) == 1 and is_run(word) for word in cut_words(folded_in_one_form(text)))


def is_code(text: str) -> bool:
    """Tell whether a text is several words that end in a number, as COVID-19 is."""
    words = cut_words(folded_in_one_form(text))
    return len(words) > 1 and words[-1].isdigit()


def has_runs_in(text: str) -> bool:
    """Tell whether a text has a run of Chinese in it."""
    return any(map(is_run, cut_words(folded_in_one_form(text))))


def is_one_run(text: str) -> bool:
    """Tell whether a text is one run of Chinese and nothing else."""
    words = cut_words(folded_in_one_form(text))
    return len(words) == 1 and is_run(words[0])


def has_several_runs(text: str) -> bool:
    """Tell whether a text is runs of Chinese with signs between, as 加拿大-总理 is."""
    words = cut_words(folded_in_one_form(text))
    return len(words) > 1 and all(map(is_run, words))


def placed(text: str, language: str | None = None, *, plain: bool) -> Placed:
    """Return one stream of a text with the place of each token, for highlighting.

    The tokens are those of `streams`: the plain ones, or the main ones.
    """
    folded, starts, ends = folded_in_one_form_with_positions(text)
    stem = stems_in(language)
    stream = Placed([], [], [])
    for match in word_or_run().finditer(folded):
        offset = match.start()
        word = match.group()
        if word.isascii() and "'" not in word and len(word) <= MAX_WORD:
            # Nearly every word. A call for each would double the time of a search that shows passages.
            stream.tokens.append(word if plain else stem(word))
            stream.starts.append(starts[offset])
            stream.ends.append(ends[match.end() - 1])
            continue
        for token, start, end in _tokens_with_positions(word, stem, plain=plain):
            stream.tokens.append(token)
            stream.starts.append(starts[offset + start])
            stream.ends.append(ends[offset + end - 1])
    return stream


def _tokens_with_positions(word: str, stem: Stem, *, plain: bool) -> Sequence[tuple[str, int, int]]:
    """Return the tokens of a word or run of Chinese, each with its [start, end) in it."""
    tokens = []
    if is_run(word):
        width = 1 if plain else min(len(word), 2)
        for start in range(len(word) - width + 1):
            tokens.append((word[start : start + width], start, start + width))
        return tokens
    if "'" not in word and len(word) <= MAX_WORD:
        # Nearly every word. A generator for each would cost a third more.
        pieces: Iterable[tuple[str, int, int]] = ((word, 0, len(word)),)
    else:
        pieces = pieces_with_positions(word)
    if plain:
        return list(pieces)
    for piece, start, end in pieces:
        tokens.append((stem(piece), start, end))
    return tokens
