"""The text of a page's bytes, and the encoding that made it."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from crawlers.scripts import BASIC_HAN, HANGUL, KANA
from pipelines.extract.words import ENCODING_WORDS

#: Encodings that servers claim by default and that decode any bytes: a claim worth little.
_WEAK = frozenset({"cp1252", "iso8859-1", "ascii"})
#: Encodings that decode each other's bytes, so that only the characters show which one is right.
_RIVALS = ("gb18030", "big5hkscs", "cp1252")
_CHINESE_RIVALS = _RIVALS[:2]
#: Read by their supersets, as browsers do.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252"}
_COMMON_HAN = frozenset(ENCODING_WORDS.alike + ENCODING_WORDS.simplified + ENCODING_WORDS.traditional)

#: Characters of a text that are looked at, one by one. Pages of news have a tenth.
_READ_CHARS = 1_000_000
#: What comes of bad bytes: a mark, a control, private use.
_BROKEN = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]")
#: What Western letters are among, beyond ASCII.
_WESTERN = re.compile("[\x80-\u024f]")
_ASCII = re.compile("[\x00-\x7f]+")
#: Bytes in which UTF-16 shows, and the least share of zeros at every second place: tags are ASCII.
_FIRST_BYTES = 2_000
_ZERO_SHARE = 0.2
#: Share of common characters from which a claimed Chinese encoding is believed. Real Chinese text has
#: every third to fourth character among them, a wrong reading one in fifty.
_CLAIMED_SHARE = 0.15
#: Characters of a Chinese text that show whether its reading is right, and the share of common ones then.
_MANY_HAN = 200
_LEAST_SHARE = 0.04
_KANA_OR_HANGUL = re.compile(f"[{KANA}{HANGUL}]")
_HAN = re.compile(f"[{BASIC_HAN}]")
#: A text of which more is common is not more plausible.
_FULL_SHARE = 0.25


def decode(raw: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return a page's text and the encoding that made it.

    Bytes that are valid UTF-8 are UTF-8, whatever a header claims: other encodings of real text
    are almost never valid UTF-8. Then come byte order mark, header and `<meta>`, each only if the
    whole page decodes by it. gb2312 is read as GB18030, its superset, as browsers do. A Western
    claim, the default of many servers, gives way to Chinese where the characters make sense.
    """
    marked, byte_order_mark = read_bom(raw)
    if marked and byte_order_mark:
        return raw[len(byte_order_mark) :].decode(marked, "replace"), marked
    unmarked = _unmarked_utf_16(raw)
    if unmarked:
        return raw.decode(unmarked, "replace"), unmarked
    text = _decode_strictly(raw, "utf-8")
    if text is not None and not text.isascii():
        return text, "utf-8"
    claims = _read_claims(raw, content_type)
    # Encodings that switch by escapes are ASCII, and so they are valid UTF-8.
    if text is not None:
        if any(map(_switches_by_escapes, claims)):
            return raw.decode(claims[-1], "replace"), claims[-1]
        return text, "utf-8"
    # It was tried, whatever was claimed.
    others = []
    for claim in claims:
        if claim != "utf-8":
            others.append(claim)
    return _decode_as_claimed(raw, others) or _most_plausible(raw, sorted(others, key=_WEAK.__contains__))


def has_common_han(text: str) -> bool:
    """Tell whether a Chinese text has the characters that all have.

    Bytes that were read in a wrong encoding have others. A short text may be a list of names.
    """
    read = text[:_READ_CHARS]
    # Each takes two bytes more than it has characters. Most texts have few, and so it is seen in no time.
    if len(read.encode("utf-8", "replace")) - len(read) < 2 * _MANY_HAN:
        return True
    han = _HAN.findall(read)
    if len(han) < _MANY_HAN or _KANA_OR_HANGUL.search(text):
        return True
    return len(list(filter(_COMMON_HAN.__contains__, han))) >= _LEAST_SHARE * len(han)


def _unmarked_utf_16(raw: bytes) -> str | None:
    """Return which UTF-16 bytes without a mark are, or None.

    Each letter of a tag has a zero.
    """
    beginning = raw[:_FIRST_BYTES]
    half = len(beginning) // 2
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if odd > _ZERO_SHARE * half and even * 10 < odd:
        return "utf-16-le"
    if even > _ZERO_SHARE * half and odd * 10 < even:
        return "utf-16-be"
    return None


def _decode_as_claimed(raw: bytes, claims: list[str]) -> tuple[str, str] | None:
    """Return the first claimed reading that holds, or None."""
    for name in claims:
        if name in _WEAK:
            continue
        text = _decode_strictly(raw, name)
        if text is None:
            continue
        if name not in _RIVALS or _common_share(text) > _CLAIMED_SHARE:
            return text, name
    return None


def _switches_by_escapes(encoding: str) -> bool:
    return encoding.startswith(("iso2022", "hz"))


def _read_claims(raw: bytes, content_type: str | None) -> list[str]:
    """Return the encodings that the header and the page claim, by Python's names."""
    claims = (http_content_type_encoding(content_type), html_body_declared_encoding(raw))
    return list(map(_python_name, filter(None, claims)))


@lru_cache(maxsize=64)
def _python_name(label: str) -> str:
    name = resolve_encoding(label) or label
    try:
        name = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    return _SUPERSETS.get(name, name)


def _decode_strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _most_plausible(raw: bytes, claims: list[str]) -> tuple[str, str]:
    """Return the most plausible reading, where no claim holds.

    It has few broken characters, and among Chinese readings the one whose characters are the common
    ones: GBK read as Big5 gives rare characters, and vice versa.
    """
    utf8 = raw.decode("utf-8", "replace")
    outside = _outside_ascii(utf8)
    # A cut or a stray byte in what is UTF-8.
    if outside.count("\ufffd") * 20 <= len(outside):
        return utf8, "utf-8"
    best, best_name, best_score = utf8, "utf-8", float("-inf")
    for name in dict.fromkeys([*claims, *_RIVALS]):
        text = raw.decode(name, "replace")
        score = _plausibility_of(text, name, is_claimed=name in claims)
        if score > best_score:
            best, best_name, best_score = text, name, score
    return best, best_name


def _plausibility_of(text: str, name: str, *, is_claimed: bool) -> float:
    """Return how plausible a reading is; only the order counts.

    Western text read as Western is nearly all letters, but any bytes are. So letters count little, and
    not at all for a Chinese encoding.
    """
    outside = _outside_ascii(text) or " "
    broken = len(_BROKEN.findall(outside))
    letters = len(list(filter(str.isalpha, _WESTERN.findall(outside))))
    score = min(_common_share(text), _FULL_SHARE) * 4
    if name not in _CHINESE_RIVALS:
        score += letters / len(outside) * 0.3
    score -= broken / len(outside) * 10
    if is_claimed:
        score += 0.2
    return score


def _common_share(text: str) -> float:
    """Return the share of common Chinese characters."""
    outside = _outside_ascii(text)
    if not outside:
        return 0.0
    return len(list(filter(_COMMON_HAN.__contains__, outside))) / len(outside)


def _outside_ascii(text: str) -> str:
    """Return the characters beyond ASCII, of as much of a text as tells its encoding."""
    return _ASCII.sub("", text[:_READ_CHARS])
