"""One HTTP exchange with a server whose numbers may be wrong.

    Content-Length too long, no end of chunks ─► CUT_OFF: what came until the server closes the connection,
                                                 or is silent after a whole document
    Content-Length too short, or no number    ─► LONGER: also what came behind it

Scrapy drops the first and cuts the second. Whether a document is whole is judged by `is_whole`: one that was
cut off in the middle is tried once more, and its page is not kept.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.web.http import _IdentityTransferDecoder

from crawlers.spiders.certificates import NamedFaults
from crawlers.spiders.document_end import is_whole
from crawlers.spiders.packing import read_labels, unpack

#: The flag of an answer that goes on behind the end that its server announced.
LONGER = "longer"

#: A server that has sent a whole document and is silent for so long, in seconds, will send no more.
_SILENCE_S = 3.0


class LenientDownloads(HTTP11DownloadHandler):
    """Fetches one answer and takes what is there.

    A host that is another one than asked for, too much, or too late is refused as by Scrapy.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        is_checked = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        policy: Any = NamedFaults(self._contextFactory, is_checked=is_checked)
        self._contextFactory = policy

    async def download_request(self, request: Request) -> Response:
        """Return the answer. Raises what Scrapy raises."""
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=False,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _Agent(_ScrapyAgent):
    """Watches bodies while they come."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        result = super()._cb_bodyready(txresponse, request)
        if isinstance(result, Deferred):
            limit = request.meta.get("download_maxsize", self._maxsize)
            watch = _SilenceWatch(txresponse, self._headers_from_twisted_response(txresponse), limit)
            result.addBoth(watch.stop)
        return result

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        response = super()._cb_bodydone(result, url)
        if getattr(result["txresponse"], "is_longer", False):
            response.flags.append(LONGER)
        return response


class _SilenceWatch:
    """Ends an answer that is whole, and whose server does not say so."""

    def __init__(self, txresponse: Any, headers: Headers, limit: int) -> None:
        self._txresponse = txresponse
        self._labels = read_labels(headers)
        self._limit = limit
        self._size = -1
        self._timer: Any = None
        self._wait()

    def stop(self, result: Any) -> Any:
        """Stop watching; hand the result on."""
        if self._timer.active():
            self._timer.cancel()
        return result

    def _wait(self) -> None:
        # Imported late: the import itself installs a reactor.
        from twisted.internet import reactor

        any_reactor: Any = reactor
        self._timer = any_reactor.callLater(_SILENCE_S, self._look)

    def _look(self) -> None:
        body = self._txresponse._bodyProtocol._bodybuf.getvalue()
        is_silent = len(body) == self._size
        self._size = len(body)
        if is_silent and self._is_complete(body):
            # The reader then ends as with any server that closes the connection too early.
            self._txresponse._transport._producer.abortConnection()
        else:
            self._wait()

    def _is_complete(self, body: bytes) -> bool:
        if getattr(self._txresponse, "is_longer", False):
            # It is past the end that its server told.
            return True
        try:
            return is_whole(unpack(body, self._labels, self._limit).body)
        except ValueError:
            # It is too large when unpacked, and refused when it has come.
            return False


class _Parser(_LenientHTTPClientParser):
    """Takes what a server sends whatever length it announced."""

    def allHeadersReceived(self) -> None:  # noqa: N802 - the name is Twisted's
        """Begin with the body. A length that cannot be true is left out of account."""
        headers = self.connHeaders
        codings = headers.getRawHeaders(b"Transfer-Encoding", [])
        if codings:
            headers.removeHeader(b"Transfer-Encoding")
            if b"chunked" in b",".join(codings).lower():
                # Twisted knows this one alone; a packing beside it is seen in the body.
                headers.setRawHeaders(b"Transfer-Encoding", [b"chunked"])
        response: Any = self.response
        if self.response.code not in self.NO_BODY_CODES and self._has_wrong_length():
            headers.removeHeader(b"Content-Length")
            response.is_longer = True
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def _has_wrong_length(self) -> bool:
        """Tell whether the length is no number, several, or none although a body follows."""
        lengths: set[bytes] = set()
        for value in self.connHeaders.getRawHeaders(b"Content-Length", []):
            lengths.update(part.strip() for part in value.split(b","))
        if len(lengths) > 1 or not all(length.isdigit() for length in lengths):
            return True
        return lengths == {b"0"} and _is_more_of_the_body(self._buffer)

    def _finished(self, rest: bytes) -> None:
        response: Any = self.response
        is_counted = self.connHeaders.hasHeader(b"Content-Length") and response.length
        if not is_counted or not _is_more_of_the_body(rest) or getattr(response, "is_longer", False):
            super()._finished(rest)  # type: ignore[no-untyped-call]
            return
        response.is_longer = True
        response._bodyDataReceived(rest)
        # From here on the body ends with the connection, as without any length.
        decoder: Any = _IdentityTransferDecoder
        self.bodyDecoder = decoder(None, response._bodyDataReceived, self._finished)


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        result = super().request(request)
        # As Scrapy does: Twisted makes the parser itself, and asks for no class of it.
        self._parser.__class__ = _Parser
        return result


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802, ARG002 - the name is Twisted's
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _is_more_of_the_body(rest: bytes) -> bool:
    """Tell whether bytes behind a body belong to it.

    Some servers end a body with a line break that they do not count, or send a second answer unasked.
    """
    return bool(rest.strip()) and not rest.lstrip().startswith(b"HTTP/")
