"""Lines that say that someone paid, or that the page does not answer for the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.route import clue_patterns
from pipelines.route.clue import Clue, ClueKind, Findings
from pipelines.route.paragraph import Paragraph

#: Characters of a disclaimer that are searched for the service it names.
_SEARCHED_CHARS = 1_500
#: Characters after "through" in which the name of a service ends.
_NAME_CHARS = 60
#: Words. A label of paid content is short.
_LONGEST_LABEL = 30
_LONGEST_SHORT_LABEL = 8
_LONGEST_PAYER = 6
_BRACKETS = "（）()【】[]〔〕 　"
_WORD_END = re.compile(r"[\s.,;，。；]+")


def read_notice(paragraph: Paragraph, where: str, found: Findings) -> bool:
    """Take a notice; return whether the paragraph is one."""
    if _is_paid_label(paragraph):
        found.is_paid = True
        found.add_evidence("paid content", paragraph.text, where)
        _read_payer(paragraph, found)
    elif clue_patterns.THIRD_PARTY.match(paragraph.text):
        found.add_evidence("disclaimer", paragraph.text, where)
    else:
        return False
    found.add_span(paragraph, "disclaimer")
    _read_distributor(paragraph.text[:_SEARCHED_CHARS], found)
    return True


def _is_paid_label(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip(_BRACKETS)
    if paragraph.words > _LONGEST_LABEL:
        return False
    if clue_patterns.PAID.match(text) or clue_patterns.PAID_SENTENCE.match(text):
        return True
    is_sentence = text.endswith((".", "。", "!", "！"))
    return (
        paragraph.words <= _LONGEST_SHORT_LABEL
        and not is_sentence
        and clue_patterns.SHORT_PAID.match(text) is not None
    )


def _read_payer(paragraph: Paragraph, found: Findings) -> None:
    """Take who paid, where the label says it."""
    match = clue_patterns.PAYER.match(paragraph.text.strip(_BRACKETS))
    if match is None:
        return
    name = match["name"].strip()
    organisation = found.organisations.known(name)
    if organisation:
        found.add_organisation(organisation, ClueKind.SOURCE_LINE)
    elif len(name.split()) <= _LONGEST_PAYER:
        found.clues.append(Clue("origin", name, ClueKind.UNKNOWN_SOURCE))


def _read_distributor(text: str, found: Findings) -> None:
    """Take the service that a disclaimer names after "through", "by", "par", "由"."""
    for match in clue_patterns.THROUGH.finditer(text):
        for name in _possible_names(text[match.end() : match.end() + _NAME_CHARS]):
            organisation = found.organisations.known(name)
            if organisation and organisation.kind == "release":
                found.add_organisation(organisation, ClueKind.DISTRIBUTOR)
                return


def _possible_names(text: str) -> Iterator[str]:
    """Yield the names that may begin a text, longest first.

    They are up to four words, or up to eight characters of the first one, since Chinese has no
    spaces: 由美通社发布.
    """
    words = _WORD_END.split(text.strip())
    for count in range(4, 0, -1):
        yield " ".join(words[:count])
    for count in range(8, 1, -1):
        yield words[0][:count]
