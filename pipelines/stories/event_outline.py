"""Whether one report is another's text in other words (pure).

    body ──► EventOutline: facts of each sentence ──► two outlines, laid beside each other
                                                       └─ nearly all facts in one order ──► Rewrite

A machine that rewrites a text changes the words and keeps numbers, names and who speaks, sentence by
sentence. People who were at one press conference share many facts, and also their order; but each leaves
some out, has others, and hears another sentence worth quoting. In doubt a report is independent.

Measured by tests/eval/test_rewrite_floor.py: rewrites keep 76 to 100 % of the facts in order; reports of
others at most 64 %, and 76 % where two sat side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawlers.scripts import is_cjk
from pipelines.model import EventOutline
from pipelines.revisions import facts
from pipelines.text.folding import beginning_by_folded_length, fold_typography
from pipelines.text.name_matcher import clean
from pipelines.text.sentences import sentences_of

#: Characters of a body that are read: a report of some 650 words.
_READ_CHARS = 4_000
#: Sentences that are kept.
_MOST_SENTENCES = 40
#: Characters of a sentence; a longer one is cut.
_LONGEST_SENTENCE = 600
#: What stands in quotation marks is somebody else's order, and both may print the same statement.
_QUOTED = re.compile(r'"[^"\n]{0,2000}"')
_PLAIN_MARKS = str.maketrans("“”«»「」", '"' * 6)
#: Parts a foreign name in Chinese, which has no capitals to show where it ends.
_DOT = "·"
#: Characters behind the dot by which such a name is known, and of other Chinese names the last ones.
_BEHIND_DOT = 1
_CHINESE_NAME = 3

#: Facts and sentences in common from which an order says anything: short reports of one event are alike.
_LEAST_FACTS = 12
_LEAST_SENTENCES = 6
#: The share of the facts of either text that stands in the order of the other.
_SAME_ORDER = 0.75
#: How many sentences one text has for one of the other: a machine goes sentence by sentence.
_SAME_SENTENCES = 0.8


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Facts that stand in one order in two texts."""

    #: In that order.
    common: tuple[str, ...]
    #: Facts of the text that has more of them.
    of: int


def outline_of(body: str) -> EventOutline:
    """Return what a text states, sentence by sentence."""
    text = clean(beginning_by_folded_length(body, _READ_CHARS)).translate(_PLAIN_MARKS)
    known = facts.capitalised_words(text)
    told: list[tuple[str, ...]] = []
    quotations: list[str] = []
    for line in text.split("\n"):
        for quotation in facts.find_quotations(line):
            quotations.append(" ".join(quotation.key))
        for sentence in sentences_of(_QUOTED.sub(" ", line), _LONGEST_SENTENCE):
            if sentence:
                told.append(tuple(sorted(set(_facts_of(sentence, known)))))
    return EventOutline(tuple(told[:_MOST_SENTENCES]), tuple(quotations[:_MOST_SENTENCES]))


def _facts_of(sentence: str, known: frozenset[str]) -> Iterator[str]:
    yield from facts.printed_numbers(sentence, in_names=False)
    for name in facts.find_names(sentence, known):
        yield _key_of_name(name.printed)


def _key_of_name(printed: str) -> str:
    """Return a name as both texts have it: a person is known by the last name alone."""
    if _DOT in printed:
        return _DOT + printed.rpartition(_DOT)[2][:_BEHIND_DOT]
    if is_cjk(printed[0]):
        return printed[-_CHINESE_NAME:]
    last = fold_typography(printed.split()[-1]).lower()
    return last.removesuffix("'s").removesuffix("'")


def find_rewrite(earlier: EventOutline, later: EventOutline) -> Rewrite | None:
    """Return what shows that the later text is a rewrite, or None.

    Who quotes what the other does not was there, and wrote a report of its own.
    """
    told, retold = _sets_of(earlier), _sets_of(later)
    most = max(_count(told), _count(retold))
    # Most pairs end here: facts in any order are looked at before their order.
    if not _are_alike(told, retold) or _count_common(told, retold) < _SAME_ORDER * most:
        return None
    if _quotes_more(later, earlier):
        return None
    common = _facts_in_order(told, retold)
    if len(common) < max(_LEAST_FACTS, _SAME_ORDER * most):
        return None
    return Rewrite(tuple(common), most)


def _sets_of(outline: EventOutline) -> list[frozenset[str]]:
    return [frozenset(sentence) for sentence in outline.told]


def _are_alike(told: Sequence[frozenset[str]], retold: Sequence[frozenset[str]]) -> bool:
    """Tell whether both have enough sentences, and about as many."""
    fewest = min(len(told), len(retold))
    return fewest >= max(_LEAST_SENTENCES, _SAME_SENTENCES * max(len(told), len(retold)))


def _count(told: Iterable[frozenset[str]]) -> int:
    return sum(map(len, told))


def _count_common(told: Iterable[frozenset[str]], retold: Sequence[frozenset[str]]) -> int:
    """Count the facts of a text that stand anywhere in the other."""
    there = frozenset[str]().union(*retold)
    return sum(len(sentence & there) for sentence in told)


def _quotes_more(later: EventOutline, earlier: EventOutline) -> bool:
    """Tell whether the later text quotes what the earlier one does not."""
    known = "\n".join(earlier.quotations)
    return any(quotation not in known for quotation in later.quotations)


def _facts_in_order(told: Sequence[frozenset[str]], retold: Sequence[frozenset[str]]) -> list[str]:
    """Return the facts in common of as many sentences as follow each other in both."""
    # As the longest common subsequence, with a sentence's common facts for its length.
    most = [[0] * (len(retold) + 1) for _ in range(len(told) + 1)]
    for i, sentence in enumerate(told):
        for j, other in enumerate(retold):
            together = most[i][j] + len(sentence & other)
            most[i + 1][j + 1] = max(together, most[i][j + 1], most[i + 1][j])
    pairs: list[frozenset[str]] = []
    i, j = len(told), len(retold)
    while i and j:
        if most[i][j] == most[i - 1][j]:
            i -= 1
        elif most[i][j] == most[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append(told[i] & retold[j])
    common: list[str] = []
    for facts_in_both in reversed(pairs):
        common += sorted(facts_in_both)
    return common


def is_readable(fact: str) -> bool:
    """Tell whether a person finds a fact by its key.

    Of Chinese names it is a part.
    """
    return not fact.startswith(_DOT) and not is_cjk(fact[0])
