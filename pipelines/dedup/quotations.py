"""Whose words a report prints: its tokens, and which of them somebody says (pure).

paragraphs ──► quotation marks, also those that nobody closed ──┐
           ──► "The letter reads:" and what follows ────────────┼──► ranges of tokens that are somebody's words
           ──► paragraphs that speak of themselves ─────────────┘
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.text.folding import fold_typography
from pipelines.text.tokens import in_tokens

_QUOTED = re.compile(
    r"""(?:(?<!\S)"|"(?=\S))[^"]+(?:(?<=\s)"(?=\w)[^"]*)*+(?:"|$)"""
    r"""|(?<![\w'])'(?=\w)(?:[^']|(?<=\w)'(?=\w)){12,}+(?<=[\w.,!?…])'(?!\w)"""
)
"""Folded marks. One with text before it and none behind it only closes; one with a space before it and a word behind it opens, also inside
a quotation, since English opens every paragraph of a long one anew. A single mark opens before a word and closes behind it; inside a word it is an apostrophe.
What it encloses never reaches past the next opening mark, so that a line of a million of them is read once."""
_NESTED = re.compile("“[^“”]*+(?:“[^“”]*+”[^“”]*+)*+”|“[^”]*|«[^»]*|「[^」]*|『[^』]*")
"""A quotation in directed marks, with what it quotes itself: of one that is closed twice the second mark counts."""
_NESTS = re.compile('“[^“”"«]*[“"«]|«[^«»]*[“"]|「[^「」]*[『“"]|『[^『』]*[「“"]')
_MARKS = str.maketrans("", "", '"“”„‟″«»「」『』〝〞')
_DIRECTED = re.compile("[“”«»「」『』]")
_OPENING = "“«「『"
_CREDIT = 20
"""Tokens at the head of a page in which "Via the Gazette:" is a credit for all that follows."""
_SAYING = re.compile(
    r"\b(?:reads?|sa(?:id|ys?)|writes?|wrote|written|full|letter|note|message|statement|readout|transcript|post(?:s|ed)?|tweet(?:s|ed)?|"
    r"quot(?:es?|ed|ing)|release|told|add(?:s|ed)|according|reports?|reported|claims?|states?|article|excerpts?|"
    r"dit|écri(?:t|vait|vent)|déclar[eé]|ajout[eé]|lettre|message|communiqué|texte|intégral|selon)\b|[说称道文下]|表示|指出",
    re.IGNORECASE,
)
_SAID_INSIDE = re.compile(
    r"\b(?:in full|reads?|readout|letter|statement|communiqué|lettre|texte intégral)\b[^:.\n]{0,40}:(?=\s*\w)|(?:全文|如下|声明):(?=\w)",
    re.IGNORECASE,
)
"""A document announced inside a paragraph, without marks around it."""
_CREDITING = re.compile(r"(?:from|via)\b", re.IGNORECASE)
"""A paragraph with a colon at its end announces the next one where it says that somebody says something, or whom it is from."""
_GOES_ON = 8
"""Paragraphs over which a quotation may go on without marks."""
_SPEECH = 12
_TO_THEMSELVES = 25
_FIRST_PERSON = frozenset(
    "I We we Our our us My my me nous Nous notre Notre nos Nos Je je mon Mon mes 我".split()  # noqa: SIM905
)
"""Who speaks of himself twice, and once in 25 words or characters, outside quotation marks is no reporter: a letter, a statement."""


def _reopened(parts: Sequence[str]) -> Sequence[str]:
    """Return the paragraphs with an opening mark before each that goes on with a quotation from above.

    English opens every paragraph of a long quotation again, French and Chinese often do not.
    """
    if all(part.isascii() or not _DIRECTED.search(part) for part in parts):
        return parts
    marks = [_DIRECTED.findall(part) for part in parts]
    reopened = list(parts)
    for at, seen in enumerate(marks):
        if not seen or seen[-1] not in _OPENING:
            continue
        below = range(at + 1, min(at + 1 + _GOES_ON, len(parts)))
        end = next((n for n in below if marks[n]), None)
        if end is not None and marks[end][0] not in _OPENING:
            for n in range(at + 1, end + 1):
                reopened[n] = "“" + reopened[n]
    return reopened


def _flattened(part: str) -> str:
    """Return a paragraph without marks inside a quotation: what somebody quotes is still what he says."""
    if part.isascii() or not _NESTS.search(part):
        return part
    return _NESTED.sub(_without_marks_inside, part)


def _without_marks_inside(quotation: re.Match[str]) -> str:
    said = quotation[0]
    last = len(said) - 1 if said[-1] == "”" else len(said)
    return said[0] + said[1:last].translate(_MARKS) + said[last:]


class Read:
    """A report as it is read: its tokens as they are written and as they are compared, which of them are somebody's words, and where announced words begin."""

    def __init__(self) -> None:
        self.raw: list[str] = []
        self.plain: list[bytes] = []
        self.quotations: list[tuple[int, int]] = []
        self.announced: list[int] = []
        self.is_mixed = False
        """Whether a token may be a Chinese character."""

    @classmethod
    def of(cls, report: Sequence[str]) -> Read:
        """Read the paragraphs of a report."""
        read = cls()
        announcing = False
        for part in map(fold_typography, map(_flattened, _reopened(report))):
            start = len(read.raw)
            if announcing:  # "The letter reads:" and the next paragraph is the letter, marks or no marks
                read.announced.append(start)
                read._add(part, is_quoted=True)
            else:
                read._add_paragraph(part)
            announcing = _announces(part, start)
        return read

    def _add_paragraph(self, part: str) -> None:
        """Add a paragraph, and what of it is somebody's words."""
        start, marked, at = len(self.raw), len(self.quotations), 0
        for quotation in _QUOTED.finditer(part) if '"' in part or "'" in part else ():
            self._add(part[at : quotation.start()])
            self._add(quotation[0], is_quoted=True)
            at = quotation.end()
        self._add(part[at:] if at else part)
        if len(self.quotations) == marked and _speaks(self.raw[start:]):
            self.quotations.append((start, len(self.raw)))
        if ":" in part and (said := _SAID_INSIDE.search(part)):
            self.announced.append(start + len(in_tokens(part[: said.end()])[0]))

    def _add(self, part: str, *, is_quoted: bool = False) -> None:
        start = len(self.raw)
        raw, plain = in_tokens(part)
        self.raw += raw
        self.plain += plain
        self.is_mixed = self.is_mixed or not part.isascii()
        if is_quoted:
            self.quotations.append((start, len(self.raw)))


def _announces(paragraph: str, before: int) -> bool:
    """Return whether somebody else's words follow a paragraph; `before` are the tokens above it."""
    if not paragraph.endswith(":"):
        return False
    if _CREDITING.match(paragraph):
        return before >= _CREDIT
    return _SAYING.search(paragraph) is not None


def _speaks(tokens_: Sequence[str]) -> bool:
    """Return whether a paragraph without quotation marks is somebody speaking: a letter, a statement, a column."""
    if len(tokens_) < _SPEECH or _FIRST_PERSON.isdisjoint(tokens_):
        return False
    said = sum(token in _FIRST_PERSON for token in tokens_)
    return said >= 2 and said * _TO_THEMSELVES >= len(tokens_)
