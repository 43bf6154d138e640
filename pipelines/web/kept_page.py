"""The page of an article as it came, and evidence packs.

A page is shown without script, style, picture or link, in a frame that may do nothing: what it would ask of
other sites, or of ours, is not there, and the browser is told to refuse it too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

import nh3
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from crawlers.errors import PermanentError
from pipelines.config import maplewire_version
from pipelines.stages.evidence import read_kept_page, write_evidence
from pipelines.stories.view import find_story
from pipelines.web.article import require_article
from pipelines.web.page import room_of, show_page

#: Of what stands in the frame. `sandbox` alone forbids scripts, forms and leaving the frame.
_FRAME_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
#: What carries text, and nothing that acts or loads.
_TAG_NAMES = """
    a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup data dd del details
    dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark nav ol p pre
    q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul
    var wbr
"""
_TAGS = set(_TAG_NAMES.split())
#: Content of these is no text of the page.
_CUT_WHOLE = {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "form", "title"}
_HEAD = """<!doctype html>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<style>
body { font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
body { max-width: 46rem; margin: 1rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .5rem; }
</style>
"""
#: Bytes of a page that are shown.
_MOST_BYTES = 4 * 1024 * 1024
_BLOCK = 1 << 16


def kept_page(request: Request) -> Response:
    """Show the page of an article as it came, in a frame."""
    room = room_of(request)
    stored = require_article(room, request.path_params["article_id"])
    page = read_kept_page(room.maplewire.parts, stored)
    if page is None:
        raise PermanentError("the page as it came is not kept any more; the text of each version is")
    return show_page(request, "kept_page.html.j2", {"stored": stored, "kept": page})


def kept_page_frame(request: Request) -> Response:
    """Send the page itself, cleaned, for the frame."""
    # It loads all of the extraction, which a server that has shown no page yet needs not.
    from pipelines.extract.encoding import decode

    room = room_of(request)
    stored = require_article(room, request.path_params["article_id"])
    page = read_kept_page(room.maplewire.parts, stored)
    if page is None:
        raise PermanentError("the page as it came is not kept any more")
    text, _ = decode(page.body[:_MOST_BYTES], page.headers.get("content-type"))
    return HTMLResponse(
        _HEAD + clean_page(text),
        headers={
            "content-security-policy": _FRAME_POLICY,
            "x-frame-options": "SAMEORIGIN",
            "content-type": "text/html; charset=utf-8",
        },
    )


def clean_page(text: str) -> str:
    """Return what a page shows, as markup that does and loads nothing."""
    return nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags=_CUT_WHOLE,
        attributes={"*": {"lang", "dir"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes=set(),
        link_rel=None,
    )


def evidence(request: Request) -> Response:
    """Send the evidence pack of a story."""
    room = room_of(request)
    story = find_story(room.ledger, request.path_params["story_id"])
    # On disk where it is large, and gone when it was sent.
    file = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 - closed when it was sent
    write_evidence(replace(room.maplewire.parts, index=room.index), story, file, maplewire_version())
    file.seek(0)
    headers = {"content-disposition": f'attachment; filename="evidence-{story.id}.zip"'}
    return StreamingResponse(_blocks(file), media_type="application/zip", headers=headers)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(_BLOCK), b"")
