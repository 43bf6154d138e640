"""Which facts an edit changed, each as a sentence that a reader is told (pure).

A fact that only moved is no change. So each kind of fact is looked for in the passages that changed, and
believed only where the texts as a whole agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.model import Passage
from pipelines.revisions import facts
from pipelines.revisions.diff import likeness_of
from pipelines.revisions.passages import shorten, text_after, text_before
from pipelines.text.tokens import tokens

#: Quotations that are paired, so that a page of nothing but quotation marks costs no minutes.
_MOST_QUOTATIONS = 50
#: Share of words in common from which one quotation is another edited.
_SAME_QUOTATION = 0.5
#: Names that one reason lists.
_NAMES_SHOWN = 4


#: Quotations by their tokens.
_Quotations = dict[tuple[str, ...], facts.Quotation]


@dataclass(frozen=True, slots=True)
class BothTexts:
    """Both texts as a whole, for what only moved or was known already."""

    before: str
    after: str
    numbers_before: Counter[str]
    numbers_after: Counter[str]
    #: Words that either text writes with a capital inside its sentences.
    capitals: frozenset[str]
    words_before: frozenset[str]
    words_after: frozenset[str]
    #: All words in their order, one space between and around them.
    word_line_before: str
    word_line_after: str

    @classmethod
    def read(cls, before: str, after: str) -> BothTexts:
        """Return what the reports before and after hold."""
        old_tokens = tokens(before)
        new_tokens = tokens(after)
        return cls(
            before=before,
            after=after,
            numbers_before=facts.count_numbers(before),
            numbers_after=facts.count_numbers(after),
            capitals=facts.capitalised_words(before) | facts.capitalised_words(after),
            words_before=frozenset(old_tokens),
            words_after=frozenset(new_tokens),
            word_line_before=f" {' '.join(old_tokens)} ",
            word_line_after=f" {' '.join(new_tokens)} ",
        )

    def stands_less_often(self, number: str) -> bool:
        """Return whether the text as a whole has a number less often than before."""
        return self.numbers_before[number] > self.numbers_after[number]

    def stands_more_often(self, number: str) -> bool:
        """Return whether the text as a whole has a number more often than before."""
        return self.numbers_after[number] > self.numbers_before[number]


# -- numbers and dates ----------------------------------------------------------------------------------


def number_changes(passages: Sequence[Passage], texts: BothTexts) -> Iterator[str]:
    """Yield each number that changed, came or went, once.

    One that gave way in its sentence may stand on elsewhere, as a correction repeats it.
    """
    reported: set[str] = set()
    for passage in passages:
        if passage.how == "kept":
            continue
        gone, came = _changed_numbers(passage, texts, reported)
        reported.update(came)
        yield from _number_sentences(gone, came, text_before(passage), text_after(passage))


def _changed_numbers(
    passage: Passage, texts: BothTexts, reported: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the numbers that went from a passage, and those that came into it."""
    old = text_before(passage)
    new = text_after(passage)
    lost = facts.count_numbers(old) - facts.count_numbers(new)
    gained = facts.count_numbers(new) - facts.count_numbers(old)
    gone = list(filter(texts.stands_less_often, lost))
    came: list[str] = []
    for number in gained:
        if number not in reported and texts.stands_more_often(number):
            came.append(number)
    if came and not gone and passage.how == "changed":
        gone = list(lost)
    return gone, came


def _number_sentences(gone: Sequence[str], came: Sequence[str], old: str, new: str) -> Iterator[str]:
    printed = facts.printed_numbers(old) | facts.printed_numbers(new)
    for was, now in zip(gone, came, strict=False):
        yield f"number changed: {printed[was]} → {printed[now]} in “{shorten(new)}”"
    paired = min(len(gone), len(came))
    for number in came[paired:]:
        yield f"number added: {printed[number]} in “{shorten(new)}”"
    for number in gone[paired:]:
        yield f"number removed: {printed[number]} from “{shorten(old)}”"


def date_changes(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield each month or day of the week that gave way to another, once.

    Both stand in the same sentence.
    """
    reported: set[str] = set()
    for passage in passages:
        if passage.how != "changed":
            continue
        for was, now in _replaced_dates(text_before(passage), text_after(passage)):
            reason = f"date changed: {was} → {now}"
            if reason not in reported:
                reported.add(reason)
                yield f"{reason} in “{shorten(text_after(passage))}”"


def _replaced_dates(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield the months that gave way to others, then the days, as they are printed."""
    old_dates = facts.find_dates(old)
    new_dates = facts.find_dates(new)
    for unit in ("month", "day"):
        gone = _missing_dates(old_dates, new_dates, unit)
        came = _missing_dates(new_dates, old_dates, unit)
        yield from zip(gone, came, strict=False)


def _missing_dates(
    some: Mapping[facts.NamedDate, str], others: Mapping[facts.NamedDate, str], unit: str
) -> list[str]:
    """Return the dates of one unit that the others do not hold, in their order."""
    missing: list[str] = []
    for date, printed in some.items():
        if date[0] == unit and date not in others:
            missing.append(printed)
    return missing


# -- names ----------------------------------------------------------------------------------------------


def name_changes(passages: Sequence[Passage], texts: BothTexts) -> Iterator[str]:
    """Yield the names that changed, came, went or changed places, each reason once."""
    reported: set[str] = set()
    for passage in passages:
        if passage.how == "kept":
            continue
        reason = _name_change(passage, texts)
        if reason is None or reason in reported:
            continue
        reported.add(reason)
        sentence = text_after(passage) or text_before(passage)
        yield f"{reason} in “{shorten(sentence)}”"


def _name_change(passage: Passage, texts: BothTexts) -> str | None:
    """Return the first that holds.

    A name gave way to another, is new, is gone, or two changed places.
    """
    # An added passage has no text before, so it has no names there either.
    old_names = facts.find_names(text_before(passage), texts.capitals)
    new_names = facts.find_names(text_after(passage), texts.capitals)
    gone = _unknown_names(old_names, new_names)
    came = _unknown_names(new_names, old_names)
    if passage.how == "changed" and gone and came:
        return f"name changed: {gone[0].printed} → {came[0].printed}"
    added = _absent_names(new_names, texts.before, texts.words_before)
    if added:
        return f"name added: {_list_names(added)}"
    removed = _absent_names(old_names, texts.after, texts.words_after)
    if removed:
        return f"name removed: {_list_names(removed)}"
    if _changed_places(old_names, new_names):
        old_order = f"{old_names[0].printed} … {old_names[-1].printed}"
        new_order = f"{new_names[0].printed} … {new_names[-1].printed}"
        return f"names change places: {old_order} → {new_order}"
    return None


def _list_names(names: Sequence[facts.Name]) -> str:
    return ", ".join(name.printed for name in names[:_NAMES_SHOWN])


def _unknown_names(names: Sequence[facts.Name], others: Sequence[facts.Name]) -> list[facts.Name]:
    """Return the names of which a word is new; "Anand" after "Anita Anand" has none."""
    known: set[str] = set()
    for name in others:
        known |= name.words
    unknown = []
    for name in names:
        if name.words - known:
            unknown.append(name)
    return unknown


def _absent_names(names: Sequence[facts.Name], text: str, words: frozenset[str]) -> list[facts.Name]:
    found: list[facts.Name] = []
    for name in names:
        if _is_absent(name, text, words):
            found.append(name)
    return found


def _is_absent(name: facts.Name, text: str, words: frozenset[str]) -> bool:
    """Return whether a text does not know this name.

    Nowhere printed, and none of its words.
    """
    if name.printed in text:
        return False
    return not any(word in words or word in text for word in name.words)


def _changed_places(old_names: Sequence[facts.Name], new_names: Sequence[facts.Name]) -> bool:
    """Return whether a sentence of two names has them the other way round."""
    old = []
    for name in old_names:
        old.append(name.words)
    new = []
    for name in new_names:
        new.append(name.words)
    return len(old) == 2 and old[0] != old[1] and new == old[::-1]


# -- quotations, attributions, negations ----------------------------------------------------------------


def quotation_changes(before: Sequence[str], after: Sequence[str], texts: BothTexts) -> Iterator[str]:
    """Yield the quotations that changed, came or went.

    `before` and `after` are the paragraphs.
    """
    old_quotations = _quotations_by_key(before)
    new_quotations = _quotations_by_key(after)
    gone = _missing_quotations(old_quotations, new_quotations, texts.word_line_after)
    came = _missing_quotations(new_quotations, old_quotations, texts.word_line_before)
    for quotation in came[:_MOST_QUOTATIONS]:
        nearest = max(gone, key=lambda other: likeness_of(other.key, quotation.key), default=None)
        if nearest and likeness_of(nearest.key, quotation.key) >= _SAME_QUOTATION:
            gone.remove(nearest)
            yield f"quote changed: “{shorten(nearest.printed)}” → “{shorten(quotation.printed)}”"
        else:
            yield f"quote added: “{shorten(quotation.printed)}”"
    for quotation in gone:
        yield f"quote removed: “{shorten(quotation.printed)}”"


def _missing_quotations(
    some: _Quotations, others: _Quotations, other_word_line: str
) -> list[facts.Quotation]:
    """Return the quotations that the other text does not have.

    Where it has the words in a row, only the marks came or went, and nothing was taken back.
    """
    missing: list[facts.Quotation] = []
    for key, quotation in some.items():
        if key not in others and not _stands_in(key, other_word_line):
            missing.append(quotation)
    return missing


def _quotations_by_key(lines: Sequence[str]) -> _Quotations:
    quotations: _Quotations = {}
    for line in lines:
        for quotation in facts.find_quotations(line):
            quotations[quotation.key] = quotation
    return quotations


def _stands_in(words: Sequence[str], word_line: str) -> bool:
    """Return whether a text has these words in a row."""
    return f" {' '.join(words)} " in word_line


def attribution_changes(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield where a sentence is answered for by somebody else, or in another manner."""
    for passage in passages:
        if passage.how != "changed":
            continue
        old = facts.find_attributions(text_before(passage))
        new = facts.find_attributions(text_after(passage))
        gone = _missing_attributions(old, new)
        came = _missing_attributions(new, old)
        if came and not old:
            yield f"attribution added: “{shorten(came[0].printed)}”"
        elif gone and not new:
            yield f"attribution removed: “{shorten(gone[0].printed)}”"
        elif gone and came and _is_other_attribution(gone[0], came[0]):
            yield f"attribution changed: “{shorten(gone[0].printed)}” → “{shorten(came[0].printed)}”"


def _missing_attributions(
    some: Sequence[facts.Attribution], others: Sequence[facts.Attribution]
) -> list[facts.Attribution]:
    """Return the attributions that the others do not hold, however they are printed."""
    known = set()
    for attribution in others:
        known.add((attribution.who, attribution.manner))
    missing = []
    for attribution in some:
        if (attribution.who, attribution.manner) not in known:
            missing.append(attribution)
    return missing


def _is_other_attribution(old: facts.Attribution, new: facts.Attribution) -> bool:
    """Return whether the manner changed, or the speaker.

    A pronoun may stand for the same one.
    """
    if old.manner != new.manner:
        return True
    return old.who != new.who and not facts.is_pronoun(old) and not facts.is_pronoun(new)


def negation_changes(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield each sentence that is denied now and was not, or the other way round."""
    for passage in passages:
        if passage.how != "changed":
            continue
        old = text_before(passage)
        new = text_after(passage)
        was_denied = facts.count_negations(old) > 0
        is_denied = facts.count_negations(new) > 0
        if was_denied and not is_denied:
            yield f"no longer denied: “{shorten(old)}” → “{shorten(new)}”"
        elif is_denied and not was_denied:
            yield f"now denied: “{shorten(old)}” → “{shorten(new)}”"
