"""What answers are packed with, whatever their labels say.

Servers name a `Content-Encoding` that is none (utf-8, none), one that they do not use, or none at all for a
body that they did pack. What is there decides; an answer whose label was wrong is marked with MISLABELLED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from crawlers.spiders.document_end import CUT_OFF, is_whole

#: The flag of an answer that was not packed as it says.
MISLABELLED = "mislabelled"

_GZIP_TYPES = frozenset({"application/gzip", "application/x-gzip", "application/gzip-compressed"})
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
#: What servers write for "not packed": character sets, and words of mails.
_NO_PACKING = re.compile(
    r"identity|none|null|binary|plain|text.*|utf.?(8|16)|[78]bit|(us-)?ascii|iso-.*|gb.*|big5|chunked"
)
#: The first bytes of packed bodies. Brotli and deflate have none that are certain.
_MAGIC = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
#: Packed once by the site and once more by what stands before it.
_MOST_LAYERS = 3
#: Control characters that no text has, but for those of ISO-2022 and of UTF-16.
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SNIFFED_BYTES = 1024
#: So many packed bytes hold a control character for certain.
_LEAST_TEXT = 64
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DOCUMENT = re.compile(rb"(\xef\xbb\xbf)?\s*[<{\[]")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body as it is meant."""

    body: bytes
    #: What could not be opened.
    packing: str = ""
    is_mislabelled: bool = False


def unpack(body: bytes, labels: Sequence[str], limit: int) -> Unpacked:
    """Return a body without its packing.

    Raises a ValueError of Scrapy for one that has more than `limit` bytes then.
    """
    is_mislabelled = False
    for label in reversed(labels):
        if label not in _KNOWN:
            if not (_NO_PACKING.fullmatch(label) or _DOCUMENT.match(body) or _magic_of(body)):
                return Unpacked(body, label)
            is_mislabelled = True
            continue
        opened = _open(body, label, limit)
        if opened is not None:
            body = opened
        elif body:
            opened = _open_by_trial(body, limit)
            if opened is None:
                return Unpacked(body, label)
            body, is_mislabelled = opened, True
    for _ in range(_MOST_LAYERS):
        opened = _open(body, _magic_of(body), limit)
        if opened is None:
            break
        body, is_mislabelled = opened, True
    return Unpacked(body, is_mislabelled=is_mislabelled)


def read_labels(headers: Headers) -> list[str]:
    """Return what an answer says that it is packed with, the innermost first."""
    labels = []
    for value in headers.getlist("Content-Encoding"):
        for label in value.decode("latin-1").split(","):
            if label.strip():
                labels.append(label.strip().lower())
    return labels


class HonestPacking(HttpCompressionMiddleware):
    """Unpacks answers by what they are."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Response:
        """Return the answer unpacked. Raises IgnoreRequest for one that is too large then."""
        labels = read_labels(response.headers)
        if not labels and (not _magic_of(response.body) or _is_packed_file(response)):
            return response
        limit = request.meta.get("download_maxsize", self._max_size)
        try:
            unpacked = unpack(response.body, labels, limit)
        except ValueError as e:
            raise IgnoreRequest(f"larger than DOWNLOAD_MAXSIZE ({limit} B): {e}") from e
        return _as_unpacked(response, unpacked)


def _as_unpacked(response: Response, unpacked: Unpacked) -> Response:
    response.headers.pop("Content-Encoding", None)
    if unpacked.packing:
        # For whoever judges the answer.
        response.headers["Content-Encoding"] = unpacked.packing
    kind = responsetypes.from_args(headers=response.headers, url=response.url, body=unpacked.body)
    fields: dict[str, Any] = {"body": unpacked.body}
    if issubclass(kind, TextResponse):
        # It is found anew in the body.
        fields["encoding"] = None
    is_cut = _is_cut_gzip(response.body, unpacked.body)
    made = response.replace(cls=kind, **fields)
    if is_cut and not is_whole(made.body) and CUT_OFF not in made.flags:
        # It came as it was sent, and was stored only in part before.
        made.flags.append(CUT_OFF)
    if unpacked.is_mislabelled:
        made.flags.append(MISLABELLED)
    return made


def _is_packed_file(response: Response) -> bool:
    """Tell whether an answer is a file that is packed itself, as a sitemap is."""
    media_type = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0]
    return media_type.strip().lower() in _GZIP_TYPES or urlsplit(response.url).path.endswith(".gz")


def _is_cut_gzip(packed: bytes, body: bytes) -> bool:
    """Tell whether a packed body lacks its end.

    There stands its length (RFC 1952, 2.3.1).
    """
    if _magic_of(packed) != "gzip":
        return False
    return int.from_bytes(packed[-4:], "little") != len(body) & 0xFFFFFFFF


def _open(body: bytes, packing: str | None, limit: int) -> bytes | None:
    """Return what is packed in a body, None where it is not packed so."""
    if packing is None or not body:
        return None
    found = _magic_of(body)
    if found is None and len(body) >= _LEAST_TEXT and _is_text(body):
        # Some unpackers make a few bytes of any text.
        return None
    if found is not None and found != packing.removeprefix("x-"):
        return None
    try:
        return HttpCompressionMiddleware._decode(body, packing.encode(), limit) or None
    except _DecompressionMaxSizeExceeded:
        raise
    except Exception:  # noqa: BLE001 - each library of them has an error of its own
        return None


def _open_by_trial(body: bytes, limit: int) -> bytes | None:
    """Return what a body with a wrong label holds, None where that cannot be told."""
    if _magic_of(body) or _is_text(body):
        # It is unpacked by its first bytes, or is not packed at all.
        return body
    for packing in ("br", "deflate"):
        opened = _open(body, packing, limit)
        if opened is not None and _DOCUMENT.match(opened):
            return opened
    return None


def _magic_of(body: bytes) -> str | None:
    for magic, packing in _MAGIC.items():
        if body.startswith(magic):
            return packing
    return None


def _is_text(body: bytes) -> bool:
    head = body[:_SNIFFED_BYTES]
    return head.startswith(_WIDE_MARKS) or _BINARY.search(head) is None
