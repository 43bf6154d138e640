"""Bytes of a page to a tree of bounded size. Everything hostile stops here.

Sizes come from measurements of the parsers below us. libxml2 looks through all earlier attributes of
an element for each new one (100,000 attributes: 8 s), and stops at 256 levels by itself. trafilatura
takes 13 ms for 1,000 elements and looks for words in class names (9 MB of them: 7 s).
"""

from __future__ import annotations

import logging
import re

from lxml.etree import ElementDefaultClassLookup, LxmlError
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction, fromstring

from crawlers.errors import PermanentError
from pipelines.extract.text import MOST_MARKS, without_heaps

# It logs each page that it cannot read as an error. We say so ourselves, once, with the reason.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

MAX_BYTES = 10 * 2**20
MAX_ELEMENTS = 50_000
#: Characters of text on a page. The longest pages of news have a fifth; twice the longest article that
#: is read.
MAX_TEXT_CHARS = 1_000_000
#: Attributes that all long start tags of a page may have, added in squares as libxml2 spends its time.
MAX_ATTRIBUTES = 4_000
MAX_ATTRIBUTE_CHARS = 4_096

#: Start tags as they are written, those in scripts among them. A tree of so many takes 100 MiB.
_MOST_TAGS = 4 * MAX_ELEMENTS
#: Bytes. A shorter start tag has too few attributes to do harm.
_LONG_TAG = 500
#: Bytes at the beginning in which a page shows that it is one.
_FIRST_BYTES = 2_048

#: Characters in which a page says that it is HTML, and in which its first tag has its end.
_DECLARED_CHARS = 50
_FIRST_CHARS = 4_096
_FIRST_LINES = 4

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
#: Bytes with which characters of UTF-8 begin that are Chinese, and no marks: U+4000 to U+9FFF.
_CHINESE_BEGINNINGS = bytes(range(0xE4, 0xEA))
_OTHER_BEYOND_ASCII = bytes((*range(0x80, 0xE4), *range(0xEA, 0x100)))
_UNFIT_BYTE, _PLAIN_BYTE, _FOREIGN_BYTE = b"\x00", b" ", b"\x80"
#: A mark has two bytes at least.
_LONG_RUN = _FOREIGN_BYTE * (2 * (MOST_MARKS + 1))
#: What each byte of a page may be part of: a control, a Chinese character, another one beyond ASCII.
_KINDS_OF_BYTES = bytes.maketrans(
    _CONTROLS + _CHINESE_BEGINNINGS + _OTHER_BEYOND_ASCII,
    _UNFIT_BYTE * len(_CONTROLS)
    + _PLAIN_BYTE * len(_CHINESE_BEGINNINGS)
    + _FOREIGN_BYTE * len(_OTHER_BEYOND_ASCII),
)
# One whole start tag, quoted values included. Possessive, so that no text makes it go back. One that is
# never closed goes on to the end, as it does for a parser: else each of many would be read to the end.
# The usual form of a value stands first, which saves a quarter of the time.
_START_TAG = re.compile(
    rb"""<[a-zA-Z][^>=]*+(?:="[^"]*+"[^>=]*+|=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+(?:>|\Z)"""
)
_MARKUP = re.compile(r"<(?:p|div|article|h1|body|td|br)\b", re.IGNORECASE)
#: <!DOCTYPE html ... /> and <html ... />: libxml2 takes the page to end there.
_CLOSED_DOCTYPE = re.compile(r"< ?! ?DOCTYPE[^>\n]*/[^<>\n]*>", re.IGNORECASE)
_CLOSED_ROOT = re.compile(r"(<html.*?)\s*/>", re.IGNORECASE)
#: A quoted value. Nothing need part it from the attribute behind it.
_QUOTED_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_NOT_HTML = re.compile(r"^\s*(?:application/(?!xhtml|xml|octet)|image/|audio/|video/|font/)", re.IGNORECASE)
#: The first bytes of files that are no pages.
_FILE_BEGINNINGS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"GIF8": "an image",
    b"\xff\xd8\xff": "an image",
    b"PK\x03\x04": "an archive",
    b"\x1f\x8b": "compressed data",
}


def _parser() -> HTMLParser:
    """Return the parser of pages, as trafilatura has it.

    All elements are of one class, because lxml.html else asks Python for the class of each: forms and their
    fields have classes of their own, which nothing here uses. That took a fifteenth of the reading of a page.
    """
    parser = HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    classes = ElementDefaultClassLookup(
        element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
    )
    parser.set_element_class_lookup(classes)
    return parser


_PARSER = _parser()


def parse(html: str, encoded: bytes | None = None) -> HtmlElement:
    """Return the page's tree.

    `encoded` is the same in UTF-8, where it is known. Raises PermanentError for what is no page or is made to
    harm. The tree is as deep as libxml2 lets it be.
    """
    raw = _encode_plain(html, encoded)
    if raw is None:
        html = without_heaps(_UNFIT.sub("", html))
        raw = html.encode()
    if not html.strip():
        raise PermanentError("the page is empty")
    _check_start_tags(raw)
    tree = _load_tree(html, raw)
    if tree is None or not isinstance(tree.tag, str):
        raise PermanentError("the bytes are no HTML page")
    # A text is never longer than its markup.
    if len(html) > MAX_TEXT_CHARS:
        _check_length(tree)
    _check_elements(tree, raw)
    return tree


def check_is_page(raw: bytes, content_type: str | None, status: int) -> None:
    """Raise PermanentError for an error answer or for bytes that are no page."""
    if status >= 400:
        raise PermanentError(f"the server answered {status} instead of the page")
    if len(raw) > MAX_BYTES:
        raise PermanentError(f"the page has {len(raw)} bytes, more than the {MAX_BYTES} we read")
    for beginning, kind in _FILE_BEGINNINGS.items():
        if raw.startswith(beginning):
            raise PermanentError(f"the bytes are {kind}, not a page")
    # Some servers call every page a download.
    if content_type and _NOT_HTML.match(content_type) and b"<html" not in raw[:_FIRST_BYTES].lower():
        raise PermanentError(f"the server sent {content_type.split(';')[0].strip()}, not a page")


def _encode_plain(html: str, encoded: bytes | None) -> bytes | None:
    """Return the bytes of a page, or None where characters must go first.

    Those are characters that no page may hold, and heaps of marks. Nearly all pages have none. One pass over
    bytes shows both, faster than to look for classes of characters.
    """
    try:
        raw = encoded or html.encode()
    # Half of a surrogate pair.
    except UnicodeEncodeError:
        return None
    kinds = raw.translate(_KINDS_OF_BYTES)
    is_fit = _UNFIT_BYTE not in kinds and "\ufffe" not in html and "\uffff" not in html
    return raw if is_fit and _LONG_RUN not in kinds else None


def _load_tree(html: str, raw: bytes) -> HtmlElement | None:
    """Return the tree of a page, given as a text and as the bytes of it."""
    mended = _mend_beginning(html)
    if mended is not html:
        raw = mended.encode()
    tree = _read_tree(raw)
    is_declared = "html" in mended[:_DECLARED_CHARS].lower()
    if tree is not None and (is_declared or len(tree) > 1):
        return tree
    # A fragment without <html> is a page all the same.
    if _MARKUP.search(mended):
        return _read_tree(f"<html><body>{mended}</body></html>".encode())
    return None


def _read_tree(raw: bytes) -> HtmlElement | None:
    # Bytes: libxml2 reads a text more slowly, and none with a declaration of its encoding.
    try:
        return fromstring(raw, parser=_PARSER)
    except (ValueError, LxmlError):
        return None


def _mend_beginning(html: str) -> str:
    """Return a page without the slips in its first lines.

    They hide the rest from the parser.
    """
    doctype = _CLOSED_DOCTYPE.match(html)
    if doctype:
        html = html[doctype.end() :]
    for line in html[:_FIRST_CHARS].splitlines()[:_FIRST_LINES]:
        if "<html" in line and line.endswith("/>"):
            return _CLOSED_ROOT.sub(r"\1>", html, count=1)
    return html


def _check_elements(tree: HtmlElement, raw: bytes) -> None:
    """Raise PermanentError where a page has more elements than any page of news."""
    # Quick, and enough for all but a few pages: hardly an element comes without a tag of its own.
    if raw.count(b"<") < MAX_ELEMENTS / 2:
        return
    elements = int(tree.xpath("count(//*)"))
    if elements > MAX_ELEMENTS:
        raise PermanentError(f"the page has {elements} elements, more than the {MAX_ELEMENTS} we read")


def _check_length(tree: HtmlElement) -> None:
    """Raise PermanentError where a page has more text than any page of news."""
    # Quick, and enough for all but a few pages: scripts are counted.
    if tree.xpath("string-length(.)") <= MAX_TEXT_CHARS:
        return
    length = 0
    for text in tree.xpath("descendant::text()[not(parent::script or parent::style)]", smart_strings=False):
        length += len(text)
    if length > MAX_TEXT_CHARS:
        raise PermanentError(
            f"the page has {length} characters of text, more than the {MAX_TEXT_CHARS} we read"
        )


def _check_start_tags(raw: bytes) -> None:
    """Raise PermanentError where a page is made to be costly to parse.

    Millions of elements take all memory, thousands of attributes minutes.
    """
    # Bounds the list that is made next. Short pages cannot have so many.
    if len(raw) > _MOST_TAGS and _has_too_many_tags(raw):
        raise PermanentError(f"the page has more than {_MOST_TAGS} tags")
    cost = 0
    # All at once takes half the time of one after another.
    for tag in _START_TAG.findall(raw):
        if len(tag) <= _LONG_TAG:
            continue
        cost += _count_attributes(tag) ** 2
        if cost > MAX_ATTRIBUTES**2:
            raise PermanentError(
                f"the page has elements with thousands of attributes (limit {MAX_ATTRIBUTES})"
            )


def _has_too_many_tags(raw: bytes) -> bool:
    if raw.count(b"<") <= _MOST_TAGS:
        return False
    return any(number >= _MOST_TAGS for number, _tag in enumerate(_START_TAG.finditer(raw)))


def _count_attributes(tag: bytes) -> int:
    """Return roughly how many attributes a start tag has, and no fewer."""
    return len(_QUOTED_VALUE.sub(b" ", tag).replace(b"/", b" ").split())


def remove_long_attributes(tree: HtmlElement) -> None:
    """Take attributes from a tree that are too long to look for words in them."""
    for attribute in tree.xpath("//@*[string-length() > $limit]", limit=MAX_ATTRIBUTE_CHARS):
        element = attribute.getparent()
        # A description may be long.
        if element.tag != "meta":
            del element.attrib[attribute.attrname]
