"""An article's text: trafilatura's reading, checked against the declared text.

trafilatura in its precise mode is the base. Its balanced mode takes over where the precise one kept
too little. JSON-LD's articleBody decides in both directions: paragraphs that it does not know are
taken out, and a far longer one that contains the reading replaces it (a text behind "read more").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawlers.challenges import find_request
from crawlers.errors import PageWalled, PermanentError
from crawlers.folding import read_references
from crawlers.scripts import BASIC_CJK
from pipelines.extract.claims import Claims
from pipelines.extract.json_ld import text_of
from pipelines.extract.page_lines import lines_of_page
from pipelines.extract.page_state import find_state_texts, list_state_texts
from pipelines.extract.precise_reading import read_precisely
from pipelines.extract.site_rule import NO_RULE, RuleReading
from pipelines.extract.text import lines, one_line
from pipelines.extract.tree_depth import BLOCK_TAGS
from pipelines.model import Paywall
from pipelines.text.boilerplate_lines import ROUTE_MARK, is_boilerplate_line
from pipelines.text.folding import beginning_by_folded_length
from pipelines.text.page_notices import (
    MISSING_PAGE,
    find_wall_in_text,
    find_wall_on_page,
    is_wall_line,
)

# Lengths of texts are weights: characters, where a Chinese, Japanese or Korean one counts as three,
# because it says as much.

#: A lighter text is a menu or a notice.
MIN_WEIGHT = 60
#: Characters.
MAX_CHARS = 500_000
#: The precise mode may have missed most of a lighter text.
SCANT_WEIGHT = 600
#: A reading that is lighter than this, and holds no line of prose or lacks the deck, may be a comment box:
#: two hundred Chinese characters of one are as heavy as a scant article.
_DOUBTED_WEIGHT = 1_800
_PROSE_WEIGHT = 240
_DECK_CHARS = 20
#: The share of its characters that a Chinese text has in Chinese at least; the others are signs and figures.
_WIDE_SHARE = 0.4
#: A heavier text with the words of a notice in it is an article.
NOTICE_WEIGHT = 1200
#: Characters of a table's cell: about four lines of prose.
LAYOUT_CELL_CHARS = 400
#: Characters. A shorter articleBody is a teaser.
_SHORTEST_DECLARED = 200
#: Characters of an articleBody that are read, its markup among them.
_LONGEST_DECLARED = 2 * MAX_CHARS
#: Characters of the page that are searched for a notice.
_SEARCHED_CHARS = 5_000
#: Lines at the top in which the title is looked for, and the characters of a line of prose.
_HEADING_LINES = 15
_PROSE_CHARS = 60

#: Inline children of one element that are read as such; a long paragraph has some dozens.
MOST_CHILDREN = 1_000
#: Paragraphs, headings and other blocks that are read; the longest pages have some thousand. justext, behind
#: trafilatura, compares all short ones with all: a page of 10,000 takes 7 s, one of 5,000 takes 2.5 s.
MOST_BLOCKS = 5_000
_INLINE_TAGS = frozenset(
    ("a", "abbr", "b", "br", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
     "small", "span", "strong", "sub", "sup", "tt", "u", "var")
)  # fmt: skip
_UNREAD_TAGS = ("script", "style", "svg", "template", "iframe", "object", "noembed", "link", "meta")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_BREAKS = re.compile(
    r"</(?:p|div|h\d|li|blockquote)>|<(?:p|div|h\d|li|blockquote)\b[^<>]{0,2000}>|<br\s*/?>\s*<br\s*/?>",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-–•·▪►*]\s+|\|\s*)")
#: Characters that are folded at once. Articles are shorter.
_PIECE_CHARS = 50_000
#: The opposite of str.isalnum, without a list of all characters.
_NO_LETTERS = re.compile(r"[\W_]+")
_WIDE = re.compile(f"[{BASIC_CJK}]")


class Body(NamedTuple):
    """A page's text. Blank lines separate its paragraphs."""

    text: str
    #: Where it comes from: "trafilatura", "json-ld" or both, "page state" or the rule of a site.
    provenance: str
    #: Whether the page asks for a payment before it shows the rest.
    paywall: Paywall


def extract_body(tree: HtmlElement, claims: Claims, title: str, by_rule: RuleReading = NO_RULE) -> Body:
    """Return the text of a page.

    What the rule of its site found is taken, where it found any.
    Takes scripts and styles out of `tree`, so it comes last. Raises PermanentError where the page shows no
    text of its own, and PageWalled where it shows a consent form, a robot check or a paywall in its place.
    """
    state = list_state_texts(tree.iter("script"))
    deck = claims.first("og:description") or claims.first("description") or ""
    etree.strip_elements(tree, *_UNREAD_TAGS, with_tail=False)
    _open_layout_tables(tree)
    _flatten_crowds(tree)
    _cut_blocks(tree)
    reading, where = by_rule.list_lines(), by_rule.provenance
    if not reading:
        reading, where = _choose_reading(tree, _read_declared(claims), deck)
    if state and _weight_of("".join(reading)) < MIN_WEIGHT:
        texts = find_state_texts(state)
        if texts:
            reading, where = _lines_of_markup(max(texts, key=len)), "page state"
    # Before lines are removed: those that ask for a payment are.
    paywall = _find_paywall(reading, tree)
    paragraphs = _remove_boilerplate(reading, title)
    weight = _weight_of("".join(paragraphs))
    body = "\n\n".join(paragraphs)
    if weight < NOTICE_WEIGHT:
        # A page without any text shows its notice elsewhere.
        _check_for_notice(body or one_line(tree.text_content()[:_SEARCHED_CHARS]))
    if weight < MIN_WEIGHT:
        if paywall != "none":
            raise PageWalled("the page asks for a payment before it shows any text")
        raise PermanentError("the page shows no article text")
    # What NFKC makes of it counts: all that is done with a text is done with that.
    if len(beginning_by_folded_length(body, MAX_CHARS)) < len(body):
        raise PermanentError(
            f"the page's text has {len(body)} characters, more than the {MAX_CHARS} of any article"
        )
    return Body(body, where, paywall)


def _find_paywall(reading: Sequence[str], tree: HtmlElement) -> Paywall:
    if find_wall_in_text(reading):
        return "in text"
    # The lines of the text were searched for more than this.
    searched = set(reading)
    others = [line for line in lines_of_page(tree) if line not in searched]
    if find_wall_on_page(others):
        return "beside"
    return "none"


def _check_for_notice(text: str) -> None:
    """Raise PermanentError or PageWalled where a short text is a notice."""
    missing = MISSING_PAGE.search(text)
    if missing:
        raise PermanentError(f"the page shows a notice instead of an article: {missing[0]!r}")
    request = find_request(text)
    if request is not None:
        raise PageWalled(f"the page shows a notice instead of an article: {request!r}")


def _open_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that only arrange the page into plain blocks.

    A table of figures has no cell that holds another table or a text of `LAYOUT_CELL_CHARS`.
    """
    tables = tree.xpath(
        "//table[.//table or .//td[string-length(normalize-space()) > $long]]", long=LAYOUT_CELL_CHARS
    )
    for table in tables:
        for part in table.xpath("descendant-or-self::*[self::table or self::tbody or self::tr or self::td]"):
            part.tag = "div"


def _flatten_crowds(tree: HtmlElement) -> None:
    """Make plain text of links, bold words and breaks where they stand in thousands.

    trafilatura looks through all of an element's children for each of them: 48,000 take it minutes.
    """
    for crowd in tree.xpath("//*[count(*) > $most]", most=MOST_CHILDREN):
        inline = 0
        for child in crowd:
            if child.tag in _INLINE_TAGS:
                inline += 1
        if inline <= MOST_CHILDREN:
            continue
        _flatten(crowd)


def _flatten(crowd: HtmlElement) -> None:
    """Make plain text of an element's inline children."""
    # Not etree.strip_tags: it goes through all pieces of text that stand before a child.
    pieces = [crowd.text or ""]
    before: HtmlElement | None = None
    for child in list(crowd):
        if child.tag in _INLINE_TAGS:
            pieces.append("\n" if child.tag == "br" else child.xpath("string()", smart_strings=False))
            pieces.append(child.tail or "")
            # Its tail goes with it.
            crowd.remove(child)
        else:
            _set_text_behind(before, crowd, "".join(pieces))
            pieces = [child.tail or ""]
            before = child
    _set_text_behind(before, crowd, "".join(pieces))


def _set_text_behind(child: HtmlElement | None, parent: HtmlElement, text: str) -> None:
    """Put a text behind a child, or before the first one."""
    if child is None:
        parent.text = text
    else:
        child.tail = text


def _cut_blocks(tree: HtmlElement) -> None:
    """Take out the blocks behind the first `MOST_BLOCKS`."""
    for block in list(tree.iter(*BLOCK_TAGS))[MOST_BLOCKS:]:
        parent = block.getparent()
        if parent is not None:
            parent.remove(block)


# -- readings -------------------------------------------------------------------------------------


def _choose_reading(tree: HtmlElement, declared: list[str], deck: str) -> tuple[list[str], str]:
    """Return the lines of the best reading, and its name."""
    declared_key = _key_of("".join(declared))
    reading = _choose_mode(tree, declared_key, deck)
    if not declared:
        return reading, "trafilatura"
    known = []
    for line in reading:
        if _key_of(line) in declared_key:
            known.append(line)
    reading_key = _key_of("".join(reading))
    known_share = _count_chars(known) / max(1, _count_chars(reading))
    # Shares were chosen on the labelled pages. Below this one the declared text is another text.
    if known_share < 0.6:
        is_fuller = len(declared_key) > 3 * len(reading_key)
        if is_fuller and _weight_of("".join(reading)) < SCANT_WEIGHT:
            return declared, "json-ld"
        return reading, "trafilatura"
    if len(declared_key) > 1.3 * len(reading_key):
        return declared, "json-ld"
    # The declared text is nearly whole, so that what it does not know is no text of the article.
    if len(_key_of("".join(known))) >= 0.8 * len(declared_key):
        return _keep_declared_lines(reading, declared_key), "trafilatura+json-ld"
    return reading, "trafilatura"


def _choose_mode(tree: HtmlElement, declared_key: str, deck: str) -> list[str]:
    """Return the precise reading, or the balanced one where that has clearly more."""
    precise = _read_precisely(tree)
    precise_weight = _weight_of("".join(precise))
    is_short_of_declared = len(declared_key) > 1.15 * len(_key_of("".join(precise)))
    is_doubted = precise_weight < _DOUBTED_WEIGHT and _is_doubted(precise, deck)
    if precise_weight >= SCANT_WEIGHT and not is_short_of_declared and not is_doubted:
        return precise
    balanced = _read_with_trafilatura(tree)
    # Without a declared text nothing shows that more is better.
    least_gain = 1.2 if declared_key else 1.5
    if _weight_of("".join(balanced)) > least_gain * precise_weight:
        return balanced
    return precise


def _read_precisely(tree: HtmlElement) -> list[str]:
    """Return the precise reading, compared with other programs' where it is scant.

    The comparison takes a fifth of the whole reading. On the labelled pages it changed three of 370 readings
    that were not scant, and none for the better.
    """
    reading = _lines_of_reading(read_precisely(tree))
    if _weight_of("".join(reading)) >= SCANT_WEIGHT:
        return reading
    return _read_with_trafilatura(tree, favor_precision=True)


def _is_doubted(reading: Sequence[str], deck: str) -> bool:
    """Tell whether a light Chinese reading may be something else than the article."""
    text = "".join(reading)
    if len(_WIDE.findall(text)) < _WIDE_SHARE * len(text):
        return False
    if max(map(_weight_of, reading), default=0) < _PROSE_WEIGHT:
        return True
    beginning = _key_of(deck)[:_DECK_CHARS]
    # A Chinese deck is nearly always the beginning of its text.
    return len(_WIDE.findall(beginning)) >= _DECK_CHARS // 2 and beginning not in _key_of(text)


def _read_with_trafilatura(tree: HtmlElement, *, favor_precision: bool = False) -> list[str]:
    """Return trafilatura's reading, compared with other programs'."""
    document: Any = bare_extraction(
        tree, include_comments=False, with_metadata=False, favor_precision=favor_precision
    )
    return _lines_of_reading(document.text or "") if document else []


def _lines_of_reading(text: str) -> list[str]:
    found: list[str] = []
    for line in lines(text):
        found.append(_BULLET.sub("", line).strip())
    return found


def _read_declared(claims: Claims) -> list[str]:
    """Return the paragraphs of JSON-LD's articleBody without markup; [] for none."""
    return _lines_of_markup(text_of(claims.article.get("articleBody") or claims.article.get("text")))


def _lines_of_markup(text: str) -> list[str]:
    """Return the paragraphs of a text that may have markup in it."""
    if len(text) < _SHORTEST_DECLARED:
        return []
    # A longer one is no article's; of its beginning the rest is too much, too.
    text = text[:_LONGEST_DECLARED]
    if "<" in text or "&" in text:
        text = _BREAKS.sub("\n\n", read_references(text))
        text = _TAG.sub(" ", text)
    # So much is no article's, and would be refused in place of what the page shows.
    if len(text) > MAX_CHARS:
        return []
    return lines(text)


def _keep_declared_lines(reading: Sequence[str], declared_key: str) -> list[str]:
    """Return the lines that are declared, and those that tell where they come from."""
    kept = []
    for line in reading:
        is_declared = _key_of(line) in declared_key or _is_mostly_declared(line, declared_key)
        if is_declared or ROUTE_MARK.search(line):
            kept.append(line)
    return kept


def _is_mostly_declared(line: str, declared_key: str) -> bool:
    """Tell whether a line is declared but for a link or space."""
    key = _key_of(line)
    if len(key) <= 40:
        return False
    pieces = found = 0
    for start in range(0, len(key) - 19, 20):
        pieces += 1
        if key[start : start + 20] in declared_key:
            found += 1
    return found >= 0.5 * pieces


# -- lines ----------------------------------------------------------------------------------------


def _remove_boilerplate(reading: Sequence[str], title: str) -> list[str]:
    """Return the lines of the article below its title."""
    kept: list[str] = []
    for line in reading:
        if not is_boilerplate_line(line) and not is_wall_line(line):
            kept.append(line)
    title_key = _key_of(title)
    for position, line in enumerate(kept[:_HEADING_LINES]):
        is_last = position + 1 >= len(kept)
        # The title stands above the text, and menus stand above the title.
        if title_key and _key_of(line) == title_key and not is_last:
            return kept[position + 1 :]
        if len(line) > _PROSE_CHARS and position >= 2:
            break
    return kept


def _weight_of(text: str) -> int:
    return len(text) + 2 * len(_WIDE.findall(text))


def _count_chars(texts: Sequence[str]) -> int:
    return sum(map(len, texts))


def _key_of(text: str) -> str:
    """Return the letters and digits of a text, to compare it.

    There are `MAX_CHARS` of them at most.
    """
    pieces = []
    length = 0
    for start in range(0, len(text), _PIECE_CHARS):
        folded = unicodedata.normalize("NFKC", text[start : start + _PIECE_CHARS]).casefold()
        piece = _NO_LETTERS.sub("", folded)
        pieces.append(piece)
        length += len(piece)
        # Counted after the growth: NFKC makes 18 characters of U+FDFA.
        if length >= MAX_CHARS:
            break
    return "".join(pieces)[:MAX_CHARS]
