"""Reads a terms.yaml, and finds every mistake in it, each with its line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field, read_yaml
from crawlers.errors import CatalogueError
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.spelling_languages import describe_unknown_language
from pipelines.beat.terms.compiler import compile_terms
from pipelines.beat.terms.entry_checks import check_entries, list_side_ids
from pipelines.beat.terms.fields import (
    TermsFile,
    find_group,
    has_languages,
    list_known_fields,
)
from pipelines.beat.terms.missing_spellings import hint_at_missing_spellings
from pipelines.beat.terms.names import RelevanceRule, Terms
from pipelines.beat.weights import Weights, load_weights

_SIDES_NEEDED = (
    "is missing; list who or what the beat is about, as in"
    " sides: [{id: norway, name: Norway, names: {country: [{en: [Norway], nb: [Norge]}]}}]"
)


def load_terms(path: Path, relevance: RelevanceRule = "sides") -> Terms:
    """Read and compile a terms.yaml, with the weights.yaml beside it.

    Raises CatalogueError with one line for each mistake: `FILE:LINE: FIELD: what is wrong`.
    """
    document = read_yaml(path)
    weights = load_weights(path.with_name("weights.yaml"), len(list_side_ids(document.values)))
    return read_terms(document, relevance, weights)


def read_terms(
    document: YamlDocument,
    relevance: RelevanceRule = "sides",
    weights: Weights | None = None,
    languages: Collection[str] = (),
) -> Terms:
    """Return the compiled terms of a terms.yaml.

    Hints tell what has no spelling in one of `languages`.

    The file needs no sides where `relevance` is "all". Raises CatalogueError with one line for each mistake:
    `FILE:LINE: FIELD: what is wrong`.
    """
    file, hints = _check_file(document, relevance, languages)
    return compile_terms(file, hints, relevance, weights)


def no_terms() -> Terms:
    """Return the terms of a beat that has none.

    Its sources alone put a text on it.
    """
    return compile_terms(TermsFile(), relevance="all")


def _check_file(
    document: YamlDocument, relevance: RelevanceRule, languages: Collection[str]
) -> tuple[TermsFile, tuple[str, ...]]:
    """Return the checked file, and hints on what it lacks."""
    if not isinstance(document.values, dict):
        advice = "the file must hold fields; begin it with “sides:” and list the sides below"
        raise CatalogueError([f"{document.locate(())}: {advice}"])
    problems = FileProblems(document)
    problems.add_yaml_problems()
    file = problems.check_fields(TermsFile, _describe_unknown)
    check_entries(document.values, problems)
    if relevance == "sides" and not document.values.get("sides"):
        problems.add(("sides",), _SIDES_NEEDED)
    problems.raise_if_any()
    hint_at_missing_spellings(document.values, languages, problems)
    # Without a mistake there is a file.
    assert file is not None
    return file, problems.list_hints()


def _describe_unknown(group_place: Place, name: str) -> str:
    """Return what to write for an unknown key of a group."""
    group = find_group(group_place)
    fields = list_known_fields(group)
    if group_place[-1:] == ("name",):
        return describe_unknown_language(name)
    if not has_languages(group):
        return describe_unknown_field(name, fields)
    return describe_unknown_language(name, fields)
