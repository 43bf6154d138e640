"""Prints of texts as bytes, and back.

HEAD (form, words, five counts) │ hashes, four bytes each │ facts, compressed
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, chain

from pipelines.model import Sketch, TextPrint

_HEAD = struct.Struct("<BI5I")
#: Forms of packed prints. The first one does not say which tokens are names and numbers.
_FORM_WITHOUT_FACTS = 1
_FORM = 2


def pack_print(text: TextPrint) -> bytes:
    """Return a print in bytes, all but `exact`, which has a column.

    Facts are zeros for the most part and are compressed. Hashes are random bits, which zlib makes 1 % larger.
    """
    parts = (text.shingles, text.quoted, sorted(text.numbers), sorted(text.names), text.announced)
    sizes = []
    for part in parts:
        sizes.append(len(part))
    hashes = struct.pack(f"<{sum(sizes)}I", *chain(*parts))
    return _HEAD.pack(_FORM, text.words, *sizes) + hashes + zlib.compress(text.facts)


def unpack_print(exact: str, packed: bytes) -> TextPrint:
    """Return the print that `pack_print` packed."""
    form, words, *sizes = _HEAD.unpack_from(packed)
    assert form in (_FORM, _FORM_WITHOUT_FACTS), f"a print of form {form} was written by another version"
    hashes = struct.unpack_from(f"<{sum(sizes)}I", packed, _HEAD.size)
    ends = list(accumulate(sizes, initial=0))
    shingles = hashes[ends[0] : ends[1]]
    quoted = hashes[ends[1] : ends[2]]
    numbers = hashes[ends[2] : ends[3]]
    names = hashes[ends[3] : ends[4]]
    announced = hashes[ends[4] : ends[5]]
    facts = b""
    if form == _FORM:
        facts = zlib.decompress(packed[_HEAD.size + 4 * ends[5] :])
    return TextPrint(exact, shingles, words, quoted, frozenset(numbers), frozenset(names), announced, facts)


def unpack_sketch(packed: bytes) -> Sketch:
    """Return the sketch of a packed print: most prints are read for nothing else."""
    _, _, shingles, quoted, *_ = _HEAD.unpack_from(packed)
    end = _HEAD.size + 4 * shingles
    hashes = array("I", packed[_HEAD.size : end])
    if sys.byteorder == "big":
        hashes.byteswap()
    return Sketch(hashes, struct.unpack_from(f"<{quoted}I", packed, end))


def signed_keys(keys: Iterable[int]) -> list[int]:
    """Return unsigned 32-bit hashes as the signed integers of a database.

    They come in ascending order, each once.
    """
    signed = set()
    for key in keys:
        is_negative = key >= 1 << 31
        signed.add(key - (1 << 32) if is_negative else key)
    return sorted(signed)
