"""The closing lines of a text, and of releases."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.route import clue_patterns
from pipelines.route.clue import Findings
from pipelines.route.paragraph import Paragraph
from pipelines.text.boilerplate_lines import begins_as_boilerplate

#: Paragraphs at the end that are closing lines at most.
_LONGEST_TAIL = 14
#: Words. A longer paragraph is prose, where nothing shows that it is not.
_PROSE_WORDS = 25
_LONGEST_HEADING = 14
#: Words. A longer one is a contact only with an address or a number in it.
_LONGEST_CONTACT = 40
#: Paragraphs at the end in which an address or a number alone is a contact.
_CONTACT_PARAGRAPHS = 8


def find_tail_start(paragraphs: Sequence[Paragraph]) -> int:
    """Return the index of the first closing line, after the last paragraph of prose.

    Prose is a paragraph of more than 25 words that is no closing matter itself. A SOURCE line above
    it belongs to something quoted, not to the page.
    """
    last_prose = 0
    for paragraph in paragraphs:
        if paragraph.words > _PROSE_WORDS and not _is_closing_matter(paragraph, paragraphs):
            last_prose = paragraph.index
    return max(last_prose + 1, len(paragraphs) - _LONGEST_TAIL)


def _is_closing_matter(paragraph: Paragraph, paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether a long paragraph is a disclaimer or a contact, or has its heading."""
    if clue_patterns.THIRD_PARTY.match(paragraph.text) or clue_patterns.CONTACT.match(paragraph.text):
        return True
    if begins_as_boilerplate(paragraph.text):
        return True
    if paragraph.index == 0:
        return False
    above = paragraphs[paragraph.index - 1].text
    return (
        clue_patterns.TAIL_HEADING.fullmatch(above) is not None
        or clue_patterns.FORWARD_LOOKING.match(above) is not None
    )


def read_release_tail(paragraphs: Sequence[Paragraph], found: Findings) -> None:
    """Mark what stands under every release: about, cautionary words, contacts."""
    taken = set()
    for span in found.spans:
        if span.label != "dateline":
            taken.add(span.start)
    # "About Acme" has one paragraph. Cautionary words go on until a contact or another heading.
    is_under_about = is_under_cautionary = False
    # The first paragraph is never boilerplate: a text must begin somewhere.
    for paragraph in paragraphs[1:]:
        if paragraph.start in taken:
            continue
        if _is_heading(paragraph):
            is_under_about = True
            is_under_cautionary = clue_patterns.FORWARD_LOOKING.match(paragraph.text) is not None
            found.add_span(paragraph, "release_tail")
        elif _is_contact(paragraph):
            is_under_about = is_under_cautionary = False
            found.add_evidence("contact", paragraph.text, paragraph.place)
            found.add_span(paragraph, "contact")
        elif is_under_about or is_under_cautionary:
            is_under_about = False
            found.add_span(paragraph, "release_tail")
        elif _is_address(paragraph, len(paragraphs)):
            found.add_span(paragraph, "contact")


def _is_heading(paragraph: Paragraph) -> bool:
    if paragraph.words > _LONGEST_HEADING:
        return False
    return clue_patterns.TAIL_HEADING.fullmatch(paragraph.text) is not None


def _is_contact(paragraph: Paragraph) -> bool:
    if not clue_patterns.CONTACT.match(paragraph.text):
        return False
    return paragraph.words <= _LONGEST_CONTACT or clue_patterns.REACHABLE.search(paragraph.text) is not None


def _is_address(paragraph: Paragraph, count: int) -> bool:
    """Tell whether a closing line is an address or a number."""
    if paragraph.words > _LONGEST_HEADING or paragraph.index <= count - _CONTACT_PARAGRAPHS:
        return False
    return clue_patterns.REACHABLE.search(paragraph.text) is not None
