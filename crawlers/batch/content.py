"""The content of an answer in one piece, and unpacked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

#: Layers that are unpacked: servers pack once, and some proxies once more. More is made to harm.
_MOST_LAYERS = 3


def decode_content(content: bytes, headers: Mapping[str, str], limit: int) -> bytes | None:
    """Return the content of an answer without its transfer and content encodings.

    Many archives unpack a page and leave its headers as they were: what is not packed as they say is
    returned as it lies. So is what is packed by an unknown program. None where it is over the limit, in
    bytes; it is never unpacked further. `headers` have names in lower case.
    """
    layers = _layers_of(headers)
    if not layers or len(layers) > _MOST_LAYERS:
        return content
    stream: Any = io.BytesIO(content)
    try:
        for make_reader in layers:
            stream = make_reader(stream)
        # One byte more tells what is over the limit.
        decoded: bytes = stream.read(limit + 1)
    except OSError:
        return content
    return decoded if len(decoded) <= limit else None


def _layers_of(headers: Mapping[str, str]) -> list[Any]:
    """Return what unpacks an answer, the outermost first; none where one is unknown."""
    from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, ZstdReader

    readers = {
        "br": BrotliReader,
        "chunked": ChunkedReader,
        "deflate": _read_deflate,
        "gzip": GzipReader,
        "x-gzip": GzipReader,
        "zstd": ZstdReader,
    }
    layers = []
    for name in ("transfer-encoding", "content-encoding"):
        # The last one in a header was applied last.
        for coding in reversed(headers.get(name, "").lower().split(",")):
            coding = coding.strip()
            if coding in ("", "identity"):
                continue
            if coding not in readers:
                return []
            layers.append(readers[coding])
    return layers


def _read_deflate(stream: Any) -> Any:
    from fastwarc.stream_io import GzipReader

    return GzipReader(stream, zlib=True)
