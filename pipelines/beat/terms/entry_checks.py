"""What is wrong with the entries of a terms.yaml beyond the types of their fields.

The values are looked at as they were written. So a mistake is found beside others, and a person sees all
of them in one go. What has the wrong type is passed over here: Pydantic reports it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from crawlers.checked_yaml import Place, find_similar
from crawlers.scripts import scripts_of
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.terms.fields import ID_PATTERN
from pipelines.text.folding import fold_in_place
from pipelines.text.languages import known_languages, misplaced_script
from pipelines.text.name_matcher import clean, has_stray_star, is_too_short, stem_letters, words_of

_LANGUAGES = frozenset(known_languages())
#: Words of such scripts stand without spaces between them, and match anywhere.
_WITHOUT_SPACES = frozenset({"Han", "Kana"})
#: A name for a pair speaks of so many parties.
_FEWEST_PARTIES = 2
#: A group of fields with its place in the file.
_Placed = tuple[Place, Mapping[str, Any]]


def check_entries(values: Any, problems: FileProblems) -> None:
    """Note every mistake of all entries."""
    if not isinstance(values, dict):
        return
    for place, entry in _list_names(values):
        _check_spellings(place, entry, problems)
        _check_stars(place, entry, problems, may_have_stars=False)
        _check_several(place, entry, problems)
        _check_office(place, entry, problems)
    for place, entry in _list_stems(values):
        _check_spellings(place, entry, problems)
        _check_stars(place, entry, problems, may_have_stars=True)
    _check_repeated_ids(values, problems)
    _check_others(values, problems)
    _check_pairs(values, problems)
    _check_implied_sides(values, problems)
    _check_owners(values, problems)


def list_side_ids(values: Any) -> tuple[str, ...]:
    """Return the ids of the sides of a terms.yaml.

    There are none where one of them is wrong: all that speaks of that side would seem wrong too.
    """
    ids = []
    for _, side in list_groups(values, "sides"):
        id_ = side.get("id")
        if not isinstance(id_, str) or not re.fullmatch(ID_PATTERN, id_):
            return ()
        ids.append(id_)
    return tuple(dict.fromkeys(ids))


# -- going through the file --------------------------------------------------------------------------------


def list_groups(values: Any, name: str) -> Iterator[_Placed]:
    """Yield the entries of one list of the file."""
    rows = values.get(name) if isinstance(values, dict) else None
    if not isinstance(rows, list):
        return
    for position, row in enumerate(rows):
        if isinstance(row, dict):
            yield (name, position), row


def list_side_names(values: Mapping[str, Any]) -> Iterator[_Placed]:
    """Yield the names of all sides."""
    for place, side in list_groups(values, "sides"):
        kinds = side.get("names")
        if not isinstance(kinds, dict):
            continue
        for kind in kinds:
            for (_, position), name in list_groups(kinds, kind):
                yield (*place, "names", kind, position), name


def _list_names(values: Mapping[str, Any]) -> Iterator[_Placed]:
    """Yield all entries of which every form is written out."""
    yield from list_side_names(values)
    for part in ("others", "pairs", "traps"):
        yield from list_groups(values, part)


def _list_stems(values: Mapping[str, Any]) -> Iterator[_Placed]:
    """Yield all entries that may hold a `*`."""
    signals = values.get("signals")
    if isinstance(signals, dict):
        for signal, words in signals.items():
            if isinstance(words, dict):
                yield ("signals", signal), words
    yield from list_groups(values, "topics")


def _list_words(entry: Mapping[str, Any], language: str) -> Iterator[tuple[int, str]]:
    """Yield the words of an entry in a language with their positions."""
    words = entry.get(language)
    if not isinstance(words, list):
        return
    for position, word in enumerate(words):
        if isinstance(word, str) and word:
            yield position, word


def list_spelled_languages(entry: Mapping[str, Any]) -> list[str]:
    """Return the languages in which an entry has spellings."""
    languages = []
    for language in entry:
        if language in _LANGUAGES:
            languages.append(language)
    return languages


# -- one entry ---------------------------------------------------------------------------------------------


def _check_spellings(place: Place, entry: Mapping[str, Any], problems: FileProblems) -> None:
    """Report an entry without names, and words that cannot be of their language."""
    languages = list_spelled_languages(entry)
    # A list that is no list, or a text in it that is none, is reported for its type.
    if not any(entry[language] for language in languages):
        problems.add(place, "has no name at all; write some by language, as in en: [name, other name]")
    for language in languages:
        for position, word in _list_words(entry, language):
            if not any(map(str.isalnum, word)):
                problems.add((*place, language, position), f"“{word}” has no letter or digit; write a name")
                continue
            problem = misplaced_script(language, word)
            if problem is not None:
                problems.add((*place, language), problem)
            elif is_too_short(word):
                problems.add((*place, language), f"“{word}” is part of many words; write two letters or more")
    _hint_at_other_script(place, entry, problems)


def _hint_at_other_script(place: Place, entry: Mapping[str, Any], problems: FileProblems) -> None:
    for written, missing in (("zh-Hans", "zh-Hant"), ("zh-Hant", "zh-Hans")):
        if entry.get(written) and not entry.get(missing):
            problems.add_hint(place, f"has Chinese under {written} only; texts in {missing} may miss it")


def _check_stars(
    place: Place, entry: Mapping[str, Any], problems: FileProblems, *, may_have_stars: bool
) -> None:
    for language in list_spelled_languages(entry):
        for _, word in _list_words(entry, language):
            problem = _describe_star(word, may_have_stars=may_have_stars)
            if problem is not None:
                problems.add((*place, language), f"“{word}”: {problem}")


def _describe_star(word: str, *, may_have_stars: bool) -> str | None:
    """Return what is wrong with the `*` of a word, or None."""
    if "*" not in word:
        return None
    if not may_have_stars:
        return "a name takes no *; write each form out"
    if scripts_of(word) & _WITHOUT_SPACES:
        return "words of a script without spaces take no *; they match anywhere already"
    if has_stray_star(word):
        return "a * stands only at the end of a word, once; write the beginning and then *, or each form out"
    for part in words_of(word):
        if part.endswith("*") and len(part) - 1 < stem_letters(part):
            return f"too short for a *; write at least {stem_letters(part)} letters before it"
    return None


def _check_several(place: Place, entry: Mapping[str, Any], problems: FileProblems) -> None:
    """Report lists of several things that do not stand side by side."""
    if entry.get("several") is not True:
        return
    lengths: dict[str, int] = {}
    for language in list_spelled_languages(entry):
        if isinstance(entry[language], list) and entry[language]:
            lengths[language] = len(entry[language])
    if len(set(lengths.values())) <= 1:
        return
    counts = ", ".join(f"{count} in {language}" for language, count in lengths.items())
    problems.add(
        (*place, "several"),
        f"has {counts}; write as many in each language, in the same order, or an entry for each of them",
    )


def _check_office(place: Place, entry: Mapping[str, Any], problems: FileProblems) -> None:
    """Report dates without an office."""
    for name in ("from", "until"):
        if entry.get(name) is not None and not entry.get("role"):
            problems.add((*place, name), "is the date of an office; write the office too, as role: Minister")


# -- what one entry alone cannot know ----------------------------------------------------------------------


def _check_repeated_ids(values: Mapping[str, Any], problems: FileProblems) -> None:
    for part in ("sides", "others", "topics"):
        places: dict[str, list[Place]] = {}
        for place, entry in list_groups(values, part):
            if isinstance(entry.get("id"), str):
                places.setdefault(entry["id"], []).append(place)
        for used in places.values():
            # Once for each id, at the place where it is used again.
            if len(used) > 1:
                problems.add(used[-1], "is used twice; give each its own id")


def _check_others(values: Mapping[str, Any], problems: FileProblems) -> None:
    sides = list_side_ids(values)
    known = _list_parties(values) if sides else []
    for place, other in list_groups(values, "others"):
        if other.get("id") in sides:
            problems.add(place, "is the id of a side; give it another id")
        same_as = other.get("same_as")
        if known and isinstance(same_as, str) and same_as not in known:
            problems.add((*place, "same_as"), _describe_unknown_party(same_as, known))


def _check_pairs(values: Mapping[str, Any], problems: FileProblems) -> None:
    if not list_side_ids(values):
        return
    known = _list_parties(values)
    for place, pair in list_groups(values, "pairs"):
        between = pair.get("between")
        if not isinstance(between, list):
            continue
        parties = Counter(party for party in between if isinstance(party, str))
        for party in parties:
            if party not in known:
                problems.add((*place, "between"), _describe_unknown_party(party, known))
        if len(parties) < _FEWEST_PARTIES:
            advice = f"write two of {', '.join(known)}"
            problems.add((*place, "between"), f"names fewer than two parties; {advice}")


def _list_parties(values: Mapping[str, Any]) -> list[str]:
    """Return the ids of all sides and third parties, sorted."""
    parties = set(list_side_ids(values))
    for _, other in list_groups(values, "others"):
        if isinstance(other.get("id"), str):
            parties.add(other["id"])
    return sorted(parties)


def _describe_unknown_party(party: str, known: Collection[str]) -> str:
    meant = find_similar(party, known)
    if meant is not None:
        return f"{party} is not known. Did you mean {meant}?"
    return f"{party} is not known; write one of {', '.join(known)}, or list it under others"


def _check_implied_sides(values: Mapping[str, Any], problems: FileProblems) -> None:
    """Report names that imply no other side."""
    sides = list_side_ids(values)
    if not sides:
        return
    for place, name in list_side_names(values):
        implied = name.get("implies")
        if isinstance(implied, str):
            implied = [implied]
        if not isinstance(implied, list):
            continue
        own = _find_side_id(values, place)
        others = []
        for id_ in sides:
            if id_ != own:
                others.append(id_)
        for side in implied:
            if isinstance(side, str) and side not in others:
                problems.add((*place, "implies"), _describe_wrong_implied(others))


def _describe_wrong_implied(others: list[str]) -> str:
    if not others:
        return "the beat has one side, so a name implies no other; remove it"
    if len(others) == 1:
        return f"write the other side: {others[0]}"
    return f"write another side: one of {', '.join(others)}"


def _check_owners(values: Mapping[str, Any], problems: FileProblems) -> None:
    """Report spellings that another side has already."""
    owners: dict[str, str] = {}
    for place, name in list_side_names(values):
        side = _find_side_id(values, place)
        for language in list_spelled_languages(name):
            for _, word in _list_words(name, language):
                owner = owners.setdefault(fold_in_place(clean(word)), side)
                if owner != side:
                    advice = "a name has one side (or write it under pairs)"
                    problems.add(place, f"“{word}” is a name of {owner} too; {advice}")


def _find_side_id(values: Mapping[str, Any], place: Place) -> str:
    """Return the id of the side in which a name stands."""
    position = place[1]
    assert isinstance(position, int)
    return str(values["sides"][position].get("id"))
