"""From two texts to a diff.

Sentences first, then the words of those that were rewritten (pure). Sentences are compared by their tokens
(folded, without case and punctuation), so that a comma, a curly quotation mark or a traditional character is
no change. A sentence that only moved is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Any, Literal

from crawlers.scripts import CJK
from pipelines.model import Passage, Piece
from pipelines.revisions.sentences import Sentence
from pipelines.text.folding import fold_typography
from pipelines.text.tokens import tokens

#: Pairs of equal words looked at in one diff: half a second. What comes later is shown as removed and added.
_WORD_COMPARISONS = 4_000_000
#: Words in the pairs of sentences that are looked at to find what was rewritten into what: half a second.
_LIKENESS_WORDS = 2_000_000
#: Share of words in common from which one sentence is another rewritten.
_REWRITTEN = 0.4
#: Pairs of sentences looked at to find what was rewritten into what.
_SENTENCE_COMPARISONS = 10_000
#: Sentences from which difflib leaves out those that stand very often, which makes it much quicker.
_MANY_SENTENCES = 200

#: A word with its marks, one CJK character, or the space between.
_PRINTED_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+|\s+")

_Key = tuple[str, ...]
_Kind = Literal["kept", "removed", "added"]


class _TooDear(Exception):
    """A comparison would cost more than the diff may still spend."""


class _BoundedMatcher(SequenceMatcher[Any]):
    """difflib's comparison, with a bound.

    It looks through all pairs of equal items for each stretch that it finds, which takes the cube of a text
    that is made for that. Raises _TooDear where the budget is spent.
    """

    def __init__(self, old: Sequence[Any], new: Sequence[Any], budget: _Budget, *, autojunk: bool) -> None:
        super().__init__(None, old, new, autojunk=autojunk)
        old_counts = Counter(old)
        new_counts = Counter(new)
        equal_pairs = sum(count * new_counts[item] for item, count in old_counts.items())
        self._share_equal = equal_pairs / max(1, len(old) * len(new))
        self._lengths = (len(old), len(new))
        self._budget = budget

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest stretch that both have between these bounds."""
        old_length = (self._lengths[0] if ahi is None else ahi) - alo
        new_length = (self._lengths[1] if bhi is None else bhi) - blo
        cost = old_length + int(old_length * new_length * self._share_equal)
        if not self._budget.takes(cost):
            raise _TooDear
        return super().find_longest_match(alo, ahi, blo, bhi)


class _Budget:
    """How many comparisons of words a diff may still make."""

    def __init__(self) -> None:
        self.left = _WORD_COMPARISONS

    def takes(self, cost: int) -> bool:
        """Return whether a cost can still be paid, and pay it."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


def diff(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Passage, ...]:
    """Return the passages of both texts in reading order.

    What was removed stands where it stood.
    """
    budget = _Budget()
    passages: list[Passage] = []
    moved = _moved_sentences(before, after)
    for old, new in _blocks(before, after):
        if _words_of(old) == _words_of(new):
            # The same words, cut into sentences in another way.
            for sentence in new:
                passages.append(_whole_passage("kept", sentence))
        else:
            gone = []
            for sentence in old:
                if sentence.key not in moved:
                    gone.append(sentence)
            passages += _compare_block(gone, new, moved, budget)
    return tuple(passages)


def _words_of(sentences: Sequence[Sentence]) -> list[str]:
    words: list[str] = []
    for sentence in sentences:
        words += sentence.key
    return words


def _moved_sentences(before: Sequence[Sentence], after: Sequence[Sentence]) -> frozenset[_Key]:
    """Return the sentences that both texts have equally often, wherever they stand."""
    old_counts = _count_keys(before)
    new_counts = _count_keys(after)
    found: set[_Key] = set()
    for key, count in old_counts.items():
        if new_counts[key] == count:
            found.add(key)
    return frozenset(found)


def _count_keys(sentences: Iterable[Sentence]) -> Counter[_Key]:
    return Counter(sentence.key for sentence in sentences)


def _blocks(
    before: Sequence[Sentence], after: Sequence[Sentence]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Sentence]]]:
    """Yield stretches of both texts that stand for each other, in their order."""
    numbers: dict[_Key, int] = {}
    old_numbers = []
    for sentence in before:
        old_numbers.append(numbers.setdefault(sentence.key, len(numbers)))
    new_numbers = []
    for sentence in after:
        new_numbers.append(numbers.setdefault(sentence.key, len(numbers)))
    are_many = len(new_numbers) > _MANY_SENTENCES
    try:
        matcher = _BoundedMatcher(old_numbers, new_numbers, _Budget(), autojunk=are_many)
        stretches = matcher.get_opcodes()
    except _TooDear:
        yield before, after
        return
    for _, old_start, old_end, new_start, new_end in stretches:
        yield before[old_start:old_end], after[new_start:new_end]


def _compare_block(
    old: Sequence[Sentence], new: Sequence[Sentence], moved: Collection[_Key], budget: _Budget
) -> list[Passage]:
    """Pair sentences that were rewritten, in order; the others were removed or added."""
    pairs = _pair_rewritten(old, new, moved)
    passages: list[Passage] = []
    next_old = 0
    for index, sentence in enumerate(new):
        if sentence.key in moved:
            passages.append(_whole_passage("kept", sentence))
        elif index in pairs:
            partner = pairs[index]
            for gone in old[next_old:partner]:
                passages.append(_whole_passage("removed", gone))
            passages.append(_compare_words(old[partner], sentence, budget))
            next_old = partner + 1
        else:
            passages.append(_whole_passage("added", sentence))
    for gone in old[next_old:]:
        passages.append(_whole_passage("removed", gone))
    return passages


def _pair_rewritten(
    old: Sequence[Sentence], new: Sequence[Sentence], moved: Collection[_Key]
) -> dict[int, int]:
    """Return index in `new` -> index in `old` of rewritten sentences.

    Both ascend; the most alike are paired first.
    """
    words = len(new) * len(_words_of(old)) + len(old) * len(_words_of(new))
    if len(old) * len(new) > _SENTENCE_COMPARISONS or words > _LIKENESS_WORDS:
        return {}
    candidates: list[tuple[float, int, int, int]] = []
    for old_index, old_sentence in enumerate(old):
        for new_index, new_sentence in enumerate(new):
            if new_sentence.key in moved:
                continue
            likeness = likeness_of(old_sentence.key, new_sentence.key)
            if likeness >= _REWRITTEN:
                # Of two that are equally like, the one that stands nearer is meant.
                candidates.append((likeness, -abs(old_index - new_index), new_index, old_index))
    pairs: dict[int, int] = {}
    for _, _, new_index, old_index in sorted(candidates, reverse=True):
        if new_index not in pairs and _keeps_order(pairs, new_index, old_index):
            pairs[new_index] = old_index
    return pairs


def _keeps_order(pairs: dict[int, int], new_index: int, old_index: int) -> bool:
    """Return whether a pair crosses none of those that are made already."""
    for other_new, other_old in pairs.items():
        if other_old == old_index or (new_index < other_new) != (old_index < other_old):
            return False
    return True


def likeness_of(words: Sequence[str], others: Sequence[str]) -> float:
    """Return the share of words that two token lists have in common, 0..1.

    This is Dice's coefficient.
    """
    common = sum((Counter(words) & Counter(others)).values())
    return 2 * common / max(len(words) + len(others), 1)


def _whole_passage(kind: _Kind, sentence: Sentence) -> Passage:
    return Passage((Piece(kind, sentence.text),))


def compare_by_word(before: str, after: str) -> Passage:
    """Return two sentences as one passage of kept, removed and added pieces.

    The pieces are as they are printed.
    """
    old = Sentence(before, tuple(tokens(before)), 0)
    new = Sentence(after, tuple(tokens(after)), 0)
    return _compare_words(old, new, _Budget())


def _compare_words(old: Sentence, new: Sentence, budget: _Budget) -> Passage:
    if old.key == new.key:
        return _whole_passage("kept", new)
    old_words = _PRINTED_WORD.findall(old.text)
    new_words = _PRINTED_WORD.findall(new.text)
    old_keys = list(map(_printed_key, old_words))
    new_keys = list(map(_printed_key, new_words))
    try:
        stretches = _BoundedMatcher(old_keys, new_keys, budget, autojunk=False).get_opcodes()
    except _TooDear:
        return Passage((Piece("removed", old.text), Piece("added", new.text)))
    pieces: list[Piece] = []
    for kind, old_start, old_end, new_start, new_end in stretches:
        if kind == "equal" or old_keys[old_start:old_end] == new_keys[new_start:new_end]:
            pieces.append(Piece("kept", "".join(new_words[new_start:new_end])))
            continue
        if old_end > old_start:
            pieces.append(Piece("removed", "".join(old_words[old_start:old_end])))
        if new_end > new_start:
            pieces.append(Piece("added", "".join(new_words[new_start:new_end])))
    return Passage(_join_changes(pieces))


def _printed_key(word: str) -> str:
    """Return what a printed word is compared by.

    Its tokens, or its marks where it has none.
    """
    return "".join(tokens(word)) or fold_typography(word).strip() or " "


def _join_changes(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join changes that only a space keeps apart.

    A reader then sees two phrases and not eight words.
    """
    joined: list[Piece] = []
    removed = ""
    added = ""
    for index, piece in enumerate(pieces):
        is_last = index + 1 == len(pieces)
        if piece.how == "removed":
            removed += piece.text
        elif piece.how == "added":
            added += piece.text
        elif not piece.text.strip() and (removed or added) and not is_last:
            removed += piece.text
            added += piece.text
        else:
            joined += [*_changed_pieces(removed, added), piece]
            removed = ""
            added = ""
    return (*joined, *_changed_pieces(removed, added))


def _changed_pieces(removed: str, added: str) -> list[Piece]:
    """Return what stands between two kept pieces. A space at the end of both is kept."""
    if not removed.strip() and not added.strip():
        return [Piece("kept", " ")] if removed or added else []
    ends_with_space = removed[-1:].isspace() and added[-1:].isspace()
    if ends_with_space:
        removed = removed.strip()
        added = added.strip()
    pieces: list[Piece] = []
    if removed.strip():
        pieces.append(Piece("removed", removed))
    if added.strip():
        pieces.append(Piece("added", added))
    if ends_with_space:
        pieces.append(Piece("kept", " "))
    return pieces
