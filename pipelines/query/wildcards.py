"""Words with `*` and `?`, and the backslash that takes their meaning away."""

from __future__ import annotations

import re

from pipelines.query.errors import raise_query_error
from pipelines.query.lexeme import Lexeme
from pipelines.text import analyzer as analysis
from pipelines.text.folding import fold_for_search, keyword

#: Stars in one word: each multiplies the work of matching a hostile text.
MAX_STARS = 3
#: Letters of a word that begins with a wildcard: all words of an index are looked at for it.
LEAST_BEHIND = 3
#: Question marks in a word that has a star. Each doubles the states of the automaton that a server
#: makes of the word, and Elasticsearch refuses one that is too great.
MAX_MARKS = 5
#: Characters of a word with `*` or `?`. A server's regular expression may have to write nearly all
#: of them as two, and it takes 1,000.
MAX_PATTERN = 400

_ESCAPED = re.compile(r"\\(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<char>.))", re.DOTALL)
_PIECES = re.compile(r"[*?]|(?:\\.|[^*?\\])+", re.DOTALL)


def has_wildcard(typed: str) -> bool:
    """Tell whether a word has a `*` or `?` that no backslash protects."""
    bare = _without_protected(typed)
    return "*" in bare or "?" in bare


def without_escapes(typed: str) -> str:
    r"""Return what was typed without its backslashes; `\u006f` is the character o."""
    return _ESCAPED.sub(_protected_character, typed)


def _protected_character(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    return match["char"]


def without_question(typed: str) -> str:
    """Return a word without the question marks at its end: they end a sentence.

    A quotation mark may stand behind them: ‘Why?’
    """
    whole = typed.rstrip("’'!.…")
    bare = whole.rstrip("?")
    if bare == whole:
        return typed
    is_protected = len(bare) < len(typed) and bare.endswith("\\")
    return typed if is_protected else bare


def check_wildcards(text: str, lexeme: Lexeme) -> None:
    """Raise QueryError for wildcards that would take too long."""
    message = _problem_with_wildcards(lexeme.parts[0])
    if message:
        raise_query_error(message, text, lexeme.start, lexeme.end)


def _problem_with_wildcards(typed: str) -> str | None:
    bare = _without_protected(typed)
    if typed[0] in "*?" and len(re.findall(r"[^\W_]", bare)) < LEAST_BEHIND:
        return f"A word that begins with {typed[0]} needs {LEAST_BEHIND} letters, as in *anola."
    if bare.count("*") > MAX_STARS:
        return f"A word takes at most {MAX_STARS} stars."
    if "*" in bare and bare.count("?") > MAX_MARKS:
        return f"A word with * takes at most {MAX_MARKS} question marks; write one * for many."
    if len(typed) > MAX_PATTERN:
        return f"A word with * or ? has at most {MAX_PATTERN} characters."
    return None


def word_pattern(typed: str) -> str | None:
    """Return a word's pattern, folded, or None.

    None: it is more than one word of letters, which no single token could match.
    """
    pattern = ""
    for piece in _PIECES.findall(typed):
        if piece in ("*", "?"):
            pattern += piece
            continue
        words = analysis.plain_words(without_escapes(piece))
        if len(words) != 1 or analysis.is_cjk(words[0][0]) or _touches_edge(piece):
            return None
        pattern += words[0]
    return re.sub(r"\*+", "*", pattern)


def keyword_pattern(typed: str) -> str:
    """Return a keyword's pattern, folded, with protected `*`, `?` and backslashes."""
    pattern = ""
    for piece in _PIECES.findall(typed):
        if piece in ("*", "?"):
            pattern += piece
        else:
            folded = keyword(without_escapes(piece))
            pattern += re.sub(r"([*?\\])", r"\\\1", folded)
    return pattern


def _touches_edge(piece: str) -> bool:
    """Tell whether an end of a piece is in no token."""
    # As in `can-*`: the hyphen separates words, so the star would start a word of its own.
    folded = fold_for_search(without_escapes(piece))
    first, last = folded[0], folded[-1]
    return not (analysis.WORD_CHARACTER.match(first) and analysis.WORD_CHARACTER.match(last))


def _without_protected(typed: str) -> str:
    return re.sub(r"\\.", "", typed, flags=re.DOTALL)
