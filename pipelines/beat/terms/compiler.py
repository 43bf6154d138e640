"""Turns a checked terms.yaml into `Terms`.

All spellings go into one matcher, which knows each entry by its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pipelines.beat.label import name_in
from pipelines.beat.terms.fields import NameFields, SideFields, SpellingFields, TermsFile
from pipelines.beat.terms.general_signals import general_words
from pipelines.beat.terms.names import Entity, Meaning, Party, RelevanceRule, TermEntry, Terms, Topic
from pipelines.beat.weights import Weights, load_weights
from pipelines.text.folding import fold_in_place
from pipelines.text.inflection import inflected
from pipelines.text.name_matcher import NameMatcher, Spelling
from pipelines.text.spellings import written_forms

#: How much of its side a name stands for.
_STRENGTHS = {"strong": 1.0, "weak": 0.5}

# So many English names are seldom more than one thing: a name, its short form, its initials.
_FEW_NAMES = 3


def compile_terms(
    file: TermsFile,
    hints: Sequence[str] = (),
    relevance: RelevanceRule = "sides",
    weights: Weights | None = None,
) -> Terms:
    """Return the compiled terms of a file that has no contradictions."""
    entries: list[TermEntry] = []
    spellings: list[Spelling] = []
    languages = _list_languages_of_names(file)
    for words, entry, is_cased in _list_entries(file):
        for word in words:
            # Words of signals and topics have a `*` where their ending varies.
            known = languages.get(word, ()) if entry.signal is None else ()
            for form in inflected(word, known):
                spellings.append(Spelling(form, (len(entries),), is_cased))
        entries.append(entry)
    side_words: dict[str, tuple[str, ...]] = {}
    side_names: dict[str, Mapping[str, str]] = {}
    for side in file.sides:
        side_words[side.id] = _list_side_words(side)
        side_names[name_in(side.name)] = side.name
    return Terms(
        sides=tuple(side_words),
        relevance=relevance,
        labels=MappingProxyType(_label_parties(file)),
        topics=_list_topics(file),
        _side_words=MappingProxyType(side_words),
        _matcher=NameMatcher(spellings),
        _entries=tuple(entries),
        english=MappingProxyType(_find_english_names(file)),
        side_names=MappingProxyType(side_names),
        hints=tuple(hints),
        word_languages=_list_word_languages(file),
        weights=weights or load_weights(None, len(side_words)),
    )


def _list_languages_of_names(file: TermsFile) -> dict[str, list[str]]:
    """Return the languages under which each name is written."""
    languages: dict[str, list[str]] = {}
    named: list[SpellingFields] = [*file.others, *file.pairs, *file.traps]
    for side in file.sides:
        for names in side.names.values():
            named += names
    for name in named:
        for language, words in name.spellings.items():
            for word in words:
                languages.setdefault(word, []).append(language)
    return languages


def _list_entries(file: TermsFile) -> Iterator[tuple[Sequence[str], TermEntry, bool]]:
    """Yield each entry's words and what they stand for.

    The third value tells whether they ask for a capital.
    The order decides which of two spellings counts that are alike when folded, so it is that of the file.
    """
    for side in file.sides:
        for kind, names in side.names.items():
            for name in names:
                for words in _list_things(name):
                    yield words, _compile_name(name, words[0], kind, side), name.cased
    for other in file.others:
        party = other.same_as or other.id
        yield other.list_words(), TermEntry(Entity("other", party), Meaning((Party(party),))), other.cased
    for pair in file.pairs:
        words = pair.list_words()
        parties = tuple(Party(party) for party in pair.between)
        yield words, TermEntry(Entity("pair", words[0]), Meaning(parties, is_short_form=True)), False
    for trap in file.traps:
        yield trap.list_words(), TermEntry(is_trap=True), False
    for words, entry in _list_signals(file):
        yield words, entry, False


def _list_signals(file: TermsFile) -> Iterator[tuple[Sequence[str], TermEntry]]:
    """Yield the words of signals and topics, those that every beat knows between them."""
    for signal, stems in file.signals.items():
        yield stems.list_words(), TermEntry(Entity("signal", signal), signal=signal)
    for signal, _, general in general_words(file):
        yield general, TermEntry(Entity("signal", signal), signal=signal)
    for topic in file.topics:
        yield topic.list_words(), TermEntry(Entity("topic", topic.id), signal=f"topic:{topic.id}")


def _list_things(name: NameFields) -> Iterator[Sequence[str]]:
    """Yield the words of each thing that an entry names.

    It is one thing, or one at each position of its lists.
    """
    if not name.several:
        yield name.list_words()
        return
    for words in zip(*filter(None, name.spellings.values()), strict=True):
        yield tuple(dict.fromkeys(words))


def _compile_name(name: NameFields, first_word: str, kind: str, side: SideFields) -> TermEntry:
    party = Party(side.id, _STRENGTHS[name.strength])
    entity = Entity(
        kind=kind,
        key=f"{side.id}:{first_word}",
        role=name.role,
        held_from=name.held_from,
        held_until=name.held_until,
    )
    return TermEntry(entity, Meaning((party,), name.implies, is_short_form=kind == "implied"))


def _list_word_languages(file: TermsFile) -> frozenset[str]:
    """Return the languages in which signals or topics have words."""
    languages: set[str] = set()
    for words in (*file.signals.values(), *file.topics):
        languages.update(words.spellings)
    for _, language, _ in general_words(file):
        languages.add(language)
    return frozenset(languages)


def _label_parties(file: TermsFile) -> dict[str, str]:
    """Return what each side and third party is called.

    That is in English, if it has an English name.
    """
    labels: dict[str, str] = {}
    for side in file.sides:
        labels[side.id] = name_in(side.name)
    for other in file.others:
        if not other.same_as:
            labels[other.id] = other.list_words()[0]
    return labels


def _list_topics(file: TermsFile) -> tuple[Topic, ...]:
    topics = []
    for topic in file.topics:
        topics.append(Topic(topic.id, MappingProxyType(dict(topic.name))))
    return tuple(topics)


def _list_side_words(side: SideFields) -> tuple[str, ...]:
    """Return every spelling and form of a side's names, each once."""
    words: list[str] = []
    for names in side.names.values():
        for name in names:
            words += _list_forms(name)
    return tuple(dict.fromkeys(words))


def _list_forms(name: NameFields) -> Iterator[str]:
    for language, spellings in name.spellings.items():
        for spelling in spellings:
            for form in inflected(spelling, [language]):
                # The filter of feeds knows an ending in s itself.
                if form != f"{spelling}s":
                    yield from written_forms(form)


def _find_english_names(file: TermsFile) -> dict[str, str]:
    """Return the English name of every name in another script."""
    named: list[SpellingFields] = []
    # Third parties too: a headline about Taiwan or Japan is read by the same people.
    for side in file.sides:
        for names in side.names.values():
            named += names
    named += file.others
    named += file.pairs
    english: dict[str, str] = {}
    for name in named:
        english_names = name.spellings.get("en", ())
        for words in name.spellings.values():
            if words and not _is_latin(words[0]):
                english |= _pair_names(words, english_names)
    return english


def _is_latin(word: str) -> bool:
    """Tell whether a word begins with a Latin letter, with or without an accent."""
    return fold_in_place(word)[0].isascii()


def _pair_names(foreign: Sequence[str], english: Sequence[str]) -> dict[str, str]:
    """Return the English name of each foreign one of an entry.

    Lists of one length stand side by side. Else all are spellings of the first English name, where the entry
    seems to be one thing; where it may be a list of several, only the first of each language is paired.
    """
    if len(foreign) == len(english):
        return dict(zip(foreign, english, strict=True))
    if not english:
        return {}
    if _is_one_thing(english):
        return dict.fromkeys(foreign, english[0])
    # A reader who is told a wrong name is worse off than one who is told none.
    return {foreign[0]: english[0]}


def _is_one_thing(english: Sequence[str]) -> bool:
    """Tell whether English names seem to be those of one thing.

    There are few, or each has the first in it.
    """
    if len(english) <= _FEW_NAMES:
        return True
    return all(english[0] in name for name in english)
