"""From hostile bytes to characters, and from markup to one line of plain text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

import chardet
import nh3
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_STATEFUL = ("iso2022", "hz")
_WIDE = ("utf-16", "utf-32")
# Of the characters beyond ASCII. Text in another encoding is broken nearly throughout when it is read as
# UTF-8; one broken in five still is UTF-8 with a cut or a pasted byte.
_TOLERATED_BROKEN = 0.2
_SNIFFED_BYTES = 100_000

_TAGS = re.compile(r"<[A-Za-z/!?]")
_BLOCKS = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|t[dhr]|table|blockquote|hr|section|article)\b)", re.IGNORECASE
)
_SILENT = {"script", "style", "template", "iframe", "noscript", "object", "svg", "math"}
# Cc and Cs are no text; Cf holds zero-width signs and the marks that turn the direction of writing
# around, with which a title can be made to read as another one.
_UNWANTED = {"Cc", "Cs", "Cf", "Co", "Cn"}


def decode(body: bytes, content_type: str | None, timezone: str = "UTC") -> str:
    """Return a body's characters; never raises.

    A byte order mark decides, then valid UTF-8 (text in another encoding is practically never valid
    UTF-8, while wrong declarations are common), then what XML and HTTP declare, then detection. The
    source's `timezone` breaks the tie between the two Chinese encodings, which chance may confuse.
    """
    bom, mark = read_bom(body)
    if bom and mark:
        return body[len(mark) :].decode(bom, "replace")
    declared = list(_declared(body, content_type))
    for name in declared:
        if name.startswith(_STATEFUL):  # their bytes are plain ASCII, so they would pass as UTF-8
            return body.decode(name, "replace")
    if body[:2] in (b"<\x00", b"\x00<"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be", "replace")
    lenient = body.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if broken == 0 or broken <= _TOLERATED_BROKEN * _count_non_ascii(lenient):
        return lenient
    for name in [*declared, *_guessed(body, timezone)]:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return min(
        (body.decode(name, "replace") for name in [*declared, "cp1252"]), key=lambda s: s.count("\ufffd")
    )


def _count_non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    found = _XML_ENCODING.match(body[:1000])
    in_xml = found[1].decode() if found else None
    for name in (in_xml, http_content_type_encoding(content_type)):
        if name and (resolved := resolve_encoding(name)) and _is_possible(resolved):
            yield resolved


def _is_possible(codec: str) -> bool:
    """Tell a codec that a readable declaration may name: one for text ("base64" is none), and not
    UTF-16, in whose bytes nobody could have read it (.NET is known to declare that in UTF-8)."""
    if codec.startswith(_WIDE):
        return False
    try:
        b" ".decode(codec, "ignore")
    except LookupError:
        return False
    return True


def _guessed(body: bytes, timezone: str) -> Iterator[str]:
    if timezone in ("Asia/Shanghai", "Asia/Chongqing", "Asia/Urumqi", "PRC"):
        yield "gb18030"
    if timezone in ("Asia/Taipei", "Asia/Hong_Kong", "Asia/Macau"):
        yield "big5hkscs"
    guess = chardet.detect(body[:_SNIFFED_BYTES]).get("encoding")
    if guess and (resolved := resolve_encoding(guess)):
        yield resolved


def plain(markup: object, limit: int) -> str:
    """Return markup, or text, as one line of plain text of at most `limit` characters.

    Scripts and styles vanish with their content, entities are resolved, control characters, lone
    surrogates and invisible marks removed, white space collapsed. What is no string gives "".
    """
    if not isinstance(markup, str):
        return ""
    text = markup[: limit * 20]  # bounds the work; a summary that is more markup than text may come out short
    if _TAGS.search(text):
        text = nh3.clean(_drop_surrogates(_BLOCKS.sub(" <", text)), tags=set(), clean_content_tags=_SILENT)
    text = html.unescape(text)
    line = " ".join("".join(c for c in text if _is_wanted(c)).split())
    line = unicodedata.normalize("NFC", line)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _drop_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def _is_wanted(character: str) -> bool:
    # Nearly all characters pass here without a look into the tables.
    return " " <= character <= "~" or character.isspace() or unicodedata.category(character) not in _UNWANTED
