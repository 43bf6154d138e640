"""Why a query found nothing: words that no article has, a NOT that was pasted.

The index itself is asked, in the query language, so that every index gives the same hints.
"""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from pipelines.ports import SearchIndex
from pipelines.query import Query, QueryError, Words, parse
from pipelines.query.tree import wanted_text
from pipelines.stories.remarked import asks_for_remarks
from pipelines.text.analyzer import plain_words, stems_in

#: Words of one query that are looked into; a reader mistypes one or two.
_MOST_WORDS = 5
#: Letters of a word that is worth a hint: of three letters everything is near.
_LETTERS = range(4, 31)
#: Stories whose words are compared with the one asked for.
_STORIES = 20
#: How like the word asked for another one has to be, from 0 to 1: tarrifs and tariffs are 0.86.
_LIKENESS = 0.75
#: A NOT between words, which a pasted headline may have.
_NOT = re.compile(r"(?<=\w )NOT(?= \w)")
_MARKED = re.compile(r"<mark>(.*?)</mark>")


def word_hints(index: SearchIndex, query: Query) -> list[str]:
    """Return a sentence for each word of a query that no article has.

    Where a NOT alone is to blame, it is told.
    """
    hints = _hints_on_not(index, query)
    for word in _asked_words(query)[:_MOST_WORDS]:
        asked = _parsed(word)
        if asked is None or index.search(asked, limit=1).total:
            continue
        similar = _nearest_word(index, word)
        hint = f"; did you mean {similar}?" if similar else ""
        hints.append(f"“{word}” is in no article{hint}")
    return hints


def _hints_on_not(index: SearchIndex, query: Query) -> list[str]:
    if not _NOT.search(query.text):
        return []
    # As a word it is asked for, and it is in the headline.
    as_word = _parsed(_NOT.sub('"not"', query.text))
    # Of a tag the index knows nothing.
    if as_word is None or asks_for_remarks(as_word.root) or not index.search(as_word, limit=1).total:
        return []
    return ['NOT excludes the word after it; to search for the word “not”, write "not" in quotes']


def _asked_words(query: Query) -> list[str]:
    """Return the words that articles are asked to have, as they were typed."""
    tokens: set[str] = set()
    for leaf in wanted_text(query.root):
        if isinstance(leaf, Words):
            for phrase in leaf.phrases:
                tokens.update(phrase)
    stem = stems_in(None)
    asked: list[str] = []
    for word in dict.fromkeys(plain_words(query.text)):
        if word.isalpha() and len(word) in _LETTERS and tokens & {word, stem(word)}:
            asked.append(word)
    return asked


def _nearest_word(index: SearchIndex, word: str) -> str | None:
    """Return the word of some article that is most like another one, or None."""
    found: Counter[str] = Counter()
    # One letter may be wrong; or any, between a beginning and an end that are right.
    for text in (f"{word}~1", f"{word[:3]}*{word[-2:]}"):
        query = _parsed(text)
        if query is not None:
            found.update(_marked_words(index, query))
        similar = difflib.get_close_matches(word, sorted(found), n=1, cutoff=_LIKENESS)
        if similar:
            return similar[0]
    return None


def _marked_words(index: SearchIndex, query: Query) -> Iterator[str]:
    for _story, hits in index.search(query, limit=_STORIES).stories:
        for hit in hits:
            for passage in hit.highlights:
                for marked in _MARKED.findall(passage):
                    yield from plain_words(html.unescape(marked))


def _parsed(text: str) -> Query | None:
    """Return a query, None where these words are none: *and*, *near*."""
    try:
        return replace(parse(text), text=text)
    except QueryError:
        return None
