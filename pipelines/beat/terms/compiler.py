"""Turns a checked terms.yaml into `Terms`.

All spellings go into one matcher, which knows each entry by its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from pipelines.beat.terms.fields import NameFields, SideFields, SpellingFields, TermsFile
from pipelines.beat.terms.names import Entity, Entry, Meaning, Party, Terms, Topic
from pipelines.text.name_matcher import Matcher, Spelling

#: How much of its side a name stands for.
_STRENGTHS = {"strong": 1.0, "weak": 0.5}
#: An entry with so many places, each in both languages, is a list of towns.
_BUNDLE_PLACES = 3


def compile_terms(file: TermsFile) -> Terms:
    """Return the compiled terms of a file that has no contradictions."""
    entries: list[Entry] = []
    spellings: list[Spelling] = []
    for fields, entry, is_cased in _list_entries(file):
        for word in fields.list_words():
            spellings.append(Spelling(word, (len(entries),), is_cased))
        entries.append(entry)
    side_words: dict[str, tuple[str, ...]] = {}
    for side in file.sides:
        side_words[side.id] = _list_side_words(side)
    one, two = file.sides
    return Terms(
        sides=(one.id, two.id),
        labels=MappingProxyType(_label_parties(file)),
        topics=_list_topics(file),
        _side_words=MappingProxyType(side_words),
        _matcher=Matcher(spellings),
        _entries=tuple(entries),
        english=MappingProxyType(_find_english_names(file)),
    )


def _list_entries(file: TermsFile) -> Iterator[tuple[SpellingFields, Entry, bool]]:
    """Yield each entry as written and compiled, and whether it asks for a capital.

    The order decides which of two spellings counts that are alike when folded, so it is that of the file.
    """
    for side in file.sides:
        for kind, names in side.names.items():
            for name in names:
                yield name, _compile_name(name, kind, side), name.cased
    for other in file.others:
        party = other.same_as or other.id
        yield other, Entry(Entity("other", party), Meaning((Party(party),))), other.cased
    for pair in file.pairs:
        one, two = pair.between
        entity = Entity("pair", pair.list_words()[0])
        yield pair, Entry(entity, Meaning((Party(one), Party(two)))), False
    for trap in file.traps:
        yield trap, Entry(is_trap=True), False
    for signal, words in file.signals.items():
        yield words, Entry(Entity("signal", signal), signal=signal), False
    for topic in file.topics:
        yield topic, Entry(Entity("topic", topic.id), signal=f"topic:{topic.id}"), False


def _compile_name(name: NameFields, kind: str, side: SideFields) -> Entry:
    party = Party(side.id, _STRENGTHS[name.strength])
    implied = (name.implies,) if name.implies else ()
    is_paired = len(name.en) == len(name.hans)
    is_bundle = kind == "place" and len(name.en) >= _BUNDLE_PLACES and is_paired
    entity = Entity(kind, f"{side.id}:{name.list_words()[0]}", is_bundle, name.role)
    return Entry(entity, Meaning((party,), implied))


def _label_parties(file: TermsFile) -> dict[str, str]:
    """Return the English name of each side and third party."""
    labels: dict[str, str] = {}
    for side in file.sides:
        labels[side.id] = side.name.en
    for other in file.others:
        if not other.same_as:
            labels[other.id] = other.list_words()[0]
    return labels


def _list_topics(file: TermsFile) -> tuple[Topic, ...]:
    topics = []
    for topic in file.topics:
        names = topic.name.model_dump(by_alias=True)
        topics.append(Topic(topic.id, MappingProxyType(names)))
    return tuple(topics)


def _list_side_words(side: SideFields) -> tuple[str, ...]:
    """Return every spelling of a side's names, each once."""
    words: list[str] = []
    for names in side.names.values():
        for name in names:
            words += name.list_words()
    return tuple(dict.fromkeys(words))


def _find_english_names(file: TermsFile) -> dict[str, str]:
    """Return the English name of every Chinese one."""
    named: list[SpellingFields] = []
    # Third parties too: a headline about Taiwan or Japan is read by the same people.
    for side in file.sides:
        for names in side.names.values():
            named += names
    named += file.others
    english: dict[str, str] = {}
    for name in named:
        english |= _pair_names(name.hans, name.en)
        english |= _pair_names(name.hant, name.en)
    return english


def _pair_names(chinese: Sequence[str], english: Sequence[str]) -> dict[str, str]:
    """Return the English name of each Chinese one of an entry.

    Lists of one length stand side by side; otherwise all are spellings of the first English name.
    """
    if len(chinese) == len(english):
        return dict(zip(chinese, english, strict=True))
    if not english:
        return {}
    return dict.fromkeys(chinese, english[0])
