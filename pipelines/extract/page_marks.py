"""What a page declares to be: a video, a live page, a gallery, paid for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.extract.claims import Claims
from pipelines.extract.json_ld import types_of
from pipelines.model import Paywall

#: Types of schema.org, in lower case, and the flag of an article that is one.
_FLAGS_OF_TYPES: Mapping[str, str] = {
    "videoobject": "video",
    "liveblogposting": "live",
    "imagegallery": "gallery",
    "mediagallery": "gallery",
    "advertisercontentarticle": "sponsored",
}
#: Characters. A longer text is whole, whatever its page declares: many declare all their articles to be paid.
_WHOLE_TEXT = 2_000


def find_page_flags(claims: Claims) -> Iterator[str]:
    """Yield the flags of what a page declares to be."""
    og_type = (claims.first("og:type") or "").lower()
    types = types_of(claims.article)
    for type_, flag in _FLAGS_OF_TYPES.items():
        if type_ in types or (flag == "video" and og_type.startswith("video")):
            yield flag


def declared_paywall(claims: Claims, paywall: Paywall, body: str) -> Paywall:
    """Return whether a page asks for a payment, as it shows or declares."""
    is_free = str(claims.article.get("isAccessibleForFree", "")).lower()
    if paywall == "none" and is_free in ("false", "no", "0") and len(body) < _WHOLE_TEXT:
        return "beside"
    return paywall
