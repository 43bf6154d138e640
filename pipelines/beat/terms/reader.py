"""Reads a terms.yaml, and finds every mistake in it, each with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from crawlers.checked_yaml import Place, YamlDocument, read_yaml
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.terms.compiler import compile_terms
from pipelines.beat.terms.fields import SIGNALS, NameFields, SideFields, TermsFile, list_known_fields
from pipelines.beat.terms.names import Terms
from pipelines.text.folding import fold_in_place


def load_terms(path: Path) -> Terms:
    """Read and compile a terms.yaml.

    Raises CatalogueError with one line for each mistake: `FILE:LINE: FIELD: what is wrong`.
    """
    return compile_terms(_check_file(read_yaml(path)))


def _check_file(document: YamlDocument) -> TermsFile:
    problems = FileProblems(document)
    file = problems.check_model(TermsFile, list_known_fields)
    _find_contradictions(file, problems)
    problems.raise_if_any()
    return file


# -- what each part alone cannot know: unknown and repeated ids, names claimed by both sides ---------------


def _find_contradictions(file: TermsFile, problems: FileProblems) -> None:
    sides = [side.id for side in file.sides]
    if len(sides) != 2:
        problems.add(("sides",), f"a beat has two sides, found {len(sides)}; write one list entry for each")
    _check_repeated_ids(file, problems)
    for signal in SIGNALS:
        if signal not in file.signals:
            problems.add(("signals",), f"{signal} is missing; write it with the words that mean it")
    _check_others(file, sides, problems)
    _check_pairs(file, problems)
    _check_names(file, problems)


def _check_repeated_ids(file: TermsFile, problems: FileProblems) -> None:
    for name, entries in (("sides", file.sides), ("others", file.others), ("topics", file.topics)):
        ids: list[str] = [entry.id for entry in entries]
        uses = Counter(ids)
        for position, id_ in enumerate(ids):
            # Once for each id, at the place where it is used again.
            if uses[id_] > 1 and id_ not in ids[position + 1 :]:
                problems.add((name, position), "is used twice; give each its own id")


def _check_others(file: TermsFile, sides: Collection[str], problems: FileProblems) -> None:
    known = _list_parties(file)
    for position, other in enumerate(file.others):
        place: Place = ("others", position)
        if other.id in sides:
            problems.add(place, "is the id of a side; give it another id")
        if other.same_as is not None and other.same_as not in known:
            problems.add((*place, "same_as"), _describe_unknown_party(other.same_as, known))


def _check_pairs(file: TermsFile, problems: FileProblems) -> None:
    known = _list_parties(file)
    for position, pair in enumerate(file.pairs):
        for party in pair.between:
            if party not in known:
                problems.add(("pairs", position, "between"), _describe_unknown_party(party, known))


def _list_parties(file: TermsFile) -> list[str]:
    """Return the ids of all sides and third parties, sorted."""
    parties = [side.id for side in file.sides]
    parties += [other.id for other in file.others]
    return sorted(set(parties))


def _describe_unknown_party(party: str, known: Iterable[str]) -> str:
    return f"{party} is not known; write one of {', '.join(known)}"


def _check_names(file: TermsFile, problems: FileProblems) -> None:
    """Report names that imply no other side, and names that both sides have."""
    sides = [side.id for side in file.sides]
    owners: dict[str, str] = {}
    for number, side in enumerate(file.sides):
        others = [id_ for id_ in sides if id_ != side.id]
        for kind, names in side.names.items():
            for position, name in enumerate(names):
                place = ("sides", number, "names", kind, position)
                if name.implies is not None and name.implies not in others:
                    problems.add((*place, "implies"), f"write the other side: {', '.join(others)}")
                _check_owner(name, side, owners, place, problems)


def _check_owner(
    name: NameFields, side: SideFields, owners: dict[str, str], place: Place, problems: FileProblems
) -> None:
    """Report spellings that another side has already.

    `owners` maps spellings to sides, and grows by those of this name.
    """
    for word in name.list_words():
        owner = owners.setdefault(fold_in_place(word), side.id)
        if owner != side.id:
            advice = "a name has one side (or write it under pairs)"
            problems.add(place, f"«{word}» is a name of {owner} too; {advice}")
