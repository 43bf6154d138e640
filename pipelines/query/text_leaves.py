"""What a word or phrase means in a field of running text or of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product
from typing import NoReturn

from pipelines.query.apostrophes import with_apostrophes
from pipelines.query.errors import raise_query_error
from pipelines.query.fields import NAMES, Field
from pipelines.query.lexeme import Lexeme
from pipelines.query.tree import Near, Node, Or, Prefix, Wildcard, Words
from pipelines.query.wildcards import (
    check_wildcards,
    has_wildcard,
    without_escapes,
    without_question,
    word_pattern,
)
from pipelines.text import analyzer as analysis
from pipelines.text.folding import fold_for_search

#: Combinations of spellings in which words are looked for near each other.
MAX_SPELLINGS = 64


#: Letters of a word in which one may be wrong.
LEAST_SIMILAR = 4
MOST_SIMILAR = 30


class TextLeafReader:
    """Reads the words and phrases of one query."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, lexeme: Lexeme, field: Field) -> Node | None:
        """Return what a word or phrase means, or None.

        None: it has no letter or digit, or is a French article alone, as in “L' ambassade”.
        """
        if lexeme.kind == "phrase":
            return self._read_phrase(lexeme, field)
        if len(lexeme.parts) > 1:
            return self._read_similar(lexeme, field)
        typed = without_question(lexeme.parts[0])
        if _is_elided_article(typed):
            return None
        if has_wildcard(typed):
            return self._read_wildcard(replace(lexeme, parts=(typed,)), field)
        return _words_in_any_form(field.parts, without_escapes(typed))

    def _read_phrase(self, lexeme: Lexeme, field: Field) -> Node:
        typed, slop = lexeme.parts
        # Protected stars are meant as stars; a star after a space is punctuation.
        if re.search(r"\w\*", re.sub(r"\\.", "", typed)):
            message = "A * means nothing inside quotes; write canola AND tariff* without them."
            self._fail(message, lexeme)
        if slop and re.search(r"[()|]|\b(?:OR|AND)\b", typed):
            message = "Before ~ stand words alone; write canola NEAR/5 (tariff OR duty) for alternatives."
            self._fail(message, lexeme)
        phrase = without_escapes(typed)
        words = _words_as_written(field.parts, phrase)
        if words is None:
            self._fail("There is no letter or digit between these quotes.", lexeme)
        if not int(slop or 0):
            return words  # ~0 is a phrase
        if field.kind == "name":
            self._fail("Nearness (~) is for title:, summary:, body: and text:; use AND here.", lexeme)
        return _near_words(field.parts, phrase, int(slop))

    def _read_similar(self, lexeme: Lexeme, field: Field) -> Node:
        """Return a word in which one letter may be wrong.

        It is another one, missing, too many, or in its neighbour's place. The first letter is as typed.
        """
        tokens = analysis.plain_words(lexeme.parts[0])
        if len(tokens) != 1 or not LEAST_SIMILAR <= len(tokens[0]) <= MOST_SIMILAR:
            message = (
                f"~1 stands after one word of {LEAST_SIMILAR} to {MOST_SIMILAR} letters, as in canola~1."
            )
            self._fail(message, lexeme)
        word = tokens[0]
        literal = {(word,): None}
        patterns: dict[str, None] = {}
        for place in range(1, len(word)):
            literal[(word[:place] + word[place + 1 :],)] = None
            swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
            literal[(swapped,)] = None
            patterns[f"{word[:place]}?{word[place + 1 :]}"] = None
            patterns[f"{word[:place]}?{word[place:]}"] = None
        patterns[f"{word}?"] = None
        leaves: list[Node] = [Words(field.parts, tuple(literal), plain=True)]
        leaves += [Wildcard(field.parts, pattern) for pattern in patterns]
        return Or(tuple(leaves))

    def _read_wildcard(self, lexeme: Lexeme, field: Field) -> Node | None:
        typed = lexeme.parts[0]
        # `lobster ?` is a headline with its question mark.
        has_letter_or_digit = re.search(r"[^\W_]", typed)
        if not has_letter_or_digit:
            return None
        check_wildcards(self._text, lexeme)
        if typed.endswith("*") and not has_wildcard(typed[:-1]):
            return self._read_prefix(lexeme, field, without_escapes(typed[:-1]))
        pattern = word_pattern(typed)
        if pattern is None:
            self._fail(
                "Wildcards work inside one word of letters and digits; "
                "use AND between words, and no * in Chinese.",
                lexeme,
            )
        return Wildcard(field.parts, pattern)

    def _read_prefix(self, lexeme: Lexeme, field: Field, head: str) -> Node:
        """Return the meaning of a word with a star at its end.

        `Sino-Canad*` is the word sino and right after it a word that begins with canad.
        """
        tokens = analysis.plain_words(head)
        last_char = fold_for_search(head)[-1:]
        is_in_word = analysis.WORD_CHARACTER.match(last_char) or analysis.is_cjk(last_char)
        if not tokens or not is_in_word:
            self._fail("Put the * right after a letter or digit, as in canol*.", lexeme)
        if analysis.is_cjk(last_char):
            # Chinese has no spaces: every text with 加拿 has what 加拿* asks for.
            words = _words_as_written(field.parts, head)
            assert words is not None
            return words
        return Prefix(field.parts, tokens[-1], tuple(tokens[:-1]))

    def _fail(self, message: str, lexeme: Lexeme) -> NoReturn:
        raise_query_error(message, self._text, lexeme.start, lexeme.end)


def _is_elided_article(typed: str) -> bool:
    folded = fold_for_search(typed)
    return folded.endswith("'") and folded[:-1] in analysis.ARTICLES


def _words_in_any_form(fields: tuple[str, ...], text: str) -> Words | None:
    """Return what a word without quotes asks for, or None.

    Words joined by a hyphen or a full stop are a phrase.
    """
    if fields[0] in NAMES:
        return _names(fields, text)
    # A Chinese character that stands alone is found wherever it occurs, in the plain stream, and so is
    # Chinese with a sign in it that texts may lack; a code (COVID-19) has no other forms.
    is_as_written = analysis.has_lone_character(text) or analysis.has_several_runs(text)
    if is_as_written or analysis.is_code(text):
        return _phrases_or_none(fields, analysis.exact_phrases(text), plain=True)
    return _phrases_or_none(fields, analysis.stemmed_phrases(text), plain=False)


def _words_as_written(fields: tuple[str, ...], text: str) -> Words | None:
    """Return what a phrase in quotes asks for, or None."""
    if fields[0] in NAMES:
        return _names(fields, text)
    # Pairs say the same as characters one by one, and are rarer.
    if analysis.is_one_run(text) and not analysis.has_lone_character(text):
        return _phrases_or_none(fields, analysis.pair_phrases(text), plain=False)
    phrases = analysis.exact_phrases(text)
    joined = with_apostrophes(text)
    if joined != text:
        # In quotes a letter may stand for itself: "plan d" as well as "d ici".
        phrases = tuple(dict.fromkeys((*phrases, *analysis.exact_phrases(joined))))
    return _phrases_or_none(fields, phrases, plain=True)


def _names(fields: tuple[str, ...], text: str) -> Words | None:
    tokens = tuple(analysis.plain_words(text))
    return _phrases_or_none(fields, (tokens,) if tokens else (), plain=True)


def _phrases_or_none(
    fields: tuple[str, ...], phrases: tuple[tuple[str, ...], ...], *, plain: bool
) -> Words | None:
    if not phrases:
        return None
    return Words(fields, phrases, plain)


def _near_words(fields: tuple[str, ...], phrase: str, slop: int) -> Node:
    """Return the words of a phrase as near each other, as written.

    One word alone is itself; the same one again has to stand there again. With Chinese among them the
    distance counts characters, as readers do.
    """
    words: list[tuple[tuple[str, ...], ...]] = []
    for word in phrase.split():
        spellings = analysis.exact_phrases(word)
        if spellings:
            words.append(spellings)
    if len(words) == 1:
        return Words(fields, words[0], plain=True)
    pieces = list(dict.fromkeys(words))
    if len(pieces) == 1:
        pieces = words
    return near_any_of(fields, pieces, slop, plain=True)


def near_any_of(
    fields: tuple[str, ...], pieces: Sequence[Sequence[tuple[str, ...]]], slop: int, *, plain: bool
) -> Node:
    """Return nearness of pieces that each have several spellings."""
    found: list[Near] = []
    for chosen in islice(product(*pieces), MAX_SPELLINGS):
        found.append(Near(fields, chosen, slop, plain, is_repeated(chosen)))
    return near_each_other(found)


def is_repeated(pieces: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether all pieces are one word.

    It has to stand there several times, which an order says: then no place counts twice.
    """
    return len(set(pieces)) == 1


def near_each_other(found: Sequence[Near]) -> Node:
    """Return any of these stretches."""
    if len(found) == 1:
        return found[0]
    return Or(tuple(found))
