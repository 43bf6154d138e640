"""Which documents of one batch satisfy a condition of a query.

The answer is a mask: an integer with a bit for each document. The answers are those of the search
index: the same tokens, the same values (`tests/contracts` holds them together).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipelines.model import Document
from pipelines.query import All, Exists, Keyword, Near, Node, OneOf, Pattern, Prefix, Range, Wildcard, Words
from pipelines.query.fields import (
    STREAMS,
    filled,
    keywords,
    names,
    quantities,
    stream,
    texts,
    token_streams,
)
from pipelines.text.analyzer import literal_head, near_starts, places, starting_with, wildcard

#: Stands between the tokens of a stream that is written as one string. No token holds it.
_GAP = "\0"

#: Tokens that leaves ask for, by the name of their stream.
WantedTokens = Mapping[str, set[str]]


class AnalysedDocuments:
    """Documents with their tokens, as an index would store them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.streams = [token_streams(texts(d), d.lang, names(d)) for d in documents]


def wanted_tokens(leaves: Sequence[Node]) -> dict[str, set[str]]:
    """Return the tokens that any leaf names, by stream.

    Of no other token is it noted where it stands.
    """
    wanted: dict[str, set[str]] = {}
    for name in STREAMS:
        wanted[name] = set()
    for leaf in leaves:
        if isinstance(leaf, Words):
            for field in leaf.fields:
                wanted[stream(field, leaf.plain)].update(_tokens_of(leaf.phrases))
        elif isinstance(leaf, Near):
            for field in leaf.fields:
                wanted[stream(field, leaf.plain)].update(leaf.whole_tokens)
        elif isinstance(leaf, Prefix):
            for field in leaf.fields:
                wanted[stream(field, plain=True)].update(leaf.lead)
    return wanted


def documents_in(mask: int, documents: Sequence[Document]) -> list[Document]:
    """Return the documents whose bits are set, in their order."""
    found: list[Document] = []
    for place in _set_bits(mask):
        found.append(documents[place])
    return found


class LeafMasks:
    """The masks of leaves for one batch of documents.

    Postings, vocabularies and values are worked out once for all leaves that need them.
    """

    def __init__(self, batch: AnalysedDocuments, leaves: Sequence[Node], wanted: WantedTokens) -> None:
        self._batch = batch
        self.everything = (1 << len(batch.documents)) - 1
        self._vocabularies: dict[str, list[str]] = {}
        self._completions: dict[tuple[Node, str], list[str]] = {}
        self._joined_streams: dict[tuple[int, str], str] = {}
        self._postings: dict[str, dict[str, int]] = {}
        for name, tokens in self._with_completions(wanted, leaves).items():
            if tokens:
                self._postings[name] = _postings_of(batch.streams, name, tokens)
        self._keyword_masks: dict[str, dict[str, int]] | None = None
        self._filled_masks: dict[str, int] | None = None

    def mask_of(self, leaf: Node) -> int:
        """Return the documents that satisfy a leaf."""
        return _MASK_OF_LEAF[type(leaf)](self, leaf)

    def _with_completions(self, wanted: WantedTokens, leaves: Sequence[Node]) -> dict[str, set[str]]:
        """Return the wanted tokens with the words that prefixes and wildcards stand for."""
        complete: dict[str, set[str]] = {}
        for name, tokens in wanted.items():
            complete[name] = set(tokens)
        for leaf in leaves:
            if isinstance(leaf, Prefix | Wildcard):
                for field in leaf.fields:
                    name = stream(field, plain=True)
                    complete[name].update(self._completions_of(leaf, name))
        return complete

    def _completions_of(self, leaf: Prefix | Wildcard, name: str) -> list[str]:
        """Return the words of the batch that a prefix or wildcard stands for."""
        if (leaf, name) not in self._completions:
            self._completions[leaf, name] = _completions(leaf, self._vocabulary_of(name))
        return self._completions[leaf, name]

    def _vocabulary_of(self, name: str) -> list[str]:
        """Return the words of a stream, sorted.

        So those with one prefix stand together.
        """
        if name not in self._vocabularies:
            words: set[str] = set()
            for tokens in self._batch.streams:
                words.update(tokens[name])
            self._vocabularies[name] = sorted(words)
        return self._vocabularies[name]

    # -- text -----------------------------------------------------------------------------------------------

    def _words_mask(self, leaf: Words) -> int:
        found = 0
        for field in leaf.fields:
            name = stream(field, leaf.plain)
            for phrase in leaf.phrases:
                found |= self._phrase_mask(name, phrase)
        return found

    def _phrase_mask(self, name: str, tokens: Sequence[str]) -> int:
        """Return the documents with these tokens side by side in one stream."""
        # Postings are asked first: most documents lack one of the words, and their text is not read.
        candidates = self._all_tokens_mask(name, tokens)
        if not candidates or len(tokens) == 1:
            return candidates
        needle = _joined(tokens)
        found = 0
        for place in _set_bits(candidates):
            if needle in self._joined_stream(place, name):
                found |= 1 << place
        return found

    def _joined_stream(self, place: int, name: str) -> str:
        """Return a stream as one string, in which a phrase is found fastest."""
        if (place, name) not in self._joined_streams:
            self._joined_streams[place, name] = _joined(self._batch.streams[place][name])
        return self._joined_streams[place, name]

    def _all_tokens_mask(self, name: str, tokens: Sequence[str]) -> int:
        """Return the documents that have all these tokens in one stream."""
        postings = self._postings.get(name, {})
        found = self.everything
        for token in tokens:
            found &= postings.get(token, 0)
            if not found:
                return 0
        return found

    def _near_mask(self, leaf: Near) -> int:
        tokens = leaf.whole_tokens
        found = 0
        for field in leaf.fields:
            name = stream(field, leaf.plain)
            # A document that was found in one field is not looked at in the next.
            for place in _set_bits(self._all_tokens_mask(name, tokens) & ~found):
                if _is_near(leaf, self._batch.streams[place][name]):
                    found |= 1 << place
        return found

    def _open_ended_mask(self, leaf: Prefix | Wildcard) -> int:
        # "trade del*" is a phrase that ends with any word of the batch that begins with "del".
        lead: tuple[str, ...] = ()
        if isinstance(leaf, Prefix):
            lead = leaf.lead
        found = 0
        for field in leaf.fields:
            name = stream(field, plain=True)
            for word in self._completions_of(leaf, name):
                found |= self._phrase_mask(name, (*lead, word))
        return found

    # -- values ---------------------------------------------------------------------------------------------

    def _all_keyword_masks(self) -> dict[str, dict[str, int]]:
        """Return the documents of each value, by field."""
        if self._keyword_masks is None:
            self._keyword_masks = {}
            for place, document in enumerate(self._batch.documents):
                for field, values in keywords(document).items():
                    masks = self._keyword_masks.setdefault(field, {})
                    for value in values:
                        masks[value] = masks.get(value, 0) | 1 << place
        return self._keyword_masks

    def _keyword_mask(self, leaf: Keyword) -> int:
        return self._all_keyword_masks().get(leaf.field, {}).get(leaf.value, 0)

    def _one_of_mask(self, leaf: OneOf) -> int:
        masks = self._all_keyword_masks().get(leaf.field, {})
        found = 0
        for value in leaf.values:
            found |= masks.get(value, 0)
        return found

    def _pattern_mask(self, leaf: Pattern) -> int:
        pattern = wildcard(leaf.pattern)
        found = 0
        for value, mask in self._all_keyword_masks().get(leaf.field, {}).items():
            if pattern.fullmatch(value):
                found |= mask
        return found

    def _range_mask(self, leaf: Range) -> int:
        found = 0
        for place, document in enumerate(self._batch.documents):
            if leaf.holds(quantities(document)[leaf.field]):
                found |= 1 << place
        return found

    def _exists_mask(self, leaf: Exists) -> int:
        if self._filled_masks is None:
            self._filled_masks = {}
            for place, document in enumerate(self._batch.documents):
                for field in filled(document):
                    self._filled_masks[field] = self._filled_masks.get(field, 0) | 1 << place
        found = 0
        for field in leaf.fields:
            found |= self._filled_masks.get(field, 0)
        return found

    def _everything_mask(self, _: All) -> int:
        return self.everything


#: A table and no chain of cases: with a thousand searches some thousand leaves are asked for each batch.
_MASK_OF_LEAF: dict[type, Callable[[LeafMasks, Any], int]] = {
    All: LeafMasks._everything_mask,
    Words: LeafMasks._words_mask,
    Near: LeafMasks._near_mask,
    Prefix: LeafMasks._open_ended_mask,
    Wildcard: LeafMasks._open_ended_mask,
    Keyword: LeafMasks._keyword_mask,
    OneOf: LeafMasks._one_of_mask,
    Pattern: LeafMasks._pattern_mask,
    Range: LeafMasks._range_mask,
    Exists: LeafMasks._exists_mask,
}


def _is_near(leaf: Near, tokens: Sequence[str]) -> bool:
    return bool(near_starts(places(tokens), leaf.pieces, leaf.slop, is_in_order=leaf.is_in_order))


def _set_bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _joined(tokens: Sequence[str]) -> str:
    return _GAP + _GAP.join(tokens) + _GAP


def _tokens_of(pieces: Sequence[Sequence[str]]) -> list[str]:
    tokens: list[str] = []
    for piece in pieces:
        tokens.extend(piece)
    return tokens


def _completions(leaf: Prefix | Wildcard, vocabulary: Sequence[str]) -> list[str]:
    if isinstance(leaf, Prefix):
        return list(starting_with(leaf.prefix, vocabulary))
    pattern = wildcard(leaf.pattern)
    words = starting_with(literal_head(leaf.pattern), vocabulary)
    found: list[str] = []
    for word in words:
        if pattern.fullmatch(word):
            found.append(word)
    return found


def _postings_of(streams: Sequence[dict[str, list[str]]], name: str, wanted: set[str]) -> dict[str, int]:
    """Return the documents of each wanted token that stands in a stream."""
    postings: dict[str, int] = {}
    for place, tokens in enumerate(streams):
        bit = 1 << place
        # A hot loop (bench alerts): the intersection passes over the tokens of a text without Python.
        for token in wanted.intersection(tokens[name]):
            postings[token] = postings.get(token, 0) | bit
    return postings
