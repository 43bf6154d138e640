"""Whose words a report prints: its tokens, and which of them somebody says (pure).

paragraphs ──► quotation marks, also those that nobody closed ──┐
           ──► "The letter reads:" and what follows ────────────┼──► ranges of tokens
           ──► paragraphs that speak of themselves ─────────────┘
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from pipelines.text.folding import fold_typography
from pipelines.text.tokens import in_tokens
from pipelines.text.vocabulary import (
    Phrases,
    PhrasesByLanguage,
    Vocabulary,
    any_of,
    part_by_spacing,
    read_vocabulary,
)

# A quotation in folded marks. A mark with text before it and none behind it only closes. One with a space
# before it and a word behind it opens, also inside a quotation, since English opens every paragraph of a
# long one anew. A single mark opens before a word and closes behind it; inside a word it is an apostrophe.
# What is enclosed never reaches past the next opening mark, so that a line of a million of them is read
# once.
_QUOTED = re.compile(
    r"""(?:(?<!\S)"|"(?=\S))[^"]+(?:(?<=\s)"(?=\w)[^"]*)*+(?:"|$)"""
    r"""|(?<![\w'])'(?=\w)(?:[^']|(?<=\w)'(?=\w)){12,}+(?<=[\w.,!?…])'(?!\w)"""
)
# A quotation in directed marks, with what it quotes itself: of one that is closed twice the second mark
# counts.
_NESTED = re.compile("“[^“”]*+(?:“[^“”]*+”[^“”]*+)*+”|“[^”]*|«[^»]*|「[^」]*|『[^』]*")
_NESTS = re.compile('“[^“”"«]*[“"«]|«[^«»]*[“"]|「[^「」]*[『“"]|『[^『』]*[「“"]')
_WITHOUT_MARKS = str.maketrans("", "", '"“”„‟″«»「」『』〝〞')
_DIRECTED = re.compile("[“”«»「」『』]")
_OPENING = "“«「『"


class QuotationWords(Vocabulary):
    """The words of `quotations.yaml`, where each is explained."""

    saying: PhrasesByLanguage
    crediting: Phrases
    announced_inside: PhrasesByLanguage
    first_person: Mapping[str, tuple[str, ...]]


_VOCABULARY = read_vocabulary("pipelines.dedup", "quotations.yaml", QuotationWords)


def _parted(phrases: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return the pattern of the phrases that spaces surround, and that of the others."""
    spaced, unspaced = part_by_spacing(chain.from_iterable(phrases.values()))
    return any_of(spaced), any_of(unspaced)


def _saying() -> re.Pattern[str]:
    """Return the pattern of words that announce the next paragraph."""
    spaced, unspaced = _parted(_VOCABULARY.saying)
    return re.compile(rf"\b{spaced}\b|{unspaced}", re.IGNORECASE)


def _announced_inside() -> re.Pattern[str]:
    """Return the pattern of a document that a paragraph announces in its middle."""
    spaced, unspaced = _parted(_VOCABULARY.announced_inside)
    return re.compile(rf"\b{spaced}\b[^:.\n]{{0,40}}:(?=\s*\w)|{unspaced}:(?=\w)", re.IGNORECASE)


_SAYING = _saying()
_CREDITING = re.compile(rf"{any_of(_VOCABULARY.crediting)}\b", re.IGNORECASE)
_ANNOUNCED_INSIDE = _announced_inside()
_FIRST_PERSON = frozenset(chain.from_iterable(_VOCABULARY.first_person.values()))
#: Tokens at the head of a page in which "Via the Gazette:" is a credit for all that follows.
_CREDIT = 20
#: Paragraphs over which a quotation may go on without marks.
_GOES_ON = 8
#: Who speaks of himself so often, and once in so many words or characters, outside quotation marks is no
#: reporter: a letter, a statement. Shorter paragraphs do not tell.
_SPEAKING_OF_THEMSELVES = 2
_WORDS_BETWEEN = 25
_SHORTEST_SPEECH = 12


class Report:
    """The tokens of a report, and which are somebody's words."""

    def __init__(self) -> None:
        #: The tokens as they are written, and as they are compared.
        self.raw: list[str] = []
        self.plain: list[bytes] = []
        #: Ranges [start, end) of tokens that are somebody's words.
        self.quotations: list[tuple[int, int]] = []
        #: Where announced words begin whose end nothing marks.
        self.announced: list[int] = []
        #: Whether a token may be a Chinese character.
        self.is_mixed = False

    @classmethod
    def read(cls, paragraphs: Sequence[str]) -> Report:
        """Read the paragraphs of a report."""
        report = cls()
        is_announced = False
        for paragraph in _with_reopened_marks(paragraphs):
            part = fold_typography(_without_nested_marks(paragraph))
            start = len(report.raw)
            if is_announced:
                # "The letter reads:" and the next paragraph is the letter, marks or no marks.
                report.announced.append(start)
                report._add_part(part, is_quoted=True)
            else:
                report._add_paragraph(part)
            is_announced = _announces_next(part, start)
        return report

    def add_plainly(self, paragraph: str) -> None:
        """Add a paragraph without asking whose words it has."""
        self._add_part(fold_typography(_without_nested_marks(paragraph)))

    def _add_paragraph(self, part: str) -> None:
        """Add a paragraph, and what of it is somebody's words."""
        start, quotations = len(self.raw), len(self.quotations)
        at = 0
        # Most paragraphs have no marks, and the pattern would look at every character of them.
        if '"' in part or "'" in part:
            for quotation in _QUOTED.finditer(part):
                self._add_part(part[at : quotation.start()])
                self._add_part(quotation[0], is_quoted=True)
                at = quotation.end()
        self._add_part(part[at:])
        if len(self.quotations) == quotations and _is_speech(self.raw[start:]):
            self.quotations.append((start, len(self.raw)))
        if ":" in part:
            announcement = _ANNOUNCED_INSIDE.search(part)
            if announcement:
                raw, _plain = in_tokens(part[: announcement.end()])
                self.announced.append(start + len(raw))

    def _add_part(self, part: str, *, is_quoted: bool = False) -> None:
        start = len(self.raw)
        raw, plain = in_tokens(part)
        self.raw += raw
        self.plain += plain
        self.is_mixed = self.is_mixed or not part.isascii()
        if is_quoted:
            self.quotations.append((start, len(self.raw)))


# -- marks as they are printed ----------------------------------------------------------------------------


def _with_reopened_marks(paragraphs: Sequence[str]) -> Sequence[str]:
    """Return the paragraphs with quotations opened anew.

    English opens every paragraph of a long quotation again, French and Chinese often do not.
    """
    if not any(map(_has_directed_marks, paragraphs)):
        return paragraphs
    marks = list(map(_DIRECTED.findall, paragraphs))
    reopened = list(paragraphs)
    for at, marks_here in enumerate(marks):
        if not marks_here or marks_here[-1] not in _OPENING:
            continue
        closing = _next_with_marks(marks, at)
        if closing is not None and marks[closing][0] not in _OPENING:
            for below in range(at + 1, closing + 1):
                reopened[below] = "“" + reopened[below]
    return reopened


def _has_directed_marks(paragraph: str) -> bool:
    return not paragraph.isascii() and _DIRECTED.search(paragraph) is not None


def _next_with_marks(marks: Sequence[Sequence[str]], at: int) -> int | None:
    """Return the next paragraph with marks, if near enough."""
    for below in range(at + 1, min(at + 1 + _GOES_ON, len(marks))):
        if marks[below]:
            return below
    return None


def _without_nested_marks(paragraph: str) -> str:
    """Return a paragraph without marks inside a quotation.

    What somebody quotes is still what he says.
    """
    if paragraph.isascii() or not _NESTS.search(paragraph):
        return paragraph
    return _NESTED.sub(_without_marks_inside, paragraph)


def _without_marks_inside(quotation: re.Match[str]) -> str:
    quoted = quotation[0]
    last = len(quoted) - 1 if quoted[-1] == "”" else len(quoted)
    return quoted[0] + quoted[1:last].translate(_WITHOUT_MARKS) + quoted[last:]


# -- words without marks ----------------------------------------------------------------------------------


def _announces_next(paragraph: str, tokens_above: int) -> bool:
    """Tell whether somebody else's words follow a paragraph."""
    if not paragraph.endswith(":"):
        return False
    if _CREDITING.match(paragraph):
        return tokens_above >= _CREDIT
    return _SAYING.search(paragraph) is not None


def _is_speech(paragraph: Sequence[str]) -> bool:
    """Tell whether a paragraph is somebody speaking.

    That is a letter, a statement, a column.
    """
    if len(paragraph) < _SHORTEST_SPEECH or _FIRST_PERSON.isdisjoint(paragraph):
        return False
    of_themselves = sum(token in _FIRST_PERSON for token in paragraph)
    return of_themselves >= _SPEAKING_OF_THEMSELVES and of_themselves * _WORDS_BETWEEN >= len(paragraph)
