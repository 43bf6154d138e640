"""From bytes to characters, from markup to plain text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

import chardet
import nh3
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from crawlers.folding import composed

_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# Their bytes are plain ASCII, so they would pass as UTF-8.
_STATEFUL = ("iso2022", "hz")
_WIDE = ("utf-16", "utf-32")
# Of the characters beyond ASCII. Text in another encoding is broken nearly throughout when it is read as
# UTF-8; one broken in five still is UTF-8 with a cut or a pasted byte.
_TOLERATED_BROKEN = 0.2
_SNIFFED_BYTES = 100_000
_SIMPLIFIED_ZONES = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Urumqi", "PRC"})
_TRADITIONAL_ZONES = frozenset({"Asia/Taipei", "Asia/Hong_Kong", "Asia/Macau"})

#: Codecs of Python's own that are for text and no character set of anybody's feed; some of them raise
#: whatever the bytes are (docs.python.org, codecs, "Python Specific Encodings").
_NO_CHARACTER_SETS = frozenset({
    "idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined", "unicode-escape",
})  # fmt: skip

#: A reference by a decimal number. Unicode ends at 1,114,111: more digits name nothing, and of more than
#: 4,300 Python makes no number.
_DECIMAL_REFERENCE = re.compile(r"&#0*+([0-9]*+);?")
_DIGITS_OF_A_CHARACTER = 7

_TAGS = re.compile(r"<[A-Za-z/!?]")
_BLOCKS = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|t[dhr]|table|blockquote|hr|section|article)\b)", re.IGNORECASE
)
_SILENT = {"script", "style", "template", "iframe", "noscript", "object", "svg", "math"}
# Cc and Cs are no text; Cf holds zero-width signs and the marks that turn the direction of writing
# around, with which a title can be made to read as another one.
_UNWANTED = {"Cc", "Cs", "Cf", "Co", "Cn"}
#: Of markup that are looked at for one character of plain text. It bounds the work; a summary that is
#: more markup than text may come out short.
_MARKUP_CHARS_PER_CHAR = 20


def decode_body(body: bytes, content_type: str | None, timezone: str = "UTC") -> str:
    """Return a body's characters; never raises.

    A byte order mark decides, then valid UTF-8, then what XML and HTTP declare, then detection. Text in
    another encoding is practically never valid UTF-8, while wrong declarations are common. The source's
    `timezone` breaks the tie between the two Chinese encodings, which chance may confuse.
    """
    found = _XML_ENCODING.match(body[:1000])
    in_xml = found[1].decode() if found else None
    declared = _possible_encodings(in_xml, http_content_type_encoding(content_type))
    return _decode(body, declared, timezone)


def decode_page(body: bytes, content_type: str | None) -> str:
    """Return the characters of a web page; never raises.

    HTTP's declaration goes before that of the page itself, as the HTML standard has it.
    """
    declared = _possible_encodings(
        http_content_type_encoding(content_type), html_body_declared_encoding(body)
    )
    return _decode(body, declared, "UTC")


def _decode(body: bytes, declared: list[str], timezone: str) -> str:
    bom, mark = read_bom(body)
    if bom and mark:
        return body[len(mark) :].decode(bom, "replace")
    certain = _certain_encoding(body, declared)
    if certain:
        return body.decode(certain, "replace")
    as_utf8 = body.decode("utf-8", "replace")
    if _count_broken(as_utf8) <= _TOLERATED_BROKEN * _count_non_ascii(as_utf8):
        return as_utf8
    for name in [*declared, *_guess_encodings(body, timezone)]:
        try:
            return body.decode(name)
        except (UnicodeError, LookupError):
            continue
    return _least_broken_text(body, [*declared, "cp1252"])


def plain_line(markup: object, limit: int) -> str:
    """Return markup, or text, as one line of plain text.

    It has at most `limit` characters. Scripts and styles vanish with their content, entities are
    resolved, control characters, lone surrogates and invisible marks removed, white space collapsed.
    What is no string gives "".
    """
    if not isinstance(markup, str):
        return ""
    text = markup[: limit * _MARKUP_CHARS_PER_CHAR]
    if _TAGS.search(text):
        # A block's words must not grow together with the next one's.
        spaced = _drop_surrogates(_BLOCKS.sub(" <", text))
        text = nh3.clean(spaced, tags=set(), clean_content_tags=_SILENT)
    text = unescape(text)
    wanted = "".join(character for character in text if _is_wanted(character))
    line = composed(" ".join(wanted.split()))
    if len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"


def unescape(text: str) -> str:
    """Return a text with its references resolved; never raises.

    A number that is too long for any character vanishes.
    """
    return html.unescape(_DECIMAL_REFERENCE.sub(_shorten_reference, text))


def _shorten_reference(found: re.Match[str]) -> str:
    if len(found[1]) > _DIGITS_OF_A_CHARACTER:
        return ""
    if not found[1] and "0" not in found[0]:
        # “&#” alone is text.
        return found[0]
    return f"&#{found[1] or '0'};"


# -- encodings -----------------------------------------------------------------------------------


def _certain_encoding(body: bytes, declared: list[str]) -> str | None:
    """Return an encoding that is certain by itself, or None."""
    for name in declared:
        if name.startswith(_STATEFUL):
            return name
    if body.startswith(b"<\x00"):
        return "utf-16-le"
    if body.startswith(b"\x00<"):
        return "utf-16-be"
    return None


def _possible_encodings(*names: str | None) -> list[str]:
    """Return the codecs of those names that can be declared."""
    possible = []
    for name in names:
        codec = resolve_encoding(name) if name else None
        if codec and _is_possible(codec):
            possible.append(codec)
    return possible


def _is_possible(codec: str) -> bool:
    """Tell whether a readable declaration may name a codec.

    It must be one for text ("base64" is none), and not UTF-16, in whose bytes nobody could have read
    the declaration (.NET is known to declare that in UTF-8).
    """
    if codec.startswith(_WIDE) or codec.replace("_", "-") in _NO_CHARACTER_SETS:
        return False
    try:
        b" ".decode(codec, "ignore")
    except (LookupError, UnicodeError):
        return False
    return True


def _guess_encodings(body: bytes, timezone: str) -> Iterator[str]:
    if timezone in _SIMPLIFIED_ZONES:
        yield "gb18030"
    if timezone in _TRADITIONAL_ZONES:
        yield "big5hkscs"
    guess = chardet.detect(body[:_SNIFFED_BYTES]).get("encoding")
    if guess and (resolved := resolve_encoding(guess)):
        yield resolved


def _least_broken_text(body: bytes, encodings: list[str]) -> str:
    texts = []
    for name in encodings:
        texts.append(body.decode(name, "replace"))
    return min(texts, key=_count_broken)


def _count_broken(text: str) -> int:
    return text.count("\ufffd")


def _count_non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


# -- characters ----------------------------------------------------------------------------------


def _drop_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def _is_wanted(character: str) -> bool:
    # Nearly all characters pass here without a look into the tables.
    return " " <= character <= "~" or character.isspace() or unicodedata.category(character) not in _UNWANTED
