"""An article's title: the claims of the page compared, the site's own name taken off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from pipelines.extract.claims import Claims, text_of
from pipelines.extract.text import one_line

_SEPARATOR = re.compile(
    r"\s*[|｜]\s*|\s+[-–—·•»:]\s+|\s*--+\s*|\s*_+\s*|\s*[—－-]+\s*(?=[\u3400-\u9fff]{2,12}$)"
)
_QUOTES = str.maketrans("‘’‚′“”„«»‐‑–—", '\'\'\'\'"""""----')
MAX_CHARS = 500


def choose_title(tree: HtmlElement, claims: Claims, host: str, entry_title: str | None) -> tuple[str, str]:
    """Return the title and where it was found; ("", "") where the page and its feed show none.

    The headline of JSON-LD is what the newsroom calls its piece. og:title is often rewritten for
    social networks and carries the site's name, so a heading that the page shows comes before it.
    """
    candidates = [(one_line(text)[:MAX_CHARS], where) for text, where in _candidates(tree, claims)]
    candidates = [(text, where) for text, where in candidates if text]
    if entry_title:
        candidates.append((one_line(entry_title)[:MAX_CHARS], "feed"))
    known = {_key(text) for text, _ in candidates}
    names = [*claims.site_names, *_host_names(host)]
    for text, where in candidates:
        title = without_site_name(text, names, known)
        if title and not _is_site_name(title, names):
            return _untruncated(title, candidates), where
    return candidates[0] if candidates else ("", "")


def without_site_name(title: str, names: Sequence[str], known: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """Return a title without the site's name (and section) at its end or start.

    A part goes where it is one of `names`, or where what remains is a title shown elsewhere too (`known`).
    """
    for _ in range(4):
        cuts = list(_SEPARATOR.finditer(title))
        for cut in cuts:
            if _key(title[: cut.start()]) in known and len(title) - cut.end() <= 60 and cut.start() >= 8:
                return title[: cut.start()].strip()
        if not cuts:
            break
        last, first = cuts[-1], cuts[0]
        if last.start() > 0 and _is_site_name(title[last.end() :], names):
            title = title[: last.start()].strip()
        elif (
            first.start() > 0
            and _is_site_name(title[: first.start()], names)
            and first.group().strip() != ":"
        ):
            title = title[first.end() :].strip()
        else:
            break
    return title


def _candidates(tree: HtmlElement, claims: Claims) -> Iterator[tuple[str, str]]:
    headline = text_of(claims.article.get("headline"))
    social = [claims.first("og:title"), claims.first("twitter:title")]
    page_title = one_line(next((e.text_content() for e in tree.iter("title")), ""))
    shown = {_key(t) for t in (headline, *social, page_title) if t}
    if headline:
        yield headline, "json-ld"
    headings = [
        h for h in tree.iter("h1") if not any(a.tag in {"nav", "footer", "aside"} for a in h.iterancestors())
    ][:10]
    texts = [one_line(h.text_content()) for h in headings]
    for text in texts:
        if len(text) >= 4 and any(claim.startswith(_key(text)) for claim in shown):
            yield text, "h1"
    for heading, text in zip(headings, texts, strict=True):
        if len(text) >= 8 and any(a.tag in {"article", "main"} for a in heading.iterancestors()):
            yield text, "h1"
    for element in tree.xpath("//*[@itemprop='headline' or @itemprop='name headline']")[:1]:
        yield element.get("content") or element.text_content(), "microdata"
    for name in (
        "og:title",
        "twitter:title",
        "dc.title",
        "dcterms.title",
        "sailthru.title",
        "parsely-title",
        "articletitle",
        "title",
    ):
        if content := claims.first(name):
            yield content, name
    if page_title:
        yield page_title, "title"
    for text in texts:
        yield text, "h1"
    if name := text_of(claims.article.get("name")):
        yield name, "json-ld"
    for heading in tree.xpath("//article//h2 | //main//h2")[:1]:
        yield heading.text_content(), "h2"


def _untruncated(title: str, candidates: Sequence[tuple[str, str]]) -> str:
    """Return the full form of a title that a claim cut off ("…", or Google's 110 characters)."""
    if not (title.endswith(("…", "...")) or 100 <= len(title) <= 110):
        return title
    stem = _key(title.rstrip(".… "))
    fuller = [
        text
        for text, where in candidates
        if where == "h1" and _key(text).startswith(stem) and len(text) > len(title)
    ]
    return fuller[0] if fuller and len(fuller[0]) < 2 * len(title) + 40 else title


def _is_site_name(part: str, names: Sequence[str]) -> bool:
    key = re.sub(r"\W", "", _key(part))
    if not key:
        return True
    keys = [k for k in (re.sub(r"\W", "", _key(name)) for name in names) if len(k) >= 2]
    return any(
        key == k
        or (
            len(key) >= 3
            and len(k) >= 3
            and (key.startswith(k) or k.startswith(key))
            and max(len(key), len(k)) <= 2.5 * min(len(key), len(k)) + 6
        )
        for k in keys
    )


def _host_names(host: str) -> list[str]:
    """Return names a host stands for: "www.lemonde.example" -> lemonde.example, lemonde."""
    labels = host.removeprefix("www.").split(".")
    return [".".join(labels), *([".".join(labels[-2:]), labels[-2]] if len(labels) >= 2 else []), labels[0]]


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())
