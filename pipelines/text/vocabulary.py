r"""Words and phrases in data files, and the patterns that are made from them.

    clue_words.yaml ──► read_vocabulary() ──► a checked model ──► any_of(phrases) ──► re.compile()

A file stands beside the code that uses it, so that a person can add a word without reading
regular expressions. Its phrases are plain text, with a few signs:

    a space        one or more spaces of any kind
    [s]            may be missing: `comment[s]` is "comment" or "comments"
    (a|b)          one of them: `most (read|viewed)`
    …40            up to 40 characters of any kind; …2-40 at least two
    #              a number
    *              the word may go on: `responsab*`
    ~              a word begins or ends here
    '              ' or ’
    \x             the character x itself, where x is one of these signs

Of two phrases that fit, the one that is written first is taken. Write the longer one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from crawlers.checked_yaml import parse_yaml
from crawlers.errors import CatalogueError
from crawlers.scripts import is_cjk

_SIGNS = {
    " ": r"\s+",
    "[": "(?:",
    "]": ")?",
    "(": "(?:",
    ")": ")",
    "|": "|",
    # A number begins where no digit stands before: else each digit of a long one would be a beginning to try.
    "#": r"(?<!\d)\d++",
    "*": r"\w*",
    "~": r"\b",
    "'": "['’]",
}
_TOKEN = re.compile(r"\\(?P<literal>.)|…(?:(?P<least>\d+)-)?(?P<most>\d+)|(?P<character>.)", re.DOTALL)


def pattern_of(phrase: str) -> str:
    """Return the regular expression that one phrase stands for."""
    parts = []
    for token in _TOKEN.finditer(phrase):
        if token["literal"]:
            parts.append(re.escape(token["literal"]))
        elif token["most"]:
            parts.append(f".{{{token['least'] or 0},{token['most']}}}")
        else:
            character = token["character"]
            parts.append(_SIGNS.get(character) or re.escape(character))
    return "".join(parts)


def _check_phrase(phrase: str) -> str:
    """Return the phrase. Raises ValueError where it is empty or a bracket is open."""
    if not phrase.strip():
        raise ValueError("the phrase is empty; write a word, or remove the line")
    try:
        re.compile(pattern_of(phrase))
    except re.error as e:
        raise ValueError(
            f"“{phrase}” is no phrase ({e}); close every bracket, and write \\( for “(” itself"
        ) from e
    return phrase


#: A phrase in the notation above.
Phrase = Annotated[str, AfterValidator(_check_phrase)]
Phrases = tuple[Phrase, ...]
#: Phrases by language (en, fr, zh …). The language is for the reader of the file: all count alike.
PhrasesByLanguage = Mapping[str, Phrases]


class Vocabulary(BaseModel):
    """The words of one file. A field that the code does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


VocabularyT = TypeVar("VocabularyT", bound=Vocabulary)


def any_of(*groups: Mapping[str, Sequence[str]] | Sequence[str]) -> str:
    """Return the expression that matches one of the phrases, as one group."""
    patterns: list[str] = []
    for group in groups:
        lists = group.values() if isinstance(group, Mapping) else [group]
        for phrases in lists:
            patterns += map(pattern_of, phrases)
    return f"(?:{'|'.join(patterns)})"


def any_word(words: Iterable[str]) -> str:
    """Return alternatives for whole words, without a group around them.

    The longest come first, so that "sept" is not taken for "sep".
    """
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def part_by_spacing(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words that spaces surround in a text, and the others.

    The others are in Chinese, Japanese or Korean: no end of a word can be asked for beside them.
    """
    spaced: list[str] = []
    unspaced: list[str] = []
    for word in words:
        if is_cjk(word[0]):
            unspaced.append(word)
        else:
            spaced.append(word)
    return spaced, unspaced


def key_by_word(words_by_key: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return word -> key of lists that stand under keys."""
    keys: dict[str, str] = {}
    for key, words in words_by_key.items():
        for word in words:
            keys[word] = key
    return keys


def read_vocabulary(package: str, name: str, model: type[VocabularyT]) -> VocabularyT:
    """Read the vocabulary `name` that stands beside the code of `package`.

    Raises CatalogueError with a line for each mistake: `FILE:LINE: what is wrong; what to write`.
    """
    path = Path(name)
    # Through importlib, because a wheel may be imported from a zip file.
    document = parse_yaml(files(package).joinpath(name).read_bytes(), path)
    if document.problems:
        raise CatalogueError([f"{path}:{problem.line}: {problem.text}" for problem in document.problems])
    try:
        return model.model_validate(document.values)
    except ValidationError as e:
        problems = []
        for error in e.errors():
            dotted = ".".join(map(str, error["loc"]))
            problems.append(f"{document.locate(error['loc'])}: {dotted}: {error['msg']}")
        raise CatalogueError(problems) from e
