"""Redirects, and the cookies that some of them ask for.

Cookies are kept for a source that asks for them (`cookies: true`), within one crawl, and apart from those of
other sources. Without them a site that only sends on whoever has its cookie sends us round in circles: that
is ended at the second time round, and the advice is told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from http.cookiejar import Cookie
from typing import Any

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.downloadermiddlewares.redirect import (
    BaseRedirectMiddleware,
    MetaRefreshMiddleware,
    RedirectMiddleware,
)
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawlers.errors import PermanentError
from crawlers.spiders.trouble import COOKIE_LOST, CookieNeeded
from crawlers.urls import is_public_suffix, join


class SourceCookies(CookiesMiddleware):
    """Keeps cookies for the sources that ask for them."""

    def process_request(
        self,
        request: Request,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response | None:
        """Send the cookies of the request's source."""
        if "cookiejar" not in request.meta:
            return None
        return super().process_request(request)

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Keep the cookies of an answer."""
        if "cookiejar" not in request.meta:
            return response
        return super().process_response(request, response)

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        # As Scrapy does, but for the list of public suffixes: Scrapy's would be fetched past our guard.
        for cookie in cookies:
            if not is_public_suffix(cookie.domain):
                jar.set_cookie_if_ok(cookie, request)


class _CookieLoops(BaseRedirectMiddleware):
    """Ends a redirect that goes round for want of a cookie."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        if request.meta.get(COOKIE_LOST):
            passed = [*request.meta.get("redirect_urls", []), request.url]
            if redirected.url in passed:
                raise CookieNeeded(redirected.url)
        return super()._redirect(redirected, request, reason)


class MendedRedirects(_CookieLoops, RedirectMiddleware):
    """Follows redirects, their addresses mended as those of links are."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Return the request for the next address, or the answer.

        Raises CookieNeeded and IgnoreRequest.
        """
        location = response.headers.get("Location")
        if location is not None and 300 <= response.status < 400:
            _note_cookie(request, response)
            # One that cannot be mended stays as it is: Scrapy and the guard say what is wrong with it.
            with contextlib.suppress(PermanentError):
                response.headers["Location"] = join(request.url, location.decode("utf-8", "replace"))
        return super().process_response(request, response)


class LenientMetaRefresh(_CookieLoops, MetaRefreshMiddleware):
    """Follows a page that sends on at once, and lets a page be that it cannot read."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Return the request for the page that is meant, or the page. Raises CookieNeeded."""
        _note_cookie(request, response)
        try:
            return super().process_response(request, response)
        except ValueError:
            # An encoding that is none (`charset=idna`), or an address that is none.
            return response


def _note_cookie(request: Request, response: Response) -> None:
    if "Set-Cookie" in response.headers and "cookiejar" not in request.meta:
        request.meta[COOKIE_LOST] = True
