"""Bytes of a page -> a tree of bounded size. Everything hostile stops here, with a reason.

Sizes come from measurements of the parsers below us: libxml2 looks through all earlier attributes
of an element for each new one (100,000 attributes: 8 s), trafilatura takes 13 ms for 1,000 elements
and looks for words in class names (9 MB of them: 7 s). libxml2 itself stops at 256 levels.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement
from trafilatura import load_html
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from crawlers.errors import PermanentError

MAX_BYTES = 10 * 2**20
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 4_000
MAX_ATTRIBUTE_CHARS = 4_096

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# One whole start tag, quoted values included. Possessive, so that no text makes it go back.
_START_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_MARKUP = re.compile(r"<(?:p|div|article|h1|body|td|br)\b", re.I)
_QUOTED = re.compile(r'"[^"]*+"|\'[^\']*+\'')
_NOT_HTML = re.compile(r"^\s*(?:application/(?!xhtml|xml|octet)|image/|audio/|video/|font/)", re.I)
_MAGIC = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"GIF8": "an image", b"\xff\xd8\xff": "an image", b"PK\x03\x04": "an archive", b"\x1f\x8b": "compressed data"}  # fmt: skip
_WEAK = frozenset({"cp1252", "iso8859-1", "ascii"})
"""Encodings that servers claim by default and that decode any bytes: a claim worth little."""
_RIVALS = ("gb18030", "big5hkscs", "cp1252")
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "這個們來為國說時會對於著過發後裡與及將其日月年市長長员員记記者报報新闻聞社北京加拿总總理主席表示关關系係经經济濟"
)


def decode(raw: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return a page's text and the encoding that made it.

    Bytes that are valid UTF-8 are UTF-8, whatever a header claims: other encodings of real text
    are almost never valid UTF-8. Then come byte order mark, header and `<meta>`, each only if the
    whole page decodes by it. gb2312 is read as GB18030, its superset, as browsers do. A Western
    claim, the default of many servers, gives way to Chinese where the characters make sense.
    """
    marked, bom = read_bom(raw)
    if marked and bom:
        return raw[len(bom) :].decode(marked, "replace"), marked
    claims = [
        _python_name(c)
        for c in (http_content_type_encoding(content_type), html_body_declared_encoding(raw))
        if c
    ]
    if any(c.startswith(("iso2022", "hz")) for c in claims) and raw.isascii():
        return raw.decode(claims[-1], "replace"), claims[-1]
    if (text := _strictly(raw, "utf-8")) is not None:
        return text, "utf-8"
    strong = [c for c in claims if c not in _WEAK and c != "utf-8"]
    for name in strong:
        text = _strictly(raw, name)
        if text is not None and (name not in _RIVALS or _common_share(text) > 0.15):
            return text, name
    return _most_plausible(raw, [*strong, *(c for c in claims if c in _WEAK)])


def parse(html: str) -> HtmlElement:
    """Return the page's tree. Raises PermanentError for what is no page or is made to harm."""
    html = _UNFIT.sub("", html)
    if not html.strip():
        raise PermanentError("the page is empty")
    if sum(count**2 for count in _attribute_counts(html)) > MAX_ATTRIBUTES**2:
        raise PermanentError(f"the page has elements with thousands of attributes (limit {MAX_ATTRIBUTES})")
    tree = load_html(html, MAX_BYTES * 4)
    if tree is None and _MARKUP.search(html):  # a fragment without <html> is a page all the same
        tree = load_html(f"<html><body>{html}</body></html>", MAX_BYTES * 4)
    if tree is None or not isinstance(tree.tag, str):
        raise PermanentError("the bytes are no HTML page")
    elements = int(tree.xpath("count(//*)"))
    if elements > MAX_ELEMENTS:
        raise PermanentError(f"the page has {elements} elements, more than the {MAX_ELEMENTS} we read")
    for attribute in tree.xpath("//@*[string-length() > $limit]", limit=MAX_ATTRIBUTE_CHARS):
        if attribute.getparent().tag != "meta":
            del attribute.getparent().attrib[attribute.attrname]
    return tree


def check_is_page(raw: bytes, content_type: str | None, status: int) -> None:
    """Raise PermanentError for an error answer, too many bytes, or bytes of another kind."""
    if status >= 400:
        raise PermanentError(f"the server answered {status} instead of the page")
    if len(raw) > MAX_BYTES:
        raise PermanentError(f"the page has {len(raw)} bytes, more than the {MAX_BYTES} we read")
    for magic, what in _MAGIC.items():
        if raw.startswith(magic):
            raise PermanentError(f"the bytes are {what}, not a page")
    if content_type and _NOT_HTML.match(content_type) and b"<html" not in raw[:2048].lower():
        raise PermanentError(f"the server sent {content_type.split(';')[0].strip()}, not a page")


def _attribute_counts(html: str) -> Iterator[int]:
    """Yield (roughly) how many attributes the longest start tags have; short tags are left out."""
    for tag in _START_TAG.finditer(html):
        if tag.end() - tag.start() > 500:
            yield len(_QUOTED.sub("", tag.group()).split())


@lru_cache(maxsize=64)
def _python_name(label: str) -> str:
    name = resolve_encoding(label) or label
    try:
        name = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252"}.get(name, name)


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _most_plausible(raw: bytes, claims: list[str]) -> tuple[str, str]:
    """Return the reading with the fewest broken characters, and among Chinese ones the one whose
    characters are the common ones: GBK read as Big5 gives rare characters, and vice versa."""
    utf8 = raw.decode("utf-8", "replace")
    if utf8.count("\ufffd") * 20 <= sum(not c.isascii() for c in utf8):
        return utf8, "utf-8"  # a cut or a stray byte in what is UTF-8
    readings = [(raw.decode(name, "replace"), name) for name in dict.fromkeys([*claims, *_RIVALS])]
    return max(readings, key=lambda reading: _plausibility(*reading, claimed=reading[1] in claims))


def _common_share(text: str) -> float:
    """Return which part of the characters outside ASCII are very common Chinese ones."""
    outside = [c for c in text if not c.isascii()]
    return sum(c in _COMMON_HAN for c in outside) / len(outside) if outside else 0.0


def _plausibility(text: str, name: str, *, claimed: bool) -> float:
    outside = [c for c in text if not c.isascii()] or [" "]
    broken = sum(c == "\ufffd" or "\x80" <= c <= "\x9f" or "\ue000" <= c <= "\uf8ff" for c in outside) / len(
        outside
    )
    letters = (
        0.0 if name in _RIVALS[:2] else sum(c.isalpha() and c < "\u0250" for c in outside) / len(outside)
    )
    # Real Chinese text has every third to fourth character among the common ones; a wrong reading
    # one in fifty. Western text read as Western is nearly all letters, but any bytes are.
    return min(_common_share(text), 0.25) * 4 + letters * 0.3 - broken * 10 + (0.2 if claimed else 0.0)
