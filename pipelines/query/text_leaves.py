"""What a word or phrase means in a field of running text or of names."""

from __future__ import annotations

import re
from typing import NoReturn

from pipelines.query.errors import raise_query_error
from pipelines.query.fields import NAMES, Field
from pipelines.query.lexeme import Lexeme
from pipelines.query.tree import Near, Node, Prefix, Wildcard, Words
from pipelines.query.wildcards import check_wildcards, has_wildcard, without_escapes, word_pattern
from pipelines.text import analyzer as analysis
from pipelines.text.folding import fold_for_search


class TextLeafReader:
    """Reads the words and phrases of one query."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, lexeme: Lexeme, field: Field) -> Node | None:
        """Return what a word or phrase means, or None.

        None: it has no letter or digit.
        """
        typed = lexeme.parts[0]
        if lexeme.kind == "phrase":
            return self._read_phrase(lexeme, field)
        if has_wildcard(typed):
            return self._read_wildcard(lexeme, field)
        return _words_of(field.parts, without_escapes(typed))

    def _read_phrase(self, lexeme: Lexeme, field: Field) -> Node:
        typed, slop = lexeme.parts
        # Protected stars are meant as stars; a star after a space is punctuation.
        if re.search(r"\w\*", re.sub(r"\\.", "", typed)):
            message = "A * means nothing inside quotes; write canola AND tariff* without them."
            self._fail(message, lexeme)
        phrase = without_escapes(typed)
        words = _words_of(field.parts, phrase)
        if words is None:
            self._fail("There is no letter or digit between these quotes.", lexeme)
        if not int(slop or 0):
            return words  # ~0 is a phrase
        if field.kind == "name":
            self._fail("Nearness (~) is for title:, body: and text:; use AND here.", lexeme)
        return _near_words(field.parts, phrase, int(slop))

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
            words = _words_of(field.parts, head)
            assert words is not None
            return words
        return Prefix(field.parts, tokens[-1], tuple(tokens[:-1]))

    def _fail(self, message: str, lexeme: Lexeme) -> NoReturn:
        raise_query_error(message, self._text, lexeme.start, lexeme.end)


def _words_of(fields: tuple[str, ...], text: str) -> Words | None:
    """Return text as tokens side by side, or None.

    A Chinese character that stands alone is found wherever it occurs: the whole phrase then goes by
    the plain stream, in which each character is a token.
    """
    plain = fields[0] in NAMES or analysis.has_lone_character(text)
    tokens = _tokens_of(text, plain=plain)
    if not tokens:
        return None
    return Words(fields, tokens, plain)


def _near_words(fields: tuple[str, ...], phrase: str, slop: int) -> Near | Words:
    """Return the words of a phrase as near each other.

    One word alone, or the same twice, is itself.

    With Chinese among them the distance counts characters, as readers do, and not pairs of them.
    """
    plain = any(map(analysis.is_cjk, fold_for_search(phrase)))
    distinct: dict[tuple[str, ...], None] = {}
    for word in phrase.split():
        piece = _tokens_of(word, plain=plain)
        if piece:
            distinct[piece] = None
    pieces = tuple(distinct)
    if len(pieces) == 1:
        return Words(fields, pieces[0], plain)
    return Near(fields, pieces, slop, plain)


def _tokens_of(text: str, *, plain: bool) -> tuple[str, ...]:
    main_tokens, plain_tokens = analysis.streams(text)
    return tuple(plain_tokens if plain else main_tokens)
