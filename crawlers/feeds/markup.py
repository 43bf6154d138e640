"""XML as people write it, repaired before a parser sees it.

HTML's names are resolved, characters of two halves joined, and what cannot stand in XML is taken away.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable, Iterator

# Vertical tab and form feed part words; the others of these stand inside words, where a program left them.
_PARTING = re.compile("[\x0b\x0c]")
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#([0-9]++|[xX][0-9A-Fa-f]++)|([A-Za-z][A-Za-z0-9]{1,31}+));?")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|(?:amp|lt|gt|quot|apos);)")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Unicode ends at 1,114,111, or 10FFFF. Python makes no number of more than 4,300 digits.
_DIGITS_OF_A_CHARACTER = 7
_XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
_CDATA_START = "<![CDATA["
_CDATA_END = "]]>"


def repair_characters(document: str) -> str:
    """Return a document whose characters and references can all stand in XML.

    Control characters vanish. HTML's names are resolved; a reference to an impossible character is removed.
    An emoji that was written as the two halves of UTF-16 becomes one character.
    """
    document = _NOT_XML.sub("", _PARTING.sub(" ", document))
    document = _REFERENCE.sub(_repair_reference, document)
    if _SURROGATE.search(document):
        # Two halves that belong together become a character, a half alone vanishes.
        document = document.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return document


def escape_bare_ampersands(document: str) -> str:
    """Return a repaired document in which each `&` begins a reference.

    `?sec=1&id=77` in an element is what a person reads there. A CDATA section may hold any `&` already.
    """
    return _outside_cdata(document, lambda part: _BARE_AMPERSAND.sub("&amp;", part))


def _outside_cdata(document: str, change: Callable[[str], str]) -> str:
    parts = []
    for part, is_cdata in _split_at_cdata(document):
        if is_cdata:
            parts.append(part)
        else:
            parts.append(change(part))
    return "".join(parts)


def _split_at_cdata(document: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a document, and whether each is a CDATA section."""
    position = 0
    while True:
        start = document.find(_CDATA_START, position)
        end = document.find(_CDATA_END, start)
        if start < 0 or end < 0:
            yield document[position:], False
            return
        end += len(_CDATA_END)
        yield document[position:start], False
        yield document[start:end], True
        position = end


def _repair_reference(found: re.Match[str]) -> str:
    number, name = found[1], found[2]
    if number:
        return _repair_number(number)
    if not found[0].endswith(";") or name in _XML_NAMES:
        return found[0]
    characters = html.entities.html5.get(f"{name};")
    if not characters:
        return found[0]
    return "".join(f"&#{ord(character)};" for character in characters)


def _repair_number(number: str) -> str:
    base = 16 if number[0] in "xX" else 10
    digits = number.lstrip("xX").lstrip("0")
    if len(digits) > _DIGITS_OF_A_CHARACTER:
        return ""
    code = int(digits or "0", base)
    if 0xD800 <= code < 0xE000:
        # One half of a character; the other one may follow.
        return chr(code)
    # XML 1.0, section 2.2
    is_possible = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    if is_possible and code not in (0xFFFE, 0xFFFF):
        return f"&#{code};"
    return ""
